"""A file of actions is undone as a whole: by changes of its own, and not over what others did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from commonweal.accounts.actors import IMPORT, Actor
from commonweal.accounts.models import Role
from commonweal.office.errors import Refused
from commonweal.programme import actions, as_at, importing
from commonweal.programme.models import Action, Change, ImportRun, Milestone

from .test_bringing_in import LATER, ONE, TWO, carried, plan

pytestmark = pytest.mark.django_db
HEAD = "key,title,description,workstream,pillars,due_on,milestones"
BEFORE = "1,Train bakers,In ovens,Work,procurement,2027-01-31,Agreed | 2026-09-01; Begun"
AFTER = "1,Train all,In kilns,Homes,,2027-03-31,Agreed | 2026-10-01 | 2026-06-20; More"


def undone(run, nadia):
    seen = importing.plan_undo(run).fingerprint
    author = Actor(nadia, Role.PROGRAMME_LEAD)
    return importing.undo(run, because="Wrong list", author=author, seen=seen)


def as_it_stands(action):
    action = Action.objects.get(pk=action.pk)
    return (
        action.title,
        action.description,
        action.workstream.name,
        action.due_on,
        action.stopped_on,
        [pillar.code for pillar in action.pillars.all()],
        [(m.title, m.due_on, m.is_done, m.done_on) for m in action.milestones.all()],
    )


def test_what_came_with_a_file_is_stopped_with_the_reason(nadia):
    run = undone(carried(ONE, TWO), nadia)
    today = timezone.localdate()
    assert {action.stopped_on for action in Action.objects.all()} == {today}
    change = Change.objects.first()
    assert (change.because, change.field, change.by_role) == (
        "Wrong list",
        "stopped_on",
        "Programme lead",
    )
    assert run.undone == {"stopped": 2, "put back": 0, "left": 0}


def test_the_page_says_by_what_an_action_was_stopped(client, nadia, decision):
    carried(ONE, TWO)
    carried(ONE, as_at=LATER, removes=1, stopped_by=decision)
    by_decision = Action.objects.get(stopped_on__isnull=False)
    assert "Stopped by a decision." in client.get(by_decision.get_absolute_url()).content.decode()
    run = carried(ONE, "9,Plant trees,,,", as_at=LATER)
    undone(run, nadia)
    page = client.get(Action.objects.get(source_key="9").get_absolute_url()).content.decode()
    assert "Stopped by a decision." not in page
    assert "Stopped, as the file that it came in was undone." in page


def test_what_a_file_changed_is_as_it_was(nadia, pillar):
    carried(BEFORE, "2,Buy flour,,,,,", head=HEAD)
    action = Action.objects.get(source_key="1")
    before = as_it_stands(action)
    run = carried(AFTER, "3,New,,Homes,,,", head=HEAD, as_at=LATER)
    assert as_it_stands(action)[:3] == ("Train all", "In kilns", "Homes")
    undone(run, nadia)
    assert as_it_stands(action) == before
    assert Action.objects.get(source_key="3").stopped_on is not None
    # Its history keeps what the file had added, and the days between have it.
    assert Milestone.ever.filter(title="More").exclude(taken_back_on=None).count() == 1
    page_of = actions_on(timezone.localdate() - timedelta(days=1), action)
    assert [m.title for m in page_of.milestones.all()] == ["Agreed", "Begun", "More"]
    assert page_of.title == "Train all"


def actions_on(day, action):
    known = Action.objects.filter(pk=action.pk).select_related("workstream", "partner")
    return as_at.wound_back(known.prefetch_related("milestones", "pillars", "needs", "risks"), day)[
        0
    ]


def test_the_same_file_comes_in_again_after_an_undo(nadia):
    rows = [BEFORE, "2,Buy flour,,,,,Dig"]
    undone(carried(*rows, head=HEAD.replace(",pillars", ",owner")), nadia)
    planned = plan(*rows, head=HEAD.replace(",pillars", ",owner"))
    assert planned.counts["changed"] == 2
    run = importing.carry_out(planned, author=Actor(None, IMPORT))
    assert not Action.objects.exclude(stopped_on=None).exists()
    undone(run, nadia)
    assert Action.objects.exclude(stopped_on=None).count() == 2


def test_what_it_stopped_goes_on(nadia, decision):
    carried(ONE, TWO)
    run = carried(ONE, as_at=LATER, removes=1, stopped_by=decision)
    assert Action.objects.exclude(stopped_on=None).count() == 1
    undone(run, nadia)
    assert not Action.objects.exclude(stopped_on=None).exists()


@pytest.mark.parametrize("what", ["done", "moved", "needs", "title", "added"])
def test_what_others_changed_since_is_left_and_named(nadia, what):
    run = carried(ONE, TWO)
    bakers, flour = Action.objects.order_by("source_key")
    step, author = bakers.milestones.get(), Actor(nadia, Role.PROGRAMME_LEAD)
    match what:
        case "done":
            actions.finish_milestone(milestone=step, done_on=LATER, done_words="", author=author)
        case "moved":
            actions.move_milestone(milestone=step, due_on=LATER, because="x", author=author)
        case "needs":
            actions.depend(action=bakers, on=flour, author=author)
        case "added":
            actions.add_milestone(action=bakers, title="x", due_on=None, because="x", author=author)
        case "title":
            actions.replan(
                action=bakers, wanted=actions.PlannedAction("Other"), because="x", author=author
            )
    assert importing.plan_undo(run).left == [bakers]
    undone(run, nadia)
    bakers.refresh_from_db()
    flour.refresh_from_db()
    assert (bakers.stopped_on, flour.stopped_on is None) == (None, False)


def test_a_later_file_is_undone_first_and_none_twice(nadia):
    first = carried(ONE)
    second = carried(ONE.replace("ovens", "kilns"), as_at=LATER)
    with pytest.raises(Refused, match="Undo that one first"):
        importing.plan_undo(first)
    second = undone(second, nadia)
    with pytest.raises(Refused, match="undone already"):
        importing.plan_undo(second)
    undone(first, nadia)
    assert Action.objects.get().stopped_on is not None


def test_it_is_done_as_it_was_looked_at(sign_in, nadia):
    run = carried(ONE, TWO)
    client = sign_in(nadia)
    address = f"/desk/programme/imports/{run.pk}/undo/"
    page = client.get(address)
    assert "Buy flour" in page.content.decode()
    seen = page.context["undoing"].fingerprint
    page = client.post(address, {"seen": seen, "because": ""})
    assert "Say why it is undone" in page.content.decode()
    Action.objects.filter(source_key="2").update(description="By hand")
    page = client.post(address, {"seen": seen, "because": "Wrong list"})
    assert "Somebody changed these actions since you looked" in page.content.decode()
    assert "Wrong list" in page.content.decode()
    assert not Change.objects.exists()
    seen = page.context["undoing"].fingerprint
    page = client.post(address, {"seen": seen, "because": "Wrong list"}, follow=True)
    assert "is undone." in page.content.decode()
    assert "Undone on" in page.content.decode()
    page = client.post(address, {"seen": seen, "because": "Wrong list"}, follow=True)
    assert "undone already" in page.content.decode()
    assert Change.objects.count() == 1
    assert ", undone" in client.get("/desk/programme/imports/").content.decode()
    assert ImportRun.objects.get().undone_by == nadia

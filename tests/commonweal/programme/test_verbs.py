"""What people do with the plan, a verb at a time: it works and leaves a record, it is asked again,
each refusal, each kind of person, and what was typed is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from commonweal.accounts.actors import EDITOR, Actor
from commonweal.accounts.models import Event, Person, Role
from commonweal.charter.models import Decision
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.programme import actions, reads
from commonweal.programme.access import author_for
from commonweal.programme.models import (
    Acceleration,
    Action,
    Change,
    Milestone,
    Pillar,
    Risk,
    RiskBefore,
)

pytestmark = pytest.mark.django_db
LEAD = Actor(None, Role.PROGRAMME_LEAD, "Borough Council")
OF_THE_BAKERY = Actor(None, EDITOR, "Bakery")
WHY = "The grant came early."


def written(about: Action | Decision | Risk | Acceleration) -> list[str]:
    """The verbs of the record about something, the first one first."""
    code = getattr(about, "code", None) or str(about.pk)
    events = Event.objects.filter(about_code=code).order_by("pk")
    return list(events.values_list("verb", flat=True))


def history(action: Action) -> list[tuple[str, str, str]]:
    return list(action.changes.order_by("pk").values_list("field", "old", "new"))


@pytest.fixture
def other(action: Action) -> Action:
    return actions.add(wanted=actions.PlannedAction("Buy an oven"), author=LEAD, milestones=[])


@pytest.fixture
def first(action: Action) -> Milestone:
    return action.milestones.get(title="Course agreed")


@pytest.fixture
def stopped(action: Action, decision: Decision, today: date) -> Action:
    """The bakery's action, stopped ten days ago."""
    day = today - timedelta(days=10)
    actions.stop(action=action, because=WHY, decision=decision, author=LEAD, on=day)
    action.refresh_from_db()
    return action


# Who


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("nadia", Role.PROGRAMME_LEAD),
        ("asha", EDITOR),
        *((name, None) for name in ("ben", "carys", "maya", "idris", "tom", "daniel", "yusuf")),
    ],
)
def test_the_lead_and_editors_of_its_own_partner_work_on_an_action(
    name: str, role: str | None, action: Action, request: pytest.FixtureRequest
) -> None:
    person: Person = request.getfixturevalue(name)
    author = author_for(person, action.partner)
    assert (author.role if author else None) == role
    # What nobody owns only the lead changes.
    without = author_for(person, None)
    assert (without.role if without else None) == (role if name == "nadia" else None)


def test_the_lead_is_told_with_the_organisation(nadia: Person, bakery: Partner) -> None:
    author = author_for(nadia, bakery)
    assert author is not None
    assert (author.person, author.organisation) == (nadia, "Borough Council")


def test_an_editor_of_another_partner_changes_nothing(asha: Person, council: Partner) -> None:
    assert author_for(asha, council) is None


# Adding


def test_an_action_is_added_with_all_that_was_gathered(
    pillar: Pillar, bakery: Partner, decision: Decision, nadia: Person, today: date
) -> None:
    wanted = actions.PlannedAction(
        "Open the yard",
        description="By the river.",
        pillars=[pillar],
        partner=bakery,
        owner_title="Head of yards",
        decision=decision,
        starts_on=today,
        due_on=today + timedelta(days=9),
        weight=3,
    )
    steps = [("Gate", today + timedelta(days=9)), ("Roof", None)]
    yard = actions.add(wanted=wanted, author=Actor(nadia, Role.PROGRAMME_LEAD), milestones=steps)
    kept_action = Action.objects.get(code="open-the-yard")
    for name in actions.WRITTEN:
        assert getattr(kept_action, name) == getattr(wanted, name), name
    assert (kept_action.made_by, kept_action.made_on, [*kept_action.pillars.all()]) == (
        nadia,
        today,
        [pillar],
    )
    milestones = yard.milestones.order_by("order").values_list("title", "due_on", "order")
    assert list(milestones) == [("Gate", steps[0][1], 1), ("Roof", None, 2)]
    event = Event.objects.get(verb="action added")
    assert (event.about_code, event.by_code, event.as_role) == (
        "open-the-yard",
        nadia.code,
        Role.PROGRAMME_LEAD,
    )


def test_two_of_one_title_have_two_codes(action: Action) -> None:
    wanted = actions.PlannedAction("Train bakers!")
    codes = [actions.add(wanted=wanted, author=LEAD, milestones=[]).code for _ in range(3)]
    assert codes == ["train-bakers-2", "train-bakers-3", "train-bakers-4"]
    assert actions.free_code("Train bakers", {"train-bakers", "train-bakers-2"}) == "train-bakers-3"
    assert actions.free_code("Train bakers", set()) == "train-bakers"


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Tŷ Gwyn: agor", "ty-gwyn-agor"),
        ("???", "action"),
        ("A" * 60, "a" * 48),
        (f"{'a' * 47} b", "a" * 47),
        ("  ", "action"),
    ],
)
def test_a_code_is_of_letters_that_an_address_takes(town: Any, title: str, code: str) -> None:
    assert actions.free_code(title) == code


@pytest.mark.parametrize(
    ("starts", "due", "steps", "sentence"),
    [
        (5, 4, [], "It would end before it starts"),
        (None, 4, [5], "A milestone lies after the end"),
        (None, 4, [None, 3, 5], "A milestone lies after the end"),
    ],
)
def test_what_ends_before_it_begins_is_refused_and_nothing_is_kept(
    town: Any, today: date, starts: int | None, due: int, steps: list[int | None], sentence: str
) -> None:
    def on(days: int | None) -> date | None:
        return None if days is None else today + timedelta(days=days)

    wanted = actions.PlannedAction("Backwards", starts_on=on(starts), due_on=on(due))
    with pytest.raises(Refused, match=sentence):
        actions.add(wanted=wanted, author=LEAD, milestones=[(f"{n}", on(n)) for n in steps])
    assert not Action.objects.exists()
    assert not Event.objects.filter(verb="action added").exists()


@pytest.mark.parametrize(
    ("starts", "due", "steps"), [(4, 4, [4]), (None, None, [9]), (4, None, []), (None, 4, [-9])]
)
def test_an_action_may_be_of_one_day_or_of_no_stated_end(
    town: Any, today: date, starts: int | None, due: int | None, steps: list[int]
) -> None:
    def on(days: int | None) -> date | None:
        return None if days is None else today + timedelta(days=days)

    wanted = actions.PlannedAction("Right", starts_on=on(starts), due_on=on(due))
    actions.add(wanted=wanted, author=LEAD, milestones=[("step", on(n)) for n in steps])
    assert Action.objects.get().milestones.count() == len(steps)


# Milestones


def test_a_milestone_stands_behind_the_others_and_in_the_history(action: Action) -> None:
    step = actions.add_milestone(
        action=action, title="Ovens", due_on=None, because=WHY, author=OF_THE_BAKERY
    )
    assert step.order == 3
    [change] = action.changes.all()
    assert (change.field, change.old, change.new, change.milestone) == ("added", "", "Ovens", step)
    assert (change.because, change.by_role, change.by_organisation) == (WHY, "Partner", "Bakery")
    assert written(action) == ["milestone added"]


def test_the_first_milestone_of_an_action_is_the_first(other: Action) -> None:
    step = actions.add_milestone(action=other, title="Ovens", due_on=None, because=WHY, author=LEAD)
    assert step.order == 1


def test_a_milestone_is_moved_done_and_opened_again(first: Milestone, today: date) -> None:
    day, planned = today + timedelta(days=60), first.due_on
    assert planned is not None
    actions.move_milestone(milestone=first, due_on=day, because=WHY, author=OF_THE_BAKERY)
    actions.finish_milestone(
        milestone=first, done_on=today, done_words="The book is printed.", author=OF_THE_BAKERY
    )
    first.refresh_from_db()
    assert (first.due_on, first.is_done, first.done_on, first.done_words) == (
        day,
        True,
        today,
        "The book is printed.",
    )
    actions.reopen_milestone(milestone=first, because="Of another course.", author=LEAD)
    first.refresh_from_db()
    assert (first.is_done, first.done_on) == (False, None)
    assert history(first.action) == [
        ("due_on", planned.isoformat(), day.isoformat()),
        ("done", today.isoformat(), ""),
    ]
    assert written(first.action) == ["milestone moved", "milestone done", "milestone reopened"]


def moved(milestone: Milestone, days: int, because: str = WHY) -> None:
    assert milestone.due_on is not None
    actions.move_milestone(
        milestone=milestone,
        due_on=milestone.due_on + timedelta(days=days),
        because=because,
        author=LEAD,
    )


@pytest.mark.parametrize(
    ("days", "because", "sentence"),
    [
        (0, WHY, "That is its date already"),
        (51, WHY, "A milestone lies after the end of its action"),
        (1, "", "Say why the plan changes"),
        (1, "  ", "Say why the plan changes"),
    ],
)
def test_a_milestone_is_not_moved_without_sense_or_reason(
    first: Milestone, days: int, because: str, sentence: str
) -> None:
    planned = first.due_on
    with pytest.raises(Refused, match=sentence):
        moved(first, days, because)
    first.refresh_from_db()
    assert first.due_on == planned
    assert (history(first.action), written(first.action)) == ([], [])
    # To the very end of its action it may be.
    moved(first, 50)


def test_what_is_done_is_moved_no_more_and_marked_once(first: Milestone, today: date) -> None:
    actions.finish_milestone(milestone=first, done_on=today, done_words="x", author=LEAD)
    with pytest.raises(Refused, match="It is done; its date can't be moved"):
        moved(first, 1)
    with pytest.raises(Refused, match="Somebody else has marked this as done already"):
        actions.finish_milestone(milestone=first, done_on=today, done_words="y", author=LEAD)
    first.refresh_from_db()
    assert first.done_words == "x"
    assert written(first.action) == ["milestone done"]


def test_nothing_is_done_on_a_day_to_come(first: Milestone, today: date) -> None:
    with pytest.raises(Refused, match="It can't be done on a day that has not come"):
        actions.finish_milestone(
            milestone=first, done_on=today + timedelta(days=1), done_words="x", author=LEAD
        )
    assert not Milestone.objects.filter(is_done=True).exists()


def test_what_is_open_is_not_opened(first: Milestone, today: date) -> None:
    with pytest.raises(Refused, match="This is open already"):
        actions.reopen_milestone(milestone=first, because=WHY, author=LEAD)
    actions.finish_milestone(milestone=first, done_on=today, done_words="x", author=LEAD)
    with pytest.raises(Refused, match="Say why"):
        actions.reopen_milestone(milestone=first, because=" ", author=LEAD)
    first.refresh_from_db()
    assert first.is_done


# Planning anew


def wanted_of(action: Action, **more: Any) -> actions.PlannedAction:
    """An action as it stands, with some of it otherwise."""
    stands = {name: getattr(action, name) for name in actions.WRITTEN}
    return actions.PlannedAction(**(stands | {"pillars": [*action.pillars.all()]} | more))


def test_each_thing_that_changes_is_a_line_of_its_own(
    action: Action, decision: Decision, today: date
) -> None:
    due = today + timedelta(days=200)
    changes = actions.replan(
        action=action,
        wanted=wanted_of(action, title="Train bakers", due_on=due, weight=5, pillars=[]),
        because=WHY,
        decision=decision,
        author=LEAD,
    )
    assert [(change.field, change.old, change.new) for change in changes] == history(action)
    assert history(action) == [
        ("title", "Train young bakers", "Train bakers"),
        ("due_on", (today + timedelta(days=100)).isoformat(), due.isoformat()),
        ("weight", "", "5"),
        ("pillars", "Progressive procurement", ""),
    ]
    assert {change.decision for change in action.changes.all()} == {decision}
    action.refresh_from_db()
    assert (action.title, action.due_on, action.weight, action.pillars.count()) == (
        "Train bakers",
        due,
        5,
        0,
    )
    # Its address stays.
    assert action.code == "train-bakers"
    assert written(action) == ["action changed"]


@pytest.mark.parametrize(
    ("more", "because", "sentence"),
    [
        ({}, WHY, "Nothing was changed"),
        ({"title": "Train"}, "", "Say why the plan changes"),
        ({"due_on": date(2020, 1, 1)}, WHY, "It would end before it starts"),
    ],
)
def test_a_plan_is_not_changed_without_sense_or_reason(
    action: Action, more: dict[str, Any], because: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        actions.replan(
            action=action, wanted=wanted_of(action, **more), because=because, author=LEAD
        )
    action.refresh_from_db()
    assert action.title == "Train young bakers"
    assert (history(action), written(action)) == ([], [])


def test_an_end_before_an_open_milestone_is_refused_and_before_a_done_one_not(
    action: Action, first: Milestone, today: date
) -> None:
    early = wanted_of(action, due_on=today + timedelta(days=20))
    with pytest.raises(Refused, match="A milestone lies after the end"):
        actions.replan(action=action, wanted=early, because=WHY, author=LEAD)
    Milestone.objects.update(is_done=True, done_on=today)
    actions.replan(action=action, wanted=early, because=WHY, author=LEAD)
    action.refresh_from_db()
    assert action.due_on == early.due_on


# Stopping


def test_a_stopped_action_says_when_why_and_by_which_decision(
    stopped: Action, decision: Decision, today: date
) -> None:
    day = today - timedelta(days=10)
    assert stopped.stopped_on == day
    [change] = stopped.changes.all()
    assert (change.field, change.old, change.new) == ("stopped_on", "", day.isoformat())
    assert (change.because, change.decision, change.changed_on) == (WHY, decision, day)
    assert written(stopped) == ["action stopped"]
    with pytest.raises(Refused, match="This action is stopped already"):
        actions.stop(action=stopped, because=WHY, decision=decision, author=LEAD)
    assert written(stopped) == ["action stopped"]


def test_an_action_is_not_stopped_without_a_reason(action: Action, decision: Decision) -> None:
    with pytest.raises(Refused, match="Say why"):
        actions.stop(action=action, because="  ", decision=decision, author=LEAD)
    action.refresh_from_db()
    assert action.stopped_on is None


@pytest.mark.parametrize("verb", ["add", "move", "finish", "depend", "be needed", "accelerate"])
def test_nothing_more_is_planned_on_what_is_stopped(
    verb: str, stopped: Action, other: Action, decision: Decision, today: date
) -> None:
    """The page of a stopped action offered all of it, and took it."""
    first = stopped.milestones.get(title="Course agreed")
    deeds: dict[str, Callable[[], Any]] = {
        "add": lambda: actions.add_milestone(
            action=stopped, title="Ovens", due_on=None, because=WHY, author=LEAD
        ),
        "move": lambda: moved(first, 1),
        "finish": lambda: actions.finish_milestone(
            milestone=first, done_on=today, done_words="x", author=LEAD
        ),
        "depend": lambda: actions.depend(action=stopped, on=other, author=LEAD),
        "be needed": lambda: actions.depend(action=other, on=stopped, author=LEAD),
        "accelerate": lambda: actions.accelerate(
            decision=decision, actions=[stopped], days=5, because=WHY, author=LEAD
        ),
    }
    with pytest.raises(Refused, match="stopped"):
        deeds[verb]()
    assert written(stopped) == ["action stopped"]
    assert stopped.milestones.count() == 2
    assert len(history(stopped)) == 1


def test_what_was_done_before_an_action_was_stopped_can_still_be_marked(
    stopped: Action, today: date
) -> None:
    first = stopped.milestones.get(title="Course agreed")
    actions.finish_milestone(
        milestone=first, done_on=today - timedelta(days=10), done_words="x", author=LEAD
    )
    actions.reopen_milestone(milestone=first, because="A slip.", author=LEAD)
    with pytest.raises(Refused, match="its plan ends there"):
        actions.finish_milestone(
            milestone=first, done_on=today - timedelta(days=9), done_words="x", author=LEAD
        )


def test_a_stopped_actions_page_offers_nothing_that_is_refused(
    sign_in: Any, nadia: Person, action: Action, decision: Decision, today: date
) -> None:
    client, address = sign_in(nadia), action.get_absolute_url()
    offered = ("Add a milestone", "It needs another action first", "Stop it", ">Move<")
    page = client.get(address).content.decode()
    assert [words for words in offered if words not in page] == []
    actions.stop(action=action, because=WHY, decision=decision, author=LEAD, on=today)
    page = client.get(address).content.decode()
    assert [words for words in offered if words in page] == []
    assert "Change the plan" in page
    # Whoever had the page open before reads why, beside what was typed.
    answer = client.post(f"{address}milestones/", {"title": "Ovens, two", "because": WHY})
    assert b"This action was stopped on" in answer.content
    assert b'value="Ovens, two"' in answer.content


# Waiting for others


def test_an_action_needs_another_once(action: Action, other: Action) -> None:
    actions.depend(action=action, on=other, author=OF_THE_BAKERY)
    assert [*action.needs.all()] == [other]
    event = Event.objects.get(verb="dependency added")
    assert (event.about_code, event.as_role, event.detail) == (
        action.code,
        EDITOR,
        {"needs": other.code},
    )
    with pytest.raises(Refused, match="It needs “Buy an oven” first already"):
        actions.depend(action=action, on=other, author=LEAD)
    assert written(action) == ["dependency added"]


@pytest.mark.parametrize("length", [1, 2, 5])
def test_no_ring_of_actions_waits_for_itself(action: Action, length: int) -> None:
    chain = [action]
    for number in range(length):
        wanted = actions.PlannedAction(f"Step {number}")
        chain.append(actions.add(wanted=wanted, author=LEAD, milestones=[]))
        actions.depend(action=chain[-2], on=chain[-1], author=LEAD)
    assert actions.needs(action, chain[-1])
    assert not actions.needs(chain[-1], action)
    with pytest.raises(Refused, match=f"“Train young bakers” needs “Step {length - 1}” first"):
        actions.depend(action=chain[-1], on=action, author=LEAD)
    with pytest.raises(Refused, match="the other way round"):
        actions.depend(action=action, on=action, author=LEAD)


# Pulling forward


def test_all_that_lies_ahead_comes_forward_and_nothing_else(
    action: Action, first: Milestone, decision: Decision, today: date
) -> None:
    last = action.milestones.get(title="First cohort")
    Milestone.objects.filter(pk=first.pk).update(is_done=True, done_on=today)
    begun, due = action.starts_on, action.due_on
    acceleration = actions.accelerate(
        decision=decision, actions=[action], days=30, because=WHY, author=LEAD
    )
    action.refresh_from_db()
    last.refresh_from_db()
    # It has begun, so that its beginning stays; so does what is done.
    assert action.starts_on == begun
    assert due is not None
    assert action.due_on == last.due_on == due - timedelta(days=30)
    assert Milestone.objects.get(pk=first.pk).due_on == first.due_on
    assert {change.acceleration for change in action.changes.all()} == {acceleration}
    assert [(change.field, change.milestone) for change in action.changes.order_by("pk")] == [
        ("due_on", None),
        ("due_on", last),
    ]
    event = Event.objects.get(verb="programme accelerated")
    assert event.detail == {"days": 30}


def test_nothing_comes_before_today(action: Action, decision: Decision, today: date) -> None:
    actions.accelerate(decision=decision, actions=[action], days=3650, because=WHY, author=LEAD)
    action.refresh_from_db()
    assert action.due_on == today
    assert {step.due_on for step in action.milestones.all()} == {today}
    with pytest.raises(Refused, match="None of these actions has a date that lies ahead"):
        actions.accelerate(decision=decision, actions=[action], days=1, because=WHY, author=LEAD)


@pytest.mark.parametrize(
    ("days", "which", "because", "sentence"),
    [
        (0, "action", WHY, "1 or more"),
        (-3, "action", WHY, "1 or more"),
        (5, "", WHY, "Choose the actions"),
        (5, "other", WHY, "None of these actions has a date"),
        (5, "action", " ", "Say why"),
    ],
)
def test_a_pull_that_moves_nothing_is_refused(
    action: Action,
    other: Action,
    decision: Decision,
    days: int,
    which: str,
    because: str,
    sentence: str,
) -> None:
    chosen = {"action": [action], "other": [other], "": []}[which]
    due = action.due_on
    with pytest.raises(Refused, match=sentence):
        actions.accelerate(
            decision=decision, actions=chosen, days=days, because=because, author=LEAD
        )
    action.refresh_from_db()
    assert action.due_on == due
    assert not Acceleration.objects.exists()
    assert not Change.objects.exists()


# Decisions


def decided(day: date, title: str = "Adopt it", **more: str) -> Decision:
    answers = {"body": "Executive", "text": "", "minute": "E/1", "source_url": ""} | more
    return actions.decide(title=title, decided_on=day, author=LEAD, **answers)


def test_a_decision_is_in_the_log_by_its_day_and_title(town: Any, today: date) -> None:
    day = date(2026, 3, 4)
    decision = decided(day, "Adopt the charter, for good!")
    assert decision.code == "2026-03-04-adopt-the-charter-for-good"
    assert (decision.minute, decision.decided_on) == ("E/1", day)
    assert written(decision) == ["decision written"]
    with pytest.raises(Refused, match="in the log already"):
        decided(day, "Adopt the charter for good")
    # The same on another day is another.
    assert decided(day + timedelta(days=1), "Adopt the charter for good").pk != decision.pk
    assert Decision.objects.count() == 2


def test_a_decision_of_today_is_written_and_one_of_tomorrow_not(town: Any, today: date) -> None:
    decided(today)
    with pytest.raises(Refused, match="before it is made"):
        decided(today + timedelta(days=1))
    assert Decision.objects.count() == 1


# Risks


def values(**more: Any) -> dict[str, Any]:
    return {
        **{"title": "The mill closes", "description": "", "likelihood": 4, "impact": 5},
        **{"owner_title": "Head baker", "partner": None, "mitigation": "Another mill."},
        **more,
    }


def raised(action: Action, **more: Any) -> Risk:
    return actions.raise_risk(values=values(**more), actions=[action], pledges=[], author=LEAD)


def test_a_risk_is_scored_by_how_likely_and_how_bad_it_is(action: Action, today: date) -> None:
    risk = raised(action)
    assert (risk.score, risk.raised_on, [*risk.actions.all()]) == (20, today, [action])
    event = Event.objects.get(verb="risk raised")
    assert (event.about_code, event.detail) == ("the-mill-closes", {"score": 20})
    assert [raised(action).code for _ in range(2)] == ["the-mill-closes-2", "the-mill-closes-3"]
    assert raised(action, title="!?").code == "risk"
    # A file may say an earlier day.
    assert raised(action, raised_on=date(2026, 1, 1)).raised_on == date(2026, 1, 1)


def test_what_a_risk_was_before_is_kept(
    action: Action, other: Action, pledged: Any, today: date
) -> None:
    pledge = pledged()
    risk = actions.raise_risk(values=values(), actions=[action], pledges=[pledge], author=LEAD)
    actions.score_again(
        risk=risk, values=values(likelihood=1), actions=[other], pledges=[], author=LEAD
    )
    risk.refresh_from_db()
    assert (risk.score, [*risk.actions.all()], risk.pledges.count()) == (5, [other], 0)
    before = RiskBefore.objects.get()
    assert before.changed_on == today
    assert before.was["likelihood"] == 4
    assert (before.was["actions"], before.was["pledges"]) == ([action.code], [pledge.code])
    event = Event.objects.get(verb="risk scored")
    assert event.detail == {"was": 20, "now": 5}


def test_a_risk_closes_once_with_a_reason_and_is_scored_no_more(
    action: Action, today: date
) -> None:
    risk = raised(action)
    for blank in ("", "  "):
        with pytest.raises(Refused, match="Say why the risk is closed"):
            actions.close_risk(risk=risk, because=blank, author=LEAD)
    actions.close_risk(risk=risk, because="Another mill.", author=LEAD)
    risk.refresh_from_db()
    assert (risk.closed_on, risk.closed_because) == (today, "Another mill.")
    with pytest.raises(Refused, match="This risk is closed already"):
        actions.close_risk(risk=risk, because="Again.", author=LEAD)
    with pytest.raises(Refused, match="This risk is closed: it is scored no more"):
        actions.score_again(
            risk=risk, values=values(likelihood=1), actions=[], pledges=[], author=LEAD
        )
    risk.refresh_from_db()
    assert (risk.score, risk.closed_because) == (20, "Another mill.")
    assert not RiskBefore.objects.exists()
    assert written(risk) == ["risk raised", "risk closed"]


def test_a_grave_risk_puts_its_action_at_risk_until_it_is_closed(
    action: Action, today: date
) -> None:
    def standing() -> str:
        [line] = [line for line in reads.programme(today).lines if line.action == action]
        return line.status

    before = standing()
    risk = raised(action)
    assert standing() == "at_risk" != before
    actions.close_risk(risk=risk, because="Another mill.", author=LEAD)
    assert standing() == before


# What was typed


@pytest.mark.parametrize(
    ("address", "typed", "sentence"),
    [
        ("stop/", {"because": "No money left."}, "Only a decision can stop an action"),
        ("", {"title": "", "because": "No money left."}, "Say what will be done"),
        ("", {"title": "x", "weight": "1.5", "because": "No money left."}, "Write a whole number"),
        ("", {"title": "x", "weight": "1001", "because": "No money left."}, "1000"),
    ],
)
def test_the_leads_words_stay_beside_what_is_wrong(
    sign_in: Any, nadia: Person, action: Action, address: str, typed: dict[str, str], sentence: str
) -> None:
    page = sign_in(nadia).post(f"/desk/programme/actions/{action.code}/{address}", typed)
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert "No money left." in page.content.decode()
    assert not Change.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"likelihood": "6"}, "Choose from the list for “How likely is it?”"),
        ({"impact": ""}, "Choose an answer to “How bad would it be?”"),
        ({"owner_title": ""}, "Say who watches it, by role"),
        ({"title": ""}, "Say what may go wrong"),
        ({"pledges": "P-1, nope"}, "There is no pledge"),
    ],
)
def test_a_risks_words_stay_beside_what_is_wrong(
    sign_in: Any, nadia: Person, action: Action, change: dict[str, str], sentence: str
) -> None:
    typed = {
        **{"title": "The mill closes", "likelihood": "4", "impact": "5"},
        **{"owner_title": "Head baker", "mitigation": "Another mill, by the sea."},
        **change,
    }
    page = sign_in(nadia).post("/desk/programme/risks/", typed).content.decode()
    assert sentence in page
    assert "Another mill, by the sea." in page
    assert not Risk.objects.exists()

"""The plan: its truth table, what people do with it, files that become it, the statutory export."""

from __future__ import annotations

import io
import json
import os
import re
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from commonweal.accounts.actors import EDITOR, IMPORT, Actor
from commonweal.accounts.models import Event, Role
from commonweal.charter.models import Decision
from commonweal.office.errors import Refused
from commonweal.programme import actions, importing, plan, reads
from commonweal.programme.importing.recommendations import RESPONSES
from commonweal.programme.models import Action, Change, Milestone, Pillar, Risk
from commonweal.programme.status import (
    ActionState,
    MilestoneState,
    progress_of,
    roll_up,
    status_of,
    weights,
)

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "data"
real = pytest.mark.skipif(
    not SHARED.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the public data to run against is not beside this checkout",
)
pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 1)


def on_day(number: str | int) -> date:
    return DAY + timedelta(days=int(number))


def plan_of(text: str) -> ActionState:
    """A plan as the methods page writes it."""
    said: dict[str, Any] = {"steps": [], "starts_on": None, "due_on": None}
    for part in (one.strip() for one in text.split(";")):
        if found := re.match(r"(\d+) to (\d+)$", part):
            said |= {"starts_on": on_day(found[1]), "due_on": on_day(found[2])}
        elif part.startswith("step"):
            due = re.match(r"step (\d+)", part)
            done = re.search(r"done(?: (\d+))?", part)
            weight = re.search(r"weight (\d+)", part)
            said["steps"].append(
                MilestoneState(
                    on_day(due[1]) if due else None,
                    int(weight[1]) if weight else None,
                    bool(done),
                    on_day(done[1]) if done and done[1] else None,
                )
            )
        elif part == "waits":
            said["waits_for_late"] = True
        elif found := re.match(r"risk (\d+)", part):
            said["highest_risk"] = int(found[1])
        elif found := re.match(r"stopped (\d+)", part):
            said["stopped_on"] = on_day(found[1])
        else:
            raise AssertionError(part)
    return ActionState(**said)


def rows_of_the_page() -> list[list[str]]:
    text = (ROOT / "docs/methods/programme.md").read_text()
    table = text.split("## Truth table")[1].split("\n\n")[2]
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]
    ]


@pytest.mark.parametrize("row", rows_of_the_page(), ids=lambda row: row[0])
def test_the_truth_table_of_the_methods_page(row):
    _, text, day, status, progress = row
    made = plan_of(text)
    assert status_of(made, on_day(day)) == status
    assert round(float(progress_of(made, on_day(day))) * 100) == int(progress)


@given(st.lists(st.tuples(st.fractions(0, 1), st.none() | st.integers(0, 9)), max_size=8))
def test_a_parents_progress_lies_between_its_childrens(children):
    shares = weights([weight for _, weight in children])
    assert sum(shares) == (1 if children else 0)
    found = roll_up(children)
    if children:
        assert min(p for p, _ in children) <= found <= max(p for p, _ in children)
    else:
        assert found == Fraction(0)


def test_the_table_has_every_status():
    assert {row[3] for row in rows_of_the_page()} == {
        "done",
        "under_way",
        "due_soon",
        "at_risk",
        "late",
        "planned",
        "undated",
        "stopped",
    }


# --- What people do ---------------------------------------------------------------------------


def boxes(name: str, day: date) -> dict[str, str]:
    return {f"{name}_0": str(day.day), f"{name}_1": str(day.month), f"{name}_2": str(day.year)}


def test_milestones_are_rows_and_each_fault_is_at_its_own(sign_in, nadia, pillar, today):
    client = sign_in(nadia)
    due = today + timedelta(days=60)
    typed = {
        "title": "Open the yard, at last",
        "milestone_1": "Gate, painted",
        **boxes("milestone_2_on", due),
        "milestone_5_0": "1",
        "milestone_5": "Lease signed",
        "milestone_5_on_0": "31",
        "milestone_5_on_1": "2",
        "milestone_5_on_2": "2027",
    }
    page = client.post("/desk/programme/actions/", typed).content.decode()
    assert "Say what will be there on that day" in page
    assert "This is no real date" in page
    # What was typed is kept, and the row with a fault is not hidden.
    assert 'value="Lease signed"' in page
    assert re.search(r'<details class="govuk-details fold" open>', page)
    assert not Action.objects.filter(title__startswith="Open the yard").exists()
    good = typed | {"milestone_2": "Yard, open", "milestone_5_on_1": "3"}
    assert client.post("/desk/programme/actions/", good).status_code == 302
    made = Action.objects.get(title="Open the yard, at last")
    rows = [(step.title, step.due_on) for step in made.milestones.order_by("pk")]
    assert rows == [
        ("Gate, painted", None),
        ("Yard, open", due),
        ("Lease signed", date(2027, 3, 31)),
    ]


def test_an_action_without_a_milestone_is_asked_again(sign_in, nadia, action):
    page = sign_in(nadia).post("/desk/programme/actions/", {"title": "Nothing to see"})
    assert "Write at least one milestone" in page.content.decode()
    assert not Action.objects.filter(title="Nothing to see").exists()


def test_the_lead_adds_an_action_and_it_says_what_it_lacks(sign_in, nadia, action, today):
    client = sign_in(nadia)
    page = client.post("/desk/programme/actions/", {"title": ""})
    assert b"govuk-error-summary" in page.content
    due = today + timedelta(days=60)
    answers = {
        "title": "Count empty shops",
        "milestone_1": "List made",
        **boxes("milestone_1_on", due),
        **boxes("starts_on", today),
        **boxes("due_on", due),
    }
    assert client.post("/desk/programme/actions/", answers).status_code == 302
    made = Action.objects.get(title="Count empty shops")
    assert [m.due_on for m in made.milestones.all()] == [due]
    assert Event.objects.filter(verb="action added", about_code=made.code).exists()
    found = reads.programme(today)
    assert [(x.action.title, x.lacks) for x in found.not_yet_actionable] == [
        ("Count empty shops", ["pillar", "owner", "measure"])
    ]
    page = client.get("/programme/").content.decode()
    assert "Not yet actionable" in page
    assert "Count empty shops" in page


@pytest.mark.parametrize("count", [1, 2])
def test_pillars_that_add_up_to_more_than_the_actions_say_why(client, nadia, action, count):
    author, before = Actor(nadia, Role.PROGRAMME_LEAD), Action.objects.count()
    Pillar.objects.create(code="second", name="A second pillar", order=9)
    for number in range(count):
        wanted = actions.PlannedAction(f"In two {number}", pillars=[*Pillar.objects.all()[:2]])
        assert "under several pillars" not in client.get("/programme/").content.decode() or number
        actions.add(wanted=wanted, author=author, milestones=[("a", None)])
    page = " ".join(client.get("/programme/").content.decode().split())
    stand = "1 action stands" if count == 1 else "2 actions stand"
    counts = "counts" if count == 1 else "count"
    total = f"the {before + count} actions of the programme"
    assert f"{stand} under several pillars and {counts} in each, so the pillars" in page
    assert total in page


def test_a_partner_works_on_its_own_actions_only(sign_in, asha, ben, carys, idris, action, today):
    step = action.milestones.all()[0]
    address = f"/programme/actions/{action.code}/milestones/{step.pk}/done/"
    for nobody in (ben, carys, idris):
        assert sign_in(nobody).post(address).status_code == 403
    client = sign_in(asha)
    late = client.post(address, boxes("done_on", today + timedelta(days=2)) | {"words": "x"})
    assert b"has not come" in late.content
    client.post(address, boxes("done_on", today) | {"words": "Course book is printed."})
    step.refresh_from_db()
    assert step.done_on == today
    line = reads.programme(today).lines[0]
    assert line.per_cent == 50
    with pytest.raises(Refused, match="already"):
        actions.finish_milestone(
            milestone=step, done_on=today, done_words="", author=Actor(asha, EDITOR)
        )
    assert sign_in(asha).get(f"/desk/programme/actions/{action.code}/").status_code == 403


def test_replanning_keeps_what_was(sign_in, asha, action, today):
    step = action.milestones.all()[0]
    address = f"/programme/actions/{action.code}/milestones/{step.pk}/move/"
    new = step.due_on + timedelta(days=20)
    assert b"Say why" in sign_in(asha).post(address, boxes("due_on", new)).content
    sign_in(asha).post(address, boxes("due_on", new) | {"because": "The oven came late."})
    change = Change.objects.get()
    assert (change.old, change.new) == (step.due_on.isoformat(), new.isoformat())
    page = sign_in(asha).get(action.get_absolute_url()).content.decode()
    assert "The oven came late." in page
    for act in (
        lambda: Change.objects.update(because="It never moved."),
        lambda: Change.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_decision_pulls_actions_forward_and_the_programme_shows_what_moved(
    sign_in, nadia, action, decision, today
):
    before = {m.title: m.due_on for m in action.milestones.all()}
    client = sign_in(nadia)
    answers = {"decision": decision.pk, "actions": [action.pk], "days": "30", "because": "A grant."}
    assert client.post("/desk/programme/accelerate/", answers).status_code == 302
    after = {m.title: m.due_on for m in action.milestones.all()}
    assert all(after[t] == before[t] - timedelta(days=30) for t in before)
    [made] = reads.accelerations()
    assert {c.old for c in made.changes.all()} >= {d.isoformat() for d in before.values()}
    page = client.get("/programme/").content.decode()
    assert "A grant." in page
    page = client.get(f"/charter/decisions/{decision.code}/").content.decode()
    assert action.title in page
    again = client.post("/desk/programme/accelerate/", answers | {"days": "0"})
    assert again.status_code == 200
    # What is due comes no earlier than the day of the act.
    actions.accelerate(
        decision=decision,
        actions=[action],
        days=500,
        because="x",
        author=Actor(nadia, Role.PROGRAMME_LEAD),
    )
    assert {m.due_on for m in action.milestones.all()} == {today}


def test_two_actions_cant_wait_for_each_other(sign_in, nadia, action):
    author = Actor(nadia, Role.PROGRAMME_LEAD)
    other = actions.add(wanted=actions.PlannedAction("Other"), author=author, milestones=[])
    third = actions.add(wanted=actions.PlannedAction("Third"), author=author, milestones=[])
    actions.depend(action=action, on=other, author=author)
    actions.depend(action=other, on=third, author=author)
    with pytest.raises(Refused, match="other way round"):
        actions.depend(action=third, on=action, author=author)
    with pytest.raises(Refused):
        actions.depend(action=action, on=action, author=author)


def test_an_action_waits_for_a_late_one(nadia, action, today):
    author = Actor(nadia, Role.PROGRAMME_LEAD)
    other = actions.add(
        wanted=actions.PlannedAction("Other", due_on=today - timedelta(days=1)),
        author=author,
        milestones=[],
    )
    actions.depend(action=action, on=other, author=author)
    lines = {x.action.pk: x for x in reads.programme(today).lines}
    assert lines[other.pk].status == "late"
    assert lines[action.pk].status == "at_risk"
    assert lines[action.pk].waits_for == [other]
    assert lines[action.pk].status_words == "At risk"


def test_risks_are_scored_endanger_and_close_with_a_reason(sign_in, nadia, action, pledged):
    pledge = pledged()
    client = sign_in(nadia)
    answers = {
        "title": "The mill closes",
        "likelihood": "4",
        "impact": "5",
        "owner_title": "Head baker",
        "actions": [action.pk],
        "pledges": pledge.code.lower(),
    }
    wrong = client.post("/desk/programme/risks/", answers | {"pledges": "NOPE"})
    assert b"There is no pledge NOPE" in wrong.content
    assert client.post("/desk/programme/risks/", answers).status_code == 302
    risk = Risk.objects.get()
    assert (risk.score, [*risk.pledges.all()]) == (20, [pledge])
    page = client.get("/programme/").content.decode()
    assert "The mill closes" in page
    assert "At risk" in page
    address = f"/desk/programme/risks/{risk.code}/close/"
    assert client.post(address, {}).status_code == 200
    client.post(address, {"because": "Another mill."})
    assert "The mill closes" not in client.get("/programme/").content.decode()


def test_stopping_takes_a_decision(sign_in, nadia, action, decision, today):
    client = sign_in(nadia)
    address = f"/desk/programme/actions/{action.code}/stop/"
    assert client.post(address, {"because": "x"}).status_code == 200
    client.post(address, {"because": "The fund said no.", "decision": decision.pk})
    action.refresh_from_db()
    assert action.stopped_on == today
    assert "Stopped" in client.get("/programme/").content.decode()


def test_a_decision_is_written_once_and_not_before_it_is_made(sign_in, nadia, today):
    client = sign_in(nadia)
    answers = {
        "title": "Adopt it",
        "body": "Executive",
        "minute": "E/1",
        **boxes("decided_on", today),
    }
    assert client.post("/desk/programme/decisions/", answers).status_code == 302
    assert b"already" in client.post("/desk/programme/decisions/", answers).content
    tomorrow = boxes("decided_on", today + timedelta(days=1))
    assert (
        b"before it is made"
        in client.post("/desk/programme/decisions/", answers | tomorrow).content
    )
    page = client.get("/charter/decisions/").content.decode()
    assert "E/1" in page


def test_the_programme_page_asks_few_questions_of_the_database(
    client, nadia, action, django_assert_max_num_queries
):
    author = Actor(nadia, Role.PROGRAMME_LEAD)
    for number in range(30):
        actions.add(
            wanted=actions.PlannedAction(f"Action {number}", pillars=[*Pillar.objects.all()]),
            author=author,
            milestones=[("a", None), ("b", None)],
        )
    with django_assert_max_num_queries(25):
        client.get("/programme/")


# --- Files ------------------------------------------------------------------------------------

FILE = """key,title,workstream,pillars,partner,owner,measure,starts_on,due_on,weight,milestones
1,Train bakers,Work,procurement,bakery,Head,apprentices,2026-01-01,2027-01-01,2,\
Agreed | 2026-03-01 | 2026-02-20; Begun | 2026-09-01
2,Buy flour here,Work,procurement,bakery,Head,,2026-01-01,31/03/2027,,
3,Backwards,Work,,,,,2027-01-01,2026-01-01,,
4,,,,,,,,,,
1,Again,,,,,,,,,
5,Who,,,nobody,,,,,,
"""


def read_file(text: str, **more: Any) -> importing.ActionPlan:
    planned = importing.plan(
        text.encode(), "plan.csv", **({"source": "plan", "as_at": date(2026, 6, 1)} | more)
    )
    if not planned.does_nothing:
        importing.carry_out(planned, author=Actor(None, IMPORT))
    return planned


@pytest.mark.parametrize(
    ("starts_on", "due_on", "days"),
    [
        ("01/04/26", "31/03/27", (date(2026, 4, 1), date(2027, 3, 31))),
        ("1 April 2026", "31 Mar 2027", (date(2026, 4, 1), date(2027, 3, 31))),
        ("2026-04-01 00:00:00", "2027-03-31T00:00:00", (date(2026, 4, 1), date(2027, 3, 31))),
        ("", "31/03/0027", None),
        ("", "31/04/2027", None),
        ("01/04/0026", "", None),
    ],
)
def test_the_days_of_an_action_are_of_our_time_or_it_is_refused(bakery, starts_on, due_on, days):
    """31/03/27 was the year 27: late in public, and the timeline ran from the year 26."""
    result = read_file(f"Key,Title,Starts on,Due on\n1,Open,{starts_on},{due_on}\n")
    assert list(Action.objects.values_list("starts_on", "due_on")) == ([days] if days else [])
    assert len(result.rejected) == (0 if days else 1)


def test_an_action_with_a_cell_too_many_is_refused_and_not_cut(bakery):
    result = read_file("Key,Title,Due on\n1,Open,31/03/2027,and more\n2,Close,31/03/2027,\n")
    assert list(Action.objects.values_list("source_key", flat=True)) == ["2"]
    assert "'and more' stands beyond the last" in dict(result.rejected)[2]


def test_a_file_becomes_a_programme_once(bakery, pillar, metric):
    made = read_file(FILE)
    assert (made.counts["new"], len(made.rejected), made.rows) == (2, 4, 6)
    assert [row for row, _ in made.rejected] == [4, 5, 6, 7]
    assert "no partner 'nobody'" in dict(made.rejected)[7]
    action = Action.objects.get(source_key="1")
    assert [m.done_on for m in action.milestones.all()] == [date(2026, 2, 20), None]
    again = read_file(FILE)
    assert (again.new, again.changed, again.unchanged) == ([], [], 2)
    later = read_file(FILE.replace("2026-09-01", "2026-11-01"), as_at=date(2026, 7, 1))
    assert later.counts["changed"] == 1
    change = Change.objects.get(milestone__title="Begun")
    assert (change.old, change.new, change.changed_on) == (
        "2026-09-01",
        "2026-11-01",
        date(2026, 7, 1),
    )


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.json", b"{}", "has no recommendations"),
        ("a.json", b"\xff\xfe", "has no recommendations"),
        ("a.csv", b"key,title,colour\n1,2,3\n", "no column 'colour'"),
        ("a.csv", b"", "."),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(bakery, name, data, said):
    with pytest.raises(Refused, match=said):
        importing.plan(data, name, source="x", as_at=DAY)


@real
def test_real_recommendations_become_a_programme_with_decisions(town, today, client):
    path = SHARED / "pledges/recommendations/royal_commission.json"
    said = json.loads(path.read_text())
    wanted = [one for c in said["categories"] for one in c["recommendations"]]
    call_command("programme", "import", str(path), as_at="2026-06-01", verbosity=0)
    assert Action.objects.count() == len(wanted)
    by_answer: dict[str, int] = {}
    for one in wanted:
        word = RESPONSES[str(one["accepted"]).lower()]
        by_answer[word] = by_answer.get(word, 0) + 1
    counted = reads.counts_of_effects(list(Decision.objects.all()))
    for decision in Decision.objects.all():
        assert counted[decision.pk] == by_answer[decision.title.split(":")[0]]
    done = sum(str(one["implemented"]).lower() == "true" for one in wanted)
    statuses = [line.status for line in reads.programme(today).lines]
    assert statuses.count("done") == done
    call_command("programme", "import", str(path), as_at="2026-06-01", verbosity=0)
    assert Action.objects.count() == len(wanted)
    assert Milestone.objects.filter(done_on__isnull=False).count() == 0
    assert client.get("/programme/").status_code == 200


# --- The statutory plan -----------------------------------------------------------------------


def test_the_joint_plan_names_each_empty_item(client, action, today):
    found = plan.joint_plan(today)
    empty = {section.topic.code for section in found.empty}
    assert "partnership" not in empty
    assert empty
    page = client.get("/programme/plan/").content.decode()
    word = client.get("/programme/plan.docx")
    document = Document(io.BytesIO(word.content))
    said = "\n".join(p.text for p in document.paragraphs)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    lines = client.get("/programme/plan.csv").getvalue().decode()
    for section in found.empty:
        assert section.topic.title in page.replace("&#x27;", "'")
        assert section.topic.title in said
    assert said.count("EMPTY") == lines.count("EMPTY") == len(found.empty)
    assert action.title in cells

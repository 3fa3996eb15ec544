"""A wrong list undone as a whole: who was merely shown, who was opened, and who was worked on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from commonweal.accounts.models import Event
from commonweal.cases import access, adding, lists, working
from commonweal.cases.lists import traces
from commonweal.cases.models import Callback, Case, CaseRead, Gap, ListRow, ListRun, Need, Note
from commonweal.grants import actions as granting
from commonweal.residents import deaths, merging, people
from commonweal.residents.models import Resident

from .world import words_of

pytestmark = pytest.mark.django_db
HEADS = "First name,Surname,d.o.b,Postcode,Phone number,Notes\n"
SIX = "".join(
    f"{name},Reed,{10 + at}/03/195{at},BF1 1AA,0770090000{at},\n"
    for at, name in enumerate(("Ada", "Bob", "Cyd", "Dan", "Eve", "Fay"))
)
KNOWN = "Gus,Lovell,27/03/1950,BF1 1AB,07700900009,soup\n"
GUS = {
    "first_name": "Gus",
    "last_name": "Lovell",
    "born": "1950-03-27",
    "phones": "07700 900009",
    "postcode": "BF1 1AB",
}


@pytest.fixture
def bring(kinds, grace) -> Any:
    """A list of people, carried out."""

    def carried(text: str, kind: str = "food") -> ListRun:
        shown = lists.preview((HEADS + text).encode(), "list.csv")
        return lists.carry_on(shown, lists.begin(shown, help_type=kinds[kind], by=grace))

    return carried


@pytest.fixture
def desk(sign_in, grace) -> Any:
    return sign_in(grace)


def look(client: Any, run: ListRun) -> Any:
    """The page before undoing, and what it would do."""
    return client.get(reverse("list-undo", args=[run.pk]))


def undo(client: Any, run: ListRun) -> str:
    """Look at what would go, press the button; what the page says then, without its tags."""
    look(client, run)
    page = client.post(reverse("list-undo", args=[run.pk]), {"seen": ""}, follow=True)
    run.refresh_from_db()
    return " ".join(re.sub("<[^>]*>", " ", words_of(page)).split())


def planned(client: Any, run: ListRun) -> dict[str, int]:
    """How many the page promises, by what becomes of them."""
    undoing = look(client, run).context["undoing"]
    counts = {part: len(getattr(undoing, part)) for part in ("gone", "ended", "left")}
    return {part: count for part, count in counts.items() if count} | {"known": undoing.known}


def case_of(name: str) -> Case:
    return next(case for case in Case.objects.all() if case.resident.first_name == name)


def test_a_list_that_was_looked_at_before_it_is_undone_goes_whole(bring, desk):
    run = bring(SIX)
    page = look(desk, run)
    assert len(page.context["undoing"].gone) == 6
    # Nobody is shown by name, so that nobody has to be kept for having been shown.
    assert "Reed" not in words_of(page)
    assert not CaseRead.objects.exists()
    undo(desk, run)
    assert run.undone == {"undone": 6}
    assert not Case.objects.exists()
    assert not Resident.objects.exists()


def test_one_worked_on_stays_and_the_others_go(bring, desk, asks_for_help, leah, sign_in):
    before = asks_for_help("food", by=leah, **GUS)
    run = bring(SIX + KNOWN)
    assert Note.objects.filter(case=before, kind="list").exists()
    case = case_of("Ada")
    client = sign_in(leah)
    client.get(case.get_absolute_url())
    working.note(case=case, words="Rang her.", by=leah)
    client.get(case.get_absolute_url())
    desk = sign_in(run.started_by)
    promised = planned(desk, run)
    page = undo(desk, run)
    assert run.counts["stayed"] == 1
    assert run.counts.get("undone", 0) + run.counts.get("ended", 0) == 6
    assert "Row 2: worked on since: a note" in page
    open_cases = set(Case.objects.open())
    assert open_cases == {case, before}
    assert not Note.objects.filter(kind="list").exists()
    assert promised["left"] == 1
    assert promised.get("gone", 0) == run.counts["undone"] - 1
    assert promised.get("ended", 0) == run.counts.get("ended", 0)
    assert promised["known"] == 1


@pytest.mark.parametrize("how", ["queue", "candidate", "opened"])
def test_who_was_merely_looked_at_has_the_case_closed_and_stays_as_a_person(
    bring, desk, leah, kinds, how
):
    run = bring(SIX)
    case = case_of("Ada")
    if how == "opened":
        access.get_case_for(leah, case.code, what="case")
    else:
        access.note_reads(leah, [case.resident], what=how, link="queue")
    assert planned(desk, run) == {"gone": 5, "ended": 1, "known": 0}
    page = undo(desk, run)
    assert run.undone == {"undone": 5, "ended": 1}
    why = traces.OPENED if how == "opened" else traces.SHOWN
    assert f"Row 2, {case.code} : {why}" in page
    case.refresh_from_db()
    assert case.state == Case.State.CLOSED
    assert [need.state for need in case.needs.all()] == ["gone"]
    assert not Callback.objects.filter(state="due").exists()
    assert not Gap.objects.exists()
    assert Case.objects.get() == case
    assert Resident.objects.get() == case.resident
    assert CaseRead.objects.filter(person=leah, resident=case.resident).exists()
    closed = Event.objects.get(verb="help request closed")
    assert (closed.about_code, closed.by_code) == (case.code, run.started_by.code)
    # The same list is read for another kind of help: one more case of the one who stayed.
    again = bring(SIX, "medicine")
    assert Resident.objects.count() == 6
    assert Case.objects.open().count() == ListRow.objects.filter(run=again).count() == 6


def test_names_in_the_queue_keep_no_case_open(bring, desk, sign_in, leah):
    run = bring(SIX)
    client = sign_in(leah)
    client.post(reverse("queue-names"), {"verb": "show"})
    assert "Ada Reed" in words_of(client.get(reverse("desk-queue")))
    desk = sign_in(run.started_by)
    assert planned(desk, run) == {"ended": 6, "known": 0}
    undo(desk, run)
    assert run.undone == {"ended": 6}
    assert not Case.objects.open().exists()
    assert Resident.objects.count() == 6


def work_on(case: Case, work: str, request: Any) -> None:
    leah = request.getfixturevalue("leah")
    match work:
        case "a note":
            working.note(case=case, words="Rang her.", by=leah)
        case "somebody has the case":
            working.take(case=case, by=leah)
        case "somebody decided how urgent it is":
            working.decide_urgency(case=case, level=2, because="She fell.", by=leah)
        case "a need was changed or added":
            kind = request.getfixturevalue("kinds")["debt"]
            adding.add_need(case=case, help_type=kind, words="", by=leah)
        case "details were changed":
            people.change(resident=case.resident, values={"email": "ada@example.org"}, by=leah)
        case "a grant":
            values = {"category": "food", "reason": "GTIR010", "purpose": "GTIP070", "asked": 50}
            fund = request.getfixturevalue("fund")
            granting.apply(fund=fund, resident=case.resident, by=leah, values=values)
        case "a report of a death":
            deaths.report_dead(resident=case.resident, by=leah)
        case "records were put together":
            other = request.getfixturevalue("asks_for_help")("debt", by=leah, first_name="Ida")
            merging.merge(kept=case.resident, gone=other.resident, because="One voice.", by=leah)


@pytest.mark.parametrize(
    "work",
    [
        "a note",
        "somebody has the case",
        "somebody decided how urgent it is",
        "a need was changed or added",
        "details were changed",
        "a grant",
        "a report of a death",
        "records were put together",
    ],
)
def test_whatever_was_done_keeps_case_and_person_and_is_named(bring, desk, request, work):
    run = bring(SIX)
    case = case_of("Ada")
    work_on(case, work, request)
    undo(desk, run)
    assert run.counts["undone"] == 5
    [(row, why)] = run.stayed
    assert row == 2
    assert work in why
    case.refresh_from_db()
    assert case.state != Case.State.CLOSED
    assert Need.objects.filter(case=case, state="open").exists()


def test_somebody_here_before_is_not_among_those_that_go(bring, desk, asks_for_help, leah):
    before = asks_for_help("food", by=leah, **GUS)
    run = bring(KNOWN)
    page = look(desk, run)
    assert planned(desk, run) == {"known": 1}
    assert before.code not in words_of(page)
    assert "1 row is of people who were here before" in words_of(page)
    undo(desk, run)
    assert run.undone == {"undone": 1}
    assert Case.objects.get() == before


def test_every_kind_of_row_that_keeps_a_case_has_a_word():
    kinds = {
        kind._meta.model_name
        for model in (Case, Need, Callback, Resident)
        for kind, _ in traces.protecting(model)
    }
    assert kinds <= set(traces.WORK)
    assert set(traces.WORK) <= kinds

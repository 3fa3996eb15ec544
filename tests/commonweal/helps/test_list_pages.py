"""A list of people in the desk manager's hands: mapped, looked at, carried out, undone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from commonweal.accounts.models import Event, Message
from commonweal.bringing.models import HeldFile, Mapping
from commonweal.cases import jobs, lists, next_actions, working
from commonweal.cases.lists import running, waiting
from commonweal.cases.models import (
    Callback,
    Case,
    CaseRead,
    ListLayout,
    ListRow,
    ListRun,
    Note,
    Referral,
)
from commonweal.residents.models import DeathReport, Resident, ResidentKey

from .world import World, words_of

pytestmark = pytest.mark.django_db
PAGE = "/desk/help/lists/"
HEADS = "Client,Born when,Ring them on,Lives at,Code,Wants\n"
ODD = HEADS + "Zebedee Quillfeather,27/03/1950,7700934567,1 Low Row,BF1 1AA,soup\n"
SAID = ("name", "born", "phone", "address", "postcode", "note")
READ = {"answer-0": "read"}
PLAIN = "First name,Surname,d.o.b,Postcode,Phone number,Date of death,Notes\n"


@pytest.fixture
def bring(kinds, grace, sign_in) -> Any:
    """Choose a file as Grace; what the page says."""
    client = sign_in(grace)

    class Bringing:
        def __init__(self) -> None:
            self.client = client

        def choose(self, text: str, name: str = "list.csv", sender: str = "", kind: str = "food"):
            upload = SimpleUploadedFile(name, text.encode())
            answers = {"file": upload, "help_type": kind, "sender": sender}
            return client.post(PAGE, answers, follow=True)

        def tell(self, page: Any, line: int = 1, **answers: str):
            """What its columns mean, as somebody says on the page of columns."""
            understood = page.context["understood"]
            told = {f"column-{at}": c.meaning for at, c in enumerate(understood.columns)}
            told |= {"heading": str(line), "shown": f"{understood.heading} {understood.sheet}"}
            address = reverse("list-columns", args=[page.context["held"].code])
            return client.post(address, told | answers, follow=True)

        def press(self, page: Any, do: str = "carry", **answers: str):
            """Bring in what a page showed."""
            preview = page.context["preview"]
            address = reverse("list-held", args=[page.context["held"].code])
            sent = {"seen": preview.fingerprint, "do": do} | answers
            return client.post(address, sent, follow=True)

        def carry(self, text: str, **said: str):
            """Choose, say that the names of the dead were read, and bring in."""
            page = self.choose(text, **said)
            if page.context["preview"].questions.open:
                page = self.press(page, "look", **READ)
            return self.press(page)

        def undo(self, run: ListRun):
            return client.post(reverse("list-undo", args=[run.pk]), {"seen": ""}, follow=True)

    return Bringing()


# --- Understood, or said ----------------------------------------------------------------------


def counts(page: Any) -> dict[str, int]:
    """What a preview counts, without what there is none of."""
    return {what: count for what, count in page.context["preview"].counts.items() if count}


def test_an_unknown_list_is_mapped_on_the_page_and_remembered_by_its_sender(bring):
    odd = ODD.replace("Client", "Who")
    page = bring.choose(odd, sender="The Hub")
    assert "What the columns mean" in words_of(page)
    assert "For instance: Zebedee Quillfeather" in words_of(page)
    assert "Bring it in" not in words_of(page)
    page = bring.tell(page, **{f"column-{at}": meaning for at, meaning in enumerate(SAID)})
    assert counts(page) == {"rows": 1, "new": 1}
    assert "Zebedee Quillfeather" in words_of(page)
    assert "Carried out" in words_of(bring.press(page))
    resident = Resident.objects.get()
    assert (resident.full_name, resident.born) == ("Zebedee Quillfeather", "1950-03-27")
    assert (resident.phones, resident.postcode) == ("07700934567", "BF1 1AA")
    assert Mapping.objects.get(place="lists").sender == "the hub"
    # The next of this layout needs no saying; of another sender's nobody has said anything.
    nearly = HEADS.replace("Client", "Who") + "Ada Quick,1/2/1950,07700900009,2 Row,BF1 1AB,tea\n"
    assert counts(bring.choose(nearly, sender="THE HUB ")) == {"rows": 1, "new": 1}
    assert "What the columns mean" in words_of(bring.choose(nearly, sender="Another"))


def test_nothing_said_of_who_they_are_asks_again(bring):
    page = bring.tell(bring.choose(ODD.replace("Client", "Who")))
    assert "No column says who these people are" in words_of(page)
    assert "What the columns mean" in words_of(page)


def test_what_an_earlier_version_was_told_is_still_known(bring):
    odd = ODD.replace("Client", "Who")
    shown = lists.preview(odd.encode(), "x.csv")
    ListLayout.objects.create(sender="the hub", signature=shown.signature, meanings=list(SAID))
    assert counts(bring.choose(odd, sender="The Hub")) == {"rows": 1, "new": 1}


def test_several_columns_may_be_lines_of_an_address(bring):
    text = "Name,Where,Street\nAda Lovell,Flat 2,1 Low Row\n"
    page = bring.choose(text)
    address = reverse("list-columns", args=[page.context["held"].code])
    page = bring.tell(bring.client.get(address), **{"column-1": "address", "column-2": "address"})
    bring.press(page)
    assert Resident.objects.get().address == "Flat 2, 1 Low Row"
    page = bring.choose(text.replace("Ada", "Bob"))
    address = reverse("list-columns", args=[page.context["held"].code])
    page = bring.tell(bring.client.get(address), **{"column-1": "key", "column-2": "key"})
    assert "Two columns are said to be" in words_of(page)


def test_columns_that_nobody_understands_are_named(bring):
    page = bring.choose("Name,Shoe size\nAda Lovell,7\n")
    assert "it means: Shoe size" in words_of(page)


@pytest.mark.parametrize(
    "heads",
    [
        "Enw cyntaf,Cyfenw,Dyddiad geni,Ffôn",
        "FIRST NAME,surname,Date_of_Birth,Tel No.",
        "Enw cyntaf / First name,Cyfenw / Surname,Dyddiad geni / Date of birth,Ffôn / Phone",
        "PatientFirstName,PatientSurname,DateOfBirth,mobile",
    ],
)
def test_headings_are_known_in_either_language_and_any_case(heads):
    shown = lists.preview(f"{heads}\nAda,Lovell,27/03/1950,7700900001\n".encode(), "x.csv")
    [listed] = shown.listed
    assert (listed.name, listed.described.born) == ("Ada Lovell", "1950-03-27")
    assert listed.phones == ("07700900001",)


@pytest.mark.parametrize(
    "total",
    [
        "Total,24,,",
        "Grand total: 24,,,",
        "Cyfanswm,2,,",
        "24 residents,,,",
        ",,,24",
        "End of list,,,",
        "Printed by Mrs X,,,",
    ],
)
def test_a_total_is_no_resident(total):
    text = f"Name,Surname2,Postcode,Notes\nAda Lovell,,BF1 1AA,\n{total}\n"
    shown = lists.preview(text.encode(), "x.csv")
    assert [listed.row for listed in shown.listed] == [2]
    assert [number for number, _ in shown.rejected] == [3]


def test_somebody_called_total_is_somebody():
    shown = lists.preview(b"First name,Surname,Phone\nAnna,Total,07700900001\n", "x.csv")
    assert [listed.name for listed in shown.listed] == ["Anna Total"]


def test_a_row_with_a_cell_too_many_is_refused_and_its_neighbours_taken():
    text = "First name,Surname,Phone\nAda,Lovell,07700900001\nBob,Reed,Jr,07700900002\n"
    shown = lists.preview(text.encode(), "x.csv")
    assert [listed.row for listed in shown.listed] == [2]
    assert shown.rejected[0][0] == 3
    assert "more cells than there are headings" in shown.rejected[0][1]


def test_headings_and_nobody_are_refused(bring):
    assert "headings and nobody" in words_of(bring.choose(PLAIN))
    assert not HeldFile.objects.exists()
    assert not ListRun.objects.exists()


def test_another_line_of_headings_can_be_chosen(bring):
    page = bring.choose("Old name,x\nWho,Phone\nAda Lovell,07700900001\n")
    moved = bring.tell(page, line=2)
    assert moved.context["understood"].heading == 2
    said = bring.tell(moved, line=99)
    assert "Line 99 holds no headings" in words_of(said)


# --- Who has died -----------------------------------------------------------------------------


DEAD = PLAIN + (
    "Ada,Lovell,27/03/1950,BF1 1AA,07700900001,01/11/2026,\n"
    "Bob,Reed,27/03/1951,BF1 1AB,07700900002,NULL,\n"
    "Cyd,Roe,27/03/1952,BF1 1AC,07700900003,see notes,\n"
)


def test_the_dead_are_shown_by_name_and_nothing_happens_unless_they_were_read(bring):
    page = bring.choose(DEAD)
    assert "Row 2: Ada Lovell" in words_of(page)
    assert "Row 3: Bob Reed" not in words_of(page)
    assert "Row 4: whether they have died can&#x27;t be read" in words_of(page)
    assert "Bring it in" not in words_of(page)
    refused = bring.press(page)
    assert "Have you read the names of those who are reported dead?" in words_of(refused)
    assert not Resident.objects.exists()
    # What was read of one list is not said of another.
    bring.press(page, "look", **READ)
    assert bring.choose(DEAD + "\n").context["preview"].questions.open
    bring.carry(DEAD)
    assert {r.first_name for r in Resident.objects.filter(is_dead=True)} == {"Ada"}


def test_undoing_a_list_restores_calls_and_referrals_of_whom_it_called_dead(bring, request):
    world = World(request)
    world.referral()
    call = world.owed()
    resident = world.case.resident
    resident.first_name, resident.last_name, resident.born = "Ada", "Lovell", "1950-03-27"
    resident.phones = "07700900001"
    resident.save(update_fields=["first_name", "last_name", "born", "phones"])
    from commonweal.residents import people

    people.index([resident])
    bring.carry(DEAD)
    resident.refresh_from_db()
    assert resident.is_dead
    assert Callback.objects.get(pk=call.pk).state == "cancelled"
    states = set(Referral.objects.values_list("state", flat=True))
    run = ListRun.objects.get()
    page = words_of(bring.client.get(reverse("list-undo", args=[run.pk])))
    assert "1 report of a death is taken back" in page
    bring.undo(run)
    resident.refresh_from_db()
    assert not resident.is_dead
    assert Callback.objects.get(pk=call.pk).state == "due"
    assert set(Referral.objects.values_list("state", flat=True)) != states
    assert DeathReport.objects.get(resident=resident).withdrawn_at is not None


def test_a_death_of_somebody_new_leaves_nobody_behind(bring):
    bring.carry(DEAD)
    run = ListRun.objects.get()
    bring.undo(run)
    assert not Resident.objects.exists()
    assert not DeathReport.objects.exists()


# --- What was seen is what is done ------------------------------------------------------------


TWO = PLAIN + (
    "Ada,Lovell,27/03/1950,BF1 1AA,07700900001,,soup\nBob,Reed,27/03/1951,BF1 1AB,07700900002,,\n"
)


def test_the_same_button_twice_and_in_two_tabs_does_it_once(bring):
    page, tab = bring.choose(TWO), bring.choose(TWO)
    bring.press(page)
    again = bring.press(page)
    assert "not held any more" in words_of(again)
    assert "not held any more" in words_of(bring.press(tab))
    assert Case.objects.count() == ListRow.objects.count() == 2
    other_tab = bring.choose(TWO)
    assert "Nothing would be done" in words_of(other_tab)
    assert counts(other_tab) == {"rows": 2, "unchanged": 2}
    assert "Bring it in" not in words_of(other_tab)
    assert "Nothing would be done, so nothing was" in words_of(bring.press(other_tab))
    assert ListRun.objects.count() == 1


def test_what_was_seen_and_is_so_no_more_is_shown_again(bring, asks_for_help, leah):
    page = bring.choose(TWO)
    asks_for_help(
        "food",
        by=leah,
        first_name="Ada",
        last_name="Lovell",
        born="1950-03-27",
        phones="07700 900001",
        postcode="BF1 1AA",
    )
    refused = bring.press(page)
    assert "This is not what you saw" in words_of(refused)
    assert Case.objects.count() == 1
    assert counts(refused) == {"rows": 2, "new": 1, "changed": 1}
    bring.press(refused)
    assert Case.objects.count() == 2


def test_a_choice_that_was_changed_and_not_looked_at_carries_nothing_out(bring):
    page = bring.choose(TWO)
    address = reverse("list-columns", args=[page.context["held"].code])
    bring.tell(bring.client.get(address), **{"column-6": ""})
    refused = bring.press(page)
    assert "This is not what you saw" in words_of(refused)
    assert not Case.objects.exists()
    # What was chosen is kept.
    assert bring.client.get(address).context["understood"].columns[6].meaning == ""


def test_who_is_no_longer_listed_is_named_and_stays(bring):
    bring.carry(TWO, sender="The Hub")
    page = bring.choose(TWO.rsplit("Bob", 1)[0], sender="the hub")
    assert "No longer listed" in words_of(page)
    assert [row.resident.full_name for row in page.context["preview"].unlisted] == ["Bob Reed"]
    # Whoever is shown by name was read.
    assert CaseRead.objects.get(what="list").resident.first_name == "Bob"
    assert "Bob Reed" in words_of(page)
    assert "Bring it in" not in words_of(page)
    assert not bring.choose(TWO[: -len(TWO.rsplit("Bob", 1)[1]) - 3]).context["preview"].unlisted
    later = TWO.rsplit("Bob", 1)[0] + "Cyd,Roe,27/03/1952,BF1 1AC,07700900003,,\n"
    bring.carry(later, sender="The Hub")
    assert Case.objects.open().count() == 3


def test_who_is_restricted_is_not_named_as_no_longer_listed(bring):
    bring.carry(TWO, sender="The Hub", kind="safety")
    page = bring.choose(TWO.rsplit("Bob", 1)[0], sender="The Hub")
    assert not page.context["preview"].unlisted
    undo = bring.client.get(reverse("list-undo", args=[ListRun.objects.get().pk]))
    assert "Ada Lovell" not in words_of(undo)


def test_what_undoing_takes_back_is_told_before_by_row_and_case(bring):
    bring.carry(TWO)
    run = ListRun.objects.get()
    case = Case.objects.get(list_rows__row=2)
    page = words_of(bring.client.get(reverse("list-undo", args=[run.pk])))
    assert f"Row 2, {case.code}" in re.sub("<[^>]*>", "", page)
    # Whoever is shown by name has to be kept.
    assert "Lovell" not in page
    assert case.get_absolute_url() in words_of(bring.client.get(reverse("list-run", args=[run.pk])))


def test_somebody_here_gets_a_note_on_the_open_case_alone(bring, asks_for_help, leah):
    known = asks_for_help(
        "food",
        by=leah,
        first_name="Ada",
        last_name="Lovell",
        born="1950-03-27",
        phones="07700 900001",
        postcode="BF1 1AA",
    )
    page = bring.choose(TWO)
    assert known.resident.code in words_of(page)
    bring.press(page)
    assert "soup" in Note.objects.get(case=known, kind="list").words
    run = ListRun.objects.get()
    bring.undo(run)
    assert not Note.objects.filter(kind="list").exists()
    assert Case.objects.get() == known


def test_somebody_restricted_is_shown_as_anybody_new(bring, asks_for_help, grace):
    known = asks_for_help(
        "safety",
        by=grace,
        first_name="Ada",
        last_name="Lovell",
        born="1950-03-27",
        phones="07700 900001",
        postcode="BF1 1AA",
    )
    page = bring.choose(TWO)
    assert counts(page) == {"rows": 2, "new": 2}
    assert known.resident.code not in words_of(page)
    assert known.code not in words_of(page)
    run = ListRun.objects.get(pk=bring.press(page).context["run"].pk)
    results = lists.results_csv(run)
    assert known.resident.code not in results
    assert known.code not in results


# --- A job, killed in the middle --------------------------------------------------------------


def long_list(count: int) -> str:
    rows = (
        (
            f"P{n},L{n % 97},{1 + n % 28:02}/{1 + n % 12:02}/{1930 + n % 70},BF{n % 9} "
            f"{n % 9}AA,077{n:08},,\n"
        )
        for n in range(count)
    )
    return PLAIN + "".join(rows)


def test_a_long_list_is_a_job_that_is_killed_and_goes_on(bring, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE", 5)
    page = bring.press(bring.choose(long_list(250)))
    assert "0 of 250 rows are done" in words_of(page)
    run = ListRun.objects.get()
    [queued] = DBTaskResult.objects.filter(task_path__endswith="carry_out_list")
    # Its argument says which list; nothing about anybody.
    assert queued.args_kwargs == {"args": [run.pk], "kwargs": {}}

    def killed(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    step = lists.carrying._Step.carry_out
    calls = []

    def dies_in_the_second(self: Any, rows: Any) -> Any:
        calls.append(rows)
        if len(calls) == 2:
            step(self, rows)
            raise KeyboardInterrupt
        return step(self, rows)

    with monkeypatch.context() as patched:
        patched.setattr(lists.carrying._Step, "carry_out", dies_in_the_second)
        with pytest.raises(KeyboardInterrupt):
            jobs.carry_out_list.func(run.pk)
    assert Case.objects.count() == lists.STEP
    assert "Go on" in words_of(bring.client.get(reverse("list-run", args=[run.pk])))
    jobs.carry_out_list.func(run.pk)
    jobs.carry_out_list.func(run.pk)
    assert Case.objects.count() == ListRow.objects.count() == 250
    assert not HeldFile.objects.exists()


def test_a_job_that_is_told_to_stop_goes_on_in_another(bring, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE", 5)
    bring.press(bring.choose(long_list(150)))
    run = ListRun.objects.get()
    answers = iter([False, True])
    monkeypatch.setattr(jobs, "is_stopping", lambda: next(answers))
    jobs.carry_out_list.func(run.pk)
    assert Case.objects.count() == lists.STEP
    assert DBTaskResult.objects.filter(task_path__endswith="carry_out_list").count() == 2


def test_a_long_list_is_undone_by_a_job_too(bring, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE", 5)
    bring.press(bring.choose(long_list(150)))
    run = ListRun.objects.get()
    jobs.carry_out_list.func(run.pk)
    bring.undo(run)
    assert "Being undone" in words_of(bring.client.get(reverse("list-run", args=[run.pk])))
    jobs.undo_list.func(run.pk)
    assert not Case.objects.exists()
    assert not Resident.objects.exists()
    assert not ResidentKey.objects.exists()


def test_a_list_that_is_undone_half_way_is_carried_on_by_nobody(bring, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE", 5)
    bring.press(bring.choose(long_list(150)))
    run = ListRun.objects.get()
    bring.undo(run)
    jobs.carry_out_list.func(run.pk)
    assert not Case.objects.exists()


# --- Undoing ----------------------------------------------------------------------------------


def test_what_was_worked_on_stays_and_is_named_and_the_rest_goes(bring, leah):
    bring.press(bring.choose(TWO))
    worked = Case.objects.get(
        resident__in=[r for r in Resident.objects.all() if r.first_name == "Ada"]
    )
    working.note(case=worked, words="Rang her.", by=leah)
    run = ListRun.objects.get()
    page = words_of(bring.undo(run))
    assert "Row 2: worked on since: a note" in page
    assert worked.code in page
    assert Case.objects.get() == worked
    run.refresh_from_db()
    assert (run.counts["undone"], run.counts["stayed"]) == (1, 1)
    again = bring.undo(run)
    assert "undone already" in words_of(again)


@pytest.mark.parametrize("work", ["planned", "changed", "decided"])
def test_any_work_keeps_what_a_list_made(bring, leah, work):
    bring.press(bring.choose(TWO.rsplit("Bob", 1)[0]))
    case = Case.objects.get()
    if work == "planned":
        next_actions.plan(
            need=case.needs.get(),
            kind="ask",
            owner=leah,
            by=leah,
            due_at=timezone.now() + timedelta(days=2),
        )
    elif work == "changed":
        from commonweal.residents import people

        people.change(resident=case.resident, values={"email": "ada@example.org"}, by=leah)
    else:
        working.decide_urgency(case=case, level=2, because="She fell.", by=leah)
    bring.undo(ListRun.objects.get())
    assert Case.objects.filter(pk=case.pk).exists()


def test_the_same_list_is_read_again_after_it_was_undone(bring):
    bring.press(bring.choose(TWO))
    bring.undo(ListRun.objects.get())
    assert not Case.objects.exists()
    page = bring.choose(TWO)
    assert counts(page) == {"rows": 2, "new": 2}
    bring.press(page)
    assert Case.objects.count() == 2


def test_a_later_list_undone_leaves_the_earlier_as_it_was(bring):
    bring.press(bring.choose(TWO.replace("Notes", "Reference")))
    later = TWO.replace("Notes", "Reference").replace("BF1 1AB", "BF1 1ZZ")
    before = set(ListRow.objects.values_list("pk", "content_hash"))
    page = bring.choose(later)
    bring.press(page)
    newest = ListRun.objects.order_by("-pk")[0]
    bring.undo(newest)
    assert before <= set(ListRow.objects.values_list("pk", "content_hash"))
    assert Case.objects.filter(list_rows__isnull=False).distinct().count() == 2


# --- What goes back, and what is nowhere ------------------------------------------------------


def test_the_refused_rows_go_back_as_they_stood_with_row_and_reason(bring, settings):
    bring.press(bring.choose(TWO + ",,,,07700900003,,walks\n"))
    run = ListRun.objects.get()
    address = reverse("list-refused", args=[run.pk])
    text = bring.client.get(address).content.decode("utf-8-sig")
    assert text.splitlines()[0] == PLAIN.strip() + ",Why it was refused"
    assert "walks" in text
    assert "Row 4: neither a name" in text
    with connection.cursor() as cursor:
        cursor.execute("SELECT refused FROM cases_listrun")
        assert "walks" not in cursor.fetchone()[0]
    # Corrected they are chosen again as they are.
    page = bring.choose(text.replace("\n,,", "\nCyd,Roe,"))
    assert counts(page) == {"rows": 1, "new": 1}
    assert not page.context["preview"].shown.not_understood
    bring.undo(run)
    run.refresh_from_db()
    assert run.refused == ""
    assert bring.client.get(address).status_code == 404


def test_the_refused_rows_are_forgotten_after_their_time(bring):
    bring.press(bring.choose(TWO + ",,,,07700900003,,walks\n"))
    assert lists.forget() == 0
    ListRun.objects.update(finished_at=timezone.now() - waiting.KEPT_REFUSED)
    assert lists.forget() == 1
    assert ListRun.objects.get().refused == ""


def test_what_is_held_is_deleted_when_its_time_is_over(bring, settings):
    bring.choose(TWO)
    folder = settings.VAR / "held"
    [kept] = folder.iterdir()
    assert b"Lovell" not in kept.read_bytes()
    assert lists.forget() == 0
    HeldFile.objects.update(held_at=timezone.now() - waiting.KEPT_WAITING)
    assert lists.forget() == 1
    assert not list(folder.iterdir())


def test_a_list_that_is_under_way_keeps_its_file(bring, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE", 1)
    bring.press(bring.choose(TWO))
    HeldFile.objects.update(held_at=timezone.now() - waiting.KEPT_WAITING)
    assert lists.forget() == 0
    jobs.carry_out_list.func(ListRun.objects.get().pk)
    assert Case.objects.count() == 2


def test_a_list_whose_file_is_gone_says_so(bring, settings, monkeypatch):
    page = bring.choose(TWO)
    for path in (settings.VAR / "held").iterdir():
        path.unlink()
    assert "not there any more. Choose it again" in words_of(bring.press(page))
    monkeypatch.setattr(running, "AT_ONCE", 1)
    bring.press(bring.choose(TWO))
    for held in HeldFile.objects.all():
        held.delete()
    run = ListRun.objects.get()
    monkeypatch.setattr(running, "AT_ONCE", 300)
    on = bring.client.post(reverse("list-go-on", args=[run.pk]), follow=True)
    assert "not there any more. Choose it again" in words_of(on)
    # Chosen again, it is taken up.
    bring.press(bring.choose(TWO))
    assert Case.objects.count() == 2
    assert ListRun.objects.get().finished_at is not None


def test_the_empty_list_can_be_read_as_it_is(bring):
    text = bring.client.get(f"{PAGE}template/").content.decode("utf-8-sig")
    shown = lists.preview(text.encode(), "list-of-people.csv")
    assert not shown.not_understood
    assert [listed.name for listed in shown.listed] == ["Ada Example"]
    assert not shown.marked


def test_nothing_about_anybody_stands_in_record_job_address_or_mail(bring, caplog):
    caplog.set_level("DEBUG")
    done = bring.carry(DEAD.replace("Lovell", "Quillfeather"))
    run = ListRun.objects.get()
    bring.undo(run)
    said = [
        caplog.text,
        *(str(vars(event)) for event in Event.objects.all()),
        *(str(result.args_kwargs) for result in DBTaskResult.objects.all()),
        *Message.objects.values_list("subject", flat=True),
        str(vars(run)),
        *(address for address, _ in done.redirect_chain),
    ]
    for secret in ("Quillfeather", "07700900001", "27/03/1950", "1950-03-27"):
        assert not [text for text in said if secret in text]


@pytest.mark.parametrize("who", ["leah", "joan", "maya"])
def test_only_a_desk_manager_undoes_or_fetches(bring, request, sign_in, who):
    bring.press(bring.choose(TWO))
    run = ListRun.objects.get()
    client = sign_in(request.getfixturevalue(who))
    for address in ("run", "undo", "refused", "results"):
        assert client.get(reverse(f"list-{address}", args=[run.pk])).status_code == 403
    assert client.get(f"{PAGE}template/").status_code == 403
    for address in ("undo", "go-on"):
        assert client.post(reverse(f"list-{address}", args=[run.pk])).status_code == 403

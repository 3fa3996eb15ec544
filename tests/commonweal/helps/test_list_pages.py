"""A list of people in the desk manager's hands: mapped, looked at, carried out, undone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from commonweal.accounts.models import Event, Message
from commonweal.cases import jobs, lists, next_actions, working
from commonweal.cases.lists import running, waiting
from commonweal.cases.models import Callback, Case, ListLayout, ListRow, ListRun, Note, Referral
from commonweal.residents.models import DeathReport, Resident, ResidentKey

from .world import World, words_of

pytestmark = pytest.mark.django_db
PAGE = "/desk/help/lists/"
HEADS = "Client,Born when,Ring them on,Lives at,Code,Wants\n"
ODD = HEADS + "Zebedee Quillfeather,27/03/1950,7700934567,1 Low Row,BF1 1AA,soup\n"
SAID = ("name", "born", "phone", "address", "postcode", "note")
PLAIN = "First name,Surname,d.o.b,Postcode,Phone number,Date of death,Notes\n"


def inputs(page: str) -> dict[str, str]:
    """What a browser would send of a page's last form, as it stands."""
    form = page.rsplit('<form method="post"', 1)[1]
    sent = dict(re.findall(r'name="([\w-]+)"\s+value="([^"]*)"', form))
    sent |= dict(re.findall(r'<input[^>]*?name="([\w-]+)"[^>]*?value="([^"]*)"', form))
    for name, options in re.findall(
        r'<select[^>]*?name="([\w-]+)"[^>]*>(.*?)</select>', form, re.S
    ):
        chosen = re.search(r'<option value="([^"]*)"[^>]*selected', options)
        sent[name] = chosen[1] if chosen else ""
    sent.pop("verb", None)
    sent.pop("deaths_seen", None)
    return sent


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
            return client.post(PAGE, answers).content.decode()

        def press(self, page: str, verb: str = "carry", **answers: str):
            return client.post(PAGE, inputs(page) | {"verb": verb} | answers, follow=True)

    return Bringing()


def mapped(page: str) -> dict[str, str]:
    return inputs(page) | {f"meaning-{at}": meaning for at, meaning in enumerate(SAID)}


# --- Understood, or said ----------------------------------------------------------------------


def test_an_unknown_list_is_mapped_on_the_page_and_remembered_by_its_sender(bring):
    page = bring.choose(HEADS.replace("Client", "Who") + ODD.split("\n", 1)[1], sender="The Hub")
    assert "No column says who these people are" in " ".join(page.split())
    assert "For example: Zebedee Quillfeather" in page
    assert "Carry it out" not in page
    page = bring.client.post(PAGE, mapped(page) | {"verb": "look"}).content.decode()
    assert "1 new" in page
    done = bring.press(page)
    assert "Carried out" in words_of(done)
    resident = Resident.objects.get()
    assert (resident.full_name, resident.born) == ("Zebedee Quillfeather", "1950-03-27")
    assert (resident.phones, resident.postcode) == ("07700934567", "BF1 1AA")
    assert ListLayout.objects.get().sender == "the hub"
    # The next of this layout needs no saying; of another sender's nobody has said anything.
    nearly = HEADS.replace("Client", "Who") + "Ada Quick,1/2/1950,07700900009,2 Row,BF1 1AB,tea\n"
    assert "1 new" in bring.choose(nearly, sender="THE HUB ")
    assert "No column says who" in " ".join(bring.choose(nearly, sender="Another").split())


def test_columns_that_nobody_understands_are_named(bring):
    page = " ".join(bring.choose("Name,Shoe size\nAda Lovell,7\n").split())
    assert "it means: Shoe size" in page


@pytest.mark.parametrize(
    "heads",
    ["Enw cyntaf,Cyfenw,Dyddiad geni,Ffôn", "FIRST NAME,surname,Date_of_Birth,Tel No.",
     "Enw cyntaf / First name,Cyfenw / Surname,Dyddiad geni / Date of birth,Ffôn / Phone",
     "PatientFirstName,PatientSurname,DateOfBirth,mobile"],
)  # fmt: skip
def test_headings_are_known_in_either_language_and_any_case(heads):
    shown = lists.preview(f"{heads}\nAda,Lovell,27/03/1950,7700900001\n".encode(), "x.csv")
    [listed] = shown.listed
    assert (listed.name, listed.described.born) == ("Ada Lovell", "1950-03-27")
    assert listed.phones == ("07700900001",)


@pytest.mark.parametrize(
    "total", ["Total,24,,", "Grand total: 24,,,", "Cyfanswm,2,,", "24 residents,,,", ",,,24",
              "End of list,,,", "Printed by Mrs X,,,"],
)  # fmt: skip
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
    assert "headings and nobody" in bring.choose(PLAIN)
    assert not ListRun.objects.exists()


def test_another_line_of_headings_can_be_chosen(bring):
    text = "Old name,x\nWho,Phone\nAda Lovell,07700900001\n"
    page = bring.choose(text)
    page = bring.press(page, "look", line="2").content.decode()
    assert "Headings in line 2" in page
    said = bring.press(page, "look", line="99").content.decode()
    assert "Line 99 holds no headings" in said


# --- Who has died -----------------------------------------------------------------------------


DEAD = PLAIN + (
    "Ada,Lovell,27/03/1950,BF1 1AA,07700900001,01/11/2026,\n"
    "Bob,Reed,27/03/1951,BF1 1AB,07700900002,NULL,\n"
    "Cyd,Roe,27/03/1952,BF1 1AC,07700900003,see notes,\n"
)


def test_the_dead_are_shown_by_name_and_nothing_happens_unless_they_were_read(bring):
    page = bring.choose(DEAD)
    assert "Row 2: Ada Lovell" in page
    assert "Row 3: Bob Reed" not in page
    assert "Row 4: whether they have died can&#x27;t be read" in page
    refused = bring.press(page)
    assert "Read the names of those who are reported dead" in words_of(refused)
    assert not Resident.objects.exists()
    bring.press(refused.content.decode(), deaths_seen="on")
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
    bring.press(bring.choose(DEAD), deaths_seen="on")
    resident.refresh_from_db()
    assert resident.is_dead
    assert Callback.objects.get(pk=call.pk).state == "cancelled"
    states = set(Referral.objects.values_list("state", flat=True))
    run = ListRun.objects.get()
    page = words_of(bring.client.get(f"{PAGE}{run.code}/undo/"))
    assert "1 report of a death is taken back" in page
    bring.client.post(f"{PAGE}{run.code}/undo/", {})
    resident.refresh_from_db()
    assert not resident.is_dead
    assert Callback.objects.get(pk=call.pk).state == "due"
    assert set(Referral.objects.values_list("state", flat=True)) != states
    assert DeathReport.objects.get(resident=resident).withdrawn_at is not None


def test_a_death_of_somebody_new_leaves_nobody_behind(bring):
    bring.press(bring.choose(DEAD), deaths_seen="on")
    run = ListRun.objects.get()
    bring.client.post(f"{PAGE}{run.code}/undo/", {})
    assert not Resident.objects.exists()
    assert not DeathReport.objects.exists()


# --- What was seen is what is done ------------------------------------------------------------


TWO = PLAIN + (
    "Ada,Lovell,27/03/1950,BF1 1AA,07700900001,,soup\nBob,Reed,27/03/1951,BF1 1AB,07700900002,,\n"
)


def test_the_same_button_twice_and_in_two_tabs_does_it_once(bring):
    page, tab = bring.choose(TWO), bring.choose(TWO)
    bring.press(page)
    bring.press(page)
    again = bring.press(tab)
    assert "carried out already. Nothing was done again" in words_of(again)
    assert Case.objects.count() == ListRow.objects.count() == 2
    other_tab = bring.choose(TWO)
    assert "nothing would be done" in " ".join(other_tab.split())
    assert "Carry it out" not in other_tab
    assert ListRun.objects.count() == 1


def test_what_was_seen_and_is_so_no_more_is_shown_again(bring, asks_for_help, leah):
    page = bring.choose(TWO)
    asks_for_help("food", by=leah, first_name="Ada", last_name="Lovell", born="1950-03-27",
                  phones="07700 900001", postcode="BF1 1AA")  # fmt: skip
    refused = bring.press(page)
    assert "This is not what you saw" in words_of(refused)
    assert Case.objects.count() == 1
    assert "Here already" in words_of(refused)
    bring.press(refused.content.decode())
    assert Case.objects.count() == 2


def test_a_choice_that_was_changed_and_not_looked_at_carries_nothing_out(bring):
    page = bring.choose(TWO)
    refused = bring.press(page, **{"meaning-6": ""})
    assert "This is not what you saw" in words_of(refused)
    assert not Case.objects.exists()
    # What was chosen is kept.
    assert inputs(refused.content.decode())["meaning-6"] == ""


def test_somebody_here_gets_a_note_on_the_open_case_alone(bring, asks_for_help, leah):
    known = asks_for_help("food", by=leah, first_name="Ada", last_name="Lovell", born="1950-03-27",
                          phones="07700 900001", postcode="BF1 1AA")  # fmt: skip
    page = bring.choose(TWO)
    assert f"as {known.resident.code}" in " ".join(page.split())
    bring.press(page)
    assert "soup" in Note.objects.get(case=known, kind="list").words
    run = ListRun.objects.get()
    bring.client.post(f"{PAGE}{run.code}/undo/", {})
    assert not Note.objects.filter(kind="list").exists()
    assert Case.objects.get() == known


def test_somebody_restricted_is_shown_as_anybody_new(bring, asks_for_help, grace):
    known = asks_for_help("safety", by=grace, first_name="Ada", last_name="Lovell",
                          born="1950-03-27", phones="07700 900001", postcode="BF1 1AA")  # fmt: skip
    page = bring.choose(TWO)
    assert "2 new" in page
    assert known.resident.code not in page
    assert known.code not in page
    run = ListRun.objects.get(code=bring.press(page).redirect_chain[-1][0].split("/")[-2])
    results = lists.results_csv(run)
    assert known.resident.code not in results
    assert known.code not in results


# --- A job, killed in the middle --------------------------------------------------------------


def long_list(count: int) -> str:
    rows = (
        f"P{n},L{n % 97},{1 + n % 28:02}/{1 + n % 12:02}/{1930 + n % 70},BF{n % 9} {n % 9}AA,077{n:08},,\n"
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
    assert "Go on" in words_of(bring.client.get(f"{PAGE}{run.code}/"))
    jobs.carry_out_list.func(run.pk)
    jobs.carry_out_list.func(run.pk)
    assert Case.objects.count() == ListRow.objects.count() == 250
    assert not waiting._waiting(run.sha256).exists()


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
    bring.client.post(f"{PAGE}{run.code}/undo/", {})
    assert "Being undone" in words_of(bring.client.get(f"{PAGE}{run.code}/"))
    jobs.undo_list.func(run.pk)
    assert not Case.objects.exists()
    assert not Resident.objects.exists()
    assert not ResidentKey.objects.exists()


def test_a_list_that_is_undone_half_way_is_carried_on_by_nobody(bring, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE", 5)
    bring.press(bring.choose(long_list(150)))
    run = ListRun.objects.get()
    bring.client.post(f"{PAGE}{run.code}/undo/", {})
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
    page = words_of(bring.client.post(f"{PAGE}{run.code}/undo/", {}, follow=True))
    assert "Row 2: somebody has opened it or worked on it since" in page
    assert worked.code in page
    assert Case.objects.get() == worked
    run.refresh_from_db()
    assert (run.counts["undone"], run.counts["stayed"]) == (1, 1)
    again = bring.client.post(f"{PAGE}{run.code}/undo/", {}, follow=True)
    assert "undone already" in words_of(again)


@pytest.mark.parametrize("work", ["planned", "changed", "decided"])
def test_any_work_keeps_what_a_list_made(bring, leah, work):
    bring.press(bring.choose(TWO.rsplit("Bob", 1)[0]))
    case = Case.objects.get()
    if work == "planned":
        next_actions.plan(need=case.needs.get(), kind="ask", owner=leah, by=leah,
                          due_at=timezone.now() + timedelta(days=2))  # fmt: skip
    elif work == "changed":
        from commonweal.residents import people

        people.change(resident=case.resident, values={"email": "ada@example.org"}, by=leah)
    else:
        working.decide_urgency(case=case, level=2, because="She fell.", by=leah)
    bring.client.post(f"{PAGE}{ListRun.objects.get().code}/undo/", {})
    assert Case.objects.filter(pk=case.pk).exists()


def test_the_same_list_is_read_again_after_it_was_undone(bring):
    bring.press(bring.choose(TWO))
    bring.client.post(f"{PAGE}{ListRun.objects.get().code}/undo/", {})
    assert not Case.objects.exists()
    page = bring.choose(TWO)
    assert "2 new" in page
    bring.press(page)
    assert Case.objects.count() == 2


def test_a_later_list_undone_leaves_the_earlier_as_it_was(bring):
    bring.press(bring.choose(TWO.replace("Notes", "Reference")))
    later = TWO.replace("Notes", "Reference").replace("BF1 1AB", "BF1 1ZZ")
    before = set(ListRow.objects.values_list("pk", "content_hash"))
    page = bring.choose(later)
    bring.press(page)
    newest = ListRun.objects.order_by("-pk")[0]
    bring.client.post(f"{PAGE}{newest.code}/undo/", {})
    assert before <= set(ListRow.objects.values_list("pk", "content_hash"))
    assert Case.objects.filter(list_rows__isnull=False).distinct().count() == 2


# --- What goes back, and what is nowhere ------------------------------------------------------


def test_the_refused_rows_go_back_as_they_stood_with_row_and_reason(bring, settings):
    bring.press(bring.choose(TWO + ",,,,07700900003,,walks\n"))
    run = ListRun.objects.get()
    text = bring.client.get(f"{PAGE}{run.code}/refused.csv").content.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("Row,Why,First name,Surname")
    assert "walks" in text
    assert "can't be told who this is" in text
    [kept] = [path for path in (settings.CASE_FOLDER / "lists").iterdir()]
    assert b"walks" not in kept.read_bytes()
    bring.client.post(f"{PAGE}{run.code}/undo/", {})
    assert not kept.exists()
    assert bring.client.get(f"{PAGE}{run.code}/refused.csv").status_code == 404


def test_what_is_held_is_deleted_when_its_time_is_over(bring, settings, monkeypatch):
    bring.choose(TWO)
    folder = settings.CASE_FOLDER / "lists"
    assert len(list(folder.iterdir())) == 1
    assert lists.forget() == 0
    later = waiting.time.time() + waiting.KEPT_WAITING.total_seconds() + 60
    monkeypatch.setattr(waiting.time, "time", lambda: later)
    assert lists.forget() == 1
    assert not list(folder.iterdir())


def test_a_list_whose_file_is_gone_says_so(bring, settings):
    page = bring.choose(TWO)
    for path in (settings.CASE_FOLDER / "lists").iterdir():
        path.unlink()
    assert "not there any more. Choose the file again" in words_of(bring.press(page))


def test_the_empty_list_can_be_read_as_it_is(bring):
    text = bring.client.get(f"{PAGE}template.csv").content.decode("utf-8-sig")
    shown = lists.preview(text.encode(), "list-of-people.csv")
    assert not shown.not_understood
    assert [listed.name for listed in shown.listed] == ["Ada Example"]
    assert not shown.marked


def test_nothing_about_anybody_stands_in_record_job_address_or_mail(bring, caplog):
    caplog.set_level("DEBUG")
    done = bring.press(bring.choose(DEAD.replace("Lovell", "Quillfeather")), deaths_seen="on")
    run = ListRun.objects.get()
    bring.client.post(f"{PAGE}{run.code}/undo/", {})
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
    for address in ("template.csv", f"{run.code}/undo/", f"{run.code}/refused.csv"):
        assert client.get(PAGE + address).status_code == 403
    assert client.post(f"{PAGE}{run.code}/undo/", {}).status_code == 403

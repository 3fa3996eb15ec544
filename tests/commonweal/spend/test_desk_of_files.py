"""The analyst's pages of files: sent, looked at, told how to be read, taken, undone, or let go."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile

from commonweal.spend import files, importing, releases_desk
from commonweal.spend.models import Release, Run

pytestmark = pytest.mark.django_db
State = Release.State
APRIL = b"Supplier,Date,Amount\nAcorn Ltd,03/04/2026,10.00\n"


@pytest.fixture
def desk(sign_in, yusuf, town):
    return sign_in(yusuf)


@pytest.fixture(autouse=True)
def reads(monkeypatch):
    """Files that were read at once; what was asked of their reading."""
    read: list[str] = []

    def mark(release):
        read.append(release.code)
        Release.objects.filter(pk=release.pk).update(state=State.READ, rows=1, accepted=1)

    monkeypatch.setattr(importing, "read", mark)
    return read


def sent(whose, content: bytes = APRIL, **further) -> dict[str, object]:
    file = SimpleUploadedFile("april.csv", content)
    return {"anchor": str(whose.pk), "route": "published", "file": file} | further


@pytest.fixture
def release(anchor, yusuf):
    """A file that was read."""

    def release(content: bytes = APRIL, **further) -> Release:
        release = importing.upload(
            anchor=anchor, route="published", content=content, name="april.csv", by=yusuf
        )
        became = {"state": State.READ, "rows": 1, "accepted": 1} | further
        Release.objects.filter(pk=release.pk).update(**became)
        release.refresh_from_db()
        return release

    return release


def told(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


# --- Sent -----------------------------------------------------------------------------------------


def test_a_file_is_sent_and_read_at_once(desk, anchor, yusuf, reads):
    url = "https://oakby.example/april.csv"
    answer = desk.post("/desk/spend/releases/", sent(anchor, source_url=url))
    release = Release.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/desk/spend/releases/{release.code}/")
    assert (release.file_name, release.source_url) == ("april.csv", url)
    assert release.uploaded_by == yusuf
    assert reads == [release.code]
    assert not Run.objects.exists()


def test_a_large_one_is_read_by_a_run(desk, anchor, yusuf, reads, monkeypatch):
    monkeypatch.setattr(releases_desk, "READ_AT_ONCE", len(APRIL) - 1)
    monkeypatch.setattr(releases_desk, "start_run", lambda request: Run.objects.create())
    desk.post("/desk/spend/releases/", sent(anchor))
    assert reads == []
    assert Run.objects.count() == 1
    assert Release.objects.get().state == State.WAITING


@pytest.mark.parametrize(
    ("further", "sentence"),
    [
        ({"route": ""}, "Which kind of file"),
        ({"anchor": ""}, "Whose"),
        ({"source_url": "javascript:alert(1)"}, "Where it is published"),
    ],
    ids=["kind", "anchor", "address"],
)
def test_what_is_missing_is_asked_for_and_nothing_is_kept(desk, anchor, further, sentence):
    answer = desk.post("/desk/spend/releases/", sent(anchor, **further))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == list(further)
    assert sentence in answer.content.decode()
    assert not Release.objects.exists()


def test_the_very_same_file_is_refused_beside_where_it_was_chosen(desk, anchor, release):
    release()
    url = "https://oakby.example/april.csv"
    answer = desk.post("/desk/spend/releases/", sent(anchor, source_url=url))
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"] == [
        "This very file is there already, as april.csv. Nothing is changed."
    ]
    # The address that was typed stands there still.
    assert url in answer.content.decode()
    assert Release.objects.count() == 1


# --- Looked at ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", State.values)
def test_every_file_has_a_page_with_what_can_be_done(desk, release, state):
    there = release(state=state, undone_because="x", why="It has no amounts.")
    answer = desk.get(f"/desk/spend/releases/{there.code}/")
    assert answer.status_code == 200
    assert "april.csv" in answer.content.decode()
    assert (answer.context["sample"], answer.context["left_out"]) == ([], [])


def test_what_it_may_replace_is_offered_while_it_waits_to_be_taken(desk, release):
    days = {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 4, 30)}
    old = release(b"older", state=State.TAKEN, **days)
    new = release(**days)
    address = f"/desk/spend/releases/{new.code}/"
    assert desk.get(address).context["may_replace"] == [old]
    Release.objects.filter(pk=new.pk).update(state=State.TAKEN)
    assert desk.get(address).context["may_replace"] == []


@pytest.mark.parametrize("page", ["", "say/", "undo/"])
def test_a_file_that_is_not_there_has_no_page(desk, page):
    assert desk.get(f"/desk/spend/releases/nothing/{page}").status_code == 404


# --- Taken ----------------------------------------------------------------------------------------


def test_a_file_is_taken_and_the_figures_are_worked_out(desk, release, yusuf):
    new = release()
    answer = desk.post(f"/desk/spend/releases/{new.code}/take/", {"replaces": "none"})
    assert (answer.status_code, answer.url) == (302, "/desk/spend/")
    assert told(answer) == ["Taken. The figures are being worked out anew."]
    new.refresh_from_db()
    assert (new.state, new.taken_by, new.replaces) == (State.TAKEN, yusuf, None)
    assert Run.objects.count() == 1


def test_the_one_that_it_corrects_counts_no_more(desk, release, monkeypatch):
    monkeypatch.setattr("commonweal.spend.importing.taking.difference", lambda old, new: {})
    days = {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 4, 30)}
    old = release(b"older", state=State.TAKEN, **days)
    new = release(**days)
    desk.post(f"/desk/spend/releases/{new.code}/take/", {"replaces": old.code})
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state, new.replaces) == (State.UNDONE, State.TAKEN, old)


@pytest.mark.parametrize(
    ("state", "replaces", "sentence"),
    [
        (State.READ, "nothing", "Say whether it replaces a file that counts already."),
        (State.WAITING, "none", "Only a file that was read and reconciles can be taken."),
        (State.TAKEN, "none", "Only a file that was read and reconciles can be taken."),
    ],
    ids=["a choice that is none", "not read", "twice"],
)
def test_what_cannot_be_taken_says_why_on_its_page(desk, release, state, replaces, sentence):
    new = release(state=state)
    address = f"/desk/spend/releases/{new.code}/"
    answer = desk.post(f"{address}take/", {"replaces": replaces})
    assert (answer.status_code, answer.url) == (302, address)
    assert told(answer) == [sentence]
    new.refresh_from_db()
    assert new.state == state
    assert not Run.objects.exists()


# --- Told how to be read --------------------------------------------------------------------------


@pytest.fixture
def says(monkeypatch):
    """What was told of how files are to be read."""
    calls: list[dict[str, object]] = []
    monkeypatch.setattr(importing, "say", lambda **told: calls.append(told))
    return calls


READ_SO = {
    "headings": ["Supplier", "Date", "Amount"],
    "mapping": {"supplier": {"at": 0}, "date": {"at": 1}, "amount": {"at": 2}},
}
AS_READ = {"role_supplier": "1", "role_date": "2", "role_amount": "3"}


@pytest.mark.parametrize(
    ("typed", "columns", "period"),
    [
        ({}, {}, None),
        ({"role_amount": "1", "role_supplier": ""}, {"amount": "Supplier", "supplier": ""}, None),
        (
            {
                **{"first_0": "1", "first_1": "4", "first_2": "2026"},
                **{"last_0": "30", "last_1": "4", "last_2": "2026"},
            },
            {},
            (date(2026, 4, 1), date(2026, 4, 30)),
        ),
    ],
    ids=["nothing", "columns", "days"],
)
def test_how_a_file_is_read_is_told_on_its_page(desk, release, yusuf, says, typed, columns, period):
    there = release(**READ_SO)
    typed = AS_READ | {"order": "mdy", "repeats": "payments"} | typed
    answer = desk.post(f"/desk/spend/releases/{there.code}/say/", typed)
    assert (answer.status_code, answer.url) == (302, f"/desk/spend/releases/{there.code}/")
    assert says == [
        {
            "release": there,
            "columns": columns,
            "order": "mdy",
            "period": period,
            "repeats": "payments",
            "by": yusuf,
        }
    ]


def test_what_was_told_before_stands_there(desk, release):
    there = release(**READ_SO, said={"order": "ymd", "repeats": "duplicates"})
    form = desk.get(f"/desk/spend/releases/{there.code}/say/").context["form"]
    assert (form["order"].value(), form["repeats"].value()) == ("ymd", "duplicates")
    assert {name: form[name].value() for name in AS_READ} == AS_READ


def test_half_a_period_is_refused_and_stays_typed(desk, release, says):
    there = release(**READ_SO)
    typed = AS_READ | {"first_0": "1", "first_1": "4", "first_2": "2026", "role_amount": "1"}
    answer = desk.post(f"/desk/spend/releases/{there.code}/say/", typed)
    assert answer.status_code == 200
    form = answer.context["form"]
    assert form.errors == {"last": ["Give the first and the last day, or neither."]}
    assert form["role_amount"].value() == "1"
    assert says == []


# --- Undone, and thrown away ----------------------------------------------------------------------


def test_a_file_is_undone_on_a_page_that_says_what_goes(desk, release, yusuf):
    there = release(state=State.TAKEN)
    address = f"/desk/spend/releases/{there.code}/undo/"
    page = desk.get(address).content.decode()
    assert "april.csv: 1 payment will count no more." in page
    blank = desk.post(address, {"because": " "})
    assert (blank.status_code, list(blank.context["form"].errors)) == (200, ["because"])
    assert not Run.objects.exists()
    desk.post(address, {"because": "The wrong anchor."})
    there.refresh_from_db()
    assert (there.state, there.undone_by) == (State.UNDONE, yusuf)
    assert Run.objects.count() == 1


def test_what_does_not_count_is_not_undone_and_no_figure_is_made(desk, release):
    there = release()
    answer = desk.post(f"/desk/spend/releases/{there.code}/undo/", {"because": "A slip."})
    page = answer.content.decode()
    assert "Only a release that counts can be undone." in page
    assert "A slip." in page
    assert not Run.objects.exists()


@pytest.mark.parametrize("state", [State.READ, State.TAKEN])
def test_a_file_is_thrown_away_as_long_as_it_never_counted(
    desk, release, state, django_capture_on_commit_callbacks
):
    there = release(state=state)
    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post(f"/desk/spend/releases/{there.code}/away/")
    assert (answer.status_code, answer.url) == (302, "/desk/spend/")
    is_gone = state == State.READ
    assert Release.objects.exists() is not is_gone
    assert (files.incoming(there.sha256) is None) is is_gone
    assert told(answer) == [
        "Thrown away. Nothing of it is kept."
        if is_gone
        else "A release that counts, or did, stays in the list. Undo it instead."
    ]


@pytest.mark.parametrize("verb", ["take", "away"])
def test_nothing_is_done_by_looking(desk, release, verb):
    there = release()
    assert desk.get(f"/desk/spend/releases/{there.code}/{verb}/").status_code == 405
    there.refresh_from_db()
    assert there.state == State.READ


@pytest.mark.parametrize("page", ["", "say/", "undo/"])
def test_a_partners_editor_sees_no_file(sign_in, maya, release, page):
    answer = sign_in(maya).get(f"/desk/spend/releases/{release().code}/{page}")
    assert answer.status_code in (302, 403, 404)
    assert "april.csv" not in answer.content.decode()

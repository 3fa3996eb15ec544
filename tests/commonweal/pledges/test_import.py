"""Reading pledges from files: every row accounted for, nothing overwritten, twice is once."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from commonweal.jobs import queue
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.pledges import carrying, importing, ledger, proving
from commonweal.pledges.layout import layout_named
from commonweal.pledges.models import Entry, ImportRun, Pledge

SHARED = Path(os.environ.get("COMMONWEAL_SHARED", Path(__file__).parents[4] / "shared")) / "data"
real = pytest.mark.skipif(
    not SHARED.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the public data to run against is not on this machine",
)
HEAD = (
    "partner,sector,reference,statement,measure,baseline,target,due_on,claimed,claimed_on,"
    "status,reason"
)
FIRST = f"""{HEAD}
Toy Library,voluntary,1,We lend 300 toys,hours,0,300,2029-01-31,,,,
Toy Library,voluntary,2,We open 20 Saturdays,hours,0,20,31/12/2028,5,2026-06-01,,
Bakery Two,private,1,We give 100 hours,hours,0,100,2028-05-01,,,,
"""
SECOND = f"""{HEAD}
Toy Library,voluntary,1,We lend 300 toys,hours,0,250,2029-06-30,,,,Fewer toys
Toy Library,voluntary,2,We open 20 Saturdays,hours,0,20,31/12/2028,5,2026-06-01,,
New Club,voluntary,1,We run a club,hours,0,50,2028-05-01,,,,
"""


def plan(text, as_at=date(2026, 9, 1), name="list.csv", **said):
    data = text.encode() if isinstance(text, str) else text
    return importing.plan(data, name, layout=layout_named("commonweal"), as_at=as_at, **said)


def imported(text, as_at=date(2026, 9, 1), **said):
    return carrying.carry_out(plan(text, as_at, **said), by=None)


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        # The year stands in front, as no day is the 47th; the month does, as none is the 31st.
        (["47-03-31", "29-11-02"], ["2047-03-31", "2029-11-02"]),
        (["03/31/2029", "04/05/2029"], ["2029-03-31", "2029-04-05"]),
        (["31/03/2029", "04/05/2029"], ["2029-03-31", "2029-05-04"]),
    ],
)
def test_dates_are_read_in_the_order_of_the_whole_column(texts, days):
    rows = "".join(
        f"Toy Library,voluntary,{at},We lend toys,hours,0,300,{text},,,,\n"
        for at, text in enumerate(texts)
    )
    assert [str(wanted.due_on) for wanted in plan(f"{HEAD}\n{rows}").new] == days


def test_dates_of_which_nothing_tells_the_order_are_named():
    row = "Toy Library,voluntary,1,We lend toys,hours,0,300,{},,,,\n"
    assert (
        plan(f"{HEAD}\n{row.format('04/05/2029')}").notes[-1].startswith("Is the day or the month")
    )
    assert plan(f"{HEAD}\n{row.format('2029-05-04')}").notes == []


@pytest.mark.parametrize(("status", "is_kept"), [("", False), ("on track", True)])
def test_a_remark_that_explains_nothing_is_said_not_to_be_taken(status, is_kept):
    row = (
        f"Toy Library,voluntary,1,We lend toys,hours,0,300,2029-03-31,,,{status},Ask at the door\n"
    )
    told = [note for note in plan(f"{HEAD}\n{row}").notes if "A remark is kept" in note]
    assert told == (
        []
        if is_kept
        else [
            "Remarks that are not taken: on 1 new promise. A remark is kept beside the change, the "
            "status or the withdrawal that it explains."
        ]
    )


@pytest.fixture(autouse=True)
def _menu(measure):
    """The town's menu has the measure that the files name."""


@pytest.mark.parametrize(
    ("due_on", "day"),
    [
        ("2027-03-31", date(2027, 3, 31)),
        ("31/03/27", date(2027, 3, 31)),
        ("31.03.2027", date(2027, 3, 31)),
        ("31-Mar-2027", date(2027, 3, 31)),
        ("31/03/2027 00:00", date(2027, 3, 31)),
        ("2027-03-31T00:00:00", date(2027, 3, 31)),
        ("31st March 2027", date(2027, 3, 31)),
        ("46477", date(2027, 3, 31)),
        ("31 Mawrth 2027", date(2027, 3, 31)),
        ("31/04/2027", None),
        ("31/03/0027", None),
        ("31/03/2227", None),
        ("March 2027", None),
        ("soon", None),
    ],
)
def test_a_day_is_read_in_every_form_or_refused(due_on, day):
    planned = plan(f"{HEAD}\nBakery Two,private,1,We give,hours,0,10,{due_on},,,,\n")
    assert [row.due_on for row in planned.new] == ([day] if day else [])
    assert planned.rejected == ([] if day else [(2, f"due_on: {due_on!r} is no date")])


@pytest.mark.parametrize(
    ("target", "figure"),
    [
        ("12,5", "12.5"),
        ("1,200", "1200"),
        ("1,200.50", "1200.5"),
        ("30%", "30"),
        ("12,5%", "12.5"),
        ("1 200", "1200"),
        ("£5", "5"),
        ("N/A", None),
        ("10k", None),
    ],
)
def test_a_figure_is_read_as_it_is_meant_or_refused(target, figure):
    planned = plan(f'{HEAD}\nBakery Two,private,1,We give,hours,0,"{target}",2027-03-31,,,,\n')
    assert [str(row.target.normalize()) for row in planned.new] == (
        [f"{Decimal(figure).normalize()}"] if figure else []
    )


def test_a_percentage_of_a_workbook_is_what_it_shows():
    book = openpyxl.Workbook()
    book.active.append(["Read this first"])
    sheet = book.create_sheet("Pledges")
    sheet.append(["Partner", "Sector", "Reference", "Statement", "Measure", "Target", "Due on"])
    sheet.append(["Bakery Two", "private", "1", "We give", "hours", 0.3, date(2027, 3, 31)])
    sheet["F2"].number_format = "0%"
    out = io.BytesIO()
    book.save(out)
    (row,) = plan(out.getvalue(), name="list.xlsx").new
    assert (row.target, row.due_on) == (30, date(2027, 3, 31))


def test_rows_become_public_pledges_with_their_history():
    run = imported(FIRST)
    assert run.counts == {
        "rows": 3,
        "new": 3,
        "changed": 0,
        "unchanged": 0,
        "rejected": 0,
        "blank": 0,
        "removed": 0,
    }
    pledge = Pledge.objects.get(statement="We open 20 Saturdays")
    assert [e.kind for e in pledge.entries.all()] == ["proposed", "accepted", "claim"]
    assert (pledge.claimed, pledge.standing, pledge.due_on) == (5, "active", date(2028, 12, 31))
    assert proving.verify().broken is None


def test_where_is_not_stated_when_the_source_does_not_say(client, pledged):
    imported(FIRST)
    code = Pledge.objects.get(statement="We lend 300 toys").code

    def page_of(code):
        return " ".join(client.get(f"/pledges/{code}/").content.decode().split())

    assert "The whole town" not in page_of(code)
    assert "The whole town" in page_of(pledged().code)


def test_importing_twice_changes_nothing():
    imported(FIRST)
    before = list(Entry.objects.values_list("hash", flat=True))
    again = plan(FIRST)
    assert again.already is not None
    carrying.carry_out(again, by=None)
    # The same rows under another file hash and a later day.
    later = imported(FIRST + "\n", as_at=date(2026, 9, 2))
    assert later.counts["unchanged"] == 3
    assert list(Entry.objects.values_list("hash", flat=True)) == before
    assert Partner.objects.filter(source="list").count() == 2


def test_a_later_file_writes_entries_and_overwrites_nothing():
    imported(FIRST)
    run = imported(SECOND, as_at=date(2026, 10, 1), removes=1)
    assert run.counts | {"rows": 3} == {
        "rows": 3,
        "new": 1,
        "changed": 1,
        "unchanged": 1,
        "rejected": 0,
        "blank": 0,
        "removed": 1,
    }
    toys = Pledge.objects.get(statement="We lend 300 toys")
    changes = [e.body for e in toys.entries.filter(kind="changed")]
    assert {"field": "target", "old": "300", "new": "250"} in changes
    assert {"field": "due_on", "old": "2029-01-31", "new": "2029-06-30"} in changes
    assert toys.entries.filter(kind="changed").first().words == "Fewer toys"
    dropped = Pledge.objects.get(partner__name="Bakery Two")
    assert dropped.standing == "lapsed"
    assert dropped.entries.last().kind == "removed"
    # Still missing from the next file: that is no news.
    assert imported(SECOND + "\n", as_at=date(2026, 10, 15)).counts["removed"] == 0
    assert dropped.entries.filter(kind="removed").count() == 1
    imported(FIRST.replace("Toy", "Toy "), as_at=date(2026, 11, 1))
    dropped.refresh_from_db()
    assert dropped.standing == "active"
    assert dropped.entries.last().kind == "relisted"


def test_an_older_file_is_refused():
    imported(SECOND, as_at=date(2026, 10, 1))
    with pytest.raises(Refused, match="rewrite history"):
        plan(FIRST, as_at=date(2026, 9, 1))


@pytest.mark.parametrize(
    ("row", "because"),
    [
        ("x,odd,1,We do,hours,0,5,2028-01-01,,,,", "sector 'odd'"),
        (",private,1,We do,hours,0,5,2028-01-01,,,,", "name of the organisation is missing"),
        ("x,private,1,,hours,0,5,2028-01-01,,,,", "text of the promise is missing"),
        ("x,private,1,We do,hours,0,many,2028-01-01,,,,", "'many' is no number"),
        ("x,private,1,We do,hours,0,5,2028-02-31,,,,", "'2028-02-31' is no date"),
        ("x,private,1,We do,hours,0,,2028-02-01,,,,", "target is missing"),
        ("x,private,1,We do,nothing,0,5,2028-02-01,,,,", "no measure 'nothing'"),
    ],
)
def test_a_bad_row_is_rejected_with_its_number_and_reason(row, because):
    made = plan(f"{FIRST}\n{row}\n")
    assert made.counts["new"] == 3
    ((number, said),) = made.rejected
    assert number == 6
    assert because in said


@pytest.mark.parametrize("count", [75, 76, 3001])
def test_rows_are_conserved_at_any_number(count):
    rows = [
        f"Club {i},voluntary,1,We give {i} hours,hours,0,{i + 1},2028-05-01,,,,"
        for i in range(count)
    ]
    made = plan("\n".join([HEAD, *rows]))
    counts = made.counts
    assert counts["rows"] == count
    assert counts["rows"] == sum(counts[k] for k in ("new", "changed", "unchanged", "rejected"))


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * 50_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.csv", "empty"),
        (b"\xff\xfe\x00\xd8", "a.csv", "encoding is unknown"),
        (b"PK\x03\x04broken", "a.xlsx", "damaged"),
        (b"a,b\n1,2\n", "a.csv", "lacks the column"),
        (b"a,b\n1,2\n", "a.pdf", "kind of file"),
        (b"\x1f\x8bnope", "a.csv.gz", "damaged"),
        (b"x\0y\n", "a.csv", "encoding is unknown"),
        (
            HEAD.replace("reason", "partner").encode() + b"\nx\n",
            "a.csv",
            "stands in the file twice",
        ),
    ],
)
def test_a_broken_file_is_refused_in_words(data, name, said):
    with pytest.raises(Refused, match=said):
        plan(data, name=name)
    assert not ImportRun.objects.exists()


def test_a_bomb_is_refused_before_it_is_unpacked():
    with pytest.raises(Refused, match="unreasonable size"):
        plan(bomb(), name="bomb.xlsx")


def test_xlsx_utf16_cp1252_and_preambles_are_read():
    book = openpyxl.Workbook()
    book.active.append(["Pledges of the town"])
    for line in FIRST.splitlines():
        book.active.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    assert plan(out.getvalue(), name="list.xlsx").counts["new"] == 3
    assert plan(FIRST.encode("utf-16"), name="list.csv").counts["new"] == 3
    assert plan(FIRST.replace("Toy", "Café").encode("cp1252")).new[0].partner_name == "Café Library"


def chosen(client, text=FIRST, name="list.csv", **said):
    """The preview of a file that was chosen on the page."""
    upload = SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)
    return client.post(
        "/desk/charter/import/", {"layout": "commonweal", "file": upload, **said}, follow=True
    )


def brought_in(client, page, **said):
    """*Bring it in* is pressed on a preview."""
    seen = {"do": "carry", "seen": page.context["preview"].fingerprint}
    return client.post(page.request["PATH_INFO"], seen | said, follow=True)


def test_the_page_shows_what_would_happen_before_it_happens(
    sign_in, maya, client, django_capture_on_commit_callbacks
):
    sign_in(maya)
    page = chosen(client)
    assert "What would happen" in page.content.decode()
    assert not Pledge.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        shown = brought_in(client, page).content.decode()
    assert Pledge.objects.count() == 3
    assert all(f"/pledges/{pledge.code}/" in shown for pledge in Pledge.objects.all())
    again = brought_in(client, page)
    assert b"not held any more" in again.content
    assert Pledge.objects.count() == 3


def test_a_long_file_is_read_in_by_a_worker_once(sign_in, maya, client, monkeypatch):
    monkeypatch.setattr(importing, "LONG", 2)
    sign_in(maya)
    for _ in range(2):
        assert b"is being read in since" in brought_in(client, chosen(client)).content
    assert not Pledge.objects.exists()
    queue.run_all()
    assert Pledge.objects.public().count() == 3
    run = ImportRun.objects.get()
    assert run.run_by == maya
    page = client.get("/desk/charter/imports/").content
    assert b"is being read in" not in page
    assert f"/desk/charter/imports/{run.pk}/".encode() in page


def test_a_long_file_that_is_gone_says_why(sign_in, maya, client, monkeypatch, settings):
    monkeypatch.setattr(importing, "LONG", 2)
    sign_in(maya)
    brought_in(client, chosen(client))
    for kept in (Path(settings.VAR) / "held").iterdir():
        kept.unlink()
    queue.run_all()
    page = client.get("/desk/charter/imports/").content
    assert b"was not read in: The file is not there any more" in page
    assert not Pledge.objects.exists()


def test_what_somebody_wrote_meanwhile_is_not_overwritten():
    imported(FIRST)
    made = plan(SECOND, as_at=date(2026, 10, 1))
    toys = Pledge.objects.get(statement="We lend 300 toys")
    body = {"field": "target", "old": "300", "new": "280"}
    ledger.append(ledger.NewEntry(toys, "changed", date(2026, 9, 9), body, "Fewer"))
    before = Entry.objects.count()
    with pytest.raises(Refused, match="Somebody else changed the register"):
        carrying.carry_out(made, by=None)
    assert Entry.objects.count() == before
    assert not Partner.objects.filter(name="New Club").exists()
    imported(SECOND, as_at=date(2026, 10, 1))
    toys.refresh_from_db()
    assert toys.target == 250
    assert toys.entries.filter(kind="changed").last().body["old"] == "2029-01-31"
    assert {"field": "target", "old": "280", "new": "250"} in [e.body for e in toys.entries.all()]


def test_of_two_files_read_at_once_the_second_looks_again():
    first, second = plan(FIRST), plan(SECOND, as_at=date(2026, 10, 1))
    carrying.carry_out(first, by=None)
    with pytest.raises(Refused, match="Somebody else changed the register"):
        carrying.carry_out(second, by=None)
    assert imported(SECOND, as_at=date(2026, 10, 1)).counts["changed"] == 1
    assert not list(proving.stale_figures(date(2026, 11, 1)))
    assert proving.verify().broken is None


def test_the_command_says_what_it_did(tmp_path, capsys):
    file = tmp_path / "list.csv"
    file.write_text(FIRST)
    call_command("pledges", "import", str(file), layout="commonweal", as_at="2026-09-01")
    call_command("pledges", "import", str(file), layout="commonweal", as_at="2026-09-01")
    said = capsys.readouterr().out
    assert "new               3" in said
    assert "nothing changes" in said
    with pytest.raises(CommandError, match="no layout 'x'"):
        call_command("pledges", "import", str(file), layout="x")
    with pytest.raises(CommandError, match="is no date"):
        call_command("pledges", "import", str(file), layout="commonweal", as_at="soon")


def test_a_command_that_took_no_row_does_not_say_that_all_is_there(tmp_path, capsys):
    """A file that came too late once ended with 'all that it says stands in the register'."""
    file = tmp_path / "list.csv"

    def read(text):
        file.write_text(text)
        capsys.readouterr()
        call_command("pledges", "import", str(file), layout="commonweal", as_at="2026-09-01")
        return capsys.readouterr().out

    late = FIRST.replace("2029-01-31", "soon").replace("31/12/2028", "soon")
    with pytest.raises(CommandError, match="No row of it can be taken in"):
        read(late.replace("2028-05-01", "soon"))
    with pytest.raises(CommandError, match="headings and no rows"):
        read(f"{HEAD}\n")
    assert Pledge.objects.count() == 0
    assert "Done" in read(late)
    assert "All of it that can be taken stands in the register" in read(late)


def test_a_file_of_tomorrow_is_refused(today):
    with pytest.raises(Refused, match="a day to come"):
        plan(FIRST, as_at=today + timedelta(days=1))


def shared(name):
    path = SHARED / "pledges" / name
    assert path.exists(), f"{path} is required here"
    return path


def test_a_promise_without_a_date_is_said_to_state_none_and_to_be_due_on_none(client):
    rows = (
        b"promise_id,promise_text,date,progress_score,stage\nH01,Build homes,2026-06-09,0,First\n"
    )
    layout = layout_named("uk-promises-timeline")
    made = importing.plan(rows, "list.csv", layout=layout, as_at=date(2026, 6, 9))
    carrying.carry_out(made, by=None)
    promise = Pledge.objects.get()
    shown = " ".join(client.get(promise.get_absolute_url()).content.decode().split())
    assert "Promised; its source states no date." in shown
    assert "its date lies ahead" not in shown
    shown = " ".join(client.get("/pledges/?source=others").content.decode().split())
    assert "no date stated" in shown
    assert "due no date" not in shown


@real
def test_the_small_real_registers_are_read_whole():
    for file, layout, as_at in (
        ("ndcs/ndcs_current.csv.gz", "ndcs", date(2026, 1, 1)),
        ("uk_promises/promise_progress_timeline.csv", "uk-promises-timeline", date(2026, 6, 9)),
        ("uk_promises/promises.csv", "uk-promises", date(2026, 6, 10)),
    ):
        path = shared(file)
        made = importing.plan(
            path.read_bytes(), path.name, layout=layout_named(layout), as_at=as_at
        )
        counts = made.counts
        assert counts["rows"] == sum(
            counts[name] for name in ("new", "changed", "unchanged", "rejected")
        )
        carrying.carry_out(made, by=None)
    promise = Pledge.objects.get(source="uk-promises", statement__startswith="Build 1.5 million")
    claims = [e.body["value"] for e in promise.entries.filter(kind="claim")]
    assert claims[:3] == ["0", "12.5", "30"]
    assert proving.verify().broken is None


@pytest.mark.alike
@real
def test_three_years_of_a_real_register_give_each_pledge_its_history():
    for month, layout, as_at in (
        ("2021-09", "sbti-2021", date(2021, 9, 30)),
        ("2023-08", "sbti-2023", date(2023, 8, 31)),
        ("2023-11", "sbti-2023", date(2023, 11, 30)),
    ):
        path = shared(f"sbti/sbti_{month}.xlsx")
        made = importing.plan(
            path.read_bytes(), path.name, layout=layout_named(layout), as_at=as_at
        )
        counts = made.counts
        assert counts["rows"] == sum(
            counts[name] for name in ("new", "changed", "unchanged", "rejected")
        )
        assert len(made.rejected) < 0.02 * counts["rows"]
        carrying.carry_out(made, by=None)
    # Tesco raised its scope 1 and 2 target from 60 % by 2025 to 83 % by 2032 in autumn 2023.
    tesco = Pledge.objects.filter(partner__name="Tesco", entries__kind="changed").distinct()
    moves = {
        (e.body["field"], e.body["old"], e.body["new"])
        for pledge in tesco
        for e in pledge.entries.filter(kind="changed", happened_on=date(2023, 11, 30))
    }
    assert ("target", "60", "83") in moves
    assert ("due_on", "2025-12-31", "2032-12-31") in moves
    assert proving.verify().broken is None

"""The lines of a file that was read: its first, those left out, and what a corrected one changes;
the shares that follow, and the pictures of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from commonweal.spend import files, pictures, reads
from commonweal.spend.importing import lines
from commonweal.spend.models import Release
from commonweal.spend.reads.scopes import Scope
from commonweal.spend.reads.shares import Share, share_in
from commonweal.spend.templatetags.scopes import route_of

D = Decimal
USUAL = {
    "sheet": "",
    "line": 2,
    "outcome": "accepted",
    "why": None,
    "first": date(2026, 7, 3),
    "last": date(2026, 7, 3),
    "name": "Acorn Ltd",
    "payee": "named",
    "amount": D("10.00"),
    "reference": "A1",
    "category": "Repairs",
}
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("sheet", "outcome", "why")),
        ("line", pa.int32()),
        *((name, pa.date32()) for name in ("first", "last")),
        *((name, pa.string()) for name in ("name", "payee", "reference", "category")),
        ("amount", pa.decimal128(18, 4)),
    ]
)


@pytest.fixture
def written(monkeypatch, tmp_path):
    """Write the lines of a release that stands nowhere else; each by what differs from the
    usual."""
    monkeypatch.setattr(files, "lines_of", lambda digest: tmp_path / f"{digest}.parquet")

    def write(digest: str, *read: dict[str, object]) -> Release:
        rows = [USUAL | {"line": at} | further for at, further in enumerate(read, 2)]
        pq.write_table(pa.Table.from_pylist(rows, SCHEMA), tmp_path / f"{digest}.parquet")
        return Release(lines_sha256=digest)

    return write


def test_the_first_payments_stand_by_their_lines(written):
    release = written(
        "a",
        {"line": 9},
        {"line": 3, "outcome": "rejected", "why": "a note"},
        {"line": 4},
        {"line": 2},
        {"line": 5},
    )
    assert [row["line"] for row in lines.sample_of(release)] == [2, 4, 5]
    assert [row["line"] for row in lines.sample_of(release, 1)] == [2]
    assert len(lines.sample_of(release, 99)) == 4
    assert lines.sample_of(release)[0]["name"] == "Acorn Ltd"


def test_what_was_left_out_stands_with_its_reason(written):
    release = written(
        "a",
        {},
        {"line": 7, "outcome": "duplicate", "why": "it repeats", "amount": D("3.00")},
        {"line": 4, "outcome": "rejected", "why": "it has no amount: a note", "amount": None},
    )
    assert lines.left_out(release) == [
        {
            "sheet": "",
            "line": 4,
            "outcome": "rejected",
            "why": "it has no amount: a note",
            "amount": None,
        },
        {
            "sheet": "",
            "line": 7,
            "outcome": "duplicate",
            "why": "it repeats",
            "amount": D("3.0000"),
        },
    ]
    assert [row["line"] for row in lines.left_out(release, 1)] == [4]


def test_a_file_that_was_not_read_has_no_lines():
    assert lines.sample_of(Release()) == []
    assert lines.left_out(Release()) == []


NOTHING = {"lines": 0, "gbp": "0", "largest": []}


@pytest.mark.parametrize("count", [0, 1, 4])
def test_the_same_lines_change_nothing_wherever_they_stand(written, count):
    read = [{"reference": f"A{at}"} for at in range(count)]
    old = written("old", *read)
    new = written("new", *({"line": 90 - at} | row for at, row in enumerate(reversed(read))))
    assert lines.difference(old, new) == {"same": count, "come": NOTHING, "gone": NOTHING}


@pytest.mark.parametrize(
    "change",
    [
        {"first": date(2026, 7, 4)},
        {"last": date(2026, 7, 31)},
        {"first": None},
        {"name": "Acorn Limited"},
        {"name": None},
        {"amount": D("10.01")},
        {"reference": "A2"},
        {"reference": None},
        {"category": "Catering"},
        {"category": None},
    ],
    ids=range(10),
)
def test_a_line_that_says_another_thing_goes_and_comes(written, change):
    changed = lines.difference(written("old", {}, {"line": 3}), written("new", {}, change))
    assert changed["same"] == 1
    assert (changed["gone"]["lines"], changed["gone"]["gbp"]) == (1, "10.0000")
    assert changed["come"]["lines"] == 1
    assert D(changed["come"]["gbp"]) == change.get("amount", D("10.00"))


@pytest.mark.parametrize(
    ("before", "after", "same", "come", "gone"),
    [(3, 1, 1, 0, 2), (1, 3, 1, 2, 0), (2, 2, 2, 0, 0), (0, 2, 0, 2, 0), (2, 0, 0, 0, 2)],
)
def test_equal_lines_are_counted(written, before, after, same, come, gone):
    changed = lines.difference(written("old", *[{}] * before), written("new", *[{}] * after))
    assert changed["same"] == same
    assert (changed["come"]["lines"], changed["gone"]["lines"]) == (come, gone)
    assert D(changed["come"]["gbp"]) == 10 * come
    assert D(changed["gone"]["gbp"]) == 10 * gone


def test_what_was_left_out_of_both_is_no_change(written):
    old = written("old", {}, {"outcome": "rejected", "amount": D("9.00")})
    new = written("new", {}, {"outcome": "duplicate", "amount": D("8.00")})
    assert lines.difference(old, new) == {"same": 1, "come": NOTHING, "gone": NOTHING}


def test_the_largest_changes_stand_first_and_no_more_than_twenty(written):
    read = [{"amount": D(at), "reference": None} for at in range(-5, 26)]
    changed = lines.difference(written("old"), written("new", *read))
    assert changed["come"]["lines"] == 31
    largest = changed["come"]["largest"]
    assert [line["gbp"] for line in largest[:2]] == ["25.0000", "24.0000"]
    assert len(largest) == 20
    assert largest[0] == {
        "day": "2026-07-03",
        "payee": "Acorn Ltd",
        "reference": "",
        "gbp": "25.0000",
    }
    # A credit is as large as what it takes off.
    written("one", {"amount": D("-30.00"), "first": None, "name": None, "payee": "person"})
    [credit, *_] = lines.difference(Release(lines_sha256="new"), Release(lines_sha256="one"))[
        "come"
    ]["largest"]
    assert (credit["day"], credit["payee"], credit["gbp"]) == ("", "person", "-30.0000")


# --- Shares ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "total", "at_least", "at_most"),
    [
        ("0", "0", "0", None, None),
        ("5", "5", "-10", None, None),
        ("0", "10", "10", "0", "100"),
        ("2.5", "7.5", "10", "25", "75"),
        ("-1", "0", "10", "-10", "0"),
    ],
)
def test_a_share_is_of_a_hundred_where_anything_was_paid(low, high, total, at_least, at_most):
    share = Share(D(low), D(high), D(total))
    assert share.at_least == (None if at_least is None else D(at_least))
    assert share.at_most == (None if at_most is None else D(at_most))


@pytest.mark.parametrize(
    ("of", "total"), [("100.00", "100.00"), (None, "0"), ("0", "0"), ("-5.00", "-5.00")]
)
def test_the_share_in_the_figures_is_by_the_place_that_is_asked_for(of, total):
    town = {"at_least": "20.00", "at_most": "35.50", "of": of}
    content = {"office": {"town_gbp": town}, "site": {"town_gbp": town | {"at_least": "1"}}}
    assert share_in(content, "office") == Share(D("20.00"), D("35.50"), D(total))
    assert share_in(content, "site").low == 1
    assert share_in(content, "office").unknown == D("15.50")


# --- Pictures -------------------------------------------------------------------------------------


def quarter(first: str, local: str, unknown: str, amount: str) -> dict[str, str]:
    return {"quarter": first, "local": local, "unknown": unknown, "amount": amount}


QUARTERS = [
    quarter("2026-01-01", "20", "5", "100"),
    quarter("2026-04-01", "30", "0", "100"),
    quarter("2026-07-01", "0", "0", "0"),
    quarter("2026-10-01", "45", "10", "90"),
]


def test_quarters_are_a_share_each_from_the_first_day():
    content = {"office": {"quarters": QUARTERS}, "site": {"quarters": QUARTERS[:1]}}
    quarters = pictures.quarters_of(content, Scope())
    assert [each["from"].month for each in quarters] == [1, 4, 7, 10]
    assert quarters[0]["share"] == reads.Share(D(20), D(25), D(100))
    assert quarters[2]["share"].at_least is None
    assert len(pictures.quarters_of(content, Scope(place="site"))) == 1


@pytest.mark.parametrize(("count", "is_drawn"), [(0, False), (2, False), (3, False), (4, True)])
def test_a_line_is_drawn_from_three_quarters_on_in_which_anything_was_paid(count, is_drawn):
    picture = pictures.over_time({"office": {"quarters": QUARTERS[:count]}}, Scope(), "Oakby")
    assert bool(picture) is is_drawn
    if is_drawn:
        assert "Oakby: certain share in the town by quarter" in picture
        assert "50%" in picture


BANDED = {"town": "In Oakby", "county": "Elsewhere in the county", "region": "Region"}
BANDED |= {"nation": "Nation", "abroad": "Abroad", "unknown": "Not known where"}


def test_ribbons_lead_from_each_anchor_to_each_band_with_what_they_come_to():
    rows = [
        {"anchor": "council", "band": "town", "amount": "30.00"},
        {"anchor": "council", "band": "unknown", "amount": "10.00"},
        {"anchor": "gone", "band": "town", "amount": "60.00"},
    ]
    picture = pictures.ribbons(rows, {"council": "Oakby Council"}, BANDED)
    assert "Oakby Council" in picture
    # An anchor without a name stands under its code.
    assert "gone" in picture
    for told in ("£40", "£60", "£90, 90.0%", "£10, 10.0%"):
        assert told in picture


@pytest.mark.parametrize(
    "rows", [[], [{"anchor": "council", "band": "town", "amount": "0"}]], ids=["none", "nought"]
)
def test_nothing_paid_is_no_share_of_anything(rows):
    assert (
        "%" not in pictures.ribbons(rows, {"council": "Oakby Council"}, BANDED).split("<style")[0]
    )


@pytest.mark.parametrize(
    ("scope", "end"), [(Scope(), ""), (Scope("ledger"), "&route=ledger"), (Scope(year="x"), "")]
)
def test_a_page_leads_on_within_what_it_is_about(scope, end):
    assert route_of(scope) == end

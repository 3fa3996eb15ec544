"""The account of promises: random histories, an independent reading of them, a worked table."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.balance.account import (
    MOVEMENTS,
    NAMES,
    Cut,
    OutOfBalance,
    Position,
    Terms,
    account_of,
    add_up,
    rows_of,
    source_of,
)
from commonweal.balance.statement import Entered, line
from commonweal.places.models import Rules
from commonweal.pledges.standing import Kind, state_of

BEGIN = date(2026, 1, 1)
DAYS = Rules(due_soon_days=30, lapse_days=60, evidence_dead_days=10)
OTHER_DAYS = Rules(due_soon_days=14, lapse_days=200, evidence_dead_days=90)
MEASURES = [
    ("work", "apprentices", "people", "count"),
    ("work", "wage", "%", "share"),
    ("money", "spent", "pounds", "money"),
    ("money", "confident", "reached", "yes_no"),
    ("green", "energy", "kWh", "count"),
    ("green", "paying", "%", "keep"),
]


def day(number: int) -> date:
    return BEGIN + timedelta(days=number)


# Made once: what makes examples is looked through when it is first drawn from, which took half of
# the time where it was made anew for each draw.
NUMBER = st.integers(0, 40).map(str) | st.decimals(0, 40, places=2).map(str)
NUMBER_OR_NONE = NUMBER | st.none()
HAPPENED = st.sampled_from(
    [
        "claim",
        "claim",
        "evidence",
        "review",
        "review",
        "reply",
        "changed",
        "withdrawn",
        "removed",
        "relisted",
        "dead",
        "measured",
    ]
)


@cache
def day_or_none(first: int, last: int) -> st.SearchStrategy[str | None]:
    return st.none() | st.integers(first, last).map(lambda n: day(n).isoformat())


@st.composite
def history(draw: Any) -> list[tuple[int, str, dict[str, Any]]]:
    """One pledge: (day, kind, body) in the order of writing; some are written long after."""
    theme, measure, unit, kind = draw(st.sampled_from(MEASURES))
    direction = "down" if measure == "energy" else "up"
    target = draw(NUMBER_OR_NONE)
    made = draw(st.integers(0, 150))
    terms = {
        "theme": theme,
        "measure": measure,
        "unit": unit,
        "measure_kind": kind,
        "direction": direction,
        "baseline": draw(NUMBER_OR_NONE),
        "target": target,
        "due_on": draw(day_or_none(made, 250)),
    }
    lines: list[tuple[int, str, dict[str, Any]]] = [(made, Kind.PROPOSED, terms)]
    if draw(st.booleans()) and draw(st.booleans()):
        lines.append((made, Kind.RETURNED, {}))
        lines.append((made + 1, Kind.PROPOSED, terms | {"target": draw(NUMBER)}))
    if draw(st.integers(0, 9)):
        lines.append((made + draw(st.integers(0, 20)), Kind.ACCEPTED, {}))
    claims, evidence, reviews = [], [], []
    for _ in range(draw(st.integers(0, 7))):
        on = draw(st.integers(made, 250))
        what = draw(HAPPENED)
        here = len(lines)
        if what == "claim":
            body = {
                "value": draw(NUMBER),
                "as_of": day(on).isoformat(),
                "final": draw(st.booleans()),
            }
            lines.append((on, Kind.CLAIM, body))
            claims.append(here)
        elif what == "evidence" and claims:
            lines.append((on, Kind.EVIDENCE, {"about": draw(st.sampled_from(claims))}))
            evidence.append(here)
        elif what == "dead" and evidence:
            lines.append((on, Kind.LINK_DEAD, {"about": draw(st.sampled_from(evidence))}))
        elif what == "review" and claims:
            verdict = draw(st.sampled_from(["upheld", "partly", "rejected"]))
            held = draw(day_or_none(on, on + 14))
            lines.append(
                (
                    on,
                    Kind.REVIEW,
                    {
                        "about": draw(st.sampled_from(claims)),
                        "verdict": verdict,
                        "by": "x",
                        "value": draw(NUMBER) if verdict == "partly" else None,
                        "held_until": held,
                    },
                )
            )
            reviews.append(here)
        elif what == "reply" and reviews:
            lines.append(
                (
                    on,
                    Kind.REPLY,
                    {"about": draw(st.sampled_from(reviews)), "agrees": draw(st.booleans())},
                )
            )
        elif what == "changed":
            field = draw(st.sampled_from(["target", "baseline", "due_on"]))
            new = day(draw(st.integers(0, 300))).isoformat() if field == "due_on" else draw(NUMBER)
            lines.append((on, Kind.CHANGED, {"field": field, "old": None, "new": new}))
        elif what == "measured":
            lines.append((on, Kind.MEASURED, {"value": "3", "ends_on": day(on).isoformat()}))
        elif what in {"withdrawn", "removed", "relisted"}:
            lines.append((on, what, {}))
    return lines


@st.composite
def registers(draw: Any) -> list[tuple[str, list[Entered]]]:
    """Several pledges whose entries are numbered over the whole register, mixed as they came."""
    found = draw(st.lists(history(), min_size=1, max_size=6))
    waiting = [list(one) for one in found]
    numbers: list[list[Entered]] = [[] for _ in found]
    seq = 0
    while any(waiting):
        index = draw(st.sampled_from([i for i, one in enumerate(waiting) if one]))
        on, kind, body = waiting[index].pop(0)
        seq += 1
        if "about" in body:
            body = body | {"about": numbers[index][body["about"]].seq}
        numbers[index].append(Entered(seq, kind, day(on), body))
    return [(f"P{i}", lines) for i, lines in enumerate(numbers)]


@st.composite
def three_cuts(draw: Any) -> list[tuple[int, int]]:
    seqs = sorted(draw(st.lists(st.integers(0, 60), min_size=3, max_size=3)))
    days = sorted(draw(st.lists(st.integers(0, 300), min_size=3, max_size=3)))
    return list(zip(seqs, days, strict=True))


@settings(max_examples=300)
@given(registers(), three_cuts())
def test_opening_and_movements_make_the_closing_in_every_history(register, cuts):
    cut = [Cut(seq, day(on)) for seq, on in cuts]
    lines = [entries for _, entries in register]
    first = add_up(lines, cut[0], cut[1], DAYS, OTHER_DAYS)
    second = add_up(lines, cut[1], cut[2], OTHER_DAYS, DAYS)
    for book in (first, second):
        for sums in book.lines.values():
            for figures in (line(sums)["promises"], line(sums)["amount"]):
                if figures is None:
                    continue
                f = {name: Decimal(str(value)) for name, value in figures.items()}
                left = (
                    f["verified"]
                    + f["partly"]
                    + f["claimed"]
                    + f["not_met"]
                    + f["withdrawn"]
                    + f["lapsed"]
                )
                assert f["opening"] + f["made"] + f["changed"] - left == f["closing"]
    # A period opens exactly where the one before it closed.
    for key, sums in second.lines.items():
        before = first.lines.get(key)
        assert sums.opening == (before.closing if before else Position())
        assert sums.amount_opening == (before.amount_closing if before else Position())


OPEN = {"active", "due_soon", "overdue"}


@settings(max_examples=200)
@given(registers(), st.integers(0, 60), st.integers(0, 300))
def test_it_agrees_with_an_independent_reading(register, seq, on):
    """Written apart from the code: what is outstanding is what neither the newest claim nor the
    newest finding has reached, of a promise that is neither settled nor gone."""
    cut = Cut(seq, day(on))
    nothing = Cut(0, BEGIN - timedelta(days=1))
    book = add_up([lines for _, lines in register], nothing, cut, DAYS, DAYS)
    count: dict[tuple[str, str], int] = defaultdict(int)
    amount: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for _, entries in register:
        known = [e for e in entries if e.seq <= seq and e.happened_on <= day(on)]
        state = state_of(known, day(on), DAYS)
        if state.accepted_on is None:
            continue
        body = [e for e in known if e.kind == "proposed"][-1].body
        key = (body["theme"], body["measure"])
        count[key] += state.standing in OPEN
        if (
            state.standing in {"active", "due_soon", "overdue", "claimed", "disputed"}
            and state.target is not None
        ):
            sign = -1 if state.direction == "down" else 1
            base = state.baseline or Decimal(0)
            far = sign * (state.target - base)
            reached = max(
                [Decimal(0)]
                + [sign * (v - base) for v in (state.claimed, state.verified) if v is not None]
            )
            amount[key] += max(far - reached, Decimal(0)) if far > 0 else 0
    for key, sums in book.lines.items():
        assert sums.closing.outstanding == count[key]
        if sums.terms.addable:
            assert sums.amount_closing.outstanding == amount[key]


@settings(max_examples=100)
@given(
    registers(), three_cuts(), st.sampled_from(["opening", "closing", *MOVEMENTS]), st.booleans()
)
def test_the_rows_behind_a_figure_add_up_to_it(register, cuts, name, in_unit):
    opening, closing = (Cut(seq, day(on)) for seq, on in cuts[:2])
    book = add_up([lines for _, lines in register], opening, closing, DAYS, DAYS)
    rows = list(rows_of(register, opening, closing, DAYS, DAYS, name, in_unit=in_unit))
    total = sum((part for _, part, _ in rows), Decimal(0))
    figures = [line(sums)["amount" if in_unit else "promises"] for sums in book.lines.values()]
    assert total == sum((Decimal(str(f[name])) for f in figures if f), Decimal(0))


SOURCES = ("", "list", "sbti", "ndcs")


@settings(max_examples=150)
@given(
    registers(),
    three_cuts(),
    st.lists(st.sampled_from(SOURCES), min_size=6, max_size=6),
    st.sets(st.sampled_from(("sbti", "ndcs"))),
    st.booleans(),
)
def test_what_stands_apart_leaves_the_account_to_the_unit(register, cuts, sources, once, later):
    """Whatever stood apart before or stands apart only now: the account opens where the earlier one
    closed, adds up, and ends as if the registers of others had never been there."""
    for (_, lines), source in zip(register, sources, strict=False):
        for entry in lines:
            if entry.kind == Kind.PROPOSED:
                entry.body["source"] = source
    apart = (frozenset(once), frozenset({"sbti", "ndcs"} if later else once))
    cut = [Cut(*pair) for pair in ((cuts[0][0], day(cuts[0][1])), (cuts[1][0], day(cuts[1][1])))]
    opening = Cut(cut[1].seq, cut[1].on, apart[0])
    closing = Cut(cuts[2][0], day(cuts[2][1]), apart[1])
    earlier = Cut(cut[0].seq, cut[0].on, apart[0])

    def of(*sources: str) -> list[list[Entered]]:
        return [lines for _, lines in register if source_of(lines) in sources]

    every = of(*SOURCES)
    before = add_up(every, earlier, opening, DAYS, DAYS)
    book = add_up(every, opening, closing, DAYS, DAYS)
    own = add_up(of(*set(SOURCES) - closing.apart), opening, closing, DAYS, DAYS)
    beside = add_up(of(*closing.apart), opening, closing, DAYS, DAYS).others

    def left(of_book: Any, name: str, end: str) -> dict[Any, Decimal]:
        figures = {k: getattr(getattr(s, name), end) for k, s in of_book.lines.items()}
        return {key: figure for key, figure in figures.items() if figure}

    for opens, closes in (("opening", "closing"), ("amount_opening", "amount_closing")):
        assert left(book, opens, "outstanding") == left(before, closes, "outstanding")
        assert left(book, closes, "outstanding") == left(own, closes, "outstanding")
    assert book.standings == own.standings
    assert (book.others.lines if book.others else {}) == (beside.lines if beside else {})
    if apart[0] == apart[1]:
        assert not book.lets_go
    for name in ("opening", "apart", "verified", "closing"):
        rows = rows_of(register, opening, closing, DAYS, DAYS, name, in_unit=False)
        total = sum((part for _, part, _ in rows), Decimal(0))
        promised = [line(s, lets_go=True)["promises"] for s in book.lines.values()]
        assert total == sum(figures[name] for figures in promised)


# --- The worked table of docs/methods/balance-sheet.md ------------------------------------------


def entries(*said: tuple[int, str, int, dict[str, Any]]) -> list[Entered]:
    return [Entered(seq, kind, day(on), body) for seq, kind, on, body in said]


TERMS = {
    "theme": "neighbours",
    "measure": "hours",
    "unit": "hours",
    "measure_kind": "hours",
    "direction": "up",
    "baseline": "0",
    "target": "200",
    "due_on": "2026-12-31",
}
WORKED = [
    # made before the period; 120 verified before it, 30 more claimed in it
    entries(
        (1, "proposed", 0, TERMS),
        (2, "accepted", 0, {}),
        (3, "claim", 10, {"value": "120", "as_of": "2026-01-11", "final": False}),
        (4, "review", 12, {"about": 3, "verdict": "upheld", "by": "x"}),
        (8, "claim", 100, {"value": "150", "as_of": "2026-04-10", "final": False}),
    ),
    # made in the period, then raised from 50 to 80
    entries(
        (5, "proposed", 95, TERMS | {"target": "50"}),
        (6, "accepted", 96, {}),
        (9, "changed", 110, {"field": "target", "old": "50", "new": "80"}),
    ),
    # made before, withdrawn in the period after 40 of 100 were verified
    entries(
        (10, "proposed", 1, TERMS | {"target": "100"}),
        (11, "accepted", 1, {}),
        (12, "claim", 20, {"value": "40", "as_of": "2026-01-21", "final": False}),
        (13, "review", 22, {"about": 12, "verdict": "upheld", "by": "x"}),
        (14, "withdrawn", 120, {}),
    ),
]


def test_the_worked_table_of_the_methods_page():
    opening, closing = Cut(14, day(89)), Cut(14, day(180))
    book = add_up(WORKED, opening, closing, DAYS, DAYS)
    figures = line(book.lines["neighbours", "hours"])
    assert figures["promises"] == {
        "opening": 2,
        "made": 1,
        "changed": 0,
        "verified": 0,
        "partly": 0,
        "claimed": 0,
        "not_met": 0,
        "withdrawn": 1,
        "lapsed": 0,
        "closing": 2,
    }
    assert figures["amount"] == {
        "opening": "140",
        "made": "50",
        "changed": "30",
        "verified": "0",
        "partly": "0",
        "claimed": "30",
        "not_met": "0",
        "withdrawn": "60",
        "lapsed": "0",
        "closing": "130",
    }


def test_it_refuses_what_does_not_add_up():
    """The check can fail: a position whose parts are not what was promised is named."""
    book = add_up(WORKED, Cut(14, day(89)), Cut(14, day(180)), DAYS, DAYS)
    book.lines["neighbours", "hours"].amount_closing.verified += 1
    with pytest.raises(OutOfBalance, match="neighbours / hours in hours"):
        book.check()


def test_a_late_entry_moves_in_the_period_in_which_it_became_known():
    late = [
        *WORKED[0],
        Entered(20, "claim", day(30), {"value": "200", "as_of": "2026-01-31", "final": False}),
    ]
    closed = add_up([WORKED[0]], Cut(0, BEGIN), Cut(19, day(89)), DAYS, DAYS)
    after = add_up([late], Cut(19, day(89)), Cut(20, day(180)), DAYS, DAYS)
    assert after.late_entries == 1
    assert (
        after.lines["neighbours", "hours"].amount_opening
        == closed.lines["neighbours", "hours"].amount_closing
    )


def test_a_promise_that_is_not_accepted_is_not_in_the_books():
    assert account_of(WORKED[1][:1], Cut(99, day(300)), DAYS) is None
    assert set(NAMES) >= set(MOVEMENTS)


def accepted(**terms: Any) -> list[Entered]:
    """A promise without a word about what it leaves out, accepted on the second day."""
    return [Entered(1, "proposed", day(0), terms), Entered(2, "accepted", day(1), {})]


@pytest.mark.parametrize(
    ("kind", "target", "has_amount"),
    [
        ("hours", "200", True),
        ("hours", None, False),
        ("share", "20", False),
        ("share", None, False),
    ],
)
def test_only_a_figure_of_what_can_be_added_is_an_amount(kind, target, has_amount):
    lines = accepted(measure_kind=kind, target=target, baseline="0")
    account = account_of(lines, Cut(9, day(9)), DAYS)
    assert account is not None
    assert account.has_amount is has_amount
    assert account.amount.outstanding == (200 if has_amount else 0)


def test_what_a_promise_does_not_say_is_empty():
    account = account_of(accepted(target=None), Cut(9, day(9)), DAYS)
    assert account is not None
    assert account.terms == Terms("", "", "", "")


@pytest.mark.parametrize(
    ("cut", "is_in_the_books"),
    [
        (Cut(2, day(1)), True),
        (Cut(1, day(1)), False),
        (Cut(2, day(0)), False),
    ],
)
def test_a_cut_holds_its_last_entry_and_its_last_day(cut, is_in_the_books):
    account = account_of(accepted(target="1", measure_kind="count"), cut, DAYS)
    assert (account is not None) is is_in_the_books


def test_what_was_promised_at_first_is_what_was_accepted_and_not_what_was_returned():
    lines = entries(
        (1, "proposed", 0, TERMS | {"target": "50"}),
        (2, "returned", 1, {}),
        (3, "proposed", 2, TERMS),
        (4, "accepted", 3, {}),
    )
    account = account_of(lines, Cut(9, day(9)), DAYS)
    assert account is not None
    assert (account.amount.made, account.amount.changed) == (200, 0)


def test_what_was_verified_is_a_claim_again_once_its_evidence_is_gone():
    lines = entries(
        (1, "proposed", 0, TERMS),
        (2, "accepted", 0, {}),
        (3, "claim", 10, {"value": "200", "as_of": "2026-01-11", "final": True}),
        (4, "evidence", 10, {"about": 3, "title": "x", "url": "https://x.example"}),
        (5, "review", 12, {"about": 3, "verdict": "upheld", "by": "x"}),
        (6, "link_dead", 20, {"about": 4}),
    )
    account = account_of(lines, Cut(9, day(90)), DAYS)
    assert account is not None
    assert account.standing == "evidence_unavailable"
    assert (account.amount.claimed, account.amount.verified) == (200, 0)
    assert (account.amount.not_met, account.amount.outstanding) == (0, 0)


def test_a_book_counts_entries_standings_and_promises_without_a_figure():
    figureless = entries((15, "proposed", 3, TERMS | {"target": None}), (16, "accepted", 3, {}))
    share = entries(
        (17, "proposed", 3, TERMS | {"measure": "wage", "measure_kind": "share"}),
        (18, "accepted", 3, {}),
    )
    book = add_up([*WORKED, figureless, share], Cut(0, BEGIN), Cut(17, day(180)), DAYS, DAYS)
    assert book.entries == 16
    assert book.standings == {"active": 3, "withdrawn": 1}
    assert book.lines["neighbours", "hours"].without_amount == 1
    with_share = add_up([*WORKED, share], Cut(0, BEGIN), Cut(99, day(180)), DAYS, DAYS)
    assert with_share.entries == 15
    assert with_share.lines["neighbours", "wage"].without_amount == 0


def test_late_is_what_came_after_the_opening_about_a_day_up_to_it():
    def late(seq: int, on: int) -> int:
        more = Entered(seq, "measured", day(on), {"value": "3", "ends_on": day(on).isoformat()})
        book = add_up([[*WORKED[0], more]], Cut(20, day(89)), Cut(40, day(180)), DAYS, DAYS)
        return book.late_entries

    assert [late(21, 89), late(21, 90), late(20, 89)] == [1, 0, 0]


def test_a_book_that_does_not_add_up_is_not_handed_on(monkeypatch):
    monkeypatch.setattr("commonweal.balance.account.adds_up", lambda opening, closing: False)
    with pytest.raises(OutOfBalance, match="neighbours / hours in promises"):
        add_up(WORKED, Cut(14, day(89)), Cut(14, day(180)), DAYS, DAYS)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("opening", {"P1": 80, "P3": 60}),
        ("closing", {"P1": 50, "P2": 80}),
        ("made", {"P2": 50}),
        ("changed", {"P2": 30}),
        ("claimed", {"P1": 30}),
        ("withdrawn", {"P3": 60}),
    ],
)
def test_the_rows_of_each_figure_of_the_worked_table(name, rows):
    named = [(f"P{number}", lines) for number, lines in enumerate(WORKED, 1)]
    behind = rows_of(named, Cut(14, day(89)), Cut(14, day(180)), DAYS, DAYS, name, in_unit=True)
    assert {code: part for code, part, _ in behind} == rows

"""What each line of a ledger changes of a pledge's state, one line at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.pledges.kinds import Kind
from commonweal.pledges.state import READERS, Claim, Review, State, day_of, fold, number

FIRST = date(2026, 1, 1)


@dataclass
class Line:
    seq: int
    kind: str
    happened_on: date
    body: dict[str, Any] = field(default_factory=dict)


def day(number_of_days: int) -> date:
    return FIRST + timedelta(days=number_of_days)


PROMISE = {
    "measure_kind": "hours",
    "direction": "up",
    "baseline": "10",
    "target": "200",
    "due_on": "2026-06-30",
}


def read(*lines: tuple[int, str, dict[str, Any]], on: int = 1000) -> State:
    """The state after a promise and further lines, told as (day, kind, body); numbered from 2."""
    first = Line(1, Kind.PROPOSED, FIRST, dict(PROMISE))
    further = [Line(n, kind, day(at), body) for n, (at, kind, body) in enumerate(lines, start=2)]
    return fold([first, *further], day(on))


ACCEPTED = (1, Kind.ACCEPTED, {})
CLAIMED = (5, Kind.CLAIM, {"value": "120", "as_of": "2026-01-04", "final": False})
EVIDENCE = (5, Kind.EVIDENCE, {"about": 3})


def review(at: int, verdict: str = "partly", **more: Any) -> tuple[int, str, dict[str, Any]]:
    body = {"about": 3, "by": "x", "verdict": verdict, "value": "80", "held_until": None}
    return at, Kind.REVIEW, body | more


# A promise, and what is changed of it


def test_a_promise_brings_its_terms() -> None:
    state = read()
    assert (state.kind, state.direction) == ("hours", "up")
    assert (state.baseline, state.target) == (Decimal(10), Decimal(200))
    assert state.due_on == date(2026, 6, 30)
    assert state.accepted_on is None
    assert state.first_target is None


def test_a_promise_that_states_little_is_a_count_without_bounds() -> None:
    state = fold([Line(1, Kind.PROPOSED, FIRST, {})], FIRST)
    assert (state.kind, state.direction) == ("count", "up")
    assert (state.baseline, state.target, state.due_on) == (None, None, None)


def test_what_was_returned_and_sent_anew_is_returned_no_more() -> None:
    assert read((1, Kind.RETURNED, {})).returned
    again = dict(PROMISE, target="150")
    state = read((1, Kind.RETURNED, {}), (2, Kind.PROPOSED, again))
    assert not state.returned
    assert state.target == Decimal(150)


def test_acceptance_keeps_what_was_first_promised() -> None:
    state = read(ACCEPTED, (9, Kind.CHANGED, {"field": "target", "old": "200", "new": "150"}))
    assert state.accepted_on == day(1)
    assert (state.first_target, state.target) == (Decimal(200), Decimal(150))


@pytest.mark.parametrize(
    ("name", "new", "attribute", "is_now"),
    [
        ("target", "150", "target", Decimal(150)),
        ("target", None, "target", None),
        ("baseline", "0", "baseline", Decimal(0)),
        ("baseline", "", "baseline", None),
        ("due_on", "2027-01-31", "due_on", date(2027, 1, 31)),
        ("due_on", None, "due_on", None),
    ],
)
def test_a_change_changes_its_field(name: str, new: Any, attribute: str, is_now: Any) -> None:
    state = read(ACCEPTED, (2, Kind.CHANGED, {"field": name, "old": "", "new": new}))
    assert getattr(state, attribute) == is_now
    unchanged = [each for each in ("target", "baseline", "due_on") if each != attribute]
    assert [getattr(state, each) for each in unchanged] == [
        getattr(read(ACCEPTED), each) for each in unchanged
    ]


@pytest.mark.parametrize("name", ["statement", "owner_title", "area"])
def test_a_change_of_words_moves_nothing(name: str) -> None:
    change = (2, Kind.CHANGED, {"field": name, "old": "1", "new": "2"})
    assert read(ACCEPTED, change) == read(ACCEPTED)


# Claims, evidence, reviews


def test_a_claim_is_read_with_the_day_that_it_is_about() -> None:
    [claim] = read(ACCEPTED, CLAIMED).claims
    assert (claim.seq, claim.on, claim.as_of) == (3, day(5), date(2026, 1, 4))
    assert (claim.value, claim.final) == (Decimal(120), False)
    undated = read(ACCEPTED, (5, Kind.CLAIM, {"value": "1", "final": True})).claims[0]
    assert (undated.as_of, undated.final) == (day(5), True)


def test_a_claim_of_an_undone_file_counts_as_never_made() -> None:
    second = (6, Kind.CLAIM, {"value": "130"})
    state = read(ACCEPTED, CLAIMED, second, (7, Kind.TAKEN_BACK, {"about": 3}))
    assert [claim.value for claim in state.claims] == [Decimal(130)]
    # Of the days before that it is still there.
    before = read(ACCEPTED, CLAIMED, second, (7, Kind.TAKEN_BACK, {"about": 3}), on=6)
    assert [claim.value for claim in before.claims] == [Decimal(120), Decimal(130)]


def test_evidence_belongs_to_the_claim_that_it_names() -> None:
    state = read(ACCEPTED, CLAIMED, EVIDENCE)
    assert state.claims[0].evidence == {4: None}
    elsewhere = read(ACCEPTED, CLAIMED, (5, Kind.EVIDENCE, {"about": 99}))
    assert elsewhere.claims[0].evidence == {}


def test_a_link_dies_and_answers_again() -> None:
    dead = (20, Kind.LINK_DEAD, {"about": 4, "found": "404"})
    alive = (30, Kind.LINK_ALIVE, {"about": 4, "found": "200"})
    assert read(ACCEPTED, CLAIMED, EVIDENCE, dead).claims[0].evidence == {4: day(20)}
    assert read(ACCEPTED, CLAIMED, EVIDENCE, dead, alive).claims[0].evidence == {4: None}
    assert read(ACCEPTED, CLAIMED, EVIDENCE, dead, alive, on=25).claims[0].evidence == {4: day(20)}
    # A link of nothing that is known changes nothing.
    unknown = (20, Kind.LINK_DEAD, {"about": 77, "found": "404"})
    assert read(ACCEPTED, CLAIMED, EVIDENCE, unknown).claims[0].evidence == {4: None}


@pytest.mark.parametrize(
    ("evidence", "since"),
    [
        ({}, None),
        ({4: None}, None),
        ({4: 10}, 10),
        ({4: 10, 5: None}, None),
        ({4: 10, 5: 12}, 12),
        ({4: 12, 5: 10}, 12),
    ],
)
def test_evidence_is_gone_once_the_last_of_it_is(evidence: Any, since: int | None) -> None:
    days = {seq: None if at is None else day(at) for seq, at in evidence.items()}
    claim = Claim(3, FIRST, FIRST, Decimal(1), False, evidence=days)
    assert claim.gone_since() == (None if since is None else day(since))


def test_a_review_is_read_with_its_claim() -> None:
    state = read(ACCEPTED, CLAIMED, review(9, held_until="2026-01-20"))
    [reviewed] = state.claims[0].reviews
    assert reviewed == Review(4, day(9), "partly", Decimal(80), "x", date(2026, 1, 20))
    nothing = read(ACCEPTED, CLAIMED, review(9, "rejected", value=None)).claims[0].reviews[0]
    assert nothing.value is None
    assert read(ACCEPTED, CLAIMED, review(9, about=99)).claims[0].reviews == []


@pytest.mark.parametrize(
    ("held_until", "replied_on", "released_on"),
    [
        (None, None, 9),
        (None, 12, 9),
        (20, None, 20),
        (20, 12, 12),
        (20, 20, 20),
        # A reply after its time holds back nothing.
        (20, 30, 20),
    ],
)
def test_an_adverse_review_waits_for_its_reply_or_its_time(
    held_until: int | None, replied_on: int | None, released_on: int
) -> None:
    held = None if held_until is None else day(held_until)
    replied = None if replied_on is None else day(replied_on)
    reviewed = Review(4, day(9), "partly", Decimal(1), "x", held, replied)
    assert reviewed.released_on() == day(released_on)
    claim = Claim(3, FIRST, FIRST, Decimal(1), False, reviews=[reviewed])
    assert claim.settled(day(released_on)) is reviewed
    assert claim.held(day(released_on)) is None
    before = day(released_on - 1)
    assert claim.settled(before) is None
    assert claim.held(before) is reviewed


def test_of_two_reviews_the_last_that_counts_settles_it() -> None:
    first = Review(4, day(9), "rejected", None, "x", None)
    second = Review(6, day(15), "upheld", Decimal(1), "y", day(20))
    claim = Claim(3, FIRST, FIRST, Decimal(1), False, reviews=[first, second])
    assert claim.settled(day(8)) is None
    assert claim.settled(day(19)) is first
    assert claim.held(day(19)) is second
    assert claim.settled(day(20)) is second


@pytest.mark.parametrize("agrees", [True, False])
def test_a_reply_is_read_with_its_review(agrees: bool) -> None:
    replied = (12, Kind.REPLY, {"about": 4, "agrees": agrees})
    reviewed = read(ACCEPTED, CLAIMED, review(9), replied).claims[0].reviews[0]
    assert (reviewed.replied_on, reviewed.agrees) == (day(12), agrees)
    before = read(ACCEPTED, CLAIMED, review(9), replied, on=11).claims[0].reviews[0]
    assert (before.replied_on, before.agrees) == (None, True)


# Questions, figures beside it, its end


def test_the_question_that_waits_longest_is_the_first_without_an_answer() -> None:
    asked = [(at, Kind.QUESTION, {"asked_on": "x"}) for at in (3, 4, 5)]
    assert read(*asked).first_unanswered_on == day(3)
    assert read(*asked, (6, Kind.ANSWER, {"about": 2})).first_unanswered_on == day(4)
    assert read(*asked, (6, Kind.ANSWER, {"about": 3})).first_unanswered_on == day(3)
    answers = [(6, Kind.ANSWER, {"about": seq}) for seq in (2, 3, 4)]
    assert read(*asked, *answers).first_unanswered_on is None
    assert read().first_unanswered_on is None


def test_the_newest_measured_figure_stands_beside_the_claims() -> None:
    figures = [
        (40, Kind.MEASURED, {"value": "5", "ends_on": "2026-01-31"}),
        (70, Kind.MEASURED, {"value": "9.5", "ends_on": "2026-02-28"}),
    ]
    state = read(ACCEPTED, *figures)
    assert (state.measured, state.measured_on) == (Decimal("9.5"), date(2026, 2, 28))
    assert (state.claims, state.claimed, state.verified) == ([], None, None)


def test_what_is_offered_and_what_is_used_of_it_add_up_apart() -> None:
    lines = [
        (2, Kind.OFFERED, {"quantity": "5"}),
        (3, Kind.DRAWN, {"quantity": "2"}),
        (4, Kind.OFFERED, {"quantity": "0.5"}),
        (5, Kind.DRAWN, {"quantity": ""}),
    ]
    state = read(ACCEPTED, *lines)
    assert (state.offered, state.drawn) == (Decimal("5.5"), Decimal(2))
    assert state.progress(state.claimed) == 0


def test_what_was_taken_out_and_listed_again_is_there_again() -> None:
    out = [(3, Kind.REMOVED, {"source": "x"}), (4, Kind.WITHDRAWN, {})]
    state = read(ACCEPTED, *out)
    assert (state.removed_on, state.withdrawn_on) == (day(3), day(4))
    again = read(ACCEPTED, *out, (9, Kind.RELISTED, {"source": "x"}))
    assert (again.removed_on, again.withdrawn_on) == (None, None)


@pytest.mark.parametrize("kind", [kind for kind in list(Kind) if kind not in READERS])
def test_other_lines_change_nothing_of_it(kind: Kind) -> None:
    assert read(ACCEPTED, (2, kind, {"about": 1, "source": "x"})) == read(ACCEPTED)


def test_a_line_of_a_later_version_changes_nothing() -> None:
    assert read(ACCEPTED, (2, "weighed", {"value": "3"})) == read(ACCEPTED)


# Figures


@pytest.mark.parametrize(
    ("direction", "figure", "is_reached", "moved"),
    [
        ("up", None, False, 0),
        ("up", 10, False, 0),
        ("up", 199, False, 189),
        ("up", 200, True, 190),
        ("up", 250, True, 240),
        ("up", 5, False, -5),
        ("down", None, False, 0),
        ("down", 201, False, -191),
        ("down", 200, True, -190),
        ("down", 5, True, 5),
    ],
)
def test_how_far_it_has_come(
    direction: str, figure: int | None, is_reached: bool, moved: int
) -> None:
    state = State(direction=direction, baseline=Decimal(10), target=Decimal(200))
    reached = None if figure is None else Decimal(figure)
    assert state.reaches(reached) == is_reached
    assert state.progress(reached) == moved


def test_without_a_target_nothing_is_reached_and_all_of_what_was_first_promised() -> None:
    state = State(baseline=None, target=None)
    assert not state.reaches(Decimal(5))
    assert state.reaches_first(Decimal(5))
    assert state.progress(Decimal(5)) == 5
    lowered = State(target=Decimal(100), first_target=Decimal(200))
    assert lowered.reaches(Decimal(150))
    assert not lowered.reaches_first(Decimal(150))


@pytest.mark.parametrize(
    ("text", "figure"),
    [(None, None), ("", None), ("0", 0), (0, 0), ("12.50", Decimal("12.5")), (3, 3)],
)
def test_a_figure_is_read_as_it_was_written(text: Any, figure: Any) -> None:
    assert number(text) == figure


@pytest.mark.parametrize(
    ("text", "is_day"), [(None, None), ("", None), ("2026-02-28", date(2026, 2, 28))]
)
def test_a_day_is_read_as_it_was_written(text: Any, is_day: date | None) -> None:
    assert day_of(text) == is_day


LINES = some.sampled_from(
    [
        ACCEPTED[1:],
        (Kind.RETURNED, {}),
        CLAIMED[1:],
        (Kind.EVIDENCE, {"about": 3}),
        (Kind.LINK_DEAD, {"about": 4}),
        review(0)[1:],
        (Kind.REPLY, {"about": 5, "agrees": False}),
        (Kind.CHANGED, {"field": "target", "old": "200", "new": "50"}),
        (Kind.DRAWN, {"quantity": "2"}),
        (Kind.WITHDRAWN, {}),
        (Kind.RELISTED, {}),
        (Kind.QUESTION, {}),
        (Kind.ANSWER, {"about": 2}),
    ]
)


@given(some.lists(LINES, max_size=8), some.integers(0, 8))
def test_the_state_of_a_day_knows_nothing_of_the_days_after(lines: list[Any], on: int) -> None:
    dated = [(at, kind, dict(body)) for at, (kind, body) in enumerate(lines)]
    assert read(*dated, on=on) == read(*dated[: on + 1])


@given(some.lists(LINES, max_size=8))
def test_the_same_lines_make_the_same_state(lines: list[Any]) -> None:
    dated = [(at, kind, dict(body)) for at, (kind, body) in enumerate(lines)]
    assert read(*dated) == read(*dated)

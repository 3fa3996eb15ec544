"""What each kind of entry says beside its words: its title, and labels with figures and days."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.accounts.actors import EDITOR, IMPORT, SYSTEM, Actor
from commonweal.accounts.models import Role
from commonweal.pledges.facts import (
    FACTS,
    FIELDS,
    VERDICTS,
    drawn_by,
    facts_of,
    title_of,
)
from commonweal.pledges.kinds import INFO, TITLES, Kind
from commonweal.pledges.models import Entry, Measure

HOURS = Measure(code="hours", name="Hours volunteered", kind="hours", unit="hours")
PLACES = Measure(code="places", name="Placements", kind="count", unit="placements")
POUNDS = Measure(code="local", name="Spent nearby", kind="money", unit="pounds")
SHARE = Measure(code="share", name="Share on the living wage", kind="share", unit="%")
DONE = Measure(code="done", name="Accredited", kind="yes_no", unit="reached")
# Kinds that say all that they say in their words, or in their title.
WORDS_ALONE = [
    Kind.RETURNED,
    Kind.ACCEPTED,
    Kind.REPLY,
    Kind.WITHDRAWN,
    Kind.QUESTION,
    Kind.ANSWER,
    Kind.REMOVED,
    Kind.RELISTED,
    Kind.HANDED_OVER,
    Kind.STRUCK,
    Kind.TAKEN_BACK,
]


def entry(kind: str, body: dict[str, Any] | None = None, by_role: str = "partner") -> Entry:
    """An entry as it stands in the ledger, in no database."""
    return Entry(seq=7, kind=kind, body=body or {}, by_role=by_role)


def told_of(kind: str, body: dict[str, Any], measure: Measure = HOURS) -> list[tuple[str, str]]:
    return facts_of(entry(kind, body), measure)


# Titles


@pytest.mark.parametrize(
    ("verdict", "title"),
    [
        ("upheld", "Reviewed: found as claimed"),
        ("partly", "Reviewed: found in part"),
        ("rejected", "Reviewed: not found"),
    ],
)
def test_a_review_says_what_was_decided(verdict: str, title: str) -> None:
    assert title_of(entry(Kind.REVIEW, {"verdict": verdict})) == title == VERDICTS[verdict]


@pytest.mark.parametrize(
    ("field", "title"),
    [
        ("target", "Target changed"),
        ("due_on", "Date changed"),
        ("baseline", "Starting point changed"),
        ("statement", "Wording changed"),
        ("owner_title", "Who answers changed"),
        # One that a later version may write is called by its own name rather than not at all.
        ("area", "area changed"),
    ],
)
def test_a_change_says_what_was_changed(field: str, title: str) -> None:
    assert title_of(entry(Kind.CHANGED, {"field": field, "old": "", "new": ""})) == title


@pytest.mark.parametrize(
    ("agrees", "title"),
    [(True, "The partner accepts the review"), (False, "The partner contests the review")],
)
def test_a_reply_says_on_which_side_it_is(agrees: bool, title: str) -> None:
    assert title_of(entry(Kind.REPLY, {"agrees": agrees, "about": 3})) == title


@pytest.mark.parametrize(
    ("role", "who"),
    [
        (Role.DESK_MANAGER, "the help desk"),
        (Role.CHARTER_MANAGER, "the town"),
        (Role.PROGRAMME_LEAD, "the town"),
        (Role.ANALYST, "the town"),
        (Role.ADMINISTRATOR, "the town"),
    ],
)
def test_a_draw_says_whether_the_help_desk_did_it(role: str, who: str) -> None:
    drawn = entry(Kind.DRAWN, {}, by_role=Actor(None, role).role_in_words)
    assert drawn_by(drawn) == who
    assert title_of(drawn) == f"Drawn on by {who}"


@pytest.mark.parametrize(
    ("role", "who"), [(SYSTEM, "the help desk"), (EDITOR, "the town"), (IMPORT, "the town")]
)
def test_a_draw_by_nobody_is_the_desks(role: str, who: str) -> None:
    assert drawn_by(entry(Kind.DRAWN, {}, by_role=role)) == who


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for kind in list(Kind)
        if kind not in (Kind.REVIEW, Kind.CHANGED, Kind.REPLY, Kind.DRAWN)
    ],
)
def test_any_other_entry_is_called_as_its_kind(kind: Kind) -> None:
    assert title_of(entry(kind)) == TITLES[kind]


def test_a_kind_of_a_later_version_is_called_by_its_code() -> None:
    unknown = entry("weighed", {"verdict": "upheld"})
    assert title_of(unknown) == "weighed"
    assert facts_of(unknown, HOURS) == []


# Facts


def test_a_promise_says_from_where_to_where_and_by_when() -> None:
    body = {"baseline": "0", "target": "1250.5000", "due_on": "2027-03-01"}
    assert told_of(Kind.PROPOSED, body) == [
        ("From", "0 hours"),
        ("To", "1,250.5 hours"),
        ("By", "1 March 2027"),
    ]


def test_a_promise_of_another_register_says_what_it_does_not_state() -> None:
    for body in ({}, {"baseline": None, "target": None, "due_on": None}, {"target": ""}):
        assert told_of(Kind.PROPOSED, body) == [
            ("From", "not stated"),
            ("To", "not stated"),
            ("By", "no date stated"),
        ]


@pytest.mark.parametrize(
    ("measure", "figure", "words"),
    [
        (HOURS, "1", "1 hour"),
        (HOURS, "2.50", "2.5 hours"),
        (PLACES, "1", "1 placement"),
        (PLACES, "12", "12 placements"),
        (POUNDS, "1250", "£1,250"),
        (SHARE, "12.5", "12.5%"),
        (DONE, "1", "done"),
        (DONE, "0", "not done"),
    ],
)
def test_a_figure_is_written_in_its_measures_unit(
    measure: Measure, figure: str, words: str
) -> None:
    assert told_of(Kind.CLAIM, {"value": figure}, measure)[0] == ("Reached", words)
    assert told_of(Kind.REVIEW, {"value": figure}, measure) == [("Found", words)]
    changed = {"field": "target", "old": figure, "new": figure}
    assert told_of(Kind.CHANGED, changed, measure) == [("Was", words), ("Is now", words)]


@pytest.mark.parametrize(
    ("final", "last"), [(True, [("Report", "final")]), (False, []), (None, [])]
)
def test_a_claim_says_whether_it_is_the_last(final: bool | None, last: list[Any]) -> None:
    body = {"value": "120", "as_of": "2026-11-09", "final": final}
    expected = [("Reached", "120 hours"), ("By", "9 November 2026"), *last]
    assert told_of(Kind.CLAIM, body) == expected


def test_a_claim_without_a_day_says_so() -> None:
    assert told_of(Kind.CLAIM, {"value": "3"})[1] == ("By", "no date stated")


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_review_that_found_nothing_has_no_figure(nothing: str | None) -> None:
    assert told_of(Kind.REVIEW, {"verdict": "rejected", "value": nothing}) == []
    assert told_of(Kind.REVIEW, {"verdict": "rejected"}) == []


@pytest.mark.parametrize(
    ("field", "old", "new", "was", "is_now"),
    [
        ("due_on", "2027-03-01", "2028-12-31", "1 March 2027", "31 December 2028"),
        ("due_on", None, "2028-12-31", "no date stated", "31 December 2028"),
        ("target", "200", "150", "200 hours", "150 hours"),
        ("target", None, "150", "not stated", "150 hours"),
        ("baseline", "0", "10.5", "0 hours", "10.5 hours"),
        ("statement", "We will.", "We shall.", "We will.", "We shall."),
        ("owner_title", "", "Head of People", "not stated", "Head of People"),
        ("owner_title", None, "0", "not stated", "0"),
    ],
)
def test_a_change_says_what_it_was_and_what_it_is(
    field: str, old: Any, new: Any, was: str, is_now: str
) -> None:
    body = {"field": field, "old": old, "new": new}
    assert told_of(Kind.CHANGED, body) == [("Was", was), ("Is now", is_now)]
    back = {"field": field, "old": new, "new": old}
    assert told_of(Kind.CHANGED, back) == [("Was", is_now), ("Is now", was)]


def test_evidence_says_what_it_is_called_and_not_where_it_lies() -> None:
    body = {"about": 3, "title": "Our list", "url": "https://example.org/x", "file": "ab"}
    assert told_of(Kind.EVIDENCE, body) == [("What", "Our list")]
    assert told_of(Kind.EVIDENCE, {"about": 3}) == [("What", "")]


def test_a_source_says_its_own_word_for_a_status() -> None:
    assert told_of(Kind.SOURCE_STATUS, {"source": "x", "status": "Amber"}) == [("Status", "Amber")]
    assert told_of(Kind.SOURCE_STATUS, {"source": "x"}) == [("Status", "")]


def test_a_measured_figure_says_by_which_metric_and_until_when() -> None:
    body = {
        "metric": "Hours given",
        "series": 1,
        "value": "88",
        "starts_on": "2026-01-01",
        "ends_on": "2026-03-31",
        "status": "final",
    }
    assert told_of(Kind.MEASURED, body) == [
        ("Measured", "88 hours"),
        ("Until", "31 March 2026"),
        ("By the metric", "Hours given"),
        ("Figure", "final"),
    ]


@pytest.mark.parametrize(("kind", "label"), [(Kind.OFFERED, "Offered"), (Kind.DRAWN, "Used")])
def test_what_is_offered_and_what_is_used_names_its_ask(kind: str, label: str) -> None:
    body = {"ask": "ABCD", "title": "Beds", "quantity": "2"}
    assert told_of(kind, body, PLACES) == [(label, "2 placements"), ("Ask", "Beds")]


@pytest.mark.parametrize("kind", [Kind.LINK_DEAD, Kind.LINK_ALIVE])
@pytest.mark.parametrize(
    ("failed_on", "days"),
    [
        (None, ""),
        ([], ""),
        (["2026-11-01"], "1 November 2026"),
        (["2026-11-30", "2026-12-01"], "30 November 2026, 1 December 2026"),
    ],
)
def test_a_checked_link_says_what_was_met_and_on_which_days_it_failed(
    kind: str, failed_on: list[str] | None, days: str
) -> None:
    body = {"about": 3, "found": "404 Not Found"}
    if failed_on is not None:
        body |= {"failed_on": failed_on}
    expected = [("The check", "404 Not Found")]
    assert told_of(kind, body) == expected + ([("Not reached on", days)] if days else [])


def test_a_merge_and_its_parting_are_told_the_other_way_round() -> None:
    merged = {"partner": "a", "name": "Acorn", "into": "b", "into_name": "Beech"}
    assert told_of(Kind.MERGED, merged) == [("Was under", "Acorn"), ("Is now under", "Beech")]
    parted = {"partner": "a", "name": "Acorn", "out_of": "b", "out_of_name": "Beech"}
    assert told_of(Kind.PARTED, parted) == [("Was under", "Beech"), ("Is again under", "Acorn")]


@pytest.mark.parametrize("kind", WORDS_ALONE)
def test_what_speaks_in_its_words_alone_has_no_facts(kind: Kind) -> None:
    assert told_of(kind, dict.fromkeys(INFO[kind].keys, "x")) == []


def test_of_every_kind_it_is_decided_whether_it_has_facts() -> None:
    assert sorted([*FACTS, *WORDS_ALONE]) == sorted(Kind)
    assert not FACTS.keys() & frozenset(WORDS_ALONE)


def test_what_can_be_changed_has_a_name() -> None:
    assert sorted(FIELDS) == ["baseline", "due_on", "owner_title", "statement", "target"]
    assert len(frozenset(FIELDS.values())) == len(FIELDS)


# For any figure and day


@given(
    some.decimals(min_value=0, max_value=10**9, places=4),
    some.dates(),
    some.sampled_from([HOURS, PLACES, POUNDS, SHARE]),
)
def test_any_figure_and_day_is_told_in_whole_words(figure: Decimal, day: Any, measure: Any) -> None:
    facts = told_of(Kind.CLAIM, {"value": str(figure), "as_of": day.isoformat()}, measure)
    assert facts == [
        ("Reached", measure.write(figure)),
        ("By", f"{day.day} {day:%B %Y}"),
    ]
    assert "E" not in facts[0][1]


@given(some.lists(some.dates(), max_size=5))
def test_each_day_on_which_a_link_failed_is_told_once_in_its_order(days: list[Any]) -> None:
    body = {"about": 1, "found": "", "failed_on": [day.isoformat() for day in days]}
    facts = told_of(Kind.LINK_DEAD, body)
    assert len(facts) == 1 + bool(days)
    if days:
        assert facts[1][1].split(", ") == [f"{day.day} {day:%B %Y}" for day in days]

"""What of two statements differs, what of one is red without a reason, what its author wrote."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.balance import columns, implications
from commonweal.balance.account import APART, MOVEMENTS
from commonweal.balance.comparing import differences, red_lines, restated
from commonweal.balance.cutting import Cuts, says
from commonweal.balance.models import CommitteePaper, Statement

NAMES = ["opening", "made", "verified", "closing"]


def statement(**more: Any) -> dict[str, Any]:
    content = {
        "totals": {"opening": 10, "made": 4, "verified": 3, "closing": 11},
        "lines": [
            {
                "theme_name": "Fair work",
                "measure_name": "Hours",
                "unit": "hours",
                "promises": {"opening": 2, "closing": 3},
                "amount": {"opening": "120", "closing": "200.5"},
            },
            {
                "theme_name": "Fair work",
                "measure_name": "Accredited",
                "unit": "reached",
                "promises": {"opening": 8, "closing": 8},
                "amount": None,
            },
        ],
        "metrics": [{"name": "Hours given", "is": "12"}, {"name": "Wages", "is": "80%"}],
    }
    return content | more


def test_nothing_differs_from_itself() -> None:
    assert differences(statement(), statement()) == []
    assert differences(statement(), copy.deepcopy(statement())) == []


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("opening", "All promises, outstanding at the start"),
        ("made", "All promises, made"),
        ("verified", "All promises, verified"),
        ("closing", "All promises, outstanding at the end"),
    ],
)
def test_a_total_that_differs_says_where(name: str, label: str) -> None:
    changed = statement()
    old = str(changed["totals"][name])
    changed["totals"] = changed["totals"] | {name: 99}
    assert differences(statement(), changed) == [{"where": label, "old": old, "new": "99"}]


def test_a_line_says_its_theme_its_measure_and_its_unit() -> None:
    changed = statement()
    changed["lines"][0]["promises"]["closing"] = 4
    changed["lines"][0]["amount"]["opening"] = "121"
    assert differences(statement(), changed) == [
        {
            "where": "Fair work, Hours, promises, outstanding at the end",
            "old": "3",
            "new": "4",
        },
        {
            "where": "Fair work, Hours, hours, outstanding at the start",
            "old": "120",
            "new": "121",
        },
    ]


def test_a_metric_that_differs_is_named() -> None:
    changed = statement(
        metrics=[{"name": "Hours given", "is": "13"}, {"name": "Wages", "is": "80%"}]
    )
    assert differences(statement(), changed) == [
        {"where": "Metric Hours given", "old": "12", "new": "13"}
    ]


def test_what_came_and_what_went_are_told_too() -> None:
    fewer = statement(metrics=[{"name": "Wages", "is": "80%"}])
    gone = {"where": "Metric Hours given", "old": "12", "new": "not there"}
    come = {"where": "Metric Hours given", "old": "not there", "new": "12"}
    assert differences(statement(), fewer) == [gone]
    assert differences(fewer, statement()) == [come]


def test_what_went_stands_before_what_came() -> None:
    before = statement(metrics=[{"name": "Old one", "is": "1"}])
    after = statement(metrics=[{"name": "New one", "is": "2"}])
    assert [change["where"] for change in differences(before, after)] == [
        "Metric Old one",
        "Metric New one",
    ]


FIGURES = some.fixed_dictionaries({name: some.integers(0, 5) for name in NAMES})


@given(FIGURES, FIGURES)
def test_a_difference_there_is_one_back_again(before: Any, after: Any) -> None:
    forth = differences(statement(totals=before), statement(totals=after))
    back = differences(statement(totals=after), statement(totals=before))
    assert sorted((d["where"], d["old"], d["new"]) for d in forth) == sorted(
        (d["where"], d["new"], d["old"]) for d in back
    )
    assert len(forth) == sum(before[name] != after[name] for name in NAMES)


def test_a_restated_book_names_what_it_replaces_and_why() -> None:
    changed = statement(metrics=[])
    replaced = Statement(number=1, sha256="ab" * 32)
    told = restated(statement(), changed, replaced, "A claim was counted twice.")
    assert (told["number"], told["sha256"]) == (1, "ab" * 32)
    assert told["because"] == "A claim was counted twice."
    assert told["differences"] == differences(statement(), changed)


# What is red


def red(kind: str, code: str, *, is_red: bool = True, why: str = "") -> dict[str, Any]:
    label = "name" if kind == "metric" else "title"
    return {"code": code, label: code.upper(), "is_red": is_red, "why": why}


@pytest.mark.parametrize(
    ("is_red", "why", "is_told"),
    [(True, "", True), (True, "It rained.", False), (False, "", False), (False, "x", False)],
)
@pytest.mark.parametrize("kind", ["metric", "action"])
def test_what_is_red_without_a_reason_is_told(
    kind: str, is_red: bool, why: str, is_told: bool
) -> None:
    line = red(kind, "hours", is_red=is_red, why=why)
    metrics, actions = ([line], []) if kind == "metric" else ([], [line])
    content = {"metrics": metrics, "programme": {"all": actions}}
    assert red_lines(content) == ([(f"{kind}:hours", "HOURS")] if is_told else [])


def test_metrics_stand_before_actions_each_in_its_order() -> None:
    content = {
        "metrics": [red("metric", "b"), red("metric", "a")],
        "programme": {"all": [red("action", "a"), red("action", "c", why="Snow.")]},
    }
    assert red_lines(content) == [("metric:b", "B"), ("metric:a", "A"), ("action:a", "A")]


# Columns


def test_every_column_of_an_account_has_its_words_long_and_short() -> None:
    assert sorted(columns.WORDS) == sorted(columns.SHORT) == sorted(columns.WITH_APART)
    assert len(frozenset(columns.WORDS.values())) == len(columns.WORDS)
    assert len(frozenset(columns.SHORT.values())) == len(columns.SHORT)
    for name, words in columns.SHORT.items():
        assert len(words) <= len(columns.WORDS[name])


def test_a_column_more_stands_there_where_something_stands_apart() -> None:
    assert columns.names(lets_go=False) == ("opening", *MOVEMENTS, "closing")
    assert columns.names(lets_go=True) == ("opening", *MOVEMENTS, APART, "closing")


@pytest.mark.parametrize("lets_go", [True, False])
def test_a_statement_has_the_columns_of_its_totals(lets_go: bool) -> None:
    content = {"totals": dict.fromkeys(columns.names(lets_go=lets_go), 0)}
    assert columns.names_in(content) == columns.names(lets_go=lets_go)
    of_promises = columns.of_promises(content)
    assert "changed" not in of_promises
    assert len(of_promises) == len(columns.names_in(content)) - 1


# What its author wrote


CODES = list(CommitteePaper.Implication.values)
TITLES = [str(title) for _, title in CommitteePaper.Implication.choices]


def test_what_nobody_wrote_is_kept_as_nothing() -> None:
    assert implications.written(None) is None


def test_what_was_written_is_kept_by_its_titles() -> None:
    first, second, *others = CODES
    paper = CommitteePaper(author="Maya", contact="maya@town.example", none_of=[second])
    setattr(paper, first, "It costs £10.")
    kept = implications.written(paper)
    assert kept is not None
    assert (kept["author"], kept["contact"]) == ("Maya", "maya@town.example")
    lines = kept["implications"]
    assert [line["code"] for line in lines] == CODES
    assert [line["words"] for line in lines] == ["It costs £10.", *[""] * (len(CODES) - 1)]
    assert [line["is_none"] for line in lines] == [False, True, *[False] * len(others)]


def test_each_implication_is_said_or_it_is_said_that_it_was_not() -> None:
    first, second, *others = CODES
    paper = CommitteePaper(author="Maya", none_of=[second])
    setattr(paper, first, "It costs £10.")
    content = {"paper": implications.written(paper)}
    assert implications.in_words(content) == [
        [TITLES[0], "It costs £10."],
        [TITLES[1], "None stated."],
        *[[title, "Not written."] for title in TITLES[2:]],
    ]
    assert implications.unwritten(content) == [title.lower() for title in TITLES[2:]]


def test_a_draft_without_a_paper_says_that_nothing_was_written() -> None:
    assert implications.in_words({"paper": None}) == [[title, "Not written."] for title in TITLES]
    assert len(implications.unwritten({"paper": None})) == len(TITLES)


def test_a_book_of_before_they_were_asked_for_says_nothing_of_them() -> None:
    assert implications.in_words({}) == []
    assert implications.unwritten({}) == []


def test_an_implication_of_a_later_version_is_asked_of_an_older_book() -> None:
    paper = {"author": "", "contact": "", "implications": []}
    assert implications.unwritten({"paper": paper}) == [title.lower() for title in TITLES]


# Where the ledger was cut


DAYS = {"due_soon_days": 30, "lapse_days": 365, "evidence_dead_days": 30}


def cut_content(**more: Any) -> dict[str, Any]:
    content = {
        "opening": {"seq": 3, "on": "2025-12-31", "statement": "cd" * 32},
        "cut": {"seq": 9, "on": "2026-06-30"},
        "opening_days": DAYS,
        "days": DAYS | {"lapse_days": 400, "edition": 2},
        "apart": {"before": ["a"], "now": ["a", "b"]},
    }
    return content | more


def test_a_statement_says_between_which_cuts_it_was_kept() -> None:
    cuts = Cuts.of(cut_content())
    assert (cuts.opening.seq, cuts.opening.on.isoformat()) == (3, "2025-12-31")
    assert (cuts.closing.seq, cuts.closing.on.isoformat()) == (9, "2026-06-30")
    assert sorted(cuts.opening.apart) == ["a"]
    assert sorted(cuts.closing.apart) == ["a", "b"]
    assert cuts.opening_sha256 == "cd" * 32


def test_rules_of_before_there_were_editions_are_of_the_first() -> None:
    cuts = Cuts.of(cut_content())
    assert cuts.opening_days.edition == 1
    assert (cuts.closing_days.edition, cuts.closing_days.lapse_days) == (2, 400)


@pytest.mark.parametrize("apart", [None, {}])
def test_a_book_of_before_registers_stood_apart_counted_them(apart: Any) -> None:
    cuts = Cuts.of(cut_content(apart=apart))
    assert (cuts.opening.apart, cuts.closing.apart) == (frozenset(), frozenset())


def test_a_draft_is_said_with_who_stood_for_it_and_no_closing() -> None:
    drafted = Statement(content={"totals": {}}, signoffs=[{"on": "2026-07-01"}])
    assert says(drafted) == {
        "totals": {},
        "signoffs": [{"on": "2026-07-01"}],
        "closed_at": "",
    }
    # What it was drafted as stays as it is.
    assert drafted.content == {"totals": {}}

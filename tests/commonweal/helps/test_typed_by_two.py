"""Two people, or two pages, in one intake: what is taken, what stands beside it, and what is
chosen of both. Fields alone: no page and no database."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.cases import typing as together
from commonweal.cases.typing import Marks, Writer

LEAH, OWEN = SimpleNamespace(pk=3), SimpleNamespace(pk=8)
AT = datetime(2026, 11, 25, 11, 30, tzinfo=UTC)


def writer(version: int, tab: str = "t1", by: Any = LEAH) -> Writer:
    return Writer(by=by, tab=tab, at=AT, version=version)


def took(
    answers: dict[str, Any],
    marks: Marks,
    typed: dict[str, Any],
    *,
    seen: dict[str, int] | None,
    version: int,
    tab: str = "t1",
) -> None:
    together.take(answers, marks, typed, seen, writer(version, tab))


# One page alone


@pytest.mark.parametrize("seen", [None, {"": 0}, {"": 0, "words": 0}, {"words": 5}])
def test_what_nobody_typed_before_is_taken(seen: dict[str, int] | None) -> None:
    answers: dict[str, Any] = {}
    marks = Marks()
    took(answers, marks, {"words": "  No bread.\n"}, seen=seen, version=1)
    assert answers == {"words": "  No bread.\n"}
    assert marks.fields == {"words": {"v": 1, "by": 3, "tab": "t1", "at": AT.isoformat()}}
    assert marks.twice == {}


@pytest.mark.parametrize(
    ("name", "answer"),
    [("words", ""), ("words", "No bread."), ("needs", []), ("needs", ["food"]), ("born_0", "")],
)
def test_what_stands_already_marks_nothing(name: str, answer: Any) -> None:
    answers = {"words": "No bread.", "needs": ["food"]} if answer else {}
    marks = Marks()
    took(answers, marks, {name: answer}, seen={"": 0}, version=1)
    assert marks == Marks()
    assert answers == ({"words": "No bread.", "needs": ["food"]} if answer else {})


@pytest.mark.parametrize("changed", ["No bread and no milk.", "No", "", "Something else."])
def test_who_typed_a_field_types_on_whatever_they_saw(changed: str) -> None:
    """Their save was kept and its answer lost: the page still says it saw nothing."""
    answers: dict[str, Any] = {}
    marks = Marks()
    took(answers, marks, {"words": "No bread."}, seen={"": 0}, version=1)
    took(answers, marks, {"words": changed}, seen={"": 0}, version=2)
    assert (answers["words"], marks.twice) == (changed, {})
    assert marks.fields["words"]["v"] == 2


# Two pages


@pytest.fixture
def typed_once() -> tuple[dict[str, Any], Marks]:
    """Page t1 has typed words and ticked food, as version 4."""
    answers: dict[str, Any] = {"words": "No bread.", "needs": ["food"]}
    mark = writer(4).mark()
    return answers, Marks({"words": mark, "needs": dict(mark)}, {})


@pytest.mark.parametrize("seen", [{"": 4}, {"words": 4, "": 0}, {"": 9}, None])
def test_who_saw_the_last_words_writes_over_them(
    typed_once: tuple[dict[str, Any], Marks], seen: dict[str, int] | None
) -> None:
    answers, marks = typed_once
    took(answers, marks, {"words": "No milk."}, seen=seen, version=5, tab="t2")
    assert (answers["words"], marks.twice) == ("No milk.", {})
    assert (marks.fields["words"]["v"], marks.fields["words"]["tab"]) == (5, "t2")


@pytest.mark.parametrize("seen", [{"": 3}, {"": 0}, {"words": 3, "": 9}, {}])
def test_who_did_not_see_them_stands_beside(
    typed_once: tuple[dict[str, Any], Marks], seen: dict[str, int]
) -> None:
    answers, marks = typed_once
    before = deepcopy(marks.fields)
    took(answers, marks, {"words": "No milk."}, seen=seen, version=5, tab="t2")
    assert answers["words"] == "No bread."
    assert marks.fields == before
    [beside] = marks.twice["words"]
    assert (beside["value"], beside["tab"], beside["v"]) == ("No milk.", "t2", 5)


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        # Nothing, or a part of what stands, takes nothing away.
        ("", "No bread."),
        ("  \n", "No bread."),
        ("bread", "No bread."),
        ("No bread.", "No bread."),
        # What holds it all is the longer one.
        ("No bread. No milk.", "No bread. No milk."),
        ("Please: No bread.", "Please: No bread."),
    ],
)
def test_of_two_that_agree_the_longer_stands(
    typed_once: tuple[dict[str, Any], Marks], typed: str, becomes: str
) -> None:
    answers, marks = typed_once
    took(answers, marks, {"words": typed}, seen={"": 0}, version=5, tab="t2")
    assert (answers["words"], marks.twice) == (becomes, {})


@pytest.mark.parametrize(
    ("ticked", "becomes"),
    [
        (["debt"], ["food", "debt"]),
        (["food", "debt"], ["food", "debt"]),
        ([], ["food"]),
        (["debt", "food", "debt"], ["food", "debt"]),
    ],
)
@pytest.mark.parametrize("name", ["needs", "signs"])
def test_what_either_ticked_is_ticked(name: str, ticked: list[str], becomes: list[str]) -> None:
    answers: dict[str, Any] = {name: ["food"]}
    marks = Marks({name: writer(4).mark()}, {})
    took(answers, marks, {name: ticked}, seen={"": 0}, version=5, tab="t2")
    assert (answers[name], marks.twice) == (becomes, {})


def test_whose_words_stand_beside_goes_on_beside(
    typed_once: tuple[dict[str, Any], Marks],
) -> None:
    answers, marks = typed_once
    for version, words in ((5, "No milk."), (6, "No milk, no eggs."), (7, "No bread.")):
        took(answers, marks, {"words": words}, seen={"": 0}, version=version, tab="t2")
        assert [(one["value"], one["v"]) for one in marks.twice["words"]] == [(words, version)]
    assert answers["words"] == "No bread."
    # A third page stands beside both.
    took(answers, marks, {"words": "No tea."}, seen={"": 0}, version=8, tab="t3")
    assert [one["value"] for one in marks.twice["words"]] == ["No bread.", "No tea."]


def test_a_page_without_a_name_never_goes_on_beside(
    typed_once: tuple[dict[str, Any], Marks],
) -> None:
    answers, marks = typed_once
    took(answers, marks, {"words": "No milk."}, seen={"": 0}, version=5, tab="")
    took(answers, marks, {"words": "No milk."}, seen={"": 9}, version=6, tab="")
    assert answers["words"] == "No milk."


# Choosing


def both() -> tuple[dict[str, Any], Marks]:
    answers: dict[str, Any] = {"words": "No bread."}
    beside = [
        writer(5, "t2", OWEN).mark() | {"value": "No milk."},
        writer(6, "t3", None).mark() | {"value": "No tea."},
    ]
    return answers, Marks({"words": writer(4).mark()}, {"words": beside})


@pytest.mark.parametrize(
    ("which", "becomes"),
    [
        ("now", "No bread."),
        ("0", "No milk."),
        ("1", "No tea."),
        ("both", "No bread.\nNo milk.\nNo tea."),
        # What names none of them leaves what stands.
        ("2", "No bread."),
        ("99", "No bread."),
        ("", "No bread."),
        ("-1", "No bread."),
        ("x", "No bread."),
    ],
)
def test_one_is_chosen_or_both_and_it_is_settled(which: str, becomes: str) -> None:
    answers, marks = both()
    together.choose(answers, marks, "words", which, writer(7, "t1"))
    assert (answers["words"], marks.twice) == (becomes, {})
    assert marks.fields["words"]["v"] == 7


def test_of_both_the_empty_ones_leave_no_line() -> None:
    answers, marks = both()
    answers["words"] = ""
    together.choose(answers, marks, "words", "both", writer(7))
    assert answers["words"] == "No milk.\nNo tea."


def test_another_field_stays_unsettled() -> None:
    answers, marks = both()
    marks.twice["address"] = [writer(5, "t2").mark() | {"value": "1 Mill Lane"}]
    together.choose(answers, marks, "words", "now", writer(7))
    assert sorted(marks.twice) == ["address"]


# What is known of it beside the answers


def draft_of(marks: Marks) -> Any:
    return SimpleNamespace(marks=marks.as_text())


@pytest.mark.parametrize("text", ["", "{}", '{"fields": {}}', '{"twice": {}}'])
def test_a_draft_of_before_has_no_marks(text: str) -> None:
    draft: Any = SimpleNamespace(marks=text)
    assert together.marks_of(draft) == Marks()
    assert not together.unsettled(draft)


def test_marks_are_read_back_as_they_were_written() -> None:
    _, marks = both()
    assert together.marks_of(draft_of(marks)) == marks
    assert together.unsettled(draft_of(marks))


@pytest.mark.parametrize(
    ("seen", "tab", "names"),
    [
        ({"": 0}, "t9", ["words", "born_0"]),
        ({"": 4}, "t9", ["born_0"]),
        ({"": 6}, "t9", []),
        ({"": 6, "words": 3}, "t9", ["words"]),
        ({}, "t9", ["words", "born_0"]),
        # Its own are not news, nor is what its own words stand beside.
        ({"": 0}, "t1", ["born_0"]),
        ({"": 0}, "t2", ["born_0"]),
        ({"": 0}, "t4", ["words"]),
    ],
)
def test_which_fields_others_changed_since(
    seen: dict[str, int], tab: str, names: list[str]
) -> None:
    _, marks = both()
    marks.fields["born_0"] = writer(6, "t4", OWEN).mark()
    assert together.changed_since(draft_of(marks), seen, tab) == names


# Nothing is lost

WORDS = st.sampled_from(["", "No bread.", "No milk.", "No", "Rent is due. No bread."])


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(WORDS, st.sampled_from(["t1", "t2", "t3"]), st.integers(0, 6))))
def test_the_last_that_each_page_typed_stands_somewhere(
    saves: list[tuple[str, str, int]],
) -> None:
    """But what a page saw and wrote over, and an empty box, which takes nothing from another."""
    answers: dict[str, Any] = {}
    marks = Marks()
    for version, (words, tab, _) in enumerate(saves, 1):
        # A page that has seen nothing but its own.
        took(answers, marks, {"words": words}, seen={"": 0}, version=version, tab=tab)
        stand = [str(answers.get("words", "")), *(o["value"] for o in marks.twice.get("words", []))]
        assert any(words.strip() in text for text in stand)
        # Each page stands beside once at most.
        tabs = [one["tab"] for one in marks.twice.get("words", [])]
        assert len(tabs) == len({*tabs})


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(["food", "debt", "money"]), unique=True, max_size=3),
            st.sampled_from(["t1", "t2"]),
        ),
        max_size=5,
    )
)
def test_no_tick_of_another_page_is_taken_away(saves: list[tuple[list[str], str]]) -> None:
    answers: dict[str, Any] = {}
    marks = Marks()
    for version, (ticked, tab) in enumerate(saves, 1):
        before = set(answers.get("needs", []))
        is_theirs = marks.fields.get("needs", {"tab": tab})["tab"] == tab
        took(answers, marks, {"needs": ticked}, seen={"": 0}, version=version, tab=tab)
        after = answers.get("needs", [])
        assert set(ticked) <= set(after)
        assert is_theirs or before <= set(after)
        assert len(after) == len({*after})
    assert marks.twice == {}

"""Recommendations with their responses, as JSON: each odd one is refused by itself, and no file
ends in an error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.office.errors import Refused
from commonweal.programme import importing
from localwealth.tables import apart

GOOD: dict[str, Any] = {
    **{"id": "1", "recommendation": "Open the yard", "implemented": True, "accepted": True},
    "notes": "By the river.",
}


@pytest.fixture(autouse=True)
def _read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process for each file takes most of the time, and is tried elsewhere."""
    monkeypatch.setattr(apart, "run", lambda kind, content: json.loads(content))


def read(*recommendations: Any, **category: Any) -> Any:
    of_category = {"name": "Land", "recommendations": [*recommendations]} | category
    report = {"name": "The report", "categories": [of_category]}
    return importing.read_recommendations(json.dumps(report).encode())


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        *((odd, "it is no object with") for odd in (None, 5, "x", [], True)),
        *(({"id": odd}, "it has no id or no text") for odd in ("", None, "  ")),
        *(({"recommendation": odd}, "it has no id or no text") for odd in ("", None, " ")),
        *(({"id": odd}, "what stands for its “id” is no text") for odd in ([], {}, ["1"])),
        ({"recommendation": {"a": 1}}, "what stands for its “recommendation” is no text"),
        ({"notes": ["a"]}, "what stands for its “notes” is no text"),
        *(({"implemented": odd}, "must be true, partial or false") for odd in ("", None, 1, "no")),
        *(({"accepted": odd}, "must be true, partial or false") for odd in ("", None, "perhaps")),
        ({"accepted": {}}, "what stands for its “accepted” is no text"),
        ({"id": "9" * 121}, "its id has 121 signs, and 120 fit"),
    ],
)
def test_an_odd_one_is_refused_by_itself(changed: Any, why: str) -> None:
    odd = GOOD | changed if isinstance(changed, dict) else changed
    actions, rejected, _ = read(GOOD, odd, GOOD | {"id": "3"})
    assert [action.key for action in actions] == ["1", "3"]
    [(number, because)] = rejected
    assert number == 2
    assert why in because


@pytest.mark.parametrize(
    ("implemented", "done"),
    [
        *((said, [True, True]) for said in (True, "true", "TRUE", " True ")),
        *((said, [True, False]) for said in ("partial", "Partial")),
        *((said, [False, False]) for said in (False, "false")),
    ],
)
def test_what_was_implemented_is_done_as_far_as_it_was(implemented: Any, done: list[bool]) -> None:
    [action], _, _ = read(GOOD | {"implemented": implemented})
    assert [step.is_done for step in action.steps] == done
    assert [step.due_on for step in action.steps] == [None, None]


@pytest.mark.parametrize(
    ("accepted", "decided"),
    [(True, "Accepted"), ("partial", "Accepted in part"), (False, "Not accepted")],
)
def test_a_response_is_a_decision_of_the_report(accepted: Any, decided: str) -> None:
    [action], _, decisions = read(GOOD | {"accepted": accepted})
    assert action.decided == decided
    assert decisions == {decided: f"{decided}: The report"}


def test_a_recommendation_becomes_an_action_with_all_that_it_says() -> None:
    [action], rejected, _ = read(GOOD | {"id": 7}, description="What the town owns.")
    assert rejected == []
    assert (action.row, action.key) == (1, "7")
    assert action.title == "Recommendation 7: Open the yard"
    assert action.description == "Open the yard\n\nThe source notes: By the river."
    assert (action.workstream, action.workstream_description) == ("Land", "What the town owns.")
    [plain], _, _ = read(GOOD | {"notes": None})
    assert plain.description == "Open the yard"


def test_null_is_nothing_and_no_word() -> None:
    """A category without a name became the workstream *None*."""
    [action], _, _ = read(GOOD, name=None, description=None)
    assert (action.workstream, action.workstream_description) == ("", "")
    assert read(recommendations=None) == ([], [], {})


def test_recommendations_are_numbered_through_all_categories() -> None:
    report = {
        "name": "R",
        "categories": [
            {"name": "A", "recommendations": [GOOD, None]},
            {"name": "B", "recommendations": []},
            {"name": "C"},
            {"name": "D", "recommendations": [GOOD | {"id": "4"}]},
        ],
    }
    actions, rejected, _ = importing.read_recommendations(json.dumps(report).encode())
    assert [(action.row, action.workstream) for action in actions] == [(1, "A"), (3, "D")]
    assert [number for number, _ in rejected] == [2]


@pytest.mark.parametrize(
    "report",
    [
        *(None, 5, "x", [], {}, {"name": "R"}, {"categories": []}),
        *({"name": "R", "categories": odd} for odd in (5, None, True, ["x"], [5], [None], "ab")),
        *({"name": "R", "categories": [{"recommendations": odd}]} for odd in (5, True)),
    ],
)
def test_what_has_no_recommendations_says_what_is_needed(report: Any) -> None:
    with pytest.raises(Refused, match="This JSON has no recommendations"):
        importing.read_recommendations(json.dumps(report).encode())


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["name", "recommendations", *GOOD]), inner, max_size=4),
    ),
    max_leaves=10,
)


@settings(max_examples=80)
@given(JSON, JSON)
def test_every_record_is_an_action_or_refused(record: Any, category: Any) -> None:
    report = {
        "name": "R",
        "categories": [{"name": "A", "recommendations": [record, GOOD]}, category],
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apart, "run", lambda kind, content: json.loads(content))
        try:
            actions, rejected, _ = importing.read_recommendations(json.dumps(report).encode())
        except Refused:
            assert not isinstance(category, dict) or category.get("recommendations")
            return
    assert len(actions) + len(rejected) >= 2
    assert any(action.key == "1" for action in actions)

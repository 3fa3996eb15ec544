"""No small count can be worked out, not even by who knows how counts are held back."""

from __future__ import annotations

import itertools
from collections import defaultdict

import pytest

from commonweal.cases import held_back as rule
from commonweal.economy.held_back import held_back
from commonweal.voice.consultations.results import kept_back

# The rule of each room that shows parts beside their total.
RULES = {"help desk": rule.held_back, "economy": held_back, "participation": kept_back}


@pytest.mark.parametrize("room", RULES)
@pytest.mark.parametrize(("parts", "most"), [(2, 40), (3, 24), (4, 15), (5, 11)])
def test_nobody_can_work_out_what_is_held_back(room, parts, most):
    """Every table of so many parts up to a total: those that are shown alike must differ in each
    part that is held back. Where no part at all is shown there is no table to work with."""
    alike: dict[tuple, list[tuple[int, ...]]] = defaultdict(list)
    for counts in itertools.product(range(most + 1), repeat=parts):
        # Of five people in five parts, whom it shows nothing of, it tells that each has one.
        if 5 <= sum(counts) <= most and set(counts) != {1}:
            shown = RULES[room](dict(enumerate(counts))) or {}
            is_told = any(count is not None for count in shown.values())
            alike[(sum(counts), tuple(shown.values()) if is_told else None)].append(counts)
    for (_, shown), tables in alike.items():
        for place in range(parts):
            if shown is None or shown[place] is None:
                assert len({table[place] for table in tables}) > 1, (shown, tables)


@pytest.mark.parametrize("room", RULES)
@pytest.mark.parametrize(("parts", "most"), [(2, 40), (3, 24), (4, 13), (5, 9)])
def test_a_small_count_may_be_any_small_count_for_all_that_the_sum_says(room, parts, most):
    """Two that sum to 7 may each be 1 to 6. Two that sum to 3 would each be 1 or 2."""
    for counts in itertools.product(range(most + 1), repeat=parts):
        if not 5 <= sum(counts) <= most:
            continue
        shown = list((RULES[room](dict(enumerate(counts))) or dict.fromkeys(range(parts))).values())
        hidden = [count for count, cell in zip(counts, shown, strict=True) if cell is None]
        if not any(0 < count < 5 for count in hidden):
            continue
        # A nought that is shown says that each hidden one is somebody.
        least = 1 if 0 in shown or (0 not in hidden and any(shown)) else 0
        most_of_one = sum(hidden) - least * (len(hidden) - 1)
        assert len(hidden) > 1, (counts, shown)
        assert most_of_one >= 4, (counts, shown)


def test_no_small_count_is_shown_and_nothing_shown_is_another():
    for counts in itertools.product(range(9), repeat=4):
        shown = held_back(dict(enumerate(counts)))
        for place, count in (shown or {}).items():
            assert count is None or count == counts[place]
            assert count is None or not 0 < count < 5


def test_without_a_small_count_nothing_is_held_back():
    assert held_back({"a": 3, "b": 4, "c": 50, "d": 60}) == {
        "a": None,
        "b": None,
        "c": 50,
        "d": 60,
    }
    assert held_back({"a": 5, "b": 6}) == {"a": 5, "b": 6}
    assert held_back({"a": 0, "b": 0}) == {"a": 0, "b": 0}

"""What came first, second and third: how the answers to a ranking are counted.

A table of places is shown whole or not at all, for its rows and its columns both add up: where a
count in it is small, the places are put together and each answer says only how often it was named.
See ``docs/methods/priorities.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from commonweal.cases.held_back import SMALL, held_back, unless_few

PLACES = ("first", "second", "third")


@dataclass(frozen=True)
class Ranked:
    """One answer of a ranking, in one voice.

    ``number`` is that of the answer in its question; ``by_place`` how many put it first, second
    and so on, empty where the places are put together; ``named`` how many named it at all, None
    where it is held back; ``points`` the mean of 3, 2, 1 and 0, None without places; ``place``
    where it stands among all, the same for equals, None where that is not known.
    """

    number: int
    label: str
    by_place: tuple[int, ...]
    named: int | None
    points: float | None
    place: int | None

    @property
    def named_shown(self) -> str:
        return "not shown" if self.named is None else f"{self.named:,}"


def places_of(options: Sequence[str]) -> tuple[str, ...]:
    """The places that can be filled: never so many that all answers would be named."""
    return PLACES[: max(1, min(len(PLACES), len(options) - 1))]


def ranked(options: Sequence[str], picks: Sequence[Sequence[int]], total: int) -> list[Ranked]:
    """The answers in the order in which they came out; ``picks``: each answer's numbers, the
    first place first; ``total``: how many spoke in this voice, also those who ranked nothing.

    Nothing is shown of fewer than 5.

    Examples
    --------
    >>> [(line.words, line.by_place, line.points) for line in ranked(["A", "B"], [[1]] * 6, 6)]
    [('B', (6,), 1.0), ('A', (0,), 0.0)]
    """
    places = len(places_of(options))
    counts = [_by_place(number, picks, places) for number in range(len(options))]
    named = {number: sum(of_places) for number, of_places in enumerate(counts)}
    if _is_whole(counts, named, len(picks), total):
        lines = _in_full(options, counts, named, total)
    else:
        lines = _by_named(options, _named(named, total))
    return sorted(lines, key=lambda line: (line.place or len(options) + 1, line.number))


def _by_place(number: int, picks: Sequence[Sequence[int]], places: int) -> tuple[int, ...]:
    """How often an answer was named first, second, and so on."""
    return tuple(
        sum(pick[at : at + 1] == [number] for pick in map(list, picks)) for at in range(places)
    )


def _in_full(
    options: Sequence[str],
    counts: Sequence[tuple[int, ...]],
    named: Mapping[int, int],
    total: int,
) -> list[Ranked]:
    """Lines with every count, placed by their points."""
    points = {number: _points(of_places, total) for number, of_places in enumerate(counts)}
    place = _places(points)
    return [
        Ranked(number, option, counts[number], named[number], points[number], place[number])
        for number, option in enumerate(options)
    ]


def _by_named(options: Sequence[str], shown: Mapping[int, int | None]) -> list[Ranked]:
    """Lines that say only how often each was named, and are placed by that."""
    place = _places({number: count for number, count in shown.items() if count is not None})
    return [
        Ranked(number, option, (), shown[number], None, place.get(number))
        for number, option in enumerate(options)
    ]


def _is_whole(
    counts: Sequence[tuple[int, ...]], named: Mapping[int, int], answered: int, total: int
) -> bool:
    """Whether no count that the table says, or that it can be worked out from, is small."""
    cells = [count for of_places in counts for count in of_places]
    columns = [sum(column) for column in zip(*counts, strict=True)]
    known = [total, answered, *cells, *columns, *named.values()]
    known += [total - count for count in (answered, *columns, *named.values())]
    # How many left a place empty that they could have filled.
    known += [fuller - emptier for fuller, emptier in pairwise(columns)]
    return total >= SMALL and all(unless_few(count) is not None for count in known)


def _points(of_places: tuple[int, ...], total: int) -> float:
    most = len(of_places)
    return sum((most - at) * count for at, count in enumerate(of_places)) / total if total else 0.0


def _named(named: Mapping[int, int], total: int) -> dict[int, int | None]:
    """How often each was named, as it is shown: small ones are held back and what they could be
    worked out from, and so is one that all but a few named."""
    if total < SMALL or sum(named.values()) < SMALL:
        return dict.fromkeys(named)
    shown = held_back(named)
    for number, count in named.items():
        if unless_few(total - count) is None:
            shown[number] = None
    return shown


def _places(figures: Mapping[int, float]) -> dict[int, int]:
    """Where each stands: one more than how many lie above it."""
    above = Counter(figures.values())
    return {
        number: 1 + sum(times for level, times in above.items() if level > figure)
        for number, figure in figures.items()
    }

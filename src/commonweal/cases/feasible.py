"""What a hidden count of a table can be, for whoever knows the rest of the table and its sums.

The hidden counts that fit the sums of their rows and columns can be turned into each other by
steps: one count goes up, the next in its row goes down, the next in that one's column goes up, and
so on round. How far one count can go is so the most that flows from its row to its column.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Set
from dataclasses import dataclass

Cell = tuple[str, str]
# ("row", its name) or ("column", its name).
Line = tuple[str, str]
FREE: Line = ("", "")
WITHOUT_END = 10**9
Room = dict[Line, dict[Line, int]]


@dataclass(frozen=True)
class Hidden:
    """The hidden counts of a table, by row and column; and lines of which nobody knows the sum."""

    counts: Mapping[Cell, int]
    unknown: Set[Line]

    @property
    def least(self) -> int:
        """What each is at least: where noughts are shown a hidden count is none."""
        return min([1, *self.counts.values()])


def can_be(hidden: Hidden, cell: Cell, low: int, high: int) -> bool:
    """Whether a hidden count can be anything from ``low`` to ``high``, for all that is known.

    Examples
    --------
    >>> alone = {("a", "met"): 2}
    >>> can_be(Hidden(alone, set()), ("a", "met"), 1, 4)
    False
    >>> square = alone | {("a", "unmet"): 9, ("b", "met"): 8, ("b", "unmet"): 7}
    >>> can_be(Hidden(square, set()), ("a", "met"), 1, 4)
    True
    """
    count = hidden.counts[cell]
    return _goes(hidden, cell, high - count, up=True) and _goes(hidden, cell, count - low, up=False)


def _goes(hidden: Hidden, cell: Cell, steps: int, *, up: bool) -> bool:
    """Whether a count can go so many steps up, or down."""
    room = _room(hidden, cell, up=up)
    start, end = ("row", cell[0]), ("column", cell[1])
    return all(_step(room, start, end) for _ in range(steps))


def _room(hidden: Hidden, cell: Cell, *, up: bool) -> Room:
    """How much each line can hand to each other: a row to a column by a count that goes down,
    where the first one goes up."""
    room: Room = defaultdict(dict)
    for (row, column), count in hidden.counts.items():
        if (row, column) != cell:
            down = count - hidden.least
            room["row", row]["column", column] = down if up else WITHOUT_END
            room["column", column]["row", row] = WITHOUT_END if up else down
    for line in hidden.unknown:
        room[line][FREE] = room[FREE][line] = WITHOUT_END
    return room


def _step(room: Room, start: Line, end: Line) -> bool:
    """Hand one on from start to end by the shortest way, if there is one."""
    came_from: dict[Line, Line] = {start: start}
    waiting = deque([start])
    while waiting and end not in came_from:
        line = waiting.popleft()
        for to, left in room[line].items():
            if left > 0 and to not in came_from:
                came_from[to] = line
                waiting.append(to)
    if end not in came_from:
        return False
    to = end
    while to != start:
        line = came_from[to]
        room[line][to] -= 1
        room[to][line] = room[to].get(line, 0) + 1
        to = line
    return True

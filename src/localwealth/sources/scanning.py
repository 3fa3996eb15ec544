"""What is asked of the bytes of a large file and of its columns before any line is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

SPACE, LINE_FEED, RETURN = b" \n\r"
LETTER_CASE = 0x20
WORD = b"total"
# Bytes looked at together: they stay in a core's own memory.
PIECE = 1 << 19


@dataclass(frozen=True)
class Scan:
    """What stands in a file: ``breaks``, how many lines end; ``has_controls``, whether a control
    character ends no line; ``totals``, the numbers (from 0, going up) of lines with that word."""

    breaks: int
    has_controls: bool
    totals: Any

    @classmethod
    def of(cls, content: bytes, several: Executor) -> Scan:
        """Piece by piece, several at a time."""
        every = np.frombuffer(content, np.uint8)
        firsts = range(0, len(every), PIECE)
        pieces = list(several.map(lambda first: _piece(every, first), firsts))
        before = np.cumsum([0, *(breaks for breaks, _, _ in pieces)])
        totals = [lines + base for (_, _, lines), base in zip(pieces, before[:-1], strict=True)]
        numbers = np.unique(np.concatenate(totals))
        return cls(int(before[-1]), any(has for _, has, _ in pieces), numbers)


def has_spaces(column: pa.ChunkedArray) -> bool:
    """Whether any text of a column begins or ends with a space. An empty text looks at its
    neighbour's letter, which changes nothing."""
    return any(
        bool((text[at[at < len(text)]] == SPACE).any() or (text[at[at > 0] - 1] == SPACE).any())
        for at, text in _texts(column)
    )


def has(column: pa.ChunkedArray, sign: str) -> bool:
    """Whether a sign may stand in any text of a column."""
    last = sign.encode()[-1]
    return any(bool((text == last).any()) for _, text in _texts(column))


def _piece(every: Any, first: int) -> tuple[int, bool, Any]:
    """Of a piece: its line breaks, whether it has other control characters, and the lines, from
    its own first, in which the word begins."""
    signs = every[first : first + PIECE]
    feeds = signs == LINE_FEED
    breaks = int(np.count_nonzero(feeds))
    controls = int(np.count_nonzero(signs < SPACE)) - breaks
    if controls:
        after = every[first + 1 : first + PIECE + 1] == LINE_FEED
        controls -= int(np.count_nonzero((signs[: len(after)] == RETURN) & after))
    small = every[first : first + PIECE + len(WORD) - 1] | LETTER_CASE
    ends = max(len(small) - len(WORD) + 1, 0)
    # Two of its letters rule most places out.
    places = np.flatnonzero((small[1 : ends + 1] == WORD[1]) & (small[3 : ends + 3] == WORD[3]))
    for letter in (0, 2, 4):
        places = places[small[places + letter] == WORD[letter]]
    lines = [int(np.count_nonzero(feeds[:place])) for place in places.tolist()]
    return breaks, controls > 0, np.array(lines, np.int64)


def _texts(column: pa.ChunkedArray) -> Iterator[tuple[Any, Any]]:
    """Where the texts of a column begin and end, and their bytes, piece by piece."""
    for piece in column.chunks:
        _, ends, text = piece.buffers()
        if len(piece) and text:
            at = np.frombuffer(ends, np.int32)[piece.offset : piece.offset + len(piece) + 1]
            yield at, np.frombuffer(text, np.uint8)

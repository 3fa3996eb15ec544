"""Text cut into lines of cells, as its writer meant it: separators, and quotation marks gone wrong.

A quotation mark that nobody closed costs the line in which it stands and no other; marks inside a
cell that nobody doubled stay in it; a line break inside a cell that is closed properly stays in it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from localwealth.errors import UnreadableFile
from localwealth.tables.bounds import TOO_MUCH, has_too_many_cells

SEPARATORS = ",;\t|"
RARE_SEPARATORS = "^~"
# Lines that a cell may have: longer ones are of a quotation mark that nobody closed.
CELL_LINES_MOST = 200
LINES_LOOKED_AT = 50

# Signs that show nothing: programs leave them before and between letters.
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_UNSEEN_BYTES = re.compile(
    rb"\xc2\xad|\xe2\x80[\x8b\x8e\x8f\xaa-\xae]|\xe2\x81[\xa0\xa6-\xa9]|\xef\xbb\xbf"
)
_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
# What may stand in a heading: anything with a letter, a year, two years or a date.
_HEADS = re.compile(
    r".*[^\W\d_]|\s*(?:19|20)\d\d(?:\s*[-/\u2013]\s*\d{2,4}){0,2}\s*$"
    r"|\s*\d{1,2}/\d{1,2}/(?:19|20)\d\d\s*$",
    re.DOTALL,
)
_BREAK = re.compile("\r\n|\r|\n")


@dataclass(frozen=True)
class Cut:
    """The cells of each line of a text, what separates them, and a sentence for each repair."""

    lines: list[list[str]]
    separator: str
    notes: tuple[str, ...] = ()


def seen(text: str) -> str:
    """A text without signs that show nothing."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def has_unseen(content: bytes) -> bool:
    """Whether a text in UTF-8 holds signs that show nothing."""
    return _UNSEEN_BYTES.search(content) is not None


def is_well_quoted(content: bytes, separator: str) -> bool:
    """Whether every quotation mark of a text stands where it may: around a cell, or doubled in it,
    so that any reader of CSV makes the same cells of it. No cell may hold a line break.

    >>> is_well_quoted(b'a,"b ""c"" d"\\n', ","), is_well_quoted(b'"a,"b"\\n', ",")
    (True, False)
    """
    sign = re.escape(separator.encode())
    cell = rb'(?:"(?:[^"\n]|"")*+"|[^"\n' + sign + rb"]*+)"
    wrong = re.compile(rb"^(?!" + cell + rb"(?:" + sign + cell + rb")*+\r?$)", re.MULTILINE)
    return wrong.search(content) is None


def cut(text: str, needs: Sequence[str] = ()) -> Cut:
    """Cut a text into lines of cells.

    ``needs`` are names of columns: the separator is the one that shows most of them.

    Raises
    ------
    UnreadableFile
        It can't be cut into cells.

    >>> cut('a,b\\n"Acorn "Best" Ltd",1\\n"Birch,2\\nCedar,3\\n').lines
    [['a', 'b'], ['Acorn "Best" Ltd', '1'], ['Birch', '2'], ['Cedar', '3']]
    """
    text = seen(text)
    separator = _separator(text, needs)
    if has_too_many_cells(text, separator):
        raise UnreadableFile(TOO_MUCH)
    try:
        lines, notes = _lines(_unwrapped(text, separator), separator)
    except csv.Error as error:
        raise UnreadableFile(f"The file is damaged: {error}.") from None
    if '="' in text:
        lines = [[_bare(cell) for cell in line] for line in lines]
    return Cut(lines, separator, tuple(notes))


def _separator(text: str, needs: Sequence[str]) -> str:
    stated = re.match(r"\s*\"?sep=(.)\"?\s*$", text[:20].split("\n")[0], re.IGNORECASE)
    if stated:
        return stated[1]
    fits = {sign: _fit(text, sign, needs) for sign in SEPARATORS}
    best = max(SEPARATORS, key=lambda sign: fits[sign])
    if fits[best][2] > 0:
        return best
    return max(best + RARE_SEPARATORS, key=lambda sign: _fit(text, sign, needs))


def _fit(text: str, separator: str, needs: Sequence[str]) -> tuple[int, bool, int]:
    """How well a separator cuts the first lines: needed columns at most in one of them, whether
    one of them looks like a heading, and how often it stands in lines that it cuts into as many
    cells as that one, wide lines before many: a few notes have a comma each too."""
    lines = _first_lines(text, separator)
    wanted = {plain(name) for name in needs}
    known = max((len(wanted & set(map(plain, line))) for line in lines), default=0)
    widths = Counter(len(line) for line in lines if len(line) > 1)
    headings = {len(line) for line in lines if len(line) > 1 and all(map(_HEADS.match, line))}
    often = max(
        (widths[width] * (width - 1) ** 2 for width in headings or widths),
        default=0,
    )
    return known, bool(headings), often


def _first_lines(text: str, separator: str) -> list[list[str]]:
    """Lines that say anything; none where a mark closes a cell and no separator stands behind."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines: list[list[str]] = []
    if has_too_many_cells(text, separator):
        return lines
    try:
        for line in islice(reader, LINES_LOOKED_AT):
            lines += [line] if any(line) else []
    except csv.Error:
        # Up to where it goes wrong: a file in which a mark is wrong has a separator all the same.
        pass
    return lines


def plain(heading: str) -> str:
    """A heading in small letters, single spaces and no signs.

    >>> plain(" Due_on "), plain("DueOn")
    ('due on', 'dueon')
    """
    return " ".join(re.sub(r"[\W_]+", " ", heading.casefold()).split())


def _unwrapped(text: str, separator: str) -> str:
    """Without the formula around cells that keeps spreadsheets from making numbers of them."""
    if '="' not in text:
        return text
    return re.sub(rf'(^|(?<=[\r\n{re.escape(separator)}]))=(?=")', "", text)


def _bare(cell: str) -> str:
    formula = _FORMULA.fullmatch(cell)
    return formula[1].replace('""', '"') if formula else cell


def _lines(text: str, separator: str) -> tuple[list[list[str]], list[str]]:
    spaced = f'{separator} "' in text
    reader = csv.reader(
        _in_turns(text),
        delimiter=separator,
        strict=True,
        skipinitialspace=spaced,
    )
    if '"' not in text:
        return list(reader), []
    try:
        lines = list(reader)
    except csv.Error:
        return _repaired(text, separator)
    if any("\n" in cell or "\r" in cell for line in lines for cell in line) and _swallowed(
        lines, separator
    ):
        return _repaired(text, separator)
    return lines, []


def _in_turns(text: str) -> Iterator[str]:
    """The lines of a text. As this is Python, other threads have their turn between two lines."""
    yield from io.StringIO(text, newline="")


def _swallowed(lines: list[list[str]], separator: str) -> bool:
    """Whether a cell holds what are lines of the table: the line that it stands in then has
    another number of cells than most."""
    width = _usual(lines)
    return any(
        len(line) != width and _holds_lines(cell, separator, width)
        for line in lines
        for cell in line
        if "\n" in cell or "\r" in cell
    )


def _holds_lines(cell: str, separator: str, width: int) -> bool:
    least = max(width - 1, 1)
    return any(part.count(separator) >= least for part in _BREAK.split(cell))


def _usual(lines: Sequence[Sequence[str]]) -> int:
    """How many cells most lines have that have several."""
    widths = Counter(len(line) for line in lines if len(line) > 1)
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _repaired(text: str, separator: str) -> tuple[list[list[str]], list[str]]:
    """Line by line, where a quotation mark has gone wrong."""
    physical = _BREAK.split(text)
    if physical and not physical[-1]:
        physical.pop()
    alone = [_cells(line, separator) for line in physical]
    width = _usual([cells.texts for cells in alone if not cells.is_open])
    lines: list[list[str]] = []
    unclosed: list[int] = []
    at = 0
    while at < len(physical):
        cells, upto = alone[at], at + 1
        if cells.is_open:
            longer = _joined(physical, at, separator, width)
            if longer is None:
                unclosed.append(len(lines) + 1)
                cells = _cells(physical[at], separator, is_open_kept=False)
            else:
                cells, upto = longer
        lines.append(cells.texts)
        at = upto
    return lines, _of_unclosed(unclosed)


def _of_unclosed(unclosed: list[int]) -> list[str]:
    """What is said of lines in which a quotation mark is not closed."""
    if not unclosed:
        return []
    places = ", ".join(map(str, unclosed[:8])) + (" …" if len(unclosed) > 8 else "")
    return [f"A quotation mark is not closed in line {places}: it was passed over."]


def _joined(physical: list[str], at: int, separator: str, width: int) -> tuple[_Cells, int] | None:
    """A line with those that belong to its last cell, and the first line behind; None where no
    line closes the cell as it should."""
    for upto in range(at + 2, min(at + CELL_LINES_MOST, len(physical)) + 1):
        # Only a line with a mark can close it.
        if '"' not in physical[upto - 1]:
            continue
        cells = _cells("\n".join(physical[at:upto]), separator)
        if cells.is_torn:
            return None
        if not cells.is_open:
            inside = (cell for cell in cells.texts if "\n" in cell)
            fits = len(cells.texts) == width
            holds = any(_holds_lines(cell, separator, width) for cell in inside)
            return (cells, upto) if fits or not holds else None
    return None


@dataclass(frozen=True)
class _Cells:
    """Cells of a text: is the last one's quotation mark open, and does a mark stand in a cell of
    several lines where none may?"""

    texts: list[str]
    is_open: bool = False
    is_torn: bool = False


def _cells(text: str, separator: str, *, is_open_kept: bool = True) -> _Cells:
    texts: list[str] = []
    at, torn = 0, False
    while True:
        start = at
        while start < len(text) and text[start] == " ":
            start += 1
        if text[start : start + 1] == '"':
            cell, end, is_torn = _quoted(text, start + 1, separator)
            torn |= is_torn
            if end is None:
                if is_open_kept:
                    return _Cells([*texts, cell], is_open=True, is_torn=torn)
                # Its mark means nothing: the cell ends at the next separator.
                text = text[:start] + text[start + 1 :]
                end = text.find(separator, start)
                end = len(text) if end < 0 else end
                cell = text[start:end]
        else:
            end = text.find(separator, at)
            end = len(text) if end < 0 else end
            cell = text[at:end]
        texts.append(cell)
        if end >= len(text):
            return _Cells(texts, is_torn=torn)
        at = end + 1


def _quoted(text: str, start: int, separator: str) -> tuple[str, int | None, bool]:
    """A quoted cell's text, where it ends (None: nowhere), and whether it is torn."""
    parts: list[str] = []
    at, torn = start, False
    while True:
        mark = text.find('"', at)
        if mark < 0:
            return "".join([*parts, text[at:]]), None, torn
        after = text[mark + 1 : mark + 2]
        behind = text[mark + 1 :].lstrip(" ")[:1] if after == " " else after
        if behind in ("", separator, "\n", "\r"):
            end = text.find(separator, mark)
            breaks = _BREAK.search(text, mark)
            upto = len(text) if end < 0 else end
            if breaks and breaks.start() < upto:
                upto = breaks.start()
            return "".join([*parts, text[at:mark]]), upto, torn
        if after == '"':
            parts.append(text[at : mark + 1])
            at = mark + 2
            continue
        line_end = _BREAK.search(text, mark)
        upto = line_end.start() if line_end else len(text)
        if text.find('"', mark + 1, upto) < 0:
            # It closes the cell, and a few signs stand behind it.
            end = text.find(separator, mark, upto)
            end = upto if end < 0 else end
            return "".join([*parts, text[at:mark], text[mark + 1 : end]]), end, torn
        # Nobody doubled it, or wrote a backslash before it: it is a sign of the cell.
        torn |= "\n" in text[start:mark]
        parts.append(text[at:mark].removesuffix("\\") + '"')
        at = mark + 1

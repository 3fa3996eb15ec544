"""Published input-output tables as they come: official workbooks, or a CSV of one's own.

The sheet ``IOT`` of the ONS, ``IxI`` of the Scottish Government, and a CSV (``docs/data/
input-output-table.md``) have one form: codes of the industries across the top and, in the same
order, down the side; to the right what goes to final use; below imports, taxes on products, pay,
value added and output. It is found by that form, not by where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from localwealth.errors import UnreadableFile
from localwealth.regional.tables import SWAPPED, Table, Vector, check, fitting
from localwealth.tables import amounts, sheets
from localwealth.tables.grids import Grid, grids

# Sheets of official workbooks that hold the table itself, not what was worked out from it.
USUAL = ("IOT", "IxI")
SEARCHED_LINES, SEARCHED_COLUMNS = 20, 4
FEWEST = 2
_TOTAL = re.compile(r"(_t|tdu|tfu|tiu|tu|total)\b.*|(sub|grand )total.*", re.I)
# Meaning of a line below the industries: by its code or its name.
_BELOW = {
    "imports": r"(use of )?imported products.*|imports?\b.*|r(uk|ow)imp",
    "taxes": r"taxes less subsidies on products.*|net tax( products)?|tlsprds",
    "pay": r"compensation (of )?employees|pay|coe|d1",
    "gva": r"(gross )?value added( bp| at basic prices)?|gva",
    "output": r"(total )?output( bp| at basic prices)?|p1|tout",
    "jobs": r"jobs|employment( domestic)?( total)?",
}
_TOTAL_USE = re.compile(r"total use.*|output|tu", re.I)
_HOUSEHOLDS = re.compile(r"(?!.*non.resident)(.* )?households?( .*)?", re.I)
_OTHER_KINDS = (
    (r"product by product", "It is a table of products by products"),
    (
        r"combined use|demand for products|use table|purchasers.? prices, products",
        "It is a table of use, products by industries and with imports",
    ),
    (r"matrix of coefficients|leontief inverse|multipliers|effects", "It was worked out already"),
)
NEEDS = (
    "What is needed is the domestic table, industry by industry, at basic prices: the sheet IOT of "
    "the ONS, or IxI of the Scottish Government."
)


@dataclass(frozen=True)
class _Corner:
    """Where a table begins: its line of codes, its column of codes, and how many there are."""

    line: int
    column: int
    first_line: int
    first_column: int
    size: int


def read(content: bytes, name: str, sheet: str | None = None) -> Table:
    """The table of a file, checked.

    Raises
    ------
    UnreadableFile
        It is no table industry by industry, or does not balance.
    """
    file = grids(content, name)
    grid = _sheet(file.sheets, sheet)
    _refuse_other_kinds(grid)
    corner = _corner(grid)
    if corner is None:
        raise UnreadableFile(_not_one(grid))
    _refuse_unlike_codes(grid, corner)
    return check(_table(grid, corner))


def _sheet(grids: list[Grid], wanted: str | None) -> Grid:
    by_name = {grid.name.casefold(): grid for grid in grids}
    for name in (wanted,) if wanted is not None else USUAL:
        if name.casefold() in by_name:
            return by_name[name.casefold()]
    if wanted is not None:
        raise UnreadableFile(
            f"The file has no sheet {wanted!r}. It has {', '.join(repr(g.name) for g in grids)}."
        )
    return next((grid for grid in grids if _corner(grid)), grids[0])


def _refuse_other_kinds(grid: Grid) -> None:
    title = " ".join(cell for line in grid.lines[:3] for cell in line[:3] if cell.strip())
    for pattern, kind in _OTHER_KINDS:
        if re.search(pattern, title, re.I):
            raise UnreadableFile(f"{kind}. {NEEDS}")


def _not_one(grid: Grid) -> str:
    width = max((len(line) for line in grid.lines), default=0)
    cells = [cell for line in grid.lines for cell in line if cell.strip()]
    numbers = sum(amounts.amount(cell) is not None for cell in cells)
    if cells and numbers == len(cells):
        return (
            f"Sheet {grid.name!r} is a bare block of figures, {len(grid.lines)} × {width}: no "
            f"industry has a code, and output, value added and final use are missing. {NEEDS}"
        )
    where = f"sheet {grid.name!r}" if grid.name else "the file"
    return f"No table industry by industry was found in {where}. {NEEDS}"


def _refuse_unlike_codes(grid: Grid, corner: _Corner) -> None:
    """An industry that stands across the top alone, or down the side alone, or is called otherwise
    there, while others follow that are alike."""
    rows = grid.lines[corner.first_line :]
    side = [row[corner.column] if corner.column < len(row) else "" for row in rows]
    across = _codes_after(grid.lines[corner.line][corner.first_column :], corner.size)
    down = _codes_after(side, corner.size)
    between = slice(corner.column + 1, corner.first_column)
    before = [
        _clean(heading)
        for heading, cell in zip(grid.lines[corner.line][between], rows[0][between], strict=False)
        if heading.strip() and amounts.amount(cell) is not None
    ]
    if set(across) & set(down):
        above, beside, place = across[0], down[0], corner.size + 1
    elif before:
        above, beside, place = before[0], _clean(side[0]), 1
    else:
        return
    raise UnreadableFile(
        "The industries are not the same across the top and down the side: in place "
        f"{place} the top has {above!r} and the side {beside!r}. Is one missing, or are the codes "
        "of one side those of another year?"
    )


def _codes_after(cells: Sequence[str], size: int) -> list[str]:
    """What follows the industries on one side: no figure, no total, no row with a meaning."""
    meanings = [_TOTAL.pattern, _TOTAL_USE.pattern, *_BELOW.values()]
    return [
        label
        for label in map(_clean, cells[size:])
        if label and amounts.amount(label) is None
        if not any(re.fullmatch(meaning, label, re.I) for meaning in meanings)
    ]


def _clean(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").split())


def _corner(grid: Grid) -> _Corner | None:
    """The largest run of texts that stands both across a line and down a column below it."""
    best: _Corner | None = None
    lines = [[_clean(cell) for cell in line] for line in grid.lines]
    for line in range(min(SEARCHED_LINES, len(lines))):
        for column in range(SEARCHED_COLUMNS):
            corner = _corner_at(lines, line, column)
            if corner and (best is None or corner.size > best.size):
                best = corner
    return best


def _may_be_code(text: str) -> bool:
    """Not a flow: words, or a short whole number."""
    is_number = amounts.amount(text) is not None
    return text != "" and (not is_number or re.fullmatch(r"0\d|[1-9]\d{0,3}", text) is not None)


def _equal_codes(down: Sequence[str], across: Sequence[str]) -> int:
    """How many codes stand in the same order down and across, before the totals."""
    size = 0
    for code, column in zip(down, across, strict=False):
        if not code or code != column or _TOTAL.fullmatch(code):
            break
        size += 1
    return size


def _corner_at(lines: list[list[str]], line: int, column: int) -> _Corner | None:
    across = lines[line]
    down = [row[column] if column < len(row) else "" for row in lines]
    for first_line in range(line + 1, min(line + 4, len(lines))):
        head = down[first_line]
        if not _may_be_code(head) or head not in across[column + 1 :]:
            continue
        first_column = across.index(head, column + 1)
        if amounts.amount((lines[first_line] + [""] * len(across))[first_column]) is None:
            continue
        size = _equal_codes(down[first_line:], across[first_column:])
        if size >= FEWEST:
            return _Corner(line, column, first_line, first_column, size)
    return None


def _number(grid: Grid, line: int, column: int) -> float:
    cell = grid.lines[line][column] if column < len(grid.lines[line]) else ""
    if not cell.strip() or cell.strip() in {".", "..", "-"}:
        return 0.0
    try:
        return float(cell.replace(",", ""))
    except ValueError:
        raise UnreadableFile(
            f"Line {line + 1} of the table has {cell.strip()[:40]!r} where a figure belongs."
        ) from None


def _across(grid: Grid, corner: _Corner, line: int) -> Vector:
    columns = range(corner.first_column, corner.first_column + corner.size)
    return np.array([_number(grid, line, column) for column in columns])


def _down(grid: Grid, corner: _Corner, column: int) -> Vector:
    lines = range(corner.first_line, corner.first_line + corner.size)
    return np.array([_number(grid, line, column) for line in lines])


def _labels(grid: Grid, corner: _Corner, line: int) -> list[str]:
    """What a line below the industries is called: its code and its name."""
    cells = grid.lines[line][: corner.first_column]
    return [_clean(cell.replace("_", " ")) for cell in cells if cell.strip()]


def _below(grid: Grid, corner: _Corner) -> dict[str, Vector]:
    """The lines below the industries by their meaning; several of imports are added up."""
    rows: dict[str, Vector] = {}
    for line in range(corner.first_line + corner.size, len(grid.lines)):
        labels = _labels(grid, corner, line)
        for meaning, pattern in _BELOW.items():
            if any(re.fullmatch(pattern, label, re.I) for label in labels):
                figures = _across(grid, corner, line)
                rows[meaning] = rows[meaning] + figures if meaning in rows else figures
                break
    return rows


def _columns(grid: Grid, corner: _Corner) -> Iterator[tuple[int, str]]:
    """The columns right of the industries, each with what stands nearest above its figures."""
    width = max(len(line) for line in grid.lines)
    for column in range(corner.first_column + corner.size, width):
        for line in range(corner.first_line - 1, corner.line - 1, -1):
            cells = grid.lines[line]
            if column < len(cells) and cells[column].strip():
                yield column, _clean(cells[column].replace("_", " "))
                break


def _final(columns: dict[str, Vector], flows: Vector) -> list[Vector]:
    """All that is not sold to industries: added up from its parts, or by the stated total.

    Parts can't always be added up: a table may show *of which* beside a part. The stated total is
    less what the table itself says is sold to industries, so that flows that are turned round show.
    """
    parts = _parts(columns)
    answers = [np.sum(parts, axis=0)] if parts else []
    stated = next((total for label, total in columns.items() if _TOTAL_USE.fullmatch(label)), None)
    if stated is not None:
        sold = flows.sum(axis=1)
        between = next((use for label, use in columns.items() if _is_intermediate(label)), sold)
        answers.append(stated - between)
    if not answers:
        raise UnreadableFile("The table has no column of final use, so its rows can't be checked.")
    return answers


def _parts(columns: dict[str, Vector]) -> list[Vector]:
    """Columns of final use that are no totals: not by name, and not the sum of those after them."""
    parts = [figures for label, figures in columns.items() if not _TOTAL.fullmatch(label)]
    return [
        part
        for at, part in enumerate(parts)
        if not any(
            np.allclose(part, np.sum(parts[at + 1 : end], axis=0), rtol=1e-9, atol=1e-3)
            for end in range(at + 3, len(parts) + 1)
        )
    ]


def _is_intermediate(label: str) -> bool:
    return re.fullmatch(r"total( intermediate use.*)?", label, re.I) is not None


def _table(grid: Grid, corner: _Corner) -> Table:
    rows = _below(grid, corner)
    columns: dict[str, Vector] = {}
    for column, label in _columns(grid, corner):
        columns.setdefault(label, _down(grid, corner, column))
    for meaning, called in (("gva", "gross value added"), ("output", "output")):
        if meaning not in rows:
            raise UnreadableFile(_no_row(meaning, called, columns))
    nought = np.zeros(corner.size)
    lines = range(corner.first_line, corner.first_line + corner.size)
    flows = np.array([_across(grid, corner, line) for line in lines])
    codes = [_clean(grid.lines[line][corner.column]) for line in lines]
    table = Table(
        title=_title(grid, corner),
        year=_year(grid, corner),
        codes=tuple(codes),
        names=tuple(_names(grid, corner, codes)),
        flows=flows,
        households=next((v for k, v in columns.items() if _HOUSEHOLDS.fullmatch(k)), None),
        final=nought,
        imports=rows.get("imports", nought),
        taxes=rows.get("taxes", nought),
        pay=rows.get("pay"),
        gva=rows["gva"],
        output=rows["output"],
        jobs=rows.get("jobs"),
    )
    return fitting([replace(table, final=final) for final in _final(columns, flows)])


def _no_row(meaning: str, called: str, columns: dict[str, Vector]) -> str:
    """Why there is no row of output or of value added: it may stand as a column."""
    if meaning == "gva" and any(re.fullmatch(_BELOW["gva"], label, re.I) for label in columns):
        return SWAPPED
    return f"The table has no row of {called}, so it can't be checked."


def _names(grid: Grid, corner: _Corner, codes: list[str]) -> Iterator[str]:
    """What stands between an industry's code and its figures, else its code."""
    for at, code in enumerate(codes):
        line = grid.lines[corner.first_line + at]
        yield _clean(" ".join(line[corner.column + 1 : corner.first_column])) or code


def _title(grid: Grid, corner: _Corner) -> str:
    above = [cell for line in grid.lines[: corner.line] for cell in line[:2] if cell.strip()]
    return ". ".join(map(_clean, above[:2]))


def _year(grid: Grid, corner: _Corner) -> int | None:
    """The year of the flows: beside each of them, else in the title, where one stands there."""
    beside = grid.lines[corner.first_line][: corner.column]
    above = [cell for line in grid.lines[: corner.line] for cell in line[:2]]
    for cells in (beside, above):
        years = re.findall(r"\b(?:19|20)\d\d\b", " ".join(cells))
        if len(years) == 1:
            return int(years[0])
    return None


def jobs(content: bytes, name: str) -> dict[str, tuple[float, float]]:
    """Jobs by industry or group: in the area and in the nation.

    The columns are ``group``, ``region`` and ``nation``.

    Raises
    ------
    UnreadableFile
        A column is missing, a group stands twice, or a figure is none.
    """
    sheet = sheets.read(content, name, needs=("group", "region", "nation"))
    counts: dict[str, tuple[float, float]] = {}
    for _, cells in sheet.as_dicts():
        group = _clean(cells["group"])
        figures = [amounts.amount(cells[column]) for column in ("region", "nation")]
        if group in counts:
            raise UnreadableFile(f"Jobs of {group!r} stand twice.")
        if None in figures:
            raise UnreadableFile(f"There is no figure for jobs of {group!r}.")
        counts[group] = (float(figures[0] or 0), float(figures[1] or 0))
    return counts


def groups(content: bytes, name: str) -> dict[str, str]:
    """The group of each code of a table: columns ``code`` and ``group``, "" for left out.

    Raises
    ------
    UnreadableFile
        A column is missing, or a code stands twice.
    """
    sheet = sheets.read(content, name, needs=("code", "group"))
    belongs: dict[str, str] = {}
    for _, cells in sheet.as_dicts():
        code = _clean(cells["code"])
        if code in belongs:
            raise UnreadableFile(f"The code {code!r} stands twice among the groups.")
        belongs[code] = _clean(cells["group"])
    return belongs

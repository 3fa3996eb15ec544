"""Any CSV or workbook as lines of cells, with the line numbers that a person sees in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from localwealth.errors import UnreadableFile
from localwealth.tables import apart
from localwealth.tables.bounds import unpacked
from localwealth.tables.cutting import cut
from localwealth.tables.texts import refuse_other_kinds, text_of

# What an archive and an old workbook begin with.
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
TEXT_ENDINGS = (".csv", ".txt", ".tsv", ".xls")
DAMAGED = "The file is damaged: the workbook can't be read."


@dataclass(frozen=True)
class Grid:
    """One sheet as it stands: its name ("" in a text file), and every line, the first is line 1.

    ``numeric`` says that the file keeps numbers as numbers (a workbook), not as text; ``separator``
    is what stands between the cells of a text. ``figures`` are the numbers of a
    workbook by a second way to them, by column and row from 0; None where the file has none.
    """

    name: str
    lines: list[list[str]]
    numeric: bool = False
    separator: str = ""
    figures: Mapping[int, Mapping[int, str]] | None = None


@dataclass(frozen=True)
class Grids:
    """Every sheet of a file that shows, a sentence for what was repaired, for each sheet that was
    passed over its name and why, and what a person should be asked."""

    sheets: list[Grid]
    notes: list[str] = field(default_factory=list)
    passed_over: list[tuple[str, str]] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)


def is_workbook(content: bytes) -> bool:
    """Whether a file is a workbook by its first bytes: some come under another ending."""
    return content[:4] in WORKBOOKS


def grids(content: bytes, name: str, needs: Sequence[str] = ()) -> Grids:
    """Every sheet of a CSV, XLSX, XLS or ODS file that is not hidden.

    ``needs`` are names of columns: a text is cut by the separator that shows most of them.

    Raises
    ------
    UnreadableFile
        It is empty, damaged, or of another kind.
    """
    content, ending = unpacked(content, name)
    if is_workbook(content):
        return _of_workbook(content)
    if ending.endswith((".xlsx", ".ods", ".xlsm")) and b"\0" in content[:4096]:
        raise UnreadableFile(DAMAGED)
    if not ending.endswith((*TEXT_ENDINGS, ".xlsx", ".ods", ".xlsm")):
        raise UnreadableFile("This kind of file can't be read. Send CSV, XLSX, XLS or ODS.")
    text = text_of(content)
    refuse_other_kinds(text.text)
    if ending.endswith((".xlsx", ".ods", ".xlsm")):
        raise UnreadableFile(DAMAGED)
    pieces = cut(text.text, needs)
    return Grids([Grid("", pieces.lines, separator=pieces.separator)], [*text.notes, *pieces.notes])


def _of_workbook(content: bytes) -> Grids:
    sheets, notes, passed, asked = [], [], [], []
    for sheet in apart.run("workbook", content):
        name = sheet["name"]
        if sheet.get("hidden"):
            passed.append((name, "the sheet is hidden"))
            continue
        figures = _figures(sheet["figures"])
        sheets.append(Grid(name, _lines(sheet["lines"]), numeric=True, figures=figures))
        notes += [f"Sheet {name!r}: {note}" for note in sheet["notes"]]
        if question := sheet.get("asked"):
            asked.append(f"Sheet {name!r}: {question}")
    return Grids(sheets, notes, passed, asked)


def _lines(handed: Sequence[list[str] | int]) -> list[list[str]]:
    """Lines as a child hands them back: a number stands for so many blank ones, which are all one
    and the same."""
    width = max((len(run) for run in handed if not isinstance(run, int)), default=0)
    blank = [""] * width
    return [line for run in handed for line in ([blank] * run if isinstance(run, int) else [run])]


def _figures(handed: dict[str, dict[str, str]] | None) -> dict[int, dict[int, str]] | None:
    """Numbers by column and row; JSON has made text of both."""
    if handed is None:
        return None
    return {
        int(column): {int(row): figure for row, figure in rows.items()}
        for column, rows in handed.items()
    }

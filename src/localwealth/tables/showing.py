"""What a sheet of a workbook shows beside its values: hidden rows, percentages, merged cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from localwealth.words import many

# The first and the last cell of a merged one, as (row, column) from 0.
Merged = tuple[tuple[int, int], tuple[int, int]]


@dataclass
class Marks:
    """What a sheet says beside its values. Rows and columns are counted from 0.

    ``shown`` are texts of cells that show otherwise than their value, ``figures`` the numbers as
    they are written, a dictionary a column, of cells that show as plain numbers or text; None where
    there is no second way to them. ``merged`` are merged cells that calamine doesn't tell.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    shown: dict[tuple[int, int], str] = field(default_factory=dict)
    figures: dict[int, dict[int, str]] | None = None
    merged: list[Merged] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note_hidden(self, filtered: int, filled: Iterable[int]) -> None:
        """Say what is hidden: so many rows by a filter, and of all those in which anything stands,
        as rows without a cell are hidden by whoever hides all below a table."""
        if filtered:
            self.notes.append(
                f"A filter hides {filtered:,} of its rows: they are read as the others."
            )
        if hidden := len(self.hidden_rows.intersection(filled)):
            self.notes.append(f"Passed over as hidden: {many(hidden, 'row')}.")
        if self.hidden_columns:
            some = ", ".join(map(letters, sorted(self.hidden_columns)[:8]))
            self.notes.append(f"Hidden columns were passed over: {some}.")

    def note_unsaved(self, unsaved: int) -> None:
        """Say in how many cells a formula stands that was never worked out."""
        if unsaved:
            self.notes.append(
                f"Formulas without a value: {many(unsaved, 'cell')}. "
                "Open it in Excel, and save it anew."
            )

    def is_shown(self, row: int, column: int) -> bool:
        """Whether a cell is neither in a hidden row nor in a hidden column."""
        return row not in self.hidden_rows and column not in self.hidden_columns


def letters(number: int) -> str:
    """A column's letters, by its number from 0.

    >>> letters(0), letters(16383)
    ('A', 'XFD')
    """
    name, number = "", number + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name

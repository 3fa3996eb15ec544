"""What bringing a file in would do, as far as that is the same in every room."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, ClassVar

from commonweal.design.words import many
from commonweal.office.errors import Refused

from .models import HeldFile
from .questions import Questions


class LacksColumns(Refused):
    """A file's headings are not those of our layout: somebody must say what they mean."""


@dataclass(kw_only=True)
class Plan:
    """What bringing a file in would do. ``rejected`` is (row, because).

    A room adds what it compares, and says in ``THING`` what its rows are about and in ``DOUBT``
    why nothing is removed while a refused row may be about anything.
    """

    THING: ClassVar[str] = "thing"
    DOUBT: ClassVar[str] = "Nothing is taken off while it isn't known what row {} is about."
    AGAIN: ClassVar[str] = "Correct or delete what was refused, and choose the file again."
    NAMES: ClassVar[str] = "lists"
    SUM: ClassVar[str] = (
        "Rows = new + changed + unchanged + rejected. Blank rows are not among them."
    )

    file_name: str
    sha256: str
    as_at: date
    rows: int = 0
    blank: int = 0
    new: list[Any] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)
    unchanged: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)

    # What its sender no longer lists, what of it is to go, of how many; and rows of which nobody
    # can say what they are about.
    unlisted: list[Any] = field(default_factory=list)
    removed: list[Any] = field(default_factory=list)
    listed_count: int = 0
    doubtful: list[int] = field(default_factory=list)

    # What was read: the headings, the cells of each refused row, what was passed over.
    header: list[str] = field(default_factory=list)
    cells: dict[int, list[str]] = field(default_factory=dict)
    sheet: str = ""
    notes: list[str] = field(default_factory=list)
    questions: Questions = field(default_factory=Questions)
    held: HeldFile | None = None
    # By what its mapping is remembered; "" where its columns are called as ours.
    signature: str = ""

    @property
    def does_nothing(self) -> bool:
        return not (self.new or self.changed or self.removed)

    @property
    def counts(self) -> dict[str, int]:
        """Rows in = new + changed + unchanged + rejected; what is removed is no row."""
        return {
            "rows": self.rows,
            "new": len(self.new),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "rejected": len(self.rejected),
            "blank": self.blank,
            "removed": len(self.removed),
        }

    @property
    def fingerprint(self) -> str:
        """By what a plan that is made again is known to be the one that was looked at."""
        raise NotImplementedError

    def must_do_something(self) -> None:
        """Raise where nothing would be done: it is not said to be."""
        if self.does_nothing:
            raise Refused("Nothing would be done, so nothing was.")

    def why_nothing(self, place: str) -> str:
        """What a command says where nothing would be done: all stands in ``place`` already.

        Raises
        ------
        Refused
            That is not why: a question is open, or no row of the file can be taken.
        """
        self.must_be_answered()
        if not self.unchanged:
            raise Refused(
                "No row of it can be taken in, so nothing was."
                if self.rejected
                else "The file has headings and no rows, so nothing was done."
            )
        all_of_it = "All of it that can be taken" if self.rejected else "All that it says"
        return f"{all_of_it} stands in {place}: nothing changes."

    def must_be_answered(self) -> None:
        """Raise while something is open that only a person can say."""
        if still := self.questions.open:
            raise Refused(
                f"Before it is brought in, {many(len(still), 'question')} must be answered: "
                f"{still[0].label}"
            )

    def check_removal(self, count: int) -> None:
        """Raise where what is no longer listed can't go.

        Raises
        ------
        Refused
            They are not as many as was said, or a refused row may be about one of them.
        """
        if self.doubtful:
            rows = ", ".join(map(str, islice(self.doubtful, 10)))
            raise Refused(f"{self.DOUBT.format(rows)} {self.AGAIN}")
        if count != len(self.unlisted):
            raise Refused(
                f"The file no longer {self.NAMES} {many(len(self.unlisted), self.THING)}, and "
                f"{count:,} was said. Look at their names, then say the number."
            )

    @property
    def rejected_rows(self) -> list[dict[str, Any]]:
        """The refused rows as a run keeps them for its page."""
        return [{"row": row, "because": because} for row, because in self.rejected]

    @property
    def rejected_sentences(self) -> list[str]:
        """The refused rows as the preview names them."""
        row = f"Sheet “{self.sheet}”, row" if self.sheet else "Row"
        return [f"{row} {number}: {because}" for number, because in self.rejected]

    @property
    def refused_lines(self) -> list[tuple[int, str, list[str]]]:
        """The refused rows with their own cells."""
        return [(number, because, self.cells.get(number, [])) for number, because in self.rejected]

    @property
    def refused(self) -> str:
        """The refused rows with their cells, as a run keeps them to be sent back; "" for none."""
        lines = self.refused_lines
        return json.dumps({"header": self.header, "rows": lines}) if lines and self.header else ""

"""What a file holds, record by record, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from commonweal.design.lengths import heading
from commonweal.design.words import many

from ..hours import OpeningHours

# So many of what was refused, remarked or missed are named on a page.
NAMED_MOST = 50


class BadRecord(Exception):
    """Why a record can't be taken, as it goes on after its name."""


@dataclass
class Found:
    """A service as a file has it. ``place`` says where it stands there: record 3, line 12."""

    place: str
    key: str
    name: str
    organisation: str
    organisation_key: str
    values: dict[str, Any] = field(default_factory=dict)
    places: list[dict[str, Any]] = field(default_factory=list)
    openings: list[OpeningHours] = field(default_factory=list)
    organisation_values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Refusal:
    """A record that was not taken. Its key and name are "" where they can't be read."""

    place: str
    why: str
    name: str = ""
    key: str = ""

    @property
    def row(self) -> int:
        """The number of the record in its file."""
        return int(self.place.rsplit(" ", 1)[-1])

    def __str__(self) -> str:
        named = f" (“{heading(self.name, 80)}”)" if self.name else ""
        return f"{self.place}{named}: {self.why}"


@dataclass(frozen=True)
class Remark:
    """What of a record that was taken is not as its file has it."""

    place: str
    words: str

    def __str__(self) -> str:
        return f"{self.place}: {self.words}"


@dataclass
class DirectoryOutcome:
    """What became of a file: records in = new + changed + unchanged + refused.

    ``missing`` names the services of the source that the file doesn't list; ``untold`` is the
    sentence why that can't be told, "" where it can. ``part`` says of a file that it is only a
    part of the whole.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    untold: str = ""
    part: str = ""
    # Of a table: its headings and the cells of each row, where it stands, what was repaired in it.
    header: list[str] = field(default_factory=list)
    cells: dict[int, list[str]] = field(default_factory=dict)
    blank: int = 0
    sheet: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def records(self) -> int:
        return self.new + self.changed + self.unchanged + len(self.refused)

    @property
    def sentence(self) -> str:
        services = "service" if self.records == 1 else "services"
        return (
            f"{self.records:,} {services}: {self.new:,} new, {self.changed:,} changed, "
            f"{self.unchanged:,} unchanged, {len(self.refused):,} refused; "
            f"{many(len(self.remarks), 'remark')}."
        )

    @property
    def first_refused(self) -> list[Refusal]:
        return self.refused[:NAMED_MOST]

    @property
    def first_remarks(self) -> list[Remark]:
        return self.remarks[:NAMED_MOST]

    @property
    def first_missing(self) -> list[str]:
        return self.missing[:NAMED_MOST]

"""What a column can be for a room, and what somebody told about a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from localwealth.sources.columns import plain as spaced
from localwealth.tables import vocabulary

EITHER = re.compile(r"[/|\n]| [-–] ")


@dataclass(frozen=True)
class Meaning:
    """What a column can be for a room: its name there, and the headings that say so alone."""

    name: str
    label: str
    words: tuple[str, ...] = ()
    is_needed: bool = False
    hint: str = ""
    example: str = ""
    # Headings in small letters and single spaces that say so as well, where words are too many.
    pattern: str = ""
    # Whether several columns of a table can be this, like the lines of an address.
    is_many: bool = False
    # Which meanings of the vocabulary of all readers it has (`localwealth.tables.vocabulary`).
    shares: tuple[str, ...] = ()

    @cached_property
    def known_as(self) -> frozenset[str]:
        """The headings that say so alone, as they are compared."""
        own = (self.name, self.label, *self.words)
        return vocabulary.words_of(*self.shares) | set(map(vocabulary.folded, own))

    def fits(self, heading: str) -> bool:
        """Whether a heading says this; in two languages (Supplier / Cyflenwr) either may."""
        return not self.known_as.isdisjoint(vocabulary.ways(heading)) or any(
            self._is_called(spaced(part)) for part in (heading, *EITHER.split(heading))
        )

    def _is_called(self, heading: str) -> bool:
        return bool(heading and self.pattern and re.fullmatch(self.pattern, heading))


def register(reader: str, meanings: Sequence[Meaning]) -> None:
    """Name a reader whose columns can mean these."""
    by_name = {meaning.name: meaning for meaning in meanings}
    vocabulary.register(
        reader,
        {meaning.name: meaning.shares for meaning in meanings if meaning.shares},
        lambda heading, name: by_name[name].fits(heading),
    )


@dataclass(frozen=True)
class Choice:
    """What somebody told about a table: sheet, line of the headings, meaning of each column.

    ``fixed`` are meanings that no column has and that are the same for all rows.
    """

    sheet: str = ""
    heading: int = 0
    columns: tuple[str, ...] = ()
    fixed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, as_json: dict[str, Any]) -> Choice | None:
        """As it was kept; None where nothing was."""
        if not as_json:
            return None
        return cls(
            as_json["sheet"], as_json["heading"], tuple(as_json["columns"]), dict(as_json["fixed"])
        )

    def kept(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "heading": self.heading,
            "columns": list(self.columns),
            "fixed": self.fixed,
        }

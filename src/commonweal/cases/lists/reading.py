"""Reading a list and saying what it holds; nothing is changed by it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace

from django.utils import timezone

from commonweal.bringing.reading import WHY, unguarded
from commonweal.office.errors import Refused
from commonweal.residents import keys
from localwealth.errors import UnreadableFile
from localwealth.tables import orders
from localwealth.tables.births import order_of
from localwealth.tables.cutting import plain
from localwealth.tables.dates import Order
from localwealth.tables.grids import grids
from localwealth.tables.placing import Placed, place

from ..models import ListRun
from .layouts import ANY, PublisherLayout, layout_of, means, understood
from .meanings import MEANINGS, WHO
from .persons import BadPerson, Listed, Reader

ROWS_MOST = 60_000
NOBODY = (
    "No column says who these people are. Say under “What the columns mean” which holds their "
    "names, or their NHS numbers."
)
LONGER = "it has more cells than there are headings: a comma too many, so its cells may be shifted"


@dataclass(frozen=True)
class Choices:
    """What somebody chose about a list: who sent it, its sheet, the line of its headings, and what
    each of its columns means (None: as it is understood)."""

    sender: str = ""
    sheet: str | None = None
    line: int | None = None
    meanings: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Column:
    """A column of a list as it is shown: its heading, what it means, and some of its values."""

    number: int
    heading: str
    meaning: str
    samples: list[str]

    @property
    def in_words(self) -> str:
        return MEANINGS.get(self.meaning, "")


@dataclass
class Preview:
    """What carrying a list out would do. ``rejected`` is (row, why), ``joined`` (row, row whose
    person it is), ``marked`` (row, what was not taken of it); all without personal data."""

    layout: PublisherLayout
    sha256: str
    rows: int
    date_order: Order
    placed: Placed
    meanings: tuple[str, ...]
    sender: str = ""
    listed: list[Listed] = field(default_factory=list)
    rejected: list[tuple[int, str]] = field(default_factory=list)
    joined: list[tuple[int, int]] = field(default_factory=list)
    already: ListRun | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each kind."""
        return {
            "rows": self.rows,
            "to_read": len(self.listed),
            "rejected": len(self.rejected),
            "dead": len(self.dead),
            "without_phone": sum(not listed.phones for listed in self.listed),
            "marked": len(self.marked),
        }

    @property
    def date_order_in_words(self) -> str:
        """How its days of birth are read."""
        return orders.IN_WORDS[self.date_order]

    @property
    def columns(self) -> list[Column]:
        """Its columns as they are shown."""
        return [
            Column(number, heading or f"Column {number + 1}", meaning, self.placed.samples(number))
            for number, (heading, meaning) in enumerate(
                zip(self.placed.header, self.meanings, strict=True)
            )
        ]

    @property
    def not_understood(self) -> list[str]:
        """The headings of the columns that are left aside."""
        return [column.heading for column in self.columns if not column.meaning]

    @property
    def dead(self) -> list[Listed]:
        """Whoever the list says has died."""
        return [listed for listed in self.listed if listed.is_dead]

    @property
    def marked(self) -> list[tuple[int, str]]:
        """Each row of which something was not taken, with what that is."""
        return [(listed.row, "; ".join(listed.doubts)) for listed in self.listed if listed.doubts]

    @property
    def tells_who(self) -> bool:
        """Whether any column says who these people are."""
        return bool(WHO & set(self.meanings))

    @property
    def signature(self) -> str:
        """By what a layout is known again: its headings, as they stand."""
        heads = "\x1f".join(heading.casefold() for heading in self.placed.header)
        return hashlib.sha256(heads.encode()).hexdigest()


def preview(content: bytes, file_name: str, choices: Choices | None = None) -> Preview:
    """Read a list and say what it holds, changing nothing.

    Raises
    ------
    Refused
        It can't be read, is too long, or has no such sheet or line.
    """
    choices = choices or Choices()
    try:
        file = grids(content, file_name, ["First name", "Surname", "Postcode", "ID"])
        placed = _sent_back(place(file, means, sheet=choices.sheet, line=choices.line))
    except UnreadableFile as error:
        raise Refused(str(error)) from None
    if len(placed.rows) > ROWS_MOST:
        raise Refused(f"The list has more than {ROWS_MOST:,} rows. Cut it into parts.")
    if not placed.rows:
        raise Refused("The list holds headings and nobody: nothing would come of it.")
    shown = _understood(placed, hashlib.sha256(content).hexdigest(), choices)
    shown.already = ListRun.objects.filter(
        layout=shown.layout.code, sha256=shown.sha256, undone_at=None
    ).first()
    _read_rows(shown)
    return shown


def _sent_back(placed: Placed) -> Placed:
    """A table without the column of reasons, and its cells as they were before that was added:
    refused rows are handed out so, to be corrected."""
    if not placed.header or plain(placed.header[-1]) != plain(WHY):
        return placed
    rows = [(number, [unguarded(cell) for cell in cells[:-1]]) for number, cells in placed.rows]
    return replace(placed, header=placed.header[:-1], rows=rows)


def _understood(placed: Placed, sha256: str, choices: Choices) -> Preview:
    layout = layout_of(placed.header)
    meanings = understood(placed.header, layout)
    if choices.meanings is not None:
        chosen = [*choices.meanings, *[""] * len(meanings)][: len(meanings)]
        # Set by hand it is no publisher's layout any more, unless nothing differs from it.
        layout = layout if tuple(chosen) == meanings else ANY
        meanings = tuple(chosen)
    births = [
        cells[at]
        for _, cells in placed.rows
        for at, meaning in enumerate(meanings)
        if meaning == "born"
    ]
    order = order_of(births, timezone.localdate())
    return Preview(
        layout, sha256, len(placed.rows), order, placed, meanings, choices.sender.strip()
    )


def _read_rows(shown: Preview) -> None:
    reader = Reader(
        shown.placed.header,
        shown.meanings,
        shown.layout,
        shown.sender,
        shown.date_order,
        timezone.localdate(),
    )
    by_key: dict[str, int] = {}
    for number, cells in shown.placed.rows:
        try:
            if number in shown.placed.longer:
                raise BadPerson(LONGER)
            _take(shown, reader.read(number, cells), by_key)
        except BadPerson as bad:
            shown.rejected.append((number, str(bad)))


def _take(shown: Preview, listed: Listed, by_key: dict[str, int]) -> None:
    """Take a row; where the list names its person twice, what it says more goes to the first."""
    at = by_key.get(listed.key)
    if at is None:
        by_key[listed.key] = len(shown.listed)
        shown.listed.append(listed)
        return
    first = shown.listed[at]
    if not _is_one(first, listed):
        raise BadPerson(f"the same id as row {first.row}, and another name")
    notes = [first.notes, *([listed.notes] if listed.notes not in first.notes else [])]
    shown.listed[at] = replace(
        first,
        notes=". ".join(filter(None, notes)),
        is_dead=first.is_dead or listed.is_dead,
        doubts=tuple(dict.fromkeys((*first.doubts, *listed.doubts))),
    )
    shown.joined.append((listed.row, first.row))


def _is_one(first: Listed, second: Listed) -> bool:
    return keys.squash(first.name) == keys.squash(second.name)

"""One row of a list as a person. Nobody is refused for what can't be read of them: the row is taken
without it, marked, and the words of the list stand in a note."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain

from commonweal.office.fields import keyed_hash
from commonweal.residents import keys
from commonweal.residents.keys import Described
from localwealth.tables.births import born
from localwealth.tables.dates import Order
from localwealth.tables.deaths import says_died
from localwealth.tables.marks import is_no_date, is_nothing
from localwealth.tables.nhs_numbers import is_nobodys, nhs_number
from localwealth.tables.postcodes import postcode
from localwealth.tables.telephones import has_lost_figures, telephones

from .layouts import ANY, PublisherLayout

# People are called so: in a column of names these are no marks for nothing.
NAMES = frozenset({"null", "nul", "none", "nil", "na", "nan", "dim", "missing", "blank", "empty"})
PLACEHOLDER = "1900-01-01"
_TOTAL = re.compile(
    r"((grand|sub|overall|page)[ -]?)?totals?\b.*|(is-?)?[cg]yfanswm\b.*|count\b.*|"
    r"(end of (list|file|report)|diwedd)\b.*|number of (people|residents|rows|records)\b.*|"
    r"\d+ (people|residents|rows|records|names|patients)\b.*",
    re.IGNORECASE,
)


@dataclass
class Listed:
    """One row of a list, as a person. ``doubts`` say what of it was not taken or has to be asked,
    without what stands there."""

    row: int
    key: str
    described: Described
    notes: str
    is_dead: bool
    content_hash: str
    phones: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    is_death_asked: bool = False

    @property
    def name(self) -> str:
        """As the list calls them."""
        return " ".join(filter(None, (self.described.first, self.described.last)))


class BadPerson(Exception):
    """Why a row can't be taken; never what stands in it."""


@dataclass(frozen=True)
class Reader:
    """How the rows of one list are read: what its columns mean, by whose layout, in which order
    its dates are, and as of which day."""

    header: list[str]
    meanings: tuple[str, ...]
    layout: PublisherLayout
    sender: str
    order: Order
    today: date

    def read(self, number: int, cells: list[str]) -> Listed:
        """One row as a person.

        Raises
        ------
        Bad
            It is a total or a note, or says of nobody who they are.
        """
        row = _Row(self, cells)
        if row.is_total():
            raise BadPerson("a line of totals or a note, and nobody's")
        described = row.described()
        is_dead = row.is_dead()
        return Listed(
            row=number,
            key=row.key_of(described),
            described=described,
            notes=". ".join([*row.notes(), *row.kept]),
            is_dead=is_dead is True,
            content_hash=keyed_hash(hashlib.sha256("\x1f".join(cells).encode()).hexdigest()),
            phones=described.phones,
            doubts=tuple(row.doubts),
            is_death_asked=is_dead is None,
        )


@dataclass
class _Row:
    """The cells of a row by what they mean; ``kept`` are words of the list that fit no field."""

    reader: Reader
    cells: list[str]
    doubts: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @cached_property
    def telling(self) -> dict[str, list[str]]:
        """By what columns mean: what stands in them and says something."""
        by_meaning: dict[str, list[str]] = {}
        for meaning, cell in zip(self.reader.meanings, self.cells, strict=True):
            if cell and not is_nothing(cell):
                by_meaning.setdefault(meaning, []).append(cell)
        return by_meaning

    def all_of(self, *meanings: str) -> list[str]:
        """What stands in the columns of these meanings and says something."""
        return list(chain.from_iterable(self.telling.get(meaning, ()) for meaning in meanings))

    def first_of(self, meaning: str) -> str:
        return self.telling[meaning][0] if meaning in self.telling else ""

    def doubt(self, sentence: str, cell: str, called: str) -> None:
        self.doubts.append(sentence)
        self.kept.append(f"The list gives as {called}: {cell}")

    def is_total(self) -> bool:
        """Whether it says nothing of anybody: by its words where nothing else is a person's, or as
        its one cell among many is neither a number by which somebody is known nor a telephone."""
        filled = [cell for cell in self.cells if cell]
        if self.all_of("born", "phone", "postcode", "email", "address") or any(
            map(nhs_number, self.all_of("nhs"))
        ):
            return False
        if len(self.cells) > 2 and len(filled) == 1:
            return True
        names = self.all_of("first", "last", "name")
        # With a first and a last name in letters, *Total* is how somebody is called.
        return sum(map(_has_letters, names)) < 2 and any(
            map(_TOTAL.fullmatch, [*names, *filled[:1]])
        )

    def described(self) -> Described:
        first, last = self._names()
        born_on, nhs = self._born(), self._nhs()
        if not (first or last or nhs):
            raise BadPerson("neither a name nor an NHS number: it can't be told who this is")
        return Described(
            first=first,
            last=last,
            born=born_on,
            phones=self._phones(),
            email=self._email(),
            nhs=nhs,
            address=", ".join(" ".join(part.split()) for part in self.all_of("address")),
            postcode=self._postcode(),
            uprn=self._uprn(),
        )

    def _names(self) -> tuple[str, str]:
        pairs = list(zip(self.reader.meanings, self.cells, strict=True))
        first, last, full = (
            " ".join(cell for meaning, cell in pairs if meaning == wanted and _is_name(cell))
            for wanted in ("first", "last", "name")
        )
        return (first, last) if first or last or not full else _in_two(full)

    def _born(self) -> str:
        cell = self.first_of("born")
        if not cell or is_no_date(cell):
            if any(self._raw("born")):
                self.doubts.append("the date of birth is not known")
            return ""
        day = born(cell, self.reader.order, self.reader.today)
        if day is None:
            self.doubt("the date of birth can't be read", cell, "date of birth")
            return ""
        if day.isoformat() == PLACEHOLDER:
            self.doubts.append("the date of birth, 1 January 1900, stands for one not known")
        return day.isoformat()

    def _raw(self, meaning: str) -> list[str]:
        return [
            cell
            for named, cell in zip(self.reader.meanings, self.cells, strict=True)
            if named == meaning and cell
        ]

    def _nhs(self) -> str:
        cell = self.first_of("nhs")
        if not cell or is_nobodys(cell):
            return ""
        number = nhs_number(cell)
        if not number:
            lost = has_lost_figures(cell)
            why = "has lost figures in a spreadsheet" if lost else "has a wrong check digit"
            self.doubt(f"the NHS number {why}", cell, "NHS number")
        return number

    def _phones(self) -> tuple[str, ...]:
        numbers: list[str] = []
        for cell in self.all_of("phone"):
            numbers += (read := telephones(cell))
            if not read and cell.strip("0 "):
                lost = has_lost_figures(cell)
                why = "has lost figures in a spreadsheet" if lost else "can't be rung"
                self.doubt(f"a telephone {why}", cell, "telephone")
        return tuple(dict.fromkeys(numbers))

    def _email(self) -> str:
        cell = self.first_of("email")
        if cell and "@" not in cell:
            self.doubt("the e-mail is no address", cell, "e-mail")
            return ""
        return cell

    def _postcode(self) -> str:
        cell = self.first_of("postcode")
        written = postcode(cell)
        if cell and not written:
            self.doubts.append("the postcode has the shape of none")
        return written or cell

    def _uprn(self) -> str:
        cell = self.first_of("uprn").removesuffix(".0")
        if cell and not re.fullmatch(r"\d{1,12}", cell):
            self.doubt("the UPRN can't be read", cell, "UPRN")
            return ""
        return cell

    def is_dead(self) -> bool | None:
        """Whether the row says that they have died; None where somebody has to be asked."""
        answers = [
            (says_died(cell, is_day=meaning == "died_on", order=order, today=today), cell)
            for meaning, cell in zip(self.reader.meanings, self.cells, strict=True)
            if meaning in ("died_on", "died")
            for order, today in [(self.reader.order, self.reader.today)]
        ]
        if any(answer is True for answer, _ in answers):
            return True
        unclear = [cell for answer, cell in answers if answer is None]
        for cell in unclear[:1]:
            self.doubt("whether they have died can't be read: nothing is stopped", cell, "death")
        return None if unclear else False

    def notes(self) -> list[str]:
        named = zip(self.reader.header, self.reader.meanings, self.cells, strict=True)
        return [
            f"{heading.replace('_', ' ')}: {cell}"
            for heading, meaning, cell in named
            if meaning == "note" and not is_nothing(cell)
        ]

    def key_of(self, described: Described) -> str:
        """By what the row is known again: an id of the list, else the NHS number, else who it
        is. An id is its sender's own, so that two senders' first rows are two."""
        scope = f"{self.reader.sender.casefold()}:" if self.reader.layout.code == ANY.code else ""
        for meaning in ("key", "key2", "key3"):
            number = self.first_of(meaning)
            if number and not is_nobodys(number):
                return scope + number
        if described.nhs:
            return described.nhs
        who = (described.first, described.last, described.born, described.postcode)
        return "|".join(keys.squash(fact) for fact in (*who, *described.phones))


def _has_letters(cell: str) -> bool:
    return any(sign.isalpha() for sign in cell)


def _is_name(cell: str) -> bool:
    return bool(cell) and (" ".join(cell.casefold().split()) in NAMES or not is_nothing(cell))


def _in_two(full_name: str) -> tuple[str, str]:
    """First and last name of a whole one; what belongs to the last (*ap*, *van*) stays with it."""
    if "," in full_name:
        last, _, first = full_name.partition(",")
        return first.strip(), last.strip()
    parts = full_name.split()
    at = len(parts) - 1
    while at > 1 and keys.squash(parts[at - 1]) in keys.PARTICLES:
        at -= 1
    return " ".join(parts[:at]), " ".join(parts[at:])

"""The pairs that a search brought, and the few of each payee that are looked at closely.

A candidate is a form of a payee's name beside a name of the register. A rough score
(:mod:`localwealth.matching.features.rough`) keeps the likeliest; only of those is every feature
taken.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from localwealth.matching.features.spelling import Spelling, spelling_of
from localwealth.matching.features.wording import Agreement, agreement_of
from localwealth.matching.search import Hits, Search
from localwealth.registers.entries import NEVER, Entries
from localwealth.registers.hashing import Flags, Floats, Hashes, Ints
from localwealth.registers.index import Index
from localwealth.registers.postcodes import near_each_other

# Days of grace. Bodies pay late and registers are read early: an entry that ended two years before
# the payment may still be meant, one that began a month after it too; a name is another time's from
# a month before it was taken, or a month after it was given up.
ENDED_GRACE, GRACE = 730, 31


def equals(column: Ints, number: int | Ints) -> Flags:
    """Which numbers of a column are that one, or those of another column."""
    flags: Flags = column == number
    return flags


@dataclass
class Candidates:
    """One row a pair, of whatever ``search`` brought.

    ``form`` of a payee's name, ``name`` of the register, the ``payee`` and the ``entry`` whose they
    are; ``how`` the form was cut from the payee's name; ``words`` and how far they agree.
    """

    search: Search
    entries: Entries
    register: pa.Array
    form: Ints
    name: Ints
    payee: Ints
    entry: Ints
    how: Ints
    wording: Agreement
    # The names have the same letters but for spaces, legal forms and empty words; the payee's is
    # the initials of the register's.
    same_letters: Flags
    by_initials: Flags
    # Weight of the payee's words that the register's name has, of all; the other way about; and
    # the harmonic mean of both: all from 0 to 1.
    covered: Floats
    covers: Floats
    agreement: Floats
    # Classes of the legal forms, 0 where none is stated.
    payee_form: Ints
    register_form: Ints
    same_unit: Flags
    same_district: Flags
    same_area: Flags
    postcodes_known: Flags
    # Whether the name was current (0), of another time (1) or of another kind (2) on the day of
    # payment; whether it is known to be of another time; whether its entry was not on the register.
    kind: Ints
    of_another_time: Flags
    out_of_time: Flags

    @property
    def forms_agree(self) -> Flags:
        """Whether both sides state a legal form, and the same."""
        return self._forms_stated & equals(self.payee_form, self.register_form)

    @property
    def forms_differ(self) -> Flags:
        """Whether both sides state a legal form, and different ones."""
        return self._forms_stated & ~equals(self.payee_form, self.register_form)

    @property
    def _forms_stated(self) -> Flags:
        return (self.payee_form > 0) & (self.register_form > 0)

    def columns_of(self, pairs: Ints) -> dict[str, Any]:
        """Every field, its rows of some pairs only."""
        columns = {field.name: getattr(self, field.name) for field in fields(Candidates)}
        for name, column in columns.items():
            if isinstance(column, np.ndarray):
                columns[name] = column[pairs]
        return columns | {"wording": self.wording.take(pairs)}


@dataclass
class Contenders(Candidates):
    """The likeliest entries of each payee, the likeliest first, of each the name that speaks most
    for it. Features are taken over these."""

    # Of each pair by its rough score: place among the payee's own (from 0), distance behind the
    # first, distance before the next.
    rank: Ints
    behind: Floats
    lead: Floats
    # How many entries of the payee's have its letters, or its initials.
    sharing_letters: Ints
    sharing_initials: Ints

    @cached_property
    def payee_left(self) -> Floats:
        """Weight of the payee's words that the register's name has not; 0 of the same letters."""
        left = self.wording.payee_total - self.wording.payee_agreed
        left[self.same_letters] = 0
        return left

    @cached_property
    def register_left(self) -> Floats:
        """Weight of the register's words that the payee's name has not; 0 of the same letters."""
        left = self.wording.register_total - self.wording.register_agreed
        left[self.same_letters] = 0
        return left

    @cached_property
    def spelling(self) -> Spelling:
        """How alike both names are letter by letter."""
        return spelling_of(self.search, self.form, self.register.take(pa.array(self.name)))

    def unless_same_letters(self, column: npt.NDArray[Any], otherwise: float = 0) -> Floats:
        """A column where the letters differ; what it says of names that are the same in spite of
        their words is of no use."""
        return np.where(self.same_letters, otherwise, column)


def compare(
    search: Search,
    hits: Hits,
    entries: Entries,
    register: pa.Array,
    postcodes: Hashes,
    days: Ints,
) -> Candidates:
    """Compare every pair that a search found, as far as that is cheap.

    Parameters are those of :func:`localwealth.matching.features.measure`.
    """
    index, form, name = search.index, hits.form, hits.name
    payee = search.forms.source[form]
    entry = index.entry[name].astype(np.int64)
    agreement = agreement_of(search, form, name)
    same = index.key[name] == search.words.key[form]
    covered = np.where(same, 1.0, agreement.payee_agreed / np.maximum(agreement.payee_total, 1e-6))
    covers = np.where(
        same, 1.0, agreement.register_agreed / np.maximum(agreement.register_total, 1e-6)
    )
    unit, district, area, both_known = near_each_other(postcodes[payee], entries.postcode[entry])
    day = days[payee]
    kind, of_another_time = kind_on(index, name, day)
    return Candidates(
        search=search,
        entries=entries,
        register=register,
        form=form,
        name=name,
        payee=payee,
        entry=entry,
        how=search.forms.how[form],
        wording=agreement,
        same_letters=same,
        by_initials=_by_initials(search, form, name),
        covered=covered,
        covers=covers,
        agreement=2 * covered * covers / np.maximum(covered + covers, 1e-6),
        payee_form=search.words.legal[form],
        register_form=index.legal[name],
        same_unit=unit,
        same_district=district,
        same_area=area,
        postcodes_known=both_known,
        kind=kind,
        of_another_time=of_another_time,
        out_of_time=_out_of_time(entries, entry, day),
    )


def _by_initials(search: Search, form: Ints, name: Ints) -> Flags:
    """Which pairs the search brought because one is the other's initials."""
    size, initials = search.index.names, search.initials
    return np.isin(form * size + name, initials.form * size + initials.name)


def _out_of_time(entries: Entries, entry: Ints, day: Ints) -> Flags:
    """Whether entries were not on the register on days of payment, where the day is known."""
    not_begun = entries.begun[entry] > day + GRACE
    return (day >= 0) & (not_begun | (entries.ended[entry] < day - ENDED_GRACE))


def kind_on(index: Index, name: Ints, day: Ints) -> tuple[Ints, Flags]:
    """Whether names were current (0), of another time (1) or another kind (2) on days of payment,
    and which are known to be of another time.

    Where the day is known, a former name that was still borne is current, and a current one that
    was not taken yet is of another time; a month's grace either way. Of one name that two bodies
    bore one after the other, so, the one is meant that bore it then.
    """
    kind = index.kind[name]
    since, until = index.since[name], index.until[name]
    known = (day >= 0) & ((kind == 0) | ((kind == 1) & (until < NEVER)))
    apart = known & ((since > day + GRACE) | (until < day - GRACE))
    return np.where(known, apart, kind).astype(np.int8), apart

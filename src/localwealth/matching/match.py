"""The front door of matching: a table of payees in, a table of decisions out.

Pure: the same payees, store and model give the same answer, whatever stands beside them in the
table; so a table may be cut up and matched in parts, on several machines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from localwealth.matching import features
from localwealth.matching.features import Pairs
from localwealth.matching.model import Model, shipped
from localwealth.matching.reasons import in_words
from localwealth.matching.search import Hits, Search
from localwealth.registers.entries import Entries
from localwealth.registers.hashing import THREADS, Floats, Ints, runs
from localwealth.registers.ids import company_number
from localwealth.registers.index import Index, load_names
from localwealth.registers.postcodes import pack_postcodes
from localwealth.sources.payees import not_looked_up
from localwealth.tables import dates

BATCH = 10_000
NO_MATCH, NOT_LOOKED_UP = "no match", "not looked up"
# What is said where no name of the register speaks: by what somebody was found, and why.
_GIVEN, _BARRED, _NOBODY = range(3)
_HOW = ("number given", NOT_LOOKED_UP, NO_MATCH)
_WHY = ("the publisher gives its number", "a person, or redacted", "no entry has a name like it")


@dataclass
class Matcher:
    """An open register, ready to be asked."""

    index: Index
    entries: Entries
    names: pa.Array
    model: Model

    @classmethod
    def open(cls, folder: Path, model: Model | None = None) -> Matcher:
        """Open the index in a store's folder (``store/index``)."""
        return cls(Index.load(folder), Entries.load(folder), load_names(folder), model or shipped())

    def match(self, payees: pa.Table, say: Callable[[int, int], None] | None = None) -> pa.Table:
        """Decide for each payee which entry it is, or that none is sure enough.

        Parameters
        ----------
        payees
            ``name``, and where known ``postcode``, ``paid`` (a date: the register is read as it was
            then), ``number`` (an org-id or a company number that the publisher gives).
        say
            Told how many payees of how many are done.

        Returns
        -------
        One row a payee, in their order: ``entry`` (null for no match), ``probability`` (of the
        likeliest entry, matched or not), ``likeliest`` (that entry), ``matched_name``, ``method``
        and ``reasons``.
        """
        starts = range(0, len(payees), BATCH)
        if len(starts) < 2:
            return self._batch(payees)
        parts = []
        # While one part waits for memory the other computes: numpy lets go of the interpreter.
        with ThreadPoolExecutor(THREADS) as pool:
            answers = pool.map(lambda start: self._batch(payees.slice(start, BATCH)), starts)
            for start, part in zip(starts, answers, strict=True):
                parts.append(part)
                if say:
                    say(min(start + BATCH, len(payees)), len(payees))
        return pa.concat_tables(parts)

    def candidates(self, payees: pa.Table) -> tuple[Search, Hits, Pairs]:
        """What the payees may be, before anything is decided."""
        size = len(payees)
        empty = pa.chunked_array([pa.nulls(size, pa.large_string())])
        codes = payees["postcode"] if "postcode" in payees.column_names else empty
        postcodes = pack_postcodes(codes.combine_chunks())
        names = [name or "" for name in payees["name"].to_pylist()]
        search = Search(self.index, names, self.entries, postcodes)
        hits = search.hits()
        pairs = features.measure(search, hits, self.entries, self.names, postcodes, _days(payees))
        return search, hits, pairs

    def _batch(self, payees: pa.Table) -> pa.Table:
        size = len(payees)
        search, _, pairs = self.candidates(payees)
        probability = self.model.probability(pairs.values)
        first = likeliest_pairs(pairs.payee, probability)
        likeliest = np.full(size, -1, np.int64)
        chance = np.zeros(size)
        best = np.full(size, -1, np.int64)
        likeliest[pairs.payee[first]] = pairs.entry[first]
        chance[pairs.payee[first]] = probability[first]
        best[pairs.payee[first]] = first
        by_number = self._given(payees)
        # Nobody is looked up who must not be named.
        barred = np.array(not_looked_up(payees["name"].combine_chunks()), bool)
        entry = np.where((chance >= self.model.threshold) & ~barred, likeliest, -1)
        entry = np.where(by_number >= 0, by_number, entry)
        is_said = (by_number < 0) & ~barred & (best >= 0)
        nearest = best[is_said]
        is_former = self.index.kind[pairs.name[nearest]] == 1
        methods, reasons, which = in_words(
            pairs.values[nearest], search.forms.how[pairs.form[nearest]], is_former
        )
        # Of each payee: the name that was matched or came nearest, by what, and why.
        name = np.zeros(size, np.int64)
        name[is_said] = pairs.name[nearest]
        why = np.where(by_number >= 0, _GIVEN, np.where(barred, _BARRED, _NOBODY))
        why[is_said] = which + len(_WHY)
        method = np.where(is_said & (entry < 0), _NOBODY, why)
        return pa.table(
            {
                "entry": pa.array(entry, pa.int64(), mask=entry < 0),
                "probability": pa.array(np.where(by_number >= 0, 1.0, chance)),
                "likeliest": pa.array(likeliest, pa.int64(), mask=likeliest < 0),
                "matched_name": self.names.take(pa.array(name, mask=~is_said)).cast(pa.string()),
                "method": pa.array([*_HOW, *methods], pa.string()).take(pa.array(method)),
                "reasons": pa.array([*_WHY, *reasons], pa.string()).take(pa.array(why)),
            }
        )

    def _given(self, payees: pa.Table) -> Ints:
        if "number" not in payees.column_names:
            return np.full(len(payees), -1, np.int64)
        numbers = [(number or "").strip() for number in payees["number"].to_pylist()]
        given = [at for at, number in enumerate(numbers) if number]
        entry = np.full(len(payees), -1, np.int64)
        entry[given] = self.entries.find(
            [
                number if number.startswith(("GB-", "XI-")) else f"GB-COH-{company_number(number)}"
                for number in filter(None, numbers)
            ]
        )
        return entry


def likeliest_pairs(payee: Ints, probability: Floats) -> Ints:
    """The row of each payee's likeliest pair, of equal ones the first; payees stand in order."""
    if not len(payee):
        return payee
    start = np.flatnonzero(runs(payee))
    most = np.maximum.reduceat(probability, start)
    best = np.flatnonzero(probability == np.repeat(most, np.diff(np.append(start, len(payee)))))
    return best[runs(payee[best])]


def payees_of(rows: Sequence[Mapping[str, str]]) -> pa.Table:
    """Rows of text with ``supplier_name``, and maybe ``postcode``, ``paid`` and ``number``."""
    further = {
        name: [row.get(name) or "" for row in rows] for name in ("postcode", "paid", "number")
    }
    return payees_of_columns({"supplier_name": [row["supplier_name"] for row in rows], **further})


def payees_of_columns(columns: Mapping[str, Sequence[str]]) -> pa.Table:
    """Columns of text: ``supplier_name``, and maybe ``postcode``, ``paid`` and ``number``."""
    names = columns["supplier_name"]
    unknown = [""] * len(names)
    postcodes, paid, numbers = (
        columns.get(name, unknown) for name in ("postcode", "paid", "number")
    )
    days = [dates.days(text) if text else None for text in paid]
    return pa.table(
        {
            "name": pa.array(names, pa.string()),
            "postcode": pa.array([text or None for text in postcodes], pa.string()),
            "number": pa.array([text or None for text in numbers], pa.string()),
            "paid": pa.array([span.last if span else None for span in days], pa.date32()),
        }
    )


def _days(payees: pa.Table) -> Ints:
    if "paid" not in payees.column_names:
        return np.full(len(payees), -1, np.int64)
    zero = date(1970, 1, 1)
    return np.array(
        [(day - zero).days if day else -1 for day in payees["paid"].to_pylist()], np.int64
    )

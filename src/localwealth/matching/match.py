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
from localwealth.matching.reasons import method_of, reasons_of, rows_of
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
        has_candidate = best >= 0
        # Of each payee that may be somebody, which of them it is.
        nearest, place = best[has_candidate], (np.cumsum(has_candidate) - 1).tolist()
        # Plain figures: to ask an array for one takes longer than all that is made of it.
        texts = self.names.take(pa.array(pairs.name[nearest])).to_pylist()
        is_former = (self.index.kind[pairs.name[nearest]] == 1).tolist()
        how = search.forms.how[pairs.form[nearest]].tolist()
        rows = rows_of(pairs.values[nearest])
        # Of each payee: the name that was matched or came nearest, by what, and why.
        answers: list[tuple[str | None, str, str]] = []
        for at in range(size):
            if by_number[at] >= 0:
                answers.append((None, "number given", "the publisher gives its number"))
            elif barred[at]:
                answers.append((None, NOT_LOOKED_UP, "a person, or redacted"))
            elif best[at] < 0:
                answers.append((None, NO_MATCH, "no entry has a name like it"))
            else:
                which = place[at]
                method = NO_MATCH
                if entry[at] >= 0:
                    method = method_of(rows[which], how[which], is_former[which])
                why = reasons_of(rows[which], is_former[which])
                answers.append((texts[which], method, why))
        names, methods, reasons = zip(*answers, strict=True) if answers else ((), (), ())
        return pa.table(
            {
                "entry": pa.array(entry, pa.int64(), mask=entry < 0),
                "probability": pa.array(np.where(by_number >= 0, 1.0, chance)),
                "likeliest": pa.array(likeliest, pa.int64(), mask=likeliest < 0),
                "matched_name": pa.array(names, pa.string()),
                "method": pa.array(methods, pa.string()),
                "reasons": pa.array(reasons, pa.string()),
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
    days = [dates.days(row.get("paid") or "") for row in rows]
    return pa.table(
        {
            "name": pa.array([row["supplier_name"] for row in rows], pa.string()),
            "postcode": pa.array([row.get("postcode") or None for row in rows], pa.string()),
            "number": pa.array([row.get("number") or None for row in rows], pa.string()),
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

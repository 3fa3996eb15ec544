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
import numpy.typing as npt
import pyarrow as pa

from localwealth.matching import features
from localwealth.matching.features import NAMES, Pairs
from localwealth.matching.forms import WHOLE
from localwealth.matching.model import Model, shipped
from localwealth.matching.search import Hits, Search
from localwealth.registers.entries import Entries
from localwealth.registers.ids import company_number
from localwealth.registers.index import Index, load_names
from localwealth.registers.names import THREADS, Ints, runs
from localwealth.registers.postcodes import pack_postcodes
from localwealth.sources import values
from localwealth.sources.payees import not_looked_up

BATCH = 10_000
_AT = {name: place for place, name in enumerate(NAMES)}


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
        order = np.lexsort((-probability, pairs.payee))
        first = order[runs(pairs.payee[order])]
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
        texts = np.full(size, None, object)
        texts[has_candidate] = self.names.take(
            pa.array(pairs.name[best[has_candidate]])
        ).to_pylist()
        names: list[str | None] = []
        methods: list[str] = []
        reasons: list[str] = []
        for at in range(size):
            if by_number[at] >= 0:
                names.append(None)
                methods.append("number given")
                reasons.append("the publisher gives its number")
            elif barred[at]:
                names.append(None)
                methods.append("not looked up")
                reasons.append("a person, or redacted")
            elif best[at] < 0:
                names.append(None)
                methods.append("no match")
                reasons.append("no entry has a name like it")
            else:
                row = pairs.values[best[at]]
                is_former = bool(self.index.kind[pairs.name[best[at]]] == 1)
                names.append(texts[at])
                methods.append(
                    _method(row, search, int(pairs.form[best[at]]), is_former)
                    if entry[at] >= 0
                    else "no match"
                )
                reasons.append(_reasons(row, is_former))
        return pa.table(
            {
                "entry": pa.array(entry, pa.int64(), mask=entry < 0),
                "probability": pa.array(np.where(by_number >= 0, 1.0, chance)),
                "likeliest": pa.array(likeliest, pa.int64(), mask=likeliest < 0),
                "matched_name": pa.array(names, pa.string()),
                "method": methods,
                "reasons": reasons,
            }
        )

    def _given(self, payees: pa.Table) -> Ints:
        if "number" not in payees.column_names:
            return np.full(len(payees), -1, np.int64)
        numbers = [(number or "").strip() for number in payees["number"].to_pylist()]
        ids = [
            number if number.startswith(("GB-", "XI-")) else f"GB-COH-{company_number(number)}"
            for number in numbers
        ]
        return self.entries.find(ids)


def payees_of(rows: Sequence[Mapping[str, str]]) -> pa.Table:
    """Rows of text with ``supplier_name``, and maybe ``postcode``, ``paid`` and ``number``."""
    days = [values.days(row.get("paid") or "") for row in rows]
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


def _method(row: npt.NDArray[np.float32], search: Search, form: int, is_former: bool) -> str:
    """By what a match was found: one tag."""
    if search.forms.how[form] != WHOLE:
        part = "part of the name"
        return part + ", same letters" if row[_AT["same letters"]] else part
    if row[_AT["same letters"]]:
        if row[_AT["former name"]]:
            return "former name" if is_former else "later name"
        return "other name" if row[_AT["other name"]] else "same name"
    return "initials" if row[_AT["its initials"]] else "like name"


def _reasons(row: npt.NDArray[np.float32], is_former: bool) -> str:
    """What speaks for and against, in words, for whoever reviews it."""
    reasons = []
    if row[_AT["same letters"]]:
        reasons.append("same letters")
    elif row[_AT["its initials"]]:
        reasons.append("its initials")
    else:
        reasons.append(
            f"{row[_AT['covered']]:.0%} of its words, {row[_AT['covers']]:.0%} of the register's"
        )
        if row[_AT["share of words meant otherwise"]] > 0:
            reasons.append("spelt or shortened otherwise")
    if is_former and not row[_AT["former name"]]:
        reasons.append("its name on that day, a former one now")
    for name, sentence in (
        ("former name", "a former name" if is_former else "a name that it took later"),
        ("other name", "a trading or other name"),
        ("same postcode", "same postcode"),
        ("legal forms differ", "another legal form"),
        ("numbers differ", "other numbers in the name"),
        ("ended or not yet begun", "not on the register on that day"),
    ):
        if row[_AT[name]]:
            reasons.append(sentence)
    if row[_AT["postcode given"]] and not row[_AT["same area"]]:
        reasons.append("postcode of another area")
    if row[_AT["rank"]] == 0 and row[_AT["lead over the next"]] < 0.03:
        reasons.append("another entry is about as like")
    if row[_AT["entries of the same initials"]] > 1:
        reasons.append(
            f"{int(row[_AT['entries of the same initials']])} entries have these initials"
        )
    if row[_AT["entries of the same letters"]] > 1:
        reasons.append(f"{int(row[_AT['entries of the same letters']])} entries have these letters")
    return "; ".join(reasons)

"""What speaks for and against one name of a register being a payee's: one row of numbers a pair.

Each feature is a function that says in its docstring what it speaks for: of the words
(``by_words``), the letters (``by_letters``), what is said beside the name (``by_register``) and the
payee's other contenders (``by_rivals``). A new one is such a function, its name at the end of
:data:`NAMES`, and a model fitted anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from localwealth.matching.features import by_letters, by_register, by_rivals, by_words
from localwealth.matching.features.candidates import compare
from localwealth.matching.features.registry import FEATURES
from localwealth.matching.features.rough import closest
from localwealth.matching.search import Hits, Search
from localwealth.registers.entries import Entries
from localwealth.registers.hashing import Hashes, Ints

__all__ = ["NAMES", "Pairs", "by_letters", "by_register", "by_rivals", "by_words", "measure"]

# In the order in which models hold them, so that one fitted before stays of use: new ones go to the
# end.
NAMES = (
    "covered",
    "covers",
    "agreement",
    "weight agreed",
    "weight of the payee's own",
    "weight of the register's own",
    "heaviest of the payee's own",
    "heaviest of the register's own",
    "same letters",
    "legal forms differ",
    "legal forms agree",
    "payee states a form",
    "register states a form",
    "former name",
    "other name",
    "same postcode",
    "same district",
    "same area",
    "postcode given",
    "letters alike",
    "words alike",
    "parts alike",
    "first word agrees",
    "numbers differ",
    "before trading-as",
    "after trading-as",
    "before a tail",
    "after a tail",
    "inside brackets",
    "words of the payee",
    "words of the register",
    "words agreed",
    "unknown words",
    "letters of the payee",
    "lead over the next",
    "behind the best",
    "rank",
    "entries of the same letters",
    "share of words meant otherwise",
    "one word only",
    "ended or not yet begun",
    "agreed and little else",
    "both fully covered",
    "close to the next",
    "little weight",
    "very little weight",
    "size of the register",
    "its initials",
    "entries of the same initials",
    "how surely words are meant",
    "payee's own but for fillers and idle words",
    "register's own but for fillers",
    "letters alike in order",
    "cut and begins so",
    "idle tail",
    "entries at the same postcode",
    "before more",
    "letters alike in order, over the best rival's",
    "weight agreed, over the best rival's",
    "legal forms agree, over the best rival's",
    "same postcode, over the best rival's",
    "begins with a surname",
    "a surname near its beginning",
)


@dataclass
class Pairs:
    """The entries that a payee may be, the likeliest first: ``payee``, ``entry``, the ``form`` and
    ``name`` that brought it, and ``values`` (a row a pair, a column for each of :data:`NAMES`)."""

    payee: Ints
    entry: Ints
    form: Ints
    name: Ints
    values: npt.NDArray[np.float32]


def measure(
    search: Search,
    hits: Hits,
    entries: Entries,
    register: pa.Array,
    postcodes: Hashes,
    days: Ints,
) -> Pairs:
    """Measure the pairs found, and keep the likeliest entries of each payee.

    Parameters
    ----------
    search, hits
        What was looked up, and the pairs that it brought.
    entries
        Of the index's entries.
    register
        The text of the index's names.
    postcodes, days
        Of each payee: packed postcode (0 unknown), and day of payment since 1970 (-1 unknown).
    """
    candidates = compare(search, hits, entries, register, postcodes, days)
    pairs = closest(candidates, payees=len(postcodes))
    columns = [np.asarray(FEATURES[name](pairs), np.float32) for name in NAMES]
    values = np.column_stack(columns).reshape(len(pairs.form), len(NAMES))
    return Pairs(pairs.payee, pairs.entry, pairs.form, pairs.name, values)

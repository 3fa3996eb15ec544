"""What speaks for and against one name of a register being a payee's: one row of numbers a pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from localwealth.matching import names as text
from localwealth.matching.index import NEVER, Entries, Index, near_each_other, ranges
from localwealth.matching.names import Flags, Floats, Hashes, Ints
from localwealth.matching.search import (
    AFTER_TAIL,
    AFTER_TRADING,
    BEFORE_TAIL,
    BEFORE_TRADING,
    INSIDE,
    WHOLE,
    Found,
    Search,
)

# Entries of a payee that are looked at closely.
CLOSE = 5
# Words weigh as they would among so many names at least: a word that stands once in a register of a
# thousand says no less than one that stands once among half a million.
LIKE_NAMES = 580_000

NAMES = (
    "covered", "covers", "agreement", "weight agreed", "weight of the payee's own", "weight of the register's own",
    "heaviest of the payee's own", "heaviest of the register's own", "same letters", "legal forms differ",
    "legal forms agree", "payee states a form", "register states a form", "former name", "other name", "same postcode",
    "same district", "same area", "postcode given", "letters alike", "words alike", "parts alike", "first word agrees",
    "numbers differ", "before trading-as", "after trading-as", "before a tail", "after a tail", "inside brackets",
    "words of the payee", "words of the register", "words agreed", "unknown words", "letters of the payee", "lead over the next",
    "behind the best", "rank", "entries of the same letters", "share of words meant otherwise", "one word only", "ended or not yet begun",
    "agreed and little else", "both fully covered", "close to the next", "little weight", "very little weight",
    "size of the register", "its initials", "entries of the same initials",
)  # fmt: skip


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
    search: Search, found: Found, entries: Entries, register: pa.Array,
    postcodes: Hashes, days: Ints,
) -> Pairs:  # fmt: skip
    """Measure the pairs found, and keep the likeliest entries of each payee.

    Parameters
    ----------
    register
        The text of the index's names.
    postcodes, days
        Of each payee: packed postcode (0 unknown), and day of payment since 1970 (-1 unknown).
    """
    index, forms = search.index, search.forms
    form, name = found.form, found.name
    payee = forms.source[form]
    words = _words(search, form, name)
    same = index.key[name] == search.words.key[form]
    initials = np.isin(
        form * index.names + name, search.initials.form * index.names + search.initials.name
    )
    covered = np.where(same, 1.0, words.payee_agreed / np.maximum(words.payee_total, 1e-6))
    covers = np.where(same, 1.0, words.register_agreed / np.maximum(words.register_total, 1e-6))
    agreement = 2 * covered * covers / np.maximum(covered + covers, 1e-6)
    own_legal, its_legal = search.words.legal[form], index.legal[name]
    stated = (own_legal > 0) & (its_legal > 0)
    how = forms.how[form]
    entry = index.entry[name].astype(np.int64)
    near = near_each_other(postcodes[payee], entries.postcode[entry])
    day = days[payee]
    kind, apart = kind_on(index, name, day)
    # Two years of grace, as bodies pay late and registers are read early.
    out_of_time = (day >= 0) & (
        (entries.begun[entry] > day + 31) | (entries.ended[entry] < day - 730)
    )  # fmt: skip
    rough = (
        agreement + 0.12 * near[0] + 0.04 * near[1] - 0.03 * (near[3] & ~near[2]) + 0.02 * (stated & (own_legal == its_legal))
        - 0.06 * (stated & (own_legal != its_legal)) - 0.01 * (kind > 0) + 0.04 * same - 0.04 * (how != WHOLE)
        - 0.06 * (words.register_agreed < 9) - 0.06 * (words.register_agreed < 6) - 0.3 * out_of_time - 0.1 * apart + 0.5 * initials
    )  # fmt: skip
    # One pair an entry: the best.
    order = np.lexsort((-rough, entry, payee))
    first = order[text.runs(payee[order] * (int(entry.max(initial=0)) + 1) + entry[order])]
    first = first[np.lexsort((-rough[first], payee[first]))]
    start = np.searchsorted(payee[first], payee[first], "left")
    rank = np.arange(len(first)) - start
    # A name that was not borne on that day is nobody's rival.
    alike = np.bincount(payee[first], (same & ~apart)[first], len(postcodes))[payee[first]]
    sharing = np.bincount(payee[first], initials[first], len(postcodes))[payee[first]]
    best = rough[first[start]] if len(first) else np.zeros(0)
    following = np.append(rough[first[1:]], 0.0) if len(first) else np.zeros(0)
    if len(first):
        following[np.append(payee[first][1:] != payee[first][:-1], True)] = 0.0
    keep = rank < CLOSE
    at = first[keep]
    asked, which = np.unique(form[at], return_inverse=True)
    plain = _plain([forms.text[one] for one in asked.tolist()])
    plain_own = [plain[one] for one in which.tolist()]
    its = register.take(pa.array(name[at])).to_pylist()
    plain_its = _plain(its)

    def alikeness(scorer: Any, full: float) -> Floats:
        made = process.cpdist(plain_own, plain_its, scorer=scorer, dtype=np.float32, workers=text.THREADS)  # fmt: skip
        return np.asarray(made, np.float32) / np.float32(full)

    lead = rough[at] - following[keep]
    agreed, rest_own = words.register_agreed[at], (words.payee_total - words.payee_agreed)[at]
    rest_its = (words.register_total - words.register_agreed)[at]
    rest_own[same[at]] = rest_its[same[at]] = 0
    columns = [
        covered[at], covers[at], agreement[at], agreed, rest_own, rest_its,
        np.where(same[at], 0, words.payee_heaviest[at]), np.where(same[at], 0, words.register_heaviest[at]), same[at],
        (stated & (own_legal != its_legal))[at], (stated & (own_legal == its_legal))[at], own_legal[at] > 0, its_legal[at] > 0,
        kind[at] == 1, kind[at] == 2, near[0][at], near[1][at], near[2][at], near[3][at],
        alikeness(JaroWinkler.similarity, 1), alikeness(fuzz.token_sort_ratio, 100), alikeness(fuzz.partial_ratio, 100),
        words.first_agrees[at] | same[at], _digits_differ(plain_own, plain_its), how[at] == BEFORE_TRADING, how[at] == AFTER_TRADING,
        how[at] == BEFORE_TAIL, how[at] == AFTER_TAIL, how[at] == INSIDE,
        np.minimum(words.payee_count[at], 8), np.minimum(words.register_count[at], 8), np.minimum(words.agreed_count[at], 8),
        np.minimum(words.unknown[at], 3), np.minimum([len(forms.text[one]) for one in form[at].tolist()], 60), lead, best[keep] - rough[at], rank[keep],
        np.minimum(alike[keep], 5), words.otherwise[at], words.payee_count[at] <= 1, out_of_time[at],
        (agreed > 8) & (rest_own < 4) & (rest_its < 4), (covered[at] > 0.999) & (covers[at] > 0.999),
        (lead < 0.03) & (rank[keep] == 0), agreed < 14, agreed < 9,
        np.full(len(at), np.log10(max(index.names, 10))), initials[at],
        np.where(initials[at], np.minimum(sharing[keep], 20), 0),
    ]  # fmt: skip
    values = np.column_stack([np.asarray(one, np.float32) for one in columns])
    return Pairs(payee[at], entry[at], form[at], name[at], values.reshape(len(at), len(NAMES)))


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
    apart = known & ((since > day + 31) | (until < day - 31))
    return np.where(known, apart, kind).astype(np.int8), apart


@dataclass
class _Agreed:
    """For each pair: the weight of words on both sides, and what of it the other side has."""

    payee_total: Floats
    payee_agreed: Floats
    payee_heaviest: Floats
    payee_count: Ints
    register_total: Floats
    register_agreed: Floats
    register_heaviest: Floats
    register_count: Ints
    agreed_count: Ints
    unknown: Ints
    otherwise: Floats
    first_agrees: Flags


def _words(search: Search, form: Ints, name: Ints) -> _Agreed:
    index, meant = search.index, search.meant
    pairs, size = len(form), len(index.vocabulary)
    # Every word of the register's name, against all that the payee's words may stand for.
    scale = max(1.0, float(np.log(LIKE_NAMES) / np.log(max(index.names, 10))))
    start = index.name_start
    pair, at = ranges(start[name], start[name + 1])
    word = index.name_word[at].astype(np.int64)
    key = meant.row * size + meant.word
    order = np.lexsort((-meant.quality, key))
    key = key[order]
    wanted = form[pair] * size + word
    place = np.minimum(np.searchsorted(key, wanted), max(len(key) - 1, 0))
    hit = key[place] == wanted if len(key) else np.zeros(len(wanted), bool)
    source = order[place] if len(key) else place
    quality = np.where(hit, meant.quality[source], 0) if len(key) else np.zeros(len(wanted))
    weight = scale * index.weight[word].astype(np.float64)
    # Every word of the payee's, whether the name has something that it stands for.
    words = search.words
    own_start = np.searchsorted(words.row, np.arange(len(search.forms.text) + 1))
    own_pair, own_at = ranges(own_start[form], own_start[form + 1])
    met = np.zeros(len(own_at), bool)
    base = np.cumsum(own_start[form + 1] - own_start[form]) - (
        own_start[form + 1] - own_start[form]
    )
    met_quality = np.zeros(len(own_at))
    if len(key):
        of = meant.of[source[hit]]
        slot = base[pair[hit]] + (of - own_start[form[pair[hit]]])
        met[slot] = True
        np.maximum.at(met_quality, slot, meant.quality[source[hit]])
    own_weight = scale * search.word_weight[own_at].astype(np.float64)

    def total(group: Ints, values: npt.NDArray[np.generic]) -> Floats:
        made: Floats = np.bincount(group, weights=values, minlength=pairs).astype(np.float64)
        return made

    payee_heaviest, register_heaviest = np.zeros(pairs), np.zeros(pairs)
    np.maximum.at(payee_heaviest, own_pair[~met], own_weight[~met])
    np.maximum.at(register_heaviest, pair[~hit], weight[~hit])
    agreed_count = total(own_pair, met)
    first = np.zeros(pairs, bool)
    leads = base[own_start[form + 1] > own_start[form]]
    first[own_start[form + 1] > own_start[form]] = met[leads] if len(leads) else False
    return _Agreed(
        payee_total=total(own_pair, own_weight), payee_agreed=total(own_pair, own_weight * met),
        payee_heaviest=payee_heaviest, payee_count=(own_start[form + 1] - own_start[form]),
        register_total=total(pair, weight), register_agreed=total(pair, weight * quality),
        register_heaviest=register_heaviest, register_count=start[name + 1] - start[name],
        agreed_count=agreed_count.astype(np.int64),
        unknown=total(own_pair, search.unknown[own_at]).astype(np.int64),
        otherwise=total(own_pair, met & (met_quality < 1)) / np.maximum(agreed_count, 1),
        first_agrees=first,
    )  # fmt: skip


# Signs that part words, and such as vanish.
_PARTING = bytes.maketrans(b"(),-/", b"     ")
_VANISHING = b".'"


def _plain(texts: list[str]) -> list[str]:
    """Names in capitals without signs, legal forms and a leading THE."""
    if not texts:
        return []
    # All at once and by way of bytes, which change many times as fast as text.
    whole = "\0".join(one.replace("\0", " ") for one in texts).upper()
    whole = whole.replace("&", " AND ").replace("’", "")
    lines = whole.encode().translate(_PARTING, _VANISHING).decode().split("\0")
    out = []
    for line in lines:
        words = line.split()
        while len(words) > 1 and words[-1] in text.LEGAL:
            words.pop()
        if len(words) > 1 and words[0] == "THE":
            del words[0]
        out.append(" ".join(words))
    return out


def _digits_differ(own: list[str], its: list[str]) -> Flags:
    """Whether both have numbers, and other ones: 12 ABBEY ROAD is not 14 ABBEY ROAD."""
    out = np.zeros(len(own), bool)
    for at in np.flatnonzero(_has_digit(own) & _has_digit(its)).tolist():
        one, other = own[at].split(), its[at].split()
        out[at] = {w for w in one if w.isdigit()} != {w for w in other if w.isdigit()}
    return out


def _has_digit(texts: list[str]) -> Flags:
    letters, start = text.buffer(pa.array(texts, pa.large_string()))
    digits = np.concatenate([[0], np.cumsum((letters >= ord("0")) & (letters <= ord("9")))])
    return np.asarray(digits[start[1:]] > digits[start[:-1]])

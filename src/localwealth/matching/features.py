"""What speaks for and against one name of a register being a payee's: one row of numbers a pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from localwealth.matching import names as text
from localwealth.matching.index import NEVER, Entries, Index, near_each_other, ranges
from localwealth.matching.names import Flags, Floats, Hashes, Ints
from localwealth.matching.search import (
    AFTER_TAIL,
    AFTER_TRADING,
    BEFORE_MORE,
    BEFORE_TAIL,
    BEFORE_TRADING,
    INSIDE,
    WHOLE,
    Found,
    Search,
)

# Entries of a payee that are looked at closely.
CLOSE = 5
# What is set beside what the best of a payee's other entries has.
RIVALLED = ("letters alike in order", "weight agreed", "legal forms agree", "same postcode")
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
    "size of the register", "its initials", "entries of the same initials", "how surely words are meant",
    "payee's own but for fillers and idle words", "register's own but for fillers", "letters alike in order", "cut and begins so", "idle tail",
    "entries at the same postcode", "before more",
    "letters alike in order, over the best rival's", "weight agreed, over the best rival's",
    "legal forms agree, over the best rival's", "same postcode, over the best rival's", "begins with a surname", "a surname near its beginning",
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
        - 0.06 * (words.register_agreed < 9) - 0.06 * (words.register_agreed < 6) - 0.3 * out_of_time - 0.1 * apart + 0.8 * initials
    )  # fmt: skip
    order = _in_order(payee, entry, rough)
    first = order.pair
    # A name that was not borne on that day is nobody's rival.
    alike = np.bincount(payee[first], (same & ~apart)[first], len(postcodes))[payee[first]]
    sharing = np.bincount(payee[first], initials[first], len(postcodes))[payee[first]]
    keep = order.rank < CLOSE
    at, rank, lead = first[keep], order.rank[keep], order.lead[keep]
    agreed, rest_own = words.register_agreed[at], (words.payee_total - words.payee_agreed)[at]
    rest_its = (words.register_total - words.register_agreed)[at]
    rest_own[same[at]] = rest_its[same[at]] = 0
    columns = {
        "covered": covered[at], "covers": covers[at], "agreement": agreement[at], "weight agreed": agreed,
        "weight of the payee's own": rest_own, "weight of the register's own": rest_its,
        "heaviest of the payee's own": np.where(same[at], 0, words.payee_heaviest[at]),
        "heaviest of the register's own": np.where(same[at], 0, words.register_heaviest[at]), "same letters": same[at],
        "legal forms differ": (stated & (own_legal != its_legal))[at], "legal forms agree": (stated & (own_legal == its_legal))[at],
        "payee states a form": own_legal[at] > 0, "register states a form": its_legal[at] > 0,
        "former name": kind[at] == 1, "other name": kind[at] == 2,
        "same postcode": near[0][at], "same district": near[1][at], "same area": near[2][at], "postcode given": near[3][at],
        "entries at the same postcode": np.where(near[0][at], entries.crowd[entry[at]], 0),
        "first word agrees": words.first_agrees[at] | same[at],
        "before trading-as": how[at] == BEFORE_TRADING, "after trading-as": how[at] == AFTER_TRADING, "before a tail": how[at] == BEFORE_TAIL,
        "after a tail": how[at] == AFTER_TAIL, "inside brackets": how[at] == INSIDE, "before more": how[at] == BEFORE_MORE,
        "idle tail": forms.idle[form[at]],
        "words of the payee": np.minimum(words.payee_count[at], 8), "words of the register": np.minimum(words.register_count[at], 8),
        "words agreed": np.minimum(words.agreed_count[at], 8), "unknown words": np.minimum(words.unknown[at], 3),
        "one word only": words.payee_count[at] <= 1, "begins with a surname": words.surname[at] == 1, "a surname near its beginning": words.surname[at] > 0,
        "lead over the next": lead, "behind the best": order.behind[keep], "rank": rank,
        "close to the next": (lead < 0.03) & (rank == 0),
        "entries of the same letters": np.minimum(alike[keep], 5), "ended or not yet begun": out_of_time[at],
        "share of words meant otherwise": words.otherwise[at], "how surely words are meant": np.where(same[at], 1, words.surely[at]),
        "payee's own but for fillers and idle words": np.where(same[at], 0, words.payee_matter[at]),
        "register's own but for fillers": np.where(same[at], 0, words.register_matter[at]),
        "agreed and little else": (agreed > 8) & (rest_own < 4) & (rest_its < 4),
        "both fully covered": (covered[at] > 0.999) & (covers[at] > 0.999), "little weight": agreed < 14, "very little weight": agreed < 9,
        "size of the register": np.full(len(at), np.log10(max(index.names, 10))),
        "its initials": initials[at], "entries of the same initials": np.where(initials[at], np.minimum(sharing[keep], 20), 0),
        **_spelling(search, form[at], register.take(pa.array(name[at]))),
    }  # fmt: skip
    for what in RIVALLED:
        columns[f"{what}, over the best rival's"] = _over_rival(payee[at], columns[what])
    values = np.column_stack([np.asarray(columns[one], np.float32) for one in NAMES])
    return Pairs(payee[at], entry[at], form[at], name[at], values.reshape(len(at), len(NAMES)))


@dataclass
class _Order:
    """One pair an entry of each payee, the likeliest first: which ``pair``, its ``rank`` (from 0),
    how far it is ``behind`` the payee's first, and its ``lead`` over the payee's next."""

    pair: Ints
    rank: Ints
    behind: Floats
    lead: Floats


def _in_order(payee: Ints, entry: Ints, rough: Floats) -> _Order:
    order = np.lexsort((-rough, entry, payee))
    first = order[text.runs(payee[order] * (int(entry.max(initial=0)) + 1) + entry[order])]
    first = first[np.lexsort((-rough[first], payee[first]))]
    rank = text.rank(payee[first])
    start = np.arange(len(first)) - rank
    following = np.append(rough[first[1:]], 0.0)[: len(first)]
    following[np.append(text.runs(payee[first])[1:], True)[: len(first)]] = 0.0
    return _Order(
        first, rank, rough[first[start]] - rough[first],
        rough[first] - following,
    )  # fmt: skip


def _spelling(search: Search, form: Ints, names: pa.Array) -> dict[str, npt.NDArray[Any]]:
    """How alike names are letter by letter: forms of payees beside names of the register."""
    asked, which = np.unique(form, return_inverse=True)
    texts = [search.forms.text[one] for one in asked.tolist()]
    plain = _plain(pa.array(texts, pa.large_string()))
    own, length = [plain[one] for one in which.tolist()], np.array([len(one) for one in texts])
    its = _plain(names)

    def alike(scorer: Any, full: float) -> Floats:
        made = process.cpdist(own, its, scorer=scorer, dtype=np.float32, workers=text.THREADS)
        return np.asarray(made, np.float32) / np.float32(full)

    begins = np.array([one.startswith(of) for of, one in zip(own, its, strict=True)], bool)
    return {
        "letters alike": alike(JaroWinkler.similarity, 1), "words alike": alike(fuzz.token_sort_ratio, 100),
        "parts alike": alike(fuzz.partial_ratio, 100), "letters alike in order": alike(fuzz.ratio, 100),
        "cut and begins so": search.is_cut[form] & begins, "numbers differ": _digits_differ(own, its),
        "letters of the payee": np.minimum(length, 60)[which] if len(which) else np.zeros(0),
    }  # fmt: skip


def _over_rival(payee: Ints, values: npt.NDArray[Any]) -> Floats:
    """Each value less the highest of the payee's other pairs, 0 where there is no other; a payee's
    pairs stand together.

    >>> _over_rival(np.array([4, 4, 4, 9]), np.array([0.5, 0.25, 0.5, 1.0])).tolist()
    [0.0, -0.25, 0.0, 1.0]
    """
    values = values.astype(np.float64)
    start = np.flatnonzero(text.runs(payee))
    if not len(start):
        return values
    group = np.cumsum(text.runs(payee)) - 1
    best = np.maximum.reduceat(values, start)
    order = np.flatnonzero(values == best[group])
    first = order[text.runs(group[order])]
    others = values.copy()
    others[first] = 0
    second = np.maximum.reduceat(others, start)
    rival = best[group]
    rival[first] = second
    out: Floats = values - rival
    return out


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
    """For each pair: the weight of words on both sides, what of it the other side has, and how much
    of what it has not is more than a filler (``matter``)."""

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
    surely: Floats
    payee_matter: Floats
    register_matter: Floats
    first_agrees: Flags
    surname: Ints


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
    payee_agreed = total(own_pair, own_weight * met)
    passed_over = text.fillers(words.hash) | text.idle(words)
    return _Agreed(
        payee_total=total(own_pair, own_weight), payee_agreed=payee_agreed,
        payee_heaviest=payee_heaviest, payee_count=(own_start[form + 1] - own_start[form]),
        register_total=total(pair, weight), register_agreed=total(pair, weight * quality),
        register_heaviest=register_heaviest, register_count=start[name + 1] - start[name],
        agreed_count=agreed_count.astype(np.int64),
        unknown=total(own_pair, search.unknown[own_at]).astype(np.int64),
        otherwise=total(own_pair, met & (met_quality < 1)) / np.maximum(agreed_count, 1),
        surely=total(own_pair, own_weight * met_quality) / np.maximum(payee_agreed, 1e-6),
        payee_matter=total(own_pair, own_weight * ~(met | passed_over[own_at])),
        register_matter=total(pair, weight * ~(hit | text.fillers(index.vocabulary)[word])),
        first_agrees=first, surname=_surname(words, own_start)[form],
    )  # fmt: skip


def _surname(words: text.Words, start: Ints) -> Ints:
    """At which of its first three words a name has a surname, 0 if at none."""
    out = np.zeros(len(start) - 1, np.int64)
    is_surname = text.surnames(words.hash)
    for place in (2, 1, 0):
        there = start[:-1] + place < start[1:]
        out[there] = np.where(is_surname[start[:-1][there] + place], place + 1, out[there])
    return out


_FORMS_BEHIND = f"( ({'|'.join(text.LEGAL)}))+$"


def _plain(names: pa.Array) -> list[str]:
    """Names in capitals without signs, legal forms and a leading THE.

    >>> _plain(pa.array(["The Smith's (A. & B.) Co. Ltd", "Limited"], pa.large_string()))
    ['SMITHS A AND B CO', 'LIMITED']
    """
    made = pc.utf8_upper(names)
    made = pc.replace_substring(made, "&", " AND ")
    made = pc.replace_substring_regex(made, "[.'’]", "")
    made = pc.utf8_trim_whitespace(pc.replace_substring_regex(made, r"[\s(),\-/]+", " "))
    made = pc.replace_substring_regex(made, _FORMS_BEHIND, "")
    out: list[str] = pc.replace_substring_regex(made, "^THE (.)", r"\1").to_pylist()
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

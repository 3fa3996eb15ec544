"""From a payee's name to the few names of a register that it may be.

Names with the same key come first, and those whose initials are all that is said. For the others
every word becomes the words of the register that it may stand for: itself, one with one letter
other, two words written as one or one as two, an abbreviation's readings, the rest of a word that a
field has cut. Rare words lead to names by themselves and commoner ones in pairs; the names that
gather most weight are kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from rapidfuzz import process
from rapidfuzz.distance import OSA

from localwealth.matching import names as text
from localwealth.matching.index import (
    INITIALS,
    SPELT,
    Entries,
    Index,
    first_eight,
    near_each_other,
    pair_key,
    ranges,
    search_sorted,
)
from localwealth.matching.names import Flags, Floats, Hashes, Ints, Words

# Names kept for each form of a payee's name.
TOP = 8
# How finely the weights that names gather are told apart before they are put in order.
STEPS = 64
SAME_KEY_MOST = 20
# How much a word is worth that only may be meant.
MISSPELT, SPLIT, JOINED, READING, CUT = 0.85, 0.8, 0.9, 0.8, 0.8
# Fields of so many letters cut what is longer.
FIELDS = frozenset([*range(28, 33), *range(38, 41), *range(58, 61)])
QUERIES = 1_000

_TRADING = re.compile(r"\s+(?:t/as?|ta|t\.a\.|trading as|c/o)\b\.?", re.IGNORECASE)
_TAIL = re.compile(r"\s+-\s+|,\s+|\s*[\(\[](?!uk\b)", re.IGNORECASE)
_INSIDE = re.compile(r"[\(\[]([^)\]]{6,})[)\]]")
_NUMBER = re.compile(r"^\W*(?=[A-Z]*\d)[A-Z]{0,2}\d{4,8}[ \-]*(?=[A-Za-z]{3})")
_ROLE = re.compile(r"^(the )?(trustees|governors|governing body|trustee) (of|for) (the )?", re.IGNORECASE)  # fmt: skip
_CUT_FORM = re.compile(r" (?:l(?:i(?:m(?:i(?:t(?:e)?)?)?)?)?|lt)$", re.IGNORECASE)
# What is called by its short name as often as by its long one. Each is tried for the other.
_PHRASES = {
    "C OF E": "CHURCH OF ENGLAND", "CE": "CHURCH OF ENGLAND", "RC": "ROMAN CATHOLIC", "CAB": "CITIZENS ADVICE BUREAU",
    "CVS": "COUNCIL FOR VOLUNTARY SERVICE", "YMCA": "YOUNG MENS CHRISTIAN ASSOCIATION", "YWCA": "YOUNG WOMENS CHRISTIAN ASSOCIATION",
    "WI": "WOMENS INSTITUTE", "RNLI": "ROYAL NATIONAL LIFEBOAT INSTITUTION", "RNIB": "ROYAL NATIONAL INSTITUTE OF BLIND PEOPLE",
    "NSPCC": "NATIONAL SOCIETY FOR THE PREVENTION OF CRUELTY TO CHILDREN", "RSPCA": "ROYAL SOCIETY FOR THE PREVENTION OF CRUELTY TO ANIMALS",
    "MAT": "MULTI ACADEMY TRUST", "PTA": "PARENT TEACHER ASSOCIATION", "BT": "BRITISH TELECOMMUNICATIONS",
    "AGE CONCERN": "AGE UK", "MIND": "ASSOCIATION FOR MENTAL HEALTH", "FC": "FOOTBALL CLUB", "HA": "HOUSING ASSOCIATION", "BUREAUX": "BUREAU",
}  # fmt: skip
_EITHER = _PHRASES | {long: short for short, long in _PHRASES.items()}
_PHRASE = re.compile(r"\b(" + "|".join(sorted(map(re.escape, _EITHER), key=len, reverse=True)) + r")\b")  # fmt: skip
_ANY = re.compile(r"#|t/a|\bta\b|trading as|c/o|t\.a\.|[\-,(\[]|^\W*[A-Z]{0,2}\d{4}|^(the )?(truste|govern)", re.IGNORECASE)  # fmt: skip

WHOLE, BEFORE_TRADING, AFTER_TRADING, BEFORE_TAIL, AFTER_TAIL, INSIDE, WITHOUT_NUMBER = range(7)


@dataclass
class Forms:
    """The forms in which payees' names are looked up: ``text``, of which payee (``source``), and
    what was done to it (``how``)."""

    text: list[str]
    source: Ints
    how: Ints


def forms(payees: list[str]) -> Forms:
    """Each name whole, and in the parts into which trading names, branches and numbers cut it.

    >>> forms(["Hill House T/A Acorn Care Ltd"]).text
    ['Hill House T/A Acorn Care Ltd', 'Hill House', 'Acorn Care Ltd']
    """
    out: list[tuple[str, int, int]] = []
    for at, name in enumerate(payees):
        if _is_cut(name):
            name = _CUT_FORM.sub("", name)
        out.append((name, at, WHOLE))
        if _PHRASE.search(capital := name.upper()):
            out.append((_PHRASE.sub(lambda found: _EITHER[found[1]], capital), at, WHOLE))
        if not _ANY.search(name):
            continue
        if found := _NUMBER.match(name):
            name = name[found.end() :]
            out.append((name, at, WITHOUT_NUMBER))
        if found := _ROLE.match(name):
            name = name[found.end() :]
            out.append((name, at, WITHOUT_NUMBER))
        if "#" in name:
            for part in name.split("#"):
                _add(out, part, at, BEFORE_TAIL)
        elif found := _TRADING.search(name):
            _add(out, name[: found.start()], at, BEFORE_TRADING)
            _add(out, name[found.end() :], at, AFTER_TRADING)
        elif (found := _TAIL.search(name)) and found.start() > 3:
            _add(out, name[: found.start()], at, BEFORE_TAIL)
            if " - " in name:
                _add(out, name[found.end() :], at, AFTER_TAIL)
        if found := _INSIDE.search(name):
            _add(out, found[1], at, INSIDE)
    texts, sources, hows = zip(*out, strict=True) if out else ((), (), ())
    return Forms(list(texts), np.array(sources, np.int64), np.array(hows, np.int64))


def _add(out: list[tuple[str, int, int]], part: str, at: int, how: int) -> None:
    if len(part.strip()) > 3:
        out.append((part.strip(" -,()[]"), at, how))


def _is_cut(name: str) -> bool:
    return len(name) in FIELDS


@dataclass
class Meant:
    """Words of the register that a payee's word may stand for: in which form (``row``), which word
    of the register (``word``), how surely (``quality``, 1 is itself), and for which word of the
    form (``of``, counted over all forms)."""

    row: Ints
    word: Ints
    quality: Floats
    of: Ints


# Words of forms, words of the register that they may stand for, and how surely.
Standing = tuple[Ints, Ints, Floats]


@dataclass
class Found:
    """Names that a form may be: ``form`` and ``name``, one row a pair."""

    form: Ints
    name: Ints


class Search:
    """One look-up of many payees in an index."""

    def __init__(
        self, index: Index, payees: list[str], entries: Entries, postcodes: Hashes
    ) -> None:
        self.index = index
        self.forms = forms(payees)
        self.words: Words = text.cut(text.column(pa.array(self.forms.text, pa.large_string())))
        at, known = index.find(self.words.hash)
        self.word, self.known = at, known
        self.same = self._same_key()
        payee = self.forms.source[self.same.form]
        entry = index.entry[self.same.name]
        _, _, same_area, both_known = near_each_other(postcodes[payee], entries.postcode[entry])
        done = np.zeros(len(payees), bool)
        done[payee[(self.forms.how[self.same.form] == WHOLE) & (same_area | ~both_known)]] = True
        # The others are looked at word by word: also where nobody of that name is in those parts.
        self.todo: Flags = ~done[self.forms.source]
        self.initials = self._by_initials()
        self.meant = self._meant()
        weight = np.zeros(len(self.words.row), np.float32)
        np.maximum.at(
            weight, self.meant.of, index.weight[self.meant.word] * self.meant.quality
        )  # fmt: skip
        self.unknown: Flags = weight == 0
        weight[self.unknown] = 0.8 * np.log(max(index.names, 2))
        self.word_weight = weight

    def found(self) -> Found:
        """The names that each form may be."""
        every = [self.same, self._by_words(), self.initials]
        form = np.concatenate([one.form for one in every])
        name = np.concatenate([one.name for one in every])
        both = np.unique(form * self.index.names + name)
        return Found(both // self.index.names, both % self.index.names)

    def _same_key(self) -> Found:
        index, key = self.index, self.words.key
        low = search_sorted(index.key_sorted, key, "left")
        high = search_sorted(index.key_sorted, key, "right")
        low[key == 0] = high[key == 0] = 0
        form, at = ranges(low, high, SAME_KEY_MOST)
        return Found(form, index.key_name[at].astype(np.int64))

    def _by_initials(self) -> Found:
        """Names whose initials are all that a payee is called by, where few share them."""
        index, words = self.index, self.words
        alone = np.bincount(words.row, minlength=len(self.forms.text))[words.row] == 1
        at = np.flatnonzero(
            alone & self.todo[words.row] & (self.forms.how[words.row] == WHOLE)
            & (words.length >= INITIALS[0]) & (words.length <= INITIALS[1])
        )  # fmt: skip
        form = words.row[at]
        low = search_sorted(index.initials, words.key[form], "left")
        high = search_sorted(index.initials, words.key[form], "right")
        few = high - low <= SAME_KEY_MOST
        source, place = ranges(low[few], high[few])
        return Found(form[few][source], index.initials_name[place].astype(np.int64))

    # What a word may stand for

    def _meant(self) -> Meant:
        words = self.words
        todo = self.todo[words.row]
        known = np.flatnonzero(self.known)
        parts: list[Standing] = [(known, self.word[known], np.ones(len(known), np.float32))]
        strange = np.flatnonzero(~self.known & todo)
        if len(strange):
            parts += self._spelt_otherwise(strange)
        parts += self._joined(todo)
        parts += self._readings(todo)
        parts += self._completed(todo)
        of = np.concatenate([part[0] for part in parts])
        return Meant(
            words.row[of],
            np.concatenate([part[1] for part in parts]).astype(np.int64),
            np.concatenate([part[2] for part in parts]),
            of,
        )

    def _spelt_otherwise(self, strange: Ints) -> list[Standing]:
        """Words of the register one edit away, and two words written as one."""
        index = self.index
        texts, which = np.unique(np.array(self.words.texts(strange)), return_inverse=True)
        order = np.argsort(which, kind="stable")
        own = which[order]

        def attach(at: Ints, word: Ints, quality: float) -> tuple[Ints, Ints, Floats]:
            low, high = np.searchsorted(own, at, "left"), np.searchsorted(own, at, "right")
            source, place = ranges(low, high)
            return (strange[order[place]], word[source],
                    np.full(len(source), quality, np.float32))  # fmt: skip

        column = text.column(pa.array(texts.tolist(), pa.large_string()))
        letters, start = text.buffer(column)
        length = np.diff(start)
        out = []
        spelt = np.flatnonzero((length >= SPELT[0]) & (length <= SPELT[1]))
        if len(spelt):
            hashes, whose = text.deletions(letters, start, spelt)
            low = search_sorted(index.spelling, hashes, "left")
            high = search_sorted(index.spelling, hashes, "right")
            source, place = ranges(low, high, 30)
            size = len(index.vocabulary)
            both = np.unique(whose[source] * size + index.spelling_word[place])
            one, word = both // size, both % size
            near = process.cpdist(
                [str(texts[at]) for at in one], [index.word(at) for at in word.tolist()],
                scorer=OSA.distance, score_cutoff=1, dtype=np.int32, workers=text.THREADS,
            ) <= 1  # fmt: skip
            out.append(attach(one[near], word[near], MISSPELT))
        cuts = [(at, str(texts[at])[:cut], str(texts[at])[cut:])
                for at in np.flatnonzero(length >= 7).tolist()
                for cut in range(3, int(length[at]) - 2)]  # fmt: skip
        if cuts:
            halves = text.alias(text.hash_words([half for cut in cuts for half in cut[1:]]))
            flat, known = index.find(halves)
            word, both_known = flat.reshape(-1, 2), known.reshape(-1, 2).all(axis=1)
            likely = index.count[word[:, 0]].astype(np.float64) * index.count[word[:, 1]]
            likely = np.where(both_known, likely, 0.0)
            at = np.array([cut[0] for cut in cuts])
            best = np.lexsort((-likely, at))
            first = best[text.runs(at[best])]
            first = first[likely[first] >= 50]
            out.append(attach(np.repeat(at[first], 2), word[first].ravel(), SPLIT))
        return out

    def _joined(self, todo: Flags) -> list[Standing]:
        """One word written as two."""
        row = self.words.row
        left = np.flatnonzero((row[1:] == row[:-1]) & todo[1:])
        length = self.words.length
        left = left[(length[left] + length[left + 1] >= 5) & (length[left + 1] > 0)]
        if not len(left):
            return []
        begins = self.words.start[left]
        size = length[left] + length[left + 1]
        _, at = ranges(begins, begins + size)
        hashes = text.mix(
            text.polynomial(self.words.letters[at], np.cumsum(size) - size, size)
        )  # fmt: skip
        word, known = self.index.find(text.alias(hashes))
        left, word = left[known], word[known]
        quality = np.full(len(left), JOINED, np.float32)
        return [(left, word, quality), (left + 1, word, quality)]

    def _readings(self, todo: Flags) -> list[Standing]:
        out: list[Standing] = []
        for short, long in text.READINGS.items():
            at = np.flatnonzero(todo & (self.words.hash == text.alias(text.hash_words([short]))[0]))
            word, known = self.index.find(text.alias(text.hash_words(long)))
            for one in word[known] if len(at) else []:
                out.append(
                    (at, np.full(len(at), one), np.full(len(at), READING, np.float32))
                )  # fmt: skip
        return out

    def _completed(self, todo: Flags) -> list[Standing]:
        """Words of the register that begin as a name's last word does, where the name is as long as
        a field that cuts."""
        index, words = self.index, self.words
        last = np.ones(len(words.row), bool)
        last[:-1] = words.row[1:] != words.row[:-1]
        is_cut = np.array([_is_cut(one) for one in self.forms.text], bool)
        at = np.flatnonzero(
            last & todo & is_cut[words.row] & (words.length >= 2) & (words.legal[words.row] == 0)
            & (self.forms.how[words.row] != BEFORE_TRADING)
        )  # fmt: skip
        if not len(at):
            return []
        length = np.minimum(words.length[at], 8)
        start = np.concatenate([np.zeros(1, np.int64), np.cumsum(length)])
        _, place = ranges(words.start[at], words.start[at] + length)
        low_key = first_eight(words.letters[place], start)
        high_key = low_key | ((np.uint64(1) << (np.uint64(8) * (8 - length).astype(np.uint64))) - np.uint64(1))  # fmt: skip
        high_key[length == 8] = low_key[length == 8]
        low = np.searchsorted(index.by_text, low_key, "left")
        high = np.searchsorted(index.by_text, high_key, "right")
        source, where = ranges(low, high, 20_000)
        word = index.by_text_word[where]
        # The commonest thirty of each.
        order = np.lexsort((-index.count[word], source))
        rank = np.arange(len(order)) - np.searchsorted(source[order], source[order], "left")
        keep = order[rank < 30]
        source, word = source[keep], word[keep]
        texts = words.texts(at)
        longer = np.array([index.word(int(one)).startswith(texts[of])
                           for of, one in zip(source.tolist(), word.tolist(), strict=True)], bool)  # fmt: skip
        source, word = source[longer], word[longer]
        return [(at[source], word.astype(np.int64), np.full(len(source), CUT, np.float32))]

    # From words to names

    def _by_words(self) -> Found:
        index, meant = self.index, self.meant
        own = np.flatnonzero(self.todo[meant.row])
        row, word = meant.row[own], meant.word[own]
        quality, of = meant.quality[own], meant.of[own]
        square = index.weight.astype(np.float64) ** 2
        # One posting list a feature: (form, where it begins and ends, its weight).
        alone = index.rare_start[word + 1] > index.rare_start[word]
        rows, lows, highs, weights = (
            [row[alone]], [index.rare_start[word[alone]]], [index.rare_start[word[alone] + 1]],
            [quality[alone] * square[word[alone]]],
        )  # fmt: skip
        order = np.lexsort((of, row))
        row, word, quality, of = row[order], word[order], quality[order], of[order]
        for apart in range(1, 64):
            same = row[apart:] == row[:-apart]
            if not same.any():
                break
            same &= of[apart:] != of[:-apart]
            one, other = word[:-apart][same], word[apart:][same]
            key = pair_key(one, other)
            at = np.minimum(search_sorted(index.pair, key), max(len(index.pair) - 1, 0))
            there = index.pair[at] == key if len(index.pair) else np.zeros(len(key), bool)
            at, one, other = at[there], one[there], other[there]
            rows.append(row[apart:][same][there])
            lows.append(index.pair_start[at])
            highs.append(index.pair_start[at + 1])
            weights.append((quality[apart:] * quality[:-apart])[same][there] * (square[one] + square[other]))  # fmt: skip
        row, low, high = np.concatenate(rows), np.concatenate(lows), np.concatenate(highs)
        weight: Floats = np.concatenate(weights)
        is_pair = np.zeros(len(row), bool)
        is_pair[len(rows[0]) :] = True
        order = np.argsort(row, kind="stable")
        row, low, high = row[order], low[order], high[order]
        weight, is_pair = weight[order], is_pair[order]
        bounds = np.searchsorted(row, np.arange(0, len(self.forms.text) + QUERIES, QUERIES))
        parts = [
            self._gather(row[part], low[part], high[part], weight[part], is_pair[part])
            for part in map(slice, bounds[:-1].tolist(), bounds[1:].tolist())
        ]
        if not parts:
            return Found(np.zeros(0, np.int64), np.zeros(0, np.int64))
        return Found(*(np.concatenate(part) for part in zip(*parts, strict=True)))

    def _gather(
        self, row: Ints, low: Ints, high: Ints, weight: Floats, is_pair: Flags
    ) -> tuple[Ints, Ints]:
        """Add up the weight that each name gets from each form's features; keep the best."""
        index = self.index
        single, at_single = ranges(low[~is_pair], high[~is_pair])
        double, at_double = ranges(low[is_pair], high[is_pair])
        name = np.concatenate([
            index.rare_name[at_single], index.pair_name[at_double]
        ]).astype(np.int64)  # fmt: skip
        source = np.concatenate(
            [np.flatnonzero(~is_pair)[single], np.flatnonzero(is_pair)[double]]
        )  # fmt: skip
        bits = index.names.bit_length()
        key = (row[source] << bits) | name
        order = np.argsort(key, kind="stable")
        key = key[order]
        start = np.flatnonzero(text.runs(key))
        total = np.add.reduceat(weight[source[order]], start) if len(start) else np.zeros(0)
        form, name = key[start] >> bits, key[start] & ((1 << bits) - 1)
        total = total / index.norm[name]
        # Few of very many: what can't be among the best is not put in order.
        likely = np.flatnonzero(_may_be_best(form, total))
        form, name, total = form[likely], name[likely], total[likely]
        best = np.lexsort((-total, form))
        form, name = form[best], name[best]
        rank = np.arange(len(form)) - np.searchsorted(form, form, "left")
        return form[rank < TOP], name[rank < TOP]


def _may_be_best(form: Ints, total: Floats) -> Flags:
    """Of each form's totals, which may be among its best: all above the highest of some steps, of
    equal width up to its best, that as many reach as are kept."""
    start = np.flatnonzero(text.runs(form))
    if not len(start):
        return np.zeros(0, bool)
    size = np.diff(np.append(start, len(form)))
    group = np.repeat(np.arange(len(start)), size)
    most = np.maximum.reduceat(total, start)
    step = (total * (STEPS / most)[group]).astype(np.int64)
    there = np.bincount(group * (STEPS + 2) + step, minlength=len(start) * (STEPS + 2))
    reach = there.reshape(len(start), STEPS + 2)[:, ::-1].cumsum(1)[:, ::-1]
    lowest = np.maximum((reach >= TOP).sum(1) - 1, 0)
    found: Flags = step >= lowest[group]
    return found

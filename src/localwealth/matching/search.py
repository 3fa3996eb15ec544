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
import pyarrow.compute as pc

from localwealth import lists
from localwealth.matching.meaning import Meant, meant
from localwealth.registers import names as text
from localwealth.registers.index import (
    INITIALS,
    UNPAIRED,
    Entries,
    Index,
    near_each_other,
    pair_key,
    ranges,
    search_sorted,
)
from localwealth.registers.names import Flags, Floats, Hashes, Ints, Words

# Names kept for each form of a payee's name.
TOP = 12
# How finely the weights that names gather are told apart before they are put in order.
STEPS = 64
SAME_KEY_MOST = 20
# Fields of so many letters cut what is longer.
FIELDS = frozenset([*range(28, 33), *range(38, 41), *range(58, 61)])
QUERIES = 1_000
# What a rare word is worth by itself, beside pairs of words: two that agree say more than one that
# is a payee's but for a letter.
ALONE = 0.6

_TRADING = re.compile(r"\s+(?:t/as?|ta|t\.a\.|trading as|c/o)\b\.?", re.IGNORECASE)
_TAIL = re.compile(r"(\s+-\s+|,\s+|\s*[\(\[](?!uk\b))", re.IGNORECASE)
_INSIDE = re.compile(r"[\(\[]([^)\]]{6,})[)\]]")
_NUMBER = re.compile(r"^\W*(?=[A-Z]*\d)[A-Z]{0,2}\d{4,8}[ \-]*(?=[A-Za-z]{3})")
_ROLE = re.compile(
    r"^(the )?(trustees|governors|governing body|trustee) (of|for) (the )?", re.IGNORECASE
)
_CUT_FORM = re.compile(r" (?:l(?:i(?:m(?:i(?:t(?:e)?)?)?)?)?|lt)$", re.IGNORECASE)
# What is called by its short name as often as by its long one: each is tried for the other.
_PHRASES = lists.table("localwealth.matching", "words/phrases")
_EITHER = _PHRASES | {long: short for short, long in _PHRASES.items()}
_LONGEST_FIRST = sorted(map(re.escape, _EITHER), key=len, reverse=True)
_PHRASE = re.compile(rf"\b({'|'.join(_LONGEST_FIRST)})\b")
_FORM_INSIDE = re.compile(
    r"(?<=\S)\s+\(?(?:ltd|limited|plc|llp|cic)\b\.?\)?([\s,\-]+)(?=[(\[#]?\w)", re.IGNORECASE
)
_NUMBER_BEHIND = re.compile(r"([\s\-]+)(?=\d{5,}\b)")
_IDLE = frozenset(text.IDLE)
_WORD = re.compile(r"[A-Z0-9]+")
_ANY = re.compile(
    r"#|t/a|\bta\b|trading as|c/o|t\.a\.|[\-,(\[]|\d{4}|^(the )?(truste|govern)"
    r"|\b(?:ltd|limited|plc|llp|cic)\b.*\w",
    re.IGNORECASE,
)

# What was done to a name; before more means that no sign says where the name ends.
WHOLE, BEFORE_TRADING, AFTER_TRADING, BEFORE_TAIL, AFTER_TAIL, INSIDE = range(6)
WITHOUT_NUMBER, BEFORE_MORE = 6, 7


@dataclass
class Forms:
    """The forms in which payees' names are looked up: ``text``, of which payee (``source``), what
    was done to it (``how``), and whether what was cut away is ``idle``: only says how or where
    somebody is paid."""

    text: list[str]
    source: Ints
    how: Ints
    idle: Flags


def forms(payees: list[str]) -> Forms:
    """Each name whole, and in the parts into which trading names, branches and numbers cut it.

    >>> forms(["Hill House T/A Acorn Care Ltd"]).text
    ['Hill House T/A Acorn Care Ltd', 'Hill House', 'Acorn Care Ltd']
    """
    out: list[tuple[str, int, int, bool]] = []
    column = pa.array(payees, pa.large_string())
    # Few names have any of it: all are asked at once.
    phrases = _told(pc.utf8_upper(column), _PHRASE)
    parts = _told(column, _ANY)
    for at, name in enumerate(payees):
        if _is_cut(name):
            name = _CUT_FORM.sub("", name)
        out.append((name, at, WHOLE, False))
        if phrases[at]:
            long = _PHRASE.sub(lambda hit: _EITHER[hit[1]], name.upper())
            out.append((long, at, WHOLE, False))
        if not parts[at]:
            continue
        if hit := _NUMBER.match(name):
            name = name[hit.end() :]
            out.append((name, at, WITHOUT_NUMBER, False))
        if hit := _ROLE.match(name):
            name = name[hit.end() :]
            out.append((name, at, WITHOUT_NUMBER, False))
        if "#" in name:
            for part in name.split("#"):
                _add(out, part, at, BEFORE_TAIL)
        elif hit := _TRADING.search(name):
            _add(out, name[: hit.start()], at, BEFORE_TRADING)
            _add(out, name[hit.end() :], at, AFTER_TRADING)
        elif (hit := _tail(name)) and hit.start(1) > 3:
            how = BEFORE_TAIL if hit.re is _TAIL else BEFORE_MORE
            _add(out, name[: hit.start(1)], at, how, name[hit.end(1) :])
            if " - " in name:
                _add(out, name[hit.end(1) :], at, AFTER_TAIL)
        if hit := _INSIDE.search(name):
            _add(out, hit[1], at, INSIDE)
    texts, sources, hows, idles = zip(*out, strict=True) if out else ((), (), (), ())
    return Forms(
        list(texts), np.array(sources, np.int64), np.array(hows, np.int64), np.array(idles, bool)
    )


def _told(column: pa.Array, pattern: re.Pattern[str]) -> list[bool]:
    """Which texts a pattern is found in."""
    contains: list[bool] = pc.match_substring_regex(
        column, pattern.pattern, ignore_case=bool(pattern.flags & re.IGNORECASE)
    ).to_pylist()
    return contains


def _add(
    out: list[tuple[str, int, int, bool]], part: str, at: int, how: int, behind: str = ""
) -> None:
    if len(part.strip()) > 3:
        words_behind = _WORD.findall(behind.upper())
        is_idle = bool(words_behind) and all(
            word in _IDLE or word[-1].isdigit() for word in words_behind
        )
        out.append((part.strip(" -,()[]"), at, how, is_idle))


def _tail(name: str) -> re.Match[str] | None:
    """What first parts a name from what stands behind it: the match's first group."""
    every = (pattern.search(name) for pattern in (_TAIL, _FORM_INSIDE, _NUMBER_BEHIND))
    return min((hit for hit in every if hit), key=lambda hit: hit.start(1), default=None)


def _is_cut(name: str) -> bool:
    return len(name) in FIELDS


@dataclass
class Hits:
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
        self.same = self._same_key()
        payee = self.forms.source[self.same.form]
        entry = index.entry[self.same.name]
        _, _, same_area, both_known = near_each_other(postcodes[payee], entries.postcode[entry])
        done = np.zeros(len(payees), bool)
        done[payee[(self.forms.how[self.same.form] == WHOLE) & (same_area | ~both_known)]] = True
        # The others are looked at word by word: also where nobody of that name is in those parts.
        self.todo: Flags = ~done[self.forms.source]
        self.initials = self._by_initials()
        self.is_cut: Flags = np.array([_is_cut(form_text) for form_text in self.forms.text], bool)
        self.meant: Meant = meant(
            index, self.words, self.todo, self.is_cut & (self.forms.how != BEFORE_TRADING)
        )
        weight = np.zeros(len(self.words.row), np.float32)
        np.maximum.at(weight, self.meant.of, index.weight[self.meant.word] * self.meant.quality)
        self.unknown: Flags = weight == 0
        weight[self.unknown] = 0.8 * np.log(max(index.names, 2))
        self.word_weight = weight

    def hits(self) -> Hits:
        """The names that each form may be."""
        every = [self.same, self._by_words(), self._by_one_word(), self.initials]
        form = np.concatenate([hits.form for hits in every])
        name = np.concatenate([hits.name for hits in every])
        both = np.unique(form * self.index.names + name)
        return Hits(both // self.index.names, both % self.index.names)

    def _same_key(self) -> Hits:
        index, key = self.index, self.words.key
        low = search_sorted(index.key_sorted, key, "left")
        high = search_sorted(index.key_sorted, key, "right")
        low[key == 0] = high[key == 0] = 0
        form, at = ranges(low, high, SAME_KEY_MOST)
        return Hits(form, index.key_name[at].astype(np.int64))

    def _by_one_word(self) -> Hits:
        """Names of one word, for which a payee's one word may stand: a common one leads nowhere by
        itself, and there is no other to go with it."""
        index, meant = self.index, self.meant
        alone = np.bincount(self.words.row, minlength=len(self.forms.text)) == 1
        at = np.flatnonzero((alone & self.todo)[meant.row] & (meant.half == 0))
        key = index.vocabulary[meant.word[at]]
        low = search_sorted(index.key_sorted, key, "left")
        high = search_sorted(index.key_sorted, key, "right")
        source, place = ranges(low, high, SAME_KEY_MOST)
        return Hits(meant.row[at[source]], index.key_name[place].astype(np.int64))

    def _by_initials(self) -> Hits:
        """Names whose initials are all that a payee is called by, where few share them."""
        index, words = self.index, self.words
        alone = np.bincount(words.row, minlength=len(self.forms.text))[words.row] == 1
        at = np.flatnonzero(
            alone
            & self.todo[words.row]
            & (self.forms.how[words.row] == WHOLE)
            & (words.length >= INITIALS[0])
            & (words.length <= INITIALS[1])
        )
        form = words.row[at]
        low = search_sorted(index.initials, words.key[form], "left")
        high = search_sorted(index.initials, words.key[form], "right")
        few = high - low <= SAME_KEY_MOST
        source, place = ranges(low[few], high[few])
        return Hits(form[few][source], index.initials_name[place].astype(np.int64))

    # From words to names

    def _by_words(self) -> Hits:
        index, meant = self.index, self.meant
        sought = np.flatnonzero(self.todo[meant.row])
        row, word = meant.row[sought], meant.word[sought]
        quality, of, half = meant.quality[sought], meant.of[sought], meant.half[sought]
        square = index.weight.astype(np.float64) ** 2
        # One posting list a feature: (form, where it begins and ends, its weight).
        alone = index.rare_start[word + 1] > index.rare_start[word]
        # Words of one or two names are in no pair: as much as pairs would add is added here.
        times = np.where(index.count[word] <= UNPAIRED, self._known()[row], 1)
        rows, lows, highs, weights = (
            [row[alone]],
            [index.rare_start[word[alone]]],
            [index.rare_start[word[alone] + 1]],
            [(ALONE * times * quality * square[word])[alone]],
        )
        order = np.lexsort((of, row))
        row, word, of, half = row[order], word[order], of[order], half[order]
        quality = quality[order]
        for apart in range(1, 64):
            same = row[apart:] == row[:-apart]
            if not same.any():
                break
            # Two readings of one word go together only where they are its two halves.
            same &= (of[apart:] != of[:-apart]) | (half[apart:] * half[:-apart] == 2)
            first, second = word[:-apart][same], word[apart:][same]
            key = pair_key(first, second)
            at = np.minimum(search_sorted(index.pair, key), max(len(index.pair) - 1, 0))
            known = index.pair[at] == key if len(index.pair) else np.zeros(len(key), bool)
            at, first, second = at[known], first[known], second[known]
            rows.append(row[apart:][same][known])
            lows.append(index.pair_start[at])
            highs.append(index.pair_start[at + 1])
            weights.append(
                (quality[apart:] * quality[:-apart])[same][known] * (square[first] + square[second])
            )
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
            return Hits(np.zeros(0, np.int64), np.zeros(0, np.int64))
        return Hits(*(np.concatenate(part) for part in zip(*parts, strict=True)))

    def _known(self) -> Ints:
        """Of each form, of how many words it is known for what they stand."""
        known_words = np.unique(self.meant.of)
        return np.bincount(self.words.row[known_words], minlength=len(self.forms.text))

    def _gather(
        self, row: Ints, low: Ints, high: Ints, weight: Floats, is_pair: Flags
    ) -> tuple[Ints, Ints]:
        """Add up the weight that each name gets from each form's features; keep the best."""
        index = self.index
        single, at_single = ranges(low[~is_pair], high[~is_pair])
        double, at_double = ranges(low[is_pair], high[is_pair])
        name = np.concatenate([index.rare_name[at_single], index.pair_name[at_double]]).astype(
            np.int64
        )
        source = np.concatenate([np.flatnonzero(~is_pair)[single], np.flatnonzero(is_pair)[double]])
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
        keep = text.rank(form) < TOP
        return form[keep], name[keep]


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
    counts = np.bincount(group * (STEPS + 2) + step, minlength=len(start) * (STEPS + 2))
    reach = counts.reshape(len(start), STEPS + 2)[:, ::-1].cumsum(1)[:, ::-1]
    lowest = np.maximum((reach >= TOP).sum(1) - 1, 0)
    may_be: Flags = step >= lowest[group]
    return may_be

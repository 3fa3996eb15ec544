"""From a payee's name to the few names of a register that it may be.

Names with the same key come first, and those whose initials are all that is said. For the others
every word becomes the words of the register that it may stand for: itself, one with one letter
other, two words written as one or one as two, an abbreviation's readings, the rest of a word that a
field has cut. Rare words lead to names by themselves and commoner ones in pairs; the names that
gather most weight are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

from localwealth.matching.forms import BEFORE_TRADING, WHOLE, are_cut, forms
from localwealth.matching.meaning import Meant, meant
from localwealth.registers import hashing
from localwealth.registers import names as text
from localwealth.registers.arrays import ranges, search_sorted
from localwealth.registers.entries import Entries
from localwealth.registers.hashing import Flags, Floats, Hashes, Ints
from localwealth.registers.index import INITIALS, UNPAIRED, Index, pair_key
from localwealth.registers.names import Words
from localwealth.registers.postcodes import near_each_other

# Names kept for each form of a payee's name.
TOP = 12
# How finely the weights that names gather are told apart before they are put in order.
STEPS = 64
SAME_KEY_MOST = 20
# Forms whose names are gathered at once.
QUERIES = 1_000
# Readings of one form that stand farther apart are in no pair.
MOST_APART = 64
# What a rare word is worth by itself, beside pairs of words: two that agree say more than one that
# is a payee's but for a letter.
ALONE = 0.6


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
        texts = pa.array(self.forms.text, pa.large_string())
        self.words: Words = text.cut(text.column(texts))
        self.same = self._same_key()
        payee = self.forms.source[self.same.form]
        entry = index.entry[self.same.name]
        _, _, same_area, both_known = near_each_other(postcodes[payee], entries.postcode[entry])
        done = np.zeros(len(payees), bool)
        done[payee[(self.forms.how[self.same.form] == WHOLE) & (same_area | ~both_known)]] = True
        # The others are looked at word by word: also where nobody of that name is in those parts.
        self.todo: Flags = ~done[self.forms.source]
        self.initials = self._by_initials()
        self.is_cut: Flags = are_cut(texts)
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
        both = hashing.different(form * self.index.names + name)
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
        index, payee_words = self.index, self.words
        alone = np.bincount(payee_words.row, minlength=len(self.forms.text))[payee_words.row] == 1
        at = np.flatnonzero(
            alone
            & self.todo[payee_words.row]
            & (self.forms.how[payee_words.row] == WHOLE)
            & (payee_words.length >= INITIALS[0])
            & (payee_words.length <= INITIALS[1])
        )
        form = payee_words.row[at]
        low = search_sorted(index.initials, payee_words.key[form], "left")
        high = search_sorted(index.initials, payee_words.key[form], "right")
        few = high - low <= SAME_KEY_MOST
        source, place = ranges(low[few], high[few])
        return Hits(form[few][source], index.initials_name[place].astype(np.int64))

    # From words to names

    def _by_words(self) -> Hits:
        """Names that gather most weight of a form's words.

        Two kinds of postings lead to names: those of one rare word, and those of two words that
        stand near each other in a name, as common words by themselves lead to too many. Of all
        postings of a form the weight that each name gets is added up, and the names with most are
        kept. What weighs is the square of a word's weight: so, divided by the length of the name's
        own vector (``norm``), the sum is a cosine, and a long name has no advantage.
        """
        sought = np.flatnonzero(self.todo[self.meant.row])
        postings = _Postings.joined([self._of_rare_words(sought), *self._of_pairs(sought)])
        # So many forms at a time: what they gather is many times as much as what is kept.
        ends = np.arange(0, len(self.forms.text) + QUERIES, QUERIES)
        bounds = np.searchsorted(postings.form, ends)
        parts = [
            self._gather(postings.take(part))
            for part in map(slice, bounds[:-1].tolist(), bounds[1:].tolist())
        ]
        if not parts:
            return Hits(np.zeros(0, np.int64), np.zeros(0, np.int64))
        return Hits(*(np.concatenate(part) for part in zip(*parts, strict=True)))

    def _of_rare_words(self, sought: Ints) -> _Postings:
        """The postings of each reading that is a rare word."""
        index, meant = self.index, self.meant
        form, word, quality = meant.row[sought], meant.word[sought], meant.quality[sought]
        # Words of one or two names are in no pair: as much as pairs would add is added here.
        times = np.where(index.count[word] <= UNPAIRED, self._known()[form], 1)
        weight = ALONE * times * quality * index.weight.astype(np.float64)[word] ** 2
        low, high = index.rare_start[word], index.rare_start[word + 1]
        rare = high > low
        return _Postings.of(form[rare], low[rare], high[rare], weight[rare], is_pair=False)

    def _of_pairs(self, sought: Ints) -> Iterator[_Postings]:
        """The postings of each two readings of one form that some name has near each other."""
        index, meant = self.index, self.meant
        square = index.weight.astype(np.float64) ** 2
        # Readings of one form stand together, in the order of its words. Each is set beside the
        # next, then beside the next but one, and so on: whole columns at once, and so often as the
        # form with most readings has any left.
        sought = sought[np.lexsort((meant.of[sought], meant.row[sought]))]
        form, word, quality = meant.row[sought], meant.word[sought], meant.quality[sought]
        of, half = meant.of[sought], meant.half[sought]
        for apart in range(1, MOST_APART):
            same = form[apart:] == form[:-apart]
            if not same.any():
                break
            # Two readings of one word go together only where they are its two halves.
            same &= (of[apart:] != of[:-apart]) | (half[apart:] * half[:-apart] == 2)
            first, second = word[:-apart][same], word[apart:][same]
            key = pair_key(first, second)
            at = np.minimum(search_sorted(index.pair, key), max(len(index.pair) - 1, 0))
            known = index.pair[at] == key if len(index.pair) else np.zeros(len(key), bool)
            at, first, second = at[known], first[known], second[known]
            sure = (quality[apart:] * quality[:-apart])[same][known]
            yield _Postings.of(
                form[apart:][same][known],
                index.pair_start[at],
                index.pair_start[at + 1],
                sure * (square[first] + square[second]),
                is_pair=True,
            )

    def _known(self) -> Ints:
        """Of each form, of how many words it is known for what they stand."""
        known_words = hashing.different(self.meant.of)
        return np.bincount(self.words.row[known_words], minlength=len(self.forms.text))

    def _gather(self, postings: _Postings) -> tuple[Ints, Ints]:
        """Add up the weight that each name gets from each form's postings; keep the best."""
        index = self.index
        # Lists of rare words first, then those of pairs: weights are added up in this order.
        single = postings.take(np.flatnonzero(~postings.is_pair))
        double = postings.take(np.flatnonzero(postings.is_pair))
        # Form, name and list as one number: sorted it needs no look back at where it was.
        lists, bits = len(postings.form).bit_length(), index.names.bit_length()
        form = np.concatenate([single.form, double.form])
        first = int(form.min(initial=0))
        head = ((form - first) << (bits + lists)) | np.arange(len(form))
        of_single, at_single = ranges(single.low, single.high)
        of_double, at_double = ranges(double.low, double.high)
        name = np.concatenate([index.rare_name[at_single], index.pair_name[at_double]])
        key = head[np.concatenate([of_single, of_double + len(single.form)])]
        key |= name.astype(np.int64) << lists
        key.sort(kind="stable")
        weight = np.concatenate([single.weight, double.weight])[key & ((1 << lists) - 1)]
        key >>= lists
        # Sums of equal ones.
        start = np.flatnonzero(hashing.runs(key))
        total = np.add.reduceat(weight, start) if len(start) else np.zeros(0)
        form, name = (key[start] >> bits) + first, key[start] & ((1 << bits) - 1)
        # Names are places of it: not to ask of each whether it is one takes half the time.
        total = total / index.norm.take(name, mode="clip")
        # Few of very many: what can't be among the best is not put in order.
        likely = np.flatnonzero(_may_be_best(form, total))
        form, name, total = form[likely], name[likely], total[likely]
        best = np.lexsort((-total, form))
        form, name = form[best], name[best]
        keep = hashing.rank(form) < TOP
        return form[keep], name[keep]


@dataclass
class _Postings:
    """Lists of names that a form's words lead to, one row a list: the ``form``, where the list
    begins (``low``) and ends (``high``) in the index's names of rare words, or of pairs
    (``is_pair``), and the ``weight`` that each of its names gets."""

    form: Ints
    low: Ints
    high: Ints
    weight: Floats
    is_pair: Flags

    @classmethod
    def of(cls, form: Ints, low: Ints, high: Ints, weight: Floats, is_pair: bool) -> _Postings:
        """Lists that are all of rare words, or all of pairs."""
        return cls(form, low, high, weight, np.full(len(form), is_pair))

    @classmethod
    def joined(cls, parts: list[_Postings]) -> _Postings:
        """All lists of several, by form."""
        columns = (
            np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)
        )
        every = cls(*columns)
        return every.take(np.argsort(every.form, kind="stable"))

    def take(self, rows: Ints | slice) -> _Postings:
        """Some of the lists."""
        return _Postings(*(getattr(self, field.name)[rows] for field in fields(self)))


def _may_be_best(form: Ints, total: Floats) -> Flags:
    """Of each form's totals, which may be among its best: all above the highest of some steps, of
    equal width up to its best, that as many reach as are kept."""
    start = np.flatnonzero(hashing.runs(form))
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

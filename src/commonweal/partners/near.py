"""Pairs of entries that might be one organisation, the likeliest first; each is decided once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from django.db import transaction

from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from localwealth.names import one_form

from .likeness import ALIKE, plain_words, similarity_of_words
from .merging import NUMBERS
from .models import Different, Partner

# Words that stand in so many names that they make no two names near.
COMMON_WORD = 60
SURE, SAME_FORM = 2.0, 1.0


@dataclass(frozen=True)
class Near:
    """Two entries and why they might be one. ``score``: 2 with a number in common, 1 where the
    matcher holds the names for one, else how alike they are from 0.85 on, within one sector."""

    one: Partner
    other: Partner
    score: float
    because: str


@dataclass(frozen=True)
class NearEntry:
    """A partner with the telling words of its name, taken apart once."""

    partner: Partner
    words: list[str]


def pairs() -> list[Near]:
    """Every pair that might be one and that nobody has decided on, the likeliest first."""
    partners = list(Partner.objects.filter(merged_into=None).order_by("pk"))
    decided = set(Different.objects.values_list("one", "other"))
    entries = {partner.pk: NearEntry(partner, plain_words(partner.name)) for partner in partners}
    near = {}
    for left, right in sorted(_candidates(entries.values()) - decided):
        if pair := _near(entries[left], entries[right]):
            near[left, right] = pair
    return sorted(near.values(), key=lambda pair: (-pair.score, pair.one.name, pair.other.name))


def _candidates(entries: Iterable[NearEntry]) -> set[tuple[int, int]]:
    """Pairs with a number, a form of the name, or the beginning of a telling word in common: no
    other pair is compared sign by sign."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for entry in entries:
        for key in set(_keys(entry)):
            groups[key].append(entry.partner.pk)
    return {
        pair
        for (kind, _), members in groups.items()
        if kind != "word" or len(members) <= COMMON_WORD
        for pair in combinations(members, 2)
    }


def _keys(entry: NearEntry) -> Iterator[tuple[str, str]]:
    partner = entry.partner
    yield "form", one_form(partner.name)
    for name in NUMBERS:
        if number := getattr(partner, name):
            yield name, number
    for word in entry.words:
        yield "word", word[:4]


def _near(first: NearEntry, second: NearEntry) -> Near | None:
    left, right = first.partner, second.partner
    for name in NUMBERS:
        if getattr(left, name) and getattr(left, name) == getattr(right, name):
            label = name.replace("_", " ")
            return Near(left, right, SURE, f"the same {label}, {getattr(left, name)}")
    if _has_two_numbers(left, right):
        return None
    if one_form(left.name) == one_form(right.name):
        return Near(left, right, SAME_FORM, "the same name, written otherwise")
    # 1st Brackenford Scouts are not the 2nd.
    if re.findall(r"\d+", left.name) != re.findall(r"\d+", right.name):
        return None
    if left.sector != right.sector:
        return None
    score = similarity_of_words(first.words, second.words, least=ALIKE)
    return Near(left, right, score, "names that are alike") if score >= ALIKE else None


def _has_two_numbers(left: Partner, right: Partner) -> bool:
    """Whether a register knows both as two: names that are alike are then no reason."""
    return any(getattr(left, name) and getattr(right, name) for name in NUMBERS)


@transaction.atomic
def decide_different(*, one: Partner, other: Partner, by: Person) -> None:
    """The charter manager looked: two organisations. They are not offered again.

    Raises
    ------
    Refused
        It is one entry.
    """
    if one.pk == other.pk:
        raise Refused("This is one entry.")
    first, second = sorted((one, other), key=lambda partner: partner.pk)
    _, is_new = Different.objects.get_or_create(
        one=first, other=second, defaults={"decided_by": by}
    )
    if is_new:
        record(
            "partners differ", about=first, by=by, as_role=Role.CHARTER_MANAGER, other=second.code
        )


@transaction.atomic
def look_again(*, different: Different, by: Person) -> None:
    """Take back that two are different: the pair is offered again."""
    first, second = different.one, different.other
    if Different.objects.filter(pk=different.pk).delete()[0]:
        record(
            "partners to be looked at again",
            about=first,
            by=by,
            as_role=Role.CHARTER_MANAGER,
            other=second.code,
        )

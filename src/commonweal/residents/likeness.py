"""How alike two descriptions of a person are, field by field, in words. Pure functions.

Points are added and taken away; what they mean stands in ``docs/methods/duplicates.md`` with a
table of examples, each a test. The verdict is an advice to a person: nothing is merged by it.

Two things overrule the points, since they fool every sum: people who live together share
surname, address and telephone. Where first names plainly differ (twins, spouses) or births lie
twelve years or more apart (father and son of one name), the answer is *household*, not *likely*.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import product
from operator import ne

import jellyfish

from . import keys
from .keys import Described, joined, sound, squash

LIKELY, POSSIBLE = 6.0, 3.5
GENERATION_YEARS = 12


class Alikeness(StrEnum):
    LIKELY = "likely"
    POSSIBLE = "possible"
    HOUSEHOLD = "household"
    UNLIKELY = "unlikely"


WORDS = {
    Alikeness.LIKELY: "Probably the same person",
    Alikeness.POSSIBLE: "Perhaps the same person",
    Alikeness.HOUSEHOLD: "Probably of the same household, but another person",
    Alikeness.UNLIKELY: "Probably another person",
}


@dataclass(frozen=True)
class Reason:
    """What one field says: points for (or, below nought, against) being one person."""

    field: str
    points: float
    explanation: str


# The same, as it is worked out: thousands are for a list.
Said = tuple[str, float, str]


@dataclass(frozen=True)
class Likeness:
    verdict: Alikeness
    reasons: list[Reason]

    @property
    def points(self) -> float:
        return round(sum(reason.points for reason in self.reasons), 1)

    @property
    def in_words(self) -> str:
        return WORDS[self.verdict]


def compare(person: Described, candidate: Described) -> Likeness:
    """Compare two descriptions. A field that either lacks says nothing, for or against."""
    each_field = list(_reasons(person, candidate))
    reasons = [Reason(*each) for each in each_field]
    reasons.sort(key=lambda reason: -abs(reason.points))
    return Likeness(_verdict_on(person, candidate, _by_field(each_field)), reasons)


def judge(person: Described, candidate: Described) -> tuple[Alikeness, dict[str, float]]:
    """As `compare`, without the words: the verdict, and what each field says."""
    points = _by_field(_reasons(person, candidate))
    return _verdict_on(person, candidate, points), points


def _by_field(reasons: Iterable[Said]) -> dict[str, float]:
    return {name: points for name, points, _ in reasons}


def _verdict_on(person: Described, candidate: Described, points: dict[str, float]) -> Alikeness:
    return _verdict(points, _generations(person.born, candidate.born))


def _verdict(points_by_field: dict[str, float], generations_apart: bool) -> Alikeness:
    """What the points mean, and what overrules them; each field is there once at most."""

    def points_of(name: str) -> float:
        return points_by_field.get(name, 0)

    # A postcode is fifteen houses: only the house, or its street without a number, is a home.
    at_one_house = points_of("address") >= 2
    together = at_one_house or any(points_of(name) > 0 for name in ("phone", "household"))
    apart = generations_apart or points_of("first name") <= -3
    if apart and points_of("NHS number") <= 0:
        return Alikeness.HOUSEHOLD if together else Alikeness.UNLIKELY
    points = sum(points_by_field.values())
    if points >= LIKELY:
        return Alikeness.LIKELY
    if points >= POSSIBLE:
        return Alikeness.POSSIBLE
    return Alikeness.HOUSEHOLD if at_one_house else Alikeness.UNLIKELY


def _reasons(person: Described, candidate: Described) -> Iterator[Said]:
    if person.nhs and candidate.nhs:
        same = keys.joined(person.nhs) == keys.joined(candidate.nhs)
        yield "NHS number", 12.0 if same else -6.0, "the same" if same else "another one"
    yield from _names(person, candidate)
    if person.born and candidate.born:
        points, explanation = _born(person.born, candidate.born)
        yield "date of birth", points, explanation
    if _telephones(person) & _telephones(candidate):
        yield "phone", 2.0, "a number in common; people who live together share one"
    if _is_one_email(person.email, candidate.email):
        yield "e-mail", 3.0, "the same address"
    yield from _places(person, candidate)


def _is_one_email(ours: str, theirs: str) -> bool:
    return bool(ours and theirs) and ours.strip().casefold() == theirs.strip().casefold()


def _telephones(person: Described) -> set[str]:
    return {keys.phone(number) for number in person.phones} - {""}


# What a first and a last name say, in this order: points and words; None where either has none.
Scores = tuple[tuple[float, str] | None, tuple[float, str] | None]


def _names(person: Described, candidate: Described) -> Iterator[Said]:
    """The best pair of names, as given or as also known, also with first and last swapped."""
    theirs = [*candidate.names, (candidate.last, candidate.first)]
    scores = [_scores(*pair) for pair in product(person.names, theirs)]
    plain, best = scores[0], max(scores, key=_total)
    note = ""
    if _total(best) > _total(plain):
        note = " (with another name, or first and last name swapped)"
    else:
        best = plain
    for field, score in zip(("first name", "last name"), best, strict=True):
        if score:
            yield field, score[0], score[1] + note


def _scores(ours: tuple[str, str], theirs: tuple[str, str]) -> Scores:
    return first_name(ours[0], theirs[0]), last_name(ours[1], theirs[1])


def _total(scores: Scores) -> float:
    return sum(score[0] for score in scores if score)


@lru_cache(maxsize=20_000)
def first_name(ours: str, theirs: str) -> tuple[float, str] | None:
    """(points, why) of two first names; None where either is missing."""
    a, b = squash(ours), squash(theirs)
    if not a or not b:
        return None
    if a == b:
        return 2.5, "the same"
    if keys.forms_of(a) & keys.forms_of(b):
        return 2.0, "forms of one name"
    if 1 in (len(a), len(b)):
        return (0.5, "the same initial") if a[0] == b[0] else (-3.0, "another initial")
    if a.split()[0] == b.split()[0]:
        return 2.2, "the same first of several names"
    return _other_spelling(a, b)


def _other_spelling(a: str, b: str) -> tuple[float, str]:
    if sound(a) == sound(b) and len(sound(a)) >= 3:
        # Tom and Tim have the same consonants; two are too few to say anything.
        return 1.5, "sounds the same"
    if jellyfish.jaro_winkler_similarity(joined(a), joined(b)) >= 0.9:
        return 1.2, "almost the same letters"
    return -3.0, "another name"


@lru_cache(maxsize=20_000)
def last_name(ours: str, theirs: str) -> tuple[float, str] | None:
    a, b = squash(ours), squash(theirs)
    if not a or not b:
        return None
    if joined(a) == joined(b):
        return 3.0, "the same"
    if set(a.split()) & set(b.split()):
        return 2.2, "a part in common"
    if sound(a) == sound(b):
        return 2.0, "sounds the same"
    if jellyfish.jaro_winkler_similarity(joined(a), joined(b)) >= 0.92:
        return 1.8, "almost the same letters"
    return -2.0, "another name"


def birth_points(ours: str, theirs: str) -> float:
    """What two births say for or against being one person; nothing where either is unknown."""
    return _born(ours, theirs)[0] if ours and theirs else 0.0


def _born(ours: str, theirs: str) -> tuple[float, str]:
    if ours == theirs:
        return (4.0, "the same day") if len(ours) == 10 else (1.5, "the same, as far as known")
    if min(len(ours), len(theirs)) < 10:
        return _born_in_part(ours, theirs)
    if ours[:4] == theirs[:4] and ours[5:7] == theirs[8:] and ours[8:] == theirs[5:7]:
        return 3.0, "day and month swapped"
    wrong = sum(map(ne, ours, theirs))
    if wrong == 1:
        return 1.5, "one figure differs"
    if ours[:4] == theirs[:4]:
        return -1.0, "the same year, another day"
    return -5.0, "another date"


def _born_in_part(ours: str, theirs: str) -> tuple[float, str]:
    """Of one at least only the year, or year and month, is known."""
    short = min(len(ours), len(theirs))
    if ours[:short] == theirs[:short]:
        return 1.0, "agrees, as far as known"
    return -2.5, "another year" if ours[:4] != theirs[:4] else "another month"


def _generations(ours: str, theirs: str) -> bool:
    if not (ours[:4].isdecimal() and theirs[:4].isdecimal()):
        return False
    return abs(int(ours[:4]) - int(theirs[:4])) >= GENERATION_YEARS


def _places(person: Described, candidate: Described) -> Iterator[Said]:
    if person.uprn and candidate.uprn and person.uprn.lstrip("0") == candidate.uprn.lstrip("0"):
        yield "address", 2.0, "the same property"
        return
    a, b = keys.postcode(person.postcode), keys.postcode(candidate.postcode)
    if not a or not b:
        return
    if a == b and keys.house(person.address) == keys.house(candidate.address) and person.address:
        yield "address", 2.0, "the same house"
    elif a == b:
        yield "address", 1.0, "the same postcode"
    else:
        # People move: another address says little.
        yield "address", 0.0, "another address; they may have moved"

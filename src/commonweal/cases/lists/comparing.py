"""Whether somebody who is here is near a row of a list: as little is opened as can tell. Another
process may do it (`ahead`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from commonweal.residents import keys
from commonweal.residents.keys import Described
from commonweal.residents.likeness import POSSIBLE, Alikeness, birth_points, judge
from commonweal.residents.models import Resident

from .here import Here, here

NEAR = (Alikeness.LIKELY, Alikeness.POSSIBLE)
# The most that a field can say for one person; telephone, e-mail and NHS number only where they
# share a key.
NAMES_MOST, UNLIKE_MOST, PLACE_MOST, PHONE_MOST, EMAIL_MOST = 5.5, 4.3, 2.0, 2.0, 3.0


class ToCompare(NamedTuple):
    """Somebody of a list, and those who may be near: their numbers, and by which kinds of key."""

    described: Described
    candidates: list[tuple[int, set[str]]]


# Asks who of many has somebody near, and answers when that is wanted.
Ask = Callable[[list[ToCompare]], Callable[[], list[bool]]]


def ask_here(every: list[ToCompare]) -> Callable[[], list[bool]]:
    """Answer in this process."""
    return lambda: answered(every, those_of(every))


def those_of(every: list[ToCompare]) -> dict[int, Here]:
    """All who may be near one of these, as they stand."""
    return here(pk for question in every for pk, _ in question.candidates)


def answered(every: list[ToCompare], people: dict[int, Here]) -> list[bool]:
    """Who of these has somebody near among ``people``."""
    return [_is_any_near(question, people) for question in every]


def _is_any_near(question: ToCompare, people: dict[int, Here]) -> bool:
    """Whether one of these is perhaps the same person. Of who was erased only keys are left."""
    seen = [(people[pk], kinds) for pk, kinds in question.candidates if pk in people]
    if any(candidate.state == Resident.State.ERASED for candidate, _ in seen):
        return True
    return any(_is_near(question.described, candidate, kinds) for candidate, kinds in seen)


def _is_near(person: Described, candidate: Here, kinds: set[str]) -> bool:
    """By birth, or by names, birth and NHS number alone where nothing else could change it: places,
    telephone and e-mail say nothing against anybody. What else there is of the candidate stays
    closed."""
    reach = _reach_most(kinds)
    if "nhs" not in kinds:
        born = birth_points(person.born, candidate.born)
        if NAMES_MOST + born + reach < POSSIBLE:
            return False
        if _names_most(person, candidate, kinds) + born + reach < POSSIBLE:
            return False
    verdict, points = judge(person, candidate.named)
    if verdict in NEAR:
        return True
    if points.get("NHS number", 0) <= 0 and points.get("first name", 0) <= -3:
        return False
    if sum(points.values()) + reach < POSSIBLE:
        return False
    return judge(person, candidate.described)[0] in NEAR


def _reach_most(kinds: set[str]) -> float:
    """The most that places, telephone and e-mail can say. Whoever has a last name in common (as
    with a year of birth) and lives at one postcode has both in common."""
    is_elsewhere = bool(kinds & {"last-year", "last-born"}) and not kinds & {"last-place", "uprn"}
    most = 0.0 if is_elsewhere else PLACE_MOST
    return most + PHONE_MOST * ("phone" in kinds) + EMAIL_MOST * ("email" in kinds)


def _names_most(person: Described, candidate: Here, kinds: set[str]) -> float:
    """The most that names can say. Where no pair of a first and a last name sounds alike, one of
    both is another one, spelt almost alike at best."""
    may_be_alike = "name" in kinds or candidate.has_other_names or not _is_plainly_named(person)
    return NAMES_MOST if may_be_alike else UNLIKE_MOST


def _is_plainly_named(person: Described) -> bool:
    """Whether every name like theirs has a sound in common: a particle alone is no key, nor is
    Saint, which is St, nor what follows a sixth word."""
    name_words = keys.squash(f"{person.first} {person.last}").split()
    is_short = len(name_words) < 7 and not person.others
    is_plain = keys.PARTICLES.isdisjoint(name_words) and "saint" not in "".join(name_words)
    return is_short and is_plain

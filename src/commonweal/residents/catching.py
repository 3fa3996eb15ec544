"""What in a text names somebody, by its look and by the keys of who is known.

What has the look of a telephone, an e-mail, an address, an NHS number, a birth date or a reference
is caught, and so are the names of people whom the desk knows, by the keyed hashes of `finding`: no
record is opened for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from commonweal.places.models import Town

from . import keys, looks, name_words, references
from .finding import full, stems, streets
from .models import Resident, ResidentKey

# What a text may hold, in words, by kind; of these a person may say that it is nobody's.
KINDS = {
    "name": "the name of a person",
    "house": "an address",
    "phone": "a telephone number",
    "email": "an e-mail address",
    "postcode": "a postcode",
    "nhs": "an NHS number",
    "born": "a date of birth",
    "reference": "the reference of somebody's record",
}
EXCUSABLE = frozenset({"name", "house"})

MOST_SIGNS = 8000


@dataclass(frozen=True)
class Caught:
    """Words in a text that name somebody, or where and how somebody is to be found."""

    typed: str
    kind: str

    @property
    def is_excusable(self) -> bool:
        return self.kind in EXCUSABLE


def caught_in(
    text: str, *, about: Resident | None = None, kinds: frozenset[str] = frozenset(KINDS)
) -> list[Caught]:
    """Everything in a text that names somebody, in the order of `KINDS`."""
    text = keys.usual_signs(text[:MOST_SIGNS])
    catches = list(_by_look(text, kinds))
    if "name" in kinds:
        catches += _by_keys(text)
    if about is not None:
        catches += _of(about, text)
    catches = [catch for catch in dict.fromkeys(catches) if catch.kind in kinds]
    return _longest(catches)


def _longest(catches: list[Caught]) -> list[Caught]:
    """Without what is a part of something longer of the same kind."""
    return [
        catch
        for catch in catches
        if not any(
            catch != longer and catch.kind == longer.kind and catch.typed in longer.typed
            for longer in catches
        )
    ]


# --- By their look ----------------------------------------------------------------------------


def _by_look(text: str, kinds: frozenset[str]) -> Iterator[Caught]:
    ours = _own_numbers() if kinds & {"phone", "email"} else set()
    for kind, look in BY_LOOK.items():
        for number, typed in look(text):
            if number not in ours:
                yield Caught(typed, kind)


# (a telephone or e-mail as it is compared, as typed) of each thing that has the look.
Look = Iterator[tuple[str, str]]


def _sure_mail_addresses(text: str) -> Look:
    for address, typed, is_sure in looks.mail_addresses(text):
        if is_sure:
            yield address, typed


def _houses(text: str) -> Look:
    return (("", house.typed) for house in looks.houses(text) if house.looks_like_one)


def _references(text: str) -> Look:
    for span in references.spans(text):
        if span.is_plain and span.typed[0].upper() in "FHGRDX":
            yield "", span.typed


def _matching(pattern: re.Pattern[str]) -> Callable[[str], Look]:
    return lambda text: (("", match[0]) for match in pattern.finditer(text))


def _no_number(look: Callable[[str], Iterator[str]]) -> Callable[[str], Look]:
    """A look of something that is never compared with the town's own telephones and address."""
    return lambda text: (("", typed) for typed in look(text))


BY_LOOK: dict[str, Callable[[str], Look]] = {
    "email": _sure_mail_addresses,
    "nhs": _no_number(looks.nhs_numbers),
    "phone": looks.telephones,
    "postcode": _matching(looks.POSTCODE),
    "house": _houses,
    "name": _matching(looks.TITLED),
    "born": _no_number(looks.births),
    "reference": _references,
}


def _own_numbers() -> set[str]:
    """The town's own telephones and address, which may stand anywhere."""
    town = Town.objects.first()
    if town is None:
        return set()
    numbers = {keys.phone(number) for number in (town.contact_phone, town.help_phone)}
    return {*numbers, town.contact_email.casefold()} - {""}


# --- By the keys of who is known --------------------------------------------------------------


def _by_keys(text: str) -> list[Caught]:
    """Names, houses and numbers of people whom the desk knows."""
    by_fact: dict[tuple[str, str], list[Caught]] = {}
    for fact, catch in _facts_in(text):
        by_fact.setdefault(fact, []).append(catch)
    by_digest = {keys.digest(*fact): fact for fact in by_fact}
    known, ours = _known(list(by_digest)), _own_numbers()
    return [
        catch
        for digest, fact in by_digest.items()
        if digest in known and fact[1] not in ours
        for catch in by_fact[fact]
    ]


def _facts_in(text: str) -> Iterator[tuple[tuple[str, str], Caught]]:
    """((kind, fact), as typed) of everything by which somebody may be known."""
    for pair in name_words.pairs(text):
        yield ("full", full(pair.first, pair.last)), Caught(pair.typed, "name")
    for surname, typed in name_words.surnames(text):
        yield ("last-as", surname), Caught(typed, "name")
    for house in looks.houses(text):
        yield ("house", house.fact), Caught(house.typed, "house")
    for address, typed, _ in looks.mail_addresses(text):
        yield ("email", address), Caught(typed, "email")
    for number, typed in looks.loose_telephones(text):
        yield ("phone", number), Caught(typed, "phone")


def _known(digests: list[int]) -> set[int]:
    """Which of these keys are somebody's; as many in one question as any database takes."""
    known: set[int] = set()
    for start in range(0, len(digests), 900):
        rows = ResidentKey.objects.filter(digest__in=digests[start : start + 900])
        known |= set(rows.values_list("digest", flat=True).distinct())
    return known


# --- By whose need it is ----------------------------------------------------------------------


def _of(resident: Resident, text: str) -> Iterator[Caught]:
    """Each word of their own name; their telephones, e-mail, postcode, house, however written."""
    yield from _own_names(resident, text)
    yield from _own_telephones(resident, text)
    squeezed, place = keys.joined(text), keys.joined(resident.postcode)
    if len(place) > 4 and place in squeezed:
        yield Caught(resident.postcode, "postcode")
    if resident.email and resident.email.casefold() in text.casefold():
        yield Caught(resident.email, "email")
    yield from _own_house(resident, text)


def _own_names(resident: Resident, text: str) -> Iterator[Caught]:
    names = [resident.first_name, resident.last_name, *resident.also_known_as.splitlines()]
    name_runs = {run for name in names for run in keys.runs(name) if len(run) > 2}
    text_words = name_words.tokens(text)
    for start in range(len(text_words)):
        for end in range(start + 1, min(len(text_words), start + 4) + 1):
            if "".join(word.plain for word in text_words[start:end]) in name_runs:
                yield Caught(text[text_words[start].start : text_words[end - 1].end], "name")


def _own_telephones(resident: Resident, text: str) -> Iterator[Caught]:
    theirs = [re.sub(r"\D", "", phone) for phone in resident.phone_list]
    for match in re.finditer(r"\d(?:[\s().\-/]*\d){5,12}", looks.in_figures(text)):
        number = re.sub(r"\D", "", match[0])
        if any(phone.endswith(number[-10:]) for phone in theirs):
            yield Caught(text[match.start() : match.end()], "phone")


def _own_house(resident: Resident, text: str) -> Iterator[Caught]:
    theirs = {f"{n} {stem}" for n, street in streets(resident.address) for stem in stems(street)}
    for house in looks.houses(text):
        if house.fact in theirs:
            yield Caught(house.typed, "house")

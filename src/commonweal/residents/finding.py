"""The further keys by which a handler's search finds somebody: each name as it is spelt, first
names alone, birth, postcode, street, house, the end of a telephone.

They stand beside the keys of `keys`, which say who may be one person. An erased record keeps
those and loses these: it has to be recognised when the person asks again, not to be looked up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from django.db import transaction

from . import keys
from .keys import Described
from .models import Resident

# Records whose `keyed` is lower wait for `prepare`. One more whenever the facts below change.
VERSION = 3
KINDS = ("first", "last-as", "first-as", "full", "born", "postcode", "street", "house", "phone-end")
BATCH = 500

SUFFIXES = {
    "st": "street",
    "str": "street",
    "rd": "road",
    "ave": "avenue",
    "av": "avenue",
    "ln": "lane",
    "cl": "close",
    "dr": "drive",
    "ct": "court",
    "cres": "crescent",
    "gdns": "gardens",
    "pl": "place",
    "sq": "square",
    "tce": "terrace",
    "terr": "terrace",
    "gr": "grove",
    "pk": "park",
    "blvd": "boulevard",
    "wy": "way",
}
STREETS = frozenset(SUFFIXES.values()) | frozenset(
    re.findall(
        r"\w+",
        """
row rise hill walk mews green end quay parade view yard path wharf cottages gate croft fold meadow
meadows field fields villas buildings circus broadway wynd vale chase common
""",
    )
)
POSTCODE = re.compile(r"(?i)\b[a-z]{1,2}\d[a-z\d]?[\s.\-]*\d[a-z]{2}\b")


# 34abbey, but not the 2nd of 2nd Avenue.
GLUED = re.compile(r"\d{1,4}(?!(?:st|nd|rd|th)$)[a-z]{2,}")


def street_words(text: str) -> list[str]:
    """The words of a street's name as they are compared: "St. John's Rd" is st johns road."""
    parts = keys.squash(re.sub(r"['’`´]", "", text)).split()
    parts = ["st" if word == "saint" else word for word in parts]
    if len(parts) > 1:
        parts[-1] = SUFFIXES.get(parts[-1], parts[-1])
    return parts


def house_words(street_parts: list[str]) -> list[str]:
    """The words of an address in which a number and its letter are one: 12 a, 12A are 12a; and a
    number that nothing parts from the street is parted: 34abbey."""
    apart = [
        part
        for word in street_parts
        for part in (re.findall(r"\d+|\D+", word) if GLUED.fullmatch(word) else [word])
    ]
    joined: list[str] = []
    for at, word in enumerate(apart):
        is_letter = len(word) == 1 and word.isalpha() and at + 1 < len(apart)
        if is_letter and joined and joined[-1].isdecimal():
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def streets(address: str) -> list[tuple[str, str]]:
    """(number of the house or "", street) for each line of an address that names a street."""
    named_streets, number = [], ""
    for line in re.split(r"[,;\n]", POSTCODE.sub(" ", address)):
        line_words = house_words(street_words(line))
        at = [n for n, word in enumerate(line_words) if re.fullmatch(r"\d+[a-z]?", word)]
        if at:
            number, line_words = line_words[at[-1]], line_words[at[-1] + 1 :]
            if line_words:
                named_streets.append((number, " ".join(line_words)))
        elif len(line_words) > 1 and line_words[-1] in STREETS:
            named_streets.append((number, " ".join(line_words)))
    return named_streets


def stems(street: str) -> list[str]:
    """The street's name with and without its last word: mill lane, mill."""
    street_parts = street.split()
    if len(street_parts) > 1 and street_parts[-1] in STREETS:
        return [street, " ".join(street_parts[:-1])]
    return [street]


def facts_of(person: Described) -> Iterator[tuple[str, str]]:
    """(kind, fact) for everything by which search finds somebody, beside `keys.facts_of`."""
    for first, last in _names(person):
        yield from name_facts(first, last)
    for length in (4, 7, 10):
        if len(person.born) >= length:
            yield "born", person.born[:length]
    if place := keys.postcode(person.postcode):
        yield "postcode", place
        yield "postcode", place[:-3]
    for number, street in streets(person.address):
        for stem in stems(street):
            yield "street", stem
            if number:
                yield "house", f"{number} {stem}"
    for phone in person.phones:
        figures = re.sub(r"\D", "", phone)
        if len(figures) >= 6:
            yield "phone-end", figures[-6:]


def _names(person: Described) -> Iterator[tuple[str, str]]:
    yield person.first, person.last
    for alias in person.others:
        alias_parts = alias.split()
        if len(alias_parts) == 1:
            yield person.first, alias_parts[0]
        for cut in range(1, len(alias_parts)):
            yield " ".join(alias_parts[:cut]), " ".join(alias_parts[cut:])


def name_facts(first: str, last: str) -> Iterator[tuple[str, str]]:
    firsts = keys.runs(first)
    lasts = list(dict.fromkeys([*keys.runs(last), *keys.runs(keys.with_mc(last))]))
    for run in firsts:
        yield "first-as", run
        yield "first", keys.sound(run)
    for form in keys.forms_of(first):
        yield "first", keys.sound(form)
    for run in lasts:
        yield "last-as", run
        yield "last", keys.sound(run)
    for run in firsts:
        for last_run in lasts:
            yield "full", full(run, last_run)


def full(first: str, last: str) -> str:
    """First and last name in one order, so that a name whose parts were swapped is found."""
    return " ".join(sorted((first, last)))


def keys_of(person: Described) -> set[tuple[str, int]]:
    """(kind, digest) of everything that a person may be recognised or looked up by."""
    further = keys.digests(pair for pair in facts_of(person) if pair[1])
    return keys.keys_of(person).union((kind, number) for number, kind in further)


# --- Bringing what is here up to date ---------------------------------------------------------


def waiting() -> int:
    """How many records search doesn't know whole yet."""
    return Resident.objects.present().filter(keyed__lt=VERSION).count()


def prepare(
    index: Callable[[list[Resident]], None],
    *,
    most: int | None = None,
    say: Callable[[int, int], None] | None = None,
) -> int:
    """Make the keys of records that were written before these kinds of keys were there.

    In steps of 500, each kept by itself: it can be stopped at any moment, goes on where it
    stopped, and doesn't keep anybody from working. ``index`` is `people.index`; ``most``
    records are done at most; ``say`` hears how many are done and how many there were.
    """
    done, total = 0, waiting()
    while most is None or done < most:
        with transaction.atomic():
            step = list(
                Resident.objects.present()
                .select_for_update()
                .filter(keyed__lt=VERSION)
                .order_by("pk")[:BATCH]
            )
            if not step:
                break
            index(step)
        done += len(step)
        if say is not None:
            say(done, total)
    return done

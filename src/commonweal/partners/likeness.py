"""Names that could be taken for another organisation's: a hint for the person who decides."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

from .models import NameChange, Partner, PartnerQuerySet

# What a register adds to a name, and what everybody's name has.
COMMON = {
    "the",
    "of",
    "and",
    "for",
    "ltd",
    "limited",
    "plc",
    "llp",
    "cic",
    "cio",
    "co",
    "company",
    "group",
    "uk",
    "inc",
}
# Signs that look like letters.
LOOKS = str.maketrans("0135$@|", "oiessal")
ALIKE = 0.85
MOST = 8


def plain_words(name: str) -> list[str]:
    """A name as its telling words: without accents, marks, register endings and look-alikes."""
    text = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    text = "".join(sign for sign in text if not unicodedata.combining(sign)).translate(LOOKS)
    telling = re.findall(r"[^\W_]+", text)
    return [word for word in telling if word not in COMMON] or telling


def similarity(name: str, second_name: str) -> float:
    """0 to 1: how easily two names are taken for each other."""
    return similarity_of_words(plain_words(name), plain_words(second_name))


def similarity_of_words(first: list[str], second: list[str], *, least: float = 0.0) -> float:
    """The same of names as their telling words. What is less than ``least`` may be called 0: two
    bounds, which take a tenth of the time, are asked first."""
    if not first or not second:
        return 0.0
    matcher = SequenceMatcher(None, "".join(first), "".join(second))
    bounds = (matcher.real_quick_ratio, matcher.quick_ratio)
    joined = matcher.ratio() if all(bound() >= least for bound in bounds) else 0.0
    fewer, larger = sorted((set(first), set(second)), key=len)
    # "Brackenford Borough Council" within "Brackenford Borough Council Cash Help".
    held = 0.9 if len(fewer) > 1 and fewer <= larger else 0.0
    return max(joined, held)


def similar_to(name: str, *, apart_from: Partner) -> list[Partner]:
    """Organisations whose name is like this one, the likest first; the council's own among them."""
    return alike_among(Partner.objects.exclude(pk=apart_from.pk), name)


def alike_among(partners: PartnerQuerySet, name: str) -> list[Partner]:
    """Those of the partners whose name is like this one, the likest first."""
    every = partners.only("code", "name", "accepted_on")
    telling = plain_words(name)
    scored = [
        (similarity_of_words(telling, plain_words(partner.name), least=ALIKE), partner)
        for partner in every.iterator(2000)
    ]
    alike = [(score, partner) for score, partner in scored if score >= ALIKE]
    alike.sort(key=lambda pair: (-pair[0], pair[1].name))
    return [partner for _, partner in alike[:MOST]]


def hints_for(change: NameChange) -> list[Partner]:
    """Organisations that a new name could be taken for."""
    name = change.wanted.get("name")
    return similar_to(str(name), apart_from=change.partner) if name else []

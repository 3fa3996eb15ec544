"""Words: names of people, and streets."""

from __future__ import annotations

import re

from .. import keys
from ..finding import STREETS, SUFFIXES, full, stems, street_words
from .readings import Clue

# Said of a person, no part of their name.
FILLERS = frozenset(
    re.findall(
        r"\w+",
        """
mr mrs ms miss mx dr rev sir lady born dob aka flat tel phone the and
""",
    )
)


def words_of(before: str, after: str, house: str, spare: str, clues: list[Clue]) -> list[str]:
    """The clues of the words before and after a house's number; what is left of it all."""
    street = " ".join(street_words(after))
    if street:
        clues.append(_address(house, after, street))
    lone_house = "" if street else spare
    name_words = _name_words(before) or ([] if clues else keys.parts(before))
    if not name_words:
        return _unread(before, lone_house)
    clues.append(_name(before, name_words, lone_house.lower()))
    return [lone_house] if lone_house and name_words[-1] not in STREETS else []


def _unread(before: str, lone_house: str) -> list[str]:
    """What says nothing: signs of another writing, else a number that no street follows."""
    if before.strip(" ,.;:-") and not keys.squash(before):
        return [before.strip()]
    return [lone_house] if lone_house else []


def _address(house: str, after: str, street: str) -> Clue:
    clue = Clue(f"{house} {after.strip()}")
    # 12 a High Street: the letter belongs to the number.
    if lettered := re.match(r"([a-z]) (.+)", street):
        for stem in stems(lettered[2]):
            number = f"{house}{lettered[1]}"
            clue.read(f"address {number} {stem.title()}", {("house", f"{number} {stem}")})
    for stem in stems(street):
        clue.read(f"address {house} {stem.title()}", {("house", f"{house} {stem}")})
    for stem in stems(street):
        clue.read(f"street {stem.title()}, another number", {("street", stem)}, weak=True)
    _read_written(clue, after)
    return clue


def _name(before: str, name_words: list[str], lone_house: str) -> Clue:
    """Somebody's name, or a street, or both."""
    clue = Clue(before.strip())
    _read_street(clue, before, lone_house)
    _read_written(clue, before, name_words)
    _read_both(clue, name_words)
    clue.readings.sort(key=lambda reading: reading.is_weak)
    return clue


def _name_words(text: str) -> list[str]:
    name_parts = keys.parts(text)[:10]
    return [word for word in name_parts if word not in FILLERS]


def _read_street(clue: Clue, text: str, house: str) -> None:
    street_parts = street_words(text)
    street = " ".join(street_parts)
    if not street_parts or (len(street_parts) > 1 and street_parts[-1] not in STREETS):
        return
    for stem in stems(street):
        if house:
            clue.read(f"address {house} {stem.title()}", {("house", f"{house} {stem}")})
        if len(street_parts) > 1 or house:
            clue.read(f"street {stem.title()}", {("street", stem)})


def _splits(name_words: list[str]) -> list[tuple[str, str]]:
    """Every first and last name that some words may be, with middle names left out as well."""
    many = len(name_words)
    splits = [("".join(name_words[:cut]), "".join(name_words[cut:])) for cut in range(1, many)]
    splits += [(name_words[0], "".join(name_words[cut:])) for cut in range(2, many)]
    splits += [("".join(name_words[:cut]), name_words[-1]) for cut in range(1, many - 1)]
    return list(dict.fromkeys(splits))


def _read_written(clue: Clue, text: str, name_words: list[str] | None = None) -> None:
    """The names in some words; M'Donald is looked for as McDonald too."""
    for names in (name_words or _name_words(text), _name_words(keys.with_mc(text))):
        if names:
            _read_names(clue, names)


def _read_names(clue: Clue, name_words: list[str]) -> None:
    typed = clue.typed.strip(" ,.;:-")
    is_whole = keys.parts(typed) == name_words
    joined_name, shown = "".join(name_words), typed if is_whole else " ".join(name_words).title()
    splits = _splits(name_words)
    if splits:
        clue.read(f"first and last name {shown}", {("full", full(*pair)) for pair in splits})
    clue.read(f"last name {shown}", {("last-as", joined_name)})
    clue.read(f"first name {shown}", {("first-as", joined_name)})
    if splits:
        clue.read(f"first and last name that sound like {shown}", _sounds(splits))
    clue.read(f"last name that sounds like {shown}", {("last", keys.sound(joined_name))})
    clue.read(f"first name that sounds like {shown}, or its short forms", _firsts(joined_name))
    if splits:
        _read_each(clue, shown, name_words)
    else:
        clue.read(f"street {shown}", {("street", joined_name)})


def _read_each(clue: Clue, shown: str, name_words: list[str]) -> None:
    """Each of several words by itself, in any order of their names; little words aside."""
    some = [word for word in name_words if word not in keys.PARTICLES and len(word) > 1]
    some = some or name_words
    clue.read(f"each of these words in their names: {shown}", *[_spelt(word) for word in some])
    clue.read(f"names with a sound like each of: {shown}", *[_heard(word) for word in some])
    clue.read(f"street {shown}", {("street", " ".join(name_words))})
    for word in some:
        clue.read(f"{word.title()} in their names", _spelt(word), weak=True)
    for word in some:
        clue.read(f"a name that sounds like {word.title()}", _heard(word), weak=True)


def _read_both(clue: Clue, clue_words: list[str]) -> None:
    """A street and somebody's name, in either order: Webb Abbey Street."""
    at = next((n for n, word in enumerate(clue_words) if SUFFIXES.get(word, word) in STREETS), 0)
    for length in (2, 1):
        start = at - length
        name_words = clue_words[: max(start, 0)] + clue_words[at + 1 :]
        if at and start >= 0 and name_words:
            stem = " ".join(clue_words[start:at])
            name = " ".join(word.title() for word in name_words)
            named = [_heard(word) | _spelt(word) for word in name_words]
            clue.read(f"street {stem.title()}, {name} in their names", {("street", stem)}, *named)


def _spelt(word: str) -> set[tuple[str, str]]:
    return {("first-as", word), ("last-as", word)}


def _heard(word: str) -> set[tuple[str, str]]:
    return {("last", keys.sound(word)), *_firsts(word)}


def _firsts(word: str) -> set[tuple[str, str]]:
    return {("first", keys.sound(form)) for form in {word, *keys.forms_of(word)}}


def _sounds(splits: list[tuple[str, str]]) -> set[tuple[str, str]]:
    facts = set()
    for first, last in [*splits, *((last, first) for first, last in splits)]:
        for form in {first, *keys.forms_of(first)}:
            facts.add(("name", " ".join(sorted((keys.sound(last), keys.sound(form))))))
    return facts

"""What a handler typed, taken apart into clues: names, birth, numbers, places.

Each clue has readings, from strict to loose; each reading says in words what is looked for, and
by which keys somebody is found by it. Nothing here asks the database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from . import keys
from .finding import POSTCODE, STREETS, SUFFIXES, full, stems, street_words

Facts = frozenset[tuple[str, str]]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
YEAR = r"(?P<year>\d{4}|'?\d{2})(?!\d)"
DAY = r"(?<!\d)(?P<day>\d{1,2})"
# What may stand between a month's name and the figures beside it: 3 Sep 65, 03-Sep-1965.
BETWEEN = r"[\s./\-]*"
DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
        rf"(?<!\d[ /.\-]){DAY}(?P<sep>[/.\- ])(?P<month>\d{{1,2}})(?P=sep){YEAR}(?![ ]?\d)",
        rf"{DAY}(?:st|nd|rd|th)?{BETWEEN}(?:of\s+)?{MONTH},?{BETWEEN}{YEAR}",
        rf"\b{MONTH}{BETWEEN}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*|[\s./\-]+){YEAR}",
        rf"\b{MONTH}{BETWEEN}(?P<year>\d{{4}}|'\d{{2}})(?!\d)",
        r"(?<!\d)(?P<month>\d{1,2})[/.](?P<year>\d{4})(?!\d)",
        r"(?<![\d/.\-])(?P<year>(?:19|20)\d\d)(?![\d/.\-]\d|\d)",
    )
)
EMAIL = re.compile(r"[^\s<>,;]+@[^\s<>,;]+")
NUMBER = re.compile(r"\+?\(?\d(?:[\s().\-/]*\d){4,}")
# With the space at another place: BF12 AG, BF1 2A G, BF 12AG.
SPACED_POSTCODE = re.compile(
    r"(?i)(?<!\w)(?:[a-z]{1,2}\d[a-z\d]?[\s.\-]*\d\s*[a-z]\s*[a-z]"
    r"|[a-z]{1,2}\s+\d[a-z\d]?\s*\d[abd-hjlnp-uw-z]{2})(?!\w)"
)
OUTWARD = re.compile(r"(?i)(?<!\w)[a-z]{1,2}\d{1,2}[a-z]?(?!\w)")
GLUED_HOUSE = re.compile(r"(?i)(?<!\w)(\d{1,4})(?!(?:st|nd|rd|th)(?!\w))(?=[^\W\d_]{2})")
HOUSE = re.compile(r"(?i)(?<!\w)\d{1,4}[a-z]?(?!\w)")
# Said of a person, no part of their name.
FILLERS = frozenset(
    re.findall(
        r"\w+",
        """
mr mrs ms miss mx dr rev sir lady born dob aka flat tel phone the and
""",
    )
)


@dataclass(frozen=True)
class Reading:
    """One way to read a clue. Somebody is found who has a key of each of ``all_of``."""

    meaning: str
    all_of: tuple[Facts, ...]
    # Only a part of the clue fits: taken where nothing better is there.
    is_weak: bool = False


@dataclass
class Clue:
    """One thing that was typed, with its readings from strict to loose."""

    typed: str
    readings: list[Reading] = field(default_factory=list)

    def read(self, meaning: str, *all_of: set[tuple[str, str]], weak: bool = False) -> None:
        sets = tuple(frozenset(f for f in facts if f[1]) for facts in all_of)
        if all(sets):
            self.readings.append(Reading(meaning, sets, weak))


def clues_of(text: str, *, today: date) -> tuple[list[Clue], list[str]]:
    """(the clues in what was typed, the parts that say nothing)."""
    clues: list[Clue] = []
    text = _emails(text, clues)
    text = _births(text, clues, today)
    text, place = _cut(POSTCODE, text)
    if not place:
        text, place = _cut(SPACED_POSTCODE, text)
    text, numbers = _cut_all(NUMBER, text)
    left = [short for number in numbers if (short := _number(number, clues, today))]
    if not place:
        text, place = _cut(OUTWARD, text)
    text = GLUED_HOUSE.sub(r"\1 ", text)
    houses = list(HOUSE.finditer(text))
    # Flat 2, 34 Abbey Street: the number that words follow is the house's.
    named = [house for house in houses if re.match(r"[\s,]+[^\W\d_]{2}", text[house.end() :])]
    house = (named or houses)[-1] if houses else None
    if place:
        clues.append(_place(place, house[0] if house else ""))
    if house:
        before, after = text[: houses[0].start()], text[house.end() :]
        spare = "" if place else house[0]
    else:
        before, after, spare = text, "", ""
    left += _words(before, after, house[0].lower() if house else "", spare, clues)
    return clues, left


def _cut(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    match = pattern.search(text)
    if match is None:
        return text, ""
    return f"{text[: match.start()]} {text[match.end() :]}", match[0]


def _cut_all(pattern: re.Pattern[str], text: str) -> tuple[str, list[str]]:
    matches = [match[0] for match in pattern.finditer(text)]
    return pattern.sub(" ", text), matches


def _emails(text: str, clues: list[Clue]) -> str:
    text, emails = _cut_all(EMAIL, text)
    for email in emails:
        clue = Clue(email)
        clue.read(f"e-mail {email}", {("email", email.casefold())})
        clues.append(clue)
    return text


# --- Birth ------------------------------------------------------------------------------------


def _births(text: str, clues: list[Clue], today: date) -> str:
    for pattern in DATES:
        match = pattern.search(text)
        if match is None:
            continue
        date_parts = match.groupdict()
        clue = _born(match[0], date_parts, today)
        if clue is not None:
            clues.append(clue)
            return f"{text[: match.start()]} {text[match.end() :]}"
    return text


def _born(typed: str, date_parts: dict[str, str | None], today: date) -> Clue | None:
    month = date_parts.get("month") or ""
    number = (
        int(month) if month.isdecimal() else MONTHS.index(month[:3].lower()) + 1 if month else 0
    )
    day = int(date_parts.get("day") or 0)
    clue = Clue(typed.strip())
    swapped = []
    for year in years_of(date_parts.get("year") or "", today):
        if day and _is_day(year, number, day):
            _read_day(clue, year, number, day)
            if day <= 12 and day != number and month.isdecimal():
                swapped.append((year, day, number))
        elif day and month.isdecimal() and _is_day(year, day, number):
            _read_day(clue, year, day, number)
        elif not day and 1 <= number <= 12:
            when = f"{year}-{number:02}"
            clue.read(f"born in {date(year, number, 1):%B %Y}", {("born", when)})
        elif not day and not number:
            clue.read(f"born in {year}", {("born", str(year))})
        if day or number:
            clue.read(f"born in {year}, another day", {("born", str(year))}, weak=True)
    for year, swapped_month, real in swapped:
        born = date(year, swapped_month, real)
        meaning = f"born {born.day} {born:%B %Y} (day and month swapped)"
        clue.read(meaning, {("born", str(born))})
    clue.readings.sort(key=lambda reading: reading.is_weak)
    return clue if clue.readings else None


def _read_day(clue: Clue, year: int, month: int, day: int) -> None:
    when = date(year, month, day)
    clue.read(f"born {day} {when:%B %Y}", {("born", str(when))})


def years_of(typed: str, today: date) -> list[int]:
    """1965 for 1965; for two figures each year within the last hundred and ten."""
    figures = typed.strip("'")
    if not figures.isdecimal():
        return []
    if len(figures) == 4:
        return [int(figures)] if 1900 <= int(figures) <= today.year else []
    return [
        year
        for year in (1900 + int(figures), 2000 + int(figures))
        if today.year - 110 <= year <= today.year
    ]


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


# --- Numbers and places -----------------------------------------------------------------------


def _number(typed: str, clues: list[Clue], today: date) -> str:
    """A telephone, whole or its end; an NHS number; a date without signs between. What is too
    short for any of them is given back."""
    figures = re.sub(r"\D", "", typed.replace("(0)", ""))
    if len(figures) < 6:
        return typed.strip()
    clue = Clue(typed.strip())
    if len(figures) >= 7:
        clue.read(f"telephone {clue.typed}", {("phone", keys.phone(figures))})
    if len(figures) == 10:
        clue.read(f"NHS number {clue.typed}", {("nhs", figures)})
    parts = [{"day": figures[:2], "month": figures[2:4], "year": figures[4:]}]
    if len(figures) == 8:
        parts.append({"day": figures[6:], "month": figures[4:6], "year": figures[:4]})
    for date_parts in parts if len(figures) in (6, 8) else []:
        if born := _born(clue.typed, dict(date_parts), today):
            clue.readings += [reading for reading in born.readings if not reading.is_weak]
    clue.read(f"telephone that ends in {figures[-6:]}", {("phone-end", figures[-6:])})
    clues.append(clue)
    return ""


def _place(typed: str, house: str) -> Clue:
    place = keys.postcode(typed)
    clue = Clue(f"{house} {typed}".strip())
    if house and len(place) > 4:
        clue.read(f"number {house} in {typed}", {("address", f"{place} {house.lower()}")})
    clue.read(f"postcode {typed}", {("postcode", place)}, weak=bool(house))
    return clue


# --- Words: names and streets -----------------------------------------------------------------


def _words(before: str, after: str, house: str, spare: str, clues: list[Clue]) -> list[str]:
    """The clues of the words before and after a house's number; what is left of it all."""
    street = " ".join(street_words(after))
    if street:
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
        clues.append(clue)
    name_words = _name_words(before) or ([] if clues else keys.parts(before))
    if name_words:
        clue = Clue(before.strip())
        lone = "" if street else spare.lower()
        _read_street(clue, before, lone)
        _read_written(clue, before, name_words)
        _read_both(clue, name_words)
        clue.readings.sort(key=lambda reading: reading.is_weak)
        clues.append(clue)
        if lone and name_words[-1] not in STREETS:
            return [spare]
        return []
    if before.strip(" ,.;:-") and not keys.squash(before):
        return [before.strip()]
    return [] if street or not spare else [spare]


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
    if not splits:
        clue.read(f"street {shown}", {("street", joined_name)})
        return
    some = [
        word for word in name_words if word not in keys.PARTICLES and len(word) > 1
    ] or name_words
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

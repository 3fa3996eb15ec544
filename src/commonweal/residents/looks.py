"""What in a text has the look of a telephone, an e-mail, an address, a number or a birth, however
it is written: with letters for figures, a spelled @, the number before or behind the street.

Nothing here asks the database. `naming` says which of it may go out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from localwealth.tables.nhs_numbers import nhs_number

from . import keys
from .clues import DATES, EMAIL, years_of
from .finding import STREETS, street_words

POSTCODE = re.compile(r"(?i)(?<![^\W_])[a-z]{1,2}\d[a-z\d]?[\s.\-_/]*\d[a-z]{2}(?![^\W_])")
PHONE = re.compile(r"(?<![\w])(?:\+\s*44|00\s*44|\(?0)(?:[\s().\-/_]*\d){8,11}(?!\d)")
LOOSE_PHONE = re.compile(r"(?<![\w.,£])\d(?:[\s().\-_]*\d){6,12}(?!\d)")
NHS = re.compile(r"(?<!\d)\d{3}[\s.-]?\d{3}[\s.-]?\d{4}(?!\d)")
BIRTH = re.compile(r"(?i)\b(?:born|birth|birthday|d\.?o\.?b)\b")
TITLED = re.compile(
    r"(?<![^\W_])(?:(?i:mr|mrs|mx)[.\s_-]+[^\W\d_][\w'’-]+"
    r"|(?:Mrs?|Mx)(?=[A-Z][^\W\d_A-Z])[\w'’-]+"
    r"|(?:[Dd]r|Prof|Rev|Ms|MS|Miss|MISS|Sir|Lady|Dame)(?:\.\s*|[\s_]+)[A-Z][\w'’-]+)"
    r"(?:\s+[A-Z][\w'’-]+){0,3}"
)

# --- Figures ----------------------------------------------------------------------------------

# Letters that are taken for a figure, by eye or on purpose.
AS_FIGURES = str.maketrans("OoQIl|SBZ", "000111582")
LIKE_FIGURES = re.compile(r"(?<!\w)[+(]*[\dOoQIl|](?:[\s().\-/_]*[\dOoQIl|SBZ]){6,14}(?!\w)")
LEAST_FIGURES = 4
SPOKEN = {
    "zero": "0",
    "oh": "0",
    "o": "0",
    "nought": "0",
    "naught": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}
TIMES = {"double": 2, "triple": 3, "treble": 3}
SPOKEN_RUN = re.compile(
    rf"(?i)(?<!\w)(?:(?:{'|'.join([*SPOKEN, *TIMES])}|\d{{1,6}})(?!\w)[\s,.\-]*){{4,}}"
)


def in_figures(text: str) -> str:
    """A text of the same length in which what stands for figures among figures is one."""

    def turned(match: re.Match[str]) -> str:
        enough = sum(sign.isdecimal() for sign in match[0]) >= LEAST_FIGURES
        return match[0].translate(AS_FIGURES) if enough else match[0]

    return LIKE_FIGURES.sub(turned, text)


def telephones(text: str) -> Iterator[tuple[str, str]]:
    """(figures as telephones are compared, as typed) of what looks like a whole telephone."""
    for match in PHONE.finditer(in_figures(text)):
        yield keys.phone(match[0]), text[match.start() : match.end()].strip()
    for match in SPOKEN_RUN.finditer(text):
        figures = _spoken(match[0])
        if 10 <= len(figures) <= 14 and figures.startswith(("0", "44")):
            yield keys.phone(figures), match[0].strip(" ,.-\n")


def loose_telephones(text: str) -> Iterator[tuple[str, str]]:
    """(figures, as typed) of whatever may be a telephone if somebody has it."""
    for match in LOOSE_PHONE.finditer(in_figures(text)):
        if number := keys.phone(match[0]):
            yield number, text[match.start() : match.end()]
    for match in SPOKEN_RUN.finditer(text):
        if number := keys.phone(_spoken(match[0])):
            yield number, match[0].strip(" ,.-\n")


def _spoken(text: str) -> str:
    """oh double seven 12 is 07712; "" where fewer than four of its figures are said in words."""
    spoken = re.findall(r"[a-z]+|\d+", text.lower())
    if sum(word in SPOKEN or word in TIMES for word in spoken) < 4:
        return ""
    figures, times = "", 1
    for word in spoken:
        if word in TIMES:
            times = TIMES[word]
        else:
            figures += SPOKEN.get(word, word) * times
            times = 1
    return figures


def nhs_numbers(text: str) -> Iterator[str]:
    for match in NHS.finditer(in_figures(text)):
        if is_nhs_number(match[0]):
            yield text[match.start() : match.end()]


def is_nhs_number(typed: str) -> bool:
    """Ten figures of which the last is right (modulo 11)."""
    return bool(nhs_number(typed))


def births(text: str) -> Iterator[str]:
    today = timezone.localdate()
    for pattern in DATES:
        for match in pattern.finditer(text):
            near = BIRTH.search(text[max(0, match.start() - 25) : match.start()])
            years = years_of(match.groupdict().get("year") or "", today)
            if near and years:
                yield match[0]


# --- E-mail -----------------------------------------------------------------------------------

IN_BRACKETS = r"[\s_-]*[(\[{{<*]+\s*(?:{})\s*[)\]}}>*]+[\s_-]*"
AT = rf"(?:{IN_BRACKETS.format('at|@')}|\s*@\s*|[\s_-]+at[\s_-]+)"
DOT = rf"(?:{IN_BRACKETS.format('dot|point|[.]')}|[\s_-]+(?:dot|point)[\s_-]+|[.])"
SPELLED_EMAIL = re.compile(
    rf"(?i)(?<![\w.])(?P<name>[a-z0-9][\w+'-]*?(?:{DOT}[\w+'-]+?){{0,3}})(?P<at>{AT})"
    rf"(?P<host>[a-z0-9][a-z0-9-]*?(?:{DOT}[a-z0-9-]+?){{0,3}}{DOT}(?P<top>[a-z]{{2,24}}))(?![\w@])"
)
# After *at* in ordinary words only these are read as the end of an address.
TOPS = frozenset(
    re.findall(
        r"\w+",
        """com org net uk eu info io co ie gov edu me fr de es it pl ro nl be us biz online email
        scot wales cymru london""",
    )
)


def mail_addresses(text: str) -> Iterator[tuple[str, str, bool]]:
    """(address, as typed, whether it can be nothing else) for each e-mail, also a spelled one.

    *Ask at example.org* is no address by its look; it is one when somebody has it.
    """
    for match in EMAIL.finditer(text):
        yield match[0].strip(".,;:()").casefold(), match[0], True
    for match in SPELLED_EMAIL.finditer(text):
        name, host = (re.sub(DOT, ".", match[part], flags=re.I) for part in ("name", "host"))
        if not host.lower().startswith("www."):
            yield f"{name}@{host}".casefold(), match[0], _is_marked(match)


def _is_marked(match: re.Match[str]) -> bool:
    """Nobody writes so unless it is an address: brackets, a sign, *dot*, AT in capitals."""
    name, at = match["name"], match["at"].strip(" \t\r\n_-")
    if at.lower() != "at":
        return True
    if match["top"].lower() not in TOPS:
        return False
    if at == "AT" and not name.isupper():
        return True
    spelled = re.search(r"(?i)\b(?:dot|point)\b", f"{name} {match['host']}") is not None
    looks = any(sign.isalpha() for sign in name) and re.search(r"[._\d+]", name) is not None
    return spelled or looks or re.fullmatch(r"(?i)[_-]at[_-]", match["at"]) is not None


# --- Houses -----------------------------------------------------------------------------------

# A word without a hyphen's halves joined; a hyphen may stand between the words of a street.
WORD = re.compile(r"[^\W\d_](?:(?:[^\W_]|['’`-])*[^\W_])?")
STOP = frozenset(
    re.findall(
        r"\w+", "a an and at by for from in into near of off on or per the to up with hours people"
    )
)
# 1.5 and £12 are no house, nor is 340 in 12,340; No.34 and flat 2,34 Abbey Street are.
NUMBER = re.compile(
    r"(?<![\w£])(?<!\d[.])(?<!\d,(?=\d{3}(?!\d)))(?P<number>\d{1,4})"
    r"(?:(?P<letter>\s?[a-zA-Z])(?!\w)|(?=[^\W\d_]{2})|(?!\w))"
)
NO = r"[\s,(#-]*(?:\b(?:no|nr|number|house)\b[.:]?)?\s*#?"
ENDS = re.compile(r"\s*(?:$|[.,;:!?)\n](?!\d)|\(|[A-Za-z]{1,2}\d)")
TEENS = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen
"""
UNITS = {word: figure for figure, word in enumerate(re.findall(r"\w+", TEENS), 1)}
DECADES = "twenty thirty forty fifty sixty seventy eighty ninety"
TENS = {word: 10 * figure for figure, word in enumerate(re.findall(r"\w+", DECADES), 2)}
IN_WORDS = re.compile(
    rf"(?i)(?<![\w-])(?:(?P<ten>{'|'.join(TENS)})(?:[\s-]?(?P<one>{'|'.join(list(UNITS)[:9])}))?"
    rf"|(?P<unit>{'|'.join(sorted(UNITS, key=len, reverse=True))}))(?![\w-])"
)


@dataclass(frozen=True)
class House:
    """One way to read a number and the words beside it as a house in a street."""

    number: str
    street: tuple[str, ...]
    typed: str
    # May be judged by its look; else it is one only where somebody lives there.
    by_look: bool = True

    @property
    def fact(self) -> str:
        return f"{self.number} {' '.join(self.street)}"

    @property
    def looks_like_one(self) -> bool:
        named = len(self.street) == 2 or all(word[0].isupper() for word in WORD.findall(self.typed))
        return self.by_look and self.street[-1] in STREETS and len(self.street) > 1 and named


def houses(text: str) -> Iterator[House]:
    """Every way to take a number and a street beside it together, in either order."""
    for match in NUMBER.finditer(text):
        letter = match["letter"] or ""
        if letter.strip():
            yield from _lettered_houses(text, match)
        if letter.strip() and letter == letter.strip():
            # 34a: its letter can't begin the street.
            lettered = (match["number"] + letter).lower()
            yield from _behind_words(text, match.start(), match.end(), lettered, by_look=False)
        else:
            yield from _bare_houses(text, match)
    for match in IN_WORDS.finditer(text):
        figure = UNITS.get((match["unit"] or match["one"] or "").lower(), 0)
        figure += TENS.get((match["ten"] or "").lower(), 0)
        yield from _before_words(text, match.start(), match.end(), str(figure), by_look=False)


def _lettered_houses(text: str, match: re.Match[str]) -> Iterator[House]:
    """Houses whose number has a letter; O, l and I may be figures."""
    letter = match["letter"]
    written = match["number"] + letter.strip()
    is_spaced = letter != letter.strip()
    yield from _before_words(
        text, match.start(), match.end(), written.lower(), only_titled=is_spaced
    )
    if letter.strip() in "OolI":
        turned = written.translate(AS_FIGURES)
        yield from _before_words(text, match.start(), match.end(), turned)


def _bare_houses(text: str, match: re.Match[str]) -> Iterator[House]:
    """Houses whose number has no letter, or whose letter begins the street: 12 a Close."""
    number, end = match["number"], match.end("number")
    is_glued = re.match(r"[^\W\d_]", text[end:]) is not None
    yield from _before_words(text, match.start(), end, number, only_titled=is_glued)
    yield from _behind_words(text, match.start(), end, number)


def _before_words(
    text: str,
    start: int,
    end: int,
    number: str,
    *,
    by_look: bool = True,
    only_titled: bool = False,
) -> Iterator[House]:
    after = list(WORD.finditer(text, end))[:5]
    # "34 in Abbey Street" is a house only where somebody lives there.
    if after and after[0][0].lower() in ("in", "on", "of", "at"):
        after, end, by_look = after[1:], after[0].end(), False
    for last in after[:4]:
        between = text[end : last.end()]
        street = street_words(between)
        if re.search(r"[.;:!?\n]\s", between) or STOP & set(street):
            break
        typed = text[start : last.end()]
        # 12 a High Street is a house; two *a day walks* and *2pm close* are none.
        titled = all(word[0].isupper() for word in WORD.findall(between)) and len(street) > 1
        sure = by_look and (titled or not only_titled)
        yield House(number, tuple(street), typed, by_look=sure)


def _behind_words(
    text: str, start: int, end: int, number: str, *, by_look: bool = True
) -> Iterator[House]:
    before = text[max(0, start - 60) : start]
    link = re.search(rf"(?i){NO}$", before)
    preceding = list(WORD.finditer(before[: link.start()] if link else before))[-4:]
    for first in range(len(preceding) - 1, -1, -1):
        typed = before[preceding[first].start() :]
        street = street_words(before[preceding[first].start() : preceding[-1].end()])
        if STOP & set(street) or re.search(r"[.;:!?\n]\s+[^\W\d_]", typed):
            break
        titled = all(word[0][0].isupper() for word in preceding[first:])
        is_year = len(number) == 4 and number[:2] in ("19", "20")
        sure = by_look and titled and not is_year and ENDS.match(text, end) is not None
        yield House(number, tuple(street), typed + text[start:end], by_look=sure)

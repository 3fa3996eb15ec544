"""Days of the week, however they are written: MO, Mondays, Mon-Fri, weekdays, 1MO, last Friday."""

from __future__ import annotations

import re

LETTERS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NAME = dict(zip(LETTERS, ENGLISH, strict=True))
WELSH = ("llun", "mawrth", "mercher", "iau", "gwener", "sadwrn", "sul")
SHORT = {
    "MO": ("mo", "mon"),
    "TU": ("tu", "tue", "tues"),
    "WE": ("we", "wed", "weds"),
    "TH": ("th", "thu", "thur", "thurs"),
    "FR": ("fr", "fri"),
    "SA": ("sa", "sat"),
    "SU": ("su", "sun"),
}
LETTERS_OF = {
    name: letters
    for letters, english, welsh in zip(LETTERS, ENGLISH, WELSH, strict=True)
    for name in (
        *SHORT[letters],
        english.lower(),
        f"{english.lower()}s",
        welsh,
    )
}
MANY = {
    "weekday": LETTERS[:5],
    "weekdays": LETTERS[:5],
    "weekend": LETTERS[5:],
    "weekends": LETTERS[5:],
    "daily": LETTERS,
    "every day": LETTERS,
}
WHICH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
ITEM = re.compile(
    r"(?:(?P<figure>[+-]?[1-5])(?:st|nd|rd|th)?|(?P<which>" + "|".join(WHICH) + r"))?\s*"
    r"(?P<first>[a-z]+)\.?(?:~(?P<last>[a-z]+)\.?)?"
)
RANGE = re.compile(r"\s*(?:[-–—]|\bto\b)\s*(?=[a-z])")
NAMES = "|".join(sorted(LETTERS_OF, key=len, reverse=True))
PLACE = r"(?:[+-]?[1-5](?:st|nd|rd|th)?|" + "|".join(WHICH) + ")"
SEPARATED = re.compile(
    rf"\s*(?:[,;&+/|]|\band\b)\s*|\s+(?={PLACE}?\s?(?:{NAMES})\b)(?<!st\s|nd\s|rd\s|th\s)"
)
# The first and third Monday are the first Monday and the third Monday.
TWO_OF_ONE = re.compile(rf"({PLACE})\s*(?:,|&|\band\b)\s*({PLACE})\s+({NAMES})\b")


def days_of(text: str) -> list[str] | None:
    """Letters of the weekdays in a text, in the order of the week, those of a month with their
    figure. None where anything else stands in it.

    >>> days_of("Mon-Wed, Friday"), days_of("1MO,3MO"), days_of("last Friday"), days_of("soon")
    (['MO', 'TU', 'WE', 'FR'], ['1MO', '3MO'], ['-1FR'], None)
    """
    read: set[str] = set()
    plain = " ".join(word for word in text.casefold().split() if word != "dydd")
    plain = TWO_OF_ONE.sub(r"\1 \3, \2 \3", plain)
    for part in SEPARATED.split(RANGE.sub("~", plain)):
        if not part:
            continue
        several = _days_of_part(part)
        if several is None:
            return None
        read.update(several)
    return sorted(read, key=_order)


def _days_of_part(part: str) -> list[str] | None:
    if part in MANY:
        return list(MANY[part])
    match = ITEM.fullmatch(part)
    if match is None or match["first"] not in LETTERS_OF:
        return None
    first = LETTERS_OF[match["first"]]
    figure = int(match["figure"] or WHICH.get(match["which"], 0))
    if match["last"] is None:
        return [f"{figure or ''}{first}"]
    if match["last"] not in LETTERS_OF or figure:
        return None
    return _from_to(first, LETTERS_OF[match["last"]])


def _from_to(first: str, last: str) -> list[str]:
    """The days between two, over the end of a week if need be."""
    start, end = LETTERS.index(first), LETTERS.index(last)
    week = LETTERS + LETTERS
    return list(week[start : end + 1] if start <= end else week[start : end + 8])


def split(day: str) -> tuple[int, str]:
    """(which of the month, 0 for every one; letters)

    >>> split("-1FR"), split("MO")
    ((-1, 'FR'), (0, 'MO'))
    """
    return int(day[:-2] or 0), day[-2:]


def _order(day: str) -> tuple[int, int, int]:
    which, letters = split(day)
    return (which < 0, abs(which), LETTERS.index(letters))


def heading_day(heading: str) -> str:
    """Letters of the weekday that a column is about, "" if it is about none.

    >>> heading_day("opening_hours_monday"), heading_day("Tue"), heading_day("Sat nav postcode")
    ('MO', 'TU', '')
    """
    parts = re.findall(r"[a-z]+", heading.casefold())
    ours = [word for word in parts if word not in ABOUT_HOURS]
    return LETTERS_OF.get(ours[0], "") if len(ours) == 1 else ""


ABOUT_HOURS = {
    *("open", "opens", "opening", "close", "closes", "closing", "closed", "hours", "hour"),
    *("time", "times", "from", "to", "until", "am", "pm", "start", "starts", "end", "ends"),
    *("session", "sessions", "availability", "dydd"),
}

"""Days of birth as lists of people write them, in the order of day and month of a whole column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

from localwealth.tables.dates import Order, Years, days

FIRST_YEAR = 1900
# Excel's number of the least day that has five figures: 18 May 1927.
_LEAST_SERIAL = 10_000
# A day in words is taken where nothing but day, month and year is said; a person reads the rest.
_IN_WORDS = re.compile(r"\d{1,2}[ /.-]*[^\W\d_]{3,}\.?[ /.,-]*\d{2,4}")
_YEAR_FIRST = re.compile(r"[1-9]\d{3}[/.\- ]\d{1,2}[/.\- ]\d{2}")
_WORDED = re.compile(r"[^\W\d_]{3,}")


def born(text: str, order: Order, today: date) -> date | None:
    """The day on which somebody was born; None where the text is no such day.

    Two figures of a year are of the century in which they have passed.

    >>> today = date(2026, 11, 27)
    >>> [str(born(t, "dmy", today)) for t in ("13/04/41", "19410413", "13 April 1941", "15079")]
    ['1941-04-13', '1941-04-13', '1941-04-13', '1941-04-13']
    >>> [born(t, "dmy", today) for t in ("31/04/1950", "1950", "April 1941", "13/04/1899")]
    [None, None, None, None]
    """
    if _WORDED.search(text) and not _IN_WORDS.fullmatch(text.strip()):
        return None
    years = Years(FIRST_YEAR, today.year, today.year % 100 + 1, _LEAST_SERIAL)
    meant = days(text, order, years)
    if meant is None or not meant.is_exact:
        return None
    return meant.first if date(FIRST_YEAR, 1, 1) <= meant.first <= today else None


def order_of(texts: Iterable[str], today: date) -> Order:
    """The order of day, month and year that reads most of a column; day first where all do.

    >>> order_of(["03/27/1950", "01/02/1960"], date(2026, 11, 27))
    'mdy'
    >>> order_of(["41-04-13", "09-02-01", "1950-03-27"], date(2026, 11, 27))
    'yymd'
    """
    # What begins with a year of four figures is read alike in all of them.
    counted = Counter(text for text in texts if text.strip() and not _YEAR_FIRST.match(text))
    orders: tuple[Order, ...] = ("dmy", "mdy", "yymd")
    unread: dict[Order, int] = {
        order: sum(n for text, n in counted.items() if born(text, order, today) is None)
        for order in orders
    }
    return min(orders, key=unread.__getitem__)

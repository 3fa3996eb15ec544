"""Whether a cell says that somebody has died: a day or a plain yes does, and nothing else."""

from __future__ import annotations

from datetime import date

from localwealth.tables.births import born
from localwealth.tables.dates import Order
from localwealth.tables.marks import NO, YES, is_no_date, yes_or_no

# In a column of days a lone sign is no yes: 1 and x stand there for other things.
IN_WORDS = frozenset({"y", "yes", "true", "ydy", "ie", "dead", "died", "deceased", "wedi marw"})
ALIVE = frozenset({"alive", "living", "yn fyw", *NO})


def says_died(text: str, *, is_day: bool, order: Order, today: date) -> bool | None:
    """Whether a cell says that somebody has died; None where it says neither, and somebody has to
    be asked. ``is_day``: its column holds the day of death.

    >>> today = date(2026, 11, 27)
    >>> [says_died(t, is_day=True, order="dmy", today=today) for t in
    ...     ("20200401", "NULL", "00000000", "", "yes", "1", "see notes", "01/01/2031")]
    [True, False, False, False, True, None, None, None]
    >>> [says_died(t, is_day=False, order="dmy", today=today) for t in ("Y", "0", "No", "?", "z")]
    [True, False, False, False, None]
    """
    small = " ".join(text.casefold().split())
    if is_no_date(text) or small in ALIVE:
        return False
    if small in IN_WORDS or born(text, order, today) is not None:
        return True
    return None if is_day or small not in YES else yes_or_no(text)

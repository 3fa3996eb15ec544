"""How long before the first dismissal an employer must consult, in Great Britain.

Source: Trade Union and Labour Relations (Consolidation) Act 1992, s.188(1) and (1A): where 20 or
more employees at one establishment are to be dismissed as redundant within 90 days, consultation
begins at least 30 days before the first dismissal takes effect, and 45 where it is 100 or more.
Section 29 of the Employment Rights Act 2025 adds a threshold over several establishments; it was
not in force on 27 November 2026. Northern Ireland has rules of its own.
"""

from __future__ import annotations

from datetime import date, timedelta

COLLECTIVE, MANY = 20, 100
DAYS, DAYS_OF_MANY = 30, 45


def consultation_days(people: int | None) -> int | None:
    """Days that the law asks for; None where it asks for none, or the number is not known.

    Examples
    --------
    >>> [consultation_days(people) for people in (19, 20, 99, 100, None)]
    [None, 30, 30, 45, None]
    """
    if people is None or people < COLLECTIVE:
        return None
    return DAYS_OF_MANY if people >= MANY else DAYS


def consultation_begins(people: int | None, first_on: date | None) -> date | None:
    """The last day on which consultation may begin."""
    days = consultation_days(people)
    return first_on - timedelta(days=days) if days and first_on else None

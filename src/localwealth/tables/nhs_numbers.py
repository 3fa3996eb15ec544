"""NHS numbers: ten figures, of which the last checks the others (modulo 11)."""

from __future__ import annotations

import re


def nhs_number(text: str) -> str:
    """The ten figures of an NHS number whose check is right; "" where it is none.

    >>> nhs_number("943 476 5919"), nhs_number("9434765919.0"), nhs_number("9434765918")
    ('9434765919', '9434765919', '')
    """
    figures = _figures(re.sub(r"\.0$", "", text.strip()))
    return figures if has_right_check(figures) else ""


def has_right_check(figures: str) -> bool:
    """Whether ten figures are somebody's NHS number. Ten equal ones are nobody's, although
    0000000000 passes the check.

    >>> has_right_check("9434765919"), has_right_check("0000000000")
    (True, False)
    """
    if len(figures) != 10 or is_nobodys(figures):
        return False
    left = 11 - sum(int(figures[place]) * (10 - place) for place in range(9)) % 11
    return left % 11 == int(figures[9]) and left != 10


def is_nobodys(text: str) -> bool:
    """Whether a text is ten equal figures, which programs write where somebody has no number.

    >>> is_nobodys("000 000 0000"), is_nobodys("9434765919")
    (True, False)
    """
    figures = _figures(text)
    return len(figures) == 10 and len(set(figures)) == 1


def _figures(text: str) -> str:
    """The figures of a text, in our own script."""
    return "".join(str(int(sign)) for sign in text if sign.isdecimal())

"""Codes on letters that let somebody vote: twelve signs and a check sign.

The signs are those of the English letters and figures that nobody takes for another. The check
sign is that of ISO 7064, MOD 37,36: it tells every slip of one sign, and nearly every two that
changed places, from a code that nobody was given.
"""

from __future__ import annotations

from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NEVER = "0O1ILU"
SIGNS = "".join(sign for sign in ALPHABET if sign not in NEVER)
LENGTH = 12
# As it is printed: three groups of four, then the check sign.
GROUP = 4


class Slip(Exception):
    """What was typed can't be anybody's code; the message says what is wrong with it."""


def check_sign(text: str) -> str:
    """The check sign of ISO 7064, MOD 37,36 for letters and figures.

    Examples
    --------
    >>> check_sign("A12425GABC1234002")
    'M'
    """
    remainder = 36
    for sign in text:
        remainder = (remainder + ALPHABET.index(sign)) % 36 or 36
        remainder = remainder * 2 % 37
    return ALPHABET[(37 - remainder) % 36]


def draw(choose: Callable[[str], str]) -> str:
    """A new code with its check sign, thirteen signs.

    Parameters
    ----------
    choose
        Draws one sign of those it is given, each as likely as the others (`secrets.choice`).

    Notes
    -----
    A code whose check sign would be one of those in `NEVER` is thrown away, about one in six.
    """
    while True:
        text = "".join(choose(SIGNS) for _ in range(LENGTH))
        if check_sign(text) not in NEVER:
            return text + check_sign(text)


def printed(code: str) -> str:
    """A code in groups of four, as a letter has it.

    Examples
    --------
    >>> printed("23456789ABCDE")
    '2345-6789-ABCD-E'
    """
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read(typed: str) -> str:
    """The code that somebody typed, without blanks and dashes, in capitals.

    Raises
    ------
    Slip
        It has a sign that no code has, is too short or too long, or its check sign is wrong.
    """
    code = "".join(sign for sign in typed.upper() if sign not in " -\u2013\u2014.\t")
    strange = next((sign for sign in code if sign not in SIGNS), "")
    if strange:
        raise Slip(
            f"No code has the sign {strange}. Codes have no 0, O, 1, I, L or U: "
            "look at your letter again."
        )
    if len(code) != LENGTH + 1:
        raise Slip(f"A code has {LENGTH + 1} signs. You typed {len(code)}.")
    if check_sign(code[:-1]) != code[-1]:
        raise Slip("There is a slip in this code. Compare it with your letter, sign by sign.")
    return code

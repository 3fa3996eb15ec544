"""Names of companies that there are none of: drawn at random, of everyday words and of words coined
from syllables, in the proportions of public lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from localwealth import lists
from localwealth.registers.listed import SURNAMES

Texts = npt.NDArray[np.str_]
Objects = npt.NDArray[np.object_]

_MADE_UP = "localwealth.registers"
PLACES = lists.entries(_MADE_UP, "made_up/places")
TRADES = lists.entries(_MADE_UP, "made_up/trades")
STREETS = lists.entries(_MADE_UP, "made_up/streets")
HEADS = lists.entries(_MADE_UP, "made_up/heads")
TAILS = lists.entries(_MADE_UP, "made_up/tails")
# Letters that names begin with.
INITIALS = list("ABCDEFGHIJKLMNOPRSTVW")
WAYS = ["ROAD", "STREET", "AVENUE", "CLOSE", "COURT", "GARDENS", "HOUSE", "LANE", "MEWS", "PLACE"]


def join(*parts: npt.NDArray[np.generic] | Texts) -> Objects:
    """Texts side by side, with a space between."""
    arrays = [pa.array(np.asarray(part).tolist(), pa.string()) for part in parts]
    joined = pc.binary_join_element_wise(*arrays, " ")
    texts: Objects = joined.to_numpy(zero_copy_only=False)
    return texts


def any_of(draw: np.random.Generator, choices: Sequence[str], count: int) -> Texts:
    """Any of some words, each as likely."""
    return np.array(choices)[draw.integers(0, len(choices), count)]


def _pick(draw: np.random.Generator, choices: list[str], size: int) -> Texts:
    """Any of some words: the first are commoner, as in life."""
    at = (len(choices) * draw.random(size) ** 1.6).astype(np.int64)
    return np.array(choices)[at]


def coined(draw: np.random.Generator, size: int) -> Objects:
    """Words that nobody uses yet: two or three syllables."""
    head, tail = any_of(draw, HEADS, size), any_of(draw, TAILS, size)
    middle = np.where(draw.random(size) < 0.45, any_of(draw, HEADS, size), "")
    return np.char.upper(np.char.add(np.char.add(head, middle), tail)).astype(object)


# Kinds of names. Each function gives as many stems as there are trades and surnames.
Stems = Callable[[np.random.Generator, Texts, Texts], Objects]


def _coined_with_trade(draw: np.random.Generator, trade: Texts, surname: Texts) -> Objects:
    return join(coined(draw, len(trade)), trade)


def _sole_trader(draw: np.random.Generator, trade: Texts, surname: Texts) -> Objects:
    count = len(trade)
    first, second = any_of(draw, INITIALS, count), any_of(draw, INITIALS, count)
    both = np.char.add(np.char.add(first, " "), second)
    return join(np.where(draw.random(count) < 0.5, first, both), surname, trade)


def _partners(draw: np.random.Generator, trade: Texts, surname: Texts) -> Objects:
    second = _pick(draw, [*SURNAMES, "SONS", "CO", "DAUGHTERS"], len(trade))
    return join(surname, np.full(len(trade), "&"), second)


def _trade_of_a_place(draw: np.random.Generator, trade: Texts, surname: Texts) -> Objects:
    return join(_pick(draw, PLACES, len(trade)), trade)


def _managing_a_house(draw: np.random.Generator, trade: Texts, surname: Texts) -> Objects:
    return join(addresses(draw, len(trade)), np.full(len(trade), "MANAGEMENT COMPANY"))


def _one_coined_word(draw: np.random.Generator, trade: Texts, surname: Texts) -> Objects:
    return coined(draw, len(trade))


def _two_coined_words(draw: np.random.Generator, trade: Texts, surname: Texts) -> Objects:
    return join(coined(draw, len(trade)), coined(draw, len(trade)))


def _surname_and_place(draw: np.random.Generator, trade: Texts, surname: Texts) -> Objects:
    return join(surname, trade, _pick(draw, PLACES, len(trade)))


def _three_letters(draw: np.random.Generator, trade: Texts, surname: Texts) -> Objects:
    first, second, third = (any_of(draw, INITIALS, len(trade)) for _ in range(3))
    return join(np.char.add(np.char.add(first, second), third), trade)


# How many of all names are of each kind. In this order they are drawn: another makes others.
KINDS: tuple[tuple[float, Stems], ...] = (
    (0.24, _coined_with_trade),
    (0.17, _sole_trader),
    (0.09, _partners),
    (0.11, _trade_of_a_place),
    (0.08, _managing_a_house),
    (0.07, _one_coined_word),
    (0.08, _two_coined_words),
    (0.10, _surname_and_place),
    (0.06, _three_letters),
)


def stems(draw: np.random.Generator, size: int) -> Objects:
    """Names without their legal form."""
    kind = draw.choice(len(KINDS), size, p=[share for share, _ in KINDS])
    drawn = np.empty(size, object)
    for number, (_, named) in enumerate(KINDS):
        at = np.flatnonzero(kind == number)
        if len(at):
            trade, surname = _pick(draw, TRADES, len(at)), _pick(draw, SURNAMES, len(at))
            drawn[at] = named(draw, trade, surname)
    return drawn


def numbers(draw: np.random.Generator, low: int, high: int, count: int) -> Texts:
    """Numbers from ``low`` to below ``high``, as text."""
    return np.char.mod("%d", draw.integers(low, high, count))


def addresses(draw: np.random.Generator, size: int) -> Objects:
    """Numbers of streets that there are nowhere."""
    number = numbers(draw, 1, 240, size)
    return join(number, any_of(draw, STREETS, size), any_of(draw, WAYS, size))

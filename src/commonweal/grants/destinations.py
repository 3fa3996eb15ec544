"""Where one grant goes: by which way, to where, and by what two of them are told apart."""

from __future__ import annotations

from collections.abc import Iterable

from commonweal.office.errors import Refused
from commonweal.office.fields import keyed_hash

from .methods import METHODS, TRANSFER, Method
from .models import Award, Fund


def method_of(award: Award) -> Method:
    return METHODS[award.method]


def needs_a_method_of(fund: Fund, method: Method, *, but_for: str = "") -> None:
    """Refuse a way that a fund does not allow; ``but_for`` the one that is there already."""
    if method.code not in fund.methods and method.code != but_for:
        raise Refused(f"{fund.name} does not pay by {method.title.lower()}.")


def key_of(award: Award) -> str:
    """A keyed hash of where the money goes, by which repeats are found; "" where it goes nowhere
    that two grants could share by mistake."""
    method = method_of(award)
    place = _place(getattr(award, column) for column in method.told_apart_by)
    if method is TRANSFER or not place:
        return account_key(place)
    return keyed_hash(f"{method.code}:{place}")


def account_key(*figures: str) -> str:
    """The key of a bank account, from its sort code and number."""
    place = _place(figures)
    return keyed_hash(f"account:{place}") if place else ""


def _place(texts: Iterable[str]) -> str:
    return "".join(sign for text in texts for sign in text if sign.isalnum())


def details_of(award: Award, *, in_full: bool) -> list[tuple[str, str]]:
    """(label, text) of what is known of the way. Not ``in_full``: of a number its last three."""
    return [
        (detail.label.rstrip("?"), _short(text) if detail.is_secret and not in_full else text)
        for detail in method_of(award).details
        if (text := str(getattr(award, detail.column)))
    ]


def _short(text: str) -> str:
    return f"ending {text[-3:]}"

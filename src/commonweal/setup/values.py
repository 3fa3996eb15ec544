"""Whether one value of a town's file is what its key takes, and what to write instead."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from . import onscodes
from .sections import Key

CODE = re.compile(r"[-a-zA-Z0-9_]+")
LETTERS = re.compile(r"[-\w]+")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def folded(code: str) -> str:
    """A code as it stands in addresses: letters with marks without them (tŷ becomes ty)."""
    if not LETTERS.fullmatch(code):
        return code
    return unicodedata.normalize("NFKD", code).encode("ascii", "ignore").decode()


def fault(key: Key, value: Any) -> str:
    """What is wrong with a value, in words that say what to write; nothing if it is right."""
    if key.choices:
        return _choice(key, value)
    return _KINDS[key.kind](key, value)


def plain(key: Key, value: Any) -> Any:
    """A right value as the model keeps it: what stood between quotation marks needlessly too."""
    match key.kind, value:
        case "label", int():
            return str(value)
        case "whole", str():
            return int(value)
        case "day", str():
            return date.fromisoformat(value)
    return value


def _text(key: Key, value: Any) -> str:
    if not isinstance(value, str):
        shown = str(value).lower() if isinstance(value, bool) else value
        return f'is text; write it between quotation marks: {key.name} = "{shown}"'
    if "\x00" in value:
        return "holds a sign that no database takes (U+0000)"
    # A key that may be left out may still not be left empty.
    is_wanted = key.needed or not getattr(key.model_field, "blank", True)
    if is_wanted and not value.strip():
        return "is empty"
    if key.most and len(value) > key.most:
        return f"has {len(value)} letters; at most {key.most} are taken"
    if key.model_field is not None and value:
        try:
            key.model_field.run_validators(value)
        except ValidationError as error:
            return f"is {value!r}: {' '.join(error.messages)}"
    return ""


def _label(key: Key, value: Any) -> str:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return _text(key, str(value) if is_whole else value)


def _code(key: Key, value: Any) -> str:
    if not isinstance(value, str):
        return _text(key, value)
    if not value.strip():
        return "is empty"
    code = folded(value)
    if not CODE.fullmatch(code):
        instead = slugify(code)
        hint = f"; write {instead!r}, here and wherever it is named" if instead else ""
        return (
            f"is {value!r}, and makes an address: only letters, digits, - and _ are taken, "
            f"no spaces or other signs{hint}"
        )
    return _text(key, code)


def _whole(key: Key, value: Any) -> str:
    wanted = f"write a whole number from {key.least} to {key.most}"
    if isinstance(value, str) and re.fullmatch(r"\s*\d+\s*", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        year = re.search(r"\b\d+\b", value) if isinstance(value, str) else None
        return f"is {value!r}; {wanted}" + (f": {key.name} = {year[0]}" if year else "")
    if not (key.least or 0) <= value <= (key.most or value):
        return f"is {value}; {wanted}"
    return ""


def _figure(key: Key, value: Any) -> str:
    try:
        if isinstance(value, bool):
            raise InvalidOperation
        figure = Decimal(str(value))
    except InvalidOperation:
        return f"is {value!r}; write a figure, as 12.5"
    if key.model_field is not None:
        try:
            key.model_field.clean(figure, None)
        except ValidationError as error:
            return f"is {value}: {' '.join(error.messages)}"
    return "" if figure.is_finite() else f"is {value}; write a figure, as 12.5"


def _truth(key: Key, value: Any) -> str:
    return "" if isinstance(value, bool) else f"is {value!r}; write true or false, without marks"


def _day(key: Key, value: Any) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return ""
    wanted = "write a day as year-month-day, without quotation marks"
    if isinstance(value, str):
        try:
            date.fromisoformat(value)
        except ValueError:
            if turned := DAY_FIRST.fullmatch(value.strip()):
                day, month, year = turned.groups()
                return f"is {value!r}; {wanted}: {key.name} = {year}-{month:0>2}-{day:0>2}"
        else:
            return ""
    return f"is {str(value)!r}; {wanted}: {key.name} = 2026-11-26"


def _colour(key: Key, value: Any) -> str:
    is_one = isinstance(value, str) and COLOUR.fullmatch(value)
    return "" if is_one else f"must be a colour like #1d5c5c, not {value!r}"


def _ons(key: Key, value: Any) -> str:
    if not isinstance(value, str):
        return _text(key, value)
    return onscodes.fault(value).rstrip(".") if value else ""


def _choice(key: Key, value: Any) -> str:
    if (isinstance(value, str) or type(value) is int) and str(value) in key.choices:
        return ""
    named = ", ".join(name or '""' for name in key.choices)
    return f"is {value!r}; it must be one of {named}"


def _texts(key: Key, value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ""
    return f'is a list of texts: {key.name} = ["…", "…"]'


def _reference(key: Key, value: Any) -> str:
    return "" if isinstance(value, str) else _text(key, value)


_KINDS = {
    "text": _text,
    "label": _label,
    "code": _code,
    "whole": _whole,
    "figure": _figure,
    "truth": _truth,
    "day": _day,
    "colour": _colour,
    "ons": _ons,
    "reference": _reference,
    "references": _texts,
    "texts": _texts,
}

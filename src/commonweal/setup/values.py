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
# Between quotation marks needlessly; more digits are no number that any key takes.
WHOLE = re.compile(r"\s*\d{1,18}\s*")
# So much of what was written is shown with what is wrong with it.
SHOWN_MOST = 60


def folded(code: str) -> str:
    """A code as it stands in addresses: letters with marks without them (tŷ becomes ty)."""
    if not LETTERS.fullmatch(code):
        return code
    return unicodedata.normalize("NFKD", code).encode("ascii", "ignore").decode()


def council_code(name: str) -> str:
    """What the council is called in addresses; its name may have no letter that makes one."""
    return slugify(name)[:60] or "council"


def short(text: str) -> str:
    return text if len(text) <= SHOWN_MOST else f"{text[:SHOWN_MOST]}…"


def shown(setting: Any) -> str:
    """What was written, as a fault names it: short, and no word of the program's own."""
    if isinstance(setting, list):
        return "a list"
    if isinstance(setting, dict):
        return "a table"
    if isinstance(setting, str):
        return repr(short(setting))
    return short(str(setting).lower() if isinstance(setting, bool) else str(setting))


def fault(key: Key, setting: Any) -> str:
    """What is wrong with a value, in words that say what to write; nothing if it is right."""
    if key.choices:
        return _choice(key, setting)
    return _KINDS[key.kind](key, setting)


def plain(key: Key, setting: Any) -> Any:
    """A right value as the model keeps it: what stood between quotation marks needlessly too."""
    match key.kind, setting:
        case "label", int():
            return str(setting)
        case "whole", str():
            return int(setting)
        case "day", str():
            return date.fromisoformat(setting)
    return setting


def _text(key: Key, setting: Any) -> str:
    if not isinstance(setting, str):
        return _no_text(key, setting)
    if "\x00" in setting:
        return "holds a sign that no database takes (U+0000)"
    # A key that may be left out may still not be left empty.
    is_wanted = key.needed or not getattr(key.model_field, "blank", True)
    if is_wanted and not setting.strip():
        return "is empty"
    if key.most and len(setting) > key.most:
        return f"has {len(setting)} letters; at most {key.most} are taken"
    return _against_the_model(key, setting) if setting else ""


def _no_text(key: Key, setting: Any) -> str:
    if isinstance(setting, list | dict):
        return f'is {shown(setting)}, and takes one text: {key.name} = "…"'
    return f'is text; write it between quotation marks: {key.name} = "{shown(setting)}"'


def _against_the_model(key: Key, setting: str) -> str:
    """What the model's own rules say, where the key stands for one of its fields."""
    if key.model_field is None:
        return ""
    try:
        key.model_field.run_validators(setting)
    except ValidationError as error:
        return f"is {shown(setting)}: {' '.join(error.messages)}"
    return ""


def _label(key: Key, setting: Any) -> str:
    is_whole = isinstance(setting, int) and not isinstance(setting, bool)
    return _text(key, str(setting) if is_whole else setting)


def _code(key: Key, setting: Any) -> str:
    if not isinstance(setting, str):
        return _text(key, setting)
    if not setting.strip():
        return "is empty"
    code = folded(setting)
    if not CODE.fullmatch(code):
        instead = slugify(code)
        hint = f"; write {shown(instead)}, here and wherever it is named" if instead else ""
        return (
            f"is {shown(setting)}, and makes an address: only letters, digits, - and _ are taken, "
            f"no spaces or other signs{hint}"
        )
    return _text(key, code)


def _whole(key: Key, setting: Any) -> str:
    wanted = f"write a whole number from {key.least} to {key.most}"
    if isinstance(setting, str) and WHOLE.fullmatch(setting):
        setting = int(setting)
    if isinstance(setting, bool) or not isinstance(setting, int):
        year = re.search(r"\b\d{1,9}\b", setting) if isinstance(setting, str) else None
        return f"is {shown(setting)}; {wanted}" + (f": {key.name} = {year[0]}" if year else "")
    if not (key.least or 0) <= setting <= (key.most or setting):
        return f"is {shown(setting)}; {wanted}"
    return ""


def _figure(key: Key, setting: Any) -> str:
    try:
        if isinstance(setting, bool):
            raise InvalidOperation
        figure = Decimal(str(setting))
    except InvalidOperation:
        return f"is {shown(setting)}; write a figure, as 12.5"
    if key.model_field is not None:
        try:
            key.model_field.clean(figure, None)
        except ValidationError as error:
            return f"is {shown(setting)}: {' '.join(error.messages)}"
    return "" if figure.is_finite() else f"is {shown(setting)}; write a figure, as 12.5"


def _truth(key: Key, setting: Any) -> str:
    return (
        ""
        if isinstance(setting, bool)
        else f"is {shown(setting)}; write true or false, without marks"
    )


def _day(key: Key, setting: Any) -> str:
    if isinstance(setting, date) and not isinstance(setting, datetime):
        return ""
    wanted = "write a day as year-month-day, without quotation marks"
    if isinstance(setting, str):
        try:
            date.fromisoformat(setting)
        except ValueError:
            if turned := DAY_FIRST.fullmatch(setting.strip()):
                day, month, year = turned.groups()
                return f"is {shown(setting)}; {wanted}: {key.name} = {year}-{month:0>2}-{day:0>2}"
        else:
            return ""
    return f"is {shown(setting)}; {wanted}: {key.name} = 2026-11-26"


def _colour(key: Key, setting: Any) -> str:
    is_one = isinstance(setting, str) and COLOUR.fullmatch(setting)
    return "" if is_one else f"must be a colour like #1d5c5c, not {shown(setting)}"


def _ons(key: Key, setting: Any) -> str:
    if not isinstance(setting, str):
        return _text(key, setting)
    return onscodes.fault(setting[: 2 * SHOWN_MOST]).rstrip(".") if setting else ""


def _choice(key: Key, setting: Any) -> str:
    if (isinstance(setting, str) or type(setting) is int) and str(setting) in key.choices:
        return ""
    named = ", ".join(name or '""' for name in key.choices)
    return f"is {shown(setting)}; it must be one of {named}"


def _texts(key: Key, setting: Any) -> str:
    if isinstance(setting, list) and all(isinstance(text, str) for text in setting):
        return ""
    return f'is a list of texts: {key.name} = ["…", "…"]'


def _reference(key: Key, setting: Any) -> str:
    return "" if isinstance(setting, str) else _text(key, setting)


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

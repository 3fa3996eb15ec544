"""The list of faults above a form. It stands apart from its questions, so each line says of which
question it is: by its own words where these do, else with the question in front."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.forms import IntegerField

from .fields import first_id
from .forms import DateField, FigureField

# A word of a question by which a fault is known to be of it.
WORD = re.compile(r"[^\W\d_]{4,}")
# So many letters of two words tell that they are one: number, numbers.
STEM = 5
# Fields whose faults are told in words of their own, the same for each of them.
AMOUNTS = (FigureField, DateField, IntegerField)
SAID_OF_ALL = (
    "Write a whole number, or pounds and pence, in figures; enter an amount below a million, not "
    "below nought. A comma or point stands before three decimal places. The date must include a "
    "month; the year has four figures; this is no real date. Write it like this, at most."
)


def faults_of(form: Any) -> list[dict[str, str]]:
    """Each fault of a form with where it leads."""
    faults = list(_faults(form))
    several = Counter(message for _, _, message in faults)
    lines: list[dict[str, str]] = [{"text": message} for message in form.non_field_errors()]
    for name, code, message in faults:
        # A hidden or absent field has no place to lead to.
        bound = form[name] if name in form.fields else None
        lines.append(
            {"text": message}
            if bound is None
            else _line(bound, message, code, is_alone=several[message] == 1)
        )
    return lines


def _faults(form: Any) -> Iterator[tuple[str, str, str]]:
    """(field, code, message) of each fault that is of a field."""
    for name, errors in form.errors.as_data().items():
        if name == "__all__":
            continue
        for fault in errors:
            yield from ((name, fault.code or "", message) for message in fault.messages)


def _line(bound: Any, message: str, code: str, *, is_alone: bool) -> dict[str, str]:
    """One line; what a field says when it is not answered is its own already."""
    label = str(bound.label)
    is_named = is_alone and (
        code == "required" or _names(message, label, of_all=_is_of_all(bound, code))
    )
    text = message if is_named else f"“{label}”: {message}"
    return {"text": text, "href": f"#{first_id(bound)}"}


def _is_of_all(bound: Any, code: str) -> bool:
    """Whether a fault is told in the words of all fields for a figure or a day."""
    is_one = isinstance(bound.field, AMOUNTS)
    return is_one and code in {"invalid", "incomplete", "min_value", "max_value"}


def _names(message: str, label: str, *, of_all: bool) -> bool:
    """Whether a fault says by itself of which question it is: not where the word that both have
    is one that is said of every figure, or of every day."""
    shared = _stems(message) & _stems(label)
    return label in message or bool(shared - _stems(SAID_OF_ALL) if of_all else shared)


def _stems(text: str) -> set[str]:
    return {word[:STEM] for word in WORD.findall(text.lower())}

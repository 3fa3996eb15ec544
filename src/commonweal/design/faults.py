"""The list of faults above a form. It stands apart from its questions, so each line says of which
question it is: by its own words where these do, else with the question in front."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from .fields import first_id

# A word of a question by which a fault is known to be of it.
WORD = re.compile(r"[^\W\d_]{4,}")
# So many letters of two words tell that they are one: number, numbers.
STEM = 5


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
            else _line(bound, message, is_alone=several[message] == 1, is_asked=code == "required")
        )
    return lines


def _faults(form: Any) -> Iterator[tuple[str, str, str]]:
    """(field, code, message) of each fault that is of a field."""
    for name, errors in form.errors.as_data().items():
        if name == "__all__":
            continue
        for fault in errors:
            yield from ((name, fault.code or "", message) for message in fault.messages)


def _line(bound: Any, message: str, *, is_alone: bool, is_asked: bool) -> dict[str, str]:
    """One line; what a field says when it is not answered is its own already."""
    label = str(bound.label)
    is_named = is_alone and (is_asked or _names(message, label))
    text = message if is_named else f"“{label}”: {message}"
    return {"text": text, "href": f"#{first_id(bound)}"}


def _names(message: str, label: str) -> bool:
    return label in message or bool(_stems(message) & _stems(label))


def _stems(text: str) -> set[str]:
    return {word[:STEM] for word in WORD.findall(text.lower())}

"""The list of faults above a form. It stands apart from its questions, so each line says of which
question it is: by its own words where these do, else with the question in front."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from .fields import first_id

# A word of a question by which a fault is known to be of it.
WORD = re.compile(r"[^\W\d_]{4,}")
# So many letters of two words tell that they are one: number, numbers.
STEM = 5


def faults_of(form: Any) -> list[dict[str, str]]:
    """Each fault of a form with where it leads."""
    lines: list[dict[str, str]] = [{"text": message} for message in form.non_field_errors()]
    faults = [
        (name, fault.code, message)
        for name, errors in form.errors.as_data().items()
        if name != "__all__"
        for fault in errors
        for message in fault.messages
    ]
    several = Counter(message for _, _, message in faults)
    for name, code, message in faults:
        # A hidden or absent field has no place to lead to.
        bound = form[name] if name in form.fields else None
        if bound is None:
            lines.append({"text": message})
            continue
        label = str(bound.label)
        is_named = several[message] == 1 and (code == "required" or _names(message, label))
        text = message if is_named else f"“{label}”: {message}"
        lines.append({"text": text, "href": f"#{first_id(bound)}"})
    return lines


def _names(message: str, label: str) -> bool:
    return label in message or bool(_stems(message) & _stems(label))


def _stems(text: str) -> set[str]:
    return {word[:STEM] for word in WORD.findall(text.lower())}

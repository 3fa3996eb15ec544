"""The questions about whom the town names to people who need more than it can give."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal.design.forms import Form, ReasonField
from commonweal.design.words import many

LIMITS = {"name": 120, "number": 40, "words": 300}


class HelplinesField(ReasonField):
    """Helplines, one a line: the name; the number; a few words."""

    def prepare_value(self, lines: Any) -> Any:
        if not isinstance(lines, list):
            return lines
        return "\n".join("; ".join(filter(None, _parts(line))) for line in lines)

    def clean(self, typed: Any) -> Any:
        return [_line(place, line) for place, line in _lines(str(super().clean(typed)))]


def _parts(line: dict[str, str]) -> list[str]:
    return [line.get(name, "") for name in LIMITS]


def _lines(typed: str) -> list[tuple[int, str]]:
    return [(n, line) for n, line in enumerate(typed.splitlines(), 1) if line.strip()]


def _line(place: int, typed: str) -> dict[str, str]:
    parts = [part.strip() for part in typed.split(";", 2)]
    helpline = dict(zip(LIMITS, parts, strict=False))
    if len(parts) < 2 or not all(parts[:2]):
        raise forms.ValidationError(
            f"Line {place}: write the name, a semicolon and the number: Town advice; 01632 960 200"
        )
    for name, most in LIMITS.items():
        if len(helpline.get(name, "")) > most:
            raise forms.ValidationError(
                f"Line {place}: the {name} is longer than {many(most, 'letter')}"
            )
    return helpline


class HelplinesForm(Form):
    """Whom people can turn to beside the town."""

    helplines = HelplinesField(
        label="Helplines",
        help_text="One a line: name; number; a few words. They stand on every page of help.",
        max_length=20_000,
        required=False,
    )
    ombudsman_name = forms.CharField(
        label="Whom does somebody ask who is not content with the council?",
        help_text="Letters about grants name them.",
        max_length=120,
        error_messages={"required": "Enter whom somebody asks outside the council"},
    )
    ombudsman_contact = forms.CharField(
        label="How are they reached?",
        max_length=300,
        error_messages={"required": "Enter how they are reached"},
    )

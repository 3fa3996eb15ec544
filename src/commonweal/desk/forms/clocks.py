"""Parts of a form that asks when it is safe to get in touch."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from commonweal.cases import planning
from commonweal.office.moments import is_skipped, moment_of
from commonweal.residents import ways
from commonweal.residents.ways import clock_of

SKIPPED = "The clocks go forward that night, so there is no such time. Choose 0:59 or 2:00"
NO_TIME = "Write a time like 10:00, 14:30 or 2pm"
PASSED = "This time has passed. Choose one that comes"
# Days as figures, 1 is Monday.
SAFE_DAYS = [
    ("", "Any day"),
    ("12345", "Monday to Friday"),
    ("67", "Saturday and Sunday"),
    *((str(number), name) for number, name in enumerate(ways.DAYS, 1)),
]


class ClockField(forms.CharField):
    """A time of day as people write it (10, 10:30, 2pm), kept as it was typed; nothing is fine."""

    def __init__(self, *, label: str, hint: str = "") -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(
            label=label,
            help_text=hint,
            required=False,
            max_length=10,
            widget=widget,
            error_messages={"max_length": NO_TIME},
        )

    def clean(self, written: Any) -> str:
        typed = str(super().clean(written) or "").strip()
        if typed and clock_of(typed) is None:
            raise ValidationError(NO_TIME)
        return typed


def check_hours(form: forms.Form, answers: dict[str, Any], begins: str, ends: str) -> None:
    """Two times of one day: the second must come after the first."""
    start, end = clock_of(answers.get(begins)), clock_of(answers.get(ends))
    if start and end and start >= end:
        form.add_error(ends, "This must be later than the time from which it is safe")


def to_come(on: date | None) -> date | None:
    """A day on which something can still be done."""
    if on is not None and on < timezone.localdate():
        raise ValidationError("Choose today or a day that comes.")
    if on is not None and on > timezone.localdate() + planning.FARTHEST:
        raise ValidationError("Choose a day within a year.")
    return on


def check_moment(form: forms.Form, answers: dict[str, Any], day: str, clock: str) -> None:
    """A day and a time of it: the day must have such a time, and it must not have passed."""
    on, at = answers.get(day), clock_of(answers.get(clock))
    if on and at and is_skipped(on, at, timezone.get_current_timezone()):
        form.add_error(clock, SKIPPED)
    elif on and at and moment_on(on, answers[clock]) < timezone.now():
        form.add_error(clock, PASSED)


def moment_on(on: date, clock: str) -> datetime:
    """The moment of a day and a time as somebody wrote it; without a time, the end of that day."""
    return moment_of(on, clock_of(clock) or time(23, 59), timezone.get_current_timezone())

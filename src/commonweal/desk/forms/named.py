"""Forms of the pages about named colleagues and restricted cases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from commonweal.accounts.forms import RolePersonForm
from commonweal.cases.models import Case, Duty
from commonweal.design.forms import Form
from commonweal.services.models import HelpType

from .fields import choice, count, day, sentences, text, tick_rows

HOURS = [
    ("4", "4 hours"),
    ("8", "8 hours"),
    ("12", "12 hours"),
    ("24", "A day"),
    ("168", "A week"),
    ("336", "Two weeks"),
]


class AddedForm(Form):
    words = sentences("Add to what you wrote", missing="Write what you want to add")


class NeedForm(Form):
    """One need more, of the kinds that a case doesn't have yet."""

    help_type = forms.ModelChoiceField(
        label="What else is needed?",
        queryset=HelpType.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is needed"},
    )
    words = sentences("What was said")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_type: Any = self.fields["help_type"]
        help_type.queryset = HelpType.objects.filter(is_active=True).exclude(needs__case=case)


class AppointNamedForm(RolePersonForm):
    ends_on = day("Until", missing="Enter the day on which the role ends")
    because = text("Why?", missing="Say why this person is named", most=200)

    def clean_ends_on(self) -> object:
        ends_on = self.cleaned_data["ends_on"]
        today = timezone.localdate()
        if not today < ends_on <= today + timedelta(days=4 * 366):
            raise forms.ValidationError("Choose a day in the future, within four years")
        return ends_on


class KindsForm(Form):
    kinds = tick_rows(
        "For which kinds of help do they stand?", HelpType.objects.filter(is_restricted=True)
    )


class NumberForm(Form):
    number = text(
        "Telephone for alarms by text",
        most=40,
        mode="tel",
        hint="Left empty, alarms go by e-mail only.",
    )


def _clock(label: str, *, hint: str, like: str) -> forms.TimeField:
    """A time of day that has to be given."""
    return forms.TimeField(
        label=label,
        widget=forms.TextInput,
        input_formats=["%H:%M", "%H.%M", "%H"],
        help_text=hint,
        error_messages={
            "required": f"Enter a time for “{label}”",
            "invalid": f"Write the time like {like}",
        },
    )


class DutyForm(Form):
    weekday = forms.TypedChoiceField(
        label="Day",
        choices=Duty.Day.choices,
        coerce=int,
        error_messages={"required": "Choose a day"},
    )
    starts = _clock("From", hint="For example 17:00", like="17:00")
    ends = _clock("To", hint="A night goes on to the next day: 22:00 to 08:00", like="08:00")


class StandInForm(Form):
    is_on = choice("From now", [("on", "On duty"), ("away", "Away")])
    hours = choice("For how long?", HOURS)


class SafeguardForm(Form):
    open_within = count(
        "Minutes until the alarm rings again, if nobody has opened the case",
        least=1,
        most=240,
        missing="Enter the minutes",
        unread="Write the minutes in figures",
    )
    numbers = sentences(
        "Emergency numbers besides 999, one a line", missing="Enter at least one number"
    )
    what_next = sentences("What happens next, for who took the call", missing="Say what happens")

"""The questions about metrics and their figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from commonweal.charter.models import Decision
from commonweal.design.forms import DateField, FigureField, Form, ReasonField
from commonweal.pledges.models import Pledge

from . import measuring
from .forms import because, one_of
from .models import Metric, Observation, Series


class FigureForm(Form):
    """One figure of a metric for one period."""

    period = forms.ChoiceField(
        label="For which period?", error_messages={"required": "Choose the period"}
    )
    value = FigureField(
        label="Figure", required=False, help_text="Leave empty if it can't be shown, and say why."
    )
    status = forms.ChoiceField(
        label="How firm is it?",
        choices=[(status.value, status.label) for status in list(Observation.Status)[:2]],
        widget=forms.RadioSelect,
        error_messages={"required": "Say how firm the figure is"},
    )
    note = ReasonField(
        label="Note",
        required=False,
        max_length=1000,
        help_text="Why it is revised or can't be shown; needed only then.",
    )

    def __init__(self, *args: Any, series: Series, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["period"]
        periods = list(measuring.periods_due(series.metric, series, timezone.localdate()))
        field.choices = [
            (f"{first}/{last}", f"{first:%-d %B %Y} to {last:%-d %B %Y}")
            for first, last in reversed(periods[-12:])
        ]
        self.fields["value"].label = f"Figure ({series.unit})"

    def clean_period(self) -> tuple[date, date]:
        first, last = self.cleaned_data["period"].split("/")
        return date.fromisoformat(first), date.fromisoformat(last)


class RedefineForm(Form):
    definition = ReasonField(
        label="What exactly is counted from now on?",
        error_messages={"required": "Write the new definition"},
    )
    unit = forms.CharField(
        label="Unit", max_length=60, error_messages={"required": "Enter the unit"}
    )
    starts_on = DateField(
        label="From which day?", error_messages={"required": "Enter the first day"}
    )
    because = because("Why does the definition change?", "Public, beside the new series.")
    decision = one_of("By whose decision?", Decision.objects.all(), "None")
    baseline = FigureField(label="Baseline", required=False)
    baseline_on = DateField(label="Day of the baseline", required=False)


class EndForm(Form):
    ended_on = DateField(
        label="From which day is it watched no more?",
        error_messages={"required": "Enter the day from which it is watched no more"},
    )
    because = because("Why?", "Public, on the metric’s page.")


class BindForm(Form):
    pledge = forms.CharField(
        label="Code of the pledge",
        max_length=12,
        help_text="It stands in the pledge's address.",
        error_messages={"required": "Enter the code of the pledge"},
    )
    metric = forms.ModelChoiceField(
        label="Which metric measures it?",
        queryset=Metric.objects.current().exclude(computed=""),
        empty_label="Choose",
        error_messages={"required": "Choose a metric"},
    )
    tolerance = FigureField(
        label="By how much may the two figures differ?",
        help_text="In the pledge's unit. A greater difference is shown in public.",
        error_messages={"required": "Enter a figure; 0 is an answer"},
    )
    because = because("Why does this metric measure this pledge?", "Public, beside the pledge.")

    def clean_pledge(self) -> Pledge:
        code = self.cleaned_data["pledge"].strip().upper()
        pledge = Pledge.objects.public().filter(code=code).select_related("measure").first()
        if pledge is None:
            raise ValidationError("There is no pledge of this code in the register")
        return pledge

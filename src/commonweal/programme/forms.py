"""The questions about the programme, and the first "no" in plain words."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commonweal.charter.models import Decision
from commonweal.design.forms import DateField, Form, ReasonField
from commonweal.partners.fields import PartnerField
from commonweal.partners.models import Partner
from commonweal.pledges.models import Pledge

from .actions import PlannedAction
from .models import CHOICES_OF_FIVE, Action, Metric, Pillar, Workstream

BECAUSE = {"required": "Say why"}


def because(label: str = "Why?", hint: str = "Public, in the history of the plan.") -> ReasonField:
    return ReasonField(label=label, help_text=hint, max_length=1000, error_messages=BECAUSE)


def one_of(label: str, queryset: Any, empty: str, **options: Any) -> forms.ModelChoiceField[Any]:
    return forms.ModelChoiceField(
        label=label, queryset=queryset, required=False, empty_label=empty, **options
    )


class ActionForm(Form):
    title = forms.CharField(
        label="What will be done?",
        max_length=300,
        error_messages={"required": "Say what will be done"},
    )
    description = ReasonField(label="More about it", required=False)
    workstream = one_of("Workstream", Workstream.objects.all(), "None")
    pillars = forms.ModelMultipleChoiceField(
        label="Pillars",
        queryset=Pillar.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    partner = PartnerField(
        Partner.objects.public,
        label="Which organisation does it?",
        required=False,
        help_text="Type its name. Empty: nobody yet.",
    )
    owner_title = forms.CharField(
        label="Who there answers for it?",
        max_length=100,
        required=False,
        help_text="A role, not a name. For example: head of procurement.",
    )
    metric = one_of(
        "By which measure will one know that it helped?", Metric.objects.current(), "None"
    )
    decision = one_of("Which decision made it?", Decision.objects.all(), "None")
    starts_on = DateField(label="It begins on", required=False)
    due_on = DateField(label="It ends on", required=False)
    weight = forms.IntegerField(
        label="Weight",
        required=False,
        min_value=0,
        max_value=1000,
        help_text="How much it counts in its workstream and pillars. Empty: like the others.",
        error_messages={"invalid": "Write a whole number, or leave it empty"},
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        starts_on, due_on = answers.get("starts_on"), answers.get("due_on")
        if starts_on and due_on and due_on < starts_on:
            self.add_error("due_on", "It would end before it begins")
        return answers

    def wanted(self) -> PlannedAction:
        names = PlannedAction.__dataclass_fields__
        answers = {k: v for k, v in self.cleaned_data.items() if k in names}
        return PlannedAction(**(answers | {"pillars": list(answers["pillars"])}))


class ReplanForm(ActionForm):
    because = because()
    by_decision = one_of("By whose decision does it change?", Decision.objects.all(), "None")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # What it was to move stays, also where that has ended since.
        field: Any = self.fields["metric"]
        field.queryset |= Metric.objects.filter(pk=self.initial.get("metric") or 0)


class MilestoneForm(Form):
    title = forms.CharField(
        label="What will be there when it is done?",
        max_length=200,
        error_messages={"required": "Say what will be there"},
    )
    due_on = DateField(label="By when?", required=False)
    because = because("Why is it added?")


class MilestoneDoneForm(Form):
    SUGGESTED = frozenset({"done_on"})
    done_on = DateField(
        label="When was it done?", error_messages={"required": "Enter the day on which it was done"}
    )
    words = ReasonField(
        label="How can one see it?",
        max_length=1000,
        help_text="Public. For example: the contract notice, with its number.",
        error_messages={"required": "Say how one can see that it is done"},
    )


class MoveMilestoneForm(Form):
    due_on = DateField(label="New date", error_messages={"required": "Enter the new date"})
    because = because("Why does it move?")
    decision = one_of("By whose decision?", Decision.objects.all(), "None")


class PlanReasonForm(Form):
    because = because()


class StopForm(Form):
    decision = forms.ModelChoiceField(
        label="Which decision stops it?",
        queryset=Decision.objects.all(),
        empty_label="Choose",
        error_messages={"required": "Only a decision can stop an action. Choose it"},
    )
    because = because()


class NeedsForm(Form):
    on = forms.ModelChoiceField(
        label="Which action does it need first?",
        queryset=Action.objects.all(),
        empty_label="Choose",
        error_messages={"required": "Choose an action"},
    )


class AccelerateForm(Form):
    decision = forms.ModelChoiceField(
        label="Which decision pulls actions forward?",
        queryset=Decision.objects.all(),
        empty_label="Choose",
        error_messages={"required": "Choose the decision"},
    )
    actions = forms.ModelMultipleChoiceField(
        label="Which actions come forward?",
        queryset=Action.objects.filter(stopped_on=None),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one action"},
    )
    days = forms.IntegerField(
        label="By how many days?",
        min_value=1,
        max_value=3650,
        help_text="Every date that lies ahead comes so much earlier; what is done stays.",
        error_messages={"required": "Enter a number of days", "invalid": "Enter a whole number"},
    )
    because = because()


class RiskForm(Form):
    title = forms.CharField(
        label="What may go wrong?",
        max_length=200,
        error_messages={"required": "Say what may go wrong"},
    )
    description = ReasonField(label="Why, and what would follow", required=False)
    likelihood = forms.TypedChoiceField(
        label="How likely is it?",
        choices=CHOICES_OF_FIVE,
        coerce=int,
        help_text="1 hardly, 5 almost certain",
    )
    impact = forms.TypedChoiceField(
        label="How bad would it be?",
        choices=CHOICES_OF_FIVE,
        coerce=int,
        help_text="1 little, 5 grave",
    )
    owner_title = forms.CharField(
        label="Who watches it?",
        max_length=100,
        error_messages={"required": "Say who watches it, by role"},
    )
    partner = PartnerField(
        Partner.objects.public,
        label="Of which organisation?",
        required=False,
        help_text="Type its name. Empty: not stated.",
    )
    mitigation = ReasonField(label="What is done against it", required=False)
    actions = forms.ModelMultipleChoiceField(
        label="Which actions does it endanger?",
        queryset=Action.objects.filter(stopped_on=None),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    pledges = forms.CharField(
        label="Which pledges does it endanger?",
        required=False,
        help_text="Codes of pledges, with a space between them. The code stands in a pledge's "
        "address.",
    )

    def clean_pledges(self) -> list[Pledge]:
        codes = re.split(r"[\s,;]+", self.cleaned_data["pledges"].strip())
        codes = [code.upper() for code in codes if code]
        pledges = {pledge.code: pledge for pledge in Pledge.objects.public().filter(code__in=codes)}
        missing = [code for code in codes if code not in pledges]
        if missing:
            raise ValidationError(f"There is no pledge {missing[0]} in the register")
        return list(pledges.values())


class DecisionForm(Form):
    title = forms.CharField(
        label="What was decided?",
        max_length=200,
        error_messages={"required": "Say what was decided, in a few words"},
    )
    body = forms.CharField(
        label="Who decided it?",
        max_length=120,
        help_text="For example: Executive, or working group.",
        error_messages={"required": "Say who decided it"},
    )
    decided_on = DateField(label="When?", error_messages={"required": "Enter the day"})
    minute = forms.CharField(label="Reference of the minute", max_length=120, required=False)
    source_url = forms.URLField(
        label="Address of the minute",
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={"invalid": "Enter a whole web address, like https://example.org/minute"},
    )
    text = ReasonField(label="In full", required=False)

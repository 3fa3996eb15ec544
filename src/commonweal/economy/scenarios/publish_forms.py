"""What is filled in before a scenario, or what hangs on a group, becomes public."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal.charter.models import Decision
from commonweal.design.forms import DateField, Form, ReasonField

from ..leave import SAYS, SAYS_HELP

STAFF_READ = "Only staff read this. Leave empty if a decision stands."


class PublishForm(Form):
    consent_words = ReasonField(
        label="Who of the employer agreed, and how",
        required=False,
        help_text="Only staff read this. Leave empty if it names nobody, or a decision stands.",
    )
    consent_on = DateField(label="On which day they agreed", required=False)
    decision = forms.ModelChoiceField(
        Decision.objects.all(),
        label="Or: the recorded decision to publish it",
        required=False,
        empty_label="None",
    )
    decision_says = forms.BooleanField(label=SAYS, required=False, help_text=SAYS_HELP)


class PublishScenarioForm(PublishForm):
    """Of a whole industry, that it is no single firm's is said too."""

    is_of_many = forms.BooleanField(
        label="No one firm has half of this industry’s jobs here or more",
        required=False,
        help_text="Ask whoever knows the town’s firms. If one has, a figure of the industry is a "
        "figure of that firm, and needs its consent or a decision.",
    )

    def __init__(self, *args: Any, is_of_employer: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_of_employer:
            del self.fields["is_of_many"]
            self.fields["consent_words"].help_text = STAFF_READ

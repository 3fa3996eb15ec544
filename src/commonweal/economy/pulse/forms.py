"""The questions of the pulse survey, and the days of a wave."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal.design.forms import DateField, Form
from commonweal.places.models import Area

from ..models import ASKED_OF, Feeling, HelpMost, PulseAnswer, Who

NOW = {
    Who.RESIDENT: "How are things for you now, compared with three months ago?",
    Who.ENTERPRISE: "How are things for your business or organisation now, compared with three "
    "months ago?",
}
HELP_MOST = {
    Who.RESIDENT: "What would help you most?",
    Who.ENTERPRISE: "What would help your business or organisation most?",
}


def _choice(label: str, choices: Any, missing: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": missing},
    )


class WaveForm(Form):
    opens_on = DateField(label="The first day on which people can answer")
    closes_on = DateField(
        label="The last day",
        help_text="Leave a few days for answers on paper: staff type them in while it is open.",
    )


class PulseAnswerForm(Form):
    """Three questions and a ward; who answers decides how they are put."""

    now = _choice("Now", Feeling.choices, "Say how things are")
    ahead = _choice(
        "What do you expect for the next three months?",
        Feeling.choices,
        "Say what you expect, or that you can’t say",
    )
    help_most = _choice("Help", (), "Choose one, or nothing just now")
    area = forms.ModelChoiceField(
        Area.objects.none(),
        label="In which ward do you live or work? (optional)",
        required=False,
        empty_label="I’d rather not say",
    )

    def __init__(self, *args: Any, who: Who, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["now"].label = NOW[who]
        fields["help_most"].label = HELP_MOST[who]
        fields["help_most"].choices = [(choice, HelpMost(choice).label) for choice in ASKED_OF[who]]
        fields["area"].queryset = Area.objects.all()


class TypedAnswerForm(PulseAnswerForm):
    """The same, typed in by staff."""

    way = _choice(
        "How did the answer come?",
        [choice for choice in PulseAnswer.Way.choices if choice[0] != PulseAnswer.Way.WEB],
        "Say how the answer came",
    )
    field_order = ("way",)


class ClosePulseForm(Form):
    """A button alone."""

    sure = forms.BooleanField(
        label="Nobody can answer after this", error_messages={"required": "Tick it to close"}
    )

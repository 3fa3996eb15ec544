"""The questions before two entries become one."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal.design.forms import Form, ReasonField

from .merging import GONE, KEPT, newcomers
from .models import Partner
from .side_by_side import pairs


class MergePartnersForm(Form):
    """Which of two answers is right where they differ, who comes along, and why they are one."""

    def __init__(self, *args: Any, kept: Partner, gone: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = [pair for pair in pairs(kept, gone) if pair.is_choice]
        for pair in self.choices:
            self.fields[pair.column] = forms.ChoiceField(
                label=f"{pair.label}: which is right?",
                choices=[(KEPT, pair.kept), (GONE, pair.gone)],
                initial=KEPT,
                widget=forms.RadioSelect,
                error_messages={"required": f"Choose which is right: {pair.label.lower()}"},
            )
        if people := newcomers(kept, gone):
            names = ", ".join(membership.person.name for membership in people)
            self.fields["people_may_act"] = forms.BooleanField(
                label=f"I know that {names} may act for {kept.name}",
                help_text="They see and do all that its own people do.",
                error_messages={"required": f"Say that {names} may act for {kept.name}"},
            )
        self.fields["because"] = ReasonField(
            label="How do you know that they are one organisation?",
            max_length=1000,
            help_text="For the record of the desk. It is not public.",
            error_messages={"required": "Say how you know that they are one organisation"},
        )

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as `merging.merge` takes it."""
        return {
            "chosen": {pair.column: self.cleaned_data[pair.column] for pair in self.choices},
            "people_may_act": self.cleaned_data.get("people_may_act", False),
            "because": self.cleaned_data["because"],
        }


class UndoMergeForm(Form):
    because = ReasonField(
        label="How do you know that they are two organisations?",
        max_length=1000,
        help_text="For the record of the desk. It is not public.",
        error_messages={"required": "Say how you know that they are two organisations"},
    )

"""The questions about the books, and the first "no" in plain words."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal.design.forms import DateField, Form, ReasonField

from .models import CommitteePaper


class PeriodForm(Form):
    # The next quarter is proposed; nothing stands yet.
    SUGGESTED = frozenset({"title", "code", "starts_on", "ends_on"})

    title = forms.CharField(
        label="What is the period called?",
        max_length=120,
        help_text="For example: October to December 2026.",
        error_messages={"required": "Enter what the period is called"},
    )
    code = forms.SlugField(
        label="Short name",
        max_length=40,
        help_text="It stands in the address. For example: 2026-q4.",
        error_messages={
            "required": "Enter a short name",
            "invalid": "Use small letters, figures and hyphens only",
        },
    )
    starts_on = DateField(label="First day", error_messages={"required": "Enter the first day"})
    ends_on = DateField(label="Last day", error_messages={"required": "Enter the last day"})


class PrepareForm(Form):
    because = ReasonField(
        label="Why does the closed statement have to be restated?",
        max_length=1000,
        help_text="Public, beside what differs.",
        error_messages={"required": "Say why it has to be restated"},
    )

    def __init__(self, *args: Any, restates: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not restates:
            del self.fields["because"]


class ExplainForm(Form):
    words = ReasonField(
        label="Why is it so, and what is done about it?",
        max_length=1000,
        help_text="Public once the books are closed.",
        error_messages={"required": "Write the reason"},
    )


class DecisionAskedForm(Form):
    body = forms.CharField(
        label="Who is asked?",
        max_length=120,
        error_messages={"required": "Say who is asked to decide"},
    )
    words = ReasonField(
        label="To decide what?",
        max_length=1000,
        error_messages={"required": "Say what is to be decided"},
    )
    because = ReasonField(label="Why?", max_length=1000, required=False)


class CommitteePaperForm(Form):
    """What stands in the committee report beside its figures."""

    author = forms.CharField(
        label="Who writes the report?",
        max_length=120,
        help_text="Published. A job title is enough.",
        error_messages={"required": "Say who writes the report"},
    )
    contact = forms.CharField(
        label="Whom does a reader ask?",
        max_length=200,
        help_text="Published. An address of the office, or its telephone.",
        error_messages={"required": "Say whom a reader can ask"},
    )
    finance = ReasonField(
        label="What does it mean for the council's money?", max_length=2000, required=False
    )
    legal = ReasonField(label="What does it mean in law?", max_length=2000, required=False)
    equality = ReasonField(label="What does it mean for equality?", max_length=2000, required=False)
    climate = ReasonField(
        label="What does it mean for the climate?", max_length=2000, required=False
    )
    none_of = forms.MultipleChoiceField(
        label="Of which of these are there none?",
        help_text="Tick it only if you looked. What is neither ticked nor written stands in the "
        "report as not written.",
        choices=CommitteePaper.Implication.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        for code in answers.get("none_of", []):
            if answers.get(code):
                title = CommitteePaper.Implication(code).label.lower()
                self.add_error(
                    "none_of", f"You wrote something about {title}, and ticked that there is none"
                )
        return answers


class SeenForm(Form):
    """Somebody brings a draft further; ``seen`` is the draft that they read."""

    seen = forms.CharField(
        widget=forms.HiddenInput,
        max_length=64,
        error_messages={"required": "Open the draft and read it, then decide"},
    )


class SendBackForm(Form):
    because = ReasonField(
        label="What has to change?", max_length=1000, error_messages={"required": "Say what"}
    )

"""The questions about the books, and the first "no" in plain words."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal.design.forms import DateField, Form, ReasonField


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

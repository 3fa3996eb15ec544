"""The questions about a charter's text and what can be promised by it."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal.accounts.lists import Unread
from commonweal.charter.models import CharterVersion, Theme
from commonweal.design.forms import DateField, Form, ReasonField
from commonweal.pledges.models import Direction, MeasureKind

from . import adopting, measures


class AdoptForm(Form):
    """A version of the charter, and the decision that adopted it."""

    title = forms.CharField(
        label="What is the charter called?",
        max_length=200,
        error_messages={"required": "Enter what the charter is called"},
    )
    preamble = ReasonField(
        label="What stands before the clauses (optional)", max_length=10_000, required=False
    )
    text = ReasonField(
        label="Themes and clauses",
        help_text="One line each. A line that ends with a colon is a theme; each line under it is "
        "a clause, with its number or without.",
        max_length=60_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        error_messages={"required": "Paste the themes and clauses"},
    )
    decision_title = forms.CharField(
        label="Which decision adopted it?",
        help_text="For example: Charter adopted.",
        max_length=200,
        error_messages={"required": "Say which decision adopted it"},
    )
    body = forms.CharField(
        label="Who decided?",
        help_text="For example: Executive, or Full Council.",
        max_length=120,
        error_messages={"required": "Say who decided"},
    )
    decided_on = DateField(label="When?", error_messages={"required": "Enter the day"})
    minute = forms.CharField(
        label="Reference of the minute (optional)", max_length=120, required=False
    )
    source_url = forms.URLField(
        label="Address of the minute (optional)",
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={"invalid": "Enter a web address like www.example.org/minute"},
    )
    in_force_from = DateField(
        label="In force from", help_text="Leave empty for the day of the decision.", required=False
    )
    ends_earlier = forms.BooleanField(
        label="Earlier versions end the day before: nobody signs them any more", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not CharterVersion.objects.exists():
            del self.fields["ends_earlier"]

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        try:
            self.sentences = adopting.read(text)
        except Unread as unread:
            raise forms.ValidationError(unread.faults) from None
        return text

    def adopted(self) -> dict[str, Any]:
        """The answers as `adopting.adopt` takes them."""
        answers = dict(self.cleaned_data)
        decision = {name: answers.pop(name) for name in ("body", "decided_on", "minute")}
        decision |= {"title": answers.pop("decision_title"), "source_url": answers["source_url"]}
        for name in ("text", "source_url"):
            del answers[name]
        answers.setdefault("ends_earlier", False)
        return answers | {"sentences": self.sentences, "decision": decision}


class MeasureForm(Form):
    """What can be promised: what is counted, and how."""

    name = forms.CharField(
        label="What is counted?",
        help_text="For example: Apprenticeships started.",
        max_length=120,
        error_messages={"required": "Say what is counted"},
    )
    theme = forms.ModelChoiceField(
        label="Under which theme?",
        queryset=Theme.objects.all(),
        to_field_name="code",
        empty_label="Choose",
        error_messages={"required": "Choose a theme"},
    )
    kind = forms.ChoiceField(
        label="What kind of figure is it?",
        choices=MeasureKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what kind of figure it is"},
    )
    unit = forms.CharField(
        label="In which unit?",
        help_text="As it stands behind a figure: people, hours, pounds, tonnes. Leave it empty "
        "where something is done or not done.",
        max_length=60,
        required=False,
    )
    direction = forms.ChoiceField(
        label="Which way is better?",
        choices=Direction.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which way is better"},
    )
    how = ReasonField(
        label="How is it counted, and from where? (optional)", max_length=4000, required=False
    )
    evidence_hint = forms.CharField(
        label="What shows it? (optional)",
        help_text="For example: a letter of the training provider.",
        max_length=200,
        required=False,
    )
    examples = ReasonField(
        label="Examples to start from (optional)",
        help_text="One a line. Put the sector, the size or both before a colon where it is only "
        "for some: private, micro: We will take on one apprentice.",
        max_length=10_000,
        required=False,
        strip=False,
    )
    on_menu = forms.BooleanField(label="It can be promised now", required=False)

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        if not answers.get("unit") and not self.has_error("unit"):
            if answers.get("kind") == MeasureKind.YES_NO:
                answers["unit"] = "done"
            else:
                self.add_error("unit", "Enter the unit")
        return answers

    def clean_examples(self) -> str:
        typed = str(self.cleaned_data["examples"])
        try:
            self.examples_read = measures.read_examples(typed)
        except Unread as unread:
            raise forms.ValidationError(unread.faults) from None
        return typed

    def answered(self) -> dict[str, Any]:
        """The answers as the menu keeps them."""
        return self.cleaned_data | {"examples": self.examples_read}

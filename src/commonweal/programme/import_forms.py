"""The questions about files of actions."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal.bringing.forms import RemovalForm
from commonweal.charter.models import Decision
from commonweal.design.forms import DateField, Form, ReasonField

from .importing import STOPPED_BY


class ActionFileForm(Form):
    SUGGESTED = frozenset({"as_at"})
    source = forms.SlugField(
        label="Short name of the list",
        max_length=60,
        help_text="Small letters, figures and hyphens. The same name later updates what it made, "
        "and what you say about the columns is remembered under it.",
        error_messages={
            "required": "Enter a short name",
            "invalid": "Use small letters, figures and hyphens only",
        },
    )
    as_at = DateField(
        label="The file shows how things stood on", error_messages={"required": "Enter the day"}
    )
    file = forms.FileField(
        label="File",
        help_text="CSV or a workbook (.xlsx, .xls, .ods), or recommendations with their responses "
        "as JSON. 20 MB at most.",
        error_messages={"required": "Choose a file", "empty": "The file is empty"},
    )


class StopUnlistedForm(RemovalForm):
    """Whether actions that a list no longer names are to stop, and by what decision."""

    TAKING = "Stop the {} that the file no longer lists"
    THING = "action"

    decision = forms.ModelChoiceField(
        label="The decision by which they are stopped",
        queryset=Decision.objects.all(),
        to_field_name="code",
        required=False,
        empty_label="Choose",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "count" in self.fields:
            self.fields["count"].label = "How many are to be stopped? Write the number"
        if "removes" not in self.fields:
            del self.fields["decision"]

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        if answers.get("removes") and not answers.get("decision"):
            self.add_error("decision", "Choose the decision by which these actions are stopped")
        return answers

    def of_this_file(self) -> dict[str, str]:
        decision = self.cleaned_data.get("decision") if self.to_remove() else None
        return {STOPPED_BY: decision.code if decision else ""}


class UndoActionsForm(Form):
    because = ReasonField(
        label="Why is it undone?",
        help_text="It stands in the public history of each of these actions. No names, please.",
        error_messages={"required": "Say why it is undone"},
    )

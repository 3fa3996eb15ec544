"""The question which priority an action answers."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet

from commonweal.design.forms import Form

from .forms import because
from .models import Priority


class CiteForm(Form):
    priority = forms.ModelChoiceField(
        Priority.objects.none(),
        label="Priority",
        empty_label="Choose one",
        error_messages={"required": "Choose a priority"},
    )
    because = because("How does it answer this?", "Public, on the page of the action.")

    def offer(self, priorities: QuerySet[Priority]) -> None:
        self.fields["priority"].queryset = priorities  # type: ignore[attr-defined]

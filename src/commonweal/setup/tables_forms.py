"""The questions of the plain settings pages, made from the table of keys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models

from commonweal.design.forms import DateField, Form, ReasonField
from commonweal.places import opening

from . import values
from .sections import Key
from .tables import SettingsPage

LONG = 300
DECISION = ("decision_title", "body", "decided_on", "minute")


class SettingsForm(Form):
    """Some settings, and where it takes one the decision that changes them."""

    keys: tuple[Key, ...] = ()

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        for key in self.keys:
            typed = answers.get(key.name)
            if typed not in (None, "") and (fault := values.fault(key, typed)):
                self.add_error(key.name, f"What you wrote {fault}")
        if any(answers.get(name) for name in DECISION):
            self._whole_decision(answers)
        return answers

    def _whole_decision(self, answers: dict[str, Any]) -> None:
        for name in DECISION[:3]:
            if not answers.get(name) and not self.has_error(name):
                self.add_error(name, "A decision needs its title, who decided, and the day")

    def settings(self) -> dict[str, Any]:
        """The answers, without what is said of the decision."""
        return {key.name: self.cleaned_data[key.name] for key in self.keys}

    def decision(self) -> dict[str, Any] | None:
        if not self.cleaned_data.get("decision_title"):
            return None
        answers = {name: self.cleaned_data[name] for name in DECISION[1:]}
        return answers | {"title": self.cleaned_data["decision_title"]}


def form_for(page: SettingsPage, *, is_new: bool = False) -> type[SettingsForm]:
    """The form of one table of a page. Only an open town is asked for a decision."""
    keys = tuple(page.keys(is_new=is_new))
    fields: dict[str, Any] = {key.name: _field(key, page.labels[key.name]) for key in keys}
    if page.judged and opening.is_open():
        fields |= _decision_fields()
    return type("PageForm", (SettingsForm,), {"keys": keys, **fields})


def _field(key: Key, label: str) -> forms.Field:
    if key.kind == "truth":
        return forms.BooleanField(label=label, required=False)
    is_wanted = _is_wanted(key)
    label = label if is_wanted else f"{label} (optional)"
    if key.kind == "day":
        return DateField(label=label, required=is_wanted)
    if key.kind == "whole":
        return forms.IntegerField(
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            min_value=key.least,
            max_value=key.most,
            error_messages={"invalid": "Write a whole number"},
            label=label,
            required=is_wanted,
        )
    is_long = isinstance(key.model_field, models.TextField) or (key.most or 0) >= LONG
    kind = ReasonField if is_long else forms.CharField
    return kind(max_length=key.most or 20_000, label=label, required=is_wanted)


def _is_wanted(key: Key) -> bool:
    column: Any = key.model_field
    return key.needed or not (column is None or column.null or column.blank)


def _decision_fields() -> dict[str, forms.Field]:
    return {
        "decision_title": forms.CharField(
            label="Which decision changes it?",
            help_text="What is judged by changes by a decision alone. It is published with what "
            "it changes.",
            max_length=200,
            required=False,
        ),
        "body": forms.CharField(label="Who decided?", max_length=120, required=False),
        "decided_on": DateField(label="When?", required=False),
        "minute": forms.CharField(
            label="Reference of the minute (optional)", max_length=120, required=False
        ),
    }

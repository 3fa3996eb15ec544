"""The questions of the plain settings pages, made from the table of keys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models

from commonweal.charter.models import Theme
from commonweal.design.forms import DateField, FigureField, Form, ReasonField
from commonweal.partners.models import Partner
from commonweal.places import opening

from . import values
from .kind_questions import QuestionsField
from .sections import Key
from .tables import SettingsPage

LONG = 300
# What a table of the file may name by its code.
NAMED: dict[str, Any] = {"themes": Theme, "partners": Partner}
RHYTHMS = {"1": "Every month", "3": "Every quarter", "6": "Every half year", "12": "Every year"}
BY_KIND: dict[str, type[forms.Field]] = {
    "day": DateField,
    "figure": FigureField,
    "tables": QuestionsField,
}
DECISION = ("decision_title", "body", "decided_on", "minute")


class SettingsForm(Form):
    """Some settings, and where it takes one the decision that changes them."""

    keys: tuple[Key, ...] = ()

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        for key in self._plain_keys():
            typed = answers.get(key.name)
            if typed not in (None, "") and (fault := values.fault(key, typed)):
                self.add_error(key.name, f"What you wrote {fault}")
        if self._asks_for_decision() and any(answers.get(name) for name in DECISION):
            self._whole_decision(answers)
        return answers

    def _asks_for_decision(self) -> bool:
        """A key of the table may be called as a decision's is: a message has a body, too."""
        return DECISION[0] in self.fields

    def _plain_keys(self) -> list[Key]:
        """All but lists of tables, whose field has looked at each line."""
        return [key for key in self.keys if key.kind != "tables"]

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
    if key.choices or key.kind == "reference":
        return _choice(key, label, is_wanted)
    if key.kind in BY_KIND:
        return BY_KIND[key.kind](label=label, required=is_wanted)
    make = _whole if key.kind == "whole" else _words
    return make(key, label, is_wanted)


def _whole(key: Key, label: str, is_wanted: bool) -> forms.Field:
    return forms.IntegerField(
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        min_value=key.least,
        max_value=key.most,
        error_messages={"invalid": "Write a whole number"},
        label=label,
        required=is_wanted,
    )


def _words(key: Key, label: str, is_wanted: bool) -> forms.Field:
    is_long = isinstance(key.model_field, models.TextField) or (key.most or 0) >= LONG
    kind = ReasonField if is_long else forms.CharField
    return kind(max_length=key.most or 20_000, label=label, required=is_wanted)


def _choice(key: Key, label: str, is_wanted: bool) -> forms.Field:
    """One of those that the key takes, as people call them."""
    none = [] if is_wanted else [("", "None")]
    if key.kind == "whole":
        return forms.TypedChoiceField(
            choices=[(n, RHYTHMS[n]) for n in key.choices], coerce=int, label=label
        )
    if key.kind == "reference":
        rows = NAMED[key.of].objects.order_by("name", "code").values_list("code", "name")
        return forms.ChoiceField(choices=[*none, *rows], label=label, required=is_wanted)
    column: Any = key.model_field
    return forms.ChoiceField(
        choices=[*none, *column.choices],
        label=label,
        required=is_wanted,
        widget=forms.RadioSelect,
        error_messages={"required": f"Choose: {label[0].lower()}{label[1:]}"},
    )


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

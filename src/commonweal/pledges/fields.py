"""A measure that is chosen from a list, or found by typing where the list is long."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from commonweal.design.suggesting import SuggestingInput
from commonweal.places.search_words import in_one_form

from .models import Measure

# More than these nobody looks through.
LISTED_MOST = 20


class MeasureField(forms.CharField):
    """One measure, by its name or code; None where nothing is typed and nothing needs to be."""

    def __init__(self, measures: Callable[[], QuerySet[Measure]], **options: Any) -> None:
        self.measures = measures
        super().__init__(max_length=200, widget=SuggestingInput(self._names), **options)

    def _names(self) -> list[str]:
        return list(self.measures().order_by("name").values_list("name", flat=True))

    def clean(self, typed: Any) -> Measure | None:
        text = " ".join(str(super().clean(typed) or "").split())
        return measure_called(self.measures(), text) if text else None


def measure_called(measures: QuerySet[Measure], typed: str) -> Measure:
    """The measure of a name, however its capitals and accents are written, or of a code.

    Raises
    ------
    ValidationError
        None of the measures is called so, or several are.
    """
    if by_code := measures.filter(code=typed).first():
        return by_code
    by_form: dict[str, list[Measure]] = {}
    for measure in measures.order_by("name", "pk"):
        by_form.setdefault(in_one_form(measure.name), []).append(measure)
    named = by_form.get(in_one_form(typed), [])
    if len(named) == 1:
        return named[0]
    if named:
        codes = " or ".join(measure.code for measure in named)
        raise ValidationError(f"Several measures are called “{typed}”. Write {codes}")
    names = {form: same[0].name for form, same in by_form.items()}
    raise ValidationError(f"No measure is called “{typed}”. {_hint(in_one_form(typed), names)}")


def _hint(wanted: str, names: dict[str, str]) -> str:
    """Names that are like what was typed, or hold it: part of a name is how one looks for it."""
    alike = get_close_matches(wanted, names, n=3, cutoff=0.5)
    alike += [form for form in names if wanted in form and form not in alike]
    called = " or ".join(f"“{names[form]}”" for form in alike[:3])
    return f"Did you mean {called}?" if called else "Write its name as it stands under Measures"


def find_by_typing(form: forms.Form, name: str, measures: Callable[[], QuerySet[Measure]]) -> None:
    """Let a list of measures in a form be typed into, if it is long."""
    listed: Any = form.fields[name]
    listed.queryset = measures()
    if measures().count() <= LISTED_MOST:
        return
    form.fields[name] = MeasureField(
        measures,
        label=listed.label,
        required=listed.required,
        help_text=listed.help_text or "Type its name, or a part of it.",
        error_messages={"required": str(listed.error_messages["required"])},
    )

"""A list that opens says in words what it means to choose none of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.urls import get_resolver

from commonweal.design.forms import Form

SAYS_NOTHING = {"", "None", "none", "-"}


def every_form(kind: type[Any] = Form) -> Iterator[type[Any]]:
    for form in kind.__subclasses__():
        yield form
        yield from every_form(form)


def empty_of(field: forms.Field) -> str | None:
    """What stands for nothing in a list that opens; None where there is no such row."""
    if not isinstance(field.widget, forms.Select) or isinstance(field.widget, forms.RadioSelect):
        return None
    if isinstance(field, forms.ModelChoiceField):
        return None if field.empty_label is None else str(field.empty_label)
    choices: Any = getattr(field, "choices", ())
    if callable(choices):
        return None
    return next((str(label) for code, label in choices if code == ""), None)


def test_no_list_of_any_form_begins_with_a_dash():
    assert get_resolver().reverse_dict
    said = {
        (form.__module__, form.__qualname__, name): empty
        for form in every_form()
        for name, field in form.base_fields.items()
        if (empty := empty_of(field)) is not None
    }
    assert len(said) > 40
    assert not {place for place, empty in said.items() if not empty.strip("- ")}
    desk = {place: empty for place, empty in said.items() if place[0].startswith("commonweal.desk")}
    assert len(desk) > 12
    assert not {place for place, empty in desk.items() if empty in SAYS_NOTHING}

"""What was typed, in the words of the page it was typed into: which question a field answers, and
what a choice is called. For whoever has what a form sent and not the form: its page did not run.

Only what stands in the code of a form is said. The name of a row that somebody chose by its number
is not: it may be one that they were never shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.urls import Resolver404, resolve

Sent = Sequence[tuple[str, list[str]]]
Fields = dict[str, forms.Field]


def in_words(path: str, typed: Sent) -> list[tuple[str, str]]:
    """(question, answer) of each field that a form sent to a path."""
    fields = _fields_at(path, {part for name, _ in typed for part in (name, _field_of(name))})
    answers: dict[str, list[str]] = {}
    for name, values in typed:
        answers.setdefault(_asked_by(name, fields), []).extend(values)
    return [
        (_label(fields.get(name), name), _answer(fields.get(name), values))
        for name, values in answers.items()
    ]


def _field_of(name: str) -> str:
    """The field whose part this is, as the day of a date is."""
    field, _, part = name.rpartition("_")
    return field if field and part.isdecimal() else name


def _asked_by(name: str, fields: Fields) -> str:
    is_part = name not in fields and _field_of(name) in fields
    return _field_of(name) if is_part else name


def _fields_at(path: str, names: set[str]) -> Fields:
    """The fields of these names: of the form that has most of them among those of the room whose
    page is at the path, and what it lacks of the others there."""
    try:
        room = ".".join(resolve(path).func.__module__.split(".")[:2])
    except Resolver404:
        return {}
    rooms_forms = (form for form in _all_forms() if form.__module__.startswith(f"{room}."))
    fields: Fields = {}
    for form in sorted(rooms_forms, key=lambda form: _how_near(form, names), reverse=True):
        for name in names & set(form.base_fields):
            fields.setdefault(name, form.base_fields[name])
    return fields


def _how_near(form: type[Any], names: set[str]) -> tuple[int, int, str]:
    """How many of the fields it has, then how few others; by name where two are as near."""
    has = len(names & set(form.base_fields))
    return has, has - len(form.base_fields), form.__qualname__


def _all_forms(of: type[Any] = forms.BaseForm) -> Iterator[type[Any]]:
    for form in of.__subclasses__():
        if hasattr(form, "base_fields"):
            yield form
        yield from _all_forms(form)


def _label(field: forms.Field | None, name: str) -> str:
    words = name.replace("_", " ").replace("-", " ").capitalize()
    return str((field and field.label) or words)


def _answer(field: forms.Field | None, values: list[str]) -> str:
    if isinstance(field, forms.MultiValueField):
        return " ".join(filter(None, values))
    if isinstance(field, forms.BooleanField) and values == ["on"]:
        return "yes"
    choices = getattr(field, "choices", None)
    called = dict(_flat(choices)) if isinstance(choices, list) else {}
    return "\n".join(called.get(chosen, chosen) for chosen in values)


def _flat(choices: list[Any]) -> Iterator[tuple[str, str]]:
    for key, text in choices:
        if isinstance(text, list | tuple):
            yield from _flat(list(text))
        else:
            yield str(key), str(text)

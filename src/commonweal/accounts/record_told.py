"""Lines of the record as somebody reads them: kinds, roles and details in words. What is kept stays
under its codes, by which exports and searches find it."""

from __future__ import annotations

import re
from calendar import day_name
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.utils.text import capfirst

from commonweal.design.words import day

from .models import Event, Person, Role

ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# A name of ours, as the code has it: short_time, not GB-COH-123 or a reference.
OUR_WORD = re.compile(r"[a-z]+(?:_[a-z]+)+")
PERSON = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ROLES = {str(code): str(label) for code, label in Role.choices} | {"system": "The system itself"}


@dataclass(frozen=True)
class Line:
    """One line of the record in words."""

    event: Event
    about: str
    by: str
    details: list[tuple[str, str]]


def lines(events: Iterable[Event]) -> list[Line]:
    """Lines in words, with the names of whoever stands in them."""
    events = list(events)
    codes = {code for event in events for code in _people_in(event)}
    people = Person.objects.filter(code__in=codes).values_list("code", "name")
    names = {str(code): name for code, name in people}
    return [_line(event, names) for event in events]


def _people_in(event: Event) -> list[str]:
    """Codes that may be people's: who did it, and what a detail names."""
    named = [code for code in event.detail.values() if isinstance(code, str)]
    return [code for code in (str(event.by_code), *named) if PERSON.fullmatch(code)]


def _line(event: Event, names: dict[str, str]) -> Line:
    by = (names.get(str(event.by_code), ""), ROLES.get(event.as_role, _words(event.as_role)))
    return Line(
        event=event,
        about=f"{kind_in_words(event.about_kind)} {event.about_code}",
        by=", ".join(part for part in by if part),
        details=[
            (_words(name), _in_words(name, detail, names))
            for name, detail in event.detail.items()
            if detail not in ("", None, [], {})
        ],
    )


def kind_in_words(label: str) -> str:
    """What a kind of row is called; one that is there no more by its old name, taken apart."""
    try:
        return str(capfirst(apps.get_model(label)._meta.verbose_name))
    except (LookupError, ValueError):
        parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", label.rpartition(".")[2])
        return parted.capitalize()


def _words(code: str) -> str:
    return code.replace("_", " ")


def _in_words(name: str, detail: Any, names: dict[str, str]) -> str:
    if isinstance(detail, bool):
        return "yes" if detail else "no"
    if isinstance(detail, list):
        return ", ".join(_in_words(name, part, names) for part in detail)
    if isinstance(detail, dict):
        return ", ".join(
            f"{_words(key)} {_in_words(key, part, names)}" for key, part in detail.items()
        )
    if name == "weekday" and isinstance(detail, int):
        return day_name[detail]
    return _text_in_words(str(detail), names)


def _text_in_words(text: str, names: dict[str, str]) -> str:
    if text in names or text in ROLES:
        return names.get(text) or ROLES[text]
    if ISO_DAY.fullmatch(text):
        return day(date.fromisoformat(text))
    return _words(text) if OUR_WORD.fullmatch(text) else text

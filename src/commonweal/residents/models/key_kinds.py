"""What the keys of residents are of, each as a small number: there are thirty keys a resident."""

from __future__ import annotations

from typing import Any

from django.db import models

# A kind's place is its number in the database: new ones stand at the end, and none goes.
ORDER = (
    "",
    "nhs",
    "uprn",
    "email",
    "phone",
    "name",
    "first-born",
    "last-born",
    "address",
    "last-place",
    "last-year",
    "first-place",
    "last",
    "first",
    "last-as",
    "first-as",
    "full",
    "born",
    "postcode",
    "street",
    "house",
    "phone-end",
)
NUMBERS = {kind: number for number, kind in enumerate(ORDER)}


def number_of(kind: str) -> int:
    return NUMBERS[kind]


class KeyKindField(models.Field):  # type: ignore[type-arg]
    """A kind of key: a word here, a small number in the database."""

    def get_internal_type(self) -> str:
        return "PositiveSmallIntegerField"

    def get_prep_value(self, value: Any) -> Any:
        return NUMBERS.get(value, value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return ORDER[value]

    def to_python(self, value: Any) -> Any:
        return ORDER[value] if isinstance(value, int) else value

"""What the desk's forms are made of: one short constructor for each kind of question.

An answer is required where a form says what stands beside it when it is missing.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from commonweal.accounts.models import Appointment, Person, Role
from commonweal.cases import triage
from commonweal.design.forms import DateField, MoneyField, ReasonField
from commonweal.places.models import Area

HOUSEHOLD_MOST = 30


def _messages(**by_code: str) -> dict[str, str]:
    """The words beside an answer that is wrong; those that are "" are Django's."""
    return {code: message for code, message in by_code.items() if message}


def sentences(label: str, *, missing: str = "", most: int = 2000, hint: str = "") -> ReasonField:
    return ReasonField(
        label=label,
        required=bool(missing),
        max_length=most,
        help_text=hint,
        error_messages={"required": missing or "Write something"},
    )


def text(
    label: str,
    *,
    missing: str = "",
    most: int = 200,
    hint: str = "",
    complete: str = "off",
    mode: str = "",
) -> forms.CharField:
    attrs = {"autocomplete": complete} | ({"inputmode": mode} if mode else {})
    return forms.CharField(
        label=label,
        required=bool(missing),
        max_length=most,
        help_text=hint,
        error_messages={"required": missing or "Enter something"},
        widget=forms.TextInput(attrs=attrs),
    )


def choice(
    label: str,
    choices: Any,
    *,
    missing: str = "",
    radio: bool = True,
    hint: str = "",
    required: bool = True,
    initial: str | None = None,
) -> forms.ChoiceField:
    missing = missing or f"Choose one for “{label}”"
    return forms.ChoiceField(
        label=label,
        choices=choices,
        required=required,
        help_text=hint,
        initial=initial,
        widget=forms.RadioSelect if radio else forms.Select,
        error_messages={"required": missing, "invalid_choice": missing},
    )


def ticks(
    label: str, choices: Any, *, missing: str = "", hint: str = ""
) -> forms.MultipleChoiceField:
    """Boxes, of which any may be ticked."""
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=bool(missing),
        help_text=hint,
        widget=forms.CheckboxSelectMultiple,
        error_messages=_messages(required=missing),
    )


def pick(
    label: str,
    rows: QuerySet[Any],
    *,
    missing: str = "",
    by: str | None = None,
    empty: str = "",
) -> forms.ModelChoiceField[Any]:
    """One row out of a list that opens; ``by`` is the column that stands in the page for it, and
    ``empty`` what choosing none of them means."""
    return forms.ModelChoiceField(
        label=label,
        queryset=rows,
        required=bool(missing),
        to_field_name=by,
        empty_label=empty or ("Choose" if missing else "Not known"),
        error_messages=_messages(required=missing),
    )


def tick_rows(
    label: str, rows: QuerySet[Any], *, missing: str = "", hint: str = ""
) -> forms.ModelMultipleChoiceField[Any]:
    """A box for each row, which stands in the page as its code."""
    return forms.ModelMultipleChoiceField(
        label=label,
        queryset=rows,
        required=bool(missing),
        to_field_name="code",
        help_text=hint,
        widget=forms.CheckboxSelectMultiple,
        error_messages=_messages(required=missing),
    )


def count(
    label: str,
    *,
    least: int,
    most: int,
    missing: str = "",
    unread: str = "",
    initial: int | None = None,
    required: bool = True,
    hint: str = "",
) -> forms.IntegerField:
    """How many, as a whole number; ``unread`` is said where it is none."""
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        initial=initial,
        required=required,
        help_text=hint,
        error_messages=_messages(required=missing, invalid=unread),
    )


def yes(label: str, *, missing: str = "", hint: str = "") -> forms.BooleanField:
    """One box to tick."""
    return forms.BooleanField(
        label=label,
        required=bool(missing),
        help_text=hint,
        error_messages=_messages(required=missing),
    )


def day(label: str, *, missing: str = "", hint: str = "") -> DateField:
    return DateField(
        label=label,
        required=bool(missing),
        help_text=hint,
        error_messages=_messages(required=missing),
    )


def money(label: str, *, missing: str = "") -> MoneyField:
    missing = missing or f"Enter an amount for “{label}”"
    return MoneyField(label=label, error_messages={"required": missing})


def upload(label: str, *, hint: str = "") -> forms.FileField:
    return forms.FileField(
        label=label, help_text=hint, error_messages={"required": "Choose a file"}
    )


def signs_field(label: str) -> forms.MultipleChoiceField:
    """What decides who is helped first: codes, of which any may be named."""
    return ticks(label, [(code, question) for code, question, _, _ in triage.SIGNS])


def areas_choice() -> list[tuple[str, str]]:
    return [("", "Not known"), *Area.objects.values_list("code", "name")]


def handlers() -> QuerySet[Person]:
    """Who works at the desk today."""
    today = timezone.localdate()
    appointments = Appointment.objects.current(today).filter(
        role__in=[Role.CALL_HANDLER, Role.DESK_MANAGER, Role.NAMED_COLLEAGUE]
    )
    return Person.objects.filter(appointments__in=appointments).distinct().order_by("name")

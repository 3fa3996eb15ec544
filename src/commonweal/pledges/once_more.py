"""What can't be taken back is shown once more before it is sent: every answer, and a way back to
it. Files are chosen on that page, for a browser gives none back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest

from commonweal.design.revisions import in_words, sent
from commonweal.design.words import day
from commonweal.office.errors import Refused

from .models import Measure

# The buttons of the two pages: to the check, from it back to the answers, and send.
CHECK, AGAIN, SENT = "check", "again", "checked"


@dataclass(frozen=True)
class AnswerShown:
    """A question with its answer, as it is shown before it is sent."""

    label: str
    text: str


def refuse_early(form: forms.Form, refuse: Callable[[dict[str, Any]], object] | None) -> None:
    """Say on the page of the answers what the action would refuse of them."""
    if refuse is None or not form.is_valid():
        return
    try:
        refuse(form.cleaned_data)
    except Refused as refused:
        form.add_error(None, str(refused))


def is_check(request: HttpRequest, form: forms.Form, asked_there: tuple[str, ...]) -> bool:
    """Whether the page to show is the check: what was typed before holds together, and whoever
    looks at it does not want back to it."""
    pressed = {CHECK, SENT} & set(request.POST)
    if not pressed or AGAIN in request.POST:
        return False
    # What is refused of a check that was sent is said on it; what is refused before, before it.
    passed_over = {*asked_there, NON_FIELD_ERRORS} if SENT in pressed else set(asked_there)
    return not set(form.errors) - passed_over


def is_sent(request: HttpRequest) -> bool:
    """Whether something is to be done now, and not only shown."""
    return not {CHECK, AGAIN} & set(request.POST)


def answers_of(form: forms.Form, measure: Measure, skip: tuple[str, ...]) -> Iterator[AnswerShown]:
    """Each question that was answered, in the order of the page."""
    for bound in form:
        answer = getattr(form, "cleaned_data", {}).get(bound.name)
        if bound.name not in skip and answer not in (None, ""):
            yield AnswerShown(str(bound.label), _written(bound, answer, measure))


def _written(bound: forms.BoundField, answer: Any, measure: Measure) -> str:
    if isinstance(answer, date):
        return day(answer)
    if isinstance(answer, Decimal) and not isinstance(bound.field, forms.ChoiceField):
        return measure.write(answer)
    return in_words(bound, sent(bound))


def typed_in(
    request: HttpRequest, form: forms.Form, skip: tuple[str, ...]
) -> list[tuple[str, str]]:
    """(name, text) of everything that was typed, to be sent along with the check."""
    names = set(form.fields) - set(skip)
    return [
        (name, str(request.POST[name]))
        for name in request.POST
        if {name, name.rsplit("_", 1)[0]} & names
    ]

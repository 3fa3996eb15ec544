"""The desk manager's page on which the help desk is opened, closed, and given its hours."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.cases import opening as the_opening
from commonweal.design.forms import Form, ReasonField
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from .forms.excuses import ExcuseForm, excuse_of

SPAN = re.compile(r"^(\d{1,2})(?:[:.](\d{2}))?\s*(?:to|-|–)\s*(\d{1,2})(?:[:.](\d{2}))?$")


class CloseDeskForm(ExcuseForm):
    because = ReasonField(
        label="Why is the desk closed?",
        max_length=400,
        help_text="Visitors read it, beside the telephone and the services. Name nobody.",
        error_messages={"required": "Say why the desk is closed"},
    )


class HoursForm(Form):
    """The hours in which the desk is staffed, one line a day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in the_opening.DAYS:
            self.fields[code] = forms.CharField(
                label=name,
                required=False,
                max_length=40,
                help_text="Like 9 to 17 or 9:30 to 16:00. Empty: not staffed.",
            )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        hours = []
        for code, name in the_opening.DAYS:
            text = str(answers.get(code) or "").strip()
            if not text:
                continue
            try:
                hours.append({"day": code} | span_of(text))
            except ValidationError:
                self.add_error(code, f"Write {name}'s hours like 9 to 17 or 9:30 to 16:00")
        return {"hours": hours}


def span_of(text: str) -> dict[str, str]:
    """{opens, closes} of "9 to 17" or "9:30-16:00"."""
    span = SPAN.match(text)
    if span is None:
        raise ValidationError("no span of hours")
    try:
        opens = time(int(span[1]), int(span[2] or 0))
        closes = time(int(span[3]), int(span[4] or 0))
    except ValueError:
        raise ValidationError("no time of a day") from None
    if opens >= closes:
        raise ValidationError("it closes before it opens")
    return {"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}


@staff(Role.DESK_MANAGER)
def opening(request: SignedInRequest) -> HttpResponse:
    """Whether the desk takes requests of the public now, and what visitors are told."""
    if request.method == "POST":
        try:
            the_opening.open_desk(by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, "The help desk is open: the public form takes requests.")
        return redirect("desk-opening")
    state = the_opening.state()
    names = dict(the_opening.DAYS)
    context = {
        "opening": state,
        "on_duty": the_opening.on_duty(),
        "instead": the_opening.instead_of_a_time(),
        "managers": the_opening.managers(timezone.localdate()),
        "hours": [
            (names[staffed["day"]], staffed["opens"], staffed["closes"]) for staffed in state.hours
        ],
    }
    return render(request, "desk/opening_desk.html", context)


@staff(Role.DESK_MANAGER)
def close(request: SignedInRequest) -> HttpResponse:
    address = reverse("desk-opening")
    return act(
        request,
        CloseDeskForm(request.POST or None),
        lambda answers: the_opening.close_desk(
            excuse=excuse_of(answers), by=request.user, **answers
        ),
        said="The help desk is closed to the public. Calls and cases go on.",
        to=address,
        back=(address, "Open and close"),
        heading="Close the help desk to the public",
        button="Close it",
        danger=True,
    )


@staff(Role.DESK_MANAGER)
def hours(request: SignedInRequest) -> HttpResponse:
    address = reverse("desk-opening")
    # A day without hours is shown, too: else a stale page would take another's hours away.
    now = {day: "" for day, _ in the_opening.DAYS}
    now |= {
        staffed["day"]: f"{staffed['opens']} to {staffed['closes']}"
        for staffed in the_opening.state().hours
    }
    return act(
        request,
        HoursForm(request.POST or None, initial=now),
        lambda answers: the_opening.set_hours(by=request.user, **answers),
        said="Kept.",
        to=address,
        back=(address, "Open and close"),
        heading="When is the desk staffed?",
        button="Keep the hours",
        before="Outside these hours, and while nobody has begun a shift, the form promises no "
        "time: it says when the desk opens next.",
    )

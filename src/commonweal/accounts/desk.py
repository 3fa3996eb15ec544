"""The administrator's pages: who holds which role, and the record of who did what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.http import require_POST

from commonweal.design.every_answer import only_read
from commonweal.design.paging import paged
from commonweal.design.revisions import SHOWN
from commonweal.design.words import many
from commonweal.office.errors import Refused

from . import actions, foreseen, inviting, lasting, mail, post_room, record_told
from .access import SignedInRequest, staff
from .forms import AppointForm, RolesListForm
from .models import Appointment, Event, Message, Role

# Beside the button: the list that the page showed.
LIST_SHOWN = f"{SHOWN}list"


@staff(Role.ADMINISTRATOR)
def people(request: SignedInRequest) -> HttpResponse:
    form = AppointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            inviting.invite(by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("name" if str(refused) == inviting.NAME_WANTED else None, str(refused))
        else:
            messages.success(request, "The role is given. A letter tells them.")
            return redirect("desk-people")
    today = timezone.localdate()
    current = (
        Appointment.objects.current(today).select_related("person").order_by("role", "ends_on")
    )
    page = paged(request, current)
    context = {
        "form": form,
        "page": page,
        "last": lasting.last_administrator(today),
        "today": today,
    }
    return render(request, "accounts/desk_people.html", context)


@staff(Role.ADMINISTRATOR)
def people_listed(request: SignedInRequest) -> HttpResponse:
    """Give many roles from a pasted list. What would be done is shown first, line by line."""
    form = RolesListForm(request.POST or None, by=request.user)
    context: dict[str, Any] = {"form": form, "roles": [role.label for role in Role]}
    if request.method == "POST" and form.is_valid():
        mark = mark_of(form.cleaned_data["people"])
        # The list that was looked at, and no other.
        is_seen = constant_time_compare(request.POST.get(LIST_SHOWN, ""), mark)
        if is_seen and "again" not in request.POST:
            try:
                granted, held = inviting.invite_all(
                    invited=form.invited,
                    ends_on=form.cleaned_data["ends_on"],
                    because=form.cleaned_data["because"],
                    by=request.user,
                )
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _given(granted, held))
                return redirect("desk-people")
        rows = foreseen.foresee(form.invited, by=request.user)
        context |= {"rows": rows, "mark": mark, "refused": any(row.is_refused for row in rows)}
    return render(request, "accounts/desk_list.html", context)


def mark_of(text: str) -> str:
    return salted_hmac("commonweal.roles", text, algorithm="sha256").hexdigest()[:40]


def _given(granted: int, held: int) -> str:
    new_roles = f"{many(granted, 'role')} given; a letter tells each of them." if granted else ""
    held_roles = f" {many(held, 'line')} named somebody who holds the role already." if held else ""
    return f"{new_roles}{held_roles}".strip()


@staff(Role.ADMINISTRATOR)
@require_POST
def end_role(request: SignedInRequest, pk: int) -> HttpResponse:
    appointment = get_object_or_404(Appointment, pk=pk)
    try:
        actions.end(appointment=appointment, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The role has ended.")
    return redirect("desk-people")


@staff(Role.ADMINISTRATOR)
@only_read
def letters(request: SignedInRequest) -> HttpResponse:
    """Letters that were given up, jobs that failed, and whether a worker is alive."""
    return render(request, "accounts/desk_letters.html", {"room": post_room.look()})


@staff(Role.ADMINISTRATOR)
@require_POST
def letter_again(request: SignedInRequest, pk: int) -> HttpResponse:
    try:
        mail.send_again(message=get_object_or_404(Message, pk=pk), by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The letter is tried again for seven days.")
    return redirect("desk-letters")


# References of residents stand in it.
@staff(Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER, people=True)
@only_read
def the_record(request: SignedInRequest) -> HttpResponse:
    events = Event.objects.all()
    if verb := request.GET.get("verb", ""):
        events = events.filter(verb=verb)
    page = paged(request, events)
    verbs = Event.objects.order_by("verb").values_list("verb", flat=True).distinct()
    context = {"page": page, "lines": record_told.lines(page), "verbs": verbs, "verb": verb}
    return render(request, "accounts/desk_record.html", context)

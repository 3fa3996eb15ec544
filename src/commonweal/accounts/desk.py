"""The administrator's pages: who holds which role, and the record of who did what."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.office.errors import Refused

from . import actions, lasting, mail, post_room
from .access import SignedInRequest, staff
from .forms import AppointForm
from .models import Appointment, Event, Message, Person, Role


@staff(Role.ADMINISTRATOR)
def people(request: SignedInRequest) -> HttpResponse:
    form = AppointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        person = Person.objects.filter(email__iexact=answers.pop("email")).first()
        try:
            if person is None:
                raise Refused("Nobody has signed in with this address yet. Ask them to.")
            actions.appoint(person=person, by=request.user, **answers)
        except Refused as refused:
            form.add_error("email" if person is None else None, str(refused))
        else:
            messages.success(request, "The role is given.")
            return redirect("desk-people")
    today = timezone.localdate()
    current = (
        Appointment.objects.current(today).select_related("person").order_by("role", "ends_on")
    )
    page = Paginator(current, 100).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "last": lasting.last_administrator(today),
        "today": today,
    }
    return render(request, "accounts/desk_people.html", context)


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
def the_record(request: SignedInRequest) -> HttpResponse:
    events = Event.objects.all()
    if verb := request.GET.get("verb", ""):
        events = events.filter(verb=verb)
    page = Paginator(events, 100).get_page(request.GET.get("page"))
    codes = {event.by_code for event in page.object_list if event.by_code}
    names = dict(Person.objects.filter(code__in=codes).values_list("code", "name"))
    rows = [(event, names.get(event.by_code, "") if event.by_code else "") for event in page]
    verbs = Event.objects.order_by("verb").values_list("verb", flat=True).distinct()
    context = {"page": page, "rows": rows, "verbs": verbs, "verb": verb}
    return render(request, "accounts/desk_record.html", context)

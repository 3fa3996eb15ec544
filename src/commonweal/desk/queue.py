"""The queue as a page: chosen from, searched in, kept as views, and the next call out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest
from commonweal.accounts.models import Person
from commonweal.cases import access, named, next_call, planning, presence, queues, views_kept
from commonweal.cases.models import Case, QueueView
from commonweal.design.words import figure, many
from commonweal.office.errors import Refused
from commonweal.residents.models import Resident

from . import searching
from .forms.fields import handlers
from .forms.queue import KeepViewForm, QueueSearchForm
from .forms.sharing import HandManyForm
from .handling import handler, is_manager

PER_PAGE, MOST_FOUND = 15, 200
NAMES = "queue_names"


@dataclass(frozen=True)
class Line:
    """One row of the queue: what is planned, the person's name where it is shown, who is in it."""

    row: planning.Row
    name: str
    inside: list[str]


def lines_of(cases: list[Case], person: Person, at: planning.Desk, *, names: bool) -> list[Line]:
    """Rows of the queue for one reader; a name that is shown is a reading, and noted."""
    inside = presence.who_is_in(cases, apart_from=person, now=at.now)
    shown = _names_for(person, cases) if names else {}
    return [
        Line(row, shown.get(row.case.resident_id, ""), inside.get(row.case.pk, []))
        for row in planning.rows_of(cases, at)
    ]


def _names_for(person: Person, cases: list[Case]) -> dict[int, str]:
    """Names of the people of those cases that this reader may open from the queue: their own and
    those that nobody has; a manager's are all. Whoever is kept from the reader has none."""
    manages = named.is_manager(person)
    readable = [
        case.resident_id for case in cases if manages or case.assigned_to_id in (None, person.pk)
    ]
    people = Resident.objects.filter(named.visible_to(person), pk__in=readable)
    residents = list(people)
    access.note_reads(person, residents, what="queue", link="manager" if manages else "queue")
    return {resident.pk: resident.name for resident in residents}


@handler
def queue(request: SignedInRequest) -> HttpResponse:
    """All open requests, narrowed by codes in the address; a name or number that is looked for
    goes in the body of a POST and stands in no address."""
    known = queues.options(handlers())
    choice = queues.Choice.of(request.GET, known)
    at = planning.desk()
    everything = queues.queue_for(request.user)
    cases = queues.chosen(everything, choice, request.user, at)
    form = QueueSearchForm(request.POST or None)
    searched, among = request.method == "POST" and form.is_valid(), 0
    if searched:
        among = queues.counted(cases)
        cases = _searched(request, cases, form.cleaned_data["q"])
    page = queues.page_of(cases, request.GET.get("page"), PER_PAGE)
    context = {
        "choice": choice,
        "known": known,
        "fits": choice.in_words(known),
        "page": page,
        "lines": lines_of(list(page), request.user, at, names=bool(request.session.get(NAMES))),
        "lists": {code: name for code, name in queues.LISTS.items() if code != "all"},
        "now": at.now,
        "names": request.session.get(NAMES),
        "form": form,
        "searched": searched,
        "counted": _counted(page.paginator.count, among, searched),
        "views": QueueView.objects.filter(person=request.user),
        "keep": KeepViewForm(),
        "base": f"?{choice.query}",
        "ticks": is_manager(request),
        "hand": HandManyForm(),
    }
    return render(request, "desk/queue.html", context)


def _counted(count: int, among: int, searched: bool) -> str:
    return f"{figure(count)} of {many(among, 'case')}" if searched else many(count, "case")


def _searched(request: SignedInRequest, cases: Any, typed: str) -> Any:
    """Those of some cases whose person or reference fits what was typed; the readings are noted."""
    visible = Resident.objects.filter(named.visible_to(request.user))
    # Asked of whoever fits, not of everybody who has a case.
    here = Exists(cases.order_by().filter(resident=OuterRef("pk")))
    outcome = searching.search(typed, among=visible.filter(here), most=MOST_FOUND)
    access.note_reads(request.user, outcome.residents, what="found", link="search")
    return cases.filter(resident__in=outcome.residents)


def _choice_of(request: SignedInRequest) -> queues.Choice:
    """What was chosen when a button was pressed: sent with it, or in the address."""
    sent = QueryDict(request.POST.get("query", "")) if "query" in request.POST else request.GET
    return queues.Choice.of(sent, queues.options(handlers()))


def back_to_queue(request: SignedInRequest) -> HttpResponse:
    """To the queue as it was chosen; only our own codes are taken over."""
    return redirect(f"{reverse('desk-queue')}?{_choice_of(request).query}")


@handler
@require_POST
def names(request: SignedInRequest) -> HttpResponse:
    """Show names in the queue, or hide them, until one signs out."""
    request.session[NAMES] = request.POST.get("verb") == "show"
    return back_to_queue(request)


@handler
@require_POST
def take_next(request: SignedInRequest) -> HttpResponse:
    """The next call: the case opens, and is one's own from here on."""
    choice = _choice_of(request)
    among = queues.chosen(queues.queue_for(request.user), choice, request.user, planning.desk())
    try:
        case = next_call.take_next(by=request.user, among=among)
    except Refused as refused:
        messages.error(request, str(refused))
        return back_to_queue(request)
    return redirect(case)


@handler
@require_POST
def view_keep(request: SignedInRequest) -> HttpResponse:
    """Keep what is chosen under a name, for oneself."""
    form = KeepViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Give the view a name.")
        return back_to_queue(request)
    try:
        views_kept.keep_view(
            name=form.cleaned_data["name"], query=_choice_of(request).query, by=request.user
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Kept among your views.")
    return back_to_queue(request)


@handler
@require_POST
def view_drop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take one of one's own views away."""
    view = get_object_or_404(QueueView, pk=pk, person=request.user)
    views_kept.drop_view(view=view)
    messages.success(request, "Taken away.")
    return redirect("desk-queue")

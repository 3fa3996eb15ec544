"""The charter manager's first page, and a page for each queue that stands on it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.design.every_answer import only_read
from commonweal.design.paging import paged
from commonweal.partners import asking_to_act

from . import ledger
from .charter_queues import QUEUES, aged, lines_with, what_waits
from .models import Pledge


@staff(Role.CHARTER_MANAGER)
@only_read
def day(request: SignedInRequest) -> HttpResponse:
    """Each queue in which something waits, with its count, its age and what is most pressing."""
    today = timezone.localdate()
    ledger.refresh_standings(on=today)
    context = {
        "waits": what_waits(today),
        "unclaimed": asking_to_act.to_be_acted_for(today).count(),
        "nobody": Pledge.objects.public().open().filter(owner=None, source="").count(),
    }
    return render(request, "pledges/desk_day.html", context)


@staff(Role.CHARTER_MANAGER)
@only_read
def queue(request: SignedInRequest, name: str) -> HttpResponse:
    """Everything in one queue, the most pressing first, to look through in pages."""
    if name not in QUEUES:
        raise Http404
    today, shown = timezone.localdate(), QUEUES[name]
    ledger.refresh_standings(on=today)
    q = request.GET.get("q", "").strip().replace("\x00", "")[:100]
    waiting = lines_with(shown, q, today) if q else shown.select(today)
    page = paged(request, waiting)
    lines = page.object_list if q else [shown.say(row) for row in page.object_list]
    context = {
        "queue": shown,
        "page": page,
        "lines": [aged(shown, line, today) for line in lines],
        "q": q,
    }
    return render(request, "pledges/desk_queue.html", context)

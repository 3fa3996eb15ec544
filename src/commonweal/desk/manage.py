"""The desk manager's first page, and what came of an alarm."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest, roles_of, staff
from commonweal.accounts.models import Appointment, Role
from commonweal.asks import actions as asking
from commonweal.asks import surge
from commonweal.asks.models import Alarm, Ask
from commonweal.cases import gaps, opening, planning, queues
from commonweal.cases.models import BulkText, Case, ListRun
from commonweal.design.every_answer import only_read
from commonweal.design.plots import BarOf, bars
from commonweal.office.acting import act
from commonweal.residents import lookalikes
from commonweal.residents.models import Merge
from commonweal.services.models import HelpType, Service
from commonweal.volunteers import actions as volunteering
from commonweal.volunteers import takes
from commonweal.volunteers.models import Task, Volunteer

from . import figures as desk_figures
from .forms.asks import CloseAlarmForm

MANAGER = Role.DESK_MANAGER


def page(heading: str, button: str, *, to: str = "desk-manage", **context: Any) -> dict[str, Any]:
    address = reverse(to)
    return {
        "heading": heading,
        "button": button,
        "to": address,
        "back": (address, "Back"),
    } | context


def _administrators(today: date) -> list[str]:
    """Who may change what the town's settings say, by name."""
    held = Appointment.objects.current(today).filter(role=Role.ADMINISTRATOR)
    return sorted({one.person.name for one in held.select_related("person") if one.person.name})


def _alarms() -> list[Alarm]:
    """All that wait for an answer, and the newest of those that had theirs."""
    alarms = Alarm.objects.exclude(kind="told").select_related("ask", "risk")
    return [*alarms.filter(closed_at=None), *alarms.filter(closed_at__isnull=False)[:20]]


@staff(MANAGER)
@only_read
def manage(request: SignedInRequest) -> HttpResponse:
    """Everything that waits for the desk manager, on one page."""
    today = timezone.localdate()
    queue = Case.objects.open()
    at = planning.desk()
    first = today - timedelta(days=surge.HISTORY_DAYS - 1)
    weeks = desk_figures.chart_of_days(surge.requests_by_day(first, today), upto=today)
    context = {
        "bare_count": queues.counted(planning.with_unplanned(queue, at)),
        "late_count": queues.counted(queue.filter(at.late)),
        "danger_count": queues.counted(queue.filter(in_danger=True)),
        "alarms": _alarms(),
        "picture": bars(
            [BarOf(name, count, "solid") for name, count in weeks[-18:]], label="Requests a week"
        )
        if weeks
        else "",
        "weeks": weeks[-18:],
        "new_volunteers": Volunteer.objects.filter(state="new").select_related("person"),
        "volunteers": Volunteer.objects.filter(state="active").count(),
        "open_tasks": Task.objects.filter(state="open").count(),
        "taken_tasks": Task.objects.filter(state="taken").count(),
        "hours": volunteering.hours_given(),
        "opening": opening.state(),
        "standing_out": [line for line in takes.lines() if line.stands_out],
        "asks": [
            (ask, *asking.met_of(ask))
            for ask in Ask.objects.exclude(state="closed").select_related("help_type")
        ],
        "runs": ListRun.objects.all()[:5],
        "bulks": BulkText.objects.select_related("template")[:5],
        "stale": Service.objects.on_offer()
        .filter(assured_on__lt=today - timedelta(days=182))
        .count(),
        "services": Service.objects.count(),
        "gaps": gaps.counted(today - timedelta(days=90), today),
        "without_service": gaps.without_service(),
        "unlisted": Service.objects.going_on().filter(not_listed_since__isnull=False).count(),
        "administrators": ", ".join(_administrators(today)),
        "may_change_kinds": Role.ADMINISTRATOR in roles_of(request.user),
        "kinds": HelpType.objects.annotate(many=Count("needs")).order_by("order", "name"),
        "lookalikes": lookalikes.to_decide(request.user).count(),
        "merges": Merge.objects.filter(undone_at=None).select_related("kept", "gone")[:10],
    }
    return render(request, "desk/manage.html", context)


@staff(MANAGER)
def alarm_close(request: SignedInRequest, pk: int) -> HttpResponse:
    alarm = get_object_or_404(Alarm, pk=pk)
    return act(
        request,
        CloseAlarmForm(request.POST or None),
        lambda answers: surge.close_alarm(alarm=alarm, by=request.user, **answers),
        said="Closed.",
        before=f"{alarm.on:%-d %B %Y}: {alarm.in_words}",
        **page(f"What came of it: {alarm.name}", "Close it"),
    )

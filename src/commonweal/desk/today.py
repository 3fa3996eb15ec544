"""The desk's day: the queue, who is on shift, and finding somebody."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest
from commonweal.accounts.models import Person
from commonweal.asks.models import Alarm
from commonweal.cases import access, enclosing, named, opening, owing, planning, queues, working
from commonweal.cases.models import Callback, Case, Referral, Shift
from commonweal.cases.urgency import in_order, key_of_call
from commonweal.design.every_answer import only_read
from commonweal.design.paging import paged
from commonweal.design.words import many
from commonweal.grants import actions as granting
from commonweal.residents import reaching
from commonweal.residents.models import Resident

from . import around, searching
from .forms.cases import SearchForm
from .handling import handler, is_manager
from .queue import lines_of

PER_PAGE, DRAFTS_SHOWN, UNPLANNED_SHOWN, CALLS_SHOWN, ALARMS_SHOWN = 10, 3, 4, 30, 5


@handler
@only_read
def today(request: SignedInRequest) -> HttpResponse:
    """The queue: what is most urgent and promised soonest, mine and everybody's. No names: who
    it is one reads in the case."""
    show = request.GET.get("show", "mine")
    closed = named.Closed(request.user)
    queue = queues.queue_for(request.user, closed)
    now = timezone.now()
    at = planning.desk(now)
    counts = queues.counts_of(queue, request.user, at)
    if show == "mine" and not counts["mine"] and "show" not in request.GET:
        show = "unassigned"
    show = show if show in counts else "all"
    chosen = queues.of_list(queue, show, request.user, at)
    page = queues.page_of(chosen, request.GET.get("page"), PER_PAGE, count=counts[show])
    # Two questions, each with its index, rather than one with "or".
    due = Callback.objects.filter(state="due", due_at__lte=now + timedelta(hours=12))
    due = due.order_by(*in_order("case__"))
    due = due.exclude(closed.among("case__"))
    own = due.filter(assigned_to=request.user).select_related("case__resident")
    calls = [*own[:CALLS_SHOWN], *_unshared(due)]
    bare = queues.of_list(queue, "unplanned", request.user, at)
    first = planning.top_of(bare, UNPLANNED_SHOWN)
    lines = lines_of([*first, *page], request.user, at, names=False)
    # What partners told of jobs is the analyst's to look at: no desk manager can close it.
    raised = Alarm.objects.filter(closed_at=None).exclude(kind="told")
    alarms = list(raised.order_by("-on", "-pk"))
    context = {
        "page": page,
        "show": show,
        "now": now,
        "lines": lines[len(first) :],
        "names": False,
        "ticks": False,
        "tiles": [(name, title, counts[name]) for name, title in queues.LISTS.items()],
        "bare": [line.row for line in lines[: len(first)]],
        "bare_count": counts["unplanned"],
        "calls": owed_in_order(calls)[:CALLS_SHOWN],
        "drafts": paged(request, around.drafts_for(request.user), at="drafts", size=DRAFTS_SHOWN),
        "for_named": enclosing.waiting_for(request.user),
        "handed_on": around.handed_on(request.user)[:10],
        "named_here": bool(named.kinds_of(request.user)),
        "on_shift": Shift.objects.filter(person=request.user, ended_at=None).first(),
        "shift_count": len(working.on_shift()),
        "opening": opening.state(),
        "alarms": alarms[:ALARMS_SHOWN],
        "alarm_count": len(alarms),
        "is_manager": is_manager(request),
        "back": _back_to(request.user).exclude(closed.among("case__"))[:10],
        "codes_to_give": granting.to_hand_over_by(request.user),
    }
    return render(request, "desk/desk_today.html", context)


def _unshared(due: QuerySet[Callback]) -> list[Callback]:
    """The first of the calls that nobody has: the most urgent level of a whole town has enough of
    them as a rule, and then no others are put in order. Only the first are read."""
    nobodys = due.filter(assigned_to=None).exclude(case__state=Case.State.CLOSED)
    unshared = nobodys.values_list("pk", flat=True)
    first = list(unshared.filter(case__urgency=Case.Urgency.NOW)[:CALLS_SHOWN])
    if len(first) < CALLS_SHOWN:
        first = list(unshared[:CALLS_SHOWN])
    return list(Callback.objects.filter(pk__in=first).select_related("case__resident"))


def _back_to(person: Person) -> QuerySet[Referral]:
    """Referrals of this person's cases that a partner declined or gave back."""
    referrals = Referral.objects.filter(
        state__in=["declined", "returned"],
        case__assigned_to=person,
        case__state__in=["working", "new"],
        need__state="open",
    )
    referrals = referrals.select_related("partner", "case")
    return referrals.order_by(*in_order("case__", then="ended_at"))


def owed_in_order(calls: list[Callback]) -> list[tuple[Callback, owing.Owed]]:
    """Each call with what is owed instead where they must not be rung: the most urgent first,
    danger before all, then the soonest."""
    risky = reaching.at_risk_among(call.case.resident_id for call in calls)
    rows = [(call, owing.owed(call, risk=call.case.resident_id in risky)) for call in calls]
    return sorted(rows, key=lambda row: (*key_of_call(row[0])[:2], row[1].at))


@handler
@require_POST
def shift(request: SignedInRequest) -> HttpResponse:
    is_on_shift = Shift.objects.filter(person=request.user, ended_at=None).exists()
    # The button says what it does: pressed on a page that is old, it undoes nothing.
    if request.POST.get("verb", "end" if is_on_shift else "begin") == "end":
        back = working.end_shift(person=request.user)
        messages.success(request, f"Your shift has ended.{went_back(back)}")
    else:
        working.begin_shift(person=request.user)
        messages.success(request, "You are on shift: work is shared with you.")
    return redirect("desk-help")


def went_back(count: int) -> str:
    """How much of today a handler leaves to the others; "" where nothing."""
    if not count:
        return ""
    things = many(count, "call or action,calls or actions")
    return f" What was due today goes back to the desk: {things}."


@handler
def search(request: SignedInRequest) -> HttpResponse:
    """Find somebody. What was typed goes in the body of a POST: no name stands in an address."""
    form = SearchForm(request.POST or None)
    outcome, rows = searching.Found(), []
    is_search = request.method == "POST" and form.is_valid()
    if is_search:
        outcome = searching.search(
            form.cleaned_data["q"],
            among=Resident.objects.filter(named.visible_to(request.user)),
            drafts=around.drafts_of(request.user),
        )
        rows = searching.with_cases(outcome)
        access.note_reads(request.user, outcome.residents, what="found", link="search")
    context = {"form": form, "found": outcome, "rows": rows, "asked": is_search}
    return render(request, "desk/search.html", context)

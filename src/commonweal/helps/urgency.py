"""How urgent a request is, as time goes by: worked out from the codes that are kept with it.

In every queue danger stands before lateness: the order is level, danger, what was promised.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from . import triage
from .models import Callback, HelpRequest, Need, Resident

Urgency = HelpRequest.Urgency
REPEAT_DAYS = 90


def in_order(to_request: str = "", *, then: str = "due_at") -> list[Any]:
    """The order of every queue: level, danger first, then by a moment.

    ``to_request`` leads from the rows to their request ("request__"), ``then`` to the moment. Rows
    without a request stand last.
    """
    if not to_request:
        # As the index of the queue stands: no nulls can be in it.
        return ["urgency", "-in_danger", then, "id"]
    return [
        F(f"{to_request}urgency").asc(nulls_last=True),
        F(f"{to_request}in_danger").desc(nulls_last=True),
        F(then).asc(nulls_last=True),
        "id",
    ]


def key_of_call(call: Callback) -> tuple[int, bool, datetime]:
    """The same order, for calls of which each stands with its request."""
    return (call.request.urgency, not call.request.in_danger, call.due_at)


def asked_before(resident: Resident, now: datetime) -> int:
    """Needs of this resident in the last 90 days that ended unmet."""
    since = timezone.localdate(now) - timedelta(days=REPEAT_DAYS)
    return Need.objects.filter(
        request__resident=resident, state="unmet", closed_on__gte=since
    ).count()


def _weights(request: HelpRequest, *, only_open: bool = False) -> list[tuple[str, int]]:
    """(name, weight) of each need. A settled one goes on counting while the case is open: that
    one thing was seen to makes nobody less urgent by itself; a person says so."""
    return [
        (need.help_type.name, need.help_type.weight)
        for need in request.needs.all()
        if need.state == Need.State.OPEN or not only_open
    ]


def may_be_less(request: HelpRequest) -> bool:
    """Whether what made a case this urgent is settled, so that somebody should look at it."""
    if request.state == HelpRequest.State.CLOSED or request.decided:
        return False
    still = triage.judge(
        request.signs, needs=_weights(request, only_open=True), came_as=request.came_as
    )
    whole = triage.judge(request.signs, needs=_weights(request), came_as=request.came_as)
    return still.level > whole.level or (whole.in_danger and not still.in_danger)


def judged_of(request: HelpRequest, *, before: int, now: datetime) -> triage.Judged:
    """What the rules say of a stored request at a moment.

    Attempts count that reached nobody since somebody was last reached, those of a call that was
    given up as well.
    """
    tried = sum(
        call.attempts
        for call in request.callbacks.all()
        if call.state == "due" or call.ending == Callback.Ending.ATTEMPTS
    )
    waiting = (now - request.opened_at).days if request.first_contact_at is None else 0
    return triage.judge(
        request.signs,
        needs=_weights(request),
        came_as=request.came_as,
        failed_attempts=tried,
        days_waiting=waiting,
        asked_before=before,
    )


def write(request: HelpRequest, judged: triage.Judged) -> bool:
    """Keep what the rules say; what a person decided stays. Whether anything changed."""
    reasons = [list(reason) for reason in judged.reasons]
    fresh = {
        "score": judged.score,
        "computed": judged.level,
        "reasons": reasons,
        "in_danger": judged.in_danger,
        "urgency": request.decided or judged.level,
    }
    if all(getattr(request, name) == kept for name, kept in fresh.items()):
        return False
    # Only where nobody has decided in between: their level would be written over.
    return bool(HelpRequest.objects.filter(pk=request.pk, decided=request.decided).update(**fresh))


def recalculate_all(now: datetime | None = None) -> int:
    """Work out anew everything that still waits for its first contact; how many were looked at."""
    now = now or timezone.now()
    waiting: QuerySet[HelpRequest] = HelpRequest.objects.open().filter(first_contact_at=None)
    before = _unmet_lately(waiting, now)
    count = 0
    rows = waiting.prefetch_related("callbacks", "needs__help_type").order_by()
    for request in rows.iterator(500):
        write(request, judged_of(request, before=before[request.resident_id], now=now))
        count += 1
    return count


def _unmet_lately(waiting: QuerySet[HelpRequest], now: datetime) -> Counter[int]:
    since = timezone.localdate(now) - timedelta(days=REPEAT_DAYS)
    unmet = Need.objects.filter(
        state="unmet",
        closed_on__gte=since,
        request__resident__in=waiting.order_by().values("resident"),
    )
    return Counter(unmet.order_by().values_list("request__resident", flat=True))

"""How urgent a request is, as time goes by: worked out from the codes that are kept with it.

In every queue danger stands before lateness: the order is level, danger, what was promised.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from commonweal.residents.models import Resident

from . import triage
from .models import Callback, Case, Need

Urgency = Case.Urgency
REPEAT_DAYS = 90


def in_order(to_case: str = "", *, then: str = "due_at") -> list[Any]:
    """The order of every queue: level, danger first, then by a moment.

    ``to_case`` leads from the rows to their request ("request__"), ``then`` to the moment. Rows
    without a request stand last.
    """
    if not to_case:
        # As the index of the queue stands: no nulls can be in it.
        return ["urgency", "-in_danger", then, "id"]
    return [
        F(f"{to_case}urgency").asc(nulls_last=True),
        F(f"{to_case}in_danger").desc(nulls_last=True),
        F(then).asc(nulls_last=True),
        "id",
    ]


def key_of_call(call: Callback) -> tuple[int, bool, datetime]:
    """The same order, for calls of which each stands with its request."""
    return (call.case.urgency, not call.case.in_danger, call.due_at)


def asked_before(resident: Resident, now: datetime) -> int:
    """Needs of this resident in the last 90 days that ended unmet."""
    since = timezone.localdate(now) - timedelta(days=REPEAT_DAYS)
    return Need.objects.filter(case__resident=resident, state="unmet", closed_on__gte=since).count()


def _weights(case: Case, *, only_open: bool = False) -> list[tuple[str, int]]:
    """(name, weight) of each need. A settled one goes on counting while the case is open: that
    one thing was seen to makes nobody less urgent by itself; a person says so."""
    return [
        (need.help_type.name, need.help_type.weight)
        for need in case.needs.all()
        if need.state == Need.State.OPEN or not only_open
    ]


def may_be_less(case: Case) -> bool:
    """Whether what made a case this urgent is settled, so that somebody should look at it."""
    if case.state == Case.State.CLOSED or case.decided:
        return False
    still = triage.judge(case.signs, needs=_weights(case, only_open=True), came_as=case.came_as)
    once = triage.judge(case.signs, needs=_weights(case), came_as=case.came_as)
    return still.level > once.level or (once.in_danger and not still.in_danger)


def judged_of(case: Case, *, before: int, now: datetime) -> triage.Judged:
    """What the rules say of a stored request at a moment.

    Attempts count that reached nobody since somebody was last reached, those of a call that was
    given up as well.
    """
    tried = sum(
        call.attempts
        for call in case.callbacks.all()
        if call.state == "due" or call.ending == Callback.Ending.ATTEMPTS
    )
    waiting = (now - case.opened_at).days if case.first_contact_at is None else 0
    return triage.judge(
        case.signs,
        needs=_weights(case),
        came_as=case.came_as,
        failed_attempts=tried,
        days_waiting=waiting,
        asked_before=before,
    )


def write(case: Case, judged: triage.Judged) -> bool:
    """Keep what the rules say; what a person decided stays. Whether anything changed."""
    reasons = [list(reason) for reason in judged.reasons]
    fresh = {
        "score": judged.score,
        "computed": judged.level,
        "reasons": reasons,
        "in_danger": judged.in_danger,
        "urgency": case.decided or judged.level,
    }
    if all(getattr(case, name) == became for name, became in fresh.items()):
        return False
    # Only where nobody has decided in between: their level would be written over.
    return bool(Case.objects.filter(pk=case.pk, decided=case.decided).update(**fresh))


def recalculate_all(now: datetime | None = None) -> int:
    """Work out anew everything that still waits for its first contact; how many were looked at."""
    now = now or timezone.now()
    waiting: QuerySet[Case] = Case.objects.open().filter(first_contact_at=None)
    before = _unmet_lately(waiting, now)
    count = 0
    rows = waiting.prefetch_related("callbacks", "needs__help_type").order_by()
    for case in rows.iterator(500):
        write(case, judged_of(case, before=before[case.resident_id], now=now))
        count += 1
    return count


def _unmet_lately(waiting: QuerySet[Case], now: datetime) -> Counter[int]:
    since = timezone.localdate(now) - timedelta(days=REPEAT_DAYS)
    unmet = Need.objects.filter(
        state="unmet",
        closed_on__gte=since,
        case__resident__in=waiting.order_by().values("resident"),
    )
    return Counter(unmet.order_by().values_list("case__resident", flat=True))

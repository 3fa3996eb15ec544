"""Which call somebody makes next: found, and taken where it is nobody's yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.errors import Refused
from commonweal.residents import reaching

from . import owing, presence, urgency, working
from .models import Callback, Case, CaseRead

# What is looked at of the calls that are owed; one that was tried, or opened, waits for so long.
LOOKED_AT = 60
TRIED_AGAIN_AFTER = timedelta(hours=1)
OPENED_AGAIN_AFTER = timedelta(minutes=15)
AHEAD = timedelta(hours=12)


@transaction.atomic
def take_next(*, by: Person, among: Any) -> Case:
    """The most urgent case with a call that somebody can make now: of their own first, then of
    those that nobody has, which is theirs from here on. In it nobody else is, its person may be
    reached at this hour, and it was not tried within the hour.

    Parameters
    ----------
    among
        The cases to choose from, as the person sees them in the queue.

    Raises
    ------
    Refused
        No call can be made now.
    """
    now = timezone.now()
    # A first call may come early; what was planned for a day is made on that day.
    due = Callback.objects.filter(Q(due_at__lte=now + AHEAD) | Q(purpose="first"), state="due")
    due = due.select_related("case__resident").order_by(*urgency.in_order("case__"))
    mine = due.filter(assigned_to=by, case__in=among.order_by())
    loose = due.filter(assigned_to=None, case__assigned_to=None, case__in=among.order_by())
    for calls in (mine, loose):
        for call in _callable(list(calls[:LOOKED_AT]), by, now):
            if call.case.assigned_to_id is None:
                working.take(case=call.case, by=by)
            return call.case
    raise Refused("No call can be made now: none is owed that you may make at this hour.")


def _callable(calls: list[Callback], by: Person, now: datetime) -> list[Callback]:
    """Those of some calls that can be made at this moment."""
    cases = [call.case for call in calls]
    inside = presence.who_is_in(cases, apart_from=by, now=now)
    opened = set(
        CaseRead.objects.filter(
            at__gt=now - OPENED_AGAIN_AFTER, person=by, what="case", case__in=cases
        ).values_list("case", flat=True)
    )
    risky = reaching.at_risk_among(case.resident_id for case in cases)
    return [
        call
        for call in calls
        if call.case_id not in inside
        and call.case_id not in opened
        and (call.tried_at is None or call.tried_at <= now - TRIED_AGAIN_AFTER)
        and owing.can_be_kept(call.case.resident, now, risk=call.case.resident_id in risky)
    ]

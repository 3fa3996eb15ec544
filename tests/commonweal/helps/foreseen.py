"""What a case keeps about its own future, worked out once more from its rows, one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from commonweal.cases import planning
from commonweal.cases.models import Case, Need

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


def late_at(case):
    moments = [call.due_at for call in case.callbacks.all() if call.state == "due"]
    if case.first_contact_at is None and case.due_at is not None:
        moments.append(case.due_at)
    for need in case.needs.filter(state="open"):
        moments += need.next_actions.filter(state="planned").values_list("due_at", flat=True)
    return min(moments, default=None)


def bare_at(case):
    owed = list(case.callbacks.filter(state="due", purpose__in=planning.CALLS))
    needs = [
        need
        for need in case.needs.filter(state="open")
        if not need.next_actions.filter(state="planned", owner__isnull=False).exists()
    ]
    if not needs or any(call.assigned_to_id for call in owed):
        return None
    if case.assigned_to_id is None and owed:
        return max(call.due_at for call in owed)
    return ALWAYS


def last_contact_at(case):
    spoken = case.calls.filter(outcome__in=["spoke", "refused"])
    moments = [*spoken.values_list("at", flat=True), case.first_contact_at]
    return max(filter(None, moments), default=None)


def check():
    """Each case keeps what its rows say, and its list says what each need of it says."""
    for case in Case.objects.all():
        assert case.late_at == late_at(case)
        assert case.bare_at == bare_at(case)
        assert case.last_contact_at == last_contact_at(case)
    moments = {
        moment + step
        for case in Case.objects.all()
        for moment in (case.late_at, case.bare_at)
        if moment is not None and moment > ALWAYS
        for step in (timedelta(0), timedelta(microseconds=1))
    }
    now = timezone.now()
    assert _bare_among(planning.desk(now)) == {
        need for need in _open_needs() if planning.next_of(need, now=now) is None
    }
    for moment in [now, *sorted(moments)]:
        at = planning.desk(moment)
        needs = planning.unplanned(at).filter(case=OuterRef("pk"))
        one_by_one = Case.objects.open().filter(Exists(needs))
        kept = planning.with_unplanned(Case.objects.open(), at)
        assert set(kept) == set(one_by_one)
        assert {need.case_id for need in _bare_among(at)} == {case.pk for case in kept}


def _open_needs():
    return [need for need in Need.objects.filter(state="open") if need.case.state != "closed"]


def _bare_among(at):
    """The needs for which nothing is planned that holds, of all that are open, asked at once."""
    needs = _open_needs()
    plans = planning.plans_of(needs, at)
    return {need for need in needs if plans[need.pk] is None or not plans[need.pk].holds}

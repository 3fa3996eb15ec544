"""A case becomes restricted: by whichever way, one function gives it an owner and rings.

Ways in: taken at the desk, sent by the public form, read from a list, sent by a partner, a need
added, reopened, merged, handed over, set more urgent, or the town restricts a kind. What slips
through, or loses its owner since, is found by the job.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.residents import reaching

from . import changes, consenting, named, next_actions, ringing, rota
from .models import Callback, Case, CaseAlarm, Need, Note, Referral
from .urgency import in_order

State, Cause = Case.State, CaseAlarm.Cause


@transaction.atomic
def enclose(*, case: Case, by: Person | None, prefer: Person | None = None) -> Person | None:
    """See that a case of a restricted kind is marked, has an owner, and that they are told.

    An owner who may hold it stays. Otherwise it goes to the named colleague on duty with the
    fewest such cases, ``prefer`` before others when they are on; else to nobody, with an alarm of
    its own. Nobody is told of what they did themselves. A case of no restricted kind, or a closed
    one, is left alone.
    """
    case.refresh_from_db(fields=["state", "assigned_to", "is_restricted"])
    if case.state == State.CLOSED or not named.restricted_kinds(case):
        return None
    left = _mark(case)
    owner = case.assigned_to
    if owner is None or not named.may_own(owner, case):
        owner = _new_owner(case, by, prefer)
    if owner is None:
        ringing.ring(case=case, cause=Cause.NOBODY)
    elif owner != by:
        ringing.ring(case=case, cause=Cause.GIVEN)
    # Only now, so that it falls to the new owner.
    for need in left:
        next_actions.follow(need, "task_cancelled", by=by)
    return owner


def _mark(case: Case) -> list[Need]:
    """Mark a case as restricted. What was offered or sent before anybody knew is taken back the
    first time: the needs that it leaves without."""
    fresh = Case.objects.filter(pk=case.pk, is_restricted=False).update(is_restricted=True)
    case.is_restricted = True
    if fresh:
        changes.note(case, {"is_restricted": "No"}, by=None, because="A need is for them")
    return [need for take_back in TAKES_BACK for need in take_back(case)] if fresh else []


def _take_back_referrals(case: Case) -> list[Need]:
    """What a partner has not answered was sent before anybody knew, with what was safe then.
    Returns the needs that it leaves without."""
    needs = []
    sent = Referral.objects.filter(case=case, state__in=Referral.UNANSWERED)
    for referral in sent.select_related("need", "partner"):
        Referral.objects.filter(pk=referral.pk, state__in=Referral.UNANSWERED).update(
            state=Referral.State.REVOKED, ended_at=timezone.now()
        )
        consenting.not_waiting(referral)
        sentence = (
            f"The referral {referral.code} to {referral.partner.name} was taken back: the case is "
            "for named colleagues now. Send it again if that is safe."
        )
        Note.objects.create(case=case, kind="note", words=sentence)
        record("referral taken back", about=referral, by=None)
        needs.append(referral.need)
    return needs


# What was offered or sent before anybody knew is taken back, by the room that keeps it; each
# returns the needs that it leaves without.
TAKES_BACK: list[Callable[[Case], list[Need]]] = [_take_back_referrals]


def _new_owner(case: Case, by: Person | None, prefer: Person | None) -> Person | None:
    owner = rota.choose(case)
    if prefer is not None and named.may_own(prefer, case) and rota.on_duty([prefer]):
        owner = prefer
    was = case.assigned_to_id
    state = State.NEW if owner is None else State.WORKING
    moved = Case.objects.filter(pk=case.pk, assigned_to=was).update(assigned_to=owner)
    if not moved:
        case.refresh_from_db(fields=["assigned_to"])
        return case.assigned_to
    Case.objects.filter(pk=case.pk, state__in=[State.NEW, State.WORKING]).update(state=state)
    if was != (owner.pk if owner else None):
        changes.note_handler(case, case.assigned_to, by=by, because="Kept to named colleagues")
    _owe_a_call(case, owner)
    if owner is not None:
        # That somebody has it now ends this alarm; another one tells them.
        CaseAlarm.objects.filter(case=case, cause=Cause.NOBODY, opened_at=None).update(
            opened_at=timezone.now()
        )
    case.assigned_to = owner
    record("restricted case given", about=case, by=by, to=str(owner.code) if owner else "nobody")
    return owner


def _owe_a_call(case: Case, owner: Person | None) -> None:
    """What is owed is owed by the new owner, who hasn't spoken to them yet."""
    owed = Callback.objects.filter(case=case, state="due")
    if owed.update(assigned_to=owner) or case.resident.is_dead:
        return
    hours = min(kind.hours_promised for kind in named.restricted_kinds(case))
    Callback.objects.create(
        case=case,
        purpose="follow_up",
        assigned_to=owner,
        due_at=reaching.within_hours(case.resident, timezone.now() + timedelta(hours=hours)),
    )


def find_lost() -> int:
    """Give every open case of a restricted kind that is not marked, or has no owner who may hold
    it, to somebody who is on by now. Safe to run at any time, and twice."""
    needs = Need.objects.filter(help_type__is_restricted=True).order_by()
    cases = Case.objects.open().filter(pk__in=needs.values("case"))
    count = 0
    for case in cases.select_related("assigned_to").order_by("id"):
        owner = case.assigned_to
        if case.is_restricted and owner is not None and named.may_own(owner, case):
            continue
        was_rung = CaseAlarm.objects.filter(case=case, cause=Cause.NOBODY).exists()
        if rota.choose(case) is None and was_rung and owner is None:
            continue
        enclose(case=case, by=None)
        count += 1
    return count


def waiting_for(person: Person) -> list[Case]:
    """Restricted cases that nobody has, or whose alarm still rings, in the order of every queue:
    the most urgent, danger, the oldest. For who is named for them and for managers."""
    ringing_now = CaseAlarm.objects.filter(opened_at=None).exclude(cause=Cause.AGAIN)
    nobody = Q(is_restricted=True, assigned_to=None)
    cases = Case.objects.open().filter(nobody | Q(pk__in=ringing_now.values("case")))
    if not named.is_manager(person):
        kinds = named.kinds_of(person)
        if not kinds:
            return []
        cases = cases.exclude(named.closed_to(person)).filter(needs__help_type__in=kinds)
    order = in_order(then="opened_at")
    return list(cases.select_related("assigned_to").distinct().order_by(*order)[:50])

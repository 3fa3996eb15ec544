"""A case becomes restricted: by whichever way, one function gives it an owner and rings.

Ways in: taken at the desk, sent by the public form, read from a list, sent by a partner, a need
added, reopened, merged, handed over, set more urgent, or the town restricts a kind. What slips
through, or loses its owner since, is found by the job.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record

from . import consenting, named, next_actions, reaching, ringing, rota
from .models import Callback, CaseAlarm, HelpRequest, Need, Note, Referral, Resident, Task
from .urgency import in_order

State, Cause = HelpRequest.State, CaseAlarm.Cause


@transaction.atomic
def enclose(
    *, request: HelpRequest, by: Person | None, prefer: Person | None = None
) -> Person | None:
    """See that a case of a restricted kind is marked, has an owner, and that they are told.

    An owner who may hold it stays. Otherwise it goes to the named colleague on duty with the
    fewest such cases, ``prefer`` before others when they are on; else to nobody, with an alarm of
    its own. Nobody is told of what they did themselves. A case of no restricted kind, or a closed
    one, is left alone.
    """
    request.refresh_from_db(fields=["state", "assigned_to", "is_restricted"])
    if request.state == State.CLOSED or not named.restricted_kinds(request):
        return None
    left: list[Need] = []
    if HelpRequest.objects.filter(pk=request.pk, is_restricted=False).update(is_restricted=True):
        left = _take_back_tasks(request) + _take_back_referrals(request)
    request.is_restricted = True
    owner = request.assigned_to
    if owner is None or not named.may_own(owner, request):
        owner = _new_owner(request, by, prefer)
    if owner is None:
        ringing.ring(request=request, cause=Cause.NOBODY)
    elif owner != by:
        ringing.ring(request=request, cause=Cause.GIVEN)
    # Only now, so that it falls to the new owner.
    for need in left:
        next_actions.follow(need, "task_cancelled", by=by)
    return owner


def _take_back_tasks(request: HelpRequest) -> list[Need]:
    """What is offered to volunteers was written before anybody knew: no one more reads a name or
    an address by it. A note says what it was, so that the new owner can offer it again. Returns
    the needs that it leaves without."""
    needs = []
    tasks = Task.objects.filter(need__request=request).select_related("need", "taken_by__person")
    for task in tasks.filter(state=Task.State.OPEN):
        Task.objects.filter(pk=task.pk).update(state=Task.State.CANCELLED)
        details = "\n".join(part for part in (task.who, task.where, task.instructions) if part)
        words = (
            f"The task “{task.title}” was taken back from the volunteers: the case is for named "
            f"colleagues now. Offer it again if that is safe.\n{details}"
        )
        Note.objects.create(request=request, kind="note", words=words.strip())
        Task.objects.filter(pk=task.pk).update(who="", where="", instructions="")
        # A task of its case always has a need: that is how it was found.
        needs += [task.need] if task.need else []
    for task in tasks.filter(state=Task.State.TAKEN):
        words = (
            f"A volunteer has the task “{task.title}” and has read name and address. Ring the "
            "volunteer."
        )
        Note.objects.create(request=request, kind="note", words=words)
    return needs


def _take_back_referrals(request: HelpRequest) -> list[Need]:
    """What a partner has not answered was sent before anybody knew, with what was safe then.
    Returns the needs that it leaves without."""
    needs = []
    sent = Referral.objects.filter(request=request, state__in=Referral.UNANSWERED)
    for referral in sent.select_related("need", "partner"):
        Referral.objects.filter(pk=referral.pk, state__in=Referral.UNANSWERED).update(
            state=Referral.State.REVOKED, ended_at=timezone.now()
        )
        consenting.not_waiting(referral)
        words = (
            f"The referral {referral.code} to {referral.partner.name} was taken back: the case is "
            "for named colleagues now. Send it again if that is safe."
        )
        Note.objects.create(request=request, kind="note", words=words)
        record("referral taken back", about=referral, by=None)
        needs.append(referral.need)
    return needs


def _new_owner(request: HelpRequest, by: Person | None, prefer: Person | None) -> Person | None:
    owner = rota.choose(request)
    if prefer is not None and named.may_own(prefer, request) and rota.on_duty([prefer]):
        owner = prefer
    was = request.assigned_to_id
    state = State.NEW if owner is None else State.WORKING
    moved = HelpRequest.objects.filter(pk=request.pk, assigned_to=was).update(assigned_to=owner)
    if not moved:
        request.refresh_from_db(fields=["assigned_to"])
        return request.assigned_to
    HelpRequest.objects.filter(
        pk=request.pk, state__in=[State.NEW, State.WORKING]
    ).update(state=state)  # fmt: skip
    _owe_a_call(request, owner)
    if owner is not None:
        # That somebody has it now ends this alarm; another one tells them.
        CaseAlarm.objects.filter(request=request, cause=Cause.NOBODY, opened_at=None).update(
            opened_at=timezone.now()
        )
    request.assigned_to = owner
    record("restricted case given", about=request, by=by, to=str(owner.code) if owner else "nobody")
    return owner


def _owe_a_call(request: HelpRequest, owner: Person | None) -> None:
    """What is owed is owed by the new owner, who hasn't spoken to them yet."""
    owed = Callback.objects.filter(request=request, state="due")
    if owed.update(assigned_to=owner) or request.resident.is_dead:
        return
    hours = min(kind.hours_promised for kind in named.restricted_kinds(request))
    Callback.objects.create(
        request=request, purpose="follow_up", assigned_to=owner,
        due_at=reaching.within_hours(
            request.resident, timezone.now() + timedelta(hours=hours)
        ),
    )  # fmt: skip


def after_merge(*, resident: Resident, by: Person) -> None:
    """Two records are one now: each open restricted case among what came together is seen to."""
    for request in HelpRequest.objects.open().filter(resident=resident):
        enclose(request=request, by=by)


def find_lost() -> int:
    """Give every open case of a restricted kind that is not marked, or has no owner who may hold
    it, to somebody who is on by now. Safe to run at any time, and twice."""
    needs = Need.objects.filter(help_type__is_restricted=True).order_by()
    cases = HelpRequest.objects.open().filter(pk__in=needs.values("request"))
    count = 0
    for request in cases.select_related("assigned_to").order_by("id"):
        owner = request.assigned_to
        if request.is_restricted and owner is not None and named.may_own(owner, request):
            continue
        told = CaseAlarm.objects.filter(request=request, cause=Cause.NOBODY).exists()
        if rota.choose(request) is None and told and owner is None:
            continue
        enclose(request=request, by=None)
        count += 1
    return count


def waiting_for(person: Person) -> list[HelpRequest]:
    """Restricted cases that nobody has, or whose alarm still rings, in the order of every queue:
    the most urgent, danger, the oldest. For who is named for them and for managers."""
    ringing_now = CaseAlarm.objects.filter(opened_at=None).exclude(cause=Cause.AGAIN)
    nobody = Q(is_restricted=True, assigned_to=None)
    cases = HelpRequest.objects.open().filter(nobody | Q(pk__in=ringing_now.values("request")))
    if not named.is_manager(person):
        kinds = named.kinds_of(person)
        if not kinds:
            return []
        cases = cases.exclude(named.closed_to(person)).filter(needs__help_type__in=kinds)
    order = in_order(then="opened_at")
    return list(cases.select_related("assigned_to").distinct().order_by(*order)[:50])

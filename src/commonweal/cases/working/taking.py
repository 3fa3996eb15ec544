"""A call for help comes in, by whichever way."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.residents import reaching
from commonweal.residents.models import Resident
from commonweal.services.models import HelpType

from .. import enclosing, gaps, joining, named, next_actions, triage, urgency
from ..models import Callback, Case, Need, Notice
from ..models.cases import Channel

State, Urgency = Case.State, Case.Urgency

# What is asked for, with the answers to the questions of each kind of help.
Needs = dict[HelpType, dict[str, Any]]


@transaction.atomic
def open_case(
    *,
    resident: Resident,
    channel: str,
    needs: Needs,
    signs: Iterable[str] = (),
    words: str = "",
    by: Person | None = None,
    notice: Notice | None = None,
    consent_words: str = "",
    caller: dict[str, str] | None = None,
    from_partner: Partner | None = None,
    came_as: int | None = None,
    household: dict[str, str] | None = None,
    at: datetime | None = None,
) -> Case:
    """A call for help comes in: one request with its needs, its urgency and the call that is owed.

    ``signs`` are codes, kept as they were named. ``came_as`` is the level that a list or a partner
    gave it: the rules never make it less urgent. ``household`` says how many adults and children
    live there, and the ages of the children.

    Raises
    ------
    Refused
        Nothing is asked for; the person was reported dead.
    """
    _refuse(resident, needs)
    now = at or timezone.now()
    case = Case(
        resident=resident,
        channel=channel,
        words=words,
        notice=notice,
        area=resident.area,
        consent_words=consent_words,
        from_partner=from_partner,
        opened_at=now,
        taken_by=by,
        signs=list(dict.fromkeys(signs)),
        came_as=came_as,
        is_restricted=any(kind.is_restricted for kind in needs),
        **(household or {}),
    )
    _say_who_called(case, caller)
    _judge(case, needs)
    case.due_at = due_at = _promised(case, needs)
    case.save(force_insert=True)
    _write_needs(case, needs)
    _owe_first_call(case, due_at, by)
    Resident.objects.filter(pk=resident.pk).update(keep_until=None, changed_at=now)
    codes = sorted(kind.code for kind in needs)
    record("help request opened", about=case, by=by, channel=channel, needs=codes)
    owner = joining.look(case=case, by=by)
    enclosing.enclose(case=case, by=by, prefer=owner)
    case.refresh_from_db(fields=["state", "assigned_to", "is_restricted"])
    return case


def _refuse(resident: Resident, needs: Needs) -> None:
    if not needs:
        raise Refused("Say what help is needed; “Something else” is an answer.")
    if resident.is_dead:
        raise Refused("This person was reported dead. If that is wrong, withdraw the report first.")


def _say_who_called(case: Case, caller: dict[str, str] | None) -> None:
    """Somebody else than the resident asked for them."""
    if caller:
        case.on_behalf = True
        case.caller_name = caller.get("name", "")
        case.caller_relation = caller.get("relation", "")
        case.caller_contact = caller.get("contact", "")


def _judge(case: Case, needs: Needs) -> None:
    """How urgent it is by the rules, with their reasons."""
    judged = triage.judge(
        case.signs,
        needs=[(kind.name, kind.weight) for kind in needs],
        came_as=case.came_as,
        asked_before=urgency.asked_before(case.resident, case.opened_at),
    )
    case.score, case.in_danger = judged.score, judged.in_danger
    case.reasons = [list(reason) for reason in judged.reasons]
    case.computed = case.urgency = judged.level


def _promised(case: Case, needs: Needs) -> datetime:
    """When the first call is owed. A promise falls into the hours in which it is safe to keep
    it."""
    hours = min([kind.hours_promised for kind in needs], default=72)
    if case.urgency == Urgency.NOW:
        hours = min(hours, 4)
    now = case.opened_at
    due_at = now + timedelta(hours=hours)
    return reaching.within_hours(case.resident, due_at, now=now, risk=case.is_restricted or None)


def _write_needs(case: Case, needs: Needs) -> None:
    fresh = Need.objects.bulk_create(
        Need(
            case=case,
            help_type=kind,
            answers=json.dumps(answers) if answers else "",
            opened_on=timezone.localdate(case.opened_at),
        )
        for kind, answers in needs.items()
    )
    gaps.note_missing(fresh)


def _owe_first_call(case: Case, due_at: datetime, by: Person | None) -> None:
    """Whoever took the call has spoken to them; what is owed is the call after the first help.
    Whom the case is kept from has spoken to them, and whoever gets it has not."""
    has_spoken = case.channel in (Channel.PHONE, Channel.WALK_IN)
    if by is None or not has_spoken or named.is_closed_to(by, case):
        Callback.objects.create(case=case, purpose="first", due_at=due_at)
        return
    case.first_contact_at, case.state, case.assigned_to = case.opened_at, State.WORKING, by
    case.save(update_fields=["first_contact_at", "state", "assigned_to"])
    next_actions.after_taking(case, by=by)

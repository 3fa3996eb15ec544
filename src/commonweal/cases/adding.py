"""What is added to a case after it was taken: a need, or words of who wrote in it before."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.residents import households, reaching
from commonweal.residents.models import Resident
from commonweal.residents.unwritten import refuse_codes
from commonweal.services.models import HelpType

from . import changes, enclosing, gaps, named, next_actions, ringing, working
from .models import Case, CaseAlarm, Need, Note


@transaction.atomic
def add_need(
    *,
    case: Case,
    help_type: HelpType,
    by: Person,
    words: str = "",
    answers: dict[str, Any] | None = None,
) -> Need:
    """A case needs one thing more. If that is a restricted kind, the case goes to a named
    colleague, and who added it keeps what they wrote.

    Raises
    ------
    Refused
        The case is closed, or has this need already.
    """
    held = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if held.state == Case.State.CLOSED:
        raise Refused("This case is closed. Open one of its needs again first.")
    refuse_codes(case.resident, words, *(answers or {}).values())
    try:
        with transaction.atomic():
            need = Need.objects.create(
                case=case,
                help_type=help_type,
                opened_on=timezone.localdate(),
                answers=json.dumps(answers) if answers else "",
            )
    except IntegrityError:
        raise Refused(f"{help_type.name} is a need of this case already.") from None
    gaps.note_missing([need])
    promised = timezone.now() + timedelta(hours=help_type.hours_promised)
    due = reaching.within_hours(case.resident, promised)
    Case.objects.filter(pk=case.pk, due_at__gt=due).update(due_at=due)
    heard = f"{help_type.name} is needed too. {words}".strip()
    Note.objects.create(case=case, kind="note", words=heard, by=by)
    record("need added", about=case, by=by, need=help_type.code)
    # The hourly job looks at nothing that had its first contact.
    working.recalculate(case)
    owner = enclosing.enclose(case=case, by=by)
    if case.is_restricted and not held.is_restricted:
        next_actions.ask_anew(need, owner=owner, by=by)
    return need


@transaction.atomic
def say_household(
    *, case: Case, adults: str, children: str, ages: str, housemate: Resident | None, by: Person
) -> bool:
    """Who lives with the person of a case: how many, how old, and one who is here as well.
    Whether anything is different by it.

    Raises
    ------
    Refused
        The person lives with themselves, or one of them is kept from who says it.
    """
    refuse_codes(case.resident, adults, children, ages)
    wanted = {"adults": adults, "children": children, "ages": ages}
    changed = sorted(name for name, answer in wanted.items() if answer != getattr(case, name))
    if changed:
        changes.note(case, {name: getattr(case, name) for name in changed}, by=by)
        Case.objects.filter(pk=case.pk).update(**{name: wanted[name] for name in changed})
        record("household said", about=case, by=by, fields=changed)
    if housemate is None:
        return bool(changed)
    if housemate.pk == case.resident_id:
        raise Refused("This is the person of the case themselves.")
    home = households.join(resident=case.resident, housemate=housemate, by=by)
    return bool(changed) or case.resident.household_id != home.pk


@transaction.atomic
def add_words(*, case: Case, words: str, by: Person) -> Note:
    """Add to what one wrote in a case that is kept from oneself. Nothing is changed by it, and
    whoever has the case is told.

    Raises
    ------
    Refused
        Nothing is written, or they never wrote here.
    """
    if not words.strip():
        raise Refused("Write what you want to add.")
    if not named.wrote_in(by, case):
        raise Refused("Only who took this call can add to it. Take the call as a new one.")
    refuse_codes(case.resident, words)
    note = Note.objects.create(case=case, kind="added", words=words, by=by)
    record("note written", about=case, by=by, kind="added")
    ringing.ring(case=case, cause=CaseAlarm.Cause.ADDED)
    return note

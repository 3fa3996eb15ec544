"""Who is at the desk, and whose a case is: taken, handed over, shared out."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.residents.unwritten import refuse_codes

from .. import changes, enclosing, named, next_actions
from ..models import Callback, Case, Note, Shift

State = Case.State


@transaction.atomic
def begin_shift(*, person: Person) -> Shift:
    """Somebody is at the desk: what went back to it of their own cases is theirs again."""
    shift, _ = Shift.objects.get_or_create(person=person, ended_at=None)
    next_actions.begin_of_shift(person)
    return shift


@transaction.atomic
def end_shift(*, person: Person) -> int:
    """Somebody goes home: how many calls and actions of today went back to the desk."""
    done = Shift.objects.filter(person=person, ended_at=None).update(ended_at=timezone.now())
    return next_actions.end_of_shift(person) if done else 0


def on_shift() -> list[Person]:
    """Handlers who are at the desk now, those with least on their list first."""
    today = timezone.localdate()
    return list(
        Person.objects.filter(
            shifts__ended_at=None,
            shifts__isnull=False,
            appointments__role__in=[Role.CALL_HANDLER, Role.DESK_MANAGER, Role.NAMED_COLLEAGUE],
            appointments__ended_at=None,
            appointments__starts_on__lte=today,
            appointments__ends_on__gte=today,
        )
        .distinct()
        .order_by("id")
    )


def _may_handle(person: Person, case: Case) -> bool:
    """By kind of help. Handing over a case of who is perhaps a restricted person is a decision of
    the one who does it."""
    return named.may_own(person, case)


@transaction.atomic
def take(*, case: Case, by: Person) -> None:
    """A handler takes a request that nobody has."""
    if named.is_closed_to(by, case):
        raise Refused("This kind of help is for named colleagues only.")
    taken = (
        Case.objects.filter(pk=case.pk, assigned_to=None)
        .exclude(state=State.CLOSED)
        .update(assigned_to=by, state=State.WORKING)
    )
    if not taken:
        raise Refused("Somebody else has taken it already.")
    Callback.objects.filter(case=case, state="due").update(assigned_to=by)
    next_actions.give(case, to=by)
    changes.note_handler(case, None, by=by)
    record("request taken", about=case, by=by)


@transaction.atomic
def hand_over(*, case: Case, to: Person, words: str, by: Person) -> None:
    """Give a request to a colleague, with what they need to know."""
    if not words.strip():
        raise Refused("Write what your colleague needs to know.")
    refuse_codes(case.resident, words)
    if not roles_of(to) & {Role.CALL_HANDLER, Role.DESK_MANAGER, Role.NAMED_COLLEAGUE}:
        raise Refused(f"{to.name} does not work at the desk.")
    if not _may_handle(to, case):
        raise Refused("This kind of help is for named colleagues only.")
    if to.pk == case.assigned_to_id:
        raise Refused(f"{to.name} has it already. Choose another colleague.")
    # Who has it now, as this page was let in: if a colleague handed it on meanwhile, look again.
    done = Case.objects.filter(pk=case.pk, assigned_to=case.assigned_to_id).update(assigned_to=to)
    if not done:
        raise Refused("Somebody else has handed it on meanwhile. Look at the case again.")
    Callback.objects.filter(case=case, state="due").update(assigned_to=to)
    next_actions.give(case, to=to, was=case.assigned_to)
    changes.note_handler(case, case.assigned_to, by=by)
    Note.objects.create(case=case, kind="handover", words=words, by=by)
    record("request handed over", about=case, by=by, to=str(to.code))
    if to != by:
        enclosing.enclose(case=case, by=by)

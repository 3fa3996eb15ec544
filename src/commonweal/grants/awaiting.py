"""What is done next about a need while a grant is under way, and when it has ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.cases import planning
from commonweal.cases.models import Need, NextAction
from commonweal.cases.next_actions import Because, Kind, State, decided, follow

from .models import Award, IssuedCode

GRANT_WITHIN = timedelta(days=7)


# Which kinds of help a category of grants is for. What fits none is for each open need.
GRANT_FOR = {
    "food": ["food"],
    "energy": ["energy"],
    "essentials_energy": ["energy"],
    "housing": ["housing"],
    "advice": ["debt"],
}


@transaction.atomic
def await_grant(award: Award, *, by: Person | None) -> None:
    """A grant was asked for: somebody hears what became of it, for each need that it may meet."""
    if award.case is None:
        return
    due_at = planning.end_of_day(timezone.now() + GRANT_WITHIN)
    for need in _needs_of(award):
        decided(need, by=by)
        _plan(need, award, due_at=due_at, owner=award.case.assigned_to, by=by)


@transaction.atomic
def do_next(
    award: Award, *, sentence: str, within: timedelta, owner: Person | None, by: Person
) -> None:
    """Its payment came back, or its code has come: somebody does what the ``sentence`` says, in
    place of waiting for the grant."""
    if award.case is None:
        return
    waiting = NextAction.objects.filter(kind=Kind.GRANT, about=award.code, state=State.PLANNED)
    needs = [action.need for action in waiting.select_related("need")] or list(_needs_of(award))
    waiting.update(state=State.MOVED, ended_at=timezone.now(), ended_by=by)
    due_at = planning.end_of_day(timezone.now() + within)
    for need in needs:
        _plan(need, award, due_at=due_at, owner=owner, by=by, sentence=sentence)


def _needs_of(award: Award) -> QuerySet[Need]:
    """The open needs of its case that a grant may meet: those of its category, else each."""
    needs = Need.objects.filter(case=award.case, state=Need.State.OPEN)
    fitting = needs.filter(help_type__code__in=GRANT_FOR.get(award.category, []))
    return fitting if fitting.exists() else needs


def _plan(
    need: Need,
    award: Award,
    *,
    due_at: datetime,
    owner: Person | None,
    by: Person | None,
    sentence: str = "",
) -> None:
    NextAction.objects.create(
        need=need,
        kind=Kind.GRANT,
        about=award.code,
        words=sentence,
        due_at=due_at,
        made_by=by,
        owner=owner,
        because=Because.GRANT_ASKED,
    )


def has_code_to_give(award: Award) -> bool:
    """Whether a code of this grant came that nobody has handed over."""
    return IssuedCode.objects.waiting().filter(payment__award=award).exists()


@transaction.atomic
def grant_ended(award: Award, because: str, *, by: Person | None) -> None:
    """A grant was refused, cancelled or paid: what waited for it is over, and each of its needs
    is looked at. One that was paid by a code ends once the person has it."""
    if because == "grant_paid" and has_code_to_give(award):
        return
    waiting = NextAction.objects.filter(kind=Kind.GRANT, about=award.code, state=State.PLANNED)
    needs = [action.need for action in waiting.select_related("need")]
    waiting.update(state=State.DONE, ended_at=timezone.now(), ended_by=by)
    if not needs and award.case is not None:
        needs = list(award.case.needs.filter(state=Need.State.OPEN))
    for need in needs:
        follow(need, because, by=by)

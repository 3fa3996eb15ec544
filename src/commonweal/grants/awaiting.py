"""What is done next about a need while a grant is under way, and when it has ended."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.cases import planning
from commonweal.cases.models import Need, NextAction
from commonweal.cases.next_actions import Because, Kind, State, decided, follow

from .models import Award

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
    needs = award.case.needs.filter(state=Need.State.OPEN)
    fitting = needs.filter(help_type__code__in=GRANT_FOR.get(award.category, []))
    due_at = planning.end_of_day(timezone.now() + GRANT_WITHIN)
    for need in fitting if fitting.exists() else needs:
        decided(need, by=by)
        NextAction.objects.create(
            need=need,
            kind=Kind.GRANT,
            about=award.code,
            due_at=due_at,
            made_by=by,
            owner=award.case.assigned_to,
            because=Because.GRANT_ASKED,
        )


@transaction.atomic
def grant_ended(award: Award, because: str, *, by: Person | None) -> None:
    """A grant was refused, cancelled or paid: what waited for it is over, and each of its needs
    is looked at."""
    waiting = NextAction.objects.filter(kind=Kind.GRANT, about=award.code, state=State.PLANNED)
    needs = [action.need for action in waiting.select_related("need")]
    waiting.update(state=State.DONE, ended_at=timezone.now(), ended_by=by)
    if not needs and award.case is not None:
        needs = list(award.case.needs.filter(state=Need.State.OPEN))
    for need in needs:
        follow(need, because, by=by)

"""Risks: raised, scored again, closed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from commonweal.accounts.actors import Actor
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.pledges.models import Pledge

from ..models import Action, Risk, RiskBefore


@transaction.atomic
def raise_risk(
    *, values: dict[str, Any], actions: list[Action], pledges: list[Pledge], author: Actor
) -> Risk:
    """Write down what may go wrong, and what it endangers."""
    base = slugify(values["title"])[:50].strip("-") or "risk"
    code, number = base, 1
    while Risk.objects.filter(code=code).exists():
        number += 1
        code = f"{base}-{number}"
    values = {"raised_on": timezone.localdate()} | values
    risk = Risk.objects.create(code=code, **values)
    risk.actions.set(actions)
    risk.pledges.set(pledges)
    record("risk raised", about=risk, by=author.person, as_role=author.role, score=risk.score)
    return risk


@transaction.atomic
def score_again(
    *,
    risk: Risk,
    values: dict[str, Any],
    actions: list[Action],
    pledges: list[Pledge],
    author: Actor,
) -> None:
    """Look at a risk again. What it was before is kept, and its earlier scores in the record."""
    risk = Risk.objects.select_for_update().get(pk=risk.pk)
    if risk.closed_on is not None:
        raise Refused("This risk is closed: it is scored no more.")
    before = risk.score
    RiskBefore.objects.create(
        risk=risk,
        changed_on=timezone.localdate(),
        was={name: getattr(risk, name) for name in RiskBefore.SCORED}
        | {
            "actions": [action.code for action in risk.actions.all()],
            "pledges": [pledge.code for pledge in risk.pledges.all()],
        },
    )
    Risk.objects.filter(pk=risk.pk).update(**values)
    risk.refresh_from_db()
    risk.actions.set(actions)
    risk.pledges.set(pledges)
    record(
        "risk scored", about=risk, by=author.person, as_role=author.role, was=before, now=risk.score
    )


@transaction.atomic
def close_risk(*, risk: Risk, because: str, author: Actor) -> None:
    if not because.strip():
        raise Refused("Say why the risk is closed.")
    done = Risk.objects.filter(pk=risk.pk, closed_on=None).update(
        closed_on=timezone.localdate(), closed_because=because
    )
    if not done:
        raise Refused("This risk is closed already.")
    record("risk closed", about=risk, by=author.person, as_role=author.role)

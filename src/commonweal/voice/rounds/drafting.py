"""What people do with a round before its rule sheet is published."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.places.models import Area

from ..access import role_of
from ..models import Pot, Project, Round
from . import sheet
from .guards import changes_the_sheet

State = Round.State
NOT_LATER = "Ideas can't be handed in any more: they are being checked, or it is being voted."


@transaction.atomic
def begin(*, answers: dict[str, Any], by: Person | None) -> Round:
    """Make a round, a draft that collects ideas. Its address follows from its title."""
    base = code = slugify(answers["title"])[:50].strip("-") or "round"
    number = 1
    while Round.objects.filter(code=code).exists():
        number += 1
        code = f"{base}-{number}"
    budget_round = Round.objects.create(code=code, made_by=by, **answers)
    record("round begun", about=budget_round, by=by, as_role=role_of(by))
    return budget_round


@changes_the_sheet
def change(*, budget_round: Round, answers: dict[str, Any], by: Person | None) -> None:
    """Write into the draft of a rule sheet.

    Raises
    ------
    Refused
        The sheet is published; voting would close before it opens.
    """
    for name, answer in answers.items():
        setattr(budget_round, name, answer)
    opens_at, closes_at = budget_round.opens_at, budget_round.closes_at
    if opens_at and closes_at and closes_at <= opens_at:
        raise Refused("Voting must close after it opens.")
    budget_round.save(update_fields=list(answers))
    record("rule sheet drafted", about=budget_round, by=by, as_role=role_of(by))


@transaction.atomic
def hand_in(*, budget_round: Round, answers: dict[str, Any], by: Person | None) -> Project:
    """Hand in an idea. Nobody but staff sees it until it was checked.

    Raises
    ------
    Refused
        Ideas are not collected any more.
    """
    current = Round.objects.select_for_update().get(pk=budget_round.pk)
    if current.state != State.IDEAS:
        raise Refused(NOT_LATER)
    return _put(current, answers)


def _put(budget_round: Round, answers: dict[str, Any]) -> Project:
    last = budget_round.projects.aggregate(last=Max("number"))["last"] or 0
    return Project.objects.create(round=budget_round, number=last + 1, **answers)


@changes_the_sheet
def add_project(*, budget_round: Round, answers: dict[str, Any], by: Person | None) -> Project:
    """Put in a project at the desk: from paper, a meeting, or the council's own.

    Raises
    ------
    Refused
        The sheet is published.
    """
    project = _put(budget_round, answers)
    record("project added", about=budget_round, by=by, as_role=role_of(by), project=project.number)
    return project


@changes_the_sheet
def close_ideas(*, budget_round: Round, by: Person | None) -> None:
    """End collecting ideas; from now on they are checked.

    Raises
    ------
    Refused
        The sheet is published, or it was done.
    """
    if not Round.objects.filter(pk=budget_round.pk, state=State.IDEAS).update(state=State.CHECKING):
        raise Refused("Ideas are being checked already.")
    record("ideas closed", about=budget_round, by=by, as_role=role_of(by))


@changes_the_sheet
def check(
    *, budget_round: Round, project: Project, answers: dict[str, Any], by: Person | None
) -> None:
    """Answer an idea: what it costs, whether it can be done, whether it is lawful, each with the
    reason. It comes onto the ballot where all three say yes.

    Raises
    ------
    Refused
        The sheet is published; a reason is missing; it would be on the ballot without a cost, or
        with lesser sums that do not fall.
    """
    for name, reason in (("is_feasible", "feasible_words"), ("is_lawful", "lawful_words")):
        if not answers[name] and not answers[reason]:
            raise Refused("Give the reason for each no: whoever handed it in reads it.")
    is_on = answers["is_feasible"] and answers["is_lawful"]
    if is_on:
        _check_sums(answers["cost"], answers.get("lesser_sums") or ())
    project = Project.objects.get(pk=project.pk, round=budget_round)
    project.state = Project.State.ON if is_on else Project.State.OFF
    for name, answer in answers.items():
        setattr(project, name, answer)
    project.save(update_fields=["state", *answers])
    record(
        "project checked",
        about=budget_round,
        by=by,
        as_role=role_of(by),
        project=project.number,
        outcome=project.state,
    )


def _check_sums(cost: Decimal | None, lesser_sums: Iterable[str]) -> None:
    """What would come onto the ballot has a cost, and lesser sums that fall from it."""
    if not cost:
        raise Refused("Say what it costs: it would come onto the ballot.")
    falling = [cost, *map(Decimal, lesser_sums)]
    if any(after >= before for before, after in pairwise(falling)):
        raise Refused("Lesser sums must fall from one to the next, each below the cost.")


@changes_the_sheet
def share_out(
    *, budget_round: Round, budgets: list[tuple[Area | None, Decimal]], by: Person | None
) -> None:
    """Give areas, and the whole town (None), money of their own, in place of what was said before;
    none at all for one sum that everybody shares out.

    Raises
    ------
    Refused
        The sheet is published.
    """
    budget_round.pots.all().delete()
    Pot.objects.bulk_create(
        Pot(round=budget_round, area=area, budget=budget) for area, budget in budgets if budget
    )
    record("budgets of areas drafted", about=budget_round, by=by, as_role=role_of(by))


@changes_the_sheet
def seal(*, budget_round: Round, by: Person | None, at: datetime | None = None) -> str:
    """Publish the rule sheet for good, and return the SHA-256 of its text.

    ``at`` is when, now unless said.

    Raises
    ------
    Refused
        Something is missing or can't be; or it was published already.
    """
    now = at or timezone.now()
    projects = sheet.on_ballot(budget_round)
    if budget_round.state == State.IDEAS:
        raise Refused("End the collecting of ideas first.")
    if faults := sheet.faults_of(budget_round, projects, now):
        raise Refused(" ".join(faults))
    text, digest = sheet.written(sheet.sheet_of(budget_round, projects))
    budget_round.sheet, budget_round.sheet_sha256 = text, digest
    budget_round.state, budget_round.sealed_at = State.SEALED, now
    budget_round.save(update_fields=["sheet", "sheet_sha256", "state", "sealed_at"])
    record("rule sheet published", about=budget_round, by=by, as_role=role_of(by), sha256=digest)
    return digest

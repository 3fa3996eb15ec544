"""What is done about a shock: its tasks, who may know, and its end."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.asks import actions as asking
from commonweal.asks.models import Ask
from commonweal.charter.models import Decision
from commonweal.economy.models import Level, Outcome, Shock, ShockTask
from commonweal.office.errors import Refused

from ..leave import refuse_unsaid
from . import owners


def _must_be_open(shock: Shock) -> Shock:
    """The case, held until the transaction ends."""
    shock = Shock.objects.select_for_update().get(pk=shock.pk)
    if shock.state != Shock.State.OPEN:
        raise Refused(owners.CLOSED)
    return shock


@transaction.atomic
def done(*, task: ShockTask, done_on: date, words: str, by: Person) -> None:
    """Say that a task was done.

    Raises
    ------
    Refused
        The case is closed; the day is to come, or before the town was told; somebody else said so
        already.
    """
    shock = _must_be_open(task.shock)
    if done_on > timezone.localdate():
        raise Refused("That day is still to come.")
    if shock.told_on and done_on < shock.told_on:
        raise Refused("That is before the town was told.")
    if not ShockTask.objects.filter(pk=task.pk, done_on=None).update(done_on=done_on, words=words):
        raise Refused("Somebody has said already that this is done.")
    record("shock task done", about=shock, by=by, task=task.pk, on=done_on.isoformat())


@transaction.atomic
def move(*, task: ShockTask, due_on: date, because: str, by: Person) -> None:
    """Move a task to another day.

    Raises
    ------
    Refused
        No reason; the case is closed, or the task is done; the day is past, or the one it has.
    """
    if not because.strip():
        raise Refused("Say why it moves.")
    shock = _must_be_open(task.shock)
    if due_on < timezone.localdate():
        raise Refused("That day is past.")
    if due_on == task.due_on:
        raise Refused("That is the day it has.")
    if not ShockTask.objects.filter(pk=task.pk, done_on=None).update(due_on=due_on, words=because):
        raise Refused("This is done already, so it can't move.")
    was, now = task.due_on.isoformat(), due_on.isoformat()
    record("shock task moved", about=shock, by=by, task=task.pk, was=was, now=now)


@transaction.atomic
def add_task(
    *,
    shock: Shock,
    title: str,
    owner: Person | None,
    owner_title: str,
    due_on: date,
    by: Person,
) -> ShockTask:
    """Put one more task into the plan, for somebody of the desk or an office outside.

    Raises
    ------
    Refused
        The case is closed; the day is past; nobody is named to do it, or two are.
    """
    shock = _must_be_open(shock)
    if due_on < timezone.localdate():
        raise Refused("That day is past.")
    task = ShockTask.objects.create(
        shock=shock,
        title=title,
        owner=owner,
        owner_title=owners.title_for(owner, owner_title),
        due_on=due_on,
    )
    record("shock task added", about=shock, by=by, task=task.pk)
    owners.write_to_owner(task, owner, by)
    return task


@transaction.atomic
def let_know(*, shock: Shock, who: str, because: str, by: Person) -> None:
    """Say who may know of a shock from today on.

    Raises
    ------
    Refused
        It is so already.
    """
    if not because.strip():
        raise Refused("Say who agreed to it, and when.")
    shock = Shock.objects.select_for_update().get(pk=shock.pk)
    newest = shock.levels.last()
    if newest is None or newest.who == who:
        raise Refused("It is so already.")
    today = timezone.localdate()
    Level.objects.create(shock=shock, who=who, from_on=today, because=because, by=by)
    record("shock level", about=shock, by=by, level=who)


@transaction.atomic
def name(*, shock: Shock, decision: Decision, by: Person, decision_says: bool = False) -> None:
    """Let the public page name the organisation, by a decision that is written down.

    Raises
    ------
    Refused
        A decision names it already, or nobody said that this one is about it.
    """
    refuse_unsaid(decision, decision_says=decision_says)
    if not Shock.objects.filter(pk=shock.pk, named_by=None).update(named_by=decision):
        raise Refused("A decision names it already.")
    record("shock named", about=shock, by=by, decision=decision.code)


@transaction.atomic
def close(
    *,
    shock: Shock,
    told_of: int,
    placed: int,
    without: int,
    not_known: int,
    words: str,
    by: Person,
) -> Outcome:
    """Close the case with what came of the people; what partners were asked for closes too.

    Raises
    ------
    Refused
        It is closed; the figures don't add up.
    """
    shock = _must_be_open(shock)
    total = placed + without + not_known
    if total != told_of:
        raise Refused(
            f"They don't add up: placed {placed:,}, without {without:,}, not known "
            f"{not_known:,}; in all {total:,}, and you were told of {told_of:,}."
        )
    today = timezone.localdate()
    Shock.objects.filter(pk=shock.pk).update(state=Shock.State.CLOSED, closed_on=today)
    for linked in shock.asks.filter(ask__state=Ask.State.OPEN).select_related("ask"):
        asking.close_ask(ask=linked.ask, by=by)
    outcome = Outcome.objects.create(
        shock=shock,
        told_of=told_of,
        placed=placed,
        without=without,
        not_known=not_known,
        words=words,
        on=today,
        by=by,
    )
    record("shock closed", about=shock, by=by)
    return outcome

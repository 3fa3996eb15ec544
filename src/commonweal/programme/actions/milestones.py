"""Milestones: added, moved, done, opened again."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.actors import Actor
from commonweal.accounts.record import record
from commonweal.charter.models import Decision
from commonweal.office.errors import Refused

from ..models import Action, Change, Milestone
from .changes import changed, check_dates, keep_history, refuse_stopped


@transaction.atomic
def add_milestone(
    *, action: Action, title: str, due_on: date | None, because: str, author: Actor
) -> Milestone:
    """A further step. It changes how far the action has come, so it stands in its history."""
    refuse_stopped(action)
    check_dates(None, action.due_on, [due_on])
    last = action.milestones.order_by("-order").values_list("order", flat=True).first() or 0
    milestone = Milestone.objects.create(action=action, title=title, due_on=due_on, order=last + 1)
    keep_history([changed(action, milestone, "added", "", title)], because, author, None)
    record("milestone added", about=action, by=author.person, as_role=author.role)
    return milestone


@transaction.atomic
def move_milestone(
    *,
    milestone: Milestone,
    due_on: date,
    because: str,
    author: Actor,
    decision: Decision | None = None,
    on: date | None = None,
) -> Change:
    """Give a milestone another date."""
    milestone = Milestone.objects.select_for_update().get(pk=milestone.pk)
    refuse_stopped(milestone.action)
    if milestone.is_done:
        raise Refused("It is done; its date can't be moved any more.")
    if milestone.due_on == due_on:
        raise Refused("That is its date already.")
    check_dates(milestone.action.starts_on, milestone.action.due_on, [due_on])
    change = changed(milestone.action, milestone, "due_on", milestone.due_on, due_on)
    milestone.due_on = due_on
    milestone.save(update_fields=["due_on"])
    keep_history([change], because, author, decision, on=on)
    record("milestone moved", about=milestone.action, by=author.person, as_role=author.role)
    return change


@transaction.atomic
def finish_milestone(
    *, milestone: Milestone, done_on: date, done_words: str, author: Actor
) -> None:
    """A step is done. The words say how one can see it."""
    if done_on > timezone.localdate():
        raise Refused("It can't be done on a day that has not come.")
    refuse_stopped(milestone.action, on=done_on)
    done = Milestone.objects.filter(pk=milestone.pk, is_done=False).update(
        is_done=True, done_on=done_on, done_words=done_words
    )
    if not done:
        raise Refused("Somebody else has marked this as done already.")
    record("milestone done", about=milestone.action, by=author.person, as_role=author.role)


@transaction.atomic
def reopen_milestone(*, milestone: Milestone, because: str, author: Actor) -> None:
    """A step is not done after all."""
    was = milestone.done_on
    done = Milestone.objects.filter(pk=milestone.pk, is_done=True).update(
        is_done=False, done_on=None
    )
    if not done:
        raise Refused("This is open already.")
    keep_history([changed(milestone.action, milestone, "done", was, None)], because, author, None)
    record("milestone reopened", about=milestone.action, by=author.person, as_role=author.role)

"""What a volunteer reports from the doorstep: nobody answered, or they are worried."""

from __future__ import annotations

from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone

from commonweal.accounts.record import record
from commonweal.cases.models import Case, Need, NextAction, Note
from commonweal.office.errors import Refused

from .models import Task, Volunteer


class Report(models.TextChoices):
    """What is reported."""

    NOBODY = "nobody", "Nobody answered"
    WORRIED = "worried", "I am worried about them"


WORDS = {
    Report.NOBODY: "A volunteer rang or called, and nobody answered.",
    Report.WORRIED: "A volunteer is worried about them.",
}
# How soon the desk looks at it.
WITHIN = {Report.NOBODY: timedelta(hours=4), Report.WORRIED: timedelta(hours=1)}


@transaction.atomic
def report(*, task: Task, volunteer: Volunteer, kind: str, account: str = "") -> None:
    """Tell the case, and whoever has it, what a volunteer met; the task stays theirs.

    Raises
    ------
    Refused
        The task is not theirs any more, or they are worried and don't say why.
    """
    reported = Report(kind)
    if reported == Report.WORRIED and not account.strip():
        raise Refused("Write what worries you, in a sentence.")
    taken = Task.objects.filter(pk=task.pk, state=Task.State.TAKEN, taken_by=volunteer)
    if taken.select_for_update().first() is None:
        raise Refused("This task is not yours any more.")
    record("task reported", about=task, by=volunteer.person, report=reported.value)
    if task.need is None:
        return
    heard = f"{WORDS[reported]} {account}".strip()
    Note.objects.create(case=task.need.case, words=heard, by=volunteer.person)
    _ask_desk(task.need, reported, heard, volunteer)


def _ask_desk(need: Need, reported: Report, heard: str, volunteer: Volunteer) -> None:
    case = need.case
    if need.state != Need.State.OPEN or case.state == Case.State.CLOSED:
        return
    is_worry = reported == Report.WORRIED
    NextAction.objects.create(
        need=need,
        kind=NextAction.Kind.DECIDE,
        words=heard,
        due_at=timezone.now() + WITHIN[reported],
        owner=case.assigned_to,
        because=NextAction.Because.SAFETY if is_worry else NextAction.Because.HAND,
        made_by=volunteer.person,
    )

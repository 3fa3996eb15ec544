"""What a volunteer may read: open tasks, and who and where of those that they took."""

from __future__ import annotations

from django.http import Http404

from commonweal.accounts.access import holder
from commonweal.accounts.models import Person
from commonweal.cases.access import VOLUNTEER, note_read

from .models import Task, Volunteer


@holder
def _is_volunteer(person: Person) -> bool:
    seen = Volunteer.objects.exclude(state=Volunteer.State.NEW)
    return seen.filter(person=person).exists()


def volunteer_of(person: Person) -> Volunteer:
    volunteer = Volunteer.objects.filter(person=person).prefetch_related("checks", "areas").first()
    if volunteer is None:
        raise Http404
    return volunteer


class TakenByAnother(Exception):
    """Another volunteer was quicker, or the task is over: it is told kindly, and nothing shown."""


def get_task_for(person: Person, code: str) -> tuple[Task, bool]:
    """(task, whether this person has taken it).

    Raises
    ------
    Http404
        There is none, or this person is no volunteer.
    TakenByAnother
        Somebody else has it or had it.
    """
    volunteer = volunteer_of(person)
    task = Task.objects.select_related("area", "need__case__resident").filter(code=code).first()
    if task is None:
        raise Http404
    mine = task.taken_by_id == volunteer.pk
    if not mine and task.state != Task.State.OPEN:
        raise TakenByAnother
    if mine and task.state == Task.State.TAKEN and task.need is not None:
        case = task.need.case
        note_read(person, case.resident, what="task", link=VOLUNTEER, case=case)
    return task, mine

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
    found = Volunteer.objects.filter(person=person).prefetch_related("checks", "areas").first()
    if found is None:
        raise Http404
    return found


def get_task_for(person: Person, code: str) -> tuple[Task, bool]:
    """(task, whether this person has taken it). Tasks that others took are not there."""
    volunteer = volunteer_of(person)
    found = Task.objects.select_related("area", "need__case__resident").filter(code=code).first()
    if found is None:
        raise Http404
    mine = found.taken_by_id == volunteer.pk
    if not mine and found.state != Task.State.OPEN:
        raise Http404
    if mine and found.state == Task.State.TAKEN and found.need is not None:
        case = found.need.case
        note_read(person, case.resident, what="task", link=VOLUNTEER, case=case)
    return found, mine

"""Volunteers' takes: how many at once, what is given back, and whose door was read about.

Who and where are shown to whoever takes a task. So a take is counted from its beginning to its
end, giving back is free but not endless, and a read that led to nothing done stands out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.cases import access
from commonweal.cases.keeping import UNUSUAL
from commonweal.cases.models import CaseRead
from commonweal.design.words import many
from commonweal.office.errors import Refused

from .models import Task, TaskTake, Volunteer

End = TaskTake.End
# How many tasks somebody has at once, and after how many given back in a day no more is taken.
OPEN_MOST = 4
BACK_MOST = 3
LINK = "volunteer"
LATELY = timedelta(days=28)


def must_have_room(volunteer: Volunteer, *, now: datetime | None = None) -> None:
    """Raise when a volunteer has as many tasks as one may, or gave too many back today."""
    now = now or timezone.now()
    if volunteer.takes.filter(ended_at=None).count() >= OPEN_MOST:
        raise Refused(
            f"You have {OPEN_MOST} tasks. Finish one, or give one back, before you take another."
        )
    back = volunteer.takes.filter(end=End.BACK, ended_at__gt=now - timedelta(days=1)).count()
    if back >= BACK_MOST:
        raise Refused(
            f"You have given {many(back, 'task')} back since yesterday, so you can't take more "
            "today. Ring "
            "the help desk if something is wrong with the tasks; it can help you to choose."
        )


def begin(task: Task, volunteer: Volunteer) -> TaskTake:
    return TaskTake.objects.create(task=task, volunteer=volunteer, taken_at=timezone.now())


def end(task: Task, how: str) -> None:
    TaskTake.objects.filter(task=task, ended_at=None).update(ended_at=timezone.now(), end=how)


def read(task: Task, person: Person) -> None:
    """A volunteer reads who and where: a reading of the resident's record, as any other."""
    now = timezone.now()
    TaskTake.objects.filter(task=task, ended_at=None, read_at=None).update(read_at=now)
    if task.need is not None:
        case = task.need.case
        access.note_read(person, case.resident, what="task", link=LINK, case=case)


# --- For the desk manager and the data protection officer ---------------------------------------


@dataclass(frozen=True)
class Line:
    """A volunteer with their takes: all, given back, given back after reading, done, open now."""

    volunteer: Volunteer
    takes: int
    back: int
    back_after_reading: int
    done: int
    open: int
    last_at: datetime | None
    # Given back after reading, in the last four weeks
    lately: int

    @property
    def stands_out(self) -> bool:
        return self.lately >= BACK_MOST


def lines() -> list[Line]:
    """Every volunteer, those who gave most back first."""
    back = Q(takes__end=End.BACK)
    read_back = back & Q(takes__read_at__isnull=False)
    since = timezone.now() - LATELY
    volunteers = (
        Volunteer.objects.select_related("person")
        .annotate(
            all_takes=Count("takes"),
            given_back=Count("takes", filter=back),
            read_back=Count("takes", filter=read_back),
            lately=Count("takes", filter=read_back & Q(takes__ended_at__gt=since)),
            finished=Count("takes", filter=Q(takes__end=End.DONE)),
            held=Count("takes", filter=Q(takes__isnull=False, takes__ended_at=None)),
            last=Max("takes__taken_at"),
        )
        .order_by("-given_back", "person__name", "pk")
    )
    return [
        Line(
            volunteer=volunteer,
            takes=volunteer.all_takes,
            back=volunteer.given_back,
            done=volunteer.finished,
            back_after_reading=volunteer.read_back,
            open=volunteer.held,
            last_at=volunteer.last,
            lately=volunteer.lately,
        )
        for volunteer in volunteers
    ]


def reads_given_back(since: date, until: date) -> set[int]:
    """Numbers of the reads of who and where by volunteers who then gave the task back."""
    takes = TaskTake.objects.filter(
        end=End.BACK,
        read_at__isnull=False,
        task__need__isnull=False,
        ended_at__isnull=False,
        ended_at__date__gte=since,
    ).values_list("volunteer__person", "task__need__case", "taken_at", "ended_at")
    reads = list(
        CaseRead.objects.filter(link=LINK, at__date__range=(since, until)).values_list(
            "pk", "person", "case", "at"
        )
    )
    return {
        pk
        for pk, person, case, at in reads
        for who, its_case, taken, ended in takes
        if (who, its_case) == (person, case) and ended is not None and taken <= at <= ended
    }


UNUSUAL.append(reads_given_back)

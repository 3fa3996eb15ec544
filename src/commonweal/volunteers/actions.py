"""What is done about volunteers and their tasks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.cases import next_actions
from commonweal.cases.models import Need, Note
from commonweal.office.errors import Refused
from commonweal.residents import naming, reaching
from commonweal.residents.unwritten import refuse_codes

from . import takes
from .models import Check, Task, Volunteer

TERMS = "2026-11"


@transaction.atomic
def sign_up(
    *,
    person: Person,
    phone: str,
    skills: list[str],
    areas: list[object],
    hours_a_week: int,
    when: str,
    languages: str = "",
) -> Volunteer:
    """Somebody offers their time. A desk manager looks before they see any task."""
    if Volunteer.objects.filter(person=person).exists():
        raise Refused("You have signed up already.")
    volunteer = Volunteer.objects.create(
        person=person,
        phone=phone,
        skills=skills,
        languages=languages,
        hours_a_week=hours_a_week,
        when=when,
        agreed_terms=TERMS,
    )
    volunteer.areas.set(areas)  # type: ignore[arg-type]
    record("volunteer signed up", about=volunteer, by=person)
    return volunteer


@transaction.atomic
def admit(*, volunteer: Volunteer, by: Person) -> None:
    """Let a volunteer see tasks. Shopping takes no check by law; single tasks may."""
    done = Volunteer.objects.filter(pk=volunteer.pk).exclude(state="active").update(state="active")
    if not done:
        raise Refused("This volunteer is active already.")
    mail.write(
        key=f"volunteer-{volunteer.pk}-admitted",
        person=volunteer.person,
        subject="You can take tasks now",
        body="Thank you for offering your time. Sign in and open “Tasks” to see what is "
        f"needed:\n{settings.ADDRESS}/help/give/\n",
    )
    record("volunteer admitted", about=volunteer, by=by)


@transaction.atomic
def turn_down(*, volunteer: Volunteer, by: Person) -> None:
    """Say no to a sign-up that waits, and tell them.

    Raises
    ------
    Refused
        It was looked at already.
    """
    waits = Volunteer.objects.filter(pk=volunteer.pk, state=Volunteer.State.NEW)
    if not waits.update(state=Volunteer.State.LEFT):
        raise Refused("Somebody else has looked at it already.")
    mail.write(
        key=f"volunteer-{volunteer.pk}-turned-down",
        person=volunteer.person,
        subject="Your offer of time",
        body="Thank you for offering your time. We can't take it up at present. Ring the help desk "
        f"if you want to know why:\n{settings.ADDRESS}/help/\n",
    )
    record("volunteer turned down", about=volunteer, by=by)


@transaction.atomic
def set_state(*, volunteer: Volunteer, state: str, by: Person) -> None:
    done = Volunteer.objects.filter(pk=volunteer.pk).exclude(state=state).update(state=state)
    if not done:
        raise Refused("Somebody else has done that already.")
    if state != Volunteer.State.ACTIVE:
        _take_away(volunteer, by)
    record("volunteer changed", about=volunteer, by=by, state=state)


def _take_away(volunteer: Volunteer, by: Person) -> None:
    """Who pauses or has left does no task: what they had is open to others, closed to them."""
    for task in Task.objects.filter(state=Task.State.TAKEN, taken_by=volunteer):
        Task.objects.filter(pk=task.pk, state=Task.State.TAKEN, taken_by=volunteer).update(
            state=Task.State.OPEN, taken_by=None, taken_at=None
        )
        takes.end(task, takes.End.CANCELLED)
        record("task taken away", about=task, by=by)


@transaction.atomic
def add_check(
    *, volunteer: Volunteer, kind: str, seen_on: date, expires_on: date | None, by: Person
) -> Check:
    if seen_on > timezone.localdate():
        raise Refused("It can't have been seen on a day that has not come.")
    if expires_on is not None and expires_on < seen_on:
        raise Refused("It would expire before it was seen.")
    check = Check.objects.create(
        volunteer=volunteer, kind=kind, seen_on=seen_on, expires_on=expires_on, seen_by=by
    )
    record("check seen", about=volunteer, by=by, kind=kind)
    return check


def _check_visit(need: Need, values: dict[str, object], agreed: str, by: Person) -> None:
    """Refuse a visit to somebody who must not be visited, unless it was agreed with them; how it
    was is kept as a note in the case. No word of it holds a code of their grants."""
    refuse_codes(need.case.resident, agreed, *values.values())
    visit = reaching.may(need.case.resident, way=reaching.Way.VISIT)
    if not visit.ever and (values.get("where") or values.get("who")) and not agreed:
        raise Refused(f"{visit.instruction} Say how the visit was agreed with them.")
    if agreed:
        values["visit_agreed"] = True
        Note.objects.create(case=need.case, words=f"A visit was agreed: {agreed}", by=by)


@transaction.atomic
def make_task(
    *, need: Need | None, values: dict[str, object], by: Person, excuse: str = ""
) -> Task:
    """Offer a task. Who and where are kept apart from what everybody may read.

    Where visits are closed to this resident, ``agreed`` says how this one was agreed with them;
    it is kept as a note in the case.

    Raises
    ------
    Refused
        What everybody reads names somebody, or where they live; its day is past; the person was
        reported dead; nobody may visit, and no visit was agreed.
    """
    values = dict(values)
    day = values.get("on")
    if isinstance(day, date) and day < timezone.localdate():
        raise Refused("That day is past: no volunteer would see this task.")
    agreed = str(values.pop("agreed", "") or "").strip()
    resident = need.case.resident if need is not None else None
    texts = naming.texts_of(values, "title", "between", "language")
    caught = naming.check("task", texts, about=resident, excuse=excuse)
    if resident is not None and resident.is_dead:
        raise Refused("This person was reported dead.")
    if need is not None:
        _check_visit(need, values, agreed, by)
    task = Task.objects.create(need=need, made_by=by, **values)
    naming.keep_excuse("task", task.code, caught, because=excuse, by=by)
    if need is not None:
        next_actions.decided(need, by=by)
    record("task offered", about=task, by=by)
    return task


def card(task: Task) -> tuple[str, bool]:
    """(how it is safe to reach them, whether who and where may be read), for whoever took it.

    A visit that was agreed holds until how they may be reached is changed.
    """
    if task.need is None:
        return "", True
    resident = task.need.case.resident
    visit = reaching.may(resident, way=reaching.Way.VISIT)
    newest = resident.safe_contacts.first()
    agreed = task.visit_agreed and (newest is None or newest.at < task.made_at)
    shown = visit.ever or (agreed and not resident.is_dead)
    return visit.instruction, shown


def open_tasks(volunteer: Volunteer, on: date) -> list[Task]:
    """Tasks that a volunteer may take: in their areas, within their skills, with their checks."""
    if volunteer.state != Volunteer.State.ACTIVE:
        return []
    areas = {area.pk for area in volunteer.areas.all()}
    open_now = Task.objects.filter(state=Task.State.OPEN).select_related("area")
    return [
        task
        for task in open_now
        if (not areas or task.area_id is None or task.area_id in areas)
        and _may_do(volunteer, task, on)
        and (task.on is None or task.on >= on)
    ]


def _may_do(volunteer: Volunteer, task: Task, on: date) -> bool:
    is_able = not task.skill or task.skill in volunteer.skills
    return is_able and volunteer.has_check(task.needs_check, on)


def clashing_with(task: Task, volunteer: Volunteer) -> list[Task]:
    """Other tasks of a volunteer on the same day, to warn of before they take one more."""
    if task.on is None:
        return []
    return list(volunteer.tasks.filter(state=Task.State.TAKEN, on=task.on).exclude(pk=task.pk))


@transaction.atomic
def take(*, task: Task, volunteer: Volunteer) -> Task:
    """Two pressing *take* at one moment: one gets it, the other is told. Who has it, and presses
    it on a second page, has it.

    Raises
    ------
    Refused
        Somebody else has it, or its day is past; the volunteer is not active, lacks a check, has
        as many tasks as one may, or gave too many back since yesterday.
    """
    today = timezone.localdate()
    # Held, so that two takes of one volunteer at one moment are counted one after the other; and
    # as they stand now: who was told to pause a moment ago reads nobody's address.
    volunteer = Volunteer.objects.select_for_update().get(pk=volunteer.pk)
    if volunteer.state != Volunteer.State.ACTIVE:
        raise Refused("You can take tasks once the desk has looked at your sign-up.")
    if not volunteer.has_check(task.needs_check, today):
        raise Refused(f"This task needs: {task.get_needs_check_display()}. Ask the desk about it.")
    task.refresh_from_db()
    if task.state == Task.State.TAKEN and task.taken_by_id == volunteer.pk:
        return task
    if task.on is not None and task.on < today:
        raise Refused("The day of this task is past. Thank you all the same.")
    takes.must_have_room(volunteer)
    taken = Task.objects.filter(pk=task.pk, state=Task.State.OPEN, taken_by=None).update(
        state=Task.State.TAKEN, taken_by=volunteer, taken_at=timezone.now()
    )
    if not taken:
        raise Refused("Somebody else has just taken this task. Thank you all the same.")
    takes.begin(task, volunteer)
    record("task taken", about=task, by=volunteer.person)
    task.refresh_from_db()
    return task


@transaction.atomic
def give_back(*, task: Task, volunteer: Volunteer) -> None:
    """A volunteer can't after all: the task is open again, and its details are closed to them."""
    done = Task.objects.filter(pk=task.pk, state=Task.State.TAKEN, taken_by=volunteer).update(
        state=Task.State.OPEN, taken_by=None, taken_at=None
    )
    if not done:
        raise Refused("This task is not yours any more.")
    takes.end(task, takes.End.BACK)
    record("task given back", about=task, by=volunteer.person)


@transaction.atomic
def finish(*, task: Task, volunteer: Volunteer, minutes: int) -> None:
    """Done, with the time it took. Who and where are forgotten at once."""
    if not 0 < minutes <= 24 * 60:
        raise Refused("Enter the minutes that it took, at most a day.")
    done = Task.objects.filter(pk=task.pk, state=Task.State.TAKEN, taken_by=volunteer).update(
        state=Task.State.DONE,
        done_at=timezone.now(),
        minutes_given=minutes,
        who="",
        where="",
        instructions="",
    )
    if not done:
        raise Refused("This task is not yours any more.")
    takes.end(task, takes.End.DONE)
    if task.need is not None:
        next_actions.follow(task.need, "task_done")
    record("task done", about=task, by=volunteer.person, minutes=minutes)


@transaction.atomic
def cancel(*, task: Task, by: Person) -> None:
    done = Task.objects.filter(pk=task.pk, state__in=["open", "taken"]).update(
        state=Task.State.CANCELLED, who="", where="", instructions=""
    )
    if not done:
        raise Refused("This task has ended already.")
    takes.end(task, takes.End.CANCELLED)
    if task.need is not None:
        next_actions.follow(task.need, "task_cancelled", by=by)
    record("task cancelled", about=task, by=by)


def hours_given(volunteer: Volunteer | None = None) -> Decimal:
    """Hours of done tasks, to the quarter of an hour nobody rounds: minutes over sixty."""
    finished = Task.objects.filter(state=Task.State.DONE)
    if volunteer is not None:
        finished = finished.filter(taken_by=volunteer)
    minutes = finished.aggregate(total=Sum("minutes_given"))["total"] or 0
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"))

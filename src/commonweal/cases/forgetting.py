"""How long things are kept, and the nightly job that erases what is due, with a brake.

The job erases by itself what is usual. When it would erase more than that, or when the clock has
jumped, it erases nothing, tells the data protection officers and desk managers, and waits until two
of them have looked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Appointment, Event, Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.residents import belongings, erasing
from commonweal.residents.models import Resident

from .models import CaseRead, IntakeDraft, ReadsForgotten, Retention, RetentionRun

# What a town starts with; it sets its own days. No national period exists.
STARTING = (
    ("drafts", "What was typed and never sent", "Public task; needed to go on with a call.", 30),
    (
        "requests",
        "Help requests and the person they are about, after the last one is closed",
        "Public task (UK GDPR Article 6(1)(e)); health data for substantial public interest "
        "(DPA 2018 Schedule 1).",
        730,
    ),
    (
        "bank",
        "Bank details of a grant, after its payment is reconciled",
        "Public task; needed to pay and to find a grant asked for twice (as a code only).",
        180,
    ),
    (
        "awards",
        "Reasons and letters of grants",
        "Legal obligation: accounting records of the council.",
        2190,
    ),
    ("tasks", "Volunteers' tasks: who and where", "Public task; gone when a task ends.", 0),
    (
        "changes",
        "What stood in a field before it was corrected, an address or a number among it",
        "Public task; needed to see what was done on what was known.",
        365,
    ),
    ("reads", "Who read which record", "Legal obligation: showing that access was lawful.", 2190),
)

PEOPLE = "residents"
ALWAYS, TIMES, LOOK_BACK = 20, 3, timedelta(days=90)
JUMP = timedelta(days=2)
# A century. With more the day before which something is erased would lie before all calendars.
DAYS_MOST = 36_525
LOOKERS = (Role.DATA_PROTECTION_OFFICER, Role.DESK_MANAGER)
State = RetentionRun.State


def days_of(purpose: str) -> int:
    days = Retention.objects.filter(purpose=purpose).values_list("days", flat=True).first()
    if days is not None:
        return min(days, DAYS_MOST)
    return next(days for code, _, _, days in STARTING if code == purpose)


def start() -> None:
    """The town's first retention rules; what it changed stays."""
    known = set(Retention.objects.values_list("purpose", flat=True))
    Retention.objects.bulk_create(
        (
            Retention(purpose=purpose, name=name, basis=basis, days=days)
            for purpose, name, basis, days in STARTING
            if purpose not in known
        ),
        ignore_conflicts=True,
    )


# --- What is due ----------------------------------------------------------------------------------


def before(purpose: str, today: date) -> date:
    return today - timedelta(days=days_of(purpose))


def drafts_due(today: date) -> models.QuerySet[IntakeDraft]:
    filled = IntakeDraft.objects.exclude(
        **dict.fromkeys(belongings.of_model(IntakeDraft).words, "")
    )
    return filled.filter(saved_at__date__lt=before("drafts", today))


def reads_due(today: date) -> models.QuerySet[CaseRead]:
    return CaseRead.objects.filter(at__date__lt=before("reads", today))


def _forget_reads(today: date) -> int:
    """The database lets readings go only up to a moment that was written down for good."""
    due = reads_due(today)
    if not due.exists():
        return 0
    midnight = datetime.combine(before("reads", today), time.min)
    ReadsForgotten.objects.create(until=timezone.make_aware(midnight))
    return due.delete()[0]


def residents_due(today: date) -> models.QuerySet[Resident]:
    """People whose last case closed long enough ago, and nothing else keeps them."""
    due = (
        Resident.objects.present()
        .annotate(last=models.Max("cases__closed_at"))
        .filter(last__date__lt=before("requests", today))
        .exclude(cases__closed_at=None)
        .exclude(keep_until__gt=today)
        .order_by("pk")
    )
    for kind in belongings.registered():
        if kind.holds is not None:
            holding = kind.model._default_manager.filter(**kind.holds[0])
            due = due.exclude(pk__in=holding.order_by().values(kind.by[0]))
    return due


def due_on(today: date) -> dict[str, int]:
    """How many of each purpose would be erased, changing nothing."""
    return {purpose.code: purpose.due(today).order_by().count() for purpose in purposes()}


def _forget(today: date) -> dict[str, int]:
    """Forget all that is due; people last, for what is theirs is counted with its own purpose."""
    in_order = sorted(purposes(), key=lambda purpose: purpose.code == PEOPLE)
    return {purpose.code: purpose.forget(today) for purpose in in_order}


def _empty_drafts(today: date) -> int:
    """All that was typed, as erasing does: what two typed differently, too."""
    kind = belongings.of_model(IntakeDraft)
    return drafts_due(today).update(**dict.fromkeys(kind.words, ""), **kind.also_erased)


def _erase_people(today: date) -> int:
    return sum(_erased(resident) for resident in list(residents_due(today)))


def _erased(resident: Resident) -> bool:
    """Whoever came again in this very moment is kept, and stops nobody else."""
    try:
        erasing.erase(resident=resident, by=None, because="its time came")
    except Refused:
        return False
    return True


# --- Purposes ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Purpose:
    """One thing that is kept so long and then forgotten.

    ``called`` is its plural in a sentence, ``due`` its rows whose time has come on a day;
    ``forget`` forgets these, and returns how many they were. ``order`` is its place on a page.
    """

    code: str
    called: str
    order: int
    due: Callable[[date], models.QuerySet[Any]]
    forget: Callable[[date], int]


PURPOSES: dict[str, Purpose] = {}


def forget_also(purpose: Purpose) -> None:
    """What another room keeps, and forgets by its own rule."""
    PURPOSES[purpose.code] = purpose


def purposes() -> list[Purpose]:
    return sorted(PURPOSES.values(), key=lambda purpose: purpose.order)


def names() -> dict[str, str]:
    """What each purpose is called in a sentence, by its code."""
    return {purpose.code: purpose.called for purpose in purposes()}


for ours in (
    Purpose("drafts", "drafts", 10, drafts_due, _empty_drafts),
    Purpose(PEOPLE, "people", 30, residents_due, _erase_people),
    Purpose("reads", "lines of who read what", 50, reads_due, _forget_reads),
):
    forget_also(ours)


# --- The brake ------------------------------------------------------------------------------------


def usual(purpose: str, today: date) -> float:
    """How many are erased on a day on which any are: the middle one of the last 90 days."""
    runs = RetentionRun.objects.filter(
        on__gte=today - LOOK_BACK, on__lt=today, state__in=[State.DONE, State.CONFIRMED]
    )
    counts = [run.counts.get(purpose, 0) for run in runs]
    return float(median([count for count in counts if count] or [0]))


def why_stop(due: dict[str, int], today: date) -> list[str]:
    """Why nothing may be erased before two people have looked; empty when it is as usual."""
    why = [sentence for sentence in (_clock_jumped(today),) if sentence]
    called = names()
    for purpose, count in due.items():
        middle = usual(purpose, today)
        if count > max(ALWAYS, TIMES * middle):
            why.append(
                f"{count:,} {called[purpose]} would be erased; on a usual day it is {middle:,.0f}."
            )
    return why


def _clock_jumped(today: date) -> str:
    newest = Event.objects.order_by("-id").values_list("at", flat=True).first()
    last = RetentionRun.objects.filter(state__in=[State.DONE, State.CONFIRMED]).first()
    days = [timezone.localdate(newest)] if newest else []
    days += [last.on] if last else []
    if not days or today - min(days) <= JUMP:
        return ""
    return (
        f"The clock says {today:%-d %B %Y}; the newest line before it is of "
        f"{min(days):%-d %B %Y}. Is the clock right?"
    )


@transaction.atomic
def run(on: date | None = None) -> RetentionRun:
    """Erase everything whose time has come; or nothing, where that is more than is usual.

    Safe to run at any time, and twice.
    """
    today = on or timezone.localdate()
    due = due_on(today)
    waiting = RetentionRun.objects.select_for_update().filter(state=State.STOPPED).first()
    if why := why_stop(due, today):
        return _stopped(today, due, why, waiting)
    if waiting is not None:
        RetentionRun.objects.filter(pk=waiting.pk).update(
            state=State.DROPPED, ended_at=timezone.now()
        )
    finished = RetentionRun.objects.create(on=today, state=State.DONE, counts=_forget(today))
    record("retention run", about=finished, by=None, erased=finished.counts)
    return finished


def forget_due(on: date | None = None) -> dict[str, int]:
    """How many of each purpose were erased; all nought where the run stopped."""
    finished = run(on)
    return dict.fromkeys(names(), 0) if finished.state == State.STOPPED else dict(finished.counts)


def _stopped(
    today: date, due: dict[str, int], why: list[str], waiting: RetentionRun | None
) -> RetentionRun:
    """One run waits at a time. Whoever has looked at it has to look again if it has changed."""
    if waiting is None:
        stopped = RetentionRun.objects.create(on=today, state=State.STOPPED, counts=due, why=why)
    else:
        stopped = waiting
        same = stopped.counts == due
        stopped.on, stopped.counts, stopped.why = today, due, why
        stopped.first_by = stopped.first_by if same else None
        stopped.save(update_fields=["on", "counts", "why", "first_by"])
    record("retention stopped", about=stopped, by=None, due=due)
    _tell(stopped)
    return stopped


def _tell(stopped: RetentionRun) -> None:
    held = Appointment.objects.current(timezone.localdate()).filter(role__in=LOOKERS)
    for person in {appointment.person for appointment in held.select_related("person")}:
        mail.write(
            key=f"retention-{stopped.code}-{stopped.on}-{person.pk}",
            person=person,
            subject="Nothing was erased: please look",
            body="The nightly job would have erased more than is usual, or the clock has jumped. "
            "It erased nothing. Sign in and open “Erasing” to see what would go. Two people have "
            f"to say that it is right:\n{settings.ADDRESS}/desk/erasing/\n",
        )


@transaction.atomic
def look(*, run: RetentionRun, seen: str, by: Person) -> RetentionRun:
    """Somebody looked at a run that had stopped, and says that it is right. With the second
    person it erases.

    Raises
    ------
    Refused
        Not their role; the same person twice; its day has not come; it would now be other rows.
    """
    run = RetentionRun.objects.select_for_update().get(pk=run.pk)
    if not roles_of(by) & set(LOOKERS):
        raise Refused("This takes the role of data protection officer or of desk manager.")
    if run.state != State.STOPPED:
        raise Refused("This run does not wait any more.")
    if run.on > timezone.localdate():
        raise Refused("This run was made for a day that has not come: the clock was wrong.")
    if seen != shown(run.counts) or due_on(run.on) != run.counts:
        raise Refused("It would be other rows by now. Wait for the next run, and look again.")
    if run.first_by is None:
        run.first_by, run.first_at = by, timezone.now()
        run.save(update_fields=["first_by", "first_at"])
        record("retention looked at", about=run, by=by)
        return run
    if run.first_by_id == by.pk:
        raise Refused("You have looked already. Somebody else has to look as well.")
    run.counts = _forget(run.on)
    run.state, run.ended_by, run.ended_at = State.CONFIRMED, by, timezone.now()
    run.save(update_fields=["counts", "state", "ended_by", "ended_at"])
    record("retention confirmed", about=run, by=by, erased=run.counts)
    return run


def by_month(run: RetentionRun) -> list[tuple[str, int]]:
    """Of the people who would be erased: in which month their last case was closed, and how many.
    No names and no references: whoever looks need not know who it is."""
    months: dict[date, int] = {}
    for resident in residents_due(run.on).prefetch_related("cases"):
        last = max(case.closed_at for case in resident.cases.all() if case.closed_at)
        month = timezone.localdate(last).replace(day=1)
        months[month] = months.get(month, 0) + 1
    return [(f"{month:%B %Y}", count) for month, count in sorted(months.items())]


@transaction.atomic
def drop(*, run: RetentionRun, by: Person) -> None:
    """Somebody says that it is not right: nothing is erased by this run."""
    if not roles_of(by) & set(LOOKERS):
        raise Refused("This takes the role of data protection officer or of desk manager.")
    dropped = RetentionRun.objects.filter(pk=run.pk, state=State.STOPPED).update(
        state=State.DROPPED, ended_by=by, ended_at=timezone.now()
    )
    if not dropped:
        raise Refused("This run does not wait any more.")
    record("retention dropped", about=run, by=by)


def shown(counts: dict[str, int]) -> str:
    """The counts as one word, so that what was looked at is what is erased."""
    return "-".join(f"{purpose}{count}" for purpose, count in sorted(counts.items()))

"""Opening the help desk to the public and closing it; who is on duty; what may be promised.

The desk of a new town is closed. A desk manager opens it, and it closes by itself when the last
desk manager's role ends: a form that nobody reads is worse than a telephone number. While nobody
is on duty no time is promised; instead it is said when the desk is staffed next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.models import Appointment, Person, Role
from commonweal.accounts.record import record
from commonweal.jobs import clock
from commonweal.office.errors import Refused
from commonweal.office.moments import moment_of
from commonweal.residents import naming

from .models import Case, Opening, Shift

DAYS = (
    ("MO", "Monday"),
    ("TU", "Tuesday"),
    ("WE", "Wednesday"),
    ("TH", "Thursday"),
    ("FR", "Friday"),
    ("SA", "Saturday"),
    ("SU", "Sunday"),
)
# Nobody works longer than this in one go: a shift that was never ended is no duty.
# Whoever has cases, named colleagues as well.
HAVE_CASES = (Role.CALL_HANDLER, Role.NAMED_COLLEAGUE)
SHIFT_LASTS = timedelta(hours=12)
WARNED_BEFORE = timedelta(days=14)
NOT_YET = "The help desk of this town has not opened yet."
NO_MANAGER = "At present nobody runs the help desk."
CLOSED = (
    "The help desk is closed, so nobody would read this. Ring the town, or see which services help."
)


def managers(on: date) -> list[Person]:
    """The desk managers of a day."""
    held = Appointment.objects.current(on).filter(role=Role.DESK_MANAGER, person__is_active=True)
    return [
        appointment.person for appointment in held.select_related("person").order_by("person_id")
    ]


def state() -> Opening:
    """Whether the desk is open now. It closes here when its last manager's role has ended.

    By a clock that runs ahead every role has ended: then it is closed until the clock is right,
    and nothing of that is kept.
    """
    opening = Opening.objects.filter(id=1).first() or Opening(id=1, because=NOT_YET)
    if opening.is_open and _lost_its_managers(timezone.localdate()):
        if not clock.why_rest():
            _close_by_itself()
        opening.is_open, opening.because = False, NO_MANAGER
    return opening


def is_open() -> bool:
    return state().is_open


def _lost_its_managers(on: date) -> bool:
    held = Appointment.objects.filter(role=Role.DESK_MANAGER)
    return held.exists() and not managers(on)


@transaction.atomic
def _close_by_itself() -> None:
    """Close, once, and tell those who can do something about it."""
    closed = Opening.objects.filter(id=1, is_open=True).update(
        is_open=False, because=NO_MANAGER, changed_at=timezone.now(), changed_by=None
    )
    if not closed:
        return
    opening = Opening.objects.get(id=1)
    record("help desk closed", about=opening, by=None, cause="no desk manager")
    _tell(
        (Role.ADMINISTRATOR, *HAVE_CASES),
        f"help-closed-{opening.changed_at:%Y%m%d%H%M%S}",
        "The help desk closed by itself",
        "The role of the last desk manager has ended, so the public form is closed: visitors read "
        "the telephone number and the services instead. Cases that are open stay with their "
        "handlers. Appoint a desk manager, who opens it again under Help desk, Open and close.",
    )


def _tell(roles: tuple[Role, ...], key: str, subject: str, body: str) -> None:
    held = Appointment.objects.current(timezone.localdate()).filter(role__in=roles)
    for person in {appointment.person for appointment in held.select_related("person")}:
        words = f"{body}\n\n{settings.ADDRESS}/desk/help/\n"
        mail.write(key=f"{key}-{person.pk}", person=person, subject=subject, body=words)


def watch(now: datetime | None = None) -> bool:
    """Close the desk if nobody manages it any more, and warn two weeks before that comes.

    True when it is open afterwards. Safe to run at any time, and twice.
    """
    today = timezone.localdate(now)
    opening = state()
    held = Appointment.objects.current(today).filter(role=Role.DESK_MANAGER)
    last = held.order_by("-ends_on").values_list("ends_on", flat=True).first()
    if opening.is_open and last is not None and last < today + WARNED_BEFORE:
        _tell(
            (Role.ADMINISTRATOR, Role.DESK_MANAGER),
            f"help-closes-{last}",
            "The help desk would close by itself",
            f"The last desk manager's role ends on {last:%-d %B %Y}. The public form closes by "
            "itself after that day. Give the role again, or to somebody else, under Roles.",
        )
    return opening.is_open


@transaction.atomic
def open_desk(*, by: Person) -> None:
    """Open the desk to the public.

    Raises
    ------
    Refused
        Nobody is appointed who would manage it; it is open already.
    """
    if not managers(timezone.localdate()):
        raise Refused("Nobody is desk manager. An administrator appoints one under Roles first.")
    Opening.objects.get_or_create(id=1)
    done = Opening.objects.filter(id=1, is_open=False).update(
        is_open=True, because="", changed_at=timezone.now(), changed_by=by
    )
    if not done:
        raise Refused("The help desk is open already.")
    record("help desk opened", about=Opening.objects.get(id=1), by=by)


@transaction.atomic
def close_desk(*, because: str, by: Person, excuse: str = "") -> None:
    """Close the desk to the public, with a reason that visitors read.

    Raises
    ------
    Refused
        No reason; it is closed already.
    naming.Named
        The reason names somebody.
    """
    if not because.strip():
        raise Refused("Say why the desk is closed. Visitors read it.")
    caught = naming.check("opening", [because], excuse=excuse, kinds=naming.BULK)
    done = Opening.objects.filter(id=1, is_open=True).update(
        is_open=False, because=because, changed_at=timezone.now(), changed_by=by
    )
    if not done:
        raise Refused("The help desk is closed already.")
    opening = Opening.objects.get(id=1)
    naming.keep_excuse("opening", "", caught, because=excuse, by=by)
    record("help desk closed", about=opening, by=by, cause="by its manager")


@transaction.atomic
def set_hours(*, hours: list[dict[str, str]], by: Person) -> None:
    """Say when the desk is staffed. Only these hours are told to whoever writes outside them."""
    for day in hours:
        if _time(day["opens"]) >= _time(day["closes"]):
            raise Refused("The desk closes after it opens: write the earlier time first.")
    Opening.objects.get_or_create(id=1, defaults={"because": NOT_YET})
    Opening.objects.filter(id=1).update(hours=hours)
    record("help desk hours set", about=Opening.objects.get(id=1), by=by, days=len(hours))


# --- What may be promised ---------------------------------------------------------------------


@dataclass(frozen=True)
class Promise:
    """What somebody who asks is told: a time while somebody is on duty, a sentence otherwise."""

    by: datetime | None
    instead: str = ""


def on_duty(at: datetime | None = None) -> bool:
    """Whether a handler was at the desk at a moment."""
    now = at or timezone.now()
    day = timezone.localdate(now)
    begun = Shift.objects.filter(began_at__lte=now, began_at__gt=now - SHIFT_LASTS).filter(
        Q(ended_at=None) | Q(ended_at__gt=now)
    )
    roles = [Role.CALL_HANDLER, Role.DESK_MANAGER, Role.NAMED_COLLEAGUE]
    held = Appointment.objects.current(day).filter(role__in=roles)
    return begun.filter(person__in=held.values("person")).exists()


def promise_of(case: Case) -> Promise:
    """What was promised to somebody when they asked: the time stands if somebody was there."""
    if case.due_at is not None and on_duty(case.opened_at):
        return Promise(case.due_at)
    return Promise(None, instead_of_a_time())


def instead_of_a_time(now: datetime | None = None) -> str:
    """What is said while nobody is on duty: when the desk opens next, as far as that is known."""
    now = timezone.localtime(now)
    hours = state().hours
    if until := _staffed_until(hours, now):
        return (
            f"The desk is staffed today until {_clock(until)}, but nobody is on duty at this "
            "moment, so we can't promise a time."
        )
    opens = next_opening(hours, now)
    if opens is None:
        return "Nobody is on duty at the desk now, so we can't promise a time."
    day = "today" if opens.date() == now.date() else f"on {opens:%A}"
    if (opens.date() - now.date()).days >= 7:
        day = f"on {opens:%A %-d %B}"
    return (
        f"Nobody is at the desk now. The desk opens {day} at {_clock(opens.time())}; somebody "
        "reads what you sent after that."
    )


def next_opening(hours: list[dict[str, str]], now: datetime) -> datetime | None:
    """The next moment at which the desk is staffed after this one; None where no hours are set."""
    zone = timezone.get_current_timezone()
    for ahead in range(8):
        day = now.date() + timedelta(days=ahead)
        opens = sorted(
            _time(hour["opens"]) for hour in hours if hour["day"] == DAYS[day.weekday()][0]
        )
        for at in opens:
            moment = moment_of(day, at, zone)
            if moment > now.astimezone(UTC):
                return moment.astimezone(zone)
    return None


def _staffed_until(hours: list[dict[str, str]], now: datetime) -> time | None:
    today = DAYS[now.weekday()][0]
    return next(
        (
            _time(hour["closes"])
            for hour in hours
            if hour["day"] == today and _time(hour["opens"]) <= now.time() < _time(hour["closes"])
        ),
        None,
    )


def _time(text: str) -> time:
    return time.fromisoformat(text)


def _clock(at: time) -> str:
    """9 or 9:30, as people say it."""
    return f"{at.hour}:{at.minute:02}" if at.minute else str(at.hour)

"""Alarms of restricted cases: by mail and text, to everybody named and the desk managers, again
and again until somebody opens the case. What is sent holds the reference, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record

from . import named, safeguards
from .models import AlarmNumber, Case, CaseAlarm

Cause = CaseAlarm.Cause
LISTED = 5
# No round of an alarm waits for longer.
ROUND_MOST = timedelta(days=1)


@transaction.atomic
def ring(*, case: Case, cause: str, now: datetime | None = None) -> CaseAlarm:
    """Raise an alarm; one that rings already for this cause rings anew. It is told by the job."""
    now = now or timezone.now()
    alarm, fresh = CaseAlarm.objects.get_or_create(
        case=case, cause=cause, opened_at=None, defaults={"raised_at": now, "due_at": now}
    )
    if not fresh:
        CaseAlarm.objects.filter(pk=alarm.pk, opened_at=None).update(due_at=now)
    record("alarm raised", about=case, by=None, cause=cause)
    return alarm


def tell_due(now: datetime | None = None) -> int:
    """Tell everybody of the alarms that ring now; return how many rang. Safe to run at any time,
    and twice: each round of an alarm is told once."""
    now = now or timezone.now()
    # A moment further ahead than any round was written by a clock that was wrong: an alarm is
    # never silent because of that.
    comes = Q(due_at__lte=now) | Q(due_at__gt=now + ROUND_MOST)
    due = CaseAlarm.objects.filter(comes, opened_at=None)
    # Of a closed case only this is still news: that the person is there again.
    due = due.exclude(Q(case__state="closed") & ~Q(cause=Cause.AGAIN))
    rang = 0
    for_whom: dict[Person, list[CaseAlarm]] = {}
    with transaction.atomic():
        for alarm in due.select_related("case").order_by("raised_at", "id"):
            again_at = now + timedelta(minutes=safeguards.minutes_of(alarm.case))
            mine = CaseAlarm.objects.filter(pk=alarm.pk, rounds=alarm.rounds, opened_at=None)
            if not mine.update(rounds=F("rounds") + 1, due_at=again_at):
                continue
            rang += 1
            for person in told_of(alarm.case):
                for_whom.setdefault(person, []).append(alarm)
        for person, alarms in for_whom.items():
            _write(person, alarms)
    return rang


def told_of(case: Case) -> list[Person]:
    """Everybody who is named for the case, and the desk managers."""
    people = {person.pk: person for person in named.named_for(named.restricted_kinds(case))}
    people |= {person.pk: person for person in named.holders(Role.DESK_MANAGER)}
    return list(people.values())


def _write(person: Person, alarms: list[CaseAlarm]) -> None:
    codes = list(dict.fromkeys(alarm.case.code for alarm in alarms))
    listed = ", ".join(codes[:LISTED])
    if len(codes) > LISTED:
        listed += f" and {len(codes) - LISTED} more"
    causes = [cause for cause in Cause if any(alarm.cause == cause for alarm in alarms)]
    why = ". ".join(str(cause.label) for cause in causes)
    again = "" if alarms[0].rounds == 0 else f" This is alarm {alarms[0].rounds + 1}."
    page = alarms[0].case.get_absolute_url() if len(codes) == 1 else "/desk/help/"
    body = (
        f"{why}: {listed}. It rings until somebody opens it.{again} "
        f"{settings.ADDRESS.rstrip('/')}{page}"
    )
    key = f"case-alarm-{alarms[0].pk}-{alarms[0].rounds}-{person.pk}"
    mail.write(key=f"{key}-mail", person=person, subject="Alarm of the help desk", body=body)
    number = AlarmNumber.objects.filter(person=person).first()
    if number is not None:
        mail.write(key=f"{key}-text", to_phone=number.number, subject="Alarm", body=body)


def opened(*, case: Case, by: Person) -> int:
    """Somebody who may has opened the case: its alarms end."""
    ringing = CaseAlarm.objects.filter(case=case, opened_at=None)
    count = ringing.update(opened_at=timezone.now(), opened_by=by)
    if count:
        record("alarm answered", about=case, by=by, alarms=count)
    return count

"""What people do with the pulse survey: make a wave, change its days, close it, answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.design.words import day
from commonweal.office.errors import Refused
from commonweal.places.models import Area

from ..access import role_of
from ..models import PulseAnswer, PulseWave

# The questions compare with three months ago: a wave that is open for longer asks of two times.
MOST_DAYS = 62
CLOSED = "It is closed. Its days and its answers stay as they are."


@transaction.atomic
def make(*, opens_on: date, closes_on: date, by: Person | None) -> PulseWave:
    """Make a wave that is open from a day until a day.

    Raises
    ------
    Refused
        Its days can't be, or another wave is open on one of them.
    """
    if opens_on < timezone.localdate():
        raise Refused("It can't have opened on a day that is gone.")
    _refuse_days(opens_on, closes_on, apart_from=None)
    wave = PulseWave.objects.create(
        code=_free_code(opens_on), opens_on=opens_on, closes_on=closes_on, made_by=by
    )
    record("pulse wave made", about=wave, by=by, as_role=role_of(by))
    return wave


def _free_code(opens_on: date) -> str:
    stem = f"{opens_on:%Y-%m}"
    codes = set(PulseWave.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(
        code
        for code in (stem, *(f"{stem}-{number}" for number in range(2, len(codes) + 3)))
        if code not in codes
    )


def _refuse_days(opens_on: date, closes_on: date, apart_from: PulseWave | None) -> None:
    if closes_on < opens_on:
        raise Refused("The last day would come before the first.")
    if (closes_on - opens_on).days >= MOST_DAYS:
        raise Refused(f"A wave is open for {MOST_DAYS} days at most.")
    for wave in PulseWave.objects.all():
        if wave != apart_from and wave.opens_on <= closes_on and opens_on <= _last_day(wave):
            raise Refused(
                f"Another wave is open from {day(wave.opens_on)} to {day(_last_day(wave))}."
            )


def _last_day(wave: PulseWave) -> date:
    return wave.closed_on - timedelta(days=1) if wave.closed_on else wave.closes_on


@transaction.atomic
def change(*, wave: PulseWave, opens_on: date, closes_on: date, by: Person | None) -> None:
    """Change the days of a wave; of one that is open already the last day alone.

    Raises
    ------
    Refused
        It is closed; its days can't be; its first day is gone.
    """
    wave, today = _locked(wave), timezone.localdate()
    if wave.is_closed(today):
        raise Refused(CLOSED)
    if opens_on != wave.opens_on and (wave.is_open(today) or opens_on < today):
        raise Refused("Its first day is gone, and stays as it is.")
    if closes_on < today:
        raise Refused("The last day can't be a day that is gone. Close it instead.")
    _refuse_days(opens_on, closes_on, apart_from=wave)
    wave.opens_on, wave.closes_on = opens_on, closes_on
    wave.save(update_fields=["opens_on", "closes_on"])
    record("pulse wave changed", about=wave, by=by, as_role=role_of(by))


@transaction.atomic
def close(*, wave: PulseWave, by: Person | None) -> None:
    """Close a wave today; one that has not opened yet is called off and goes.

    Raises
    ------
    Refused
        It is closed already.
    """
    wave, today = _locked(wave), timezone.localdate()
    if wave.is_closed(today):
        raise Refused(CLOSED)
    if wave.is_open(today):
        wave.closed_on = today
        wave.save(update_fields=["closed_on"])
        record("pulse wave closed", about=wave, by=by, as_role=role_of(by))
        return
    record("pulse wave called off", about=wave, by=by, as_role=role_of(by))
    wave.delete()


@transaction.atomic
def answer(
    *,
    wave: PulseWave,
    who: str,
    now: str,
    ahead: str,
    help_most: str,
    area: Area | None,
    way: str = PulseAnswer.Way.WEB,
    by: Person | None = None,
) -> None:
    """Take one answer, of anybody on the site or typed in by staff from paper or a call.

    The record has a line only of what staff typed in: a line of each answer on the site would say
    when it was given.

    Raises
    ------
    Refused
        The wave is not open today.
    """
    wave = _locked(wave)
    if not wave.is_open(timezone.localdate()):
        raise Refused("These questions are closed, so your answer was not taken.")
    answers: dict[str, Any] = {"now": now, "ahead": ahead, "help_most": help_most}
    PulseAnswer.objects.create(wave=wave, who=who, area=area, way=way, **answers)
    if by is not None:
        record("pulse answer typed in", about=wave, by=by, as_role=role_of(by), who=who, way=way)


def _locked(wave: PulseWave) -> PulseWave:
    """The wave as it is now, held: it does not close between looking and writing."""
    return PulseWave.objects.select_for_update().get(pk=wave.pk)

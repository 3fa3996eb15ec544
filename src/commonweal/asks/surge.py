"""Is it more than usual? Daily counts (`series`), watched each morning over open days.

Two rules of `localwealth.watch`: EARS C2 finds a jump within a day, CUSUM a lasting rise. How
often each is wrong in quiet times was simulated and is stated in ``docs/methods/surge.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from commonweal.accounts.actors import SYSTEM, Actor
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.pledges.models import MeasureKind, Pledge
from commonweal.programme import actions as planning
from commonweal.programme.models import Risk
from commonweal.residents import naming
from commonweal.services.models import HelpType
from localwealth.watch.ears import ears
from localwealth.watch.lasting import lasting_rise

from . import actions as asking
from .models import Alarm, Ask
from .series import HISTORY_DAYS, DailyCounts, requests_by_day, series_of

__all__ = [
    "HISTORY_DAYS",
    "DailyCounts",
    "close_alarm",
    "judge",
    "requests_by_day",
    "series_of",
    "watch",
]

# The textbook's .001 is for normal counts whose spread is known. With counts and a spread from
# seven days it would mean an alarm a fortnight: these give the rates on the page.
ALPHA = 1e-8
LEAST_SPREAD = 1.0
SMALLEST = 5
LOOKED_AT = 10
# What an alarm says where it is none of requests for help.
TITLES = {"late": "More pledges became late than usual"}


@dataclass(frozen=True)
class SurgeFinding:
    """What one rule says of the last day of a series."""

    series: DailyCounts
    rule: str
    expected: float | None
    upper: float | None
    seen: int
    because: str = ""

    @property
    def is_alarm(self) -> bool:
        return self.upper is not None and self.seen > self.upper and self.seen >= SMALLEST


def judge(series: DailyCounts) -> list[SurgeFinding]:
    """Both rules on the last day: EARS C2 on that day, CUSUM on the two weeks that end with it."""
    return [_spike(series), _rise(series)]


def _spike(series: DailyCounts) -> SurgeFinding:
    # The rule looks back nine counts; the rest would be judged for nothing.
    newest = series.counts[-LOOKED_AT:]
    last = ears(newest, method="C2", alpha=ALPHA, least_spread=LEAST_SPREAD)[-1]
    return SurgeFinding(
        series, Alarm.Rule.SPIKE, last.expected, last.upper, last.seen, last.because
    )


def _rise(series: DailyCounts) -> SurgeFinding:
    rise = lasting_rise(series.counts, series.every_day)
    return SurgeFinding(series, Alarm.Rule.RISE, rise.expected, rise.upper, rise.seen, rise.because)


@transaction.atomic
def watch(on: date | None = None) -> list[Alarm]:
    """Look at yesterday. Each alarm makes a draft ask and a line on the list of risks, once.

    A series that has an open alarm by the same rule raises no second one.
    """
    upto = (on or timezone.localdate()) - timedelta(days=1)
    raised = []
    for series in series_of(upto):
        for finding in judge(series):
            if finding.is_alarm and not _is_open(finding):
                raised.append(_raise(finding, upto))
    return raised


def _is_open(finding: SurgeFinding) -> bool:
    return Alarm.objects.filter(
        kind=finding.series.kind, key=finding.series.key, rule=finding.rule, closed_at=None
    ).exists()


def _raise(finding: SurgeFinding, upto: date) -> Alarm:
    series = finding.series
    ask = _ask_for(finding, upto) if series.kind == "need" else None
    # The list of risks is public.
    risk = None if series.is_secret else _risk_of(finding, upto)
    assert finding.expected is not None
    assert finding.upper is not None
    alarm, _ = Alarm.objects.get_or_create(
        kind=series.kind,
        key=series.key,
        rule=finding.rule,
        on=upto,
        defaults={
            "name": series.name,
            "expected": finding.expected,
            "upper": finding.upper,
            "seen": finding.seen,
            "ask": ask,
            "risk": risk,
        },
    )
    record(
        "alarm raised", about=alarm, by=None, kind=series.kind, key=series.key, rule=finding.rule
    )
    return alarm


def _ask_for(finding: SurgeFinding, upto: date) -> Ask | None:
    """A draft that counts what pledges count, so that one can answer it."""
    help_type = HelpType.objects.filter(code=finding.series.key).first()
    if help_type is None or finding.expected is None:
        return None
    title = naming.fit(f"More help with: {help_type.name.lower()}"[:120], "More help is needed")
    return asking.make_ask(
        values={
            "title": title,
            "words": "More people ask for this than usual.",
            "quantity": Decimal(max(round(finding.seen - finding.expected), 1)),
            "unit": unit_for(help_type),
            "help_type": help_type,
            "needed_by": max(upto, timezone.localdate()) + timedelta(days=14),
        },
        by=None,
    )


def unit_for(help_type: HelpType) -> str:
    """What pledges count that could answer: the unit of the newest ask for this help that one did
    answer; else that of most open pledges; hours where there is none."""
    answered = Ask.objects.filter(help_type=help_type, answers__isnull=False).order_by("-id")
    if newest := answered.values_list("unit", flat=True).first():
        return newest
    pledges = Pledge.objects.to_the_town().open()
    pledges = pledges.filter(measure__kind__in=(MeasureKind.COUNT, MeasureKind.HOURS))
    units = pledges.order_by().values("measure__unit").annotate(times=Count("pk"))
    most = units.order_by("-times", "measure__unit").first()
    return most["measure__unit"][:40] if most else "hours"


def _risk_of(finding: SurgeFinding, upto: date) -> Risk:
    series = finding.series
    assert finding.expected is not None
    assert finding.upper is not None
    usual = "More ask for help than usual"
    title = TITLES.get(series.kind) or naming.fit(f"{usual}: {series.name.lower()}"[:200], usual)
    span = "a day" if finding.rule == Alarm.Rule.SPIKE else "two weeks"
    return planning.raise_risk(
        values={
            "title": title,
            "description": f"Seen {finding.seen} in {span}, expected {finding.expected:.1f}, "
            f"upper bound {finding.upper:.1f}.",
            "likelihood": 4,
            "impact": 3,
            "owner_title": "Desk manager",
            "raised_on": upto,
        },
        actions=[],
        pledges=[],
        author=Actor(None, SYSTEM),
    )


@transaction.atomic
def close_alarm(*, alarm: Alarm, because: str, by: Person) -> None:
    """A person looked at it; the series may raise an alarm again."""
    if not because.strip():
        raise Refused("Say what came of it.")
    done = Alarm.objects.filter(pk=alarm.pk, closed_at=None).update(
        closed_at=timezone.now(), closed_by=by, closed_because=because
    )
    if not done:
        raise Refused("Somebody else has closed this alarm already.")
    record("alarm closed", about=alarm, by=by)

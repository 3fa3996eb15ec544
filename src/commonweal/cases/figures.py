"""What the public may know of the desk: counts, with small ones held back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from django.db.models import Count
from django.utils import timezone

from commonweal.accounts.models import Event
from commonweal.accounts.record import kinds_of
from commonweal.partners.models import Partner
from commonweal.places.clock import Clock
from commonweal.programme import computed

from .held_back import SMALL, held_back
from .models import Case, Need, Referral

STATES = ("met", "partly", "unmet", "gone", "open")


@dataclass(frozen=True)
class PartnerFigures:
    """How one partner answers referrals: counts of sent, answered, in time; hours to answer."""

    partner: Partner
    sent: int
    accepted: int
    declined: int
    returned: int
    median_hours: float | None

    @property
    def accepted_per_cent(self) -> int | None:
        return round(100 * self.accepted / self.sent) if self.sent else None

    @property
    def shown(self) -> dict[str, int | None]:
        """What became of what was sent, small counts held back: behind each is a resident."""
        counts = {name: getattr(self, name) for name in ("accepted", "declined", "returned")}
        return held_back(counts | {"otherwise": self.sent - sum(counts.values())})


def counts_of(rows_counted: Any, name: str) -> dict[str, int]:
    rows = rows_counted.order_by().values_list(name).annotate(Count("pk"))
    return {str(key or "not known"): count for key, count in sorted(rows, key=lambda r: -r[1])}


def partners(first: date, last: date) -> list[PartnerFigures]:
    """Each partner that was sent at least five referrals: about organisations, not residents."""
    by_partner: dict[int, list[Referral]] = {}
    for referral in Referral.objects.filter(sent_at__date__range=(first, last)).select_related(
        "partner"
    ):
        by_partner.setdefault(referral.partner_id, []).append(referral)
    figures = []
    for referrals in by_partner.values():
        if len(referrals) < SMALL:
            continue
        states = Counter(referral.state for referral in referrals)
        hours = [
            (referral.answered_at - referral.sent_at).total_seconds() / 3600
            for referral in referrals
            if referral.answered_at
        ]
        figures.append(
            PartnerFigures(
                referrals[0].partner,
                len(referrals),
                states["accepted"] + states["contacted"] + states["done"],
                states["declined"],
                states["returned"],
                round(median(hours), 1) if len(hours) >= SMALL else None,
            )
        )
    return sorted(figures, key=lambda line: line.partner.name)


@dataclass(frozen=True)
class HelpGiven:
    """What the desk did in a stretch of time, as it stood on its last day. ``needs`` are those of
    requests and of people on lists."""

    cases: int
    listed: int
    needs: dict[str, int]


def help_given(clock: Clock) -> HelpGiven:
    """What came to the desk and what became of it by the last day, whatever became of it since."""
    days = (clock.first, clock.last)
    opened = Case.objects.filter(opened_at__date__range=days)
    needs = Need.objects.filter(opened_on__range=days).select_related("case", "help_type")
    reopened = _states_before_reopening(needs, clock)
    counted = Counter(reopened.get(need.pk) or _state_on(need, clock.last) for need in needs)
    return HelpGiven(opened.requests().count(), opened.listed().count(), dict(counted))


def _state_on(need: Need, day: date) -> str:
    is_settled = need.closed_on is not None and need.closed_on <= day
    return need.state if is_settled else str(Need.State.OPEN)


def _states_before_reopening(needs: Iterable[Need], clock: Clock) -> dict[int, str]:
    """What needs were that somebody has opened again since the last day, from the record: the
    need itself forgets it."""
    by_case = {(need.case.code, need.help_type.code): need.pk for need in needs}
    lines = Event.objects.filter(
        verb__in=["need settled", "need reopened"],
        about_kind__in=kinds_of(Case),
        about_code__in=[code for code, _ in by_case],
    ).order_by("id")
    then: dict[int, str] = {}
    opened_since: set[int] = set()
    for line in lines:
        need = by_case.get((line.about_code, str(line.detail.get("need"))))
        if need is None:
            continue
        if timezone.localdate(line.at) > clock.last:
            opened_since |= {need} if line.verb == "need reopened" else set()
        elif line.verb == "need settled":
            then[need] = str(line.detail["state"])
        else:
            then.pop(need, None)
    return {need: state for need, state in then.items() if need in opened_since}


# --- Metrics that the system works out --------------------------------------------------------


@computed.metric(
    "help-requests-met",
    title="Needs met by the help desk",
    question="When somebody asks for help, do they get it?",
    definition="Of all needs that came to the help desk in the period and are settled (not needed "
    "any more left out): the share that was met, in whole or in part.",
)
def help_requests_met(period: computed.MetricPeriod) -> computed.Worked | None:
    needs = Need.objects.filter(opened_on__range=(period.first, period.last)).order_by()
    states = dict(needs.values_list("state").annotate(Count("pk")))
    met = states.get("met", 0) + states.get("partly", 0)
    settled = met + states.get("unmet", 0)
    if settled < SMALL or 0 < met < SMALL or 0 < settled - met < SMALL:
        return None
    return computed.share(met, settled, met=met, settled=settled)

"""What the public may know of the whole desk, counted together for one page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Count, QuerySet, Sum

from commonweal.cases import gaps
from commonweal.cases.figures import STATES, PartnerFigures, counts_of, partners
from commonweal.cases.held_back import SMALL, held_back, table_held_back, unless_few
from commonweal.cases.models import Case, Need
from commonweal.cases.models.cases import Channel
from commonweal.grants.models import Award
from commonweal.services.models import HelpType
from commonweal.volunteers.figures import hours_given
from commonweal.volunteers.models import Task


@dataclass(frozen=True)
class DeskFigures:
    """The desk between two days. None is a count held back."""

    first: date
    last: date
    cases: int
    listed: int
    needs: dict[str, dict[str, int | None]]
    need_totals: dict[str, int]
    channels: dict[str, int | None]
    areas: dict[str, int | None]
    why_unmet: dict[str, int | None]
    gaps: dict[str, int | None]
    first_contact_hours: float | None
    in_time_share: float | None
    partners: list[PartnerFigures]
    task_hours: Decimal
    tasks_done: int
    awards: int | None
    awarded: Decimal | None

    @property
    def ways_in(self) -> dict[str, int | None]:
        """How requests came, in words."""
        return _in_words(self.channels, Channel.choices)

    @property
    def reasons(self) -> dict[str, int | None]:
        """Why needs were not met, in words."""
        return _in_words(self.why_unmet, Need._meta.get_field("why_unmet").choices or ())

    @property
    def cases_shown(self) -> int | None:
        return unless_few(self.cases)

    @property
    def listed_shown(self) -> int | None:
        """People who came on lists and are no requests."""
        return unless_few(self.listed)

    @property
    def tasks_shown(self) -> int | None:
        """Tasks that were done, as they are shown; of so few the hours are not shown either."""
        return unless_few(self.tasks_done)


def _grants_paid(paid: QuerySet[Award]) -> tuple[int | None, Decimal | None]:
    """(how many, how many pounds); neither where they are so few that they tell of somebody."""
    count = paid.count()
    if unless_few(count) is None:
        return None, None
    return count, paid.aggregate(s=Sum("amount"))["s"] or Decimal(0)


def desk(first: date, last: date) -> DeskFigures:
    """Count the desk between two days, the ends included."""
    cases = Case.objects.filter(opened_at__date__range=(first, last))
    requests = cases.requests()
    counted = Need.objects.filter(opened_on__range=(first, last)).order_by()
    needs = _by_state(counted)
    totals = Counter[str]()
    for row in needs.values():
        totals.update(row)
    hours, due = _hours_to_contact(cases), _in_time(cases)
    tasks = Task.objects.filter(state="done", done_at__date__range=(first, last))
    paid = Award.objects.filter(state="paid", decided_at__date__range=(first, last))
    return DeskFigures(
        first,
        last,
        requests.count(),
        cases.listed().count(),
        table_held_back({name: row for name, row in needs.items() if any(row.values())}),
        dict(totals),
        held_back(counts_of(requests, "channel")),
        held_back(counts_of(requests, "area__name")),
        held_back(counts_of(counted.filter(state="unmet"), "why_unmet")),
        held_back(gaps.counted(first, last)),
        round(median(hours), 1) if len(hours) >= SMALL else None,
        round(sum(due) / len(due), 3) if len(due) >= SMALL else None,
        partners(first, last),
        hours_given(first, last),
        tasks.count(),
        *_grants_paid(paid),
    )


def _in_words(counts: dict[str, int | None], choices: Any) -> dict[str, int | None]:
    """Counts by code, with what each code is called."""
    labels = dict(choices)
    return {str(labels.get(code, code)): count for code, count in counts.items()}


def _by_state(needs: QuerySet[Need]) -> dict[str, dict[str, int]]:
    """So many needs of each kind of help in each state, noughts included."""
    by_kind = {
        name: dict.fromkeys(STATES, 0) for name in HelpType.objects.values_list("name", flat=True)
    }
    for name, state, count in needs.values_list("help_type__name", "state").annotate(Count("pk")):
        by_kind[name][state] = count
    return by_kind


def _hours_to_contact(cases: QuerySet[Case]) -> list[float]:
    """From each case's opening to the first contact, of those that had one."""
    moments = cases.filter(first_contact_at__isnull=False)
    return [
        (contact - opened).total_seconds() / 3600
        for opened, contact in moments.values_list("opened_at", "first_contact_at")
        if contact
    ]


def _in_time(cases: QuerySet[Case]) -> list[bool]:
    """Whether each first contact came by the time that was promised."""
    promised = cases.filter(first_contact_at__isnull=False, due_at__isnull=False)
    return [
        contact is not None and by is not None and contact <= by
        for contact, by in promised.values_list("first_contact_at", "due_at")
    ]


def chart_of_days(by_day: dict[date, int], *, upto: date, width: int = 26) -> list[tuple[str, int]]:
    """Counts by week, the last ones, for a picture: (first day, count). A week without any between
    the first and the last day is nought, and one that is not over says so."""
    first = min(by_day, default=upto + timedelta(days=1))
    weeks: dict[date, int] = {}
    for number in range((upto - first).days + 1):
        day = first + timedelta(days=number)
        monday = day - timedelta(days=day.weekday())
        weeks[monday] = weeks.get(monday, 0) + by_day.get(day, 0)
    return [
        (f"{monday:%-d %b}{' so far' if (upto - monday).days < 6 else ''}", count)
        for monday, count in sorted(weeks.items())
    ][-width:]

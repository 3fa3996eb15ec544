"""Who else is in a case just now, so that two people do not ring one person.

Known from readings: somebody is in the case that they opened last, for a quarter of an hour.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from commonweal.accounts.models import Person

from .models import Case, CaseRead

STAYS = timedelta(minutes=15)


def who_is_in(
    cases: Iterable[Case], *, apart_from: Person, now: datetime | None = None
) -> dict[int, list[str]]:
    """(key of a case: names of the colleagues who are in it) of these cases."""
    since = (now or timezone.now()) - STAYS
    reads = CaseRead.objects.filter(at__gt=since, what="case", case__isnull=False)
    reads = reads.exclude(person=apart_from).order_by("-at", "-id")
    wanted = {case.pk for case in cases}
    latest: dict[int, tuple[int, str]] = {}
    for person, name, case in reads.values_list("person", "person__name", "case"):
        latest.setdefault(person, (case, name))
    inside: dict[int, list[str]] = defaultdict(list)
    for case, name in latest.values():
        if case in wanted:
            inside[case].append(name)
    return {case: sorted(names) for case, names in inside.items()}

"""What came of a decision."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from commonweal.accounts.models import Event
from commonweal.accounts.record import kinds_of
from commonweal.charter.models import CharterVersion, Decision, Tier
from commonweal.places.models import Town, the_town
from commonweal.pledges.models import Pledge

from ..as_at import decisions_of
from ..models import Acceleration, Action, Change, Series


@dataclass
class Effects:
    """Everything that a decision made or changed."""

    decision: Decision
    pledges: list[Pledge]
    actions: list[Action]
    changes: list[Change]
    accelerations: list[Acceleration]
    series: list[Series]
    settings: list[str]

    @property
    def count(self) -> int:
        return counts_of_effects([self.decision])[self.decision.pk] + len(self.settings)


def counts_of_effects(decisions: Sequence[Decision], *, upto: date = date.max) -> Counter[int]:
    """How many things each decision made or changed until a day, by its id, in five queries for
    any number."""
    counted: Counter[int] = Counter()
    for touched in (
        Pledge.objects.public().filter(decision__in=decisions, accepted_on__lte=upto),
        Series.objects.filter(decision__in=decisions, starts_on__lte=upto),
        CharterVersion.objects.filter(adopted_by__in=decisions, in_force_from__lte=upto),
    ):
        name = "adopted_by" if touched.model is CharterVersion else "decision"
        # Without its ordering, or rows would be told apart by more than the decision.
        for pk, count in touched.order_by().values_list(name).annotate(Count("pk")):
            counted[pk] += count
    behind = decisions_of(Action.objects.filter(made_on__lte=upto), upto)
    numbers = {decision.pk for decision in decisions}
    counted.update(pk for pk in behind.values() if pk in numbers)
    changes = Change.objects.filter(decision__in=decisions, changed_on__lte=upto).order_by()
    for pk, count in changes.values_list("decision").annotate(Count("action", distinct=True)):
        counted[pk] += count
    return counted


# What people judge by, as the record of the town's settings calls it.
JUDGED = {"rules": "the days of the rules", "tiers": "the tier"}


def settings_by(decisions: Sequence[Decision]) -> dict[int, list[str]]:
    """What each decision set of that by which people judge, in words, by its id."""
    codes = {decision.code: decision.pk for decision in decisions}
    lines = Event.objects.filter(
        about_code=str(the_town().pk),
        about_kind__in=kinds_of(Town),
        verb="town settings changed",
    )
    by_decision = defaultdict[int, list[str]](list)
    for line in lines.order_by("id").values_list("detail", flat=True):
        pk, part = codes.get(line.get("decision", "")), line.get("part", "")
        if pk is not None and part in JUDGED:
            which = line.get("which", "") if part == "tiers" else ""
            by_decision[pk].append(f"{JUDGED[part]} {which and _tier_called(which)}".strip())
    return by_decision


def _tier_called(code: str) -> str:
    tier = Tier.objects.filter(code=code).first()
    return f"“{tier.name}”" if tier else ""


def effects_of(decision: Decision) -> Effects:
    pledges = Pledge.objects.public().filter(decision=decision).select_related("partner")
    changes = decision.changes.select_related("action", "milestone")
    return Effects(
        decision,
        list(pledges.order_by("due_on", "id")),
        list(decision.actions.order_by("due_on", "id")),
        list(changes.order_by("action_id", "id")),
        list(decision.accelerations.all()),
        list(decision.series.select_related("metric")),
        settings_by([decision]).get(decision.pk, []),
    )

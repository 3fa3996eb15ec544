"""What was promised, done and asked for against what a series counts, as somebody tied it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from commonweal.asks.models import Ask
from commonweal.design.words import many
from commonweal.pledges.models import Pledge
from commonweal.programme.models import Action

from ..models import Bearing, EmployerGroup


@dataclass
class Against:
    """What bears on one series today: open public pledges on its measures and themes, open asks
    of its themes, actions that go on, groups that are public. ``because``: who tied them said why,
    for each (what, why)."""

    pledges: list[Pledge] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    groups: list[EmployerGroup] = field(default_factory=list)
    because: list[tuple[str, str]] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """How much of each, in words; empty where nothing was tied."""
        if not self.because and not self.groups:
            return ""
        partners = len({pledge.partner_id for pledge in self.pledges})
        parts = [
            f"{many(len(self.pledges), 'open pledge')} of {many(partners, 'partner')}",
            many(len(self.actions), "action"),
            many(len(self.asks), "open ask"),
        ]
        if self.groups:
            parts.append(many(len(self.groups), "group of firms that it hangs on,groups of firms"))
        return f"Against it today: {', '.join(parts)}."


def against(counted: Iterable[str]) -> dict[str, Against]:
    """For each of what series count, what bears on it; in as many queries for one as for many."""
    bearings = list(
        Bearing.objects.filter(counted__in=set(counted)).select_related(
            "measure", "theme", "action", "group"
        )
    )
    pledges, asks = _pledges(bearings), _asks(bearings)
    of: dict[str, Against] = defaultdict(Against)
    for bearing in bearings:
        if bearing.group is None:
            _put_beside(of[bearing.counted], bearing, pledges, asks)
        elif bearing.group.published_on:
            of[bearing.counted].groups.append(bearing.group)
    return of


def _put_beside(beside: Against, bearing: Bearing, pledges: list[Pledge], asks: list[Ask]) -> None:
    beside.because.append((bearing.what, bearing.because))
    beside.pledges += [
        pledge for pledge in pledges if _bears(pledge, bearing) and pledge not in beside.pledges
    ]
    if bearing.theme_id:
        beside.asks += [ask for ask in asks if ask.theme_id == bearing.theme_id]
    if bearing.action and _goes_on(bearing.action):
        beside.actions.append(bearing.action)


def _bears(pledge: Pledge, bearing: Bearing) -> bool:
    if bearing.measure_id:
        return pledge.measure_id == bearing.measure_id
    return bool(bearing.theme_id) and pledge.theme_id == bearing.theme_id


def _goes_on(action: Action) -> bool:
    return action.stopped_on is None


def _pledges(bearings: list[Bearing]) -> list[Pledge]:
    measures = [bearing.measure_id for bearing in bearings if bearing.measure_id]
    themes = [bearing.theme_id for bearing in bearings if bearing.theme_id]
    if not measures and not themes:
        return []
    bear = Q(measure__in=measures) | Q(theme__in=themes)
    chosen = Pledge.objects.to_the_town().open().filter(bear).select_related("partner", "measure")
    return list(chosen.order_by("due_on", "code"))


def _asks(bearings: list[Bearing]) -> list[Ask]:
    themes = [bearing.theme_id for bearing in bearings if bearing.theme_id]
    if not themes:
        return []
    # An ask that was made for a shock stands with the shock, for who may know of that.
    return list(Ask.objects.filter(theme__in=themes, state=Ask.State.OPEN, of_shock=None))

"""How many ballots came by a way. A total is all that is kept of it."""

from __future__ import annotations

from django.db.models import F

from ..models import Round, WayCount

Way = WayCount.Way


def add(budget_round: Round, way: WayCount.Way) -> None:
    """Count one more. Call it inside the transaction in which the ballot is taken."""
    WayCount.objects.get_or_create(round=budget_round, way=way)
    WayCount.objects.filter(round=budget_round, way=way).update(ballots=F("ballots") + 1)


def of(budget_round: Round, way: WayCount.Way) -> int:
    counted = WayCount.objects.filter(round=budget_round, way=way).values_list("ballots", flat=True)
    return counted.first() or 0


def told(budget_round: Round) -> list[tuple[str, int]]:
    """(way, ballots that first came by it) after the close; nothing while voting is open."""
    if budget_round.state not in (Round.State.CLOSED, Round.State.COUNTED):
        return []
    counted = {way.label: of(budget_round, way) for way in Way}
    counted |= {str(place): place.ballots for place in budget_round.places.all()}
    every = budget_round.codes.filter(receipt__isnull=False).count()
    return [("Online", every - sum(counted.values())), *counted.items()]

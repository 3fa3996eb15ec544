"""How many ballots came by a way. A total is all that is kept of it."""

from __future__ import annotations

from django.db.models import F, Sum

from commonweal.cases.held_back import held_back

from ..models import Round, WayCount

Way = WayCount.Way


def add(budget_round: Round, channel: WayCount.Way) -> None:
    """Count one more. Call it inside the transaction in which the ballot is taken."""
    WayCount.objects.get_or_create(round=budget_round, way=channel)
    WayCount.objects.filter(round=budget_round, way=channel).update(ballots=F("ballots") + 1)


def of(budget_round: Round, channel: WayCount.Way) -> int:
    counted = WayCount.objects.filter(round=budget_round, way=channel).values_list(
        "ballots", flat=True
    )
    return counted.first() or 0


def by_way(budget_round: Round) -> list[tuple[str, int]]:
    """(way, ballots that first came by it) after the close; nothing while voting is open."""
    if budget_round.state not in (Round.State.CLOSED, Round.State.COUNTED):
        return []
    counted = {channel.label: of(budget_round, channel) for channel in Way}
    counted |= {str(place): place.ballots for place in budget_round.places.all()}
    every = budget_round.codes.filter(receipt__isnull=False).count()
    return [("Online", every - sum(counted.values())), *counted.items()]


def shown(budget_round: Round) -> list[tuple[str, int | None]]:
    """(way, ballots that first came by it) of a counted round, for everybody: small totals are
    None, and so is what they could be worked out from. Nothing where there was one way alone, or
    where no total may be told. Places with staff are one way, however many there were."""
    if budget_round.state != Round.State.COUNTED:
        return []
    counted = {}
    if budget_round.places.exists():
        counted["At a place with staff"] = budget_round.places.aggregate(all=Sum("ballots"))["all"]
    if budget_round.takes_telephone:
        counted[Way.TELEPHONE.label] = of(budget_round, Way.TELEPHONE)
    if budget_round.takes_paper:
        counted[Way.PAPER.label] = of(budget_round, Way.PAPER)
    if not counted:
        return []
    every = budget_round.codes.filter(receipt__isnull=False).count()
    shares = held_back({"Online": every - sum(counted.values())} | counted)
    return list(shares.items()) if any(shares.values()) else []

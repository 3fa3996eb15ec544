"""Reading the charter: who signed, who holds what, the three counts that are never added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from commonweal.partners.models import Partner

from .models import Signature, Tier, TierAward


@dataclass(frozen=True)
class Counts:
    """Partners reached (in the register), signed (on a version today), assessed (hold a tier)."""

    reached: int
    signed: int
    assessed: int


def counts(on: date) -> Counts:
    return Counts(
        reached=Partner.objects.public().count(),
        signed=Signature.objects.filter(ended_on=None, signed_on__lte=on)
        .values("partner").distinct().count(),
        assessed=TierAward.objects.held(on).values("partner").distinct().count(),
    )  # fmt: skip


def tier_of(partner: Partner, on: date) -> TierAward | None:
    """The highest tier that a partner holds on a day."""
    return (
        TierAward.objects.held(on)
        .filter(partner=partner)
        .select_related("tier")
        .order_by("-tier__rank")
        .first()
    )


def tiers_with_counts(on: date) -> list[tuple[Tier, int]]:
    """Each tier with the number of partners that hold it as their highest."""
    highest: dict[int, int] = {}
    awards = TierAward.objects.held(on).order_by("tier__rank").values_list("partner_id", "tier_id")
    for partner_id, tier_id in awards:
        highest[partner_id] = tier_id
    held = list(highest.values())
    return [(tier, held.count(tier.pk)) for tier in Tier.objects.all()]

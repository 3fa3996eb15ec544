"""Reading the charter: who signed, who holds what, the three counts that are never added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from commonweal.partners.models import Partner

from .models import Signature, Tier, TierAward


@dataclass(frozen=True)
class Counts:
    """Partners reached (in the register), signed (on a version today), assessed (hold a tier)."""

    reached: int
    signed: int
    assessed: int


def standing_signatures(on: date) -> QuerySet[Signature]:
    """Signatures that had been given and had not ended on a day."""
    return Signature.objects.filter(Q(ended_on=None) | Q(ended_on__gt=on), signed_on__lte=on)


def signed_on(on: date) -> int:
    """How many partners had signed a version on a day."""
    return standing_signatures(on).values("partner").distinct().count()


def counts(on: date) -> Counts:
    return Counts(
        reached=Partner.objects.reached(on).count(),
        signed=signed_on(on),
        assessed=TierAward.objects.held(on).values("partner").distinct().count(),
    )


def tier_of(partner: Partner, on: date) -> TierAward | None:
    """The highest tier that a partner holds on a day."""
    return (
        TierAward.objects.held(on)
        .filter(partner=partner)
        .select_related("tier")
        .order_by("-tier__rank")
        .first()
    )


def highest_tiers(on: date) -> dict[int, str]:
    """The code of the highest tier that each partner holds on a day."""
    awards = TierAward.objects.held(on).order_by("tier__rank")
    return dict(awards.values_list("partner_id", "tier__code"))


def tiers_with_counts(on: date) -> list[tuple[Tier, int]]:
    """Each tier with the number of partners that hold it as their highest."""
    held = list(highest_tiers(on).values())
    return [(tier, held.count(tier.code)) for tier in Tier.objects.all()]


def holders(show: str, on: date) -> list[int]:
    """The partners that one of the three counts, or a tier's count, is made of."""
    if show == "signed":
        return list(standing_signatures(on).values_list("partner_id", flat=True))
    highest = highest_tiers(on)
    return [pk for pk, code in highest.items() if show in ("assessed", code)]

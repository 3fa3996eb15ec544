"""Partners with the standings of their pledges, and which of them have fallen silent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from commonweal.partners.models import Partner
from commonweal.places.models import Town, the_town

from . import reads
from . import standing as st
from .models import Pledge


@dataclass(frozen=True)
class PartnerLine:
    """A partner in the list: what it promised the town by what became of it, and how many promises
    registers of other bodies list."""

    partner: Partner
    total: int
    others: int
    parts: list[reads.StandingCount]
    is_inactive: bool


def partner_lines(partners: list[Partner], on: date) -> list[PartnerLine]:
    counted: dict[int, dict[str, int]] = {}
    others: Counter[int] = Counter()
    counts = (
        Pledge.objects.public()
        .filter(partner__in=partners)
        .order_by()
        .values_list("partner", "is_of_others", "standing")
        .annotate(Count("id"))
    )
    for partner_id, is_of_others, standing, count in counts:
        if is_of_others:
            others[partner_id] += 0 if standing == st.Standing.WITHDRAWN else count
        else:
            counted.setdefault(partner_id, {})[standing] = count
    town = the_town()
    lines = []
    for partner in partners:
        by_standing = counted.get(partner.pk, {})
        open_count = sum(by_standing.get(s, 0) for s in st.OPEN)
        lines.append(
            PartnerLine(
                partner,
                sum(by_standing.values()),
                others[partner.pk],
                reads.by_standing(by_standing),
                is_inactive(partner, open_count, on, town),
            )
        )
    return lines


def is_inactive(partner: Partner, open_count: int, on: date, town: Town) -> bool:
    """Two cycles went by without a word while promises were open."""
    return open_count > 0 and partner.is_inactive(on=on, cycle_months=town.cycle_months)


@dataclass(frozen=True)
class Neighbours:
    """Where a pledge stands among its partner's, in the order of the partner's page."""

    number: int
    total: int
    previous: Pledge | None
    next: Pledge | None


def neighbours_of(pledge: Pledge) -> Neighbours:
    in_order = Pledge.objects.public().filter(
        partner=pledge.partner_id, is_of_others=pledge.is_of_others
    )
    in_order = in_order.order_by("due_on", "id")
    every = list(in_order.only("code", "statement"))
    at = every.index(pledge)
    return Neighbours(
        number=at + 1,
        total=len(every),
        previous=every[at - 1] if at else None,
        next=every[at + 1] if at + 1 < len(every) else None,
    )

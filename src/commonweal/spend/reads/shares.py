"""The share of payments that stays in the town."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import timezone

from commonweal.partners.models import Partner, months_later

from .. import files
from ..models import Prepared, Release, Route
from .scopes import PLACES, current


@dataclass(frozen=True)
class Share:
    """Pounds that stay in the town, at least and at most, of all; and what is not known where."""

    low: Decimal
    high: Decimal
    total: Decimal

    @property
    def unknown(self) -> Decimal:
        return self.high - self.low

    @property
    def at_least(self) -> Decimal | None:
        return self.low * 100 / self.total if self.total > 0 else None

    @property
    def at_most(self) -> Decimal | None:
        return self.high * 100 / self.total if self.total > 0 else None

    @property
    def percentages(self) -> str:
        """In words: at least and at most, or the two as one."""
        if self.at_least is None or self.at_most is None:
            return "not shown"
        if f"{self.at_least:.1f}" == f"{self.at_most:.1f}":
            return f"{self.at_least:.1f}%"
        return f"{self.at_least:.1f}% to {self.at_most:.1f}%"


def share_in(content: dict[str, Any], place: str) -> Share:
    town = content[place]["town_gbp"]
    return Share(Decimal(town["at_least"]), Decimal(town["at_most"]), Decimal(town["of"] or 0))


def local_share(anchor: Partner, first: date, last: date) -> Share | None:
    """An anchor's share by registered office, in payments of some days, from its published files
    or, where it has none, its own ledger. None where nothing was paid, or files of these days
    are missing: the newest payment lies before the last month of the period.

    Payments to other anchors are left out.
    """
    return _shares([anchor.code], first, last).get(anchor.code)


def kept_local(first: date, last: date) -> list[tuple[Partner, Share]]:
    """Each anchor's share in a period, for the balance sheet; anchors without payments left out."""
    anchors = list(Partner.objects.filter(anchor__isnull=False).order_by("name"))
    shares = _shares([anchor.code for anchor in anchors], first, last)
    return [(anchor, shares[anchor.code]) for anchor in anchors if anchor.code in shares]


def _shares(anchors: list[str], first: date, last: date) -> dict[str, Share]:
    """The shares of those of some anchors that have one, by their codes."""
    prepared = current()
    if prepared is None or not anchors:
        return {}
    sums = files.ask(
        prepared.version,
        """select anchor, route, sum(amount) as whole, max(day) as newest,
            coalesce(sum(amount) filter (office = 'town'), 0) as low,
            coalesce(sum(amount) filter (office = 'unknown'), 0) as unknown
        from payments where list_contains(?, anchor) and day between ? and ?
            and not to_anchor group by anchor, route""",
        anchors,
        first,
        last,
    )
    begins = months_later(last + timedelta(days=1), -1)
    # Where an anchor has published files of these days, its own ledger is not looked at.
    chosen = {row["anchor"]: row for row in sums if row["route"] == Route.LEDGER}
    chosen |= {row["anchor"]: row for row in sums if row["route"] == Route.PUBLISHED}
    return {
        anchor: Share(row["low"], row["low"] + row["unknown"], row["whole"])
        for anchor, row in chosen.items()
        if row["newest"] >= begins
    }


def read_until(first: date, last: date) -> date | None:
    """The day on which the newest file with payments of some days was taken."""
    files_of = Release.objects.taken().filter(starts_on__lte=last, ends_on__gte=first)
    days = files_of.aggregate(newest=Max("taken_on"))
    newest: date | None = days["newest"]
    return newest


def placed_on() -> date | None:
    """The day until which was known whose payments were whose, and where: figures were made
    from it then. A decision about a payee, or a newer register, is later."""
    prepared = current()
    return timezone.localdate(prepared.made_at) if prepared else None


def share_rows(prepared: Prepared) -> Iterator[dict[str, Any]]:
    """What went to each band, of every route, anchor and year, by both places."""
    for figures in prepared.figures.order_by("route", "anchor", "year").iterator(50):
        for place in PLACES:
            for row in figures.content[place]["bands"]:
                yield {
                    "route": figures.route,
                    "anchor": figures.anchor,
                    "year": figures.year,
                    "by": place,
                    "band": row["band"],
                    "payments": row["lines"],
                    "amount_gbp": row["amount"],
                    "share": row["share"],
                }

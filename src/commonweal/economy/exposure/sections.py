"""Where anchors buy from sections of the economy that a shock would hit hard."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from commonweal.spend import files
from commonweal.spend.models import Route
from commonweal.spend.reads import current
from localwealth.regional.sections import SECTIONS, section_of

from ..models import Vulnerability

# Of fewer suppliers a sum would tell what single firms are paid.
FEWEST_SUPPLIERS = 3
ORDER = {"high": 0, "middle": 1, "low": 2}


@dataclass(frozen=True)
class SectionSpend:
    """What anchors pay suppliers of one section, in pounds, beside how vulnerable it is. ``amount``
    is None where so few suppliers stand behind it that it would tell of single firms."""

    code: str
    name: str
    suppliers: int
    amount: Decimal | None
    vulnerability: Vulnerability | None

    @property
    def order(self) -> tuple[int, Decimal]:
        """The most vulnerable first, of those the most paid; what nobody judged stands last."""
        rated = ORDER[self.vulnerability.rating] if self.vulnerability else len(ORDER)
        return rated, -(self.amount or Decimal(0))


def sections() -> list[SectionSpend]:
    """Each section: spend joined with vulnerability."""
    ratings = {row.section: row for row in Vulnerability.objects.all()}
    paid = _paid()
    rows = [
        SectionSpend(
            code,
            name,
            len(paid[code]),
            sum(paid[code], Decimal(0)) if len(paid[code]) >= FEWEST_SUPPLIERS else None,
            ratings.get(code),
        )
        for code, (_, name) in SECTIONS.items()
    ]
    return sorted(rows, key=lambda row: row.order)


def _paid() -> dict[str, list[Decimal]]:
    """What each supplier of a section was paid, by published files; "" for beyond sections."""
    paid: dict[str, list[Decimal]] = defaultdict(list)
    prepared = current()
    if prepared is None:
        return paid
    for row in files.stream(
        prepared.version,
        "select sic, amount from suppliers where route = ? and sic is not null",
        str(Route.PUBLISHED),
    ):
        division = row["sic"][:2]
        paid[section_of(int(division)) if division.isdecimal() else ""].append(row["amount"])
    return paid

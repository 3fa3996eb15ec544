"""What the system measured of a pledge, beside what its partner reports."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from . import standing as st
from .models import Entry, Pledge


@dataclass(frozen=True)
class Measured:
    """The newest measurement of a pledge, in its unit, and how far the partner's figure is from
    it."""

    pledge: Pledge
    metric: str
    value: Decimal
    tolerance: Decimal

    @property
    def difference(self) -> Decimal | None:
        """Reported minus measured; None while the partner has not reported."""
        return None if self.pledge.claimed is None else self.pledge.claimed - self.value

    @property
    def is_beyond(self) -> bool:
        return self.difference is not None and abs(self.difference) > self.tolerance

    @property
    def sentence(self) -> str:
        write = self.pledge.measure.write
        until = self.pledge.measured_on
        said = f"Measured by the system: {write(self.value)}"
        said += f" until {until:%-d %B %Y}." if until else "."
        if self.difference is None:
            return f"{said} The partner has not reported yet."
        said += f" The partner reports {write(self.pledge.claimed)}."
        if self.is_beyond:
            return (
                f"{said} They differ by {write(abs(self.difference))}, more than the "
                f"{write(self.tolerance)} that is allowed for."
            )
        return f"{said} They agree within {write(self.tolerance)}."


def measured_of(pledge: Pledge) -> Measured | None:
    """The newest measurement in a pledge's ledger; None when nothing measures it."""
    if pledge.measured is None:
        return None
    entry = Entry.objects.filter(pledge=pledge, kind=st.Kind.MEASURED).order_by("-seq").first()
    if entry is None:
        return None
    tolerance = st.number(entry.body.get("tolerance")) or Decimal(0)
    return Measured(pledge, entry.body["metric"], pledge.measured, tolerance)

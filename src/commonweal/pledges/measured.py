"""What the system measured of a pledge, beside what its partner reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commonweal.places.clock import Clock
from commonweal.places.formerly import town_on

from . import standing as st
from .models import Entry, Pledge


@dataclass(frozen=True)
class Measured:
    """The newest measurement of a pledge, in its unit, and how far the partner's figure is from
    it."""

    pledge: Pledge
    metric: str
    value: Decimal
    until: date | None
    tolerance: Decimal
    claimed: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """Reported minus measured; None while the partner has not reported."""
        return None if self.claimed is None else self.claimed - self.value

    @property
    def is_beyond(self) -> bool:
        return self.difference is not None and abs(self.difference) > self.tolerance

    @property
    def sentence(self) -> str:
        write = self.pledge.measure.write
        text = f"Measured by the system: {write(self.value)}"
        text += f" until {self.until:%-d %B %Y}." if self.until else "."
        if self.difference is None:
            return f"{text} The partner has not reported yet."
        text += f" The partner reports {write(self.claimed)}."
        if self.is_beyond:
            return (
                f"{text} They differ by {write(abs(self.difference))}, more than the "
                f"{write(self.tolerance)} that is allowed for."
            )
        return f"{text} They agree within {write(self.tolerance)}."


def measured_of(pledge: Pledge, *, as_at: Clock | None = None) -> Measured | None:
    """The newest measurement in a pledge's ledger; None when nothing measures it.

    ``as_at`` reads the ledger as it stood on the last day of a clock.
    """
    entries = Entry.objects.filter(pledge=pledge).order_by("seq")
    state: st.State | Pledge = pledge
    if as_at is not None:
        entries = entries.filter(happened_on__lte=as_at.last, written_at__lte=as_at.known)
        state = st.state_of(entries, as_at.last, town_on(as_at.last).rules)
    if state.measured is None:
        return None
    entry = entries.filter(kind=st.Kind.MEASURED).last()
    if entry is None:
        return None
    tolerance = st.number(entry.body.get("tolerance")) or Decimal(0)
    return Measured(
        pledge, entry.body["metric"], state.measured, state.measured_on, tolerance, state.claimed
    )

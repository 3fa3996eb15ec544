"""What the page checks of a promise, checked of a row that is brought in.

Only of lists that towns keep: registers of others have promises without a target or a date
(decision 0005), and what they say is shown as they say it.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from commonweal.design.words import day
from commonweal.office.errors import Refused

from .layout import BadRow, WantedPledge
from .models import Measure, MeasureKind, Pledge
from .terms import YEARS_MOST, check_figures

if TYPE_CHECKING:
    from .importing import PledgePlan


def check_row(
    plan: PledgePlan, row: WantedPledge, pledge: Pledge | None = None, *, is_council: bool = False
) -> None:
    """Raise unless a row is a promise that could be made, or a change that could be.

    What the register has already is not asked about again: only what the row changes of it.

    Raises
    ------
    BadRow
        With the reason, as the page would say it.
    """
    measure = plan.menu.get(row.measure)
    if not plan.layout.checked or measure is None:
        return
    if is_council and pledge is None:
        raise BadRow(
            "a pledge of the council names the decision that made it: make it on its own page"
        )
    if pledge is not None:
        measure = pledge.measure
    try:
        _check_terms(plan, row, pledge, measure)
    except Refused as refused:
        reason = str(refused).rstrip(".")
        raise BadRow(f"{reason[0].lower()}{reason[1:]}") from None
    _check_claims(plan, row, measure)


def _check_terms(
    plan: PledgePlan, row: WantedPledge, pledge: Pledge | None, measure: Measure
) -> None:
    had = (pledge.baseline, pledge.target) if pledge else None
    if row.baseline is not None and row.target is not None and had != (row.baseline, row.target):
        check_figures(measure, row.baseline, row.target)
    _check_due_on(plan, row, pledge)


def _check_due_on(plan: PledgePlan, row: WantedPledge, pledge: Pledge | None) -> None:
    if row.due_on is None or (pledge is not None and pledge.due_on == row.due_on):
        return
    made_on = pledge.made_on if pledge else (row.made_on or plan.as_at)
    if row.due_on <= made_on:
        raise BadRow(f"it is due on {day(row.due_on)}, which is no day after it was made")
    if row.due_on > plan.as_at + timedelta(days=YEARS_MOST * 366):
        raise Refused(f"Choose a date within the next {YEARS_MOST} years.")


def _check_claims(plan: PledgePlan, row: WantedPledge, measure: Measure) -> None:
    for on, figure, _ in row.claims:
        if on is not None and on > plan.as_at:
            raise BadRow(f"it says what was reached by {day(on)}, a day to come")
        if on is not None and row.made_on and on < row.made_on:
            raise BadRow(f"it says what was reached by {day(on)}, before it was made")
        _check_figure(figure, measure)


def _check_figure(figure: Decimal, measure: Measure) -> None:
    if measure.kind == MeasureKind.SHARE and not 0 <= figure <= 100:
        raise BadRow("a share lies between 0 and 100 per cent")
    if measure.kind == MeasureKind.YES_NO and figure not in (0, 1):
        raise BadRow("what is reached is 1 for done or 0 for not done")

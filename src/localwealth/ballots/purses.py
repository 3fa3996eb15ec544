"""How the purses of supporters empty in a count by Equal Shares: what a picture of it shows."""

from __future__ import annotations

from typing import Any

import numpy as np

from .counting import Counted
from .explaining import explain
from .report import codes, money


def emptying(counted: Counted) -> dict[str, Any]:
    """Purses over a whole count, ready for JSON; money is text with two decimals.

    Returns
    -------
    dict
        ``steps``: for each purchase in order the project, what a supporter with enough paid, and
        what is left in all purses after it. ``projects``: for each project what its supporters had
        at first, what they had paid for others when it was bought or its turn came, what they had
        then, and what it costs. Empty for a rule that gives nobody a purse.
    """
    election, bought = counted.election, counted.bought
    if bought is None:
        return {}
    first = float(bought.endowment)
    left, steps = np.full(election.voters, first), []
    for purchase in bought.purchases:
        left[election.supporters[purchase.place]] -= purchase.paid
        steps.append(
            {
                "project": codes(election, [purchase.place])[0],
                "most_paid": money(election, float(purchase.paid.max(initial=0.0))),
                "left": money(election, float(max(left.sum(), 0.0))),
            }
        )
    projects = []
    for explanation in explain(counted):
        full, had = first * explanation.votes, explanation.money or 0.0
        projects.append(
            {
                "project": codes(election, [explanation.place])[0],
                "full": money(election, full),
                "gone": money(election, max(full - had, 0.0)),
                "had": money(election, had),
                "cost": money(election, election.costs[explanation.place]),
            }
        )
    return {
        "all": money(election, first * election.voters),
        "steps": steps,
        "projects": projects,
    }

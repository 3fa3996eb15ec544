"""What came of a count, as pages show it: a whole round, or a pot each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString

from commonweal.design import words

from ..models import Round
from . import pictures, sheet
from .pots import Shared, shared_out


@dataclass(frozen=True)
class Explained:
    """Why a project won or did not; amounts as text, in pounds."""

    number: str
    title: str
    cost: Decimal
    votes: int
    won: int | None
    sentences: list[str]


@dataclass(frozen=True)
class PotOutcome:
    """What came of money that is counted by itself. ``count`` is empty where too few voted;
    ``area`` is what its files are asked for by, empty for a round that is not split."""

    area: str
    title: str
    budget: Decimal
    count: dict[str, Any]
    explained: list[Explained]
    picture: SafeString
    steps: list[dict[str, Any]]
    groups: bool
    sums: bool

    @property
    def is_raised(self) -> bool:
        """Whether purses hold more than the budget."""
        return is_raised(self.count)

    @property
    def query(self) -> str:
        """What its files are asked for with."""
        return f"?area={self.area}" if self.area else ""


def outcomes(budget_round: Round) -> list[PotOutcome]:
    """Of a counted round, each pot, or the round as one."""
    of_town = budget_round.count or {}
    counts = {row["area"]: row for row in of_town.get("areas", ())}
    return [
        _outcome(shared, counts[shared.pot.code] if shared.pot else of_town)
        for shared in shared_out(budget_round, sheet.on_ballot(budget_round))
    ]


def is_raised(count: dict[str, Any]) -> bool:
    """Whether a completion raised everybody's money above their part of the budget; purses are
    rounded to the penny."""
    if "purses" not in count:
        return False
    return Decimal(count["purses"]["all"]) > Decimal(count["election"]["budget"])


def _outcome(shared: Shared, count: dict[str, Any]) -> PotOutcome:
    return PotOutcome(
        shared.pot.code if shared.pot else "",
        shared.title,
        shared.budget,
        count if "projects" in count else {},
        explained(count),
        pictures.purses(count),
        steps(count),
        groups=bool(sheet.groups_of(shared.projects)),
        sums=any(project.sums for project in shared.projects),
    )


def explained(count: dict[str, Any]) -> list[Explained]:
    """Each project of a count with its reasons: winners in their order, then the others."""
    rows = count.get("projects", [])
    titles = {row["project"]: row["name"] for row in rows}
    shown = [
        Explained(
            row["project"],
            row["name"],
            Decimal(row["cost"]),
            row["votes"],
            row["won"],
            [*_why(row, titles, count)],
        )
        for row in rows
    ]
    return sorted(
        shown,
        key=lambda explanation: (explanation.won is None, explanation.won or 0, -explanation.votes),
    )


def _why(row: dict[str, Any], titles: dict[str, str], count: dict[str, Any]) -> Iterator[str]:
    if row["won"]:
        yield f"Won, as number {row['won']:,}."
        if row.get("sum", row["cost"]) != row["cost"]:
            got, cost = words.in_pounds(row["sum"]), words.in_pounds(row["cost"])
            yield f"It gets {got} of {cost}, a sum that the rule sheet names."
        if "most_paid" in row:
            yield f"A supporter with enough money paid {words.in_pounds(row['most_paid'])}."
        return
    yield "Not funded."
    if "barred_by" in row:
        yield f"Only one of it and {titles[row['barred_by']]} could win."
    elif "supporters_money" in row:
        yield from _of_purses(row, titles)
    if row["votes_wanting"] is not None:
        yield _enough(row, count)


def _enough(row: dict[str, Any], count: dict[str, Any]) -> str:
    """How many more votes, and what they bring: by Equal Shares each has a voter's money, so that
    supporters can have enough where the budget has no longer."""
    votes = words.many(row["votes_wanting"], "more vote")
    enough = f"Enough would have been {votes}"
    if "endowment" not in count:
        return f"{enough}."
    left = Decimal(count["left"])
    brings = f"vote brings the {words.in_pounds(count['endowment'])} that everybody has"
    # Once purses were raised, money in them is no longer money of the budget.
    if not is_raised(count) or Decimal(row.get("sum", row["cost"])) <= left:
        return f"{enough}. A {brings}."
    return (
        f"{enough} for its supporters to pay, as a {brings}. But {words.in_pounds(left)} of the "
        "budget is left, and it costs more: something else would have had to go."
    )


def _of_purses(row: dict[str, Any], titles: dict[str, str]) -> Iterator[str]:
    had, lacked = (words.in_pounds(row[name]) for name in ("supporters_money", "lacked"))
    least = f" of the least sum, {words.in_pounds(row['sum'])}" if "sum" in row else ""
    yield f"When its turn came its supporters had {had}: too little by {lacked}{least}."
    for taken in row["taken"][:3]:
        title = titles[taken["project"]]
        yield f"They had paid {words.in_pounds(taken['money'])} for {title}."


def steps(count: dict[str, Any]) -> list[dict[str, Any]]:
    """The purchases of Equal Shares in their order, with what was left in all purses."""
    titles = {row["project"]: row["name"] for row in count.get("projects", [])}
    return [
        step | {"title": titles[step["project"]]}
        for step in count.get("purses", {}).get("steps", [])
    ]

"""The answer to a scenario as it is kept and shown: ranges, and the limits that go with them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from localwealth.errors import UnreadableFile
from localwealth.regional import shocks
from localwealth.regional.areas import AreaJobs
from localwealth.regional.multipliers import Closure
from localwealth.regional.quotients import BAND, HEADLINE
from localwealth.regional.shocks import AreaAssumptions, DemandShock, Loss, Net
from localwealth.regional.tables import Table
from localwealth.words import many

# Raised when the same question would get other figures.
VERSION = "1"
WORDS = {
    "direct": "Directly",
    "type_1": "With suppliers (type I)",
    "type_2": "With suppliers and what households buy (type II)",
    "residents_jobs": "Of these, jobs that residents hold",
    "net": "Net, by the town's own assumptions",
    "evaluations": "By evaluations of the past, beside it",
}
# Industries that lose less than this many jobs are not listed: a figure would feign precision.
LEAST_JOBS = 5


@dataclass(frozen=True)
class Evaluated:
    """A multiplier from evaluations of what happened: jobs elsewhere in the area for each job lost
    directly, from ``low`` to ``high``, and who says so."""

    low: float
    high: float
    source: str


def answer(
    table: Table,
    area: AreaJobs,
    closure: Closure | None,
    shock: DemandShock,
    place: AreaAssumptions,
    net: Net | None = None,
    evaluated: Evaluated | None = None,
) -> dict[str, Any]:
    """What is lost, each figure as [low, headline, high] over the δ of the area.

    Money is in millions of the table's year's prices, over the months; jobs are at one time.
    ``figures`` has ``direct`` (a figure each), ``type_1``, ``type_2`` where the model is closed,
    ``residents_jobs``, and ``net`` and ``evaluations`` where they were asked for.

    Raises
    ------
    UnreadableFile
        As :func:`~localwealth.regional.shocks.lost`.
    """
    _check(net, evaluated)
    losses = shocks.lost(table, area, closure, shock, place)
    figures: dict[str, Any] = {"direct": losses[0].direct}
    kinds = ["type_1"] if closure is None else ["type_1", "type_2"]
    for kind in kinds:
        figures[kind] = {
            quantity: _range(
                losses, [float(getattr(loss, kind)[quantity].sum()) for loss in losses]
            )
            for quantity in shocks.COUNTED
            if quantity in losses[0].direct
        }
    widest = figures[kinds[-1]]
    figures["residents_jobs"] = [jobs * place.resident_share for jobs in widest["jobs"]]
    if net is not None:
        figures["net"] = {
            quantity: [figure * net.left for figure in band] for quantity, band in widest.items()
        }
    if evaluated is not None:
        jobs = figures["direct"]["jobs"]
        figures["evaluations"] = [jobs * (1 + evaluated.low), jobs * (1 + evaluated.high)]
    return {
        "version": VERSION,
        "table": {"title": table.title, "prices_of": table.year},
        "area": {"method": area.method, "deltas": list(area.deltas), "share_of_jobs": area.share},
        "closure": closure.words if closure else None,
        "shock": asdict(shock) | {"name": table.names[table.codes.index(shock.industry)]},
        "share_of_industry": losses[0].direct["jobs"] / float(_jobs_in(table, area, shock)),
        "figures": figures,
        "industries": _industries(table, losses, kinds[-1]),
        "limits": limits(table, area, closure, shock, place),
    }


def _check(net: Net | None, evaluated: Evaluated | None) -> None:
    shares = () if net is None else (net.leakage, net.displacement, net.deadweight)
    if not all(0.0 <= share <= 1.0 for share in shares):
        raise UnreadableFile(
            "A share of the town's own assumptions lies between 0 and 100%, and this doesn't."
        )
    if evaluated is not None and not 0 <= evaluated.low <= evaluated.high:
        raise UnreadableFile("A multiplier of evaluations goes from a lower to a higher figure.")


def _jobs_in(table: Table, area: AreaJobs, shock: DemandShock) -> np.float64:
    return np.float64(area.region[table.codes.index(shock.industry)])


def _range(losses: list[Loss], figures: list[float]) -> list[float]:
    """Lowest, that of the headline δ (the middle one where it was not asked for), highest."""
    return [min(figures), figures[_headline(losses)], max(figures)]


def _headline(losses: list[Loss]) -> int:
    """Which of the losses is that of the headline δ."""
    deltas = [loss.delta for loss in losses]
    return deltas.index(HEADLINE) if HEADLINE in deltas else len(deltas) // 2


def _industries(table: Table, losses: list[Loss], kind: str) -> list[dict[str, Any]]:
    """Where jobs are lost, most first, with a band each."""
    # A row a δ; only what is listed becomes a row with words.
    jobs = np.array([getattr(loss, kind)["jobs"] for loss in losses])
    middle = jobs[_headline(losses)]
    listed = np.flatnonzero(middle >= LEAST_JOBS)
    rows: list[dict[str, Any]] = [
        {
            "code": table.codes[at],
            "name": table.names[at],
            "jobs": _range(losses, jobs[:, at].tolist()),
        }
        for at in listed
    ]
    return sorted(rows, key=lambda row: -row["jobs"][1])


def limits(
    table: Table,
    area: AreaJobs,
    closure: Closure | None,
    shock: DemandShock,
    place: AreaAssumptions,
) -> list[str]:
    """What the figures rest on and can't tell: a sentence each, which goes wherever they go."""
    deltas = ", ".join(f"{delta:g}" for delta in area.deltas)
    year = f"prices of {table.year}" if table.year else "prices of the table's year"
    sentences = [
        "These are losses as a model has them, not a forecast. They are gross: what other firms "
        "take over, and who finds other work, is not taken off.",
        f"Each figure is given for δ = {deltas}. {BAND} In a place as small as a town the band is "
        "often wider than what suppliers lose.",
        "For a single industry the method was no better than one multiplier for all when it was "
        "tried on a place whose own table is known. Read an order of size, no more.",
        f"The table is {table.title or 'one without a title'}; money is in {year}.",
        "Jobs are counted where the work is done. Of those, "
        f"{place.resident_share * 100:g} % are taken to be held by people who live here; who lives "
        "elsewhere is taken to spend there.",
        f"What households no longer buy (type II): {closure.words}."
        if closure
        else "What households no longer buy is not in it: there is no type II.",
        "Whole lines of supply that exist for one firm alone, prices, wages and new firms are not "
        "in the model. An employer is taken to buy and sell as its industry does.",
    ]
    if shock.pay_kept:
        sentences.append(
            f"While support runs ({shock.support_months} of the {many(shock.months, 'month')}) it "
            f"is taken to pay {shock.pay_kept * 100:g} % of pay to everybody whose work stops, "
            "suppliers' staff too. Jobs are then without work, and not yet lost."
        )
    return sentences


def digest(answered: dict[str, Any]) -> str:
    """The SHA-256 of an answer: equal where every figure is equal to nine digits."""
    text = json.dumps(_rounded(answered), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _rounded(part: Any) -> Any:
    """Machines differ in the last bits of a solution; what is kept has nine digits."""
    if isinstance(part, dict):
        return {key: _rounded(inner) for key, inner in part.items()}
    if isinstance(part, list | tuple):
        return [_rounded(inner) for inner in part]
    return float(f"{part:.9g}") if isinstance(part, float) else part


def written(quantity: str, figure: float) -> str:
    """A figure as people read it, with three digits that count: more would feign what the method
    does not know. Money in millions of pounds.

    >>> written("jobs", 4382.1), written("gva", 5.396), written("pay", 0.4567)
    ('4,380', '£5.4m', '£0.46m')
    """
    rounded = float(f"{figure:.3g}")
    if quantity == "jobs":
        return f"{rounded:,.0f}"
    return f"£{rounded:,.1f}m" if rounded >= 1 else f"£{rounded:,.2f}m"


def headline(answered: dict[str, Any]) -> str:
    """One sentence: the widest answer, with its range."""
    figures = answered["figures"]
    kind = "type_2" if "type_2" in figures else "type_1"
    low, middle, high = (written("jobs", jobs) for jobs in figures[kind]["jobs"])
    direct = written("jobs", figures["direct"]["jobs"])
    also = "suppliers, and where people shop" if kind == "type_2" else "suppliers"
    return (
        f"Jobs at sites here without work: about {middle} ({low} to {high}), of them {direct} "
        f"directly, the others at {also}."
    )

"""Multipliers of a table, or of an area by it, as they are written down and shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from localwealth.regional import multipliers
from localwealth.regional.areas import AreaJobs, area_of
from localwealth.regional.multipliers import Closure
from localwealth.regional.quotients import (
    BAND,
    HEADLINE,
    WITHOUT_DELTA,
    bought_at_home,
    regionalised,
    scale,
    slq,
)
from localwealth.regional.tables import Matrix, Table, Vector
from localwealth.words import many

NO_OUTPUT = "no output"
TYPES = {"type_1": "I", "type_2": "II"}
__all__ = ["AreaJobs", "area_of", "as_text", "everything", "results"]


def results(table: Table, area: AreaJobs | None, closure: Closure | None) -> list[dict[str, Any]]:
    """One result for the nation, or one for each δ: type I, and type II where it is closed."""
    national = multipliers.coefficients(table)
    if area is None:
        return [_result(table, national, table.households, closure, None)]
    by_delta = []
    for delta in _deltas_of(area):
        bought = regionalised(national, area.method, area.region, area.nation, delta)
        at_home = table.households
        if at_home is not None:
            at_home = at_home * bought_at_home(area.method, area.region, area.nation, delta)
        shown = None if area.method in WITHOUT_DELTA else delta
        by_delta.append(_result(table, bought, at_home, closure, shown))
    return by_delta


def _deltas_of(area: AreaJobs) -> Sequence[float]:
    """The δ of an area's results; one, which counts for nothing, where the method has none."""
    return (HEADLINE,) if area.method in WITHOUT_DELTA else area.deltas


def _result(
    table: Table,
    bought: Matrix,
    households: Vector | None,
    closure: Closure | None,
    delta: float | None,
) -> dict[str, Any]:
    first = multipliers.inverse(bought)
    second = (
        multipliers.inverse(multipliers.closed(table, bought, closure, households))
        if closure
        else None
    )
    columns = {"output": np.ones(len(table)), "gva": multipliers.per_output(table, table.gva)}
    for column, amounts in (("pay", table.pay), ("jobs", table.jobs)):
        if amounts is not None:
            columns[column] = multipliers.per_output(table, amounts)
    kinds = {"type_1": first} | ({"type_2": second} if second is not None else {})
    industries: list[dict[str, Any]] = [
        {"code": code, "name": name} | ({} if has_output else {"because": NO_OUTPUT})
        for code, name, has_output in zip(table.codes, table.names, table.has_output, strict=True)
    ]
    for column, per_unit in columns.items():
        for kind, total in kinds.items():
            effects = multipliers.effects(table, total, per_unit)
            for at, industry in enumerate(industries):
                industry.setdefault(column, {})[kind] = _figures(effects, at, column)
    return {"delta": delta, "industries": industries}


def _plain(number: float) -> float | None:
    return None if math.isnan(number) else float(number)


def everything(table: Table, area: AreaJobs | None, closure: Closure | None) -> dict[str, Any]:
    """All results with what they rest on."""
    answer: dict[str, Any] = {
        "table": {
            "title": table.title,
            "prices_of": table.year,
            "industries": len(table),
            "balances_within": table.tolerance,
        },
        "closure": closure.words if closure else "none: type I alone",
        "results": results(table, area, closure),
    }
    if area is not None:
        answer["area"] = {
            "method": area.method,
            "share_of_jobs": area.share,
            **_band(area),
            "slq": dict(zip(table.codes, map(_plain, slq(area.region, area.nation)), strict=True)),
        }
    return answer


def _band(area: AreaJobs) -> dict[str, Any]:
    """What stands beside figures for several δ; nothing where the method has no δ."""
    if area.method in WITHOUT_DELTA:
        return {}
    return {
        "headline_delta": HEADLINE if HEADLINE in area.deltas else area.deltas[0],
        "scale": {f"{delta:g}": scale(area.region, area.nation, delta) for delta in area.deltas},
        "band": BAND,
    }


def _figures(effects: multipliers.Effects, at: int, column: str) -> dict[str, Any]:
    """An industry's multiplier, and beside that of output its effect."""
    figures = {"multiplier": _plain(effects.multiplier[at])}
    return figures if column == "output" else figures | {"effect": _plain(effects.effect[at])}


def as_text(answer: Mapping[str, Any]) -> str:
    """A line an industry: its output multiplier, type I and II, at each δ."""
    table, results = answer["table"], answer["results"]
    prices = f"in prices of {table['prices_of']}" if table["prices_of"] else "of no stated year"
    industries = many(table["industries"], "industry,industries")
    lines = [
        f"{table['title'] or 'A table without a title'}. {industries}, {prices}; rows and "
        f"columns balance within {table['balances_within']:g} million.",
        f"Closure: {answer['closure']}.",
    ]
    lines += _of_area(answer["area"]) if "area" in answer else []
    kinds = list(results[0]["industries"][0]["output"])
    heads = [_head(kind, outcome["delta"]) for outcome in results for kind in kinds]
    lines += ["", f"{'Output multipliers of type':44}" + "".join(f"{head:>11}" for head in heads)]
    for at, industry in enumerate(results[0]["industries"]):
        label = " ".join(dict.fromkeys((industry["code"], industry["name"])))[:42]
        outputs = [outcome["industries"][at]["output"] for outcome in results]
        cells = [_shown(output[kind]["multiplier"]) for output in outputs for kind in kinds]
        lines.append(f"{label:44}" + "".join(f"{cell:>11}" for cell in cells))
    return "\n".join(lines)


def _head(kind: str, delta: float | None) -> str:
    return TYPES[kind] + ("" if delta is None else f" δ {delta:g}")


def _of_area(area: Mapping[str, Any]) -> list[str]:
    jobs = f"The area has {area['share_of_jobs']:.2%} of the nation's jobs"
    return [f"{jobs}; by {area['method'].upper()}.", *([area["band"]] if "band" in area else [])]


def _shown(number: float | None) -> str:
    return NO_OUTPUT if number is None else f"{number:.4f}"

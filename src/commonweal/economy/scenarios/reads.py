"""What pages and files show of scenarios: the same lines, and the same limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from commonweal.design.words import many
from localwealth.regional.scenarios import WORDS, written

from ..models import Scenario, ScenarioVersion
from . import evaluations

HEADINGS = {"jobs": "Jobs", "output": "Output", "gva": "Value added", "pay": "Pay"}
CSV_COLUMNS = ("part", "name", "unit", "low", "middle", "high", "words")


@dataclass(frozen=True)
class Line:
    """A line of the answer: what is counted how, and a range in words for each thing counted; ""
    where it isn't counted."""

    name: str
    jobs: str
    output: str = ""
    gva: str = ""
    pay: str = ""


def published() -> list[ScenarioVersion]:
    """The newest public version of each scenario that has one, newest first."""
    rows = ScenarioVersion.objects.published().select_related("scenario", "structure")
    newest: dict[int, ScenarioVersion] = {}
    for version in rows.order_by("-published_on", "-number"):
        newest_yet = newest.get(version.scenario_id)
        if newest_yet is None or version.number > newest_yet.number:
            newest[version.scenario_id] = version
    return list(newest.values())


def at_desk() -> list[Scenario]:
    return list(
        Scenario.objects.prefetch_related("versions").select_related("employer").order_by("-id")
    )


def lines_of(version: ScenarioVersion) -> list[Line]:
    """The answer as a table, what is counted first on top."""
    figures = version.answer["figures"]
    lines = [
        Line(
            WORDS["direct"],
            **{column: written(column, of) for column, of in figures["direct"].items()},
        )
    ]
    for kind in ("type_1", "type_2"):
        if kind in figures:
            lines.append(_ranged(kind, figures[kind]))
    lines.append(Line(WORDS["residents_jobs"], _band("jobs", figures["residents_jobs"])))
    if "net" in figures:
        lines.append(_ranged("net", figures["net"]))
    if "evaluations" in figures:
        low, high = (written("jobs", figure) for figure in figures["evaluations"])
        lines.append(Line(WORDS["evaluations"], f"{low} to {high}"))
    return lines


def _ranged(kind: str, bands: dict[str, list[float]]) -> Line:
    return Line(WORDS[kind], **{column: _band(column, band) for column, band in bands.items()})


def _band(column: str, band: list[float]) -> str:
    low, middle, high = (written(column, figure) for figure in band)
    return middle if low == high else f"{middle} ({low} to {high})"


def industries_of(version: ScenarioVersion) -> list[tuple[str, str]]:
    """(industry, range of jobs) of those that lose most."""
    return [(row["name"], _band("jobs", row["jobs"])) for row in version.answer["industries"][:12]]


def question(version: ScenarioVersion) -> str:
    """What is asked, in words."""
    shock = version.shock
    months = shock["months"]
    if shock["pounds"] is not None:
        blow = f"sells £{shock['pounds']:,.3g} million a year less, at today's prices"
    else:
        blow = f"loses {shock['share'] * 100:g}% of its work"
    who = (
        f"an employer with {many(shock['employer_jobs'], 'job')} in {shock['name']}"
        if shock["employer_jobs"]
        else shock["name"]
    )
    support = (
        f"; support pays {shock['pay_kept'] * 100:g}% of pay for "
        f"{many(shock['support_months'], 'month')}"
        if shock["pay_kept"]
        else "; there is no support"
    )
    return f"What if {who} {blow}, for {many(months, 'month')}{support}?"


def csv_rows(version: ScenarioVersion) -> Iterator[dict[str, Any]]:
    """The answer as lines of a file, its limits first: whoever takes the figures takes them too."""
    for limit in version.limits:
        yield _row("limit", sentence=limit)
    yield _row("question", sentence=question(version))
    yield _row("rests on", sentence=f"{version.structure}; digest {version.digest}")
    for name, typed in version.assumptions.items():
        if typed not in (None, ""):
            yield _row("assumed", name=name, sentence=str(typed))
    yield from _figures(version.answer["figures"])
    for industry in version.answer["industries"]:
        yield _row("industry", name=industry["name"], unit="jobs", band=industry["jobs"])
    yield from _evaluations()


def _evaluations() -> Iterator[dict[str, Any]]:
    """What others found elsewhere: the number in words, so that no sum of a column takes it in."""
    for sentence in evaluations.NOT_OF:
        yield _row("evaluations elsewhere", name="not of", sentence=sentence)
    for finding in evaluations.published().findings:
        in_words = f"{finding.words}. {finding.place}. {finding.source}"
        yield _row("evaluations elsewhere", name=finding.of, sentence=in_words)


def _figures(figures: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for kind, amounts in figures.items():
        if kind in ("residents_jobs", "evaluations"):
            amounts = {"jobs": amounts}
        for column, band in amounts.items():
            unit = "£ million" if column != "jobs" else "jobs"
            yield _row(WORDS[kind], name=HEADINGS[column], unit=unit, band=band)


def _row(
    part: str,
    name: str = "",
    unit: str = "",
    band: list[float] | float | None = None,
    sentence: str = "",
) -> dict[str, Any]:
    figures: list[float | None] = [None] * 3 if band is None else _three(band)
    low, middle, high = ["" if figure is None else float(f"{figure:.6g}") for figure in figures]
    return dict(zip(CSV_COLUMNS, (part, name, unit, low, middle, high, sentence), strict=True))


def _three(band: list[float] | float) -> list[float | None]:
    """Lowest, middle, highest; of two there is no middle, and one stands for all."""
    if isinstance(band, float | int):
        return [band] * 3
    return [band[0], band[1] if len(band) > 2 else None, band[-1]]

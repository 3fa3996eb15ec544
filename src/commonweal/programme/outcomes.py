"""The Local Outcomes Framework as a menu of metrics: what it lists, and which the town follows.

The list is ``outcomes.toml`` beside this file, which says where and when it was read, and what of
it was not. A metric is followed where the town has one with the code of the list.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from .models import Metric


@dataclass(frozen=True)
class Listed:
    """A metric of the list. A placeholder is one that the ministry has not settled: it has no
    source yet and takes no figure."""

    code: str
    name: str
    kind: str
    unit: str
    source: str = ""
    direction: str = "up"
    is_output: bool = False
    placeholder: bool = False


@dataclass(frozen=True)
class PriorityOutcome:
    """One of the priority outcomes. ``ambition`` is empty and ``is_whole`` False where it, or all
    of its metrics, could not be read; ``plain`` says it in easy words, which are ours. ``also``
    names metrics that stand under another."""

    number: int
    name: str = ""
    ambition: str = ""
    plain: str = ""
    is_whole: bool = False
    metrics: tuple[Listed, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Framework:
    """The list as it was read, with its source; ``elsewhere`` are metrics whose outcome is not
    known."""

    title: str
    publisher: str
    published_on: date
    read_on: date
    url: str
    licence: str
    outcomes: tuple[PriorityOutcome, ...]
    elsewhere: tuple[Listed, ...]

    @property
    def metrics(self) -> tuple[Listed, ...]:
        under = tuple(metric for outcome in self.outcomes for metric in outcome.metrics)
        return under + self.elsewhere


@cache
def framework() -> Framework:
    """The list, read once. An outcome that has no line in it is there by its number alone."""
    listed = tomllib.loads(Path(__file__).with_name("outcomes.toml").read_text("utf-8"))
    count = listed.pop("outcome_count")
    lines = {line["number"]: line for line in listed.pop("outcomes")}
    outcomes = tuple(
        _outcome(lines.get(number, {"number": number})) for number in range(1, count + 1)
    )
    elsewhere = tuple(Listed(**line) for line in listed.pop("elsewhere"))
    return Framework(outcomes=outcomes, elsewhere=elsewhere, **listed)


def _outcome(line: dict[str, Any]) -> PriorityOutcome:
    metrics = tuple(Listed(**metric) for metric in line.get("metrics", ()))
    return PriorityOutcome(**(line | {"metrics": metrics, "also": tuple(line.get("also", ()))}))


def listed(code: str) -> Listed | None:
    return next((metric for metric in framework().metrics if metric.code == code), None)


def is_placeholder(code: str) -> bool:
    metric = listed(code)
    return metric is not None and metric.placeholder


def settings_of(code: str) -> dict[str, Any]:
    """What the list knows of a metric, in the words of the town's file; nothing where it is not in
    the list."""
    metric, source = listed(code), framework()
    if metric is None:
        return {}
    return {
        "name": metric.name,
        "question": "What the Local Outcomes Framework asks of councils in England.",
        "kind": metric.kind,
        "unit": metric.unit,
        "direction": metric.direction,
        "definition": f"{metric.name}, as its source counts it.",
        "method": "local-outcomes",
        "source": metric.source or f"{source.publisher}: not settled yet",
        "source_url": source.url,
        "every_months": 12,
        "release_days": 365,
    }


@dataclass
class Followed:
    """A metric of the list, and the town's own where it follows it."""

    listed: Listed
    metric: Metric | None


@dataclass
class Part:
    """An outcome with its metrics as the page shows them."""

    outcome: PriorityOutcome
    lines: list[Followed] = field(default_factory=list)

    @property
    def is_followed(self) -> bool:
        return any(line.metric for line in self.lines)


@dataclass
class Menu:
    """The page: outcomes, the metrics whose outcome is not known, and how many are followed."""

    framework: Framework
    parts: list[Part]
    elsewhere: list[Followed]

    @property
    def lines(self) -> list[Followed]:
        under = [line for part in self.parts for line in part.lines]
        by_code = {line.listed.code: line for line in [*under, *self.elsewhere]}
        return list(by_code.values())

    @property
    def followed(self) -> int:
        return sum(1 for line in self.lines if line.metric)

    @property
    def outcomes_followed(self) -> int:
        return sum(1 for part in self.parts if part.is_followed)


def menu() -> Menu:
    """The list with what the town follows of it, as it is now."""
    source = framework()
    codes = [metric.code for metric in source.metrics]
    followed = {metric.code: metric for metric in Metric.objects.current().filter(code__in=codes)}
    by_code = {metric.code: metric for metric in source.metrics}

    def lines(metrics: tuple[Listed, ...]) -> list[Followed]:
        return [Followed(metric, followed.get(metric.code)) for metric in metrics]

    parts = [
        Part(outcome, lines(outcome.metrics + tuple(by_code[code] for code in outcome.also)))
        for outcome in source.outcomes
    ]
    return Menu(source, parts, lines(source.elsewhere))

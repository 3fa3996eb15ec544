"""What a town's programme starts with: the five pillars, and the metrics that need no typing.

A town's settings file may name its own pillars, workstreams and metrics, and say more about the
ones that are here (owner, baseline, target path).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from commonweal.charter.models import Theme
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.places import formerly

from . import computed, outcomes, units
from .models import (
    Comparator,
    Metric,
    Observation,
    Pillar,
    Series,
    TargetPoint,
    Workstream,
)

# The five principles of community wealth building as the Centre for Local Economic Strategies
# gives them: https://cles.org.uk/community-wealth-building/what-is-community-wealth-building/
FIVE = (
    (
        "ownership",
        "Plural ownership of the economy",
        "Co-operatives, mutuals, community and worker ownership, municipal and local firms.",
    ),
    (
        "finance",
        "Making financial power work for local places",
        "Pension funds, credit unions, local banks and grants that invest where people live.",
    ),
    (
        "fair-employment",
        "Fair employment and just labour markets",
        "Work to live on, recruiting from places with less work, and ways up.",
    ),
    (
        "procurement",
        "Progressive procurement of goods and services",
        "Buying so that local firms, social enterprises and their staff can win.",
    ),
    (
        "land",
        "Socially productive use of land and property",
        "Land and buildings of public bodies put to the use of those who live there.",
    ),
)


def apply(settings: dict[str, Any], *, on: date) -> None:
    """Bring pillars, workstreams and metrics up to date with a settings file.

    Raises
    ------
    Refused
        It names something that does not exist, or a figure that is none.
    """
    _pillars(settings.get("pillars"))
    _in_order(Workstream, settings.get("workstreams", []))
    stated = settings.get("metrics", [])
    starting = settings.get("programme", {}).get("starting_metrics", True)
    unstated = _unstated(stated) if starting else []
    listed = [*unstated, *stated]
    orders = formerly.orders(Metric, [metric.get("code", "") for metric in listed])
    for metric in listed:
        bring_metric(metric, orders[metric.get("code", "")], on)


def _unstated(stated: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The metrics that every town begins with, but for those that its file names, and those that
    stand already: what was changed at the desk stays."""
    known = {metric.get("code") for metric in stated}
    known |= set(Metric.objects.values_list("code", flat=True))
    return [
        {"code": name}
        for name, function in computed.REGISTERED.items()
        if function.starts and name not in known
    ]


def _pillars(pillars: list[dict[str, Any]] | None) -> None:
    if pillars is None:
        if Pillar.objects.exists():
            return
        pillars = [{"code": c, "name": n, "description": d} for c, n, d in FIVE]
    _in_order(Pillar, pillars)


def _in_order(model: type[Pillar | Workstream], tables: list[dict[str, Any]]) -> None:
    """Make or change the rows that a file lists, one behind the other."""
    orders = formerly.orders(model, [table["code"] for table in tables])
    for table in tables:
        fields = {k: v for k, v in table.items() if k != "code"}
        formerly.bring(model, table["code"], {"order": orders[table["code"]], **fields})


PLAIN = (
    "name",
    "question",
    "kind",
    "direction",
    "method",
    "source",
    "source_url",
    "every_months",
    "release_days",
    "owner_title",
)


def bring_metric(settings: dict[str, Any], order: int, on: date) -> Metric:
    """A metric by its settings, new or brought up to date.

    Raises
    ------
    Refused
        It lacks something, names something that is not there, or would count otherwise than the
        figures that it has.
    """
    stated = settings
    settings = _from_function(outcomes.settings_of(settings.get("code", "")) | settings)
    code = settings.get("code", "")
    for needed in ("code", "name", "kind", "definition", "unit"):
        if not settings.get(needed):
            raise Refused(f"[[metrics]] {code or '?'} lacks {needed}.")
    # What the file does not say of a metric that stands was perhaps changed at the desk: it stays.
    is_there = Metric.objects.filter(code=code).exists()
    known = stated if is_there else settings
    values = {name: known[name] for name in PLAIN if name in known}
    values |= {"order": order, "computed": settings.get("computed", "")}
    values |= _answers_for_it(known, code, is_there=is_there)
    _refuse_to_count_otherwise(code, values)
    metric = formerly.bring(Metric, code, values)
    if "pillars" in settings:
        metric.pillars.set([_named(Pillar, code, pillar) for pillar in settings["pillars"]])
    if not metric.series.exists():
        # A definition is what figures were counted by; a new one is a new series, made at the desk.
        _first_series(metric, settings, on)
    return metric


def is_ours(code: str) -> bool:
    """Whether a code means a function of the product, or a metric of the national list."""
    return code in computed.REGISTERED or outcomes.listed(code) is not None


# What figures that stand there, and pledges that are measured by them, would mean otherwise.
FIXED = ("kind", "direction", "computed")


def _refuse_to_count_otherwise(code: str, values: dict[str, Any]) -> None:
    metric = Metric.objects.filter(code=code).first()
    if metric is None:
        return
    changed = [name for name in FIXED if values.get(name, was := getattr(metric, name)) != was]
    rests = Observation.objects.filter(series__metric=metric).exists() or metric.bindings.exists()
    if changed and rests:
        name = changed[0]
        raise Refused(
            f"[[metrics]] “{code}”: {name} is {getattr(metric, name) or 'not set'}, and figures or "
            f"pledges are counted by it, so it can't become {values[name] or 'empty'}. What is "
            "counted anew is a metric of its own, with a code of its own."
        )


def _answers_for_it(settings: dict[str, Any], code: str, *, is_there: bool) -> dict[str, Any]:
    """A metric's theme and partner; of a new one the council, where the file names no partner."""
    values: dict[str, Any] = {}
    if "theme" in settings:
        values["theme"] = _named(Theme, code, settings["theme"]) if settings["theme"] else None
    if settings.get("partner"):
        values["partner"] = _named(Partner, code, settings["partner"])
    elif "partner" in settings or not is_there:
        values["partner"] = Partner.objects.filter(is_council=True).first()
    return values


def _named(model: Any, code: str, name: str) -> Any:
    row = model.objects.filter(code=name).first()
    if row is None:
        raise Refused(f"[[metrics]] {code} names {name!r}, which is not there.")
    return row


def _from_function(settings: dict[str, Any]) -> dict[str, Any]:
    """What a registered function knows of its metric, where the file does not say otherwise."""
    name = settings.get("computed") or settings.get("code", "")
    function = computed.REGISTERED.get(name)
    if function is None:
        if settings.get("computed"):
            known = ", ".join(sorted(computed.REGISTERED))
            raise Refused(f"[[metrics]] computed: there is no {name!r}. There are: {known}")
        return settings
    return (
        {
            "name": function.title,
            "question": function.question,
            "kind": function.kind,
            "unit": function.unit,
            "direction": function.direction,
            "definition": function.definition,
            "method": name,
            "source": "This town's own register",
            "owner_title": "Charter manager",
            "release_days": 14,
        }
        | settings
        | {"computed": name}
    )


def _first_series(metric: Metric, settings: dict[str, Any], on: date) -> None:
    starts_on = settings.get("starts_on") or date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    has_figure = settings.get("baseline") is not None
    if has_figure != bool(settings.get("baseline_on")):
        fault = (
            "a baseline needs its day" if has_figure else "the day of a baseline needs its figure"
        )
        raise Refused(f"[[metrics]] “{metric.name}”: {fault}.")
    series = Series.objects.create(
        metric=metric,
        number=1,
        definition=settings["definition"],
        unit=settings["unit"],
        starts_on=starts_on,
        entered_on=on,
        baseline=_figure(settings.get("baseline"), metric, "the baseline"),
        baseline_on=settings.get("baseline_on"),
    )
    TargetPoint.objects.bulk_create(
        TargetPoint(
            series=series, on=target["on"], value=_figure(target["value"], metric, "a target") or 0
        )
        for target in settings.get("targets", [])
    )
    Comparator.objects.bulk_create(
        Comparator(
            series=series,
            place=elsewhere["place"],
            starts_on=elsewhere["starts_on"],
            ends_on=elsewhere["ends_on"],
            value=_figure(elsewhere.get("value"), metric, "the figure elsewhere"),
            source=elsewhere["source"],
            published_on=elsewhere.get("published_on"),
        )
        for elsewhere in settings.get("comparators", [])
    )


def _figure(typed: Any, metric: Metric, called: str) -> Decimal | None:
    if typed is None:
        return None
    try:
        figure = Decimal(str(typed))
    except InvalidOperation:
        raise Refused(f"[[metrics]] {metric.code}: {typed!r} is no figure.") from None
    if fault := units.fault(figure, kind=metric.kind, code=metric.code):
        raise Refused(f"[[metrics]] “{metric.name}”: {called} can’t be {typed}: {fault}.")
    return figure

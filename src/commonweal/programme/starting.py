"""What a town's programme starts with: the five pillars, and the metrics that need no typing.

A town's settings file may name its own pillars, workstreams and metrics, and say more about the
ones that are here (owner, baseline, target path).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from commonweal.accounts.actions import Refused
from commonweal.charter.models import Theme
from commonweal.partners.models import Partner

from . import computed
from .models import Comparator, Metric, Pillar, Series, TargetPoint, Workstream

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


def apply(said: dict[str, Any], *, on: date) -> None:
    """Bring pillars, workstreams and metrics up to date with a settings file.

    Raises
    ------
    Refused
        It names something that does not exist, or a figure that is none.
    """
    _pillars(said.get("pillars"))
    for order, stream in enumerate(said.get("workstreams", []), 1):
        rest = {k: v for k, v in stream.items() if k != "code"}
        Workstream.objects.update_or_create(code=stream["code"], defaults={"order": order, **rest})
    named = {one.get("code"): one for one in said.get("metrics", [])}
    wanted = [
        {"code": name}
        for name, one in computed.REGISTERED.items()
        if one.starts and name not in named
    ] if said.get("programme", {}).get("starting_metrics", True) else []  # fmt: skip
    for order, one in enumerate([*wanted, *said.get("metrics", [])], 1):
        _metric(one, order, on)


def _pillars(said: list[dict[str, Any]] | None) -> None:
    if said is None:
        if Pillar.objects.exists():
            return
        said = [{"code": c, "name": n, "description": d} for c, n, d in FIVE]
    for order, pillar in enumerate(said, 1):
        rest = {k: v for k, v in pillar.items() if k != "code"}
        Pillar.objects.update_or_create(code=pillar["code"], defaults={"order": order, **rest})


PLAIN = ("name", "question", "kind", "direction", "method", "source", "source_url",
         "every_months", "release_days", "owner_title")  # fmt: skip


def _metric(said: dict[str, Any], order: int, on: date) -> None:
    said = _from_function(said)
    code = said.get("code", "")
    for needed in ("code", "name", "kind", "definition", "unit"):
        if not said.get(needed):
            raise Refused(f"[[metrics]] {code or '?'} lacks {needed}.")
    values = {name: said[name] for name in PLAIN if name in said}
    values |= {"order": order, "computed": said.get("computed", "")}
    if "theme" in said:
        values["theme"] = _there(Theme.objects.filter(code=said["theme"]), code, said["theme"])
    if "partner" in said:
        found = Partner.objects.filter(code=said["partner"])
        values["partner"] = _there(found, code, said["partner"])
    elif council := Partner.objects.filter(is_council=True).first():
        values["partner"] = council
    metric, _ = Metric.objects.update_or_create(code=code, defaults=values)
    if "pillars" in said:
        metric.pillars.set(
            [_there(Pillar.objects.filter(code=one), code, one) for one in said["pillars"]]
        )
    if not metric.series.exists():
        # A definition is what figures were counted by; a new one is a new series, made at the desk.
        _first_series(metric, said, on)


def _there(found: Any, code: str, name: str) -> Any:
    one = found.first()
    if one is None:
        raise Refused(f"[[metrics]] {code} names {name!r}, which is not there.")
    return one


def _from_function(said: dict[str, Any]) -> dict[str, Any]:
    """What a registered function knows of its metric, where the file does not say otherwise."""
    name = said.get("computed") or said.get("code", "")
    function = computed.REGISTERED.get(name)
    if function is None:
        if said.get("computed"):
            known = ", ".join(sorted(computed.REGISTERED))
            raise Refused(f"[[metrics]] computed: there is no {name!r}. There are: {known}")
        return said
    return {
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
    } | said | {"computed": name}  # fmt: skip


def _first_series(metric: Metric, said: dict[str, Any], on: date) -> None:
    starts_on = said.get("starts_on") or date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    series = Series.objects.create(
        metric=metric,
        number=1,
        definition=said["definition"],
        unit=said["unit"],
        starts_on=starts_on,
        baseline=_figure(said.get("baseline"), metric.code),
        baseline_on=said.get("baseline_on"),
    )
    TargetPoint.objects.bulk_create(
        TargetPoint(series=series, on=one["on"], value=_figure(one["value"], metric.code) or 0)
        for one in said.get("targets", [])
    )
    Comparator.objects.bulk_create(
        Comparator(
            series=series,
            place=one["place"],
            starts_on=one["starts_on"],
            ends_on=one["ends_on"],
            value=_figure(one.get("value"), metric.code),
            source=one["source"],
            published_on=one.get("published_on"),
        )
        for one in said.get("comparators", [])
    )


def _figure(value: Any, code: str) -> Decimal | None:
    if value is None:
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise Refused(f"[[metrics]] {code}: {value!r} is no figure.") from None

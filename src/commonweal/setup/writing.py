"""A town's file written from what stands: read again, it changes nothing.

What a file can't say stays out: versions of the charter before the newest, series of a metric
before its last one, metrics that have ended.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model

from commonweal.cases.models import Notice, Retention, TextTemplate
from commonweal.charter.models import CharterVersion, Decision, Theme, Tier
from commonweal.grants.models import Fund
from commonweal.places import rooms
from commonweal.places.models import Area, Town, the_town
from commonweal.pledges.models import Measure
from commonweal.programme import computed
from commonweal.programme.models import Metric, Pillar, Series, Workstream
from commonweal.services.models import HelpType
from commonweal.spend.models import Bands

from .sections import Key, Section, sections

HEAD = "# Written from the town's pages. What it says is docs/guides/town-file.md.\n"
# Inside of """…""", where each line stands on its own.
ON_LINES = str.maketrans({"\\": "\\\\", '"': '\\"', "\r": "\\r", "\x7f": "\\u007f"})


def written() -> str:
    """The file, as it is kept or handed out."""
    return HEAD + "".join(_tables(sections()[name], rows) for name, rows in content().items())


def content() -> dict[str, Any]:
    """What the town is, as its file says it: by section, in the order of the page about them."""
    stands = {name: READ[name](section) for name, section in sections().items()}
    return {name: settings for name, settings in stands.items() if settings}


def row_of(row: Any, keys: Iterable[Key]) -> dict[str, Any]:
    """One row as a table of the file; what is empty is left out."""
    table = {key.name: _setting(row, key) for key in keys if hasattr(row, key.name)}
    return {name: setting for name, setting in table.items() if setting not in (None, "", [])}


def _setting(row: Any, key: Key) -> Any:
    setting = getattr(row, key.name)
    if isinstance(setting, Model):
        return setting.code  # type: ignore[attr-defined]
    return int(setting) if key.kind == "whole" and key.choices else setting


def _one(rows: Any) -> Callable[[Section], dict[str, Any]]:
    """A section that stands once."""

    def read(section: Section) -> dict[str, Any]:
        row = rows().first()
        return row_of(row, section.keys) if row is not None else {}

    return read


def _all(rows: Any) -> Callable[[Section], list[dict[str, Any]]]:
    """A section with a table for each row."""

    def read(section: Section) -> list[dict[str, Any]]:
        return [row_of(row, section.keys) for row in rows()]

    return read


def _rooms(section: Section) -> dict[str, Any]:
    closed = rooms.off()
    return {key.name: key.name not in closed for key in section.keys}


def _charter(section: Section) -> dict[str, Any]:
    version = CharterVersion.objects.order_by("number").last()
    if version is None:
        return {}
    clauses = section.key("clauses")
    assert clauses is not None
    listed = version.clauses.select_related("theme").order_by("id")
    plain = [key for key in section.keys if key is not clauses]
    rows = [row_of(clause, clauses.inner) for clause in listed]
    return row_of(version, plain) | ({"clauses": rows} if rows else {})


def _programme(section: Section) -> dict[str, Any]:
    """Whether metrics come by themselves: not where the town took one of them out."""
    starts = {name for name, function in computed.REGISTERED.items() if function.starts}
    standing = set(Metric.objects.current().filter(code__in=starts).values_list("code", flat=True))
    return {"starting_metrics": starts == standing}


def _metrics(section: Section) -> list[dict[str, Any]]:
    return [
        _metric(metric, section)
        for metric in Metric.objects.current().order_by("order", "name", "id")
    ]


def _metric(metric: Metric, section: Section) -> dict[str, Any]:
    table = row_of(metric, [key for key in section.keys if key.name != "pillars"])
    pillars = list(metric.pillars.order_by("order", "code").values_list("code", flat=True))
    table |= {"pillars": pillars} if pillars else {}
    series = metric.series.order_by("number").last()
    if series is None:
        return table
    table |= row_of(series, [key for key in section.keys if key.kind != "tables"])
    return table | _lists_of(series, section)


def _lists_of(series: Series, section: Section) -> dict[str, Any]:
    """Target path and comparators of a series, where it has some."""
    lists = {
        key.name: [row_of(row, key.inner) for row in getattr(series, key.name).order_by("id")]
        for key in section.keys
        if key.kind == "tables"
    }
    return {name: rows for name, rows in lists.items() if rows}


READ: dict[str, Callable[[Section], Any]] = {
    "town": _one(Town.objects.all),
    "look": _one(Town.objects.all),
    "rules": _one(Town.objects.all),
    "notices": _one(Town.objects.all),
    "rooms": _rooms,
    "areas": _all(lambda: Area.objects.order_by("name", "code")),
    "spend": _one(Bands.objects.all),
    "themes": _all(lambda: Theme.objects.order_by("order", "name", "code")),
    "decisions": _all(lambda: Decision.objects.order_by("decided_on", "code")),
    "charter": _charter,
    "measures": _all(lambda: Measure.objects.select_related("theme").order_by("id")),
    "tiers": _all(lambda: Tier.objects.order_by("rank")),
    "pillars": _all(lambda: Pillar.objects.order_by("order", "code")),
    "workstreams": _all(lambda: Workstream.objects.order_by("order", "code")),
    "programme": _programme,
    "metrics": _metrics,
    "helplines": lambda section: the_town().helplines,
    "help_types": _all(lambda: HelpType.objects.order_by("order", "code")),
    "privacy_notices": _all(lambda: Notice.objects.order_by("in_force_from", "version")),
    "text_templates": _all(lambda: TextTemplate.objects.order_by("code")),
    "retention": _all(lambda: Retention.objects.order_by("purpose")),
    "funds": _all(lambda: Fund.objects.order_by("starts_on", "code")),
}


def _tables(section: Section, settings: Any) -> str:
    tables = settings if section.several else [settings]
    return "".join(
        f"\n{section.heading}\n"
        + "".join(f"{name} = {_in_toml(setting)}\n" for name, setting in table.items())
        for table in tables
    )


def _in_toml(setting: Any, *, is_inside: bool = False) -> str:
    """A value as TOML writes it; inside of a list or table on one line."""
    if isinstance(setting, bool):
        return str(setting).lower()
    if isinstance(setting, str):
        return _text(setting, is_inside=is_inside)
    if isinstance(setting, dict):
        pairs = (f"{name} = {_in_toml(part, is_inside=True)}" for name, part in setting.items())
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(setting, list):
        return _list(setting)
    return _figure(setting) if isinstance(setting, Decimal) else _plain(setting)


def _list(settings: list[Any]) -> str:
    entries = [_in_toml(part, is_inside=True) for part in settings]
    if any(isinstance(part, dict) for part in settings):
        return "[\n" + "".join(f"    {entry},\n" for entry in entries) + "]"
    return "[" + ", ".join(entries) + "]"


def _text(text: str, *, is_inside: bool) -> str:
    if "\n" in text and not is_inside:
        return f'"""\n{text.translate(ON_LINES | CONTROLS)}"""'
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


# Signs that TOML takes only by their number.
CONTROLS = {n: f"\\u{n:04x}" for n in range(32) if chr(n) not in "\t\n\r"}


def _figure(figure: Decimal) -> str:
    """A figure without rest; between marks where a number of the file would lose some of it."""
    plain = f"{figure.normalize():f}"
    return plain if Decimal(repr(float(plain))) == figure else f'"{plain}"'


def _plain(setting: Any) -> str:
    return setting.isoformat() if isinstance(setting, date) else str(setting)

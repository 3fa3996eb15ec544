"""What rows were before somebody changed them, so that an earlier day can be read.

A statement takes names, units and rules as they were on its last day. What has a history of its
own (the plan, risks, figures) is wound back from that; this is for the rest: the town and its
rules, themes, measures, tiers, pillars, workstreams, metrics, decisions, and the names of partners.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db.models import Model
from django.utils import timezone

from .models import Former, Town, the_town

R = TypeVar("R", bound=Model)


def keep(row: Model, values: dict[str, Any], *, on: date | None = None) -> None:
    """Keep what a row is, where ``values`` will change it. Call it before they are written, in
    the same transaction. Only what is public is kept."""
    public: set[str] = row.PUBLIC  # type: ignore[attr-defined]
    was = {
        name: _stored(row, name)
        for name, new in values.items()
        if name in public and _stored(row, name) != _plain(row, name, new)
    }
    if was:
        Former.objects.create(
            kind=row._meta.label, code=_code(row), was=was, changed_on=on or timezone.localdate()
        )


def bring(model: type[R], code: str, values: dict[str, Any]) -> R:
    """Make or change the row of a code, and keep what it was; as `update_or_create` does."""
    rows = model._default_manager
    row = rows.filter(code=code).first()
    if row is None:
        row = rows.create(code=code, **values)
        Former.objects.create(kind=model._meta.label, code=code, was=None)
        return row
    keep(row, values)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row


def orders(model: type[Model], codes: Iterable[str], *, column: str = "order") -> dict[str, int]:
    """What number each of these rows stands at, so that they follow one another as listed. A row
    keeps its number where it can; none takes that of a row that is not listed."""
    held = dict(model._default_manager.values_list("code", column))
    codes = list(codes)
    taken = {number for code, number in held.items() if code not in codes}
    numbers: dict[str, int] = {}
    last = 0
    for code in codes:
        last = max(held.get(code, 0), last + 1)
        while last in taken:
            last += 1
        numbers[code] = last
    return numbers


def as_at(rows: Iterable[R], on: date, *, with_new: bool = False) -> list[R]:
    """Rows of one model as they were at the end of a day; those left out that came later, unless
    they are asked for. Nothing here is written to the database."""
    rows = list(rows)
    if not rows:
        return []
    later = Former.objects.filter(kind=rows[0]._meta.label, changed_on__gt=on).order_by("-id")
    formers: dict[str, list[Former]] = {}
    for former in later:
        formers.setdefault(former.code, []).append(former)
    return [
        row
        for row in rows
        if all([_wind_back(row, former) for former in formers.get(_code(row), [])]) or with_new
    ]


def town_on(day: date) -> Town:
    """The town as it was at the end of a day."""
    [town] = as_at([the_town()], day, with_new=True)
    if _were_set_after(day):
        town.counted_by = None
    return town


def _were_set_after(day: date) -> bool:
    """Whether the days of the rules were others at the end of that day. Where they wait to be
    counted by, what is in force since is of no matter to it."""
    later = Former.objects.filter(kind=Town._meta.label, changed_on__gt=day).values_list("was")
    return any(not Town.COUNTED.isdisjoint(was or ()) for (was,) in later.order_by("id"))


def called(model: type[Model], on: date) -> Iterator[tuple[str, Any]]:
    """(what it was called, row) of every row about a day: at its end, at its start, and now.
    Names of one day can't be told apart by more."""
    rows = model._default_manager
    for day in (on, on - timedelta(days=1), date.max):
        for row in as_at(rows.all(), day, with_new=True):
            yield str(row), row


def _wind_back(row: Model, former: Former) -> bool:
    """Undo one change; False where the row was not there before it."""
    if former.was is None:
        return False
    for name, value in former.was.items():
        column: Any = row._meta.get_field(name)
        setattr(row, column.attname, column.to_python(value))
    return True


def _code(row: Model) -> str:
    return str(getattr(row, "code", None) or row.pk)


def _stored(row: Model, name: str) -> Any:
    column: Any = row._meta.get_field(name)
    return _plain(row, name, getattr(row, column.attname))


def _plain(row: Model, name: str, value: Any) -> Any:
    """A value as JSON keeps it."""
    column: Any = row._meta.get_field(name)
    if isinstance(value, Model):
        value = value.pk
    if column.get_internal_type() == "JSONField":
        return value
    value = column.to_python(value)
    return value.isoformat() if isinstance(value, date) else value

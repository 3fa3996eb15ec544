"""The columns that say how somebody may be reached: one hand may write them, and nobody else."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# The columns of a resident that only `reaching.write` may change, each change with its version.
GUARDED = (
    "contact",
    "safe_days",
    "safe_from",
    "safe_until",
    "safe_note",
    "safe_word",
    "contact_version",
)
Row = TypeVar("Row", bound=models.Model)
_writing: ContextVar[bool] = ContextVar("writing", default=False)


class Unguarded(Exception):
    """Somebody tried to change how a resident may be reached past `reaching.write`."""


@contextmanager
def pen() -> Iterator[None]:
    """Held by `reaching.write` alone, while it writes a version and the present state."""
    held = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(held)


def refuse_unguarded(names: Iterable[str]) -> None:
    """Raise where one of these columns is guarded and nobody holds the pen."""
    touched = sorted(set(names) & set(GUARDED))
    if touched and not _writing.get():
        raise Unguarded(f"{', '.join(touched)}: write it by reaching.write, with a version")


class GuardedQuerySet(models.QuerySet[Row]):
    """Rows with columns that only the holder of the pen may write. Erasing, which empties all
    that is personal at once, may empty the words of it."""

    def update(self, **values: Any) -> int:
        erases = set(vars(self.model)["PERSONAL"]) <= values.keys() and not any(
            values[name] for name in GUARDED if name in values
        )
        if not erases:
            refuse_unguarded(values)
        return super().update(**values)

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        rows = list(objs)
        for row in rows:
            refuse_unguarded(changed_guarded(row))
        return super().bulk_create(rows, *args, **kwargs)


class Guarded(models.Model):
    """A row whose guarded columns no `save` ever writes: not changed by hand, not from a stale
    copy of the row. Only a new row brings them along, as a row that nobody asked about."""

    guarded_as_read: dict[str, Any]

    class Meta:
        abstract = True

    def refuse_stroke(self, named: Iterable[str]) -> None:
        """Refuse rows like this one at one stroke, where they would bring guarded columns."""
        refuse_unguarded({*changed_guarded(self), *named})

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any, **kwargs: Any) -> Self:
        row = super().from_db(db, field_names, values, **kwargs)
        row.guarded_as_read = {name: row.__dict__[name] for name in GUARDED if name in row.__dict__}
        return row

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        read = {name: self.__dict__[name] for name in GUARDED if name in self.__dict__}
        self.guarded_as_read = read

    def save(self, **kwargs: Any) -> None:
        refuse_unguarded(changed_guarded(self))
        if not self._state.adding:
            names = kwargs.get("update_fields")
            if names is None:
                names = [
                    field.name for field in self._meta.concrete_fields if not field.primary_key
                ]
            kwargs["update_fields"] = [name for name in names if name not in GUARDED]
        super().save(**kwargs)


def changed_guarded(row: Any) -> list[str]:
    """Names of guarded columns that differ from what was read, or from what a new row has."""
    read = getattr(row, "guarded_as_read", {})
    return [
        name
        for name in GUARDED
        if name in row.__dict__
        and row.__dict__[name] != read.get(name, row._meta.get_field(name).get_default())
    ]

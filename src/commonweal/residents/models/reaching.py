"""How somebody may be reached, version by version; and what was written to somebody."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField

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


class SafeContact(models.Model):
    """One version of how a resident may be reached: who said so, when, and why.

    The newest is in force; it stands on the resident as well, for speed. Versions are numbered
    from 1; a resident without any was never asked. ``days`` holds figures, 1 is Monday ("12345"),
    "" every day; ``start`` and ``end`` are local times, empty for midnight.
    """

    class Source(models.TextChoices):
        CARRIED = "carried", "Carried over"
        INTAKE = "intake", "Said when they got in touch"
        CHANGED = "changed", "Changed on their page"
        MERGED = "merged", "Two records became one"
        PARTED = "parted", "One record became two again"
        PARTNER = "partner", "Said by a partner"

    resident = models.ForeignKey("Resident", models.CASCADE, related_name="safe_contacts")
    number = models.PositiveIntegerField()
    contact = models.CharField(max_length=12)
    days = models.CharField(max_length=7, blank=True)
    start = models.TimeField(null=True, blank=True)
    end = models.TimeField(null=True, blank=True)
    note = EncryptedTextField(blank=True)
    word = EncryptedTextField(blank=True)
    because = EncryptedTextField(blank=True, help_text="Why it was loosened.")
    loosened = models.BooleanField(default=False)
    source = models.CharField(max_length=10, choices=Source.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    PERSONAL: ClassVar[tuple[str, ...]] = ("note", "word", "because")
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "resident",
        "number",
        "contact",
        "days",
        "start",
        "end",
        *PERSONAL,
        "loosened",
        "source",
        "at",
        "by",
    }

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "number"], name="each_version_of_safe_contact_once"
            ),
            models.CheckConstraint(
                name="safe_hours_begin_before_they_end",
                condition=Q(start=None) | Q(end=None) | Q(start__lt=models.F("end")),
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.resident_id}"

    @property
    def in_words(self) -> str:
        """Only by text message, Monday to Friday, between 10:00 and 14:00."""
        from .. import ways
        from .people import Resident

        hours = ways.hours_in_words(ways.Rule(self.contact, self.days, self.start, self.end))
        return ", ".join(part for part in (Resident.Contact(self.contact).label, hours) if part)


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

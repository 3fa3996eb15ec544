"""Before a town opens, the newest version of its charter can be taken out again: a slip, or words
of a file that stood in for the adopted ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.charter.models import CharterVersion, Theme
from commonweal.office.errors import Refused
from commonweal.places import opening
from commonweal.places.models import Town

from .adopting import role_at_the_desk


def newest() -> CharterVersion | None:
    return CharterVersion.objects.order_by("number").last()


@transaction.atomic
def take_out(*, version: CharterVersion, by: Person) -> None:
    """Take the newest version out, with themes that nothing else names. Its decision stays.

    Raises
    ------
    Refused
        The town is open, a later version stands, or somebody signed it.
    """
    Town.objects.select_for_update().get(id=1)
    if opening.is_open():
        raise Refused("The town is open, so its charter’s text stays. Enter a new version.")
    # Who signs it meanwhile waits for this, and whoever pressed twice is told.
    if CharterVersion.objects.select_for_update().filter(pk=version.pk).first() is None:
        raise Refused("It is taken out already.")
    if version != newest():
        raise Refused("A later version stands. Take that one out first.")
    if _is_named(version, apart_from="clauses"):
        raise Refused("Somebody signed this version, so it stays. Enter a new version.")
    record(
        "charter version taken out",
        about=version,
        by=by,
        as_role=role_at_the_desk(by),
        version=version.number,
    )
    themes = list(Theme.objects.filter(clauses__version=version).order_by("id").distinct())
    version.clauses.all().delete()
    for theme in themes:
        if not _is_named(theme):
            theme.delete()
    # What ended because it began goes on.
    eve = version.in_force_from - timedelta(days=1)
    CharterVersion.objects.filter(in_force_until=eve).update(in_force_until=None)
    version.delete()


def _is_named(row: Any, *, apart_from: str = "") -> bool:
    """Whether any other row refers to this one."""
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: row}).exists()
        for relation in row._meta.related_objects
        if relation.get_accessor_name() != apart_from
    )

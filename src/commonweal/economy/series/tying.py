"""Tying what was promised, done or asked for to what a series counts."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from ..access import role_of
from ..models import Bearing


@transaction.atomic
def tie(*, counted: str, because: str, by: Person | None, **tied: Any) -> Bearing:
    """Show beside a series what bears on it, from now on. ``tied`` names one of measure, theme,
    action and group.

    Raises
    ------
    Refused
        Nothing or two things were named, or it is tied to that series already.
    """
    chosen = {kind: thing for kind, thing in tied.items() if thing is not None}
    if len(chosen) != 1:
        raise Refused("Choose one thing: a measure, a theme, an action or a group.")
    if Bearing.objects.filter(counted=counted, **chosen).exists():
        raise Refused("It stands beside that series already.")
    bearing = Bearing.objects.create(counted=counted, because=because, tied_by=by, **chosen)
    record("bearing tied", about=bearing, by=by, as_role=role_of(by), series=counted)
    return bearing


@transaction.atomic
def untie(*, bearing: Bearing, by: Person) -> None:
    """Show it beside the series no more."""
    record("bearing untied", about=bearing, by=by, as_role=role_of(by), series=bearing.counted)
    bearing.delete()

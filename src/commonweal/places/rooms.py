"""The rooms of the product, which of them a town has switched on, and whose room an address is.

A room is found from the *view* behind an address, never from how the address begins: the pages
of one room lie under its own path, under a partner's space, under `/desk/` and among the
downloads. A view belongs to the room of its app, unless it says otherwise by `of`.

An *off* room is in no menu, answers 404 at each of its addresses, and its jobs do not run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import timezone

from commonweal.accounts.models import Event
from commonweal.office.fixed_queries import FixedQuery

from .models import Room

ALWAYS = "register"
# The line of the record that says that a room was switched: its code, and whether it is on.
SWITCHED = "room switched"


@dataclass(frozen=True)
class Kind:
    """A room that can be switched: its code, its name, what it is, the apps that make it."""

    code: str
    name: str
    words: str
    apps: tuple[str, ...]


HELP = ("residents", "services", "cases", "grants", "asks", "volunteers", "desk")
SWITCHABLE: tuple[Kind, ...] = (
    Kind(
        "help",
        "Help",
        "The help desk, its cases, referrals, grants, volunteers and asks, and "
        "the directory of services.",
        HELP,
    ),
    Kind("programme", "Programme", "Actions, milestones, metrics and risks.", ("programme",)),
    Kind("spend", "Local spend", "Payments of the anchors, suppliers, the survey.", ("spend",)),
    Kind("economy", "Economy", "Series, exposure, scenarios, shocks told.", ("economy",)),
    Kind("voice", "Have your say", "Consultations, proposals and budget rounds.", ("voice",)),
    Kind("balance", "Balance sheet", "Periods, statements and committee reports.", ("balance",)),
)
OFF = FixedQuery(lambda: Room.objects.filter(is_on=False).values_list("code", flat=True))
CODES = {kind.code: kind for kind in SWITCHABLE}
APPS = {app: kind.code for kind in SWITCHABLE for app in kind.apps}


def of(code: str) -> Callable[[Any], Any]:
    """Say that a view belongs to another room than its app's."""

    def mark(view: Any) -> Any:
        view.room = code
        return view

    return mark


def room_of(view: Any) -> str:
    """The room of a view or a job: what it says itself, else the room of its app."""
    named: str | None = getattr(view, "room", None)
    return named or room_of_module(getattr(view, "__module__", ""))


def room_of_module(module: str) -> str:
    parts = module.split(".")
    app = parts[1] if len(parts) > 1 and parts[0] == "commonweal" else ""
    return APPS.get(app, ALWAYS)


@cache
def room_at(path: str) -> str:
    """The room of a path of ours, with or without a query. Only for paths that the code names:
    what visitors ask for would fill the memory."""
    return room_of_path(path.split("?")[0].split("#")[0])


def room_of_path(path: str) -> str:
    try:
        return room_of(resolve(path).func)
    except Resolver404:
        return ALWAYS


def off() -> frozenset[str]:
    """The codes of the rooms that are switched off."""
    return frozenset(OFF())


def is_on(code: str) -> bool:
    return code not in off()


def is_open(path: str) -> bool:
    """Whether the room of an address is on."""
    return is_on(room_at(path))


def was_on(code: str, day: date) -> bool:
    """Whether a room was on at the end of a day, whatever was switched since."""
    for line in Event.objects.filter(verb=SWITCHED, detail__room=code).order_by("id"):
        if timezone.localdate(line.at) > day:
            return not line.detail["on"]
    return is_on(code)


def off_for(request: HttpRequest) -> frozenset[str]:
    """The same, asked once a request."""
    known: frozenset[str] | None = getattr(request, "_rooms_off", None)
    if known is None:
        known = off()
        request._rooms_off = known  # type: ignore[attr-defined]
    return known


def is_closed(request: HttpRequest) -> bool:
    """Whether the address that is asked for lies in a room that is off."""
    room = room_of_path(request.path_info)
    return room != ALWAYS and room in off_for(request)


def job_may_run(job: Any) -> bool:
    """Whether the jobs of a room run. What the law asks for (erasing in time) always does."""
    room = room_of(job)
    return room == ALWAYS or getattr(job, "runs_when_off", False) or is_on(room)


def every() -> Iterator[tuple[Kind, bool]]:
    """(room, whether it is on) of all that can be switched."""
    closed = off()
    for kind in SWITCHABLE:
        yield kind, kind.code not in closed

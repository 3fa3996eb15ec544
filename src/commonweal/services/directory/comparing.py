"""A service as a file has it beside the service as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone

from .. import hours
from ..models import Service
from .outcome import Found
from .standings import PLACE, rows

CALLED = {
    "name": "Name",
    "description": "What it is",
    "status": "Whether it is open",
    "url": "Web address",
    "email": "E-mail",
    "phone": "Telephone",
    "eligibility": "For whom",
    "application_process": "How one gets it",
    "fees": "What it costs",
    "wait_time": "How long one waits",
    "alert": "What to know first",
    "minimum_age": "From what age",
    "maximum_age": "Up to what age",
    "assured_on": "Confirmed on",
    "assurer_email": "Who confirmed it",
}


@dataclass(frozen=True)
class Changed:
    """A service that stands otherwise than its file has it."""

    service: Service
    found: Found

    @cached_property
    def differences(self) -> list[tuple[str, str, str]]:
        """What is different: what it is called, before, after; "nothing" for what is empty."""
        return [(column, _said(before), _said(after)) for column, before, after in self._pairs()]

    def _pairs(self) -> Iterator[tuple[str, Any, Any]]:
        service, listed = self.service, self.found
        if service.ended_on:
            yield "Ended", service.ended_on, ""
        for name, after in {"name": listed.name, **listed.values}.items():
            if (before := getattr(service, name)) != after:
                yield CALLED.get(name, "What else its source says"), before, after
        if (stood := places_of(service)) != (stands := places_in(listed)):
            yield "Where", _places(stood), _places(stands)
        if not has_hours_of(service, listed):
            today = timezone.localdate()
            hours_listed = hours.say_all(listed.openings, today)
            yield "When", "; ".join(service.opening_hours()), "; ".join(hours_listed)


def is_same(service: Service, listed: Found) -> bool:
    """Whether a service stands as its file has it."""
    terms = {"name": listed.name, **listed.values}
    if service.ended_on or any(getattr(service, name) != cell for name, cell in terms.items()):
        return False
    return places_of(service) == places_in(listed) and has_hours_of(service, listed)


def places_of(service: Service) -> list[tuple[Any, ...]]:
    return [_cells(vars(place)) for place in rows(service.places)]


def places_in(listed: Found) -> list[tuple[Any, ...]]:
    return [_cells(place) for place in listed.places]


def has_hours_of(service: Service, listed: Found) -> bool:
    openings = [astuple(schedule.opening) for schedule in rows(service.schedules)]
    return openings == [astuple(opening) for opening in listed.openings]


def _cells(place: Any) -> tuple[Any, ...]:
    """What is known of a place; what is empty is unknown."""
    return tuple(place.get(name) or None for name in PLACE)


def _places(places: list[tuple[Any, ...]]) -> str:
    return "; ".join(", ".join(str(cell) for cell in place if cell) for place in places)


def _said(cell: Any) -> str:
    return "nothing" if cell in ("", None) or cell == {} else str(cell)

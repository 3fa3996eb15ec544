"""A file of services goes into the directory."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.bringing.meanings import Choice
from commonweal.places.models import the_town
from commonweal.residents import catching, naming

from ..models import OPENING, Organisation, Place, Schedule, Service
from .outcome import Found, Outcome, Refusal, Remark
from .reading import read
from .unlisted import look_for_missing
from .words import words_of

# So many services are written while others wait.
PIECE = 50
PLACE = ("name", "address", "postcode", "latitude", "longitude", "accessibility")


def carry_out(
    content: bytes,
    file_name: str,
    *,
    source: str,
    by: Person | None,
    only_try: bool = False,
    choice: Choice | None = None,
) -> Outcome:
    """Read a file into the directory. What its organisation took over itself stays as it is.
    ``choice`` is what the columns of a table were told to mean.

    Services stand beside each other, so they are written in pieces, between which others write:
    each service is whole, and what was cut off is taken up by reading the file again. Nothing is
    ended: what the file doesn't list is only named.

    Raises
    ------
    Refused
        The file is of no kind that can be read.
    """
    services, outcome = read(content, file_name, choice)
    harmless = [service for service in services if not _holds_a_person(service, outcome)]
    shelf = Shelf.of(source)
    for start in range(0, len(harmless), PIECE):
        with transaction.atomic():
            for service in harmless[start : start + PIECE]:
                shelf.put(service, outcome)
            if only_try:
                transaction.set_rollback(True)
    listed = {service.key for service in services}
    look_for_missing(source, outcome, listed=listed, before=set(shelf.services), only_try=only_try)
    if not only_try:
        record(
            "services imported",
            about=the_town(),
            by=by,
            source=source,
            new=outcome.new,
            changed=outcome.changed,
        )
    return outcome


def _holds_a_person(service: Found, outcome: Outcome) -> bool:
    caught = catching.caught_in(words_of(service), kinds=naming.SERVICE)
    if caught:
        why = f"it holds {catching.KINDS[caught[0].kind]}"
        outcome.refused.append(Refusal(service.place, why, service.name, service.key))
    return bool(caught)


class Shelf:
    """The services and organisations of one source, as they stand and as they are put there."""

    def __init__(
        self, source: str, organisations: Iterable[Organisation], services: Iterable[Service]
    ) -> None:
        self.source = source
        self.organisations = {each.source_key: each for each in organisations}
        self.services = {service.source_key: service for service in services}

    @classmethod
    def of(cls, source: str) -> Shelf:
        services = Service.objects.filter(source=source).select_related("organisation")
        return cls(
            source,
            Organisation.objects.filter(source=source),
            services.prefetch_related("places", "schedules"),
        )

    def put(self, read: Found, outcome: Outcome) -> None:
        """Add a service, or change it where it is otherwise than its file has it."""
        service = self.services.get(read.key)
        if service is None:
            self._add(read)
            outcome.new += 1
        elif service.organisation.partner_id is not None:
            outcome.unchanged += 1
            words = "its organisation keeps this entry itself; left alone"
            outcome.remarks.append(Remark(read.place, words))
        elif _is_same(service, read):
            outcome.unchanged += 1
        else:
            _change(service, read)
            outcome.changed += 1

    def _add(self, read: Found) -> None:
        service = Service.objects.create(
            organisation=self._organisation(read),
            name=read.name,
            source=self.source,
            source_key=read.key,
            code=_code(read.key),
            **read.values,
        )
        _put_parts(service, read)

    def _organisation(self, read: Found) -> Organisation:
        organisation = self.organisations.get(read.organisation_key)
        if organisation is None:
            organisation = Organisation.objects.create(
                name=read.organisation,
                source=self.source,
                source_key=read.organisation_key,
                **read.organisation_values,
            )
            self.organisations[read.organisation_key] = organisation
        return organisation


def _is_same(service: Service, read: Found) -> bool:
    values = {"name": read.name, **read.values}
    if service.ended_on or any(getattr(service, name) != cell for name, cell in values.items()):
        return False
    openings = [astuple(schedule.opening) for schedule in _rows(service.schedules)]
    return _stands_at(service) == [_cells(place) for place in read.places] and (
        openings == [astuple(opening) for opening in read.openings]
    )


def _stands_at(service: Service) -> list[tuple[Any, ...]]:
    return [_cells(vars(place)) for place in _rows(service.places)]


def _cells(place: Mapping[str, Any]) -> tuple[Any, ...]:
    """What is known of a place; what is empty is unknown."""
    return tuple(place.get(name) or None for name in PLACE)


def _rows(manager: Any) -> list[Any]:
    return sorted(manager.all(), key=lambda row: row.pk)


def _change(service: Service, read: Found) -> None:
    values = {"name": read.name, **read.values}
    for name, cell in values.items():
        setattr(service, name, cell)
    # Its source lists it again.
    service.changed_at, service.ended_on = timezone.now(), None
    service.save(update_fields=[*values, "changed_at", "ended_on"])
    service.places.all().delete()
    service.schedules.all().delete()
    _put_parts(service, read)


def _put_parts(service: Service, read: Found) -> None:
    Place.objects.bulk_create(Place(service=service, **place) for place in read.places)
    Schedule.objects.bulk_create(
        Schedule(service=service, **{name: asdict(opening)[name] for name in OPENING})
        for opening in read.openings
    )


def _code(key: str) -> uuid.UUID:
    try:
        code = uuid.UUID(key)
    except ValueError:
        return uuid.uuid4()
    return uuid.uuid4() if Service.objects.filter(code=code).exists() else code

"""A file of services goes into the directory."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice

from django.db import IntegrityError, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.bringing import holding
from commonweal.bringing.meanings import Choice
from commonweal.office.errors import Refused
from commonweal.places.models import the_town

from ..models import OPENING, BroughtService, Organisation, Place, Schedule, Service, ServicesFile
from . import standings
from .comparing import is_same
from .outcome import DirectoryOutcome, Found
from .planning import of_source, plan
from .plans import DirectoryPlan
from .unlisted import mark

# So many services are written while others wait.
PIECE = 50
OVERTAKEN = (
    "Somebody else reads a file of this source at this moment. What was written stays; choose the "
    "file again to take up the rest."
)
What = BroughtService.What


def carry_out(
    content: bytes,
    file_name: str,
    *,
    source: str,
    by: Person | None,
    only_try: bool = False,
    choice: Choice | None = None,
) -> DirectoryOutcome:
    """Read a file into the directory, or only say what that would do.

    Raises
    ------
    Refused
        The file is of no kind that can be read.
    """
    worked_out = plan(content, file_name, source=source, choice=choice)
    if not only_try:
        bring_in(worked_out, by=by)
    return worked_out.outcome


def bring_in(worked_out: DirectoryPlan, *, by: Person | None) -> ServicesFile:
    """Write what was planned. What its organisation took over itself stays as it is.

    Services stand beside each other, so they are written in pieces, between which others write:
    each service is whole, and what was cut off is taken up by bringing the same file in again.

    Raises
    ------
    Refused
        Somebody else writes services of the same source.
    """
    file = _file_of(worked_out, by)
    written = worked_out.written()
    try:
        while piece := list(islice(written, PIECE)):
            with transaction.atomic():
                _write(file, piece)
        with transaction.atomic():
            _finish(file, worked_out, by)
    except IntegrityError:
        raise Refused(OVERTAKEN) from None
    if worked_out.held is not None:
        holding.let_go(worked_out.held)
    return file


def _file_of(worked_out: DirectoryPlan, by: Person | None) -> ServicesFile:
    """The row of a file: that of one which was cut off, or a new one."""
    cut_off = ServicesFile.objects.filter(
        source=worked_out.source, sha256=worked_out.sha256, finished_at=None, undone_at=None
    ).first()
    return cut_off or ServicesFile.objects.create(
        source=worked_out.source,
        file_name=worked_out.file_name[-200:],
        sha256=worked_out.sha256,
        as_at=worked_out.as_at,
        run_by=by,
        counts=worked_out.counts,
        rejected=worked_out.rejected_rows,
        refused=worked_out.refused,
    )


def _write(file: ServicesFile, piece: list[Found]) -> None:
    """Write some services, and what each was before."""
    shelf = Shelf(file.source, piece)
    put = [brought for listed in piece if (brought := shelf.put(listed))]
    keep(file, put)


def keep(file: ServicesFile, put: list[BroughtService]) -> None:
    """Keep what a file did to services, each with how it stands after it."""
    services = Service.objects.filter(pk__in=[brought.service_id for brought in put])
    stand = services.prefetch_related("places", "schedules", "help_types").in_bulk()
    for brought in put:
        brought.file, brought.after = file, standings.digest(stand[brought.service_id])
    BroughtService.objects.bulk_create(
        put,
        update_conflicts=True,
        unique_fields=["file", "service"],
        update_fields=["after"],
    )


def _finish(file: ServicesFile, worked_out: DirectoryPlan, by: Person | None) -> None:
    """End what is to go, mark what is missing, and close the row of the file."""
    now = timezone.now()
    prefetch_related_objects(worked_out.removed, "places", "schedules", "help_types")
    ended = [
        BroughtService(service=service, what=What.ENDED, before=standings.standing_of(service))
        for service in worked_out.removed
    ]
    Service.objects.filter(pk__in=[brought.service_id for brought in ended]).update(
        ended_on=timezone.localdate(), changed_at=now
    )
    keep(file, ended)
    for since in {since for _, since in worked_out.marks}:
        mark([service for service, of in worked_out.marks if of == since], since)
    file.marks |= {str(service.code): service.not_listed_since for service, _ in worked_out.marks}
    file.counts, file.finished_at = worked_out.counts | _counts(file), now
    file.save(update_fields=["marks", "counts", "finished_at"])
    outcome = worked_out.outcome
    record(
        "services imported",
        about=the_town(),
        by=by,
        source=file.source,
        new=outcome.new,
        changed=outcome.changed,
    )


def _counts(file: ServicesFile) -> dict[str, int]:
    """What a file did in all of its pieces."""
    done = {kind: file.brought.filter(what=kind).count() for kind in What}
    unchanged = file.counts["rows"] - file.counts["rejected"] - done[What.NEW] - done[What.CHANGED]
    return {
        "new": done[What.NEW],
        "changed": done[What.CHANGED],
        "unchanged": unchanged,
        "removed": done[What.ENDED],
    }


class Shelf:
    """The services and organisations of one source that a piece of its file is about."""

    def __init__(self, source: str, piece: list[Found]) -> None:
        keys = {listed.organisation_key for listed in piece}
        organisations = Organisation.objects.filter(source=source, source_key__in=keys)
        self.source = source
        self.organisations = {each.source_key: each for each in organisations}
        services = of_source(source, [listed.key for listed in piece])
        self.services = {service.source_key: service for service in services}

    def put(self, listed: Found) -> BroughtService | None:
        """Add a service, or change it where it is otherwise than its file has it; None where
        nothing is to be done."""
        service = self.services.get(listed.key)
        if service is None:
            return BroughtService(service=self._add(listed), what=What.NEW)
        if service.organisation.partner_id is not None or is_same(service, listed):
            return None
        before = standings.standing_of(service)
        _change(service, listed)
        return BroughtService(service=service, what=What.CHANGED, before=before)

    def _add(self, listed: Found) -> Service:
        service = Service.objects.create(
            organisation=self._organisation(listed),
            name=listed.name,
            source=self.source,
            source_key=listed.key,
            code=_code(listed.key),
            **listed.values,
        )
        Place.objects.bulk_create(_places(service, listed))
        Schedule.objects.bulk_create(_schedules(service, listed))
        return service

    def _organisation(self, listed: Found) -> Organisation:
        organisation = self.organisations.get(listed.organisation_key)
        if organisation is None:
            organisation = Organisation.objects.create(
                name=listed.organisation,
                source=self.source,
                source_key=listed.organisation_key,
                **listed.organisation_values,
            )
            self.organisations[listed.organisation_key] = organisation
        return organisation


def _change(service: Service, listed: Found) -> None:
    terms = {"name": listed.name, **listed.values}
    for name, cell in terms.items():
        setattr(service, name, cell)
    # Its source lists it again.
    service.changed_at, service.ended_on = timezone.now(), None
    service.save(update_fields=[*terms, "changed_at", "ended_on"])
    standings.put_parts([service], _places(service, listed), _schedules(service, listed))


def _places(service: Service, listed: Found) -> Iterator[Place]:
    return (Place(service=service, **place) for place in listed.places)


def _schedules(service: Service, listed: Found) -> Iterator[Schedule]:
    for opening in listed.openings:
        yield Schedule(service=service, **{name: asdict(opening)[name] for name in OPENING})


def _code(key: str) -> uuid.UUID:
    try:
        code = uuid.UUID(key)
    except ValueError:
        return uuid.uuid4()
    return uuid.uuid4() if Service.objects.filter(code=code).exists() else code

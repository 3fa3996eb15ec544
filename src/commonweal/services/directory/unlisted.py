"""What a source no longer lists. A file takes nothing away: what is missing from it is marked and
named, and ended only by somebody who has read the names; in one step it is all brought back.

A record that was refused is no missing one: it keeps what it had.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.places.models import the_town

from ..models import Service, ServiceQuerySet
from .outcome import DirectoryOutcome

# Of more than this share of a source the number is typed by whoever ends them.
SHARE_UNASKED = 0.05
# So many are marked in one statement.
PIECE = 500


@dataclass(frozen=True)
class Unlisted:
    """The services of a source that its last file didn't list, and those that were ended so."""

    source: str
    services: list[Service]
    ended: list[Service]
    count_of_all: int

    @property
    def needs_number(self) -> bool:
        return len(self.services) > SHARE_UNASKED * self.count_of_all


def unlisted(source: str) -> Unlisted:
    return Unlisted(
        source,
        list(_standing(source).filter(not_listed_since__isnull=False)),
        list(_of(source).filter(ended_on__isnull=False)),
        _standing(source).count(),
    )


def sources() -> list[str]:
    """Sources of which something is no longer listed, or was ended for that."""
    marked = Service.objects.filter(not_listed_since__isnull=False).exclude(source="")
    return sorted(set(marked.values_list("source", flat=True)))


@transaction.atomic
def end(*, source: str, count: int | None, by: Person | None) -> int:
    """End what a source no longer lists. ``count`` is how many, as whoever ends them read it.

    Raises
    ------
    Refused
        There is nothing to end, or it is another number.
    """
    gone = unlisted(source)
    many = len(gone.services)
    if not many:
        raise Refused("Everything that stands here from this source is in its last file.")
    if count is None:
        raise Refused(f"Enter how many of all services ({gone.count_of_all:,}) end: {many:,}.")
    if count != many:
        raise Refused(
            f"It would end {many:,} (of {gone.count_of_all:,} in all), not {count:,}. "
            f"Read their names, and enter {many:,} if you mean it."
        )
    now = timezone.localdate()
    chosen = Service.objects.filter(pk__in=[service.pk for service in gone.services])
    chosen.update(ended_on=now, changed_at=timezone.now())
    record("services ended", about=the_town(), by=by, source=source, count=many)
    return many


@transaction.atomic
def bring_back(*, source: str, by: Person | None) -> int:
    """Undo: what was ended because its source didn't list it stands again."""
    count = (
        _of(source).filter(ended_on__isnull=False).update(ended_on=None, changed_at=timezone.now())
    )
    if not count:
        raise Refused("Nothing of this source was ended here.")
    record("services brought back", about=the_town(), by=by, source=source, count=count)
    return count


@dataclass(frozen=True)
class Absence:
    """What a file says of the services of its source that stand here: which are missing, of how
    many, and by what it is known that one is listed."""

    missing: list[Service]
    count: int
    listing: Listing


def look_for_missing(
    source: str, outcome: DirectoryOutcome, *, listed: Iterable[str], before: set[str]
) -> Absence:
    """Name what of a source isn't in its file. ``before`` are the keys of what stood here when the
    file came: it is asked how many of these it knows."""
    listing = Listing.of(listed, outcome)
    standing = [service for service in _standing(source) if service.source_key in before]
    missing = [service for service in standing if service not in listing]
    outcome.untold = _untold(outcome, len(standing), len(missing))
    if outcome.untold:
        missing = []
    outcome.missing = [service.name for service in missing]
    return Absence(missing, len(standing), listing)


def newly_marked(source: str, absence: Absence) -> list[tuple[Service, date | None]]:
    """The services whose mark changes, each with since when it is missing. That of one that is
    missing still stays; of what is listed again it is taken off."""
    now = timezone.localdate()
    newly = [(service, now) for service in absence.missing if not service.not_listed_since]
    marked = Service.objects.filter(source=source, not_listed_since__isnull=False)
    return [*newly, *((service, None) for service in marked if service in absence.listing)]


@dataclass(frozen=True)
class Listing:
    """What a file lists, taken or refused, by key and by name."""

    keys: set[str]
    names: set[str]

    @classmethod
    def of(cls, listed: Iterable[str], outcome: DirectoryOutcome) -> Listing:
        keys = {*listed, *(refusal.key for refusal in outcome.refused)}
        return cls(keys - {""}, {refusal.name for refusal in outcome.refused} - {""})

    def __contains__(self, service: Service) -> bool:
        return service.source_key in self.keys or service.name in self.names


def mark(services: list[Service], since: date | None) -> None:
    """Write since when services are not listed; None for those that are."""
    for start in range(0, len(services), PIECE):
        piece = [service.pk for service in services[start : start + PIECE]]
        Service.objects.filter(pk__in=piece).update(not_listed_since=since)


def _untold(outcome: DirectoryOutcome, standing: int, missing: int) -> str:
    """Why it can't be told what is missing: then nothing is."""
    nameless = sum(not (refusal.key or refusal.name) for refusal in outcome.refused)
    if outcome.part:
        return f"This is {outcome.part}: what it doesn't list may stand in the others."
    if nameless and missing:
        return (
            f"{nameless:,} of the refused records say neither their name nor their id, so it can't "
            "be told which services the file no longer lists."
        )
    if missing and missing == standing:
        return (
            "Not one service that stands here from this source is in the file: it is another "
            "source's, or laid out otherwise. They stay as they are."
        )
    return ""


def _of(source: str) -> ServiceQuerySet:
    """Services that a file of a source may change: none that an organisation keeps itself."""
    return Service.objects.filter(source=source, organisation__partner=None).order_by("name", "pk")


def _standing(source: str) -> ServiceQuerySet:
    return _of(source).going_on()

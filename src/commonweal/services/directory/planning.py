"""What a file of services would do to the directory: worked out, changing nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from commonweal.bringing.meanings import Choice
from commonweal.design.words import many
from commonweal.residents import catching, naming

from ..models import Service
from .comparing import Changed, is_same
from .outcome import NAMED_MOST, DirectoryOutcome, Found, Refusal, Remark
from .plans import DirectoryPlan, planned
from .reading import read
from .unlisted import look_for_missing, newly_marked
from .words import words_of

KEPT_BY_ITSELF = "its organisation keeps this entry itself; left alone"


def plan(
    content: bytes, file_name: str, *, source: str, choice: Choice | None = None
) -> DirectoryPlan:
    """Read a file, and compare each of its services with what stands here now. ``choice`` is what
    the columns of a table were told to mean.

    Nothing is ended: what the file doesn't list is only named.

    Raises
    ------
    LacksColumns
        It is a table, and none of its columns is known as the name of a service.
    Refused
        The file is of no kind that can be read.
    """
    services, outcome = read(content, file_name, choice)
    harmless = [service for service in services if not _holds_a_person(service, outcome)]
    stand = {service.source_key: service for service in of_source(source)}
    new, changed = _compared(harmless, stand, outcome)
    absence = look_for_missing(
        source, outcome, listed={service.key for service in services}, before=set(stand)
    )
    worked_out = planned(
        outcome,
        source=source,
        file_name=file_name,
        sha256=hashlib.sha256(content).hexdigest(),
        new=new,
        changed=changed,
        unchanged=outcome.unchanged,
        unlisted=absence.missing,
        listed_count=absence.count,
        marks=newly_marked(source, absence),
    )
    worked_out.notes = _notes(outcome, worked_out)
    return worked_out


def of_source(source: str, keys: Iterable[str] | None = None) -> list[Service]:
    """The services of a source with all that is said of them; those of some keys, where named."""
    services = Service.objects.filter(source=source).select_related("organisation")
    if keys is not None:
        services = services.filter(source_key__in=list(keys))
    return list(services.prefetch_related("places", "schedules", "help_types"))


def _compared(
    services: list[Found], stand: dict[str, Service], outcome: DirectoryOutcome
) -> tuple[list[Found], list[Changed]]:
    new, changed = [], []
    for listed in services:
        service = stand.get(listed.key)
        if service is None:
            new.append(listed)
        elif service.organisation.partner_id is not None:
            outcome.remarks.append(Remark(listed.place, KEPT_BY_ITSELF))
        elif not is_same(service, listed):
            changed.append(Changed(service, listed))
    outcome.new, outcome.changed = len(new), len(changed)
    outcome.unchanged = len(services) - len(new) - len(changed)
    return new, changed


def _holds_a_person(service: Found, outcome: DirectoryOutcome) -> bool:
    caught = catching.caught_in(words_of(service), kinds=naming.SERVICE)
    if caught:
        why = f"it holds {catching.KINDS[caught[0].kind]}"
        outcome.refused.append(Refusal(service.place, why, service.name, service.key))
    return bool(caught)


def _notes(outcome: DirectoryOutcome, worked_out: DirectoryPlan) -> list[str]:
    """What is said of a file before it is brought in."""
    notes = [outcome.sentence, *outcome.notes, *map(str, outcome.first_remarks)]
    if len(outcome.remarks) > NAMED_MOST:
        remarks = many(len(outcome.remarks), "remark")
        notes.append(f"These are the first {NAMED_MOST} of {remarks}.")
    if outcome.untold:
        notes.append(outcome.untold)
    if again := sum(since is None for _, since in worked_out.marks):
        notes.append(f"{many(again, 'service')} that earlier files did not list: listed again.")
    return notes

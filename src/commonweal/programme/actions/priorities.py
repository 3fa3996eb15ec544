"""Taking up what people asked for first, and saying which actions answer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction

from commonweal.accounts.actors import Actor
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from ..models import Action, Citation, Priority


@dataclass(frozen=True)
class CountedPriority:
    """A priority as whoever counted it gives it; the fields are those of `Priority`."""

    source_key: str
    title: str
    question: str
    resident_place: int | None
    enterprise_place: int | None
    out_of: int
    counted_on: date
    address: str


@transaction.atomic
def take_up(*, asked: Sequence[CountedPriority], author: Actor) -> list[Priority]:
    """Put priorities into the plan; those that are in it already get their places anew, and keep
    the actions that answer them.

    Raises
    ------
    Refused
        There is none.
    """
    if not asked:
        raise Refused("There is no ranking to take up.")
    priorities = []
    for ranked in asked:
        columns = asdict(ranked)
        priority, _ = Priority.objects.update_or_create(
            source_key=columns.pop("source_key"),
            defaults=columns,
            create_defaults=columns | {"taken_up_by": author.person},
        )
        record("priority taken up", about=priority, by=author.person, as_role=author.role)
        priorities.append(priority)
    return priorities


@transaction.atomic
def cite(*, action: Action, priority: Priority, because: str, author: Actor) -> Citation:
    """Say that an action answers a priority, and how.

    Raises
    ------
    Refused
        The action is stopped, says so already, or it is not said why.
    """
    action = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    if action.stopped_on is not None:
        raise Refused("This action is stopped: it answers nothing any more.")
    if not because.strip():
        raise Refused("Say how it answers this.")
    if action.citations.filter(priority=priority).exists():
        raise Refused("It answers this priority already.")
    citation = Citation.objects.create(
        action=action, priority=priority, because=because.strip(), cited_by=author.person
    )
    _recorded("priority cited", citation, author)
    return citation


@transaction.atomic
def uncite(*, citation: Citation, author: Actor) -> None:
    """An action does not answer a priority after all; that it once did stays in the record.

    Raises
    ------
    Refused
        Somebody else has said so already.
    """
    removed, _ = Citation.objects.filter(pk=citation.pk).delete()
    if not removed:
        raise Refused("It does not answer this any more.")
    _recorded("citation removed", citation, author)


def _recorded(verb: str, citation: Citation, author: Actor) -> None:
    key = citation.priority.source_key
    record(verb, about=citation.action, by=author.person, as_role=author.role, priority=key)

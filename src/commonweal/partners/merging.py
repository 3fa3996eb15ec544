"""Two entries in the register are one organisation: one stays, with everything of both.

A merge writes down, column by column, what the two entries were and became, and which rows moved,
so that undoing (`parting`) takes back that and nothing else. No line of a ledger is rewritten: old
lines stand under the entry that stays, and a new one tells of the merge.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.design.words import many
from commonweal.office.errors import Refused
from commonweal.places import formerly

from . import belongings
from .actions import PROFILE_FIELDS
from .belongings import Belonging
from .models import ActingRequest, Membership, Merge, NameChange, Partner
from .telling import tell_editors

KEPT, GONE = "kept", "gone"
# Two entries may not have one of these at the same time, so the one that goes gives them up.
NUMBERS = ("company_number", "charity_number", "mutual_number")
COLUMNS = tuple("area_id" if name == "area" else name for name in PROFILE_FIELDS)

# What the rooms above know. Each of `HOLDS` answers a sentence why two must not be merged, "" where
# it knows of none; those of `MERGED` and `PARTED` are called within the transaction.
HOLDS: list[Callable[[Partner, Partner], str]] = []
MERGED: list[Callable[[Merge, Mapping[str, list[int]], Person], None]] = []
PARTED: list[Callable[[Merge, Mapping[str, list[int]], Person], None]] = []


@dataclass
class Journal:
    """What one merge did.

    ``kept`` and ``gone``: column -> [what it was, what the merge made of it]. By the label of what
    belongs (`belongings`): the rows that ``moved``, those that were the kept one's ``own`` before,
    those that were ``ended`` (row -> column -> [was, became]), and the links that were ``dropped``,
    as the other entry has the same, with all their columns.
    """

    kept: dict[str, list[Any]] = field(default_factory=dict)
    gone: dict[str, list[Any]] = field(default_factory=dict)
    moved: dict[str, list[int]] = field(default_factory=dict)
    own: dict[str, list[int]] = field(default_factory=dict)
    ended: dict[str, dict[str, dict[str, list[Any]]]] = field(default_factory=dict)
    dropped: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @classmethod
    def of(cls, merge: Merge) -> Journal:
        return cls(**json.loads(merge.journal))

    def dump(self) -> str:
        return json.dumps(vars(self), cls=DjangoJSONEncoder)


def standing(partner: Partner) -> Partner:
    """The entry that stands for an organisation: where merged ones lead in the end."""
    while partner.merged_into is not None:
        partner = partner.merged_into
    return partner


# --- What would be ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moved:
    """How many rows of a kind would move, end, or stay, and what that is in words."""

    what: str
    remark: str = ""


def differing(kept: Partner, gone: Partner) -> list[str]:
    """The columns in which both say something, and not the same: a person chooses."""
    return [
        name
        for name in COLUMNS
        if getattr(kept, name)
        and getattr(gone, name)
        and getattr(kept, name) != getattr(gone, name)
        and not (name == "relation" and "none" in (kept.relation, gone.relation))
    ]


def combined(kept: Partner, gone: Partner, chosen: Mapping[str, str]) -> dict[str, Any]:
    """What the entry that stays becomes: what it lacks it takes from the other."""
    both = differing(kept, gone)
    became: dict[str, Any] = {}
    for name in COLUMNS:
        own, other = getattr(kept, name), getattr(gone, name)
        is_silent = not own or (name == "relation" and own == "none")
        # An empty "covers" is an answer: the whole organisation.
        lacks = is_silent and name != "covers"
        takes = chosen.get(name) == GONE if name in both else lacks
        became[name] = other if takes else own
    days = [day for day in (kept.last_update_on, gone.last_update_on) if day]
    # What joined here is the town's, whichever of the two stays.
    became["is_of_others"] = kept.is_of_others and gone.is_of_others
    return became | {"last_update_on": max(days, default=None)}


def newcomers(kept: Partner, gone: Partner) -> list[Membership]:
    """Who would act for the entry that stays and does not yet."""
    acting = kept.memberships.current().values("person")
    people = gone.memberships.current().exclude(person__in=acting)
    return list(people.select_related("person").order_by("person__name", "pk"))


NOT_INVITED = (
    "does not move, and its link leads nowhere any more: whoever should act for the one that stays "
    "is invited there"
)


def would_move(kept: Partner, gone: Partner) -> list[Moved]:
    """What moves, in numbers, and what does not, with the reason."""
    lines = []
    for belonging in belongings.moving():
        total = belonging.rows(gone).count()
        if not total:
            continue
        clashes = len(belongings.clashing(belonging, kept=kept, gone=gone))
        if total - clashes:
            lines.append(Moved(belonging.counted(total - clashes)))
        if clashes:
            lines.append(Moved(belonging.counted(clashes), _clash_in_words(belonging)))
    today = timezone.localdate()
    invited = gone.invitations.filter(accepted_at=None, withdrawn_at=None, expires_on__gte=today)
    if waiting := invited.count():
        lines.append(Moved(many(waiting, "open invitation"), NOT_INVITED))
    return lines


def _clash_in_words(belonging: Belonging) -> str:
    if belonging.moving.ends:
        return "both have the same; this one ends"
    if belonging.is_link:
        return "both have the same; it counts once"
    return "both have the same; this one stays where it is"


def why_not(kept: Partner, gone: Partner, *, by: Person) -> str:
    """Why two entries can't be merged, as a sentence; "" where they can."""
    if kept.pk == gone.pk:
        return "This is one entry. Choose another one."
    return next((why for why in _reasons(kept, gone, by) if why), "")


def _reasons(kept: Partner, gone: Partner, by: Person) -> Iterator[str]:
    for partner in (kept, gone):
        if partner.merged_into is not None:
            yield f"{partner.name} was merged into {partner.merged_into.name} already."
        if partner.name_changes.filter(state=NameChange.State.WAITING).exists():
            yield f"A new name of {partner.name} waits. Accept or return it first."
    if gone.is_council:
        yield "This is the council's own entry. Let it stay, and merge the other one into it."
    if kept.accepted_on is None:
        yield f"{kept.name} is not in the register. Accept it first, or let the other one stay."
    if kept.stopped_on is not None and gone.stopped_on is None:
        yield f"The acceptance of {kept.name} has ended. Let it act again, or let the other stay."
    if gone.acting_requests.filter(state=ActingRequest.State.WAITING).exists():
        yield f"Somebody asks to act for {gone.name}. Accept or return that first."
    if any(membership.person_id == by.pk for membership in newcomers(kept, gone)):
        yield "You act for one of the two yourself. Another charter manager decides it."
    yield from _of_rows(kept, gone)
    yield from (hold(kept, gone) for hold in HOLDS)


def _of_rows(kept: Partner, gone: Partner) -> Iterator[str]:
    for belonging in belongings.moving():
        if belonging.moving.never and belonging.rows(gone).exists():
            yield belonging.moving.never
        if belonging.moving.refusal and belongings.clashing(belonging, kept=kept, gone=gone):
            yield belonging.moving.refusal


# --- Merging --------------------------------------------------------------------------------------


@transaction.atomic
def merge(
    *,
    kept: Partner,
    gone: Partner,
    because: str,
    by: Person,
    chosen: Mapping[str, str] | None = None,
    people_may_act: bool = False,
) -> Merge:
    """The charter manager decided that two entries are one organisation. Can be undone.

    What the entry that stays lacks it takes from the other; where both say something, what was
    ``chosen`` (column -> kept or gone), else its own. Whatever belongs to the other moves.
    ``people_may_act`` says that those who act for the other may act for the one that stays.

    Raises
    ------
    Refused
        No reason; `why_not` knows one; people would come to act and nobody said that they may.
    """
    if not because.strip():
        raise Refused("Say how you know that they are one organisation.")
    kept, gone = locked(kept, gone)
    if refusal := why_not(kept, gone, by=by):
        raise Refused(refusal)
    if newcomers(kept, gone) and not people_may_act:
        raise Refused(f"People act for {gone.name}. Say that they may act for {kept.name}.")
    journal = Journal()
    _combine(kept, gone, chosen or {}, journal)
    _move_rows(kept, gone, journal)
    merger = Merge.objects.create(
        kept=kept, gone=gone, because=because, journal=journal.dump(), merged_by=by
    )
    record(
        "partners merged",
        about=kept,
        by=by,
        as_role=Role.CHARTER_MANAGER,
        gone=gone.code,
        moved=sum(map(len, journal.moved.values())),
    )
    for tell in MERGED:
        tell(merger, journal.moved, by)
    tell_editors(
        kept,
        f"merged-{merger.pk}",
        "Two entries of your organisation are one now",
        f"{gone.name} and {kept.name} stood in the register as two. The charter manager found that "
        f"they are one organisation. It goes on as {kept.name}, with the pledges of both.\n\n"
        "If you think that this is wrong, tell the charter manager: it can be undone.\n",
    )
    return merger


def locked(kept: Partner, gone: Partner) -> tuple[Partner, Partner]:
    """Both entries, locked in the order of their numbers, so that two merges wait for each other
    in one way."""
    pair = {
        partner.pk: partner
        for partner in Partner.objects.select_for_update()
        .filter(pk__in=[kept.pk, gone.pk])
        .order_by("pk")
    }
    return pair[kept.pk], pair[gone.pk]


def _combine(kept: Partner, gone: Partner, chosen: Mapping[str, str], journal: Journal) -> None:
    """Columns of both: the one that goes gives up its numbers before the other may take them."""
    became = combined(kept, gone, chosen)
    left: dict[str, Any] = {name: "" for name in NUMBERS if getattr(gone, name)}
    left |= {"merged_into_id": kept.pk, "merged_on": timezone.localdate()}
    journal.kept = {name: [getattr(kept, name), new] for name, new in became.items()}
    journal.gone = {name: [getattr(gone, name), new] for name, new in left.items()}
    try:
        with transaction.atomic():
            write(gone, left)
            write(kept, became)
    except IntegrityError:
        raise Refused(
            "Another partner has a number that the one that stays would take over. Merge with that "
            "one first, or choose the other number."
        ) from None


def write(partner: Partner, columns: Mapping[str, Any]) -> None:
    """Write columns of an entry that change, and keep what they were in public."""
    changed = {name: new for name, new in columns.items() if getattr(partner, name) != new}
    if not changed:
        return
    typed = {name.removesuffix("_id"): changed[name] for name in COLUMNS if name in changed}
    formerly.keep(partner, typed)
    Partner.objects.filter(pk=partner.pk).update(**changed)
    partner.refresh_from_db()


def _move_rows(kept: Partner, gone: Partner, journal: Journal) -> None:
    for belonging in belongings.moving():
        label = belonging.label
        clashes = belongings.clashing(belonging, kept=kept, gone=gone)
        journal.own[label] = list(belonging.rows(kept).values_list("pk", flat=True))
        # What both have stays where it is, so that on an earlier day both had it.
        moved = belonging.rows(gone).exclude(pk__in=clashes)
        if clashes and belonging.moving.ends:
            journal.ended[label] = _end(belonging, clashes)
        elif clashes and belonging.is_link:
            doubled = belonging.rows(gone).filter(pk__in=clashes)
            journal.dropped[label] = list(doubled.values())
            doubled.delete()
        journal.moved[label] = list(moved.values_list("pk", flat=True))
        manager = belonging.model._default_manager
        manager.filter(pk__in=journal.moved[label]).update(**{belonging.column: kept})


def _end(belonging: Belonging, rows: set[int]) -> dict[str, dict[str, list[Any]]]:
    """End rows, and say column by column what they were."""
    ending = belonging.ending()
    ended = {
        str(row.pk): {name: [getattr(row, name), new] for name, new in ending.items()}
        for row in belonging.model._default_manager.filter(pk__in=rows)
    }
    belonging.model._default_manager.filter(pk__in=rows).update(**ending)
    return ended

"""Two organisations after all: only what a merge did is taken back.

Where a column is still what the merge made of it, it becomes what it was. What came since stays
with the entry that stayed, and the page says how much that is.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from . import belongings, merging
from .belongings import Belonging
from .merging import Journal, Moved
from .models import Merge, Partner
from .telling import tell_editors


def merges_of(partner: Partner) -> models.QuerySet[Merge]:
    """The merges that stand, of which this entry is the one that stayed."""
    return partner.merges_kept.filter(undone_at=None).select_related("gone", "merged_by")


def goes_back(merge: Merge) -> list[Moved]:
    """What would go back, in numbers, and what came since and stays where it is."""
    journal = Journal.of(merge)
    lines = []
    for belonging in belongings.moving():
        if back := _moved_still(belonging, merge, journal).count():
            lines.append(Moved(belonging.counted(back)))
        if ended := len(journal.ended.get(belonging.label, {})):
            lines.append(Moved(belonging.counted(ended), "is as it was before it ended"))
        if since := _since(belonging, merge, journal).count():
            remark = f"came since; stays with {merge.kept.name}"
            lines.append(Moved(belonging.counted(since), remark))
    return lines


def _moved_still(belonging: Belonging, merge: Merge, journal: Journal) -> models.QuerySet[Any]:
    """The rows that moved and are still where the merge put them."""
    return belonging.rows(merge.kept).filter(pk__in=journal.moved.get(belonging.label, []))


def _since(belonging: Belonging, merge: Merge, journal: Journal) -> models.QuerySet[Any]:
    known = [
        *journal.moved.get(belonging.label, []),
        *journal.own.get(belonging.label, []),
    ]
    return belonging.rows(merge.kept).exclude(pk__in=known)


def why_not(merge: Merge) -> str:
    """Why a merge can't be undone now, as a sentence; "" where it can."""
    if merge.undone_at is not None:
        return "This was undone already."
    if merge.kept.merged_into is not None:
        into = merge.kept.merged_into.name
        return f"{merge.kept.name} was merged into {into} since. Undo that first."
    newest = merges_of(merge.kept).first()
    if newest is not None and newest.pk != merge.pk:
        return f"{newest.gone.name} was merged into {merge.kept.name} since. Undo that first."
    return ""


@transaction.atomic
def undo(*, merge: Merge, because: str, by: Person) -> None:
    """Two organisations after all: what the merge did is taken back, and only that.

    Raises
    ------
    Refused
        No reason; `why_not` knows one; a number that would go back was taken meanwhile.
    """
    if not because.strip():
        raise Refused("Say how you know that they are two organisations.")
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    merge.kept, merge.gone = merging.locked(merge.kept, merge.gone)
    if refusal := why_not(merge):
        raise Refused(refusal)
    journal = Journal.of(merge)
    returned = _return_rows(merge, journal)
    try:
        with transaction.atomic():
            _return_columns(merge.kept, journal.kept)
            _return_columns(merge.gone, journal.gone)
    except IntegrityError:
        raise Refused(
            f"A number of {merge.gone.name} stands at another organisation now. Take it out there "
            "first."
        ) from None
    Merge.objects.filter(pk=merge.pk).update(
        undone_at=timezone.now(), undone_by=by, undone_because=because
    )
    record(
        "partners parted",
        about=merge.kept,
        by=by,
        as_role=Role.CHARTER_MANAGER,
        gone=merge.gone.code,
        moved=sum(map(len, returned.values())),
    )
    for tell in merging.PARTED:
        tell(merge, returned, by)
    for partner in (merge.kept, merge.gone):
        tell_editors(
            partner,
            f"parted-{merge.pk}",
            "Your organisation has its own entry again",
            f"{merge.kept.name}, and with it {merge.gone.name}: the charter manager found that "
            "these are two organisations after all. Each has its own pledges again.\n",
        )


def _return_rows(merge: Merge, journal: Journal) -> dict[str, list[int]]:
    """Rows go back to where they came from; which ones went, by the label of what they are."""
    returned = {}
    for belonging in belongings.moving():
        rows = list(_moved_still(belonging, merge, journal).values_list("pk", flat=True))
        manager = belonging.model._default_manager
        manager.filter(pk__in=rows).update(**{belonging.column: merge.gone})
        _begin_again(belonging, journal)
        for columns in journal.dropped.get(belonging.label, []):
            manager.create(**columns)
        returned[belonging.label] = rows
    return returned


def _begin_again(belonging: Belonging, journal: Journal) -> None:
    """Rows that the merge ended, and nobody touched since, are as they were."""
    manager = belonging.model._default_manager
    for pk, columns in journal.ended.get(belonging.label, {}).items():
        became = {name: pair[1] for name, pair in columns.items()}
        was = {name: pair[0] for name, pair in columns.items()}
        manager.filter(pk=pk, **became).update(**was)


def _return_columns(partner: Partner, columns: dict[str, list[Any]]) -> None:
    """What is still as the merge left it becomes what it was."""
    back = {}
    for name, (was, became) in columns.items():
        if getattr(partner, name) == _typed(name, became):
            back[name] = _typed(name, was)
    merging.write(partner, back)


def _typed(name: str, written: Any) -> Any:
    """What a journal kept of a column, as the column has it."""
    column: Any = Partner._meta.get_field(name.removesuffix("_id"))
    return column.to_python(written)

"""What the standing of a pledge means where that hangs on the pledge: by whom it was taken back (by
its partner, or with the file that it came in), and whether it has a date at all."""

from __future__ import annotations

from commonweal.accounts.actors import IMPORT

from .models import ImportRun, Pledge
from .standing import Kind, Standing
from .standings import BY_PARTNER, MEANINGS, WITH_FILE, WITHOUT_DATE
from .undoing import ROLE


def meaning_of(pledge: Pledge) -> str:
    """What the standing of a pledge means; of a withdrawn one, by whom it was taken back."""
    if pledge.standing == Standing.ACTIVE and pledge.due_on is None:
        return WITHOUT_DATE
    if pledge.standing != Standing.WITHDRAWN:
        return MEANINGS[pledge.standing]
    last = pledge.entries.filter(kind=Kind.WITHDRAWN).last()
    is_undone = last is not None and last.by_role == ROLE and _came_with_undone(pledge)
    return WITH_FILE if is_undone else BY_PARTNER


def _came_with_undone(pledge: Pledge) -> bool:
    """Whether a pledge was made by a file that was undone since. One that was withdrawn before a
    file listed it again is withdrawn by that file's undoing as well."""
    begun = pledge.entries.filter(kind=Kind.PROPOSED, by_role=IMPORT).first()
    return begun is not None and (
        ImportRun.objects.filter(
            source=begun.by_organisation, after_seq__lt=begun.seq, upto_seq__gte=begun.seq
        )
        .exclude(undone_at=None)
        .exists()
    )

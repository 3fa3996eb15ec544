"""What a file brought in, known again in the ledger."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from .models import Entry, ImportRun, Pledge
from .standing import Kind


def entries_of(run: ImportRun) -> QuerySet[Entry]:
    """The entries that a file wrote, in their order; none where that was not kept then."""
    if run.after_seq is None or run.upto_seq is None:
        return Entry.objects.none()
    return Entry.objects.filter(
        seq__gt=run.after_seq,
        seq__lte=run.upto_seq,
        by_role="import",
        by_organisation=run.source,
    ).order_by("seq")


def pledges_of(run: ImportRun) -> QuerySet[Pledge]:
    """The pledges that a file made or changed; ``is_new`` of those that came with it."""
    entries = entries_of(run)
    begun = entries.filter(pledge=OuterRef("pk"), kind=Kind.PROPOSED)
    return (
        Pledge.objects.filter(pk__in=entries.order_by().values("pledge"))
        .select_related("partner")
        .annotate(is_new=Exists(begun))
        .order_by("partner__name", "pk")
    )

"""What the columns of a sender's lists mean, as somebody said once."""

from __future__ import annotations

from django.utils import timezone

from commonweal.accounts.models import Person

from ..models import ListLayout
from .layouts import layout_of, understood
from .reading import Preview


def remember(shown: Preview, *, by: Person | None) -> None:
    """Keep what was said of this layout, where it is otherwise than it is understood."""
    by_itself = understood(shown.placed.header, layout_of(shown.placed.header))
    known = ListLayout.objects.filter(sender=shown.sender.casefold(), signature=shown.signature)
    if shown.meanings == by_itself:
        known.delete()
        return
    ListLayout.objects.update_or_create(
        sender=shown.sender.casefold(),
        signature=shown.signature,
        defaults={"meanings": list(shown.meanings), "said_by": by, "said_at": timezone.now()},
    )


def remembered(shown: Preview) -> tuple[str, ...] | None:
    """What somebody said that the columns of this sender's layout mean; None where nobody did."""
    layout = ListLayout.objects.filter(
        sender=shown.sender.casefold(), signature=shown.signature
    ).first()
    return tuple(layout.meanings) if layout else None

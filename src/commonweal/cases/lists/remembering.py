"""What earlier versions were told about the columns of a sender's lists. What is told now is
remembered as that of all files (`bringing.remembering`)."""

from __future__ import annotations

from ..models import ListLayout
from .reading import Preview


def remembered(shown: Preview) -> tuple[str, ...] | None:
    """What somebody said that the columns of this sender's layout mean; None where nobody did."""
    layout = ListLayout.objects.filter(
        sender=shown.sender.casefold(), signature=shown.signature
    ).first()
    return tuple(layout.meanings) if layout else None

"""Where the address of an entry leads that was merged into another one."""

from __future__ import annotations

from .merging import standing
from .models import Partner


def standing_for(code: str) -> Partner | None:
    """The entry that stands for a merged one that was in the register; None where there is no
    such one. One that nobody had accepted was never public, and leads nowhere."""
    merged = Partner.objects.filter(
        code=code, merged_into__isnull=False, accepted_on__isnull=False
    ).first()
    return standing(merged) if merged is not None else None


def standing_code(code: str) -> str:
    """The code under which the register has a partner today."""
    partner = standing_for(code) if code else None
    return partner.code if partner is not None else code

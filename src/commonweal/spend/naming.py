"""Naming the partners whose payments are analysed."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.partners.models import Partner

from .models import Anchor


@transaction.atomic
def name_anchor(
    *, partner: Partner, ids: Sequence[str], by: Person | None, as_role: str = ""
) -> Anchor:
    """Make a partner an anchor, or give one its own org-ids anew. Named again just so, it writes
    nothing."""
    anchor = Anchor.objects.select_for_update().filter(partner=partner).first()
    if anchor is not None and anchor.ids == list(ids):
        return anchor
    anchor, _ = Anchor.objects.update_or_create(partner=partner, defaults={"ids": list(ids)})
    record("anchor named", about=partner, by=by, as_role=as_role, ids=list(ids))
    return anchor

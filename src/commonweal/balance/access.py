"""Who may read the books before they are closed."""

from __future__ import annotations

from django.http import Http404

from commonweal.accounts.models import Role

from .models import Statement

READERS = (Role.CHARTER_MANAGER, Role.PROGRAMME_LEAD, Role.REVIEWER, Role.VALIDATOR)


def get_draft(code: str) -> Statement:
    """The statement of a period that is not closed yet.

    Raises
    ------
    Http404
        There is none.
    """
    draft = (
        Statement.objects.exclude(state=Statement.State.CLOSED)
        .select_related("period", "drafted_by")
        .filter(period__code=code)
        .first()
    )
    if draft is None:
        raise Http404
    return draft

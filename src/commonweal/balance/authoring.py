"""What the author of a committee report writes beside the figures."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from commonweal.accounts.models import Person
from commonweal.accounts.record import record

from . import actions
from .implications import FIELDS
from .models import CommitteePaper, Period


@transaction.atomic
def write_paper(
    *, period: Period, answers: dict[str, str], none_of: Collection[str], by: Person
) -> CommitteePaper:
    """Keep author, contact and implications of a period's report; they go into its next draft.

    Parameters
    ----------
    answers
        By their names in `implications.FIELDS`.
    none_of
        Codes of the implications of which the author says that there are none.

    Raises
    ------
    Refused
        The books of the period are closed and not being restated.
    """
    role = actions.role_of(by, *actions.DRAFTERS)
    actions.refuse_closed(period)
    paper, _ = CommitteePaper.objects.update_or_create(
        period=period,
        defaults={name: answers[name] for name in FIELDS}
        | {"none_of": sorted(none_of), "written_by": by},
    )
    record("committee report written", about=period, by=by, as_role=role)
    return paper

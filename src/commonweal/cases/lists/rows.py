"""Rows of lists that were carried out, by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from commonweal.residents.models import Resident

from .. import named
from ..models import ListRow

# So many rows are fetched in one statement.
STEP = 500


@dataclass(frozen=True)
class NamedRow:
    """A row of a list as a page shows it: who it is about, and where they stand here."""

    pk: int
    row: int
    resident: Resident


def named_rows(numbers: Iterable[int]) -> list[NamedRow]:
    """Rows by their numbers in the database, in the order of their lists. Who is restricted is not
    among them, nor who is erased or not alive."""
    wanted = list(numbers)
    rows: list[ListRow] = []
    for start in range(0, len(wanted), STEP):
        piece = ListRow.objects.filter(pk__in=wanted[start : start + STEP])
        rows += piece.select_related("case__resident", "resident")
    rows.sort(key=lambda row: (row.run_id, row.row))
    people = [(row, row.case.resident if row.case else row.resident) for row in rows]
    restricted = set(named.restricted_residents().values_list("case__resident", flat=True))
    return [
        NamedRow(row.pk, row.row, resident)
        for row, resident in people
        if resident is not None
        and resident.pk not in restricted
        and not resident.is_dead
        and resident.state != Resident.State.ERASED
    ]

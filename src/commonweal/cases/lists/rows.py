"""Rows of lists that were carried out, by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from commonweal.residents.models import Resident

from .. import named
from ..models import Case, ListRow
from .traces import Traces

# So many rows are fetched in one statement.
STEP = 500


@dataclass(frozen=True)
class NamedRow:
    """A row of a list as a page shows it: who it is about, and where they stand here."""

    pk: int
    row: int
    resident: Resident


@dataclass(frozen=True)
class UndoneRow:
    """A row as the page before undoing shows it: the case that it made, without a name, what was
    done about it, and why it is kept though nothing was."""

    pk: int
    row: int
    case: Case | None
    work: tuple[str, ...]
    kept_by: str

    @property
    def why(self) -> str:
        return ", ".join(self.work) or self.kept_by


def named_rows(numbers: Iterable[int]) -> list[NamedRow]:
    """Rows by their numbers in the database, in the order of their lists. Who is restricted is not
    among them, nor who is erased or not alive."""
    return [NamedRow(row.pk, row.row, resident) for row, resident in _open_rows(numbers)]


def undone_rows(numbers: Iterable[int], traces: Traces) -> list[UndoneRow]:
    """The same of rows that are to be undone."""
    return [
        UndoneRow(
            row.pk,
            row.row,
            row.case if row.is_case_new else None,
            tuple(traces.work(row)),
            traces.kept_by(row),
        )
        for row, _ in _open_rows(numbers)
    ]


def _open_rows(numbers: Iterable[int]) -> list[tuple[ListRow, Resident]]:
    wanted = list(numbers)
    rows: list[ListRow] = []
    for start in range(0, len(wanted), STEP):
        piece = ListRow.objects.filter(pk__in=wanted[start : start + STEP])
        rows += piece.select_related("case__resident", "resident")
    rows.sort(key=lambda row: (row.run_id, row.row))
    people = [(row, row.case.resident if row.case else row.resident) for row in rows]
    restricted = set(named.restricted_residents().values_list("case__resident", flat=True))
    return [
        (row, resident)
        for row, resident in people
        if resident is not None
        and resident.pk not in restricted
        and not resident.is_dead
        and resident.state != Resident.State.ERASED
    ]

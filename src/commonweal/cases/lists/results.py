"""What goes back to whoever sent a list."""

from __future__ import annotations

from collections.abc import Iterator

from commonweal.design import csvs

from ..models import ListRun


def results(run: ListRun) -> Iterator[list[str]]:
    """What goes back to whoever sent the list: row, what became of it, resident, request."""
    yield ["row", "outcome", "resident_id", "help_request_id", "because"]
    rejected = {int(row): why for row, why in run.rejected}
    rows = {row.row: row for row in run.kept_rows.select_related("case__resident").order_by("row")}
    for number in sorted({*rows, *rejected}):
        if number in rejected:
            yield [str(number), "rejected", "", "", rejected[number]]
            continue
        row = rows[number]
        case = row.case
        yield [
            str(number),
            row.outcome,
            case.resident.code if case else "",
            case.code if case else "",
            "",
        ]


def results_csv(run: ListRun) -> str:
    heads, *rows = results(run)
    named = [dict(zip(heads, row, strict=True)) for row in rows]
    return csvs.csv_text(heads, named, mark=False)

"""What goes back to whoever sent a list, and the empty list to fill in."""

from __future__ import annotations

from collections.abc import Iterator

from commonweal.design import csvs

from ..models import ListRun

# An empty list with one line filled in, of nobody.
TEMPLATE = {
    "First name": "Ada",
    "Surname": "Example",
    "Date of birth": "27/03/1950",
    "Address line 1": "1 High Street",
    "Town": "Brackenford",
    "Postcode": "BF1 1AA",
    "Phone number": "07700 900001",
    "Email": "ada@example.org",
    "NHS number": "",
    "Reference": "your own number for this row",
    "Notes": "what they need",
}


def results(run: ListRun) -> Iterator[list[str]]:
    """Row, what became of it, resident, request, and why or what of it was not taken. No names."""
    yield ["row", "outcome", "resident_id", "help_request_id", "because"]
    because = {int(row): why for row, why in (*run.marked, *run.rejected)}
    rejected = {int(row) for row, _ in run.rejected}
    rows = {row.row: row for row in run.kept_rows.select_related("case__resident").order_by("row")}
    for number in sorted({*rows, *rejected}):
        if number in rejected:
            yield [str(number), "rejected", "", "", because[number]]
            continue
        row = rows[number]
        case = row.case
        yield [
            str(number),
            row.outcome,
            case.resident.code if case else "",
            case.code if case else "",
            because.get(number, ""),
        ]


def results_csv(run: ListRun) -> str:
    """The results as CSV."""
    heads, *rows = results(run)
    named = [dict(zip(heads, row, strict=True)) for row in rows]
    return csvs.csv_text(heads, named, mark=False)

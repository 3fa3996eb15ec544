"""A ledger that a program for tables saved anew is not called forged, and none of its line ends
is held against it."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db
TYPED = "Two lines:\r\nthe second, and\r\n\r\n'=a third that begins like a formula."


@pytest.fixture
def rows(claimed, asha, client):
    from commonweal.pledges.models import Entry, Pledge

    pledge, _ = claimed(120)
    client.force_login(asha)
    address = f"/space/{pledge.partner.code}/pledges/{pledge.code}/claim/"
    client.post(address, {"value": "130", "words": TYPED})
    assert Entry.objects.filter(words=TYPED).exists()
    assert Pledge.objects.count() == 1
    content = client.get("/ledger.csv").getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline="")))


@pytest.fixture
def verified(tmp_path, capsys):
    def verify(rows: list[list[str]], line_end: str = "\r\n") -> str:
        path = tmp_path / "ledger.csv"
        with path.open("w", newline="", encoding="utf-8") as lines:
            csv.writer(lines, lineterminator=line_end).writerows(rows)
        try:
            call_command("ledger", "verify", file=str(path))
        except CommandError as refused:
            return f"refused: {refused}"
        except SystemExit:
            return capsys.readouterr().err
        return capsys.readouterr().out

    return verify


def as_excel(cell: str) -> str:
    """What the commonest program makes of days and of what looks like a number."""
    if day := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", cell):
        return f"{day[3]}/{day[2]}/{day[1]}"
    if re.fullmatch(r"\d{12,}", cell):
        return f"{int(cell):.5E}" if int(cell) else "0"
    return cell


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_the_ends_of_lines_are_no_words(rows, verified, ends, line_end):
    saved = [[cell.replace("\r\n", ends) for cell in row] for row in rows]
    assert verified(saved, line_end).startswith("The chain is whole: 5 entries")


@pytest.mark.parametrize("only", ["happened_on", "previous", None])
def test_days_and_numbers_that_a_program_rewrote_are_no_forgery(rows, verified, only):
    [head, *entries] = rows
    saved = [
        [
            as_excel(cell) if only in (None, name) else cell
            for name, cell in zip(head, row, strict=True)
        ]
        for row in entries
    ]
    assert saved != entries
    answer = verified([head, *saved])
    assert "saved anew by a program for tables" in answer
    assert "BROKEN" not in answer


def test_what_was_changed_is_still_found(rows, verified):
    [head, *entries] = rows
    words = head.index("words")
    changed = [[*row] for row in entries]
    [line] = [row for row in changed if row[words].startswith("Two lines")]
    line[words] = line[words].replace("second", "third")
    assert "its words are not the ones written" in verified([head, *changed])
    day = head.index("happened_on")
    changed = [[*row] for row in entries]
    changed[1][day] = "2020-01-01"
    assert "BROKEN at entry 2" in verified([head, *changed])

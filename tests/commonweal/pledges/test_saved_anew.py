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
    client.post(address, {"value": "130", "words": TYPED, "seen": pledge.entries.count()})
    assert Entry.objects.filter(words=TYPED).exists()
    assert Pledge.objects.count() == 1
    content = client.get("/ledger.csv").getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline="")))


@pytest.fixture
def verified(tmp_path, capsys):
    def verify(rows: list[list[str]], line_end: str = "\r\n", head: str = "") -> str:
        path = tmp_path / "ledger.csv"
        with path.open("w", newline="", encoding="utf-8") as lines:
            csv.writer(lines, lineterminator=line_end).writerows(rows)
        try:
            call_command("ledger", "verify", file=str(path), head=head)
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


@pytest.mark.parametrize("by", ["kind", "hash", "seq"])
def test_rows_that_somebody_sorted_are_no_forgery(rows, verified, by):
    [heads, *entries] = rows
    column = heads.index(by)
    ordered = sorted(entries, key=lambda row: row[column], reverse=by == "seq")
    if ordered == entries:
        # Hashes are drawn anew in each run, and may stand in the order of the entries.
        ordered.reverse()
    answer = verified([heads, *ordered])
    assert answer.startswith("refused: ")
    assert "was sorted anew" in answer
    assert "sort its rows by seq" in answer
    # With one that lacks in the middle there is more wrong than the order.
    lacking = [row for row in ordered if row[heads.index("seq")] != "2"]
    assert verified([heads, *lacking]).startswith("BROKEN at entry ")


def test_a_file_that_was_cut_at_the_end_of_a_row_says_what_it_proves(rows, verified):
    [heads, *entries] = rows
    last = entries[-1][heads.index("hash")]
    earlier = entries[1][heads.index("hash")]
    for rest in (entries, entries[:-1]):
        answer = verified([heads, *rest])
        assert answer.startswith(f"The chain is whole: {len(rest)} entries")
        assert "can't be known from the file" in answer
        assert "--head" in answer
    for head in (last, earlier):
        assert "The head that was given is in it." in verified([heads, *entries], head=head)
    cut = verified([heads, *entries[:-1]], head=last)
    assert cut.startswith("BROKEN at entry 5")
    assert "cut off" in cut
    assert verified(rows, head="5 entries").startswith("refused: A head is a hash of 64 signs")


def test_a_head_goes_with_a_file(db):
    with pytest.raises(CommandError, match="--head goes with --file"):
        call_command("ledger", "verify", head="0" * 64)

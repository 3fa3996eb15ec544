"""`ledger verify --file` says what is wrong with a file, whatever it is given."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger_file(claimed, client, tmp_path):
    claimed(120)
    path = tmp_path / "ledger.csv"
    path.write_bytes(client.get("/ledger.csv").getvalue())
    return path


@pytest.mark.parametrize(
    "content",
    [b"", b"\xef\xbb\xbf", b"a,b\r\n1,2\r\n", b"\x82\x00\xff" * 40, "seq,pledge".encode("utf-16")],
)
def test_what_is_no_ledger_is_never_whole(tmp_path, content):
    path = tmp_path / "l.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match="no ledger as it is published"):
        call_command("ledger", "verify", file=str(path))


@pytest.mark.parametrize("name", ["", "not-there.csv"])
def test_what_can_not_be_read_is_said(tmp_path, name):
    with pytest.raises(CommandError, match="can't be read"):
        call_command("ledger", "verify", file=str(tmp_path / name))


def test_a_ledger_is_whole_and_one_that_was_cut_is_not(ledger_file, capsys):
    call_command("ledger", "verify", file=str(ledger_file))
    assert "The chain is whole" in capsys.readouterr().out
    ledger_file.write_bytes(ledger_file.read_bytes()[:-90])
    with pytest.raises(CommandError, match="ends in the middle"):
        call_command("ledger", "verify", file=str(ledger_file))


def test_words_that_are_no_json_any_more_are_a_break(ledger_file, capsys):
    text = ledger_file.read_text()
    ledger_file.write_text(text.replace('"{""', '"[[""', 1), newline="")
    with pytest.raises(SystemExit):
        call_command("ledger", "verify", file=str(ledger_file))
    assert "BROKEN at entry 1" in capsys.readouterr().err

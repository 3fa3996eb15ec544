"""Long work says what it is at, in plain lines, while it is at it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest

from commonweal.jobs.management.commands import serve
from commonweal.setup import progress


def in_order(lines, *beginnings):
    """Whether lines that begin so stand there in this order."""
    rest = iter(line.strip() for line in lines)
    return all(any(line.startswith(begin) for line in rest) for begin in beginnings)


def plain(text):
    """Whether nothing in it moves a terminal's hand: no colour, no carriage return."""
    return not re.search(r"[\x00-\x09\x0b-\x1f]", text)


def test_init_says_at_which_migration_it_is(words_of_init):
    lines = [re.match(r"  migration (\d+) of (\d+): \w+\.\w+$", line) for line in words_of_init]
    numbers = [(int(match[1]), int(match[2])) for match in lines if match]
    assert numbers[0][0] == 1
    assert numbers[-1][0] == numbers[-1][1] > 100
    assert sorted(numbers) == numbers
    assert in_order(
        words_of_init,
        "Preparing the database",
        "migration 1 of",
        "Making Stevenage",
        "Gathering style and script files",
        "Stevenage is ready",
    )
    assert plain("\n".join(words_of_init))


@pytest.mark.parametrize("total", [1, 2, 24, 25, 26, 214, 1000])
def test_many_migrations_are_told_by_few_lines(total):
    lines = []
    command = progress.Migrating(lines.append, total)
    for number in range(1, total + 1):
        migration = SimpleNamespace(app_label="places", name=f"{number:04}")
        command.migration_progress_callback("apply_start", migration)
        command.migration_progress_callback("apply_success", migration)
    assert len(lines) <= min(total, progress.LINES_MOST + 1)
    assert lines[0] == f"migration 1 of {total:,}: places.0001"
    assert lines[-1] == f"migration {total:,} of {total:,}: places.{total:04}"


def test_backup_upgrade_and_restore_say_what_they_are_at(run, stevenage):
    folder = stevenage / "evidence" / "many"
    folder.mkdir(parents=True)
    for number in range(progress.FILES + 50):
        (folder / f"{number:05}").write_bytes(b"x")
    file, keys = str(stevenage.with_name("b")), str(stevenage.with_name("keyfile"))
    files = "evidence: 1,000 of 1,050 files"
    done = run(stevenage, "upgrade", "--backup", file)
    assert in_order(
        done.stdout.splitlines(),
        "Backup:",
        "The database, ",
        "cases: ",
        files,
        "evidence: 1,050 files",
        "Migrations ...",
        "What a town starts with",
        "Style and script files",
        "Standings ...",
        "Reading the ledger",
    ), done.stdout
    done = run(stevenage, "backup", str(stevenage.with_name("c")), "--keys", keys)
    assert in_order(done.stdout.splitlines(), "Keys:", "The database, ", files, "Done: ")
    done = run(stevenage.with_name("new"), "restore", file, "--keys", keys)
    assert in_order(
        done.stdout.splitlines(),
        "Reading the backup, ",
        "unpacked: 1,000 files",
        "Holding 1,0",
        "whole: 1,000 of 1,0",
        files,
        "evidence: 1,050 files",
        "The database, ",
        "Comparing it with what was kept",
        "The same as at",
        "Migrations ...",
        "Style and script files",
        "Reading the ledger",
        "Reading every file of evidence",
        "Standings ...",
        "The chain is whole",
    ), done.stdout
    assert plain(done.stdout)


def test_a_line_is_there_when_it_is_said_and_not_at_the_end(stevenage):
    """Not only on a terminal: a service's journal, `tee` and a file are pipes."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("COMMONW", "DJANGO"))}
    environment |= {"COMMONWEAL_VAR": str(stevenage), "PYTHONUNBUFFERED": ""}
    environment.pop("DATABASE_URL", None)
    with subprocess.Popen(
        [sys.executable, "-m", "commonweal.cli", "work"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        # It says this and works on for ever. Without the line at once it is stopped, in vain.
        signal.signal(signal.SIGALRM, lambda *_: worker.kill())
        signal.alarm(120)
        try:
            assert worker.stdout.readline().startswith("Working.")
        finally:
            signal.alarm(0)
            worker.terminate()


def test_init_and_serve_say_where_letters_lie(words_of_init, settings, capsys):
    assert any("go to nobody until EMAIL_HOST is set" in line for line in words_of_init)
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.DEMO = False
    settings.EMAIL_FILE_PATH = "/srv/town/mail"
    serve.Command()._say_where("http://localhost:8000", "", 8000)
    assert "are written to /srv/town/mail" in capsys.readouterr().out
    settings.EMAIL_BACKEND = "commonweal.accounts.smtp.Backend"
    serve.Command()._say_where("http://localhost:8000", "", 8000)
    assert "are written to" not in capsys.readouterr().out

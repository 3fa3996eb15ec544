"""The product's own command line, in a folder where nothing is yet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.test import Client

from commonweal.key_files import make_keys


def test_a_towns_file_is_looked_through_before_there_is_a_town(tmp_path):
    """Whoever writes it wants to know before anything is made, and nothing is."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COMMONWEAL_", "DJANGO_")) and name != "DATABASE_URL"
    }
    example = Path(__file__).parents[3] / "examples" / "stevenage.toml"
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(example.read_text() + "\n[nothing]\nlike = 'this'\n")
    for file, code, says in ((example, 0, "is right. Nothing"), (wrong, 1, "wrong in wrong.toml")):
        done = subprocess.run(
            [str(Path(sys.executable).with_name("commonweal")), "town", str(file), "--check"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, done.stderr
        assert says in done.stdout + done.stderr
        assert "KEY" not in done.stderr
    assert list(tmp_path.rglob("*")) == [wrong]


def test_looking_makes_no_database_where_an_init_left_its_keys(tmp_path):
    make_keys(tmp_path)
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COMMONWEAL_", "DJANGO_")) and name != "DATABASE_URL"
    }
    example = Path(__file__).parents[3] / "examples" / "stevenage.toml"
    done = subprocess.run(
        [str(Path(sys.executable).with_name("commonweal")), "town", str(example), "--check"],
        env=environment | {"COMMONWEAL_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_a_public_ledger_is_proved_where_no_town_is(tmp_path, pledged):
    pledged()
    ledger = tmp_path / "ledger.csv"
    ledger.write_bytes(b"".join(Client().get("/ledger.csv").streaming_content))
    var = tmp_path / "var"

    def verify(*words: str) -> subprocess.CompletedProcess[str]:
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("COMMONWEAL_", "DJANGO_")) and name != "DATABASE_URL"
        }
        return subprocess.run(
            [str(Path(sys.executable).with_name("commonweal")), "ledger", "verify", *words],
            env=environment | {"COMMONWEAL_VAR": str(var)},
            capture_output=True,
            text=True,
        )

    proved = verify("--file", str(ledger))
    assert proved.returncode == 0, proved.stderr
    assert "whole" in proved.stdout
    assert not var.exists()
    ledger.write_bytes(ledger.read_bytes().replace(b"200", b"201", 1))
    assert verify("--file", str(ledger)).returncode == 1
    # Of a town's own ledger there must be a town.
    assert "COMMONWEAL_SECRET_KEY" in verify().stderr


def test_a_migration_is_made_without_a_town_or_its_keys(tmp_path):
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COMMONWEAL_", "DJANGO_")) and name != "DATABASE_URL"
    }
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("commonweal")),
            "makemigrations",
            "--check",
            "--dry-run",
        ],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "No changes" in done.stdout
    assert not list(tmp_path.iterdir())

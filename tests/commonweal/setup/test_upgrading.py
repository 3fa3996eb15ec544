"""From one version to the next: said first, refused where unsafe, and whole when it is done."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections import namedtuple
from contextlib import closing
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Permission

from commonweal.office.errors import Refused
from commonweal.programme.models import Metric, Pillar
from commonweal.services.models import HelpType
from commonweal.setup import guard, progress, upgrading
from commonweal.setup.models import Edition
from commonweal.version import VERSION, parts


def write(var, sql):
    with closing(sqlite3.connect(var / "commonweal.sqlite3")) as database, database:
        database.execute(sql)


def ask(var, sql):
    with closing(sqlite3.connect(var / "commonweal.sqlite3")) as database:
        return database.execute(sql).fetchall()


def make_older(var):
    """As a version left it that knew neither editions nor kinds of help."""
    write(var, "DROP TABLE setup_edition")
    write(var, "DELETE FROM django_migrations WHERE app = 'setup'")
    write(var, "DELETE FROM cases_texttemplate")
    shutil.rmtree(var / "static")


def test_a_town_of_an_earlier_version_is_brought_up_whole(run, stevenage):
    make_older(stevenage)
    head = run(stevenage, "ledger", "head").stdout
    for command in (("serve", "--port", "1"), ("work", "--once")):
        done = run(stevenage, *command)
        assert done.returncode == guard.NOT_STARTED
        assert done.stderr.strip() == (
            f"commonweal: The database is not up to date with Commonweal {VERSION}: it lacks "
            "setup.0001_initial and 2 more. Run './commonweal upgrade' (it makes a backup first)."
        )
    plan = run(stevenage, "upgrade", "--dry-run")
    assert "2. migrations: setup.0001_initial" in plan.stdout
    assert "Nothing was done" in plan.stdout
    assert not list((stevenage / "backups").iterdir())

    done = run(stevenage, "upgrade")
    assert done.returncode == 0, done.stderr
    assert f"This town is now Commonweal {VERSION}'s." in done.stdout
    assert ask(stevenage, "SELECT product FROM setup_edition") == [(VERSION,)]
    assert ask(stevenage, "SELECT COUNT(*) FROM cases_texttemplate") != [(0,)]
    assert (stevenage / "static" / "staticfiles.json").exists()
    assert run(stevenage, "ledger", "head").stdout == head
    assert run(stevenage, "work", "--once").returncode == 0
    backup = next((stevenage / "backups").iterdir())
    assert backup.stat().st_mode & 0o077 == 0
    # The backup is of the town as it was, and this version restores it.
    new = stevenage.with_name("new")
    run(stevenage, "backup", str(stevenage / "b"), "--keys", str(stevenage / "keyfile"))
    done = run(new, "restore", str(backup), "--keys", str(stevenage / "keyfile"))
    assert done.returncode == 0, done.stderr
    assert run(new, "ledger", "head").stdout == head


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('places', '9999_later', '2030-01-01')",
            "had places.9999_later from a newer version",
        ),
        (
            "INSERT INTO setup_edition (product, at) VALUES ('99.0.1', '2030-01-01')",
            "was brought up to date by Commonweal 99.0.1",
        ),
    ],
)
def test_an_older_version_touches_no_newer_database(run, stevenage, sql, words):
    write(stevenage, sql)
    for command in (("serve", "--port", "1"), ("work", "--once"), ("upgrade",)):
        done = run(stevenage, *command)
        assert done.returncode != 0
        assert words in done.stderr
        assert "Traceback" not in done.stderr
    assert not list((stevenage / "backups").iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="files are not locked so on Windows")
def test_what_is_served_is_not_upgraded_and_what_is_upgraded_not_served(run, stevenage):
    import fcntl

    with (stevenage / "running.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        for words in (("upgrade",), ("upgrade", "--dry-run")):
            done = run(stevenage, *words)
            assert done.returncode == 1
            assert "Stop 'serve', 'work' and gunicorn first" in done.stderr
            # What it would do is said all the same.
            assert "2. migrations: none" in done.stdout
        fcntl.flock(file, fcntl.LOCK_EX)
        done = run(stevenage, "work", "--once")
        assert done.returncode == guard.NOT_STARTED
        assert "An upgrade or a move is under way here" in done.stderr


def test_an_upgrade_that_stops_says_where_its_backup_is_and_goes_on(run, stevenage):
    make_older(stevenage)
    # A table of the new version's name stands in its way.
    write(stevenage, "CREATE TABLE setup_edition (id integer)")
    done = run(stevenage, "upgrade")
    assert "Not upgraded. The upgrade stopped: " in done.stderr
    assert "The backup from before is" in done.stderr
    write(stevenage, "DROP TABLE setup_edition")
    assert run(stevenage, "upgrade").returncode == 0


def test_a_backup_is_encrypted_on_request(run, stevenage):
    pyrage = pytest.importorskip("pyrage")
    key = str(pyrage.x25519.Identity.generate().to_public())
    done = run(stevenage, "upgrade", "--backup", str(stevenage / "b"), "--to", key)
    assert done.returncode == 0, done.stderr
    assert (stevenage / "b").read_bytes().startswith(b"age-encryption.org/v1")


def test_the_version_is_said_by_the_command(run, tmp_path):
    assert run(tmp_path, "--version").stdout == f"Commonweal {VERSION}\n"
    assert parts("0.10.0") > parts("0.9.9")


# --- In the process itself --------------------------------------------------------------------


@pytest.mark.django_db
def test_an_upgrade_begun_again_within_a_second_has_a_backup_of_its_own(town, monkeypatch):
    moment = datetime(2026, 11, 29, 12, tzinfo=UTC)
    monkeypatch.setattr(upgrading, "datetime", SimpleNamespace(now=lambda zone: moment))
    places = []
    for _ in range(3):
        plan = upgrading.plan(backup=None)
        assert not any("is there already" in sentence for sentence in plan.refusals)
        plan.backup.parent.mkdir(exist_ok=True)
        plan.backup.write_text("")
        places.append(plan.backup.name)
    assert places == [
        f"before-{VERSION}-2026-11-29-120000Z{number}.backup" for number in ("", "-2", "-3")
    ]


@pytest.mark.django_db
def test_all_that_forbids_an_upgrade_is_said_at_once(town, tmp_path, monkeypatch):
    (tmp_path / "here.backup").write_text("")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**9, 10**9, 5 * 10**6))
    Edition.objects.create(product="99.0")
    plan = upgrading.plan(backup=tmp_path / "here.backup")
    said = "\n".join(plan.refusals)
    assert "was brought up to date by Commonweal 99.0" in said
    assert "here.backup is there already" in said
    assert "has 5 MB free, and backup and upgrade may take" in said
    with pytest.raises(Refused, match=r"99\.0"):
        upgrading.upgrade(plan)


@pytest.mark.django_db
def test_a_folder_that_takes_no_backup_is_named(town, tmp_path):
    (tmp_path / "file").write_text("")
    plan = upgrading.plan(backup=tmp_path / "file" / "b")
    assert any("No backup can be made" in sentence for sentence in plan.refusals)
    assert not upgrading.plan(backup=None, is_wanted=False).refusals


@pytest.mark.django_db
def test_there_is_nothing_to_upgrade_without_tables(town, monkeypatch):
    from django.db import connection

    monkeypatch.setattr(connection.introspection, "table_names", lambda *_: [])
    with pytest.raises(Refused, match="There is no town here"):
        upgrading.plan(backup=None)


@pytest.mark.django_db
def test_what_follows_the_last_migration_comes_where_none_is_left(town):
    """Whoever was killed between the two begins again, and finds nothing to migrate."""
    every = Permission.objects.count()
    Permission.objects.filter(codename__startswith="add_").delete()
    progress.make_tables()
    assert Permission.objects.count() == every > 0


def test_what_a_town_starts_with_comes_and_what_it_chose_stays(town):
    own = Pillar.objects.create(code="own", name="Our own")
    upgrading.start_what_is_new()
    # It has chosen pillars, so it was asked about the programme, and wants no metrics.
    assert list(Pillar.objects.all()) == [own]
    assert not Metric.objects.exists()
    assert HelpType.objects.count() == 12
    HelpType.objects.filter(code="food").update(name="Groceries")
    own.delete()
    upgrading.start_what_is_new()
    assert Pillar.objects.count() == 5
    assert Metric.objects.exists()
    assert HelpType.objects.get(code="food").name == "Groceries"


@pytest.mark.django_db
def test_every_page_says_which_version_made_it(client, town):
    assert f"Commonweal {VERSION}, free software" in client.get("/").content.decode()

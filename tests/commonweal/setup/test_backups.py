"""A town that is lost comes back whole: database, evidence, papers, payments, on an empty
machine."""

from __future__ import annotations

import base64
import fcntl
import io
import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from commonweal import key_files
from commonweal.office.errors import Refused
from commonweal.setup.backups import contents, making, sealing, sums, unpacking

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [
    p for p in sorted((ROOT / "src/commonweal").rglob("*.py")) if "migrations" not in p.parts
]


@pytest.fixture(scope="session")
def village(demo_village, tmp_path_factory):
    """A folder with a town in it, made by the product's own commands."""
    return demo_village(tmp_path_factory.mktemp("demo") / "village")


def test_every_folder_of_data_is_in_a_backup():
    """A folder that somebody begins to keep data in has to be named here or there."""
    named = set(contents.folders()) | set(contents.NOT_KEPT)
    used = set()
    for path in SOURCES:
        if path.name == "testing.py":
            continue
        for match in re.finditer(r"\bVAR\)? / [\"']([\w.]+)[\"']", path.read_text()):
            used.add(match[1])
    assert used >= {"evidence", "cases", "spend", "templates"}
    assert used <= named


def test_a_lost_town_comes_back_the_same(run, village, tmp_path):
    lost = tmp_path / "lost"
    shutil.copytree(village, lost)
    (lost / "templates").mkdir(exist_ok=True)
    (lost / "cases").mkdir(exist_ok=True)
    (lost / "cases" / "a-paper").write_bytes(b"encrypted already")
    (lost / "templates" / "committee.docx").write_bytes(b"our own")
    file, keys = tmp_path / "town.backup", tmp_path / "town.keys"
    done = run(lost, "backup", str(file), "--keys", str(keys))
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE(keys.stat().st_mode) == 0o600
    head = run(lost, "ledger", "head").stdout
    papers = {p.name: p.read_bytes() for p in (lost / "cases").rglob("*") if p.is_file()}
    payments = {p.name for p in (lost / "spend").rglob("*") if p.is_file()}
    assert papers
    assert payments
    shutil.rmtree(lost)

    new = tmp_path / "new"
    done = run(new, "restore", str(file), "--keys", str(keys))
    assert done.returncode == 0, done.stderr
    assert "every file of evidence" in done.stdout
    assert run(new, "ledger", "head").stdout == head
    assert {p.name: p.read_bytes() for p in (new / "cases").rglob("*") if p.is_file()} == papers
    assert {p.name for p in (new / "spend").rglob("*") if p.is_file()} == payments
    assert (new / "templates" / "committee.docx").read_bytes() == b"our own"
    assert stat.S_IMODE((new / "commonweal.sqlite3").stat().st_mode) == 0o600
    assert run(new, "balance", "verify").returncode == 0
    again = run(new, "restore", str(file), "--keys", str(keys))
    assert "There is a town here already" in again.stderr


@pytest.mark.parametrize("kind", ["backup", "keys"])
@pytest.mark.parametrize("fault", ["cut off in its head", "cut off", "one sign is another"])
def test_nobody_looks_for_another_key_to_a_file_that_is_damaged(tmp_path, kind, fault):
    """They would never find one: what is missing is another copy."""
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    key, file, plain = tmp_path / "key", tmp_path / "b", tmp_path / "plain"
    key.write_text(f"{identity}\n")
    content = pyrage.encrypt(b"x" * 200_000, [identity.to_public()])
    middle = len(content) // 2
    file.write_bytes(
        {
            "cut off in its head": content[:100],
            "cut off": content[:middle],
            "one sign is another": content[:middle] + b"\x00\x01" + content[middle + 2 :],
        }[fault]
    )
    opens = {
        "backup": lambda: sealing.decrypt(file, key, plain),
        "keys": lambda: key_files._opened(file, key),
    }
    with pytest.raises((Refused, SystemExit), match=r"cut off or damaged\. Take another copy"):
        opens[kind]()


def test_an_encrypted_one_opens_with_its_key_alone(run, village, tmp_path):
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    file, key, other = tmp_path / "b", tmp_path / "key", tmp_path / "other"
    key.write_text(f"# created\n{identity}\n")
    other.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    done = run(village, "backup", str(file), "--to", str(identity.to_public()))
    assert done.returncode == 0, done.stderr
    assert file.read_bytes().startswith(b"age-encryption.org/v1")
    new = tmp_path / "new"
    shutil.copytree(village / "keys", new / "keys")
    assert "is encrypted" in run(new, "restore", str(file)).stderr
    wrong = run(new, "restore", str(file), "--identity", str(other))
    assert "does not open" in wrong.stderr
    done = run(new, "restore", str(file), "--identity", str(key))
    assert done.returncode == 0, done.stderr
    age = shutil.which("age")
    if age:
        opened = subprocess.run([age, "-d", "-i", key, file], capture_output=True)
        assert opened.stdout[:2] == b"\x1f\x8b"


def test_the_backup_and_the_keys_that_the_guide_makes_bring_a_town_back(run, village, tmp_path):
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    file, keys, key, wrong = (tmp_path / name for name in ("b", "keys", "key", "wrong"))
    key.write_text(f"{identity}\n")
    to = ("--to", str(identity.to_public()))
    done = run(village, "backup", str(file), *to, "--keys", str(keys))
    assert done.returncode == 0, done.stderr
    assert keys.read_bytes().startswith(b"age-encryption.org/v1")
    other = {
        "secret_key": "x" * 50,
        "field_keys": base64.urlsafe_b64encode(os.urandom(32)).decode(),
    }
    wrong.write_text(json.dumps(other))
    new = tmp_path / "new"
    words = ("restore", str(file), "--identity", str(key), "--keys")
    assert "are not this backup's" in run(new, *words, str(wrong)).stderr
    # What was tried in vain does not stand in the way of the right ones.
    assert not list((new / "keys").iterdir())
    assert "--identity FILE" in run(new, "restore", str(file), "--keys", str(keys)).stderr
    done = run(new, *words, str(keys))
    assert done.returncode == 0, done.stderr
    assert run(new, "ledger", "head").stdout == run(village, "ledger", "head").stdout


@pytest.mark.parametrize("has_filters", [True, False])
@pytest.mark.parametrize("name", ["../out", "link"])
def test_an_archive_is_unpacked_below_its_folder_alone(tmp_path, monkeypatch, has_filters, name):
    """On Pythons of 3.11 before .4 too, which know no filters."""
    if not has_filters:
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        member = tarfile.TarInfo("database" if name == "link" else name)
        if name == "link":
            member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(member, io.BytesIO())
    folder = tmp_path / "in"
    folder.mkdir()
    written.seek(0)
    with tarfile.open(fileobj=written) as archive, pytest.raises(tarfile.TarError):
        unpacking.extract(archive, folder)
    assert [path.name for path in tmp_path.rglob("*")] == ["in"]


@pytest.mark.parametrize("has_filters", [True, False])
def test_plain_files_come_out_as_they_went_in(tmp_path, monkeypatch, has_filters):
    if not has_filters:
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        member = tarfile.TarInfo("cases/a-paper")
        member.size = 5
        archive.addfile(member, io.BytesIO(b"words"))
    written.seek(0)
    with tarfile.open(fileobj=written) as archive:
        unpacking.extract(archive, tmp_path)
    assert (tmp_path / "cases" / "a-paper").read_bytes() == b"words"


def test_a_backup_that_is_read_to_no_end_is_called_damaged(tmp_path):
    """A sign that is another in a name ends what can be read of it, and its list stands last."""
    with pytest.raises(Refused, match="no backup of a town"):
        unpacking.checked(tmp_path, print)
    (tmp_path / "database").write_bytes(b"x")
    with pytest.raises(Refused, match="cut off or damaged"):
        unpacking.checked(tmp_path, print)


@pytest.mark.parametrize(
    ("manifest", "sentence"),
    [
        ("[]", "its manifest is of another kind"),
        ('"commonweal"', "its manifest is of another kind"),
        ("null", "its manifest is of another kind"),
        ("{}", f"of the format None, not {contents.FORMAT}"),
        (json.dumps({"format": contents.FORMAT}), "cut off or damaged"),
        (
            json.dumps(
                {key: [] for key in sorted(unpacking.MANIFEST)} | {"format": contents.FORMAT}
            ),
            "cut off or damaged",
        ),
    ],
)
def test_a_manifest_that_is_none_is_refused_in_a_sentence(tmp_path, manifest, sentence):
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(Refused, match=sentence):
        unpacking.checked(tmp_path, print)


def test_a_damaged_or_foreign_file_is_refused_in_a_sentence(run, village, tmp_path):
    new = tmp_path / "new"
    shutil.copytree(village / "keys", new / "keys")
    for name, content in (("empty", b""), ("noise", os.urandom(5000)), ("text", b"hello" * 99)):
        (tmp_path / name).write_bytes(content)
        done = run(new, "restore", str(tmp_path / name))
        assert done.returncode == 1
        assert "no backup" in done.stderr
        assert "Traceback" not in done.stderr
        # An empty database beside the keys would look like a town that lost its tables.
        assert [path.name for path in new.iterdir()] == ["keys"]
    file = tmp_path / "whole"
    assert run(village, "backup", str(file)).returncode == 0
    (tmp_path / "cut").write_bytes(file.read_bytes()[:-2000])
    assert "damaged" in run(new, "restore", str(tmp_path / "cut")).stderr
    assert run(new, "restore", str(file)).returncode == 0
    assert "already" in run(village, "backup", str(file)).stderr
    assert "age1" in run(village, "backup", str(tmp_path / "x"), "--to", "me").stderr


def test_a_restore_that_was_cut_off_is_begun_again(run, village, tmp_path):
    file, keys, new = tmp_path / "town.backup", tmp_path / "town.keys", tmp_path / "new"
    assert run(village, "backup", str(file), "--keys", str(keys)).returncode == 0
    new.mkdir()
    shutil.copyfile(village / "commonweal.sqlite3", new / "commonweal.sqlite3")
    shutil.copytree(village / "keys", new / "keys")
    done = run(new, "restore", str(file))
    assert "There is a town here already" in done.stderr

    (new / ".restore-begun").touch()
    example = str(ROOT / "examples/stevenage.toml")
    for words in (
        ("serve", "--port", "1"),
        ("work", "--once"),
        ("upgrade",),
        ("init", example, "--admin", "a@example.org"),
    ):
        done = run(new, *words)
        assert done.returncode in {1, 3}, words
        assert "A restore began here and did not end" in done.stderr, words
        assert "Traceback" not in done.stderr
    done = run(new, "restore", str(file))
    assert done.returncode == 0, done.stderr
    assert any((new / "evidence").rglob("*"))
    assert not (new / ".restore-begun").exists()


def test_a_restore_without_the_keys_says_where_they_are_named(run, village, tmp_path):
    pyrage = pytest.importorskip("pyrage")
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(str(identity))
    file, keys, to = tmp_path / "b", tmp_path / "k", str(identity.to_public())
    done = run(village, "backup", str(file), "--keys", str(keys), "--to", to)
    assert done.returncode == 0, done.stderr
    # From now on the doctor knows that they were.
    assert "The keys of now were saved apart" in run(village, "doctor").stdout
    opens = ("--identity", str(tmp_path / "key"))
    for words, says in (
        (opens, "restore FILE --keys KEYFILE"),
        (("--keys", str(tmp_path / "none"), *opens), f"There is no file or folder {tmp_path}/none"),
        (("--keys", str(keys)), "--identity FILE"),
        (("--keys", str(keys), "--identity", str(tmp_path / "no")), "There is no file or folder"),
    ):
        done = run(tmp_path / "new", "restore", str(file), *words)
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert says in done.stderr
        # Whoever is told how to make a new town's keys would make ones that open nothing.
        assert "init" not in done.stderr
    done = run(tmp_path / "new", "restore", str(file), "--keys", str(keys), *opens)
    assert done.returncode == 0, done.stderr


def test_wrong_keys_are_named_and_init_never_makes_new_ones_where_a_town_is(
    run, village, stevenage, tmp_path
):
    file = tmp_path / "b"
    assert run(village, "backup", str(file)).returncode == 0
    # Another town's folder, as `init` made it.
    new = stevenage
    example = str(ROOT / "examples/stevenage.toml")
    own = (new / "keys" / "field_keys").read_text()
    (new / "commonweal.sqlite3").unlink()
    assert "are not this backup's" in run(new, "restore", str(file)).stderr
    # A town whose keys are lost: a database beside other keys, and beside none.
    shutil.copyfile(village / "commonweal.sqlite3", new / "commonweal.sqlite3")
    done = run(new, "check")
    assert "are not this database's" in done.stderr
    shutil.rmtree(new / "keys")
    done = run(new, "init", example, "--admin", "a@example.org")
    assert "put back the keys of its backup" in done.stderr
    assert not (new / "keys").exists()
    assert own


def test_evidence_that_is_gone_or_changed_is_named(run, village, tmp_path):
    lost = tmp_path / "lost"
    shutil.copytree(village, lost)
    assert run(lost, "ledger", "verify").returncode == 0
    first, second = sorted(p for p in (lost / "evidence").rglob("*") if p.is_file())[:2]
    first.unlink()
    second.write_bytes(b"other")
    done = run(lost, "ledger", "verify")
    assert done.returncode == 1
    assert first.name in done.stderr
    assert "2 files of evidence are not whole" in done.stderr


# Writes a row after the other, and says so of the first, until there is nothing more to read.
WRITES = """
import select, sqlite3, sys
d = sqlite3.connect(sys.argv[1], timeout=30)
n = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    d.execute('INSERT INTO accounts_message (key, subject, body, written_at,'
              ' attempts, to_email, to_phone, urgent, failure)'
              ' VALUES (?, ?, ?, ?, 0, ?, ?, 0, ?)',
              (f'w{n}', 's', 'b', '2026-01-01', 'x', '', ''))
    d.commit()
    if n == 0:
        print('begun', flush=True)
    n += 1
"""


def written(folder):
    with closing(sqlite3.connect(folder / "commonweal.sqlite3")) as database:
        sql = "SELECT COUNT(*) FROM accounts_message WHERE key LIKE 'w%'"
        return database.execute(sql).fetchone()[0]


def test_a_backup_can_be_made_while_the_town_is_written_to(run, village, tmp_path):
    busy, file = tmp_path / "busy", tmp_path / "b"
    shutil.copytree(village, busy)
    with subprocess.Popen(
        [sys.executable, "-c", WRITES, str(busy / "commonweal.sqlite3")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as writer:
        assert writer.stdout.readline() == b"begun\n"
        done = run(busy, "backup", str(file))
        writer.communicate()
    assert writer.returncode == 0
    assert done.returncode == 0, done.stderr
    new = tmp_path / "new"
    shutil.copytree(village / "keys", new / "keys")
    done = run(new, "restore", str(file))
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(new / "commonweal.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    # It was written to before the copy was made, and afterwards.
    assert 0 < written(new) < written(busy)


def test_what_a_killed_backup_left_goes_with_the_next_one(tmp_path, settings, monkeypatch):
    """It is a whole copy of the database each time, in a folder that nobody looks into."""
    settings.VAR = settings.EVIDENCE_FOLDER = settings.CASE_FOLDER = tmp_path / "var"
    settings.SPEND_FOLDER = tmp_path / "spend"
    monkeypatch.setattr(making, "copy_database", lambda to: to.write_bytes(b"") and {})
    monkeypatch.setattr(making, "applied", list)
    monkeypatch.setattr(making, "fingerprint", str)
    monkeypatch.setattr(making, "size_of_database", int)
    own, elsewhere = settings.VAR / "backups", tmp_path / "elsewhere"
    dead, alive, new = (settings.VAR / f".backup-{name}" for name in ("dead", "alive", "new"))
    for folder in (own, elsewhere, dead, alive, new):
        folder.mkdir(parents=True)
        (folder / "a.partial").touch()
        if folder != new:
            os.utime(folder / "a.partial", (0, 0))
            os.utime(folder, (0, 0))
    held = os.open(alive, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    for folder in (own, elsewhere):
        making.make(folder / "b")
    os.close(held)
    assert set(settings.VAR.glob(".backup-*")) == {alive, new}
    assert set(own.iterdir()) == {own / "b"}
    # There it may be somebody else's.
    assert set(elsewhere.iterdir()) == {elsewhere / "b", elsewhere / "a.partial"}


def test_keys_are_in_no_backup(run, village, tmp_path):
    import tarfile

    file = tmp_path / "b"
    assert run(village, "backup", str(file)).returncode == 0
    with tarfile.open(file) as archive:
        names = archive.getnames()
        manifest = json.loads(archive.extractfile("manifest.json").read())
    assert not [name for name in names if name.startswith("keys") or name.endswith("_keys")]
    secret = (village / "keys" / "field_keys").read_text().strip()
    assert secret not in json.dumps(manifest)


def test_a_lost_town_on_postgresql_comes_back_the_same(run, tmp_path, postgresql):
    first, second = (postgresql.replace("/postgres?", f"/{name}?") for name in ("lost", "new"))
    with psycopg.connect(postgresql, autocommit=True) as server:
        for name in ("lost", "new"):
            server.execute(f"DROP DATABASE IF EXISTS {name}")
            server.execute(f"CREATE DATABASE {name}")
    old, new = tmp_path / "old", tmp_path / "new"
    settings = str(ROOT / "examples/stevenage.toml")
    done = run(old, "init", settings, "--admin", "ada@example.org", DATABASE_URL=first)
    assert done.returncode == 0, done.stderr
    # Evidence has rows, which this town has not; these are taken as they lie.
    kept = {"cases/a-paper": b"encrypted", "spend/raw/a.csv": b"1,2", "templates/own.docx": b"PK"}
    for name, content in kept.items():
        (old / name).parent.mkdir(parents=True, exist_ok=True)
        (old / name).write_bytes(content)
    file, keys = tmp_path / "town.backup", tmp_path / "town.keys"
    done = run(old, "backup", str(file), "--keys", str(keys), DATABASE_URL=first)
    assert done.returncode == 0, done.stderr
    words = ("restore", str(file), "--keys", str(keys))
    assert "already" in run(tmp_path / "other", *words, DATABASE_URL=first).stderr
    done = run(new, *words, DATABASE_URL=second)
    assert done.returncode == 0, done.stderr
    assert "every file of evidence" in done.stdout
    assert {name: (new / name).read_bytes() for name in kept} == kept
    heads = [
        run(folder, "ledger", "head", DATABASE_URL=url).stdout
        for folder, url in ((old, first), (new, second))
    ]
    assert heads[0] == heads[1] != ""


@pytest.mark.parametrize(
    ("part", "stands"),
    [
        ("rows", {"a": 1, "b": 3}),
        ("ledger_head", [7, "other"]),
        ("closed_statements", {"1": "other"}),
    ],
)
def test_what_comes_back_otherwise_is_no_restored_town(monkeypatch, part, stands):
    kept = {"rows": {"a": 1, "b": 2}, "ledger_head": [7, "h"], "closed_statements": {"1": "s"}}
    monkeypatch.setattr(sums, "now", lambda: kept)
    sums.prove({"summary": kept})
    monkeypatch.setattr(sums, "now", lambda: kept | {part: stands})
    with pytest.raises(Refused, match=f"differs from what was kept: {part}"):
        sums.prove({"summary": kept})


def test_the_backup_of_a_town_without_entries_comes_back_and_says_so(run, stevenage, tmp_path):
    file, new = tmp_path / "town.backup", tmp_path / "new"
    assert run(stevenage, "backup", str(file)).returncode == 0
    shutil.copytree(stevenage / "keys", new / "keys")
    done = run(new, "restore", str(file))
    assert done.returncode == 0, done.stderr
    assert "a ledger without entries." in done.stdout


@pytest.mark.parametrize("words", [["backup", "FILE"], ["backup", "FILE", "--keys", "KEYS"]])
def test_nothing_is_kept_where_no_town_is(run, stevenage, tmp_path, words):
    """With keys and without tables: `init` was cut off, or a folder was mistyped."""
    empty = tmp_path / "empty"
    shutil.copytree(stevenage / "keys", empty / "keys")
    named = {"FILE": str(tmp_path / "town.backup"), "KEYS": str(tmp_path / "keys.json")}
    done = run(empty, *(named.get(word, word) for word in words))
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no town here." in done.stderr
    assert "Traceback" not in done.stderr
    assert not [path for path in named.values() if Path(path).exists()]
    assert [path.name for path in empty.iterdir()] == ["keys"]


def test_a_town_that_knew_no_books_is_summed_up():
    """`upgrade` makes its backup before the migrations, so of tables as an old version had them."""
    with closing(sqlite3.connect(":memory:")) as old:
        old.execute("CREATE TABLE pledges_ledgerhead (id, seq, hash)")
        old.execute("INSERT INTO pledges_ledgerhead VALUES (1, 678, '6d72')")
        added_up = sums.summary(lambda sql: old.execute(sql).fetchall(), ["pledges_ledgerhead"])
    assert added_up["ledger_head"] == [678, "6d72"]
    assert added_up["closed_statements"] == {}

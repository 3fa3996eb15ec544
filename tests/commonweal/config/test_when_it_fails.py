"""When database or disk fail: the page says so with the town's telephone, and reading goes on."""

from __future__ import annotations

import errno
import json
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading

import pytest
from django.db import DatabaseError, IntegrityError, InternalError, OperationalError

from commonweal.config import settings as product
from commonweal.design import away
from commonweal.health import failing
from commonweal.jobs.database import Trouble, trouble_of

PHONE = "01632 960 100"


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (OperationalError("attempt to write a readonly database"), Trouble.READ_ONLY),
        (InternalError("cannot execute INSERT in a read-only transaction"), Trouble.READ_ONLY),
        (OperationalError("database or disk is full"), Trouble.FULL),
        (OperationalError('could not extend file "base/1": No space left on device'), Trouble.FULL),
        (OSError(errno.ENOSPC, "No space left on device"), Trouble.FULL),
        (OSError(errno.EROFS, "Read-only file system"), Trouble.READ_ONLY),
        (caused(ValueError("x"), OSError(errno.EDQUOT, "Quota")), Trouble.FULL),
        (OperationalError("database is locked"), Trouble.BUSY),
        (OperationalError("canceling statement due to statement timeout"), Trouble.BUSY),
        (OperationalError("canceling statement due to lock timeout"), Trouble.BUSY),
        (OperationalError("connection refused"), Trouble.AWAY),
        (OperationalError("unable to open database file"), Trouble.AWAY),
        (OperationalError("server closed the connection unexpectedly"), Trouble.AWAY),
        (OperationalError("no such table: places_town"), None),
        (IntegrityError("UNIQUE constraint failed"), None),
        (DatabaseError("anything"), None),
        (ValueError("anything"), None),
        (FileNotFoundError(errno.ENOENT, "No such file"), None),
        (None, None),
    ],
    ids=str,
)
def test_what_is_the_matter_is_told_from_the_error(error, trouble):
    assert trouble_of(error) is trouble


@pytest.fixture
def _town_is_known(settings, tmp_path):
    settings.VAR = tmp_path
    facts = dict.fromkeys(away.FACTS, "")
    away.keep(facts | {"name": "Brackenford", "help_phone": PHONE, "helplines": []})
    yield
    away._known.clear()


@pytest.mark.usefixtures("_town_is_known")
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("connection refused"), 503),
        (OperationalError("database is locked"), 503),
        (OSError(errno.ENOSPC, "No space left on device"), 503),
        (KeyError("ours"), 500),
    ],
    ids=str,
)
def test_the_page_needs_no_database(rf, error, status):
    """No test here has a database: asking it anything would fail."""
    try:
        raise error
    except Exception:
        page = failing.broken(rf.get("/help/"))
    assert page.status_code == status
    assert PHONE in page.text
    assert "Brackenford" in page.text


@pytest.mark.usefixtures("_town_is_known")
def test_another_process_reads_what_was_kept(rf):
    away._known.clear()
    assert PHONE in failing.broken(rf.get("/")).text


def links_of(text):
    return [
        path
        for path in re.findall(r'href="(/[^"#]*)', text)
        if not path.startswith(("/static/", "/accounts/", "/demo/", "/desk/", "/space/"))
    ]


def crawl(town, *, most):
    """The answer of each public page that is reached from the first."""
    answers, waiting = {}, ["/", "/help/", "/pledges.csv", "/ledger.csv", "/feed.atom"]
    while waiting and len(answers) < most:
        path = waiting.pop(0)
        if path in answers:
            continue
        answers[path] = town.get(path)
        if "html" in answers[path].headers.get("Content-Type", ""):
            waiting += [link for link in links_of(answers[path].text) if link not in answers]
    return answers


def test_public_pages_go_on_while_nothing_can_be_written(village, run_town, tools):
    file = village / "commonweal.sqlite3"
    with sqlite3.connect(file) as database:
        # As on the morning after: the standings are of yesterday, and can't be kept anew.
        database.execute("UPDATE pledges_pledge SET standing_until = date('now', '-1 day')")
    database.close()
    town = run_town(village, "--no-jobs", DATABASE_URL=f"sqlite:///file:{file}?mode=ro")
    answers = crawl(town, most=60)
    assert {path: a.status for path, a in answers.items() if a.status != 200} == {}
    assert len(answers) == 60
    assert "Nothing can be sent to us at the moment" in town.get("/pledges/").text

    visitor = tools.Visitor(f"http://127.0.0.1:{town.port}")
    sent = visitor.post("/accounts/login/code/", {"email": "asha.patel@brackenford.example"})
    assert sent.status == 503, sent.text
    assert "Nothing can be sent to us at the moment" in sent.text
    assert "Too many" not in sent.text
    assert PHONE in sent.text


def first_start(village, run_town):
    """The town has run here before, so that what its pages need is kept: not only when it was
    made."""
    shutil.rmtree(village / "away")
    run_town(village, "--no-jobs").stop()


def test_while_the_server_of_the_database_is_down(village, run_town, tools):
    first_start(village, run_town)
    nobody = f"postgresql://nobody@127.0.0.1:{tools.free_port()}/town"
    town = run_town(village, "--no-jobs", DATABASE_URL=nobody)
    for path in ("/", "/help/", "/pledges/", "/no-such-page/", "/accounts/login/"):
        page = town.get(path)
        assert (path, page.status) == (path, 503)
        assert PHONE in page.text
        assert page.headers["Retry-After"]
    assert town.get("/-/live").status == 200
    ready = town.get("/-/ready")
    assert ready.status == 503
    assert '"says": "The database does not answer."' in ready.text
    assert "commonweal_database_up 0" in town.get("/-/metrics").text


@pytest.fixture
def black_hole():
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        held = []

        def take():
            while True:
                try:
                    held.append(listening.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield listening.getsockname()[1], held
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()
    for line in held:
        line.close()


def test_a_server_that_never_answers_is_not_waited_for(village, run_town, black_hole):
    port, held = black_hole
    address = f"postgresql://nobody@127.0.0.1:{port}/town"
    # Nobody waits for longer than a few seconds; here for the shortest time that there is.
    assert 0 < product.database(address)["OPTIONS"]["connect_timeout"] <= 5
    town = run_town(village, "--no-jobs", DATABASE_URL=f"{address}?connect_timeout=2")
    # The start waits once, and not at each step that would ask; then the page.
    assert len(held) == 1
    page = town.get("/")
    assert page.status == 503
    assert PHONE in page.text


def test_it_recovers_by_itself(village, run_town):
    town = run_town(village, "--no-jobs")
    assert town.get("/").status == 200
    file = village / "commonweal.sqlite3"
    for end in ("", "-wal", "-shm"):
        if (path := village / f"commonweal.sqlite3{end}").exists():
            shutil.move(path, village / f"moved{end}")
    file.mkdir()
    assert town.get("/").status == 503
    file.rmdir()
    for end in ("", "-wal", "-shm"):
        if (path := village / f"moved{end}").exists():
            shutil.move(path, village / f"commonweal.sqlite3{end}")
    assert town.get("/").status == 200


def test_a_writer_that_takes_long_is_told_and_stops_no_reader(village, run_town, tools, impatient):
    assert 0 < product.database("")["OPTIONS"]["timeout"] <= 10
    town = run_town(village, "--no-jobs", **impatient)
    writer = sqlite3.connect(village / "commonweal.sqlite3", isolation_level=None)
    try:
        writer.execute("BEGIN IMMEDIATE")
        visitor = tools.Visitor(f"http://127.0.0.1:{town.port}")
        assert visitor.get("/help/").status == 200
        sent = visitor.post("/accounts/login/code/", {"email": "asha.patel@brackenford.example"})
        assert sent.status == 503
        assert "Too much is being written at once" in sent.text
    finally:
        writer.execute("ROLLBACK")
        writer.close()
    sent = visitor.post("/accounts/login/code/", {"email": "asha.patel@brackenford.example"})
    assert sent.status == 200


def test_a_file_that_was_moved_away_is_named_and_none_is_made_in_its_place(
    village, run_town, tools, tmp_path
):
    """An empty one would say that tables are missing, and its log could be read into the one that
    is put back."""
    file, elsewhere = village / "commonweal.sqlite3", tmp_path / "elsewhere"
    elsewhere.mkdir()
    town = run_town(village)
    assert town.get("/").status == 200
    # As long as something works for the town there is a log beside the file.
    for path in village.glob("commonweal.sqlite3*"):
        shutil.move(path, elsewhere / path.name)
    page = town.get("/pledges/")
    assert page.status == 503
    assert PHONE in page.text
    told = json.loads(town.get("/-/ready").text)["checks"]
    assert f"The file {file} is not there" in told["database"]["mend"]
    assert [name for name, check in told.items() if check["ok"]] == ["disk"]
    assert town.get("/-/live").status == 200
    assert "commonweal_database_up 0" in town.get("/-/metrics").text

    doctor = subprocess.run(
        [sys.executable, "-m", "commonweal.cli", "doctor"],
        env=tools.commonweal_environment(village),
        capture_output=True,
        text=True,
    )
    assert doctor.returncode == 1, doctor.stderr
    assert f"The file {file} is not there" in doctor.stdout
    assert doctor.stderr == ""
    assert not list(village.glob("commonweal.sqlite3*"))

    for path in elsewhere.iterdir():
        shutil.move(path, village / path.name)
    assert town.get("/pledges/").status == 200

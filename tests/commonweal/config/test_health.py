"""What monitoring is told, and what the doctor finds: each check is wrong once."""

from __future__ import annotations

import contextlib
import io
import socket
import sqlite3
import time
import urllib.error
from datetime import timedelta
from types import SimpleNamespace
from typing import ClassVar

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as product
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from commonweal.accounts.models import Event, KeyCheck, Message
from commonweal.health import doctor, figures, outside, readiness
from commonweal.health.middleware import may_look
from commonweal.jobs import database
from commonweal.jobs.models import Pulse
from commonweal.jobs.queue import LANES
from commonweal.pledges import ledger
from commonweal.pledges.reaching_out import AddressAnswer, AddressState
from commonweal.spend import files


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def _workers_are_alive(town, now):
    for lane in LANES:
        Pulse.objects.create(worker=f"w-{lane}", lane=lane, at=now)


@pytest.mark.usefixtures("_workers_are_alive")
def test_a_town_that_is_well_is_ready(client):
    answer = client.get("/-/ready")
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert told["ready"] is True
    assert set(told["checks"]) == {"database", "migrations", "worker", "disk", "letters"}


@pytest.mark.usefixtures("_workers_are_alive")
def test_jobs_that_rest_are_told_and_send_no_visitor_away(client, monkeypatch):
    monkeypatch.setattr(readiness.clock, "why_rest", lambda now: "The clock says 2 January 2028.")
    answer = client.get("/-/ready")
    assert answer.status_code == 200
    assert answer.json()["checks"]["worker"]["says"].endswith("The clock says 2 January 2028.")


@pytest.mark.usefixtures("_workers_are_alive")
def test_a_clock_that_is_set_makes_no_worker_look_dead(client, clock_set):
    """It answered 503 once after each jump, so that a proxy sent everybody elsewhere."""
    assert client.get("/-/ready").status_code == 200
    clock_set(days=400)
    assert client.get("/-/ready").status_code == 200
    # Whoever says nothing for five minutes by a clock that nobody sets is not at work.
    clock_set(days=400, minutes=5, steady_s=300)
    assert client.get("/-/ready").status_code == 503


def no_worker(now, monkeypatch):
    Pulse.objects.filter(lane="letters").update(at=now - timedelta(hours=1))


def full_disk(now, monkeypatch):
    usage = SimpleNamespace(free=1024, total=2048)
    monkeypatch.setattr(readiness.shutil, "disk_usage", lambda path: usage)


def old_letter(now, monkeypatch):
    Message.objects.create(
        key="k", subject="s", written_at=now - timedelta(hours=3), to_email="somebody@example.org"
    )


def read_only(now, monkeypatch):
    monkeypatch.setattr(database, "takes_writes", lambda: False)


def missing_migration(now, monkeypatch):
    node = SimpleNamespace(app_label="jobs", name="0099_more")
    monkeypatch.setattr(
        readiness.MigrationExecutor, "migration_plan", lambda self, targets: [(node, False)]
    )


def newer_database(now, monkeypatch):
    usual = readiness.MigrationExecutor.__init__

    def later(self, *arguments, **more):
        usual(self, *arguments, **more)
        self.loader.applied_migrations[("jobs", "0099_more")] = None

    monkeypatch.setattr(readiness.MigrationExecutor, "__init__", later)


@pytest.mark.usefixtures("_workers_are_alive")
@pytest.mark.parametrize(
    ("make_wrong", "name", "says"),
    [
        (read_only, "database", "takes nothing in"),
        (missing_migration, "migrations", "the first jobs.0099_more"),
        (newer_database, "migrations", "of a newer version: it knows jobs.0099_more"),
        (no_worker, "worker", "No worker is at work for: letters"),
        (full_disk, "disk", "0 MB are free"),
        (old_letter, "letters", "1 letter waits, the oldest for 3 hours"),
    ],
)
def test_what_is_not_well_makes_it_unready(client, now, monkeypatch, make_wrong, name, says):
    make_wrong(now, monkeypatch)
    answer = client.get("/-/ready")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert [key for key, told in checks.items() if not told["ok"]] == [name]
    assert says in checks[name]["says"]
    assert checks[name]["mend"]


@pytest.mark.usefixtures("_workers_are_alive")
def test_a_writer_that_does_not_end_makes_it_unready(client, monkeypatch):
    """SQLite lets one write at a time; whoever else sends a form is refused meanwhile."""

    def locked():
        raise OperationalError("database is locked")

    monkeypatch.setattr(database, "connection", Sqlite())
    monkeypatch.setattr(database, "transaction", SimpleNamespace(atomic=locked))
    answer = client.get("/-/ready")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert [key for key, told in checks.items() if not told["ok"]] == ["database"]
    assert "somebody else writes and does not end" in checks["database"]["says"]
    assert "which command or program" in checks["database"]["mend"]
    assert Sqlite.asked[-1] == "PRAGMA busy_timeout = 10000"


class Sqlite:
    """A connection to SQLite, whichever database the tests are on."""

    vendor = "sqlite"
    asked: ClassVar[list[str]] = []

    def cursor(self):
        return contextlib.nullcontext(self)

    def execute(self, statement):
        self.asked.append(statement)

    def fetchone(self):
        return (10_000,)


@pytest.fixture
def _known_anew(monkeypatch):
    monkeypatch.setattr(readiness, "_known", set())
    monkeypatch.setattr(readiness, "_began", time.monotonic() - 3600)


@pytest.mark.usefixtures("town", "_known_anew")
def test_a_town_that_starts_is_not_logged_as_broken(client, caplog, monkeypatch):
    """Pages are there a little before the jobs, and monitoring may ask in between."""
    monkeypatch.setattr(readiness, "_began", time.monotonic())
    answer = client.get("/-/ready")
    assert answer.status_code == 503
    assert not answer.json()["checks"]["worker"]["ok"]
    assert not caplog.records


@pytest.mark.usefixtures("_workers_are_alive", "_known_anew")
def test_what_is_wrong_is_logged_by_name_and_once(client, now, caplog):
    caplog.set_level("INFO", "commonweal.health")
    client.get("/-/ready")
    assert not caplog.records
    Pulse.objects.filter(lane="letters").update(at=now - timedelta(hours=1))
    for _ in range(3):
        client.get("/-/ready")
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("commonweal.health", "ERROR")
    assert "Not ready: worker. No worker is at work for: letters" in record.getMessage()
    Pulse.objects.filter(lane="letters").update(at=now)
    client.get("/-/ready")
    assert caplog.records[1].getMessage().startswith("Well again: worker.")
    assert len(caplog.records) == 2


def test_that_the_process_lives_needs_no_database_and_no_host(client):
    """No database is allowed in this test."""
    answer = client.get("/-/live", headers={"host": "10.9.8.7"})
    assert (answer.status_code, answer.content) == (200, b"alive\n")


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("path", ["/-/ready", "/-/metrics"])
def test_only_who_runs_it_may_look(client, settings, path):
    settings.HEALTH_TOKEN = "a-token-of-the-monitoring"
    stranger = {"REMOTE_ADDR": "203.0.113.7"}
    assert client.get(path, **stranger).status_code == 404
    wrong = {"authorization": "Bearer a-token-of-somebody"}
    assert client.get(path, headers=wrong, **stranger).status_code == 404
    right = {"authorization": "Bearer a-token-of-the-monitoring"}
    assert client.get(path, headers=right, **stranger).status_code in (200, 503)
    settings.HEALTH_FROM = ["203.0.113.0/24"]
    assert client.get(path, **stranger).status_code in (200, 503)


def test_an_empty_token_opens_nothing(rf, settings):
    settings.HEALTH_TOKEN = ""
    asked = rf.get("/-/ready", headers={"authorization": "Bearer "}, REMOTE_ADDR="203.0.113.7")
    assert not may_look(asked)
    assert not may_look(rf.get("/-/ready", REMOTE_ADDR="nonsense"))


@pytest.mark.usefixtures("_workers_are_alive")
def test_the_figures_are_openmetrics(client):
    answer = client.get("/-/metrics")
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    lines = answer.text.splitlines()
    assert lines[-1] == "# EOF"
    families = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(families) == len(set(families)) == len(figures.FIGURES) >= 28
    for line in lines[:-1]:
        if not line.startswith("#"):
            name, number = line.rsplit(" ", 1)
            float(number)
            assert any(name.startswith(family) for family in families), line


def test_a_figure_that_cannot_be_had_is_left_out(monkeypatch, now):
    """Without a database the rest is still told."""
    monkeypatch.setattr(figures, "_database_up", lambda now: 0)
    lines = figures.text(now).splitlines()
    assert any(line.startswith("commonweal_disk_free_bytes ") for line in lines)
    assert not any(line.startswith("commonweal_partners ") for line in lines)


# --- The doctor -----------------------------------------------------------------------------------


def refused(code, location=""):
    def open_(address):
        raise urllib.error.HTTPError(address, code, "", {"Location": location}, io.BytesIO())

    return open_


def unreachable(address):
    raise urllib.error.URLError(TimeoutError())


@pytest.mark.parametrize(
    ("open_", "says"),
    [
        (refused(301), "leads to itself for ever"),
        (refused(400), "another host name"),
        (refused(502), "answers 502"),
        (unreachable, "can't be reached from here"),
    ],
)
def test_the_proxy_is_wrong(settings, now, open_, says):
    settings.ADDRESS, settings.SECURE = "https://charter.example.gov.uk", True
    check = outside.proxy(now, open_=open_)
    assert not check.is_well
    assert says in check.says
    assert check.mend


def test_the_address_is_wrong(settings, now):
    settings.DEMO = False
    settings.ADDRESS, settings.SECURE = "http://127.0.0.1:8000", False
    assert "nobody else reaches that" in outside.proxy(now).says
    settings.ADDRESS = "http://charter.example.gov.uk"
    assert "not https" in outside.proxy(now).says


def no_mail_server(settings, monkeypatch, now):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    def refuses(*_, **__):
        raise OSError("refused")

    monkeypatch.setattr(outside, "get_connection", refuses)


def test_a_silent_mail_server_is_not_waited_for(settings, monkeypatch, now):
    """It takes the call and says nothing: each step of a talk would wait its own time."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND = "commonweal.accounts.smtp.Backend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        settings.EMAIL_TIMEOUT = 3
        assert outside.ANSWERS_WITHIN_S <= 10
        monkeypatch.setattr(outside, "ANSWERS_WITHIN_S", 0.2)
        began = time.monotonic()
        check = outside.mail(now)
        assert time.monotonic() - began < 2
    assert not check.is_well
    assert "said nothing within 0.2 seconds" in check.says


def mail_to_nobody(settings, monkeypatch, now):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.DEMO = False


def sent_by_nobody(settings, monkeypatch, now):
    settings.DEMO = False
    settings.DEFAULT_FROM_EMAIL = "Charter <commonweal@localhost>"


def keys_never_saved(settings, monkeypatch, now):
    settings.DEMO = False


def newer_keys_not_saved(settings, monkeypatch, now):
    settings.DEMO = False
    call_command("doctor", "--keys-kept")
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]


def other_keys(settings, monkeypatch, now):
    KeyCheck.objects.update_or_create(id=1, defaults={"fingerprint": "another", "word": "x"})


def open_folder(settings, monkeypatch, now):
    (product.VAR / "mail").mkdir()
    (product.VAR / "mail" / "letter").write_text("a code")
    (product.VAR / "mail" / "letter").chmod(0o644)


def old_sqlite(settings, monkeypatch, now):
    monkeypatch.setattr(doctor, "connection", SimpleNamespace(vendor="sqlite"))
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))


def wrong_clock(settings, monkeypatch, now):
    Event.objects.create(verb="tried", at=now + timedelta(days=3), about_code="x")


def no_control(settings, monkeypatch, now):
    settings.LINK_CONTROL_ADDRESSES = []


def no_network(settings, monkeypatch, now):
    settings.LINK_CONTROL_ADDRESSES = ["https://www.example.gov.uk/"]
    monkeypatch.setattr(
        outside, "ask", lambda url: AddressAnswer(AddressState.SILENT, "it took too long")
    )


def lost_evidence(settings, monkeypatch, now):
    monkeypatch.setattr(doctor, "missing_files", lambda: ["f00"])


def lost_payments(settings, monkeypatch, now):
    rows = [SimpleNamespace(code="brackenford-2026-04", lines_sha256="f00")]
    monkeypatch.setattr(doctor.Release.objects, "taken", lambda: rows)


def lost_tables(settings, monkeypatch, now):
    lost_payments(settings, monkeypatch, now)
    files.lines_of("f00").touch()


def no_restore(settings, monkeypatch, now):
    pass


def old_restore(settings, monkeypatch, now):
    Event.objects.create(verb=doctor.RESTORE_TRIED, at=now - timedelta(days=500), about_code="town")


@pytest.mark.usefixtures("_workers_are_alive")
@pytest.mark.parametrize(
    ("make_wrong", "name", "says"),
    [
        (no_mail_server, "mail", "takes no letters (OSError)"),
        (mail_to_nobody, "mail", "and to nobody"),
        (sent_by_nobody, "sender", "commonweal@localhost>, which is no address"),
        (other_keys, "keys", "are not this database's"),
        (keys_never_saved, "keys apart", "Nobody has saved the keys of now"),
        (newer_keys_not_saved, "keys apart", "Nobody has saved the keys of now"),
        (open_folder, "permissions", "open to other users"),
        (old_sqlite, "sqlite", "rare fault"),
        (wrong_clock, "clock", "one of the two clocks was wrong"),
        (no_control, "network", "No control address"),
        (no_network, "network", "Not reached: https://www.example.gov.uk/ (it took too long)"),
        (lost_evidence, "evidence", "1 file of evidence is gone"),
        (lost_payments, "spend", "the first brackenford-2026-04"),
        (lost_tables, "spend", "tables that the pages of local spend read"),
        (no_restore, "restore", "Nobody has tried"),
        (old_restore, "restore", "last tried on"),
    ],
)
def test_the_doctor_finds_what_is_wrong(settings, monkeypatch, now, make_wrong, name, says):
    make_wrong(settings, monkeypatch, now)
    check = {one.check.name: one.check for one in doctor.look(now)}[name]
    assert not check.is_well, check
    assert says in check.says
    assert check.mend


def test_the_doctor_ends_with_one_where_something_is_wrong(town, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    assert ended.value.code == 1
    said = capsys.readouterr().out
    assert "WRONG  worker" in said
    assert "Start './commonweal serve'" in said


def test_keys_that_were_saved_apart_are_known(town, settings, now):
    settings.DEMO = False
    assert not doctor.keys_apart(now).is_well
    call_command("doctor", "--keys-kept")
    assert doctor.keys_apart(now).is_well


@pytest.mark.parametrize(
    "address", ["charter@brackenford.gov.uk", "The charter <charter@brackenford.gov.uk>"]
)
def test_an_address_of_the_towns_own_may_send(settings, now, address):
    settings.DEMO = False
    settings.DEFAULT_FROM_EMAIL = address
    assert outside.sender(now).is_well


@pytest.mark.usefixtures("_workers_are_alive")
def test_the_doctor_is_content_sends_a_letter_and_keeps_what_was_tried(settings, capsys):
    product.VAR.chmod(0o700)
    for path in product.VAR.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    settings.ADDRESS = "http://127.0.0.1:8000"
    call_command("doctor", "--restore-tried")
    call_command("doctor", "--mail", "somebody@example.org")
    said = capsys.readouterr().out
    assert "Nothing is wrong." in said
    assert "restore      A restore was tried" in said
    assert mail.outbox[0].to == ["somebody@example.org"]


def test_a_refused_write_is_said_on_pages(monkeypatch):
    """Others are told; a fault of another kind is not taken for this one."""
    monkeypatch.setattr(database, "_refused_at", 0.0)
    assert not database.is_read_only(ledger.DatabaseError("near SELECT: syntax error"))
    assert not database.is_only_read()
    assert database.is_read_only(ledger.DatabaseError("attempt to write a readonly database"))
    assert database.is_only_read()


def test_what_was_taken_in_is_not_followed_by_a_page_that_says_nothing_is(
    monkeypatch, client, sign_in, asha
):
    """The disk had room again, and a resident whose form was kept read that it was not."""
    monkeypatch.setattr(database, "_refused_at", 0.0)
    sign_in(asha)
    database.is_read_only(ledger.DatabaseError("database or disk is full"))
    assert "Nothing can be sent to us" in client.get("/help/").content.decode()
    assert client.post("/accounts/logout/").status_code == 302
    assert "Nothing can be sent to us" not in client.get("/help/").content.decode()


def test_a_database_that_is_away_is_waited_for_once(db, monkeypatch):
    """Each check that asked it would wait some seconds: a monitor would not see the answer."""
    asked = []

    def away(now):
        asked.append(now)
        raise OperationalError("connection refused")

    for name in ("database", *readiness.ASK_THE_DATABASE):
        monkeypatch.setitem(readiness.CHECKS, name, away)
    checks = {check.name: check for check in readiness.look()}
    assert len(asked) == 1
    assert checks["disk"].is_well
    assert {name for name, check in checks.items() if check.says == readiness.AWAY} == {
        "database",
        *readiness.ASK_THE_DATABASE,
    }
    assert "DATABASE_URL" in checks["database"].mend


def test_the_doctor_waits_once_for_a_database_that_is_away(db, monkeypatch):
    """A server that says nothing costs seconds each time, and the doctor has nine questions."""
    asked = []

    def away(now):
        asked.append(now)
        raise OperationalError("connection refused")

    for name in ("database", *doctor.ASK_THE_DATABASE):
        monkeypatch.setitem(doctor.CHECKS, name, away)
    checks = {finding.check.name: finding.check for finding in doctor.look()}
    assert len(asked) == 1
    assert checks["permissions"].says != readiness.AWAY
    assert {name for name, check in checks.items() if check.says == readiness.AWAY} == {
        "database",
        *doctor.ASK_THE_DATABASE,
    }


@pytest.mark.django_db
def test_whatever_asks_the_database_is_known_to(monkeypatch, settings):
    """A check that is missing in the list would be waited for by itself."""

    def away(*_, **__):
        raise OperationalError("connection refused")

    settings.DEMO = False
    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", away)
    now = timezone.now()
    asks = {
        name
        for name, check in doctor.CHECKS.items()
        if readiness.tried(name, check, now).says == readiness.AWAY
    }
    assert asks - {"database"} == doctor.ASK_THE_DATABASE

"""A log line names the request, and no resident: whatever was typed, looked for or raised."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError

from commonweal.health import logs

PLANTED = ("Zelda Quillfeather", "zelda@example.org", "07700 900555", "7 Hidden Lane", "marigold")


def record_of(error, message="Internal Server Error: /help/?q=Zelda", **more):
    try:
        raise error
    except Exception:
        info = sys.exc_info()
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, message, (), info)
    record.__dict__.update(more)
    return record


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("form", [logs.Lines(), logs.Json()], ids=["lines", "json"])
@pytest.mark.parametrize(
    "error",
    [
        ValueError(" ".join(PLANTED)),
        KeyError("Zelda Quillfeather"),
        IntegrityError("DETAIL: Key (email)=(zelda@example.org) already exists."),
        OperationalError("mailbox zelda@example.org, 07700 900555 unknown\nZelda Quillfeather"),
        ValidationError("7 Hidden Lane is no postcode"),
        caused(RuntimeError("marigold"), ValueError("zelda@example.org")),
        UnicodeDecodeError("utf-8", b"Zelda Quillfeather", 0, 1, "marigold"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_logged_without_its_words(form, error):
    line = form.format(record_of(error))
    assert type(error).__name__ in line
    for words in (*PLANTED, "Zelda"):
        assert words not in line
    assert "test_logs.py" in line


@pytest.mark.parametrize("form", [logs.Lines(), logs.Json()], ids=["lines", "json"])
@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("Not sent to zelda@example.org", ()),
        ("Not sent: %s", ({"zelda@example.org": (550, b"no")},)),
        ("Failed: %s", (ValueError("Zelda Quillfeather"),)),
        ("%s of %s", ("/desk/help/search/?name=Zelda+Quillfeather", 3)),
        ("Rang 07700 900555, +44 7700 900555 and 07700900555", ()),
    ],
)
def test_what_is_written_besides_names_nobody(form, message, arguments):
    record = logging.LogRecord(
        "commonweal.x", logging.WARNING, __file__, 1, message, arguments, None
    )
    line = form.format(record)
    for words in (*PLANTED, "Zelda", "900555", "7700"):
        assert words not in line


def test_a_line_of_json_has_the_requests_name():
    token = logs.request_id.set("from-the-proxy-1")
    try:
        line = logs.Json().format(record_of(ValueError("x")))
    finally:
        logs.request_id.reset(token)
    entry = json.loads(line)
    assert "\n" not in line
    assert entry["request_id"] == "from-the-proxy-1"
    assert entry["level"] == "ERROR"
    assert entry["error"][0]["kind"] == "ValueError"
    assert entry["error"][0]["at"]


@pytest.mark.parametrize(
    "sign", ["\n", "\r\n", "\x0b", "\x1c", "\x85", "\u2028", "\u2029", "\udc85"]
)
def test_no_sign_breaks_a_line_of_json(sign):
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "a%sb", (sign,), None)
    line = logs.Json().format(record)
    assert line.splitlines() == [line]
    assert json.loads(line)["message"] == f"a{sign}b"


@pytest.mark.parametrize("method", ["07700900555", "ZELDA", "zelda@example.org"])
def test_a_method_that_nobody_knows_is_not_logged_by_its_word(client, town, caplog, method):
    with caplog.at_level("INFO", "commonweal.requests"):
        client.generic(method, "/pledges/")
    entry = json.loads(logs.Json().format(caplog.records[-1]))
    assert (entry["method"], entry["status"]) == ("unknown", 405)
    assert method not in json.dumps(entry)


@pytest.mark.usefixtures("town")
def test_a_name_is_taken_over_or_made(client):
    given = client.get("/-/live", headers={"x-request-id": "0123456789abcdef"})
    assert given["X-Request-ID"] == "0123456789abcdef"
    for odd in ("a b", "x" * 200, "<script>", ""):
        made = client.get("/-/live", headers={"x-request-id": odd})["X-Request-ID"]
        assert made != odd
        assert len(made) == 32


def test_nothing_that_a_resident_types_reaches_the_log(village, run_town, tools):
    """On a real server: in the address, in a form, and in the error that is raised of it."""
    town = run_town(village, "--no-jobs", COMMONWEAL_LOG_FORMAT="json")
    visitor = tools.Visitor(f"http://127.0.0.1:{town.port}")
    visitor.get("/pledges/?q=Zelda+Quillfeather+zelda@example.org")
    visitor.get("/no/Zelda-Quillfeather/")
    visitor.post("/accounts/login/code/", {"email": "zelda@example.org"})
    visitor.post("/join/", {"name": "Zelda Quillfeather", "words": "7 Hidden Lane"})
    (village / "commonweal.sqlite3").rename(village / "moved")
    (village / "commonweal.sqlite3").mkdir()
    failed = visitor.get("/help/?name=Zelda+Quillfeather", X_Request_ID="planted-request-1")
    assert failed.status == 503
    assert failed.headers["X-Request-ID"] == "planted-request-1"
    town.stop()
    written = town.log.read_text()
    for words in (*PLANTED, "Zelda", "Quillfeather"):
        assert words not in written
    entries = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    named = [entry for entry in entries if entry["request_id"] == "planted-request-1"]
    assert {"ERROR", "INFO"} <= {entry["level"] for entry in named}
    requests = [entry for entry in entries if entry["logger"] == "commonweal.requests"]
    assert {"method", "route", "status", "ms"} <= set(requests[0])


@pytest.mark.parametrize("form", ["lines", "json"])
def test_what_is_refused_and_what_is_not_ready_is_said_rightly(village, run_town, tools, form):
    """On a real server: a host that is not ours, and a health check that fails."""
    town = run_town(village, "--no-jobs", COMMONWEAL_LOG_FORMAT=form)
    visitor = tools.Visitor(f"http://127.0.0.1:{town.port}")
    assert visitor.get("/", Host="zelda-quillfeather.example").status == 400
    assert visitor.get("/-/ready").status == 503
    town.stop()
    written = town.log.read_text()
    assert "zelda" not in written.lower()
    assert "ALLOWED_HOSTS" not in written
    assert "a host name that is not ours" in written
    assert "COMMONWEAL_HOSTS" in written
    # One line, without a trace of our own code.
    assert "Traceback" not in written
    assert "django/http/request.py" not in written
    # What monitoring is told is no fault of a page; that no worker came yet is none of the town.
    assert "503 at /-/ready" not in written
    assert "an address that is not ours" not in written


def test_lines_of_a_job_bear_its_name(db, caplog):
    from django_tasks.signals import task_finished, task_started

    class Backend:
        pass

    result = type("Result", (), {"id": "4711", "status": "SUCCESSFUL", "backend": "x"})()
    result.task = type("Task", (), {"module_path": "x"})()
    assert logs.request_id.get() == ""
    task_started.send(sender=Backend, task_result=result)
    assert "[job-4711]" in logs.Lines().format(record_of(ValueError("x")))
    task_finished.send(sender=Backend, task_result=result)
    assert logs.request_id.get() == ""


@pytest.mark.parametrize(
    ("address", "route"),
    [
        ("/-/live", "/-/live"),
        ("/-/live/", "/-/live"),
        ("/-/ready", "/-/ready"),
        ("/-/metrics", "/-/metrics"),
        ("/-/zelda", ""),
        ("/zelda@example.org/", ""),
    ],
)
def test_an_answer_to_monitoring_is_logged_under_its_address(client, town, caplog, address, route):
    with caplog.at_level("INFO", "commonweal.requests"):
        client.get(address)
    assert [record.figures["route"] for record in caplog.records if hasattr(record, "figures")] == [
        route
    ]

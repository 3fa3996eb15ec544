"""What a line of the log leaves out: addresses, telephones, queries, the words of errors."""

from __future__ import annotations

import json
import logging
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from hypothesis import given
from hypothesis import strategies as st

from commonweal.health import logs
from commonweal.health.middleware import may_look

TELEPHONES = (
    *("07700 900102", "07700900102", "07700-900-102", "01632 960107", "(01632) 960107"),
    *("+44 7700 900102", "+447700900102", "+44 (0)7700 900102", "0044 7700 900102"),
    *("00447700900102", "020 7946 0958", "(020) 7946 0958", "0161 496 0000", "+353 1 234 5678"),
)


@pytest.mark.parametrize("number", TELEPHONES)
@pytest.mark.parametrize("line", ["{}", "ring {} today", "rang ({})", "tel:{},", "{}; {}"])
def test_no_telephone_is_logged(number: str, line: str) -> None:
    left = logs.without_persons(line.format(number, number))
    assert left.count("[number]") == line.count("{}")
    assert sum(sign.isdecimal() for sign in left) == 0


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-28 10:30:05", "1,250 rows in 12 s", "port 8809", "GB-COH-00178738", "id 0123"),
        *("sha256 07700900102abcdef", "v0.1.0", "0 of 12", "127.0.0.1:5432", "line 12:34"),
    ],
)
def test_figures_that_are_no_telephone_stand(text: str) -> None:
    assert logs.without_persons(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("to joan@example.org now", "to [address] now"),
        ("<joan.leaf+x@example.org>", "<[address]>"),
        ("email=joan@example.org;", "email=[address];"),
        ("jöan@exämple.org", "[address]"),
        ("a@b, c@d", "[address], [address]"),
        ("@", "@"),
        ("/find/?q=Joan+Leaf&page=2", "/find/?…"),
        ('GET "/find?name=Joan" 200', 'GET "/find?… 200'),
        ("/find/?", "/find/?"),
        ("what? nothing", "what? nothing"),
    ],
)
def test_addresses_and_queries_are_taken_out(text: str, left: str) -> None:
    assert logs.without_persons(text) == left


@given(st.text(max_size=40), st.sampled_from(["joan@example.org", "07700 900102"]))
def test_whatever_stands_beside_it_nobody_is_named(text: str, who: str) -> None:
    left = logs.without_persons(f"{text} {who} {text}")
    assert who not in left
    assert logs.without_persons(left) == left


# Errors


def raised(error: Exception, cause: BaseException | None = None) -> Exception:
    try:
        raise error from cause
    except type(error) as caught:
        return caught


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ValueError("Joan Leaf"), "ValueError"),
        (IntegrityError("Key (email)=(joan@example.org)"), "django.db.utils.IntegrityError"),
        (
            OSError(2, "No such file or directory", "/home/joan"),
            "FileNotFoundError: No such file or directory",
        ),
        (
            OperationalError("no host for joan@example.org\nmore"),
            "OperationalError: no host for [address]",
        ),
        (OperationalError(""), "django.db.utils.OperationalError: "),
    ],
)
def test_of_an_error_its_kind_is_logged_and_not_its_words(error: Exception, kind: str) -> None:
    [told] = logs.described(raised(error))
    assert told["kind"].endswith(kind)
    assert [frame.rpartition(" ")[2] for frame in told["at"]] == ["raised"]
    assert "joan" not in json.dumps(told).casefold()


def test_what_caused_an_error_is_told_in_turn_and_each_once() -> None:
    first = raised(KeyError("Joan"))
    second = raised(ValueError("Leaf"), first)
    assert [part["kind"] for part in logs.described(second)] == ["ValueError", "KeyError"]
    # One that causes itself by another ends nevertheless.
    first.__cause__ = second
    assert [part["kind"] for part in logs.described(second)] == ["ValueError", "KeyError"]
    alone = raised(ValueError("Leaf"))
    alone.__context__, alone.__suppress_context__ = KeyError("Joan"), True
    assert [part["kind"] for part in logs.described(alone)] == ["ValueError"]
    alone.__suppress_context__ = False
    assert [part["kind"] for part in logs.described(alone)] == ["ValueError", "KeyError"]


# Lines


def line_of(name: str, message: str, *arguments: Any, **more: Any) -> logging.LogRecord:
    record = logging.LogRecord(name, logging.WARNING, "x.py", 1, message, arguments, None)
    record.__dict__.update(more)
    return record


def test_django_writes_the_pattern_of_an_address_and_not_the_address() -> None:
    of_ours = SimpleNamespace(
        resolver_match=SimpleNamespace(route="people/<code>/"), path_info="/people/joan/"
    )
    strange = SimpleNamespace(resolver_match=None, path_info="/joan/")
    health = SimpleNamespace(resolver_match=None, path_info="/-/ready/")
    for request, shown in (
        (of_ours, "404 at /people/<code>/"),
        (strange, "404 at an address that is not ours"),
        (health, "404 at /-/ready"),
    ):
        record = line_of(
            "django.request", "Not Found: %s", "/joan/", request=request, status_code=404
        )
        assert logs.message_of(record) == shown
    refused = line_of("django.security.DisallowedHost", "Invalid HTTP_HOST header: 'joan.example'")
    assert "COMMONWEAL_HOSTS" in logs.message_of(refused)
    assert "joan" not in logs.message_of(refused)


def test_an_error_among_the_arguments_is_named_by_its_kind() -> None:
    record = line_of("commonweal", "It failed: %s for %s", ValueError("Joan"), "a@b.org")
    assert logs.message_of(record) == "It failed: ValueError for [address]"
    # The line itself is as it was, for whoever reads it next.
    assert isinstance(record.args[0], ValueError)


@pytest.mark.parametrize(
    ("path", "is_error", "is_kept"),
    [
        *(("/-/ready", False, False), ("/-/ready/", False, False), ("/-/ready", True, True)),
        *(("/-/other", False, True), ("/", False, True)),
    ],
)
def test_answers_to_monitoring_are_no_lines_of_django(
    path: str, is_error: bool, is_kept: bool
) -> None:
    record = line_of("django.request", "x", request=SimpleNamespace(path_info=path))
    if is_error:
        error = raised(ValueError())
        record.exc_info = (type(error), error, error.__traceback__)
    assert logs.NotOfHealth().filter(record) is is_kept
    assert logs.NotOfHealth().filter(line_of("commonweal", "x"))


# Who may look


@pytest.mark.parametrize(
    ("remote", "sent", "may"),
    [
        *(
            ("127.0.0.1", "", True),
            ("10.0.0.7", "", True),
            ("10.0.1.7", "", False),
            ("::1", "", True),
        ),
        *(("", "", False), ("unix", "", False), ("203.0.113.9", "Bearer secret-token", True)),
        *(("203.0.113.9", "secret-token", True), ("203.0.113.9", "Bearer secret", False)),
        *(("203.0.113.9", "Bearer ", False), ("203.0.113.9", "Bearer sécret-token", False)),
    ],
)
def test_who_runs_it_may_look(settings: Any, rf: Any, remote: str, sent: str, may: bool) -> None:
    settings.HEALTH_TOKEN = "secret-token"
    settings.HEALTH_FROM = ["127.0.0.1", "::1", "10.0.0.1/24"]
    request = rf.get("/-/ready", REMOTE_ADDR=remote, HTTP_AUTHORIZATION=sent)
    assert may_look(request) is may
    # Without a token none opens anything.
    settings.HEALTH_TOKEN = ""
    assert may_look(request) is (may and not sent)

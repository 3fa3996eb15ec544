"""Log lines that name the request and no person.

An error's own words may hold what somebody typed ("Key (email)=(…) already exists"), and so may
an address with its query. So of an error its kind is logged and where in the code it came from;
its words only where they are the system's own. Of an address its pattern is logged. E-mail
addresses are taken out of whatever else is written.
"""

from __future__ import annotations

import json
import logging
import logging.config
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from django.db import OperationalError

request_id: ContextVar[str] = ContextVar("request_id", default="")
# What monitoring asks is answered before there is a view.
HEALTH = {"/-/live", "/-/ready", "/-/metrics"}
_OTHER_HOST = (
    "400: somebody asked for a host name that is not ours. If the town is reached by another name "
    "too, name it in COMMONWEAL_HOSTS; the web server in front has to pass Host on."
)
# Its own words hold what was typed: the path, the host, the name of a field.
_OF_DJANGO = ("django.request", "django.security")
_ADDRESS = re.compile(r"[^\s<>\"'{}(),;:=]+@[^\s<>\"'{}(),;:=]+")
_QUERY = re.compile(r"(/[^\s?\"']*)\?\S+")
# Of this country, and of others where a plus says so: (01632) 960107, 0044 7700 900102.
_NUMBER = re.compile(
    r"(?<!\w)(?:(?:\+44|0044)[ -]?(?:\(0\))?|\(?0)[ -]?\d(?:[ -]?\)?[ -]?\d){8,9}(?!\w)"
    r"|(?<!\w)\+[1-9](?:[ -]?\d){7,14}(?!\w)"
)

# JSON lets these stand as they are, and some who read lines end one at them.
_ENDS_OF_LINES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "\x85\u2028\u2029"}


def without_persons(text: str) -> str:
    text = _QUERY.sub(r"\1?…", text)
    return _NUMBER.sub("[number]", _ADDRESS.sub("[address]", text))


def _kind(error: BaseException) -> str:
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {error.strerror}"
    if isinstance(error, OperationalError):
        return f"{name}: {without_persons(str(error)).splitlines()[0] if str(error) else ''}"
    return name


def _frames(trace: TracebackType | None) -> list[str]:
    return [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)
    ]


def described(error: BaseException) -> list[dict[str, Any]]:
    """An error and what caused it, by kind and place."""
    chain, seen = [], set[int]()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        chain.append({"kind": _kind(cause), "at": _frames(cause.__traceback__)})
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return chain


def _route_of(request: Any) -> str:
    match = getattr(request, "resolver_match", None)
    if match is not None:
        return f"/{match.route}"
    path = getattr(request, "path_info", "").rstrip("/")
    return path if path in HEALTH else "an address that is not ours"


def _error_of(record: logging.LogRecord) -> BaseException | None:
    """What was raised; not where what was raised is said whole by the line."""
    if record.exc_info is None or record.name == "django.security.DisallowedHost":
        return None
    return record.exc_info[1]


def message_of(record: logging.LogRecord) -> str:
    request = getattr(record, "request", None)
    if record.name == "django.security.DisallowedHost":
        return _OTHER_HOST
    if record.name.startswith(_OF_DJANGO) and request is not None:
        # Django writes the path, and a path may hold what somebody was looking for.
        return f"{getattr(record, 'status_code', '')} at {_route_of(request)}".strip()
    arguments = record.args
    if isinstance(arguments, tuple):
        # An error that is logged as an argument would bring its words.
        record = logging.makeLogRecord(record.__dict__)
        record.args = tuple(
            _kind(part) if isinstance(part, BaseException) else part for part in arguments
        )
    return without_persons(record.getMessage())


class NotOfHealth(logging.Filter):
    """Leaves out Django's line for an answer of ours to monitoring: 503 is what it asked for, and
    what stands behind it is logged by `readiness`, by name."""

    def filter(self, record: logging.LogRecord) -> bool:
        path = getattr(getattr(record, "request", None), "path_info", "").rstrip("/")
        return path not in HEALTH or record.exc_info is not None


class Lines(logging.Formatter):
    """For people: a line, and under it where an error came from."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M:%S")
        name = f" [{request_code}]" if (request_code := request_id.get()) else ""
        lines = [f"{at} {record.levelname} {record.name}{name} {message_of(record)}"]
        if (raised := _error_of(record)) is not None:
            for error in described(raised):
                lines += [f"    {error['kind']}", *(f"      {frame}" for frame in error["at"])]
        return "\n".join(lines)


class Json(logging.Formatter):
    """For machines: one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": request_id.get(),
            "message": message_of(record),
        }
        entry |= getattr(record, "figures", {})
        if (raised := _error_of(record)) is not None:
            entry["error"] = described(raised)
        return json.dumps(entry, ensure_ascii=False).translate(_ENDS_OF_LINES)


def configure(settings: dict[str, Any]) -> None:
    """Set up logging by our settings alone: Django's own handlers write addresses and errors as
    they are."""
    logging.config.dictConfig(settings)
    for name in ("django", "django.server"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True

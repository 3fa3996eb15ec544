"""Every variable that the product reads, and whether what is set can be meant so.

Looked at before anything starts, without Django: a misspelt name would be ignored in silence,
and a wrong value ends in a traceback somewhere else. docs/guides/running.md lists the same
variables, and packaging/server/commonweal.env.example too; a test holds all three to the code.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

YES = {"1", "true", "yes", "on"}
YES_OR_NO = YES | {"0", "false", "no", "off"}
LEVELS = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}
FORMATS = {"lines", "json"}
SCHEMES = ("postgres://", "postgresql://", "sqlite:///")
WEBS = ("http://", "https://")
# Of a host; one that begins with a point stands for all below it.
HOST = re.compile(r"\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?")
# Of an e-mail address: what stands before its @ without quotation marks (RFC 5322), and behind it.
MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[^@\s<>,;:/]+")
MINUTES_MOST = 24 * 60
# A name with one of these beginnings is ours or Django's; others on the machine are nobody's here.
OURS = ("COMMONWEAL_",)


def _anything(setting: str) -> str:
    return ""


def _has_sound_port(setting: str) -> bool:
    """Whether an address can be taken apart at all, and its port is a number."""
    try:
        return urlsplit(setting).port != 0
    except ValueError:
        return False


def _is_host(host: str) -> bool:
    """Whether a browser could name a host so: in ASCII, and nothing around it."""
    try:
        return bool(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return bool(HOST.fullmatch(host)) and not host.startswith("-") and not host.endswith("-")


def _address(setting: str) -> str:
    wanted = "write the whole address, as https://charter.your-town.gov.uk"
    if not (setting.startswith(WEBS) and _has_sound_port(setting)):
        return wanted
    parts = urlsplit(setting)
    if "@" in parts.netloc or parts.path.strip("/") or {"?", "#"} & set(setting):
        return wanted
    host = parts.hostname or ""
    if not host.isascii():
        return f"write the name as browsers send it, {_in_ascii(host)}"
    return "" if _is_host(host) else wanted


def _in_ascii(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return "in ASCII (xn--…)"


def _addresses(setting: str) -> str:
    wrong = [
        address
        for address in setting.split()
        if not (
            address.startswith(WEBS)
            and _has_sound_port(address)
            and _is_host(urlsplit(address).hostname or "")
        )
    ]
    if wrong and "," in wrong[0]:
        return "several addresses stand apart by spaces"
    return f"{wrong[0]!r} is no web address; it begins with https://" if wrong else ""


def _folder(setting: str) -> str:
    if setting.startswith("~"):
        return "write the whole path: ~ stands for nobody's folder here"
    path = Path(setting)
    try:
        if any(parent.is_file() for parent in path.parents):
            return "it leads through a file; name a folder"
        return "it is a file; name a folder" if path.exists() and not path.is_dir() else ""
    except OSError as error:
        # Too long, or not to be entered.
        return f"it can't be a folder ({error.strerror})"


def why_no_database(setting: str) -> str:
    """What is wrong with the address of a database; "" where it can be meant so."""
    if not (setting.startswith(SCHEMES) and _has_sound_port(setting)):
        return "it begins with postgresql:// or sqlite:///, as postgresql://user:password@host/name"
    if setting.startswith("sqlite:"):
        is_named = bool(setting.removeprefix("sqlite:///"))
        return (
            "" if is_named else "name the file too, as sqlite:////var/lib/commonweal/town.sqlite3"
        )
    parts = urlsplit(setting)
    options = dict(parse_qsl(parts.query))
    if not parts.path.strip("/") and "service" not in options:
        return "name the database too, as postgresql://user:password@host/name"
    return _options(options) if options else ""


def _options(options: dict[str, str]) -> str:
    # Only where some are set: every command comes by here.
    from psycopg import ProgrammingError
    from psycopg.conninfo import make_conninfo, timeout_from_conninfo

    try:
        make_conninfo(**options)
        timeout_from_conninfo({**options})
    except ProgrammingError:
        return "after its ? stands an option that PostgreSQL does not know, or a wrong value of one"
    return ""


def _hosts(setting: str) -> str:
    wrong = [host for host in setting.split() if not _is_host(host)]
    if not wrong:
        return ""
    if not wrong[0].isascii():
        return f"write {wrong[0]!r} as browsers send it, {_in_ascii(wrong[0])}"
    return f"{wrong[0]!r} is no host name (without port, several apart by spaces)"


def _host(setting: str) -> str:
    if _is_host(setting):
        return ""
    return f"{setting!r} is no host name; the port stands in EMAIL_PORT"


def _proxies(setting: str) -> str:
    for proxy in setting.split():
        try:
            if proxy != "unix":
                ipaddress.ip_network(proxy, strict=False)
        except ValueError:
            return f"{proxy!r} is no address or network; several stand apart by spaces"
    return ""


def _port(setting: str) -> str:
    is_one = re.fullmatch("[0-9]{1,5}", setting) and 0 < int(setting) < 65536
    return "" if is_one else "write the number of a port, as 587"


def _minutes(setting: str) -> str:
    is_one = re.fullmatch("[0-9]{1,9}", setting) and 0 < int(setting) <= MINUTES_MOST
    return "" if is_one else f"write a whole number of minutes from 1 to {MINUTES_MOST}, as 10"


def _truth(setting: str) -> str:
    return "" if setting.lower() in YES_OR_NO else "write 1 for yes or 0 for no"


def _level(setting: str) -> str:
    return "" if setting in LEVELS else f"it is one of {', '.join(sorted(LEVELS))}"


def _format(setting: str) -> str:
    return "" if setting in FORMATS else f"it is one of {', '.join(sorted(FORMATS))}"


def _mail(setting: str) -> str:
    name, opened, after = setting.rpartition("<")
    bare = after.removesuffix(">") if opened else setting
    is_closed = after.endswith(">") if opened else True
    is_one = MAIL.fullmatch(bare) and is_closed and "@" not in name
    return "" if is_one else "write an e-mail address, as The town <charter@your-town.gov.uk>"


def _is_module(path: str) -> bool:
    try:
        return bool(path) and find_spec(path) is not None
    except (ImportError, ValueError):
        return False


def _backend(setting: str) -> str:
    """A class by its path. Its module is looked for, and not yet read in."""
    is_there = _is_module(setting.rpartition(".")[0]) and not _is_module(setting)
    return "" if is_there else "there is no such way to send; leave it out, or name a class"


def _token(setting: str) -> str:
    is_one = setting.isascii() and setting.isprintable() and " " not in setting
    return "" if is_one else "letters, digits and signs of ASCII alone can be sent, without spaces"


@dataclass(frozen=True)
class Variable:
    """One variable: its name, what is wrong with a value, whether its value is a secret."""

    name: str
    fault: Callable[[str], str] = _anything
    is_secret: bool = False
    # Set by the product itself or for tests; no operator sets it.
    is_inner: bool = False


VARIABLES = (
    Variable("COMMONWEAL_ADDRESS", _address),
    Variable("COMMONWEAL_HOSTS", _hosts),
    Variable("COMMONWEAL_VAR", _folder),
    Variable("DATABASE_URL", why_no_database, is_secret=True),
    Variable("DATABASE_OWNER_URL", why_no_database, is_secret=True),
    Variable("COMMONWEAL_SECRET_KEY", is_secret=True),
    Variable("COMMONWEAL_FIELD_KEYS", is_secret=True),
    Variable("COMMONWEAL_TRUSTED_PROXIES", _proxies),
    Variable("EMAIL_HOST", _host),
    Variable("EMAIL_PORT", _port),
    Variable("EMAIL_HOST_USER"),
    Variable("EMAIL_HOST_PASSWORD", is_secret=True),
    Variable("EMAIL_USE_TLS", _truth),
    Variable("EMAIL_USE_SSL", _truth),
    Variable("COMMONWEAL_FROM", _mail),
    Variable("COMMONWEAL_EMAIL_BACKEND", _backend),
    Variable("NOTIFY_API_KEY", is_secret=True),
    Variable("NOTIFY_TEMPLATE_ID"),
    Variable("NOTIFY_TEXT_TEMPLATE_ID"),
    Variable("NOTIFY_ADDRESS", _address),
    Variable("COMMONWEAL_DESK_LOCK_MINUTES", _minutes),
    Variable("COMMONWEAL_LINK_CHECK_HOSTS", _hosts),
    Variable("COMMONWEAL_LINK_CONTROL", _addresses),
    Variable("COMMONWEAL_LOG_LEVEL", _level),
    Variable("COMMONWEAL_LOG_FORMAT", _format),
    Variable("COMMONWEAL_HEALTH_FROM", _proxies),
    Variable("COMMONWEAL_HEALTH_TOKEN", _token, is_secret=True),
    Variable("COMMONWEAL_ACTS_AS_OWNER", _truth, is_inner=True),
    Variable("COMMONWEAL_DEMO", _truth, is_inner=True),
    Variable("COMMONWEAL_ASSETS_CACHE", is_inner=True),
    Variable("COMMONWEAL_BROWSER", is_inner=True),
    Variable("COMMONWEAL_MADE_ONCE", is_inner=True),
    Variable("COMMONWEAL_NOTHING_SKIPPED", is_inner=True),
    Variable("COMMONWEAL_SHARED", is_inner=True),
    Variable("COMMONWEAL_TEST_DATABASE_URL", is_inner=True, is_secret=True),
    Variable("COMMONWEAL_WRITE_TABLE", is_inner=True),
)
# A connection is encrypted from the beginning, or after a word.
_TWO_WAYS = ("EMAIL_USE_TLS", "EMAIL_USE_SSL")
KNOWN = {variable.name: variable for variable in VARIABLES}


def faults(environment: Mapping[str, str]) -> list[str]:
    """A sentence for each variable that is misspelt or can't be meant so."""
    sentences = []
    for name in sorted(environment):
        setting = environment[name].strip()
        if variable := KNOWN.get(name):
            wrong = variable.fault(setting) if setting else ""
            shown = "" if variable.is_secret else f" {setting!r}"
            if wrong:
                sentences.append(f"{name}{shown} is wrong: {wrong}.")
        elif name.startswith(OURS):
            near = get_close_matches(name, _for_operators(), n=1, cutoff=0.6)
            hint = (
                f"Did you mean {near[0]}?" if near else f"There are: {', '.join(_for_operators())}."
            )
            sentences.append(f"{name} is no variable of Commonweal. {hint}")
    if {environment.get(name, "").strip().lower() for name in _TWO_WAYS} <= YES:
        sentences.append(
            "EMAIL_USE_TLS and EMAIL_USE_SSL are both on: set EMAIL_USE_SSL where the server "
            "speaks TLS from its first word (port 465), EMAIL_USE_TLS where it begins without "
            "(port 587)."
        )
    return sentences


def _for_operators() -> list[str]:
    return [variable.name for variable in VARIABLES if not variable.is_inner]

"""What is wrong with this installation, and how to mend it, for whoever runs it.

Each check looks at one thing and says how it stands. A *note* is something to know that stops
nobody; anything else that is not well makes `./commonweal doctor` end with 1.
"""

from __future__ import annotations

import sqlite3
import stat
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection
from django.db.models import Max
from django.template.defaultfilters import pluralize
from django.utils import timezone

from commonweal.accounts import keyring
from commonweal.accounts.models import Event
from commonweal.design.words import many
from commonweal.jobs import clock as jobs_clock
from commonweal.pledges.files import missing_files
from commonweal.pledges.models import Entry
from commonweal.pledges.reaching_out import Answer, ask
from commonweal.spend import files as payments
from commonweal.spend.models import Release

from . import readiness
from .readiness import Check

RESTORE_TRIED = "restore tried"
RESTORE_EVERY = timedelta(days=365)
SQLITE_SOUND = (3, 51, 3)
CLOCK_MOST = timedelta(minutes=2)
ASK_THE_DATABASE = readiness.ASK_THE_DATABASE | {
    "keys",
    "keys apart",
    "clock",
    "evidence",
    "spend",
    "restore",
}
NOTED = {"sqlite", "restore", "network"}


@dataclass(frozen=True)
class Finding:
    """A check, and whether it is only to be known."""

    check: Check
    is_note: bool


# --- The way in ---------------------------------------------------------------------------------


def open_address(address: str) -> Any:
    request = urllib.request.Request(address, headers={"User-Agent": "Commonweal doctor"})
    return urllib.request.urlopen(request, timeout=10)


def proxy(now: datetime, *, open_: Callable[[str], Any] = open_address) -> Check:
    """Whether the public address leads here, through whatever stands in front."""
    name, host = "proxy", urlsplit(settings.ADDRESS).hostname or ""
    if host in {"127.0.0.1", "localhost", "::1"}:
        if settings.DEMO:
            return Check(name, True, "The demonstration is for this machine alone.")
        return Check(
            name,
            False,
            f"The town's address is {settings.ADDRESS}: nobody else reaches that.",
            "Set COMMONWEAL_ADDRESS=https://… to the public address, for 'work' as well.",
        )
    if not settings.SECURE:
        return Check(
            name,
            False,
            "The town's address is not https: what people write can be read on its way.",
            "Put a web server with TLS in front (packaging/server/nginx.conf) and set "
            "COMMONWEAL_ADDRESS=https://…",
        )
    try:
        with open_(f"{settings.ADDRESS}/favicon.ico"):
            return Check(name, True, f"{settings.ADDRESS} leads here.")
    except urllib.error.HTTPError as reply:
        reply.close()
        return Check(name, False, *_what_the_proxy_said(reply))
    except (OSError, ValueError) as failure:
        reason = getattr(failure, "reason", failure)
        return Check(
            name,
            False,
            f"{settings.ADDRESS} can't be reached from here ({type(reason).__name__}).",
            "Look whether the web server runs, its certificate and the name's DNS. Where this "
            "machine can't reach its own public address, look from another one.",
        )


def _what_the_proxy_said(reply: urllib.error.HTTPError) -> tuple[str, str]:
    if reply.code in {301, 302, 307, 308}:
        return (
            "The address leads to itself for ever: we are not told that TLS stands in front.",
            "The web server has to send X-Forwarded-Proto, and its address has to be in "
            f"COMMONWEAL_TRUSTED_PROXIES (now: {' '.join(settings.TRUSTED_PROXIES)}).",
        )
    if reply.code == 400:
        return (
            "The address is answered with 400: another host name comes here than is ours.",
            "The web server has to pass Host on (proxy_set_header Host $http_host), or the name "
            "belongs into COMMONWEAL_HOSTS.",
        )
    return (
        f"The address answers {reply.code}.",
        "Look into the web server's log, and whether './commonweal serve' runs.",
    )


# --- The way out --------------------------------------------------------------------------------


def mail(now: datetime) -> Check:
    backend = settings.EMAIL_BACKEND.rsplit(".", 1)[-1]
    if "filebased" in settings.EMAIL_BACKEND:
        return Check(
            "mail",
            settings.DEMO,
            f"Letters are written to {settings.EMAIL_FILE_PATH}, and to nobody.",
            "Set EMAIL_HOST (or NOTIFY_API_KEY) for 'serve' and 'work'.",
        )
    if "smtp" not in settings.EMAIL_BACKEND:
        return Check("mail", True, f"Letters go out by {backend}.")
    try:
        with get_connection():
            return Check("mail", True, f"{settings.EMAIL_HOST} takes letters.")
    except Exception as failure:
        return Check(
            "mail",
            False,
            f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} takes no letters "
            f"({type(failure).__name__}).",
            "Look at EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS, "
            "EMAIL_USE_SSL.",
        )


def sender(now: datetime) -> Check:
    """Whether the address that letters come from is one that mail servers take."""
    address = settings.DEFAULT_FROM_EMAIL
    place = parseaddr(address)[1].rpartition("@")[2].lower()
    if settings.DEMO or "notify" in settings.EMAIL_BACKEND:
        return Check("sender", True, "Whoever sends the letters names the sender.")
    if "." not in place or place.endswith((".localhost", ".localdomain", ".local", ".invalid")):
        return Check(
            "sender",
            False,
            f"Letters come from {address}, which is no address that can be answered; other mail "
            "servers refuse it or call it spam.",
            "Set COMMONWEAL_FROM to an address of the town's own, as \"Town charter "
            "<charter@your-town.gov.uk>\", for 'serve' and 'work'.",
        )
    return Check("sender", True, f"Letters come from {address}.")


def send_one(address: str) -> Check:
    """Send a letter, so that somebody can look whether it comes."""
    letter = EmailMessage(
        "A letter to try the way out",
        "Whoever runs Commonweal tried whether letters arrive. This one did.",
        settings.DEFAULT_FROM_EMAIL,
        [address],
    )
    try:
        letter.send()
    except Exception as failure:
        return Check(
            "letter",
            False,
            f"The letter was not taken ({type(failure).__name__}).",
            "Look at the settings of mail, and whether COMMONWEAL_FROM may send from here.",
        )
    return Check("letter", True, "A letter was handed over. Look whether it came, and its spam.")


def network(now: datetime) -> Check:
    """Whether evidence on the web can be asked."""
    if not settings.LINK_CONTROL_ADDRESSES:
        return Check(
            "network",
            False,
            "No control address is named, so a fault of our own network may not "
            "be told from evidence that is gone.",
            "Set COMMONWEAL_LINK_CONTROL to one or two addresses that always answer.",
        )
    silent = [
        f"{address} ({reply.met})"
        for address in settings.LINK_CONTROL_ADDRESSES
        if (reply := ask(address)).answer != Answer.ALIVE
    ]
    if silent:
        return Check(
            "network",
            False,
            f"Not reached: {'; '.join(silent)}.",
            "Evidence on the web can't be checked. Let this machine out to ports 80 and 443, "
            "or set HTTPS_PROXY.",
        )
    return Check("network", True, "The web is reached from here.")


# --- What is kept -------------------------------------------------------------------------------


def keys(now: datetime) -> Check:
    if wrong := keyring.what_is_wrong():
        return Check("keys", False, wrong, "Put back the folder var/keys of this town's backup.")
    return Check("keys", True, "The keys are this database's.")


def keys_apart(now: datetime) -> Check:
    """Whether the keys would be there when this machine is not."""
    name = "keys apart"
    if settings.DEMO:
        return Check(name, True, "The demonstration's keys need not be kept.")
    if keyring.are_kept_apart():
        return Check(name, True, "The keys of now were saved apart.")
    return Check(
        name,
        False,
        "Nobody has saved the keys of now apart from the data: if this machine is lost, no backup "
        "opens what is written about people.",
        "Run './commonweal backup FILE --keys KEYFILE', and keep KEYFILE off this machine and "
        "apart from the backups. Where you keep them otherwise: './commonweal doctor --keys-kept'.",
    )


def open_to_others(folder: Path) -> Iterator[Path]:
    """What anybody but the service's own user may read or write."""
    for path in (folder, *folder.rglob("*")):
        try:
            mode = path.lstat().st_mode
        except FileNotFoundError:
            continue
        if not stat.S_ISLNK(mode) and not stat.S_ISSOCK(mode) and stat.S_IMODE(mode) & 0o077:
            yield path


def permissions(now: datetime) -> Check:
    folder = Path(settings.VAR)
    loose = list(open_to_others(folder))
    if loose:
        return Check(
            "permissions",
            False,
            f"{many(len(loose), 'file or folder,files or folders')} "
            f"{pluralize(len(loose), 'is,are')} open to other users of this machine, the first "
            f"{loose[0]}.",
            f"Run: chmod -R go= {folder}",
        )
    return Check("permissions", True, "Data, mails and keys are the service's alone.")


def sqlite(now: datetime) -> Check:
    if connection.vendor != "sqlite":
        return Check("sqlite", True, "PostgreSQL is used.")
    if sqlite3.sqlite_version_info < SQLITE_SOUND:
        return Check(
            "sqlite",
            False,
            f"SQLite {sqlite3.sqlite_version} has a rare fault that can damage a "
            "database when two connections write at the same moment.",
            "Back up daily, or use PostgreSQL, or a Python with SQLite 3.51.3 or newer.",
        )
    return Check("sqlite", True, f"SQLite {sqlite3.sqlite_version} is sound.")


def clock(now: datetime) -> Check:
    """Whether something was written later than it is now."""
    latest = Entry.objects.aggregate(at=Max("written_at"))["at"]
    latest_event = Event.objects.aggregate(at=Max("at"))["at"]
    newest = max((at for at in (latest, latest_event) if at is not None), default=now)
    if newest - now > CLOCK_MOST:
        return Check(
            "clock",
            False,
            f"The newest entry is of {timezone.localtime(newest):%d %B %Y, %H:%M}, and this "
            f"machine says {timezone.localtime(now):%d %B %Y, %H:%M}: one of the two clocks was "
            "wrong.",
            "Set the clock by the network (timedatectl set-ntp true). Where it had run ahead: "
            "'./commonweal pledges standings --anew'.",
        )
    if why := jobs_clock.why_rest(now):
        return Check("clock", False, "Jobs rest.", why)
    return Check("clock", True, "Nothing is newer than the clock.")


def evidence(now: datetime) -> Check:
    lost = missing_files()
    if lost:
        return Check(
            "evidence",
            False,
            f"{many(len(lost), 'file')} of evidence {pluralize(len(lost), 'is,are')} gone or "
            f"changed, the first {lost[0]}.",
            "Bring the folder 'evidence' back from a backup.",
        )
    return Check("evidence", True, "Every file of evidence is what was kept.")


def spend(now: datetime) -> Check:
    """Whether the payments that the town took are there."""
    taken = Release.objects.taken()
    lost = [
        release.code for release in taken if not payments.lines_of(release.lines_sha256).exists()
    ]
    if lost:
        return Check(
            "spend",
            False,
            f"The payments of {many(len(lost), 'release')} are gone, the first {lost[0]}.",
            "Bring the folder 'spend' back from a backup, then './commonweal spend update'.",
        )
    prepared = list(payments.folder("prepared").glob("*")) if taken else []
    if taken and not prepared:
        return Check(
            "spend",
            False,
            "The tables that the pages of local spend read are not there.",
            "Run './commonweal spend update'.",
        )
    return Check("spend", True, "The payments and their tables are there.")


def restore(now: datetime) -> Check:
    """Whether somebody has tried that a backup comes back."""
    tried_at = Event.objects.filter(verb=RESTORE_TRIED).aggregate(at=Max("at"))["at"]
    mend = (
        "Bring a backup back in another folder (COMMONWEAL_VAR=/elsewhere ./commonweal restore "
        "FILE), then say so here: './commonweal doctor --restore-tried'."
    )
    if tried_at is None:
        return Check("restore", False, "Nobody has tried yet that a backup comes back.", mend)
    if now - tried_at > RESTORE_EVERY:
        return Check(
            "restore",
            False,
            f"A restore was last tried on {timezone.localtime(tried_at):%d %B %Y}.",
            mend,
        )
    return Check(
        "restore", True, f"A restore was tried on {timezone.localtime(tried_at):%d %B %Y}."
    )


CHECKS: dict[str, Callable[[datetime], Check]] = {
    **readiness.CHECKS,
    "proxy": proxy,
    "mail": mail,
    "sender": sender,
    "keys": keys,
    "keys apart": keys_apart,
    "permissions": permissions,
    "sqlite": sqlite,
    "clock": clock,
    "network": network,
    "evidence": evidence,
    "spend": spend,
    "restore": restore,
}


def look(now: datetime | None = None) -> list[Finding]:
    """Everything, in the order in which it is mended."""
    looked = readiness.all_of(CHECKS, ASK_THE_DATABASE, now or timezone.now())
    return [Finding(check, check.name in NOTED) for check in looked]

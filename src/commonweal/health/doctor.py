"""What is wrong with this installation, and how to mend it, for whoever runs it.

Each check looks at one thing and says how it stands. A *note* is something to know that stops
nobody; anything else that is not well makes `./commonweal doctor` end with 1.
"""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
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
from commonweal.spend.models import Release

from . import outside, readiness
from .readiness import ReadinessCheck

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
class DoctorFinding:
    """A check, and whether it is only to be known."""

    check: ReadinessCheck
    is_note: bool


# --- The way in ---------------------------------------------------------------------------------


# --- The way out --------------------------------------------------------------------------------


# --- What is kept -------------------------------------------------------------------------------


def keys(now: datetime) -> ReadinessCheck:
    if wrong := keyring.what_is_wrong():
        return ReadinessCheck(
            "keys", False, wrong, "Put back the folder var/keys of this town's backup."
        )
    return ReadinessCheck("keys", True, "The keys are this database's.")


def keys_apart(now: datetime) -> ReadinessCheck:
    """Whether the keys would be there when this machine is not."""
    name = "keys apart"
    if settings.DEMO:
        return ReadinessCheck(name, True, "The demonstration's keys need not be kept.")
    if keyring.are_kept_apart():
        return ReadinessCheck(name, True, "The keys of now were saved apart.")
    return ReadinessCheck(
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


def permissions(now: datetime) -> ReadinessCheck:
    folder = Path(settings.VAR)
    loose = list(open_to_others(folder))
    if loose:
        return ReadinessCheck(
            "permissions",
            False,
            f"{many(len(loose), 'file or folder,files or folders')} "
            f"{pluralize(len(loose), 'is,are')} open to other users of this machine, the first "
            f"{loose[0]}.",
            f"Run: chmod -R go= {folder}",
        )
    return ReadinessCheck("permissions", True, "Data, mails and keys are the service's alone.")


def sqlite(now: datetime) -> ReadinessCheck:
    if connection.vendor != "sqlite":
        return ReadinessCheck("sqlite", True, "PostgreSQL is used.")
    if sqlite3.sqlite_version_info < SQLITE_SOUND:
        return ReadinessCheck(
            "sqlite",
            False,
            f"SQLite {sqlite3.sqlite_version} has a rare fault that can damage a "
            "database when two connections write at the same moment.",
            "Back up daily, or use PostgreSQL, or a Python with SQLite 3.51.3 or newer.",
        )
    return ReadinessCheck("sqlite", True, f"SQLite {sqlite3.sqlite_version} is sound.")


def clock(now: datetime) -> ReadinessCheck:
    """Whether something was written later than it is now."""
    latest = Entry.objects.aggregate(at=Max("written_at"))["at"]
    latest_event = Event.objects.aggregate(at=Max("at"))["at"]
    newest = max((at for at in (latest, latest_event) if at is not None), default=now)
    if newest - now > CLOCK_MOST:
        return ReadinessCheck(
            "clock",
            False,
            f"The newest entry is of {timezone.localtime(newest):%d %B %Y, %H:%M}, and this "
            f"machine says {timezone.localtime(now):%d %B %Y, %H:%M}: one of the two clocks was "
            "wrong.",
            "Set the clock by the network (timedatectl set-ntp true). Where it had run ahead: "
            "'./commonweal pledges standings --anew'.",
        )
    if why := jobs_clock.why_rest(now):
        return ReadinessCheck("clock", False, "Jobs rest.", why)
    return ReadinessCheck("clock", True, "Nothing is newer than the clock.")


def evidence(now: datetime) -> ReadinessCheck:
    lost = missing_files()
    if lost:
        return ReadinessCheck(
            "evidence",
            False,
            f"{many(len(lost), 'file')} of evidence {pluralize(len(lost), 'is,are')} gone or "
            f"changed, the first {lost[0]}.",
            "Bring the folder 'evidence' back from a backup.",
        )
    return ReadinessCheck("evidence", True, "Every file of evidence is what was kept.")


def spend(now: datetime) -> ReadinessCheck:
    """Whether the payments that the town took are there."""
    taken = list(Release.objects.taken())
    if not taken:
        return ReadinessCheck("spend", True, "The payments and their tables are there.")
    # What reads payments is read in where there are any.
    from commonweal.spend import files as payments

    lost = [
        release.code for release in taken if not payments.lines_of(release.lines_sha256).exists()
    ]
    if lost:
        return ReadinessCheck(
            "spend",
            False,
            f"The payments of {many(len(lost), 'release')} are gone, the first {lost[0]}.",
            "Bring the folder 'spend' back from a backup, then './commonweal spend update'.",
        )
    if not list(payments.folder("prepared").glob("*")):
        return ReadinessCheck(
            "spend",
            False,
            "The tables that the pages of local spend read are not there.",
            "Run './commonweal spend update'.",
        )
    return ReadinessCheck("spend", True, "The payments and their tables are there.")


def restore(now: datetime) -> ReadinessCheck:
    """Whether somebody has tried that a backup comes back."""
    tried_at = Event.objects.filter(verb=RESTORE_TRIED).aggregate(at=Max("at"))["at"]
    mend = (
        "Bring a backup back in another folder (COMMONWEAL_VAR=/elsewhere ./commonweal restore "
        "FILE), then say so here: './commonweal doctor --restore-tried'."
    )
    if tried_at is None:
        return ReadinessCheck(
            "restore", False, "Nobody has tried yet that a backup comes back.", mend
        )
    if now - tried_at > RESTORE_EVERY:
        return ReadinessCheck(
            "restore",
            False,
            f"A restore was last tried on {timezone.localtime(tried_at):%d %B %Y}.",
            mend,
        )
    return ReadinessCheck(
        "restore", True, f"A restore was tried on {timezone.localtime(tried_at):%d %B %Y}."
    )


CHECKS: dict[str, Callable[[datetime], ReadinessCheck]] = {
    **readiness.CHECKS,
    "proxy": outside.proxy,
    "mail": outside.mail,
    "sender": outside.sender,
    "keys": keys,
    "keys apart": keys_apart,
    "permissions": permissions,
    "sqlite": sqlite,
    "clock": clock,
    "network": outside.network,
    "evidence": evidence,
    "spend": spend,
    "restore": restore,
}


def look(now: datetime | None = None) -> list[DoctorFinding]:
    """Everything, in the order in which it is mended."""
    looked = readiness.all_of(CHECKS, ASK_THE_DATABASE, now or timezone.now())
    return [DoctorFinding(check, check.name in NOTED) for check in looked]

"""From one version to the next: what will be done, what forbids it, and doing it.

The new program is in place already; this brings what it works on up to it. Nothing is touched
before a backup is whole, and nobody serves meanwhile. Each migration is done whole or not at all,
so that an upgrade which stopped half-way goes on when it is started again.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from commonweal.accounts import keyring
from commonweal.accounts.record import record
from commonweal.cases import starting as helping
from commonweal.design.words import many
from commonweal.office.errors import Refused
from commonweal.places.models import Town
from commonweal.pledges import ledger, proving
from commonweal.pledges.models import Pledge
from commonweal.programme import starting
from commonweal.programme.models import Metric, Pillar
from commonweal.spend.models import Release
from commonweal.version import VERSION

from . import complaints, guard, progress
from .backups.contents import folders
from .backups.databases import has_program, size_of_database
from .backups.making import make
from .backups.presence import refuse_where_no_town_is
from .progress import Say

# Besides the backup: style files, and what a database writes while its tables are changed.
SPARE = 200 * 1024 * 1024


@dataclass
class UpgradePlan:
    """What an upgrade will do, and what forbids it."""

    came_from: str
    migrations: list[str]
    backup: Path | None
    needs_bytes: int
    refusals: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        named = ", ".join(self.migrations[:6]) + (" …" if self.migrations[6:] else "")
        return [
            f"From {self.came_from or 'a version that left no mark'} to {VERSION}:",
            f"1. backup: {self.backup or 'none, as you asked'}",
            f"2. migrations: {named or 'none'}",
            "3. what a town starts with and this one has not",
            "4. style and script files",
            "5. standings and figures made anew",
        ]


@contextmanager
def migrating_connection() -> Iterator[None]:
    """Within it `default` is the database as whoever may change its tables.

    On SQLite, and where one role owns all, that is the connection as it is.
    """
    yield


def plan(*, backup: Path | None, is_wanted: bool = True) -> UpgradePlan:
    """Look at everything that an upgrade needs; writes nothing but the folder for backups."""
    refuse_where_no_town_is()
    file = backup or _usual_place() if is_wanted else None
    size = size_of_database() + sum(map(_folder_size, folders().values()))
    prepared = UpgradePlan(
        guard.last_edition(), guard.pending(), file, (size if file else 0) + SPARE
    )
    prepared.refusals = [sentence for sentence in _what_forbids(prepared) if sentence]
    return prepared


def _usual_place() -> Path:
    # In UTC: in the hour that clocks show twice a later file would stand before an earlier one.
    moment = datetime.now(UTC).strftime("%Y-%m-%d-%H%M%SZ")
    folder, name = Path(settings.VAR) / "backups", f"before-{VERSION}-{moment}"
    # An upgrade that stopped is begun again within the same second.
    names = (f"{name}{number}.backup" for number in ("", *(f"-{n}" for n in range(2, 100))))
    return next(folder / free for free in names if not (folder / free).exists())


def _what_forbids(plan: UpgradePlan) -> Iterator[str]:
    yield guard.half_restored()
    yield guard.is_served()
    yield guard.downgrade()
    if not plan.migrations or "accounts_keycheck" in connection.introspection.table_names():
        yield keyring.what_is_wrong()
    if plan.backup is None:
        return
    folder = plan.backup.parent
    if plan.backup.exists():
        yield f"{plan.backup} is there already. Name a file that is not."
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield (
            f"No backup can be made: {folder} can't be written to ({error.strerror}). Name "
            "another place: --backup FILE."
        )
        return
    if connection.vendor == "postgresql" and not has_program("pg_dump"):
        yield (
            "No backup can be made: pg_dump is not on this machine. Install PostgreSQL's client "
            "programs (Debian: postgresql-client)."
        )
    free = shutil.disk_usage(folder).free
    if free < plan.needs_bytes:
        yield (
            f"The disk is too small: {folder} has {free / 1e6:,.0f} MB free, and backup and "
            f"upgrade may take {plan.needs_bytes / 1e6:,.0f} MB. Make room, or name another "
            "place: --backup FILE."
        )


def _folder_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def upgrade(
    plan: UpgradePlan, *, recipients: tuple[str, ...] = (), say: Say = progress.quiet
) -> None:
    """Do what the plan says, with nobody else at work.

    Raises
    ------
    Refused
        The plan is forbidden, something serves, or a step failed: which, and what to do.
    """
    if plan.refusals:
        raise Refused("\n".join(plan.refusals))
    with guard.alone():
        if plan.backup:
            say(f"Backup: {plan.backup} ...")
            make(plan.backup, recipients=recipients, say=progress.below(say))
        try:
            _bring_up(say)
        except Exception as failure:
            back = f" The backup from before is {plan.backup}." if plan.backup else ""
            raise Refused(
                f"The upgrade stopped: {_why(failure)}. What was done until then is whole, and "
                f"nothing serves until the rest is done: mend the cause and run it again.{back}"
            ) from failure


def _why(failure: Exception) -> str:
    return (complaints.sentence_of(failure) or str(failure) or type(failure).__name__).rstrip(".")


def _bring_up(say: Say) -> None:
    say_below = progress.below(say)
    say("Migrations ...")
    with migrating_connection():
        progress.make_tables(say_below)
    say("What a town starts with ...")
    with transaction.atomic():
        start_what_is_new()
        keyring.remember()
    say("Style and script files ...")
    call_command("collectstatic", interactive=False, verbosity=0)
    say("Standings ...")
    total = Pledge.objects.count()
    differed = ledger.work_out_anew(
        on=timezone.localdate(),
        say=lambda count: say_below(f"{count:,} of {many(total, 'pledge')}"),
    )
    if Release.objects.exists():
        # What reads payments is read in where there are any.
        from commonweal.spend import preparing

        say("Figures of payments ...")
        preparing.bring_up_to_date(
            lambda step, done, total: say_below(
                f"{step}: {done:,} of {total:,}" if total > 1 else step
            )
        )
    say("Reading the ledger ...")
    proof = proving.verify(say_below)
    if proof.broken:
        raise Refused(f"the ledger is broken at entry {proof.broken.seq}")
    guard.remember_edition()
    town = Town.objects.get()
    record("upgraded", about=town, by=None, product=VERSION, standings=differed)


def start_what_is_new() -> None:
    """The rows that a new town starts with, where this one has none of their kind."""
    today = timezone.localdate()
    if not Pillar.objects.exists() and not Metric.objects.exists():
        starting.apply({}, on=today)
    helping.apply({}, on=today)

"""The small town that every run begins with, made once and then copied."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import random
import select
import shutil
import sys
import time
import traceback
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

# Every run happens on this morning, so that a seed repeats itself on any day.
MORNING = datetime(2026, 3, 10, 9, tzinfo=UTC)
PRELOAD = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
RESIDENTS = 24


def environment(folder: Path) -> None:
    """Settings of the process that all working processes are forked from."""
    keys = folder / "keys"
    keys.mkdir(parents=True, exist_ok=True)
    for name in ("secret_key", "field_keys"):
        path = keys / name
        if not path.exists():
            digest = hashlib.sha256(f"{name} of a town that nobody lives in".encode()).digest()
            path.write_text(base64.urlsafe_b64encode(digest).decode())
    os.environ |= {
        "COMMONWEAL_VAR": str(folder),
        "DJANGO_SETTINGS_MODULE": "commonweal.config.settings",
        "COMMONWEAL_LOG_LEVEL": "CRITICAL",
        "EMAIL_HOST": "127.0.0.1",
    }


def with_a_clock() -> bool:
    """Start this process again under libfaketime, so that its children's clocks can be moved;
    whether they can be."""
    if PRELOAD is None:
        return False
    if "FAULTS_AWAY" in os.environ:
        return True
    away = int(MORNING.timestamp() - time.time())
    os.environ |= {
        "FAULTS_AWAY": str(away),
        "LD_PRELOAD": str(PRELOAD),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_RESET": "1",
        "NO_FAKE_STAT": "1",
        # In the environment and in no file, which would be opened and read at every look.
        "FAKETIME": f"{away:+d}",
        # A thread that waits for another is not to wait till a moment that is long over: it would
        # ask again without end, and cost more than all the rest.
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        # The order of sets is the same whenever a seed is run again.
        "PYTHONHASHSEED": "0",
    }
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def sleep_in_spite_of_it() -> None:
    """Let this process sleep: Python does so until a moment of the clock that never jumps, which
    libfaketime moves although it was told not to, and the system refuses."""
    time.sleep = lambda seconds: select.select([], [], [], seconds) and None


def set_clock(jump_s: int = 0) -> None:
    """Move the clock of this process, and of what it starts from now on."""
    os.environ["FAKETIME"] = f"{int(os.environ['FAULTS_AWAY']) + jump_s:+d}"


def same_chance(name: str) -> None:
    """What this process takes from the system's chance (codes, salts) follows from a name, so
    that a seed repeats itself. Only for towns that nobody lives in."""
    chance = random.Random(name)
    os.urandom = chance.randbytes
    random._urandom = chance.randbytes


def point_at(folder: Path, database: str = "") -> None:
    """Let this process work on the town in a folder (and, on PostgreSQL, in a database)."""
    from django.conf import settings
    from django.db import connection

    connection.close()
    settings.VAR = folder
    settings.EVIDENCE_FOLDER, settings.CASE_FOLDER = folder / "evidence", folder / "cases"
    settings.SPEND_FOLDER, settings.EMAIL_FILE_PATH = folder / "spend", folder / "mail"
    settings.STATIC_ROOT = folder / "static"
    connection.settings_dict["NAME"] = database or str(folder / "commonweal.sqlite3")


def in_memory() -> str | None:
    """A folder that the machine holds in memory, if it has one with room. Each commit waits for the
    disk otherwise, for nothing: no run cuts the power of the machine."""
    folder = Path("/dev/shm")
    if not os.access(folder, os.W_OK):
        return None
    left = os.statvfs(folder)
    return str(folder) if left.f_bavail * left.f_frsize > 2**30 else None


def prepare(folder: Path) -> None:
    """Make the town in a folder, unless it is there; several may ask for it at once."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "ready").exists():
            return
        child = os.fork()
        if child == 0:
            code = 1
            try:
                same_chance("town")
                _make(folder)
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        if os.waitpid(child, 0)[1]:
            raise SystemExit("The town could not be made.")
        (folder / "ready").touch()


def _make(folder: Path) -> None:
    from django.core.management import call_command
    from django.db import connection, transaction

    from commonweal.accounts import keyring

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    keyring.remember()
    with transaction.atomic():
        _fill()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _fill() -> None:
    from django.utils import timezone

    from commonweal.demo import generate, tables
    from commonweal.pledges import ledger

    today = timezone.localdate()
    settings = tables.read("town")
    generate.townfile.apply(settings, fictional=True)
    maker = generate.Maker(generate.Size(14, 30, 2), today, 2020, lambda _: None)
    partners = maker.partners()
    maker.members(partners)
    maker.charter(partners)
    maker.prepare()
    maker.draw_sheets()
    stories = maker.pledges(partners)
    maker.keep_files(stories)
    maker.write(stories)
    ledger.bring_up_to_date([story.pledge for story in stories], on=today)
    _fill_desk()


def _fill_desk() -> None:
    """People who have asked for help, and a fund that can pay."""
    from django.utils import timezone

    from commonweal.accounts.models import Person
    from commonweal.cases import working
    from commonweal.grants.models import Fund
    from commonweal.partners.models import Partner
    from commonweal.residents import people
    from commonweal.services.models import HelpType
    from commonweal.spend.models import Anchor

    today = timezone.localdate()
    handler = Person.objects.get(email__startswith="leah.")
    food = HelpType.objects.get(code="food")
    for number in range(RESIDENTS):
        resident = people.add(
            values={
                "first_name": f"Resident{number}",
                "last_name": f"Quill{chr(97 + number)}worth",
                "phones": f"07700 90{number:04}",
                "born": f"19{50 + number}-03-0{1 + number % 9}",
            },
            by=handler,
        )
        working.open_case(resident=resident, channel="phone", needs={food: {}}, by=handler)
    Fund.objects.create(
        code="hardship",
        name="Hardship fund",
        budget=Decimal(5000),
        most=Decimal(300),
        starts_on=today - timedelta(days=100),
        ends_on=today + timedelta(days=900),
        approvals=[{"up_to": "100", "approvals": 1}, {"up_to": "300", "approvals": 2}],
    )
    Anchor.objects.create(partner=Partner.objects.get(is_council=True))


def copy(template: Path, to: Path) -> None:
    for name in ("keys", "evidence", "cases", "spend"):
        if (template / name).exists():
            shutil.copytree(template / name, to / name)
    for database in template.glob("commonweal.sqlite3*"):
        shutil.copyfile(database, to / database.name)

"""A list between showing it and carrying it out, and what of it was refused: kept encrypted, and
deleted when its time is over. Lists that wait are held as other files are (`bringing.holding`)."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from commonweal.bringing import holding
from commonweal.bringing.models import HeldFile
from commonweal.office.errors import Refused

from ..models import ListRun
from .reading import Preview

# What its files are called among those that are held.
PLACE = "lists"
# A list that was shown and never carried out; what was refused, for whoever sent it.
KEPT_WAITING = timedelta(days=2)
KEPT_REFUSED = timedelta(days=30)


def take_out(run: ListRun) -> tuple[str, bytes]:
    """The file of a list that is under way: its name and its bytes.

    Raises
    ------
    Refused
        It is not there any more.
    """
    held = HeldFile.objects.filter(place=PLACE, sha256=run.sha256).first()
    if held is None:
        raise Refused(holding.GONE)
    return held.file_name, holding.content_of(held)


def drop(sha256: str) -> None:
    """Forget the files of a list."""
    for held in HeldFile.objects.filter(place=PLACE, sha256=sha256):
        holding.let_go(held)


def keep_refused(shown: Preview, run: ListRun) -> None:
    """Keep the refused rows of a list as they stand, for whoever sent it."""
    if shown.rejected:
        by_row = dict(shown.placed.rows)
        lines = [[row, why, by_row[row]] for row, why in shown.rejected]
        run.refused = json.dumps({"header": shown.placed.header, "rows": lines})
        run.save(update_fields=["refused"])


def drop_refused(run: ListRun) -> None:
    """Forget the refused rows of a list."""
    run.refused = ""
    run.save(update_fields=["refused"])


def drop_every_refused() -> None:
    """Forget the refused rows of every list: one of them may be of somebody who is erased, and
    nobody can tell."""
    ListRun.objects.exclude(refused="").update(refused="")
    for path in _of_before():
        path.unlink(missing_ok=True)


def forget() -> int:
    """Forget what was kept long enough. A list that is being carried out stays until it is, or
    until no held file stays."""
    under_way = ListRun.objects.filter(finished_at=None, undone_at=None)
    waiting = HeldFile.objects.filter(place=PLACE, held_at__lt=timezone.now() - KEPT_WAITING)
    too_long = list(waiting.exclude(sha256__in=under_way.values("sha256")))
    for held in too_long:
        holding.let_go(held)
    sent_back = ListRun.objects.filter(finished_at__lt=timezone.now() - KEPT_REFUSED)
    forgotten = sent_back.exclude(refused="").update(refused="")
    for path in _of_before():
        if time.time() - path.stat().st_mtime > KEPT_REFUSED.total_seconds():
            path.unlink(missing_ok=True)
    return len(too_long) + forgotten


def _of_before() -> list[Path]:
    """What earlier versions kept in a folder of its own, until its time is over."""
    folder = Path(settings.CASE_FOLDER) / "lists"
    return list(folder.iterdir()) if folder.is_dir() else []

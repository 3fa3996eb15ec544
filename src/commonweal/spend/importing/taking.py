"""Releases that count: taken, put in place of others, undone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from ..models import Release
from .lines import difference
from .uploading import State, forget_as_sent


def may_replace(release: Release) -> list[Release]:
    """Taken releases of the same anchor and route that are about some of the same days."""
    if release.starts_on is None or release.ends_on is None:
        return []
    return list(
        release.anchor.releases.taken()
        .filter(
            route=release.route,
            starts_on__lte=release.ends_on,
            ends_on__gte=release.starts_on,
        )
        .exclude(pk=release.pk)
    )


def take(*, release: Release, by: Person | None, replaces: Release | None = None) -> None:
    """Let a release count. What it replaces counts no more, and the difference is kept.

    Raises
    ------
    Refused
        It has not been read, does not reconcile, is taken already, or replaces what it can't.
    """
    release = Release.objects.select_related("anchor").get(pk=release.pk)
    _check_take(release, replaces)
    # Holding two files against each other takes long: others write meanwhile.
    compared = difference(replaces, release) if replaces is not None else {}
    _take(release, by, replaces, compared)


def _check_take(release: Release, replaces: Release | None) -> None:
    if release.state != State.READ:
        raise Refused(release.why or "Only a file that was read and reconciles can be taken.")
    if replaces is not None and (
        replaces.state != State.TAKEN
        or (replaces.anchor_id, replaces.route) != (release.anchor_id, release.route)
    ):
        raise Refused("It can only replace a release of the same anchor and kind that counts.")


@transaction.atomic
def _take(
    release: Release, by: Person | None, replaces: Release | None, compared: dict[str, Any]
) -> None:
    lines = release.lines_sha256
    release = Release.objects.select_for_update().get(pk=release.pk)
    if replaces is not None:
        replaces = Release.objects.select_for_update().get(pk=replaces.pk)
    _check_take(release, replaces)
    if release.lines_sha256 != lines:
        raise Refused("Somebody had the file read in another way just now. Look at it again.")
    today = timezone.localdate()
    if replaces is not None:
        release.replaces, release.difference = replaces, compared
        _out(replaces, f"Replaced by {release.file_name}.", by, today)
    release.state, release.taken_on, release.taken_by = State.TAKEN, today, by
    release.save(update_fields=["state", "taken_on", "taken_by", "replaces", "difference"])
    # Not before it is certain: cut off in between, a file that still waits would be gone.
    transaction.on_commit(lambda: forget_as_sent(release))
    record(
        "release taken",
        about=release,
        by=by,
        as_role="analyst" if by else "import",
        rows=release.rows,
    )


@transaction.atomic
def undo(*, release: Release, because: str, by: Person | None) -> None:
    """Take a release out of all figures. It stays in the list, with who and why."""
    release = Release.objects.select_for_update().get(pk=release.pk)
    if release.state != State.TAKEN:
        raise Refused("Only a release that counts can be undone.")
    if not because.strip():
        raise Refused("Say why it is undone.")
    _out(release, because, by, timezone.localdate())


def _out(release: Release, because: str, by: Person | None, on: date) -> None:
    release.state, release.undone_on, release.undone_by = State.UNDONE, on, by
    release.undone_because = because
    release.save(update_fields=["state", "undone_on", "undone_by", "undone_because"])
    record("release undone", about=release, by=by, as_role="analyst" if by else "import")

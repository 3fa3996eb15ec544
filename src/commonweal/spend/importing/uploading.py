"""Files of payments as they are sent: kept, or thrown away again."""

from __future__ import annotations

import hashlib

from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from .. import files
from ..models import Anchor, Release

State = Release.State
MOST_MB = 200


def upload(
    *,
    anchor: Anchor,
    route: str,
    content: bytes,
    name: str,
    by: Person | None,
    source_url: str = "",
) -> Release:
    """Keep a file until somebody has looked at it. It is not read yet: see :func:`read`.

    Raises
    ------
    Refused
        It is empty, too large, or there already: nothing changes.
    """
    if not content:
        raise Refused("The file is empty.")
    if len(content) > MOST_MB * 1024 * 1024:
        raise Refused(f"The file is larger than {MOST_MB} MB. Cut it into parts by month.")
    digest = hashlib.sha256(content).hexdigest()
    same_file = (
        anchor.releases.filter(route=route, sha256=digest).exclude(state=State.UNDONE).first()
    )
    if same_file is not None:
        raise Refused(_there_already(same_file))
    files.keep_incoming(content)
    stem = f"{anchor.partner.code}-{digest[:8]}"
    count = Release.objects.filter(code__startswith=stem).count()
    try:
        with transaction.atomic():
            release = Release.objects.create(
                code=f"{stem}-{count + 1}" if count else stem,
                anchor=anchor,
                route=route,
                file_name=name[-200:],
                sha256=digest,
                size_bytes=len(content),
                source_url=source_url,
                uploaded_by=by,
            )
            record("payments uploaded", about=release, by=by, as_role="analyst" if by else "import")
    except IntegrityError:
        raise Refused("Somebody else sent this very file at the same moment.") from None
    return release


def begun(*, anchor: Anchor, route: str, content: bytes) -> Release | None:
    """What a run of the command that was cut off goes on with: the release of this very file that
    it sent and did not take yet."""
    digest = hashlib.sha256(content).hexdigest()
    waits = anchor.releases.filter(route=route, sha256=digest, uploaded_by=None)
    return waits.filter(state__in=[State.WAITING, State.READ]).first()


def _there_already(release: Release) -> str:
    if release.state == State.TAKEN:
        on = release.taken_on or timezone.localdate()
        return (
            f"This very file is there already, as {release.file_name}, taken on "
            f"{on.day} {on:%B %Y}. Nothing is changed."
        )
    return f"This very file is there already, as {release.file_name}. Nothing is changed."


@transaction.atomic
def throw_away(*, release: Release, by: Person) -> None:
    """Forget a file that was never taken."""
    if release.state in (State.TAKEN, State.UNDONE):
        raise Refused("A release that counts, or did, stays in the list. Undo it instead.")
    transaction.on_commit(lambda: forget_as_sent(release))
    same = Release.objects.filter(lines_sha256=release.lines_sha256).exclude(pk=release.pk)
    if release.lines_sha256 and not same.exists():
        lines = files.lines_of(release.lines_sha256)
        transaction.on_commit(lambda: lines.unlink(missing_ok=True))
    record("payments thrown away", about=release, by=by, as_role="analyst")
    release.delete()


def forget_as_sent(release: Release) -> None:
    """Delete a file as it was sent, unless another release of it may still be read from it."""
    others = Release.objects.filter(sha256=release.sha256).exclude(pk=release.pk)
    if not others.exclude(state__in=[State.TAKEN, State.UNDONE]).exists():
        files.forget_incoming(release.sha256)

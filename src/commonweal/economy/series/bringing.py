"""Bringing in a file of figures, and taking it out again."""

from __future__ import annotations

import hashlib
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from commonweal.accounts.actors import IMPORT
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from localwealth.errors import UnreadableFile
from localwealth.sources.statistics.reading import Told, read

from ..models import SeriesRelease
from .places import Places
from .taking import take

MOST_MB = 50


@transaction.atomic
def bring_in(
    *,
    content: bytes,
    name: str,
    published_on: date,
    by: Person | None,
    told: Told | None = None,
    source_url: str = "",
    on: date | None = None,
) -> SeriesRelease:
    """Take a file's figures into the series, today or on a day. What earlier files say stays
    beside.

    Raises
    ------
    Refused
        It is empty, too large, here already, can't be read, of a day to come, or of wards of
        another year.
    """
    digest = _digest(content, published_on, on or timezone.localdate())
    try:
        published = read(content, name, told)
    except UnreadableFile as error:
        raise Refused(str(error)) from None
    places = Places()
    places.check_wards({figure.area_code for figure in published.figures})
    release = SeriesRelease.objects.create(
        code=_free_code(name, published_on),
        file_name=name[-200:],
        sha256=digest,
        title=published.title,
        source_url=source_url,
        published_on=published_on,
        received_by=by,
    )
    count = take(release, published, places)
    if not count:
        reasons = "; ".join(f"line {line}: {why}" for line, why in published.left_out[:3])
        raise Refused(f"The file holds no figure that can be taken. {reasons}")
    release.figure_count = count
    release.left_out = published.left_out
    release.footnotes = published.footnotes
    release.notes = published.notes
    release.save(update_fields=["figure_count", "left_out", "footnotes", "notes"])
    record(
        "figures brought in",
        about=release,
        by=by,
        as_role=Role.ANALYST if by else IMPORT,
        count=count,
    )
    return release


def _digest(content: bytes, published_on: date, today: date) -> str:
    if not content:
        raise Refused("The file is empty.")
    if len(content) > MOST_MB * 1024 * 1024:
        raise Refused(f"The file is larger than {MOST_MB} MB. Take fewer areas or months.")
    if published_on > today:
        raise Refused("The day of publication is still to come.")
    digest = hashlib.sha256(content).hexdigest()
    before = SeriesRelease.objects.filter(sha256=digest, undone_on=None).first()
    if before is not None:
        raise Refused(f"This file is here already, as {before.code}.")
    return digest


def _free_code(name: str, published_on: date) -> str:
    stem = f"{published_on:%Y-%m-%d}-{slugify(name.rsplit('.', 1)[0])[:50] or 'figures'}"
    count = SeriesRelease.objects.filter(code__startswith=stem).count()
    return f"{stem}-{count + 1}" if count else stem


@transaction.atomic
def undo(*, release: SeriesRelease, because: str, by: Person | None) -> None:
    """Take a release out of the figures; what was before it counts again.

    Raises
    ------
    Refused
        No reason; it was undone before.
    """
    if not because.strip():
        raise Refused("Say why these figures are taken out.")
    undone = SeriesRelease.objects.filter(pk=release.pk, undone_on=None).update(
        undone_on=timezone.localdate(), undone_because=because
    )
    if not undone:
        raise Refused("It was undone before.")
    record("figures undone", about=release, by=by, as_role=Role.ANALYST if by else IMPORT)

"""A kept file read, and how people say that it is to be read."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.design.words import many
from commonweal.office.errors import Refused
from localwealth.errors import UnreadableFile
from localwealth.layouts import fingerprint
from localwealth.sources import payments
from localwealth.sources.payments import Reading
from localwealth.tables.dates import Days

from .. import files
from ..models import Layout, Release
from .uploading import State

# What reading a file finds of it.
READ = (
    "state",
    "why",
    "rows",
    "total_gbp",
    "accepted",
    "accepted_gbp",
    "rejected",
    "rejected_gbp",
    "duplicates",
    "duplicate_gbp",
    "starts_on",
    "ends_on",
    "unnamed",
    "headings",
    "mapping",
    "order",
    "questions",
    "notes",
    "stated",
    "reasons",
    "lines_sha256",
)


def read(release: Release, *, today: date | None = None) -> Release:
    """Read a kept file by its guessed mapping, and what people have said of its publisher's.

    Whatever comes of it stands in the release: it never raises for what is in the file. ``today``
    is the day on which it is read, if another than the clock says.
    """
    content = files.incoming(release.sha256)
    if content is None:
        release.state, release.why = State.REFUSED, "The file itself is gone. Send it again."
        release.save(update_fields=["state", "why"])
        return release
    try:
        reading = _with_what_was_said(release, content, today)
    except UnreadableFile as error:
        release.state, release.why = State.REFUSED, str(error)
        release.mapping, release.headings = {}, _headings(content, release.file_name)
        release.save(update_fields=["state", "why", "mapping", "headings"])
        return release
    lines = reading.table()
    _fill(release, reading, lines)
    release.lines_sha256 = files.keep_lines(reading, lines)
    release.save(update_fields=READ)
    return release


def _headings(content: bytes, name: str) -> list[str]:
    try:
        return payments.headings(content, name)
    except UnreadableFile:
        return []


def _with_what_was_said(release: Release, content: bytes, today: date | None = None) -> Reading:
    def once(corrections: dict[str, Any]) -> Reading:
        period = corrections.get("period")
        return payments.read(
            content,
            release.file_name,
            columns_said=corrections.get("columns") or {},
            order_said=corrections.get("order") or None,
            period_said=Days(*map(date.fromisoformat, period)) if period else None,
            repeats=corrections.get("repeats") or None,
            today=today or timezone.localdate(),
        )

    reading = once(release.said)
    known = release.anchor.layouts.filter(
        route=release.route, headings=fingerprint(reading.mapping.header)
    ).first()
    if known is not None:
        # Of one file only what is said now; of the publisher's layout all that was ever said.
        columns = {**known.said.get("columns", {}), **release.said.get("columns", {})}
        both = {**known.said, **release.said, "columns": columns}
        if both != release.said:
            reading = once(both)
    return reading


def _fill(release: Release, reading: Reading, lines: pa.Table) -> None:
    release.rows, release.total_gbp = reading.rows, reading.total
    release.accepted, release.accepted_gbp = len(reading.payments), reading.accepted_gbp
    release.rejected, release.rejected_gbp = len(reading.rejected), reading.rejected_gbp
    release.duplicates, release.duplicate_gbp = len(reading.duplicates), reading.duplicate_gbp
    days = pc.min(lines["first"]).as_py(), pc.max(lines["last"]).as_py()
    release.starts_on, release.ends_on = days
    release.unnamed = pc.sum(pc.not_equal(lines["payee"], "named")).as_py() or 0
    mapping = reading.mapping
    release.headings = list(mapping.header)
    release.mapping = {
        role: {"at": at, "because": mapping.reasons.get(role, "")}
        for role, at in mapping.columns.items()
    }
    release.order = reading.order[:200]
    release.questions = list(reading.questions)
    release.notes = reading.remarks
    release.stated = [
        {"line": line, "says": str(says), "comes_to": str(comes)}
        for _, line, says, comes in reading.stated
    ]
    why = Counter(left.why for left in (*reading.rejected, *reading.duplicates))
    release.reasons = dict(why.most_common(30))
    if not reading.reconciles:
        release.state = State.REFUSED
        release.why = (
            f"The parts do not make the whole: {many(reading.rows, 'line')} and "
            f"£{reading.total:,.2f} in "
            "the file. It can't be taken. Say which column is the amount, or send the file again."
        )
    elif not reading.payments:
        release.state, release.why = State.REFUSED, "No line of it is a payment."
    else:
        release.state, release.why = State.READ, ""


def say(
    *,
    release: Release,
    columns: dict[str, str],
    order: str,
    period: tuple[date, date] | None,
    repeats: str,
    by: Person,
) -> Release:
    """Correct how a file is read, read it again, and remember what holds for the publisher's next.

    Raises
    ------
    Refused
        It is taken already, or a heading is named that the file does not have.
    """
    if release.state not in (State.READ, State.REFUSED):
        raise Refused("Only a file that waits to be looked at can be read in another way.")
    before = dict(release.said)
    corrections = {
        "columns": {**before.get("columns", {}), **columns},
        "order": order,
        "period": list(map(date.isoformat, period or ())),
        "repeats": repeats,
    }
    release.said = {name: correction for name, correction in corrections.items() if correction}
    content = files.incoming(release.sha256)
    try:
        reading = _with_what_was_said(release, content or b"")
    except UnreadableFile as error:
        release.said = before
        raise Refused(str(error)) from None
    # The period is this file's own; the rest is the publisher's way.
    lasting = {k: v for k, v in release.said.items() if k != "period"}
    with transaction.atomic():
        Layout.objects.update_or_create(
            anchor=release.anchor,
            route=release.route,
            headings=fingerprint(reading.mapping.header),
            defaults={"said": lasting, "said_on": timezone.localdate(), "said_by": by},
        )
        # It waits to be read in the new way. Reading takes long, so it is done while others write;
        # cut off in between, the next run reads what waits.
        release.state = State.WAITING
        release.save(update_fields=["said", "state"])
        record("layout corrected", about=release, by=by, as_role="analyst")
    return read(release)

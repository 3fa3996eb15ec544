"""From a file of payments to a release: kept, read, looked at, taken, undone."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from localwealth.errors import UnreadableFile
from localwealth.layouts import fingerprint
from localwealth.sources import payments
from localwealth.sources.payments import Reading
from localwealth.sources.values import Days

from . import files
from .models import Anchor, Layout, Release

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
    digest = files.keep_incoming(content)
    same_file = (
        anchor.releases.filter(route=route, sha256=digest).exclude(state=State.UNDONE).first()
    )
    if same_file is not None:
        raise Refused(_there_already(same_file))
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


# --- Reading ------------------------------------------------------------------------------------


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
    "stated",
    "reasons",
    "lines_sha256",
)


def read(release: Release) -> Release:
    """Read a kept file by its guessed mapping, and what people have said of its publisher's.

    Whatever comes of it stands in the release: it never raises for what is in the file.
    """
    content = files.incoming(release.sha256)
    if content is None:
        release.state, release.why = State.REFUSED, "The file itself is gone. Send it again."
        release.save(update_fields=["state", "why"])
        return release
    try:
        reading = _with_what_was_said(release, content)
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


def _with_what_was_said(release: Release, content: bytes) -> Reading:
    def once(corrections: dict[str, Any]) -> Reading:
        period = corrections.get("period")
        return payments.read(
            content,
            release.file_name,
            columns_said=corrections.get("columns") or {},
            order_said=corrections.get("order") or None,
            period_said=Days(*map(date.fromisoformat, period)) if period else None,
            repeats=corrections.get("repeats") or None,
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
    release.stated = [
        {"line": line, "says": str(says), "comes_to": str(comes)}
        for _, line, says, comes in reading.stated
    ]
    why = Counter(left.why for left in (*reading.rejected, *reading.duplicates))
    release.reasons = dict(why.most_common(30))
    if not reading.reconciles:
        release.state = State.REFUSED
        release.why = (
            f"The parts do not make the whole: {reading.rows:,} lines and £{reading.total:,.2f} in "
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
    release.said = {
        name: correction
        for name, correction in (
            ("columns", {**before.get("columns", {}), **columns}),
            ("order", order),
            ("period", [day.isoformat() for day in period] if period else None),
            ("repeats", repeats),
        )
        if correction
    }
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


def sample_of(release: Release, size: int = 3) -> list[dict[str, Any]]:
    """The first payments, for a person to look at before the file is taken."""
    if not release.lines_sha256:
        return []
    return _rows(
        "select * from read_parquet($1) where outcome = 'accepted' order by line limit $2",
        str(files.lines_of(release.lines_sha256)),
        size,
    )


def left_out(release: Release, size: int = 200) -> list[dict[str, Any]]:
    """Lines that are no payments, or one too many: line, why, amount."""
    if not release.lines_sha256:
        return []
    return _rows(
        """select sheet, line, outcome, why, amount from read_parquet($1)
        where outcome <> 'accepted' order by line limit $2""",
        str(files.lines_of(release.lines_sha256)),
        size,
    )


def _rows(sql: str, *values: object) -> list[dict[str, Any]]:
    with duckdb.connect() as base:
        answer = base.execute(sql, list(values))
        names = [column[0] for column in answer.description or []]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


# --- Taking and undoing -------------------------------------------------------------------------

_SAME = "first, last, coalesce(name, payee) as who, amount, reference, category"
_DIFFER = f"""
    with old as (select {_SAME}, count(*) as n from read_parquet($1)
            where outcome = 'accepted' group by all),
        new as (select {_SAME}, count(*) as n from read_parquet($2)
            where outcome = 'accepted' group by all),
        pairs as (
            select coalesce(new.first, old.first) as first, coalesce(new.who, old.who) as who,
                coalesce(new.amount, old.amount) as amount,
                coalesce(new.reference, old.reference) as reference,
                coalesce(new.n, 0) as is_now, coalesce(old.n, 0) as was
            from new full join old on new.first is not distinct from old.first
                and new.last is not distinct from old.last
                and new.who is not distinct from old.who and new.amount = old.amount
                and new.reference is not distinct from old.reference
                and new.category is not distinct from old.category)
    select * from pairs"""


def difference(old: Release, new: Release) -> dict[str, Any]:
    """What a corrected file changes: lines and pounds that stay, come and go, with examples."""
    pairs = _rows(
        _DIFFER, str(files.lines_of(old.lines_sha256)), str(files.lines_of(new.lines_sha256))
    )
    come = [pair for pair in pairs if pair["is_now"] > pair["was"]]
    gone = [pair for pair in pairs if pair["was"] > pair["is_now"]]

    return {
        "same": sum(min(pair["is_now"], pair["was"]) for pair in pairs),
        "come": _summary(come),
        "gone": _summary(gone),
    }


def _summary(pairs: list[dict[str, Any]]) -> dict[str, Any]:
    """How many lines come or go, what they come to, and the largest of them."""
    counts = [abs(pair["is_now"] - pair["was"]) for pair in pairs]
    amounts = (count * pair["amount"] for count, pair in zip(counts, pairs, strict=True))
    largest = sorted(pairs, key=lambda pair: -abs(pair["amount"]))[:20]
    return {
        "lines": sum(counts),
        "gbp": str(sum(amounts, Decimal(0))),
        "largest": [
            {
                "day": str(pair["first"] or ""),
                "payee": pair["who"],
                "reference": pair["reference"] or "",
                "gbp": str(pair["amount"]),
            }
            for pair in largest
        ],
    }


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
    transaction.on_commit(lambda: files.forget_incoming(release.sha256))
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


@transaction.atomic
def throw_away(*, release: Release, by: Person) -> None:
    """Forget a file that was never taken."""
    if release.state in (State.TAKEN, State.UNDONE):
        raise Refused("A release that counts, or did, stays in the list. Undo it instead.")
    transaction.on_commit(lambda: files.forget_incoming(release.sha256))
    same = Release.objects.filter(lines_sha256=release.lines_sha256).exclude(pk=release.pk)
    if release.lines_sha256 and not same.exists():
        lines = files.lines_of(release.lines_sha256)
        transaction.on_commit(lambda: lines.unlink(missing_ok=True))
    record("payments thrown away", about=release, by=by, as_role="analyst")
    release.delete()

"""The ledger: writing entries, and proving that none was changed.

What is hashed is canonical JSON (sorted keys, no spaces, UTF-8) of everything that an entry
says. Two values stand in it as digests of their own: the free words (with a salt, so that they
can be struck out for a legal reason) and the person (so that the chain can be published).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.jobs import database
from commonweal.partners.models import Partner
from commonweal.places.models import Rules, the_town

from . import standing as st
from .kinds import PARTNER_UPDATES, check_body
from .models import Entry, LedgerHead, Pledge

GENESIS = "0" * 64


# Made once: json.dumps makes one for each call, and long imports hash while others wait.
_IN_ORDER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(body: Any) -> bytes:
    return _IN_ORDER.encode(body).encode()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def digest_of_words(salt: str, text: str) -> str:
    return sha256(salt.encode() + text.encode()) if text else ""


def digest_of_person(by_code: UUID | None) -> str:
    return sha256(str(by_code).encode()) if by_code else ""


def hash_of(entry: Entry, pledge_code: str) -> str:
    """The hash that an entry must have, from what it says and from ``previous``."""
    sealed = {
        "seq": entry.seq,
        "pledge": pledge_code,
        "kind": entry.kind,
        "happened_on": entry.happened_on.isoformat(),
        "written_at": utc(entry.written_at),
        "body": entry.body,
        "words": entry.words_digest,
        "by": digest_of_person(entry.by_code),
        "by_role": entry.by_role,
        "by_organisation": entry.by_organisation,
    }
    return sha256(entry.previous.encode() + canonical(sealed))


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class NewEntry:
    """One line to be written; `append` gives it its number and its place in the chain."""

    pledge: Pledge
    kind: st.Kind
    happened_on: date
    body: dict[str, Any]
    words: str = ""
    by: Person | None = None
    by_role: str = "system"
    by_organisation: str = ""
    # An earlier line of the same batch that this one is about; its number becomes body["about"].
    about: NewEntry | None = None
    written_at: datetime | None = None
    seq: int = 0


def unplaced(new: NewEntry, now: datetime) -> Entry:
    """An entry as it will be written, but for its place in the chain: see `place`."""
    salt = secrets.token_hex(8) if new.words else ""
    check_body(new.kind, new.body)
    return Entry(
        pledge=new.pledge,
        kind=new.kind,
        happened_on=new.happened_on,
        written_at=new.written_at or now,
        body=new.body,
        words=new.words,
        words_salt=salt,
        words_digest=digest_of_words(salt, new.words),
        by_code=new.by.code if new.by else None,
        by_role=new.by_role,
        by_organisation=new.by_organisation,
    )


def place(entry: Entry, seq: int, previous: str) -> None:
    """Give an entry its number, and chain it to the one before."""
    entry.seq, entry.previous = seq, previous
    entry.hash = hash_of(entry, entry.pledge.code)


def _link(new: NewEntry, seq: int, previous: str, now: datetime) -> Entry:
    new.seq = seq
    if new.about is not None:
        new.body["about"] = new.about.seq
    entry = unplaced(new, now)
    place(entry, seq, previous)
    return entry


def hold() -> LedgerHead:
    """The head of the ledger, held until the end of the transaction. While one holds it, nobody
    else writes to the ledger, works out standings, or puts new days in force (`recounting`)."""
    LedgerHead.objects.get_or_create(id=1)
    return LedgerHead.objects.select_for_update().get(id=1)


def write(lines: Iterable[NewEntry]) -> list[Entry]:
    """Number, chain and store lines in their order. Writers queue for the head's row."""
    now = timezone.now().replace(microsecond=0)
    with transaction.atomic():
        head = hold()
        seq, previous = head.seq, head.hash
        entries = []
        for new in lines:
            seq += 1
            entry = _link(new, seq, previous, now)
            previous = entry.hash
            entries.append(entry)
        Entry.objects.bulk_create(entries, batch_size=500)
        LedgerHead.objects.filter(id=1).update(seq=seq, hash=previous)
    return entries


@transaction.atomic
def append(new: NewEntry, *, on: date | None = None) -> Entry:
    """Write one line and bring its pledge up to date."""
    (entry,) = write([new])
    bring_up_to_date([new.pledge], on=on or timezone.localdate())
    return entry


UPDATED = [
    "standing",
    "standing_until",
    "standing_on",
    "first_target",
    "claimed",
    "claimed_on",
    "verified",
    "verified_on",
    "measured",
    "measured_on",
    "offered",
    "drawn",
    "unanswered_since",
    "held_until",
    "entry_count",
    "accepted_on",
    "baseline",
    "target",
    "due_on",
]


def derive(pledge: Pledge, lines: list[Entry], on: date, rules: Rules) -> dict[str, Any]:
    """Everything beside a pledge that its ledger decides, by column."""
    state = st.state_of(lines, on, rules)
    # An entry of a later day, as after a clock that was behind, counts from its day on.
    changes_on = [line.happened_on for line in lines if line.happened_on > on]
    if state.until is not None:
        changes_on.append(state.until)
    return {
        "standing": state.standing.value,
        "standing_until": min(changes_on, default=None),
        "first_target": state.first_target,
        "claimed": state.claimed,
        "claimed_on": state.claimed_on,
        "verified": state.verified,
        "verified_on": state.verified_on,
        "measured": state.measured,
        "measured_on": state.measured_on,
        "offered": state.offered,
        "drawn": state.drawn,
        "unanswered_since": state.first_unanswered_on,
        "held_until": state.held_until,
        "entry_count": len(lines),
        "accepted_on": state.accepted_on,
        "baseline": state.baseline,
        "target": state.target,
        "due_on": state.due_on,
    }


def bring_up_to_date(pledges: Iterable[Pledge], *, on: date) -> None:
    """Write what the ledger says beside each pledge: the only place where standing is set."""
    rules = the_town().rules
    pledges = list(pledges)
    last_update: dict[int, date] = {}
    for start in range(0, len(pledges), 500):
        some = {pledge.pk: pledge for pledge in pledges[start : start + 500]}
        lines: dict[int, list[Entry]] = {pk: [] for pk in some}
        for entry in Entry.objects.filter(pledge__in=list(some)).order_by("seq"):
            lines[entry.pledge_id].append(entry)
            if entry.kind in PARTNER_UPDATES:
                partner_id = some[entry.pledge_id].partner_id
                last = last_update.get(partner_id, date.min)
                last_update[partner_id] = max(entry.happened_on, last)
        for pk, pledge in some.items():
            for name, figure in derive(pledge, lines[pk], on, rules).items():
                setattr(pledge, name, figure)
            pledge.standing_on = on
        store(some.values())
    _heard_of(last_update)


def store(pledges: Iterable[Pledge]) -> None:
    """One prepared UPDATE for many rows. Django's bulk_update writes a CASE for each value, which
    costs more than all the rest of an import."""
    fields = [field for field in Pledge._meta.concrete_fields if field.name in UPDATED]
    columns = ", ".join(f"{field.column} = %s" for field in fields)
    rows = [
        [f.get_db_prep_save(getattr(pledge, f.attname), connection) for f in fields] + [pledge.pk]
        for pledge in pledges
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {Pledge._meta.db_table} SET {columns} WHERE id = %s", rows)


def _heard_of(last_update: dict[int, date]) -> None:
    """Note the last day on which each partner reported anything; never an earlier one."""
    prepared = Partner._meta.get_field("last_update_on").get_db_prep_save
    days = {pk: prepared(day, connection) for pk, day in last_update.items()}
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {Partner._meta.db_table} SET last_update_on = %s "
            "WHERE id = %s AND (last_update_on IS NULL OR last_update_on < %s)",
            [(day, pk, day) for pk, day in days.items()],
        )


def tell_the_planner() -> None:
    """After much was written at once, let PostgreSQL count the rows before they are read.

    It does so by itself only later; until then it takes the tables for empty and reads the
    chain by looking through all pledges for each entry.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in (Partner, Pledge, Entry):
                cursor.execute(f"ANALYZE {model._meta.db_table}")


def refresh_standings(*, on: date) -> int:
    """Work out anew every standing that the passing of time may have changed.

    Called before standings are read; on all but the first call of a day this is a look into two
    indexes. A standing is therefore never a stale one, whether or not any job has run; nor one
    that was worked out on a later day, by a clock that was wrong.
    """
    stale = Pledge.objects.filter(Q(standing_until__lte=on) | Q(standing_on__gt=on))
    count = 0
    while some := list(stale[:500]):
        try:
            with transaction.atomic():
                hold()
                bring_up_to_date(some, on=on)
        except DatabaseError as error:
            # While nothing can be written, pages show the standings of the last day on which
            # something could, and say that nothing is taken in.
            if database.is_read_only(error):
                return count
            raise
        count += len(some)
    return count


def work_out_anew(*, on: date, say: Callable[[int], None] = lambda count: None) -> int:
    """Work out every standing from the ledger, whatever is kept beside it; how many differed."""
    differed, count = 0, 0
    start = 0
    while some := list(Pledge.objects.filter(pk__gt=start).order_by("pk")[:500]):
        before = {pledge.pk: (pledge.standing, pledge.standing_until) for pledge in some}
        with transaction.atomic():
            hold()
            bring_up_to_date(some, on=on)
        differed += sum(before[p.pk] != (p.standing, p.standing_until) for p in some)
        start, count = some[-1].pk, count + len(some)
        say(count)
    return differed


def pledges_with_entries() -> Iterator[tuple[Pledge, list[Entry]]]:
    """Each pledge with its entries, in one pass over the ledger."""
    entries = Entry.objects.select_related("pledge").order_by("pledge_id", "seq").iterator(2000)
    pledge: Pledge | None = None
    lines: list[Entry] = []
    for entry in entries:
        if pledge is not None and entry.pledge_id != pledge.pk:
            yield pledge, lines
            lines = []
        pledge = entry.pledge
        lines.append(entry)
    if pledge is not None:
        yield pledge, lines


@dataclass(frozen=True)
class Entered:
    """One entry as the account reads it: much lighter than a row of the model."""

    seq: int
    kind: str
    happened_on: date
    body: dict[str, Any]


def coded_pledges(upto: int | None = None, **only: Any) -> Iterator[tuple[str, list[Entered]]]:
    """(code of the pledge, its entries up to a number), for the pledges that a filter finds: one
    pass over the ledger, a pledge at a time."""
    if upto is not None:
        only["seq__lte"] = upto
    rows = (
        Entry.objects.filter(**only)
        .order_by("pledge_id", "seq")
        .values_list("pledge_id", "pledge__code", "seq", "kind", "happened_on", "body")
    )
    current, code = 0, ""
    lines: list[Entered] = []
    for pledge_id, pledge_code, *columns in rows.iterator(2000):
        if pledge_id != current:
            if lines:
                yield code, lines
            current, code, lines = pledge_id, pledge_code, []
        lines.append(Entered(*columns))
    if lines:
        yield code, lines

"""Many entries at once: all of it is worked out first, then written while the head is held briefly.

On SQLite nobody else writes while somebody writes; on PostgreSQL nobody else writes to the ledger.
So a batch holds the head for as long as it takes to move rows that are ready, and for nothing
else: its entries are chained to the head before, and anew where somebody wrote in between. Pledges
that are new come with their figures; what they hang on is named by its code, as it may be written
in the same moment.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.utils import timezone

from commonweal.design.words import many
from commonweal.jobs.rows import Laid, Rows, change, changes_of, rows_of
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.places.models import Rules, the_town

from . import ledger
from .kinds import PARTNER_UPDATES
from .models import Entry, LedgerHead, Pledge

AT_ONCE = 500
# What SQLite writes in about four seconds on a busy machine of two cores, with their pledges: a
# form waits for ten.
MOST_ON_SQLITE = 200_000
# What an entry gets only when it is written: its place in the chain.
PLACED = ("seq", "written_at", "previous", "hash")
BY_CODE = ("partner", "measure", "theme")
# What a later file may change of a pledge beside what the ledger says of it.
CHANGED = (*ledger.UPDATED, "statement", "source_row")


class Overtaken(Exception):
    """Somebody wrote in the meantime what a batch was worked out on. Nothing is written."""


class Moved(Exception):
    """Somebody wrote to the ledger since the entries were chained. They can be chained anew."""


@dataclass
class Batch:
    """Lines of pledges, new ones and known ones, with all that follows from them."""

    lines: list[ledger.NewEntry]
    new: list[Pledge]
    known: list[Pledge]
    on: date
    # The last entry of the ledger when the known pledges were read.
    seen: int
    rules: Rules = field(init=False)
    entries: list[Entry] = field(init=False)
    rows: Rows = field(init=False)
    known_rows: Rows = field(init=False)
    laid_pledges: Laid = field(init=False)
    laid_entries: Laid | None = field(init=False, default=None)
    # The head that the entries are chained to, and the one that they lead to.
    before: Head | None = field(init=False, default=None)
    after: Head = field(init=False)
    heard: dict[str, date] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.rules = the_town().rules
        now = timezone.now()
        self.entries = [ledger.unplaced(line, now) for line in self.lines]
        # A number for now: figures ask only which entry came first.
        for number, entry in enumerate(self.entries, self.seen + 1):
            entry.seq = number
        self._work_out()
        self.rows = rows_of(Entry, self.entries, by_code=["pledge"], without=PLACED)
        new_rows = rows_of(Pledge, self.new, by_code=BY_CODE)
        self.laid_pledges = Laid(Pledge, new_rows, by_code=BY_CODE)
        self.known_rows = changes_of(Pledge, self.known, CHANGED)

    def _work_out(self) -> None:
        by_pledge: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            by_pledge[entry.pledge.code].append(entry)
        for start in range(0, len(self.known), AT_ONCE):
            some = self.known[start : start + AT_ONCE]
            before = _entries_of(some)
            for pledge in some:
                self._derive(pledge, before[pledge.pk] + by_pledge[pledge.code])
        for pledge in self.new:
            self._derive(pledge, by_pledge[pledge.code])

    def _derive(self, pledge: Pledge, lines: list[Entry]) -> None:
        for name, figure in ledger.derive(pledge, lines, self.on, self.rules).items():
            setattr(pledge, name, figure)
        pledge.standing_on = self.on
        days = [line.happened_on for line in lines if line.kind in PARTNER_UPDATES]
        code = pledge.partner.code
        if days:
            self.heard[code] = max(*days, self.heard.get(code, date.min))

    def chain(self) -> None:
        """Number and chain the entries after the head as it is now, while others write."""
        self._place(_head())

    def check(self, head: LedgerHead, *, patient: bool = False) -> None:
        """Whether it can be written after a head that is held (`ledger.hold`). Writes nothing.

        Raises
        ------
        Overtaken
            A known pledge has entries that it had not when the batch was worked out.
        Moved
            The head is another than the one that the entries were chained to. Who is ``patient``
            has them chained while others wait.
        """
        later = Entry.objects.filter(seq__gt=self.seen).values_list("pledge_id", flat=True)
        if {pledge.pk for pledge in self.known} & set(later) or the_town().rules != self.rules:
            raise Overtaken
        if self.before != (head.seq, head.hash):
            if not patient:
                raise Moved
            self._place((head.seq, head.hash))

    def write(self) -> None:
        """Store everything, in the transaction in which it was checked."""
        assert self.laid_entries is not None
        self.laid_pledges.insert()
        change(Pledge, self.known_rows, CHANGED)
        self.laid_entries.insert()
        seq, digest = self.after
        LedgerHead.objects.filter(id=1).update(seq=seq, hash=digest)
        _hear(self.heard)

    def _place(self, head: Head) -> None:
        self.before = head
        seq, previous = head
        now = timezone.now().replace(microsecond=0)
        prepared = Entry._meta.get_field("written_at").get_db_prep_save(now, connection)
        rows = []
        for entry, ready in zip(self.entries, self.rows, strict=True):
            seq += 1
            entry.written_at = now
            ledger.place(entry, seq, previous)
            rows.append((*ready, seq, prepared, previous, entry.hash))
            previous = entry.hash
        self.after = (seq, previous)
        self.laid_entries = Laid(Entry, rows, by_code=["pledge"], last=PLACED)

    def clear(self) -> None:
        """Let go of what was laid ready."""
        self.laid_pledges.clear()
        if self.laid_entries is not None:
            self.laid_entries.clear()


Head = tuple[int, str]


def _head() -> Head:
    head = LedgerHead.objects.filter(id=1).values_list("seq", "hash").first()
    return head or (0, ledger.GENESIS)


def check_length(count: int) -> None:
    """Refuse more entries than can be written while others wait for it."""
    if connection.vendor == "sqlite" and count > MOST_ON_SQLITE:
        raise Refused(
            f"This file would write {many(count, 'entry,entries')} at one stroke, and "
            f"nobody else could write meanwhile: on SQLite {MOST_ON_SQLITE:,} are the most. "
            "Nothing was written. Move the town to PostgreSQL ('./commonweal move'), where other "
            "work goes on, and import it again."
        )


def _entries_of(pledges: list[Pledge]) -> dict[int, list[Entry]]:
    entries: dict[int, list[Entry]] = defaultdict(list)
    for entry in Entry.objects.filter(pledge__in=pledges).order_by("seq"):
        entries[entry.pledge_id].append(entry)
    return entries


def _hear(heard: dict[str, date]) -> None:
    """Note the last day on which each partner reported anything; never an earlier one."""
    prepare = Partner._meta.get_field("last_update_on").get_db_prep_save
    days = {code: prepare(day, connection) for code, day in heard.items()}
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {Partner._meta.db_table} SET last_update_on = %s "
            "WHERE code = %s AND (last_update_on IS NULL OR last_update_on < %s)",
            [(day, code, day) for code, day in days.items()],
        )

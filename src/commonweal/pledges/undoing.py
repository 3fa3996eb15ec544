"""What a file brought in, known again in the ledger, and taking all of it back.

Nothing leaves the ledger: an undo is entries of its own. What came with the file is withdrawn, with
the reason; terms and statuses are as they were before it; its reports of progress are taken back;
what it took off is listed again. A pledge to which others have written since is left as it is, and
named. Organisations stay; one that the file called otherwise gets its name back, unless somebody
has changed it since, or another one is called so by now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from commonweal.accounts.actors import IMPORT
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.bringing.undoing import TakingBack, check_newest
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.places import formerly

from . import ledger
from .batches import Batch, Overtaken
from .importing import NAMES
from .ledger import NewEntry
from .models import Entry, ImportRun, LedgerHead, Pledge
from .standing import Kind
from .state import day_of, number

ROLE = "undone file"
# What happens to a pledge without anybody's doing.
BY_ITSELF = (Kind.LINK_DEAD, Kind.LINK_ALIVE, Kind.MEASURED)
STALE = (
    "Somebody wrote to these pledges since you looked. Nothing was undone; this is what would be "
    "now."
)


def entries_of(run: ImportRun) -> QuerySet[Entry]:
    """The entries that a file wrote, in their order; none where that was not kept then."""
    if run.after_seq is None or run.upto_seq is None:
        return Entry.objects.none()
    return Entry.objects.filter(
        seq__gt=run.after_seq,
        seq__lte=run.upto_seq,
        by_role=IMPORT,
        by_organisation=run.source,
    ).order_by("seq")


def pledges_of(run: ImportRun) -> QuerySet[Pledge]:
    """The pledges that a file made or changed; ``is_new`` of those that came with it."""
    entries = entries_of(run)
    begun = entries.filter(pledge=OuterRef("pk"), kind=Kind.PROPOSED)
    return (
        Pledge.objects.filter(pk__in=entries.order_by().values("pledge"))
        .select_related("partner")
        .annotate(is_new=Exists(begun))
        .order_by("partner__name", "pk")
    )


@dataclass(kw_only=True)
class Undoing(TakingBack):
    """What undoing a file would do to pledges. Those that came with it are withdrawn."""

    GONE = "withdrawn"

    run: ImportRun
    seen: int
    entries: dict[int, list[Entry]] = field(default_factory=dict)
    # Partners that get back the name that they had.
    names: list[tuple[Partner, str]] = field(default_factory=list)

    @property
    def shown(self) -> list[list[str]]:
        return [*super().shown, *([f"{partner.code}={old}"] for partner, old in self.names)]

    @property
    def counts(self) -> dict[str, int]:
        return super().counts | ({"called as before": len(self.names)} if self.names else {})


def plan_undo(run: ImportRun) -> Undoing:
    """Work out what undoing a file would do, changing nothing.

    Raises
    ------
    Refused
        It was undone, came in before this could be known, or a later one stands upon it.
    """
    check_newest(run)
    if run.after_seq is None:
        raise Refused("This file came in with an earlier version, which did not keep what it did.")
    seen = LedgerHead.objects.values_list("seq", flat=True).first() or 0
    undoing = Undoing(run=run, seen=seen)
    entries: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries_of(run):
        entries[entry.pledge_id].append(entry)
    undoing.entries = entries
    undoing.names = list(_names_back(run))
    touched = _touched_since(run)
    for pledge in pledges_of(run).select_related("measure"):
        is_new = entries[pledge.pk][0].kind == Kind.PROPOSED
        if pledge.pk in touched:
            undoing.left.append(pledge)
        else:
            (undoing.gone if is_new else undoing.back).append(pledge)
    return undoing


def _names_back(run: ImportRun) -> Iterator[tuple[Partner, str]]:
    """Partners that the file called otherwise and nobody since, with the names that they had."""
    renamed = run.before.get(NAMES, {})
    for partner in Partner.objects.filter(code__in=renamed).order_by("name"):
        old, new = renamed[partner.code]
        others = Partner.objects.exclude(pk=partner.pk).filter(name__iexact=old)
        if partner.name == new and not others.exists():
            yield partner, old


def _call_as_before(undoing: Undoing, by: Person) -> None:
    for partner, old in undoing.names:
        formerly.keep(partner, {"name": old})
        Partner.objects.filter(pk=partner.pk).update(name=old)
        record(
            "partner called as before",
            about=partner,
            by=by,
            as_role="charter_manager",
            source=undoing.run.source,
        )


def _touched_since(run: ImportRun) -> set[int]:
    """Pledges to which somebody has written since; files of the source are undone by now."""
    since = Entry.objects.filter(
        seq__gt=run.upto_seq, pledge__in=entries_of(run).order_by().values("pledge")
    )
    by_people = since.exclude(by_role__in=(IMPORT, ROLE)).exclude(kind__in=BY_ITSELF)
    return set(by_people.values_list("pledge_id", flat=True))


@transaction.atomic
def undo(run: ImportRun, *, because: str, by: Person, seen: str) -> ImportRun:
    """Take back what a file brought in, as it was looked at.

    ``seen`` is the fingerprint of the undoing that was shown.

    Raises
    ------
    Refused
        It can't be undone, or somebody wrote to its pledges in between.
    """
    if not because.strip():
        raise Refused("Say why it is undone.")
    head = ledger.hold()
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    undoing = plan_undo(run)
    if undoing.fingerprint != seen:
        raise Refused(STALE)
    lines = [line for pledge in undoing.gone for line in _gone(undoing, pledge, because, by)]
    lines += [line for pledge in undoing.back for line in _back(undoing, pledge, because, by)]
    known = undoing.gone + undoing.back
    batch = Batch(lines, [], known, on=timezone.localdate(), seen=undoing.seen)
    # It is no sign of life of the organisations.
    batch.heard.clear()
    try:
        batch.check(head, patient=True)
        batch.write()
    except Overtaken:
        raise Refused(STALE) from None
    finally:
        batch.clear()
    _call_as_before(undoing, by)
    run.undone_at, run.undone_by, run.undone = timezone.now(), by, undoing.counts
    run.save(update_fields=["undone_at", "undone_by", "undone"])
    record("import undone", about=run, by=by, as_role="charter_manager", **undoing.counts)
    return run


def _line(
    undoing: Undoing, pledge: Pledge, kind: Kind, body: dict[str, Any], because: str, by: Person
) -> NewEntry:
    on = timezone.localdate()
    return NewEntry(pledge, kind, on, body, because, by, ROLE, undoing.run.source)


def _gone(undoing: Undoing, pledge: Pledge, because: str, by: Person) -> Iterator[NewEntry]:
    """A pledge that came with the file is withdrawn. It is known again by its row, should the file
    be brought in again."""
    pledge.source_row["removed"] = timezone.localdate().isoformat()
    yield _line(undoing, pledge, Kind.WITHDRAWN, {}, because, by)


def _back(undoing: Undoing, pledge: Pledge, because: str, by: Person) -> Iterator[NewEntry]:
    """What the file changed of a pledge is as it was: its lines taken back, the last one first."""
    before = undoing.run.before.get(pledge.code, {})
    for entry in reversed(undoing.entries[pledge.pk]):
        if (opposite := _opposite(undoing, entry, before)) is not None:
            yield _line(undoing, pledge, *opposite, because, by)
        if entry.kind == Kind.CHANGED:
            _put_back(pledge, entry.body["field"], entry.body["old"])
    pledge.source_row = before


def _put_back(pledge: Pledge, name: str, old: str | None) -> None:
    if name == "due_on":
        pledge.due_on = day_of(old)
    elif name == "statement":
        pledge.statement = old or ""
    else:
        setattr(pledge, name, number(old))


def _opposite(
    undoing: Undoing, entry: Entry, before: dict[str, Any]
) -> tuple[Kind, dict[str, Any]] | None:
    """The entry that takes one back; None where it says nothing that stands."""
    body, source = entry.body, {"source": undoing.run.source}
    match entry.kind:
        case Kind.CHANGED:
            return Kind.CHANGED, {**body, "old": body["new"], "new": body["old"]}
        case Kind.CLAIM:
            return Kind.TAKEN_BACK, {"about": entry.seq}
        case Kind.SOURCE_STATUS:
            return Kind.SOURCE_STATUS, {**source, "status": before.get("status", "")}
        case Kind.REMOVED | Kind.WITHDRAWN:
            return Kind.RELISTED, source
        case Kind.RELISTED:
            return _off_again(entry, source)
    return None


def _off_again(entry: Entry, source: dict[str, str]) -> tuple[Kind, dict[str, Any]]:
    """Off the register in the way in which it was before it was listed again."""
    ends = Entry.objects.filter(
        pledge=entry.pledge_id, seq__lt=entry.seq, kind__in=(Kind.REMOVED, Kind.WITHDRAWN)
    )
    last = ends.order_by("seq").last()
    is_withdrawn = last is not None and last.kind == Kind.WITHDRAWN
    return (Kind.WITHDRAWN, {}) if is_withdrawn else (Kind.REMOVED, dict(source))

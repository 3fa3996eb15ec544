"""Two people after all: only what a merge did is taken back.

Where a column is still what the merge made of it, it becomes what it was. What came since is
somebody's: the page asks whose. Unless somebody says otherwise it stays with the kept record, and
what makes anybody safer stays with both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from . import belongings, changes, deaths, people, reaching
from .merging import GONE, KEPT, LINES, Journal, called, in_words, lines_of, moving, write
from .models import Merge, Resident

BOTH = "both"
# A later change of these makes somebody safer: it stays with both until somebody says whose.
SAFETY = ("lives",)


@dataclass(frozen=True)
class Since:
    """Something that came to the kept record since the merge: whose is it?"""

    key: str
    title: str
    shown: str
    usual: str = KEPT
    may_be_both: bool = True


def come_since(merge: Merge) -> list[Since]:
    """What came to the kept record since the merge, in its columns and by rows of its own."""
    return [*_columns_since(merge.kept, Journal.of(merge)), *_rows_since(merge)]


def _columns_since(survivor: Resident, journal: Journal) -> Iterator[Since]:
    for name, (_, became) in journal.kept.items():
        now = getattr(survivor, name)
        if now == became or name == "is_dead":
            continue
        usual = BOTH if name in SAFETY else KEPT
        if name not in LINES:
            yield Since(name, called(name), shown(survivor, name), usual)
            continue
        added, removed = _lines_since(became, now)
        if added:
            yield Since(name, f"{called(name)}, added", "\n".join(added), usual)
        if removed:
            yield Since(f"{name}-out", f"{called(name)}, taken out", "\n".join(removed), BOTH)


def _lines_since(became: str, now: str) -> tuple[list[str], list[str]]:
    before, after = lines_of(became), lines_of(now)
    return (
        [line for line in after if line not in before],
        [line for line in before if line not in after],
    )


def shown(resident: Resident, name: str) -> str:
    """A column in words: what a person chose, not how it is kept."""
    match name:
        case "area_id":
            area = resident.area
            return area.name if area else "none"
        case "household_id":
            household = resident.household
            return household.code if household else "none"
        case "lives":
            return str(resident.get_lives_display())
    return str(in_words(name, getattr(resident, name))) or "nothing"


def _rows_since(merge: Merge) -> Iterator[Since]:
    journal = Journal.of(merge)
    for kind in moving():
        for row in _new_rows(kind, merge, journal):
            if not (kind.along_with and getattr(row, f"{kind.along_with}_id")):
                yield Since(
                    f"{kind.label}:{row.pk}", kind.title, kind.named_by(row), may_be_both=False
                )


def _new_rows(kind: belongings.Belonging, merge: Merge, journal: Journal) -> Any:
    known = [*journal.moved.get(kind.label, []), *journal.own.get(kind.label, [])]
    rows = kind.model._default_manager.filter(**{kind.moves: merge.kept})
    return rows.exclude(pk__in=known).order_by("pk")


def fingerprint(since: list[Since]) -> str:
    """What was asked, so that nothing that came in between is decided unseen."""
    return hashlib.sha256(repr(since).encode()).hexdigest()[:32]


@transaction.atomic
def undo_merge(
    *,
    merge: Merge,
    because: str,
    by: Person,
    whose: Mapping[str, str] | None = None,
    seen: str | None = None,
) -> None:
    """Two people after all: what the merge did is taken back, and only that.

    What came since goes to whom ``whose`` says (key of `Since` -> kept, gone or both); by default
    it stays with the kept record, and what makes anybody safer stays with both: of how they may
    be reached the strictest. Whoever counts as
    dead stays so: saying that a report was wrong is another act.

    Raises
    ------
    Refused
        No reason; undone already; twelve months have passed; the kept record was merged or erased
        since, or another one into it; something came since ``seen``.
    """
    merge = Merge.objects.select_for_update().select_related("kept", "gone").get(pk=merge.pk)
    survivor, gone = (
        Resident.objects.select_for_update().get(pk=pk) for pk in (merge.kept_id, merge.gone_id)
    )
    merge.kept, merge.gone = survivor, gone
    people.refuse_if_kept(by, survivor)
    _refuse_undoing(merge, because)
    since = come_since(merge)
    if seen is not None and seen != fingerprint(since):
        raise Refused("Something came to this record since you opened the page. Look again.")
    answers = {
        addition.key: (whose or {}).get(addition.key) or addition.usual for addition in since
    }
    journal = Journal.of(merge)
    _part_rows(merge, journal, answers)
    _part_columns(survivor, gone, journal, answers)
    _part_history(survivor, merge, journal, by)
    Resident.objects.filter(pk=gone.pk).update(state=journal.gone_state, merged_into=None)
    if survivor.is_dead and not gone.is_dead:
        # Reported since: of which of the two is not known.
        deaths.share_report(of=survivor, to=gone)
    for resident in (survivor, gone):
        resident.refresh_from_db()
    reaching.parted(kept=survivor, gone=gone, merged_at=merge.merged_at, by=by)
    people.index([survivor, gone])
    Merge.objects.filter(pk=merge.pk).update(
        undone_at=timezone.now(), undone_by=by, undone_because=because
    )
    record("merge undone", about=survivor, by=by, gone=gone.code, since=len(since))


def _part_columns(
    survivor: Resident, gone: Resident, journal: Journal, answers: Mapping[str, str]
) -> None:
    to_kept, to_gone = {}, {}
    for name, (was, became) in journal.kept.items():
        of_gone, now = getattr(gone, name), getattr(survivor, name)
        to_kept[name], to_gone[name] = _parted(name, was, became, of_gone, now, answers)
    write(survivor, to_kept)
    write(gone, to_gone)


def _part_history(survivor: Resident, merge: Merge, journal: Journal, by: Person) -> None:
    """Of what stood in the fields since the merge only what was this record's own before is
    kept; ``survivor`` is still as it was before the undoing."""
    its_own = {name: was for name, (was, _) in journal.kept.items() if name != "is_dead"}
    changes.forget_the_others(survivor, merge.merged_at, its_own)
    now = Resident.objects.values(*its_own).get(pk=survivor.pk)
    back = {name: None for name in its_own if now[name] != getattr(survivor, name)}
    changes.note(survivor, back, by=by, because="Two records again", withheld=True)


def _refuse_undoing(merge: Merge, because: str) -> None:
    if merge.undone_at is not None:
        raise Refused("This was undone already.")
    if not because.strip():
        raise Refused("Say how you know that they are two people.")
    if timezone.now() > merge.reversible_until:
        raise Refused("Twelve months have passed; this can't be undone any more.")
    if merge.kept.state == Resident.State.ERASED:
        raise Refused("This record was erased.")
    if Merge.objects.filter(gone=merge.kept, undone_at=None).exists():
        raise Refused("The kept record was merged into another one since. Undo that first.")
    later = Merge.objects.filter(kept=merge.kept, undone_at=None, pk__gt=merge.pk).first()
    if later is not None:
        raise Refused(f"{later.gone.code} was merged into this record later. Undo that first.")


def _parted(
    name: str, was: Any, became: Any, of_gone: Any, now: Any, answers: Mapping[str, str]
) -> tuple[Any, Any]:
    """(kept's, gone's) value of a column after the undoing."""
    if now == became:
        return was, of_gone
    if name in LINES:
        return _parted_lines(name, (was, became, of_gone, now), answers)
    whose = answers.get(name, KEPT)
    if whose == GONE:
        return was, now
    if whose == KEPT:
        return now, of_gone
    return now, now


def _parted_lines(
    name: str, values: tuple[str, str, str, str], answers: Mapping[str, str]
) -> tuple[str, str]:
    was, became, of_gone, now = values
    added, removed = _lines_since(became, now)
    parted = []
    for side, text in ((KEPT, was), (GONE, of_gone)):
        out = removed if answers.get(f"{name}-out", BOTH) in (side, BOTH) else []
        arrived = added if answers.get(name, KEPT) in (side, BOTH) else []
        left = [line for line in lines_of(text) if line not in out]
        parted.append("\n".join(dict.fromkeys([*left, *arrived])))
    return parted[0], parted[1]


def _part_rows(merge: Merge, journal: Journal, answers: Mapping[str, str]) -> None:
    for kind in moving():
        manager = kind.model._default_manager
        new = list(_new_rows(kind, merge, journal))
        theirs = [row.pk for row in new if answers.get(f"{kind.label}:{row.pk}") == GONE]
        back = [*journal.moved.get(kind.label, []), *theirs]
        manager.filter(pk__in=back, **{kind.moves: merge.kept}).update(**{kind.moves: merge.gone})
        if kind.along_with:
            # A new grant is whose its case is.
            path = f"{kind.along_with}__{kind.moves}"
            follow = [row.pk for row in new if getattr(row, f"{kind.along_with}_id")]
            manager.filter(pk__in=follow, **{path: merge.gone}).update(**{kind.moves: merge.gone})

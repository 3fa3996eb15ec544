"""Undoing a list as a whole: what nobody has worked on since goes, the rest is named and stays.

Looking is no work (`traces`), but a reading is never deleted: whoever was shown stays, and their
case is closed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.bringing.undoing import TakingBack
from commonweal.office.errors import Refused
from commonweal.residents import deaths
from commonweal.residents.models import DeathReport, Resident

from .. import working
from ..models import Callback, Case, Gap, ListRow, ListRun, Need, NextAction, Note
from .pace import STEP
from .rows import UndoneRow, undone_rows
from .traces import Traces, traces_of

BECAUSE = "The list that said so was undone."
CLOSED_WITH = "The list that opened it was undone. Nothing was done about it."
ALREADY = "This list was undone already."
LATER = "Somebody worked on it while the list was undone"
# So many are named before.
NAMED_MOST = 2000


@dataclass(kw_only=True)
class Undoing(TakingBack):
    """What undoing a list would do: ``gone`` are the rows whose case or person it made and that
    go, ``ended`` those whose case is closed since somebody looked, ``left`` those that were worked
    on, with what was done. ``known`` counts rows of whom was here before, of which only a note
    goes; ``unnamed`` rows that are not listed; ``deaths`` reports that are taken back."""

    run: ListRun
    ended: list[UndoneRow] = field(default_factory=list)
    known: int = 0
    unnamed: int = 0
    deaths: int = 0


def plan_undo(run: ListRun) -> Undoing:
    """What undoing a list would do, by row and case: nobody is shown by name, since whoever is
    shown has to be kept.

    Raises
    ------
    Refused
        It is undone already.
    """
    if run.undone_at is not None:
        raise Refused(ALREADY)
    what_it_made = run.kept_rows.filter(MADE_SOMETHING)
    total, traces = what_it_made.count(), traces_of(run, what_it_made)
    planned = Undoing(
        run=run,
        known=run.kept_rows.exclude(MADE_SOMETHING).count(),
        deaths=len(run.left.get("deaths", ())),
    )
    numbers = what_it_made.order_by("row").values_list("pk", flat=True)[:NAMED_MOST]
    shown = undone_rows(numbers, traces)
    for row in shown:
        part = planned.left if row.work else planned.ended if row.kept_by else planned.gone
        part.append(row)
    planned.unnamed = total - len(shown)
    return planned


# A row that made a case or a person; any other is of whom was here before.
MADE_SOMETHING = Q(is_case_new=True) | Q(resident__isnull=False)


@transaction.atomic
def begin_undoing(*, run: ListRun, by: Person) -> ListRun:
    """Stop a list where it is, and have it undone.

    Raises
    ------
    Refused
        It is undone already.
    """
    done = ListRun.objects.filter(pk=run.pk, undone_at=None).update(
        undone_at=timezone.now(), undone_by=by
    )
    if not done:
        raise Refused(ALREADY)
    record("list undone", about=run, by=by)
    run.refresh_from_db()
    return run


def undo(run: ListRun, *, is_stopping: Callable[[], bool] = lambda: False) -> ListRun:
    """Undo what is left of a list, in steps that are each whole or not at all."""
    by = run.undone_by
    assert by is not None
    after = 0
    while not is_stopping():
        with transaction.atomic():
            run = ListRun.objects.select_for_update().get(pk=run.pk)
            if run.undone_whole_at is not None:
                break
            _take_back_what_it_left(run, by)
            seen = {row for row, _ in run.stayed}
            rows = run.kept_rows.filter(pk__gt=after).exclude(row__in=seen).order_by("pk")
            step = list(rows[:STEP])
            traces = _looked_at(run, step)
            for row in step:
                after = row.pk
                _undo_row(run, row, traces, by)
            if not step:
                run.undone_whole_at = timezone.now()
            run.save(update_fields=["stayed", "counts", "left", "undone_whole_at"])
    return run


def _take_back_what_it_left(run: ListRun, by: Person) -> None:
    """Deaths that it reported, notes that it wrote, and what it knew of rows of earlier lists."""
    for report in DeathReport.objects.filter(pk__in=run.left.get("deaths", ())):
        deaths.take_back(report=report, because=BECAUSE, by=by)
    Note.objects.filter(pk__in=run.left.get("notes", ()), kind="list").delete()
    for pk, content_hash in run.left.get("changed", ()):
        ListRow.objects.filter(pk=pk).update(content_hash=content_hash)
    known, _ = run.kept_rows.exclude(MADE_SOMETHING).delete()
    _count(run, "undone", known)
    reports = run.left.get("deaths", run.left.get("reports", []))
    run.left = {"reports": reports, "ended": run.left.get("ended", [])}


def _count(run: ListRun, outcome: str, rows: int = 1) -> None:
    if rows:
        run.counts[outcome] = run.counts.get(outcome, 0) + rows


def _looked_at(run: ListRun, step: Iterable[ListRow]) -> Traces:
    """What was done and looked at of what these rows made; nobody begins to work on it before
    they are undone."""
    rows = ListRow.objects.filter(pk__in=[row.pk for row in step])
    for model, at in ((Resident, "resident"), (Case, "case")):
        held = model._default_manager.select_for_update().filter(pk__in=rows.values(at))
        list(held.order_by("pk").values_list("pk"))
    return traces_of(run, rows)


def _undo_row(run: ListRun, row: ListRow, traces: Traces, by: Person) -> None:
    if work := traces.work(row):
        _stays(run, row.row, f"worked on since: {', '.join(work)}")
        return
    number, case, resident = row.row, row.case if row.is_case_new else None, row.resident
    try:
        with transaction.atomic():
            row.delete()
            if kept_by := traces.kept_by(row):
                if case is not None:
                    _close(case, by)
            else:
                _delete(case, resident, run)
    except (ProtectedError, Refused):
        _stays(run, number, LATER)
        return
    if kept_by:
        run.left["ended"].append([number, case.code if case else "", kept_by])
    _count(run, "ended" if kept_by else "undone")


def _stays(run: ListRun, number: int, why: str) -> None:
    run.stayed.append([number, why])
    _count(run, "stayed")


def _delete(case: Case | None, resident: Resident | None, run: ListRun) -> None:
    """Delete a case and a person as the list made them. What else hangs on them keeps them."""
    if case is not None:
        NextAction.objects.filter(need__case=case, because="alive", state="planned").delete()
        Callback.objects.filter(case=case).delete()
        Need.objects.filter(case=case).delete()
        case.delete()
    if resident is not None:
        DeathReport.objects.filter(pk__in=run.left["reports"], resident=resident).delete()
        resident.delete()


def _close(case: Case, by: Person) -> None:
    """Close a case that somebody looked at; that no service was there for it counts no more."""
    Gap.objects.filter(need__case=case).delete()
    for need in case.needs.filter(state="open").order_by("pk"):
        working.settle(need=need, state="gone", by=by)
    working.close(case=case, words=CLOSED_WITH, by=by)

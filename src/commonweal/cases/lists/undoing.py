"""Undoing a list as a whole: what nobody has worked on since goes, the rest is named and stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.bringing.undoing import TakingBack
from commonweal.office.errors import Refused
from commonweal.residents import deaths
from commonweal.residents.models import DeathReport, Different, PerhapsSame, Resident

from ..models import Callback, Case, Gap, ListRow, ListRun, Need, NextAction, Note
from .pace import STEP
from .rows import named_rows

WORKED_ON = "somebody has opened it or worked on it since"
BECAUSE = "The list that said so was undone."
ALREADY = "This list was undone already."
# So many are named before.
NAMED_MOST = 2000


@dataclass(kw_only=True)
class Undoing(TakingBack):
    """What undoing a list would do: ``gone`` are the rows whose case or person it made, which go
    where nobody has worked on them; ``deaths`` counts reports that are taken back."""

    run: ListRun
    deaths: int = 0


def plan_undo(run: ListRun) -> Undoing:
    """What undoing a list would do, by name.

    Raises
    ------
    Refused
        It is undone already.
    """
    if run.undone_at is not None:
        raise Refused(ALREADY)
    made_rows = run.kept_rows.filter(Q(is_case_new=True) | Q(resident__isnull=False))
    numbers = islice(made_rows.order_by("row").values_list("pk", flat=True), NAMED_MOST)
    return Undoing(run=run, gone=named_rows(numbers), deaths=len(run.left.get("deaths", ())))


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
            step = list(rows.select_related("case", "resident")[:STEP])
            for row in step:
                after = row.pk
                _undo_row(run, row)
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
    run.left = {"reports": run.left.get("deaths", run.left.get("reports", []))}


def _undo_row(run: ListRun, row: ListRow) -> None:
    number, case, resident = row.row, row.case, row.resident
    try:
        with transaction.atomic():
            row.delete()
            if case is not None and row.is_case_new:
                _delete_case(case)
            if resident is not None:
                _delete_resident(resident, run)
    except (ProtectedError, _WorkedOn):
        run.stayed.append([number, WORKED_ON])
        run.counts["stayed"] = run.counts.get("stayed", 0) + 1
        return
    run.counts["undone"] = run.counts.get("undone", 0) + 1


class _WorkedOn(Exception):
    """Somebody has worked on it, and left nothing that the database would protect."""


def _delete_case(case: Case) -> None:
    """Delete a case as the list made it. What else hangs on it keeps it."""
    untouched = Case.objects.filter(
        pk=case.pk, state=Case.State.NEW, decided=None, first_contact_at=None, assigned_to=None
    )
    callbacks, needs = Callback.objects.filter(case=case), Need.objects.filter(case=case)
    if (
        not untouched.exists()
        or callbacks.exclude(state="due", attempts=0, assigned_to=None, purpose="first").exists()
        or needs.exclude(state="open", answers="").exists()
        or needs.count() != 1
        or Gap.objects.filter(need__case=case).exclude(found_by=None).exists()
    ):
        raise _WorkedOn
    # What the end of a death plans by itself is nobody's work.
    NextAction.objects.filter(need__in=needs, because="alive", state="planned").delete()
    callbacks.delete()
    needs.delete()
    untouched.delete()


def _delete_resident(resident: Resident, run: ListRun) -> None:
    """Delete a person as the list wrote them down."""
    untouched = Resident.objects.filter(
        pk=resident.pk, changed_at=resident.made_at, contact_version=0, household=None
    ).exclude(state__in=[Resident.State.MERGED, Resident.State.ERASED])
    pairs = PerhapsSame.objects.filter(one=resident) | PerhapsSame.objects.filter(other=resident)
    different = Different.objects.filter(one=resident) | Different.objects.filter(other=resident)
    if (
        not untouched.exists()
        or pairs.exclude(decided_at=None, chosen_by=None).exists()
        or different.exists()
    ):
        raise _WorkedOn
    DeathReport.objects.filter(pk__in=run.left["reports"], resident=resident).delete()
    untouched.delete()

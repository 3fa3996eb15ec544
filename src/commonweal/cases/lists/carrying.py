"""Carrying a list out, in steps that are each whole or not at all."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.office.fields import keyed_hash
from commonweal.office.strokes import Stroke
from commonweal.residents import deaths, reaching
from commonweal.residents.models import Resident
from commonweal.services.models import HelpType

from .. import enclosing, joining, ringing, triage
from ..models import Case, CaseAlarm, ListRow, ListRun, Note
from . import ahead, fresh, looking, pace, writeback
from .ahead import RowsAhead
from .comparing import Ask
from .known import RowPlan
from .looking import Sight
from .persons import Listed
from .reading import NOBODY, Preview
from .writeback import WriteBack

# What each row of a list has of its own where it is written down as carried out.
OF_A_ROW = ("key_hash", "case", "is_case_new", "resident", "row", "outcome", "content_hash")


@transaction.atomic
def begin(shown: Preview, *, help_type: HelpType, by: Person | None) -> ListRun:
    """Begin to carry a list out, or take up again one that was begun.

    Raises
    ------
    Refused
        No column says who the people are.
    """
    if not shown.tells_who:
        raise Refused(NOBODY)
    run, fresh = ListRun.objects.get_or_create(
        layout=shown.layout.code,
        sha256=shown.sha256,
        undone_at=None,
        defaults={
            "sender": shown.sender,
            "sheet": shown.placed.sheet,
            "line": shown.placed.line,
            "meanings": list(shown.meanings),
            "rows": shown.rows,
            "rejected": shown.rejected,
            "marked": shown.marked,
            "help_type": help_type,
            "started_by": by,
            "counts": _counts_before(shown),
        },
    )
    if fresh:
        record("list begun", about=run, by=by, rows=shown.rows, layout=shown.layout.code)
    return run


def _counts_before(shown: Preview) -> dict[str, int]:
    """What stands fast before anything is carried out; what there is none of is not named."""
    counts = {"joined": len(shown.joined), "marked": len(shown.marked)}
    return {"rejected": len(shown.rejected)} | {name: n for name, n in counts.items() if n}


def carry_out(
    shown: Preview,
    run: ListRun,
    *,
    by: Person | None,
    say: Callable[[int, int], None] = lambda *_: None,
    is_stopping: Callable[[], bool] = lambda: False,
) -> ListRun:
    """Carry out what is left of a list, in steps that are each whole or not at all. Two who do so
    at once take turns, and each step is done by one of them."""
    turn = _Turns(run, by, len(shown.listed))
    with (
        pace.collecting_later(),
        writeback.writing_back(is_long=ahead.is_long(shown.listed, run.done)) as back,
        ahead.rows_ahead(shown.listed, run.done) as rows,
    ):
        while not (turn.is_over or is_stopping()):
            turn.take(shown.listed, rows, back)
            say(turn.run.done, turn.total)
    return turn.run


class _Turns:
    """The steps of a run, one after the other."""

    def __init__(self, run: ListRun, by: Person | None, total: int) -> None:
        self.run, self.by, self.total = run, by, total
        self.size = pace.STEP
        self.free_since: float | None = None
        self.is_over = run.finished_at is not None

    def take(self, every: list[Listed], rows: RowsAhead, back: WriteBack) -> None:
        """Look the next rows up, and carry them out."""
        plans = _planned(self.run, every[self.run.done : self.run.done + self.size], rows)
        sight = looking.ahead(_unknown(plans, self.run), rows.ask)
        rows.go_on()
        back.wait()
        pace.let_others(self.free_since)
        with transaction.atomic():
            done, self.run = self.run.done, ListRun.objects.select_for_update().get(pk=self.run.pk)
            hold = pace.Hold()
            self.is_over = (self.run.undone_at or self.run.finished_at) is not None
            if not self.is_over and self.run.done == done:
                _Step(self.run, self.by, self.total, sight, rows.ask).carry_out(plans)
                self.is_over = self.run.finished_at is not None
        self.size = pace.next_size(self.size, *hold.until_now())
        self.free_since = time.monotonic()
        back.begin()


def _planned(run: ListRun, step: list[Listed], source: RowsAhead) -> list[RowPlan]:
    hashes = [keyed_hash(f"{run.layout}:{listed.key}") for listed in step]
    rows = source.of(run.done, run.done + len(step))
    return list(map(RowPlan, step, rows, fresh.areas_of(step), hashes))


def _unknown(plans: list[RowPlan], run: ListRun) -> list[RowPlan]:
    """Those of whom no earlier list told."""
    before = set(_rows_before(plans, run).values_list("key_hash", flat=True))
    return [plan for plan in plans if plan.key_hash not in before]


def _rows_before(plans: list[RowPlan], run: ListRun) -> QuerySet[ListRow]:
    """The rows of an earlier list that told of these."""
    hashes = [plan.key_hash for plan in plans]
    return ListRow.objects.filter(layout=run.layout, key_hash__in=hashes)


@dataclass
class _Step:
    """So many rows of a run of ``total``, carried out together. What it leaves in other rows than
    its own is written down in the run, so that it can be undone."""

    run: ListRun
    by: Person | None
    total: int
    sight: Sight | None
    ask: Ask

    def carry_out(self, every: list[RowPlan]) -> None:
        run, counts = self.run, Counter(self.run.counts)
        before = _rows_before(every, run).select_related("case__resident", "resident")
        rows = {row.key_hash: row for row in before}
        plans = [plan for plan in every if plan.key_hash not in rows]
        for plan in every:
            if (row := rows.get(plan.key_hash)) is not None:
                counts[self._known(plan.listed, row)] += 1
        plans = looking.as_it_is(plans, self.sight, self.ask)
        _make_residents([plan for plan in plans if plan.resident is None])
        self._make_cases(plans)
        counts.update(self._write_rows(plans))
        run.done += len(every)
        run.counts = dict(counts)
        if run.done >= self.total:
            run.finished_at = timezone.now()
        run.save(update_fields=["done", "counts", "left", "finished_at"])

    def _write_rows(self, plans: list[RowPlan]) -> Counter[str]:
        """Write down what became of each row; how many of each outcome."""
        stroke = Stroke(ListRow(layout=self.run.layout, run=self.run), OF_A_ROW)
        counts: Counter[str] = Counter()
        carried = []
        for plan in plans:
            outcome = self._outcome(plan)
            counts[outcome] += 1
            listed, new_pk = plan.listed, plan.pk if plan.is_new else None
            leads = plan.key_hash, plan.case, plan.is_case_new, new_pk
            carried.append(stroke.row(*leads, listed.row, outcome, listed.content_hash))
        stroke.write(carried)
        return counts

    def _leave(self, kind: str, *numbers: Any) -> None:
        self.run.left.setdefault(kind, []).append(numbers[0] if len(numbers) == 1 else numbers)

    def _outcome(self, plan: RowPlan) -> str:
        """What became of a row; a death that it tells stops everything."""
        if plan.listed.is_dead:
            self._report_dead(plan.resident or Resident.objects.get(pk=plan.pk))
            return "dead"
        return plan.outcome

    def _report_dead(self, resident: Resident) -> None:
        report = deaths.report_dead(resident=resident, by=self.by, because="By a list.")
        if report is not None:
            self._leave("deaths", report.pk)

    def _known(self, listed: Listed, row: ListRow) -> str:
        """A row whose list id was loaded before: a change becomes a note, a death stops all."""
        if row.content_hash == listed.content_hash:
            return "known"
        self._leave("changed", row.pk, row.content_hash)
        ListRow.objects.filter(pk=row.pk).update(content_hash=listed.content_hash)
        resident = row.case.resident if row.case else row.resident
        if listed.is_dead and resident is not None:
            self._report_dead(resident)
            return "dead"
        if row.case is not None:
            self._add_note(row.case, f"A later list says: {listed.notes or 'other details'}")
        return "changed"

    def _add_note(self, case: Case, text: str) -> None:
        if text:
            note = Note.objects.create(case=case, kind="list", words=text)
            self._leave("notes", note.pk)
            if case.is_restricted:
                ringing.ring(case=case, cause=CaseAlarm.Cause.ADDED)

    def _make_cases(self, plans: list[RowPlan]) -> None:
        """The case of each row: a new one, unless this person has an open one of this kind, which
        gets a note."""
        open_cases = _open_cases(plans, self.run.help_type)
        without: list[RowPlan] = []
        for plan in plans:
            if (case := open_cases.get(plan.pk)) is not None:
                plan.case = case.pk
                self._add_note(case, f"Stands in a list: {self.run.file_name}. {plan.listed.notes}")
            elif not (plan.listed.is_dead or (plan.resident and plan.resident.is_dead)):
                without.append(plan)
        _open_anew(without, self.run.help_type)
        self._tell_other_cases(without)

    def _tell_other_cases(self, plans: list[RowPlan]) -> None:
        """Whoever has an open case of another kind is told of the new one, so that nobody rings
        the same person about two."""
        known = {plan.pk: plan.case for plan in plans if not plan.is_new}
        if not known:
            return
        new_cases = Case.objects.in_bulk(known.values())
        others = Case.objects.open().filter(resident__in=known, is_restricted=False)
        others = others.exclude(pk__in=new_cases)
        newest = {case.resident_id: case for case in others.order_by("opened_at", "id")}
        for resident, case in newest.items():
            new_case = new_cases[known[resident]]
            if not new_case.is_restricted:
                note = f"Stands in a list: {self.run.file_name}. {new_case.code} was opened for it"
                self._add_note(case, f"{note}: {self.run.help_type.name}.")


def _make_residents(plans: list[RowPlan]) -> None:
    numbers = fresh.write_residents([(plan.drawn, plan.lives_in) for plan in plans if plan.drawn])
    for plan, number in zip(plans, numbers, strict=True):
        plan.new_pk = number


def _open_cases(plans: list[RowPlan], help_type: HelpType) -> dict[int, Case]:
    """The open case of this kind of each resident who was here before."""
    known = [plan.pk for plan in plans if not plan.is_new]
    cases = Case.objects.open().filter(
        resident__in=known, needs__help_type=help_type, needs__state="open"
    )
    return {case.resident_id: case for case in cases} if known else {}


def _open_anew(plans: list[RowPlan], help_type: HelpType) -> None:
    """A case for each of these, with the need and the first call."""
    now = timezone.now()
    level = triage.level_of_sent((), [(help_type.name, help_type.weight)])
    hours = min(help_type.hours_promised, 4) if level == 1 else help_type.hours_promised
    due = now + timedelta(hours=hours)
    drawn = []
    for plan in plans:
        # Of who is new nothing is known yet; a promise to somebody known falls into their hours.
        known = plan.resident
        due_at = reaching.within_hours(known, due, now=now) if known else due
        drawn.append(fresh.CaseDrawn(plan.pk, plan.note, plan.area, due_at))
    numbers = fresh.write_cases(drawn, help_type, now)
    for plan, number in zip(plans, numbers, strict=True):
        plan.case, plan.is_case_new = number, True
    _keep_apart(plans, help_type)


def _keep_apart(plans: list[RowPlan], help_type: HelpType) -> None:
    """Join whoever may be a restricted person, unseen; enclose cases of a restricted kind."""
    # Asked only now: where the kind itself is restricted, those of this step are among them.
    near = _near_restricted(plans, help_type)
    is_touched = help_type.is_restricted
    touched = [plan.case for plan in plans if plan.case and (is_touched or plan.pk in near)]
    cases = Case.objects.filter(pk__in=touched).select_related("resident").order_by("pk")
    for case in cases if touched else ():
        owner = joining.look(case=case, by=None) if case.resident_id in near else None
        if help_type.is_restricted:
            enclosing.enclose(case=case, by=None, prefer=owner)


def _near_restricted(plans: list[RowPlan], help_type: HelpType) -> set[int]:
    """Who of these has a way to be found in common with somebody restricted. Of who is new, as
    the list describes them, it was looked up already."""
    looked_up = {plan.pk for plan in plans if plan.near_restricted}
    unseen = [plan.pk for plan in plans if help_type.is_restricted or not plan.is_as_listed]
    residents = Resident.objects.filter(pk__in=unseen)
    return looked_up | (joining.perhaps_restricted(list(residents)) if unseen else set())

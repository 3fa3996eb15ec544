"""Carrying a list out, in steps that are each whole or not at all."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.office.fields import keyed_hash
from commonweal.residents import deaths, finding, keys, people, placing, reaching
from commonweal.residents.models import Resident
from commonweal.services.models import HelpType

from .. import enclosing, gaps, joining, ringing, triage
from ..models import Callback, Case, CaseAlarm, ListRow, ListRun, Need, Note
from .known import RowPlan, find
from .persons import Listed
from .reading import NOBODY, Preview

# So many people are looked up and written while others wait, a fifth of a second. Where a step
# took less the next one is larger, and smaller where the machine is busy.
STEP, MOST, WAIT_S = 25, 400, 0.2


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
    total, size = len(shown.listed), STEP
    while not is_stopping():
        with transaction.atomic():
            began = time.monotonic()
            run = ListRun.objects.select_for_update().get(pk=run.pk)
            if run.undone_at is not None or run.finished_at is not None:
                break
            step = shown.listed[run.done : run.done + size]
            counts = Counter(run.counts)
            counts.update(_Step(run, by).carry_out(step))
            run.done += len(step)
            run.counts = dict(counts)
            if run.done >= total:
                run.finished_at = timezone.now()
            run.save(update_fields=["done", "counts", "left", "finished_at"])
        size = next_size(size, time.monotonic() - began)
        say(run.done, total)
    return run


def next_size(size: int, took_s: float) -> int:
    """How many rows the next step has, by how long others waited for this one."""
    if took_s > WAIT_S:
        return max(size // 2, STEP)
    return min(size * 2, MOST) if took_s < WAIT_S / 2 else size


@dataclass
class _Step:
    """So many rows of a run, carried out together. What it leaves in other rows than its own is
    written down in the run, so that it can be undone."""

    run: ListRun
    by: Person | None

    def carry_out(self, step: list[Listed]) -> Counter[str]:
        run = self.run
        hashes = {listed.key: keyed_hash(f"{run.layout}:{listed.key}") for listed in step}
        before = ListRow.objects.filter(layout=run.layout, key_hash__in=hashes.values())
        rows = {row.key_hash: row for row in before.select_related("case__resident", "resident")}
        plans = [RowPlan(listed) for listed in step if hashes[listed.key] not in rows]
        counts: Counter[str] = Counter()
        for listed in step:
            if (row := rows.get(hashes[listed.key])) is not None:
                counts[self._known(listed, row)] += 1
        find(plans)
        _make_residents([plan for plan in plans if plan.resident is None])
        cases, new_cases = self._make_cases(plans)
        carried = []
        for plan in plans:
            outcome = self._outcome(plan)
            counts[outcome] += 1
            case = cases.get(plan.listed.key)
            carried.append(
                ListRow(
                    layout=run.layout,
                    key_hash=hashes[plan.listed.key],
                    case=case,
                    is_case_new=plan.listed.key in new_cases,
                    resident=plan.resident if plan.is_new else None,
                    run=run,
                    row=plan.listed.row,
                    outcome=outcome,
                    content_hash=plan.listed.content_hash,
                )
            )
        ListRow.objects.bulk_create(carried)
        return counts

    def _leave(self, kind: str, *numbers: Any) -> None:
        self.run.left.setdefault(kind, []).append(numbers[0] if len(numbers) == 1 else numbers)

    def _outcome(self, plan: RowPlan) -> str:
        """What became of a row; a death that it tells stops everything."""
        if plan.listed.is_dead and plan.resident is not None:
            self._report_dead(plan.resident)
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

    def _make_cases(self, plans: list[RowPlan]) -> tuple[dict[str, Case], dict[str, Case]]:
        """The case of each row by its key, and those of them that are new: one each, unless this
        person has an open one of this kind, which gets a note."""
        open_cases = _open_cases(plans, self.run.help_type)
        cases: dict[str, Case] = {}
        without: list[RowPlan] = []
        for plan in plans:
            resident = plan.resident
            assert resident is not None
            if (case := open_cases.get(resident.pk)) is not None:
                cases[plan.listed.key] = case
                self._add_note(case, f"Stands in a list: {self.run.file_name}. {plan.listed.notes}")
            elif not (plan.listed.is_dead or resident.is_dead):
                without.append(plan)
        new_cases = _open_anew(without, self.run.help_type)
        self._tell_other_cases(without, new_cases)
        return cases | new_cases, new_cases

    def _tell_other_cases(self, plans: list[RowPlan], new_cases: dict[str, Case]) -> None:
        """Whoever has an open case of another kind is told of the new one, so that nobody rings
        the same person about two."""
        known = {plan.resident.pk: plan for plan in plans if plan.resident and not plan.is_new}
        others = Case.objects.open().filter(resident__in=known, is_restricted=False)
        others = others.exclude(pk__in=[case.pk for case in new_cases.values()])
        newest = {case.resident_id: case for case in others.order_by("opened_at", "id")}
        for resident, case in newest.items():
            new_case = new_cases[known[resident].listed.key]
            if not new_case.is_restricted:
                note = f"Stands in a list: {self.run.file_name}. {new_case.code} was opened for it"
                self._add_note(case, f"{note}: {self.run.help_type.name}.")


def _make_residents(plans: list[RowPlan]) -> None:
    rows = []
    # Made and not changed since: by that it is known whether somebody has worked on it.
    now = timezone.now()
    areas = placing.areas_of(plan.listed.described.postcode for plan in plans)
    for plan in plans:
        d = plan.listed.described
        values = people.cleaned(
            {
                "first_name": d.first,
                "last_name": d.last,
                "born": d.born,
                "nhs_number": d.nhs,
                "phones": "\n".join(plan.listed.phones),
                "email": d.email,
                "address": d.address,
                "postcode": d.postcode,
                "uprn": d.uprn,
            }
        )
        area = areas.get(keys.postcode(d.postcode))
        rows.append(
            Resident(**values, area=area, made_at=now, changed_at=now, keyed=finding.VERSION)
        )
        plan.is_new = True
    for plan, resident in zip(
        plans, Resident.objects.bulk_create(rows, batch_size=500), strict=True
    ):
        plan.resident = resident
    people.index([plan.resident for plan in plans if plan.resident], fresh=True)


def _open_cases(plans: list[RowPlan], help_type: HelpType) -> dict[int, Case]:
    """The open case of this kind of each resident who was here before."""
    cases = Case.objects.open().filter(
        resident__in=[plan.resident for plan in plans if plan.resident and not plan.is_new],
        needs__help_type=help_type,
        needs__state="open",
    )
    return {case.resident_id: case for case in cases}


def _open_anew(plans: list[RowPlan], help_type: HelpType) -> dict[str, Case]:
    """A case for each of these, by the key of its row, with the need and the first call."""
    now = timezone.now()
    weights = [(help_type.name, help_type.weight)]
    level = triage.level_of_sent((), weights)
    judged = triage.judge((), needs=weights, came_as=level)
    hours = min(help_type.hours_promised, 4) if level == 1 else help_type.hours_promised
    due, promised = now + timedelta(hours=hours), list[datetime]()
    cases: dict[str, Case] = {}
    for plan in plans:
        resident = plan.resident
        assert resident is not None
        # Of who is new nothing is known yet; a promise to somebody known falls into their hours.
        due_at = due if plan.is_new else reaching.within_hours(resident, due, now=now)
        promised.append(due_at)
        cases[plan.listed.key] = Case(
            resident=resident,
            channel="list",
            opened_at=now,
            due_at=due_at,
            words=plan.listed.notes,
            urgency=level,
            computed=level,
            came_as=level,
            score=judged.score,
            reasons=[list(reason) for reason in judged.reasons],
            in_danger=judged.in_danger,
            area=resident.area,
            is_restricted=help_type.is_restricted,
        )
    near = _near_restricted(plans, help_type)
    _write_new(list(zip(cases.values(), promised, strict=True)), help_type, near)
    return cases


def _near_restricted(plans: list[RowPlan], help_type: HelpType) -> Callable[[], set[int]]:
    """Who of these has a way to be found in common with somebody restricted. Of who is new, as
    the list describes them, it was looked up already."""
    with_people = [(plan, plan.resident) for plan in plans if plan.resident]
    looked_up = {resident.pk for plan, resident in with_people if plan.near_restricted}
    asked = [
        resident
        for plan, resident in with_people
        if help_type.is_restricted or not _is_as_listed(plan, resident)
    ]
    return lambda: looked_up | joining.perhaps_restricted(asked)


def _is_as_listed(plan: RowPlan, resident: Resident) -> bool:
    """Whether somebody new is found by just what the list says of them."""
    return plan.is_new and plan.listed.described == people.described(resident)


def _write_new(
    promised: list[tuple[Case, datetime]], help_type: HelpType, near: Callable[[], set[int]]
) -> None:
    cases = [case for case, _ in promised]
    Case.objects.bulk_create(cases, batch_size=500)
    needs = [Need(case=case, help_type=help_type) for case in cases]
    gaps.note_missing(Need.objects.bulk_create(needs, batch_size=500))
    Callback.objects.bulk_create(
        [Callback(case=case, purpose="first", due_at=due_at) for case, due_at in promised],
        batch_size=500,
    )
    # Asked only now: where the kind itself is restricted, those of this step are among them.
    near_restricted = near()
    for case in cases:
        is_near = case.resident_id in near_restricted
        owner = joining.look(case=case, by=None) if is_near else None
        if help_type.is_restricted:
            enclosing.enclose(case=case, by=None, prefer=owner)

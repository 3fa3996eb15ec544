"""Carrying a list out, in steps that are each whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.fields import keyed_hash
from commonweal.residents import deaths, people, reaching
from commonweal.residents.models import Resident
from commonweal.services.models import HelpType

from .. import enclosing, joining, ringing, triage
from ..models import Callback, Case, CaseAlarm, ListRow, ListRun, Need, Note
from .known import Plan, find
from .reading import Listed, Preview

# So many people are looked up and written while others wait: a third of a second's work.
STEP = 100


@transaction.atomic
def begin(shown: Preview, *, help_type: HelpType, by: Person | None) -> ListRun:
    """Begin to carry a list out, or take up again one that was begun."""
    run, fresh = ListRun.objects.get_or_create(
        layout=shown.layout.code,
        sha256=shown.sha256,
        defaults={
            "rows": shown.rows,
            "rejected": shown.rejected,
            "help_type": help_type,
            "started_by": by,
            "counts": {"rejected": len(shown.rejected)},
        },
    )
    if fresh:
        record("list begun", about=run, by=by, rows=shown.rows, layout=shown.layout.code)
    return run


def carry_out(
    shown: Preview,
    run: ListRun,
    *,
    by: Person | None,
    say: Callable[[int, int], None] = lambda *_: None,
) -> ListRun:
    """Carry out what is left of a list, in steps that are each whole or not at all."""
    total = len(shown.listed)
    counts: Counter[str] = Counter(run.counts)
    while run.done < total:
        step = shown.listed[run.done : run.done + STEP]
        with transaction.atomic():
            counts.update(_step(step, run, by))
            run.done += len(step)
            run.counts = dict(counts)
            if run.done >= total:
                run.finished_at = timezone.now()
            run.save(update_fields=["done", "counts", "finished_at"])
        say(run.done, total)
    return run


def _step(step: list[Listed], run: ListRun, by: Person | None) -> Counter[str]:
    hashes = {listed.key: keyed_hash(f"{run.layout}:{listed.key}") for listed in step}
    before = ListRow.objects.filter(layout=run.layout, key_hash__in=hashes.values())
    rows = {row.key_hash: row for row in before.select_related("case__resident")}
    plans = [Plan(listed) for listed in step if hashes[listed.key] not in rows]
    counts: Counter[str] = Counter()
    for listed in step:
        if (row := rows.get(hashes[listed.key])) is not None:
            counts[_known(listed, row, run, by)] += 1
    find(plans)
    _make_residents([plan for plan in plans if plan.resident is None])
    cases = _make_cases(plans, run)
    carried = []
    for plan in plans:
        outcome = _outcome(plan, by)
        counts[outcome] += 1
        carried.append(
            ListRow(
                layout=run.layout,
                key_hash=hashes[plan.listed.key],
                case=cases.get(plan.listed.key),
                run=run,
                row=plan.listed.row,
                outcome=outcome,
                content_hash=plan.listed.content_hash,
            )
        )
    ListRow.objects.bulk_create(carried)
    return counts


def _outcome(plan: Plan, by: Person | None) -> str:
    """What became of a row; a death that it tells stops everything."""
    if plan.listed.is_dead and plan.resident is not None:
        deaths.report_dead(resident=plan.resident, by=by, because="By a list.")
        return "dead"
    return plan.outcome


def _known(listed: Listed, row: ListRow, run: ListRun, by: Person | None) -> str:
    """A row whose list id was loaded before: a change becomes a note, a death stops everything."""
    if row.content_hash == listed.content_hash:
        return "known"
    ListRow.objects.filter(pk=row.pk).update(content_hash=listed.content_hash)
    if row.case is not None:
        if listed.is_dead:
            deaths.report_dead(resident=row.case.resident, by=by, because="By a list.")
            return "dead"
        Note.objects.create(
            case=row.case,
            kind="list",
            words=f"A later list says: {listed.notes or 'other details'}",
        )
        _ring_if_restricted(row.case)
    return "changed"


def _ring_if_restricted(case: Case) -> None:
    if case.is_restricted:
        ringing.ring(case=case, cause=CaseAlarm.Cause.ADDED)


def _make_residents(plans: list[Plan]) -> None:
    rows = []
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
        rows.append(Resident(**values))
        plan.is_new = True
    for plan, resident in zip(
        plans, Resident.objects.bulk_create(rows, batch_size=500), strict=True
    ):
        plan.resident = resident
    people.index([plan.resident for plan in plans if plan.resident], fresh=True)


def _make_cases(plans: list[Plan], run: ListRun) -> dict[str, Case]:
    """A request each, unless this person has an open one of this kind: then a note."""
    open_cases = _open_cases(plans, run.help_type)
    cases: dict[str, Case] = {}
    without: list[Plan] = []
    for plan in plans:
        resident = plan.resident
        assert resident is not None
        if (case := open_cases.get(resident.pk)) is not None:
            cases[plan.listed.key] = case
            _add_note(case, plan.listed.notes)
        elif not (plan.listed.is_dead or resident.is_dead):
            without.append(plan)
    return cases | _open_anew(without, run.help_type)


def _open_cases(plans: list[Plan], help_type: HelpType) -> dict[int, Case]:
    """The open case of this kind of each resident who was here before."""
    cases = Case.objects.open().filter(
        resident__in=[plan.resident for plan in plans if plan.resident and not plan.is_new],
        needs__help_type=help_type,
        needs__state="open",
    )
    return {case.resident_id: case for case in cases}


def _add_note(case: Case, notes: str) -> None:
    if notes:
        Note.objects.create(case=case, kind="list", words=notes)
        _ring_if_restricted(case)


def _open_anew(plans: list[Plan], help_type: HelpType) -> dict[str, Case]:
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
    _write_new(list(zip(cases.values(), promised, strict=True)), help_type)
    return cases


def _write_new(promised: list[tuple[Case, datetime]], help_type: HelpType) -> None:
    cases = [case for case, _ in promised]
    Case.objects.bulk_create(cases, batch_size=500)
    Need.objects.bulk_create(
        [Need(case=case, help_type=help_type) for case in cases], batch_size=500
    )
    Callback.objects.bulk_create(
        [Callback(case=case, purpose="first", due_at=due_at) for case, due_at in promised],
        batch_size=500,
    )
    for case in cases:
        owner = joining.look(case=case, by=None)
        if help_type.is_restricted:
            enclosing.enclose(case=case, by=None, prefer=owner)

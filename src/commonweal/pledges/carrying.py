"""Carrying out a plan: what a file changes is worked out first, then written at one stroke.

Nothing of a file is in the register before all of it is: no reader meets half of one, and a
process that is killed leaves nothing behind. What takes long is done while others write.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.charter.models import Theme
from commonweal.design.words import many
from commonweal.jobs.rows import Rows, insert, rows_of
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.places import formerly

from . import batches, ledger
from .batches import Batch, Moved, Overtaken
from .importing import NAMES, PledgePlan, plan_asked
from .layout import RegisterLayout
from .models import AskedImport, ImportRun, Measure
from .register import Register
from .source_rows import count_of_lines, first_lines, line_of, new_pledge, update
from .standing import Kind

Say = Callable[[str], None]
# So often the entries are chained anew while others write, before others wait for it.
TRIES = 3
THEME = {
    "code": "imported",
    "name": "From other registers",
    "order": 99,
    "description": "Promises that are kept in another register and read here.",
}


@dataclass
class Ready:
    """All that an import writes, worked out."""

    batch: Batch
    partners: list[Partner]
    measures: list[Measure]
    partner_rows: Rows = field(init=False)

    def __post_init__(self) -> None:
        self.partner_rows = rows_of(Partner, self.partners)


class Changed(Refused):
    """The register is not any more what the plan was made on. It can be made again."""


def carry_out(
    plan: PledgePlan,
    *,
    by: Person | None,
    asked_import: AskedImport | None = None,
    say: Say = lambda _: None,
) -> ImportRun:
    """Write a plan into the register: partners, pledges and ledger entries, all or nothing.

    Raises
    ------
    Changed
        The register has changed since the plan was made. Nothing was written.
    Refused
        It would write more entries than SQLite takes while others wait for it.
    """
    if plan.already:
        _arrived(asked_import, plan.already)
        return plan.already
    plan.must_be_answered()
    batches.check_length(count_of_lines(plan))
    ready = prepare(plan, say)
    say(f"writing {many(len(ready.batch.entries), 'entry,entries')}")
    try:
        run = _publish_chained(plan, ready, by=by, asked_import=asked_import)
    except (Overtaken, IntegrityError):
        raise Changed(
            "Somebody else changed the register while this file was being read. Nothing of it was "
            "written. Import it again."
        ) from None
    finally:
        ready.batch.clear()
    ledger.tell_the_planner()
    return run


def ask_for(plan: PledgePlan, *, by: Person) -> AskedImport:
    """Have a long file carried out by a worker; asked for twice, it is on its way once."""
    batches.check_length(count_of_lines(plan))
    asked_import, fresh = AskedImport.objects.get_or_create(
        layout=plan.layout.name,
        sha256=plan.sha256,
        as_at=plan.as_at,
        run=None,
        refused_because="",
        defaults={"file_name": plan.file_name, "asked_by": by},
    )
    if fresh:
        record("import asked for", about=asked_import, by=by, as_role="charter_manager")
    return asked_import


def carry_out_asked(asked_import: AskedImport) -> None:
    """Carry out what was asked for, or keep why it can't be.

    Raises
    ------
    Changed
        Somebody wrote to the register at the same moment: to be tried again.
    """
    try:
        plan = plan_asked(asked_import)
        carry_out(plan, by=asked_import.asked_by, asked_import=asked_import)
    except Changed:
        raise
    except Refused as refused:
        asked_import.refused_because = str(refused)
        asked_import.save(update_fields=["refused_because"])


def _arrived(asked_import: AskedImport | None, run: ImportRun) -> None:
    if asked_import is not None:
        AskedImport.objects.filter(pk=asked_import.pk).update(run=run)


def prepare(plan: PledgePlan, say: Say = lambda _: None) -> Ready:
    """Work out all that a plan writes. This takes long, and writes nothing."""
    partners, fresh = _partners(plan)
    measures, missing = _measures(plan.layout)
    say(f"{many(len(plan.new), 'new pledge')}, {many(len(fresh), 'new partner')}")
    lines: list[ledger.NewEntry] = []
    new = []
    for wanted in plan.new:
        pledge = new_pledge(plan, wanted, partners, measures)
        new.append(pledge)
        lines += first_lines(plan, pledge, wanted)
    say(f"{len(plan.changed):,} changed, {len(plan.removed):,} no longer listed")
    for pledge, wanted, differences in plan.changed:
        lines += [line_of(plan, pledge, *line) for line in differences]
        update(plan, pledge, wanted)
    for pledge in plan.removed:
        lines.append(line_of(plan, pledge, Kind.REMOVED, {"source": plan.layout.source}, ""))
        pledge.source_row["removed"] = plan.as_at.isoformat()
    known = [pledge for pledge, _, _ in plan.changed] + plan.removed
    batch = Batch(lines, new, known, on=timezone.localdate(), seen=plan.seen)
    return Ready(batch, fresh, missing)


def _publish_chained(
    plan: PledgePlan, ready: Ready, *, by: Person | None, asked_import: AskedImport | None
) -> ImportRun:
    for _ in range(TRIES):
        ready.batch.chain()
        with suppress(Moved):
            return publish(plan, ready, by=by, asked_import=asked_import)
    return publish(plan, ready, by=by, asked_import=asked_import, patient=True)


@transaction.atomic
def publish(
    plan: PledgePlan,
    ready: Ready,
    *,
    by: Person | None,
    asked_import: AskedImport | None = None,
    patient: bool = False,
) -> ImportRun:
    """Write what is ready: a moment, in which others wait.

    Raises
    ------
    Overtaken
        A pledge that the plan is about, or a file of its source, came in between.
    Moved
        Somebody else wrote to the ledger since the entries were chained, and nobody is
        ``patient`` enough to chain them anew while others wait.
    """
    # Two people importing at once: the second waits here.
    head = ledger.hold()
    runs = ImportRun.objects.filter(source=plan.layout.source)
    if runs.count() != plan.runs:
        raise Overtaken
    # Before anything is written: who tries again must not think that it had a number already.
    ready.batch.check(head, patient=patient)
    _write_measures(ready.measures)
    insert(Partner, ready.partner_rows)
    _rename(plan)
    ready.batch.write()
    run = _keep_run(plan, by)
    _arrived(asked_import, run)
    record(
        "pledges imported",
        about=run,
        by=by,
        as_role="charter_manager" if by else "system",
        source=plan.layout.source,
        sha256=plan.sha256,
        **plan.counts,
    )
    return run


def _keep_run(plan: PledgePlan, by: Person | None) -> ImportRun:
    return ImportRun.objects.create(
        source=plan.layout.source,
        layout=plan.layout.name,
        file_name=plan.file_name,
        sha256=plan.sha256,
        as_at=plan.as_at,
        run_by=by,
        counts=plan.counts,
        rejected=plan.rejected_rows,
        **plan.kept(),
    )


def _partners(plan: PledgePlan) -> tuple[dict[str, Partner], list[Partner]]:
    """(partner of each name, those of them that are new and not written yet)."""
    have = Register(plan.layout.source)
    codes = set(Partner.objects.values_list("code", flat=True))
    by_pk = Partner.objects.in_bulk()
    known: dict[str, Partner] = {}
    fresh: list[Partner] = []
    for wanted in plan.new:
        name = wanted.partner_name.casefold()
        if name in known:
            continue
        pk = have.partner_of(wanted)
        if pk is not None:
            known[name] = by_pk[pk]
            continue
        base = slugify(wanted.partner_name)[:60] or "partner"
        code, number = base, 1
        while code in codes:
            number += 1
            code = f"{base}-{number}"
        codes.add(code)
        known[name] = Partner(
            code=code,
            name=wanted.partner_name,
            sector=wanted.sector,
            source=plan.layout.source,
            is_of_others=not plan.layout.checked,
            accepted_on=plan.as_at,
        )
        fresh.append(known[name])
    return known, fresh


def _rename(plan: PledgePlan) -> None:
    names: dict[str, list[str]] = {}
    for partner in Partner.objects.filter(pk__in=plan.renamed, source=plan.layout.source):
        new = plan.renamed[partner.pk]
        names[partner.code] = [partner.name, new]
        formerly.keep(partner, {"name": new})
        Partner.objects.filter(pk=partner.pk).update(name=new)
        record("partner renamed by source", about=partner, by=None, source=plan.layout.source)
    if names:
        plan.before[NAMES] = names


def _measures(layout: RegisterLayout) -> tuple[dict[str, Measure], list[Measure]]:
    """(measures by code, those of them that are new and not written yet)."""
    known = {measure.code: measure for measure in Measure.objects.select_related("theme")}
    theme = Theme.objects.filter(code=THEME["code"]).first() or Theme(**THEME)
    missing = [
        Measure(code=code, theme=theme, on_menu=False, **terms)
        for code, terms in layout.measures.items()
        if code not in known
    ]
    return known | {measure.code: measure for measure in missing}, missing


def _write_measures(missing: list[Measure]) -> None:
    for measure in missing:
        if measure.theme.pk is None:
            measure.theme.save(force_insert=True)
        measure.theme = measure.theme
        measure.save(force_insert=True)

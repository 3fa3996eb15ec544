"""Carrying out a plan: what a file changes is worked out first, then written at one stroke.

Nothing of a file is in the register before all of it is: no reader meets half of one, and a
process that is killed leaves nothing behind. What takes long is done while others write.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.charter.models import Theme
from commonweal.jobs.rows import Rows, insert, rows_of
from commonweal.partners.models import Partner

from . import batches, ledger
from .batches import Batch, Overtaken
from .importing import Plan, Register, effect_of, plan_kept
from .layout import Layout, Wanted
from .models import AskedImport, ImportRun, Measure, Pledge, new_code, plain
from .standing import Kind

Say = Callable[[str], None]
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
    made: Plan, *, by: Person | None, asked: AskedImport | None = None, say: Say = lambda _: None
) -> ImportRun:
    """Write a plan into the register: partners, pledges and ledger entries, all or nothing.

    Raises
    ------
    Changed
        The register has changed since the plan was made. Nothing was written.
    """
    if made.already:
        _arrived(asked, made.already)
        return made.already
    ready = prepare(made, say)
    say(f"writing {len(ready.batch.entries):,} entries")
    try:
        run = publish(made, ready, by=by, asked=asked)
    except (Overtaken, IntegrityError):
        raise Changed(
            "Somebody else changed the register while this file was being read. Nothing of it was "
            "written. Import it again."
        ) from None
    ledger.tell_the_planner()
    return run


def ask_for(made: Plan, *, by: Person) -> AskedImport:
    """Have a long file carried out by a worker; asked for twice, it is on its way once."""
    asked, fresh = AskedImport.objects.get_or_create(
        layout=made.layout.name, sha256=made.sha256, as_at=made.as_at, run=None,
        refused_because="", defaults={"file_name": made.file_name, "asked_by": by},
    )  # fmt: skip
    if fresh:
        record("import asked for", about=asked, by=by, as_role="charter_manager")
    return asked


def carry_out_asked(asked: AskedImport) -> None:
    """Carry out what was asked for, or keep why it can't be.

    Raises
    ------
    Changed
        Somebody wrote to the register at the same moment: to be tried again.
    """
    try:
        made = plan_kept(
            asked.sha256, file_name=asked.file_name, layout_name=asked.layout, as_at=asked.as_at
        )
        carry_out(made, by=asked.asked_by, asked=asked)
    except Changed:
        raise
    except Refused as refused:
        asked.refused_because = str(refused)
        asked.save(update_fields=["refused_because"])


def _arrived(asked: AskedImport | None, run: ImportRun) -> None:
    if asked is not None:
        AskedImport.objects.filter(pk=asked.pk).update(run=run)


def prepare(made: Plan, say: Say = lambda _: None) -> Ready:
    """Work out all that a plan writes. This takes long, and writes nothing."""
    partners, fresh = _partners(made)
    measures, missing = _measures(made.layout)
    say(f"{len(made.new):,} new pledges, {len(fresh):,} new partners")
    lines: list[ledger.NewEntry] = []
    new = []
    for one in made.new:
        pledge = _new_pledge(made, one, partners, measures)
        new.append(pledge)
        lines += _first_lines(made, pledge, one)
    say(f"{len(made.changed):,} changed, {len(made.removed):,} no longer listed")
    for pledge, one, differences in made.changed:
        lines += [_line(made, pledge, *line) for line in differences]
        _update(made, pledge, one)
    for pledge in made.removed:
        lines.append(_line(made, pledge, Kind.REMOVED, {"source": made.layout.source}, ""))
        pledge.source_row["removed"] = made.as_at.isoformat()
    known = [pledge for pledge, _, _ in made.changed] + made.removed
    batch = Batch(lines, new, known, on=timezone.localdate(), seen=made.seen)
    return Ready(batch, fresh, missing)


@transaction.atomic
def publish(
    made: Plan, ready: Ready, *, by: Person | None, asked: AskedImport | None = None
) -> ImportRun:
    """Write what is ready: a moment, in which others wait.

    Raises
    ------
    Overtaken
        A pledge that the plan is about, or a file of its source, came in between.
    """
    # Two people importing at once: the second waits here.
    batches.hold()
    runs = ImportRun.objects.filter(source=made.layout.source)
    if runs.filter(sha256=made.sha256).exists():
        raise Refused("Somebody else has imported this file just now. Nothing was written twice.")
    if runs.count() != made.runs:
        raise Overtaken
    _write_measures(ready.measures)
    insert(Partner, ready.partner_rows)
    _rename(made)
    ready.batch.write()
    run = _keep_run(made, by)
    _arrived(asked, run)
    record(
        "pledges imported",
        about=run,
        by=by,
        as_role="charter_manager" if by else "system",
        source=made.layout.source,
        sha256=made.sha256,
        **made.counts,
    )
    return run


def _keep_run(made: Plan, by: Person | None) -> ImportRun:
    return ImportRun.objects.create(
        source=made.layout.source,
        layout=made.layout.name,
        file_name=made.file_name,
        sha256=made.sha256,
        as_at=made.as_at,
        run_by=by,
        counts=made.counts,
        rejected=[{"row": row, "because": because} for row, because in made.rejected],
    )


def _partners(made: Plan) -> tuple[dict[str, Partner], list[Partner]]:
    """(partner of each name, those of them that are new and not written yet)."""
    have = Register(made.layout.source)
    codes = set(Partner.objects.values_list("code", flat=True))
    by_pk = Partner.objects.in_bulk()
    known: dict[str, Partner] = {}
    fresh: list[Partner] = []
    for one in made.new:
        name = one.partner_name.casefold()
        if name in known:
            continue
        pk = have.partner_of(one)
        if pk is not None:
            known[name] = by_pk[pk]
            continue
        base = slugify(one.partner_name)[:60] or "partner"
        code, number = base, 1
        while code in codes:
            number += 1
            code = f"{base}-{number}"
        codes.add(code)
        known[name] = Partner(
            code=code,
            name=one.partner_name,
            sector=one.sector,
            source=made.layout.source,
            accepted_on=made.as_at,
        )
        fresh.append(known[name])
    return known, fresh


def _rename(made: Plan) -> None:
    for partner in Partner.objects.filter(pk__in=made.renamed):
        Partner.objects.filter(pk=partner.pk, source=made.layout.source).update(
            name=made.renamed[partner.pk]
        )
        record("partner renamed by source", about=partner, by=None, source=made.layout.source)


def _measures(layout: Layout) -> tuple[dict[str, Measure], list[Measure]]:
    """(measures by code, those of them that are new and not written yet)."""
    known = {measure.code: measure for measure in Measure.objects.select_related("theme")}
    theme = Theme.objects.filter(code=THEME["code"]).first() or Theme(**THEME)
    missing = [
        Measure(code=code, theme=theme, on_menu=False, **said)
        for code, said in layout.measures.items()
        if code not in known
    ]
    return known | {measure.code: measure for measure in missing}, missing


def _write_measures(missing: list[Measure]) -> None:
    for measure in missing:
        if measure.theme.pk is None:
            measure.theme.save(force_insert=True)
        measure.theme = measure.theme
        measure.save(force_insert=True)


def _new_pledge(
    made: Plan, one: Wanted, partners: dict[str, Partner], measures: dict[str, Measure]
) -> Pledge:
    measure = measures[one.measure]
    partner = partners[one.partner_name.casefold()]
    return Pledge(
        code=new_code(),
        partner=partner,
        measure=measure,
        statement=one.statement,
        baseline=one.baseline,
        target=one.target,
        due_on=one.due_on,
        theme=measure.theme,
        owner_title=one.owner_title,
        who_benefits=one.who_benefits,
        made_on=min(one.made_on or made.as_at, made.as_at),
        source=made.layout.source,
        source_key=_source_key(made, one, partner.code),
        source_row=_source_row(made, one),
    )


def _source_key(made: Plan, one: Wanted, partner_code: str) -> str:
    # A base key may stand several times in a file; day and row tell them apart.
    digest = hashlib.sha256(one.base_key.encode()).hexdigest()[:16]
    return f"{partner_code}/{digest}/{made.as_at}/{one.row}"


def _source_row(made: Plan, one: Wanted) -> dict[str, Any]:
    claims = [[(on or made.as_at).isoformat(), plain(value)] for on, value, _ in one.claims]
    return {
        "layout": made.layout.name,
        "row": one.row,
        "base_key": one.base_key,
        "coarse": one.coarse,
        "ids": one.ids,
        "status": one.status,
        "claims": claims,
    }


def _first_lines(made: Plan, pledge: Pledge, one: Wanted) -> Iterable[ledger.NewEntry]:
    terms = {
        "measure": pledge.measure.code,
        "measure_kind": pledge.measure.kind,
        "unit": pledge.measure.unit,
        "direction": pledge.measure.direction,
        "baseline": plain(pledge.baseline),
        "target": plain(pledge.target),
        "due_on": pledge.due_on.isoformat() if pledge.due_on else None,
        "theme": pledge.theme.code,
        "owner_title": pledge.owner_title,
        "clause": "",
        "decision": "",
        "area": "",
        "who_benefits": pledge.who_benefits,
        "source": made.layout.source,
        "made_on": pledge.made_on.isoformat(),
    }
    yield _line(made, pledge, Kind.PROPOSED, terms, one.statement)
    yield _line(made, pledge, Kind.ACCEPTED, {"source": made.layout.source}, "")
    if one.status:
        status = {"source": made.layout.source, "status": one.status}
        yield _line(made, pledge, Kind.SOURCE_STATUS, status, one.reason)
    for line in effect_of(made, one.target, one):
        yield _line(made, pledge, *line)
    for on, value, words in sorted(one.claims, key=lambda claim: claim[0] or made.as_at):
        as_of = (on or made.as_at).isoformat()
        claim: dict[str, Any] = {"value": plain(value), "as_of": as_of, "final": False}
        yield _line(made, pledge, Kind.CLAIM, claim, words)


def _line(
    made: Plan, pledge: Pledge, kind: Kind, body: dict[str, Any], words: str
) -> ledger.NewEntry:
    on = made.as_at
    if kind == Kind.CLAIM and made.layout.rows_are_claims:
        # A report of an earlier day that the source dates itself.
        on = min(date.fromisoformat(body["as_of"]), made.as_at)
    elif kind in {Kind.PROPOSED, Kind.ACCEPTED}:
        on = pledge.made_on
    return ledger.NewEntry(pledge, kind, on, body, words, None, "import", made.layout.source)


def _update(made: Plan, pledge: Pledge, one: Wanted) -> None:
    row = _source_row(made, one)
    if made.layout.rows_are_claims or one.claims:
        had = pledge.source_row.get("claims", [])
        row["claims"] = had + [claim for claim in row["claims"] if claim not in had]
    if made.layout.rows_are_claims:
        row["status"] = pledge.source_row.get("status", "")
    pledge.source_row = row
    pledge.statement = one.statement

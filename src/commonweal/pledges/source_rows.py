"""Pledges and their lines, from the rows of another register's file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from commonweal.accounts.actors import IMPORT
from commonweal.partners.models import Partner

from . import ledger
from .comparing import effect_of
from .importing import PledgePlan
from .layout import WantedPledge
from .models import Measure, Pledge, new_code, plain
from .standing import Kind


def new_pledge(
    plan: PledgePlan,
    wanted: WantedPledge,
    partners: dict[str, Partner],
    measures: dict[str, Measure],
) -> Pledge:
    measure = measures[wanted.measure]
    partner = partners[wanted.partner_name.casefold()]
    return Pledge(
        code=new_code(),
        partner=partner,
        measure=measure,
        statement=wanted.statement,
        baseline=wanted.baseline,
        target=wanted.target,
        due_on=wanted.due_on,
        theme=measure.theme,
        owner_title=wanted.owner_title,
        who_benefits=wanted.who_benefits,
        made_on=min(wanted.made_on or plan.as_at, plan.as_at),
        source=plan.layout.source,
        source_key=_source_key(plan, wanted, partner.code),
        source_row=_source_row(plan, wanted),
        is_of_others=not plan.layout.checked,
    )


def _source_key(plan: PledgePlan, wanted: WantedPledge, partner_code: str) -> str:
    # A base key may stand several times in a file; day and row tell them apart.
    digest = hashlib.sha256(wanted.base_key.encode()).hexdigest()[:16]
    return f"{partner_code}/{digest}/{plan.as_at}/{wanted.row}"


def _source_row(plan: PledgePlan, wanted: WantedPledge) -> dict[str, Any]:
    claims = [[(on or plan.as_at).isoformat(), plain(figure)] for on, figure, _ in wanted.claims]
    return {
        "layout": plan.layout.name,
        "row": wanted.row,
        "base_key": wanted.base_key,
        "coarse": wanted.coarse,
        "ids": wanted.ids,
        "status": wanted.status,
        "claims": claims,
    }


def first_lines(
    plan: PledgePlan, pledge: Pledge, wanted: WantedPledge
) -> Iterable[ledger.NewEntry]:
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
        "source": plan.layout.source,
        "made_on": pledge.made_on.isoformat(),
    }
    yield line_of(plan, pledge, Kind.PROPOSED, terms, wanted.statement)
    yield line_of(plan, pledge, Kind.ACCEPTED, {"source": plan.layout.source}, "")
    if wanted.status:
        status = {"source": plan.layout.source, "status": wanted.status}
        yield line_of(plan, pledge, Kind.SOURCE_STATUS, status, wanted.reason)
    for line in effect_of(plan, wanted.target, wanted):
        yield line_of(plan, pledge, *line)
    for on, figure, reason in sorted(wanted.claims, key=lambda claim: claim[0] or plan.as_at):
        as_of = (on or plan.as_at).isoformat()
        claim: dict[str, Any] = {"value": plain(figure), "as_of": as_of, "final": False}
        yield line_of(plan, pledge, Kind.CLAIM, claim, reason)


def count_of_lines(plan: PledgePlan) -> int:
    """About how many entries a plan writes: of a new pledge its proposal, acceptance, reports."""
    new = sum(2 + bool(wanted.status) + len(wanted.claims) for wanted in plan.new)
    return new + sum(len(lines) for _, _, lines in plan.changed) + len(plan.removed)


def line_of(
    plan: PledgePlan, pledge: Pledge, kind: Kind, body: dict[str, Any], wording: str
) -> ledger.NewEntry:
    on = plan.as_at
    if kind == Kind.CLAIM and plan.layout.rows_are_claims:
        # A report of an earlier day that the source dates itself.
        on = min(date.fromisoformat(body["as_of"]), plan.as_at)
    elif kind in {Kind.PROPOSED, Kind.ACCEPTED}:
        on = pledge.made_on
    return ledger.NewEntry(pledge, kind, on, body, wording, None, IMPORT, plan.layout.source)


def update(plan: PledgePlan, pledge: Pledge, wanted: WantedPledge) -> None:
    row = _source_row(plan, wanted)
    if plan.layout.rows_are_claims or wanted.claims:
        had = pledge.source_row.get("claims", [])
        row["claims"] = had + [claim for claim in row["claims"] if claim not in had]
    if plan.layout.rows_are_claims:
        row["status"] = pledge.source_row.get("status", "")
    pledge.source_row = row
    pledge.statement = wanted.statement

"""Which row of a file is which pledge, and what is different.

Rows are matched to pledges by the layout's key. Where a key stands several times, equal wording
is matched first, then the order. A layout with coarser rows than the one before it (one row a
company, then one row a target) is joined by ``coarse``: the pledge goes on, its terms changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from localwealth.names import one_form

from .checking import check_row
from .layout import BadRow, WantedPledge, squash
from .models import Pledge, plain
from .register import Register
from .standing import Kind

if TYPE_CHECKING:
    from .importing import PledgePlan

Group = tuple[int | None, str]
Unpaired = list[tuple[WantedPledge, int | None]]


def compare(plan: PledgePlan, have: Register, wanted: list[WantedPledge]) -> None:
    """Which row is which pledge: by its key, then, in a new layout, by what is known of it."""
    listed: set[int] = set()
    unpaired = _match_by_key(plan, have, _grouped(plan, have, wanted), listed)
    _match_loosely(plan, have, unpaired, listed)
    plan.unlisted = _no_longer_listed(plan, have, listed)
    plan.rejected.sort()


def _no_longer_listed(plan: PledgePlan, have: Register, listed: set[int]) -> list[Pledge]:
    """The pledges that files of this layout brought and this one does not name.

    A file of headings alone names nothing, and so says nothing of anybody; a pledge whose row is
    there but was refused is named; files of another layout have other rows.
    """
    if not plan.rows:
        return []
    _list_refused(plan, have, listed)
    return [
        pledge
        for pledge in have.pledges
        if pledge.pk not in listed
        and not pledge.source_row.get("removed")
        and pledge.source_row.get("layout") == plan.layout.name
    ]


def _list_refused(plan: PledgePlan, have: Register, listed: set[int]) -> None:
    """Count the pledges of refused rows as listed; note the rows of which none is known."""
    by_group: dict[Group, list[int]] = defaultdict(list)
    by_partner: dict[int, list[int]] = defaultdict(list)
    for pledge in have.pledges:
        by_group[pledge.partner_id, plain_key(pledge.source_row.get("base_key", ""))].append(
            pledge.pk
        )
        by_partner[pledge.partner_id].append(pledge.pk)
    for number, (name, key) in plan.refused_of.items():
        partner = have.names.get(one_form(name))
        if partner is None or not by_partner.get(partner):
            plan.doubtful.append(number)
        else:
            listed.update(by_group.get((partner, plain_key(key))) or by_partner[partner])


def plain_key(key: str) -> str:
    """A key with the names in it in the form in which names are compared."""
    return "|".join(map(one_form, key.split("|")))


def _grouped(
    plan: PledgePlan, have: Register, wanted: list[WantedPledge]
) -> dict[Group, list[WantedPledge]]:
    """Rows by partner and key; a partner whose name is another now is noted."""
    names = {pledge.partner_id: pledge.partner.name for pledge in have.pledges}
    groups: dict[Group, list[WantedPledge]] = defaultdict(list)
    for row in wanted:
        partner = have.partner_of(row)
        groups[partner, plain_key(row.base_key)].append(row)
        # A name that is known is its own, or that of an entry which was merged into it.
        if partner in names and one_form(row.partner_name) not in have.names:
            plan.renamed[partner] = row.partner_name
    return groups


def _match_by_key(
    plan: PledgePlan, have: Register, groups: dict[Group, list[WantedPledge]], listed: set[int]
) -> Unpaired:
    """Pair the rows and pledges of each key; the rows that are left, with their partners."""
    free: dict[Group, list[Pledge]] = defaultdict(list)
    for pledge in have.pledges:
        key = plain_key(pledge.source_row.get("base_key", ""))
        free[pledge.partner_id, key].append(pledge)
    unpaired: Unpaired = []
    for (partner, key), rows in groups.items():
        pairs, without = _pair(rows, free.get((partner, key), []) if partner else [])
        for row, pledge in pairs:
            listed.add(pledge.pk)
            _compare(plan, pledge, row)
        unpaired += [(row, partner) for row in without]
    return unpaired


def _match_loosely(plan: PledgePlan, have: Register, unpaired: Unpaired, listed: set[int]) -> None:
    """Pledges of another layout have other keys: theirs are matched by the coarse one."""
    coarse: dict[Group, list[Pledge]] = defaultdict(list)
    for pledge in have.pledges:
        if pledge.pk not in listed and pledge.source_row.get("layout") != plan.layout.name:
            coarse[pledge.partner_id, pledge.source_row.get("coarse", "")].append(pledge)
    for row, partner in unpaired:
        same = coarse.get((partner, row.coarse), []) if partner and row.coarse else []
        if same:
            pledge = same.pop(0)
            listed.add(pledge.pk)
            _compare(plan, pledge, row)
        else:
            _add(plan, row, is_council=partner in have.councils)


def _add(plan: PledgePlan, row: WantedPledge, *, is_council: bool) -> None:
    try:
        check_row(plan, row, is_council=is_council)
    except BadRow as reason:
        plan.refuse(row.row, str(reason), (row.partner_name, row.base_key))
    else:
        plan.new.append(row)


def _has_same_words(row: WantedPledge, pledge: Pledge) -> bool:
    return squash(pledge.statement) == row.statement


def _has_same_terms(row: WantedPledge, pledge: Pledge) -> bool:
    return pledge.due_on == row.due_on and pledge.target == row.target


def _is_the_same(row: WantedPledge, pledge: Pledge) -> bool:
    return _has_same_words(row, pledge) and _has_same_terms(row, pledge)


def _is_next(row: WantedPledge, pledge: Pledge) -> bool:
    return True


# How a row and a pledge of one key are alike, from close to loose: at last by order alone.
ALIKE = (_is_the_same, _has_same_words, _has_same_terms, _is_next)


def _pair(
    rows: list[WantedPledge], candidates: list[Pledge]
) -> tuple[list[tuple[WantedPledge, Pledge]], list[WantedPledge]]:
    """Rows and pledges of one key: equal wording first, then by order."""
    pairs: list[tuple[WantedPledge, Pledge]] = []
    open_rows, open_pledges = list(rows), list(candidates)
    for is_alike in ALIKE:
        for row in list(open_rows):
            match = next((pledge for pledge in open_pledges if is_alike(row, pledge)), None)
            if match is not None:
                pairs.append((row, match))
                open_rows.remove(row)
                open_pledges.remove(match)
    return pairs, open_rows


def _compare(plan: PledgePlan, pledge: Pledge, row: WantedPledge) -> None:
    lines = list(_differences(plan, pledge, row))
    moved = (
        plain_key(pledge.source_row.get("base_key", "")) != plain_key(row.base_key)
        or pledge.source_row.get("ids", {}) != row.ids
    )
    if not (lines or moved):
        plan.unchanged += 1
        return
    try:
        check_row(plan, row, pledge)
    except BadRow as reason:
        plan.refuse(row.row, str(reason), (row.partner_name, row.base_key))
    else:
        plan.changed.append((pledge, row, lines))


def changed_terms(
    plan: PledgePlan, pledge: Pledge, row: WantedPledge
) -> Iterator[tuple[str, Any, Any]]:
    """(term, old, new) of what is different; where rows are claims, each has a day of its own."""
    for name in ("target", "baseline", "due_on", "statement"):
        old, new = getattr(pledge, name), getattr(row, name)
        if name == "statement":
            old = squash(old)
        if old != new and not (name == "due_on" and plan.layout.rows_are_claims):
            yield name, old, new


def _differences(
    plan: PledgePlan, pledge: Pledge, row: WantedPledge
) -> Iterator[tuple[Kind, dict[str, Any], str]]:
    if pledge.source_row.get("removed"):
        yield Kind.RELISTED, {"source": plan.layout.source}, ""
    for name, old, new in changed_terms(plan, pledge, row):
        yield Kind.CHANGED, {"field": name, "old": _write(old), "new": _write(new)}, row.reason
    if pledge.source_row.get("status", "") != row.status:
        yield Kind.SOURCE_STATUS, {"source": plan.layout.source, "status": row.status}, row.reason
        yield from effect_of(plan, pledge.target, row)
    had = {tuple(pair) for pair in pledge.source_row.get("claims", [])}
    for on, figure, reason in row.claims:
        report = ((on or plan.as_at).isoformat(), plain(figure))
        if report not in had:
            body = {"value": report[1], "as_of": report[0], "final": False}
            yield Kind.CLAIM, body, reason


def effect_of(
    plan: PledgePlan, target: Decimal | None, row: WantedPledge
) -> Iterator[tuple[Kind, dict[str, Any], str]]:
    """What the status of a row does to its pledge beside being said."""
    if row.effect == "withdrawn":
        yield Kind.WITHDRAWN, {}, row.reason or "The source gives no reason."
    elif row.effect == "met" and target is not None:
        as_of = plan.as_at.isoformat()
        yield Kind.CLAIM, {"value": plain(target), "as_of": as_of, "final": True}, row.status


def _write(term: Any) -> str | None:
    if isinstance(term, Decimal):
        return plain(term)
    if isinstance(term, date):
        return term.isoformat()
    return None if term is None else str(term)

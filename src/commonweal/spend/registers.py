"""Keeping registers of contracts: a file adds and updates, and what it does not name stays.

What an anchor's newest file no longer names is taken out only by a choice that has seen the names
(decision 0040). Each file can be undone as a whole, the newest first.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.bringing import holding
from commonweal.bringing.undoing import TakingBack
from commonweal.design.words import day, many
from commonweal.office.errors import Refused

from .contracts import Read
from .contracts_planned import TERMS, ContractPlan, newest, plan
from .models import Anchor, Contract, ContractsFile

# Where a contract stands in its file.
PLACE = ("file_name", "line", "source_url", "read_on")
DATES = ("starts_on", "ends_on", "read_on")
OVERTAKEN = (
    "Somebody else changed these contracts while this file was being read. Nothing of it was "
    "written. Look again."
)
STALE = (
    "Somebody took contracts out since you looked. Nothing was undone; this is what would be now."
)


def keep(*, anchor: Anchor, register: Read, file_name: str, by: Person | None) -> ContractsFile:
    """Bring an anchor's contracts up to date by a file: it adds and updates, and removes nothing.

    Raises
    ------
    Refused
        No line of it is a contract.
    """
    with transaction.atomic():
        anchor = Anchor.objects.select_for_update().get(pk=anchor.pk)
        return _write(plan(anchor, register, file_name=file_name), by=by)


def carry_out(planned: ContractPlan, *, by: Person) -> ContractsFile:
    """Bring in what was looked at, and take out what was said to go.

    Raises
    ------
    Refused
        It would do nothing, or somebody changed these contracts in between.
    """
    planned.must_do_something()
    with transaction.atomic():
        anchor = Anchor.objects.select_for_update().get(pk=planned.anchor.pk)
        now = plan(anchor, planned.register, file_name=planned.file_name)
        if now.fingerprint != planned.fingerprint:
            raise Refused(OVERTAKEN)
        file = _write(now, by=by)
        if planned.removed:
            remove(file=file, count=len(planned.removed), by=by)
        if (held := planned.held) is not None:
            transaction.on_commit(lambda: holding.let_go(held))
    return file


def _write(planned: ContractPlan, *, by: Person | None) -> ContractsFile:
    register, anchor = planned.register, planned.anchor
    file = ContractsFile.objects.create(
        anchor=anchor,
        file_name=planned.file_name,
        read_by=by,
        left_out=register.left_out,
        doubtful=planned.doubtful,
        refused=planned.refused,
        counts=_counts(planned),
        before={str(change.old.pk): as_kept(change.old) for change in planned.changed},
        listed_before={str(c.pk): c.listed_in_id for c in planned.had if c.pk in planned.listed},
    )
    for change in planned.changed:
        for name in (*TERMS, *PLACE):
            setattr(change.old, name, getattr(change.line, name))
    changed = [change.old for change in planned.changed]
    Contract.objects.bulk_update(changed, [*TERMS, *PLACE], batch_size=200)
    for contract in planned.new:
        contract.listed_in = file
    Contract.objects.bulk_create(planned.new, batch_size=500)
    Contract.objects.filter(pk__in=planned.listed).update(listed_in=file)
    file.added = [contract.pk for contract in planned.new]
    file.save(update_fields=["added"])
    record(
        "contracts read",
        about=anchor.partner,
        by=by,
        as_role="analyst" if by else "import",
        count=len(register.contracts),
    )
    return file


def _counts(planned: ContractPlan) -> dict[str, int]:
    return {
        "lines": planned.rows,
        "new": len(planned.new),
        "changed": len(planned.changed),
        "unchanged": planned.unchanged,
        "left out": len(planned.rejected),
        "removed": 0,
    }


def as_kept(contract: Contract) -> dict[str, Any]:
    """A contract as JSON has it."""
    terms = {name: getattr(contract, name) for name in (*TERMS, *PLACE)}
    return {
        name: term.isoformat() if isinstance(term, date) else None if term is None else str(term)
        for name, term in terms.items()
    }


def as_it_was(as_json: dict[str, Any]) -> dict[str, Any]:
    """What was kept of a contract, as its columns have it."""
    was: dict[str, Any] = dict(as_json)
    for name in DATES:
        was[name] = date.fromisoformat(as_json[name]) if as_json[name] else None
    was["value_gbp"] = None if as_json["value_gbp"] is None else Decimal(as_json["value_gbp"])
    was["line"] = int(as_json["line"])
    return was


def unlisted(file: ContractsFile) -> QuerySet[Contract]:
    """The contracts that an anchor's newest file does not name; none of an older file."""
    if file.undone_at is not None or newest(file.anchor) != file:
        return Contract.objects.none()
    return file.anchor.contracts.exclude(listed_in=file)


@transaction.atomic
def remove(*, file: ContractsFile, count: int, by: Person) -> int:
    """Take out the contracts that the newest file no longer names, as somebody asked.

    Raises
    ------
    Refused
        They are not as many as was said, or a line that was left out may be about one of them.
    """
    file = ContractsFile.objects.select_for_update().get(pk=file.pk)
    gone = list(unlisted(file))
    if file.doubtful:
        lines = ", ".join(map(str, file.doubtful[:10]))
        raise Refused(
            f"Nothing is taken out while it isn't known which contract line {lines} is. Correct or "
            "delete what was left out, and read the file again."
        )
    if count != len(gone) or not gone:
        raise Refused(
            f"The file no longer names {many(len(gone), 'contract')}, and {count:,} was said. Look "
            "at their names, then say the number."
        )
    file.removed += [
        as_kept(contract) | {"pk": contract.pk, "listed_in": contract.listed_in_id}
        for contract in gone
    ]
    file.counts |= {"removed": len(file.removed)}
    Contract.objects.filter(pk__in=[contract.pk for contract in gone]).delete()
    file.save(update_fields=["removed", "counts"])
    record(
        "contracts taken out", about=file.anchor.partner, by=by, as_role="analyst", count=len(gone)
    )
    return len(gone)


def contracts_of(file: ContractsFile) -> list[tuple[Contract, bool]]:
    """The contracts that a file made or changed, as they stand now, in the order of their titles,
    each with whether it came with it."""
    contracts = file.anchor.contracts.filter(pk__in=[*file.added, *file.before])
    added = set(file.added)
    return [(contract, contract.pk in added) for contract in contracts.order_by("title", "pk")]


def plan_undo(file: ContractsFile) -> TakingBack:
    """Work out what taking back a file would do: nobody changes a contract by hand, so nothing is
    left as it is.

    Raises
    ------
    Refused
        It was undone, or a later file stands upon it.
    """
    if file.undone_at is not None:
        raise Refused("This file was undone already.")
    later = newest(file.anchor)
    if later is not None and later.pk != file.pk:
        read_on = day(timezone.localdate(later.read_at))
        raise Refused(f"“{later.file_name}” was read after it, on {read_on}. Undo that one first.")
    stand = contracts_of(file)
    return TakingBack(
        gone=[contract for contract, is_new in stand if is_new],
        back=[
            *(contract for contract, is_new in stand if not is_new),
            *(_again(file, as_json) for as_json in file.removed),
        ],
    )


@transaction.atomic
def undo(*, file: ContractsFile, by: Person, seen: str) -> ContractsFile:
    """Take back all that a file did to an anchor's contracts, as it was looked at. ``seen`` is the
    fingerprint of what was shown.

    Raises
    ------
    Refused
        It was undone, a later file stands upon it, or more was taken out since it was looked at.
    """
    file = ContractsFile.objects.select_for_update().get(pk=file.pk)
    if plan_undo(file).fingerprint != seen:
        raise Refused(STALE)
    Contract.objects.filter(pk__in=file.added).delete()
    for pk, as_json in file.before.items():
        Contract.objects.filter(pk=pk).update(**as_it_was(as_json))
    for pk, listed_in in file.listed_before.items():
        Contract.objects.filter(pk=pk).update(listed_in=listed_in)
    Contract.objects.bulk_create(_again(file, as_json) for as_json in file.removed)
    file.undone_at, file.undone_by = timezone.now(), by
    file.save(update_fields=["undone_at", "undone_by"])
    record(
        "contracts undone",
        about=file.anchor.partner,
        by=by,
        as_role="analyst",
        count=len(file.added) + len(file.before) + len(file.removed),
    )
    return file


def _again(file: ContractsFile, as_json: dict[str, Any]) -> Contract:
    terms = dict(as_json)
    pk, listed_in = terms.pop("pk"), terms.pop("listed_in")
    return Contract(pk=pk, anchor=file.anchor, listed_in_id=listed_in, **as_it_was(terms))

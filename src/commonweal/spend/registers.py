"""Keeping registers of contracts: a file adds and updates, and what it does not name stays.

What an anchor's newest file no longer names is taken out only by a choice that has seen the names
(decision 0040). Each file can be undone as a whole, the newest first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.design.words import day, many
from commonweal.office.errors import Refused
from localwealth.names import one_form

from .contracts import Read
from .models import Anchor, Contract, ContractsFile

# What a later file may change of a contract, and where it then stands.
TERMS = ("reference", "title", "supplier", "starts_on", "ends_on", "value_gbp")
PLACE = ("file_name", "line", "source_url", "read_on")
DATES = ("starts_on", "ends_on", "read_on")

Key = tuple[Any, ...] | None


def _whole(contract: Contract) -> Key:
    return tuple(getattr(contract, name) for name in TERMS)


def _by_reference(contract: Contract) -> Key:
    """Lots of one contract have one reference, and are told apart by their titles."""
    reference = one_form(contract.reference)
    return (reference, one_form(contract.title)) if reference else None


def _by_reference_alone(contract: Contract) -> Key:
    return (one_form(contract.reference),) if contract.reference else None


def _by_words(contract: Contract) -> Key:
    return one_form(contract.title), one_form(contract.supplier), contract.starts_on


def _by_title(contract: Contract) -> Key:
    return None if contract.reference else (one_form(contract.title), one_form(contract.supplier))


# How a line is known to be a contract that is there, from close to loose; equal ones by order.
ALIKE: tuple[Callable[[Contract], Key], ...] = (
    _whole, _by_reference, _by_reference_alone, _by_words, _by_title,
)  # fmt: skip


def paired(
    lines: Iterable[Contract], had: Iterable[Contract]
) -> tuple[list[tuple[Contract, Contract]], list[Contract]]:
    """(lines with the contracts that they are about, lines that are new)."""
    pairs: list[tuple[Contract, Contract]] = []
    new, free = list(lines), list(had)
    for key_of in ALIKE:
        by_key: dict[Key, list[Contract]] = defaultdict(list)
        for contract in free:
            by_key[key_of(contract)].append(contract)
        by_key.pop(None, None)
        left = []
        for line in new:
            if same := by_key.get(key_of(line)):
                pairs.append((line, same.pop(0)))
            else:
                left.append(line)
        taken = {contract.pk for _, contract in pairs}
        new, free = left, [contract for contract in free if contract.pk not in taken]
    return pairs, new


@transaction.atomic
def keep(*, anchor: Anchor, register: Read, file_name: str, by: Person | None) -> ContractsFile:
    """Bring an anchor's contracts up to date by a file: it adds and updates, and removes nothing.

    Raises
    ------
    Refused
        No line of it is a contract.
    """
    if not register.contracts:
        raise Refused("No line of the file is a contract.")
    anchor = Anchor.objects.select_for_update().get(pk=anchor.pk)
    had = list(anchor.contracts.all())
    pairs, new = paired(register.contracts, had)
    file = ContractsFile.objects.create(anchor=anchor, file_name=file_name, read_by=by)
    changed = [(old, line) for line, old in pairs if _whole(line) != _whole(old)]
    file.before = {str(old.pk): as_kept(old) for old, _ in changed}
    for old, line in changed:
        for name in (*TERMS, *PLACE):
            setattr(old, name, getattr(line, name))
    Contract.objects.bulk_update([old for old, _ in changed], [*TERMS, *PLACE], batch_size=200)
    for contract in new:
        contract.listed_in = file
    Contract.objects.bulk_create(new, batch_size=500)
    file.added = [contract.pk for contract in new]
    _note_listed(file, [old for _, old in pairs], had, register)
    file.left_out = register.left_out
    file.counts = {
        "lines": len(register.contracts) + len(register.left_out),
        "new": len(new),
        "changed": len(changed),
        "unchanged": len(pairs) - len(changed),
        "left out": len(register.left_out),
        "removed": 0,
    }
    file.save(update_fields=["before", "added", "counts", "left_out", "doubtful", "listed_before"])
    record(
        "contracts read",
        about=anchor.partner,
        by=by,
        as_role="analyst" if by else "import",
        count=len(register.contracts),
    )
    return file


def _note_listed(
    file: ContractsFile, named: list[Contract], had: list[Contract], register: Read
) -> None:
    """Note which contracts the file names; those of lines that were left out count as named, and
    lines of which none is known are kept: one of them may be about any."""
    listed = {contract.pk for contract in named}
    for number, reference, title in register.unfit:
        about = {
            contract.pk
            for contract in had
            if (reference and one_form(contract.reference) == one_form(reference))
            or (title and one_form(contract.title) == one_form(title))
        }
        listed |= about
        if not about:
            file.doubtful.append(number)
    file.listed_before = {str(c.pk): c.listed_in_id for c in had if c.pk in listed}
    Contract.objects.filter(pk__in=listed).update(listed_in=file)


def as_kept(contract: Contract) -> dict[str, Any]:
    """A contract as JSON has it."""
    kept = {name: getattr(contract, name) for name in (*TERMS, *PLACE)}
    return {
        name: term.isoformat() if isinstance(term, date) else None if term is None else str(term)
        for name, term in kept.items()
    }


def as_it_was(kept: dict[str, Any]) -> dict[str, Any]:
    """What was kept of a contract, as its columns have it."""
    was: dict[str, Any] = dict(kept)
    for name in DATES:
        was[name] = date.fromisoformat(kept[name]) if kept[name] else None
    was["value_gbp"] = None if kept["value_gbp"] is None else Decimal(kept["value_gbp"])
    was["line"] = int(kept["line"])
    return was


def newest(anchor: Anchor) -> ContractsFile | None:
    """The file that an anchor's contracts stand by now."""
    return ContractsFile.objects.filter(anchor=anchor, undone_at=None).first()


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
    file.removed += [as_kept(one) | {"pk": one.pk, "listed_in": one.listed_in_id} for one in gone]
    file.counts |= {"removed": len(file.removed)}
    Contract.objects.filter(pk__in=[contract.pk for contract in gone]).delete()
    file.save(update_fields=["removed", "counts"])
    record("contracts taken out", about=file.anchor.partner, by=by, as_role="analyst",
           count=len(gone))  # fmt: skip
    return len(gone)


@transaction.atomic
def undo(*, file: ContractsFile, by: Person) -> ContractsFile:
    """Take back all that a file did to an anchor's contracts.

    Raises
    ------
    Refused
        It was undone, or a later file stands upon it.
    """
    file = ContractsFile.objects.select_for_update().get(pk=file.pk)
    if file.undone_at is not None:
        raise Refused("This file was undone already.")
    later = newest(file.anchor)
    if later is not None and later.pk != file.pk:
        read_on = day(timezone.localdate(later.read_at))
        raise Refused(f"“{later.file_name}” was read after it, on {read_on}. Undo that one first.")
    Contract.objects.filter(pk__in=file.added).delete()
    for pk, kept in file.before.items():
        Contract.objects.filter(pk=pk).update(**as_it_was(kept))
    for pk, listed_in in file.listed_before.items():
        Contract.objects.filter(pk=pk).update(listed_in=listed_in)
    Contract.objects.bulk_create(_again(file, kept) for kept in file.removed)
    file.undone_at, file.undone_by = timezone.now(), by
    file.save(update_fields=["undone_at", "undone_by"])
    record("contracts undone", about=file.anchor.partner, by=by, as_role="analyst",
           count=len(file.added) + len(file.before) + len(file.removed))  # fmt: skip
    return file


def _again(file: ContractsFile, kept: dict[str, Any]) -> Contract:
    terms = dict(kept)
    pk, listed_in = terms.pop("pk"), terms.pop("listed_in")
    return Contract(pk=pk, anchor=file.anchor, listed_in_id=listed_in, **as_it_was(terms))

"""What a register of contracts would change of what is known of an anchor's, changing nothing."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from commonweal.bringing import plans
from commonweal.design import amounts
from commonweal.design.words import day
from commonweal.office.errors import Refused
from localwealth.names import one_form

from .contract_columns import LABELS
from .contracts import Read
from .models import Anchor, Contract, ContractsFile

# What a later file may change of a contract.
TERMS = ("reference", "title", "supplier", "starts_on", "ends_on", "value_gbp")

Key = tuple[Any, ...] | None


def whole(contract: Contract) -> Key:
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
    whole,
    _by_reference,
    _by_reference_alone,
    _by_words,
    _by_title,
)


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


@dataclass(frozen=True)
class Changed:
    """A contract, and the line that says something else of it."""

    old: Contract
    line: Contract

    @property
    def differences(self) -> list[tuple[str, str, str]]:
        """(what, what it was, what it would be), in words."""
        return [
            (LABELS[name], in_words(getattr(self.old, name)), in_words(getattr(self.line, name)))
            for name in TERMS
            if getattr(self.old, name) != getattr(self.line, name)
        ]


def in_words(term: Any) -> str:
    """A term of a contract as people read it."""
    match term:
        case date():
            return day(term)
        case Decimal():
            return amounts.in_pounds(term)
    return str(term or "not stated")


@dataclass(kw_only=True)
class ContractPlan(plans.Plan):
    """What a file would do to an anchor's contracts."""

    THING = "contract"
    DOUBT = "Nothing is taken out while it isn't known which contract line {} is."
    AGAIN = "Correct or delete what was left out, and read the file again."
    NAMES = "names"

    anchor: Anchor
    register: Read
    had: list[Contract] = field(default_factory=list)
    new: list[Contract] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    unlisted: list[Contract] = field(default_factory=list)
    removed: list[Contract] = field(default_factory=list)
    # Which of them the file names, by their numbers, and which of them the newest file does.
    listed: set[int] = field(default_factory=set)
    listed_before: set[int] = field(default_factory=set)

    @property
    def does_nothing(self) -> bool:
        return super().does_nothing and self.listed == self.listed_before

    @property
    def fingerprint(self) -> str:
        parts = [
            self.counts | {"removed": 0},
            [whole(line) for line in self.new],
            [(change.old.pk, whole(change.old), whole(change.line)) for change in self.changed],
            [contract.pk for contract in self.unlisted],
            self.rejected,
        ]
        return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()

    def remove(self, count: int) -> None:
        """Take out the contracts that the file does not name, as somebody asked.

        Raises
        ------
        Refused
            They are not as many as was said, or a line left out may be about one of them.
        """
        self.check_removal(count)
        self.removed = list(self.unlisted)


def newest(anchor: Anchor) -> ContractsFile | None:
    """The file that an anchor's contracts stand by now."""
    return ContractsFile.objects.filter(anchor=anchor, undone_at=None).first()


def plan(anchor: Anchor, register: Read, *, file_name: str, sha256: str = "") -> ContractPlan:
    """Work out what a register would do, changing nothing.

    Raises
    ------
    Refused
        No line of it is a contract.
    """
    if not register.contracts:
        raise Refused("No line of the file is a contract.")
    had = list(anchor.contracts.all())
    pairs, new = paired(register.contracts, had)
    changed = [Changed(old, line) for line, old in pairs if whole(line) != whole(old)]
    planned = ContractPlan(
        anchor=anchor,
        register=register,
        file_name=file_name,
        sha256=sha256,
        as_at=timezone.localdate(),
        had=had,
        new=new,
        changed=changed,
        unchanged=len(pairs) - len(changed),
        rows=len(register.contracts) + len(register.left_out),
        rejected=list(register.left_out),
        notes=list(register.notes),
        listed_count=len(had),
    )
    _look_at_table(planned)
    _look_for_unlisted(planned, {old.pk for _, old in pairs})
    return planned


def _look_at_table(plan: ContractPlan) -> None:
    table, left_out = plan.register.table, dict(plan.rejected)
    if table is None:
        return
    plan.header, plan.sheet, plan.signature = table.headings, table.sheet, table.signature
    width = len(table.headings)
    plan.cells = {
        number: (cells + [""] * width)[:width]
        for number, cells in table.lines
        if number in left_out
    }


def _may_be(contract: Contract, reference: str, title: str) -> bool:
    """Whether a line that was left out may be about this contract."""
    return bool(reference and one_form(contract.reference) == one_form(reference)) or bool(
        title and one_form(contract.title) == one_form(title)
    )


def _look_for_unlisted(plan: ContractPlan, named: set[int]) -> None:
    """Note which contracts the file names; those of lines that were left out count as named, and
    lines of which none is known are kept: one of them may be about any."""
    plan.listed = set(named)
    for number, reference, title in plan.register.unfit:
        about = {contract.pk for contract in plan.had if _may_be(contract, reference, title)}
        plan.listed |= about
        if not about:
            plan.doubtful.append(number)
    plan.unlisted = [contract for contract in plan.had if contract.pk not in plan.listed]
    file = newest(plan.anchor)
    by_newest = {
        contract.pk
        for contract in plan.had
        if file is not None and contract.listed_in_id == file.pk
    }
    plan.listed_before = by_newest

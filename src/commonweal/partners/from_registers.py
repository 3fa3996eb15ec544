"""What public registers that are loaded say of a partner: the manager looks, and takes its numbers
over, so that nobody types them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from .access import MERGED
from .looking_up import RegisterEntry, look_up
from .models import Partner
from .naming import LABELS
from .telling import tell_editors


@dataclass(frozen=True)
class Beside:
    """An entry of a register beside a partner. ``lacks``: its numbers of which the partner has
    none; ``differs``: those where the partner's own is another; ``holder``: another partner that
    has one of its numbers, and is perhaps the same organisation."""

    entry: RegisterEntry
    lacks: dict[str, str]
    differs: dict[str, str]
    holder: Partner | None

    @property
    def numbers(self) -> str:
        return ", ".join(
            f"{LABELS[field].lower()} {number}" for field, number in self.entry.numbers
        )

    @property
    def is_known(self) -> bool:
        """Whether the partner has all its numbers already."""
        return not self.lacks and not self.differs


def _in_words(numbers: dict[str, str]) -> str:
    return ", ".join(f"{LABELS[field].lower()} {number}" for field, number in numbers.items())


def entries_beside(partner: Partner, name: str = "") -> list[Beside]:
    """The entries that the partner's name, or another one, may mean, the likeliest first."""
    return [_beside(partner, entry) for entry in look_up(name or partner.name)]


def _beside(partner: Partner, entry: RegisterEntry) -> Beside:
    numbers = dict(entry.numbers)
    has = {field: getattr(partner, field) for field in numbers}
    # Sites of one organisation share its numbers.
    others = Partner.objects.exclude(pk=partner.pk).filter(merged_into=None, covers=partner.covers)
    holders = (others.filter(**{field: number}).first() for field, number in numbers.items())
    return Beside(
        entry,
        {field: number for field, number in numbers.items() if not has[field]},
        {field: has[field] for field, number in numbers.items() if has[field] not in ("", number)},
        next(filter(None, holders), None),
    )


@transaction.atomic
def take(*, partner: Partner, key: str, name: str = "", by: Person) -> list[str]:
    """Enter the numbers of a register's entry that the partner lacks; return which fields they are.

    Raises
    ------
    Refused
        It was merged; the entry is not found by this name any more; the partner has all of them,
        or another number of the kind; another partner has one of them.
    """
    partner = Partner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
    if partner.merged_into_id is not None:
        raise Refused(MERGED)
    beside = next((each for each in entries_beside(partner, name) if each.entry.key == key), None)
    if beside is None:
        raise Refused("The registers do not give this entry for this name any more. Look again.")
    if beside.differs:
        ours = _in_words(beside.differs)
        raise Refused(f"{partner.name} has another number: {ours}. One of the two is not its own.")
    if not beside.lacks:
        raise Refused(f"{partner.name} has these numbers already.")
    if beside.holder is not None:
        raise Refused(
            f"{beside.holder.name} has this number. Look whether the two are one organisation."
        )
    try:
        with transaction.atomic():
            Partner.objects.filter(pk=partner.pk).update(**beside.lacks)
    except IntegrityError:
        raise Refused("Another partner took this number a moment ago. Look again.") from None
    fields = sorted(beside.lacks)
    record(
        "numbers taken from a register",
        about=partner,
        by=by,
        as_role=Role.CHARTER_MANAGER,
        fields=fields,
    )
    tell_editors(
        partner,
        f"register-{'-'.join(beside.lacks.values())}",
        "Your organisation's numbers",
        f"The charter manager took them over from public registers: {beside.numbers}. If they are "
        "not yours, say so under Profile.",
    )
    return fields

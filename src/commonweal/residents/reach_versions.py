"""Writing how somebody may be reached: the one hand, its versions, and where two rules meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from . import events, guards, ways
from .models import Resident, SafeContact
from .models.guarding import GUARDED, pen
from .reach_answers import RESIDENTS_NAMES, at_risk, instruction, rule_in, rule_of
from .unwritten import refuse_codes
from .ways import Rule, answered, strictest

Source = SafeContact.Source
BLANK = Rule()


class Stale(Refused):
    """Somebody else changed how they may be reached since the page was opened."""


class NotAsked(Refused):
    """Safety is at stake, and nobody asked how it is safe to reach them."""


# --- Writing it -------------------------------------------------------------------------------


@transaction.atomic
def write(
    *,
    resident: Resident,
    rule: Rule,
    source: str,
    by: Person | None,
    because: str = "",
    seen: int | None = None,
    danger: bool | None = None,
) -> SafeContact | None:
    """Make a rule the one in force, as a new version; None where it is so already.

    What it opens must be meant: it takes a reason. ``seen`` is the version that the writer had
    before them; where another came since, only what is no looser than that one goes through.

    Raises
    ------
    Stale
        Another version came since, and this one would open what that one closed.
    Refused
        It opens what was closed, without a reason; its hours end before they begin; the person is
        kept from who changes it.
    """
    # What somebody says when they get in touch is taken down by anybody: it never opens anything.
    if source == Source.CHANGED and by is not None and not guards.may_see(by, resident):
        raise Refused(guards.PERSON_KEPT)
    _refuse_what_was_typed(resident, rule, source, because)
    rule = ways.tidied(rule)
    locked = Resident.objects.select_for_update().get(pk=resident.pk)
    known = rule_of(locked)
    _refuse_unasking(known, rule, source)
    opens = _opens(locked, known, rule, danger)
    if opens:
        _refuse_unmeant(locked, opens, because, seen)
    if rule == known:
        _bring_up_to_date(resident, locked)
        return None
    version = _version_of(
        rule,
        resident=locked,
        number=locked.contact_version + 1,
        because=because.strip(),
        loosened=bool(opens),
        source=source,
        by=by,
    )
    version.save(force_insert=True)
    _put_in_force([(locked, rule, version.number)])
    _bring_up_to_date(resident, locked)
    record(
        "safe contact written",
        about=locked,
        by=by,
        version=version.number,
        source=source,
        loosened=bool(opens),
    )
    _tell_others(locked, known, rule)
    return version


def _refuse_what_was_typed(resident: Resident, rule: Rule, source: str, because: str) -> None:
    if source == Source.CHANGED:
        refuse_codes(resident, rule.note, rule.word, because)
    if rule.start and rule.end and rule.start >= rule.end:
        raise Refused("The hours must begin before they end. Put other times into the note.")


def _refuse_unasking(known: Rule, rule: Rule, source: str) -> None:
    """An answer that was given does not become *not asked yet* again, but by parting records."""
    is_answered = known.contact not in (ways.NOT_ASKED, ways.ANY)
    if is_answered and rule.contact == ways.NOT_ASKED and source != Source.PARTED:
        raise Refused("It was asked: choose how they may be reached.")


def _refuse_unmeant(resident: Resident, opens: list[str], because: str, seen: int | None) -> None:
    """What opens something is written with the newest version in view, and with a reason."""
    if seen is not None and seen != resident.contact_version:
        raise Stale(_changed_since(resident, opens))
    if not because.strip():
        raise Refused(
            f"This makes {' and '.join(opens)} looser than what is written down: "
            f"“{instruction(resident)}” Say why it is safe now."
        )


def _version_of(rule: Rule, **circumstances: Any) -> SafeContact:
    return SafeContact(
        contact=rule.contact,
        days=rule.days,
        start=rule.start,
        end=rule.end,
        note=rule.note,
        word=rule.word,
        **circumstances,
    )


def _opens(resident: Resident, known: Rule, rule: Rule, danger: bool | None) -> list[str]:
    """What a rule opens. For who is in danger, the first answer that is no bar opens too."""
    opens = ways.looser(known, rule)
    first = known.contact == ways.NOT_ASKED and rule.contact not in (ways.NOT_ASKED, ways.NONE)
    if first and (at_risk(resident) if danger is None else danger):
        opens = ["the way", *opens]
    return opens


def _changed_since(resident: Resident, opens: list[str]) -> str:
    newest = resident.safe_contacts.select_related("by").first()
    who = ""
    if newest is not None:
        name = newest.by.name if newest.by else "somebody"
        who = f" {name} wrote on {timezone.localtime(newest.at):%-d %B %Y at %H:%M}:"
    return (
        f"This changed since you opened the page.{who} “{instruction(resident)}” What you typed "
        f"would make {' and '.join(opens)} looser. It is kept below; look again, and say why."
    )


def _put_in_force(rows: list[tuple[Resident, Rule, int]]) -> None:
    with pen():
        for resident, rule, number in rows:
            Resident.objects.filter(pk=resident.pk).update(
                contact_version=number,
                changed_at=timezone.now(),
                **{column: getattr(rule, name) for column, name in RESIDENTS_NAMES.items()},
            )


def _bring_up_to_date(resident: Resident, locked: Resident) -> None:
    """The copy that the caller holds says what is so now."""
    for row in {id(resident): resident, id(locked): locked}.values():
        row.refresh_from_db(fields=[*GUARDED])


# What other rooms do when the way of contact of somebody changed: (resident, rule before).
LISTENERS: list[Callable[[Resident, Rule], None]] = []


def _tell_others(resident: Resident, before: Rule, now: Rule) -> None:
    """Calls that are owed move into the hours; whoever else has to know is told."""
    for tell in events.WAY_CHANGED:
        tell(resident)
    if ways.looser(now, before):
        for listener in LISTENERS:
            listener(resident, before)


@transaction.atomic
def carry(rows: Iterable[tuple[Resident, Rule]], *, source: str, by: Person | None = None) -> None:
    """First versions for many residents who have none, in few questions."""
    fresh = [(resident, rule) for resident, rule in rows if not resident.contact_version]
    SafeContact.objects.bulk_create(
        (
            _version_of(rule, resident=resident, number=1, source=source, by=by)
            for resident, rule in fresh
        ),
        batch_size=500,
    )
    _put_in_force([(resident, rule, 1) for resident, rule in fresh])


# --- Where two rules meet ---------------------------------------------------------------------


@transaction.atomic
def say(*, resident: Resident, rule: Rule, source: str, by: Person | None) -> Rule:
    """Somebody answered, when they got in touch: the strictest of that and of what is known
    holds; the rule that holds now. An answer takes the place of *not asked yet*.
    """
    if rule == BLANK:
        return rule_of(resident)
    both = answered(rule_of(resident), rule)
    write(resident=resident, rule=both, source=source, by=by, danger=False)
    return both


def _one_with(gone: Resident) -> str:
    return f"One record with {gone.code}"


@transaction.atomic
def joined(*, kept: Resident, gone: Resident, by: Person) -> None:
    """Two records became one: the strictest of both holds."""
    both = strictest(rule_of(kept), rule_of(gone))
    write(
        resident=kept, rule=both, source=Source.MERGED, by=by, because=_one_with(gone), danger=False
    )


@transaction.atomic
def parted(*, kept: Resident, gone: Resident, merged_at: datetime, by: Person) -> None:
    """One record became two again.

    If nothing was said since, each has its own rule back. What was said since may be about
    either, so the strictest of it and of their own holds for both, until somebody who knows
    loosens it.
    """
    versions = list(kept.safe_contacts.order_by("number"))
    merged = _written_by_merging(gone, versions)
    if _came_after(versions, merged, merged_at):
        both = strictest(rule_of(gone), rule_of(kept))
        write(resident=gone, rule=both, source=Source.PARTED, by=by, danger=False)
    elif merged is not None:
        earlier = [version for version in versions if version.number < merged.number]
        write(
            resident=kept,
            rule=rule_in(earlier[-1]) if earlier else BLANK,
            source=Source.PARTED,
            by=by,
            because="The merge was undone; nothing was said since.",
            danger=False,
        )


def said_since(*, kept: Resident, gone: Resident, merged_at: datetime) -> bool:
    """Whether somebody said how they may be reached since two records became one."""
    versions = list(kept.safe_contacts.order_by("number"))
    return _came_after(versions, _written_by_merging(gone, versions), merged_at)


def _written_by_merging(gone: Resident, versions: list[SafeContact]) -> SafeContact | None:
    """The last version that came of merging a record; None where the merge changed nothing."""
    because = _one_with(gone)
    joint = [v for v in versions if v.source == Source.MERGED and v.because == because]
    return joint[-1] if joint else None


def _came_after(
    versions: list[SafeContact], merged: SafeContact | None, merged_at: datetime
) -> bool:
    """Whether a version came after the merge: after its own one, or else after its moment."""
    if merged is not None:
        return any(version.number > merged.number for version in versions)
    return any(version.at > merged_at for version in versions)

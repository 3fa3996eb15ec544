"""Asking how somebody may be reached: `may` for a way, `of` for a page, `way_for` for a promise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from . import ways
from .guards import guard
from .models import PerhapsSame, Resident, SafeContact
from .models.guarding import GUARDED
from .ways import Rule, Way

# Said of a way that is closed until it is decided whether two records are one person.
CHECKED = "is being checked: how to reach them"
IN_WORDS = {
    Way.RING: "ring",
    Way.TEXT: "text",
    Way.EMAIL: "e-mail",
    Way.LETTER: "write",
    Way.VISIT: "visit",
}
RESIDENTS_NAMES = {
    "contact": "contact",
    "safe_days": "days",
    "safe_from": "start",
    "safe_until": "end",
    "safe_note": "note",
    "safe_word": "word",
}


# --- What is so -------------------------------------------------------------------------------


def rule_of(resident: Resident) -> Rule:
    """The rule in force."""
    return Rule(
        resident.contact,
        resident.safe_days,
        resident.safe_from,
        resident.safe_until,
        resident.safe_note,
        resident.safe_word,
    )


def rule_in(version: SafeContact) -> Rule:
    return Rule(
        version.contact, version.days, version.start, version.end, version.note, version.word
    )


def rule_from(values: dict[str, Any]) -> Rule:
    """The rule among values that are named as a resident's columns are."""
    parts = {name: values.get(column) for column, name in RESIDENTS_NAMES.items()}
    return Rule(
        parts["contact"] or ways.NOT_ASKED,
        parts["days"] or "",
        parts["start"] or None,
        parts["end"] or None,
        (parts["note"] or "").strip(),
        (parts["word"] or "").strip(),
    )


def split(values: dict[str, Any]) -> tuple[dict[str, Any], Rule | None]:
    """(what is not guarded, the rule among the values; None where they hold none)."""
    unguarded = {name: written for name, written in values.items() if name not in GUARDED}
    return unguarded, rule_from(values) if len(unguarded) < len(values) else None


def at_risk(resident: Resident) -> bool:
    """Whether a case of a restricted kind, open or closed, is theirs."""
    return bool(at_risk_among([resident.pk]))


def at_risk_among(residents: Iterable[int]) -> set[int]:
    """Of these residents (by number), who has a case of a restricted kind, open or closed, or is
    perhaps somebody who has."""
    numbers, pairs = set(residents), _undecided()
    return set(
        guard()
        .restricted(numbers)
        .union(
            pairs.filter(one__in=numbers).values_list("one", flat=True),
            pairs.filter(other__in=numbers).values_list("other", flat=True),
        )
    )


def _undecided() -> QuerySet[PerhapsSame]:
    return PerhapsSame.objects.filter(decided_at=None).order_by()


def in_force(resident: Resident, *, risk: bool | None = None) -> Rule:
    """The rule that holds for every outlet: of two records that are perhaps one person the
    strictest, until a named colleague has decided. Only who is at risk is in such a pair."""
    rule = rule_of(resident)
    if not (at_risk(resident) if risk is None else risk):
        return rule
    pairs = _undecided().select_related("one", "other")
    for pair in pairs.filter(Q(one=resident) | Q(other=resident)):
        rule = ways.strictest(rule, rule_of(pair.other if pair.one_id == resident.pk else pair.one))
    return rule


@dataclass(frozen=True)
class ReachAnswer:
    """Whether a way is open at a moment, why not, and what goes with every number and address.

    ``later`` is the first moment at which it is open, where only the hour is wrong.
    """

    allowed: bool
    why: str
    instruction: str
    later: datetime | None = None

    @property
    def ever(self) -> bool:
        """Open now or at another hour."""
        return self.allowed or self.later is not None


def may(
    resident: Resident,
    *,
    way: Way,
    at: datetime | None = None,
    by_machine: bool = False,
    risk: bool | None = None,
) -> ReachAnswer:
    """Whether somebody may be reached in this way at this moment (now, if none is given).

    ``by_machine``: nobody reads the note on the way out, as when many are written to; who has a
    note or a safe word is then closed. ``risk``: whether safety is at stake, where it was looked
    up for many at once.
    """
    risk = at_risk(resident) if risk is None else risk
    wording, rule_alone = instruction(resident, risk=risk), rule_of(resident)
    if resident.is_dead:
        return ReachAnswer(False, "reported dead", wording)
    if resident.state in (Resident.State.MERGED, Resident.State.ERASED):
        return ReachAnswer(False, resident.get_state_display().lower(), wording)
    if why := ways.closed(rule_alone, way, at_risk=risk):
        return ReachAnswer(False, why, wording)
    rule = in_force(resident, risk=risk)
    if ways.closed(rule, way, at_risk=risk):
        return ReachAnswer(False, CHECKED, wording)
    if by_machine and (rule.note or rule.word):
        return ReachAnswer(False, "has a note that a person must read first", wording)
    moment = timezone.localtime(at)
    if ways.in_hours(rule, way, moment):
        return ReachAnswer(True, "", wording)
    later = ways.next_moment(rule, way, moment)
    return ReachAnswer(False, f"not at this hour: {ways.hours_in_words(rule)}", wording, later)


def instruction(resident: Resident, *, risk: bool | None = None) -> str:
    """What whoever gets a number or an address of theirs must read first, in whole sentences."""
    if resident.is_dead:
        return "Reported dead. Nobody rings, writes or visits."
    rule = rule_of(resident)
    risk = at_risk(resident) if risk is None else risk
    if rule.contact == ways.NOT_ASKED:
        parts = ["Not asked yet how it is safe to reach them"]
        parts.append(
            "Do not ring, text, write or visit: they contact the desk, or somebody finds "
            "out and writes it down"
            if risk
            else "Ask that first"
        )
    else:
        parts = [Resident.Contact(rule.contact).label]
    strictest_rule = in_force(resident, risk=risk)
    if not_now := _closed_besides(rule, strictest_rule):
        # It names no other record: whoever reads it must not learn that there is one.
        # What they said themselves would say the opposite, so it waits as well.
        parts = [f"How to reach them is being checked. Until then do not {not_now}"]
    hours = ways.hours_in_words(strictest_rule)
    parts += [f"Only {hours}"] if hours else []
    parts += [f"Safe word: {', '.join(rule.word.splitlines())}"] if rule.word else []
    parts += rule.note.splitlines()
    return " ".join(f"{part.strip().rstrip('.')}." for part in parts if part.strip())


def _closed_besides(alone: Rule, together: Rule) -> str:
    """What an undecided pair closes that somebody's own rule leaves open, in words."""
    shut = [
        word
        for channel, word in IN_WORDS.items()
        if not ways.closed(alone, channel, at_risk=True)
        and ways.closed(together, channel, at_risk=True)
    ]
    return ", ".join(shut[:-1]) + (" or " if shut[:-1] else "") + shut[-1] if shut else ""


# --- For a page -------------------------------------------------------------------------------


@dataclass
class Reach:
    """What a page may show of how to reach somebody, with the answers for each way."""

    instruction: str
    ring: ReachAnswer
    text: ReachAnswer
    email: ReachAnswer
    letter: ReachAnswer
    visit: ReachAnswer
    numbers: list[str] = field(default_factory=list)
    mail_to: str = ""
    place: str = ""
    not_asked: bool = False
    refuge: bool = False

    @property
    def nobody(self) -> bool:
        """Nothing at all is open, at any hour."""
        return not any(a.ever for a in (self.ring, self.text, self.email, self.letter, self.visit))


def of(
    resident: Resident, *, at: datetime | None = None, risk: bool | None = None, inside: bool = True
) -> Reach:
    """How to reach somebody, for a page.

    ``inside``: the reader works at the desk, and sees a number that must not be rung at this hour
    or at all, without a link, as long as anything is open; others get only what is open.
    """
    risk = at_risk(resident) if risk is None else risk
    ring, text, email, letter, visit = (
        may(resident, way=channel, at=at, risk=risk) for channel in Way
    )
    reach = Reach(instruction(resident, risk=risk), ring, text, email, letter, visit)
    reach.not_asked = resident.contact == ways.NOT_ASKED
    reach.refuge = resident.lives == Resident.Lives.REFUGE
    if reach.nobody:
        return reach

    def is_shown(*answers: ReachAnswer) -> bool:
        return inside or any(answer.ever for answer in answers)

    if is_shown(ring, text):
        reach.numbers = resident.phone_list
    if is_shown(email):
        reach.mail_to = resident.email
    if is_shown(letter, visit):
        reach.place = place_of(resident)
    return reach


def place_of(resident: Resident) -> str:
    """Where they live, in one line; "" for a refuge or no fixed address."""
    if resident.lives != Resident.Lives.ADDRESS:
        return ""
    return f"{resident.address} {resident.postcode}".strip()


INSTEAD = ((Way.RING, "call"), (Way.TEXT, "text"), (Way.EMAIL, "e-mail"), (Way.LETTER, "letter"))


def way_for(resident: Resident, *, risk: bool | None = None) -> tuple[Way | None, str]:
    """By which way a promised call is kept, and its word; (None, …) where nothing is open."""
    for channel, word in INSTEAD:
        if may(resident, way=channel, risk=risk).ever:
            return channel, word
    return None, "contact"


def within_hours(
    resident: Resident, due: datetime, *, now: datetime | None = None, risk: bool | None = None
) -> datetime:
    """A promised moment, put into the hours in which it is safe to get in touch."""
    channel, _ = way_for(resident, risk=risk)
    if channel is None:
        return due
    local = timezone.localtime(now or timezone.now())
    return ways.fit(in_force(resident, risk=risk), channel, timezone.localtime(due), local)

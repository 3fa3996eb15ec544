"""Who may check a claim: somebody of another organisation who does not know its partner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.partners.access import organisations_of
from commonweal.partners.models import Membership

from .models import Entry, Pledge, Recusal
from .review_reads import Waiting
from .standing import Kind, fold


def recusal_of(pledge: Pledge, by: Person) -> Recusal | None:
    """That somebody said they know the partner of a pledge."""
    theirs = Recusal.objects.filter(reviewer=by, taken_back_on=None)
    return theirs.filter(claim__pledge__partner=pledge.partner_id).first()


def why_not_review(pledge: Pledge, claim_entry: Entry, by: Person) -> str:
    """Why a person may not review a claim; "" when they may."""
    if pledge.partner in organisations_of(by):
        return (
            f"You belong to {pledge.partner.name}, which made this claim. A reviewer of another "
            "organisation must do it."
        )
    if claim_entry.by_code == by.code:
        return "You made this claim yourself. A reviewer of another organisation must do it."
    if recusal_of(pledge, by):
        return f"You said that you know {pledge.partner.name}. Another reviewer must do it."
    earlier = pledge.entries.filter(kind=Kind.REVIEW, body__about=claim_entry.seq)
    if any(entry.by_code == by.code for entry in earlier):
        return "You have reviewed this claim already. Another reviewer takes the second look."
    return _why_none_is_wanted(pledge, claim_entry)


def _why_none_is_wanted(pledge: Pledge, claim_entry: Entry) -> str:
    state = fold(pledge.entries.all(), timezone.localdate())
    reviewed = state.claim(claim_entry.seq)
    if reviewed is None or not reviewed.reviews:
        return ""
    last = reviewed.reviews[-1]
    if last.verdict == "upheld":
        return "This claim has been verified already."
    if last.replied_on is None or last.agrees:
        return (
            "This claim has been reviewed. A second review follows only when the partner "
            "contests the first."
        )
    return ""


@dataclass
class Conflicts:
    """The same of many claims that wait and many reviewers, read once."""

    belongs: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    knows: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def may(self, person: Person, waiting: Waiting) -> bool:
        """Whether nothing stands between a reviewer and a claim that waits."""
        partner = waiting.pledge.partner_id
        if partner in self.belongs[person.pk] or partner in self.knows[person.pk]:
            return False
        written = [waiting.claim.by_code, *(entry.by_code for entry in waiting.reviews)]
        return person.code not in written


def conflicts_of(people: Collection[Person]) -> Conflicts:
    """What each of some people belongs to, and whom they know."""
    conflicts = Conflicts()
    memberships = Membership.objects.current().filter(person__in=people)
    for person_id, partner_id in memberships.values_list("person", "partner"):
        conflicts.belongs[person_id].add(partner_id)
    recusals = Recusal.objects.filter(reviewer__in=people, taken_back_on=None)
    for person_id, partner_id in recusals.values_list("reviewer", "claim__pledge__partner"):
        conflicts.knows[person_id].add(partner_id)
    return conflicts

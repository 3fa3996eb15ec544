"""Claims are given to reviewers: one by one, or many by how much each holds."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Appointment, Person, Role
from commonweal.accounts.record import record
from commonweal.design.words import many
from commonweal.office.errors import Refused
from commonweal.partners.models import Membership

from . import asking_more
from .conflicts import Conflicts, conflicts_of, why_not_review
from .models import Entry, Recusal, ReviewAssignment
from .review_reads import Waiting, reviews_waiting

CHANGED = (
    "Something has changed since you looked: a claim was checked or given out, or somebody is no "
    "reviewer any more. Look again at who would get how many."
)


@dataclass
class Reviewer:
    """Somebody who checks claims, what they belong to, and how many they hold today."""

    person: Person
    organisations: list[str]
    load: int = 0

    @property
    def name(self) -> str:
        """Name and organisation."""
        of = ", ".join(self.organisations) or "no organisation"
        return f"{self.person.name or self.person.email} ({of})"

    @property
    def title(self) -> str:
        """Name, organisation and load, as they are chosen by."""
        return f"{self.name}: holds {self.load}"


@dataclass
class ShareOfOne:
    """What one reviewer would get, and would hold then."""

    reviewer: Reviewer
    claims: list[Waiting] = field(default_factory=list)

    @property
    def then(self) -> int:
        return self.reviewer.load + len(self.claims)


@dataclass
class Sharing:
    """Who would get which of the claims that nobody has; ``nobody``: those that none of the
    chosen may check, or for which none has room."""

    shares: list[ShareOfOne]
    nobody: list[Waiting]

    @property
    def count(self) -> int:
        return sum(len(share.claims) for share in self.shares)

    @property
    def mark(self) -> str:
        """What it says, to see that it is still the one that somebody looked at."""
        pairs = ".".join(
            f"{share.reviewer.person.pk}-{claim.claim.seq}"
            for share in self.shares
            for claim in share.claims
        )
        return hashlib.sha256(pairs.encode()).hexdigest()


def held_by_each(waiting: Sequence[Waiting], on: date) -> Counter[int]:
    """How many claims that wait for a review each reviewer holds; those that wait for the partner
    are no load."""
    wait = {claim.claim.seq for claim in waiting} - set(asking_more.running(on))
    return Counter(
        ReviewAssignment.objects.filter(claim__in=wait).values_list("reviewer", flat=True)
    )


def reviewers(waiting: Sequence[Waiting], on: date) -> list[Reviewer]:
    """Everybody who is a reviewer on a day, by name."""
    current = Appointment.objects.current(on).filter(role=Role.REVIEWER, person__is_active=True)
    people = Person.objects.filter(pk__in=current.values("person")).order_by("name", "pk")
    load = held_by_each(waiting, on)
    names: dict[int, list[str]] = {}
    memberships = Membership.objects.current().filter(person__in=people).order_by("partner__name")
    for person_id, name in memberships.values_list("person", "partner__name"):
        names.setdefault(person_id, []).append(name)
    return [Reviewer(person, names.get(person.pk, []), load[person.pk]) for person in people]


def able_to_check(claim_entry: Entry, *, on: date) -> dict[int, str]:
    """Who may be given a claim, by their key: name, organisation and load."""
    pledge = claim_entry.pledge
    return {
        reviewer.person.pk: reviewer.title
        for reviewer in reviewers(reviews_waiting(on), on)
        if not why_not_review(pledge, claim_entry, reviewer.person)
    }


def unassigned(waiting: Sequence[Waiting], on: date) -> list[Waiting]:
    """Claims that nobody holds and that wait for no partner, oldest first."""
    if not waiting:
        return []
    taken = set(ReviewAssignment.objects.values_list("claim", flat=True))
    taken |= set(asking_more.running(on))
    return [claim for claim in waiting if claim.claim.seq not in taken]


def plan(
    claims: Sequence[Waiting],
    chosen: Sequence[Reviewer],
    shares: Mapping[int, int],
    *,
    most: int | None = None,
) -> Sharing:
    """Give each claim, the oldest first, to whoever holds least for their share.

    Parameters
    ----------
    shares
        The share of each reviewer by their key: who has 2 gets twice as much as who has 1.
    most
        No reviewer gets more than so many in all.
    """
    conflicts = conflicts_of([reviewer.person for reviewer in chosen])
    by_reviewer = [ShareOfOne(reviewer) for reviewer in chosen if shares.get(reviewer.person.pk, 0)]
    nobody = []
    for claim in claims:
        able = _able(by_reviewer, claim, conflicts, most)
        if not able:
            nobody.append(claim)
            continue
        least = min(able, key=lambda share: Fraction(share.then, shares[share.reviewer.person.pk]))
        least.claims.append(claim)
    return Sharing(by_reviewer, nobody)


def _able(
    by_reviewer: Sequence[ShareOfOne], claim: Waiting, conflicts: Conflicts, most: int | None
) -> list[ShareOfOne]:
    """Those who may check a claim and have room for it."""
    return [
        share
        for share in by_reviewer
        if conflicts.may(share.reviewer.person, claim) and (most is None or share.then < most)
    ]


@transaction.atomic
def give_out(*, plan: Sharing, shown: str, by: Person) -> uuid.UUID:
    """Give out many claims as they were shown; each reviewer is told once. Returns the batch.

    Raises
    ------
    Refused
        The plan is another one than was shown, or gives nothing to anybody.
    """
    if plan.mark != shown:
        raise Refused(CHANGED)
    if not plan.count:
        raise Refused("There is nothing to give out.")
    batch = uuid.uuid4()
    for share in plan.shares:
        for waiting in share.claims:
            _, is_new = ReviewAssignment.objects.get_or_create(
                claim=waiting.claim,
                defaults={"reviewer": share.reviewer.person, "assigned_by": by, "batch": batch},
            )
            if not is_new:
                raise Refused(CHANGED)
            _record(waiting.claim, by, Role.CHARTER_MANAGER)
        _tell_of_many(share, batch)
    return batch


def _tell_of_many(share: ShareOfOne, batch: uuid.UUID) -> None:
    if not share.claims:
        return
    lines = "".join(
        f"{waiting.pledge.partner.name}: {waiting.pledge.statement[:80]}\n"
        f"{settings.ADDRESS}/desk/review/{waiting.claim.seq}/\n\n"
        for waiting in share.claims[:5]
    )
    mail.write(
        key=f"assigned-{batch}-{share.reviewer.person.pk}",
        person=share.reviewer.person,
        subject=f"{many(len(share.claims), 'claim')} to review: "
        f"{share.claims[0].pledge.partner.name}" + (" and others" if len(share.claims) > 1 else ""),
        body=f"{many(len(share.claims), 'claim')} {'was' if len(share.claims) == 1 else 'were'} "
        f"given to you for review. The oldest:\n\n{lines}"
        f"All of yours: {settings.ADDRESS}/desk/review/?show=yours\n",
    )


@transaction.atomic
def take_back(*, batch: uuid.UUID, by: Person) -> int:
    """Take back what was given out together and was not checked since; return how many.

    Raises
    ------
    Refused
        All of it was checked, given on, or taken back already.
    """
    waiting = [claim.claim.seq for claim in reviews_waiting(timezone.localdate())]
    return _take_back(ReviewAssignment.objects.filter(batch=batch, claim__in=waiting), by)


@transaction.atomic
def assign(
    *, claim_entry: Entry, reviewer: Person, by: Person, as_role: Role = Role.CHARTER_MANAGER
) -> ReviewAssignment:
    """Give a claim to a reviewer, or to another one. Only to one who may review it.

    Raises
    ------
    Refused
        They are no reviewer today, or may not check this claim.
    """
    if Role.REVIEWER not in roles_of(reviewer):
        raise Refused("This person is no reviewer today.")
    if reason := why_not_review(claim_entry.pledge, claim_entry, reviewer):
        raise Refused(f"This reviewer can't do it. The system would say: {reason}")
    assignment, _ = ReviewAssignment.objects.update_or_create(
        claim=claim_entry, defaults={"reviewer": reviewer, "assigned_by": by, "batch": None}
    )
    _record(claim_entry, by, as_role)
    mail.write(
        key=f"assigned-{claim_entry.seq}-{reviewer.pk}",
        person=reviewer,
        subject=f"A claim to review: {claim_entry.pledge.partner.name}",
        body=f"{claim_entry.pledge.partner.name}: {claim_entry.pledge.statement[:80]}\n"
        f"{settings.ADDRESS}/desk/review/{claim_entry.seq}/\n",
    )
    return assignment


def _record(claim_entry: Entry, by: Person, as_role: Role) -> None:
    record(
        "claim assigned", about=claim_entry.pledge, by=by, as_role=as_role, entry=claim_entry.seq
    )


@transaction.atomic
def give_back(*, claim_entry: Entry, by: Person) -> None:
    """A reviewer lays a claim back into the queue.

    Raises
    ------
    Refused
        It is given to somebody else, or to nobody.
    """
    if not ReviewAssignment.objects.filter(claim=claim_entry, reviewer=by).delete()[0]:
        raise Refused("This claim is not given to you any more.")
    record(
        "claim given back",
        about=claim_entry.pledge,
        by=by,
        as_role=Role.REVIEWER,
        entry=claim_entry.seq,
    )


@transaction.atomic
def stand_back(*, claim_entry: Entry, because: str, by: Person) -> Person | None:
    """A reviewer knows the partner of a claim: all that they hold of it goes to others. Returns
    who has this claim now; None: nobody else may check it, so the charter manager sees it.

    Raises
    ------
    Refused
        They can't check it anyhow, for another reason.
    """
    if not because.strip():
        raise Refused("Say why you can't check it.")
    if reason := why_not_review(claim_entry.pledge, claim_entry, by):
        raise Refused(reason)
    today = timezone.localdate()
    Recusal.objects.create(claim=claim_entry, reviewer=by, because=because, said_on=today)
    record(
        "reviewer stood back",
        about=claim_entry.pledge,
        by=by,
        as_role=Role.REVIEWER,
        entry=claim_entry.seq,
    )
    waiting = reviews_waiting(today)
    partner = claim_entry.pledge.partner_id
    held = ReviewAssignment.objects.filter(reviewer=by, claim__pledge__partner=partner)
    seqs = set(held.values_list("claim", flat=True)) | {claim_entry.seq}
    held.delete()
    for claim in waiting:
        if claim.claim.seq in seqs:
            _pass_on(claim, waiting, by)
    has = ReviewAssignment.objects.filter(claim=claim_entry).select_related("reviewer").first()
    return has.reviewer if has else None


def _pass_on(claim: Waiting, waiting: Sequence[Waiting], by: Person) -> None:
    """Give a claim to whoever may check it and holds least."""
    today = timezone.localdate()
    if ReviewAssignment.objects.filter(claim=claim.claim).exists():
        return
    others = reviewers(waiting, today)
    for share in plan([claim], others, {reviewer.person.pk: 1 for reviewer in others}).shares:
        if share.claims:
            assign(
                claim_entry=claim.claim,
                reviewer=share.reviewer.person,
                by=by,
                as_role=Role.REVIEWER,
            )


@transaction.atomic
def stand_in_again(*, recusal: Recusal, by: Person) -> None:
    """Take back that one knows a partner.

    Raises
    ------
    Refused
        It was taken back already.
    """
    today = timezone.localdate()
    if not Recusal.objects.filter(pk=recusal.pk, reviewer=by, taken_back_on=None).update(
        taken_back_on=today
    ):
        raise Refused("You have taken that back already.")
    record(
        "reviewer stands in again",
        about=recusal.claim.pledge,
        by=by,
        as_role=Role.REVIEWER,
        entry=recusal.claim_id,
    )


@dataclass
class GivenTogether:
    """Claims that were given out together and wait for their reviews still."""

    code: uuid.UUID
    given_at: datetime
    given_by: Person
    count: int = 0


def batches(waiting: Sequence[Waiting]) -> list[GivenTogether]:
    """What was given out together and can be taken back, the newest first."""
    assignments = ReviewAssignment.objects.filter(
        batch__isnull=False, claim__in=[claim.claim.seq for claim in waiting]
    ).select_related("assigned_by")
    together: dict[uuid.UUID, GivenTogether] = {}
    for assignment in assignments.order_by("-assigned_at"):
        if assignment.batch is not None:
            batch = together.setdefault(
                assignment.batch,
                GivenTogether(assignment.batch, assignment.assigned_at, assignment.assigned_by),
            )
            batch.count += 1
    return list(together.values())


@transaction.atomic
def take_back_from(*, reviewer: Person, by: Person) -> int:
    """Take back all that a reviewer holds and has not checked: they are away. Return how many.

    Raises
    ------
    Refused
        They hold nothing.
    """
    waiting = [claim.claim.seq for claim in reviews_waiting(timezone.localdate())]
    return _take_back(ReviewAssignment.objects.filter(reviewer=reviewer, claim__in=waiting), by)


def _take_back(held: QuerySet[ReviewAssignment], by: Person) -> int:
    assignments = list(held.select_related("claim__pledge"))
    if not assignments:
        raise Refused("Nothing of it is left to take back.")
    held.delete()
    for assignment in assignments:
        record(
            "claim taken back",
            about=assignment.claim.pledge,
            by=by,
            as_role=Role.CHARTER_MANAGER,
            entry=assignment.claim_id,
        )
    return len(assignments)

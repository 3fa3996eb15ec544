"""What waits for the town's own people, as their digest says it: each queue with its count, its
five oldest and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.models import Person, Role
from commonweal.charter.models import TierAward
from commonweal.partners.models import ActingRequest, NameChange, Partner

from . import asking_more, giving_out, review_reads, role_queues, wishes
from .conflicts import conflicts_of
from .models import Pledge, Question
from .owing import Members, Owed, Queue
from .review_reads import Waiting
from .role_queues import RoleQueue, Waits

Row = tuple[str, str, date, str]
"""A key, what it is, since when it waits, its address."""


def owed_to_desks(on: date, members: Members) -> Iterator[Owed]:
    """Everything that waits at a desk on a day, to each person for whom it waits."""
    of_role = role_queues.holders(on)
    somebody_looks = of_role[Role.REVIEWER] or of_role[Role.CHARTER_MANAGER]
    waiting = review_reads.reviews_waiting(on) if somebody_looks else []
    yield from _reviews(waiting, list(of_role[Role.REVIEWER].values()), on)
    yield from _manager(waiting, list(of_role[Role.CHARTER_MANAGER].values()), on)
    panel = of_role[Role.REVIEWER] | of_role[Role.VALIDATOR]
    yield from _tiers(list(panel.values()), on, members)
    yield from role_queues.owed(on, of_role)


def about(pledge: Pledge) -> str:
    return f"{pledge.partner.name}: {pledge.statement[:80]}"


def each(people: Sequence[Person], queue: Queue, rows: Iterable[Row]) -> Iterator[Owed]:
    """Each row of a queue, to each of some people."""
    for key, sentence, since, path in rows:
        for person in people:
            yield Owed(person.pk, key, sentence, path, queue, since)


OF_MANAGER = "desk-charter-queue"
REVIEWS = Queue("claim waits for a review,claims wait for a review", "desk-review")


def _reviews(waiting: Sequence[Waiting], people: Sequence[Person], on: date) -> Iterator[Owed]:
    """To a reviewer what is given to them, and what is free and they may check."""
    if not waiting:
        return
    conflicts, assigned = conflicts_of(people), review_reads.assigned()
    asked_for = asking_more.running(on)
    for claim in waiting:
        seq = claim.claim.seq
        if seq in asked_for:
            continue
        holder = assigned.get(seq)
        able = [
            person for person in people if holder in (None, person) and conflicts.may(person, claim)
        ]
        row = (
            f"review-{seq}-{len(claim.reviews)}",
            about(claim.pledge),
            claim.claim.happened_on,
            reverse("desk-review-claim", args=[seq]),
        )
        yield from each(able, REVIEWS, [row])


def _manager(waiting: Sequence[Waiting], managers: Sequence[Person], on: date) -> Iterator[Owed]:
    """Claims without a reviewer; what else waits for the manager stands in the table."""
    if managers:
        title = "claim has no reviewer,claims have no reviewer"
        queue = Queue(title, OF_MANAGER, which=("claims",))
        yield from each(managers, queue, _unassigned(waiting, on))


def _partners() -> Iterator[Row]:
    for partner in Partner.objects.filter(accepted_on=None, returned_because="", merged_into=None):
        joined_on = timezone.localdate(partner.joined_at)
        path = reverse("desk-partner", args=[partner.code])
        yield f"desk-partner-{partner.code}", partner.name, joined_on, path


def _acting() -> Iterator[Row]:
    for acting in ActingRequest.objects.filter(state="waiting").select_related("partner"):
        asked_on = timezone.localdate(acting.asked_at)
        path = reverse("desk-acting", args=[acting.pk])
        yield f"desk-acting-{acting.pk}", acting.partner.name, asked_on, path


def _names() -> Iterator[Row]:
    for change in NameChange.objects.filter(state="waiting").select_related("partner"):
        asked_on = timezone.localdate(change.asked_at)
        path = reverse("desk-name", args=[change.pk])
        yield f"desk-name-{change.pk}", change.partner.name, asked_on, path


def _pledges() -> Iterator[Row]:
    proposed = Pledge.objects.filter(
        accepted_on=None, returned_because="", partner__in=Partner.objects.acting()
    ).select_related("partner")
    for pledge in proposed:
        path = reverse("desk-pledge", args=[pledge.code])
        key = f"desk-pledge-{pledge.code}-{pledge.entry_count}"
        yield key, about(pledge), pledge.made_on, path


def _wishes() -> Iterator[Row]:
    for draft in wishes.waiting():
        wish = wishes.wish_of(draft)
        sent_on = timezone.localdate(wish.since)
        sentence = f"{draft.partner.name}: {wish.statement[:80]}"
        path = reverse("desk-wish", args=[draft.code])
        yield f"desk-wish-{draft.code}-{sent_on}", sentence, sent_on, path


def _questions() -> Iterator[Row]:
    """The words of a question are read at the desk alone: nobody has looked at them yet."""
    unread = Question.objects.filter(entry=None, refused_on=None)
    for question in unread.select_related("pledge__partner"):
        path = reverse("desk-question", args=[question.pk])
        yield (
            f"desk-question-{question.pk}",
            f"To {about(question.pledge)}",
            question.asked_on,
            path,
        )


def _manages(code: str, title: str, rows: Callable[[], Iterator[Row]]) -> None:
    """Put a queue of the charter manager's into the table, under the code of its page."""

    def read(on: date) -> Iterator[Waits]:
        return (Waits(*row_parts) for row_parts in rows())

    managers = (Role.CHARTER_MANAGER,)
    role_queues.add(RoleQueue(code, title, managers, OF_MANAGER, read, which=(code,)))


_manages("partners", "partner waits to be accepted,partners wait to be accepted", _partners)
_manages("acting", "“this is us” waits for an answer,“this is us” wait for an answer", _acting)
_manages("names", "new name waits,new names wait", _names)
_manages("pledges", "pledge waits to be accepted,pledges wait to be accepted", _pledges)
_manages("wishes", "promise waits for its measure,promises wait for their measure", _wishes)
_manages("questions", "question waits to be read,questions wait to be read", _questions)


def _unassigned(waiting: Sequence[Waiting], on: date) -> Iterator[Row]:
    for claim in giving_out.unassigned(waiting, on):
        path = reverse("desk-assign", args=[claim.claim.seq])
        key = f"desk-assign-{claim.claim.seq}-{len(claim.reviews)}"
        yield key, about(claim.pledge), claim.claim.happened_on, path


SECOND_NAMES = Queue("tier waits for a second name,tiers wait for a second name", "desk-tiers")
WITHDRAWALS = Queue(
    "withdrawal of a tier waits to be decided,withdrawals of tiers wait to be decided",
    "desk-tiers",
)


def _tiers(people: Sequence[Person], on: date, members: Members) -> Iterator[Owed]:
    """To everybody of the panel who may decide: neither who proposed, nor the partner's own."""
    if not people:
        return
    awards = TierAward.objects.filter(withdrawn_on=None).select_related("partner", "tier")
    unconfirmed = awards.filter(confirmed_on=None)
    withdrawing = awards.exclude(withdrawal_because="").exclude(reply_until=None)
    if not any((unconfirmed, withdrawing)):
        return
    path = reverse("desk-tiers")
    for award in unconfirmed:
        able = _able(people, award, award.proposed_by_id, members)
        row = (f"desk-tier-{award.code}", _tier(award), award.proposed_on, path)
        yield from each(able, SECOND_NAMES, [row])
    for award in withdrawing:
        may_on = on if award.reply else award.reply_until
        if may_on is not None and may_on <= on and (award.reply or may_on < on):
            able = _able(people, award, award.withdrawal_by_id, members)
            key = f"desk-withdrawal-{award.code}-{award.reply_until}"
            yield from each(able, WITHDRAWALS, [(key, _tier(award), may_on, path)])


def _tier(award: TierAward) -> str:
    return f"{award.partner.name}: {award.tier.name}"


def _able(
    people: Sequence[Person], award: TierAward, proposer_id: int | None, members: Members
) -> list[Person]:
    return [
        person
        for person in people
        if person.pk != proposer_id and award.partner_id not in members.partners_of[person.pk]
    ]

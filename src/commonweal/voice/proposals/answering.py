"""Answering proposals: each ends accepted, merged or declined, with a written answer."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.design.words import many
from commonweal.office.errors import Refused

from ..access import role_of
from ..consultations import guards
from ..models import Comment, Consultation, Phase, Proposal, Visibility
from .reading import tell

Outcome = Proposal.Outcome


def _to_answer(proposal: Proposal) -> Proposal:
    """The proposal, locked with its consultation, where it waits for an answer."""
    consultation = Consultation.objects.select_for_update().get(pk=proposal.consultation_id)
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.visibility != Visibility.SHOWN:
        raise Refused("Only a proposal that is shown gets an answer. Read it first.")
    if proposal.outcome:
        raise Refused("It has an answer already.")
    # One that an appeal showed after the consultation was closed waits for its answer all the same.
    is_closed = consultation.phase(timezone.localdate()) == Phase.ANSWERED
    if is_closed and proposal.appeal_on is None:
        raise Refused("The consultation is closed.")
    return proposal


def _answer(
    proposal: Proposal, outcome: str, answer: str, by: Person, into: Proposal | None = None
) -> None:
    if not answer.strip():
        raise Refused("Write the answer that its author and everybody else reads.")
    proposal.outcome, proposal.answer, proposal.merged_into = outcome, answer.strip(), into
    proposal.answered_on, proposal.answered_by = timezone.localdate(), by
    proposal.save(update_fields=["outcome", "answer", "merged_into", "answered_on", "answered_by"])
    record(f"proposal {outcome}", about=proposal, by=by, as_role=role_of(by))
    tell(
        proposal,
        key=f"proposal-answered-{proposal.pk}-{by.pk}",
        subject=f"Answered: what you proposed, {proposal.title}",
        body=f"The answer stands here:\n{settings.ADDRESS}{proposal.get_absolute_url()}\n",
    )


@transaction.atomic
def accept(*, proposal: Proposal, answer: str, by: Person) -> None:
    """Accept a proposal, and say what will be done.

    Raises
    ------
    Refused
        It is not shown, was answered already, or the answer is empty.
    """
    _answer(_to_answer(proposal), Outcome.ACCEPTED, answer, by)


@transaction.atomic
def decline(*, proposal: Proposal, answer: str, by: Person) -> None:
    """Decline a proposal, and say why.

    Raises
    ------
    Refused
        As `accept` does.
    """
    _answer(_to_answer(proposal), Outcome.DECLINED, answer, by)


@transaction.atomic
def merge(*, proposal: Proposal, into: Proposal, answer: str, by: Person) -> None:
    """Merge a proposal into another of the same consultation: both pages lead to each other.

    Raises
    ------
    Refused
        As `accept` does; or it would lead to itself, to one that is not shown, is merged or was
        declined; or others were merged into it.
    """
    proposal = _to_answer(proposal)
    into = Proposal.objects.select_for_update().get(pk=into.pk)
    if into.pk == proposal.pk or into.consultation_id != proposal.consultation_id:
        raise Refused("Choose another proposal of the same consultation.")
    if into.visibility != Visibility.SHOWN or into.outcome in (Outcome.MERGED, Outcome.DECLINED):
        raise Refused("Choose one that is shown, and neither merged nor declined.")
    if proposal.merged.exists():
        raise Refused("Others were merged into it. Merge the other one into it instead.")
    _answer(proposal, Outcome.MERGED, answer, by, into)


@transaction.atomic
def take_back(*, proposal: Proposal, by: Person) -> None:
    """Take an answer back while the consultation is not closed: it waits for another.

    Raises
    ------
    Refused
        It has none, others were merged into it, something is done about it, or the consultation
        is closed.
    """
    consultation = Consultation.objects.select_for_update().get(pk=proposal.consultation_id)
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if consultation.phase(timezone.localdate()) == Phase.ANSWERED:
        raise Refused("The consultation is closed.")
    if not proposal.outcome:
        raise Refused("It has no answer yet.")
    if proposal.merged.exists() or proposal.ties.exists():
        raise Refused("Others were merged into it, or something is done about it.")
    proposal.outcome = proposal.answer = ""
    proposal.answered_on = proposal.merged_into = None
    proposal.save(update_fields=["outcome", "answer", "answered_on", "merged_into"])
    record("answer taken back", about=proposal, by=by, as_role=role_of(by))


def waits(consultation: Consultation) -> str:
    """What of a consultation's proposals must be dealt with before it is closed."""
    sent = [
        *Proposal.objects.filter(consultation=consultation),
        *Comment.objects.filter(proposal__consultation=consultation),
    ]
    unread = sum(piece.visibility == Visibility.WAITING or piece.waits_for_appeal for piece in sent)
    if unread:
        count = many(unread, "proposal or comment,proposals or comments")
        return f"Still to be read, appeals among them: {count}."
    without = Proposal.objects.filter(
        consultation=consultation, visibility=Visibility.SHOWN, outcome=""
    ).count()
    if without:
        count = many(without, "proposal has no answer,proposals have no answer")
        return f"{count} yet. Each needs one in writing."
    return ""


guards.WAITS.append(waits)

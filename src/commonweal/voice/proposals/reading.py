"""Reading what was sent before others do: showing it, keeping it out with a reason, the appeal."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.actors import RESIDENT
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from ..access import role_of
from ..models import Comment, Proposal, Sent, Visibility

Some = Proposal | Comment
DEALT_WITH = "Somebody else has dealt with this already."


def _locked(sent: Some) -> Some:
    if isinstance(sent, Proposal):
        return Proposal.objects.select_for_update().get(pk=sent.pk)
    return Comment.objects.select_for_update().get(pk=sent.pk)


def address_of(sent: Sent) -> str:
    """The page on which its author follows it."""
    return f"{settings.ADDRESS}{reverse('own-sent', args=[sent.own_key])}"


def tell(sent: Sent, *, key: str, subject: str, body: str) -> None:
    """Write to an author who wants to be told. Neither subject nor key names anybody."""
    if sent.email or sent.person:
        mail.write(
            key=key,
            subject=subject,
            body=body,
            to_email=sent.email,
            person=None if sent.email else sent.person,
        )


@transaction.atomic
def show(*, sent: Some, by: Person) -> None:
    """Let others read it.

    Raises
    ------
    Refused
        Somebody has read it already.
    """
    sent = _locked(sent)
    if sent.visibility != Visibility.WAITING:
        raise Refused(DEALT_WITH)
    _look(sent, Visibility.SHOWN, "", by)
    record("shown", about=sent, by=by, as_role=role_of(by))


@transaction.atomic
def keep_out(*, sent: Some, because: str, by: Person) -> None:
    """Keep it out, with a reason that its author reads; one that is shown can be taken off.

    Raises
    ------
    Refused
        It is kept out already, or it was answered.
    """
    sent = _locked(sent)
    if sent.visibility == Visibility.KEPT_OUT:
        raise Refused(DEALT_WITH)
    if isinstance(sent, Proposal) and (sent.outcome or sent.merged.exists()):
        raise Refused("It has its answer, or others were merged into it: that stands in public.")
    _look(sent, Visibility.KEPT_OUT, because, by)
    record("kept out", about=sent, by=by, as_role=role_of(by))
    tell(
        sent,
        key=f"kept-out-{type(sent).__name__.lower()}-{sent.pk}",
        subject="What you sent is not shown",
        body=f"Somebody of the town read what you sent, and it is not shown. Why, and how you can "
        f"have it looked at again, stands here:\n{address_of(sent)}\n",
    )


def _look(sent: Some, visibility: Visibility, because: str, by: Person) -> None:
    sent.visibility, sent.because = visibility, because
    sent.looked_by, sent.looked_on = by, timezone.localdate()
    sent.save(update_fields=["visibility", "because", "looked_by", "looked_on"])


@transaction.atomic
def appeal(*, sent: Some, appeal: str) -> None:
    """The author asks that somebody else looks at it again: once.

    Raises
    ------
    Refused
        It is not kept out, or they have asked before.
    """
    sent = _locked(sent)
    if sent.visibility != Visibility.KEPT_OUT:
        raise Refused("It is not kept out.")
    if sent.appealed_on:
        raise Refused("You have asked already.")
    sent.appeal, sent.appealed_on = appeal, timezone.localdate()
    sent.save(update_fields=["appeal", "appealed_on"])
    record("appeal made", about=sent, by=None, as_role=RESIDENT)


@transaction.atomic
def decide_appeal(*, sent: Some, is_shown: bool, answer: str, by: Person) -> None:
    """Another person than the one who kept it out decides, with an answer.

    Raises
    ------
    Refused
        Nobody appealed, it was decided already, or it is the same person.
    """
    sent = _locked(sent)
    if not sent.waits_for_appeal:
        raise Refused(DEALT_WITH)
    if sent.looked_by_id == by.pk:
        raise Refused("You kept it out yourself: somebody else decides.")
    sent.appeal_answer, sent.appeal_by, sent.appeal_on = answer, by, timezone.localdate()
    sent.visibility = Visibility.SHOWN if is_shown else Visibility.KEPT_OUT
    sent.save(update_fields=["appeal_answer", "appeal_by", "appeal_on", "visibility"])
    record("appeal decided", about=sent, by=by, as_role=role_of(by), shown=is_shown)
    tell(
        sent,
        key=f"appeal-{type(sent).__name__.lower()}-{sent.pk}",
        subject="What you sent was looked at again",
        body=f"The answer stands here:\n{address_of(sent)}\n",
    )

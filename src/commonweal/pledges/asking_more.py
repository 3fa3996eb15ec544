"""A reviewer asks a partner for more evidence of a claim; it waits, and comes back."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.actors import EDITOR
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.partners.access import must_act
from commonweal.places.models import the_town

from .conflicts import why_not_review
from .holding import tell
from .models import Entry, MoreAsked, Pledge


def running(on: date) -> dict[int, MoreAsked]:
    """What partners were asked for and may still bring on a day, by the claim's number."""
    requests = MoreAsked.objects.filter(ended_on=None, until__gte=on).select_related(
        "asked_by", "claim"
    )
    return {request.claim_id: request for request in requests}


def running_of(pledge: Pledge, on: date) -> list[MoreAsked]:
    return list(MoreAsked.objects.filter(claim__pledge=pledge, ended_on=None, until__gte=on))


@transaction.atomic
def ask_for_more(*, claim_entry: Entry, wanted: str, by: Person) -> MoreAsked:
    """Tell a partner what a reviewer still needs to see of a claim.

    They have as long for it as for a reply to a review; then the claim waits for its review
    again, whatever came.

    Raises
    ------
    Refused
        This person may not review the claim, or more was asked for already.
    """
    pledge = claim_entry.pledge
    # Two reviewers at one moment: the second waits here, then is told.
    Pledge.objects.select_for_update().get(pk=pledge.pk)
    if reason := why_not_review(pledge, claim_entry, by):
        raise Refused(reason)
    today = timezone.localdate()
    if claim_entry.pk in running(today):
        raise Refused("More was asked for already; the partner has it before them.")
    MoreAsked.objects.filter(claim=claim_entry, ended_on=None).update(ended_on=today)
    request = MoreAsked.objects.create(
        claim=claim_entry,
        wanted=wanted,
        asked_by=by,
        asked_on=today,
        until=today + timedelta(days=the_town().reply_days),
    )
    record(
        "more evidence asked for", about=pledge, by=by, as_role=Role.REVIEWER, entry=claim_entry.seq
    )
    tell(
        pledge,
        f"more-{request.pk}",
        f"A reviewer asks for more evidence: {pledge.partner.name}",
        f"{pledge.partner.name}: {pledge.statement}\n\nTo check your report, a reviewer needs to "
        f"see more:\n\n{wanted}\n\nAdd it by {request.until:%-d %B %Y}, or say that there is "
        "nothing more:\n"
        f"{settings.ADDRESS}/space/{pledge.partner.code}/pledges/{pledge.code}/\n",
        owed=f"more-{request.pk}",
    )
    return request


def came(pledge: Pledge, claim_seq: int) -> None:
    """Evidence was attached to a claim: whoever asked for it may go on."""
    _end(pledge, claim_seq, has_come=True)


@transaction.atomic
def have_nothing_more(*, pledge: Pledge, claim_seq: int, by: Person) -> None:
    """The partner says that it has shown all that there is.

    Raises
    ------
    Refused
        The partner may not act, or nothing is asked for.
    """
    must_act(pledge.partner)
    if not _end(pledge, claim_seq, has_come=False):
        raise Refused("Nothing more is asked for any longer.")
    record("nothing more to show", about=pledge, by=by, as_role=EDITOR, entry=claim_seq)


def _end(pledge: Pledge, claim_seq: int, *, has_come: bool) -> bool:
    today = timezone.localdate()
    request = (
        MoreAsked.objects.filter(claim=claim_seq, claim__pledge=pledge, ended_on=None)
        .select_related("asked_by")
        .first()
    )
    if request is None or not MoreAsked.objects.filter(pk=request.pk, ended_on=None).update(
        ended_on=today, has_come=has_come
    ):
        return False
    outcome = "More evidence came" if has_come else "The partner has nothing more to show"
    mail.write(
        key=f"more-came-{request.pk}",
        person=request.asked_by,
        subject=f"{outcome}: {pledge.partner.name}",
        body=f"You asked {pledge.partner.name} for more about its report on:\n"
        f"{pledge.statement}\n\n{outcome}. The claim waits for its review:\n"
        f"{settings.ADDRESS}/desk/review/{claim_seq}/\n",
    )
    return True

"""Slips with the codes of paper ballots, cut off before anybody looks at what is on a ballot."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models.functions import Now

from commonweal.office.errors import Refused
from localwealth.ballots import codes

from ..models import PaperCheck, Round, VotingCode
from ..rounds import box
from . import totals

NOT_TAKEN = "The rule sheet of this round says nothing of ballots on paper."
TWICE = (
    "A ballot by this code is in already, and it stands: that came first. Put this paper aside "
    "with its slip on it; it is not counted."
)


@transaction.atomic
def take(*, budget_round: Round, typed: str) -> int:
    """Take a paper ballot by the code on its slip, and return how many were taken. Its voter has
    voted from then on. Which paper it is stands nowhere, nor when it came, nor who took it.

    Raises
    ------
    Refused
        The round takes no paper, has not begun, was stopped or counted; the sample is drawn; there
        is a slip in the code; nobody has it, it was taken back, or a ballot by it is in.
    """
    has_keys = connection.vendor == "postgresql"
    current = Round.objects.select_for_update(no_key=has_keys).get(pk=budget_round.pk)
    _must_take(current)
    try:
        digest = box.digest_of(current, codes.read(typed))
    except codes.Slip as slip:
        raise Refused(str(slip).replace("letter", "slip")) from None
    code = VotingCode.objects.select_for_update().filter(pk=digest, round=current).first()
    if code is None:
        raise Refused("Nobody was given this code for this round. Put the paper aside.")
    if code.is_revoked:
        raise Refused("This code was taken back. Put the paper aside.")
    if code.receipt is not None:
        raise Refused(TWICE)
    code.receipt = box.receipt_of(digest)
    code.save(update_fields=["receipt"])
    totals.add(current, totals.Way.PAPER)
    return totals.of(current, totals.Way.PAPER)


def _must_take(current: Round) -> None:
    if not current.takes_paper:
        raise Refused(NOT_TAKEN)
    if current.state not in (Round.State.SEALED, Round.State.CLOSED):
        raise Refused("No paper is taken: the round is not published, is counted or was stopped.")
    if not Round.objects.filter(pk=current.pk, opens_at__lte=Now()).exists():
        raise Refused("No paper is taken before voting opens.")
    if PaperCheck.objects.filter(round=current).exists():
        raise Refused("The sample is drawn. No paper is taken after it.")

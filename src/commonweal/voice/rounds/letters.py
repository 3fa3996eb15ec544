"""Codes for letters: made once as a file for the printer, kept as hashes, taken back."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.places.models import Area
from localwealth.ballots import codes

from ..access import role_of
from ..models import CodeBatch, Round, VotingCode
from . import pots
from .box import digest_of

MOST = 200_000


@transaction.atomic
def make(
    *,
    budget_round: Round,
    count: int,
    by: Person | None,
    area: Area | None = None,
    choose: Callable[[str], str] = secrets.choice,
    at: datetime | None = None,
) -> list[str]:
    """Make codes and give them out, printed in groups. They are told here once: what is kept are
    their hashes, in the order of those, which says nothing of the order in the file. ``choose``
    draws a sign, and ``at`` is when; only a fictional town has others than chance and now. In a
    round that areas share out, ``area`` is where the letters go: who votes with one votes there.

    Raises
    ------
    Refused
        The sheet is not published yet, voting is over, or too many are asked for; whoever lives
        there has nothing to share out.
    """
    current = Round.objects.select_for_update().get(pk=budget_round.pk)
    _check(current, count, area, at or timezone.now())
    last = current.batches.aggregate(last=Max("number"))["last"] or 0
    batch = CodeBatch.objects.create(
        round=current, number=last + 1, size=count, made_by=by, area=area
    )
    fresh: set[str] = set()
    while len(fresh) < count:
        fresh.add(codes.draw(choose))
    VotingCode.objects.bulk_create(
        (
            VotingCode(digest=digest, batch=batch, round=current)
            for digest in sorted(digest_of(current, code) for code in fresh)
        ),
        batch_size=5000,
    )
    record(
        "voting codes made",
        about=current,
        by=by,
        as_role=role_of(by),
        batch=batch.number,
        count=count,
    )
    return [codes.printed(code) for code in fresh]


def _check(current: Round, count: int, area: Area | None, at: datetime) -> None:
    if current.state != Round.State.SEALED or current.has_closed(at):
        raise Refused("Codes are made once the rule sheet is published, and until voting closes.")
    if not 0 < count <= MOST:
        raise Refused(f"Ask for 1 to {MOST:,} codes at a time.")
    if not pots.open_to(pots.shared_out(current, []), area.pk if area else None):
        raise Refused("Say to which area the letters go: it votes on money of its own.")


def _must_not_be_over(budget_round: Round) -> None:
    if budget_round.is_over(timezone.now()):
        raise Refused("Voting is over: no code can be taken back any more.")


@transaction.atomic
def revoke_batch(*, batch: CodeBatch, by: Person | None) -> int:
    """Take back the codes of a file that was lost, but those that somebody voted with.

    Raises
    ------
    Refused
        It was done, or voting is over.
    """
    _must_not_be_over(batch.round)
    today = timezone.localdate()
    if not CodeBatch.objects.filter(pk=batch.pk, revoked_on=None).update(revoked_on=today):
        raise Refused("The codes of this file were taken back already.")
    count = batch.codes.filter(receipt=None, is_revoked=False).update(is_revoked=True)
    record(
        "voting codes revoked", about=batch.round, by=by, as_role=role_of(by), batch=batch.number
    )
    return count


@transaction.atomic
def revoke(*, budget_round: Round, typed: str, by: Person | None) -> None:
    """Take back one code: its letter was lost, or went to somebody who may not vote.

    Raises
    ------
    Refused
        There is a slip in it; it is no code of this round; it was used, or taken back; voting is
        over.
    """
    _must_not_be_over(budget_round)
    try:
        digest = digest_of(budget_round, codes.read(typed))
    except codes.Slip as slip:
        raise Refused(str(slip)) from None
    code = VotingCode.objects.select_for_update().filter(pk=digest, round=budget_round).first()
    if code is None:
        raise Refused("Nobody was given this code for this round.")
    if code.is_revoked:
        raise Refused("This code was taken back already.")
    if code.receipt is not None:
        raise Refused("Somebody voted with this code. It can't be taken back any more.")
    code.is_revoked = True
    code.save(update_fields=["is_revoked"])
    record("voting code revoked", about=budget_round, by=by, as_role=role_of(by))

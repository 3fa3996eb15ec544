"""Codes and the ballot box: who is let in, what a ballot may say, and what goes into the box.

Nothing here writes into the record and nothing keeps a moment, so that no order in time can be
read from what stays.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.core import signing
from django.db import connection, transaction
from django.db.models.functions import Now

from commonweal.office.errors import Refused
from commonweal.office.fields import keyed_hash
from localwealth.ballots import codes

from ..models import OpenBallot, Round, VotingCode
from . import pots, sheet

SALT, TOKEN_LASTS_S = "commonweal.voice.ballot", 3 * 60 * 60
WRONG = (
    "Nobody was given this code for this round. Compare it with your letter; if it is the same, "
    "ring the council: your letter may have been replaced."
)
REVOKED = "This code was replaced by another one. Use the newer letter, or ring the council."
ON_PAPER = (
    "A ballot on paper came with this code, and it stands: that came first. If you sent none, ring "
    "the council."
)
SHUT = "No ballot is taken now: voting has not begun, or it is over."
NEITHER = (
    "No ballot with this receipt is in the box of this round, and nobody was given such a code."
)
STALE = "This page was open for too long. Type your code again; nothing was sent yet."


ELSEWHERE = "This ballot names a project that is not on it. Choose again; nothing was sent yet."


class WrongCode(Refused):
    """Nobody has this code: what counts as a guess."""


@dataclass(frozen=True)
class Put:
    """A ballot that is in the box: its receipt, and whether it took an earlier one's place."""

    receipt: str
    is_again: bool


def digest_of(budget_round: Round, code: str) -> str:
    """A code as it is kept: a hash under a key that is not in the database."""
    return keyed_hash(f"voting code:{budget_round.code}:{code}")


def receipt_of(digest: str) -> str:
    """The receipt of a code, thirteen signs like a code. It is the same whenever it is asked for,
    so a ballot that is changed keeps its receipt, and sending twice gives one."""
    number = int(keyed_hash(f"receipt:{digest}"), 16)
    while True:
        text = ""
        for _ in range(codes.LENGTH):
            number, remainder = divmod(number, len(codes.SIGNS))
            text += codes.SIGNS[remainder]
        if codes.check_sign(text) not in codes.NEVER:
            return text + codes.check_sign(text)
        number = int(keyed_hash(f"receipt:{digest}:{text}"), 16)


def is_taking(budget_round: Round) -> bool:
    """Whether ballots are taken at this moment, by the clock of the database."""
    taking = Round.objects.filter(
        pk=budget_round.pk, state=Round.State.SEALED, opens_at__lte=Now(), closes_at__gt=Now()
    )
    return taking.exists()


def came_on_paper(code: VotingCode) -> bool:
    """Whether the ballot by a code is on paper: it has voted, and nothing of it is in the box."""
    return code.receipt is not None and not OpenBallot.objects.filter(code=code).exists()


def admit(*, budget_round: Round, typed: str) -> str:
    """Let somebody to the ballot by their code; returns the token of the ballot's page, which says
    nothing of the code.

    Raises
    ------
    Refused
        Voting is not open; there is a slip in the code; it was revoked, or came with a paper.
    WrongCode
        It is no code of this round.
    """
    if not is_taking(budget_round):
        raise Refused(SHUT)
    try:
        code = codes.read(typed)
    except codes.Slip as slip:
        raise Refused(str(slip)) from None
    digest = digest_of(budget_round, code)
    known = VotingCode.objects.filter(pk=digest, round=budget_round).first()
    if known is None:
        raise WrongCode(WRONG)
    if known.is_revoked:
        raise Refused(REVOKED)
    if came_on_paper(known):
        raise Refused(ON_PAPER)
    return signing.dumps(digest, salt=SALT)


def shared_by(budget_round: Round, token: str) -> list[pots.Shared]:
    """The money that whoever has this token shares out: in a split round that of the area where
    their letter went, and the town's. A token that can't be read is of no area: `put` refuses it.
    """
    all_shared = pots.shared_out(budget_round, sheet.on_ballot(budget_round))
    if all_shared[0].pot is None:
        return all_shared
    try:
        digest = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return pots.open_to(all_shared, None)
    codes_kept = VotingCode.objects.filter(pk=digest, round=budget_round)
    return pots.open_to(all_shared, codes_kept.values_list("batch__area_id", flat=True).first())


def put(*, budget_round: Round, token: str, choices: list[tuple[int, int]]) -> Put:
    """Put a ballot into the box, in place of an earlier one by the same code.

    ``choices`` are pairs of a project's number and what it is given, as `ballots.read` has them.

    Raises
    ------
    Refused
        Voting is not open; the page was open for too long; the code was revoked, or came with a
        paper; it names a project of another area.
    """
    try:
        digest = signing.loads(token, salt=SALT, max_age=TOKEN_LASTS_S)
    except signing.BadSignature:
        raise Refused(STALE) from None
    mine = shared_by(budget_round, token)
    if mine and mine[0].pot:
        named = {number for number, _ in choices}
        if not named <= {number for shared in mine for number in shared.numbers}:
            raise Refused(ELSEWHERE)
    with transaction.atomic():
        return _put(budget_round, digest, json.dumps(sorted(choices)))


def _put(budget_round: Round, digest: str, text: str) -> Put:
    # Whoever empties the box holds the same row: a ballot is before it or after it, never between.
    has_keys = connection.vendor == "postgresql"
    Round.objects.select_for_update(no_key=has_keys).get(pk=budget_round.pk)
    code = VotingCode.objects.select_for_update().filter(pk=digest, round=budget_round).first()
    if code is None or not is_taking(budget_round):
        raise Refused(SHUT)
    if code.is_revoked:
        raise Refused(REVOKED)
    if came_on_paper(code):
        raise Refused(ON_PAPER)
    is_again = code.receipt is not None
    OpenBallot.objects.update_or_create(code=code, round=budget_round, defaults={"choices": text})
    if not is_again:
        code.receipt = receipt_of(digest)
        code.save(update_fields=["receipt"])
    assert code.receipt is not None
    return Put(codes.printed(code.receipt), is_again)


@dataclass(frozen=True)
class LookedUp:
    """What was typed to look up a ballot: as a receipt, and as a code. Either may be it."""

    budget_round: Round
    signs: str

    def by_receipt(self) -> str | None:
        """The receipt, printed, where a ballot by it is in the box or was counted."""
        voting_codes = VotingCode.objects.filter(round=self.budget_round, receipt=self.signs)
        return codes.printed(self.signs) if voting_codes.exists() else None

    def by_code(self) -> str | None:
        """The receipt, printed, of the ballot that came by this code; None where none came.

        Raises
        ------
        WrongCode
            It is no code of this round.
        """
        digest = digest_of(self.budget_round, self.signs)
        code = VotingCode.objects.filter(pk=digest, round=self.budget_round).first()
        if code is None:
            raise WrongCode(NEITHER)
        return codes.printed(code.receipt) if code.receipt else None


def looked_up(*, budget_round: Round, typed: str) -> LookedUp:
    """What somebody typed to see whether their ballot counts.

    Raises
    ------
    Refused
        There is a slip in it.
    """
    try:
        return LookedUp(budget_round, codes.read(typed))
    except codes.Slip as slip:
        raise Refused(str(slip).replace("letter", "letter or your note")) from None

"""The close: every ballot leaves its code, for good."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models.functions import Now

from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from ..models import Ballot, OpenBallot, Round

NOT_OVER = "Voting is not over yet. Nothing is counted before it closes."


@transaction.atomic
def empty_box(*, budget_round: Round) -> int:
    """Take the ballots out of the box after the close, by the clock of the database, and destroy
    the tie of each with its code; returns how many there are. Done again, nothing happens.

    They are numbered by what they say and written in that order, so neither a number nor a place
    in the table tells when one came or whose it was.

    Raises
    ------
    Refused
        Voting is not over.
    """
    has_keys = connection.vendor == "postgresql"
    current = Round.objects.select_for_update(no_key=has_keys).get(pk=budget_round.pk)
    if current.state in (Round.State.CLOSED, Round.State.COUNTED):
        return current.ballots.count()
    is_over = Round.objects.filter(
        pk=current.pk, state=Round.State.SEALED, closes_at__lte=Now()
    ).exists()
    if not is_over:
        raise Refused(NOT_OVER)
    return take_out(current)


def _by_pot(budget_round: Round, texts: list[str]) -> Iterator[tuple[int, str]]:
    """(pot, ballot) with 0 for a round that is not split. Of a ballot on two pots two are made, and
    of what names nothing in a pot none."""
    pots = {pot.area_id: pot.pk for pot in budget_round.pots.all()}
    if not pots:
        yield from ((0, text) for text in texts)
        return
    areas = budget_round.projects.values_list("number", "area_id")
    pot_of = {number: pots.get(area, 0) for number, area in areas}
    for text in texts:
        named: dict[int, list[list[int]]] = {}
        for number, count in json.loads(text):
            named.setdefault(pot_of[number], []).append([number, count])
        yield from ((pot, json.dumps(choices)) for pot, choices in named.items())


def take_out(budget_round: Round) -> int:
    """Make every ballot of the box one that is tied to nobody; returns how many there are."""
    in_box = OpenBallot.objects.filter(round=budget_round)
    texts = [ballot.choices for ballot in in_box.only("choices").iterator()]
    Ballot.objects.bulk_create(
        (
            Ballot(round=budget_round, number=number, pot_id=pot or None, choices=json.loads(text))
            for number, (pot, text) in enumerate(sorted(_by_pot(budget_round, texts)), 1)
        ),
        batch_size=5000,
    )
    in_box.delete()
    budget_round.state = Round.State.CLOSED
    budget_round.save(update_fields=["state"])
    record("ballot box emptied", about=budget_round, by=None, ballots=len(texts))
    return len(texts)

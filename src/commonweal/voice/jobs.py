"""What happens by itself in the room. It can be run at any time, and again, without harm."""

from __future__ import annotations

from datetime import timedelta

from django.db.models.functions import Now
from django.utils import timezone

from commonweal.jobs.queue import even_when_off, every, job

from .models import Round
from .proposals import doing
from .rounds.closing import empty_box


@every(timedelta(hours=6))
@job()
def tell_whose_proposals_are_done() -> int:
    return doing.tell_authors(timezone.localdate())


@every(timedelta(minutes=5))
@job()
@even_when_off
def empty_ballot_boxes() -> int:
    """Take the ballots of each round that has closed away from their codes, also where the room
    was switched off meanwhile: that was promised to whoever voted."""
    over = Round.objects.filter(state=Round.State.SEALED, closes_at__lte=Now())
    return sum(1 for budget_round in over if empty_box(budget_round=budget_round) >= 0)

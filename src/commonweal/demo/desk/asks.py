"""What the desk asked partners for, and what was drawn."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from commonweal.asks import actions as asking
from commonweal.asks.left import left_of
from commonweal.asks.models import Ask
from commonweal.pledges import ledger
from commonweal.pledges.models import Entry, Pledge
from commonweal.pledges.standing import OPEN

from .scene import Scene


def asks(scene: Scene) -> None:
    """Hours of shopping: two pledges answer, and week by week some of it is used."""
    manager = scene.people["desk-manager"]
    in_hours = Pledge.objects.filter(
        measure__unit="hours", standing__in=OPEN, accepted_on__isnull=False, target__gte=60
    ).exclude(measure__code="rooms-shared")
    in_hours = in_hours.select_related("measure", "partner").order_by("pk")
    pledges = [pledge for pledge in in_hours if left_of(pledge) >= 60][:2]
    ask = Ask.objects.create(
        title="Hours of shopping and collecting",
        quantity=Decimal(200),
        unit="hours",
        help_type=scene.kinds["food"],
        state="open",
        made_by=manager,
        published_on=scene.today - timedelta(days=70),
        words="For people who can't leave home.",
        needed_by=scene.today + timedelta(days=60),
    )
    Ask.objects.create(
        title="Laptops for pupils",
        quantity=Decimal(30),
        unit="laptops",
        made_by=manager,
        help_type=scene.kinds["online"],
        state="open",
        published_on=scene.today - timedelta(days=20),
        needed_by=scene.today + timedelta(days=45),
    )
    # Entries stand in the order of time: each comes a minute after the newest.
    moment = Entry.objects.order_by("-seq")[0].written_at
    for number, pledge in enumerate(pledges):
        moment += timedelta(minutes=1)
        quantity = min(left_of(pledge), Decimal(120))
        answer = asking.answer(
            ask=ask,
            pledge=pledge,
            quantity=quantity,
            by=scene.people["council-lead"],
            at=moment,
        )
        left = quantity
        for week in range(8, 0, -1):
            used = min(left, Decimal(scene.random.randint(4, 16)))
            if used <= 0 or (number and week < 4):
                break
            moment += timedelta(minutes=1)
            asking.draw(
                answer=answer,
                quantity=used,
                by=None,
                at=moment,
                on=scene.today - timedelta(days=7 * week - 3),
            )
            left -= used
    ledger.bring_up_to_date(pledges, on=scene.today)

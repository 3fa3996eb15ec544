"""What is told to those who follow a pledge: the lines of its ledger, as they become public."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from commonweal.following.kinds import Followed, Kind, News, register
from commonweal.places import rooms

from .history import lines_of
from .models import Pledge


def find(key: str) -> Followed | None:
    pledge = Pledge.objects.public().select_related("partner").filter(code=key).first()
    if pledge is None:
        return None
    return Followed(f"{pledge.partner.name}: {pledge.statement}", pledge.get_absolute_url())


def news(key: str, since: datetime, until: datetime) -> list[News]:
    """What was written down between two moments, and reviews that were held and are held no
    more."""
    pledge = Pledge.objects.select_related("measure").get(code=key)
    first, last = timezone.localdate(since), timezone.localdate(until)
    held = {line.entry.seq for line in lines_of(pledge, on=first, see_held=True) if line.is_held}
    return [
        News(until if line.entry.written_at <= since else line.entry.written_at, line.title)
        for line in lines_of(pledge, on=last, see_held=False)
        if line.entry.written_at <= until
        and (line.entry.written_at > since or line.entry.seq in held)
    ]


register(Kind("pledge", "the pledge", rooms.ALWAYS, find, news))

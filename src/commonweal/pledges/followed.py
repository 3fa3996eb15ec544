"""What is told to those who follow a pledge, a partner, a theme or a measure: the lines of the
ledgers, as they become public."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from commonweal.charter.models import Theme
from commonweal.following.kinds import Followed, Kind, News, from_record, register
from commonweal.partners import addresses
from commonweal.partners.models import Partner
from commonweal.places import rooms
from commonweal.places.models import the_town

from .history import lines_of
from .models import Measure, Pledge

OF_PARTNER = {
    "charter signed": "It signed the charter.",
    "partner stopped": "Its acceptance has ended.",
    "signature ended": "It left the charter.",
}


def find(key: str) -> Followed | None:
    pledge = Pledge.objects.public().select_related("partner").filter(code=key).first()
    if pledge is None:
        return None
    return Followed(f"{pledge.partner.name}: {pledge.statement}", pledge.get_absolute_url())


def news(key: str, since: datetime, until: datetime) -> list[News]:
    return _news_of(Pledge.objects.select_related("measure").get(code=key), since, until)


def _news_of(pledge: Pledge, since: datetime, until: datetime) -> list[News]:
    """What was written down between two moments, and reviews that were held and are held no
    more."""
    first, last = timezone.localdate(since), timezone.localdate(until)
    held = {line.entry.seq for line in lines_of(pledge, on=first, see_held=True) if line.is_held}
    return [
        News(until if line.entry.written_at <= since else line.entry.written_at, line.title)
        for line in lines_of(pledge, on=last, see_held=False)
        if line.entry.written_at <= until
        and (line.entry.written_at > since or line.entry.seq in held)
    ]


def news_of_many(pledges: QuerySet[Pledge], since: datetime, until: datetime) -> list[News]:
    """The news of some pledges, each line with whose it is. What was written before may have been
    held back for the partner's reply."""
    held = timedelta(days=the_town().reply_days + 1)
    moved = (
        pledges.public()  # type: ignore[attr-defined]
        .filter(entries__written_at__gt=since - held)
        .select_related("partner", "measure")
        .distinct()
    )
    return [
        News(line.at, f"{pledge.partner.name}, “{pledge.statement}”: {line.words}")
        for pledge in moved
        for line in _news_of(pledge, since, until)
    ]


def find_partner(key: str) -> Followed | None:
    code = addresses.standing_code(key)
    partner = Partner.objects.public().filter(code=code).first()
    return Followed(partner.name, partner.get_absolute_url()) if partner else None


def news_of_partner(key: str, since: datetime, until: datetime) -> list[News]:
    """Of its pledges, and of itself; of an entry that was merged those of the one it is now."""
    code = addresses.standing_code(key)
    return [
        *from_record(Partner, [code], OF_PARTNER, since, until),
        *news_of_many(Pledge.objects.filter(partner__code=code), since, until),
    ]


def find_theme(key: str) -> Followed | None:
    theme = Theme.objects.filter(code=key).first()
    return Followed(theme.name, theme.get_absolute_url()) if theme else None


def news_of_theme(key: str, since: datetime, until: datetime) -> list[News]:
    return news_of_many(Pledge.objects.filter(theme__code=key), since, until)


def find_measure(key: str) -> Followed | None:
    measure = Measure.objects.filter(code=key).first()
    if measure is None:
        return None
    return Followed(measure.name, f"{reverse('register')}?{urlencode({'measure': key})}")


def news_of_measure(key: str, since: datetime, until: datetime) -> list[News]:
    return news_of_many(Pledge.objects.filter(measure__code=key), since, until)


register(Kind("pledge", "the pledge", rooms.ALWAYS, find, news))
register(Kind("partner", "the partner", rooms.ALWAYS, find_partner, news_of_partner))
register(Kind("theme", "the theme", rooms.ALWAYS, find_theme, news_of_theme))
register(Kind("measure", "what is counted:", rooms.ALWAYS, find_measure, news_of_measure))

"""What is told to those who follow a consultation, or a ward."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from commonweal.following.kinds import Followed, Kind, News, from_record, news_of, register
from commonweal.office.moments import moment_of
from commonweal.places.models import Area, the_town
from commonweal.pledges.models import Pledge

from .consultations import access
from .models import Consultation, Proposal, Visibility

DECIDED = {"consultation answered": "It was decided. Read what, and why."}
OF_CONSULTATION = DECIDED | {"consultation published": "It was published: read when it opens."}
OF_PROPOSAL = {
    "proposal accepted": "A proposal was accepted.",
    "proposal merged": "A proposal was merged with another.",
    "proposal declined": "A proposal was declined, with a written answer.",
    "proposal tied": "It is told what an accepted proposal leads to.",
    "proposal done": "What an accepted proposal asked for is done.",
}


def find(key: str) -> Followed | None:
    consultation = access.public().filter(code=key).first()
    if consultation is None:
        return None
    return Followed(consultation.title, consultation.get_absolute_url())


def news(key: str, since: datetime, until: datetime) -> list[News]:
    consultation = access.public().get(code=key)
    proposals = Proposal.objects.filter(consultation=consultation, visibility=Visibility.SHOWN)
    codes = list(proposals.values_list("code", flat=True))
    days = [_opens(consultation), _is_over(consultation)]
    return [
        *from_record(Consultation, [key], OF_CONSULTATION, since, until),
        *from_record(Proposal, codes, OF_PROPOSAL, since, until),
        *(day for day in days if since < day.at <= until),
    ]


def _opens(consultation: Consultation) -> News:
    return News(_begins(consultation.opens_on), "It is open: answer now.")


def _is_over(consultation: Consultation) -> News:
    after = consultation.closes_on + timedelta(days=1)
    return News(_begins(after), "It is over. What was answered can be read.")


def _begins(day: date) -> datetime:
    return moment_of(day, time(), timezone.get_current_timezone())


def find_ward(key: str) -> Followed | None:
    area = Area.objects.filter(code=key).first()
    return Followed(area.name, f"/have-your-say/wards/{area.code}/") if area else None


def news_of_ward(key: str, since: datetime, until: datetime) -> list[News]:
    """News of the pledges of a ward, and of what the whole town is asked."""
    news_there: list[News] = []
    for pledge in _moved(key, since):
        about = f"{pledge.partner.name}, “{pledge.statement}”"
        of_pledge = news_of("pledge", pledge.code, since, until)
        news_there += [News(line.at, f"{about}: {line.words}") for line in of_pledge]
    for consultation in access.public():
        lines = from_record(Consultation, [consultation.code], DECIDED, since, until)
        opens = _opens(consultation)
        lines += [opens] if since < opens.at <= until else []
        title = consultation.title
        news_there += [News(line.at, f"“{title}”: {line.words}") for line in lines]
    return news_there


def _moved(ward: str, since: datetime) -> QuerySet[Pledge]:
    """The pledges of a ward that may have news: what was written before may have been held back
    for the partner's reply."""
    held = timedelta(days=the_town().reply_days + 1)
    return (
        Pledge.objects.public()
        .filter(area__code=ward, entries__written_at__gt=since - held)
        .select_related("partner")
        .distinct()
    )


register(Kind("consultation", "the consultation", "voice", find, news))
register(Kind("ward", "the ward", "voice", find_ward, news_of_ward))

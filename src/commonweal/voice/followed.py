"""What is told to those who follow a consultation, or a ward."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from commonweal.economy.searched import page_of
from commonweal.following.kinds import Followed, Kind, News, from_record, register
from commonweal.office.moments import moment_of
from commonweal.places import rooms
from commonweal.places.models import Area
from commonweal.pledges.followed import news_of_many
from commonweal.pledges.models import Pledge

from .consultations import access
from .models import Consultation, Proposal, Round, Visibility

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
    return Followed(area.name, page_of(area)) if area else None


def news_of_ward(key: str, since: datetime, until: datetime) -> list[News]:
    """News of the pledges of a ward, and of what the whole town is asked."""
    news_there = news_of_many(Pledge.objects.filter(area__code=key), since, until)
    if not rooms.is_on("voice"):
        return news_there
    for consultation in access.public():
        lines = from_record(Consultation, [consultation.code], DECIDED, since, until)
        opens = _opens(consultation)
        lines += [opens] if since < opens.at <= until else []
        title = consultation.title
        news_there += [News(line.at, f"“{title}”: {line.words}") for line in lines]
    return news_there


OF_ROUND = {
    "rule sheet published": "Its rule sheet is published: read how and when to vote.",
    "emergency change made": "It was changed in an emergency. Read what, and why.",
    "round counted": "It is counted. Read the result, and why.",
    "winner made an action": "A project that won is in the programme now.",
}


def find_round(key: str) -> Followed | None:
    budget_round = Round.objects.filter(code=key).first()
    return Followed(budget_round.title, budget_round.get_absolute_url()) if budget_round else None


def news_of_round(key: str, since: datetime, until: datetime) -> list[News]:
    return from_record(Round, [key], OF_ROUND, since, until)


register(Kind("consultation", "the consultation", "voice", find, news))
register(Kind("budget", "the budget", "voice", find_round, news_of_round))
register(Kind("ward", "the ward", rooms.ALWAYS, find_ward, news_of_ward))

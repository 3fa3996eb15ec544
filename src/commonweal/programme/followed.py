"""What is told to those who follow an action of the programme."""

from __future__ import annotations

from datetime import datetime

from commonweal.following.kinds import Followed, Kind, News, from_record, register

from .models import Action

WORDS = {
    "action changed": "The plan was changed.",
    "action stopped": "It was stopped.",
    "dependency added": "It waits for another action now.",
    "milestone added": "A milestone was added.",
    "milestone done": "A milestone was marked as done.",
    "milestone moved": "A milestone was moved.",
    "milestone reopened": "A milestone is not done after all.",
    "priority cited": "It answers a priority that people named.",
}


def find(key: str) -> Followed | None:
    action = Action.objects.filter(code=key).first()
    return Followed(action.title, action.get_absolute_url()) if action else None


def news(key: str, since: datetime, until: datetime) -> list[News]:
    return from_record(Action, [key], WORDS, since, until)


register(Kind("action", "the action", "programme", find, news))

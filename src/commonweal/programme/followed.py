"""What is told to those who follow an action of the programme, or a metric."""

from __future__ import annotations

from datetime import datetime

from commonweal.following.kinds import Followed, Kind, News, from_record, register

from .models import Action, Metric, Observation

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
    if action is None:
        return None
    over = "It was stopped: there is nothing more to follow." if action.stopped_on else ""
    return Followed(action.title, action.get_absolute_url(), over)


def news(key: str, since: datetime, until: datetime) -> list[News]:
    return from_record(Action, [key], WORDS, since, until)


OF_METRIC = {
    "definition changed": "What it counts was changed.",
    "metric ended": "The town watches it no more.",
    "metric goes on": "The town watches it again.",
}


def find_metric(key: str) -> Followed | None:
    metric = Metric.objects.filter(code=key).first()
    if metric is None:
        return None
    over = (
        "The town watches it no more: there is nothing more to follow." if metric.ended_on else ""
    )
    return Followed(metric.name, metric.get_absolute_url(), over)


def news_of_metric(key: str, since: datetime, until: datetime) -> list[News]:
    """A figure is new when it was let out, not when it was given."""
    figures = Observation.objects.released().filter(series__metric__code=key)
    keys = [str(pk) for pk in figures.values_list("pk", flat=True)]
    let_out = {"figure released": "A new figure is out."}
    return [
        *from_record(Metric, [key], OF_METRIC, since, until),
        *from_record(Observation, keys, let_out, since, until),
    ]


register(Kind("action", "the action", "programme", find, news))
register(Kind("metric", "the metric", "programme", find_metric, news_of_metric))

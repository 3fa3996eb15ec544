"""How often the public's forms of the help desk are taken, and how much of an answer is shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import QueryDict

from commonweal.accounts.limits import Limit
from commonweal.cases.intake import FIELD_MOST

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STARTS = Limit(
    "help forms",
    10,
    HOUR,
    "Many forms were begun from here within an hour, so no other is begun now. If you need help, "
    "ring us. In danger, ring 999.",
)
STEPS = Limit(
    "help steps",
    120,
    HOUR,
    "This form was sent very often within an hour, so this was not kept. What you sent before is. "
    "Ring us to tell us the rest. In danger, ring 999.",
)
RESUMES = Limit(
    "help numbers",
    10,
    HOUR,
    "Reference and number were tried too often from here within an hour. Ring us with your "
    "reference, or try again in an hour.",
)
NEAR = Limit(
    "services near",
    120,
    HOUR,
    "Distances were asked for very often from here within an hour. The list itself is open; ring "
    "us if you need help.",
)
SIGN_UPS = Limit(
    "volunteers",
    10,
    DAY,
    "You have sent this too often today. Ring the help desk to sign up.",
)
TASKS = Limit(
    "tasks",
    60,
    HOUR,
    "You have sent this too often within an hour. Ring the help desk if something does not work.",
)


def cut(answers: dict[str, Any]) -> dict[str, Any]:
    """Answers as far as they can be kept, to show them again where they were too long."""
    return {
        name: answer[:FIELD_MOST] if isinstance(answer, str) else answer
        for name, answer in answers.items()
    }


def cut_post(post: QueryDict) -> QueryDict:
    shown = post.copy()
    for name in post:
        shown.setlist(name, [answer[:FIELD_MOST] for answer in post.getlist(name)][:100])
    return shown

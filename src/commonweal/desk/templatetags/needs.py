"""How pages write what somebody needs."""

from __future__ import annotations

import json
from typing import Any

from django import template

register = template.Library()


@register.filter
def answers(need: Any) -> list[tuple[str, str]]:
    """(question, answer) of what somebody was asked about a need; a colon follows the question."""
    by_code = json.loads(need.answers) if need.answers else {}
    labels = {question["code"]: question["label"] for question in need.help_type.questions}
    return [
        (str(labels.get(code, code)).rstrip("?"), str(answer)) for code, answer in by_code.items()
    ]

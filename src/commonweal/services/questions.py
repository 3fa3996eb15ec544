"""The own questions of a kind of help. None is deleted, since answers may rest on it."""

from __future__ import annotations

from typing import Any


def with_ended(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is asked now, and behind it what was asked before: it has ended and keeps its words."""
    codes = {question["code"] for question in now}
    gone = [question for question in before if question["code"] not in codes]
    return now + [question | {"ended": True} for question in gone]

"""Each line that a job logs bears the job's name, as each of a request bears the request's."""

from __future__ import annotations

from contextvars import Token
from typing import Any

from django.dispatch import receiver
from django_tasks.signals import task_finished, task_started

from . import logs

_before: dict[str, Token[str]] = {}


@receiver(task_started)
def _begins(task_result: Any, **_: Any) -> None:
    name = str(task_result.id)
    _before[name] = logs.request_id.set(f"job-{name}")


@receiver(task_finished)
def _ends(task_result: Any, **_: Any) -> None:
    token = _before.pop(str(task_result.id), None)
    if token is not None:
        logs.request_id.reset(token)

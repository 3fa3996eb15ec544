from __future__ import annotations

from typing import ClassVar

from django.db import models


class Pulse(models.Model):
    """A worker that is alive says so here, every few seconds, whatever long job it is at."""

    worker = models.CharField(max_length=64, unique=True)
    lane = models.CharField(max_length=20)
    at = models.DateTimeField()

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "worker", "lane", "at"}

    def __str__(self) -> str:
        return self.worker


class Schedule(models.Model):
    """When a job that repeats is due next. One row a job; its row is what one worker claims."""

    task_path = models.CharField(max_length=200, unique=True)
    due_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "task_path", "due_at", "last_at"}

    def __str__(self) -> str:
        return self.task_path

"""Words to many: templates, and what was sent by one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from commonweal.accounts.models import Person


class TextTemplate(models.Model):
    """Words for a text message or e-mail that is sent to many."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    by_text = models.BooleanField(default=True, help_text="A text message; otherwise an e-mail.")
    subject = models.CharField(max_length=120, blank=True, help_text="Never names a person.")
    body = models.TextField(help_text="May hold {reference} and {town}.")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "code", "name", "by_text", "subject", "body"}

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class BulkText(models.Model):
    """One sending of a template to many: to how many, by whom, who was left out and why."""

    template = models.ForeignKey(TextTemplate, models.PROTECT, related_name="+")
    chosen = models.JSONField(default=dict, help_text="The filter by which they were chosen.")
    sent = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=dict, help_text="Reason: how many.")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "template", "chosen", "sent", "left_out", "at", "by"}

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.template} {self.at:%Y-%m-%d}"

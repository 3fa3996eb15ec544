"""Who speaks, and how it comes: of answers, proposals and support alike."""

from __future__ import annotations

from django.db import models


class Voice(models.TextChoices):
    """Who speaks. The two are never added up."""

    RESIDENT = "resident", "A resident"
    ENTERPRISE = "enterprise", "A local enterprise"


class Channel(models.TextChoices):
    ONLINE = "online", "Online"
    PAPER = "paper", "Paper"
    TELEPHONE = "telephone", "Telephone"
    MEETING = "meeting", "Meeting"

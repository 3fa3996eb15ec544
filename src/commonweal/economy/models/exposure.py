"""Groups that the town stands on, and how vulnerable each section of its economy is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.charter.models import Decision
from commonweal.partners.models import Partner
from localwealth.regional.sections import SECTIONS

SECTION_CHOICES = [(code, name) for code, (_, name) in SECTIONS.items()]


class EmployerGroup(models.Model):
    """A parent with all that belongs to it here, or a local firm by itself: what hangs on it."""

    # What it is
    code = models.SlugField(max_length=40, unique=True, help_text="Says nothing of its name.")
    name = models.CharField(max_length=200, unique=True)
    section = models.CharField(max_length=1, choices=SECTION_CHOICES)
    is_multinational = models.BooleanField(default=False)
    local_jobs = models.PositiveIntegerField()
    jobs_source = models.CharField(max_length=200)
    jobs_on = models.DateField()

    # What belongs to it
    partners = models.ManyToManyField(Partner, blank=True, related_name="groups")
    entries = models.JSONField(default=list, help_text="Numbers in registers, parent's and units'.")
    sub_suppliers = models.TextField(blank=True, help_text="Who supplies it here, a line each.")
    changed_on = models.DateField(default=timezone.localdate)
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    # How it became public
    published_on = models.DateField(null=True, blank=True)
    consent_on = models.DateField(null=True, blank=True)
    consent_words = models.TextField(blank=True)
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="groups"
    )

    # Of one that is public, who supplies it stays with staff, and jobs are rounded.
    PUBLIC: ClassVar[set[str]] = {
        "code",
        "name",
        "section",
        "is_multinational",
        "jobs_source",
        "jobs_on",
        "published_on",
        "consent_on",
        "decision",
    }
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "local_jobs",
        "entries",
        "sub_suppliers",
        "changed_on",
        "changed_by",
        "consent_words",
    }

    class Meta:
        ordering = ["-local_jobs", "name"]
        constraints = [
            models.CheckConstraint(
                name="public_groups_have_leave",
                condition=Q(published_on=None)
                | Q(consent_on__isnull=False)
                | Q(decision__isnull=False),
            ),
            models.CheckConstraint(
                name="consents_of_groups_say_who_and_when",
                condition=Q(consent_on=None, consent_words="")
                | (Q(consent_on__isnull=False) & ~Q(consent_words="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/economy/groups/{self.code}/"


class Vulnerability(models.Model):
    """How hard a shock would hit a section of the economy, as somebody judged it, and why."""

    class Rating(models.TextChoices):
        LOW = "low", "Low"
        MIDDLE = "middle", "Middle"
        HIGH = "high", "High"

    section = models.CharField(max_length=1, choices=SECTION_CHOICES, unique=True)
    rating = models.CharField(max_length=6, choices=Rating.choices)
    because = models.CharField(max_length=300)
    source = models.CharField(max_length=200)
    rated_on = models.DateField(default=timezone.localdate)
    rated_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = {"section", "rating", "because", "source", "rated_on"}
    PRIVATE: ClassVar[set[str]] = {"id", "rated_by"}

    class Meta:
        ordering = ["section"]
        verbose_name_plural = "vulnerabilities"

    def __str__(self) -> str:
        return f"{self.section}: {self.rating}"

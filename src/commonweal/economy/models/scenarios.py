"""What scenarios rest on, scenarios and their versions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.charter.models import Decision
from commonweal.partners.models import Partner


class Structure(models.Model):
    """A published input-output table and the area's jobs by industry: what scenarios are worked
    out from. Never changed: newer files make a new one."""

    code = models.CharField(max_length=16, unique=True, help_text="Of the files' digests.")

    # The table, as it was published
    title = models.CharField(max_length=300)
    table_year = models.PositiveSmallIntegerField(null=True)
    table_name = models.CharField(max_length=200)
    table_sha256 = models.CharField(max_length=64)
    sheet = models.CharField(max_length=60, blank=True)
    table_source = models.CharField(max_length=200)
    table_url = models.URLField(blank=True, max_length=500)

    # Jobs in the area and in the nation
    jobs_name = models.CharField(max_length=200)
    jobs_sha256 = models.CharField(max_length=64)
    jobs_source = models.CharField(max_length=200)
    jobs_on = models.DateField(help_text="The day for which jobs were counted.")
    groups_name = models.CharField(max_length=200, blank=True)
    groups_sha256 = models.CharField(max_length=64, blank=True)

    # All income of households in the nation, which stands in no table
    household_income = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    household_source = models.CharField(max_length=200, blank=True)

    # What was read: [code, name, jobs in the area] of each industry
    industries = models.JSONField()
    kept_on = models.DateField(default=timezone.localdate)
    kept_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "title",
        "table_year",
        "table_name",
        "table_sha256",
        "sheet",
        "table_source",
        "table_url",
        "jobs_name",
        "jobs_sha256",
        "jobs_source",
        "jobs_on",
        "groups_name",
        "groups_sha256",
        "household_income",
        "household_source",
        "industries",
        "kept_on",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "kept_by"}

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="household_income_has_a_source",
                condition=Q(household_income=None) | ~Q(household_source=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}, with the jobs of {self.jobs_on:%-d %B %Y}"

    @property
    def jobs(self) -> Decimal:
        """All jobs of the area."""
        return Decimal(sum(count for _, _, count in self.industries))


class Scenario(models.Model):
    """One question: what if this industry, or this employer, loses so much for so long?"""

    code = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    employer = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="scenarios"
    )
    employer_name = models.CharField(max_length=200, blank=True, help_text="If it is no partner.")
    made_on = models.DateField(default=timezone.localdate)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    # A scenario is public where a version of it is; a draft's title may name an employer.
    PUBLIC: ClassVar[set[str]] = {"code", "title", "made_on"}
    PRIVATE: ClassVar[set[str]] = {"id", "employer", "employer_name", "made_by"}

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/economy/scenarios/{self.code}/"

    @property
    def is_of_employer(self) -> bool:
        return self.employer_id is not None or bool(self.employer_name)

    @property
    def employer_words(self) -> str:
        return self.employer.name if self.employer else self.employer_name


class ScenarioVersionQuerySet(models.QuerySet["ScenarioVersion"]):
    def published(self) -> ScenarioVersionQuerySet:
        return self.filter(state=ScenarioVersion.State.PUBLISHED)


class ScenarioVersion(models.Model):
    """What was assumed and what came out, once. A published one never changes (a trigger in the
    database refuses it); other assumptions make the next version."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="versions")
    words = models.TextField(blank=True, help_text="Why it is asked, and what was assumed.")
    assumptions = models.JSONField()
    answer = models.JSONField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of assumptions, files and answer.")
    made_on = models.DateField(default=timezone.localdate)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    # How it became public
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    published_on = models.DateField(null=True, blank=True)
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    consent_on = models.DateField(null=True, blank=True)
    consent_words = models.TextField(blank=True, help_text="Who of the employer agreed, and how.")
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="scenarios"
    )

    objects = ScenarioVersionQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = {
        "scenario",
        "number",
        "structure",
        "words",
        "assumptions",
        "answer",
        "digest",
        "made_on",
        "state",
        "published_on",
        "consent_on",
        "decision",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "made_by", "published_by", "consent_words"}

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "number"], name="one_version_a_scenario_and_number"
            ),
            models.CheckConstraint(
                name="published_versions_say_when",
                condition=Q(state="draft", published_on=None)
                | Q(state="published", published_on__isnull=False),
            ),
            models.CheckConstraint(
                name="consents_say_who_and_when",
                condition=Q(consent_on=None, consent_words="")
                | (Q(consent_on__isnull=False) & ~Q(consent_words="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id}, version {self.number}"

    def get_absolute_url(self) -> str:
        return f"/economy/scenarios/{self.scenario.code}/{self.number}/"

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def headline(self) -> str:
        """One sentence: the widest answer, with its range."""
        from localwealth.regional.scenarios import headline

        return headline(self.answer)

    @property
    def limits(self) -> list[str]:
        """What the answer rests on and can't tell. An answer is kept word for word, as it is
        worked out again; its per cent are written here as they are on all pages."""
        return [limit.replace(" %", "%") for limit in self.answer["limits"]]

    @property
    def shock(self) -> dict[str, Any]:
        shock: dict[str, Any] = self.answer["shock"]
        return shock

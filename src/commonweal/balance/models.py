"""Periods of the Community Balance Sheet and their statements."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.charter.models import Decision


class Period(models.Model):
    """A stretch of time whose books are closed: a quarter, a year. Each begins when the one
    before it ends."""

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()

    PUBLIC: ClassVar[set[str]] = {"code", "title", "starts_on", "ends_on"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["-ends_on"]
        constraints = [
            models.CheckConstraint(
                name="periods_end_after_they_start", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.UniqueConstraint(fields=["starts_on"], name="one_period_a_beginning"),
            models.UniqueConstraint(fields=["ends_on"], name="one_period_an_end"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/balance/{self.code}/"

    def before(self) -> Period | None:
        """The period before this one."""
        return Period.objects.filter(ends_on__lt=self.starts_on).order_by("-ends_on").first()

    def newest_closed(self) -> Statement | None:
        return self.statements.closed().order_by("-number").first()

    def unfinished(self) -> Statement | None:
        return self.statements.exclude(state=Statement.State.CLOSED).first()


class StatementQuerySet(models.QuerySet["Statement"]):
    def closed(self) -> StatementQuerySet:
        """The only ones that the public ever sees."""
        return self.filter(state=Statement.State.CLOSED)


class Statement(models.Model):
    """The Community Balance Sheet of a period; a later number restates an earlier one.

    A closed one is kept as canonical bytes with their SHA-256, and triggers in the database
    refuse to change or delete it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SIGNED = "signed", "Signed off by the working group"
        VALIDATED = "validated", "Validated by the cross-party group"
        CLOSED = "closed", "Closed"

    period = models.ForeignKey(Period, models.PROTECT, related_name="statements")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    because = models.TextField(blank=True, help_text="Why an earlier statement is restated.")

    # While it is a draft
    content = models.JSONField(default=dict)
    content_sha256 = models.CharField(max_length=64, blank=True)

    # Who, in what role and of which organisation
    drafted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    signed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    validated_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    signoffs = models.JSONField(
        default=list, help_text="List of {act, role, organisation, on}; no names of persons."
    )

    # Once it is closed
    closed_at = models.DateTimeField(null=True)
    canonical = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = StatementQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = {
        "period",
        "number",
        "because",
        "signoffs",
        "closed_at",
        "canonical",
        "sha256",
    }
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "state",
        "content",
        "content_sha256",
        "drafted_by",
        "signed_by",
        "validated_by",
        "closed_by",
    }

    class Meta:
        ordering = ["period", "number"]
        constraints = [
            models.UniqueConstraint(fields=["period", "number"], name="statements_are_numbered"),
            models.UniqueConstraint(
                fields=["period"],
                condition=~Q(state="closed"),
                name="one_unfinished_statement_a_period",
            ),
            models.CheckConstraint(
                name="closed_statements_have_bytes",
                condition=~Q(state="closed")
                | (Q(canonical__isnull=False, closed_at__isnull=False) & ~Q(sha256="")),
            ),
            models.CheckConstraint(
                name="restatements_say_why", condition=Q(number=1) | ~Q(because="")
            ),
            models.CheckConstraint(
                name="two_people_draft_and_validate",
                condition=Q(validated_by=None) | ~Q(validated_by=F("drafted_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period}, statement {self.number}"

    def get_absolute_url(self) -> str:
        return f"/balance/{self.period.code}/{self.number}/"

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED


class Explanation(models.Model):
    """Why something is red: a person's words about one metric or action in one period."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="explanations")
    about = models.CharField(max_length=100, help_text="metric:CODE or action:CODE")
    words = models.TextField()
    by_role = models.CharField(max_length=60)
    by_organisation = models.CharField(max_length=200, blank=True)
    written_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    written_on = models.DateField(default=timezone.localdate)

    # Public only as part of a closed statement.
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "period",
        "about",
        "words",
        "by_role",
        "by_organisation",
        "written_by",
        "written_on",
    }

    class Meta:
        ordering = ["about"]
        constraints = [
            models.UniqueConstraint(fields=["period", "about"], name="one_explanation_a_line")
        ]

    def __str__(self) -> str:
        return self.about


class Asked(models.Model):
    """A decision that the committee is asked for in the report of a period."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="asked")
    body = models.CharField(max_length=120, help_text="The body that is asked.")
    words = models.TextField()
    because = models.TextField(blank=True)
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="asked"
    )
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    # Public only as part of a closed statement.
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "period",
        "body",
        "words",
        "because",
        "decision",
        "asked_by",
    }

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.words[:80]


class CommitteePaper(models.Model):
    """What the author of a committee report writes beside its figures: one a period.

    Goes into the next draft of the statement, as the reasons for red lines do. An implication
    without words is not written yet, unless its code stands in ``none_of``: then the author says
    that there is none.
    """

    class Implication(models.TextChoices):
        FINANCE = "finance", "Finance"
        LEGAL = "legal", "Legal"
        EQUALITY = "equality", "Equality"
        CLIMATE = "climate", "Climate"

    period = models.OneToOneField(Period, models.PROTECT, related_name="paper")
    author = models.CharField(max_length=120, help_text="The job title of who wrote the report.")
    contact = models.CharField(max_length=200, help_text="Whom a reader asks.")
    finance = models.TextField(blank=True)
    legal = models.TextField(blank=True)
    equality = models.TextField(blank=True)
    climate = models.TextField(blank=True)
    none_of = models.JSONField(
        default=list, blank=True, help_text="List of codes of `Implication`."
    )
    written_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    # Public only as part of a closed statement.
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "period",
        "author",
        "contact",
        "finance",
        "legal",
        "equality",
        "climate",
        "none_of",
        "written_by",
    }

    def __str__(self) -> str:
        return f"{self.period}, committee report"

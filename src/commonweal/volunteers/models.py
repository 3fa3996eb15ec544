"""Volunteers, what was seen of them, the tasks that one of them takes, and their takes."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.asks.models import Ask
from commonweal.cases.models import Need
from commonweal.office.fields import EncryptedTextField
from commonweal.places.models import Area
from commonweal.residents.models.people import new_reference


def new_task_code() -> str:
    return new_reference("T")


SKILLS = (
    ("shopping", "Shopping"),
    ("driving", "Driving"),
    ("phone", "Friendly calls"),
    ("prescriptions", "Collecting prescriptions"),
    ("dogs", "Walking dogs"),
    ("digital", "Phones and computers"),
    ("repairs", "Small repairs"),
    ("language", "Interpreting"),
    ("forms", "Filling in forms"),
)


class Volunteer(models.Model):
    """Somebody who gives time. Signs in as any person does."""

    class State(models.TextChoices):
        NEW = "new", "Waits to be looked at"
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Pausing"
        LEFT = "left", "Left"

    person = models.OneToOneField(Person, models.PROTECT, related_name="volunteer")
    phone = EncryptedTextField(blank=True)
    skills = models.JSONField(default=list)
    languages = EncryptedTextField(blank=True)
    areas = models.ManyToManyField(Area, blank=True, related_name="+")
    hours_a_week = models.PositiveSmallIntegerField(default=2)
    when = EncryptedTextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    joined_at = models.DateTimeField(default=timezone.now)
    agreed_terms = models.CharField(max_length=20, blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "person",
        "phone",
        "skills",
        "languages",
        "hours_a_week",
        "when",
        "state",
        "joined_at",
        "agreed_terms",
    }

    def __str__(self) -> str:
        return f"volunteer {self.pk}"

    @property
    def skills_in_words(self) -> list[str]:
        """What they would like to do, as they chose it."""
        named = dict(SKILLS)
        return [named.get(code, code) for code in self.skills]

    def has_check(self, kind: str, on: date) -> bool:
        """Whether a check of a kind holds on a day; nothing needed is always there."""
        if not kind:
            return True
        return any(
            c.kind == kind and (c.expires_on is None or c.expires_on >= on)
            for c in self.checks.all()
        )


class Check(models.Model):
    """Something that was looked at before a volunteer does certain tasks, until it expires."""

    class Kind(models.TextChoices):
        IDENTITY = "identity", "Identity seen"
        REFERENCE = "reference", "Reference"
        DBS = "dbs", "DBS check"
        DRIVING = "driving", "Licence and insurance"
        TRAINING = "training", "Safeguarding training"

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    seen_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    seen_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "volunteer", "kind", "seen_on", "expires_on", "seen_by"}

    class Meta:
        ordering = ["-seen_on"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.volunteer_id}"


class Task(models.Model):
    """Something to do for somebody. Offered with the least that is needed; the address is shown
    only to the one who took it."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        TAKEN = "taken", "Taken"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"

    code = models.CharField(max_length=20, unique=True, default=new_task_code)
    need = models.ForeignKey(Need, models.PROTECT, null=True, blank=True, related_name="tasks")
    title = EncryptedTextField(blank=True, help_text="No name, no address.")
    skill = models.CharField(max_length=20, choices=SKILLS, blank=True)
    # Of interpreting: read by whoever may take it.
    language = EncryptedTextField(blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    needs_check = models.CharField(max_length=10, choices=Check.Kind.choices, blank=True)
    on = models.DateField(null=True, blank=True)
    between = EncryptedTextField(blank=True)
    minutes = models.PositiveSmallIntegerField(default=60)
    # Only for the one who took it
    who = EncryptedTextField(blank=True)
    where = EncryptedTextField(blank=True)
    instructions = EncryptedTextField(blank=True)
    # A visit that the way of contact does not open was agreed with them; words in the case.
    visit_agreed = models.BooleanField(default=False)

    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    taken_by = models.ForeignKey(
        Volunteer, models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    minutes_given = models.PositiveSmallIntegerField(null=True, blank=True)
    ask = models.ForeignKey(Ask, models.PROTECT, null=True, blank=True, related_name="tasks")

    PERSONAL: ClassVar[tuple[str, ...]] = ("who", "where", "instructions")
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "need",
        "title",
        "skill",
        "language",
        "area",
        "needs_check",
        "on",
        "between",
        "minutes",
        *PERSONAL,
        "state",
        "made_at",
        "made_by",
        "taken_by",
        "taken_at",
        "done_at",
        "minutes_given",
        "ask",
        "visit_agreed",
    }

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(
                name="taken_tasks_have_somebody",
                condition=~Q(state__in=["taken", "done"]) | Q(taken_by__isnull=False),
            ),
            models.CheckConstraint(
                name="done_tasks_count_their_time",
                condition=~Q(state="done") | Q(minutes_given__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class TaskTake(models.Model):
    """A volunteer took a task: when, what came of it, and when they first read who and where."""

    class End(models.TextChoices):
        DONE = "done", "Done"
        BACK = "back", "Given back"
        CANCELLED = "cancelled", "Cancelled by the desk"

    task = models.ForeignKey(Task, models.CASCADE, related_name="takes")
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="takes")
    taken_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=10, choices=End.choices, blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "task",
        "volunteer",
        "taken_at",
        "read_at",
        "ended_at",
        "end",
    }

    class Meta:
        ordering = ["-taken_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(ended_at=None), name="a_task_is_taken_by_one"
            ),
        ]

    def __str__(self) -> str:
        return f"take of {self.task_id} by {self.volunteer_id}"

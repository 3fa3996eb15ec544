"""What an organisation offers, where it is and when it is open."""

from __future__ import annotations

import re
import uuid
from dataclasses import fields
from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.places.models import Area

from .. import hours
from .helps import HelpType, Organisation

# An entry that nobody has assured for so long is stale, in public.
FRESH_DAYS = 182
# What a row of hours holds.
OPENING = tuple(field.name for field in fields(hours.OpeningHours))


class ServiceQuerySet(models.QuerySet["Service"]):
    def shown(self) -> ServiceQuerySet:
        """What others see: entries of nobody here, and of partners that are accepted. What an
        organisation writes before that is held."""
        partner = "organisation__partner"
        return self.filter(
            Q(**{partner: None})
            | Q(**{f"{partner}__accepted_on__isnull": False, f"{partner}__stopped_on": None})
        )

    def on_offer(self) -> ServiceQuerySet:
        return self.shown().filter(status=Service.Status.ACTIVE, ended_on=None)

    def going_on(self) -> ServiceQuerySet:
        """All but those that ended: by what their source says, or by the desk."""
        return self.exclude(status=Service.Status.DEFUNCT).filter(ended_on=None)


class Service(models.Model):
    """One thing that an organisation offers: for whom, how one gets it, when it was assured."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Open"
        INACTIVE = "inactive", "Not offered at present"
        DEFUNCT = "defunct", "Ended"
        CLOSED = "temporarily closed", "Closed for a time"

    code = models.UUIDField(default=uuid.uuid4, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="services")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    url = models.URLField(blank=True, max_length=500)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.ACTIVE)
    help_types = models.ManyToManyField(HelpType, blank=True, related_name="services")

    # For whom, and how one gets it
    eligibility = models.TextField(blank=True)
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    application_process = models.TextField(blank=True)
    fees = models.TextField(blank=True)
    wait_time = models.CharField(max_length=200, blank=True)
    alert = models.TextField(blank=True)
    areas = models.ManyToManyField(Area, blank=True, related_name="+")

    # As a partner's service that takes referrals
    takes_referrals = models.BooleanField(default=False)
    capacity = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Open referrals it can hold at once; empty: not stated."
    )
    answer_hours = models.PositiveSmallIntegerField(default=48)
    no_names = models.BooleanField(default=False, help_text="It must not hold personal data.")
    asks_for = models.JSONField(
        default=list, blank=True, help_text="Fields that it needs of who is sent; empty: any."
    )

    # How fresh it is
    assured_on = models.DateField(null=True, blank=True)
    assurer_email = models.EmailField(blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=60, blank=True)
    source_key = models.CharField(max_length=200, blank=True)
    more = models.JSONField(default=dict, help_text="What a source says beyond these columns.")

    # Whether its source still lists it. A file alone ends nothing.
    not_listed_since = models.DateField(
        null=True, blank=True, help_text="The first file of its source in which it was missing."
    )
    ended_on = models.DateField(
        null=True, blank=True, help_text="When the desk ended it, as its source lists it no more."
    )

    objects = ServiceQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "organisation",
        "name",
        "description",
        "url",
        "email",
        "phone",
        "status",
        "eligibility",
        "minimum_age",
        "maximum_age",
        "application_process",
        "fees",
        "wait_time",
        "alert",
        "takes_referrals",
        "capacity",
        "answer_hours",
        "no_names",
        "assured_on",
        "changed_at",
        "source",
        "source_key",
        "more",
        "asks_for",
        "not_listed_since",
        "ended_on",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "assurer_email"}

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_key"],
                condition=~Q(source=""),
                name="one_service_a_source_key",
            ),
            models.CheckConstraint(
                name="ages_are_in_order",
                condition=Q(minimum_age=None)
                | Q(maximum_age=None)
                | Q(maximum_age__gte=models.F("minimum_age")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/help/services/{self.code}/"

    @property
    def offered_by(self) -> str:
        """Its organisation, "" where the service is called as that is."""
        name = self.organisation.name
        return "" if name.casefold().strip() == self.name.casefold().strip() else name

    @property
    def stands(self) -> str:
        """Whether it is offered, in words."""
        return Service.Status.DEFUNCT.label if self.ended_on else self.get_status_display()

    def opening_hours(self, on: date | None = None) -> list[str]:
        """When it is open, in plain words; nothing of what has ended by a day."""
        openings = (schedule.opening for schedule in self.schedules.all())
        return hours.say_all(openings, on or timezone.localdate())

    @property
    def tel(self) -> str:
        """Its telephone as a device dials it; "" where more is written there than one number."""
        dialled = re.sub(r"[\s().-]", "", self.phone)
        return dialled if re.fullmatch(r"\+?\d{3,15}", dialled) else ""

    @property
    def now(self) -> hours.Now:
        """Whether it is open now, by its hours; nothing is said of one that is not offered."""
        if self.ended_on or self.status != self.Status.ACTIVE:
            return hours.Now(None, "")
        openings = (schedule.opening for schedule in self.schedules.all())
        return hours.now(openings, timezone.localtime())

    @property
    def places_in_words(self) -> list[Place]:
        """Places that have more than a point on a map to show."""
        return [place for place in self.places.all() if place.has_words]

    @property
    def hours_ended_on(self) -> date | None:
        """The last day of the last hours that are known, where all have ended."""
        openings = [schedule.opening for schedule in self.schedules.all()]
        if not openings or not all(opening.is_over(timezone.localdate()) for opening in openings):
            return None
        return max(opening.valid_to for opening in openings if opening.valid_to)

    def stale_from(self) -> date:
        """The first day on which nobody can rely on it any more."""
        if self.assured_on is None:
            return date.min
        return self.assured_on + timedelta(days=FRESH_DAYS)

    @property
    def is_stale(self) -> bool:
        return timezone.localdate() >= self.stale_from()


class Place(models.Model):
    """Where a service is given."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="places")
    name = models.CharField(max_length=200, blank=True)
    address = models.TextField(blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    accessibility = models.TextField(blank=True)

    PUBLIC: ClassVar[set[str]] = {
        "service",
        "name",
        "address",
        "postcode",
        "latitude",
        "longitude",
        "accessibility",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        # As they were written: their numbers in what others read follow from it.
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name or self.address

    @property
    def has_words(self) -> bool:
        return bool(self.name or self.address or self.postcode or self.accessibility)


class Schedule(models.Model):
    """One line of a service's hours: what `hours.OpeningHours` says, as a row."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="schedules")
    freq = models.CharField(max_length=10, blank=True, help_text="DAILY, WEEKLY, MONTHLY, YEARLY")
    interval = models.PositiveSmallIntegerField(default=1, help_text="Every how many of these.")
    days = models.CharField(max_length=200, blank=True, help_text="MO,TU; 1MO,-1FR in a month")
    month_days = models.CharField(max_length=300, blank=True, help_text="1,15,-1")
    months = models.CharField(max_length=40, blank=True, help_text="5,6")
    opens_at = models.TimeField(null=True, blank=True)
    closes_at = models.TimeField(null=True, blank=True)
    all_day = models.BooleanField(default=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    words = models.TextField(blank=True)

    PUBLIC: ClassVar[set[str]] = {
        "service",
        "freq",
        "interval",
        "days",
        "month_days",
        "months",
        "opens_at",
        "closes_at",
        "all_day",
        "valid_from",
        "valid_to",
        "words",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return hours.said(self.opening, timezone.localdate())

    @property
    def opening(self) -> hours.OpeningHours:
        return hours.OpeningHours(**{name: getattr(self, name) for name in OPENING})

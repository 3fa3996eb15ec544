"""Who read what, and how long things are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField
from commonweal.partners.models import Partner
from commonweal.residents.models.people import Resident

from .cases import Case
from .referrals import Referral


class CaseRead(models.Model):
    """Somebody opened somebody's record: one row each time, by which link. Never changed.

    A reading of what was typed and not sent yet bears the draft's reference instead of a resident;
    who it is about is written in once it is sent. That a candidate was offered for a draft is
    such a reading too, and only what was offered can be chosen.
    """

    at = models.DateTimeField(default=timezone.now)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="reads", null=True)
    draft_code = models.CharField(max_length=20, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="reads")
    what = models.CharField(max_length=20)
    link = models.CharField(max_length=20, help_text="Why they might: caseload, queue, glass …")
    own_name = models.BooleanField(default=False)
    own_address = models.BooleanField(default=False)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "at",
        "person",
        "resident",
        "draft_code",
        "case",
        "what",
        "link",
        "own_name",
        "own_address",
    }

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["at"], name="reads_by_moment"),
            models.Index(
                fields=["draft_code"], condition=~Q(draft_code=""), name="reads_of_a_draft"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="reads_name_a_resident_or_a_draft",
                condition=Q(resident__isnull=False) | ~Q(draft_code=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} read {self.resident_id}"


def in_a_day() -> Any:
    return timezone.now() + timedelta(hours=24)


class ReadsForgotten(models.Model):
    """Readings from before a moment were forgotten, as the town's rule of keeping says.

    The database lets a reading go only where such a line is there, and the line never goes.
    """

    until = models.DateTimeField(help_text="Readings from before this moment may go.")
    at = models.DateTimeField(default=timezone.now)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "until", "at"}

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "reads forgotten"

    def __str__(self) -> str:
        return f"readings until {self.until:%Y-%m-%d}"


class Glass(models.Model):
    """Somebody broke the glass: read a case without a link to it, and said why. Never changed,
    but for who looked at it, and that its words go when the person is erased."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="glasses")
    because = EncryptedTextField()
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(default=in_a_day)
    looked_at_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "person",
        "case",
        "because",
        "at",
        "until",
        "looked_at_by",
    }

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.person_id} into {self.case_id}"


def in_two_hours() -> Any:
    return timezone.now() + timedelta(hours=2)


class RingBack(models.Model):
    """A caller who rang back was asked for two facts before their case was opened for this call.
    What they said is not kept, only which facts were asked and whether they fitted."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="ring_backs")
    facts = models.JSONField(default=list, help_text="Which facts: born, phone, postcode, email.")
    fitted = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(default=in_two_hours)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "person", "case", "facts", "fitted", "at", "until"}

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"ring back to {self.person_id} about {self.case_id}"


class OwnAddress(models.Model):
    """A keyed hash of where somebody who works here lives, so that reading it stands out."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="own_address")
    digest = models.CharField(max_length=32)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "person", "digest"}

    def __str__(self) -> str:
        return f"address of {self.person_id}"


class Copy(models.Model):
    """Somebody of a partner saw or took a resident's details: who holds a copy."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="copies")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    fields = models.JSONField(default=list)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "referral", "partner", "person", "at", "fields"}

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.partner_id} holds {self.referral_id}"


class Retention(models.Model):
    """For one purpose: so many days after it ends, what belongs to it is erased."""

    purpose = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    basis = models.CharField(max_length=300, help_text="The lawful basis, in words.")
    days = models.PositiveIntegerField()

    PUBLIC: ClassVar[set[str]] = {"purpose", "name", "basis", "days"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["purpose"]

    def __str__(self) -> str:
        return self.name

"""What somebody agreed to, and the privacy notice that they had."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField
from commonweal.partners.models import Partner
from commonweal.residents.models.people import Resident
from commonweal.services.models import HelpType


class Notice(models.Model):
    """A version of the privacy notice, as it was shown or read out."""

    version = models.CharField(max_length=20, unique=True)
    text = models.TextField()
    in_force_from = models.DateField()

    PUBLIC: ClassVar[set[str]] = {"version", "text", "in_force_from"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["-in_force_from", "-id"]

    def __str__(self) -> str:
        return self.version

    @classmethod
    def in_force(cls) -> Notice | None:
        """The version that holds today; one that is dated ahead waits for its day."""
        return cls.objects.filter(in_force_from__lte=timezone.localdate()).first()


class Consent(models.Model):
    """What a resident agreed to share: which fields, with whom, to get which help, until when.

    Written down before recipients were asked (`recipient` is *unknown*) it serves the referrals
    that rest on it and no new one.
    """

    class Recipient(models.TextChoices):
        PARTNER = "partner", "One named organisation"
        HELP = "help", "Any organisation that gives this help"
        UNKNOWN = "unknown", "Not asked: from before recipients were named"

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="consents")
    recipient = models.CharField(max_length=8, choices=Recipient.choices, default=Recipient.UNKNOWN)
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, blank=True, related_name="+")
    # For what: to get this kind of help, and in words what that means.
    help_type = models.ForeignKey(HelpType, models.PROTECT, null=True, blank=True, related_name="+")
    purpose = EncryptedTextField(blank=True, help_text="What it is shared for, in words.")
    fields = models.JSONField(default=list, help_text="Names of the fields that may be shared.")
    words = EncryptedTextField(help_text="What was read out or shown.", blank=True)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+")
    given_by = models.CharField(
        max_length=20,
        choices=[("self", "The resident"), ("other", "Somebody on their behalf")],
        default="self",
    )
    given_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    expires_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    PERSONAL: ClassVar[tuple[str, ...]] = ("purpose", "words")
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "resident",
        "recipient",
        "partner",
        "help_type",
        *PERSONAL,
        "fields",
        "notice",
        "given_by",
        "given_at",
        "taken_by",
        "expires_on",
        "withdrawn_at",
    }

    class Meta:
        ordering = ["-given_at"]
        constraints = [
            models.CheckConstraint(
                name="consents_name_recipient_and_purpose",
                condition=Q(recipient="unknown")
                | Q(recipient="partner", partner__isnull=False, help_type__isnull=False)
                | Q(recipient="help", partner=None, help_type__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"consent {self.pk} of {self.resident_id}"

    @property
    def holds(self) -> bool:
        """Whether it covers anything at this moment."""
        if self.withdrawn_at is not None:
            return False
        return self.expires_on is None or timezone.localdate() <= self.expires_on

    @property
    def to_whom(self) -> str:
        if self.recipient == self.Recipient.PARTNER and self.partner:
            return self.partner.name
        return self.get_recipient_display()

"""Residents and households: who somebody is, how they may safely be reached, who is who."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField
from commonweal.places.models import Area

from .guarding import Guarded, GuardedQuerySet
from .key_kinds import KeyKindField

# Without the letters and figures that are misheard on the telephone.
SIGNS = "ACDEFHJKMNPQRTUVWXY34679"


def new_reference(start: str = "H", *, groups: int = 3) -> str:
    """A reference to quote on the telephone: H-4K7-PX3-TMQ.

    Three groups are 2.6 million million references, so that two of 100,000 requests meet once in
    500 towns; where a million are kept there are four groups.
    """
    number, signs = secrets.randbelow(len(SIGNS) ** (3 * groups)), ""
    for _ in range(3 * groups):
        number, place = divmod(number, len(SIGNS))
        signs += SIGNS[place]
    return "-".join([start, *(signs[at : at + 3] for at in range(0, 3 * groups, 3))])


def new_resident_code() -> str:
    return new_reference("R", groups=4)


def new_household_code() -> str:
    return new_reference("D", groups=4)


class Household(models.Model):
    """People who live together. A merge of two persons never moves anybody else along."""

    code = models.CharField(max_length=20, unique=True, default=new_household_code)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "code", "made_at"}

    def __str__(self) -> str:
        return self.code


class ResidentQuerySet(GuardedQuerySet["Resident"]):
    def present(self) -> ResidentQuerySet:
        """Everybody who still is a person of their own here."""
        return self.exclude(state__in=[Resident.State.MERGED, Resident.State.ERASED])


class Resident(Guarded):
    """A person who was helped, or asked for help. Nothing about them is public, ever.

    How they may be reached is written by `reaching.write` alone and read through
    `reaching.may` and `reaching.of`; what stands here is the version in force.

    Names, addresses and numbers are encrypted with keys outside the database; what they are
    found by are keyed hashes (`ResidentKey`). An erased one keeps only those and the area.
    """

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        ARCHIVED = "archived", "Archived"
        MERGED = "merged", "Merged into another record"
        ERASED = "erased", "Erased"

    class Contact(models.TextChoices):
        NOT_ASKED = "not_asked", "Not asked yet"
        ANY = "any", "May be rung, texted and written to"
        NO_RING = "no_ring", "Do not ring"
        TEXT_ONLY = "text_only", "Only by text message"
        EMAIL_ONLY = "email_only", "Only by e-mail"
        POST_ONLY = "post_only", "Only by letter"
        NONE = "none", "Do not contact; they contact the desk"

    class Lives(models.TextChoices):
        ADDRESS = "address", "At an address"
        NO_FIXED = "no_fixed", "No fixed address"
        REFUGE = "refuge", "In a refuge: the address is never shown"

    code = models.CharField(max_length=20, unique=True, default=new_resident_code)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)

    # Who it is
    first_name = EncryptedTextField(blank=True)
    last_name = EncryptedTextField(blank=True)
    also_known_as = EncryptedTextField(blank=True, help_text="Other names, one a line.")
    born = EncryptedTextField(blank=True, help_text="1950, 1950-03 or 1950-03-27; empty: unknown.")
    nhs_number = EncryptedTextField(blank=True)
    language = EncryptedTextField(blank=True)

    # How they may be reached
    contact = models.CharField(max_length=12, choices=Contact.choices, default=Contact.NOT_ASKED)
    safe_days = models.CharField(max_length=7, blank=True, help_text="1 is Monday; empty: every.")
    safe_from = models.TimeField(null=True, blank=True)
    safe_until = models.TimeField(null=True, blank=True)
    safe_word = EncryptedTextField(blank=True)
    safe_note = EncryptedTextField(blank=True, help_text="When and how it is safe to get in touch.")
    contact_version = models.PositiveIntegerField(default=0, help_text="0: nobody was asked.")
    phones = EncryptedTextField(blank=True, help_text="One a line, as they were given.")
    email = EncryptedTextField(blank=True)

    # Where they live
    lives = models.CharField(max_length=10, choices=Lives.choices, default=Lives.ADDRESS)
    address = EncryptedTextField(blank=True)
    postcode = EncryptedTextField(blank=True)
    uprn = EncryptedTextField(blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="members"
    )

    # What stops everything
    is_dead = models.BooleanField(default=False)
    dead_reported_at = models.DateTimeField(null=True, blank=True)

    # How it came here, and until when it stays
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)
    keyed = models.PositiveSmallIntegerField(
        default=0, help_text="Which version of the keys it is found by."
    )
    compared_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was compared with whoever it may be."
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from"
    )
    keep_until = models.DateField(null=True, blank=True)
    erased_on = models.DateField(null=True, blank=True)

    objects = ResidentQuerySet.as_manager()

    # What a person is described by: what leaves when they are erased.
    PERSONAL: ClassVar[tuple[str, ...]] = (
        "first_name",
        "last_name",
        "also_known_as",
        "born",
        "nhs_number",
        "language",
        "safe_word",
        "safe_note",
        "phones",
        "email",
        "address",
        "postcode",
        "uprn",
    )
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "state",
        *PERSONAL,
        "contact",
        "safe_days",
        "safe_from",
        "safe_until",
        "contact_version",
        "lives",
        "area",
        "household",
        "is_dead",
        "dead_reported_at",
        "made_at",
        "changed_at",
        "merged_into",
        "keep_until",
        "erased_on",
        "keyed",
        "compared_at",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="merged_residents_lead_somewhere",
                condition=(Q(state="merged") & Q(merged_into__isnull=False))
                | (~Q(state="merged") & Q(merged_into=None)),
            ),
            models.CheckConstraint(
                name="erased_residents_hold_nothing",
                condition=~Q(state="erased")
                | Q(first_name="", last_name="", phones="", email="", address="", postcode=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["keep_until"], condition=~Q(state="erased"), name="residents_to_forget"
            ),
            models.Index(fields=["keyed"], name="residents_to_key"),
            # Almost nobody is merged, so SQLite thinks nothing of an index of everybody.
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="residents_that_were_merged",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part)

    @property
    def name(self) -> str:
        """As it stands at the head of their page."""
        if self.state == self.State.ERASED:
            return f"Erased record {self.code}"
        return self.full_name or "No name given"

    @property
    def phone_list(self) -> list[str]:
        return [line.strip() for line in self.phones.splitlines() if line.strip()]


class ResidentKey(models.Model):
    """One way in which a resident can be found: a keyed hash, never the words themselves.

    On SQLite the table lies in the order of its digests and has no other rows (migration 0004);
    a foreign key to it there can't be.
    """

    pk = models.CompositePrimaryKey("digest", "resident")
    digest = models.BigIntegerField()
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="keys")
    kind = KeyKindField()

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"resident", "kind", "digest"}

    def __str__(self) -> str:
        return f"{self.kind} of {self.resident_id}"


def in_a_year() -> Any:
    return timezone.now() + timedelta(days=365)


class Merge(models.Model):
    """Two records were found to be one person, by a person. Can be undone for twelve months."""

    kept = models.ForeignKey(Resident, models.PROTECT, related_name="merges_kept")
    gone = models.ForeignKey(Resident, models.PROTECT, related_name="merges_gone")
    reasons = models.JSONField(default=list, help_text="Fields and how alike; no values.")
    because = EncryptedTextField(blank=True)
    # What changed by it, as JSON (see `merging.Journal`), so that undoing takes back only that.
    journal = EncryptedTextField(blank=True)
    merged_at = models.DateTimeField(default=timezone.now)
    merged_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reversible_until = models.DateTimeField(default=in_a_year)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_because = EncryptedTextField(blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "kept",
        "gone",
        "reasons",
        "because",
        "journal",
        "merged_at",
        "merged_by",
        "reversible_until",
        "undone_at",
        "undone_by",
        "undone_because",
    }

    class Meta:
        ordering = ["-merged_at"]
        constraints = [
            models.CheckConstraint(
                name="nobody_is_merged_with_themselves", condition=~Q(kept=F("gone"))
            ),
            models.UniqueConstraint(
                fields=["gone"], condition=Q(undone_at=None), name="merged_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"


class Different(models.Model):
    """Two records that look alike are two people, said by a person. They are not offered again."""

    one = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    other = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    because = EncryptedTextField(blank=True)
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "one", "other", "because", "decided_at", "decided_by"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="each_pair_once"),
            models.CheckConstraint(name="pairs_are_in_order", condition=Q(one__lt=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} is not {self.other_id}"

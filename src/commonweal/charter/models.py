"""The charter: its text over time, who signed it, and the tiers that partners hold."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.design.words import day
from commonweal.partners.models import Partner


class Decision(models.Model):
    """Who decided what, when, with the reference of the minute."""

    code = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    body = models.CharField(max_length=120, help_text="The body that decided.")
    decided_on = models.DateField()
    text = models.TextField(blank=True)
    minute = models.CharField(max_length=120, blank=True)
    source_url = models.URLField(blank=True, max_length=500)

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "title",
        "body",
        "decided_on",
        "text",
        "minute",
        "source_url",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["-decided_on", "title"]

    def __str__(self) -> str:
        return f"{self.title} ({self.body}, {self.decided_on:%-d %B %Y})"

    def get_absolute_url(self) -> str:
        return f"/charter/decisions/{self.code}/"


class Theme(models.Model):
    """What a promise is for; it stays the same over the versions of the charter."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    PUBLIC: ClassVar[set[str]] = {"code", "name", "description", "order"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/themes/{self.code}/"


class VersionQuerySet(models.QuerySet["CharterVersion"]):
    def in_force(self, on: date) -> VersionQuerySet:
        return self.filter(in_force_from__lte=on).filter(
            Q(in_force_until=None) | Q(in_force_until__gte=on)
        )


class CharterVersion(models.Model):
    """The charter's text as adopted by one decision. Several may be in force at one time."""

    number = models.PositiveSmallIntegerField(unique=True)
    title = models.CharField(max_length=200)
    preamble = models.TextField(blank=True)
    adopted_by = models.ForeignKey(Decision, models.PROTECT, related_name="versions")
    in_force_from = models.DateField()
    in_force_until = models.DateField(null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = {
        "number",
        "title",
        "preamble",
        "adopted_by",
        "in_force_from",
        "in_force_until",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                name="versions_end_after_they_begin",
                condition=Q(in_force_until=None) | Q(in_force_until__gte=F("in_force_from")),
            )
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"

    def get_absolute_url(self) -> str:
        return f"/charter/{self.number}/"

    def is_in_force(self, on: date) -> bool:
        until = self.in_force_until
        return self.in_force_from <= on and (until is None or on <= until)


class Clause(models.Model):
    """One numbered sentence of a version, under a theme."""

    version = models.ForeignKey(CharterVersion, models.PROTECT, related_name="clauses")
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="clauses")
    number = models.CharField(max_length=12)
    text = models.TextField()

    PUBLIC: ClassVar[set[str]] = {"version", "theme", "number", "text"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["version", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="clauses_are_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.version}, {self.number}: {self.text}"


class Signature(models.Model):
    """A partner signed a version: by whom, in what capacity, on which terms. Of one on paper the
    desk entered that and the day; nobody signed it here."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="signatures")
    version = models.ForeignKey(CharterVersion, models.PROTECT, related_name="signatures")
    signed_on = models.DateField()
    capacity = models.CharField(max_length=100, help_text="For example: chief executive.")
    terms_version = models.CharField(max_length=20)
    signed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    signed_name = models.CharField(max_length=120, help_text="As written by the signer.")
    show_name = models.BooleanField(default=False, help_text="The signer agreed to be named.")
    entered_on = models.DateField(
        null=True, blank=True, help_text="The day on which the desk entered it from the paper."
    )
    entered_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_because = models.TextField(blank=True)

    PUBLIC: ClassVar[set[str]] = {
        "partner",
        "version",
        "signed_on",
        "capacity",
        "terms_version",
        "show_name",
        "entered_on",
        "ended_on",
        "ended_because",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "signed_by", "signed_name", "entered_by"}

    class Meta:
        ordering = ["signed_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "version"],
                condition=Q(ended_on=None),
                name="one_signature_a_version",
            ),
            models.CheckConstraint(
                name="ended_signatures_say_why",
                condition=Q(ended_on=None) | ~Q(ended_because=""),
            ),
            models.CheckConstraint(
                name="signatures_on_paper_were_given_by_nobody_here",
                condition=Q(entered_on=None) | Q(signed_by=None, signed_name="", show_name=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} on {self.version}"

    @property
    def in_words(self) -> str:
        """On which day and how it was given, as everybody may read it."""
        if self.entered_on is not None:
            return (
                f"on paper on {day(self.signed_on)}; the town entered it on {day(self.entered_on)}"
            )
        name = f" ({self.signed_name})" if self.show_name else ""
        return f"on {day(self.signed_on)}, as {self.capacity}{name}"


class HeldSignature(models.Model):
    """What a partner signed while it waits to be accepted. From that day it is a signature; until
    then it counts nowhere and is public nowhere."""

    partner = models.OneToOneField(Partner, models.PROTECT, related_name="held_signature")
    version = models.ForeignKey(CharterVersion, models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=100)
    terms_version = models.CharField(max_length=20)
    signed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=120, help_text="As written by the signer.")
    show_name = models.BooleanField(default=False, help_text="The signer agreed to be named.")
    held_at = models.DateTimeField(default=timezone.now)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "partner",
        "version",
        "capacity",
        "terms_version",
        "signed_by",
        "signed_name",
        "show_name",
        "held_at",
    }

    def __str__(self) -> str:
        return f"{self.partner} on {self.version}, held"

    @property
    def stands(self) -> bool:
        """Whether it would count if the partner were accepted today, as far as the text goes."""
        return self.version.is_in_force(timezone.localdate())


class Tier(models.Model):
    """A level that a signatory can hold, with what it takes and how long it lasts."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    criteria = models.TextField()
    rank = models.PositiveSmallIntegerField(unique=True)
    review_months = models.PositiveSmallIntegerField(default=24)

    # Of the criteria what can be counted; None: it does not matter for this tier.
    pledges_least = models.PositiveSmallIntegerField(null=True, blank=True)
    verified_least = models.PositiveSmallIntegerField(null=True, blank=True)
    themes_least = models.PositiveSmallIntegerField(null=True, blank=True)
    late_most = models.PositiveSmallIntegerField(null=True, blank=True)

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "name",
        "criteria",
        "rank",
        "review_months",
        "pledges_least",
        "verified_least",
        "themes_least",
        "late_most",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["rank"]

    def __str__(self) -> str:
        return self.name


class AwardQuerySet(models.QuerySet["TierAward"]):
    def held(self, on: date) -> AwardQuerySet:
        """Awards that stand on a day. The day after the review date they have lapsed."""
        return self.filter(confirmed_on__lte=on, review_on__gte=on).filter(
            Q(withdrawn_on=None) | Q(withdrawn_on__gt=on)
        )


class TierAward(models.Model):
    """A panel decided that a partner holds a tier until a review date.

    Two people decide: one proposes, another confirms. A withdrawal is proposed with a reason,
    waits for the partner's reply, and is then decided by a second person as well.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="awards")
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="awards")
    reasons = models.TextField()
    minute = models.CharField(max_length=120, blank=True)
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_on = models.DateField()
    confirmed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    confirmed_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)

    # Taking it back
    withdrawal_because = models.TextField(blank=True)
    withdrawal_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    reply_until = models.DateField(null=True, blank=True)
    reply = models.TextField(blank=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    withdrawn_on = models.DateField(null=True, blank=True)

    objects = AwardQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "partner",
        "tier",
        "reasons",
        "minute",
        "proposed_on",
        "confirmed_on",
        "review_on",
        "withdrawn_on",
    }
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "proposed_by",
        "confirmed_by",
        "withdrawal_because",
        "withdrawal_by",
        "reply_until",
        "reply",
        "withdrawn_by",
    }

    class Meta:
        ordering = ["-confirmed_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="two_people_raise_a_tier",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="two_people_withdraw_a_tier",
                condition=Q(withdrawn_by=None) | ~Q(withdrawn_by=F("withdrawal_by")),
            ),
            models.CheckConstraint(
                name="confirmed_awards_have_a_review_date",
                condition=Q(confirmed_on=None) | Q(review_on__isnull=False),
            ),
            models.CheckConstraint(
                name="withdrawn_awards_say_why",
                condition=Q(withdrawn_on=None) | ~Q(withdrawal_because=""),
            ),
            models.UniqueConstraint(
                fields=["partner", "tier"],
                condition=Q(confirmed_on=None, withdrawn_on=None),
                name="one_open_proposal_a_tier",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier} for {self.partner}"

    def is_held(self, on: date) -> bool:
        return (
            self.confirmed_on is not None
            and self.review_on is not None
            and self.confirmed_on <= on <= self.review_on
            and (self.withdrawn_on is None or self.withdrawn_on > on)
        )

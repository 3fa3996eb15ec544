"""Grants that are asked for from a fund, and their reviews."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.cases.models.cases import Case
from commonweal.office.fields import EncryptedTextField
from commonweal.residents.models.people import Resident, new_reference

from .. import state as grant_state
from .funds import MONEY, Fund

# Spend categories of the Household Support Fund as councils return them.
CATEGORIES = (
    ("food", "Food"),
    ("energy", "Energy and water"),
    ("essentials_energy", "Essentials linked to energy and water"),
    ("essentials", "Wider essentials"),
    ("housing", "Housing costs"),
    ("advice", "Advice"),
)
# Whom a household is for that a fund's giver asks about; the first that fits.
HOUSEHOLDS = (
    ("children", "Household with children"),
    ("pensioner", "Household with somebody of pension age"),
    ("disabled", "Household with a disabled person"),
    ("other", "Another household"),
)
# 360Giving's codes for grants to individuals.
REASONS = (
    ("GTIR010", "Financial hardship"),
    ("GTIR020", "Disability"),
    ("GTIR030", "Health or condition"),
    ("GTIR040", "Mental health"),
    ("GTIR050", "Family breakup"),
    ("GTIR060", "Violence or abuse"),
    ("GTIR070", "Livelihood"),
    ("GTIR080", "Homelessness"),
    ("GTIR090", "Marginalised"),
    ("GTIR100", "Emergency or crisis event"),
    ("GTIR110", "Development opportunity"),
    ("GTIR120", "Social action"),
)
PURPOSES = (
    ("GTIP010", "Unrestricted"),
    ("GTIP020", "Furniture and appliances"),
    ("GTIP030", "Equipment and home adaptations"),
    ("GTIP040", "Devices and digital access"),
    ("GTIP050", "Utilities"),
    ("GTIP060", "Other housing related costs"),
    ("GTIP070", "Food and essential items"),
    ("GTIP080", "Clothing"),
    ("GTIP090", "Debt"),
    ("GTIP100", "Travel and transport"),
    ("GTIP110", "Holiday and activity costs"),
    ("GTIP120", "Health, care and wellbeing services"),
    ("GTIP130", "Education and training"),
    ("GTIP140", "Employment and work"),
    ("GTIP150", "Creative activities"),
    ("GTIP160", "Community projects"),
    ("GTIP170", "Exceptional costs"),
)


def new_award_code() -> str:
    return new_reference("G")


class Award(models.Model):
    """One application to a fund, from asking to payment. Assessed, approved and paid by three
    acts, and never assessed and approved by one person. What was said of it stands in its
    decisions, row by row."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked for"
        ASSESSED = "assessed", "Assessed"
        HELD = "held", "Held: a person has to look"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"
        PAID = "paid", "Paid"
        CANCELLED = "cancelled", "Cancelled"
        WITHDRAWN = "withdrawn", "Withdrawn"

    # Nobody may ask the same fund again for the same case while it is one of these.
    OPEN: ClassVar[tuple[str, ...]] = ("asked", "assessed", "held", "approved")

    code = models.CharField(max_length=20, unique=True, default=new_award_code)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="awards")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="awards")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="awards")
    category = models.CharField(max_length=20, choices=CATEGORIES)
    reason = models.CharField(max_length=8, choices=REASONS)
    purpose = models.CharField(max_length=8, choices=PURPOSES)
    asked = models.DecimalField(**MONEY)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_on = models.DateField(default=timezone.localdate)

    # What a fund's return asks: who lives there, and whether it was asked for
    household_type = EncryptedTextField(blank=True, choices=HOUSEHOLDS)
    is_proactive = models.BooleanField(
        default=False, help_text="The council offered it: nobody applied."
    )

    # By which way, and what it takes (``methods``): which of these are asked is in its row
    method = models.CharField(max_length=10, default="transfer")
    payee = EncryptedTextField(blank=True)
    sort_code = EncryptedTextField(blank=True)
    account = EncryptedTextField(blank=True)
    through = EncryptedTextField(blank=True, help_text="Shop, supplier or counter.")
    number = EncryptedTextField(blank=True, help_text="Of a meter, a card or a bill.")
    goods = EncryptedTextField(blank=True)
    # What repeats are found by: keyed hashes
    account_key = models.CharField(max_length=64, blank=True, db_index=True)
    address_key = models.CharField(max_length=64, blank=True, db_index=True)
    household_code = models.CharField(max_length=20, blank=True, db_index=True)

    # Fund and case while it is open: two of one case can't both be
    asked_once = models.CharField(max_length=80, unique=True, null=True, editable=False)

    # Where it stands: what its decisions say, written by grant_entries.keep alone
    amount = models.DecimalField(**MONEY, null=True, blank=True)
    assessed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    assessed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    # What its way asks for
    DETAILS: ClassVar[tuple[str, ...]] = (
        "payee",
        "sort_code",
        "account",
        "through",
        "number",
        "goods",
    )
    PERSONAL: ClassVar[tuple[str, ...]] = (*DETAILS, "household_type")
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "fund",
        "resident",
        "case",
        "category",
        "reason",
        "purpose",
        "asked",
        "state",
        "asked_on",
        "is_proactive",
        "method",
        *PERSONAL,
        "account_key",
        "address_key",
        "household_code",
        "asked_once",
        "amount",
        "assessed_by",
        "assessed_at",
        "decided_by",
        "decided_at",
    }

    class Meta:
        ordering = ["asked_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="two_people_assess_and_decide",
                condition=Q(decided_by=None) | ~Q(decided_by=F("assessed_by")),
            ),
            models.CheckConstraint(
                name="awards_are_of_something", condition=Q(amount=None) | Q(amount__gte=0)
            ),
            models.CheckConstraint(
                name="approved_awards_have_an_amount",
                condition=~Q(state__in=["approved", "paid"])
                | Q(amount__gt=0, decided_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return f"/desk/grants/{self.code}/"

    @property
    def held(self) -> list[str]:
        """Why it is held, one sentence a reason; nothing once it was let go on."""
        rows = list(self.decisions.all())
        if not grant_state.standing([row.act for row in rows]).is_held:
            return []
        since = max((row.pk for row in rows if row.kind == "released"), default=0)
        held = [row.words for row in rows if row.kind == "held" and row.pk > since]
        return list(dict.fromkeys(line for reasons in held for line in reasons.splitlines()))


class AwardReview(models.Model):
    """The right of review: other officers look again, in time, and never award less. What was
    said, by whom, stands in the grant's decisions."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="reviews")
    asked_on = models.DateField(default=timezone.localdate)
    due_on = models.DateField()
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    was = models.DecimalField(**MONEY)
    amount = models.DecimalField(**MONEY, null=True, blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "award",
        "asked_on",
        "due_on",
        "decided_on",
        "decided_by",
        "was",
        "amount",
    }

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["award"], condition=Q(decided_on=None), name="one_open_review_an_award"
            ),
            models.CheckConstraint(
                name="a_review_never_lowers", condition=Q(amount=None) | Q(amount__gte=F("was"))
            ),
        ]

    def __str__(self) -> str:
        return f"review of {self.award_id}"

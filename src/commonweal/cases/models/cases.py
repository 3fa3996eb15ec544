"""Help requests: what is needed, what was done about it, and how it came in."""

from __future__ import annotations

import secrets
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField
from commonweal.partners.models import Partner
from commonweal.places.models import Area
from commonweal.residents.models.people import Resident, new_reference
from commonweal.services.models import HelpType

from .consents import Notice


class Channel(models.TextChoices):
    WEB = "web", "Form on the web"
    PHONE = "phone", "Telephone"
    EMAIL = "email", "E-mail"
    LETTER = "letter", "Letter"
    WALK_IN = "walk_in", "In person"
    LIST = "list", "A list of names"
    PARTNER = "partner", "From a partner"


def new_draft_code() -> str:
    return new_reference("F")


def new_pin() -> str:
    return f"{secrets.randbelow(10**6):06}"


class IntakeDraft(models.Model):
    """What was typed so far, by a handler on the telephone or by a resident on the form.

    Saved as one types, so that a caller who is cut off loses nothing; another handler, or the
    resident with reference and number, goes on with it.
    """

    code = models.CharField(max_length=20, unique=True, default=new_draft_code)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    answers = EncryptedTextField(blank=True, help_text="JSON of what was typed.")
    marks = EncryptedTextField(
        blank=True, help_text="JSON: who typed which field and when; what two typed differently."
    )
    pin_hash = models.CharField(max_length=64, blank=True)
    wrong_pins = models.PositiveSmallIntegerField(default=0)
    started_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    saved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    saves = models.PositiveIntegerField(default=0)
    is_restricted = models.BooleanField(
        default=False, help_text="A restricted kind is ticked, or it fits a restricted person."
    )
    sent_as = models.OneToOneField(
        "Case", models.SET_NULL, null=True, blank=True, related_name="draft"
    )

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "channel",
        "answers",
        "marks",
        "pin_hash",
        "wrong_pins",
        "started_by",
        "saved_by",
        "started_at",
        "saved_at",
        "saves",
        "is_restricted",
        "sent_as",
    }

    class Meta:
        ordering = ["-saved_at"]

    def __str__(self) -> str:
        return self.code


# Indexes of open cases, by what the queue is narrowed and sorted by. Whatever a count or the order
# of a list asks for stands in them (with OF_A_ROW), so that no row is read for it.
IN_THE_QUEUE = {
    "requests_in_the_queue": ["urgency", "-in_danger", "due_at"],
    "requests_of_a_handler": ["assigned_to", "urgency", "-in_danger", "due_at"],
    "requests_of_an_area": ["area", "urgency", "-in_danger", "due_at"],
    "requests_past_their_time": ["late_at"],
    "requests_without_a_plan": ["bare_at", "assigned_to", "urgency", "in_danger", "opened_at"],
    "requests_by_contact": ["last_contact_at"],
    "requests_by_promise": ["due_at", "first_contact_at"],
    "requests_by_age": ["opened_at"],
}
OF_A_ROW = ["id", "state", "resident"]


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> CaseQuerySet:
        return self.exclude(state=Case.State.CLOSED)

    def requests(self) -> CaseQuerySet:
        """Requests: what somebody came with. Who stands on a list was sent here, and is no sign
        that more ask for help."""
        return self.exclude(channel=Channel.LIST)

    def listed(self) -> CaseQuerySet:
        return self.filter(channel=Channel.LIST)


class Case(models.Model):
    """A call for help: one resident, one or more needs, until the loop is closed."""

    class State(models.TextChoices):
        NEW = "new", "New"
        WORKING = "working", "Being worked on"
        WAITING = "waiting", "Waiting for a partner"
        CLOSED = "closed", "Closed"

    class Urgency(models.IntegerChoices):
        NOW = 1, "Now: today"
        SOON = 2, "Soon: within two days"
        NORMAL = 3, "Normal"
        CAN_WAIT = 4, "Can wait"

    code = models.CharField(max_length=20, unique=True, default=new_reference)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="cases")

    # How it came in
    channel = models.CharField(max_length=10, choices=Channel.choices)
    words = EncryptedTextField(blank=True, help_text="What was said, in their own words.")
    on_behalf = models.BooleanField(default=False)
    caller_name = EncryptedTextField(blank=True)
    caller_relation = EncryptedTextField(blank=True)
    caller_contact = EncryptedTextField(blank=True)
    consent_words = EncryptedTextField(blank=True)
    adults = EncryptedTextField(blank=True, help_text="How many adults live there; empty: unknown.")
    children = EncryptedTextField(blank=True, help_text="How many children; empty: unknown.")
    ages = EncryptedTextField(blank=True, help_text="Ages of the children, as they were said.")
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+")
    from_partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    # How urgent it is: what was named, what the rules say, what a person decided instead
    signs = models.JSONField(default=list, help_text="Codes of the signs that somebody named.")
    came_as = models.PositiveSmallIntegerField(
        choices=Urgency.choices,
        null=True,
        blank=True,
        help_text="From a list or a partner: the rules never make it less urgent than this.",
    )
    in_danger = models.BooleanField(default=False)
    score = models.PositiveSmallIntegerField(default=0)
    reasons = models.JSONField(default=list, help_text="List of [points, words], largest first.")
    computed = models.PositiveSmallIntegerField(choices=Urgency.choices, default=Urgency.NORMAL)
    decided = models.PositiveSmallIntegerField(choices=Urgency.choices, null=True, blank=True)
    decided_because = EncryptedTextField(blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    urgency = models.PositiveSmallIntegerField(choices=Urgency.choices, default=Urgency.NORMAL)
    due_at = models.DateTimeField(null=True)

    # Where it stands
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    assigned_to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    is_restricted = models.BooleanField(default=False)
    first_contact_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_words = EncryptedTextField(blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")

    # What the queue asks of every case at once. Triggers write these (decision 0046), nobody else.
    late_at = models.DateTimeField(
        null=True, editable=False, help_text="When a contact, call or next action is overdue."
    )
    bare_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="From when no call and no next action holds for one of its open needs.",
    )
    last_contact_at = models.DateTimeField(
        null=True, editable=False, help_text="When somebody last spoke to them."
    )

    objects = CaseQuerySet.as_manager()

    # Older lines of the record, and journals of merges, know it by this name.
    FORMERLY: ClassVar[tuple[str, ...]] = ("helps.HelpRequest",)
    ONCE: ClassVar[str] = "HelpRequest"
    PERSONAL: ClassVar[tuple[str, ...]] = (
        "words",
        "caller_name",
        "caller_relation",
        "caller_contact",
        "consent_words",
        "adults",
        "children",
        "ages",
        "decided_because",
        "closed_words",
    )
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "resident",
        "channel",
        *PERSONAL,
        "on_behalf",
        "notice",
        "from_partner",
        "opened_at",
        "taken_by",
        "signs",
        "came_as",
        "in_danger",
        "score",
        "reasons",
        "computed",
        "decided",
        "decided_by",
        "urgency",
        "due_at",
        "state",
        "assigned_to",
        "is_restricted",
        "first_contact_at",
        "closed_at",
        "area",
        "late_at",
        "bare_at",
        "last_contact_at",
    }

    class Meta:
        ordering = ["urgency", "-in_danger", "due_at"]
        constraints = [
            models.CheckConstraint(
                name="closed_requests_have_their_moment",
                condition=(Q(state="closed") & Q(closed_at__isnull=False))
                | (~Q(state="closed") & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="decided_urgency_names_its_person",
                condition=Q(decided=None) | Q(decided_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["opened_at", "channel", "area"], name="requests_by_day"),
            *(
                models.Index(fields=[*columns, *OF_A_ROW], condition=~Q(state="closed"), name=name)
                for name, columns in IN_THE_QUEUE.items()
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return f"/desk/help/cases/{self.code}/"

    @property
    def three_reasons(self) -> list[tuple[int, str]]:
        return [(points, reason) for points, reason in self.reasons[:3]]


class NeedQuerySet(models.QuerySet["Need"]):
    def requests(self) -> NeedQuerySet:
        """Needs of requests: see `CaseQuerySet.requests`."""
        return self.exclude(case__channel=Channel.LIST)


class Need(models.Model):
    """One thing that a request asks for, of one help type, until it is met or not."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        MET = "met", "Met"
        PARTLY = "partly", "Met in part"
        UNMET = "unmet", "Not met"
        GONE = "gone", "Not needed any more"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="needs")
    help_type = models.ForeignKey(HelpType, models.PROTECT, related_name="needs")
    answers = EncryptedTextField(blank=True, help_text="JSON: answers to the type's questions.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    opened_on = models.DateField(default=timezone.localdate)
    closed_on = models.DateField(null=True, blank=True)
    why_unmet = models.CharField(
        max_length=20,
        blank=True,
        choices=[
            ("no_service", "There is no such service"),
            ("no_capacity", "No place was free"),
            ("not_eligible", "They did not meet the criteria"),
            ("no_money", "The fund is spent"),
            ("not_reached", "They could not be reached"),
            ("declined", "They declined it"),
            ("other", "Another reason"),
        ],
    )

    objects = NeedQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "case",
        "help_type",
        "answers",
        "state",
        "opened_on",
        "closed_on",
        "why_unmet",
    }

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "help_type"], name="one_need_a_type"),
            models.CheckConstraint(
                name="unmet_needs_say_why", condition=~Q(state="unmet") | ~Q(why_unmet="")
            ),
        ]
        indexes = [
            models.Index(fields=["opened_on", "help_type"], name="needs_by_day"),
            models.Index(
                fields=["help_type", "case"], condition=Q(state="open"), name="needs_open_of_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.help_type} for {self.case}"

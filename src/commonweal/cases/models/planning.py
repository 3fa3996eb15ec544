"""What is done next about a need: by when, by whom, and why it came up."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.office.fields import EncryptedTextField

from .cases import Need


class NextAction(models.Model):
    """One thing that somebody does about one need by a moment.

    Calls that are owed, referrals, and tasks of volunteers are next actions too and stay where
    they are; `planning.next_of` reads all of them. A row here is what none of these says. Moving
    one ends it and makes another, so that nothing is written over.
    """

    class Kind(models.TextChoices):
        DECIDE = "decide", "Decide what to do next"
        HELP = "help", "Get the help under way"
        ASK = "ask", "Ask somebody about it"
        WAIT = "wait", "Look whether it has come"
        WRITE = "write", "Write to them"
        VISIT = "visit", "Go there"
        GRANT = "grant", "Hear what became of the grant"
        OTHER = "other", "Something else"

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        DONE = "done", "Done"
        MOVED = "moved", "Moved to another day or person"
        DROPPED = "dropped", "Not needed any more"

    class Because(models.TextChoices):
        """The event after which something has to be done."""

        HAND = "hand", "planned by hand"
        MOVED = "moved", "moved"
        TAKEN = "taken", "the call was taken"
        SPOKEN = "spoken", "they were spoken to"
        ATTEMPTS = "attempts", "the attempts to ring are spent"
        NO_CALL = "no_call", "the call that was owed is not made"
        TASK_DONE = "task_done", "the volunteer's task is done"
        TASK_CANCELLED = "task_cancelled", "the volunteer's task was cancelled"
        REFERRAL_DECLINED = "referral_declined", "the partner declined"
        REFERRAL_RETURNED = "referral_returned", "the partner did not answer in time"
        REFERRAL_DONE = "referral_done", "the partner has finished"
        REFERRAL_BACK = "referral_back", "the referral was taken back"
        CONSENT = "consent", "consent was withdrawn"
        GRANT_ASKED = "grant_asked", "a grant was asked for"
        GRANT_REFUSED = "grant_refused", "the grant was refused"
        GRANT_CANCELLED = "grant_cancelled", "the grant was cancelled"
        GRANT_WITHDRAWN = "grant_withdrawn", "the application for a grant was withdrawn"
        GRANT_PAID = "grant_paid", "the grant was paid"
        REOPENED = "reopened", "the need was opened again"
        SAFETY = "safety", "safety came into it"
        ALIVE = "alive", "a report of death was wrong"

    # What it is
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    need = models.ForeignKey(Need, models.PROTECT, related_name="next_actions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    about = models.CharField(
        max_length=20, blank=True, help_text="Reference of the grant, referral or task."
    )
    words = EncryptedTextField(blank=True)
    due_at = models.DateTimeField(help_text="The end of a day where only the day was said.")
    owner = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Nobody: it was given back to the desk.",
    )

    # How it came here
    because = models.CharField(max_length=20, choices=Because.choices)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    # Where it stands
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_words = EncryptedTextField(blank=True, help_text="What came of it, or why it moved.")

    PERSONAL: ClassVar[tuple[str, ...]] = ("words", "ended_words")
    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "need",
        "kind",
        "about",
        *PERSONAL,
        "due_at",
        "owner",
        "because",
        "made_at",
        "made_by",
        "state",
        "ended_at",
        "ended_by",
    }

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="ended_actions_have_their_moment",
                condition=(Q(state="planned") & Q(ended_at=None))
                | (~Q(state="planned") & Q(ended_at__isnull=False)),
            )
        ]
        indexes = [
            models.Index(
                fields=["need", "due_at"],
                condition=Q(state="planned"),
                name="actions_planned_for_a_need",
            ),
            models.Index(
                fields=["owner", "due_at"], condition=Q(state="planned"), name="actions_of_an_owner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.need_id}"

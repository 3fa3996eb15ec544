"""People, what they may do, what was done, and the mail that is owed to them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import make_password
from django.db import models
from django.db.models import Exists, F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from commonweal.office.fields import EncryptedTextField
from commonweal.office.fixed_queries import FixedQuery


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **columns: Any) -> Person:
        person = self.model(email=email.strip().lower(), **columns)
        person.save(force_insert=True, using=self._db)
        return person

    def get(self, *conditions: Any, **columns: Any) -> Person:
        """By their key alone, as each request asks who it is: by SQL that is made once."""
        key = columns.get("pk")
        # No database takes a larger number; Django knows that there is no such row.
        is_a_key = isinstance(key, int) and 0 < key < 2**63
        if conditions or len(columns) > 1 or not is_a_key or self._is_of_some():
            return super().get(*conditions, **columns)
        person = PERSON_BY_KEY.first(key)
        if person is None:
            raise self.model.DoesNotExist
        return person

    def _is_of_some(self) -> bool:
        """Whether this asks of some people alone, or of another database."""
        return type(self) is not PersonManager or bool(self._db)

    def get_by_natural_key(self, email: str | None) -> Person:
        return self.get(email__iexact=email)


def no_password() -> str:
    return make_password(None)


class Person(AbstractBaseUser):
    """Somebody who can sign in, with an e-mailed code, a passkey or an authenticator app."""

    # Nobody has one: this column exists because Django's base class wants it.
    password = models.CharField(max_length=128, default=no_password, editable=False)

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    wants_digest = models.BooleanField(default=True)

    # Set for a request whose session gave no second factor: then no role counts in it.
    roles_sleep = False

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = PersonManager()

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "email",
        "name",
        "is_active",
        "joined_at",
        "wants_digest",
        "password",
        "last_login",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_person_an_email"),
        ]

    def __str__(self) -> str:
        return self.name or "a person without a name"

    def get_full_name(self) -> str:
        return self.name


PERSON_BY_KEY = FixedQuery(lambda pk: Person.objects.filter(pk=pk), int)


class Role(models.TextChoices):
    """A role in the town. Roles in a partner are memberships, see `commonweal.partners`."""

    CHARTER_MANAGER = "charter_manager", "Charter manager"
    REVIEWER = "reviewer", "Reviewer (working group)"
    VALIDATOR = "validator", "Validator (cross-party group)"
    PROGRAMME_LEAD = "programme_lead", "Programme lead"
    ANALYST = "analyst", "Analyst"
    DATA_PROTECTION_OFFICER = "data_protection_officer", "Data protection officer"
    ADMINISTRATOR = "administrator", "Administrator"
    CALL_HANDLER = "call_handler", "Call handler"
    NAMED_COLLEAGUE = "named_colleague", "Named colleague (for a restricted kind of help)"
    DESK_MANAGER = "desk_manager", "Desk manager"
    GRANTS_ASSESSOR = "grants_assessor", "Grants assessor"
    GRANTS_APPROVER = "grants_approver", "Grants approver"
    FINANCE_OFFICER = "finance_officer", "Finance officer"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def running(self, on: date) -> AppointmentQuerySet:
        """Whose days have begun, are not over, and that nobody ended."""
        return self.filter(starts_on__lte=on, ends_on__gte=on, ended_at=None)

    def current(self, on: date) -> AppointmentQuerySet:
        """Those that hold: the running ones, and the last administrator's past its last day, so
        that no town is left without anybody who can give a role."""
        administrators = Appointment.objects.filter(
            role=Role.ADMINISTRATOR, ended_at=None, person__is_active=True
        )
        last = administrators.filter(~Exists(administrators.running(on)), ends_on__lt=on).order_by(
            "-ends_on", "-pk"
        )[:1]
        runs = Q(starts_on__lte=on, ends_on__gte=on)
        return self.filter(runs | Q(pk__in=last.values("pk")), ended_at=None)


class Appointment(models.Model):
    """A person holds a role until a date. Given by another person, with the reason."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=40, choices=Role.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    because = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "person",
        "role",
        "starts_on",
        "ends_on",
        "given_by",
        "because",
        "ended_at",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="appointments_end_after_they_start",
                condition=Q(ends_on__gte=F("starts_on")),
            ),
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=Q(ended_at=None),
                name="one_appointment_a_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} until {self.ends_on}"


class Event(models.Model):
    """One line of the record: who did what to what, when.

    Written in the transaction of the thing itself. It has no foreign keys, so that nothing can
    take it along when it goes, and triggers in the database refuse to change or delete it.
    ``detail`` holds codes and figures, never a name, an address or free text.
    """

    at = models.DateTimeField(default=timezone.now, editable=False)
    verb = models.CharField(max_length=60)
    about_kind = models.CharField(max_length=60)
    about_code = models.CharField(max_length=80, db_index=True)
    by_code = models.UUIDField(null=True, help_text="The person; empty when the system did it.")
    as_role = models.CharField(max_length=60)
    detail = models.JSONField(default=dict)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "at",
        "verb",
        "about_kind",
        "about_code",
        "by_code",
        "as_role",
        "detail",
    }

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"


class Message(models.Model):
    """One e-mail or text message to one person: written first, sent afterwards, by a job.

    ``key`` is what makes it one: whoever writes it a second time finds it there.
    """

    key = models.CharField(max_length=200, unique=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="messages", null=True)
    # For somebody who has no sign-in: an invitation, the answer to a question.
    to_email = EncryptedTextField(blank=True)
    to_phone = EncryptedTextField(blank=True, help_text="For a text message.")
    subject = models.CharField(max_length=200, help_text="Never names a person.")
    body = EncryptedTextField(blank=True)
    urgent = models.BooleanField(default=False, help_text="Goes out before those that wait.")

    # How far it is on its way
    written_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True, help_text="Not tried again before.")
    failure = models.CharField(max_length=60, blank=True, help_text="Its kind; no address.")
    given_up_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "key",
        "person",
        "to_email",
        "to_phone",
        "subject",
        "body",
        "written_at",
        "urgent",
        "claimed_at",
        "attempts",
        "first_tried_at",
        "next_at",
        "failure",
        "given_up_at",
        "sent_at",
    }

    class Meta:
        indexes = [
            models.Index(fields=["written_at"], condition=Q(sent_at=None), name="messages_waiting")
        ]
        constraints = [
            models.CheckConstraint(
                name="messages_have_somebody_to_go_to",
                condition=Q(person__isnull=False)
                | ~Q(to_email="")
                | ~Q(to_phone="")
                | Q(sent_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.key


class Reminder(models.Model):
    """One reminder that was owed to one person and has been put into one message."""

    key = models.CharField(max_length=200)
    person = models.ForeignKey(Person, models.CASCADE, related_name="reminders")
    message = models.ForeignKey(Message, models.CASCADE, related_name="reminders")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "key", "person", "message"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="each_reminder_once"),
        ]

    def __str__(self) -> str:
        return self.key


class KeyCheck(models.Model):
    """The one row that says with which keys this database is written: a word, encrypted."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    fingerprint = models.CharField(max_length=16)
    word = EncryptedTextField()

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "fingerprint", "word"}

    def __str__(self) -> str:
        return self.fingerprint


class Tally(models.Model):
    """How often one visitor, person or organisation did one thing in one window of time.

    ``digest`` is a keyed hash of who, what and when: nobody can read it back.
    """

    digest = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "digest", "count", "ends_at"}

    def __str__(self) -> str:
        return f"{self.count} times"


class Sending(models.Model):
    """One sending of a form that carries a one-time key: what came of it, for whoever sends the
    same again. See `commonweal.accounts.once`."""

    # Of the key, the browser, the person, the address and everything that was sent.
    digest = models.CharField(max_length=64, primary_key=True)
    begun_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    answer = EncryptedTextField(blank=True, help_text="JSON: where it led, and what was said.")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"digest", "begun_at", "done_at", "answer"}

    class Meta:
        indexes = [models.Index(fields=["begun_at"], name="sendings_by_age")]

    def __str__(self) -> str:
        return self.digest[:12]


class KeptWords(models.Model):
    """What somebody typed into a form that could not be taken: kept for an hour, encrypted, for
    the browser that holds the cookie and the person whose page it was."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    holder = models.CharField(max_length=64, help_text="Digest of the cookie.")
    # The key of the page, which says whose page it was without naming them.
    key = models.CharField(max_length=120)
    words = EncryptedTextField(help_text="JSON: the address and the fields.")
    why = models.CharField(max_length=20)
    kept_at = models.DateTimeField(default=timezone.now)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {"id", "code", "holder", "key", "words", "why", "kept_at"}

    class Meta:
        ordering = ["-kept_at"]
        constraints = [models.UniqueConstraint(fields=["holder", "key"], name="one_keeping_a_page")]
        indexes = [models.Index(fields=["kept_at"], name="kept_words_by_age")]

    def __str__(self) -> str:
        return str(self.code)

"""Measures, pledges and their ledger."""

from __future__ import annotations

import secrets
import uuid
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.bringing.models import HeldFile
from commonweal.charter.models import Clause, Decision, Theme
from commonweal.design.bars import written
from commonweal.office.fields import EncryptedTextField
from commonweal.partners.models import Partner
from commonweal.places.models import Area

from . import standing as st

FIGURE: dict[str, Any] = {"max_digits": 18, "decimal_places": 4}
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_code() -> str:
    """Eight signs that are easy to read out: no 0, O, 1 or I."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


class MeasureKind(models.TextChoices):
    COUNT = "count", "A count of things or people"
    HOURS = "hours", "Hours"
    MONEY = "money", "Pounds"
    SHARE = "share", "A share, in per cent"
    YES_NO = "yes_no", "Done or not done"
    KEEP = "keep", "Keep at or above a level"


class Direction(models.TextChoices):
    UP = "up", "More is better"
    DOWN = "down", "Less is better"


class Measure(models.Model):
    """What is counted: its unit, its direction, how, from where. The town's menu of them."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="measures")
    kind = models.CharField(max_length=8, choices=MeasureKind.choices)
    unit = models.CharField(max_length=60)
    direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.UP)
    how = models.TextField(blank=True, help_text="How it is counted and from where.")
    evidence_hint = models.CharField(max_length=200, blank=True)
    examples = models.JSONField(
        default=list, help_text="List of {sector, size, text}; either may be empty for any."
    )
    on_menu = models.BooleanField(default=True)

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "name",
        "theme",
        "kind",
        "unit",
        "direction",
        "how",
        "evidence_hint",
        "examples",
        "on_menu",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["theme__order", "name"]

    def __str__(self) -> str:
        return self.name

    def write(self, figure: Decimal | None) -> str:
        """A figure of this measure as people read it, with its unit."""
        return written(figure, self.unit, self.kind)


class PledgeQuerySet(models.QuerySet["Pledge"]):
    def public(self) -> PledgeQuerySet:
        """Pledges that were accepted. Once here, nothing takes one out."""
        return self.filter(accepted_on__isnull=False)

    def open(self) -> PledgeQuerySet:
        return self.filter(standing__in=st.OPEN)


class Pledge(models.Model):
    """A partner's promise on a measure.

    The promise and all that happens to it are entries in the ledger; what stands here is what
    they add up to today, written by `ledger.append` alone and checked by `ledger verify`.
    """

    # What is promised
    code = models.CharField(max_length=12, unique=True, default=new_code)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="pledges")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="pledges")
    statement = models.TextField(help_text="The promise in the partner's own words.")
    baseline = models.DecimalField(**FIGURE, null=True, blank=True)
    target = models.DecimalField(**FIGURE, null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="pledges")
    clause = models.ForeignKey(
        Clause, models.PROTECT, null=True, blank=True, related_name="pledges"
    )
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="pledges"
    )
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="pledges")
    who_benefits = models.CharField(max_length=200, blank=True)

    # Who answers for it
    owner_title = models.CharField(max_length=100, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="pledges_owned")

    # How it came here
    made_on = models.DateField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=60, blank=True)
    source_key = models.CharField(max_length=400, blank=True)
    source_row = models.JSONField(default=dict, blank=True)

    # Where it stands; from the ledger
    accepted_on = models.DateField(null=True, blank=True)
    returned_because = models.TextField(blank=True)
    standing = models.CharField(
        max_length=24, choices=tuple(st.WORDS.items()), default=st.Standing.PROPOSED
    )
    standing_until = models.DateField(
        null=True, help_text="From this day the standing is worked out anew before it is read."
    )
    standing_on = models.DateField(
        null=True, help_text="Day on which it was worked out; on an earlier day it is not trusted."
    )
    first_target = models.DecimalField(
        **FIGURE, null=True, blank=True, help_text="The target with which it was accepted."
    )
    claimed = models.DecimalField(**FIGURE, null=True, blank=True)
    claimed_on = models.DateField(null=True, blank=True)
    verified = models.DecimalField(**FIGURE, null=True, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    measured = models.DecimalField(**FIGURE, null=True, blank=True)
    measured_on = models.DateField(null=True, blank=True)
    offered = models.DecimalField(**FIGURE, default=Decimal(0))
    drawn = models.DecimalField(**FIGURE, default=Decimal(0))
    unanswered_since = models.DateField(null=True, blank=True)
    held_until = models.DateField(
        null=True, help_text="An adverse review waits for the partner's reply until this day."
    )
    entry_count = models.PositiveIntegerField(default=0)

    objects = PledgeQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "partner",
        "measure",
        "statement",
        "baseline",
        "target",
        "due_on",
        "theme",
        "clause",
        "decision",
        "area",
        "who_benefits",
        "owner_title",
        "made_on",
        "source",
        "source_key",
        "source_row",
        "accepted_on",
        "standing",
        "standing_until",
        "standing_on",
        "first_target",
        "claimed",
        "claimed_on",
        "verified",
        "verified_on",
        "measured",
        "measured_on",
        "offered",
        "drawn",
        "unanswered_since",
        "entry_count",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "owner", "made_by", "returned_because", "held_until"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_key"],
                condition=~Q(source=""),
                name="one_pledge_a_source_key",
            ),
            models.CheckConstraint(
                name="accepted_pledges_have_target_and_date",
                condition=Q(accepted_on=None)
                | ~Q(source="")
                | Q(target__isnull=False, due_on__isnull=False, baseline__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["standing", "due_on"], name="pledges_by_standing"),
            models.Index(fields=["due_on", "id"], name="pledges_by_due"),
            models.Index(fields=["standing_until"], name="pledges_by_until"),
            models.Index(fields=["standing_on"], name="pledges_by_standing_day"),
            models.Index(fields=["held_until"], name="pledges_by_held"),
            models.Index(fields=["partner", "standing"], name="pledges_by_partner"),
            models.Index(fields=["theme", "standing"], name="pledges_by_theme"),
        ]

    def __str__(self) -> str:
        return self.statement[:80]

    def get_absolute_url(self) -> str:
        return f"/pledges/{self.code}/"

    @property
    def standing_words(self) -> str:
        return st.WORDS[self.standing]

    @property
    def is_open(self) -> bool:
        return self.standing in st.OPEN

    @property
    def is_lowered(self) -> bool:
        """Whether its target asks for less now than when it came into the register."""
        if self.first_target is None or self.target is None or self.target == self.first_target:
            return False
        return (self.target < self.first_target) == (self.measure.direction == "up")

    def is_question_unanswered(self, *, on: date, answer_days: int) -> bool:
        return self.unanswered_since is not None and (on - self.unanswered_since).days > answer_days


class EntryQuerySet(models.QuerySet["Entry"]):
    def public(self) -> EntryQuerySet:
        return self.filter(pledge__accepted_on__isnull=False)


class Entry(models.Model):
    """One line of a pledge's ledger.

    Entries are numbered over the whole register without gaps and chained: ``hash`` is the
    SHA-256 of the previous entry's hash and of everything that this entry says. Triggers in the
    database refuse to change or delete one; the one thing they let through is striking out
    ``words`` (with their salt) for a legal reason, which leaves their digest, and so the
    chain, whole.
    """

    seq = models.PositiveBigIntegerField(primary_key=True)
    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=16)
    happened_on = models.DateField()
    written_at = models.DateTimeField()
    body = models.JSONField(default=dict)
    words = models.TextField(blank=True)
    words_salt = models.CharField(max_length=32, blank=True)
    words_digest = models.CharField(max_length=64, blank=True)
    by_code = models.UUIDField(null=True)
    by_role = models.CharField(max_length=60)
    by_organisation = models.CharField(max_length=200, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = EntryQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = {
        "seq",
        "pledge",
        "kind",
        "happened_on",
        "written_at",
        "body",
        "words",
        "words_salt",
        "words_digest",
        "by_role",
        "by_organisation",
        "previous",
        "hash",
    }
    # The code of a person is published as part of what is hashed only as its own digest.
    PRIVATE: ClassVar[set[str]] = {"by_code"}

    class Meta:
        ordering = ["seq"]
        indexes = [models.Index(fields=["pledge", "seq"], name="entries_of_a_pledge")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"


class LedgerHead(models.Model):
    """The last entry's number and hash. Its one row is what writers queue for."""

    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    PUBLIC: ClassVar[set[str]] = {"seq", "hash"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        constraints = [models.CheckConstraint(name="there_is_one_head", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.seq} {self.hash}"


class EvidenceFile(models.Model):
    """A file that proves something, kept once under the SHA-256 of its bytes."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    size_bytes = models.PositiveIntegerField()
    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="files")
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    is_cleaned = models.BooleanField(
        default=False, help_text="What it told beside what it shows was taken out before it came."
    )

    PUBLIC: ClassVar[set[str]] = {
        "sha256",
        "name",
        "content_type",
        "size_bytes",
        "pledge",
        "added_at",
        "is_cleaned",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "added_by"}

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.content_type in ("image/jpeg", "image/png")

    @property
    def is_document(self) -> bool:
        """A PDF, of which the first page can be drawn."""
        return self.content_type == "application/pdf"


class EvidenceLink(models.Model):
    """A web address that proves something, with what the last checks of it found."""

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="link")
    url = models.URLField(max_length=1000)
    checked_at = models.DateTimeField(null=True)
    is_dead = models.BooleanField(default=False)
    found = models.CharField(max_length=100, blank=True, help_text="What the check met.")
    failed_on = models.JSONField(
        default=list, help_text="The last days on which it failed, since it last answered."
    )

    PUBLIC: ClassVar[set[str]] = {"entry", "url", "checked_at", "is_dead", "found", "failed_on"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    def __str__(self) -> str:
        return self.url


class Draft(models.Model):
    """A pledge that somebody is still writing: what they typed, step by step."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="drafts")
    by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    answers = models.JSONField(default=dict)
    pledge = models.ForeignKey(
        Pledge, models.CASCADE, null=True, help_text="The returned pledge being written again."
    )
    saved_at = models.DateTimeField(auto_now=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "code",
        "partner",
        "by",
        "answers",
        "pledge",
        "saved_at",
    }

    def __str__(self) -> str:
        return f"draft of {self.partner_id}"


class Question(models.Model):
    """What somebody outside asked of a pledge, before it is let into the public ledger.

    The charter manager lets it in or refuses it with a reason; refusals are counted in public.
    """

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="questions")
    words = models.TextField()
    asker_email = EncryptedTextField(blank=True)
    asked_on = models.DateField()
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, related_name="+")
    refused_because = models.CharField(max_length=300, blank=True)
    refused_on = models.DateField(null=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "pledge",
        "words",
        "asker_email",
        "asked_on",
        "entry",
        "refused_because",
        "refused_on",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="refused_questions_say_why",
                condition=Q(refused_on=None) | ~Q(refused_because=""),
            )
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"


class ReviewAssignment(models.Model):
    """The charter manager gave a claim to a reviewer. Others may still take it; the queue says."""

    claim = models.OneToOneField(Entry, models.PROTECT, related_name="assignment")
    reviewer = models.ForeignKey(Person, models.PROTECT, related_name="+")
    assigned_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(default=timezone.now, editable=False)
    batch = models.UUIDField(null=True, help_text="Given out together with others, if it was.")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "claim",
        "reviewer",
        "assigned_by",
        "assigned_at",
        "batch",
    }

    def __str__(self) -> str:
        return f"claim {self.claim_id}"


class Recusal(models.Model):
    """A reviewer knows the partner of a claim, and checks nothing of that partner.

    It holds for all claims of whoever the claim's pledge belongs to, until it is taken back.
    """

    claim = models.ForeignKey(Entry, models.PROTECT, related_name="recusals")
    reviewer = models.ForeignKey(Person, models.PROTECT, related_name="+")
    because = EncryptedTextField()
    said_on = models.DateField()
    taken_back_on = models.DateField(null=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "claim",
        "reviewer",
        "because",
        "said_on",
        "taken_back_on",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "reviewer"],
                condition=Q(taken_back_on=None),
                name="a_reviewer_stands_back_once",
            )
        ]

    def __str__(self) -> str:
        return f"claim {self.claim_id}"


class MoreAsked(models.Model):
    """A reviewer asked a partner for more evidence of a claim. Until it comes, or the last day
    for it is over, the claim waits for the partner; after that for a review again."""

    claim = models.ForeignKey(Entry, models.PROTECT, related_name="more_asked")
    wanted = models.TextField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_on = models.DateField()
    until = models.DateField()
    ended_on = models.DateField(null=True, help_text="More came, or they have nothing more.")
    has_come = models.BooleanField(default=False)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "claim",
        "wanted",
        "asked_by",
        "asked_on",
        "until",
        "ended_on",
        "has_come",
    }

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(ended_on=None),
                name="more_is_asked_for_one_thing_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"claim {self.claim_id}"

    @property
    def outcome(self) -> str:
        """What came of it, once it is over."""
        if self.ended_on is None or self.ended_on > self.until:
            return f"Nothing came by {self.until:%-d %B %Y}."
        if self.has_come:
            return f"More came on {self.ended_on:%-d %B %Y}."
        return "The partner has nothing more to show."


class ImportRun(models.Model):
    """One file read into the register: what it was and what became of its rows."""

    source = models.CharField(max_length=60)
    layout = models.CharField(max_length=60)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    as_at = models.DateField()
    run_at = models.DateTimeField(default=timezone.now, editable=False)
    run_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    counts = models.JSONField(default=dict)
    rejected = models.JSONField(default=list, help_text="List of {row, because}.")

    # For its undoing: its entries lie after one and up to another of the ledger; what was kept
    # beside the pledges that it changed, and the names of partners; and the cells of refused rows,
    # to be sent back.
    after_seq = models.PositiveBigIntegerField(null=True)
    upto_seq = models.PositiveBigIntegerField(null=True)
    before = models.JSONField(default=dict)
    refused = EncryptedTextField(blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone = models.JSONField(default=dict, help_text="What its undoing did, counted.")

    PUBLIC: ClassVar[set[str]] = {
        "source",
        "layout",
        "file_name",
        "sha256",
        "as_at",
        "run_at",
        "counts",
        "rejected",
        "undone_at",
        "undone",
    }
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "run_by",
        "after_seq",
        "upto_seq",
        "before",
        "refused",
        "undone_by",
    }

    class Meta:
        ordering = ["-as_at", "-id"]

    def __str__(self) -> str:
        return f"{self.source} {self.as_at}"


class AskedImport(models.Model):
    """A long file that somebody asked to read in, seen and confirmed: on its way until it has a
    run, or a reason why not. Nothing of it is in the register before all of it is."""

    layout = models.CharField(max_length=60)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    as_at = models.DateField()
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    held = models.ForeignKey(HeldFile, models.SET_NULL, null=True, related_name="+")
    run = models.ForeignKey(ImportRun, models.PROTECT, null=True, related_name="+")
    refused_because = models.TextField(blank=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "layout",
        "file_name",
        "sha256",
        "as_at",
        "asked_at",
        "asked_by",
        "held",
        "run",
        "refused_because",
    }

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "layout", "as_at"],
                condition=Q(run=None, refused_because=""),
                name="a_file_is_on_its_way_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} as at {self.as_at}"


def plain(figure: Decimal | None) -> str | None:
    """A figure as the ledger writes it: no exponent, no trailing zeros."""
    if figure is None:
        return None
    text = f"{figure:f}"
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text

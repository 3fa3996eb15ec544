"""Local spend: anchors, releases of their payments, payees and what people decided of them.

The payments themselves stand in files, not in tables here (see `commonweal.spend.files`).
"""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.partners.models import Partner

# Pounds with four decimals, as some files have tenths of a penny; sums of a county fit.
MONEY: dict[str, Any] = {"max_digits": 20, "decimal_places": 4}


class Route(models.TextChoices):
    """Where payments come from. Figures of the two are never mixed."""

    PUBLISHED = "published", "Published file: what the body publishes for everybody"
    LEDGER = "ledger", "Own ledger: all payments, with payees' postcodes, not for everybody"


ROUTE_WORDS = {"published": "published files", "ledger": "own ledgers"}


class Bands(models.Model):
    """What *town*, *county* and *region* are here: ONS codes and names. One row."""

    district = models.CharField(max_length=12, blank=True)
    county = models.CharField(max_length=12, blank=True)
    county_name = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=12, blank=True)
    region_name = models.CharField(max_length=100, blank=True)

    PUBLIC: ClassVar[set[str]] = {"district", "county", "county_name", "region", "region_name"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        verbose_name_plural = "bands"
        constraints = [models.CheckConstraint(name="one_row_of_bands", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.district


class Anchor(models.Model):
    """A partner whose payments are analysed."""

    partner = models.OneToOneField(Partner, models.PROTECT, related_name="anchor")
    ids = models.JSONField(
        default=list, blank=True, help_text="Its own org-ids: payments to it are between anchors."
    )
    since = models.DateField(default=timezone.localdate)

    PUBLIC: ClassVar[set[str]] = {"partner", "ids", "since"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["partner__name"]

    def __str__(self) -> str:
        return self.partner.name


class Layout(models.Model):
    """What people said of a publisher's layout, remembered for its next file."""

    anchor = models.ForeignKey(Anchor, models.CASCADE, related_name="layouts")
    route = models.CharField(max_length=10, choices=Route.choices)
    headings = models.TextField(help_text="The headings by which the layout is known again.")
    said = models.JSONField(default=dict)
    said_on = models.DateField(default=timezone.localdate)
    said_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = {"anchor", "route", "headings", "said", "said_on"}
    PRIVATE: ClassVar[set[str]] = {"id", "said_by"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["anchor", "route", "headings"], name="one_layout_of_these_headings"
            )
        ]

    def __str__(self) -> str:
        return f"{self.anchor}: {self.headings[:60]}"


class ReleaseQuerySet(models.QuerySet["Release"]):
    def taken(self) -> ReleaseQuerySet:
        """What the figures are made of."""
        return self.filter(state=Release.State.TAKEN)

    def waiting(self) -> ReleaseQuerySet:
        """What somebody must look at before it counts."""
        return self.filter(state__in=[Release.State.READ, Release.State.REFUSED])


class Release(models.Model):
    """One file of payments, read; it counts once somebody has taken it, and can be undone."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waits to be read"
        READ = "read", "Read; waits to be looked at"
        REFUSED = "refused", "Can't be taken"
        TAKEN = "taken", "Taken"
        UNDONE = "undone", "Undone"

    # What it is
    code = models.SlugField(max_length=90, unique=True)
    anchor = models.ForeignKey(Anchor, models.PROTECT, related_name="releases")
    route = models.CharField(max_length=10, choices=Route.choices)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.BigIntegerField()
    source_url = models.URLField(blank=True, max_length=500)

    # What came of reading it
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    why = models.TextField(blank=True, help_text="Why it can't be taken.")
    rows = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    duplicates = models.IntegerField(default=0)
    total_gbp = models.DecimalField(**MONEY, default=Decimal(0))
    accepted_gbp = models.DecimalField(**MONEY, default=Decimal(0))
    rejected_gbp = models.DecimalField(**MONEY, default=Decimal(0))
    duplicate_gbp = models.DecimalField(**MONEY, default=Decimal(0))
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    unnamed = models.IntegerField(default=0, help_text="Lines whose payee may not be named.")
    headings = models.JSONField(default=list)
    mapping = models.JSONField(default=dict, help_text="Role: its column's place and the reason.")
    order = models.CharField(max_length=200, blank=True)
    questions = models.JSONField(default=list)
    stated = models.JSONField(default=list, help_text="Totals that the file prints.")
    reasons = models.JSONField(default=dict, help_text="Why lines were left out: reason, count.")
    said = models.JSONField(default=dict, help_text="What people said of how to read it.")
    lines_sha256 = models.CharField(max_length=64, blank=True)

    # What became of it
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    difference = models.JSONField(default=dict, help_text="From what it replaces.")
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    taken_on = models.DateField(null=True)
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_on = models.DateField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_because = models.TextField(blank=True)

    objects = ReleaseQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "anchor",
        "route",
        "file_name",
        "sha256",
        "size_bytes",
        "source_url",
        "state",
        "rows",
        "accepted",
        "rejected",
        "duplicates",
        "total_gbp",
        "accepted_gbp",
        "rejected_gbp",
        "duplicate_gbp",
        "starts_on",
        "ends_on",
        "unnamed",
        "headings",
        "mapping",
        "order",
        "questions",
        "stated",
        "reasons",
        "said",
        "lines_sha256",
        "replaces",
        "difference",
        "taken_on",
        "undone_on",
        "undone_because",
    }
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "why",
        "uploaded_at",
        "uploaded_by",
        "taken_by",
        "undone_by",
    }

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["anchor", "route", "sha256"],
                condition=~Q(state="undone"),
                name="the_same_file_once",
            ),
            models.CheckConstraint(
                name="taken_files_reconcile",
                condition=~Q(state="taken")
                | Q(rows=models.F("accepted") + models.F("rejected") + models.F("duplicates")),
            ),
            models.CheckConstraint(
                name="undone_releases_say_why", condition=~Q(state="undone") | ~Q(undone_because="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} of {self.anchor}"

    def get_absolute_url(self) -> str:
        return f"/spend/releases/{self.code}/"

    @property
    def reconciles(self) -> bool:
        return self.rows == self.accepted + self.rejected + self.duplicates and (
            self.total_gbp == self.accepted_gbp + self.rejected_gbp + self.duplicate_gbp
        )


class PayeeQuerySet(models.QuerySet["Payee"]):
    def paid(self) -> PayeeQuerySet:
        """Those that a taken release pays."""
        return self.filter(lines__gt=0)

    def matched(self) -> PayeeQuerySet:
        return self.exclude(entry="")


class Payee(models.Model):
    """One name that payments give, over all anchors, and the register entry that it is.

    Spellings that differ in capitals, spaces and signs only are one payee, under the commonest.
    """

    code = models.CharField(max_length=16, unique=True, help_text="Of the name's letters.")
    name = models.TextField()
    in_public = models.BooleanField(default=False, help_text="It stands in a published file.")

    # What is paid to it, in all taken releases
    lines = models.IntegerField(default=0)
    amount_gbp = models.DecimalField(**MONEY, default=Decimal(0))
    last_paid = models.DateField(null=True)
    postcode = models.CharField(max_length=10, blank=True, help_text="As its own payments give it.")
    number = models.CharField(max_length=40, blank=True, help_text="As the publisher gives it.")
    vat = models.CharField(max_length=9, blank=True, help_text="VAT number without a branch's.")

    # What it is: of the matcher, or of a person, whose decision goes before
    entry = models.CharField(max_length=60, blank=True, help_text="Org-id; empty for no match.")
    register_name = models.TextField(blank=True)
    probability = models.FloatField(default=0)
    method = models.CharField(max_length=60, blank=True)
    reasons = models.TextField(blank=True)
    likeliest = models.CharField(max_length=60, blank=True)
    likeliest_name = models.TextField(blank=True)
    matched_with = models.CharField(
        max_length=64, blank=True, help_text="Digest of the registers and of what was asked."
    )
    decided = models.ForeignKey("Decided", models.PROTECT, null=True, blank=True, related_name="+")

    objects = PayeeQuerySet.as_manager()

    PUBLIC: ClassVar[set[str]] = {
        "code",
        "name",
        "in_public",
        "entry",
        "register_name",
        "probability",
        "method",
        "reasons",
        "likeliest",
        "likeliest_name",
        "decided",
    }
    # What is paid to it takes own ledgers in, which are not for everybody.
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "postcode",
        "number",
        "vat",
        "matched_with",
        "lines",
        "amount_gbp",
        "last_paid",
    }

    class Meta:
        ordering = ["-amount_gbp", "name"]
        indexes = [
            models.Index(fields=["decided", "-amount_gbp"], name="payees_by_money"),
            models.Index(fields=["entry"], name="payees_by_entry"),
        ]

    def __str__(self) -> str:
        return self.name


class Verdict(models.TextChoices):
    ENTRY = "entry", "It is this entry"
    NONE = "none", "It is an organisation that stands in no register here"
    PERSON = "person", "It is a person: never to be named"


class Decided(models.Model):
    """What a person decided that a payee is: for all anchors, until it is taken back."""

    payee = models.ForeignKey(Payee, models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=6, choices=Verdict.choices)
    entry = models.CharField(max_length=60, blank=True)
    register_name = models.TextField(blank=True)
    because = models.TextField()
    decided_on = models.DateField(default=timezone.localdate)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    by_role = models.CharField(max_length=60)
    undone_on = models.DateField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_because = models.TextField(blank=True)

    PUBLIC: ClassVar[set[str]] = {
        "payee",
        "verdict",
        "entry",
        "register_name",
        "because",
        "decided_on",
        "by_role",
        "undone_on",
        "undone_because",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "decided_by", "undone_by"}

    class Meta:
        ordering = ["-decided_on", "-id"]
        verbose_name_plural = "decided"
        constraints = [
            models.UniqueConstraint(
                fields=["payee"], condition=Q(undone_on=None), name="one_decision_stands"
            ),
            models.CheckConstraint(
                name="a_decided_entry_is_named",
                condition=(Q(verdict="entry") & ~Q(entry="")) | (~Q(verdict="entry") & Q(entry="")),
            ),
            models.CheckConstraint(
                name="undone_decisions_say_why",
                condition=Q(undone_on=None) | ~Q(undone_because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payee_id}: {self.verdict}"


class Drawing(models.Model):
    """A random sample of matches for people to check, from which precision is estimated."""

    drawn_on = models.DateField(default=timezone.localdate)
    drawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    seed = models.IntegerField()
    of = models.IntegerField(help_text="How many matches there were on that day.")

    PUBLIC: ClassVar[set[str]] = {"drawn_on", "seed", "of"}
    PRIVATE: ClassVar[set[str]] = {"id", "drawn_by"}

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.drawn_on}"


class Check(models.Model):
    """One match of a sample: right or wrong, once a person has said so."""

    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="checks")
    payee = models.ForeignKey(Payee, models.PROTECT, related_name="checks")
    entry = models.CharField(max_length=60)
    register_name = models.TextField()
    is_right = models.BooleanField(null=True)
    checked_on = models.DateField(null=True)
    checked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = {
        "drawing",
        "payee",
        "entry",
        "register_name",
        "is_right",
        "checked_on",
    }
    PRIVATE: ClassVar[set[str]] = {"id", "checked_by"}

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["drawing", "payee"], name="one_check_a_match")
        ]

    def __str__(self) -> str:
        return f"{self.payee_id}: {self.is_right}"


class Contract(models.Model):
    """One contract of an anchor's published register: with whom, for what, until when."""

    anchor = models.ForeignKey(Anchor, models.PROTECT, related_name="contracts")
    reference = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=300)
    supplier = models.CharField(max_length=300, blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    value_gbp = models.DecimalField(**MONEY, null=True)
    file_name = models.CharField(max_length=200)
    line = models.IntegerField()
    source_url = models.URLField(blank=True, max_length=500)
    read_on = models.DateField(default=timezone.localdate)

    PUBLIC: ClassVar[set[str]] = {
        "anchor",
        "reference",
        "title",
        "supplier",
        "starts_on",
        "ends_on",
        "value_gbp",
        "file_name",
        "line",
        "source_url",
        "read_on",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        ordering = ["ends_on", "title"]

    def __str__(self) -> str:
        return self.title


class Survey(models.Model):
    """Asks suppliers in the town what they spend there again: one page each, until a day."""

    title = models.CharField(max_length=120)
    opened_on = models.DateField(default=timezone.localdate)
    closes_on = models.DateField()
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    PUBLIC: ClassVar[set[str]] = {"title", "opened_on", "closes_on"}
    PRIVATE: ClassVar[set[str]] = {"id", "opened_by"}

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title


def new_token() -> str:
    return secrets.token_urlsafe(18)


class Answer(models.Model):
    """One supplier's page of a survey, and what it answered. Single answers are never shown."""

    class Basis(models.TextChoices):
        ACCOUNTS = "accounts", "From our accounts"
        ESTIMATE = "estimate", "An estimate"

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="answers")
    token = models.CharField(max_length=40, unique=True, default=new_token)
    supplier = models.CharField(max_length=60, help_text="Org-id, or code of the payee.")
    name = models.TextField()
    again = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, help_text="Pounds of £100, 0 to 100."
    )
    basis = models.CharField(max_length=8, choices=Basis.choices, blank=True)
    answered_at = models.DateTimeField(null=True)

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "survey",
        "token",
        "supplier",
        "name",
        "again",
        "basis",
        "answered_at",
    }

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "supplier"], name="one_page_a_supplier"),
            models.CheckConstraint(
                name="answers_are_pounds_of_a_hundred",
                condition=Q(again=None) | Q(again__range=(0, 100)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey}: {self.supplier}"


class Run(models.Model):
    """One pass of bringing the figures up to date: how far it has come, and whether to stop."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        STOPPED = "stopped", "Stopped; can be taken up again"
        DONE = "done", "Done"
        FAILED = "failed", "Failed; can be taken up again"

    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    step = models.CharField(max_length=60, blank=True)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    why = models.CharField(max_length=300, blank=True)
    is_to_stop = models.BooleanField(default=False)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    heard_at = models.DateTimeField(default=timezone.now, help_text="When it last said so.")

    PUBLIC: ClassVar[set[str]] = set()
    PRIVATE: ClassVar[set[str]] = {
        "id",
        "state",
        "step",
        "done",
        "total",
        "why",
        "is_to_stop",
        "asked_at",
        "asked_by",
        "heard_at",
    }

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="one_run_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.done} of {self.total}"


class Prepared(models.Model):
    """The tables that pages read, made at one go from all that stood on that moment. One counts."""

    version = models.CharField(max_length=64, unique=True)
    format = models.CharField(
        max_length=10, blank=True, help_text="What its tables look like; older ones are not read."
    )
    made_at = models.DateTimeField(default=timezone.now)
    is_current = models.BooleanField(default=False)
    releases = models.IntegerField()
    lines = models.IntegerField()
    registers = models.JSONField(default=list, help_text="Files that the registers were made of.")

    PUBLIC: ClassVar[set[str]] = {
        "version",
        "format",
        "made_at",
        "is_current",
        "releases",
        "lines",
        "registers",
    }
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        verbose_name_plural = "prepared"
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="one_prepared_counts"
            )
        ]

    def __str__(self) -> str:
        return self.version


class Figures(models.Model):
    """All measures of one scope: a route, an anchor and a financial year; "" for all."""

    prepared = models.ForeignKey(Prepared, models.CASCADE, related_name="figures")
    route = models.CharField(max_length=10, choices=Route.choices)
    anchor = models.SlugField(max_length=80, blank=True)
    year = models.CharField(max_length=7, blank=True)
    content = models.JSONField()

    PUBLIC: ClassVar[set[str]] = {"prepared", "route", "anchor", "year", "content"}
    PRIVATE: ClassVar[set[str]] = {"id"}

    class Meta:
        verbose_name_plural = "figures"
        constraints = [
            models.UniqueConstraint(
                fields=["prepared", "route", "anchor", "year"], name="one_set_of_figures_a_scope"
            )
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.anchor} {self.year}"

"""The charter manager's queues: what waits, for how long, and the page where it is decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from commonweal.charter.models import TierAward
from commonweal.partners.models import ActingRequest, NameChange, Partner
from commonweal.places.models import the_town
from commonweal.places.search_words import in_one_form, words_of

from . import giving_out, review_reads, wishes
from . import standing as st
from .bench_reads import LATE_DAYS
from .models import Draft, Pledge, Question
from .review_reads import Waiting

# So many days before its review date a tier is shown.
AHEAD_DAYS = 60
# How many of each queue its first page shows.
FIRST = 3

Rows = QuerySet[Any] | list[Any]
"""What waits in a queue, in its order."""


@dataclass(frozen=True)
class Line:
    """Something in a queue; ``day`` is the one since which it waits, or on which it was due."""

    title: str
    about: str
    path: str
    day: date

    @property
    def about_in_brief(self) -> str:
        """As it goes on with a comma: a sentence without its stop."""
        return Truncator(self.about).chars(100).rstrip(".,;: ")


@dataclass(frozen=True)
class DeskQueue:
    """Rows of one kind, the most pressing first, and how a row is said. ``since`` is what its day
    says; after ``late_after`` days a line is late (None: none ever is)."""

    code: str
    title: str
    select: Callable[[date], Rows]
    say: Callable[[Any], Line]
    since: str = "since"
    late_after: int | None = LATE_DAYS


@dataclass(frozen=True)
class Aged:
    """A line with its age on a day."""

    line: Line
    days: int
    is_late: bool


def aged(queue: DeskQueue, line: Line, on: date) -> Aged:
    days = (on - line.day).days
    return Aged(line, days, queue.late_after is not None and days > queue.late_after)


def _partners(on: date) -> Rows:
    waiting = Partner.objects.filter(accepted_on=None, returned_because="", merged_into=None)
    return waiting.order_by("joined_at", "id")


def _partner(partner: Partner) -> Line:
    about = f"{partner.get_sector_display()}, {partner.get_size_display() or 'size not stated'}"
    joined_on = timezone.localdate(partner.joined_at)
    return Line(partner.name, about, reverse("desk-partner", args=[partner.code]), joined_on)


def _acting(on: date) -> Rows:
    waiting = ActingRequest.objects.filter(state="waiting")
    return waiting.select_related("partner", "person").order_by("asked_at", "id")


def _asked(acting: ActingRequest) -> Line:
    title = f"{acting.partner.name}: {acting.person.name}"
    asked_on = timezone.localdate(acting.asked_at)
    return Line(title, acting.job_title, reverse("desk-acting", args=[acting.pk]), asked_on)


def _names(on: date) -> Rows:
    waiting = NameChange.objects.filter(state="waiting")
    return waiting.select_related("partner").order_by("asked_at", "id")


def _name(change: NameChange) -> Line:
    name = change.wanted.get("name")
    wants = f"wants to be called {name}" if name else "wants another number"
    path = reverse("desk-name", args=[change.pk])
    asked_on = timezone.localdate(change.asked_at)
    return Line(f"{change.partner.name} {wants}", "", path, asked_on)


def _pledges(on: date) -> Rows:
    """A pledge of an organisation that nobody has accepted is held until it is."""
    waiting = Pledge.objects.filter(
        accepted_on=None, returned_because="", partner__in=Partner.objects.acting()
    )
    return waiting.select_related("partner").order_by("made_on", "id")


def _pledge(pledge: Pledge) -> Line:
    path = reverse("desk-pledge", args=[pledge.code])
    return Line(pledge.statement, pledge.partner.name, path, pledge.made_on)


def _wishes(on: date) -> Rows:
    return wishes.waiting()


def _wish(draft: Draft) -> Line:
    wish, path = wishes.wish_of(draft), reverse("desk-wish", args=[draft.code])
    title = f"{draft.partner.name}: {wish.statement}"
    return Line(title, wish.wanted, path, timezone.localdate(wish.since))


def _questions(on: date) -> Rows:
    unread = Question.objects.filter(entry=None, refused_on=None)
    return unread.select_related("pledge__partner").order_by("asked_on", "id")


def _question(question: Question) -> Line:
    path = reverse("desk-question", args=[question.pk])
    return Line(question.words, f"to {question.pledge.partner.name}", path, question.asked_on)


def _claims(on: date) -> Rows:
    return giving_out.unassigned(review_reads.reviews_waiting(on), on)


def _claim(waiting: Waiting) -> Line:
    path = reverse("desk-assign", args=[waiting.claim.seq])
    title = f"{waiting.pledge.partner.name}: {waiting.claimed}"
    return Line(title, waiting.pledge.statement, path, waiting.claim.happened_on)


def _overdue(on: date) -> Rows:
    overdue = Pledge.objects.to_the_town().filter(standing=st.Standing.OVERDUE)
    return overdue.select_related("partner").order_by("due_on", "id")


def _late(pledge: Pledge) -> Line:
    path = pledge.get_absolute_url()
    return Line(pledge.statement, pledge.partner.name, path, pledge.due_on or pledge.made_on)


def _unanswered(on: date) -> Rows:
    asked_before = on - timedelta(days=the_town().answer_days)
    unanswered = Pledge.objects.public().filter(unanswered_since__lt=asked_before)
    return unanswered.select_related("partner").order_by("unanswered_since", "id")


def _silent(pledge: Pledge) -> Line:
    since = pledge.unanswered_since or pledge.made_on
    return Line(pledge.statement, pledge.partner.name, pledge.get_absolute_url(), since)


def _lapsing(on: date) -> Rows:
    held = TierAward.objects.held(on).filter(review_on__lte=on + timedelta(days=AHEAD_DAYS))
    return held.select_related("partner", "tier").order_by("review_on", "id")


def _award(award: TierAward) -> Line:
    path = award.partner.get_absolute_url()
    return Line(award.partner.name, award.tier.name, path, award.review_on or award.proposed_on)


_ALL = (
    DeskQueue("partners", "Partners to accept", _partners, _partner),
    DeskQueue("acting", "Who says: this is us", _acting, _asked),
    DeskQueue("names", "New names to look at", _names, _name),
    DeskQueue("pledges", "Pledges to accept", _pledges, _pledge),
    DeskQueue("wishes", "Promises that wait for their measure", _wishes, _wish),
    DeskQueue("questions", "Questions to read", _questions, _question),
    DeskQueue("claims", "Claims to give to a reviewer", _claims, _claim),
    DeskQueue("overdue", "Overdue promises", _overdue, _late, since="due", late_after=0),
    DeskQueue("unanswered", "Questions that partners have not answered", _unanswered, _silent),
    DeskQueue(
        "lapsing",
        f"Tiers that lapse within {AHEAD_DAYS} days",
        _lapsing,
        _award,
        since="lapses after",
        late_after=None,
    ),
)
QUEUES = {queue.code: queue for queue in _ALL}


@dataclass(frozen=True)
class Waits:
    """A queue as the first page shows it: how many, and the most pressing of them."""

    queue: DeskQueue
    count: int
    first: list[Aged]


def what_waits(on: date) -> list[Waits]:
    """Every queue in which something waits on a day."""
    waits = []
    for queue in _ALL:
        rows = queue.select(on)
        if count := rows.count() if isinstance(rows, QuerySet) else len(rows):
            first = [aged(queue, queue.say(row), on) for row in rows[:FIRST]]
            waits.append(Waits(queue, count, first))
    return waits


def lines_with(queue: DeskQueue, words: str, on: date) -> list[Line]:
    """The lines of a queue in which all of some words stand, in any case and without accents."""
    wanted = words_of(words)
    lines = [queue.say(row) for row in queue.select(on)]
    return [
        line
        for line in lines
        if all(word in in_one_form(f"{line.title} {line.about}") for word in wanted)
    ]

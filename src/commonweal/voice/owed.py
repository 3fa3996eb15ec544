"""What waits at the desk of participation, in its people's digest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse

from commonweal.pledges import role_queues
from commonweal.pledges.role_queues import RoleQueue, Waits

from .access import DESK
from .models import Comment, Consultation, Emergency, Project, Proposal, Round, Visibility
from .rounds import days

UNREAD = Q(visibility=Visibility.WAITING) | Q(appealed_on__isnull=False, appeal_on=None)


def _to_read(on: date) -> Iterator[Waits]:
    """What nobody has read may name somebody, so it is called by its consultation alone; an appeal
    is not for who kept it out."""
    proposals = Proposal.objects.filter(UNREAD).select_related("consultation").order_by("pk")
    comments = Comment.objects.filter(UNREAD).select_related("proposal__consultation")
    for kind, consultation, sent in (
        *(("proposal", idea.consultation, idea) for idea in proposals),
        *(("comment", remark.proposal.consultation, remark) for remark in comments.order_by("pk")),
    ):
        appeals = sent.waits_for_appeal
        since = sent.appealed_on if appeals and sent.appealed_on else sent.made_on
        yield Waits(
            f"voice-{kind}-{sent.pk}-{'appeal' if appeals else 'new'}",
            f"{'An appeal about a' if appeals else 'A'} {kind}: {consultation.title}",
            since,
            reverse("desk-proposals", args=[consultation.code]),
            frozenset({sent.looked_by_id} if appeals else ()),
        )


def _to_answer(on: date) -> Iterator[Waits]:
    shown = Proposal.objects.filter(visibility=Visibility.SHOWN, outcome="")
    for proposal in shown.order_by("made_on", "pk"):
        path = reverse("desk-proposal", args=[proposal.code])
        yield Waits(f"voice-answer-{proposal.code}", proposal.title, proposal.made_on, path)


def _to_decide(on: date) -> Iterator[Waits]:
    closed = Consultation.objects.filter(
        published_on__isnull=False, answered_on=None, closes_on__lt=on
    )
    for consultation in closed.order_by("closes_on", "pk"):
        path = reverse("desk-consultation", args=[consultation.code])
        key = f"voice-decide-{consultation.code}-{consultation.closes_on}"
        yield Waits(key, consultation.title, consultation.closes_on, path)


def _ideas(on: date) -> Iterator[Waits]:
    """The words of an idea nobody has read: it is called by its round and number."""
    ideas = Project.objects.filter(state=Project.State.IDEA, round__state=Round.State.CHECKING)
    for idea in ideas.select_related("round").order_by("round", "number"):
        path = reverse("budget-project-check", args=[idea.round.code, idea.number])
        yield Waits(f"idea-{idea.pk}", f"{idea.round.title}: idea {idea.number}", date.min, path)


def _to_count(on: date) -> Iterator[Waits]:
    for budget_round in Round.objects.filter(state=Round.State.CLOSED).order_by("closes_at", "pk"):
        path = reverse("desk-budget", args=[budget_round.code])
        closed_on = days.last_day(budget_round.closes_at) or date.min
        yield Waits(f"count-{budget_round.code}", budget_round.title, closed_on, path)


def _emergencies(on: date) -> Iterator[Waits]:
    waiting = Emergency.objects.filter(agreed_on=None, round__state=Round.State.SEALED)
    for emergency in waiting.select_related("round").order_by("asked_on", "pk"):
        path = reverse("desk-budget", args=[emergency.round.code])
        name = f"{emergency.round.title}: {emergency.get_kind_display().lower()}"
        apart_from = frozenset({emergency.asked_by_id})
        yield Waits(f"emergency-{emergency.pk}", name, emergency.asked_on, path, apart_from)


HOME = "desk-voice"
# The two parts of that page.
ASKED, VOTED = "#consultations", "#budgets"
role_queues.add(
    RoleQueue(
        "sent",
        "proposal or comment to read,proposals and comments to read",
        DESK,
        HOME,
        _to_read,
        at=ASKED,
    ),
    RoleQueue(
        "proposals", "proposal to answer,proposals to answer", DESK, HOME, _to_answer, at=ASKED
    ),
    RoleQueue(
        "consultations",
        "consultation that is over and waits for its outcome,"
        "consultations that are over and wait for their outcome",
        DESK,
        HOME,
        _to_decide,
        at=ASKED,
    ),
    RoleQueue(
        "ideas",
        "idea for a budget to check,ideas for a budget to check",
        DESK,
        HOME,
        _ideas,
        at=VOTED,
    ),
    RoleQueue(
        "counts", "budget round to count,budget rounds to count", DESK, HOME, _to_count, at=VOTED
    ),
    RoleQueue(
        "emergencies",
        "change of a round waits for a second person,changes of rounds wait for a second person",
        DESK,
        HOME,
        _emergencies,
        at=VOTED,
    ),
)

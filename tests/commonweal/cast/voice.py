"""Consultations in each phase, and those who answer them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.following import actions as following
from commonweal.following import tokens
from commonweal.following.models import Follow
from commonweal.places.models import Area
from commonweal.voice.consultations import actions, giving
from commonweal.voice.consultations.giving import Given, Giver
from commonweal.voice.models import Consultation
from commonweal.voice.proposals import reading, sending
from commonweal.voice.proposals.sending import Author

QUESTIONS = (
    ("choice", "Should the square be for people on foot?", ["Yes", "No", "Don’t know"]),
    ("choices", "What should stand there?", ["Trees", "Benches", "Stalls"]),
    ("rating", "How safe is it now?", []),
    ("text", "What else?", []),
)


@pytest.fixture
def consulted(maya: Person) -> Any:
    """A consultation with one question of each kind; by default one that opens today. Of one that
    began ``ago`` days ago and lasts ``days`` the dates are moved back after it was published."""

    def make(*, ago: int = 0, days: int = 20, published: bool = True, **more: Any) -> Consultation:
        # Not the test's today: midnight may have passed since, and one opens on no day that is
        # over.
        today = timezone.localdate()
        values: dict[str, Any] = {
            "title": "The market square",
            "about": "The square is laid out anew.",
            "can_change": "Where cars may go.",
            "cannot_change": "The budget.",
            "who_decides": "The executive",
            "takes_proposals": False,
            "opens_on": today,
            "closes_on": today + timedelta(days=days),
            "decides_on": today + timedelta(days=days + 30),
        } | more
        consultation = actions.prepare(consultation=None, values=values, by=maya)
        for kind, words, options in QUESTIONS:
            question = {"kind": kind, "words": words, "options": options, "is_needed": False}
            actions.ask(consultation=consultation, values=question, by=maya)
        if published:
            actions.publish(consultation=consultation, by=maya)
        if ago:
            move_back(consultation, ago)
        consultation.refresh_from_db()
        return consultation

    return make


def move_back(consultation: Consultation, days: int) -> None:
    """Let a consultation have happened so many days ago: its days, and those of what came."""
    fields = ("opens_on", "closes_on", "decides_on")
    moved = {name: getattr(consultation, name) - timedelta(days=days) for name in fields}
    Consultation.objects.filter(pk=consultation.pk).update(**moved)
    consultation.refresh_from_db()


@pytest.fixture
def answered(maya: Person) -> Any:
    """So many answers to a consultation that is open, all alike."""

    def give(consultation: Consultation, times: int, first: Any, **who: Any) -> None:
        questions = list(consultation.questions.all())
        picked = {questions[0]: Given(picked=(first,) if first is not None else ())}
        picked |= {questions[3]: Given(words="Shade.")}
        for _ in range(times):
            giving.give(consultation=consultation, giver=Giver(**who), answers=picked)

    return give


def followed(consultation: Consultation) -> dict[str, dict[str, Any]]:
    """What stands in each address of following, and of a ward."""
    for email in ("one@example.org", "other@example.org"):
        following.ask(kind="consultation", key=consultation.code, email=email, pace="weekly")
    one, other = Follow.objects.all()
    ward = Area.objects.create(code="followed", name="Followed ward")
    return {
        "follow": {"kind": "consultation", "key": consultation.code},
        "follow-confirm": {"token": tokens.token_of(one, tokens.YES)},
        "follow-stop": {"token": tokens.token_of(other, tokens.OUT)},
        "ward-letter": {"code": ward.code},
    }


@pytest.fixture
def asked_of_all(
    consulted: Any, answered: Any, maya: Person, nadia: Person
) -> dict[str, dict[str, Any]]:
    """What stands in each address of consultations."""
    public = consulted(takes_proposals=True)
    draft = consulted(published=False, title="The next one")
    answered(public, 1, 0)
    over = consulted(ago=25, title="The last one")
    shown, waiting, gone = (
        sending.propose(consultation=public, title=title, words="Shade.", author=Author())
        for title in ("Trees", "Benches", "A fountain")
    )
    reading.show(sent=shown, by=nadia)
    reading.keep_out(sent=gone, because="It names somebody.", by=nadia)
    reading.appeal(sent=gone, appeal="It names a street.")
    of_shown = {"code": shown.code}
    of_public, of_draft, of_over = ({"code": made.code} for made in (public, draft, over))
    return {
        **{
            name: of_public
            for name in (
                "consultation",
                "consultation-answer",
                "desk-consultation",
                "consultation-enter",
                "consultation-words",
                "consultation-later",
                "propose",
                "proposals-csv",
                "desk-proposals",
                "proposal-enter",
            )
        },
        **{
            name: of_shown
            for name in (
                "proposal",
                "proposal-support",
                "proposal-comment",
                "desk-proposal",
                "support-enter",
                "proposal-accept",
                "proposal-decline",
                "proposal-merge",
                "proposal-take-back",
                "proposal-tie",
            )
        },
        **{name: {"kind": "proposal", "pk": waiting.pk} for name in ("sent-show", "sent-keep-out")},
        **followed(public),
        "sent-appeal": {"kind": "proposal", "pk": gone.pk},
        "own-sent": {"key": gone.own_key},
        **{
            name: of_over
            for name in ("consultation-csv", "consultation-outcome", "consultation-take-up")
        },
        **{
            name: of_draft
            for name in ("consultation-change", "asked-question-add", "consultation-publish")
        },
        "asked-question-drop": of_draft | {"pk": draft.questions.all()[0].pk},
    }

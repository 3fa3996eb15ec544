"""The fictional town asks: a consultation that was answered, with what was done, and an open one.

Everything is done by the room's own actions today, and moved back to the days on which it would
have been done.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.partners.models import Partner
from commonweal.places.models import Area
from commonweal.programme.models import Action
from commonweal.programme.reads import programme
from commonweal.programme.status import Status
from commonweal.voice.consultations import actions, giving
from commonweal.voice.consultations.forms import AGES
from commonweal.voice.consultations.giving import Given, Giver
from commonweal.voice.models import Consultation, Proposal
from commonweal.voice.proposals import answering, doing, reading, sending
from commonweal.voice.proposals.sending import Author

from .cast import CAST

LASTS = 27
QUESTIONS: tuple[tuple[str, str, list[str]], ...] = (
    (
        "choice",
        "Should Market Street be for people on foot?",
        ["Yes, always", "Yes, on market days", "No"],
    ),
    (
        "choices",
        "What keeps you from coming to town?",
        ["Nowhere to sit", "Buses too seldom", "Shops that are shut", "Nothing"],
    ),
    ("rating", "How safe do you feel in Market Street after dark?", []),
    ("text", "What else should we know?", []),
)
OPEN_QUESTIONS: tuple[tuple[str, str, list[str]], ...] = (
    ("choice", "Which part of town should come first?", ["Castle Hill", "The quay", "Mill Lane"]),
    ("rating", "How well does the town look after its streets?", []),
)
WROTE = ("Benches, please.", "More light at the bus stop.", "Keep a place for deliveries.")


@dataclass
class Asker:
    """Asks as the charter manager, and answers as people of the town would."""

    manager: Person
    lead: Person
    chance: random.Random
    areas: list[Area]

    def ask(self, questions: Any, **values: Any) -> Consultation:
        """A consultation that opens today."""
        today = timezone.localdate()
        days = {
            "opens_on": today,
            "closes_on": today + timedelta(days=LASTS),
            "decides_on": today + timedelta(days=LASTS + 40),
        }
        consultation = actions.prepare(
            consultation=None, values={"takes_proposals": True} | days | values, by=self.manager
        )
        for kind, wording, options in questions:
            question = {"kind": kind, "words": wording, "options": options, "is_needed": False}
            actions.ask(consultation=consultation, values=question, by=self.manager)
        actions.publish(consultation=consultation, by=self.manager)
        consultation.refresh_from_db()
        return consultation

    def answer(self, consultation: Consultation, people: int, firms: int) -> None:
        for number in range(people + firms):
            is_firm = number >= people
            giver = Giver(
                voice="enterprise" if is_firm else "resident",
                area=self.chance.choice([*self.areas, None]),
                age_band=self.chance.choice(AGES)[0],
                enterprise=f"Stall {number}" if is_firm else "",
            )
            answers = {question: self._given(question) for question in consultation.questions.all()}
            if number % 4:
                giving.give(consultation=consultation, giver=giver, answers=answers)
            else:
                giving.enter(
                    consultation=consultation,
                    giver=giver,
                    answers=answers,
                    channel=self.chance.choice(("paper", "meeting", "meeting", "telephone")),
                    given_on=consultation.opens_on,
                    by=self.lead,
                )

    def _given(self, question: Any) -> Given:
        if question.kind == "text":
            return Given(words=self.chance.choice(WROTE))
        numbers = [number for number, _ in question.choices]
        count = 2 if question.kind == "choices" else 1
        # The first answers are given more often than the last.
        weights = range(2 * len(numbers), 0, -2)
        return Given(picked=tuple(set(self.chance.choices(numbers, weights, k=count))))

    def propose(
        self, consultation: Consultation, title: str, wording: str, **columns: Any
    ) -> Proposal:
        """A proposal that was read and is shown."""
        proposal = sending.propose(
            consultation=consultation, title=title, words=wording, author=Author(**columns)
        )
        reading.show(sent=proposal, by=self.manager)
        proposal.refresh_from_db()
        return proposal


def move_back(consultation: Consultation, days: int) -> None:
    """Let a consultation, and all that came to it, have been so many days ago."""
    ago = timedelta(days=days)
    for rows, fields in (
        (
            Consultation.objects.filter(pk=consultation.pk),
            ("opens_on", "closes_on", "decides_on", "made_on", "published_on"),
        ),
        (consultation.contributions.all(), ("given_on",)),
        (Proposal.objects.filter(consultation=consultation), ("made_on", "looked_on")),
    ):
        rows.update(**{name: F(name) - ago for name in fields})
    Proposal.objects.filter(consultation=consultation, answered_on__isnull=False).update(
        answered_on=F("answered_on") - timedelta(days=days - LASTS)
    )
    consultation.refresh_from_db()


def _actions(today: date) -> tuple[Action, Action]:
    """(one that is done, one that is not) of the programme."""
    lines = sorted(programme(today, stopped_on=None).lines, key=lambda line: line.action.pk)
    done = [line.action for line in lines if line.status == Status.DONE]
    others = [line.action for line in lines if line.status != Status.DONE]
    return (done or others)[0], others[-1]


def _answered(asker: Asker, today: date) -> None:
    """What the town asked of Market Street, decided, and what came of it."""
    consultation = asker.ask(
        QUESTIONS,
        title="Market Street",
        about="Market Street is laid out anew next year. Tell us how it should be used.",
        can_change="Who may drive there and when, where people can sit, and the lights.",
        cannot_change="The budget, and that the market stays.",
        who_decides="The council’s executive",
    )
    asker.answer(consultation, people=34, firms=10)
    bakery = Partner.objects.get(code="harbour-lane-bakery")
    benches = asker.propose(
        consultation,
        "Benches along Market Street",
        "Older people need somewhere to sit between shops.",
    )
    also = asker.propose(
        consultation,
        "More benches in Market Street",
        "Somewhere to sit for older people, near the shops.",
    )
    work = asker.propose(
        consultation,
        "Let young people help to build it",
        "Places to train on the site, for those who leave school here.",
        partner=bakery,
    )
    roof = asker.propose(consultation, "A roof over the whole street", "So that nobody gets wet.")
    by = asker.lead
    answering.accept(proposal=benches, answer="Yes: twelve benches, one near each stop.", by=by)
    answering.merge(
        proposal=also, into=benches, answer="It asks for the same, so both go on as one.", by=by
    )
    answering.accept(proposal=work, answer="Yes: whoever builds offers places to train.", by=by)
    answering.decline(
        proposal=roof, answer="A roof would cost more than the whole street. It was priced.", by=by
    )
    done, going = _actions(today)
    doing.tie(proposal=work, action=done, by=by)
    doing.tie(proposal=benches, action=going, by=by)
    for accepted in (benches, work):
        sending.enter_support(
            proposal=accepted,
            voice="resident",
            channel="meeting",
            count=asker.chance.randint(8, 30),
            given_on=consultation.opens_on,
            by=by,
        )
    _decide(consultation, asker)
    doing.tell_authors(today)


def _decide(consultation: Consultation, asker: Asker) -> None:
    move_back(consultation, 120)
    actions.answer(
        consultation=consultation,
        outcome="Cars stay out of Market Street on market days. Most of those who answered wanted "
        "that or more; shops asked for a place for deliveries, which there is until ten in the "
        "morning. There will be twelve benches. The lights are not decided: they need a survey.",
        decided_on=consultation.closes_on + timedelta(days=20),
        decision=None,
        by=asker.manager,
    )
    Consultation.objects.filter(pk=consultation.pk).update(
        answered_on=consultation.closes_on + timedelta(days=22)
    )


def _open(asker: Asker) -> None:
    """What the town asks just now."""
    consultation = asker.ask(
        OPEN_QUESTIONS,
        title="Greener streets",
        about="There is money for trees and planters in one part of town.",
        can_change="Which part comes first, and what is planted.",
        cannot_change="That it is one part in the first year.",
        who_decides="The programme board",
    )
    asker.answer(consultation, people=12, firms=0)
    asker.propose(consultation, "Trees by the quay", "There is no shade by the water in summer.")
    asker.propose(consultation, "Fruit trees at Castle Hill", "So that anybody can pick.")
    sending.propose(
        consultation=consultation,
        title="Herbs in the planters",
        words="The stalls would use them.",
        author=Author(),
    )
    move_back(consultation, 9)


def asker_of(seed: int) -> Asker:
    """Whoever asks in the fictional town, with a chance of their own."""
    people = {member.role: Person.objects.get(email=member.email) for member in CAST}
    return Asker(
        people["charter-manager"],
        people["programme-lead"],
        random.Random(seed),
        list(Area.objects.order_by("name")),
    )


def tell(say: Callable[[str], None]) -> None:
    """Both consultations, as of the real day: what is open is so for whoever looks."""
    say("what the town asks")
    asker = asker_of(seed=18)
    _answered(asker, timezone.localdate())
    _open(asker)

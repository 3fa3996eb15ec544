"""The fictional town asks what comes first: a ranking that is over, taken up into the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.utils import timezone

from commonweal.accounts.actors import Actor
from commonweal.accounts.models import Role
from commonweal.programme.actions import cite
from commonweal.programme.models import Action
from commonweal.voice.consultations import actions, giving, taking_up
from commonweal.voice.consultations.giving import Given, Giver
from commonweal.voice.models import Consultation

from .voice import Asker, asker_of, move_back

FIRST = ("Places to train", "Repair of homes", "Shops in town", "Buses in the evening")
RANKING = (("ranking", "What should the recovery do first?", list(FIRST)),)
# So many put these first, second and third.
OF_RESIDENTS = (
    (10, (0, 1, 2)),
    (12, (0, 2, 3)),
    (12, (0, 3, 2)),
    (10, (1, 0, 3)),
    (8, (1, 2, 3)),
    (8, (1, 3, 2)),
)
OF_ENTERPRISES = ((10, (2, 0, 3)), (10, (3, 0, 2)))
BEGAN_DAYS_AGO = 70


def tell(say: Callable[[str], None]) -> None:
    """The ranking, its answer, and which actions of the plan answer what came first."""
    say("what should come first")
    asker = asker_of(seed=19)
    consultation = asker.ask(
        RANKING,
        title="What comes first?",
        about="The plan for the recovery can’t do everything at once.",
        can_change="What is begun this year, and what waits.",
        cannot_change="How much money there is.",
        who_decides="The programme board",
        takes_proposals=False,
    )
    _answer(asker, consultation)
    move_back(consultation, BEGAN_DAYS_AGO)
    actions.answer(
        consultation=consultation,
        outcome="Places to train come first, as residents asked, and shops and buses next, as "
        "enterprises did. Repair of homes waits for the survey in spring.",
        decided_on=consultation.closes_on + timedelta(days=20),
        decision=None,
        by=asker.manager,
    )
    Consultation.objects.filter(pk=consultation.pk).update(
        answered_on=consultation.closes_on + timedelta(days=22)
    )
    consultation.refresh_from_db()
    lead = Actor(asker.lead, Role.PROGRAMME_LEAD)
    priorities = taking_up.take_up(consultation=consultation, author=lead)
    going = Action.objects.filter(stopped_on=None).order_by("pk")[:2]
    for priority, action in zip(priorities[1:], going, strict=False):
        cite(
            action=action,
            priority=priority,
            because="It was begun this year for that.",
            author=lead,
        )


def _answer(asker: Asker, consultation: Consultation) -> None:
    ranking = consultation.questions.get()
    for number, (giver, picked) in enumerate(_givers(asker)):
        answers = {ranking: Given(picked)}
        if number % 5:
            giving.give(consultation=consultation, giver=giver, answers=answers)
            continue
        giving.enter(
            consultation=consultation,
            giver=giver,
            answers=answers,
            channel="paper" if number % 2 else "meeting",
            given_on=timezone.localdate(),
            by=asker.lead,
        )


def _givers(asker: Asker) -> Iterator[tuple[Giver, tuple[int, ...]]]:
    ages = ("18_24", "25_44", "45_64", "65", "")
    number = 0
    for times, picked in OF_RESIDENTS:
        for _ in range(times):
            area = asker.areas[number % len(asker.areas)] if asker.areas else None
            yield Giver(area=area, age_band=ages[number % len(ages)]), picked
            number += 1
    for times, picked in OF_ENTERPRISES:
        for at in range(times):
            yield Giver(voice="enterprise", enterprise=f"Workshop {at}"), picked

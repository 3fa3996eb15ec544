"""Taking what came first up into the plan, as the programme's own priorities."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.actors import Actor
from commonweal.office.errors import Refused
from commonweal.places import rooms
from commonweal.programme import actions as plan
from commonweal.programme.actions import CountedPriority
from commonweal.programme.models import Priority

from ..models import AskedQuestion, Consultation, Phase, Voice
from . import results


def rankings_of(consultation: Consultation) -> list[AskedQuestion]:
    return list(consultation.questions.filter(kind=AskedQuestion.Kind.RANKING))


@transaction.atomic
def take_up(*, consultation: Consultation, author: Actor) -> list[Priority]:
    """Put each answer of a consultation's rankings into the plan, with its place among residents
    and among enterprises; done again it brings the places up to date.

    Raises
    ------
    Refused
        The programme is switched off, people can still answer, or it asks for no ranking.
    """
    if not rooms.is_on("programme"):
        raise Refused("The programme is switched off, so there is no plan to take them up into.")
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    today = timezone.localdate()
    if consultation.phase(today) not in (Phase.CONSIDERING, Phase.ANSWERED):
        raise Refused("What people ask for first is known when the consultation is over.")
    return plan.take_up(asked=_asked(consultation, today), author=author)


def _asked(consultation: Consultation, today: date) -> list[CountedPriority]:
    places: dict[tuple[int, int, str], int | None] = {}
    for of_voice in results.results_of(consultation):
        for of_question in of_voice.questions:
            for line in of_question.ranked:
                places[of_question.question.pk, line.number, of_voice.voice] = line.place
    return [
        CountedPriority(
            source_key=f"{consultation.code}-{question.order}-{number}",
            title=option,
            question=question.words,
            resident_place=places[question.pk, number, Voice.RESIDENT],
            enterprise_place=places[question.pk, number, Voice.ENTERPRISE],
            out_of=len(question.options),
            counted_on=today,
            address=f"{consultation.get_absolute_url()}#results",
        )
        for question in rankings_of(consultation)
        for number, option in enumerate(question.options)
    ]

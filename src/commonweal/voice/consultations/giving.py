"""Answering a consultation: online, or as it is entered for somebody who came otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commonweal.accounts.actors import EDITOR, RESIDENT
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.partners.access import must_act
from commonweal.partners.models import Partner
from commonweal.places.models import Area

from ..access import role_of
from ..models import (
    AskedQuestion,
    Channel,
    Consultation,
    Contribution,
    GivenAnswer,
    Phase,
    Voice,
)
from .ranking import places_of


@dataclass(frozen=True)
class Given:
    """What was answered to one question: numbers of what was picked (of a ranking the first place
    first), or words."""

    picked: tuple[int, ...] = ()
    words: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.picked and not self.words.strip()


@dataclass(frozen=True)
class Giver:
    """Who answers, as far as they say: a resident, or an enterprise by its name or as a partner."""

    voice: str = Voice.RESIDENT
    area: Area | None = None
    age_band: str = ""
    enterprise: str = ""
    partner: Partner | None = None
    person: Person | None = None


def _check_open(consultation: Consultation, today: date) -> None:
    phase = consultation.phase(today)
    if phase == Phase.OPEN:
        return
    if phase in (Phase.DRAFT, Phase.COMING):
        raise Refused(f"It opens on {consultation.opens_on:%-d %B %Y}.")
    raise Refused(f"It closed on {consultation.closes_on:%-d %B %Y}.")


def _check_giver(consultation: Consultation, giver: Giver) -> None:
    contributions = consultation.contributions
    if giver.voice == Voice.RESIDENT:
        if (
            giver.person
            and contributions.filter(person=giver.person, voice=Voice.RESIDENT).exists()
        ):
            raise Refused("You have answered already. Each person answers once.")
        return
    if giver.partner is not None:
        must_act(giver.partner)
        if contributions.filter(partner=giver.partner).exists():
            raise Refused("Your enterprise has answered already. Each answers once.")
    elif not giver.enterprise.strip():
        raise Refused("Give the name of the enterprise.")


def _check_answers(answers: Mapping[AskedQuestion, Given]) -> None:
    if all(answer.is_empty for answer in answers.values()):
        raise Refused("Answer at least one question.")
    for question, answer in answers.items():
        known = {number for number, _ in question.choices}
        if not set(answer.picked) <= known:
            raise Refused("Pick one of the answers that are there.")
        if question.kind == AskedQuestion.Kind.RANKING:
            _check_ranking(question, answer)


def _check_ranking(question: AskedQuestion, answer: Given) -> None:
    if len(set(answer.picked)) != len(answer.picked):
        raise Refused("The same answer stands in two places. Give each place another one.")
    if len(answer.picked) > len(places_of(question.options)):
        raise Refused("Fill no more places than there are.")


def _as_kept(question: AskedQuestion, answer: Given) -> list[int]:
    """The order tells something of a ranking alone; else it is not kept."""
    is_ranking = question.kind == AskedQuestion.Kind.RANKING
    return list(answer.picked) if is_ranking else sorted(answer.picked)


def _keep(
    consultation: Consultation,
    giver: Giver,
    answers: Mapping[AskedQuestion, Given],
    channel: str,
    given_on: date,
    entered_by: Person | None,
) -> Contribution:
    is_resident = giver.voice == Voice.RESIDENT
    contribution = Contribution.objects.create(
        consultation=consultation,
        voice=giver.voice,
        channel=channel,
        given_on=given_on,
        area=giver.area,
        age_band=giver.age_band if is_resident else "",
        enterprise="" if is_resident or giver.partner else giver.enterprise,
        partner=None if is_resident else giver.partner,
        person=giver.person,
        entered_by=entered_by,
    )
    GivenAnswer.objects.bulk_create(
        GivenAnswer(
            contribution=contribution,
            question=question,
            picked=_as_kept(question, answer),
            words=answer.words.strip(),
        )
        for question, answer in answers.items()
        if not answer.is_empty
    )
    return contribution


def nameless(consultation: Consultation) -> QuerySet[Contribution]:
    """Answers that came online without an account: only these can be changed by a browser."""
    return consultation.contributions.filter(channel=Channel.ONLINE, person=None, partner=None)


@transaction.atomic
def give(
    *,
    consultation: Consultation,
    giver: Giver,
    answers: Mapping[AskedQuestion, Given],
    instead_of: int | None = None,
) -> Contribution:
    """Somebody answers online. ``instead_of`` is the number of an answer without account that
    theirs takes the place of.

    Raises
    ------
    Refused
        The consultation is not open, they answered before, nothing or something that is needed
        was left empty, or an enterprise has no name.
    """
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    today = timezone.localdate()
    _check_open(consultation, today)
    _check_giver(consultation, giver)
    _check_answers(answers)
    if any(question.is_needed and answer.is_empty for question, answer in answers.items()):
        raise Refused("Answer the questions that are marked as needed.")
    if instead_of is not None:
        nameless(consultation).filter(pk=instead_of).delete()
    contribution = _keep(consultation, giver, answers, Channel.ONLINE, today, None)
    if giver.partner is not None:
        record("contribution given", about=consultation, by=giver.person, as_role=EDITOR)
    else:
        record("contribution given", about=consultation, by=None, as_role=RESIDENT)
    return contribution


@transaction.atomic
def enter(
    *,
    consultation: Consultation,
    giver: Giver,
    answers: Mapping[AskedQuestion, Given],
    channel: str,
    given_on: date,
    by: Person,
) -> Contribution:
    """Enter what came on paper, by telephone or at a meeting; also after the close, if it came
    before. What it leaves empty is left empty.

    Raises
    ------
    Refused
        The consultation takes none, the day lies outside it, nothing was answered, or an
        enterprise has no name.
    """
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    today = timezone.localdate()
    if consultation.phase(today) not in (Phase.OPEN, Phase.CONSIDERING):
        raise Refused("Nothing can be entered: it is not open, or it was answered already.")
    if channel == Channel.ONLINE:
        raise Refused("Say how it came: on paper, by telephone or at a meeting.")
    if not consultation.opens_on <= given_on <= min(consultation.closes_on, today):
        raise Refused("It can only have come between the first day and the last, or today.")
    _check_giver(consultation, giver)
    _check_answers(answers)
    contribution = _keep(consultation, giver, answers, channel, given_on, by)
    record("contribution entered", about=consultation, by=by, as_role=role_of(by), channel=channel)
    return contribution

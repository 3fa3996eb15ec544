"""What the desk does with a consultation: prepare it, publish it, say what was decided."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.charter.models import Decision
from commonweal.office.errors import Refused

from ..access import role_of
from ..models import AskedQuestion, Consultation, LaterClose, Phase
from . import guards

FIELDS = (
    "title",
    "about",
    "can_change",
    "cannot_change",
    "who_decides",
    "takes_proposals",
    "opens_on",
    "closes_on",
    "decides_on",
)
WITH_OPTIONS = (
    AskedQuestion.Kind.CHOICE,
    AskedQuestion.Kind.CHOICES,
    AskedQuestion.Kind.RANKING,
)
IS_PUBLIC = "It is public. What people answer to does not change any more."
NOT_OVER = "It is still open. Say what was decided when its last day is over."


def drafted(consultation: Consultation) -> Consultation:
    """The consultation, locked, where it is still being prepared.

    Raises
    ------
    Refused
        It is public.
    """
    locked = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if locked.published_on is not None:
        raise Refused(IS_PUBLIC)
    return locked


def _check_days(values: dict[str, Any]) -> None:
    if values["closes_on"] < values["opens_on"]:
        raise Refused("It can't close before it opens.")
    if values["decides_on"] <= values["closes_on"]:
        raise Refused("It can't be decided before it has closed.")


@transaction.atomic
def prepare(
    *, consultation: Consultation | None, values: dict[str, Any], by: Person
) -> Consultation:
    """Begin a consultation, or change one that nobody outside has seen.

    Raises
    ------
    Refused
        It is public, or its days are not in order.
    """
    _check_days(values)
    if consultation is None:
        written = Consultation.objects.create(made_by=by, **{name: values[name] for name in FIELDS})
    else:
        written = drafted(consultation)
        for name in FIELDS:
            setattr(written, name, values[name])
        written.save(update_fields=FIELDS)
    record("consultation prepared", about=written, by=by, as_role=role_of(by))
    return written


@transaction.atomic
def ask(*, consultation: Consultation, values: dict[str, Any], by: Person) -> AskedQuestion:
    """Add a question to a consultation that is being prepared.

    Raises
    ------
    Refused
        It is public, or there are fewer than two answers to choose from.
    """
    consultation = drafted(consultation)
    kind, options = values["kind"], values["options"]
    has_options = kind in WITH_OPTIONS
    if has_options and len(options) < 2:
        raise Refused("Give at least two answers to choose from, a line each.")
    if len(set(options)) != len(options):
        raise Refused("Two of the answers are the same.")
    last = consultation.questions.aggregate(last=Max("order"))["last"] or 0
    question = AskedQuestion.objects.create(
        consultation=consultation,
        order=last + 1,
        kind=kind,
        words=values["words"],
        options=options if has_options else [],
        is_needed=values["is_needed"],
    )
    record("question added", about=consultation, by=by, as_role=role_of(by))
    return question


@transaction.atomic
def drop(*, question: AskedQuestion, by: Person) -> None:
    """Take a question out of a consultation that is being prepared.

    Raises
    ------
    Refused
        The consultation is public.
    """
    consultation = drafted(question.consultation)
    question.delete()
    record("question removed", about=consultation, by=by, as_role=role_of(by))


@transaction.atomic
def publish(*, consultation: Consultation, by: Person) -> None:
    """Make a consultation public: from its first day people answer.

    Raises
    ------
    Refused
        It is public already, asks nothing, does not say what can still change or who decides, or
        its first day is past.
    """
    consultation = drafted(consultation)
    if not consultation.can_change.strip():
        raise Refused("Say first what can still change. If nothing can, there is nothing to ask.")
    if not consultation.who_decides.strip():
        raise Refused("Say first who decides.")
    if not (consultation.takes_proposals or consultation.questions.exists()):
        raise Refused("It asks nothing yet. Add a question, or let people make proposals.")
    today = timezone.localdate()
    if consultation.opens_on < today:
        raise Refused("Its first day is past. Give it another.")
    consultation.published_on = today
    consultation.save(update_fields=["published_on"])
    record("consultation published", about=consultation, by=by, as_role=role_of(by))


@transaction.atomic
def close_later(
    *, consultation: Consultation, closes_on: date, decides_on: date, because: str, by: Person
) -> LaterClose:
    """Give a consultation that is public a later last day; everybody reads why at once.

    Raises
    ------
    Refused
        It is not public, or its last day is past; the new one is not later; it would be decided
        before; no reason is given.
    """
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if consultation.phase(timezone.localdate()) not in (Phase.COMING, Phase.OPEN):
        raise Refused("Only one that is public and not over yet can close later.")
    if closes_on <= consultation.closes_on:
        raise Refused(f"Choose a day after {consultation.closes_on:%-d %B %Y}, its last day now.")
    if not because.strip():
        raise Refused("Say why: everybody reads it.")
    _check_days(
        {"opens_on": consultation.opens_on, "closes_on": closes_on, "decides_on": decides_on}
    )
    moved = LaterClose.objects.create(
        consultation=consultation,
        closed_on=consultation.closes_on,
        closes_on=closes_on,
        because=because.strip(),
        moved_by=by,
    )
    consultation.closes_on, consultation.decides_on = closes_on, decides_on
    consultation.save(update_fields=["closes_on", "decides_on"])
    record("consultation closes later", about=consultation, by=by, as_role=role_of(by))
    return moved


@transaction.atomic
def answer(
    *,
    consultation: Consultation,
    outcome: str,
    decided_on: date,
    decision: Decision | None,
    by: Person,
) -> None:
    """Say what was decided, and close the consultation.

    Raises
    ------
    Refused
        It is not over, was answered already, the decision is dated before its close or on a day to
        come, or something that somebody sent waits for its own answer.
    """
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    today = timezone.localdate()
    phase = consultation.phase(today)
    if phase == Phase.ANSWERED:
        raise Refused("It was answered already.")
    if phase != Phase.CONSIDERING:
        raise Refused(NOT_OVER)
    if decision is not None:
        decided_on = decision.decided_on
    if decided_on <= consultation.closes_on:
        raise Refused("A decision can't be dated before the consultation has closed.")
    if decided_on > today:
        raise Refused("The decision is of a day to come.")
    for waits in guards.WAITS:
        if sentence := waits(consultation):
            raise Refused(sentence)
    consultation.outcome, consultation.decided_on = outcome, decided_on
    consultation.decision, consultation.answered_on = decision, today
    consultation.save(update_fields=["outcome", "decided_on", "decision", "answered_on"])
    record("consultation answered", about=consultation, by=by, as_role=role_of(by))

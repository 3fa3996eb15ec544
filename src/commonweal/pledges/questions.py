"""Questions to a pledge: asked by anybody, let in or refused by the charter manager, answered."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.actors import RESIDENT, Actor
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.partners.access import must_act

from .holding import hold, tell
from .models import Entry, Pledge, Question
from .standing import Kind
from .writing import for_partner, write_down


@transaction.atomic
def ask(*, pledge: Pledge, question_text: str, email: str) -> Question:
    """Somebody outside asks a question. The charter manager looks at it before it is public.
    How many one visitor may ask is counted by the page; one visitor closes it to nobody else."""
    today = timezone.localdate()
    same = Question.objects.filter(pledge=pledge, words=question_text, asked_on=today).first()
    if same:
        return same
    question = Question.objects.create(
        pledge=pledge, words=question_text, asker_email=email, asked_on=today
    )
    record("question asked", about=pledge, by=None, as_role=RESIDENT)
    if email:
        _send_receipt(question)
    return question


def _send_receipt(question: Question) -> None:
    """Say that a question has come. Its words are not repeated: whoever typed the address may
    have typed somebody else's."""
    pledge = question.pledge
    mail.write(
        key=f"asked-{question.pk}",
        to_email=question.asker_email,
        subject=f"We have your question to {pledge.partner.name}",
        body=f"Your question about this promise has come:\n{pledge.statement}\n\nThe charter "
        "manager reads it; then it stands beside the promise, and the partner is asked to answer. "
        "You get one more letter, when it is answered.\n"
        f"{settings.ADDRESS}{pledge.get_absolute_url()}\n\nIf you asked nothing, do nothing: your "
        "address is used for this alone.\n",
    )


@transaction.atomic
def publish_question(*, question: Question, by: Person) -> Entry:
    """Let a question into the ledger. The time for an answer counts from the day it was asked."""
    now = Question.objects.select_for_update().get(pk=question.pk)
    if now.entry_id or now.refused_on:
        raise Refused("Somebody else has dealt with this question already.")
    pledge = question.pledge
    entry = write_down(
        Actor(None, RESIDENT),
        pledge,
        Kind.QUESTION,
        {"asked_on": question.asked_on.isoformat()},
        question.words,
        verb="question published",
        done_by=Actor(by, Role.CHARTER_MANAGER),
    )
    Question.objects.filter(pk=question.pk).update(entry=entry)
    tell(
        pledge,
        f"question-{entry.seq}",
        f"A question to {pledge.partner.name} waits for your answer",
        f"{pledge.partner.name}: {pledge.statement}\n\nSomebody asks:\n\n{question.words}\n\n"
        "Question and answer are public. Answer it here:\n"
        f"{settings.ADDRESS}/space/{pledge.partner.code}/pledges/{pledge.code}/\n",
        owed=f"question-{entry.seq}",
    )
    return entry


@transaction.atomic
def refuse_question(*, question: Question, because: str, by: Person) -> None:
    """Keep a question out of the ledger, with a reason (abuse, personal data, not a question)."""
    if not because.strip():
        raise Refused("Say why it is kept out.")
    done = Question.objects.filter(pk=question.pk, entry=None, refused_on=None).update(
        refused_because=because, refused_on=timezone.localdate()
    )
    if not done:
        raise Refused("Somebody else has dealt with this question already.")
    record("question refused", about=question.pledge, by=by, as_role=Role.CHARTER_MANAGER)


@transaction.atomic
def answer(*, pledge: Pledge, question_seq: int, answer_text: str, by: Person) -> Entry:
    """The partner answers a question in public."""
    must_act(pledge.partner)
    hold(pledge, None, Kind.ANSWER, {})
    if not pledge.entries.filter(kind=Kind.QUESTION, seq=question_seq).exists():
        raise Refused("There is no such question.")
    earlier = pledge.entries.filter(kind=Kind.ANSWER, body__about=question_seq).first()
    if earlier:
        raise Refused("Your organisation has answered this question already.")
    entry = write_down(
        for_partner(pledge, by),
        pledge,
        Kind.ANSWER,
        {"about": question_seq},
        answer_text,
        verb="question answered",
    )
    question = Question.objects.filter(entry_id=question_seq).first()
    if question and question.asker_email:
        _answer_asker(question, pledge, entry)
    return entry


def _answer_asker(question: Question, pledge: Pledge, entry: Entry) -> None:
    mail.write(
        key=f"answered-{entry.seq}",
        to_email=question.asker_email,
        subject=f"{pledge.partner.name} has answered your question",
        body=f"You asked about this promise:\n{pledge.statement}\n\nThe answer is here:\n"
        f"{settings.ADDRESS}{pledge.get_absolute_url()}#entry-{entry.seq}\n",
    )
    # It was left for this one purpose.
    Question.objects.filter(pk=question.pk).update(asker_email="")

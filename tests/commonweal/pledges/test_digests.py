"""Every queue is in the digest of whoever it waits for, by name and address, and of nobody else."""

from __future__ import annotations

import re
from datetime import timedelta
from email.utils import parseaddr

import pytest
from django.conf import settings

from commonweal.accounts import mail
from commonweal.accounts.models import Message
from commonweal.balance.models import Period, Statement
from commonweal.charter.models import TierAward
from commonweal.partners.models import ActingRequest, NameChange
from commonweal.pledges import asking_more, giving_out, questions, reminders, reviewing

pytestmark = pytest.mark.django_db


class World:
    """The cast by name, and what the tests of this file make of it."""

    def __init__(self, **cast):
        self.__dict__ |= cast


@pytest.fixture
def world(
    town,
    maya,
    idris,
    priya,
    tom,
    asha,
    carys,
    bakery,
    college,
    tier,
    measure,
    claimed,
    pledged,
    new_partner,
    today,
):
    return World(
        maya=maya,
        idris=idris,
        priya=priya,
        tom=tom,
        asha=asha,
        carys=carys,
        bakery=bakery,
        college=college,
        tier=tier,
        measure=measure,
        claimed=claimed,
        pledged=pledged,
        new_partner=new_partner,
        today=today,
    )


def a_newcomer(world):
    partner = world.new_partner("fern", "Fern & Co")
    partner.accepted_on = None
    partner.save()
    return "Fern & Co", "/desk/charter/partners/fern/"


def this_is_us(world):
    acting = ActingRequest.objects.create(partner=world.college, person=world.carys, job_title="x")
    return "Brackenford College", f"/desk/charter/acting/{acting.pk}/"


def a_new_name(world):
    change = NameChange.objects.create(
        partner=world.college, was={}, wanted={"name": "x"}, asked_by=world.carys
    )
    return "Brackenford College", f"/{change.pk}/"


def a_proposal(world):
    pledge = world.pledged(accepted=False, statement="PROPOSED.")
    return "Harbour Lane Bakery: PROPOSED.", f"/desk/charter/pledges/{pledge.code}/"


def an_unread_question(world):
    question = questions.ask(pledge=world.pledged(), question_text="UNREAD?", email="")
    return "To Harbour Lane Bakery", f"/desk/charter/questions/{question.pk}/"


def a_free_claim(world):
    _, claim = world.claimed()
    return "Harbour Lane Bakery", f"/desk/charter/claims/{claim.seq}/assign/"


def a_claim_to_review(world):
    _, claim = world.claimed()
    return "Harbour Lane Bakery", f"/desk/review/{claim.seq}/"


def a_claim_of_mine(world):
    _, claim = world.claimed()
    giving_out.assign(claim_entry=claim, reviewer=world.priya, by=world.maya)
    return "Harbour Lane Bakery", f"/desk/review/{claim.seq}/"


def a_tier(world):
    TierAward.objects.create(
        partner=world.bakery,
        tier=world.tier,
        reasons="x",
        proposed_by=world.idris,
        proposed_on=world.today,
    )
    return "Harbour Lane Bakery: Partner", "/desk/tiers/"


def a_withdrawal(world):
    TierAward.objects.create(
        partner=world.bakery,
        tier=world.tier,
        reasons="x",
        proposed_by=world.idris,
        proposed_on=world.today,
        confirmed_by=world.tom,
        confirmed_on=world.today,
        review_on=world.today + timedelta(days=700),
        withdrawal_because="x",
        withdrawal_by=world.tom,
        reply_until=world.today - timedelta(days=1),
    )
    return "Harbour Lane Bakery: Partner", "/desk/tiers/"


def books(state, **who):
    def make(world):
        period = Period.objects.create(
            code="2026-q3",
            title="July to September 2026",
            starts_on=world.today - timedelta(days=120),
            ends_on=world.today - timedelta(days=30),
        )
        Statement.objects.create(
            period=period,
            state=state,
            **{column: getattr(world, name) for column, name in who.items()},
        )
        return "July to September 2026", "/desk/balance/2026-q3/"

    return make


def a_review_to_reply_to(world):
    pledge, claim = world.claimed()
    reviewing.review(
        pledge=pledge,
        claim_seq=claim.seq,
        verdict="rejected",
        figure=None,
        reasons="x",
        by=world.idris,
    )
    return "Harbour Lane Bakery", f"/space/bakery/pledges/{pledge.code}/"


def a_question_to_answer(world):
    pledge = world.pledged()
    question = questions.ask(pledge=pledge, question_text="When?", email="")
    questions.publish_question(question=question, by=world.maya)
    return "Harbour Lane Bakery", f"/space/bakery/pledges/{pledge.code}/"


def more_to_bring(world):
    pledge, claim = world.claimed()
    asking_more.ask_for_more(claim_entry=claim, wanted="More.", by=world.idris)
    return "Harbour Lane Bakery", f"/space/bakery/pledges/{pledge.code}/"


# What waits: how many of it in words, and for whom.
QUEUES = {
    a_newcomer: ("1 partner waits to be accepted", {"maya"}),
    this_is_us: ("1 “this is us” waits", {"maya"}),
    a_new_name: ("1 new name waits", {"maya"}),
    a_proposal: ("1 pledge waits to be accepted", {"maya"}),
    an_unread_question: ("1 question waits to be read", {"maya"}),
    a_free_claim: ("1 claim has no reviewer", {"maya"}),
    a_claim_to_review: ("1 claim waits for a review", {"idris", "priya"}),
    a_claim_of_mine: ("1 claim waits for a review", {"priya"}),
    a_tier: ("1 tier waits for a second name", {"priya", "tom"}),
    a_withdrawal: ("1 withdrawal of a tier waits to be decided", {"idris", "priya"}),
    books("draft", drafted_by="maya"): ("1 draft of the books waits", {"idris", "priya"}),
    books("signed", drafted_by="maya", signed_by="idris"): ("1 statement waits to be val", {"tom"}),
    books("validated", drafted_by="maya", signed_by="idris", validated_by="tom"): (
        "1 statement waits to be closed",
        {"maya"},
    ),
    a_review_to_reply_to: ("waits for your reply", {"asha"}),
    a_question_to_answer: ("waits for your answer", {"asha"}),
    more_to_bring: ("asks for more evidence", {"asha"}),
}


@pytest.mark.parametrize("queue", QUEUES, ids=lambda queue: queue.__name__)
def test_what_waits_is_in_the_letters_of_those_it_waits_for(world, queue):
    counted, roles = QUEUES[queue]
    name, path = queue(world)
    reminders.remind(world.today)
    said = {
        person
        for person in ("maya", "idris", "priya", "tom", "asha", "carys")
        for message in Message.objects.filter(person=getattr(world, person))
        if counted in f"{message.subject} {message.body}"
    }
    assert said == roles
    for message in Message.objects.filter(person__in=[getattr(world, one) for one in roles]):
        if counted in f"{message.subject} {message.body}":
            assert name in message.body
            assert any(
                line.startswith(settings.ADDRESS) and line.endswith(path)
                for line in message.body.split("\n")
            )
            assert "UNREAD?" not in message.body
    # None a second time, and none without anything in it.
    count = Message.objects.count()
    assert reminders.remind(world.today) == 0
    assert Message.objects.count() == count


OF_THE_MANAGER = (a_newcomer, this_is_us, a_new_name, a_proposal, an_unread_question, a_free_claim)


@pytest.mark.parametrize("queue", OF_THE_MANAGER, ids=lambda queue: queue.__name__)
def test_all_of_a_queue_of_the_manager_leads_to_that_queue(world, maya, sign_in, queue):
    """A page that holds what the letter counts, and nothing else."""
    queue(world)
    others = next(maker for maker in (a_newcomer, a_proposal) if maker is not queue)
    others(world)
    reminders.remind(world.today)
    body = Message.objects.get(person=maya).body
    part = body[body.index(QUEUES[queue][0]) :]
    [path, *_] = re.findall(rf"All: {re.escape(settings.ADDRESS)}(\S+)\n", part)
    page = sign_in(maya).get(path)
    assert page.status_code == 200
    assert page.context["page"].paginator.count == 1


def test_where_nothing_waits_nobody_gets_a_letter(world):
    assert reminders.owed(world.today) == []
    assert reminders.remind(world.today) == 0


def test_of_many_claims_the_five_oldest_are_named_with_their_count(told, idris, maya, town, today):
    for ago in range(12, 0, -1):
        told(
            (ago, "proposed", {}),
            (ago, "accepted", {}),
            (ago, "claim", {"value": "5"}),
            (ago, "evidence", {}),
            statement=f"Promise of {ago} days.",
        )
    reminders.remind(today)
    letter = Message.objects.get(person=idris)
    assert "12 claims wait for a review." in letter.body
    assert f"These are the 5 oldest. All: {settings.ADDRESS}/desk/review/" in letter.body
    assert letter.body.count("Since ") == 5
    oldest = today - timedelta(days=12)
    assert f"Since {oldest:%-d %B %Y}: Harbour Lane Bakery: Promise of 12 days." in letter.body
    assert "Promise of 7 days." not in letter.body
    # One more, and the letter says how it stands today, not only what is new.
    told(
        (0, "proposed", {}),
        (0, "accepted", {}),
        (0, "claim", {"value": "5"}),
        (0, "evidence", {}),
        statement="One more.",
    )
    reminders.remind(today)
    assert "13 claims wait" in Message.objects.filter(person=idris).latest("pk").body


def test_a_question_is_told_on_the_day_and_only_once(world):
    a_question_to_answer(world)
    letter = Message.objects.get(person=world.asha, subject__contains="question")
    assert letter.subject == "A question to Harbour Lane Bakery waits for your answer"
    reminders.remind(world.today)
    letters = [m for m in Message.objects.filter(person=world.asha) if "answer" in m.body]
    assert letters == [letter]


def test_whoever_asks_gets_a_receipt_without_what_they_wrote(pledged, client, town):
    pledge = pledged()
    client.post(
        f"/pledges/{pledge.code}/ask/", {"words": "SPAM words", "email": "rosa@example.org"}
    )
    letter = Message.objects.get(to_email__isnull=False, key__startswith="asked-")
    assert letter.to_email == "rosa@example.org"
    assert letter.subject == "We have your question to Harbour Lane Bakery"
    assert pledge.statement in letter.body
    assert f"{settings.ADDRESS}/pledges/{pledge.code}/" in letter.body
    assert "SPAM" not in letter.body
    client.post(f"/pledges/{pledge.code}/ask/", {"words": "No address."})
    assert Message.objects.filter(key__startswith="asked-").count() == 1


def test_letters_go_out_in_the_towns_name(pledged, asha, town, mailoutbox, today):
    pledged(due_on=today + timedelta(days=10))
    reminders.run(today)
    digest = next(letter for letter in mailoutbox if "What waits" in letter.subject)
    assert digest.subject == f"{town.name}: What waits for you"
    assert parseaddr(digest.from_email) == (town.name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])


def test_a_letter_whose_words_are_chosen_late_keeps_its_subject(town, mailoutbox, monkeypatch):
    monkeypatch.setitem(mail.GATES, "quiet-", lambda message, now: "Words.")
    mail.write(key="quiet-1", to_email="a@example.org", subject="Your appointment", body="")
    mail.send_waiting()
    assert (mailoutbox[0].subject, mailoutbox[0].from_email) == (
        "Your appointment",
        settings.DEFAULT_FROM_EMAIL,
    )

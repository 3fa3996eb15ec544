"""What consultations, proposals and rounds refuse, each in its sentence, and that nothing stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from commonweal.accounts.models import Event, Message
from commonweal.office.errors import Refused
from commonweal.voice.consultations import actions, giving
from commonweal.voice.consultations.giving import Given, Giver
from commonweal.voice.models import (
    Comment,
    Consultation,
    Contribution,
    Emergency,
    Project,
    Proposal,
    Round,
    Support,
    Tie,
)
from commonweal.voice.proposals import answering, doing, reading, sending
from commonweal.voice.proposals.sending import Author
from commonweal.voice.rounds import box, counting, drafting, emergencies, letters, pots, sheet
from commonweal.voice.rounds.ballot_forms import BallotForm
from commonweal.voice.ways import papers, slips

from ..cast.rounds import checked, close, enter, put, sheet_answers
from ..cast.voice import move_back

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@contextmanager
def refused(sentence: str) -> Iterator[None]:
    """What is done within is refused in that sentence, leaves no record and writes to nobody."""
    records, letters_sent = Event.objects.count(), Message.objects.count()
    with pytest.raises(Refused, match=re.escape(sentence)):
        yield
    assert (Event.objects.count(), Message.objects.count()) == (records, letters_sent)


# --- A consultation is prepared -------------------------------------------------------------------


def question_of(*options: str, kind: str = "choice") -> dict[str, Any]:
    return {"kind": kind, "words": "Which?", "options": [*options], "is_needed": False}


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (question_of("Yes"), "Give at least two answers to choose from, a line each."),
        (question_of(kind="ranking"), "Give at least two answers to choose from"),
        (question_of("Yes", "No", "Yes"), "Two of the answers are the same."),
        (question_of("Yes", "Yes", kind="choices"), "Two of the answers are the same."),
    ],
)
def test_a_question_that_cannot_be_asked(consulted, maya, question, sentence):
    consultation = consulted(published=False)
    with refused(sentence):
        actions.ask(consultation=consultation, values=question, by=maya)
    assert consultation.questions.count() == 4


def test_a_question_without_answers_to_choose_keeps_none(consulted, maya):
    consultation = consulted(published=False)
    asked = actions.ask(
        consultation=consultation, values=question_of("Yes", "No", kind="text"), by=maya
    )
    assert (asked.options, asked.order) == ([], 5)


def test_what_is_public_does_not_change(consulted, maya):
    consultation = consulted()
    question = consultation.questions.first()
    values = {name: getattr(consultation, name) for name in actions.FIELDS} | {"title": "Other"}
    steps: tuple[Callable[[], object], ...] = (
        lambda: actions.ask(consultation=consultation, values=question_of("a", "b"), by=maya),
        lambda: actions.drop(question=question, by=maya),
        lambda: actions.prepare(consultation=consultation, values=values, by=maya),
        lambda: actions.publish(consultation=consultation, by=maya),
    )
    for step in steps:
        with refused("It is public. What people answer to does not change any more."):
            step()
    consultation.refresh_from_db()
    assert (consultation.title, consultation.questions.count()) == ("The market square", 4)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"can_change": " \n"}, "Say first what can still change. If nothing can, there is"),
        ({"who_decides": " "}, "Say first who decides."),
        ({"opens_on": -1}, "Its first day is past. Give it another."),
    ],
)
def test_one_that_lacks_something_is_not_published(consulted, maya, today, more, sentence):
    if "opens_on" in more:
        more = {"opens_on": today - DAY}
    consultation = consulted(published=False, **more)
    with refused(sentence):
        actions.publish(consultation=consultation, by=maya)
    consultation.refresh_from_db()
    assert consultation.published_on is None


def test_one_that_asks_nothing_is_published_only_for_proposals(consulted, maya):
    for takes_proposals in (False, True):
        consultation = consulted(published=False, takes_proposals=takes_proposals)
        consultation.questions.all().delete()
        if takes_proposals:
            actions.publish(consultation=consultation, by=maya)
            continue
        with refused("It asks nothing yet. Add a question, or let people make proposals."):
            actions.publish(consultation=consultation, by=maya)


# --- It closes later, and is answered -------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "decided", "because", "sentence"),
    [
        (5, 90, " ", "Say why: everybody reads it."),
        (0, 90, "Rain", "Choose a day after"),
        (40, 40, "Rain", "It can't be decided before it has closed."),
    ],
)
def test_a_later_close_that_cannot_be(consulted, maya, later, decided, because, sentence):
    consultation = consulted()
    before = consultation.closes_on
    with refused(sentence):
        actions.close_later(
            consultation=consultation,
            closes_on=before + later * DAY,
            decides_on=before + decided * DAY,
            because=because,
            by=maya,
        )
    consultation.refresh_from_db()
    assert consultation.closes_on == before


@pytest.mark.parametrize("more", [{"published": False}, {"ago": 25}], ids=["a draft", "over"])
def test_only_one_that_runs_or_comes_closes_later(consulted, maya, more):
    consultation = consulted(**more)
    with refused("Only one that is public and not over yet can close later."):
        actions.close_later(
            consultation=consultation,
            closes_on=consultation.closes_on + 50 * DAY,
            decides_on=consultation.closes_on + 90 * DAY,
            because="Rain",
            by=maya,
        )


def answer(consultation: Consultation, on: date, by: Any) -> None:
    actions.answer(
        consultation=consultation, outcome="So be it.", decided_on=on, decision=None, by=by
    )


def test_an_answer_that_comes_too_early_too_late_or_twice(consulted, maya, today):
    still_open, over = consulted(title="Open"), consulted(ago=25)
    with refused("It is still open. Say what was decided when its last day is over."):
        answer(still_open, today, maya)
    with refused("A decision can't be dated before the consultation has closed."):
        answer(over, over.closes_on, maya)
    with refused("The decision is of a day to come."):
        answer(over, today + DAY, maya)
    answer(over, over.closes_on + DAY, maya)
    with refused("It was answered already."):
        answer(over, today, maya)
    over.refresh_from_db()
    assert over.decided_on == over.closes_on + DAY


def test_no_answer_while_something_that_was_sent_waits(consulted, maya, nadia, today):
    consultation = consulted(takes_proposals=True)
    proposal = sending.propose(
        consultation=consultation, title="Trees", words="Shade.", author=Author()
    )
    move_back(consultation, 25)
    with refused("Still to be read, appeals among them: 1 proposal or comment."):
        answer(consultation, today, maya)
    reading.show(sent=proposal, by=nadia)
    with refused("1 proposal has no answer yet. Each needs one in writing."):
        answer(consultation, today, maya)
    answering.decline(proposal=proposal, answer="No room.", by=nadia)
    answer(consultation, today, maya)


# --- Somebody answers -----------------------------------------------------------------------------


@pytest.fixture
def ranking(consulted, maya):
    """A consultation with a ranking of four, which must be answered, after the usual questions."""
    consultation = consulted(published=False)
    values = question_of("Trees", "Benches", "Stalls", "Lamps", kind="ranking")
    actions.ask(consultation=consultation, values=values | {"is_needed": True}, by=maya)
    actions.publish(consultation=consultation, by=maya)
    return consultation


@pytest.mark.parametrize(
    ("picked", "sentence"),
    [
        ((), "Answer at least one question."),
        ((0, 9), "Pick one of the answers that are there."),
        ((1, 0, 1), "The same answer stands in two places. Give each place another one."),
        ((0, 1, 2, 3), "Fill no more places than there are."),
    ],
)
def test_a_ranking_that_is_none(ranking, picked, sentence):
    question = ranking.questions.last()
    with refused(sentence):
        giving.give(consultation=ranking, giver=Giver(), answers={question: Given(picked=picked)})
    assert not Contribution.objects.exists()


def test_what_is_needed_is_answered_online_and_may_be_left_empty_on_paper(ranking, maya, today):
    first, *_, last = ranking.questions.all()
    answers = {first: Given(picked=(0,)), last: Given()}
    with refused("Answer the questions that are marked as needed."):
        giving.give(consultation=ranking, giver=Giver(), answers=answers)
    with refused("Say how it came: on paper, by telephone or at a meeting."):
        giving.enter(
            consultation=ranking,
            giver=Giver(),
            answers=answers,
            channel="online",
            given_on=today,
            by=maya,
        )
    for day in (today - DAY, today + DAY):
        with refused("It can only have come between the first day and the last, or today."):
            giving.enter(
                consultation=ranking,
                giver=Giver(),
                answers=answers,
                channel="paper",
                given_on=day,
                by=maya,
            )
    entered = giving.enter(
        consultation=ranking,
        giver=Giver(),
        answers=answers,
        channel="paper",
        given_on=today,
        by=maya,
    )
    assert [given.question for given in entered.answers.all()] == [first]


def test_an_enterprise_has_a_name_and_answers_once(ranking, bakery, asha):
    answers = {ranking.questions.last(): Given(picked=(2, 0))}
    with refused("Give the name of the enterprise."):
        giving.give(
            consultation=ranking, giver=Giver(voice="enterprise", enterprise=" "), answers=answers
        )
    of_bakery = Giver(voice="enterprise", partner=bakery, person=asha)
    given = giving.give(consultation=ranking, giver=of_bakery, answers=answers)
    assert given.answers.get().picked == [2, 0]
    with refused("Your enterprise has answered already. Each answers once."):
        giving.give(consultation=ranking, giver=of_bakery, answers=answers)
    as_resident = Giver(person=asha)
    giving.give(consultation=ranking, giver=as_resident, answers=answers)
    with refused("You have answered already. Each person answers once."):
        giving.give(consultation=ranking, giver=as_resident, answers=answers)
    assert Contribution.objects.count() == 2


# --- Proposals ------------------------------------------------------------------------------------


@pytest.fixture
def propose(consulted, nadia):
    """A proposal to one consultation, shown unless said."""
    consultation = consulted(takes_proposals=True)

    def make(title: str = "Trees", *, shown: bool = True) -> Proposal:
        proposal = sending.propose(
            consultation=consultation, title=title, words="Shade.", author=Author(email="a@b.org")
        )
        if shown:
            reading.show(sent=proposal, by=nadia)
        return Proposal.objects.get(pk=proposal.pk)

    return make


def test_where_no_proposals_are_taken_none_is(consulted):
    consultation = consulted()
    with refused("This consultation takes no proposals."):
        sending.propose(consultation=consultation, title="x", words="x", author=Author())
    assert not Proposal.objects.exists()


def test_a_proposal_is_supported_once_by_each(propose, asha, bakery, leah):
    proposal = propose()
    sending.support(proposal=proposal, by=asha, partner=bakery)
    sending.support(proposal=proposal, by=asha)
    sending.support(proposal=proposal, by=leah)
    with refused("Your enterprise supports it already."):
        sending.support(proposal=proposal, by=asha, partner=bakery)
    with refused("You support it already."):
        sending.support(proposal=proposal, by=asha)
    assert Support.objects.count() == 3


def test_what_is_not_shown_is_neither_supported_nor_spoken_to_nor_answered(propose, asha, nadia):
    proposal = propose(shown=False)
    with refused("This proposal is not shown."):
        sending.support(proposal=proposal, by=asha)
    with refused("This proposal is not shown."):
        sending.comment(proposal=proposal, words="Which?", author=Author())
    with refused("Only a proposal that is shown gets an answer. Read it first."):
        answering.accept(proposal=proposal, answer="Yes.", by=nadia)
    assert not Support.objects.exists()
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("channel", "count", "day", "sentence"),
    [
        ("online", 5, 0, "Say how many, and how it came."),
        ("meeting", 0, 0, "Say how many, and how it came."),
        ("meeting", 5, -1, "It can only have come between the first day and the last, or today."),
        ("meeting", 5, 1, "It can only have come between the first day and the last, or today."),
    ],
)
def test_support_of_a_meeting_that_cannot_be(propose, nadia, today, channel, count, day, sentence):
    proposal = propose()
    with refused(sentence):
        sending.enter_support(
            proposal=proposal,
            voice="resident",
            channel=channel,
            count=count,
            given_on=today + day * DAY,
            by=nadia,
        )


def test_a_proposal_is_answered_once_and_in_writing(propose, nadia):
    proposal, other = propose(), propose("Benches")
    with refused("It has no answer yet."):
        answering.take_back(proposal=proposal, by=nadia)
    with refused("Write the answer that its author and everybody else reads."):
        answering.accept(proposal=proposal, answer=" \n", by=nadia)
    answering.accept(proposal=proposal, answer="Yes.", by=nadia)
    for again in (
        lambda: answering.accept(proposal=proposal, answer="Yes.", by=nadia),
        lambda: answering.decline(proposal=proposal, answer="No.", by=nadia),
        lambda: answering.merge(proposal=proposal, into=other, answer="So.", by=nadia),
    ):
        with refused("It has an answer already."):
            again()
    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.answer) == ("accepted", "Yes.")


def test_into_what_a_proposal_is_merged(propose, consulted, nadia):
    first, second, third, hidden = (
        propose(title, shown=title != "Hidden") for title in ("One", "Two", "Three", "Hidden")
    )
    strange = sending.propose(
        consultation=consulted(takes_proposals=True), title="x", words="x", author=Author()
    )
    reading.show(sent=strange, by=nadia)

    def merge(proposal: Proposal, into: Proposal) -> None:
        answering.merge(proposal=proposal, into=into, answer="So.", by=nadia)

    for into in (first, strange):
        with refused("Choose another proposal of the same consultation."):
            merge(first, into)
    with refused("Choose one that is shown, and neither merged nor declined."):
        merge(first, hidden)
    merge(second, first)
    with refused("Choose one that is shown, and neither merged nor declined."):
        merge(third, second)
    with refused("Others were merged into it. Merge the other one into it instead."):
        merge(first, third)
    answering.accept(proposal=first, answer="Yes.", by=nadia)
    with refused("Others were merged into it, or something is done about it."):
        answering.take_back(proposal=first, by=nadia)


def test_what_was_answered_before_the_consultation_was_stays(propose, maya, nadia, today):
    """Also one that was kept out and is shown after an appeal, when all is over: it has its answer,
    and none is taken back."""
    proposal, kept_out = propose(), propose("Benches", shown=False)
    reading.keep_out(sent=kept_out, because="It names somebody.", by=nadia)
    answering.accept(proposal=proposal, answer="Yes.", by=nadia)
    move_back(proposal.consultation, 25)
    answer(proposal.consultation, today, maya)
    reading.appeal(sent=kept_out, appeal="It names a street.")
    reading.decide_appeal(sent=kept_out, is_shown=True, answer="True.", by=maya)
    answering.accept(proposal=kept_out, answer="Yes.", by=nadia)
    with refused("The consultation is closed."):
        answering.take_back(proposal=proposal, by=nadia)


def test_an_appeal_is_decided_by_somebody_else_and_once(propose, maya, nadia):
    proposal = propose(shown=False)
    with refused("It is not kept out."):
        reading.appeal(sent=proposal, appeal="Why?")
    reading.keep_out(sent=proposal, because="It names somebody.", by=nadia)
    for again in (
        lambda: reading.keep_out(sent=proposal, because="Again.", by=maya),
        lambda: reading.show(sent=proposal, by=maya),
        lambda: reading.decide_appeal(sent=proposal, is_shown=True, answer="x", by=maya),
    ):
        with refused("Somebody else has dealt with this already."):
            again()
    reading.appeal(sent=proposal, appeal="It names a street.")
    with refused("You have asked already."):
        reading.appeal(sent=proposal, appeal="Once more.")
    with refused("You kept it out yourself: somebody else decides."):
        reading.decide_appeal(sent=proposal, is_shown=False, answer="No.", by=nadia)
    reading.decide_appeal(sent=proposal, is_shown=True, answer="True.", by=maya)
    proposal.refresh_from_db()
    assert (proposal.appeal, proposal.visibility) == ("It names a street.", "shown")
    with refused("Somebody else has dealt with this already."):
        reading.decide_appeal(sent=proposal, is_shown=False, answer="No.", by=maya)


def test_what_was_answered_stays_in_public(propose, nadia):
    proposal, merged = propose(), propose("Benches")
    answering.merge(proposal=merged, into=proposal, answer="So.", by=nadia)
    for sent in (proposal, merged):
        with refused("It has its answer, or others were merged into it: that stands in public."):
            reading.keep_out(sent=sent, because="x", by=nadia)


def test_to_what_an_accepted_proposal_leads(propose, nadia, action, pledged):
    proposal, pledge = propose(), pledged()
    not_yet = pledged(accepted=False, statement="We will give 200 hours more.")
    with refused("Only an accepted proposal leads to something."):
        doing.tie(proposal=proposal, action=action, by=nadia)
    answering.accept(proposal=proposal, answer="Yes.", by=nadia)
    for named in ({}, {"action": action, "pledge": pledge}):
        with refused("Choose one action, ask or pledge."):
            doing.tie(proposal=proposal, by=nadia, **named)
    with refused("This pledge is not in the register yet."):
        doing.tie(proposal=proposal, pledge=not_yet, by=nadia)
    doing.tie(proposal=proposal, action=action, by=nadia)
    with refused("It leads there already."):
        doing.tie(proposal=proposal, action=action, by=nadia)
    doing.tie(proposal=proposal, pledge=pledge, by=nadia)
    assert Tie.objects.count() == 2


# --- A budget round is prepared -------------------------------------------------------------------


def test_a_draft_closes_after_it_opens(drafted, nadia):
    budget_round = drafted()
    opens_at = budget_round.opens_at
    for closes_at in (opens_at, opens_at - DAY):
        with refused("Voting must close after it opens."):
            drafting.change(budget_round=budget_round, answers={"closes_at": closes_at}, by=nadia)
    drafting.change(
        budget_round=budget_round, answers={"closes_at": opens_at + timedelta(minutes=1)}, by=nadia
    )


def test_the_collecting_of_ideas_ends_once(nadia):
    budget_round = drafting.begin(answers=sheet_answers(), by=nadia)
    with refused("End the collecting of ideas first."):
        drafting.seal(budget_round=budget_round, by=nadia)
    drafting.close_ideas(budget_round=budget_round, by=nadia)
    with refused("Ideas are being checked already."):
        drafting.close_ideas(budget_round=budget_round, by=nadia)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"is_feasible": False}, "Give the reason for each no: whoever handed it in reads it."),
        ({"is_lawful": False}, "Give the reason for each no: whoever handed it in reads it."),
        ({"cost": None}, "Say what it costs: it would come onto the ballot."),
        ({"lesser_sums": ["90.00", "90.00"]}, "Lesser sums must fall from one to the next"),
        ({"lesser_sums": ["100.00"]}, "each below the cost."),
    ],
)
def test_an_idea_is_answered_with_reasons_and_a_cost(nadia, more, sentence):
    budget_round = drafting.begin(answers=sheet_answers(), by=nadia)
    idea = {"title": "Trees", "words": "x", "area": None, "proposed_by": "resident"}
    project = drafting.hand_in(budget_round=budget_round, answers=idea, by=None)
    answers = checked(cost=Decimal(100)) | more
    with refused(sentence):
        drafting.check(budget_round=budget_round, project=project, answers=answers, by=nadia)
    project.refresh_from_db()
    assert project.state not in (Project.State.ON, Project.State.OFF)
    # One that does not come onto the ballot needs no cost.
    no = checked(is_lawful=False, lawful_words="A listed green.")
    drafting.check(budget_round=budget_round, project=project, answers=no, by=nadia)
    project.refresh_from_db()
    assert project.state == Project.State.OFF


# --- It is voted in, changed and counted ----------------------------------------------------------


def test_an_emergency_change_is_made_once_by_a_second_person(sealed, maya, nadia):
    budget_round = sealed()
    later = budget_round.closes_at + DAY

    def ask(**more: Any) -> Emergency:
        asked = {"kind": "later", "closes_at": later, "project": None} | more
        return emergencies.ask(
            budget_round=budget_round, notice="The hall was flooded.", by=nadia, **asked
        )

    for closes_at in (None, budget_round.closes_at):
        with refused("Say until when: it must be later than now planned."):
            ask(closes_at=closes_at)
    with refused("Say which project of the ballot is taken off."):
        ask(kind="withdraw", closes_at=None)
    emergency = ask()
    with refused("You asked for it. A second person must agree."):
        emergencies.agree(emergency=emergency, by=nadia)
    emergencies.agree(emergency=emergency, by=maya)
    with refused("This change was made already."):
        emergencies.agree(emergency=emergency, by=maya)
    budget_round.refresh_from_db()
    assert budget_round.closes_at == later


def test_what_a_ballot_costs_is_no_more_than_there_is(sealed):
    budget_round = sealed(ballot_form="knapsack")
    shared = pots.shared_out(budget_round, sheet.on_ballot(budget_round))

    def form_of(*numbers: str) -> BallotForm:
        return BallotForm({"projects": [*numbers]}, budget_round=budget_round, shared=shared)

    # Playground, Benches and Trees cost 620; with the shelter for Benches and Trees 600.
    dear = form_of("1", "2", "3")
    assert not dear.is_valid()
    [sentence] = dear.non_field_errors()
    assert sentence == "What you ticked costs £620. There is £600. Take something out."
    assert dear["projects"].value() == ["1", "2", "3"]
    fits = form_of("1", "4", "2")
    assert fits.is_valid()
    assert sorted(fits.choices) == [(1, 1), (2, 1), (4, 1)]


@pytest.mark.parametrize(
    ("form", "answers", "sentence"),
    [
        ("approval", {"projects": ["1", "2", "3"]}, "Your ballot names 3 projects."),
        ("ranking", {"p1": 1, "p2": 1}, "Number them 1, 2, 3 and so on, each number once."),
        ("ranking", {"p1": 2, "p2": 3}, "Number them 1, 2, 3 and so on, each number once."),
        ("points", {"p1": 6, "p2": 5}, "You gave 11 points. There are 10 to share out."),
    ],
)
def test_a_ballot_that_is_none(sealed, form, answers, sentence):
    least, points = 2 if form == "ranking" else 1, 10 if form == "points" else None
    budget_round = sealed(ballot_form=form, least=least, most=2, points=points)
    shared = pots.shared_out(budget_round, sheet.on_ballot(budget_round))
    ballot = BallotForm(answers, budget_round=budget_round, shared=shared)
    assert not ballot.is_valid()
    assert ballot.non_field_errors()[0].startswith(sentence)


def test_a_slip_in_a_receipt_speaks_of_letter_and_note(sealed):
    budget_round = sealed()
    with refused("Compare it with your letter or your note, sign by sign."):
        box.looked_up(budget_round=budget_round, typed="2222 2222 2222 3")


def test_a_round_is_counted_once(voted, nadia):
    budget_round = close(voted()[0])
    counting.count(budget_round=budget_round, by=nadia)
    for again in (
        lambda: counting.count(budget_round=budget_round, by=nadia),
        lambda: papers.closed(budget_round),
        lambda: papers.enter(budget_round=budget_round, number=1, choices=None, by=nadia),
    ):
        with refused("This round is counted already."):
            again()


def test_nothing_is_counted_where_nobody_voted_or_it_was_stopped(sealed, maya, nadia):
    empty = close(sealed())
    with refused("Nobody voted, so there is nothing to count."):
        counting.count(budget_round=empty, by=nadia)
    stopped = sealed()
    asked = emergencies.ask(
        budget_round=stopped, kind="stop", notice="x", closes_at=None, project=None, by=nadia
    )
    emergencies.agree(emergency=asked, by=maya)
    for step in (
        lambda: counting.count(budget_round=stopped, by=nadia),
        lambda: papers.closed(stopped),
    ):
        with refused("This round was stopped. Nothing is counted."):
            step()


def test_a_paper_is_entered_by_two_people_and_no_more(on_paper, nadia, maya, asha):
    budget_round = on_paper(count=2)
    for number in (0, 3):
        with refused("Papers are numbered from 1 to 2: so many slips were taken."):
            enter(budget_round, number, nadia)
    enter(budget_round, 1, nadia)
    with refused("You entered paper 1. Somebody else enters it again."):
        enter(budget_round, 1, nadia)
    enter(budget_round, 1, maya)
    with refused("Paper 1 was entered twice already."):
        enter(budget_round, 1, asha)
    with refused("There is nothing to mend on paper 1."):
        papers.mend(budget_round=budget_round, number=1, choices=None, by=asha)


def test_whose_slip_is_not_taken(sealed, drafted, nadia):
    budget_round = sealed(takes_paper=True)
    taken, revoked, online = letters.make(budget_round=budget_round, count=3, by=nadia)
    assert slips.take(budget_round=budget_round, typed=taken) == 1
    letters.revoke(budget_round=budget_round, typed=revoked, by=nadia)
    put(budget_round, online, [1])
    for typed, sentence in (
        (revoked, "This code was taken back. Put the paper aside."),
        (taken, "A ballot by this code is in already, and it stands: that came first."),
        (online, "A ballot by this code is in already, and it stands: that came first."),
        ("2222-2222-2222-3", "Compare it with your slip, sign by sign."),
    ):
        with refused(sentence):
            slips.take(budget_round=budget_round, typed=typed)
    without_paper, draft = sealed(), drafted(takes_paper=True)
    with refused("The rule sheet of this round says nothing of ballots on paper."):
        slips.take(budget_round=without_paper, typed=taken)
    with refused("No paper is taken: the round is not published, is counted or was stopped."):
        slips.take(budget_round=draft, typed=taken)


def test_no_slip_is_taken_before_voting_opens(sealed, nadia):
    opens_at = timezone.now() + DAY
    budget_round = sealed(takes_paper=True, opens_at=opens_at, closes_at=opens_at + 3 * DAY)
    [code] = letters.make(budget_round=budget_round, count=1, by=nadia)
    with refused("No paper is taken before voting opens."):
        slips.take(budget_round=budget_round, typed=code)
    assert Round.objects.get(pk=budget_round.pk).state == Round.State.SEALED

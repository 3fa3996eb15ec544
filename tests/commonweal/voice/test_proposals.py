"""Proposals from sending to what was done, by the pages and actions that people use."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from commonweal.accounts.models import Event, Message
from commonweal.office.errors import Refused
from commonweal.voice.models import Comment, Consultation, Phase, Proposal, Support, Tie
from commonweal.voice.proposals import answering, doing, reading, reads, sending
from commonweal.voice.proposals.sending import Author
from tests.commonweal.cast.voice import move_back

pytestmark = pytest.mark.django_db
SECRET = "tamsin@example.org"


@pytest.fixture
def open_one(consulted):
    return consulted(takes_proposals=True)


@pytest.fixture
def proposed(open_one, maya):
    """A proposal that is shown, of a resident who wants to be told."""

    def make(title="Trees on the High Street", shown=True, **author):
        author = {"email": SECRET} | author
        proposal = sending.propose(
            consultation=open_one, title=title, words="They give shade.", author=Author(**author)
        )
        if shown:
            reading.show(sent=proposal, by=maya)
        proposal.refresh_from_db()
        return proposal

    return make


def boxes(name, day):
    return {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}


# --- Sending and reading --------------------------------------------------------------------------

FORM = {"voice": "resident", "title": "Trees", "words": "They give shade.", "email": SECRET}


def test_anybody_proposes_and_follows_it_by_a_secret_address(open_one, client, sign_in, maya):
    page = client.post(f"{open_one.get_absolute_url()}propose/", FORM, follow=True)
    proposal = Proposal.objects.get()
    assert page.redirect_chain[-1][0] == f"/have-your-say/own/{proposal.own_key}/"
    assert b"Waits to be read" in page.content
    assert client.get(proposal.get_absolute_url()).status_code == 404
    assert "Trees" not in client.get(open_one.get_absolute_url()).content.decode()
    desk = sign_in(maya)
    assert (
        "They give shade." in desk.get(f"/desk/voice/{open_one.code}/proposals/").content.decode()
    )
    desk.post(f"/desk/voice/read/proposal/{proposal.pk}/show/")
    desk.logout()
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert "They give shade." in page
    assert SECRET not in page
    again = sign_in(maya).post(f"/desk/voice/read/proposal/{proposal.pk}/show/", follow=True)
    assert b"dealt with this already" in again.content


def test_the_author_reads_on_the_own_page_what_they_sent_and_what_was_said(proposed, client, maya):
    proposal = proposed(shown=False)
    own = f"/have-your-say/own/{proposal.own_key}/"
    page = client.get(own).content.decode()
    assert proposal.title in page
    assert proposal.words in page
    assert "What we said" not in page
    reading.show(sent=proposal, by=maya)
    answering.accept(proposal=proposal, answer="Six are planted in spring.", by=maya)
    page = client.get(own).content.decode()
    assert "Accepted" in page
    assert "Six are planted in spring." in page


def test_the_desk_says_what_waits_to_be_read_and_answered(open_one, proposed, sign_in, maya):
    desk = sign_in(maya)
    assert ">nothing<" in desk.get("/desk/voice/").content.decode()
    shown = proposed()
    sending.comment(proposal=shown, words="Which trees?", author=Author())
    proposed(shown=False)
    page = desk.get("/desk/voice/").content.decode()
    assert "2 to be read, 1 proposal to be answered" in page
    assert f"/desk/voice/{open_one.code}/proposals/" in page
    answering.accept(proposal=shown, answer="Six are planted in spring.", by=maya)
    assert ">2 to be read<" in desk.get("/desk/voice/").content.decode()


def test_it_is_taken_only_while_open_and_where_proposals_are(open_one, consulted, client):
    move_back(open_one, 25)
    page = client.post(f"{open_one.get_absolute_url()}propose/", FORM).content.decode()
    assert "Proposals are taken from" in page
    assert "They give shade." in page
    closed_to_them = consulted()
    assert client.get(f"{closed_to_them.get_absolute_url()}propose/").status_code == 404
    with pytest.raises(Refused, match="takes no proposals"):
        sending.propose(consultation=closed_to_them, title="x", words="x", author=Author())


def test_paper_is_entered_also_after_the_close(open_one, sign_in, nadia):
    move_back(open_one, 25)
    form = FORM | {"channel": "paper"}
    sign_in(nadia).post(f"/desk/voice/{open_one.code}/proposals/enter/", form)
    proposal = Proposal.objects.get()
    assert (proposal.channel, proposal.entered_by, proposal.made_on) == (
        "paper",
        nadia,
        open_one.closes_on,
    )


def test_an_enterprise_proposes_under_its_name(open_one, sign_in, asha, bakery, maya, client):
    form = FORM | {"voice": "enterprise", "partner": bakery.pk}
    sign_in(asha).post(f"{open_one.get_absolute_url()}propose/", form)
    proposal = Proposal.objects.get()
    reading.show(sent=proposal, by=maya)
    client.logout()
    assert bakery.name in client.get(proposal.get_absolute_url()).content.decode()
    residents, enterprises = reads.by_voice(open_one)
    assert (residents.proposals, enterprises.proposals) == ([], [proposal])


def test_what_is_kept_out_says_why_and_somebody_else_hears_the_appeal(
    proposed, client, sign_in, maya, nadia
):
    proposal = proposed(shown=False)
    desk = sign_in(maya)
    desk.post(
        f"/desk/voice/read/proposal/{proposal.pk}/keep-out/", {"because": "It names a person."}
    )
    mail = Message.objects.get()
    assert SECRET not in mail.subject + mail.key
    assert str(proposal.own_key) in mail.body
    desk.logout()
    own = f"/have-your-say/own/{proposal.own_key}/"
    assert "It names a person." in client.get(own).content.decode()
    client.post(own, {"appeal": "It names a street."})
    assert "asked already" in client.post(own, {"appeal": "Again."}).content.decode()
    answer = {"is_shown": "yes", "appeal_answer": "You are right."}
    address = f"/desk/voice/read/proposal/{proposal.pk}/appeal/"
    same = sign_in(maya).post(address, answer).content.decode()
    assert "somebody else decides" in same
    assert "You are right." in same
    sign_in(nadia).post(address, answer)
    client.logout()
    assert "You are right." in client.get(own).content.decode()
    assert client.get(proposal.get_absolute_url()).status_code == 200
    with pytest.raises(Refused, match="dealt with"):
        reading.decide_appeal(sent=proposal, is_shown=False, answer="x", by=nadia)


def test_only_what_is_kept_out_is_appealed(proposed):
    with pytest.raises(Refused, match="not kept out"):
        reading.appeal(sent=proposed(), appeal="x")


def test_comments_are_read_first(proposed, client, sign_in, maya):
    proposal = proposed()
    address = f"{proposal.get_absolute_url()}comment/"
    client.post(address, {"voice": "resident", "words": "Limes, please."})
    assert "Limes" not in client.get(proposal.get_absolute_url()).content.decode()
    comment = Comment.objects.get()
    sign_in(maya).post(f"/desk/voice/read/comment/{comment.pk}/show/")
    client.logout()
    assert "Limes" in client.get(proposal.get_absolute_url()).content.decode()
    assert sign_in(maya).get(f"/desk/voice/read/case/{comment.pk}/appeal/").status_code == 404


# --- Support --------------------------------------------------------------------------------------


def test_each_person_and_each_enterprise_supports_once(
    proposed, sign_in, carys, asha, bakery, client
):
    proposal = proposed()
    address = f"{proposal.get_absolute_url()}support/"
    assert client.post(address).status_code == 302
    assert not Support.objects.exists()
    assert b"is counted" in sign_in(carys).post(address, follow=True).content
    assert b"support it already" in sign_in(carys).post(address, follow=True).content
    sign_in(asha).post(address, {"partner": "bakery"})
    assert (
        b"supports it already"
        in sign_in(asha).post(address, {"partner": "bakery"}, follow=True).content
    )
    sign_in(asha).post(address)
    refused = sign_in(carys).post(address, {"partner": "bakery"}, follow=True)
    assert "act for this enterprise" in refused.content.decode()
    assert sorted(Support.objects.values_list("voice", flat=True)) == [
        "enterprise",
        "resident",
        "resident",
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        Support.objects.create(proposal=proposal, voice="resident", person=carys)


def test_hands_at_a_meeting_are_entered_and_small_counts_held_back(
    proposed, sign_in, maya, carys, today
):
    proposal = proposed()
    sending.support(proposal=proposal, by=carys)
    assert [line.count for line in reads.supports_of([proposal])] == [None, 0]
    form = {"voice": "resident", "count": "6", "channel": "meeting", **boxes("given_on", today)}
    sign_in(maya).post(f"/desk/voice/proposals/{proposal.code}/support/", form)
    assert [line.count for line in reads.supports_of([proposal])] == [7, 0]
    late = form | boxes("given_on", today + timedelta(days=1))
    page = (
        sign_in(maya).post(f"/desk/voice/proposals/{proposal.code}/support/", late).content.decode()
    )
    assert "between the first day and the last" in page


def test_support_of_enterprises_is_in_no_total_of_residents(proposed, maya, client, today):
    proposal = proposed()
    for voice, count in (("resident", 6), ("enterprise", 7)):
        sending.enter_support(
            proposal=proposal, voice=voice, channel="meeting", count=count, given_on=today, by=maya
        )
    assert [(line.title, line.count) for line in reads.whole_proposal(proposal).supports] == [
        ("Residents", 6),
        ("Local enterprises", 7),
    ]
    page = " ".join(client.get(proposal.get_absolute_url()).content.decode().split())
    assert "13" not in page.split("Who supports it")[1].split("</dl>")[0]


def test_a_person_who_supports_two_that_are_merged_counts_once(proposed, maya, carys):
    first, second = proposed(), proposed("Trees for the High Street")
    for proposal in (first, second):
        sending.support(proposal=proposal, by=carys)
        sending.enter_support(
            proposal=proposal,
            voice="resident",
            channel="paper",
            count=5,
            given_on=first.made_on,
            by=maya,
        )
    answering.merge(proposal=second, into=first, answer="It is the same.", by=maya)
    assert reads.whole_proposal(first).supports[0].count == 11


# --- Answers --------------------------------------------------------------------------------------


def test_likeness_is_proposed_and_a_person_merges(proposed, sign_in, maya, client):
    first = proposed()
    second = proposed("Planting trees in the High Street")
    proposed("A bus on Sundays")
    assert [other.pk for other in reads.alike(second)] == [first.pk]
    desk = sign_in(maya)
    page = desk.get(f"/desk/voice/proposals/{second.code}/").content.decode()
    assert first.title in page
    desk.post(
        f"/desk/voice/proposals/{second.code}/merge/", {"into": first.pk, "answer": "The same."}
    )
    # What is merged is no longer pointed out, from neither side.
    second.refresh_from_db()
    assert reads.alike(first) == reads.alike(second) == []
    desk.logout()
    assert second.title in client.get(first.get_absolute_url()).content.decode()
    assert first.title in client.get(second.get_absolute_url()).content.decode()


def test_merging_makes_no_chain_and_no_ring(proposed, maya):
    first, second, third = proposed("A"), proposed("B"), proposed("C")
    answering.merge(proposal=second, into=first, answer="Same.", by=maya)
    for proposal, into, sentence in (
        (third, third, "another proposal"),
        (third, second, "neither merged"),
        (first, third, "Others were merged"),
    ):
        with pytest.raises(Refused, match=sentence):
            answering.merge(proposal=proposal, into=into, answer="Same.", by=maya)


def test_an_answer_is_written_once_and_can_be_taken_back_until_the_close(proposed, sign_in, maya):
    proposal = proposed()
    at_desk = f"/desk/voice/proposals/{proposal.code}/"
    desk = sign_in(maya)
    desk.post(f"{at_desk}decline/", {"answer": "There is no room."})
    page = desk.post(f"{at_desk}accept/", {"answer": "We do it."}).content.decode()
    assert "has an answer already" in page
    assert "We do it." in page
    desk.post(f"{at_desk}take-back/")
    desk.post(f"{at_desk}accept/", {"answer": "We do it."})
    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.answer) == ("accepted", "We do it.")
    with pytest.raises(Refused, match="Write the answer"):
        answering.decline(proposal=proposed("Other"), answer=" ", by=maya)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(answer="")


def test_what_is_not_shown_gets_no_answer(proposed, maya):
    with pytest.raises(Refused, match="that is shown"):
        answering.accept(proposal=proposed(shown=False), answer="x", by=maya)


def test_what_was_answered_is_not_kept_out_afterwards(proposed, maya):
    proposal = proposed()
    answering.decline(proposal=proposal, answer="No room.", by=maya)
    with pytest.raises(Refused, match="stands in public"):
        reading.keep_out(sent=proposal, because="x", by=maya)


def test_it_is_not_closed_while_one_lacks_an_answer(proposed, open_one, maya, today, sign_in):
    proposal = proposed(shown=False)
    move_back(open_one, 25)
    close = {"outcome": "Trees.", **boxes("decided_on", today)}
    address = f"/desk/voice/{open_one.code}/outcome/"
    page = sign_in(maya).post(address, close).content.decode()
    assert "Still to be read, appeals among them: 1 proposal or comment." in page
    reading.keep_out(sent=proposal, because="x", by=maya)
    reading.appeal(sent=proposal, appeal="Why?")
    assert "Still to be read" in sign_in(maya).post(address, close).content.decode()
    Proposal.objects.filter(pk=proposal.pk).update(visibility="shown", appeal_on=today)
    page = sign_in(maya).post(address, close).content.decode()
    assert "1 proposal has no answer yet" in page
    assert "Trees." in page
    answering.decline(proposal=proposal, answer="No room.", by=maya)
    sign_in(maya).post(address, close)
    open_one.refresh_from_db()
    assert open_one.phase(today) == Phase.ANSWERED
    with pytest.raises(Refused, match="is closed"):
        answering.take_back(proposal=proposal, by=maya)


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_one_that_an_appeal_shows_after_the_end_gets_its_answer(
    proposed, open_one, maya, nadia, today, sign_in, client, verb
):
    proposal, other = proposed(shown=False), proposed("Another")
    reading.keep_out(sent=proposal, because="It names a person.", by=maya)
    answering.decline(proposal=other, answer="No room.", by=maya)
    move_back(open_one, 25)
    desk = sign_in(maya)
    desk.post(
        f"/desk/voice/{open_one.code}/outcome/", {"outcome": "Trees.", **boxes("decided_on", today)}
    )
    open_one.refresh_from_db()
    assert open_one.phase(today) == Phase.ANSWERED
    own = f"/have-your-say/own/{proposal.own_key}/"
    client.logout()
    client.post(own, {"appeal": "It names a street."})
    read = f"/desk/voice/read/proposal/{proposal.pk}/appeal/"
    sign_in(nadia).post(read, {"is_shown": "yes", "appeal_answer": "You are right."})
    page = sign_in(maya).get(f"/desk/voice/proposals/{proposal.code}/").content.decode()
    [address] = re.findall(rf'href="(/desk/voice/[^"]*/{verb}/)"', page)
    assert sign_in(maya).post(address, {"answer": "We look at it."}).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.answer) == (f"{verb}ed".replace("ee", "e"), "We look at it.")
    assert Message.objects.filter(subject__startswith="Answered: what you proposed").exists()
    client.logout()
    assert "We look at it." in client.get(proposal.get_absolute_url()).content.decode()
    # Once, and of what was answered before the end nothing changes.
    with pytest.raises(Refused, match="has an answer already"):
        answering.accept(proposal=proposal, answer="x", by=maya)
    for answered in (proposal, other):
        with pytest.raises(Refused, match="is closed"):
            answering.take_back(proposal=answered, by=maya)


# --- Done -----------------------------------------------------------------------------------------


def finish(action, today):
    action.milestones.update(is_done=True, done_on=today)


def test_its_author_is_told_once_when_it_is_done(proposed, sign_in, maya, action, today, client):
    proposal, second = proposed(), proposed("The same trees", email="sam@example.org")
    answering.accept(proposal=proposal, answer="We do it.", by=maya)
    answering.merge(proposal=second, into=proposal, answer="Same.", by=maya)
    Message.objects.all().delete()
    sign_in(maya).post(f"/desk/voice/proposals/{proposal.code}/leads-to/", {"action": action.pk})
    assert doing.tell_authors(today) == 0
    finish(action, today)
    assert (doing.tell_authors(today), doing.tell_authors(today)) == (1, 0)
    mails = Message.objects.order_by("pk")
    assert {mail.to_email for mail in mails} == {SECRET, "sam@example.org"}
    assert {mail.subject for mail in mails} == {f"Done: what you proposed, {proposal.title}"}
    assert all(proposal.code in mail.body for mail in mails)
    client.logout()
    page = client.get("/have-your-say/done/").content.decode()
    assert action.title in page
    assert "done, seen on" in re.sub(r"\s+", " ", page)


def test_two_workers_at_once_mark_it_once(proposed, maya, action, today, monkeypatch):
    """Another worker does the same between reading what waits and marking it."""
    proposal = proposed()
    answering.accept(proposal=proposal, answer="We do it.", by=maya)
    doing.tie(proposal=proposal, action=action, by=maya)
    finish(action, today)
    is_done = doing.is_done

    def while_another_works(tie, day):
        monkeypatch.setattr(doing, "is_done", is_done)
        assert doing.tell_authors(day) == 1
        return is_done(tie, day)

    monkeypatch.setattr(doing, "is_done", while_another_works)
    assert doing.tell_authors(today) == 0
    assert Event.objects.filter(verb="proposal done").count() == 1


def test_a_pledge_is_done_when_it_was_verified(proposed, maya, pledged, today):
    proposal = proposed()
    answering.accept(proposal=proposal, answer="We do it.", by=maya)
    pledge = pledged()
    tie = doing.tie(proposal=proposal, pledge=pledge, by=maya)
    assert not doing.is_done(tie, today)
    type(pledge).objects.filter(pk=pledge.pk).update(**{"standing": "verified_met"})
    tie.refresh_from_db()
    assert doing.is_done(Tie.objects.get(), today)


def test_what_leads_to_something_is_refused_in_words(proposed, maya, action, pledged, sign_in):
    proposal = proposed()
    with pytest.raises(Refused, match="Only an accepted"):
        doing.tie(proposal=proposal, action=action, by=maya)
    answering.accept(proposal=proposal, answer="We do it.", by=maya)
    address = f"/desk/voice/proposals/{proposal.code}/leads-to/"
    desk = sign_in(maya)
    assert "Choose one action" in desk.post(address, {"pledge": ""}).content.decode()
    hidden = pledged(accepted=False)
    page = desk.post(address, {"pledge": hidden.code}).content.decode()
    assert "No pledge in the register" in page
    doing.tie(proposal=proposal, action=action, by=maya)
    assert "leads there already" in desk.post(address, {"action": action.pk}).content.decode()
    with pytest.raises(Refused, match="something is done about it"):
        answering.take_back(proposal=proposal, by=maya)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tie.objects.update(action=None)


def test_the_file_has_only_what_is_shown(proposed, open_one, client):
    proposed()
    proposed("A secret", shown=False)
    file = client.get(f"{open_one.get_absolute_url()}proposals.csv")
    text = b"".join(file.streaming_content).decode()
    assert "Trees on the High Street" in text
    assert "A secret" not in text
    assert SECRET not in text


def test_no_line_of_the_record_holds_what_somebody_wrote(proposed, maya):
    proposal = proposed()
    answering.decline(proposal=proposal, answer="No room.", by=maya)
    lines = Event.objects.filter(verb__startswith="proposal")
    assert {line.verb for line in lines} == {"proposal sent", "proposal declined"}
    assert not [line for line in lines if "shade" in str(line.detail) or SECRET in str(line.detail)]


def test_people_without_the_role_are_kept_out(proposed, open_one, sign_in, carys, yusuf, client):
    proposal = proposed()
    for page in ("", "accept/", "decline/", "merge/", "leads-to/", "support/"):
        address = f"/desk/voice/proposals/{proposal.code}/{page}"
        assert client.get(address).status_code == 302
        for person in (carys, yusuf):
            assert sign_in(person).get(address).status_code == 403
            assert sign_in(person).post(address, {"answer": "x"}).status_code == 403
        client.logout()
    assert Consultation.objects.filter(answered_on=None).count() == 1

"""Voting at a place with staff, by telephone, and with a slip of paper, while voting is open."""

from __future__ import annotations

import random
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonweal.accounts.models import Event, Sending
from commonweal.office.errors import Refused
from commonweal.voice.models import Ballot, OpenBallot, PaperCheck, Place, Round, Visit, VotingCode
from commonweal.voice.rounds import letters
from commonweal.voice.ways import papers, places, slips, telephone, totals
from localwealth.ballots import codes

from ..cast.rounds import close, close_at, enter, put
from .test_voting import receipt_in, to_the_ballot, vote

pytestmark = pytest.mark.django_db
Way = totals.Way


def at_desk(budget_round: Round, more: str = "") -> str:
    return f"/desk/budgets/{budget_round.code}/{more}"


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


# --- Places with staff ----------------------------------------------------------------------------


@pytest.fixture
def library(sealed: Any, nadia: Any, today: Any) -> Place:
    return places.add(
        budget_round=sealed(), name="The library", first_on=today, last_on=today, by=nadia
    )


def test_a_place_is_named_opened_and_votes_for_many(client, sign_in, nadia, sealed, today):
    budget_round = sealed()
    desk = sign_in(nadia)
    days = {
        f"{name}_{n}": str(part)
        for name in ("first_on", "last_on")
        for n, part in enumerate((today.day, today.month, today.year))
    }
    desk.post(at_desk(budget_round, "places/new/"), {"name": "The library"} | days)
    assert "The library" in text_of(client.get(budget_round.get_absolute_url()))
    given = letters.make(budget_round=budget_round, count=2, by=nadia)
    opened = desk.post(at_desk(budget_round, "places/1/open/"), follow=True)
    assert "You are voting at The library" in text_of(opened)
    # Whoever votes there finds nothing of the person who opened it.
    assert desk.get(at_desk(budget_round)).status_code == 302
    for seed in range(7):
        wrong = codes.draw(random.Random(seed).choice)
        assert "Nobody was given" in to_the_ballot(desk, budget_round, wrong)[0]
    for code in [*given, given[0]]:
        _, token = to_the_ballot(desk, budget_round, code)
        page = vote(desk, budget_round, token, 1)
        assert receipt_in(page)
        assert "The next voter" in page
    # The one who voted twice counts once.
    assert Place.objects.get().ballots == 2
    verbs = list(Event.objects.values_list("verb", "detail"))
    assert ("voting place opened", {"place": 1}) in verbs
    assert not [verb for verb, _ in verbs if "ballot" in verb]


def test_a_place_is_for_its_own_round_and_its_own_day(client, sign_in, nadia, library, sealed):
    other = sealed()
    desk = sign_in(nadia)
    desk.post(at_desk(library.round, "places/1/open/"))
    assert "You are voting at" not in text_of(desk.get(f"{other.get_absolute_url()}vote/"))
    for change in ({"opened_on": timezone.localdate() - timedelta(days=1)}, {"is_ended": True}):
        Visit.objects.update(opened_on=timezone.localdate(), is_ended=False)
        here = desk.get(f"{library.round.get_absolute_url()}vote/")
        assert "You are voting at" in text_of(here)
        Visit.objects.update(**change)
        here = desk.get(f"{library.round.get_absolute_url()}vote/")
        assert "You are voting at" not in text_of(here)
        for seed in range(5):
            to_the_ballot(desk, library.round, codes.draw(random.Random(seed).choice))
    page, _ = to_the_ballot(desk, library.round, codes.draw(random.Random(9).choice))
    assert "Five wrong codes" in page


def test_a_visit_is_ended_from_anywhere(sign_in, nadia, maya, library):
    places.open_visit(place=library, by=nadia)
    desk = sign_in(maya)
    ended = desk.post(at_desk(library.round, "places/1/end/"), follow=True)
    assert "Ended in every browser" in text_of(ended)
    again = desk.post(at_desk(library.round, "places/1/end/"), follow=True)
    assert "Nothing is open at this place" in text_of(again)


def test_a_place_is_opened_on_its_days_while_voting_is_open(nadia, library):
    day = timezone.localdate()
    Place.objects.update(first_on=day + timedelta(days=1), last_on=day + timedelta(days=1))
    library.refresh_from_db()
    with pytest.raises(Refused, match="none of the days"):
        places.open_visit(place=library, by=nadia)
    close_at(timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refused, match="not open"):
        places.open_visit(place=library, by=nadia)


def test_days_of_a_place_lie_in_voting(sign_in, nadia, sealed, drafted, today):
    budget_round, draft = sealed(), drafted()
    wrong = [
        (budget_round, today, today - timedelta(days=1), "lies before the first"),
        (budget_round, today, today + timedelta(days=60), "Voting goes from"),
        (draft, today, today, "once the rule sheet is published"),
    ]
    for of, first, last, sentence in wrong:
        with pytest.raises(Refused, match=sentence):
            places.add(budget_round=of, name="x", first_on=first, last_on=last, by=nadia)


# --- By telephone ---------------------------------------------------------------------------------


@pytest.fixture
def called(sealed: Any, nadia: Any) -> tuple[Round, list[str]]:
    budget_round = sealed(takes_telephone=True)
    return budget_round, letters.make(budget_round=budget_round, count=2, by=nadia)


READ_BACK = re.compile(r'name="read_back" value="(\w+)"')


def test_what_is_dictated_is_read_back_before_it_goes_in(sign_in, nadia, called):
    budget_round, [code, _] = called
    desk, address = sign_in(nadia), at_desk(budget_round, "telephone/")
    typed = {"code": code, "projects": ["1", "3"]}
    page = text_of(desk.post(address, typed))
    told = re.search(r'id="read-back">(.*?)</ul>', page)
    assert told
    assert re.findall(r"<li>(.*?)</li>", told[1]) == ["Playground", "Trees"]
    assert not OpenBallot.objects.exists()
    [mark] = READ_BACK.findall(page)
    # Changed after it was read back: it is read back again.
    other = text_of(desk.post(address, typed | {"projects": ["1"], "read_back": mark}))
    assert "Read this back" in other
    assert not OpenBallot.objects.exists()
    before = (Event.objects.count(), Sending.objects.count())
    done = text_of(desk.post(address, typed | {"read_back": mark}))
    assert "Their receipt" in done
    assert code not in done
    assert OpenBallot.objects.get().choices == "[[1, 1], [3, 1]]"
    assert (Event.objects.count(), Sending.objects.count()) == before
    assert totals.of(budget_round, Way.TELEPHONE) == 1


def test_sent_twice_a_ballot_by_telephone_is_one_and_counts_once(sign_in, nadia, called):
    budget_round, [code, _] = called
    desk, address = sign_in(nadia), at_desk(budget_round, "telephone/")
    typed = {"code": code, "projects": ["2"]}
    [mark] = READ_BACK.findall(text_of(desk.post(address, typed)))
    receipts = {
        receipt_in(desk.post(address, typed | {"read_back": mark}).content.decode())
        for _ in range(2)
    }
    assert len(receipts) == 1
    assert OpenBallot.objects.count() == 1
    assert totals.of(budget_round, Way.TELEPHONE) == 1


def test_who_voted_online_and_changes_it_by_telephone_counts_as_online(called):
    budget_round, [code, _] = called
    put(budget_round, code, [1])
    assert telephone.put(budget_round=budget_round, typed=code, choices=[(2, 1)]).is_again
    assert totals.of(budget_round, Way.TELEPHONE) == 0
    close(budget_round)
    assert Ballot.objects.get().choices == [[2, 1]]
    closed = Round.objects.get(pk=budget_round.pk)
    assert dict(totals.by_way(closed)) == {"Online": 1, "By telephone": 0, "On paper": 0}


def test_a_wrong_code_by_telephone_is_refused_and_what_was_typed_is_kept(sign_in, nadia, called):
    budget_round, _ = called
    wrong = codes.printed(codes.draw(random.Random(3).choice))
    answer = sign_in(nadia).post(
        at_desk(budget_round, "telephone/"), {"code": wrong, "projects": ["3"]}
    )
    page = text_of(answer)
    assert "Nobody was given this code" in page
    assert wrong in page
    assert re.search(r'value="3"[^>]*checked', page)


def test_a_round_without_telephone_takes_none(sign_in, nadia, voted):
    budget_round, [code, *_], _ = voted()
    answer = sign_in(nadia).post(
        at_desk(budget_round, "telephone/"), {"code": code, "projects": ["3"]}
    )
    assert "says nothing of ballots by telephone" in text_of(answer)


# --- Slips ----------------------------------------------------------------------------------------


@pytest.fixture
def with_slips(voted: Any, nadia: Any) -> tuple[Round, str, str]:
    """A round that takes paper; a code that voted online, and one that did not."""
    budget_round, [used], _ = voted(ballots=[[1]], takes_paper=True)
    [free] = letters.make(budget_round=budget_round, count=1, by=nadia)
    return budget_round, used, free


def test_a_slip_is_taken_once_and_nothing_of_it_is_written_down(sign_in, nadia, with_slips):
    budget_round, _, free = with_slips
    desk, address = sign_in(nadia), at_desk(budget_round, "paper/slip/")
    before = list(Event.objects.values_list("verb", flat=True))
    assert "Taken: number 1" in text_of(desk.post(address, {"code": free}, follow=True))
    assert list(Event.objects.values_list("verb", flat=True)) == before
    again = text_of(desk.post(address, {"code": free}))
    assert "a ballot by this code is in already" in again.lower()
    assert free in again
    assert totals.of(budget_round, Way.PAPER) == 1
    assert VotingCode.objects.filter(receipt__isnull=False).count() == 2


def test_a_paper_by_a_code_that_voted_online_is_caught(with_slips):
    budget_round, used, _ = with_slips
    with pytest.raises(Refused, match="that came first"):
        slips.take(budget_round=budget_round, typed=used)
    close(budget_round)
    # After the close as well, when nothing ties a code to a ballot any more.
    with pytest.raises(Refused, match="that came first"):
        slips.take(budget_round=budget_round, typed=used)
    assert totals.of(budget_round, Way.PAPER) == 0
    assert Ballot.objects.count() == 1


def test_after_a_paper_nobody_votes_online_by_its_code(client, with_slips):
    budget_round, _, free = with_slips
    _, token = to_the_ballot(client, budget_round, free)
    slips.take(budget_round=budget_round, typed=free)
    # A page that was open before is refused as well.
    assert "A ballot on paper came" in vote(client, budget_round, token, 1)
    assert "A ballot on paper came" in to_the_ballot(client, budget_round, free)[0]
    assert OpenBallot.objects.count() == 1


def test_which_of_two_stands_is_said_on_the_sheet(client, with_slips):
    budget_round, *_ = with_slips
    page = text_of(client.get(budget_round.get_absolute_url()))
    assert "The one that comes first stands" in page
    assert "on paper" in page
    sheet = client.get(f"{budget_round.get_absolute_url()}sheet.json").json()
    assert sheet["ways_to_vote"]["paper"] is True
    assert "comes first stands" in sheet["ways_to_vote"]["online_and_on_paper_by_one_code"]


def test_slips_that_are_refused(voted, sealed, nadia, with_slips):
    budget_round, _, free = with_slips
    [lost] = letters.make(budget_round=budget_round, count=1, by=nadia)
    letters.revoke(budget_round=budget_round, typed=lost, by=nadia)
    now = timezone.now()
    early = sealed(takes_paper=True, opens_at=now + timedelta(days=1))
    online, [code, *_], _ = voted()
    wrong = [
        (budget_round, lost, "taken back"),
        (budget_round, codes.draw(random.Random(1).choice), "Nobody was given"),
        (budget_round, "234", "You typed 3"),
        (early, free, "before voting opens"),
        (online, code, "says nothing of ballots on paper"),
    ]
    for of, typed, sentence in wrong:
        with pytest.raises(Refused, match=sentence):
            slips.take(budget_round=of, typed=typed)
    assert totals.of(budget_round, Way.PAPER) == 0


def test_what_is_on_paper_is_not_entered_before_the_close(sign_in, nadia, with_slips):
    budget_round, _, free = with_slips
    slips.take(budget_round=budget_round, typed=free)
    desk = sign_in(nadia)
    page = text_of(
        desk.post(at_desk(budget_round, "paper/enter/"), {"number": "1", "projects": ["2"]})
    )
    assert "not over yet" in page
    assert "Enter a paper" not in text_of(desk.get(at_desk(budget_round, "paper/")))
    assert "How ballots came" not in text_of(desk.get(at_desk(budget_round)))
    with pytest.raises(Refused, match="not over yet"):
        papers.mend(budget_round=budget_round, number=1, choices=None, by=nadia)


def test_a_slip_after_the_sample_is_refused(with_slips, nadia, maya):
    budget_round, _, free = with_slips
    [late] = letters.make(budget_round=budget_round, count=1, by=nadia)
    slips.take(budget_round=budget_round, typed=free)
    enter(close(budget_round), 1, nadia, maya)
    PaperCheck.objects.create(
        round=budget_round, seed="1", papers=1, drawn=1, mended=0, drawn_by=nadia
    )
    with pytest.raises(Refused, match="sample is drawn"):
        slips.take(budget_round=budget_round, typed=late)


def test_the_ballot_is_printed_with_its_slip_and_large(client, with_slips, sealed):
    budget_round, *_ = with_slips
    page = text_of(client.get(f"{budget_round.get_absolute_url()}paper/"))
    assert page.count('class="paper-ballot__box"') == 4 + 13
    for title in ("Playground", "Benches", "Trees", "Bus shelter"):
        assert title in page
    assert "paper-ballot--large" not in page
    large = client.get(f"{budget_round.get_absolute_url()}paper/?large=1")
    assert "paper-ballot--large" in text_of(large)
    assert client.get(f"{sealed().get_absolute_url()}paper/").status_code == 404

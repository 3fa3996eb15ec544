"""Who voted on paper sees *counted* like everybody else; how ballots came, where not too few
did."""

from __future__ import annotations

import random
from typing import Any

import pytest

from commonweal.accounts.models import Event, Tally
from commonweal.voice.models import Round, VotingCode
from commonweal.voice.rounds import box, counting, letters
from commonweal.voice.ways import slips, totals
from localwealth.ballots import codes

from ..cast.rounds import BALLOTS, close, enter
from .test_other_ways import text_of
from .test_paper import compare_all, draw

pytestmark = pytest.mark.django_db


def look(client: Any, budget_round: Round, typed: str) -> str:
    address = f"{budget_round.get_absolute_url()}receipt/"
    return text_of(client.post(address, {"receipt": typed}))


def count_with_papers(
    budget_round: Round, people: tuple[Any, Any], what: list[Any] | None = None
) -> Round:
    """Enter every paper of a closed round twice, compare it, and count."""
    for number in range(1, totals.of(budget_round, totals.Way.PAPER) + 1):
        enter(budget_round, number, *people, what=(what or {}).get(number, ((1, 1),)))
    draw(budget_round, people[0])
    compare_all(budget_round, people[0])
    counting.count(budget_round=budget_round, by=people[0])
    return Round.objects.get(pk=budget_round.pk)


@pytest.fixture
def on_slips(voted: Any, nadia: Any) -> tuple[Round, list[str]]:
    """A round that is open, with six ballots in the box and two codes that came on slips."""
    budget_round, *_ = voted(takes_paper=True)
    given = letters.make(budget_round=budget_round, count=2, by=nadia)
    for code in given:
        slips.take(budget_round=budget_round, typed=code)
    return budget_round, given


def test_who_voted_on_paper_sees_by_the_code_that_it_was_counted(client, on_slips, nadia, maya):
    budget_round, [code, _] = on_slips
    before = look(client, budget_round, code)
    assert "It is in the box." in before
    closed = close(budget_round)
    assert "It is in the box." in look(client, closed, code)
    counted = count_with_papers(closed, (nadia, maya))
    after = look(client, counted, code)
    assert "Counted." in after
    [receipt] = [
        codes.printed(box.receipt_of(digest))
        for digest in [box.digest_of(counted, codes.read(code))]
    ]
    assert f'<strong class="hash">{receipt}</strong>' in after
    assert receipt in before
    # The receipt stands in the public list, so that nobody has to trust this page.
    receipts = client.get(f"{counted.get_absolute_url()}receipts.txt").content.decode().split()
    assert receipt in receipts
    assert "Counted." in look(client, counted, receipt)


def test_looking_up_by_code_writes_nothing_and_keeps_no_code_in_the_page(client, on_slips):
    budget_round, [code, _] = on_slips
    before = (list(VotingCode.objects.values()), Event.objects.count())
    page = client.post(f"{budget_round.get_absolute_url()}receipt/", {"receipt": code})
    assert (list(VotingCode.objects.values()), Event.objects.count()) == before
    assert "no-store" in page.headers["Cache-Control"]


def test_a_code_by_which_none_came_is_told_so_and_can_still_vote(client, sealed, nadia):
    budget_round = sealed()
    [code] = letters.make(budget_round=budget_round, count=1, by=nadia)
    assert "No ballot came with this code so far." in look(client, budget_round, code)
    assert box.admit(budget_round=budget_round, typed=code)


def test_codes_are_guessed_by_looking_up_no_more_often_than_by_voting(client, on_slips):
    budget_round, [code, _] = on_slips
    receipt = codes.printed(VotingCode.objects.exclude(receipt=None)[0].receipt or "")
    client.defaults["REMOTE_ADDR"] = "203.0.113.7"
    for seed in range(5):
        wrong = codes.draw(random.Random(seed).choice)
        assert "nobody was given such a code" in look(client, budget_round, wrong)
    assert "Five wrong codes" in look(client, budget_round, code)
    assert "Five wrong codes" in text_of(
        client.post(f"{budget_round.get_absolute_url()}vote/", {"code": code})
    )
    # A receipt is no key to anything, so it can be looked up all the same.
    assert "It is in the box." in look(client, budget_round, receipt)


def test_a_right_code_and_a_slip_are_no_guesses(client, on_slips):
    budget_round, [code, other] = on_slips
    client.defaults["REMOTE_ADDR"] = "203.0.113.7"
    for typed in [code, other, code[:-1], code[:5]] * 2:
        look(client, budget_round, typed)
    assert "It is in the box." in look(client, budget_round, code)
    assert not Tally.objects.filter(count__gt=0).exclude(count=9).exists()


def test_where_papers_could_not_be_counted_nobody_is_told_more_than_is_known(
    client, on_slips, nadia, maya
):
    budget_round, [code, _] = on_slips
    counted = count_with_papers(close(budget_round), (nadia, maya), {2: None})
    page = look(client, counted, code)
    assert "1 ballot on paper could not be counted: nobody knows whose." in page


def test_a_stopped_round_says_that_nothing_is_counted(client, on_slips):
    budget_round, [code, _] = on_slips
    Round.objects.update(state="stopped")
    assert "This round was stopped. No ballot of it is counted." in look(client, budget_round, code)


def test_the_ballot_on_paper_says_where_its_voter_looks(client, on_slips):
    budget_round, _ = on_slips
    page = text_of(client.get(f"{budget_round.get_absolute_url()}paper/"))
    assert "Keep your letter." in page
    assert f"{budget_round.get_absolute_url()}receipt/" in page


# --- By which way ballots came --------------------------------------------------------------------

# (ballots online, on paper), and what everybody reads of it.
WAYS = {
    (6, 5): ["Online 6", "On paper 5"],
    (6, 4): [],
    (6, 0): ["Online 6", "On paper 0"],
    (0, 5): ["Online 0", "On paper 5"],
    (4, 5): [],
}


@pytest.mark.parametrize("came", WAYS)
def test_how_ballots_came_is_public_after_the_count_where_not_too_few_did(
    client, on_paper, nadia, maya, came
):
    online, paper = came
    budget_round = on_paper(count=paper, ballots=[*BALLOTS][:online])
    assert totals.shown(budget_round) == []
    if paper:
        counted = count_with_papers(budget_round, (nadia, maya))
    else:
        counting.count(budget_round=budget_round, by=nadia)
        counted = Round.objects.get(pk=budget_round.pk)
    told = [f"{way} {ballots}" for way, ballots in totals.shown(counted) if ballots is not None]
    assert told == WAYS[came]
    page = text_of(client.get(f"{counted.get_absolute_url()}result/"))
    assert ("How ballots came" in page) == bool(WAYS[came])


def test_a_small_way_hides_another_one_and_not_all(client, voted, nadia):
    budget_round, *_ = voted(ballots=[[1]] * 16, takes_telephone=True)
    totals.add(budget_round, totals.Way.TELEPHONE)
    budget_round.places.create(
        number=1, name="x", first_on="2026-01-01", last_on="2026-01-01", ballots=6
    )
    counting.count(budget_round=close(budget_round), by=nadia)
    counted = Round.objects.get()
    assert dict(totals.shown(counted)) == {
        "Online": 9,
        "At a place with staff": None,
        "By telephone": None,
    }
    page = text_of(client.get(f"{counted.get_absolute_url()}result/"))
    assert "not shown" in page


def test_online_alone_is_no_figure(voted, nadia):
    budget_round, *_ = voted()
    counting.count(budget_round=close(budget_round), by=nadia)
    assert totals.shown(Round.objects.get()) == []

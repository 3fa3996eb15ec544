"""Who would vote twice, vote late, count early or change what is settled: refused in words."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonweal.office.errors import Refused
from commonweal.voice.models import Ballot, OpenBallot, PaperBallot, Round, VotingCode
from commonweal.voice.rounds import closing, counting, days, letters
from commonweal.voice.ways import papers, sampling, slips, telephone, totals

from ..cast.rounds import close, close_at, enter, put
from .test_other_ways import at_desk, text_of
from .test_voting import receipt_in, to_the_ballot, vote

pytestmark = pytest.mark.django_db


def test_stuffing_by_one_code_makes_one_ballot_whichever_way_it_comes(sealed, nadia):
    budget_round = sealed(takes_paper=True, takes_telephone=True)
    [code] = letters.make(budget_round=budget_round, count=1, by=nadia)
    for choices in ([1], [2], [3]):
        put(budget_round, code, choices)
        telephone.put(budget_round=budget_round, typed=code, choices=[(4, 1)])
        with pytest.raises(Refused, match="first"):
            slips.take(budget_round=budget_round, typed=code)
    assert OpenBallot.objects.count() == 1
    assert VotingCode.objects.filter(receipt__isnull=False).count() == 1
    assert totals.of(budget_round, totals.Way.PAPER) == 0


def test_a_ballot_that_is_replayed_after_the_close_changes_nothing(client, voted):
    budget_round, [code], [receipt] = voted(ballots=[[1]])
    _, token = to_the_ballot(client, budget_round, code)
    close(budget_round)
    assert "No ballot is taken now" in vote(client, budget_round, token, 2)
    assert Ballot.objects.get().choices == [[1, 1]]
    look = f"{budget_round.get_absolute_url()}receipt/"
    assert "in the box" in client.post(look, {"receipt": receipt}).content.decode()


def test_a_ballot_replayed_into_another_round_goes_nowhere(client, voted, sealed):
    mine, [code], _ = voted(ballots=[[1]])
    other = sealed()
    _, token = to_the_ballot(client, mine, code)
    assert receipt_in(vote(client, other, token, 2)) == ""
    assert OpenBallot.objects.get().choices == "[[1, 1]]"


def test_a_code_that_was_taken_back_votes_by_no_way(sealed, nadia):
    budget_round = sealed(takes_paper=True, takes_telephone=True)
    [code] = letters.make(budget_round=budget_round, count=1, by=nadia)
    letters.revoke(budget_round=budget_round, typed=code, by=nadia)
    for attempt in (
        lambda: put(budget_round, code, [1]),
        lambda: telephone.put(budget_round=budget_round, typed=code, choices=[(1, 1)]),
        lambda: slips.take(budget_round=budget_round, typed=code),
    ):
        with pytest.raises(Refused, match=r"replaced|taken back"):
            attempt()


def test_a_code_that_came_on_paper_is_not_taken_back(sealed, nadia):
    budget_round = sealed(takes_paper=True)
    [code] = letters.make(budget_round=budget_round, count=1, by=nadia)
    slips.take(budget_round=budget_round, typed=code)
    with pytest.raises(Refused, match="Somebody voted with this code"):
        letters.revoke(budget_round=budget_round, typed=code, by=nadia)


# Midnight by the town's clock at the end of a day: in summer time, in winter, and on both nights on
# which clocks change.
CLOSES = [
    (date(2027, 6, 30), datetime(2027, 6, 30, 23, tzinfo=UTC)),
    (date(2027, 12, 31), datetime(2028, 1, 1, 0, tzinfo=UTC)),
    (date(2027, 3, 27), datetime(2027, 3, 28, 0, tzinfo=UTC)),
    (date(2027, 3, 28), datetime(2027, 3, 28, 23, tzinfo=UTC)),
    (date(2027, 10, 30), datetime(2027, 10, 30, 23, tzinfo=UTC)),
    (date(2027, 10, 31), datetime(2027, 11, 1, 0, tzinfo=UTC)),
]


@pytest.mark.parametrize(("day", "moment"), CLOSES)
def test_voting_ends_at_the_towns_midnight(day, moment):
    assert days.end_of(day) == moment
    assert days.last_day(moment) == day


def test_a_clock_that_jumps_back_opens_nothing_again(client, voted, monkeypatch):
    budget_round, [code], _ = voted(ballots=[[1]])
    _, token = to_the_ballot(client, budget_round, code)
    close(budget_round)
    # The close came, and then the clock of the database was set back: the box stays shut.
    close_at(timezone.now() + timedelta(hours=1))
    assert "No ballot is taken now" in vote(client, budget_round, token, 2)
    assert closing.empty_box(budget_round=budget_round) == 1
    assert Ballot.objects.get().choices == [[1, 1]]


def test_nothing_is_counted_before_the_close_by_any_way(sign_in, nadia, sealed):
    budget_round = sealed(takes_paper=True, takes_telephone=True)
    online, by_telephone, on_paper = letters.make(budget_round=budget_round, count=3, by=nadia)
    put(budget_round, online, [1])
    telephone.put(budget_round=budget_round, typed=by_telephone, choices=[(1, 1)])
    slips.take(budget_round=budget_round, typed=on_paper)
    tries = (
        lambda: counting.count(budget_round=budget_round, by=nadia),
        lambda: closing.empty_box(budget_round=budget_round),
        lambda: papers.enter(budget_round=budget_round, number=1, choices=[(1, 1)], by=nadia),
        lambda: sampling.draw(budget_round=budget_round, size=59, seed="1", by=nadia),
        lambda: sampling.confirm(budget_round=budget_round, number=1, by=nadia),
    )
    for attempt in tries:
        with pytest.raises(Refused, match="not over yet"):
            attempt()
    page = text_of(sign_in(nadia).post(at_desk(budget_round, "count/"), follow=True))
    assert "not over yet" in page
    assert Round.objects.get().state == "sealed"
    assert OpenBallot.objects.count() == 2


def test_nothing_of_the_other_ways_changes_a_published_sheet(sealed, nadia):
    budget_round = sealed()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Round.objects.filter(pk=budget_round.pk).update(takes_paper=True)


# --- A round as a machine: whatever is tried in whatever order, each code has one vote ------------

MOVES = ("online", "telephone", "slip", "revoke", "close", "enter", "draw", "confirm", "count")


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 2), st.integers(0, 1)), max_size=25)
)
def test_each_code_has_one_vote_whatever_is_tried(sealed, nadia, maya, moves):
    budget_round = sealed(takes_paper=True, takes_telephone=True)
    codes = letters.make(budget_round=budget_round, count=3, by=nadia)
    for move, which, who in moves:
        with contextlib.suppress(Refused):
            _try(move, budget_round, codes[which], which + 1, (nadia, maya)[who])
        _holds(budget_round)


def _close(of: Round) -> None:
    if Round.objects.filter(pk=of.pk, state="sealed").exists():
        close_at(timezone.now(), of)
    closing.empty_box(budget_round=of)


def _try(move: str, of: Round, code: str, number: int, by: Any) -> None:
    moves = {
        "online": lambda: put(of, code, [1]),
        "telephone": lambda: telephone.put(budget_round=of, typed=code, choices=[(2, 1)]),
        "slip": lambda: slips.take(budget_round=of, typed=code),
        "revoke": lambda: letters.revoke(budget_round=of, typed=code, by=by),
        "close": lambda: _close(of),
        "enter": lambda: enter(of, number, by),
        "draw": lambda: sampling.draw(budget_round=of, size=59, seed="1", by=by),
        "confirm": lambda: sampling.confirm(budget_round=of, number=number, by=by),
        "count": lambda: counting.count(budget_round=of, by=by),
    }
    moves[move]()


def _holds(of: Round) -> None:
    current = Round.objects.get(pk=of.pk)
    receipts = VotingCode.objects.filter(round=of, receipt__isnull=False).count()
    on_paper = totals.of(of, totals.Way.PAPER)
    in_box = OpenBallot.objects.filter(round=of).count()
    counted = Ballot.objects.filter(round=of).count()
    match current.state:
        case "sealed":
            assert in_box + on_paper == receipts
            assert counted == PaperBallot.objects.filter(round=of).count() == 0
        case "closed":
            assert in_box == 0
            assert counted + on_paper == receipts
        case "counted":
            assert counted == receipts
            assert not PaperBallot.objects.filter(round=of).exists()
    assert not VotingCode.objects.filter(round=of, is_revoked=True, receipt__isnull=False).exists()

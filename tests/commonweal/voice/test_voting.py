"""Voting with a code from a letter: the three pages, who is let in, and what stays."""

from __future__ import annotations

import random
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts.models import Event
from commonweal.office.errors import Refused
from commonweal.voice import jobs
from commonweal.voice.models import Ballot, OpenBallot, Round, VotingCode
from commonweal.voice.rounds import box, closing, letters
from localwealth.ballots import codes

from ..cast.rounds import BALLOTS, close, close_at

pytestmark = pytest.mark.django_db
AN_ADDRESS = "198.51.100.7"


def page_of(client: Any, address: str, **typed: Any) -> str:
    return client.post(address, typed, REMOTE_ADDR=AN_ADDRESS).content.decode()


def to_the_ballot(client: Any, budget_round: Round, code: str) -> tuple[str, str]:
    """The ballot's page, and the token that stands in it; "" where there is none."""
    page = page_of(client, f"{budget_round.get_absolute_url()}vote/", code=code)
    token = re.search(r'name="token" value="([^"]+)"', page)
    return page, token[1] if token else ""


def vote(client: Any, budget_round: Round, token: str, *numbers: int) -> str:
    address = f"{budget_round.get_absolute_url()}ballot/"
    return page_of(client, address, token=token, projects=[str(number) for number in numbers])


def receipt_in(page: str) -> str:
    found = re.search(r'<strong class="hash">([\w-]+)</strong>', page)
    return found[1] if found else ""


def the_file(desk: Any, budget_round: Round, count: int) -> list[str]:
    address = f"/desk/budgets/{budget_round.code}/codes/"
    return desk.post(address, {"count": count}).content.decode("utf-8-sig").split()[1:]


def test_somebody_votes_with_a_letter_changes_their_mind_and_is_counted(
    client, sign_in, nadia, sealed
):
    budget_round = sealed()
    [code] = the_file(sign_in(nadia), budget_round, 1)
    page, token = to_the_ballot(client, budget_round, code.lower().replace("-", " "))
    assert "Playground (£300)" in page
    assert code.replace("-", "") not in page
    first = receipt_in(vote(client, budget_round, token, 1))
    _, token = to_the_ballot(client, budget_round, code)
    again = vote(client, budget_round, token, 2, 3)
    assert receipt_in(again) == first
    assert "taken the place of your earlier one" in again
    look = f"{budget_round.get_absolute_url()}receipt/"
    assert "in the box" in page_of(client, look, receipt=first)
    close(budget_round)
    assert Ballot.objects.get().choices == [[2, 1], [3, 1]]
    assert VotingCode.objects.filter(receipt__isnull=False).count() == 1


def test_from_a_direct_link_anybody_sees_how_to_vote_and_that_a_code_is_needed(client, sealed):
    page = client.get(f"{sealed().get_absolute_url()}vote/").content.decode()
    assert "You need the code from your letter" in page
    assert "Choose 1 at least" in page
    assert client.get(f"{sealed().get_absolute_url()}ballot/").status_code == 200


def test_every_page_of_voting_is_kept_by_no_cache_and_needs_no_script(client, voted):
    budget_round, given, _ = voted(ballots=[[1]])
    address = budget_round.get_absolute_url()
    for answer in (
        client.get(f"{address}vote/"),
        client.post(f"{address}vote/", {"code": given[0]}),
        client.post(f"{address}receipt/", {"receipt": given[0]}),
    ):
        assert "no-store" in answer.headers["Cache-Control"]
        assert "once_key" not in answer.content.decode()


SLIPS = {
    "23456789ABCD0": "No code has the sign 0",
    "234567": "You typed 6",
    "": "Fill in",
}


@pytest.mark.parametrize("typed", SLIPS)
def test_a_slip_is_told_from_a_wrong_code_and_is_no_guess(client, sealed, typed):
    budget_round = sealed()
    for _ in range(7):
        page, token = to_the_ballot(client, budget_round, typed)
    assert SLIPS[typed] in page
    assert token == ""


def test_a_wrong_check_sign_is_a_slip_and_asks_no_table(voted, django_assert_num_queries):
    budget_round, given, _ = voted(ballots=[[1]])
    sign = next(one for one in codes.SIGNS if one != given[0][-1])
    # One query: whether ballots are taken.
    with django_assert_num_queries(1), pytest.raises(Refused, match="a slip"):
        box.admit(budget_round=budget_round, typed=given[0][:-1] + sign)


def test_after_five_wrong_codes_not_even_the_right_one_opens_but_for_the_staff(
    client, sign_in, nadia, voted
):
    budget_round, [right, *_], _ = voted()
    wrong = [codes.draw(random.Random(seed).choice) for seed in range(5)]
    for code in wrong:
        assert "Nobody was given" in to_the_ballot(client, budget_round, code)[0]
    page, token = to_the_ballot(client, budget_round, right)
    assert "Five wrong codes" in page
    assert right in page
    assert token == ""
    desk = sign_in(nadia)
    for code in [*wrong, wrong[0]]:
        assert "Nobody was given" in to_the_ballot(desk, budget_round, code)[0]
    assert to_the_ballot(desk, budget_round, right)[1]


def test_right_codes_are_never_too_many(client, voted):
    budget_round, [right, *_], _ = voted()
    assert all(to_the_ballot(client, budget_round, right)[1] for _ in range(8))


def test_a_code_of_another_round_opens_nothing(client, voted, sealed):
    _, [code, *_], _ = voted()
    assert "Nobody was given" in to_the_ballot(client, sealed(), code)[0]


def test_a_revoked_code_opens_nothing_and_one_that_voted_is_not_revoked(
    client, sign_in, nadia, voted
):
    budget_round, [used, *_], _ = voted()
    [lost] = the_file(sign_in(nadia), budget_round, 1)
    _, token = to_the_ballot(client, budget_round, lost)
    address = f"/desk/budgets/{budget_round.code}/codes/one/"
    sign_in(nadia).post(address, {"code": lost})
    assert "replaced by another" in to_the_ballot(client, budget_round, lost)[0]
    # A page that was open before is refused as well.
    assert "replaced by another" in vote(client, budget_round, token, 1)
    refused = sign_in(nadia).post(address, {"code": used}).content.decode()
    assert "Somebody voted with this code" in refused
    sign_in(nadia).post(f"/desk/budgets/{budget_round.code}/codes/1/")
    assert VotingCode.objects.filter(batch__number=1, is_revoked=True).count() == 0


def test_after_voting_no_code_is_taken_back(sign_in, nadia, voted):
    budget_round, _, _ = voted()
    [lost] = the_file(sign_in(nadia), budget_round, 1)
    close(budget_round)
    desk = f"/desk/budgets/{budget_round.code}/"
    assert "Take it back" not in sign_in(nadia).get(desk).content.decode()
    for address, typed in ((f"{desk}codes/one/", {"code": lost}), (f"{desk}codes/1/", {})):
        page = sign_in(nadia).post(address, typed, follow=True).content.decode()
        assert "Voting is over: no code can be taken back any more." in page
    assert not VotingCode.objects.filter(is_revoked=True).exists()


def test_two_tabs_and_a_double_click_make_one_ballot_and_one_receipt(client, voted):
    budget_round, [code, *_], _ = voted(ballots=[[1]])
    tokens = [to_the_ballot(client, budget_round, code)[1] for _ in range(2)]
    receipts = {receipt_in(vote(client, budget_round, token, 2)) for token in [*tokens, tokens[0]]}
    assert len(receipts) == 1
    assert OpenBallot.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        OpenBallot.objects.create(code=VotingCode.objects.get(), round=budget_round, choices="[]")


def test_what_was_typed_on_a_ballot_is_kept_where_it_is_refused(client, voted):
    budget_round, [code, *_], _ = voted(least=2)
    _, token = to_the_ballot(client, budget_round, code)
    page = vote(client, budget_round, token, 3)
    assert "names 1 project" in page
    assert re.search(r'value="3"\s+checked', page)
    assert f'value="{token}"' in page


def test_a_page_whose_token_is_made_up_or_old_puts_nothing_in(client, voted, monkeypatch):
    budget_round, [code, *_], _ = voted(ballots=[[1]])
    assert "Type your code again" in vote(client, budget_round, "made:up", 2)
    _, token = to_the_ballot(client, budget_round, code)
    monkeypatch.setattr(box, "TOKEN_LASTS_S", -1)
    assert "Type your code again" in vote(client, budget_round, token, 2)
    assert OpenBallot.objects.get().choices == "[[1, 1]]"


FORMS = [
    ({"ballot_form": "knapsack"}, {"projects": ["1", "3", "4"]}, "costs £650"),
    (
        {"ballot_form": "ranking", "satisfaction": "borda", "least": 2, "most": 2},
        {"p1": 1, "p2": 1},
        "each number once",
    ),
    ({"ballot_form": "points", "satisfaction": "points", "points": 5}, {"p1": 6}, "6 points"),
    ({"ballot_form": "approval", "most": 1}, {"projects": ["1", "2"]}, "1 at most"),
    ({"ballot_form": "approval"}, {"projects": ["9"]}, "Choose from the list"),
]


@pytest.mark.parametrize(("sheet", "typed", "sentence"), FORMS)
def test_a_ballot_against_the_sheet_is_refused(client, voted, sheet, typed, sentence):
    budget_round, [code, *_], _ = voted(ballots=[[]], **sheet)
    _, token = to_the_ballot(client, budget_round, code)
    page = page_of(client, f"{budget_round.get_absolute_url()}ballot/", token=token, **typed)
    assert sentence in page
    assert receipt_in(page) == ""


KEPT = [
    (
        {"ballot_form": "ranking", "satisfaction": "borda", "least": 2, "most": 2},
        {"p3": 1, "p1": 2},
        [[1, 1], [3, 0]],
    ),
    ({"ballot_form": "points", "satisfaction": "points", "points": 5}, {"p2": 5}, [[2, 5]]),
    ({"ballot_form": "knapsack"}, {"projects": ["1", "4"]}, [[1, 1], [4, 1]]),
]


@pytest.mark.parametrize(("sheet", "typed", "kept"), KEPT)
def test_a_ballot_of_each_kind_is_kept_as_it_was_filled_in(client, voted, sheet, typed, kept):
    budget_round, [code, *_], _ = voted(ballots=[[]], **sheet)
    _, token = to_the_ballot(client, budget_round, code)
    page = page_of(client, f"{budget_round.get_absolute_url()}ballot/", token=token, **typed)
    assert receipt_in(page)
    close(budget_round)
    assert Ballot.objects.get().choices == kept


# --- The close -----------------------------------------------------------------------------------


def test_the_close_goes_by_the_clock_of_the_database(client, voted, monkeypatch):
    budget_round, [code, *_], _ = voted()
    _, token = to_the_ballot(client, budget_round, code)
    now = timezone.now()
    close_at(now - timedelta(seconds=1))
    # The clock of this process is an hour behind.
    monkeypatch.setattr(timezone, "now", lambda: now - timedelta(hours=1))
    assert "No ballot is taken now" in vote(client, budget_round, token, 2)
    assert "No ballot is taken now" in to_the_ballot(client, budget_round, code)[0]
    monkeypatch.undo()
    with pytest.raises(Refused, match="until voting closes"):
        letters.make(budget_round=budget_round, count=1, by=None)


def test_no_ballot_is_taken_before_it_opens(client, sealed, nadia):
    now = timezone.now()
    budget_round = sealed(opens_at=now + timedelta(days=1), closes_at=now + timedelta(days=2))
    [code] = letters.make(budget_round=budget_round, count=1, by=nadia)
    assert "No ballot is taken now" in to_the_ballot(client, budget_round, code)[0]


def test_the_box_is_not_emptied_before_the_close(voted):
    budget_round, *_ = voted()
    with pytest.raises(Refused, match="not over yet"):
        closing.empty_box(budget_round=budget_round)
    assert jobs.empty_ballot_boxes.func() == 0
    assert OpenBallot.objects.count() == len(BALLOTS)


def test_at_the_close_the_tie_of_ballot_and_code_is_gone(voted):
    budget_round, given, receipts = voted()
    close_at(timezone.now() - timedelta(seconds=1))
    assert jobs.empty_ballot_boxes.func() == 1
    assert jobs.empty_ballot_boxes.func() == 0
    assert not OpenBallot.objects.exists()
    ballots = list(Ballot.objects.order_by("pk").values_list("number", "choices"))
    # By what they say: neither the order of rows nor a number tells when one came.
    assert [choices for _, choices in ballots] == sorted(choices for _, choices in ballots)
    assert [number for number, _ in ballots] == [1, 2, 3, 4, 5, 6]
    used = VotingCode.objects.filter(receipt__isnull=False).values_list("receipt", flat=True)
    assert {codes.printed(receipt) for receipt in used} == set(receipts)
    assert len(receipts) == len(set(receipts)) == len(ballots)
    columns = {field.name for field in Ballot._meta.get_fields()}
    # The pot is whose money it shares out: the same for all who live in an area.
    assert columns == {"id", "round", "number", "pot", "choices"}


def test_no_page_shows_how_somebody_voted_and_no_line_is_written_of_it(client, voted):
    before = Event.objects.count()
    budget_round, given, _ = voted()
    lines = Event.objects.order_by("id")[before:].values_list("verb", flat=True)
    assert "voting codes made" in lines
    assert not [verb for verb in lines if "ballot" in verb]
    page, _ = to_the_ballot(client, budget_round, given[0])
    assert "checked" not in page


def test_codes_are_kept_as_hashes_and_the_file_comes_once(sign_in, nadia, sealed):
    budget_round = sealed()
    given = the_file(sign_in(nadia), budget_round, 40)
    assert len({*given}) == 40
    for code in given:
        assert codes.printed(codes.read(code)) == code
        assert not set(code) & set(codes.NEVER)
    kept = "".join(VotingCode.objects.values_list("digest", flat=True))
    assert not [code for code in given if code.replace("-", "").lower() in kept]
    assert [code.digest for code in VotingCode.objects.order_by("pk")] == sorted(
        box.digest_of(budget_round, code.replace("-", "")) for code in given
    )


def test_codes_are_made_for_a_published_round_alone(sign_in, nadia, drafted):
    page = sign_in(nadia).post(f"/desk/budgets/{drafted().code}/codes/", {"count": 3})
    assert "once the rule sheet is published" in page.content.decode()

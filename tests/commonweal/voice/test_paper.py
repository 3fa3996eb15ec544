"""Paper after the close: entered twice, mended, compared by a sample, and only then counted."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from commonweal.accounts.models import Event
from commonweal.office.errors import Refused
from commonweal.voice.models import Ballot, PaperBallot, PaperCheck, Round, VotingCode
from commonweal.voice.rounds import counting
from commonweal.voice.ways import papers, sampling

from ..cast.rounds import BALLOTS, enter
from .test_other_ways import at_desk, text_of

pytestmark = pytest.mark.django_db


def compare_all(budget_round: Round, by: Any) -> None:
    drawn = PaperBallot.objects.filter(round=budget_round, is_drawn=True, is_checked=False)
    for paper in drawn:
        sampling.confirm(budget_round=budget_round, number=paper.number, by=by)


def draw(budget_round: Round, by: Any, size: int = 59) -> PaperCheck:
    return sampling.draw(budget_round=budget_round, size=size, seed="4 1 6 2", by=by)


def test_paper_goes_from_two_entries_to_the_count(client, sign_in, on_paper, nadia, maya):
    budget_round = on_paper()
    address = at_desk(budget_round, "paper/enter/")
    entered = {"1": ["1", "2"], "2": ["4"], "3": []}
    for person in (nadia, maya):
        desk = sign_in(person)
        for number, projects in entered.items():
            page = desk.get(address).content.decode()
            assert re.search(
                rf'name="number"[^>]*value="{number}"|value="{number}"[^>]*name="number"', page
            )
            spoilt = {} if projects else {"is_spoilt": "on"}
            sent = {"number": number, "projects": projects} | spoilt
            assert desk.post(address, sent).status_code == 302
    refused = text_of(desk.post(at_desk(budget_round, "count/"), follow=True))
    assert "Ballots on paper wait" in refused
    desk.post(at_desk(budget_round, "paper/sample/"), {"size": "59", "seed": "4 1 6 2"})
    assert "Ballots on paper wait" in text_of(
        desk.post(at_desk(budget_round, "count/"), follow=True)
    )
    for number in entered:
        desk.post(at_desk(budget_round, f"paper/{number}/right/"))
    assert "can be counted" in text_of(desk.get(at_desk(budget_round, "paper/")))
    assert "Counted" in text_of(desk.post(at_desk(budget_round, "count/"), follow=True))
    ballots = list(Ballot.objects.order_by("number").values_list("number", "choices"))
    assert [number for number, _ in ballots] == list(range(1, 9))
    texts = [papers.text_of(choices) for _, choices in ballots]
    assert texts == sorted(texts)
    kept = Counter(tuple(number for number, _ in choices) for _, choices in ballots)
    assert kept == Counter(tuple(one) for one in [*BALLOTS, [1, 2], [4]])
    # Of a paper nothing is left that tells which one it was.
    assert not PaperBallot.objects.exists()
    check = PaperCheck.objects.get()
    assert (check.papers, check.spoilt, check.wrong, check.mended) == (3, 1, 0, 0)
    page = text_of(client.get(f"{budget_round.get_absolute_url()}result/"))
    assert "8 ballots counted, 9 receipts given. 1 ballot on paper could not be counted." in page
    assert "Every entry was compared with its paper" in page
    receipts = client.get(f"{budget_round.get_absolute_url()}receipts.txt").content.split()
    assert len(receipts) == 9


def test_one_person_does_not_enter_a_paper_twice(sign_in, on_paper, nadia, maya):
    budget_round = on_paper(count=1)
    desk, address = sign_in(nadia), at_desk(budget_round, "paper/enter/")
    desk.post(address, {"number": "1", "projects": ["3"]})
    again = text_of(desk.post(address, {"number": "1", "projects": ["3", "4"]}))
    assert "Somebody else enters it again" in again
    assert re.search(r'value="4"[^>]*checked', again)
    paper = PaperBallot.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperBallot.objects.filter(pk=paper.pk).update(second_by=nadia)
    enter(budget_round, 1, maya, what=[(3, 1)])
    third = text_of(sign_in(maya).post(address, {"number": "1", "projects": ["3"]}))
    assert "entered twice already" in third


def test_the_second_is_not_shown_what_the_first_entered(sign_in, on_paper, nadia, maya):
    budget_round = on_paper(count=1)
    enter(budget_round, 1, nadia, what=[(3, 1)])
    desk = sign_in(maya)
    assert "checked" not in text_of(desk.get(at_desk(budget_round, "paper/enter/")))
    answer = desk.get(at_desk(budget_round, "paper/1/"), follow=True)
    assert "nothing to look at" in text_of(answer)


def test_entries_that_differ_are_reported_and_mended_by_a_look_at_the_paper(
    sign_in, on_paper, nadia, maya
):
    budget_round = on_paper(count=1)
    enter(budget_round, 1, nadia, what=[(1, 1)])
    enter(budget_round, 1, maya, what=[(2, 1)])
    desk = sign_in(nadia)
    assert "The two entries differ" in text_of(desk.get(at_desk(budget_round, "paper/")))
    page = text_of(desk.get(at_desk(budget_round, "paper/1/")))
    assert "<li>Playground</li>" in page
    assert "<li>Benches</li>" in page
    with pytest.raises(Refused, match="mend those that differ"):
        draw(budget_round, nadia)
    desk.post(at_desk(budget_round, "paper/1/"), {"projects": ["2"]})
    paper = PaperBallot.objects.get()
    assert (paper.choices, paper.is_mended) == ("[[2, 1]]", True)
    draw(budget_round, nadia)
    assert PaperCheck.objects.get().mended == 1


def test_a_sample_is_drawn_once_after_every_paper(on_paper, nadia, maya):
    budget_round = on_paper(count=2)
    enter(budget_round, 1, nadia, maya)
    with pytest.raises(Refused, match="Enter every paper twice"):
        draw(budget_round, nadia)
    enter(budget_round, 2, nadia, maya)
    draw(budget_round, nadia)
    with pytest.raises(Refused, match="can't be drawn again"):
        draw(budget_round, nadia)
    with pytest.raises(Refused, match="sample is drawn"):
        enter(budget_round, 2, nadia)


def test_a_sample_follows_from_its_seed_alone():
    assert sampling.drawn("3 1 4 1 5", 500, 59) == sampling.drawn("3 1 4 1 5", 500, 59)
    assert len({*sampling.drawn("3 1 4 1 5", 500, 59)}) == 59
    assert sampling.drawn("3 1 4 1 6", 500, 59) != sampling.drawn("3 1 4 1 5", 500, 59)
    assert sorted(sampling.drawn("1", 12, 59)) == list(range(1, 13))


def test_what_none_wrong_says_is_so():
    # None wrong in a sample is less likely than 1 in 20 if so many were wrong, and no smaller one
    # is.
    for size, share in ((59, 0.05), (299, 0.01)):
        assert sampling.SIZES[size] == f"{share:.0%}"
        assert (1 - share) ** size < 0.05 < (1 - share) ** (size - 1)


def test_of_one_wrong_all_are_compared(sign_in, client, on_paper, nadia, maya, monkeypatch):
    monkeypatch.setattr(sampling, "drawn", lambda seed, count, size: [2])
    budget_round = on_paper(count=4)
    for number in range(1, 5):
        enter(budget_round, number, nadia, maya)
    draw(budget_round, nadia)
    desk = sign_in(nadia)
    same = text_of(desk.post(at_desk(budget_round, "paper/2/"), {"projects": ["1"]}))
    assert "So it was entered" in same
    desk.post(at_desk(budget_round, "paper/2/"), {"projects": ["3"]})
    assert "so every paper is compared" in text_of(desk.get(at_desk(budget_round, "paper/")))
    with pytest.raises(Refused, match="Ballots on paper wait"):
        counting.count(budget_round=budget_round, by=nadia)
    compare_all(budget_round, nadia)
    counting.count(budget_round=budget_round, by=nadia)
    assert PaperCheck.objects.get().wrong == 1
    assert sum(ballot.choices == [[3, 1]] for ballot in Ballot.objects.all()) == 1
    page = text_of(client.get(f"{budget_round.get_absolute_url()}result/"))
    assert "Every entry was compared" in page


def test_the_result_says_what_the_sample_says(client, on_paper, nadia, maya, monkeypatch):
    monkeypatch.setattr(sampling, "drawn", lambda seed, count, size: [1])
    budget_round = on_paper(count=2)
    for number in (1, 2):
        enter(budget_round, number, nadia, maya)
    draw(budget_round, nadia)
    compare_all(budget_round, nadia)
    counting.count(budget_round=budget_round, by=nadia)
    page = text_of(client.get(f"{budget_round.get_absolute_url()}result/"))
    assert "1 of them, drawn from “4 1 6 2”" in page
    assert "share of wrong ones is under 5%" in page
    # How many came on paper is told to nobody but the desk.
    assert "On paper" not in page


def test_numbers_go_to_as_many_as_slips(on_paper, nadia):
    budget_round = on_paper(count=2)
    for number in (0, 3):
        with pytest.raises(Refused, match="numbered from 1 to 2"):
            enter(budget_round, number, nadia)


def test_a_paper_that_is_not_in_the_sample_is_not_confirmed(on_paper, nadia, maya):
    budget_round = on_paper(count=1)
    enter(budget_round, 1, nadia, maya)
    with pytest.raises(Refused, match="not in the sample"):
        sampling.confirm(budget_round=budget_round, number=1, by=nadia)
    draw(budget_round, nadia)
    sampling.confirm(budget_round=budget_round, number=1, by=nadia)
    with pytest.raises(Refused, match="compared already"):
        sampling.confirm(budget_round=budget_round, number=1, by=nadia)
    with pytest.raises(Refused, match="nothing to mend"):
        papers.mend(budget_round=budget_round, number=1, choices=None, by=nadia)


def test_without_paper_there_is_no_sample(on_paper, nadia):
    with pytest.raises(Refused, match="No ballot came on paper"):
        draw(on_paper(count=0), nadia)


def test_paper_alone_is_counted(on_paper, nadia, maya):
    budget_round = on_paper(count=1, ballots=[])
    enter(budget_round, 1, nadia, maya)
    draw(budget_round, nadia)
    compare_all(budget_round, nadia)
    assert counting.count(budget_round=budget_round, by=nadia) == ["1"]


def test_nothing_ties_a_code_to_a_paper(on_paper, nadia, maya):
    budget_round = on_paper(count=2)
    enter(budget_round, 1, nadia, maya)
    fields = {field.name for field in PaperBallot._meta.get_fields()}
    assert not fields & {"code", "digest", "receipt", "batch"}
    lines = [str(detail) for detail in Event.objects.values_list("detail", flat=True)]
    for digest, receipt in VotingCode.objects.values_list("digest", "receipt"):
        assert not [line for line in lines if digest in line or (receipt and receipt in line)]


AFTER = ("counted", "stopped")


@pytest.mark.parametrize("state", AFTER)
def test_after_the_count_and_in_a_stopped_round_nothing_of_paper_is_done(
    on_paper, nadia, maya, state
):
    budget_round = on_paper(count=1)
    enter(budget_round, 1, nadia)
    if state == "stopped":
        Round.objects.update(state="stopped")
    else:
        enter(budget_round, 1, maya)
        draw(budget_round, nadia)
        compare_all(budget_round, nadia)
        counting.count(budget_round=budget_round, by=nadia)
    tries = (
        lambda: enter(budget_round, 1, maya),
        lambda: papers.mend(budget_round=budget_round, number=1, choices=None, by=maya),
        lambda: draw(budget_round, maya),
        lambda: sampling.confirm(budget_round=budget_round, number=1, by=maya),
    )
    before = list(PaperBallot.objects.values())
    for attempt in tries:
        with pytest.raises(Refused, match=r"stopped|counted already"):
            attempt()
    assert list(PaperBallot.objects.values()) == before

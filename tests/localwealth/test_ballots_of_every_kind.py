"""Ballots of each kind, read, counted, told and written: points, scores, ranks, choose one."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.ballots import (
    barring,
    codes,
    counting,
    explaining,
    greedy,
    idle,
    lesser,
    pabulib,
    phragmen,
    report,
    rules,
    shares,
    writing,
)
from localwealth.ballots.elections import BallotProject, Election
from localwealth.ballots.rules import Rule
from localwealth.errors import UnreadableFile

PROJECTS = "PROJECTS\nproject_id;cost;name\na;60;Bench\nb;50;Trees\nc;40;Bins\n"


def file_of(kind: str, ballots: str, more: str = "", projects: str = PROJECTS) -> str:
    """A file with three projects and 100 to spend."""
    return f"META\nkey;value\nbudget;100\nvote_type;{kind}\n{more}{projects}VOTES\n{ballots}"


def read(kind: str, ballots: str, more: str = "", projects: str = PROJECTS) -> Election:
    return pabulib.read(file_of(kind, ballots, more, projects).encode(), "street.pb")


def ranked(*ballots: str, more: str = "") -> Election:
    lines = "".join(f"{at};{ballot}\n" for at, ballot in enumerate(ballots))
    return read("ordinal", f"voter_id;vote\n{lines}", more)


def pointed(*ballots: tuple[str, str], kind: str = "cumulative") -> Election:
    lines = "".join(f"{at};{vote};{points}\n" for at, (vote, points) in enumerate(ballots))
    return read(kind, f"voter_id;vote;points\n{lines}")


def approved(*ballots: str, more: str = "", projects: str = PROJECTS) -> Election:
    lines = "".join(f"{at};{ballot}\n" for at, ballot in enumerate(ballots))
    return read("approval", f"voter_id;vote\n{lines}", more, projects)


# --- What ballots give ----------------------------------------------------------------------------


def test_points_go_to_the_projects_in_the_order_in_which_they_are_named():
    town = pointed(("a,b", "7,3"), ("b", "10"), ("", ""))
    assert (town.voters, town.votes, town.scores) == (3, [1, 2, 0], [7, 13, 0])


def test_scores_may_be_written_with_decimals_that_are_nought():
    town = pointed(("a,b", "2.0, 1"), kind="scoring")
    assert town.scores == [2, 1, 0]


def test_of_a_project_named_twice_the_first_points_count():
    town = pointed(("a,b,a", "5,3,2"))
    assert town.scores == [5, 3, 0]
    assert town.notes == ("projects named again on the same ballot, counted once: 1",)


def test_the_first_of_a_ranking_has_as_many_points_as_a_ballot_has_places():
    assert ranked("a,b,c", "b,a").scores == [3 + 2, 2 + 3, 1]
    assert ranked("a,b", "b").scores == [2, 1 + 2, 0]


@pytest.mark.parametrize(
    ("stated", "length", "scores"),
    [
        ("max_length;2\n", 2, [2, 1, 0]),
        ("max_length;9\n", 3, [3, 2, 1]),
        ("max_length;0\n", 3, [3, 2, 1]),
        ("max_length;many\n", 3, [3, 2, 1]),
        ("", 3, [3, 2, 1]),
    ],
)
def test_how_long_a_ranking_may_be_is_as_the_file_says_where_that_can_be(stated, length, scores):
    town = ranked("a,b,c", more=stated)
    assert (town.length, town.scores) == (length, scores)


def test_an_election_without_a_ballot():
    town = ranked()
    assert (town.voters, town.length, town.scores) == (0, 0, [0, 0, 0])
    assert rules.endowment(Rule(), town) == 0
    counted = counting.count(town, Rule())
    assert counted.winners == []
    assert report.everything(counted)["voters_without_winner"] == 0.0


def test_choose_one_and_approval_are_counted_by_votes():
    town = read("choose-1", "voter_id;vote\n1;a\n2;a\n3;c\n")
    assert town.scores == town.votes == [2, 0, 1]


def test_a_ballot_that_ends_early_names_nobody():
    town = read("approval", "voter_id;age;vote\n1;40;a\n2\n3;50; a , b ,\n")
    assert (town.voters, town.votes) == (3, [2, 1, 0])


@pytest.mark.parametrize(
    ("vote", "points"), [("a,b", "7"), ("a", "7,3"), ("a,b", "7,many"), ("a", ""), ("", "3")]
)
def test_points_that_are_not_one_for_each_project_name_the_line(vote, points):
    with pytest.raises(UnreadableFile, match=r"street\.pb, line 12: a ballot names") as refused:
        pointed((vote, points))
    assert repr(points) in str(refused.value)


@pytest.mark.parametrize(
    ("stated", "note"),
    [
        ("1", ("num_votes is 1, and the file holds 2 ballots",)),
        ("2", ()),
        ("about two", ()),
        ("", ()),
    ],
)
def test_ballots_that_are_not_as_many_as_stated_are_noted(stated, note):
    assert approved("a", "b", more=f"num_votes;{stated}\n").notes == note


def test_one_ballot_is_one_ballot():
    assert approved("a", more="num_votes;3\n").notes[0].endswith("the file holds 1 ballot")


# --- Amounts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "amount"),
    [("1 000", "1000"), ("12,5", "12.5"), ("12.50", "12.50"), (" 7 ", "7"), ("1e2", "100")],
)
def test_a_cost_is_read_as_towns_write_it(written, amount):
    town = approved("a", projects=PROJECTS.replace("a;60", f"a;{written}"))
    assert town.projects[0].cost == Decimal(amount)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "the cost of project a is '', which is no amount."),
        ("1,000.5.0", "the cost of project a is '1,000.5.0', which is no amount."),
        ("Infinity", "the cost of project a is Infinity; it must be more than nothing."),
        ("NaN", "the cost of project a is NaN; it must be more than nothing."),
        ("0", "the cost of project a is 0; it must be more than nothing."),
    ],
)
def test_a_cost_that_is_none(written, sentence):
    with pytest.raises(UnreadableFile, match=re.escape(f"street.pb, line 7: {sentence}")):
        approved("a", projects=PROJECTS.replace("a;60", f"a;{written}"))


@pytest.mark.parametrize(
    ("costs", "budget", "scale", "units"),
    [
        (("60", "50"), "100", 1, 100),
        (("60.5", "50"), "100", 10, 1000),
        (("60", "50.25"), "100.5", 100, 10_050),
        (("60.00", "50"), "100", 1, 100),
        (("600", "5E+1"), "1e2", 1, 100),
    ],
)
def test_money_is_counted_in_the_smallest_unit_that_any_sum_needs(costs, budget, scale, units):
    town = Election(
        projects=[BallotProject(cost, Decimal(cost)) for cost in costs],
        budget=Decimal(budget),
        kind="approval",
        voters=0,
        voter=np.array([], dtype=np.int64),
        project=np.array([], dtype=np.int64),
        points=np.array([], dtype=np.int64),
    )
    assert (town.scale, town.money) == (scale, units)
    assert town.costs == [int(Decimal(cost) * scale) for cost in costs]


def test_a_file_without_a_project():
    with pytest.raises(UnreadableFile, match=r"street\.pb has no project\."):
        approved(projects="PROJECTS\nproject_id;cost;name\n")


@pytest.mark.parametrize("selected", ["0", "1", "2", "3", "", " "])
def test_what_the_publisher_says_came_of_a_project(selected):
    lines = PROJECTS.replace("name\n", "name;selected\n").replace("Bench", f"Bench;{selected}")
    expected = int(selected) if selected.strip() else None
    assert approved(projects=lines).projects[0].selected == expected


# --- The rule -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "kind", "completion", "comparison", "ties"),
    [
        ("greedy", "greedy", "none", "none", ("listed",)),
        ("greedy-no-skip", "greedy-no-skip", "none", "none", ("listed",)),
        ("equalshares", "equal-shares", "none", "none", rules.USUAL_TIES),
        ("equalshares-comparison", "equal-shares", "none", "count", rules.USUAL_TIES),
        ("equalshares/add1", "equal-shares", "add1", "none", rules.USUAL_TIES),
        ("equalshares/add1-comparison", "equal-shares", "add1", "count", rules.USUAL_TIES),
    ],
)
def test_each_rule_that_a_file_may_name(named, kind, completion, comparison, ties):
    rule = rules.named_by(approved("a", more=f"rule;{named}\n"))
    assert (rule.kind, rule.completion, rule.comparison, rule.ties) == (
        kind,
        completion,
        comparison,
        ties,
    )


def test_a_least_score_is_asked_whichever_greedy_rule_a_file_names():
    more = "rule;greedy\nmin_project_score_threshold;2\n"
    town = approved("a,b", "a", "b", "c", more=more)
    assert rules.named_by(town).threshold == 2
    assert counting.count(town, rules.named_by(town)).winners == [0]
    tight = replace(town, budget=Decimal(150))
    assert counting.count(tight, rules.named_by(tight)).winners == [0, 1]
    # Asked for by hand, greedy has none; greedy-threshold has it.
    assert rules.suited(Rule(kind="greedy"), town).threshold == 0
    assert rules.suited(Rule(kind="greedy-threshold"), town).threshold == 2


@pytest.mark.parametrize(("stated", "least"), [("2", 2), ("2.9", 2), ("0", 0)])
def test_a_least_score_is_a_whole_number(stated, least):
    town = approved("a", more=f"min_project_score_threshold;{stated}\n")
    assert rules.threshold_of(town, "street.pb") == least


def test_a_least_score_that_is_no_number():
    town = approved("a", more="min_project_score_threshold;some\n")
    with pytest.raises(UnreadableFile, match="min_project_score_threshold is 'some', which is no"):
        rules.suited(Rule(kind="greedy-threshold"), town, "street.pb")


@pytest.mark.parametrize(
    ("town", "satisfaction"),
    [
        (approved("a"), "cardinality"),
        (pointed(("a", "3")), "points"),
        (pointed(("a", "3"), kind="scoring"), "points"),
        (ranked("a"), "borda"),
    ],
    ids=["approval", "cumulative", "scoring", "ordinal"],
)
def test_greedy_goes_by_what_the_ballots_give(town, satisfaction):
    for kind in ("greedy", "greedy-no-skip", "greedy-threshold"):
        assert rules.suited(Rule(kind=kind), town).satisfaction == satisfaction
    assert rules.suited(Rule(), town).satisfaction == "cost"


@pytest.mark.parametrize(
    ("satisfaction", "town", "sentence"),
    [
        ("points", approved("a"), "ballots are approval and give no points."),
        ("points", ranked("a"), "ballots are ordinal and give no points."),
        ("borda", pointed(("a", "3")), "ballots are cumulative and rank nothing."),
    ],
    ids=["approval", "ordinal", "cumulative"],
)
def test_ballots_that_cannot_be_counted_so(satisfaction, town, sentence):
    with pytest.raises(UnreadableFile, match=sentence):
        rules.suited(Rule(satisfaction=satisfaction), town)


@pytest.mark.parametrize(
    ("typed", "ties"),
    [
        ("cheaper,votes,lot:7", ("cheaper", "votes", "lot:7")),
        (" listed , ", ("listed",)),
        ("lot:a b", ("lot:a b",)),
    ],
)
def test_the_order_of_ties_as_typed(typed, ties):
    assert rules.ties_of(typed) == ties


@pytest.mark.parametrize("typed", ["", " , ", "lot", "lot:", "Cheaper", "votes;listed"])
def test_an_order_of_ties_that_is_none(typed):
    with pytest.raises(UnreadableFile, match="--tie takes cheaper, votes, lot:SEED, listed"):
        rules.ties_of(typed)


def test_the_rule_sheet_has_everything_that_decides():
    assert Rule(kind="greedy").as_dict() == {
        "rule": "greedy",
        "satisfaction": "cost",
        "ties": ["cheaper", "votes", "lot:1"],
        "exclusive": [],
    }
    sheet = Rule(
        kind="greedy-threshold",
        exclusive=(("a", "b"),),
        lesser=(("a", (Decimal("1E+1"), Decimal("2.50"))),),
    ).as_dict()
    assert sheet["threshold"] == 0
    assert sheet["exclusive"] == [["a", "b"]]
    assert sheet["lesser"] == {"a": ["10", "2.50"]}
    for completion, stop in rules.STOPS.items():
        sheet = Rule(completion=completion).as_dict()
        assert (sheet["completion"], sheet["step"], sheet["stop"]) == (completion, "1", stop)


@pytest.mark.parametrize(
    ("completion", "each"),
    [("none", Fraction(100, 3)), ("by-votes", Fraction(100, 3)), ("add1", Fraction(33))],
)
def test_everybody_has_an_equal_share_at_first_and_whole_units_where_more_comes(completion, each):
    town = approved("a", "b", "c")
    assert rules.endowment(Rule(completion=completion), town) == each
    pence = approved("a", "b", "c", projects=PROJECTS.replace("a;60", "a;60.01"))
    assert rules.endowment(Rule(completion=completion), pence) == each * 100
    assert rules.endowment(Rule(start=Decimal("1.5")), pence) == 150


# --- Counted --------------------------------------------------------------------------------------


def test_greedy_with_and_without_skipping_what_does_not_fit():
    town = approved("a,b,c", "a,b,c", "a,b", "a")
    assert counting.count(town, Rule(kind="greedy")).winners == [0, 2]
    assert counting.count(town, Rule(kind="greedy-no-skip")).winners == [0]


def test_a_project_that_nobody_names_never_wins():
    town = replace(approved("a", "a"), budget=Decimal(1000))
    for kind in rules.KINDS:
        assert counting.count(town, Rule(kind=kind)).winners == [0], kind
    for completion in rules.STOPS:
        assert counting.count(town, Rule(completion=completion)).winners == [0], completion


def test_what_fits_to_the_penny_is_bought():
    town = approved("a", "c")
    assert counting.count(town, Rule(kind="greedy")).cost == town.money
    assert counting.count(town, Rule(kind="phragmen")).cost == town.money
    assert counting.count(replace(town, budget=Decimal(99)), Rule(kind="phragmen")).winners == [2]


def test_phragmens_moments_by_hand():
    """Two for Bench at 60, three for Trees at 50: Trees after 16⅔, Bench after 30. Who paid for
    Trees begins again with nothing, so Bins, at 40 by one of them, is due at 56⅔."""
    town = replace(approved("a", "a", "b", "b", "b,c"), budget=Decimal(200))
    bought = phragmen.count(town, Rule(kind="phragmen"))
    assert bought.winners == [1, 0, 2]
    assert bought.moments == [Fraction(50, 3), 30, Fraction(50, 3) + 40]


def test_who_gives_more_points_pays_more():
    """Equal Shares by points: 60 for Bench, by whom gave it 4 and whom gave it 2."""
    town = pointed(("a", "4"), ("a", "2"), ("b", "1"))
    bought = shares.count(town, Rule(satisfaction="points"), Fraction(45))
    assert bought.winners == [0]
    assert bought.purchases[0].paid.tolist() == pytest.approx([40, 20])
    assert bought.purchases[0].rho == pytest.approx(10)
    assert bought.left.tolist() == pytest.approx([5, 25, 45])


def test_by_ranks_the_first_place_pays_most():
    town = ranked("a,b,c", "b,a")
    bought = shares.count(town, Rule(satisfaction="borda"), Fraction(50))
    # Bench is worth 3 and 2, Trees 2 and 3: 50 by 5 is the least, and 60 then too dear.
    assert bought.winners == [1]
    assert bought.purchases[0].paid.tolist() == pytest.approx([20, 30])


def test_a_project_that_is_out_is_not_bought():
    town = approved("a,b,c", "a,b,c")
    by_number = Rule(satisfaction="cardinality")
    assert shares.count(town, by_number, Fraction(50)).winners == [2, 1]
    assert shares.count(town, by_number, Fraction(50), out=[2]).winners == [1]
    assert shares.count(town, by_number, Fraction(50), out=[0, 1, 2]).winners == []


def test_each_step_is_told_with_what_everybody_has():
    town = approved("a", "a", "b", "c")
    steps: list[tuple[int, Fraction]] = []
    rule = Rule(completion="add1", step=Decimal(5))
    counted = counting.count(town, rule, lambda step, money: steps.append((step, money)))
    assert steps == [(at, Fraction(25 + 5 * at)) for at in range(1, counted.steps + 1)]
    assert counted.bought is not None
    assert counted.bought.endowment == steps[-1][1]


def test_a_step_that_is_too_small_for_the_money_is_refused(monkeypatch):
    monkeypatch.setattr(counting, "MOST_STEPS", 3)
    town = approved("a", "b", "c")
    rule = Rule(completion="add1", step=Decimal("0.01"))
    with pytest.raises(UnreadableFile, match="after 3 steps the budget was still not spent: give"):
        counting.count(town, rule)


def test_exhaustive_completion_ends_once_nothing_left_out_fits():
    """Bench is bought at 30 each. 40 are left: Bins would fit, Trees would not."""
    town = approved("a", "a", "b")
    plain = counting.count(town, Rule(completion="add1-exhaustive"))
    assert plain.winners == [0]
    assert plain.bought is not None
    assert plain.bought.endowment == 33
    further = counting.count(town, Rule(completion="add1"))
    assert further.bought is not None
    assert (further.winners, further.bought.endowment) == ([0], 49)


def test_who_is_shut_out_by_whom():
    rule = Rule(kind="greedy", exclusive=(("a", "b"), ("b", "c")))
    town = approved("a,b,c", "a,b", "a")
    counted = counting.count(town, rule)
    assert counted.winners == [0, 2]
    # Trees lose to Bench, which came first, and not to Bins.
    assert barring.shut_out(counted) == {1: 0}
    assert greedy.excluded_by(town, rule) == {0: {1}, 1: {0, 2}, 2: {1}}


# --- Told -----------------------------------------------------------------------------------------


def test_where_ballots_give_points_or_ranks_no_votes_are_said_to_be_wanting():
    for town, satisfaction in ((pointed(("a,b", "9,1")), "points"), (ranked("a,b"), "borda")):
        rule = rules.suited(Rule(kind="greedy"), town)
        assert rule.satisfaction == satisfaction
        lost = explaining.explain(counting.count(town, rule))[1]
        assert (lost.won, lost.votes_wanting) == (None, None)


def test_what_costs_more_than_there_is_no_vote_can_win():
    town = replace(approved("a", "c"), budget=Decimal(59))
    for kind in rules.KINDS:
        told = explaining.explain(counting.count(town, Rule(kind=kind)))
        assert told[0].votes_wanting is None, kind
        assert told[1].votes_wanting is not None, kind


def test_ballots_added_name_one_project_alone():
    town = ranked("a,b", "b")
    more = explaining.with_ballots(town, 2, 2)
    assert (more.voters, more.votes) == (4, [1, 2, 2])
    # A place in a ranking from nought on: first.
    assert more.points.tolist()[-2:] == [0, 0]
    assert explaining.with_ballots(approved("a"), 0, 1).points.tolist() == [1, 1]
    assert explaining.with_ballots(town, 2, 0).votes == town.votes


@given(st.integers(1, 400), st.integers(1, 400))
def test_the_fewest_is_found_from_any_guess(fewest, guess):
    tried: list[int] = []

    def wins(added: int) -> bool:
        tried.append(added)
        return added >= fewest

    assert explaining._fewest(wins, guess, 500) == fewest
    # By doubling and halving, never one by one.
    assert len(tried) <= 24


def test_where_no_number_is_enough_there_is_none():
    assert explaining._fewest(lambda _added: False, 1, 500) is None
    assert explaining._fewest(lambda added: added >= 500, 1, 500) == 500


def told(town: Election, rule: Rule) -> str:
    return report.as_text(report.everything(counting.count(town, rule)))


def test_a_count_in_words():
    town = approved("a,b", "a", "b", "b,c", "c", more="currency;GBP\n")
    text = told(town, Rule(ties=("listed",)))
    assert "  rule: equal-shares\n  satisfaction: cost\n" in text
    assert "  ties: listed\n" in text
    assert "  exclusive: none\n" in text
    assert "  start: 20.000000" in text
    assert "1 of 3 projects won and cost 50.00 of 100.00 GBP." in text
    assert "  1. b Trees: 50.00, 3 votes, at most 16.67 a supporter" in text
    assert (
        "  a Bench: 60.00, 2 votes; its supporters had 23.33 when its turn came, most of the rest "
        "having gone to b; enough with 1 more vote." in text
    )
    assert "Notes" not in text


def test_one_project_and_one_vote_are_said_as_one():
    only = "PROJECTS\nproject_id;cost;name\na;60;Bench\n"
    text = told(approved("a", projects=only), Rule(kind="greedy"))
    assert "1 of 1 project won and cost 60.00 of 100.00.\n" in text
    assert "  1. a Bench: 60.00, 1 vote\n" in text
    lost = told(approved("b", "c", "c"), Rule(kind="greedy-no-skip"))
    assert "a Bench: 60.00, 0 votes; enough with 1 more vote." not in lost


def test_a_lesser_sum_is_told_beside_the_cost():
    town = approved("a", "a", "b")
    rule = Rule(kind="greedy", lesser=(("b", (Decimal(40), Decimal(10))),))
    answer = report.everything(counting.count(town, rule))
    assert (answer["winners"], answer["cost"], answer["left"]) == (["a", "b"], "100.00", "0.00")
    rows = {row["project"]: row for row in answer["projects"]}
    assert (rows["b"]["sum"], rows["b"]["cost"]) == ("40.00", "50.00")
    assert "sum" not in rows["a"]
    assert "  2. b Trees: 40.00 of 50.00, 1 vote" in report.as_text(answer)


def test_who_is_shut_out_is_told_by_whom_and_not_what_its_supporters_had():
    town = replace(approved("a,b", "a,b"), budget=Decimal(200))
    text = told(town, Rule(exclusive=(("a", "b"),)))
    lost = next(line for line in text.splitlines() if "; shut out by " in line)
    assert "its supporters had" not in lost


@pytest.mark.parametrize(
    ("selected", "expected"),
    [
        (("", "", ""), None),
        (("1", "0", "1"), ([], [], [])),
        (("1", "1", "0"), (["c"], ["b"], [])),
        (("1", "2", "3"), (["c"], [], ["b", "c"])),
    ],
)
def test_a_count_beside_what_the_publisher_says_was_funded(selected, expected):
    lines = PROJECTS.replace("name\n", "name;selected\n")
    for name, mark in zip(("Bench", "Trees", "Bins"), selected, strict=True):
        lines = lines.replace(name, f"{name};{mark}")
    town = approved("a", "a", "c", projects=lines)
    official = report.everything(counting.count(town, Rule(kind="greedy")))["official"]
    if expected is None:
        assert official is None
        return
    only_here, only_official, elsewhere = expected
    assert official == {
        "same": not only_here and not only_official,
        "only_here": only_here,
        "only_official": only_official,
        "with_other_money": elsewhere,
    }


def test_a_comparison_is_told_with_both_numbers():
    town = replace(approved("a", "a", "b", "c", "c"), budget=Decimal(60))
    answer = report.everything(counting.count(town, Rule(comparison="count")))
    assert set(answer["comparison"]) == {"prefer_equal_shares", "prefer_greedy", "won"}
    assert (answer["comparison"]["won"] == "greedy") == (
        answer["comparison"]["prefer_greedy"] > answer["comparison"]["prefer_equal_shares"]
    )


@pytest.mark.parametrize(
    ("rule", "asked", "names"),
    [
        (Rule(), {"step": Decimal(5)}, ["step"]),
        (Rule(), {"step": Decimal(1), "start": Decimal(3)}, []),
        (Rule(completion="add1"), {"step": Decimal(5), "start": None}, []),
        (
            Rule(kind="phragmen", satisfaction="cardinality"),
            {"satisfaction": "cardinality"},
            ["satisfaction"],
        ),
        (Rule(kind="phragmen"), {"satisfaction": "cost"}, []),
        (
            Rule(kind="greedy"),
            {"completion": "add1", "comparison": "count", "start": Decimal(1)},
            ["completion", "start", "comparison"],
        ),
    ],
    ids=["step alone", "what is so anyway", "all decide", "worth", "usual worth", "of shares"],
)
def test_what_decides_nothing_is_named(rule, asked: dict[str, Any], names):
    sentences = idle.sentences(rule, asked)
    assert [re.findall("--([a-z]+)", sentence)[0] for sentence in sentences] == names


# --- Lesser sums ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sums", "sentence"),
    [
        ((("z", (Decimal(1),)),), "the file has no project z, or its lesser sums are named twice"),
        (
            (("a", (Decimal(9),)), ("a", (Decimal(8),))),
            "no project a, or its lesser sums are named",
        ),
        ((("a", (Decimal(60),)),), "the lesser sums of project a must fall from one to the next"),
        ((("a", (Decimal(30), Decimal(30))),), "must fall from one to the next"),
        ((("a", (Decimal(30), Decimal(0))),), "all of them below its cost and above nothing."),
    ],
    ids=["strange", "twice", "the cost itself", "not falling", "nothing"],
)
def test_lesser_sums_that_cannot_be(sums, sentence):
    with pytest.raises(UnreadableFile, match=re.escape(sentence)):
        lesser.spread(approved("a"), Rule(lesser=sums))


def test_phragmens_rule_takes_no_lesser_sums():
    with pytest.raises(UnreadableFile, match="Phragmén's rule funds a project in full or not"):
        lesser.spread(approved("a"), Rule(kind="phragmen", lesser=(("a", (Decimal(1),)),)))


def test_a_lesser_sum_has_the_ballots_of_the_full_one():
    town = approved("a,b", "b,a", "a")
    spread = lesser.spread(town, Rule(lesser=(("a", (Decimal(30), Decimal("7.5"))),)))
    assert [project.code for project in spread.projects] == ["a", "b", "c", "a/30", "a/7.5"]
    assert spread.votes == [3, 2, 0, 3, 3]
    assert spread.sums == {0: [0, 3, 4], 1: [1], 2: [2]}
    assert [spread.whole(place) for place in range(5)] == [0, 1, 2, 0, 0]
    assert spread.meta["max_length"] == "2"
    assert lesser.spread(town, Rule()) is town


# --- Written --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "town",
    [
        approved("a,b", "", "c"),
        read("choose-1", "voter_id;vote\n1;a\n2;c\n"),
        pointed(("a,b", "7,3"), ("", ""), ("c", "10")),
        pointed(("b", "2"), kind="scoring"),
        ranked("b,a", "c,a,b"),
    ],
    ids=["approval", "choose-1", "cumulative", "scoring", "ordinal"],
)
def test_ballots_of_each_kind_read_back_as_they_were_written(town):
    again = pabulib.read(writing.write(town))
    by_code = dict(zip([project.code for project in again.projects], again.scores, strict=True))
    assert (again.kind, again.voters) == (town.kind, town.voters)
    assert [by_code[project.code] for project in town.projects] == town.scores
    assert writing.write(again) == writing.write(town)


def test_projects_are_written_by_their_score_and_winners_marked():
    town = approved("c", "c,b", "b,c")
    lines = writing.write(town, [1]).decode().splitlines()
    at = lines.index("PROJECTS")
    assert lines[at + 1 : at + 5] == [
        "project_id;cost;votes;name;selected",
        "c;40;3;Bins;0",
        "b;50;2;Trees;1",
        "a;60;0;Bench;0",
    ]
    assert "selected" not in writing.write(town).decode()


def test_a_project_without_a_name_is_written_by_its_code():
    lines = PROJECTS.replace("Bench", "")
    assert "a;60;1;a" in writing.write(approved("a", projects=lines)).decode()


def test_the_longest_ballot_is_not_longer_than_the_list():
    written = writing.write(approved("a", more="max_length;9\nzone;north\n")).decode()
    assert "max_length;3\n" in written
    # What the format does not know follows what it does.
    assert written.index("zone;north") > written.index("max_length;3")


# --- Codes on letters -----------------------------------------------------------------------------


def drawn(seed: int) -> str:
    return codes.draw(random.Random(seed).choice)


@pytest.mark.parametrize("seed", range(5))
def test_a_code_is_read_however_it_is_typed(seed):
    code = drawn(seed)
    shown = codes.printed(code)
    assert len(shown.split("-")) == 4
    for typed in (
        code,
        shown,
        shown.lower(),
        shown.replace("-", " "),
        f"\t{code}. ",
        shown.replace("-", "–"),
    ):
        assert codes.read(typed) == code


@pytest.mark.parametrize("sign", [*codes.NEVER, "?", "Ä"])
def test_a_sign_that_no_code_has_is_named(sign):
    with pytest.raises(codes.Slip, match=re.escape(f"No code has the sign {sign}.")):
        codes.read(sign + drawn(1)[1:])


def test_a_code_that_is_too_short_or_too_long_says_how_many_were_typed():
    code = drawn(2)
    for typed, count in ((code[:-1], 12), (code + "2", 14), ("", 0)):
        with pytest.raises(codes.Slip, match=f"A code has 13 signs. You typed {count}"):
            codes.read(typed)


def test_two_neighbours_that_changed_places_show():
    """Nearly always: MOD 37,36 tells all but a few such pairs."""
    seen = slips = 0
    for seed in range(30):
        code = drawn(seed)
        for at in range(len(code) - 1):
            if code[at] == code[at + 1]:
                continue
            slips += 1
            changed = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
            seen += codes.check_sign(changed[:-1]) != changed[-1]
    assert slips > 300
    assert seen / slips > 0.95
    with pytest.raises(codes.Slip, match="Compare it with your letter, sign by sign"):
        codes.read("3" + drawn(0)[1:] if drawn(0)[0] != "3" else "4" + drawn(0)[1:])

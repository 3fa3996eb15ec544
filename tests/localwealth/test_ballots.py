"""From ballots to winners: known answers by hand, an oracle in fractions, and each refusal."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pabulib.checker import Checker

from localwealth.ballots import counting, explaining, pabulib, phragmen, rules, shares, writing
from localwealth.ballots.elections import BallotProject, Election
from localwealth.ballots.rules import Rule
from localwealth.cli import main
from localwealth.errors import UnreadableFile


def election(costs: list[int], ballots: list[list[int]], budget: int, **meta: str) -> Election:
    """An election by approval; a ballot lists places of projects."""
    return Election(
        projects=[BallotProject(f"p{place}", Decimal(cost)) for place, cost in enumerate(costs)],
        budget=Decimal(budget),
        kind="approval",
        voters=len(ballots),
        voter=np.array([i for i, ballot in enumerate(ballots) for _ in ballot], dtype=np.int64),
        project=np.array([place for ballot in ballots for place in ballot], dtype=np.int64),
        points=np.ones(sum(map(len, ballots)), dtype=np.int64),
        meta=meta,
    )


# --- By hand ------------------------------------------------------------------------------------


def test_supporters_pay_alike_and_whoever_has_less_gives_all_they_have():
    """The example of equalshares.net: 50 from five supporters with 5, 5, 30, 30 and 30."""
    rho = shares.level(np.array([5.0, 5, 30, 30, 30]), 50, np.ones(5))
    assert rho == pytest.approx(40 / 3)


def test_a_large_minority_gets_its_share_and_greedy_gives_it_nothing():
    """Six of ten name 0, 1 and 2; four name 3 and 4. Each project costs 10, the budget is 50: 5
    for everybody, so that four have 20 together."""
    listed = Rule(ties=("listed",))
    town = election([10] * 5, [[0, 1, 2]] * 6 + [[3, 4]] * 4, 50)
    assert counting.count(town, listed).winners == [0, 1, 2, 3, 4]
    poorer = replace(town, budget=Decimal(30))
    assert counting.count(poorer, listed).winners == [0, 3]
    assert counting.count(poorer, replace(listed, kind="greedy")).winners == [0, 1, 2]


@pytest.mark.parametrize(
    ("costs", "ballots", "order"),
    [
        ([150, 100], [[0], [0], [0], [1], [1]], [1, 0]),
        ([120, 120], [[0], [1], [1]], [1, 0]),
        ([120, 120], [[0], [1]], [1, 0]),
    ],
    ids=["the cheaper", "more votes", "by lot"],
)
def test_ties_go_to_the_cheaper_then_to_more_votes_then_by_lot(costs, ballots, order):
    town = election(costs, ballots, 10)
    assert rules.tie_order(town, ("cheaper", "votes", "lot:1")) == order


def test_a_lot_is_the_same_whenever_it_is_drawn_and_another_for_another_seed():
    town = election([10] * 30, [[0]], 10)
    drawn = rules.tie_order(town, ("lot:7",))
    assert drawn == rules.tie_order(town, ("lot:7",))
    assert drawn != rules.tie_order(town, ("lot:8",))
    assert sorted(drawn) == list(range(30))


def test_a_tie_is_told_with_its_winner():
    town = election([10, 10], [[0], [1]], 20)
    (tie,) = counting.count(town, Rule(ties=("listed",))).ties
    assert (tie.places, tie.winner) == ((0, 1), 0)


def test_the_comparison_gives_greedys_projects_where_more_voters_named_more_of_them():
    # Everybody has 10: the five for 0 have 50 of 60, the three others pay for 1 and 2.
    town = election([60, 10, 10], [[0]] * 5 + [[1], [2], [1, 2]], 80)
    counted = counting.count(town, Rule(comparison="count"))
    assert (counted.preferences, counted.is_greedys) == ((0, 5), True)
    assert set(counted.winners) == {0, 1, 2}
    fewer = replace(town, budget=Decimal(64))
    counted = counting.count(fewer, Rule(comparison="count"))
    assert (counted.preferences, counted.is_greedys) == ((3, 5), True)
    assert counted.winners == [0]


def test_of_projects_that_exclude_each_other_one_wins():
    town = election([10, 10, 10], [[0, 1, 2]] * 3, 30)
    rule = Rule(ties=("listed",), exclusive=(("p0", "p1"),))
    for kind in ("equal-shares", "phragmen", "greedy"):
        assert counting.count(town, replace(rule, kind=kind)).winners == [0, 2]


# --- An oracle in fractions -----------------------------------------------------------------------


def plainly(town: Election, endowment: Fraction, order: list[int], by_cost: bool) -> list[int]:
    """Equal Shares as it is written down, every purse a fraction, nothing kept from step to
    step."""
    purses = [endowment] * town.voters
    won: list[int] = []
    while True:
        best = None
        for place, cost in enumerate(town.costs):
            supporters = sorted(town.supporters[place].tolist(), key=lambda voter: purses[voter])
            if place in won or sum(purses[voter] for voter in supporters) < cost or not supporters:
                continue
            owed, sharing = Fraction(cost), len(supporters)
            for voter in supporters:
                if purses[voter] >= owed / sharing:
                    break
                owed -= purses[voter]
                sharing -= 1
            pays = owed / sharing
            key = (pays / cost if by_cost else pays, order[place], place, pays)
            best = key if best is None or key < best else best
        if best is None:
            return won
        won.append(best[2])
        for voter in town.supporters[best[2]].tolist():
            purses[voter] -= min(purses[voter], best[3])


def earning(town: Election, order: list[int]) -> list[int]:
    """Phragmén's rule as it is written down."""
    since = [Fraction(0)] * town.voters
    won: list[int] = []
    while True:
        due = [
            (
                (cost + sum(since[voter] for voter in town.supporters[place].tolist()))
                / Fraction(len(town.supporters[place])),
                order[place],
                place,
            )
            for place, cost in enumerate(town.costs)
            if place not in won and len(town.supporters[place])
        ]
        if not due:
            return won
        moment, _, place = min(due)
        if sum(town.costs[winner] for winner in [*won, place]) > town.money:
            return won
        won.append(place)
        for voter in town.supporters[place].tolist():
            since[voter] = moment


@st.composite
def towns(draw) -> Election:
    """Few costs and few voters, so that nearly every step has a tie."""
    projects = draw(st.integers(1, 6))
    costs = draw(
        st.lists(st.sampled_from([1, 2, 3, 6, 10, 12]), min_size=projects, max_size=projects)
    )
    ballot = st.lists(st.integers(0, projects - 1), unique=True)
    return election(costs, draw(st.lists(ballot, min_size=1, max_size=8)), draw(st.integers(1, 40)))


@given(towns(), st.booleans())
def test_equal_shares_is_what_it_says_to_the_last_tie(town, by_cost):
    rule = Rule(satisfaction="cost" if by_cost else "cardinality")
    order = rules.tie_order(town, rule.ties)
    endowment = Fraction(town.money, town.voters)
    bought = shares.count(town, rule, endowment)
    assert bought.winners == plainly(town, endowment, order, by_cost)
    paid = sum(float(purchase.paid.sum()) for purchase in bought.purchases)
    assert paid == pytest.approx(sum(town.costs[place] for place in bought.winners))
    assert paid + float(bought.left.sum()) == pytest.approx(town.money)
    assert (bought.left > -1e-9).all()


@given(towns())
def test_phragmen_is_what_it_says_to_the_last_tie(town):
    rule = Rule(kind="phragmen")
    order = rules.tie_order(town, rule.ties)
    assert phragmen.count(town, rule).winners == earning(town, order)


@given(towns(), st.sampled_from(["add1", "add1-exhaustive", "by-votes"]))
def test_no_completion_spends_more_than_the_budget(town, completion):
    counted = counting.count(town, Rule(completion=completion, step=Decimal("0.5")))
    assert counted.cost <= town.money
    assert len(set(counted.winners)) == len(counted.winners)
    if completion == "add1" and counted.bought is not None:
        once_more = shares.count(town, counted.rule, counted.bought.endowment + Fraction(1, 2))
        named = {place for place, votes in enumerate(town.votes) if votes}
        is_over = sum(town.costs[place] for place in once_more.winners) > town.money
        assert is_over or set(counted.winners) == named or counted.bought.endowment > town.money


@given(towns(), st.sampled_from(["equal-shares", "phragmen", "greedy", "greedy-no-skip"]))
def test_votes_wanting_is_the_least_number_that_is_enough(town, kind):
    counted = counting.count(town, Rule(kind=kind))
    for explanation in explaining.explain(counted):
        if explanation.won is not None or explanation.votes_wanting is None:
            continue
        again = [
            explaining._recount(counted, explanation.place)(more)
            for more in range(1, explanation.votes_wanting + 1)
        ]
        assert again == [False] * (len(again) - 1) + [True]


@given(towns())
def test_what_supporters_had_and_paid_adds_up(town):
    counted = counting.count(town, Rule())
    assert counted.bought is not None
    each = float(counted.bought.endowment)
    for explanation in explaining.explain(counted):
        if explanation.money is None or explanation.won is not None:
            continue
        cost = town.costs[explanation.place]
        gone = sum(taking.money for taking in explanation.taken)
        assert explanation.money + gone == pytest.approx(each * explanation.votes)
        assert explanation.lacked == pytest.approx(cost - explanation.money)
        assert explanation.money < cost


# --- Files ----------------------------------------------------------------------------------------

FILE = """META
key;value
description;Our street
num_projects;3
num_votes;4
budget;100
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;votes;name;target;selected
1;60;3;Bench "at the gate;all;1
2;50;2;"Trees; and shade";all;0
3;40;1;Bins;;1
VOTES
voter_id;vote
1;1,2
2;1
3;2,1
4;3
"""


def read(text: str) -> Election:
    return pabulib.read(text.encode(), "street.pb")


def test_a_file_of_any_age_is_read_alike():
    plain = read(FILE)
    assert [project.name for project in plain.projects] == [
        'Bench "at the gate',
        "Trees; and shade",
        "Bins",
    ]
    for other in (
        FILE.replace("\n", "\r\n"),
        "\ufeff" + FILE,
        FILE.replace("4;3\n", "4;3,3\n"),
        FILE.replace(";50;", ";50.00;"),
    ):
        again = read(other)
        assert again.costs == [cost * again.scale for cost in plain.costs]
        assert again.votes == plain.votes == [3, 2, 1]
    doubled = read(FILE.replace("4;3\n", "4;3,3\n"))
    assert doubled.notes == ("projects named again on the same ballot, counted once: 1",)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("META\n", "", "street.pb: the first line is 'key;value'; this format begins with META."),
        ("PROJECTS\n", "", "street.pb has no part PROJECTS."),
        ("VOTES\n", "META\n", "street.pb, line 14: there are two parts META."),
        ("approval", "shouting", "street.pb: vote_type is 'shouting'; it is one of approval"),
        ("budget;100", "budget;lots", "street.pb: the budget is 'lots', which is no amount."),
        ("budget;100", "budget;0", "street.pb: the budget is 0; it must be more than nothing."),
        (";60;", ";-60;", "street.pb, line 11: the cost of project 1 is -60; it must be more"),
        ("\n2;50", "\n1;50", "street.pb, line 12: project 1 is there twice."),
        ("\n2;50", "\n;50", "street.pb, line 12: a project has no project_id."),
        ("4;3\n", "4;9\n", "street.pb, line 19: a ballot names project 9, which is not among"),
        (";all;1", ";all;7", "street.pb, line 11: selected is '7'; it is 0, 1, 2 or 3"),
        ("project_id", "project", "street.pb: PROJECTS has no column project_id."),
        ("voter_id;vote", "voter_id;choice", "street.pb: VOTES has no column vote."),
        ("approval", "cumulative", "street.pb: ballots are cumulative, but VOTES has no column"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_with_its_line(old, new, sentence):
    with pytest.raises(UnreadableFile) as refused:
        read(FILE.replace(old, new, 1))
    assert str(refused.value).startswith(sentence)


def test_points_that_are_not_one_for_each_project_are_refused():
    pointed = FILE.replace("approval", "cumulative").replace(
        "voter_id;vote", "voter_id;vote;points"
    )
    wrong = pointed.replace("1;1,2\n", "1;1,2;5\n")
    with pytest.raises(UnreadableFile, match="line 16: a ballot names 2 projects and gives '5'"):
        read(wrong)


def test_a_file_that_is_not_utf_8_is_refused():
    with pytest.raises(UnreadableFile, match="not UTF-8"):
        pabulib.read(FILE.replace("Bins", "Bäume").encode("latin-1"), "street.pb")


def errors_of(path) -> dict[str, object]:
    """What the publisher's own checker has against a file."""
    with contextlib.redirect_stdout(io.StringIO()):
        answer = Checker().process_files([str(path)])
    (checked,) = [answer[key] for key in answer if key not in ("metadata", "summary")]
    return dict(checked["results"]["errors"])


def test_what_is_written_reads_back_and_passes_the_publishers_checker(tmp_path):
    meta = "country;Poland\nunit;Gdynia\ninstance;2026\nlanguage;en\ncurrency;PLN\n"
    dates = "date_begin;01.06.2026\ndate_end;14.06.2026\nmin_length;1\nmax_length;3\n"
    town = read(FILE.replace("num_projects", meta + dates + "num_projects", 1))
    counted = counting.count(town, rules.named_by(town))
    content = writing.write(town, counted.winners)
    again = pabulib.read(content)
    assert again.votes == town.votes
    assert {project.code for project in again.projects if project.selected} == {"1", "3"}
    assert writing.write(again) == content
    assert b"beneficiaries" in content
    path = tmp_path / "written.pb"
    path.write_bytes(content)
    assert errors_of(path) == {}
    path.write_bytes(writing.write(town, [1]))
    assert "greedy rule not followed" in errors_of(path)


# --- The command ----------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path, capsys):
    def count(text: str, *options: str) -> tuple[int, str, str]:
        path = tmp_path / "street.pb"
        path.write_text(text)
        code = main(["ballots", "count", str(path), *options])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return count


def test_the_command_counts_by_the_files_own_rule_and_says_all_of_it(run):
    code, out, _ = run(FILE, "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["rule"] == {
        "rule": "greedy",
        "satisfaction": "cardinality",
        "ties": ["listed"],
        "exclusive": [],
    }
    assert (answer["winners"], answer["cost"], answer["left"]) == (["1", "3"], "100.00", "0.00")
    assert answer["official"] == {
        "same": True,
        "only_here": [],
        "only_official": [],
        "with_other_money": [],
    }
    assert len(answer["sha256"]) == 64


def test_the_command_counts_by_what_is_asked_for(run, tmp_path):
    groups = tmp_path / "groups.txt"
    groups.write_text("1,3\n")
    _, out, _ = run(
        FILE,
        "--rule",
        "equal-shares",
        "--completion",
        "add1",
        "--step",
        "0.5",
        "--tie",
        "lot:9",
        "--start",
        "20",
        "--comparison",
        "count",
        "--exclusive",
        str(groups),
        "--json",
    )
    answer = json.loads(out)
    assert answer["rule"] == {
        "rule": "equal-shares",
        "satisfaction": "cost",
        "completion": "add1",
        "step": "0.5",
        "start": "20.000000",
        "stop": "before the step that would spend more than the budget",
        "comparison": "count",
        "ties": ["lot:9"],
        "exclusive": [["1", "3"]],
    }
    assert answer["winners"] == ["1"]
    _, out, _ = run(FILE, "--rule", "greedy-no-skip")
    assert "1 of 3 projects won and cost 60.00 of 100.00" in out
    assert "2 Trees; and shade: 50.00, 2 votes; enough with 1 more vote." in out


@pytest.mark.parametrize(
    ("options", "notes"),
    [
        (["--completion", "add1"], ["nothing is decided by --completion add1: the rule is greedy"]),
        (
            ["--rule", "greedy-no-skip", "--satisfaction", "cost", "--start", "5"],
            [
                "nothing is decided by --start 5: the rule is greedy-no-skip",
                "nothing is decided by --satisfaction cost: the rule is greedy-no-skip",
            ],
        ),
        (
            ["--rule", "phragmen", "--satisfaction", "cardinality", "--comparison", "count"],
            [
                "nothing is decided by --comparison count: the rule is phragmen",
                "nothing is decided by --satisfaction cardinality: the rule is phragmen",
            ],
        ),
        (
            ["--rule", "equal-shares", "--completion", "by-votes", "--step", "5"],
            [
                "nothing is decided by --step 5: the rule is equal-shares with completion by-votes",
            ],
        ),
        (["--satisfaction", "cardinality", "--completion", "none", "--step", "1"], []),
        (["--rule", "equal-shares", "--completion", "add1", "--step", "5"], []),
    ],
)
def test_what_is_asked_for_and_decides_nothing_is_said(run, options, notes):
    _, out, _ = run(FILE, *options, "--json")
    assert json.loads(out)["notes"] == notes
    _, out, _ = run(FILE, *options)
    assert out.count("nothing is decided") == len(notes)


def test_a_doubled_project_is_told_to_people_too(run):
    _, out, _ = run(FILE.replace("4;3\n", "4;3,3\n"))
    assert "Notes\n  projects named again on the same ballot, counted once: 1.\n" in out


@pytest.mark.parametrize(
    ("old", "new", "options", "sentence"),
    [
        ("rule;greedy", "rule;unknown", [], "street.pb says that its rule is not known: say how"),
        ("rule;greedy", "rule;greedy-custom", [], "street.pb was decided by a rule of its town's"),
        ("rule;greedy", "rule;greedy-exclusive", [], "street.pb was decided with projects that"),
        ("rule;greedy", "rule;dice", [], "street.pb names the rule 'dice': say how to count it"),
        ("rule;greedy\n", "", [], "street.pb names no rule: say how to count it, by --rule"),
        ("", "", ["--tie", "coin"], "--tie takes cheaper, votes, lot:SEED, listed, not 'coin'."),
        ("", "", ["--tie", "lot:"], "--tie takes cheaper, votes, lot:SEED, listed, not 'lot:'."),
        ("", "", ["--start", "-3"], "--start takes an amount of more than nothing, not '-3'."),
        ("", "", ["--step", "nan"], "--step takes an amount of more than nothing, not 'nan'."),
        (
            "",
            "",
            ["--rule", "equal-shares", "--satisfaction", "points"],
            "street.pb: ballots are approval and give no points.",
        ),
        (
            "",
            "",
            ["--rule", "equal-shares", "--satisfaction", "borda"],
            "street.pb: ballots are approval and rank nothing.",
        ),
        (
            "",
            "",
            ["--rule", "equal-shares", "--start", "90"],
            "with 90.00 for everybody at first, more than the budget would be spent",
        ),
    ],
)
def test_what_the_command_cannot_do_it_says(run, old, new, options, sentence):
    code, out, beside = run(FILE.replace(old, new, 1) if old else FILE, *options)
    assert (code, out) == (2, "")
    assert beside.startswith(f"localwealth: {sentence}")


def test_a_strange_project_among_those_that_exclude_each_other_is_named(run, tmp_path):
    groups = tmp_path / "groups.txt"
    groups.write_text("1,77\n")
    code, _, beside = run(FILE, "--exclusive", str(groups))
    assert code == 2
    assert "street.pb has no project 77" in beside


# --- The page on method ---------------------------------------------------------------------------


def test_the_example_of_the_page_on_method():
    supporters = {0: [1, 2, 3, 4], 1: [1, 2], 2: [3, 4, 5], 3: [5, 6]}
    ballots = [[place for place in range(4) if voter in supporters[place]] for voter in range(1, 7)]
    street = election([300, 120, 200, 150], ballots, 600)
    counted = counting.count(street, Rule())
    assert (counted.winners, counted.cost) == ([0, 3], 450)
    assert counted.bought is not None
    assert counted.bought.left.tolist() == [25.0] * 6
    trees = explaining.explain(counted)[2]
    assert (trees.money, trees.lacked, trees.votes_wanting) == (150.0, 50.0, 1)
    assert [(taking.place, taking.money) for taking in trees.taken] == [(0, 150.0)]
    by_votes = counting.count(street, Rule(completion="by-votes"))
    assert (by_votes.winners, by_votes.by_votes, by_votes.cost) == ([0, 3, 1], 1, 570)
    for step, last in ((10, 120), (1, 125)):
        raised = counting.count(street, Rule(completion="add1", step=Decimal(step)))
        assert raised.bought is not None
        assert (raised.bought.endowment, raised.winners) == (last, [0, 3])
    with pytest.raises(UnreadableFile, match=r"with 130\.00 for everybody at first"):
        counting.count(street, Rule(start=Decimal(130)))

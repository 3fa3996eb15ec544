"""Projects that may be funded in part, and those of which one can win: by hand, against an oracle
in fractions, and each refusal."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.ballots import counting, explaining, purses, report, rules, writing
from localwealth.ballots.elections import Election
from localwealth.ballots.rules import Rule
from localwealth.cli import main
from localwealth.errors import UnreadableFile

from .test_ballots import election, towns

# Playground, benches, trees, bus shelter and the six voters of docs/methods/equal-shares.md.
COSTS, BALLOTS = [300, 120, 200, 150], [[0, 1], [0, 1], [0, 2], [0, 2], [2, 3], [3]]
TREES = (("p2", (Decimal(150), Decimal(75))),)


def rows(counted: counting.Counted) -> dict[str, dict[str, object]]:
    return {row["project"]: row for row in report.everything(counted)["projects"]}


def test_trees_get_the_sum_that_their_supporters_can_still_pay():
    """After the playground they have £150, but the shelter asks less of a supporter and comes
    first; then they have £25 three times."""
    counted = counting.count(election(COSTS, BALLOTS, 600), Rule(lesser=TREES))
    answer = report.everything(counted)
    assert (answer["winners"], answer["cost"]) == (["p0", "p3", "p2"], "525.00")
    trees = rows(counted)["p2"]
    assert (trees["cost"], trees["sum"], trees["won"]) == ("200.00", "75.00", 3)
    assert answer["rule"]["lesser"] == {"p2": ["150", "75"]}
    assert answer["election"]["projects"] == 4
    assert [row["cost"] for row in purses.emptying(counted)["projects"]][2] == "75.00"


def test_without_lesser_sums_nothing_is_said_of_them():
    counted = counting.count(election(COSTS, BALLOTS, 600), Rule())
    assert "lesser" not in report.everything(counted)["rule"]
    assert all("sum" not in row for row in rows(counted).values())


def test_one_that_lost_is_told_by_the_least_sum_it_could_have_got():
    lesser = (("p2", (Decimal(150), Decimal(80))),)
    trees = rows(counting.count(election(COSTS, BALLOTS, 600), Rule(lesser=lesser)))["p2"]
    assert (trees["won"], trees["sum"], trees["lacked"]) == (None, "80.00", "5.00")
    # One more voter with £100: then their turn comes before the shelter's.
    assert trees["votes_wanting"] == 1


def test_more_money_for_everybody_raises_a_lesser_sum_before_it_ends():
    """Two share £10 for a project of £12 that may get £8: at £5 each it gets £8, at £6 all."""
    town = election([12], [[0], [0]], 13)
    rule = Rule(lesser=(("p0", (Decimal(8),)),))
    assert counting.count(town, replace(rule, start=Decimal(5))).cost == 8
    raised = counting.count(town, replace(rule, start=Decimal(5), completion="add1"))
    assert (raised.cost, raised.steps) == (12, 1)
    none = replace(rule, start=Decimal(5), completion="add1-exhaustive")
    assert counting.count(town, none).cost == 12
    # With £10 there is nothing to raise it by.
    assert counting.count(replace(town, budget=Decimal(10)), none).cost == 8


def test_by_votes_gives_the_fullest_sum_that_fits():
    """p0 has three votes; then £20 are left, and p1 may get £15 of £30."""
    town = election([80, 30, 20], [[0, 1]] * 2 + [[0, 2]], 100)
    rule = Rule(kind="greedy", lesser=(("p1", (Decimal(15),)),))
    assert report.everything(counting.count(town, rule))["cost"] == "95.00"
    stops = replace(rule, kind="greedy-no-skip")
    assert report.everything(counting.count(town, stops))["winners"] == ["p0", "p1"]
    assert counting.count(town, replace(stops, lesser=())).cost == 80


def test_a_project_that_another_shuts_out_says_so():
    town = election([10, 10, 10], [[0, 1, 2]] * 3, 30)
    rule = Rule(ties=("listed",), exclusive=(("p0", "p1"),))
    for kind in ("equal-shares", "phragmen", "greedy"):
        lost = rows(counting.count(town, replace(rule, kind=kind)))["p1"]
        assert (lost["won"], lost["barred_by"]) == (None, "p0")
    text = report.as_text(report.everything(counting.count(town, rule)))
    assert "p1 : 10.00, 3 votes; shut out by p0" in text


def test_one_that_fell_out_before_is_not_said_to_be_shut_out():
    """p1 has more votes than p0 and is too dear by itself."""
    town = election([10, 90], [[0, 1], [1]], 30)
    rule = Rule(exclusive=(("p0", "p1"),))
    for kind in ("equal-shares", "greedy"):
        assert "barred_by" not in rows(counting.count(town, replace(rule, kind=kind)))["p1"]


def test_whoever_is_shut_out_is_so_at_every_sum():
    town = election([10, 12], [[0, 1]] * 3, 30)
    rule = Rule(exclusive=(("p0", "p1"),), lesser=(("p1", (Decimal(2),)),))
    for kind in ("equal-shares", "greedy"):
        assert counting.count(town, replace(rule, kind=kind, completion="add1")).funded == [0]


# --- An oracle in fractions -----------------------------------------------------------------------


def stands_at(sums: list[int], together: Fraction) -> int | None:
    """The fullest sum that supporters can pay together."""
    return next((amount for amount in sums if amount <= together), None)


def plainly(
    town: Election, sums: list[list[int]], order: list[int], by_cost: bool
) -> list[tuple[int, int]]:
    """Equal Shares with lesser sums as the page says it: (project, what it got) in order."""
    left = [Fraction(town.money, town.voters)] * town.voters
    won: list[tuple[int, int]] = []
    while True:
        race = []
        for place, mine in enumerate(town.supporters):
            have = sorted(left[voter] for voter in mine.tolist())
            amount = stands_at(sums[place], sum(have, Fraction(0)))
            if not have or amount is None or place in dict(won):
                continue
            # The most that anybody pays: those who have less give all.
            pays = next(
                (amount - sum(have[:poor])) / Fraction(len(have) - poor)
                for poor in range(len(have))
                if have[poor] * (len(have) - poor) >= amount - sum(have[:poor])
            )
            race.append((pays / amount if by_cost else pays, order[place], place, amount, pays))
        if not race:
            return won
        _, _, place, amount, pays = min(race)
        won.append((place, amount))
        for voter in town.supporters[place].tolist():
            left[voter] -= min(left[voter], pays)


def rule_with(sums: list[list[int]], **more: object) -> Rule:
    lesser = tuple(
        (f"p{place}", tuple(map(Decimal, some[1:]))) for place, some in enumerate(sums) if some[1:]
    )
    return replace(Rule(**more), lesser=lesser)  # type: ignore[arg-type]


@given(towns(), st.data(), st.booleans())
def test_lesser_sums_are_what_the_page_says_to_the_last_penny(town, data, by_cost):
    sums = [
        [cost, *sorted(data.draw(st.sets(st.integers(1, cost - 1), max_size=3)), reverse=True)]
        if cost > 1
        else [cost]
        for cost in town.costs
    ]
    rule = rule_with(sums, satisfaction="cost" if by_cost else "cardinality", ties=("listed",))
    counted = counting.count(town, rule)
    got = [counted.election.costs[place] for place in counted.winners]
    expected = plainly(town, sums, rules.tie_order(town, rule.ties), by_cost)
    assert list(zip(counted.funded, got, strict=True)) == expected
    for completion in ("add1", "add1-exhaustive", "by-votes"):
        more = counting.count(town, replace(rule, completion=completion, step=Decimal("0.5")))
        assert more.cost <= town.money
        assert len(set(more.funded)) == len(more.winners)


@given(towns(), st.data(), st.sampled_from(["equal-shares", "greedy"]))
def test_votes_wanting_is_the_least_number_also_for_a_lesser_sum(town, data, kind):
    cost = town.costs[0]
    least = data.draw(st.integers(1, max(cost - 1, 1)))
    rule = rule_with([[cost, least] if least < cost else [cost]], kind=kind)
    counted = counting.count(town, rule)
    first = explaining.explain(counted)[0]
    if first.won is not None or first.votes_wanting is None:
        return
    again = [
        explaining._recount(counted, first.place)(more)
        for more in range(1, first.votes_wanting + 1)
    ]
    assert again == [False] * (len(again) - 1) + [True]


# --- The command ----------------------------------------------------------------------------------


def test_the_command_takes_lesser_sums_from_a_file(tmp_path, capsys):
    file, sums = tmp_path / "street.pb", tmp_path / "sums.txt"
    town = election(COSTS, BALLOTS, 600)
    counted = counting.count(town, Rule(lesser=TREES))
    file.write_bytes(writing.write(town, counted.funded))
    sums.write_text("\ufeffp2: 150, 75\n\n")
    words = ["ballots", "count", str(file), "--rule", "equal-shares", "--lesser", str(sums)]
    assert main([*words, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["winners"] == ["p0", "p3", "p2"]
    assert answer["official"]["same"]
    assert main(words) == 0
    assert "3. p2 p2: 75.00 of 200.00, 3 votes" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kind", "code", "sums", "sentence"),
    [
        ("phragmen", "p2", [150], "Phragmén's rule funds a project in full or not"),
        ("equal-shares", "p9", [150], "has no project p9"),
        ("equal-shares", "p2", [200], "lesser sums of project p2 must fall"),
        ("equal-shares", "p2", [75, 150], "lesser sums of project p2 must fall"),
        ("equal-shares", "p2", [75, 75], "lesser sums of project p2 must fall"),
        ("greedy", "p2", [75, 0], "lesser sums of project p2 must fall"),
    ],
)
def test_sums_that_cannot_be_are_refused(kind, code, sums, sentence):
    rule = Rule(kind=kind, lesser=((code, tuple(map(Decimal, sums))),))
    with pytest.raises(UnreadableFile, match=sentence):
        counting.count(election(COSTS, BALLOTS, 600), rule)


def test_sums_named_twice_and_sums_that_are_no_amount_are_refused(tmp_path, capsys):
    with pytest.raises(UnreadableFile, match="named twice"):
        counting.count(election(COSTS, BALLOTS, 600), Rule(lesser=TREES * 2))
    file, sums = tmp_path / "street.pb", tmp_path / "sums.txt"
    file.write_bytes(writing.write(election(COSTS, BALLOTS, 600)))
    sums.write_text("p2 150\n")
    assert main(["ballots", "count", str(file), "--rule", "greedy", "--lesser", str(sums)]) == 2
    assert "--lesser takes an amount of more than nothing" in capsys.readouterr().err

"""Multipliers, quotients and scenarios by hand, what is said of them, and at which bound."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.errors import UnreadableFile
from localwealth.regional import extraction, multipliers, quotients, report, scenarios, shocks
from localwealth.regional.areas import AreaJobs, area_of
from localwealth.regional.multipliers import Closure
from localwealth.regional.scenarios import Evaluated
from localwealth.regional.shocks import AreaAssumptions, DemandShock, Net
from localwealth.regional.tables import Table, check, fitting, grouped

PLACE = AreaAssumptions(resident_share=0.8)


def table_of(codes: tuple[str, ...] = ("farming", "making"), **more: Any) -> Table:
    """Farming sells 150 to itself and 500 to Making, Making 200 and 100."""
    return replace(
        Table(
            title="Two",
            year=2009,
            codes=codes,
            names=("Farming", "Making"),
            flows=np.array([[150.0, 500.0], [200.0, 100.0]]),
            households=np.array([50.0, 400.0]),
            final=np.array([350.0, 1700.0]),
            imports=np.array([50.0, 100.0]),
            taxes=np.zeros(2),
            pay=np.array([300.0, 500.0]),
            gva=np.array([600.0, 1300.0]),
            output=np.array([1000.0, 2000.0]),
        ),
        **more,
    )


def area(*deltas: float, method: str = "flq", jobs: tuple[float, float] = (1e4, 4e4)) -> AreaJobs:
    return AreaJobs(np.array(jobs), np.array([1e6, 1e6]), method, deltas or quotients.DELTAS)


# --- Multipliers by hand --------------------------------------------------------------------------


def test_multipliers_of_two_industries():
    """A = [[.15, .25], [.20, .05]]: the determinant of I - A is .7575, and its inverse so many
    over that."""
    total = multipliers.inverse(multipliers.coefficients(table_of()))
    assert total == pytest.approx(np.array([[0.95, 0.25], [0.20, 0.85]]) / 0.7575)
    assert multipliers.output_multipliers(table_of(), total) == pytest.approx(
        [1.15 / 0.7575, 1.10 / 0.7575]
    )
    gva = multipliers.effects(table_of(), total, np.array([0.6, 0.65]))
    assert gva.effect == pytest.approx([(0.6 * 0.95 + 0.65 * 0.2) / 0.7575, 0.7025 / 0.7575])
    assert gva.multiplier == pytest.approx(gva.effect / [0.6, 0.65])


def test_an_industry_without_output_or_without_what_is_counted_has_no_multiplier():
    table = table_of(output=np.array([1000.0, 0.0]))
    total = np.eye(2)
    effects = multipliers.effects(table, total, np.array([0.0, 1.0]))
    assert effects.effect[0] == 0
    assert np.isnan(effects.effect[1])
    assert np.isnan(effects.multiplier).all()
    assert multipliers.per_output(table, np.array([500.0, 7.0])).tolist() == [0.5, 0]
    assert multipliers.coefficients(table)[:, 1].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("closure", "words"),
    [
        (Closure(), "households spend out of pay alone"),
        (
            Closure("income", 156_241.4),
            "households spend out of all their income, 156,241 million",
        ),
    ],
)
def test_a_closure_says_what_it_rests_on(closure, words):
    assert closure.words == words


@pytest.mark.parametrize(
    ("more", "closure", "sentence"),
    [
        ({"households": None}, Closure(), multipliers.NEEDS_HOUSEHOLDS),
        ({"pay": None}, Closure("income", 900.0), multipliers.NEEDS_PAY),
        (
            {},
            Closure("income", 449.0),
            "Households spend 450 million on what is made here, more than the 449 million",
        ),
        ({}, Closure("income"), "more than the 0 million that they would have."),
        ({"pay": np.array([100.0, 300.0])}, Closure(), "more than the 400 million"),
    ],
)
def test_a_model_that_cannot_be_closed(more, closure, sentence):
    with pytest.raises(UnreadableFile, match=re.escape(sentence)):
        multipliers.spending(table_of(**more), closure)


def test_who_spends_all_that_they_have_closes_the_model_to_the_penny():
    spent = multipliers.spending(table_of(), Closure("income", 450.0))
    assert spent.sum() == pytest.approx(1)
    at_home = multipliers.spending(table_of(), Closure("income", 450.0), np.array([25.0, 200.0]))
    assert at_home == pytest.approx(spent / 2)


# --- Quotients ------------------------------------------------------------------------------------


def test_quotients_by_hand():
    """A fifth of Farming's jobs and four fifths of Making's, of which the nation has half each."""
    here, nation = np.array([1e4, 4e4]), np.array([1e6, 1e6])
    assert quotients.slq(here, nation) == pytest.approx([0.4, 1.6])
    crossed = quotients.quotients("cilq", here, nation)
    assert crossed == pytest.approx(np.array([[0.4, 0.25], [4.0, 1.6]]))
    size = np.log2(1.025) ** 0.25
    assert quotients.quotients("flq", here, nation) == pytest.approx(crossed * size)
    special = np.array([1, np.log2(2.6)])
    assert quotients.quotients("aflq", here, nation) == pytest.approx(crossed * size * special)
    assert quotients.quotients("slq", here, nation) == pytest.approx(
        np.array([[0.4, 0.4], [1.6, 1.6]])
    )
    assert quotients.bought_at_home("slq", here, nation).tolist() == pytest.approx([0.4, 1])


def test_an_industry_in_which_nobody_works_anywhere_has_no_quotient_and_sells_nothing():
    region, nation = np.array([5.0, 0.0]), np.array([10.0, 0.0])
    assert np.isnan(quotients.slq(region, nation)[1])
    for method in sorted(quotients.METHODS):
        bought = quotients.regionalised(np.full((2, 2), 0.2), method, region, nation)
        assert bought[1].tolist() == [0, 0], method
        assert np.isfinite(bought).all(), method


@pytest.mark.parametrize("delta", [-0.01, 1.0, 1.5])
def test_a_delta_that_is_none(delta):
    with pytest.raises(UnreadableFile, match="δ lies between 0 and 1"):
        quotients.scale(np.array([1.0]), np.array([2.0]), delta)
    assert quotients.scale(np.array([1.0]), np.array([2.0]), 0) == 1


@pytest.mark.parametrize(
    ("region", "nation", "sentence"),
    [
        ([-1, 5], [9, 9], "A number of jobs is below nought."),
        ([1, 5], [-9, 9], "A number of jobs is below nought."),
        ([0, 0], [9, 9], "There are no jobs at all."),
        ([10, 5], [9, 9], "An industry has more jobs in the area than in the nation."),
    ],
)
def test_jobs_that_cannot_be(region, nation, sentence):
    with pytest.raises(UnreadableFile, match=re.escape(sentence)):
        quotients.slq(np.array(region, float), np.array(nation, float))


def test_a_whole_nation_buys_as_it_does():
    nation = np.array([10.0, 30.0])
    bought = multipliers.coefficients(table_of())
    for method in sorted(quotients.METHODS):
        assert quotients.regionalised(bought, method, nation, nation) == pytest.approx(bought)


def test_jobs_are_put_into_the_tables_order():
    jobs = {"making": (4.0, 20.0), "farming": (1.0, 5.0)}
    placed = area_of(table_of(), jobs, "flq", [0.25])
    assert placed.region.tolist() == [1, 4]
    assert placed.nation.tolist() == [5, 20]
    assert (placed.share, placed.deltas) == (0.2, (0.25,))


def test_of_many_industries_without_jobs_five_are_named():
    codes = tuple(f"N{at}" for at in range(7))
    table = replace(table_of(), codes=codes)
    with pytest.raises(UnreadableFile, match=r"No jobs are given for 'N0', .*'N4'\. Jobs of"):
        area_of(table, {}, "flq", [0.25])


# --- Losses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_that_is_none(share):
    bought = multipliers.coefficients(table_of())
    with pytest.raises(UnreadableFile, match="A share lies between 0 and 1"):
        extraction.losses(bought, multipliers.inverse(bought), table_of().final, 0, share)


def test_nothing_is_lost_where_nothing_is_taken_out():
    bought = multipliers.coefficients(table_of())
    total = multipliers.inverse(bought)
    assert extraction.losses(bought, total, table_of().final, 1, 0.0) == pytest.approx([0, 0])
    whole = extraction.losses(bought, total, table_of().final, 1, 1.0)
    # Without Making, Farming sells 350 at last and what it needs of itself for that.
    assert whole == pytest.approx([1000 - 350 / 0.85, 2000])


@pytest.mark.parametrize(
    ("months", "support", "kept", "lost"),
    [(12, 0, 0.8, 1.0), (12, 12, 0.8, 0.2), (12, 6, 0.8, 0.6), (6, 3, 1.0, 0.5), (12, 6, 0, 1.0)],
)
def test_what_of_pay_is_lost_while_support_runs(months, support, kept, lost):
    shock = DemandShock("making", months, pay_kept=kept, support_months=support)
    assert shock.pay_lost == pytest.approx(lost)


@pytest.mark.parametrize(
    ("net", "left"),
    [(Net(), 1), (Net(leakage=1), 0), (Net(0.5, 0.5, 0.5), 0.125), (Net(deadweight=0.25), 0.75)],
)
def test_what_a_towns_own_assumptions_leave(net, left):
    assert net.left == left


@pytest.mark.parametrize(
    ("more", "share"),
    [
        ({}, 1),
        ({"share": 0.3}, 0.3),
        ({"employer_jobs": 4_000.0}, 0.1),
        ({"employer_jobs": 40_000.0}, 1),
        ({"employer_jobs": 4_000.0, "share": 0.5}, 0.05),
        ({"pounds": 20.0}, 0.25),
        ({"pounds": 80.0}, 1),
    ],
)
def test_which_share_of_the_industry_goes(more, share):
    """Making has 40,000 jobs here, and makes 4 % of 2,000 million."""
    asked = DemandShock("making", 12, **more)
    assert shocks.share_of(table_of(), area(), asked) == pytest.approx(share)


@pytest.mark.parametrize(
    ("jobs", "at_bound"),
    [((9_950.0, 50.0), True), ((9_949.0, 50.0), False), ((20_000.0, 49.0), False)],
)
def test_how_small_an_area_may_be(jobs, at_bound):
    asked, here = DemandShock("making", 12), area(jobs=jobs)
    if at_bound:
        assert shocks.share_of(table_of(), here, asked) == 1
        return
    with pytest.raises(UnreadableFile, match=r"too small|Too few people"):
        shocks.share_of(table_of(), here, asked)


@pytest.mark.parametrize("months", [1, 120])
def test_how_long_a_shock_may_last(months):
    assert shocks.share_of(table_of(), area(), DemandShock("making", months)) == 1
    with pytest.raises(UnreadableFile, match="A shock lasts 1 to 120 months"):
        shocks.share_of(table_of(), area(), DemandShock("making", 121))


@pytest.mark.parametrize("prices", [0.2, 20])
def test_how_far_prices_may_have_gone(prices):
    place = AreaAssumptions(0.8, prices)
    assert len(shocks.lost(table_of(), area(), None, DemandShock("making", 1), place)) == 3
    wrong = AreaAssumptions(0.8, 20.1 if prices > 1 else 0.19)
    with pytest.raises(UnreadableFile, match="between 20p and £20 today"):
        shocks.lost(table_of(), area(), None, DemandShock("making", 1), wrong)


def test_a_table_without_pay_answers_without_it():
    table = table_of(pay=None)
    [loss] = shocks.lost(table, area(0.25), None, DemandShock("making", 12), PLACE)
    assert set(loss.direct) == {"output", "gva", "jobs"}
    assert loss.type_2 is None
    answer = scenarios.answer(table, area(), None, DemandShock("making", 12), PLACE)
    assert "pay" not in answer["figures"]["type_1"]


def test_a_table_without_households_has_no_type_two():
    with pytest.raises(UnreadableFile, match="no column of what households buy"):
        shocks.lost(table_of(households=None), area(), Closure(), DemandShock("making", 12), PLACE)


@given(st.floats(0.01, 1), st.integers(1, 120))
def test_money_goes_by_the_months_and_jobs_do_not(share, months):
    year, some = (
        shocks.lost(table_of(), area(0.25), None, DemandShock("making", count, share), PLACE)[0]
        for count in (12, months)
    )
    for quantity in ("output", "gva", "pay"):
        assert some.type_1[quantity] == pytest.approx(year.type_1[quantity] * months / 12)
    assert some.type_1["jobs"] == pytest.approx(year.type_1["jobs"])


# --- What is told of a scenario -------------------------------------------------------------------


def answer(*deltas: float, closure: Closure | None = None, **more: Any) -> dict[str, Any]:
    asked = DemandShock("making", 12, employer_jobs=4_000)
    return scenarios.answer(table_of(), area(*deltas), closure, asked, PLACE, **more)


def test_a_range_is_lowest_headline_highest():
    low, middle, high = answer()["figures"]["type_1"]["jobs"]
    [alone] = {*answer(0.25)["figures"]["type_1"]["jobs"]}
    assert low < middle < high
    assert middle == alone
    # Where the usual δ was not asked for, the middle one speaks.
    low, middle, high = answer(0.1, 0.2, 0.3)["figures"]["type_1"]["jobs"]
    [alone] = {*answer(0.2)["figures"]["type_1"]["jobs"]}
    assert middle == alone


def test_industries_are_listed_by_jobs_and_the_smallest_left_out():
    listed = answer()["industries"]
    assert [industry["code"] for industry in listed] == ["making", "farming"]
    assert listed[0]["jobs"][1] > listed[1]["jobs"][1] >= scenarios.LEAST_JOBS
    few = scenarios.answer(
        table_of(), area(), None, DemandShock("making", 12, employer_jobs=60), PLACE
    )
    assert [industry["code"] for industry in few["industries"]] == ["making"]


def test_evaluations_of_the_past_stand_beside_it():
    figures = answer(evaluated=Evaluated(0.25, 1.5, "Somebody 2014"))["figures"]
    assert figures["evaluations"] == [5_000, 10_000]
    assert "evaluations" not in answer()["figures"]


@pytest.mark.parametrize(("low", "high"), [(-0.1, 1), (2, 1)])
def test_evaluations_that_cannot_be(low, high):
    with pytest.raises(UnreadableFile, match="goes from a lower to a higher figure"):
        answer(evaluated=Evaluated(low, high, "x"))


@pytest.mark.parametrize(
    "net", [Net(leakage=1.1), Net(displacement=-0.1), Net(deadweight=float("nan"))]
)
def test_a_share_of_the_towns_own_that_is_none(net):
    with pytest.raises(UnreadableFile, match="lies between 0 and 100%, and this doesn't"):
        answer(net=net)


@pytest.mark.parametrize(
    ("quantity", "figure", "text"),
    [
        ("jobs", 0.0, "0"),
        ("jobs", 4.4, "4"),
        ("jobs", 999.6, "1,000"),
        ("jobs", 123_456, "123,000"),
        ("gva", 0.0, "£0.00m"),
        ("gva", 0.994, "£0.99m"),
        ("gva", 0.9996, "£1.0m"),
        ("output", 1_234.5, "£1,230.0m"),
    ],
)
def test_a_figure_has_three_digits_that_count(quantity, figure, text):
    assert scenarios.written(quantity, figure) == text


def test_the_headline_says_where_the_others_are_lost():
    sentence = scenarios.headline(answer())
    assert sentence == (
        "Jobs at sites here without work: about 4,380 (4,270 to 4,550), of them 4,000 directly, "
        "the others at suppliers."
    )
    assert scenarios.headline(answer(closure=Closure())).endswith(
        "suppliers, and where people shop."
    )


def test_the_digest_is_that_of_nine_digits():
    one = answer()
    near = {**one, "share_of_industry": one["share_of_industry"] * (1 + 1e-12)}
    far = {**one, "share_of_industry": one["share_of_industry"] * (1 + 1e-6)}
    assert scenarios.digest(near) == scenarios.digest(one)
    assert scenarios.digest(far) != scenarios.digest(one)
    assert scenarios.digest({"a": (1.0, 2)}) == scenarios.digest({"a": [1.0, 2]})


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"title": ""}, "The table is one without a title; money is in prices of 2009."),
        ({"year": None}, "The table is Two; money is in prices of the table's year."),
    ],
)
def test_what_a_table_does_not_say_is_not_claimed(more, sentence):
    asked = DemandShock("making", 12)
    limits = scenarios.limits(table_of(**more), area(), None, asked, PLACE)
    assert sentence in limits
    assert "Each figure is given for δ = 0.15, 0.25, 0.35. " in " ".join(limits)


def test_one_month_of_support_is_said_as_one():
    asked = DemandShock("making", 1, pay_kept=0.8, support_months=1)
    last = scenarios.limits(table_of(), area(), None, asked, PLACE)[-1]
    assert last.startswith("While support runs (1 of the 1 month) it is taken to pay 80 % of pay")
    asked = replace(asked, pay_kept=0)
    assert "support" not in scenarios.limits(table_of(), area(), None, asked, PLACE)[-1]


# --- What is told of a table ----------------------------------------------------------------------


def test_the_nation_alone_in_words():
    text = report.as_text(report.everything(table_of(), None, None))
    lines = text.splitlines()
    assert lines[0] == (
        "Two. 2 industries, in prices of 2009; rows and columns balance within 5 million."
    )
    assert lines[1:4] == ["Closure: none: type I alone.", "", lines[3]]
    assert lines[3].split() == ["Output", "multipliers", "of", "type", "I"]
    assert lines[4].split() == ["farming", "Farming", "1.5182"]
    assert lines[5].split() == ["making", "Making", "1.4521"]


def test_an_area_with_both_types_in_words():
    text = report.as_text(report.everything(table_of(), area(0.15, 0.25), Closure()))
    assert "The area has 2.50% of the nation's jobs; by FLQ." in text
    assert quotients.BAND in text
    heads = next(line for line in text.splitlines() if line.startswith("Output multipliers"))
    assert re.findall(r"I{1,2} δ [\d.]+", heads) == [
        "I δ 0.15",
        "II δ 0.15",
        "I δ 0.25",
        "II δ 0.25",
    ]


def test_a_table_without_title_and_year_says_so():
    text = report.as_text(report.everything(table_of(title="", year=None), None, None))
    assert text.startswith("A table without a title. 2 industries, of no stated year;")


@pytest.mark.parametrize(("deltas", "headline"), [((0.1, 0.25), 0.25), ((0.1, 0.2), 0.1)])
def test_which_delta_is_the_headline(deltas, headline):
    told = report.everything(table_of(), area(*deltas), None)["area"]
    assert told["headline_delta"] == headline
    assert set(told["scale"]) == {f"{delta:g}" for delta in deltas}
    assert told["slq"] == pytest.approx({"farming": 0.4, "making": 1.6})


def test_a_code_that_is_its_own_name_stands_once():
    table = replace(table_of(codes=("Farming", "Making")))
    line = report.as_text(report.everything(table, None, None)).splitlines()[4]
    assert line.split() == ["Farming", "1.5182"]


def test_jobs_and_pay_have_multipliers_where_the_table_has_them():
    [outcome] = report.results(table_of(jobs=np.array([20.0, 10.0])), None, None)
    first = outcome["industries"][0]
    assert set(first) == {"code", "name", "output", "gva", "pay", "jobs"}
    assert set(first["output"]["type_1"]) == {"multiplier"}
    assert set(first["jobs"]["type_1"]) == {"multiplier", "effect"}
    [outcome] = report.results(table_of(pay=None), None, None)
    assert "pay" not in outcome["industries"][0]


# --- Put together, and told apart -----------------------------------------------------------------


def test_what_is_left_out_is_as_if_it_came_from_outside():
    """Without Farming, what Making buys of it is imported, and what it sold to it is final use."""
    alone = grouped(table_of(), {"farming": "", "making": "M"})
    assert alone.codes == ("M",)
    assert (alone.flows[0, 0], alone.imports[0], alone.final[0]) == (100, 600, 1900)
    check(alone)


def test_of_many_codes_without_a_group_the_first_are_named():
    table = replace(table_of(), codes=tuple(f"N{at}" for at in range(7)))
    with pytest.raises(
        UnreadableFile, match="No group is given for: N0, N1, N2, N3, N4 and others"
    ):
        grouped(table, {})


def test_of_several_readings_the_one_that_balances_is_taken():
    right, wrong = table_of(), table_of(final=np.array([1.0, 2.0]))
    turned = replace(right, flows=right.flows.T.copy())
    assert fitting([wrong, right]) is right
    assert fitting([wrong, turned]) is turned
    by_row = table_of(gva=np.zeros(2))
    assert fitting([wrong, by_row]) is by_row
    assert fitting([wrong]) is wrong


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"gva": np.array([600.0, 1400.0])}, "By column, more than 5 million is missing or too"),
        ({"final": np.array([350.0, 1710.0])}, "By row, more than 5 million is missing or too"),
    ],
)
def test_which_side_does_not_balance(more, sentence):
    with pytest.raises(UnreadableFile, match=f"{sentence} much at: making"):
        check(table_of(**more))

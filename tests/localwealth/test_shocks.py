"""What an area loses when an industry or an employer shrinks: worked by hand, and what must
hold."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.errors import UnreadableFile
from localwealth.regional import extraction, multipliers, quotients, scenarios, shocks
from localwealth.regional.areas import AreaJobs
from localwealth.regional.multipliers import Closure
from localwealth.regional.shocks import AreaAssumptions, DemandShock, Net
from localwealth.regional.tables import Table, check

HERE = AreaAssumptions(resident_share=0.8)


def table_of(flows: np.ndarray, more: np.ndarray) -> Table:
    """A table whose rows and columns balance whatever its flows are."""
    size = len(flows)
    output = flows.sum(axis=0) + flows.sum(axis=1) + more * 10
    final, gva = output - flows.sum(axis=1), output - flows.sum(axis=0)
    codes = tuple(str(at + 1) for at in range(size))
    return check(
        Table(
            title="Drawn",
            year=2019,
            codes=codes,
            names=codes,
            flows=flows,
            households=final * 0.3,
            final=final,
            imports=np.zeros(size),
            taxes=np.zeros(size),
            pay=gva * 0.6,
            gva=gva,
            output=output,
        )
    )


def two() -> Table:
    """Farming and Making, as in the methods page."""
    return check(
        Table(
            title="Two",
            year=2009,
            codes=("farming", "making"),
            names=("Farming", "Making"),
            flows=np.array([[150.0, 500.0], [200.0, 100.0]]),
            households=np.array([50.0, 400.0]),
            final=np.array([350.0, 1700.0]),
            imports=np.array([50.0, 100.0]),
            taxes=np.zeros(2),
            pay=np.array([300.0, 500.0]),
            gva=np.array([600.0, 1300.0]),
            output=np.array([1000.0, 2000.0]),
        )
    )


def town(*deltas: float) -> AreaJobs:
    return AreaJobs(
        np.array([10_000.0, 40_000.0]), np.array([1e6, 1e6]), "flq", deltas or quotients.DELTAS
    )


def total(loss: shocks.Loss, what: str, kind: str = "type_1") -> float:
    return float(getattr(loss, kind)[what].sum())


def test_the_table_worked_by_hand():
    """``docs/methods/scenarios.md``: an employer with a tenth of Making stops for a year."""
    shock = DemandShock("making", 12, employer_jobs=4_000)
    [loss] = shocks.lost(two(), town(0.25), Closure("pay"), shock, HERE)
    assert loss.direct == pytest.approx({"output": 8, "gva": 5.2, "pay": 2, "jobs": 4_000})
    assert loss.type_1["output"] == pytest.approx([0.2314, 8.3013], abs=5e-5)
    assert loss.type_1["jobs"] == pytest.approx([231.4, 4_150.7], abs=0.05)
    assert loss.type_2["output"] == pytest.approx([0.2688, 8.9041], abs=5e-5)
    assert total(loss, "jobs", "type_2") == pytest.approx(4_720.9, abs=0.05)


@given(st.integers(0, 10_000), st.floats(0.01, 1))
def test_an_employer_is_as_if_it_stood_in_the_table_by_itself(seed, share):
    """The table with the employer as an industry of its own, and that one taken out whole."""
    draw = np.random.default_rng(seed)
    size = int(draw.integers(2, 7))
    table = table_of(draw.random((size, size)) * 100, draw.random(size) * 50 + 10)
    jobs = draw.integers(20_000, 90_000, size).astype(float)
    area, at = AreaJobs(jobs, jobs * 20, "flq", (0.25,)), int(draw.integers(size))
    [loss] = shocks.lost(table, area, None, DemandShock(str(at + 1), 12, share=share), HERE)

    bought = quotients.regionalised(
        multipliers.coefficients(table), "flq", area.region, area.nation, 0.25
    )
    # The employer sells its share of each sale of the industry, and buys by the same recipe.
    split = np.zeros((size + 1, size + 1))
    split[:size, :size] = bought
    split[:, size] = split[:, at]
    split[size] = split[at] * share
    split[at] = split[at] * (1 - share)
    output = np.append(shocks.output_of(table, area), 0)
    output[size], output[at] = output[at] * share, output[at] * (1 - share)
    whole = extraction.whole_losses(multipliers.inverse(split), output)[size]
    assert total(loss, "output") == pytest.approx(whole)


@given(st.integers(0, 10_000))
def test_more_lost_is_more_lost_and_support_only_lessens_it(seed):
    draw = np.random.default_rng(seed)
    table = table_of(draw.random((4, 4)) * 100, draw.random(4) * 50 + 10)
    jobs = draw.integers(20_000, 90_000, 4).astype(float)
    area = AreaJobs(jobs, jobs * 20, "flq", quotients.DELTAS)

    def lost(**more: float) -> list[shocks.Loss]:
        return shocks.lost(table, area, Closure("pay"), DemandShock("2", 12, **more), HERE)

    before = [0.0] * 3
    for share in (0.1, 0.5, 1.0):
        now = [total(loss, "jobs", "type_2") for loss in lost(share=share)]
        assert all(after > less for after, less in zip(now, before, strict=True))
        before = now
    for bare, kept in zip(lost(), lost(pay_kept=0.8, support_months=12), strict=True):
        assert total(kept, "jobs") == pytest.approx(total(bare, "jobs"))
        assert total(kept, "jobs", "type_2") < total(bare, "jobs", "type_2")
        assert total(kept, "pay") == pytest.approx(total(bare, "pay") * 0.2)
        for kind in ("type_1", "type_2"):
            assert total(bare, "output", kind) >= bare.direct["output"]
    # A larger δ keeps less at home, so less of it is lost here.
    by_delta = [total(loss, "output") for loss in lost()]
    assert by_delta == sorted(by_delta, reverse=True)


def test_type_two_is_the_inverse_of_the_closed_model():
    """One solving of the open system answers both; here the closed one is inverted outright."""
    table, area = two(), town(0.25)
    [loss] = shocks.lost(
        table, area, Closure("pay"), DemandShock("making", 12), AreaAssumptions(1.0)
    )
    bought = quotients.regionalised(
        multipliers.coefficients(table), "flq", area.region, area.nation, 0.25
    )
    at_home = table.households * quotients.bought_at_home("flq", area.region, area.nation)
    closed = multipliers.inverse(multipliers.closed(table, bought, Closure("pay"), at_home))
    expected = shocks.output_of(table, area)[1] * closed[:2, 1] / closed[1, 1]
    assert loss.type_2["output"] == pytest.approx(expected)


def test_who_lives_elsewhere_spends_elsewhere():
    def induced(resident_share: float) -> float:
        place = AreaAssumptions(resident_share)
        [loss] = shocks.lost(two(), town(0.25), Closure("pay"), DemandShock("making", 12), place)
        return total(loss, "jobs", "type_2") - total(loss, "jobs")

    assert induced(0) == pytest.approx(0)
    assert 0 < induced(0.5) < induced(1)


def test_pounds_of_today_are_deflated():
    """£12.5 million of today's are £10 million of the table's year, a tenth of what Making makes
    here being £8 million."""
    shock = DemandShock("making", 12, pounds=10.0)
    [loss] = shocks.lost(two(), town(0.25), None, shock, AreaAssumptions(0.8, prices=1.25))
    assert loss.direct["output"] == pytest.approx(8)
    [half] = shocks.lost(
        two(), town(0.25), None, replace(shock, months=6), AreaAssumptions(0.8, prices=1.25)
    )
    assert half.direct["output"] == pytest.approx(4)
    assert half.direct["jobs"] == pytest.approx(loss.direct["jobs"])


REFUSED = {
    "industry": (DemandShock("tobacco", 12), "The table has no industry 'tobacco'"),
    "share": (DemandShock("making", 12, share=0), "What is lost is more than 0 and at most 100%"),
    "more than all": (DemandShock("making", 12, share=1.2), "more than 0 and at most 100%"),
    "months": (DemandShock("making", 0), "A shock lasts 1 to 120 months"),
    "support": (
        DemandShock("making", 6, pay_kept=0.8, support_months=7),
        "Support can't outlast the shock",
    ),
    "kept": (
        DemandShock("making", 6, pay_kept=1.8, support_months=6),
        "The share of pay that is kept",
    ),
    "employer": (
        DemandShock("making", 12, share=0.1, employer_jobs=50_000),
        "The employer has 50,000 jobs, and the industry 'making' only 40,000 in the area",
    ),
    "no employer": (
        DemandShock("making", 12, employer_jobs=-1),
        "The employer has no jobs in the area",
    ),
    "no pounds": (
        DemandShock("making", 12, pounds=-1),
        "What is no longer sold is more than nothing",
    ),
    "pounds": (
        DemandShock("making", 12, pounds=500),
        "It sells more than the whole industry makes",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_shock_that_cannot_be(kind):
    shock, sentence = REFUSED[kind]
    with pytest.raises(UnreadableFile, match=re.escape(sentence)):
        shocks.lost(two(), town(), None, shock, HERE)


@pytest.mark.parametrize(
    ("jobs", "sentence"),
    [
        ([4_000, 5_000], "The area is too small for this: it has 9,000 jobs"),
        ([40_000, 49], "Too few people work in 'making' in the area: 49"),
    ],
)
def test_an_area_too_small_says_so_and_stops(jobs, sentence):
    area = AreaJobs(np.array(jobs, float), np.array([1e6, 1e6]), "flq", quotients.DELTAS)
    with pytest.raises(UnreadableFile, match=sentence):
        shocks.lost(two(), area, None, DemandShock("making", 12), HERE)


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (AreaAssumptions(1.2), "The share of jobs that residents hold"),
        (AreaAssumptions(0.8, prices=0), "What cost £1 in the table's year"),
    ],
)
def test_an_assumption_that_cannot_be(place, sentence):
    with pytest.raises(UnreadableFile, match=sentence):
        shocks.lost(two(), town(), None, DemandShock("making", 12), place)


def test_an_industry_without_output():
    none = replace(two(), output=np.array([1000.0, 0.0]))
    with pytest.raises(UnreadableFile, match="has no output in the table"):
        shocks.lost(none, town(), None, DemandShock("making", 12), HERE)


# --- What is written down of it ------------------------------------------------------------------


PAY = Closure("pay")


def answer(closure: Closure | None = PAY, net: Net | None = None, **more):
    shock = DemandShock("making", 12, employer_jobs=4_000, **more)
    return scenarios.answer(two(), town(), closure, shock, HERE, net)


def test_every_figure_is_three_numbers():
    figures = answer()["figures"]
    assert figures["type_1"]["jobs"] == pytest.approx([4_269.5, 4_382.1, 4_545.3], abs=0.05)
    low, middle, high = figures["type_2"]["jobs"]
    assert low < middle < high
    assert figures["residents_jobs"][1] == pytest.approx(middle * 0.8)
    assert figures["direct"]["jobs"] == 4_000


def test_net_is_a_line_of_its_own_and_only_with_the_towns_own_assumptions():
    assert "net" not in answer()["figures"]
    figures = answer(net=Net(leakage=0.1, displacement=0.2, deadweight=0.5))["figures"]
    gross, net = figures["type_2"]["jobs"], figures["net"]["jobs"]
    assert net == pytest.approx([figure * 0.9 * 0.8 * 0.5 for figure in gross])
    assert figures["type_1"] == answer()["figures"]["type_1"]
    with pytest.raises(UnreadableFile, match="A share of the town's own assumptions"):
        answer(net=Net(leakage=-1))


def test_the_limits_name_what_the_figures_rest_on():
    limits = " ".join(answer()["limits"])
    for words in (
        "no confidence interval",
        "gross",
        "prices of 2009",
        "households spend out of pay alone",
        "80 %",
        "where the work is done",
        "no better than one multiplier for all",
    ):
        assert words in limits
    assert "no type II" in " ".join(answer(None)["limits"])
    assert "type_2" not in answer(None)["figures"]
    assert "support" in " ".join(answer(pay_kept=0.8, support_months=6)["limits"])


def test_the_same_question_gives_the_same_bytes():
    assert scenarios.digest(answer()) == scenarios.digest(answer())
    assert scenarios.digest(answer()) != scenarios.digest(answer(pay_kept=0.5, support_months=12))

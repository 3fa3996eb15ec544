"""What is said of a match, how the network learns, and in which parts a payee's name is tried."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.errors import UnreadableFile
from localwealth.matching import descent, evaluate, fitting, forms, model, reasons
from localwealth.matching.features import NAMES
from localwealth.matching.features.by_rivals import NO_LEAD
from localwealth.matching.forms import (
    AFTER_TAIL,
    AFTER_TRADING,
    BEFORE_MORE,
    BEFORE_TAIL,
    BEFORE_TRADING,
    INSIDE,
    WHOLE,
    WITHOUT_NUMBER,
)

# --- In words -------------------------------------------------------------------------------------


def row(**features: float) -> np.ndarray:
    """A pair of which nothing is said but its likeness, with what a test says besides."""
    values = np.zeros(len(NAMES), np.float32)
    values[NAMES.index("lead over the next")] = NO_LEAD
    for name, number in features.items():
        values[NAMES.index(name.replace("_", " "))] = number
    return values


def told(how: int = WHOLE, is_former: bool = False, **features: float) -> tuple[str, str]:
    methods, why, which = reasons.in_words(
        row(**features)[None, :], np.array([how]), np.array([is_former])
    )
    return methods[which[0]], why[which[0]]


@pytest.mark.parametrize(
    ("how", "is_former", "features", "method"),
    [
        (WHOLE, False, {"same_letters": 1}, "same name"),
        (WHOLE, False, {"same_letters": 1, "other_name": 1}, "other name"),
        (WHOLE, True, {"same_letters": 1, "former_name": 1}, "former name"),
        (WHOLE, False, {"same_letters": 1, "former_name": 1}, "later name"),
        (WHOLE, False, {"its_initials": 1}, "initials"),
        (WHOLE, False, {}, "like name"),
        (AFTER_TRADING, False, {}, "part of the name"),
        (BEFORE_TAIL, False, {"same_letters": 1}, "part of the name, same letters"),
        (INSIDE, False, {"its_initials": 1}, "part of the name"),
    ],
)
def test_by_what_a_match_was_found(how, is_former, features, method):
    assert told(how, is_former, **features)[0] == method


@pytest.mark.parametrize(
    ("is_former", "features", "said"),
    [
        (False, {"same_letters": 1}, "same letters"),
        (False, {"its_initials": 1}, "its initials"),
        (False, {"covered": 0.5, "covers": 1}, "50% of its words, 100% of the register's"),
        (False, {"covered": 0.666, "covers": 0.334}, "67% of its words, 33% of the register's"),
        (
            False,
            {"covered": 1, "covers": 1, "share_of_words_meant_otherwise": 0.5},
            "100% of its words, 100% of the register's; spelt or shortened otherwise",
        ),
        (True, {"same_letters": 1}, "same letters; its name on that day, a former one now"),
        (True, {"same_letters": 1, "former_name": 1}, "same letters; a former name"),
        (False, {"same_letters": 1, "former_name": 1}, "same letters; a name that it took later"),
        (False, {"same_letters": 1, "other_name": 1}, "same letters; a trading or other name"),
        (False, {"same_letters": 1, "same_postcode": 1}, "same letters; same postcode"),
        (False, {"same_letters": 1, "legal_forms_differ": 1}, "same letters; another legal form"),
        (
            False,
            {"same_letters": 1, "numbers_differ": 1},
            "same letters; other numbers in the name",
        ),
        (
            False,
            {"same_letters": 1, "ended_or_not_yet_begun": 1},
            "same letters; not on the register on that day",
        ),
        (
            False,
            {"same_letters": 1, "postcode_given": 1},
            "same letters; postcode of another area",
        ),
        (False, {"same_letters": 1, "postcode_given": 1, "same_area": 1}, "same letters"),
        (
            False,
            {"same_letters": 1, "lead_over_the_next": 0.01},
            "same letters; another entry is about as like",
        ),
        (False, {"same_letters": 1, "lead_over_the_next": 0.01, "rank": 1}, "same letters"),
        (
            False,
            {"same_letters": 1, "entries_of_the_same_letters": 3},
            "same letters; 3 entries have these letters",
        ),
        (False, {"same_letters": 1, "entries_of_the_same_letters": 1}, "same letters"),
        (
            False,
            {"its_initials": 1, "entries_of_the_same_initials": 2},
            "its initials; 2 entries have these initials",
        ),
        (
            False,
            {"same_letters": 1, "same_postcode": 1, "legal_forms_differ": 1, "numbers_differ": 1},
            "same letters; same postcode; another legal form; other numbers in the name",
        ),
    ],
)
def test_what_speaks_for_and_against_it(is_former, features, said):
    assert told(WHOLE, is_former, **features)[1] == said


def test_pairs_of_which_the_same_is_said_share_the_words():
    """Shares that are rounded alike, and leads on one side of the bound, differ no further."""
    values = np.stack(
        [
            row(covered=0.501, covers=1),
            row(covered=0.499, covers=1, lead_over_the_next=NO_LEAD + 1),
            row(covered=0.52, covers=1),
            row(covered=0.501, covers=1),
        ]
    )
    methods, why, which = reasons.in_words(values, np.zeros(4, np.int64), np.zeros(4, bool))
    assert which.tolist() == [0, 0, 1, 0]
    assert (len(methods), len(why)) == (2, 2)
    assert why[0].startswith("50% of its words")
    assert why[1].startswith("52% of its words")


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.booleans()), max_size=5))
def test_many_pairs_are_told_as_each_is_alone(pairs):
    values = np.array(
        [row(same_letters=same, covered=how / 3) for how, _, same in pairs], np.float32
    ).reshape(len(pairs), len(NAMES))
    hows = np.array([how for how, _, _ in pairs], np.int64)
    former = np.array([was for _, was, _ in pairs], bool)
    methods, why, which = reasons.in_words(values, hows, former)
    together = [(methods[at], why[at]) for at in which]
    alone = [told(how, was, same_letters=same, covered=how / 3) for how, was, same in pairs]
    assert together == alone


# --- The parts of a name --------------------------------------------------------------------------


def parts(name: str) -> list[tuple[str, int, bool]]:
    every = forms.forms([name])
    return list(zip(every.text, every.how.tolist(), every.idle.tolist(), strict=True))


@pytest.mark.parametrize(
    ("name", "further"),
    [
        ("Hill House", []),
        ("Hill T/A Acorn", [("Hill", BEFORE_TRADING), ("Acorn", AFTER_TRADING)]),
        ("Hill t/as Acorn", [("Hill", BEFORE_TRADING), ("Acorn", AFTER_TRADING)]),
        ("Hill t.a. Acorn", [("Hill", BEFORE_TRADING), ("Acorn", AFTER_TRADING)]),
        ("Hill t.a Acorn", [("Hill", BEFORE_TRADING), ("Acorn", AFTER_TRADING)]),
        ("John T.A. Acorn", []),
        ("Hill trading as Acorn", [("Hill", BEFORE_TRADING), ("Acorn", AFTER_TRADING)]),
        ("Acorn c/o Hill House", [("Acorn", BEFORE_TRADING), ("Hill House", AFTER_TRADING)]),
        ("Hill House - Leeds", [("Hill House", BEFORE_TAIL), ("Leeds", AFTER_TAIL)]),
        ("Hill House, Leeds", [("Hill House", BEFORE_TAIL)]),
        ("Hill House (Leeds)", [("Hill House", BEFORE_TAIL)]),
        ("Hill House [North]", [("Hill House", BEFORE_TAIL)]),
        ("Hill House (UK)", []),
        ("Hill#Acorn", [("Hill", BEFORE_TAIL), ("Acorn", BEFORE_TAIL)]),
        ("Hill House Ltd Leeds", [("Hill House Ltd", BEFORE_MORE)]),
        ("Hill House 123456", [("Hill House", BEFORE_MORE)]),
        ("S12345 Hill House", [("Hill House", WITHOUT_NUMBER)]),
        ("Trustees of Hill House", [("Hill House", WITHOUT_NUMBER)]),
        ("The Governing Body of the Hill School", [("Hill School", WITHOUT_NUMBER)]),
        ("H (Acorn Care)", [("Acorn Care", INSIDE)]),
        ("Hi T/A An", []),
        ("Abc, Leeds", []),
        ("Abcd, Leeds", [("Abcd", BEFORE_TAIL)]),
    ],
)
def test_a_name_is_tried_whole_and_in_its_parts(name, further):
    every = parts(name)
    assert every[0] == (name, WHOLE, False)
    assert [(text, how) for text, how, _ in every[1:]] == further


@pytest.mark.parametrize(
    ("name", "is_idle"),
    [
        ("Hill House, 2024", True),
        ("Hill House, Leeds", True),
        ("Hill House, Acorn", False),
        ("Hill House, Leeds Acorn", False),
        ("Hill House (X1)", True),
        ("Hill House,  ", False),
    ],
)
def test_whether_what_was_cut_away_says_anything(name, is_idle):
    before = [idle for _, how, idle in parts(name) if how == BEFORE_TAIL]
    assert before == [is_idle]


@pytest.mark.parametrize("length", sorted(forms.FIELDS))
def test_the_beginning_of_a_legal_form_is_cut_off_where_a_field_ended(length):
    for form in (" l", " Lim", " limite", " lt"):
        name = "A" * (length - len(form)) + form
        assert parts(name)[0][0] == "A" * (length - len(form))
    shorter = "A" * (27 - len(" Lim")) + " Lim"
    assert parts(shorter)[0][0] == shorter


def test_names_stand_by_their_payee():
    every = forms.forms(["Hill T/A Acorn", "Dale", "Beck - York"])
    assert every.source.tolist() == [0, 0, 0, 1, 2, 2, 2]
    none = forms.forms([])
    assert (none.text, len(none.source), len(none.how), len(none.idle)) == ([], 0, 0, 0)


@pytest.mark.parametrize(
    ("name", "otherwise"),
    [
        ("Hill rc School", "HILL ROMAN CATHOLIC SCHOOL"),
        ("Hill Roman Catholic School", "HILL RC SCHOOL"),
        ("C of E Hill", "CHURCH OF ENGLAND HILL"),
        ("Hill PTA", "HILL PARENT TEACHER ASSOCIATION"),
    ],
)
def test_what_has_a_short_name_and_a_long_one_is_tried_by_both(name, otherwise):
    assert parts(name)[1] == (otherwise, WHOLE, False)
    # Inside a word a short name is none.
    assert len(parts("Circus Marchers")) == 1


# --- The network ----------------------------------------------------------------------------------


def network(seed: int, size: int = 3, units: int = 4) -> descent.Weights:
    draw = np.random.default_rng(seed)
    return [
        draw.normal(size=(size, units)),
        draw.normal(size=units),
        draw.normal(size=units),
        draw.normal(size=1),
    ]


@given(st.integers(0, 10_000), st.sampled_from([0.0, 1e-2]))
def test_slopes_are_those_of_the_loss(seed, decay):
    """Each weight moved by a little, against what the slope says becomes of the loss."""
    draw = np.random.default_rng(seed)
    weights, inputs = network(seed), draw.normal(size=(7, 3))
    right = draw.random(7) > 0.5

    def fined(moved: descent.Weights) -> float:
        fine = sum(float((layer**2).sum()) for layer in (moved[0], moved[2])) / 2
        return descent.loss(moved, inputs, right) + decay * fine

    slopes = descent.slopes(weights, inputs, right.astype(float), decay)
    for layer in range(4):
        at = int(draw.integers(weights[layer].size))
        step = np.zeros(weights[layer].size)
        step[at] = 1e-5
        step = step.reshape(weights[layer].shape)
        up, down = (
            [w + sign * step if n == layer else w for n, w in enumerate(weights)]
            for sign in (1, -1)
        )
        assert (fined(up) - fined(down)) / 2e-5 == pytest.approx(
            float(slopes[layer].reshape(-1)[at]), abs=1e-6
        )


def test_the_loss_of_who_is_sure_and_right_is_nought_and_of_who_is_wrong_is_bounded():
    weights = [np.array([[50.0]]), np.zeros(1), np.array([50.0]), np.zeros(1)]
    inputs = np.array([[1.0], [-1.0]])
    assert descent.loss(weights, inputs, np.array([True, False])) == pytest.approx(0, abs=1e-6)
    assert descent.loss(weights, inputs, np.array([False, True])) == pytest.approx(-np.log(1e-7))
    undecided = [np.zeros((1, 1)), np.zeros(1), np.zeros(1), np.zeros(1)]
    assert descent.loss(undecided, inputs, np.array([True, False])) == pytest.approx(np.log(2))


def separable(count: int = 120) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(3)
    inputs = draw.normal(size=(count, 3))
    return inputs, inputs[:, 0] > 0


def test_going_down_lessens_the_loss_and_leaves_the_first_weights_alone():
    inputs, right = separable()
    weights, draw = network(1), np.random.default_rng(1)
    before = [layer.copy() for layer in weights]
    for held in (np.zeros(120, bool), np.arange(120) % 6 == 0):
        best = descent.descend(weights, inputs, right, held, draw, 1e-4, 2)
        assert descent.loss(best, inputs, right) < descent.loss(weights, inputs, right) / 2
        assert all(np.array_equal(old, now) for old, now in zip(before, weights, strict=True))


def test_where_the_part_held_back_gains_nothing_the_first_weights_stay():
    """Labels of the part held back are turned round, so that whatever is learnt harms it."""
    inputs, right = separable()
    held = np.arange(120) % 2 == 0
    weights = [np.zeros((3, 4)), np.zeros(4), np.zeros(4), np.zeros(1)]
    weights[0] += np.random.default_rng(2).normal(size=(3, 4))
    labels = np.where(held, ~right, right)
    best = descent.descend(weights, inputs, labels, held, np.random.default_rng(1), 0.0, 2)
    assert best is weights


def test_a_model_judges_in_parts_as_in_one():
    draw = np.random.default_rng(5)
    size, rows = 3, 2 * model.PART + 5
    made = model.Model(
        draw.normal(size=size),
        draw.random(size) + 0.5,
        draw.normal(size=(size, 4)),
        draw.normal(size=4),
        draw.normal(size=4),
        0.3,
        0.5,
        {},
    )
    values = draw.normal(size=(rows, size)).astype(np.float32)
    scaled = (values - made.mean) / made.scale
    hidden = np.tanh(scaled @ made.inner + made.inner_bias)
    expected = 1 / (1 + np.exp(-(hidden @ made.outer + 0.3)))
    assert made.probability(values) == pytest.approx(expected, abs=1e-6)
    assert len(made.probability(values[:0])) == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:40],
        lambda text: "[]",
        lambda text: json.dumps(json.loads(text) | {"features": ["covered"]}),
        lambda text: json.dumps(
            {key: part for key, part in json.loads(text).items() if key != "outer"}
        ),
    ],
    ids=["torn", "no model", "other features", "without a part"],
)
def test_a_file_that_is_no_model_is_refused_by_its_name(
    tmp_path: Path, spoil: Callable[[str], str]
):
    place = tmp_path / "own.json"
    model.shipped().save(place)
    assert model.Model.read(place).threshold == pytest.approx(model.shipped().threshold, abs=1e-4)
    place.write_text(spoil(place.read_text()))
    with pytest.raises(UnreadableFile, match=r"own\.json is no model that can be used here: "):
        model.Model.read(place)


# --- How good it is -------------------------------------------------------------------------------


def constant(values: dict[int, float]) -> model.Model:
    """A model that takes its first feature for the probability, as near as a curve comes."""
    made = model.shipped()
    inner = np.zeros_like(made.inner)
    inner[0, 0] = 1e-3
    outer = np.zeros_like(made.outer)
    outer[0] = 1e3 * values.get(0, 1.0)
    ones = np.ones(len(NAMES))
    return replace(
        made,
        mean=0 * ones,
        scale=ones,
        inner=inner,
        inner_bias=0 * made.inner_bias,
        outer=outer,
        outer_bias=0.0,
    )


def pairs_of(*features: float) -> np.ndarray:
    values = np.zeros((len(features), len(NAMES)), np.float32)
    values[:, 0] = features
    return values


def test_of_each_payee_the_likeliest_pair_counts():
    """Three payees: right and sure, wrong and rather sure, right and unsure."""
    judge = constant({})
    values = pairs_of(3, -1, 1, 0.5, -2)
    right = np.array([True, False, False, True, True])
    group = np.array([0, 0, 1, 1, 2])
    chance, hit = fitting._best(judge, values, right, group)
    assert hit.tolist() == [True, False, True]
    assert (chance > 0.5).tolist() == [True, True, False]
    # Two matched, one of them right; three have an entry: 2 · 1 / (2 + 3).
    assert fitting.f1_of(judge, 0.5, values, right, group, true=3) == pytest.approx(0.4)
    # All three matched, two right: 2 · 2 / (3 + 3).
    assert fitting.f1_of(judge, 0.0, values, right, group, true=3) == pytest.approx(2 / 3)
    assert fitting.f1_of(judge, 1.0, values, right, group, true=0) == 0.0
    assert fitting.threshold_of(judge, values, right, group, true=3) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("matched", "right", "blocked", "expected"),
    [
        ([1, 1, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0], (0.6667, 0.5, 0.3333, 0.4)),
        ([0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], (0.0, 0.0, 0.0, 0.0)),
        ([1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 1, 1], (1.0, 1.0, 1.0, 1.0)),
    ],
)
def test_precision_and_recall_by_hand(matched, right, blocked, expected):
    true = np.array([1, 1, 1, 0], bool)
    rates = evaluate._figures(
        np.ones(4), true, *(np.array(part, bool) for part in (matched, right, blocked))
    )
    assert tuple(rates.values()) == expected


def test_by_value_a_large_payment_weighs_more():
    one, two = np.array([1, 1], bool), np.array([1, 0], bool)
    rates = evaluate._figures(np.array([3.0, 1.0]), one, one, two, one)
    assert (rates["precision"], rates["recall"]) == (0.75, 0.75)


def test_truth_is_read_with_what_may_be_left_out(tmp_path: Path):
    path = tmp_path / "truth.csv"
    path.write_bytes(
        b"\xef\xbb\xbfregister_id,supplier_name,amount_gbp\n"
        b'gb-coh-178738,Hill,"1,200.50"\n,"Dale, the",\n,,much\n'
    )
    truth = evaluate.read_truth(path)
    assert truth.names == ["Hill", "Dale, the", ""]
    assert truth.ids == ["GB-COH-00178738", "", ""]
    assert truth.amounts == [Decimal("1200.50"), Decimal(0), Decimal(0)]
    assert truth.postcodes == ["", "", ""]


@pytest.mark.parametrize(
    ("heading", "missing"),
    [
        ("supplier_name", "register_id"),
        ("register_id", "supplier_name"),
        ("name", "register_id, supplier_name"),
    ],
)
def test_truth_without_its_columns_names_them(tmp_path: Path, heading, missing):
    path = tmp_path / "truth.csv"
    path.write_text(f"{heading}\nx\n")
    with pytest.raises(UnreadableFile, match=f"has no column {missing}"):
        evaluate.read_truth(path)


def test_which_names_may_have_been_cut_is_told_by_their_length():
    names = pa.array(["A" * length for length in range(26, 62)], pa.large_string())
    cut = [
        length for length, is_cut in zip(range(26, 62), forms.are_cut(names), strict=True) if is_cut
    ]
    assert cut == [28, 29, 30, 31, 32, 38, 39, 40, 58, 59, 60]

"""What speaks for a pair: a payee, a name of the register, and a number for each thing."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from localwealth.matching.features import NAMES, rough
from localwealth.matching.features.candidates import compare
from localwealth.matching.features.registry import FEATURES, feature
from localwealth.matching.match import Matcher
from localwealth.registers import store as stores

OWN = [
    ("QUORVEX TRADING LIMITED", "EC1V 2NX"), ("QUORVEX TRADERS LIMITED", "SG1 1AA"), ("SMITH SUPPLIES LIMITED", "EC1V 2NX"),
    ("VIMMELBERT (UK) LIMITED", "EC1V 2NX"), ("VIMMELBERT FILMS LIMITED", "EC1V 2NX"), ("MIRANDEL TEXTILES SERVICES LIMITED", ""),
]  # fmt: skip


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    return matcher_of(tmp_path_factory.mktemp("register"), OWN)


def matcher_of(folder: Path, own: list[tuple[str, str]]) -> Matcher:
    rows = "".join(
        f'"{name}","{at:08}","{code}","Private Limited Company","Active","01/01/2015"\n'
        for at, (name, code) in enumerate(own, 101)
    )
    place = folder / "companies.csv"
    place.write_text(
        "CompanyName, CompanyNumber,RegAddress.PostCode,CompanyCategory,CompanyStatus,"
        "IncorporationDate\n" + rows
    )
    return Matcher.open(stores.build(folder / "store", [place]).folder / "index")


def told(matcher: Matcher, payee: str, own: str, postcode: str = "") -> dict[str, float]:
    """What is said of a payee and a name; the form of the payee's that speaks most for it."""
    payees = pa.table({"name": [payee], "postcode": pa.array([postcode or None], pa.string())})
    _, _, pairs = matcher.candidates(payees)
    names = matcher.names.take(pa.array(pairs.name)).to_pylist()
    values = pairs.values[names.index(own)]
    return dict(zip(NAMES, values.tolist(), strict=True))


@pytest.mark.parametrize(
    ("payee", "first", "near"),
    [("Smith Supplies Co", 1, 1), ("J Smith Supplies Co", 0, 1), ("The J A Supplies Smith", 0, 1), ("J A Supplies Co Smith", 0, 0), ("Supplies", 0, 0)],
)  # fmt: skip
def test_sole_traders_trade_under_their_surname(
    payee: str, first: int, near: int, matcher: Matcher
) -> None:
    made = told(matcher, payee, "SMITH SUPPLIES LIMITED")
    assert made["begins with a surname"] == first
    assert made["a surname near its beginning"] == near


@pytest.mark.parametrize(
    ("payee", "tail", "more", "idle"),
    [("Quorvex Trading - Elm Clinic", 1, 0, 0), ("Quorvex Trading Ltd Elm Clinic", 0, 1, 0),
     ("Quorvex Trading Ltd Leeds", 0, 1, 1), ("Quorvex Trading (BACS)", 1, 0, 1), ("Quorvex Trading", 0, 0, 0)],
)  # fmt: skip
def test_it_is_known_how_a_name_was_parted_from_what_stands_behind_it(
    payee: str, tail: int, more: int, idle: int, matcher: Matcher
) -> None:
    made = told(matcher, payee, "QUORVEX TRADING LIMITED")
    assert (made["before a tail"], made["before more"], made["idle tail"]) == (tail, more, idle)


def test_a_postcode_that_many_share_is_known_as_one(matcher: Matcher) -> None:
    made = told(matcher, "Quorvex Tradin", "QUORVEX TRADING LIMITED", "EC1V 2NX")
    assert (made["same postcode"], made["entries at the same postcode"]) == (1, 2)
    made = told(matcher, "Quorvex Trader", "QUORVEX TRADERS LIMITED", "SG1 1AA")
    assert (made["same postcode"], made["entries at the same postcode"]) == (1, 0)
    made = told(matcher, "Quorvex Tradin", "QUORVEX TRADING LIMITED", "SG1 1AA")
    assert (made["same postcode"], made["entries at the same postcode"]) == (0, 0)


def test_fillers_matter_less_than_what_a_body_does(matcher: Matcher) -> None:
    short, long = (
        told(matcher, "Vimmelbert", f"VIMMELBERT {own} LIMITED") for own in ("(UK)", "FILMS")
    )
    assert short["register's own but for fillers"] == 0 < long["register's own but for fillers"]
    assert short["weight of the register's own"] > 0
    made = told(matcher, "Vimmelbert Group Stevenage 445566", "VIMMELBERT (UK) LIMITED")
    assert made["payee's own but for fillers and idle words"] == 0
    made = told(matcher, "Vimmelbert Dentistry", "VIMMELBERT (UK) LIMITED")
    assert made["payee's own but for fillers and idle words"] > 0


def test_each_is_set_beside_the_best_of_the_others(matcher: Matcher) -> None:
    one, other = (
        told(matcher, "Quorvex Trading Ltd Wharf", f"QUORVEX {own} LIMITED")
        for own in ("TRADING", "TRADERS")
    )
    what = "letters alike in order, over the best rival's"
    assert one[what] > 0 > other[what]
    # Where nobody else comes in question, it is set beside nothing.
    alone = told(matcher, "Mirandel Textiles", "MIRANDEL TEXTILES SERVICES LIMITED")
    assert alone[what] == alone["letters alike in order"] > 0


def test_what_a_field_has_cut_begins_as_the_name_does(matcher: Matcher) -> None:
    payee = "The Mirandel Textiles Services"
    for cut, said in ((payee[:28], 1), (payee[:20], 0)):
        made = told(matcher, cut, "MIRANDEL TEXTILES SERVICES LIMITED")
        assert made["cut and begins so"] == said


def test_who_is_called_by_the_initials_is_looked_at_though_many_are_spelt_nearly_so(
    tmp_path: Path,
) -> None:
    near = [(f"BIELD {word} LIMITED", "") for word in ("ELM", "ASH", "FIR", "YEW", "BOX", "IVY")]
    own = [*near, ("BRITISH INSTITUTE OF LEARNING DISABILITIES", "")]
    made = told(matcher_of(tmp_path, own), "BILD", own[-1][0])
    assert made["its initials"] == 1


def test_features_stand_in_the_order_in_which_the_shipped_model_was_fitted_on_them() -> None:
    place = resources.files("localwealth.matching").joinpath("model.json")
    assert list(NAMES) == json.loads(place.read_text("utf-8"))["features"]


def test_every_feature_is_taken_and_says_what_it_speaks_for() -> None:
    assert set(FEATURES) == set(NAMES)
    assert [name for name, function in FEATURES.items() if not function.__doc__] == []


def test_no_two_features_have_one_name() -> None:
    with pytest.raises(ValueError, match="Two features are called 'covered'"):
        feature("covered")(FEATURES["covered"])


def test_every_sign_of_the_rough_score_is_weighed_and_no_other(matcher: Matcher) -> None:
    payees = pa.table({"name": ["Quorvex Trading Ltd", "Smith Supplies"]})
    search, found, _ = matcher.candidates(payees)
    unknown = np.full(2, -1), np.zeros(2, np.uint64)
    pairs = compare(search, found, matcher.entries, matcher.names, unknown[1], unknown[0])
    assert set(rough._signs(pairs)) == set(rough.ROUGH)
    assert rough.rough_score(pairs).argmax() == pairs.same_letters.argmax()

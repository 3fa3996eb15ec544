"""What speaks for a pair: a payee, a name of the register, and a number for each thing."""

from __future__ import annotations

import json
from datetime import date
from importlib import resources
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from localwealth.matching.features import NAMES, rough
from localwealth.matching.features.candidates import compare
from localwealth.matching.features.registry import FEATURES, feature
from localwealth.matching.match import Matcher
from localwealth.registers.making import build

OWN = [
    ("QUORVEX TRADING LIMITED", "EC1V 2NX"),
    ("QUORVEX TRADERS LIMITED", "SG1 1AA"),
    ("SMITH SUPPLIES LIMITED", "EC1V 2NX"),
    ("VIMMELBERT (UK) LIMITED", "EC1V 2NX"),
    ("VIMMELBERT FILMS LIMITED", "EC1V 2NX"),
    ("MIRANDEL TEXTILES SERVICES LIMITED", ""),
]


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
    return Matcher.open(build(folder / "store", [place]).folder / "index")


def told(matcher: Matcher, payee: str, own: str, postcode: str = "") -> dict[str, float]:
    """What is said of a payee and a name; the form of the payee's that speaks most for it."""
    payees = pa.table({"name": [payee], "postcode": pa.array([postcode or None], pa.string())})
    _, _, pairs = matcher.candidates(payees)
    names = matcher.names.take(pa.array(pairs.name)).to_pylist()
    values = pairs.values[names.index(own)]
    return dict(zip(NAMES, values.tolist(), strict=True))


@pytest.mark.parametrize(
    ("payee", "first", "near"),
    [
        ("Smith Supplies Co", 1, 1),
        ("J Smith Supplies Co", 0, 1),
        ("The J A Supplies Smith", 0, 1),
        ("J A Supplies Co Smith", 0, 0),
        ("Supplies", 0, 0),
    ],
)
def test_sole_traders_trade_under_their_surname(
    payee: str, first: int, near: int, matcher: Matcher
) -> None:
    made = told(matcher, payee, "SMITH SUPPLIES LIMITED")
    assert made["begins with a surname"] == first
    assert made["a surname near its beginning"] == near


@pytest.mark.parametrize(
    ("payee", "tail", "more", "idle"),
    [
        ("Quorvex Trading - Elm Clinic", 1, 0, 0),
        ("Quorvex Trading Ltd Elm Clinic", 0, 1, 0),
        ("Quorvex Trading Ltd Leeds", 0, 1, 1),
        ("Quorvex Trading (BACS)", 1, 0, 1),
        ("Quorvex Trading", 0, 0, 0),
    ],
)
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


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    """A register in which each thing that is said beside a name is said of somebody."""
    folder = tmp_path_factory.mktemp("town")
    place = folder / "companies.csv"
    head = (
        "CompanyName, CompanyNumber,RegAddress.PostCode,CompanyCategory,CompanyStatus,"
        "IncorporationDate,DissolutionDate,PreviousName_1.CONDATE, PreviousName_1.CompanyName\n"
    )
    rows = [
        (
            "MIRANDEL TEXTILES LIMITED",
            "SG1 1AA",
            "01/01/2010",
            "",
            "03/04/2018",
            "OSPREY LOOMS LIMITED",
        ),
        ("HARBOTTLE FENCING LLP", "SG1 4BD", "01/01/2010", "", "", ""),
        ("12 ABBEY ROAD MANAGEMENT COMPANY LIMITED", "", "01/01/2010", "", "", ""),
        ("ZENNOR PRESS LIMITED", "SG2 9XX", "01/01/2010", "05/05/2015", "", ""),
        ("WREN COTTAGE NURSERY LIMITED", "SG1 1AA", "01/01/2010", "", "", ""),
        ("WREN COTTAGE NURSERIES LIMITED", "", "01/01/2010", "", "", ""),
        ("WREN COTTAGE NURSERY", "", "01/01/2010", "", "", ""),
    ]
    place.write_text(
        head
        + "".join(
            f'"{name}","{at:08}","{code}","Private Limited Company","Active","{begun}","{ended}",'
            f'"{until}","{former}"\n'
            for at, (name, code, begun, ended, until, former) in enumerate(rows, 201)
        )
    )
    return Matcher.open(build(folder / "store", [place]).folder / "index")


MIRANDEL, HARBOTTLE = "MIRANDEL TEXTILES LIMITED", "HARBOTTLE FENCING LLP"
ABBEY, ZENNOR = "12 ABBEY ROAD MANAGEMENT COMPANY LIMITED", "ZENNOR PRESS LIMITED"
WREN = "WREN COTTAGE NURSERY LIMITED"


@pytest.mark.parametrize(
    ("payee", "postcode", "name", "features"),
    [
        (
            "Mirandel Textiles Ltd",
            "",
            MIRANDEL,
            {
                "same letters": 1,
                "covered": 1,
                "covers": 1,
                "agreement": 1,
                "both fully covered": 1,
                "weight of the payee's own": 0,
                "heaviest of the register's own": 0,
                "legal forms agree": 1,
                "legal forms differ": 0,
                "payee states a form": 1,
                "register states a form": 1,
                "how surely words are meant": 1,
                "postcode given": 0,
                "former name": 0,
                "other name": 0,
                "first word agrees": 1,
                "rank": 0,
                "behind the best": 0,
                "agreed and little else": 1,
                "little weight": 0,
                "very little weight": 0,
                "close to the next": 0,
                "letters alike": 1,
                "letters alike in order": 1,
                "words of the payee": 2,
                "words of the register": 2,
                "words agreed": 2,
                "letters of the payee": 21,
                "numbers differ": 0,
                "ended or not yet begun": 0,
            },
        ),
        (
            "Harbottle Fencing Ltd",
            "",
            HARBOTTLE,
            {"legal forms differ": 1, "legal forms agree": 0, "same letters": 1},
        ),
        (
            "Harbottle Fencing",
            "",
            HARBOTTLE,
            {"legal forms differ": 0, "payee states a form": 0, "register states a form": 1},
        ),
        (
            "14 Abbey Road Management Co Ltd",
            "",
            ABBEY,
            {"numbers differ": 1, "same letters": 0, "first word agrees": 0},
        ),
        ("Osprey Looms Ltd", "", "OSPREY LOOMS LIMITED", {"former name": 1, "same letters": 1}),
        (
            "Mirandel Textiles",
            "SG1 1AA",
            MIRANDEL,
            {"postcode given": 1, "same postcode": 1, "same district": 1, "same area": 1},
        ),
        (
            "Mirandel Textiles",
            "SG1 9ZZ",
            MIRANDEL,
            {"postcode given": 1, "same postcode": 0, "same district": 1, "same area": 1},
        ),
        (
            "Mirandel Textiles",
            "SG9 9ZZ",
            MIRANDEL,
            {"postcode given": 1, "same district": 0, "same area": 1},
        ),
        ("Mirandel Textiles", "LS1 9ZZ", MIRANDEL, {"postcode given": 1, "same area": 0}),
        (
            "Mirandle Textiles",
            "",
            MIRANDEL,
            {"same letters": 0, "share of words meant otherwise": 0.5, "covered": 1},
        ),
        ("Mirandle Textilles", "", MIRANDEL, {"share of words meant otherwise": 1, "covered": 1}),
        ("Textiles Mirandel", "", MIRANDEL, {"words alike": 1, "same letters": 0}),
        (
            "Mirandel Qqvarz",
            "",
            MIRANDEL,
            {"unknown words": 1, "words agreed": 1, "one word only": 0, "first word agrees": 1},
        ),
        (
            "Mirandel",
            "",
            MIRANDEL,
            {
                "one word only": 1,
                "words of the payee": 1,
                "covered": 1,
                "parts alike": 1,
                "little weight": 1,
                "very little weight": 0,
                "agreed and little else": 0,
            },
        ),
        ("Wren", "", WREN, {"little weight": 1, "very little weight": 1}),
        (
            "Mirandel Textiles T/A Blue Door",
            "",
            MIRANDEL,
            {"before trading-as": 1, "after trading-as": 0},
        ),
        (
            "Blue Door T/A Mirandel Textiles",
            "",
            MIRANDEL,
            {"before trading-as": 0, "after trading-as": 1},
        ),
        ("Blue Door - Mirandel Textiles", "", MIRANDEL, {"after a tail": 1, "before a tail": 0}),
        ("Blue Door (Mirandel Textiles)", "", MIRANDEL, {"inside brackets": 1, "after a tail": 0}),
        (
            "Wren Cottage Nursery",
            "",
            WREN,
            {"entries of the same letters": 2, "entries of the same initials": 0},
        ),
        (
            "Wren Cottage Nursery Ltd",
            "SG1 1AA",
            WREN,
            {
                "legal forms agree, over the best rival's": 1,
                "legal forms agree": 1,
                "same postcode, over the best rival's": 1,
                "close to the next": 0,
            },
        ),
        (
            "Wren Cottage Nursery Ltd",
            "",
            "WREN COTTAGE NURSERY",
            {"legal forms agree, over the best rival's": -1, "legal forms agree": 0},
        ),
    ],
)
def test_each_feature_says_what_its_name_says(
    payee: str, postcode: str, name: str, features: dict[str, float], town: Matcher
) -> None:
    measured = told(town, payee, name, postcode)
    assert {feature: measured[feature] for feature in features} == pytest.approx(features)


def test_a_name_counts_as_it_was_borne_on_the_day_of_payment(town: Matcher) -> None:
    payees = pa.table(
        {
            "name": [
                "Osprey Looms Ltd",
                "Osprey Looms Ltd",
                "Zennor Press Ltd",
                "Zennor Press Ltd",
            ],
            "paid": [date(2017, 6, 1), date(2019, 6, 1), date(2015, 6, 1), date(2019, 6, 1)],
        }
    )
    _, _, pairs = town.candidates(payees)
    first = np.unique(pairs.payee, return_index=True)[1]
    columns = pairs.values[first][
        :, [NAMES.index("former name"), NAMES.index("ended or not yet begun")]
    ]
    assert columns.tolist() == [[0, 0], [1, 0], [0, 0], [0, 1]]


def test_likeness_is_set_beside_that_of_the_next(town: Matcher) -> None:
    measured = [
        told(town, "Wren Cottage Nurserie", name)
        for name in ("WREN COTTAGE NURSERIES LIMITED", "WREN COTTAGE NURSERY LIMITED")
    ]
    assert measured[0]["rank"] == 0 < measured[1]["rank"]
    assert measured[0]["behind the best"] == 0 < measured[1]["behind the best"]
    assert measured[0]["letters alike in order, over the best rival's"] > 0
    assert measured[1]["letters alike in order, over the best rival's"] < 0
    assert measured[0]["size of the register"] == pytest.approx(np.log10(10))


def test_rare_words_weigh_whether_both_have_them_or_one(town: Matcher) -> None:
    both, one, strange = (
        told(town, payee, MIRANDEL)
        for payee in ("Mirandel Textiles", "Mirandel", "Mirandel Textiles Qqvarz")
    )
    assert both["weight agreed"] > one["weight agreed"] > 5
    assert strange["weight agreed"] == both["weight agreed"]
    assert strange["heaviest of the payee's own"] > 5
    assert both["heaviest of the payee's own"] == one["heaviest of the payee's own"] == 0


def test_who_has_more_of_the_name_leads(town: Matcher) -> None:
    first, second = (
        told(town, "Wren Cottage Nurseries Qqvarz", name)
        for name in ("WREN COTTAGE NURSERIES LIMITED", WREN)
    )
    assert first["weight agreed, over the best rival's"] > 0
    assert second["weight agreed, over the best rival's"] < 0
    assert 0.03 < first["lead over the next"] == pytest.approx(second["behind the best"])
    assert first["close to the next"] == 0
    twin = told(town, "Wren Cottage Nursery", WREN)
    assert twin["lead over the next"] < 0.03
    assert (twin["rank"], twin["close to the next"]) in {(0, 1), (1, 0)}

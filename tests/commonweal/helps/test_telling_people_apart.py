"""Who is who, a field at a time: telephones, postcodes, names, births and references as they are
typed, what each says for or against being one person, and what overrules the sum."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from commonweal.office.errors import Refused
from commonweal.residents import keys, name_words, references
from commonweal.residents.clues.births import born_of, take_birth, years_of
from commonweal.residents.clues.readings import Clue
from commonweal.residents.keys import Described
from commonweal.residents.likeness import (
    Alikeness,
    birth_points,
    compare,
    first_name,
    judge,
    last_name,
)
from commonweal.residents.models import Resident
from commonweal.residents.models.people import SIGNS, new_reference
from commonweal.residents.unwritten import CODES, HOLDS_A_CODE, refuse_codes

TODAY = date(2026, 11, 27)


# Telephones, postcodes, houses


@pytest.mark.parametrize(
    "typed",
    [
        "07700 900123",
        "+44 7700 900123",
        "0044 7700 900123",
        "(07700) 900-123",
        "+44 (0)7700 900123",
        "tel. 07700.900.123",
    ],
)
def test_one_telephone_in_each_spelling(typed: str) -> None:
    assert keys.phone(typed) == "7700900123"
    assert keys.is_mobile(typed.removeprefix("tel. ").replace("(0)", ""))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("", ""),
        ("900123", ""),
        ("9001234", "9001234"),
        ("0000000000", ""),
        ("0711111111", ""),
        ("7.70090E+09", ""),
        ("nobody", ""),
    ],
)
def test_what_is_no_telephone_has_no_key(typed: str, number: str) -> None:
    assert keys.phone(typed) == number


@pytest.mark.parametrize(
    ("number", "reads_texts"),
    [
        ("07624 123456", True),
        ("07600 123456", False),
        ("07012 345678", False),
        ("07700 90012", False),
        ("07700 9001234", False),
        ("01632 960200", False),
        ("+353 87 123 4567", True),
        ("0033 6 12 34 56 78", True),
        ("+1", False),
        ("+44 1632 960200", False),
        ("", False),
    ],
)
def test_who_reads_texts(number: str, reads_texts: bool) -> None:
    assert keys.is_mobile(number) is reads_texts


@pytest.mark.parametrize(
    ("address", "house"),
    [
        ("14 Mill Lane", "14"),
        ("14a Mill Lane", "14a"),
        ("Flat 2, 34 Abbey Street", "2"),
        ("Rose Cottage, Mill Lane", "rose"),
        ("", ""),
        (" — ", ""),
    ],
)
def test_the_house_of_an_address(address: str, house: str) -> None:
    assert keys.house(address) == house
    assert keys.address_of("bf1 2ag", address) == f"BF12AG {house}"


# Names


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("O'Hagan-Smyth", "ohagansmyth ohagan hagansmyth hagan smyth"),
        ("van der Berg", "vanderberg derberg berg"),
        ("Saint John", "stjohn john"),
        ("St. John", "stjohn john"),
        ("de la", "dela"),
        ("Y", "y"),
        ("", ""),
        ("?!", ""),
    ],
)
def test_each_run_of_a_name(name: str, spellings: str) -> None:
    assert keys.runs(name) == spellings.split()


@settings(max_examples=30)
@given(some.text("aZÀéŁßøñ'’-ЖшΩ中١ \u200b\t1.", max_size=20))
def test_a_name_in_keys_is_small_latin_letters_however_it_is_typed(name: str) -> None:
    squashed = keys.squash(name)
    assert keys.squash(squashed) == squashed == keys.squash(f"  {squashed.upper()} ")
    assert keys.joined(name) == "".join(squashed.split())
    assert all(sign.isascii() and (sign.isalnum() or sign == " ") for sign in squashed)
    # Wide letters and what can't be seen are what they stand for.
    assert keys.usual_signs(keys.usual_signs(name)) == keys.usual_signs(name)


def test_signs_that_no_keyboard_has() -> None:
    assert keys.usual_signs("Ｗｅｂｂ\u200b–Ali\u2212Khan") == "Webb-Ali-Khan"
    assert keys.with_mc("M'Donald and M’Gee") == "McDonald and McGee"
    # A name of its own of two letters, and a word that only ends so.
    assert keys.with_mc("M'Ba, them'all") == "M'Ba, them'all"


@pytest.mark.parametrize(
    ("ours", "theirs", "points", "why"),
    [
        ("Zebedee", " ZEBEDÉE ", 2.5, "the same"),
        ("William", "Bill", 2.0, "forms of one name"),
        ("Sasha", "Alexandra", 2.0, "forms of one name"),
        ("Z", "Zebedee", 0.5, "the same initial"),
        ("Z", "Yusuf", -3.0, "another initial"),
        ("Marijana", "Marianna", 1.2, "almost the same letters"),
        ("Tom", "Tim", -3.0, "another name"),
        ("Zebedee", "Yusuf", -3.0, "another name"),
    ],
)
def test_what_two_first_names_say(ours: str, theirs: str, points: float, why: str) -> None:
    assert first_name(ours, theirs) == first_name(theirs, ours) == (points, why)


@pytest.mark.parametrize(
    ("ours", "theirs", "points", "why"),
    [
        ("O'Hagan", "OHAGAN", 3.0, "the same"),
        ("De La Cruz", "delacruz", 3.0, "the same"),
        ("Webb-Ali", "Ali", 2.2, "a part in common"),
        ("Smith", "Smyth", 2.0, "sounds the same"),
        ("Quillfeather", "Quillfeathre", 2.0, "sounds the same"),
        ("Quillfeather", "Quillfaether", 2.0, "sounds the same"),
        ("Quillfeather", "Quillfeatherd", 1.8, "almost the same letters"),
        ("Webb", "Okoro", -2.0, "another name"),
    ],
)
def test_what_two_last_names_say(ours: str, theirs: str, points: float, why: str) -> None:
    assert last_name(ours, theirs) == last_name(theirs, ours) == (points, why)


@pytest.mark.parametrize("missing", ["", "  ", "?"])
def test_a_name_that_is_not_known_says_nothing(missing: str) -> None:
    assert first_name(missing, "Zebedee") is first_name("Zebedee", missing) is None
    assert last_name(missing, "Webb") is last_name("Webb", missing) is None
    assert birth_points("", "1958-04-12") == birth_points("1958-04-12", "") == 0


# Births


@pytest.mark.parametrize(
    ("ours", "theirs", "points"),
    [
        ("1958-04-12", "1958-04-12", 4.0),
        ("1958", "1958", 1.5),
        ("1958-04", "1958-04", 1.5),
        ("1958-04-12", "1958-12-04", 3.0),
        ("1958-04-12", "1958-04-13", 1.5),
        ("1958-04-12", "1959-04-12", 1.5),
        ("1958-04-12", "1958-05-21", -1.0),
        ("1958-04-12", "1961-07-30", -5.0),
        ("1958-04-12", "1958", 1.0),
        ("1958-04-12", "1958-04", 1.0),
        ("1958-04-12", "1958-05", -2.5),
        ("1958-04-12", "1959", -2.5),
    ],
)
def test_what_two_births_say(ours: str, theirs: str, points: float) -> None:
    assert birth_points(ours, theirs) == birth_points(theirs, ours) == points


ZEB = Described(
    first="Zebedee",
    last="Quillfeather",
    born="1958-04-12",
    phones=("07700 934567",),
    email="zeb@example.org",
    address="14 Mill Lane",
    postcode="BF1 2AG",
)


def verdict(**theirs: object) -> str:
    candidate = replace(ZEB, **theirs)  # type: ignore[arg-type]
    likeness = compare(ZEB, candidate)
    verdict, points = judge(ZEB, candidate)
    # With words and without they are one answer, and the weightiest reason stands first.
    assert verdict == likeness.verdict == compare(candidate, ZEB).verdict
    assert points == {reason.field: reason.points for reason in likeness.reasons}
    weights = [abs(reason.points) for reason in likeness.reasons]
    assert weights == sorted(weights, reverse=True)
    assert likeness.in_words
    return likeness.verdict


def test_what_overrules_the_points() -> None:
    assert verdict() == Alikeness.LIKELY
    # A twin and a spouse, a father and a son of one name: of the same home, and another person.
    assert verdict(first="Yusuf") == Alikeness.HOUSEHOLD
    assert verdict(born="1930-04-12") == Alikeness.HOUSEHOLD
    assert verdict(born="1947-01-30") == Alikeness.LIKELY
    assert verdict(born="1946-04-12") == Alikeness.HOUSEHOLD
    # Of no home in common they are two.
    elsewhere = {"phones": (), "address": "1 Sea Row", "postcode": "BF9 9ZZ"}
    assert verdict(first="Yusuf", **elsewhere) == Alikeness.UNLIKELY
    assert verdict(first="Yusuf", phones=(), address="1 Sea Row") == Alikeness.UNLIKELY
    # A telephone is shared, an e-mail address is not a home.
    assert verdict(first="Yusuf", address="", postcode="") == Alikeness.HOUSEHOLD
    # The number of the health service overrules another first name.
    one = replace(ZEB, nhs="943 476 5919")
    other = replace(ZEB, nhs="9434765919", first="Yusuf")
    assert compare(one, other).verdict == Alikeness.LIKELY
    assert compare(one, replace(other, nhs="943 476 5870")).verdict == Alikeness.HOUSEHOLD


def test_what_either_lacks_says_nothing_for_or_against() -> None:
    everything = {"first name", "last name", "date of birth", "phone", "e-mail", "address"}
    assert set(judge(ZEB, ZEB)[1]) == everything
    for lacking, field in (
        ({"born": ""}, "date of birth"),
        ({"phones": ("12",)}, "phone"),
        ({"email": ""}, "e-mail"),
        ({"postcode": ""}, "address"),
        ({"first": ""}, "first name"),
        ({"last": "-"}, "last name"),
    ):
        other = replace(ZEB, **lacking)
        assert set(judge(ZEB, other)[1]) == set(judge(other, ZEB)[1]) == everything - {field}
    # Another e-mail address says nothing either, another number of the health service does.
    assert "e-mail" not in judge(ZEB, replace(ZEB, email="z@example.org"))[1]
    assert "NHS number" not in judge(ZEB, replace(ZEB, nhs="943 476 5919"))[1]


def test_a_property_s_number_and_names_that_were_swapped_or_known_besides() -> None:
    one = Described(first="Zebedee", last="Webb", uprn="00123", address="x", postcode="BF1 2AG")
    other = Described(first="Webb", last="Zebedee", uprn="123", postcode="BF9 9ZZ")
    reasons = {reason.field: reason for reason in compare(one, other).reasons}
    assert reasons["address"].explanation == "the same property"
    note = "(with another name, or first and last name swapped)"
    assert reasons["last name"].explanation == f"the same {note}"
    known = replace(other, first="Zebedee", last="Okoro", others=("Zeb Webb", "Webb"))
    points = judge(replace(one, uprn=""), known)[1]
    assert (points["first name"], points["last name"], points["address"]) == (2.5, 3.0, 0.0)
    assert known.names == [("Zebedee", "Okoro"), ("Zeb", "Webb"), ("Zebedee", "Webb")]


@pytest.mark.parametrize(
    ("typed", "meanings"),
    [
        ("12/04/1958", ["born 12 April 1958", "born 4 December 1958 (day and month swapped)"]),
        ("25.12.1958", ["born 25 December 1958"]),
        ("12/25/1958", ["born 25 December 1958"]),
        ("1958-04-12", ["born 12 April 1958", "born 4 December 1958 (day and month swapped)"]),
        ("5/5/58", ["born 5 May 1958"]),
        ("12 April 1958", ["born 12 April 1958"]),
        ("12th of Apr, '58", ["born 12 April 1958"]),
        ("April 12th, 1958", ["born 12 April 1958"]),
        ("Sept 1958", ["born in September 1958"]),
        ("04/1958", ["born in April 1958"]),
        ("1958", ["born in 1958"]),
    ],
)
def test_a_birth_in_each_writing(typed: str, meanings: list[str]) -> None:
    clues: list[Clue] = []
    assert take_birth(f"Webb {typed} Abbey", clues, TODAY).split() == ["Webb", "Abbey"]
    [clue] = clues
    assert [reading.meaning for reading in clue.without_weak().readings] == meanings


@pytest.mark.parametrize("typed", ["2058", "1899", "1958-1959", "58"])
def test_what_is_no_birth_stays(typed: str) -> None:
    clues: list[Clue] = []
    assert take_birth(f"Webb {typed}", clues, TODAY) == f"Webb {typed}"
    assert clues == []


@settings(max_examples=60)
@given(some.dates(min_value=date(1917, 1, 1), max_value=TODAY))
def test_any_day_of_a_life_in_figures_and_in_words(born: date) -> None:
    for pattern in ("%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%b %d %Y", "%d.%m.%Y", "%d-%b-%Y"):
        clues: list[Clue] = []
        take_birth(born.strftime(pattern), clues, TODAY)
        assert clues[0].readings[0].all_of == (frozenset({("born", str(born))}),), pattern


def test_two_figures_are_each_year_of_a_life() -> None:
    assert years_of("58", TODAY) == years_of("'58", TODAY) == [1958]
    assert years_of("20", TODAY) == [1920, 2020]
    assert years_of("26", TODAY) == [1926, 2026]
    assert years_of("27", TODAY) == [1927]
    assert years_of("16", TODAY) == [1916, 2016]
    assert years_of("15", TODAY) == [2015]
    assert years_of("1900", TODAY) == [1900]
    assert years_of("2026", TODAY) == [2026]
    for typed in ("", "1899", "2027", "x"):
        assert years_of(typed, TODAY) == []
    assert born_of("?", {"day": None, "month": None, "year": "x"}, TODAY) is None
    leap = born_of("29/02/00", {"day": "29", "month": "02", "year": "00"}, TODAY)
    assert leap is not None
    assert leap.readings[0].meaning == "born 29 February 2000"


# References


@pytest.mark.parametrize("start", sorted(references.STARTS))
def test_each_kind_of_reference_is_read_in_each_spelling(start: str) -> None:
    signs = (SIGNS * 2)[: 3 * references.STARTS[start][1]]
    code = f"{start}-" + "-".join(signs[at : at + 3] for at in range(0, len(signs), 3))
    for typed in (code, code.lower(), code.replace("-", " "), code.replace("-", ""), f" {code}. "):
        assert code in references.readings(typed)
        [*spans] = references.spans(f"Their reference is {typed}, they say")
        assert any(code in span.codes for span in spans)
    # Without its letter it may be any of its length.
    assert code in references.readings(signs)
    assert len({reading[0] for reading in references.readings(signs)}) > 1 or start in "RD"


@pytest.mark.parametrize("typed", ["", "H", "H-4K7", "H-4K7-PX3-T", "H-4K7-PX3-TMQQQQQ", "?" * 9])
def test_what_is_too_short_or_long_is_no_reference(typed: str) -> None:
    assert references.readings(typed) == []


def test_signs_that_were_misread_are_read_as_each_that_they_may_be() -> None:
    assert references.readings("H-4K7-PX3-TM0") == ["H-4K7-PX3-TMQ", "H-4K7-PX3-TMD"]
    codes = [code for code in references.readings("H-4K7-PX3-0M0") if code[0] == "H"]
    assert codes == [f"H-4K7-PX3-{a}M{b}" for a in "QD" for b in "QD"]
    # So many of them say nothing.
    assert references.readings("H-000-000-000") == []
    assert references.figures("9O1-28l I") == "901281" + "1"


@settings(max_examples=20)
@given(some.sampled_from(sorted(references.STARTS)))
def test_no_new_reference_needs_a_guess(start: str) -> None:
    groups = references.STARTS[start][1]
    code = new_reference(start, groups=groups)
    assert [reading for reading in references.readings(code) if reading[0] == start] == [code]


@pytest.mark.parametrize("text", ["Fridays 1pm", "fund 123456", "help 926280", "no figures at all"])
def test_what_only_has_the_length_of_a_reference_is_no_plain_one(text: str) -> None:
    assert not any(span.is_plain for span in references.spans(text))
    [plain] = [span for span in references.spans(f"{text} H-4K7-PX3-TMQ") if span.is_plain]
    assert plain.codes == ("H-4K7-PX3-TMQ",)


# Words that may be somebody's name


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Ring Yusuf Webb today", "yusuf", "webb"),
        ("Webb, Yusuf", "webb", "yusuf"),
        ("YusufWebb", "yusuf", "webb"),
        ("#yusufwebb", "yusuf", "webb"),
        ("Y-u-s-u-f W-e-b-b", "yusuf", "webb"),
        ("Yu5uf W3bb", "yusuf", "webb"),
        ("Yusuf & Mary Webb", "yusuf", "webb"),
        ("Yusuf Ali Webb", "yusuf", "webb"),
        ("Mary M'Donald", "mary", "mcdonald"),
        ("Yusuf Webb's tap", "yusuf", "webb"),
    ],
)
def test_first_and_last_name_however_they_stand(text: str, first: str, last: str) -> None:
    assert (first, last) in {(pair.first, pair.last) for pair in name_words.pairs(text)}


@pytest.mark.parametrize(
    "text", ["Thank Yusuf. Webb comes.", "Yusuf: Webb", "Yusuf", "", "yusuf then the webb"]
)
def test_no_name_goes_over_the_end_of_a_sentence(text: str) -> None:
    assert ("yusuf", "webb") not in {(pair.first, pair.last) for pair in name_words.pairs(text)}


@pytest.mark.parametrize(
    "text",
    ["Y. Webb", "y.webb", "Y Webb", "Webb Y.", "Webb, Y", "Y-Webb", "the Webbs", "the Webb family"],
)
def test_a_last_name_that_stands_as_one(text: str) -> None:
    assert "webb" in {plain for plain, _ in name_words.surnames(f"Bread for {text} on Monday")}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("hall B", "hall"),
        ("ward C is full", "ward"),
        ("an X-Ray", "ray"),
        ("e.g. webb", "webb"),
        ("a webb", "webb"),
        ("the webbs", "webb"),
        ("Webb I think", "webb"),
        ("webb y", "webb"),
    ],
)
def test_what_only_looks_like_one(text: str, plain: str) -> None:
    assert plain not in {name for name, _ in name_words.surnames(text)}


# Codes that are money


@pytest.mark.parametrize(
    ("code", "text", "is_caught"),
    [
        ("PZQ7-44XK-9012", "Use pzq7 44xk 9012 at the shop", True),
        ("PZQ7-44XK-9012", "P Z Q 7 4 4 X K 9 0 1 2", True),
        ("PZQ7-44XK-9012", "xPZQ744XK9012x", True),
        ("PZQ7-44XK-9012", "PZQ7-44XK-901", False),
        ("PZQ7-44XK-9012", "ＰＺＱ７４４ＸＫ９０１２", True),
        ("1234", "the pin is 1234.", True),
        ("1234", "ring 07700 912345", False),
        ("1234", "1-2-3-4", True),
        ("--", "--", False),
        ("PZQ7-44XK-9012", "", False),
    ],
)
def test_a_code_stands_in_no_words(
    monkeypatch: pytest.MonkeyPatch, code: str, text: str, is_caught: bool
) -> None:
    monkeypatch.setattr("commonweal.residents.unwritten.CODES", [lambda _: [code]])
    if is_caught:
        with pytest.raises(Refused) as refusal:
            refuse_codes(Resident(), "Nothing else.", None, text)
        assert str(refusal.value) == HOLDS_A_CODE
        assert code not in HOLDS_A_CODE
    else:
        refuse_codes(Resident(), "Nothing else.", None, text)
    assert CODES, "no room says which codes there are"

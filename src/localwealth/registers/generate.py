"""Registers of made-up companies in the 55 columns of Companies House's free company data.

For tests, for the demo, for benchmarks, and as decoys when a matcher is tried on few real entries.
No name is taken from a register: surnames, places and trades are everyday words, and the rest is
coined from syllables. Proportions follow what was read off three public lists of ratepayers and
suppliers: some 3.7 words a name, families of siblings (HOLDINGS, GROUP, (UK)), firms named by
initials, streets' management companies, one in nine with a former name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from localwealth import lists
from localwealth.registers.listed import SURNAMES

Texts = npt.NDArray[np.str_]
Objects = npt.NDArray[np.object_]
# Counted up when the same seed makes other companies.
VERSION = 1

_MADE_UP = "localwealth.registers"
PLACES = lists.entries(_MADE_UP, "made_up/places")
# So many of them are places to sit in; the others are parts of the country.
TOWNS = 96
TRADES = lists.entries(_MADE_UP, "made_up/trades")
STREETS = lists.entries(_MADE_UP, "made_up/streets")
HEADS = lists.entries(_MADE_UP, "made_up/heads")
TAILS = lists.entries(_MADE_UP, "made_up/tails")
POSTCODE_AREAS = lists.entries(_MADE_UP, "made_up/postcode_areas")
SIC = lists.entries(_MADE_UP, "made_up/industries")
# Letters that names begin with, and those of the inward part of postcodes.
INITIALS, INWARD = list("ABCDEFGHIJKLMNOPRSTVW"), list("ABDEFGHJLNPQRSTUWXYZ")
WAYS = ["ROAD", "STREET", "AVENUE", "CLOSE", "COURT", "GARDENS", "HOUSE", "LANE", "MEWS", "PLACE"]
SIBLINGS = [
    "HOLDINGS",
    "GROUP",
    "(UK)",
    "UK",
    "SERVICES",
    "(NORTH)",
    "(SOUTHERN)",
    "PROPERTIES",
    "INVESTMENTS",
    "TRADING",
    "2",
    "INTERNATIONAL",
]
FORMS = ["LIMITED", "LTD", "LTD.", "LLP", "CIC", "C.I.C.", "PLC"]
FORM_SHARES = [0.52, 0.40, 0.01, 0.03, 0.02, 0.005, 0.015]
CATEGORIES = {
    "LLP": "Limited Liability Partnership",
    "CIC": "Community Interest Company",
    "C.I.C.": "Community Interest Company",
    "PLC": "Public Limited Company",
}
NO_ACCOUNTS = "NO ACCOUNTS FILED"
YEAR_ENDS = ["31/03/2025", "31/12/2024", "31/03/2024", "30/09/2025", "05/04/2025"]
SIZES = [
    "MICRO ENTITY",
    "TOTAL EXEMPTION FULL",
    "DORMANT",
    NO_ACCOUNTS,
    "UNAUDITED ABRIDGED",
    "FULL",
    "SMALL",
    "GROUP",
]
SIZE_SHARES = [0.36, 0.24, 0.14, 0.14, 0.05, 0.03, 0.03, 0.01]
COLUMNS = (
    [
        "CompanyName",
        " CompanyNumber",
        "RegAddress.CareOf",
        "RegAddress.POBox",
        "RegAddress.AddressLine1",
        " RegAddress.AddressLine2",
        "RegAddress.PostTown",
        "RegAddress.County",
        "RegAddress.Country",
        "RegAddress.PostCode",
        "CompanyCategory",
        "CompanyStatus",
        "CountryOfOrigin",
        "DissolutionDate",
        "IncorporationDate",
        "Accounts.AccountRefDay",
        "Accounts.AccountRefMonth",
        "Accounts.NextDueDate",
        "Accounts.LastMadeUpDate",
        "Accounts.AccountCategory",
        "Returns.NextDueDate",
        "Returns.LastMadeUpDate",
        "Mortgages.NumMortCharges",
        "Mortgages.NumMortOutstanding",
        "Mortgages.NumMortPartSatisfied",
        "Mortgages.NumMortSatisfied",
        "SICCode.SicText_1",
        "SICCode.SicText_2",
        "SICCode.SicText_3",
        "SICCode.SicText_4",
        "LimitedPartnerships.NumGenPartners",
        "LimitedPartnerships.NumLimPartners",
        "URI",
    ]
    + [
        f"{space}PreviousName_{number}.{column}"
        for number in range(1, 11)
        for space, column in ((" " if number == 2 else "", "CONDATE"), (" ", "CompanyName"))
    ]
    + ["ConfStmtNextDueDate", " ConfStmtLastMadeUpDate"]
)


def companies(size: int, seed: int = 1, first_number: int = 90_000_000) -> pa.Table:
    """Made-up companies, the same ones for the same seed.

    Parameters
    ----------
    size
        How many.
    seed
        Of the random numbers.
    first_number
        Numbers count up from here; real ones are far below.

    Returns
    -------
    One row a company, in Companies House's columns (:data:`COLUMNS`), all text; "" is not known.
    """
    draw = np.random.default_rng(seed)
    stem = _different(draw, _stems(draw, size))
    form = np.array(FORMS)[draw.choice(len(FORMS), size, p=FORM_SHARES)]
    # Three in a hundred are a sibling of an earlier one.
    sibling = np.flatnonzero(draw.random(size) < 0.03)
    elder = (draw.random(len(sibling)) * np.maximum(sibling, 1)).astype(np.int64)
    stem[sibling] = _join(stem[elder], _any_of(draw, SIBLINGS, len(sibling)))
    name = _join(stem, form)
    number = np.char.mod("%08d", np.arange(first_number, first_number + size))
    postcode = _postcodes(draw, size)
    # Days since 1970: from the first of 1980 to the autumn of 2024.
    begun = draw.integers(3653, 20000, size).astype("datetime64[D]")
    former, until = _former_names(draw, form, begun)
    category = np.array([CATEGORIES.get(form, "Private Limited Company") for form in FORMS])
    columns: dict[str, object] = dict.fromkeys(COLUMNS)
    columns |= {
        "CompanyName": name,
        " CompanyNumber": number,
        "RegAddress.AddressLine1": _addresses(draw, size),
        "RegAddress.PostTown": np.array(PLACES)[draw.integers(0, TOWNS, size)],
        "RegAddress.PostCode": postcode,
        "CompanyCategory": category[_places_of(form)],
        "CompanyStatus": np.where(draw.random(size) < 0.95, "Active", "Liquidation"),
        "CountryOfOrigin": np.full(size, "United Kingdom"),
        "IncorporationDate": _british(begun),
        "Accounts.AccountCategory": (
            sizes := np.array(SIZES)[draw.choice(len(SIZES), size, p=SIZE_SHARES)]
        ),
        "Accounts.LastMadeUpDate": np.where(
            sizes == NO_ACCOUNTS, "", np.array(YEAR_ENDS)[np.arange(size) % len(YEAR_ENDS)]
        ),
        "SICCode.SicText_1": _any_of(draw, SIC, size),
        "PreviousName_1.CONDATE": until,
        " PreviousName_1.CompanyName": former,
    }
    empty = pa.array([""] * size, pa.large_string())
    texts = {
        key: empty if column is None else pa.array(np.asarray(column).tolist(), pa.large_string())
        for key, column in columns.items()
    }
    return pa.table(texts)


def _former_names(
    draw: np.random.Generator, form: Texts, begun: npt.NDArray[np.datetime64]
) -> tuple[Objects, Objects]:
    """What one in nine was called before, and until when; "" for the others."""
    size = len(form)
    renamed = np.flatnonzero(draw.random(size) < 0.11)
    former, until = np.full(size, "", dtype="U1").astype(object), np.full(size, "", dtype=object)
    former[renamed] = _join(_stems(draw, len(renamed)), form[renamed])
    borne = draw.integers(100, 3000, len(renamed)).astype("timedelta64[D]")
    until[renamed] = _british(begun[renamed] + borne)
    return former, until


def _different(draw: np.random.Generator, stem: Objects) -> Objects:
    """No two companies may have one name: those that come second get a word more."""
    for _ in range(3):
        codes = pa.array(stem.tolist(), pa.large_string()).dictionary_encode().indices.to_numpy()
        order = np.argsort(codes, kind="stable")
        again = order[1:][codes[order][1:] == codes[order][:-1]]
        if not len(again):
            break
        stem[again] = _join(_coined(draw, len(again)), stem[again])
    return stem


def _places_of(form: Texts) -> npt.NDArray[np.int64]:
    """Where each form stands among :data:`FORMS`."""
    order = np.argsort(FORMS)
    return order[np.searchsorted(np.array(FORMS)[order], form)]


def _join(*parts: npt.NDArray[np.generic] | Texts) -> Objects:
    """Texts side by side, with a space between."""
    arrays = [pa.array(np.asarray(part).tolist(), pa.string()) for part in parts]
    joined = pc.binary_join_element_wise(*arrays, " ")
    texts: Objects = joined.to_numpy(zero_copy_only=False)
    return texts


def _any_of(draw: np.random.Generator, choices: Sequence[str], count: int) -> Texts:
    """Any of some words, each as likely."""
    return np.array(choices)[draw.integers(0, len(choices), count)]


def _pick(draw: np.random.Generator, choices: list[str], size: int) -> Texts:
    """Any of some words: the first are commoner, as in life."""
    at = (len(choices) * draw.random(size) ** 1.6).astype(np.int64)
    return np.array(choices)[at]


def _coined(draw: np.random.Generator, size: int) -> Objects:
    """Words that nobody uses yet: two or three syllables."""
    head, tail = _any_of(draw, HEADS, size), _any_of(draw, TAILS, size)
    middle = np.where(draw.random(size) < 0.45, _any_of(draw, HEADS, size), "")
    return np.char.upper(np.char.add(np.char.add(head, middle), tail)).astype(object)


# Kinds of names. Each function gives as many stems as there are trades and surnames.
Stems = Callable[[np.random.Generator, Texts, Texts], Objects]


def _coined_with_trade(draw: np.random.Generator, trade: Texts, surname: Texts) -> Objects:
    return _join(_coined(draw, len(trade)), trade)


def _sole_trader(draw: np.random.Generator, trade: Texts, surname: Texts) -> Objects:
    count = len(trade)
    first, second = _any_of(draw, INITIALS, count), _any_of(draw, INITIALS, count)
    both = np.char.add(np.char.add(first, " "), second)
    return _join(np.where(draw.random(count) < 0.5, first, both), surname, trade)


def _partners(draw: np.random.Generator, trade: Texts, surname: Texts) -> Objects:
    second = _pick(draw, [*SURNAMES, "SONS", "CO", "DAUGHTERS"], len(trade))
    return _join(surname, np.full(len(trade), "&"), second)


def _trade_of_a_place(draw: np.random.Generator, trade: Texts, surname: Texts) -> Objects:
    return _join(_pick(draw, PLACES, len(trade)), trade)


def _managing_a_house(draw: np.random.Generator, trade: Texts, surname: Texts) -> Objects:
    return _join(_addresses(draw, len(trade)), np.full(len(trade), "MANAGEMENT COMPANY"))


def _one_coined_word(draw: np.random.Generator, trade: Texts, surname: Texts) -> Objects:
    return _coined(draw, len(trade))


def _two_coined_words(draw: np.random.Generator, trade: Texts, surname: Texts) -> Objects:
    return _join(_coined(draw, len(trade)), _coined(draw, len(trade)))


def _surname_and_place(draw: np.random.Generator, trade: Texts, surname: Texts) -> Objects:
    return _join(surname, trade, _pick(draw, PLACES, len(trade)))


def _three_letters(draw: np.random.Generator, trade: Texts, surname: Texts) -> Objects:
    first, second, third = (_any_of(draw, INITIALS, len(trade)) for _ in range(3))
    return _join(np.char.add(np.char.add(first, second), third), trade)


# How many of all names are of each kind. In this order they are drawn: another makes others.
KINDS: tuple[tuple[float, Stems], ...] = (
    (0.24, _coined_with_trade),
    (0.17, _sole_trader),
    (0.09, _partners),
    (0.11, _trade_of_a_place),
    (0.08, _managing_a_house),
    (0.07, _one_coined_word),
    (0.08, _two_coined_words),
    (0.10, _surname_and_place),
    (0.06, _three_letters),
)


def _stems(draw: np.random.Generator, size: int) -> Objects:
    """Names without their legal form."""
    kind = draw.choice(len(KINDS), size, p=[share for share, _ in KINDS])
    stems = np.empty(size, object)
    for number, (_, named) in enumerate(KINDS):
        at = np.flatnonzero(kind == number)
        if len(at):
            trade, surname = _pick(draw, TRADES, len(at)), _pick(draw, SURNAMES, len(at))
            stems[at] = named(draw, trade, surname)
    return stems


def _postcodes(draw: np.random.Generator, size: int) -> Objects:
    """One in eight sits at one of twenty formation agents."""
    postcodes, agents = _some_postcodes(draw, size), _some_postcodes(draw, 20)
    at = np.flatnonzero(draw.random(size) < 0.12)
    postcodes[at] = agents[draw.integers(0, 20, len(at))]
    return postcodes


def _some_postcodes(draw: np.random.Generator, count: int) -> Objects:
    outward = _any_of(draw, POSTCODE_AREAS, count), _numbers(draw, 1, 20, count)
    inward = _numbers(draw, 0, 10, count), _any_of(draw, INWARD, count)
    last = _any_of(draw, INWARD, count)
    texts = np.char.add(np.char.add(*outward), " "), np.char.add(np.char.add(*inward), last)
    return np.char.add(*texts).astype(object)


def _numbers(draw: np.random.Generator, low: int, high: int, count: int) -> Texts:
    """Numbers from ``low`` to below ``high``, as text."""
    return np.char.mod("%d", draw.integers(low, high, count))


def _addresses(draw: np.random.Generator, size: int) -> Objects:
    number = _numbers(draw, 1, 240, size)
    return _join(number, _any_of(draw, STREETS, size), _any_of(draw, WAYS, size))


def _british(days: npt.NDArray[np.datetime64]) -> Objects:
    """Days as Companies House writes them: 31/12/2024."""
    texts = days.astype("datetime64[D]").astype(str)
    if not len(texts):
        return texts.astype(object)
    # Of 2024-12-31 the year, the month, the day.
    parts = slice(0, 4), slice(5, 7), slice(8, 10)
    year, month, day = (np.array([text[part] for text in texts]) for part in parts)
    day_and_month = np.char.add(np.char.add(day, "/"), month)
    return np.char.add(np.char.add(day_and_month, "/"), year).astype(object)

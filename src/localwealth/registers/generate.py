"""Registers of made-up companies in the 55 columns of Companies House's free company data.

For tests, for the demo, for benchmarks, and as decoys when a matcher is tried on few real entries.
No name is taken from a register: surnames, places and trades are everyday words, and the rest is
coined from syllables. Proportions follow what was read off three public lists of ratepayers and
suppliers: some 3.7 words a name, families of siblings (HOLDINGS, GROUP, (UK)), firms named by
initials, streets' management companies, one in nine with a former name.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from localwealth import lists
from localwealth.registers.coining import (
    PLACES,
    Objects,
    Texts,
    addresses,
    any_of,
    coined,
    join,
    numbers,
    stems,
)

# Counted up when the same seed makes other companies.
VERSION = 1

_MADE_UP = "localwealth.registers"
# So many of the places are some to sit in; the others are parts of the country.
TOWNS = 96
POSTCODE_AREAS = lists.entries(_MADE_UP, "made_up/postcode_areas")
SIC = lists.entries(_MADE_UP, "made_up/industries")
# Letters of the inward part of postcodes.
INWARD = list("ABDEFGHJLNPQRSTUWXYZ")
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
    stem = _different(draw, stems(draw, size))
    form = np.array(FORMS)[draw.choice(len(FORMS), size, p=FORM_SHARES)]
    # Three in a hundred are a sibling of an earlier one.
    sibling = np.flatnonzero(draw.random(size) < 0.03)
    elder = (draw.random(len(sibling)) * np.maximum(sibling, 1)).astype(np.int64)
    stem[sibling] = join(stem[elder], any_of(draw, SIBLINGS, len(sibling)))
    name = join(stem, form)
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
        "RegAddress.AddressLine1": addresses(draw, size),
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
        "SICCode.SicText_1": any_of(draw, SIC, size),
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
    former[renamed] = join(stems(draw, len(renamed)), form[renamed])
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
        stem[again] = join(coined(draw, len(again)), stem[again])
    return stem


def _places_of(form: Texts) -> npt.NDArray[np.int64]:
    """Where each form stands among :data:`FORMS`."""
    order = np.argsort(FORMS)
    return order[np.searchsorted(np.array(FORMS)[order], form)]


def _postcodes(draw: np.random.Generator, size: int) -> Objects:
    """One in eight sits at one of twenty formation agents."""
    postcodes, agents = _some_postcodes(draw, size), _some_postcodes(draw, 20)
    at = np.flatnonzero(draw.random(size) < 0.12)
    postcodes[at] = agents[draw.integers(0, 20, len(at))]
    return postcodes


def _some_postcodes(draw: np.random.Generator, count: int) -> Objects:
    outward = any_of(draw, POSTCODE_AREAS, count), numbers(draw, 1, 20, count)
    inward = numbers(draw, 0, 10, count), any_of(draw, INWARD, count)
    last = any_of(draw, INWARD, count)
    texts = np.char.add(np.char.add(*outward), " "), np.char.add(np.char.add(*inward), last)
    return np.char.add(*texts).astype(object)


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

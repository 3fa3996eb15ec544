"""The register of the fictional town: companies, where they lie and who owns them."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Sequence
from typing import Any
from zlib import crc32

import pyarrow as pa

from commonweal.places.models import Area
from commonweal.spend import files
from localwealth.registers import generate
from localwealth.registers.making import build

from ..words import FIRST, HOME_POSTCODES, LAST
from .buyers import BOUGHT, Buyer, Supplier

TOWN, COUNTY, REGION = "X07000001", "X10000001", "X12000001"
POSTCODE, NAME, NUMBER = "RegAddress.PostCode", "CompanyName", " CompanyNumber"
CATEGORY, SIC = "CompanyCategory", "SICCode.SicText_1"

OWN = (
    ("BRACKENFORD COLLEGE", "89000001"),
    ("OAKBRIDGE HOMES LIMITED", "89000002"),
    ("BRACKENFORD GENERAL HOSPITAL", "89000003"),
)

# District, county and region of a place.
Where = tuple[str, str, str]
# Below which draw a company lies where, and how its postcode begins; farther away any is right.
DISTANCES: tuple[tuple[float, Where, str], ...] = (
    (0.12, (TOWN, COUNTY, REGION), "ZB"),
    (0.26, ("X07000002", COUNTY, REGION), "ZC"),
    (0.42, ("X07000003", "X10000002", REGION), "ZD"),
    (1.0, ("X07000009", "X10000009", "X12000009"), ""),
)


def _points(postcodes: Sequence[str]) -> dict[str, pa.Array]:
    """Some point near the middle of the town for each: the same one each time."""
    drawn = [crc32(postcode.encode()) for postcode in postcodes]
    easts = pa.array([522_000 + number % 4_001 for number in drawn], pa.int32())
    norths = pa.array([222_000 + number // 4_001 % 4_001 for number in drawn], pa.int32())
    return {"easting": easts, "northing": norths}


class Companies:
    """The register of the fictional town's companies, and who of them an anchor buys from.

    ``count`` is how many there are, ``scale`` how many suppliers an anchor has; both draws are
    the story's own.
    """

    def __init__(
        self, *, count: int, scale: float, draw: random.Random, short: random.Random
    ) -> None:
        self.count, self.scale, self.random, self.short = count, scale, draw, short

    def build(self) -> None:
        companies = generate.companies(self.count, seed=7)
        columns = {name: companies[name].to_pylist() for name in companies.column_names}
        places: dict[str, tuple[str, str, str]] = {}
        for at in range(len(companies)):
            near = self.random.random()
            where, code = next(place[1:] for place in DISTANCES if near < place[0])
            if code:
                columns[POSTCODE][at] = self._postcode(code)
            if near < 0.01:
                columns[CATEGORY][at] = "Registered Society"
            elif near < 0.025:
                columns[CATEGORY][at] = "Community Interest Company"
            places[columns[POSTCODE][at].replace(" ", "")] = where
        self._add_own(columns, places)
        self.rows = list(
            zip(columns[NAME], columns[POSTCODE], (code[:5] for code in columns[SIC]), strict=True)
        )
        self.where = places
        self._store(columns)
        places = dict.fromkeys(HOME_POSTCODES, (TOWN, COUNTY, REGION)) | places
        districts, counties, regions = zip(*places.values(), strict=True)
        files.keep_places(
            pa.table(
                {
                    "postcode": list(places),
                    "district": list(districts),
                    "county": list(counties),
                    "region": list(regions),
                    "nation": ["X92000001"] * len(places),
                    "ward": pa.array(self._wards(districts), pa.string()),
                    **_points(list(places)),
                }
            )
        )

    def _wards(self, districts: Sequence[str]) -> list[str | None]:
        """Where each postcode lies in the town: its wards in turn."""
        wards = itertools.cycle(Area.objects.values_list("code", flat=True))
        return [next(wards, None) if district == TOWN else None for district in districts]

    def _add_own(self, columns: dict[str, list[str]], places: dict[str, Where]) -> None:
        """The firms that the demo's stories name, all of the town."""
        for name, number in OWN:
            postcode = self._postcode("ZB")
            places[postcode.replace(" ", "")] = (TOWN, COUNTY, REGION)
            for column in columns.values():
                column.append("")
            known = {
                NAME: name,
                NUMBER: number,
                POSTCODE: postcode,
                CATEGORY: "Private Limited Company",
                SIC: "85590",
                "CompanyStatus": "Active",
                "IncorporationDate": "01/04/1994",
            }
            for heading, cell in known.items():
                columns[heading][-1] = cell

    def _store(self, columns: dict[str, list[str]]) -> None:
        """The store of companies and of who owns them."""
        table = pa.table({k: pa.array(v, pa.large_string()) for k, v in columns.items()})
        owners = files.folder("owners.jsonl")
        owners.write_text(
            "".join(json.dumps(statement) + "\n" for statement in self._owners(columns))
        )
        build(files.folder("register"), [owners], table)
        owners.unlink()

    def _owners(self, columns: dict[str, list[str]]) -> list[dict[str, Any]]:
        """Some companies belong to a holding elsewhere or abroad, a few to their employees."""
        holders = {
            "far": ("Northstar Holdings SE", "DE"),
            "trust": ("Mill Employee Ownership Trust", "GB"),
        }
        statements: list[dict[str, Any]] = [
            {
                "statementID": owner,
                "statementType": "entityStatement",
                "name": name,
                "incorporatedInJurisdiction": {"code": country},
            }
            for owner, (name, country) in holders.items()
        ]
        for number, name in zip(columns[NUMBER], columns[NAME], strict=True):
            chance = self.random.random()
            if chance > 0.09:
                continue
            holder = "trust" if chance < 0.02 else "far"
            statements += [
                {
                    "statementID": number,
                    "statementType": "entityStatement",
                    "name": name,
                    "identifiers": [{"scheme": "GB-COH", "id": number}],
                },
                {
                    "statementID": f"{number}-{holder}",
                    "statementType": "ownershipOrControlStatement",
                    "subject": {"describedByEntityStatement": number},
                    "interestedParty": {"describedByEntityStatement": holder},
                    "interests": [{"type": "shareholding", "share": {"minimum": 75}}],
                },
            ]
        return statements

    def _postcode(self, area: str) -> str:
        r = self.random
        letters = "".join(r.choice("ABDEFGHJLNPQRSTUWXYZ") for _ in range(2))
        return f"{area}{r.randint(1, 4)} {r.randint(0, 9)}{letters}"

    def portfolio(self, buyer: Buyer) -> list[Supplier]:
        """From whom an anchor buys: some near, most not, some in no register at all."""
        by_sic: dict[tuple[str, bool], list[tuple[str, str]]] = {}
        for name, postcode, sic in self.rows:
            is_near = self.where[postcode.replace(" ", "")][0] == TOWN
            by_sic.setdefault((sic, is_near), []).append((name, postcode))
        suppliers = []
        for number in range(int(buyer.suppliers * min(self.scale, 2))):
            thing = buyer.things[number % len(buyer.things)]
            sic = self.random.choice(BOUGHT[thing])
            choice = by_sic.get((sic, self.random.random() < buyer.near), [])
            if self.random.random() < 0.09 or not choice:
                suppliers.append(Supplier(self._unknown(), self._postcode("ZB"), thing))
                continue
            name, postcode = self.random.choice(choice)
            suppliers.append(Supplier(self._dirty(name), postcode, thing))
        return suppliers

    def _unknown(self) -> str:
        r = self.random
        return r.choice(
            (
                f"{r.choice(FIRST)} {r.choice(LAST)}",
                f"{r.choice(LAST)} & Sons",
                f"{r.choice(LAST)} Family Centre",
                f"St {r.choice(FIRST)} Primary School",
                f"{r.choice(LAST)} Allotment Association",
            )
        )

    def _dirty(self, name: str) -> str:
        """As ledgers write names: another case, short forms, cut off, a letter wrong."""
        r = self.random
        written = name if r.random() < 0.4 else name.title()
        if r.random() < 0.5:
            for long, short in (("LIMITED", "LTD"), ("Limited", "Ltd"), (" & ", " and ")):
                written = written.replace(long, short)
        if r.random() < 0.12:
            written = written.rsplit(" ", 1)[0]
        if r.random() < 0.06 and len(written) > 12:
            at = r.randrange(3, len(written) - 3)
            written = written[:at] + written[at + 1 :]
        return self._as_called(written)[:40]

    def _as_called(self, name: str) -> str:
        """Of some long names what everybody calls it: this is what an analyst has to look at."""
        parts = name.split()
        is_long = len(parts) > 3 and all(len(part) > 2 for part in parts[:2]) and parts[1] != "and"
        if is_long and self.short.random() < 0.2:
            return " ".join(parts[: 1 if self.short.random() < 0.4 else 2])
        return name

    def is_near(self, supplier: Supplier) -> bool:
        return self.where.get(supplier.postcode.replace(" ", ""), ("",))[0] == TOWN

"""The fictional town's payments: four anchors' files in four layouts, a register, what an analyst
decided. Everything goes in through the front door: made as files, read, reconciled, matched."""

from __future__ import annotations

import csv
import io
import itertools
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from commonweal.accounts.models import Person
from commonweal.partners.models import Partner, months_later
from commonweal.places.models import Area
from commonweal.spend import (
    contracts,
    files,
    importing,
    payees,
    preparing,
    registers,
    surveying,
)
from commonweal.spend.models import Anchor, Bands, Decided, Payee, Release, Route, Verdict
from localwealth.registers import generate
from localwealth.registers.making import build

from . import tables
from .cast import CAST
from .words import FIRST, LAST

TOWN, COUNTY, REGION = "X07000001", "X10000001", "X12000001"
QUARTERS = 9
POSTCODE, NAME, NUMBER = "RegAddress.PostCode", "CompanyName", " CompanyNumber"
CATEGORY, SIC = "CompanyCategory", "SICCode.SicText_1"

# What anchors buy, and under which industries of the register.
_TABLES = tables.read("spend")
BOUGHT: dict[str, list[str]] = _TABLES["bought"]


@dataclass(frozen=True)
class Buyer:
    """An anchor: which things it buys, how many suppliers it has, how much of that is near."""

    partner: str
    number: str
    things: list[str]
    suppliers: int
    near: float
    typical: int


BUYERS = tuple(Buyer(**buyer) for buyer in _TABLES["buyers"])
COUNCIL, COLLEGE, HOMES, HOSPITAL = BUYERS
OWN = (
    ("BRACKENFORD COLLEGE", "89000001"),
    ("OAKBRIDGE HOMES LIMITED", "89000002"),
    ("BRACKENFORD GENERAL HOSPITAL", "89000003"),
)


@dataclass(frozen=True)
class Supplier:
    name: str
    postcode: str
    thing: str


# District, county and region of a place.
Where = tuple[str, str, str]
# Below which draw a company lies where, and how its postcode begins; farther away any is right.
DISTANCES: tuple[tuple[float, Where, str], ...] = (
    (0.12, (TOWN, COUNTY, REGION), "ZB"),
    (0.26, ("X07000002", COUNTY, REGION), "ZC"),
    (0.42, ("X07000003", "X10000002", REGION), "ZD"),
    (1.0, ("X07000009", "X10000009", "X12000009"), ""),
)


def _matched(waiting: list[Payee]) -> list[Payee]:
    return [payee for payee in waiting if payee.likeliest and payee.probability > 0.3]


def _without_entry(waiting: list[Payee]) -> list[Payee]:
    """Schools and associations: they stand in none of the demo's registers."""
    return [payee for payee in waiting if "School" in payee.name or "Association" in payee.name]


class Story:
    def __init__(self, *, size: str, today: date, say: Callable[[str], None]) -> None:
        self.today, self.say = today, say
        self.random = random.Random(f"spend {size}")
        self.short = random.Random(f"short names {size}")
        self.companies = {"village": 3_000, "town": 12_000, "county": 60_000}[size]
        self.scale = {"village": 0.5, "town": 1.0, "county": 4.0}[size]
        month = (today.month - 1) // 3 * 3 + 1
        self.first = months_later(date(today.year, month, 1), -3 * QUARTERS)
        self.analyst = Person.objects.get(
            email=next(member.email for member in CAST if member.role == "analyst")
        )

    def tell(self) -> None:
        Bands.objects.update_or_create(
            id=1,
            defaults={
                "district": TOWN,
                "county": COUNTY,
                "county_name": "Orrinshire",
                "region": REGION,
                "region_name": "the Mid Coast",
            },
        )
        self.register()
        portfolios = {buyer.partner: self.portfolio(buyer) for buyer in BUYERS}
        for buyer in BUYERS:
            self.releases(buyer, portfolios[buyer.partner])
        preparing.bring_up_to_date()
        self.decide()
        self.sample()
        self.contracts(portfolios)
        preparing.bring_up_to_date()
        self.survey()
        preparing.bring_up_to_date()
        self.what_waits(portfolios)
        count = Release.objects.taken().count()
        self.say(f"{count} files of payments, each reconciled to the penny")

    # --- the register ------------------------------------------------------------------------

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

    def register(self) -> None:
        companies = generate.companies(self.companies, seed=7)
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
        self._build(columns)
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
                }
            )
        )

    def _wards(self, districts: Sequence[str]) -> list[str | None]:
        """Where each postcode lies in the town: its wards in turn."""
        wards = itertools.cycle(Area.objects.values_list("code", flat=True))
        return [next(wards, None) if district == TOWN else None for district in districts]

    def _build(self, columns: dict[str, list[str]]) -> None:
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

    # --- files -------------------------------------------------------------------------------

    def releases(self, buyer: Buyer, suppliers: list[Supplier]) -> None:
        partner = Partner.objects.get(code=buyer.partner)
        ids = [buyer.number] if buyer.number else []
        anchor = Anchor.objects.create(partner=partner, ids=ids, since=self.first)
        self.nature = random.Random(buyer.partner)
        for number in range(QUARTERS):
            lines = self._lines(buyer, suppliers, number)
            if buyer is COUNCIL and number == QUARTERS - 1:
                self._ledger(anchor, lines)
            content, name = self._file(buyer, lines, number)
            self._take(anchor, Route.PUBLISHED, content, name)
            if buyer is COUNCIL and number == 5:
                self._corrected(anchor, buyer, lines, number)

    def _take(
        self, anchor: Anchor, route: str, content: bytes, name: str, replaces: Release | None = None
    ) -> Release:
        release = importing.upload(
            anchor=anchor,
            route=route,
            content=content,
            name=name,
            by=self.analyst,
            source_url=f"https://{anchor.partner.code}.example/spending/{name}"
            if route == Route.PUBLISHED
            else "",
        )
        release = importing.read(release, today=self.today)
        importing.take(release=release, by=self.analyst, replaces=replaces)
        release.refresh_from_db()
        return release

    def _lines(
        self, buyer: Buyer, suppliers: list[Supplier], number: int
    ) -> list[tuple[date, Supplier, Decimal, str]]:
        r = self.nature
        first = months_later(self.first, 3 * number)
        days = (months_later(first, 3) - first).days
        out = []
        for at, supplier in enumerate(suppliers):
            is_near = self.where.get(supplier.postcode.replace(" ", ""), ("",))[0] == TOWN
            # What is bought near grows a little, quarter by quarter, where somebody promised it.
            grows = 1 + 0.05 * number * (is_near and buyer in (COUNCIL, COLLEGE))
            for _ in range(r.choice((0, 1, 1, 2))):
                pounds = min(r.lognormvariate(0, 1.0), 9) * buyer.typical * grows
                amount = Decimal(int(max(pounds, 510) * 100)) / 100
                day = first + timedelta(days=r.randrange(days))
                reference = f"{buyer.partner[12:15].upper()}{number}{at:04}{r.randrange(1000):03}"
                if r.random() < 0.02:
                    amount = -amount / 4
                out.append((day, supplier, amount.quantize(Decimal("0.01")), reference))
        if buyer is not HOSPITAL:
            to = Supplier("Brackenford General Hospital", "", "Day care and family support")
            out.append((first + timedelta(days=20), to, Decimal("18250.00"), f"BGH{number}"))
        for _ in range(4):
            name = r.choice((f"Mrs {r.choice(FIRST)} {r.choice(LAST)}", "REDACTED PERSONAL DATA"))
            day = first + timedelta(days=r.randrange(days))
            amount = Decimal(r.randrange(51_000, 240_000)) / 100
            out.append(
                (
                    day,
                    Supplier(name, "", "Day care and family support"),
                    amount,
                    f"P{number}{r.randrange(10**6)}",
                )
            )
        return sorted(out, key=lambda line: (line[0], line[3]))

    def _file(
        self, buyer: Buyer, lines: list[tuple[date, Supplier, Decimal, str]], number: int
    ) -> tuple[bytes, str]:
        """What an anchor publishes of a quarter, in a layout of its own, and how it is called."""
        first = months_later(self.first, 3 * number)
        label = f"{first:%Y}-Q{(first.month - 1) // 3 + 1}"
        if buyer is COUNCIL:
            return self._council_file(lines).encode("cp1252"), f"council-over-500-{label}.csv"
        if buyer is HOSPITAL:
            return ("\ufeff" + self._hospital_file(lines)).encode(), f"hospital-{label}.csv"
        out = io.StringIO(newline="")
        if buyer is COLLEGE:
            write = csv.writer(out, delimiter=";")
            write.writerow(["Paid to", "On", "What for", "£"])
            for day, supplier, amount, _ in lines:
                write.writerow(
                    [supplier.name, f"{day:%d %B %Y}", supplier.thing, f"£{amount:,.2f}"]
                )
            return out.getvalue().encode(), f"college-payments-{label}.csv"
        write = csv.writer(out)
        write.writerow(["Ref", "Beneficiary", "Value", "Purpose", "Month"])
        for day, supplier, amount, ref in lines:
            write.writerow([ref, supplier.name, f"{amount:.2f}", supplier.thing, f"{day:%b-%y}"])
        return out.getvalue().encode("utf-16"), f"oakbridge-homes-{label}.csv"

    def _council_file(self, lines: list[tuple[date, Supplier, Decimal, str]]) -> str:
        out = io.StringIO(newline="")
        write = csv.writer(out)
        write.writerow(_TABLES["headings"]["council"])
        for day, supplier, amount, ref in lines:
            # The same file gives the same days, however often it is written.
            wait = random.Random(ref).choice((6, 9, 12, 14, 18, 22, 27, 29, 34, 47))
            invoiced = f"{day - timedelta(days=wait):%d/%m/%Y}"
            paid, pounds = f"{day:%d/%m/%Y}", f"{amount:,.2f}"
            write.writerow([paid, supplier.name, pounds, supplier.thing, ref, invoiced])
        return out.getvalue()

    def _hospital_file(self, lines: list[tuple[date, Supplier, Decimal, str]]) -> str:
        out = io.StringIO(newline="")
        write = csv.writer(out)
        write.writerow(["Brackenford General Hospital: spend over £500"])
        write.writerow([])
        write.writerow(_TABLES["headings"]["hospital"])
        for day, supplier, amount, ref in lines:
            pounds = f"({-amount:.2f})" if amount < 0 else f"{amount:.2f}"
            paid = f"{day:%d-%b-%y}"
            write.writerow(["BGH", paid, supplier.thing, supplier.name, ref, pounds])
        write.writerow(["", "", "", "", "Total", f"{sum(line[2] for line in lines):.2f}"])
        return out.getvalue()

    def _ledger(self, anchor: Anchor, lines: list[tuple[date, Supplier, Decimal, str]]) -> None:
        """The council's own purchase ledger of the newest quarter: with postcodes."""
        out = io.StringIO(newline="")
        write = csv.writer(out)
        write.writerow(["Vendor", "Post code", "Posting date", "Account", "Doc no", "Value"])
        for day, supplier, amount, ref in lines:
            write.writerow(
                [supplier.name, supplier.postcode, f"{day:%Y-%m-%d}", supplier.thing, ref, amount]
            )
        self._take(anchor, Route.LEDGER, out.getvalue().encode(), "purchase-ledger.csv")

    def _corrected(
        self,
        anchor: Anchor,
        buyer: Buyer,
        lines: list[tuple[date, Supplier, Decimal, str]],
        number: int,
    ) -> None:
        """The council found an amount that was ten times too large, and a payment left out."""
        was = Release.objects.taken().filter(anchor=anchor, route=Route.PUBLISHED).latest("ends_on")
        day, supplier, amount, ref = lines[8]
        lines[8] = (day, supplier, (amount / 10).quantize(Decimal("0.01")), ref)
        lines.insert(9, (day, lines[2][1], Decimal("7400.00"), f"{ref}B"))
        content, name = self._file(buyer, lines, number)
        self._take(anchor, Route.PUBLISHED, content, name.replace(".csv", "-corrected.csv"), was)

    # --- what the analyst did ----------------------------------------------------------------

    def decide(self) -> None:
        waiting = list(payees.queue()[:40])
        matched = _matched(waiting)
        persons = Payee.objects.paid().filter(name__in=[f"{f} {n}" for f in FIRST for n in LAST])
        done = 0
        for payee in matched[:2]:
            payees.decide(
                payee=payee,
                verdict=Verdict.ENTRY,
                entry=payee.likeliest,
                by=self.analyst,
                role="Analyst",
                because="Its invoice gives this company's number.",
            )
            done += 1
        for payee in _without_entry(waiting)[:2]:
            payees.decide(
                payee=payee,
                verdict=Verdict.NONE,
                by=self.analyst,
                role="Analyst",
                because="Known to the council; stands in none of the registers that are loaded.",
            )
        for payee in persons[:1]:
            payees.decide(
                payee=payee,
                verdict=Verdict.PERSON,
                by=self.analyst,
                role="Analyst",
                because="A childminder who trades under her own name.",
            )
        if done == 2:
            again = Decided.objects.filter(verdict=Verdict.ENTRY).last()
            assert again is not None
            payees.take_back(
                decided=again,
                by=self.analyst,
                role="Analyst",
                because="The invoice was of another firm; looking again.",
            )

    def sample(self) -> None:
        """Most of a sample of sixty is checked: by the very names that the story was made from."""
        drawing = payees.draw(by=self.analyst, role="analyst", size=60, seed=3)
        for number, check in enumerate(drawing.checks.select_related("payee")):
            if number < 48:
                like = check.payee.name.split()[0].casefold()[:4]
                payees.check(
                    check=check, is_right=like in check.register_name.casefold(), by=self.analyst
                )

    def contracts(self, portfolios: dict[str, list[Supplier]]) -> None:
        """Two anchors publish which of their contracts end when."""
        for buyer in (COUNCIL, HOSPITAL):
            out = io.StringIO(newline="")
            write = csv.writer(out)
            write.writerow(
                ["Contract title", "Supplier", "Start date", "End date", "Total value (GBP)"]
            )
            for number, supplier in enumerate(portfolios[buyer.partner][:40]):
                starts = self.first + timedelta(days=self.random.randrange(600))
                ends = starts + timedelta(days=365 * self.random.choice((2, 3, 4)))
                write.writerow(
                    [
                        f"{supplier.thing}, lot {number % 4 + 1}",
                        supplier.name,
                        f"{starts:%d/%m/%Y}",
                        f"{ends:%d/%m/%Y}",
                        f"{self.random.randrange(20, 900) * 1000:,}",
                    ]
                )
            anchor = Anchor.objects.get(partner__code=buyer.partner)
            read_contracts = contracts.read(anchor, out.getvalue().encode(), "contracts.csv")
            registers.keep(
                anchor=anchor,
                register=read_contracts,
                file_name="contracts.csv",
                by=self.analyst,
            )

    def survey(self) -> None:
        """Six in ten suppliers of the town answered what they spend there again."""
        opened = surveying.open_survey(
            title="What you spend in Brackenford again",
            by=self.analyst,
            role="analyst",
            closes_on=self.today + timedelta(days=30),
        )
        for page in opened.answers.all():
            if self.random.random() < 0.6:
                surveying.answer(
                    page=page,
                    again=Decimal(self.random.randint(15, 80)),
                    basis=self.random.choice(["accounts", "estimate"]),
                )

    def what_waits(self, portfolios: dict[str, list[Supplier]]) -> None:
        """A file of the running quarter lies on the desk, read and not yet taken."""
        anchor = Anchor.objects.get(partner__code=HOMES.partner)
        lines = [
            line
            for line in self._lines(HOMES, portfolios[HOMES.partner], QUARTERS)
            if line[0] < self.today
        ]
        if len(lines) < 3:
            return
        content, name = self._file(HOMES, [*lines, lines[-1]], QUARTERS)
        importing.read(
            importing.upload(
                anchor=anchor, route=Route.PUBLISHED, content=content, name=name, by=self.analyst
            ),
            today=self.today,
        )

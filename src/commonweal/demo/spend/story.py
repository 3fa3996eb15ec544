"""The story of the payments from beginning to end."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from commonweal.accounts.models import Person
from commonweal.partners.models import Partner, months_later
from commonweal.spend import (
    contracts,
    importing,
    preparing,
    registers,
)
from commonweal.spend.models import Anchor, Bands, Release, Route

from ..cast import CAST
from ..words import FIRST, LAST
from . import analysing, layouts
from .buyers import BUYERS, COLLEGE, COUNCIL, HOMES, HOSPITAL, Buyer, Line, Supplier
from .companies import COUNTY, REGION, TOWN, Companies

QUARTERS = 9


class SpendStory:
    def __init__(self, *, size: str, today: date, say: Callable[[str], None]) -> None:
        self.today, self.say = today, say
        self.random = random.Random(f"spend {size}")
        self.companies = Companies(
            count={"village": 3_000, "town": 12_000, "county": 60_000}[size],
            scale={"village": 0.5, "town": 1.0, "county": 4.0}[size],
            draw=self.random,
            short=random.Random(f"short names {size}"),
        )
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
        self.companies.build()
        portfolios = {buyer.partner: self.companies.portfolio(buyer) for buyer in BUYERS}
        for buyer in BUYERS:
            self.releases(buyer, portfolios[buyer.partner])
        preparing.read_and_match()
        analysing.decide(self.analyst)
        analysing.sample(self.analyst)
        self.contracts(portfolios)
        # Whom to ask stands in the tables; the figures follow from what they answer.
        preparing.prepare(figures=False)
        analysing.survey(self.analyst, self.today, self.random)
        preparing.prepare()
        self.what_waits(portfolios)
        count = Release.objects.taken().count()
        self.say(f"{count} files of payments, each reconciled to the penny")

    def releases(self, buyer: Buyer, suppliers: list[Supplier]) -> None:
        partner = Partner.objects.get(code=buyer.partner)
        ids = [buyer.number] if buyer.number else []
        anchor = Anchor.objects.create(partner=partner, ids=ids, since=self.first)
        self.nature = random.Random(buyer.partner)
        for number in range(QUARTERS):
            lines = self._lines(buyer, suppliers, number)
            if buyer is COUNCIL and number == QUARTERS - 1:
                content = layouts.ledger(lines).encode()
                self._take(anchor, Route.LEDGER, content, "purchase-ledger.csv")
            content, name = layouts.of_quarter(buyer, lines, self._quarter(number))
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

    def _lines(self, buyer: Buyer, suppliers: list[Supplier], number: int) -> list[Line]:
        r = self.nature
        first = self._quarter(number)
        days = (months_later(first, 3) - first).days
        out = []
        for at, supplier in enumerate(suppliers):
            is_near = self.companies.is_near(supplier)
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

    def _corrected(
        self,
        anchor: Anchor,
        buyer: Buyer,
        lines: list[Line],
        number: int,
    ) -> None:
        """The council found an amount that was ten times too large, and a payment left out."""
        was = Release.objects.taken().filter(anchor=anchor, route=Route.PUBLISHED).latest("ends_on")
        day, supplier, amount, ref = lines[8]
        lines[8] = (day, supplier, (amount / 10).quantize(Decimal("0.01")), ref)
        lines.insert(9, (day, lines[2][1], Decimal("7400.00"), f"{ref}B"))
        content, name = layouts.of_quarter(buyer, lines, self._quarter(number))
        self._take(anchor, Route.PUBLISHED, content, name.replace(".csv", "-corrected.csv"), was)

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
        content, name = layouts.of_quarter(HOMES, [*lines, lines[-1]], self._quarter(QUARTERS))
        importing.read(
            importing.upload(
                anchor=anchor, route=Route.PUBLISHED, content=content, name=name, by=self.analyst
            ),
            today=self.today,
        )

    def _quarter(self, number: int) -> date:
        """The first day of a quarter, counted from the one with which the files begin."""
        return months_later(self.first, 3 * number)

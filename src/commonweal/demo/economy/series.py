"""The fictional town's economy: series of the shape of 2020 and 2021, made up.

Claimants double in spring 2020 and come back slowly; furlough is highest in May 2020 and ends in
September 2021. Everything goes in through the front door, as files.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from commonweal.accounts.models import Person
from commonweal.design.csvs import lines_text
from commonweal.economy.series import bringing, comparing, wards
from commonweal.places.models import Area
from localwealth.sources.statistics.reading import Told

from ..cast import CAST

MADE_UP = "made up for the demonstration"
TOWN, COUNTRY = "Brackenford", "The country"
OTHERS = ("Harrowbeck", "Marlingate")
PEOPLE, JOBS = 61_000, 44_000
# Of the town's jobs, and of the country's, in hundredths; by section of industry.
INDUSTRIES = {
    "Manufacturing": (19, 8),
    "Construction": (5, 6),
    "Wholesale and retail trade": (15, 15),
    "Transport and storage": (5, 5),
    "Accommodation and food": (7, 8),
    "Information and communication": (6, 5),
    "Professional, scientific and technical": (9, 10),
    "Administrative and support": (8, 9),
    "Public administration and defence": (4, 5),
    "Education": (8, 9),
    "Health and social work": (12, 15),
    "Arts and other services": (2, 5),
}
SIZES = {"0 to 4": 1480, "5 to 9": 260, "10 to 49": 190, "50 to 249": 45, "250 or more": 15}
AGES = {
    "Under 18": 13_000,
    "18 to 24": 5_000,
    "25 to 44": 16_000,
    "45 to 64": 15_000,
    "65 or over": 12_000,
}
OWN = ("series", "unit", "kind", "of", "area", "period", "value", "source")
# Estimates of the middle of a year come a year apart, so long after it.
MID_YEAR_DAYS = 60


def tell(today: date) -> None:
    """Bring in everything that the page of the economy shows."""
    analyst = Person.objects.get(email=next(m.email for m in CAST if m.role == "analyst"))
    teller = _Teller(today, analyst)
    teller.claimants()
    teller.furlough()
    teller.jobs()
    teller.own_reports()
    teller.residents()
    teller.outlines()
    for name in OTHERS:
        comparing.choose(
            area_code=name,
            because=f"{name} is a town of like size, with as many jobs in making things.",
            source=f"Our own choice, {MADE_UP}",
            by=analyst,
        )


class _Teller:
    def __init__(self, today: date, analyst: Person) -> None:
        self.today, self.analyst = today, analyst
        self.random = random.Random(2020)
        self.areas = list(Area.objects.all())

    def bring(
        self, name: str, rows: Sequence[Sequence[object]], on: date, told_by_hand: Told
    ) -> None:
        bringing.bring_in(
            content=lines_text(rows).encode(),
            name=name,
            published_on=min(on, self.today),
            on=self.today,
            by=self.analyst,
            told=told_by_hand,
        )

    def claimants(self) -> None:
        """Every month since 2019 of the town, two others and the wards; then one more, with the
        month before revised."""
        newest, before = _months_back(self.today, 2), _months_back(self.today, 3)
        for first, last, days in ((date(2019, 1, 1), before, 45), (before, newest, 14)):
            on, lag = self.today - timedelta(days=days), 0.985 if days == 45 else 1.0
            months = _months(first, last)
            rows: list[Sequence[object]] = [("date", "area", "claimant count", "claimants rate")]
            of_wards: list[Sequence[object]] = [("date", "area", "claimant count")]
            for month in months:
                share = _claimant_share(month) * (lag if month == before else 1)
                rows += self._in_towns(month, share)
                of_wards += self._in_wards(month, share)
            self.bring(f"claimants-{last:%Y-%m}.csv", rows, on, Told())
            self.bring(f"claimants-by-ward-{last:%Y-%m}.csv", of_wards, on, Told())

    def _in_towns(self, month: date, share: float) -> Iterator[Sequence[object]]:
        for place, name in enumerate((TOWN, *OTHERS)):
            count = round(PEOPLE * share * (1, 0.86, 1.12)[place] / 5) * 5
            yield f"{month:%Y-%m}", name, count, round(100 * count / PEOPLE, 1)

    def _in_wards(self, month: date, share: float) -> Iterator[Sequence[object]]:
        """Ward by ward since 2020; the first is so small that its figures are marked."""
        for number, area in enumerate(self.areas if month.year >= 2020 else ()):
            weight = 0.15 if number == 0 else 0.6 + 0.15 * number
            count = round(PEOPLE / len(self.areas) * share * weight / 5) * 5
            yield f"{month:%Y-%m}", area.name, count or "*"

    def furlough(self) -> None:
        """Jobs ever furloughed until summer 2020; then jobs on furlough, month by month."""
        head = ("County and district / unitary authority", "Employments furloughed", "Take-up rate")
        rows: list[Sequence[object]] = [
            ("Employments furloughed, cumulative to 30 June 2020",),
            head,
            (TOWN, round(JOBS * 0.29, -2), 0.29),
        ]
        self.bring("furlough-june-2020.csv", rows, date(2020, 8, 21), Told())
        for month in _months(date(2020, 7, 1), date(2021, 9, 1)):
            on = _end_of(month)
            share = 0.16 * math.exp(-((month - date(2020, 7, 1)).days / 190)) + (
                0.055 if date(2020, 11, 1) <= month <= date(2021, 4, 1) else 0
            )
            rows = [
                (f"Employments on furlough at {on.day} {on:%B %Y}",),
                head,
                (TOWN, int(round(JOBS * share, -2)), round(share, 2)),
            ]
            name = f"furlough-{month:%Y-%m}.csv"
            self.bring(name, rows, on + timedelta(days=40), Told())

    def jobs(self) -> None:
        """Jobs by industry of 2019 and two years ago, and businesses by size."""
        year = self.today.year - 2
        rows: list[Sequence[object]] = [("area", "date", "industry", "value")]
        for number, (industry, (local_share, thousands)) in enumerate(INDUSTRIES.items()):
            grown = 0.9 + 0.02 * number
            rows += [
                (TOWN, 2019, industry, JOBS * local_share // 100),
                (TOWN, year, industry, int(JOBS * local_share // 100 * grown) // 5 * 5),
                (COUNTRY, 2019, industry, 310_000 * thousands),
                (COUNTRY, year, industry, int(310_000 * thousands * (0.97 + 0.01 * number))),
            ]
        published = date(self.today.year - 1, 10, 20)
        self.bring("jobs-by-industry.csv", rows, published, Told("jobs-by-industry"))
        head = ("area", "period", "indicator", "group", "value")
        sizes = [(TOWN, year, "Number of businesses", size, count) for size, count in SIZES.items()]
        self.bring("businesses.csv", [head, *sizes], published, Told())

    def own_reports(self) -> None:
        """Empty shops on the town centre walk, each quarter since 2022."""
        rows: list[Sequence[object]] = [OWN]
        for month in _months(date(2022, 1, 1), _months_back(self.today, 1)):
            if month.month % 3 == 1:
                count = 38 + self.random.randint(-4, 4)
                rows.append(
                    (
                        "Empty shops in the centre",
                        "shop",
                        "stock",
                        "",
                        TOWN,
                        f"{month:%Y-%m}",
                        count,
                        f"Town centre walk, {MADE_UP}",
                    )
                )
        self.bring("empty-shops.csv", rows, self.today, Told())

    def residents(self) -> None:
        """Who lives in each ward, and how old the town is: mid-year, as a town would load it."""
        rows: list[Sequence[object]] = [(*OWN, "every_months")]
        newest = self.today - timedelta(days=MID_YEAR_DAYS)
        year = newest.year - (newest < date(newest.year, 6, 30))
        source = f"Mid-year estimate, {MADE_UP}"
        for number, area in enumerate(self.areas):
            count = 3_000 + 400 * number
            rows.append(
                (
                    "Residents",
                    "resident",
                    "stock",
                    "",
                    area.name,
                    f"{year}-06-30",
                    count,
                    source,
                    12,
                )
            )
        for age_group, count in AGES.items():
            title = f"Residents aged {age_group[0].lower()}{age_group[1:]}"
            rows.append((title, "resident", "stock", "", TOWN, f"{year}-06-30", count, source, 12))
        self.bring("residents.csv", rows, self.today, Told())

    def outlines(self) -> None:
        """Wards as a fan around the centre: outlines of a town that is nowhere."""
        features = []
        for number, area in enumerate(self.areas):
            turn = 2 * math.pi / len(self.areas)
            ring = [
                _at(number * turn, 0.2),
                *(
                    _at((number + step / 8) * turn, 1 + 0.12 * math.sin(3 * number + step / 2))
                    for step in range(9)
                ),
                _at((number + 1) * turn, 0.2),
            ]
            features.append(
                {
                    "type": "Feature",
                    "properties": {"WD24CD": area.code, "WD24NM": area.name},
                    "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
                }
            )
        wards.load(
            content=json.dumps({"type": "FeatureCollection", "features": features}).encode(),
            name="wards.geojson",
            source=MADE_UP[0].upper() + MADE_UP[1:],
            by=self.analyst,
        )


def _at(turn: float, far: float) -> list[float]:
    return [0.05 * far * math.cos(turn), 52 + 0.03 * far * math.sin(turn)]


def _claimant_share(month: date) -> float:
    """Of people of working age: 2% before spring 2020, 5.6% in May 2020, slowly back."""
    usual = 0.021 + 0.002 * math.sin(month.month / 12 * 2 * math.pi)
    since = (month - date(2020, 4, 1)).days
    if since < 0:
        return usual
    return usual + 0.035 * min(1, 0.7 + since / 100) * math.exp(-max(0, since - 330) / 420)


def _months(first: date, last: date) -> list[date]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [
        date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1)
        for n in range(count)
    ]


def _months_back(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _end_of(month: date) -> date:
    return _months_back(month, -1) - timedelta(days=1)

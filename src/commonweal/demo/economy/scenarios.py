"""The fictional town's economy: a table and jobs, and what if its largest employer shrank."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.economy.models import Structure
from commonweal.economy.scenarios import actions, structures
from commonweal.economy.scenarios.structures import SentStructure
from commonweal.economy.scenarios.working import Assumed

from ..cast import CAST

INDUSTRIES = (
    "Food",
    "Manufacturing",
    "Energy and water",
    "Construction",
    "Shops and transport",
    "Hotels and catering",
    "Offices",
    "Care and teaching",
)
# What each sells to each, to households and to other final use, in billions; nobody's real ones.
SALES = (
    (30, 5, 0, 0, 3, 15, 1, 3, 55, 40),
    (12, 60, 8, 30, 20, 4, 12, 12, 40, 240),
    (3, 12, 30, 2, 8, 3, 6, 6, 45, 8),
    (1, 3, 6, 60, 6, 2, 20, 10, 4, 200),
    (14, 30, 5, 14, 40, 10, 25, 14, 250, 90),
    (0, 1, 0, 1, 3, 2, 10, 5, 90, 25),
    (8, 35, 10, 25, 60, 12, 300, 45, 300, 400),
    (0, 1, 0, 1, 2, 1, 8, 20, 70, 480),
)
IMPORTS = (20, 120, 15, 30, 45, 12, 90, 40)
PAY = (25, 105, 18, 80, 190, 50, 400, 340)
# Jobs in the town, and in the nation in thousands.
JOBS = (
    (400, 800),
    (7200, 2000),
    (500, 350),
    (2300, 1500),
    (9800, 6000),
    (3300, 2300),
    (11200, 8500),
    (11900, 8500),
)
LARGEST = "Halden Pumps"
LARGEST_JOBS = 1900


def table() -> bytes:
    """A table that balances, as a CSV in millions."""
    size = len(INDUSTRIES)
    output = [sum(row) for row in SALES]
    bought = [sum(row[at] for row in SALES) for at in range(size)]
    gva = [output[at] - bought[at] - IMPORTS[at] for at in range(size)]
    rows: list[list[object]] = [
        ["Input-output table made for this town in prices of 2019"],
        ["industry", *INDUSTRIES, "households", "other final use", "total use"],
        *([name, *row, sum(row)] for name, row in zip(INDUSTRIES, SALES, strict=True)),
        ["imports", *IMPORTS],
        ["compensation of employees", *PAY],
        ["gross value added", *gva],
        ["output", *output],
    ]
    return _csv(
        [[f"{cell}000" if isinstance(cell, int) and cell else cell for cell in row] for row in rows]
    )


def jobs() -> bytes:
    counts = [
        [name, local_jobs, f"{all_jobs}000"]
        for name, (local_jobs, all_jobs) in zip(INDUSTRIES, JOBS, strict=True)
    ]
    return _csv([["group", "region", "nation"], *counts])


def _csv(rows: list[list[object]]) -> bytes:
    return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()


def tell(today: date) -> None:
    emails = {member.role: member.email for member in CAST}
    analyst = Person.objects.get(email=emails["analyst"])
    lead = Person.objects.get(email=emails["programme-lead"])
    structure = structures.keep(
        table=SentStructure("table.csv", table(), "A table made for this town, in prices of 2019"),
        sheet="",
        jobs=SentStructure("jobs.csv", jobs(), "Jobs by industry, made for this town"),
        jobs_on=date(today.year - 2, 9, 1),
        groups=None,
        household_income=None,
        household_source="",
        by=analyst,
    )
    _largest(structure, analyst, lead, today)


def _largest(structure: Structure, analyst: Person, lead: Person, today: date) -> None:
    """Public with its consent, as it was first asked; and a draft of the same with support."""
    assumed = Assumed(
        industry="Manufacturing",
        months=12,
        share=Decimal(40),
        employer_jobs=LARGEST_JOBS,
        resident_share=Decimal(62),
        prices=Decimal("1.27"),
        evaluated_low=Decimal("0.2"),
        evaluated_high=Decimal("0.9"),
        evaluated_source="A range made for this town, as What Works Growth gives them",
    )
    first = actions.ask(
        title=f"If {LARGEST} halved its second line",
        employer=None,
        employer_name=LARGEST,
        structure=structure,
        words="The works has two lines. Asked by the programme board after orders fell. Of 100 "
        "jobs here 62 are held by residents, by the survey of travel to work.",
        assumed=assumed,
        by=analyst,
    )
    actions.publish(
        version=first,
        consent_on=min(today, timezone.localdate()) - timedelta(days=2),
        consent_words="The works manager, in a letter to the programme lead.",
        decision=None,
        by=lead,
    )
    with_support = vars(assumed) | {
        "kept": Decimal(80),
        "kept_months": 6,
        "leakage": Decimal(0),
        "displacement": Decimal(25),
        "deadweight": Decimal(10),
        "net_source": "The programme board's own view, October",
    }
    actions.revise(
        scenario=first.scenario,
        structure=structure,
        words="The same, if pay of 80% went on for six months.",
        assumed=Assumed(**with_support),
        by=analyst,
    )

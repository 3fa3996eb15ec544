"""A table of three industries and the jobs of a town, as files and as they are kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from commonweal.accounts.models import Person
from commonweal.economy.models import ScenarioVersion, Structure
from commonweal.economy.scenarios import actions, structures
from commonweal.economy.scenarios.structures import SentStructure
from commonweal.economy.scenarios.working import Assumed

# What stands in the two files.
TABLE = b"""industry,Making,Shops,Care,total,households,other final use,total use
Making,200,60,40,300,150,550,1000
Shops,100,50,20,170,300,130,600
Care,10,10,30,50,100,250,400
imports,190,80,60
compensation of employees,250,220,170
gross value added,500,400,250
output,1000,600,400
"""
JOBS = b"group,region,nation\nMaking,6000,300000\nShops,9000,500000\nCare,8000,400000\n"


@pytest.fixture
def structure(yusuf: Person) -> Structure:
    """Taken in by the analyst."""
    return structures.keep(
        table=SentStructure("table.csv", TABLE, "A table of 2019", ""),
        sheet="",
        jobs=SentStructure("jobs.csv", JOBS, "Counted by us"),
        jobs_on=date(2024, 9, 1),
        groups=None,
        household_income=None,
        household_source="",
        by=yusuf,
    )


@pytest.fixture
def asked(structure: Structure, yusuf: Person) -> Any:
    """A draft: half of Making stops for a year; with ``employer`` one of 1,500 jobs."""

    def ask(**more: Any) -> ScenarioVersion:
        named = {name: more.pop(name) for name in ("employer", "employer_name") if name in more}
        said = {"title": "Making halves", "words": more.pop("words", "")}
        if "title" in more:
            said["title"] = more.pop("title")
        values: dict[str, Any] = {
            "industry": "Making",
            "months": 12,
            "share": Decimal(50),
            "resident_share": Decimal(80),
        }
        if named:
            values["employer_jobs"] = 1500
        return actions.ask(
            **({"employer": None, "employer_name": ""} | named | said),
            structure=structure,
            assumed=Assumed(**(values | more)),
            by=yusuf,
        )

    return ask

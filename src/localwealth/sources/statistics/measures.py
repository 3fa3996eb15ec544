"""What published tables count: each measure with its unit, kind, source and calendar.

Two measures are never drawn on one line or one axis: a count of jobs ever furloughed and of jobs on
furlough that day, or a share of eligible jobs and a share of people of working age, answer
different questions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

Kind = Literal["stock", "flow", "cumulative"]
HMRC = "HM Revenue and Customs, Coronavirus Job Retention Scheme statistics"
HMRC_URL = (
    "https://www.gov.uk/government/collections/"
    "hmrc-coronavirus-covid-19-statistics#coronavirus-job-retention-scheme"
)
NOMIS_URL = "https://www.nomisweb.co.uk/"
STAT_XPLORE = "Department for Work and Pensions, Stat-Xplore"
STAT_XPLORE_URL = "https://stat-xplore.dwp.gov.uk/"
# The scheme closed on this day; its figures are complete, not stale.
FURLOUGH_ENDED = date(2021, 9, 30)


@dataclass(frozen=True)
class StatMeasure:
    """What is counted.

    ``unit`` is one and many of what is counted, or "percent" or "pounds a week"; ``of`` what a
    share is a share of; ``kind``: how many there are on a day (stock), how many came in a period
    (flow), how many there have ever been until a day (cumulative). A release is due
    ``lag_days`` after the end of a period, every ``every_months``; nothing is due after
    ``ended_on``. ``rounded_to``: to what the publisher rounds counts.
    """

    code: str
    title: str
    unit: str
    kind: Kind
    pattern: str = ""
    of: str = ""
    source: str = ""
    source_url: str = ""
    every_months: int = 1
    lag_days: int = 60
    rounded_to: int = 1
    ended_on: date | None = None

    @property
    def counts(self) -> bool:
        """Whether its figures are counts of something, and not shares or pounds."""
        return self.unit != "percent" and not self.unit.startswith("pounds")


def _furlough(
    code: str, title: str, unit: str, kind: Kind, *, of: str = "", rounded_to: int = 1
) -> StatMeasure:
    return StatMeasure(
        code,
        title,
        unit,
        kind,
        of=of,
        source=HMRC,
        source_url=HMRC_URL,
        ended_on=FURLOUGH_ENDED,
        rounded_to=rounded_to,
    )


def _nomis(
    code: str,
    title: str,
    unit: str,
    pattern: str,
    *,
    of: str = "",
    source: str,
    calendar: tuple[int, int] = (1, 60),
    rounded_to: int = 1,
) -> StatMeasure:
    return StatMeasure(
        code,
        title,
        unit,
        "stock",
        pattern,
        of,
        source,
        STAT_XPLORE_URL if source == STAT_XPLORE else NOMIS_URL,
        *calendar,
        rounded_to,
    )


_CLAIMANTS = "Office for National Statistics, Claimant Count, from Nomis"
_JOBS = "eligible jobs"
_PEOPLE = "residents aged 16 to 64"
MEASURES: tuple[StatMeasure, ...] = (
    _furlough("furlough-ever", "Jobs ever furloughed", "job", "cumulative", rounded_to=100),
    _furlough("furlough-now", "Jobs on furlough", "job", "stock", rounded_to=100),
    _furlough(
        "furlough-take-up-ever",
        "Take-up of furlough: jobs ever furloughed",
        "percent",
        "cumulative",
        of=_JOBS,
    ),
    _furlough(
        "furlough-take-up-now",
        "Take-up of furlough: jobs on furlough",
        "percent",
        "stock",
        of=_JOBS,
    ),
    _furlough(
        "furlough-residents",
        "People furloughed among those of working age",
        "percent",
        "stock",
        of=_PEOPLE,
    ),
    _furlough("eligible-jobs", "Jobs eligible for furlough", "job", "stock", rounded_to=100),
    _nomis(
        "claimant-rate",
        "Claimants as a share of residents",
        "percent",
        r"claimants? .*(proportion|percent|rate|%).*|.*unemployment benefit.*(rate|percent).*",
        of=_PEOPLE,
        source=_CLAIMANTS,
        calendar=(1, 50),
    ),
    _nomis(
        "claimants",
        "Claimants",
        "claimant",
        r"claimant count( total| count)?|claimants( total)?",
        source=_CLAIMANTS,
        calendar=(1, 50),
        rounded_to=5,
    ),
    _nomis(
        "claimant-rate-16-over",
        "Claimants as a share of all from 16 on",
        "percent",
        "",
        of="residents aged 16 and over",
        source=_CLAIMANTS,
        calendar=(1, 50),
    ),
    _nomis(
        "universal-credit-rate",
        "People on Universal Credit as a share of residents",
        "percent",
        r"people on universal credit .*(proportion|percent|rate).*",
        of=_PEOPLE,
        source=STAT_XPLORE,
    ),
    _nomis(
        "universal-credit",
        "People on Universal Credit",
        "person,people",
        r"people on universal credit.*",
        source=STAT_XPLORE,
    ),
    _nomis(
        "housing-benefit",
        "People on Housing Benefit",
        "person,people",
        r"hb claimants|(people on )?housing benefit.*",
        source=STAT_XPLORE,
    ),
    _nomis(
        "employment-rate",
        "People in work",
        "percent",
        r"employment rate.*",
        of=_PEOPLE,
        source="Office for National Statistics, Annual Population Survey, from Nomis",
        calendar=(3, 120),
    ),
    _nomis(
        "living-wage",
        "Employees paid at or above the real living wage",
        "percent",
        r"employees paid at or above the real living wage.*",
        of="employees",
        source="Office for National Statistics, Annual Survey of Hours and Earnings, from Nomis",
        calendar=(12, 330),
    ),
    _nomis(
        "below-living-wage",
        "Share of jobs paid below the real living wage",
        "percent",
        r"jobs (paid )?below the (real )?living wage .*(proportion|percent|share|%).*",
        of="jobs",
        source="Office for National Statistics, Annual Survey of Hours and Earnings, from Nomis",
        calendar=(12, 330),
    ),
    _nomis(
        "jobs-below-living-wage",
        "Jobs paid below the real living wage",
        "job",
        r"(number of )?jobs (paid )?below the (real )?living wage",
        source="Office for National Statistics, Annual Survey of Hours and Earnings, from Nomis",
        calendar=(12, 330),
        rounded_to=1000,
    ),
    _nomis(
        "weekly-pay",
        "Median weekly pay",
        "pounds a week",
        r"(median )?(gross )?weekly pay( gross)?( median)?.*|median (gross )?weekly.*",
        source="Office for National Statistics, Annual Survey of Hours and Earnings, from Nomis",
        calendar=(12, 330),
    ),
    _nomis(
        "jobs-by-industry",
        "Jobs by industry",
        "job",
        r"(jobs|employment|employees)( count)?( by industry)?",
        source="Office for National Statistics, BRES (jobs by industry), from Nomis",
        calendar=(12, 400),
        rounded_to=5,
    ),
    _nomis(
        "businesses",
        "Businesses",
        "business,businesses",
        r"number of businesses.*|(enterprises|local units|business counts?).*",
        source="Office for National Statistics, UK Business Counts, from Nomis",
        calendar=(12, 300),
        rounded_to=5,
    ),
)
BY_CODE = {measure.code: measure for measure in MEASURES}
# Beside a count in a table stands its share.
RATE_OF = {
    "claimants": "claimant-rate",
    "universal-credit": "universal-credit-rate",
    "jobs-below-living-wage": "below-living-wage",
    "furlough-ever": "furlough-take-up-ever",
    "furlough-now": "furlough-take-up-now",
}
# Furlough's own words; whether they were ever furloughed or that day is said elsewhere.
FURLOUGHED = r"(total (number of )?)?employments furloughed( total)?|furlough count"
TAKE_UP = r"(total )?take ?up rate( total)?|furlough rate"
ELIGIBLE = r"(total )?(eligible employments|employments eligible for furlough)( total)?"
_OTHER_SIGNS = re.compile(r"[^a-z0-9%]+")


def plain(text: str) -> str:
    """Words of a heading in small letters with single spaces, years and notes left out.

    >>> plain("Employments furloughed [note 2]"), plain("Take-up rate")
    ('employments furloughed', 'take up rate')
    """
    text = re.sub(r"\[note.*?\]|\(note.*?\)", " ", text.casefold())
    return " ".join(_OTHER_SIGNS.sub(" ", text).split())


# A long table says the same few words on each of its lines.
@lru_cache(maxsize=1000)
def measure_of(text: str) -> str:
    """The code of the measure that a heading or a cell names; "" where it names none. Furlough is
    "furlough", "furlough-take-up" or "eligible-jobs": its kind stands elsewhere.

    >>> measure_of("Claimants as a proportion of residents aged 16-64"), measure_of("Take-up rate")
    ('claimant-rate', 'furlough-take-up')
    """
    heading = plain(text)
    for code, pattern in (
        ("furlough", FURLOUGHED),
        ("furlough-take-up", TAKE_UP),
        ("eligible-jobs", ELIGIBLE),
    ):
        if re.fullmatch(pattern, heading):
            return code
    for measure in MEASURES:
        if measure.pattern and re.fullmatch(measure.pattern, heading):
            return measure.code
    return ""

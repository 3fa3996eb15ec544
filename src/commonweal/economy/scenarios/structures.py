"""A table and the jobs of the area: taken in, and read again for each scenario."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.design.lengths import kept_whole
from commonweal.office.errors import Refused
from localwealth.errors import UnreadableFile
from localwealth.regional import sources
from localwealth.regional.areas import AreaJobs, area_of
from localwealth.regional.quotients import DELTAS
from localwealth.regional.sections import SECTIONS, by_section
from localwealth.regional.tables import Table, grouped

from ..access import role_of
from ..models import Structure
from . import files

METHOD = "flq"
MOST_MB = 20


@dataclass(frozen=True)
class SentStructure:
    """A file as somebody sent it, and where it is from."""

    name: str
    content: bytes
    source: str = ""
    url: str = ""


@transaction.atomic
def keep(
    *,
    table: SentStructure,
    sheet: str,
    jobs: SentStructure,
    jobs_on: date,
    groups: SentStructure | None,
    household_income: Decimal | None,
    household_source: str,
    by: Person | None,
) -> Structure:
    """Take in a published table and the area's jobs by industry.

    Raises
    ------
    Refused
        A file is not what it should be (the sentence names what is wrong), the very same files
        are there already, or jobs are said to be of a day to come.
    """
    _check_terms(jobs_on, household_income, household_source)
    read, area = _read(table, sheet, jobs, groups)
    _check_sum(household_income, read)
    digests = [files.keep(sent.content) for sent in (table, jobs, groups) if sent is not None]
    code = hashlib.sha256(
        "|".join([*digests, sheet, str(household_income or "")]).encode()
    ).hexdigest()[:12]
    if Structure.objects.filter(code=code).exists():
        raise Refused("These very files are there already. Nothing is changed.")
    structure = Structure.objects.create(
        code=code,
        title=kept_whole(read.title or table.name, 300, "title", Refused),
        table_year=read.year,
        table_name=kept_whole(table.name, 200, "file name", Refused),
        table_sha256=digests[0],
        sheet=sheet,
        table_source=table.source,
        table_url=table.url,
        jobs_name=kept_whole(jobs.name, 200, "file name", Refused),
        jobs_sha256=digests[1],
        jobs_source=jobs.source,
        jobs_on=jobs_on,
        groups_name=kept_whole(groups.name, 200, "file name", Refused) if groups else "",
        groups_sha256=digests[2] if groups else "",
        household_income=household_income,
        household_source=household_source,
        industries=[
            [industry, name, float(count)]
            for industry, name, count in zip(read.codes, read.names, area.region, strict=True)
        ],
        kept_by=by,
    )
    record("economy's table and jobs kept", about=structure, by=by, as_role=role_of(by))
    return structure


def _check_sum(income: Decimal | None, table: Table) -> None:
    if income is not None and table.households is not None and income < table.households.sum():
        raise Refused(
            f"Households spend {table.households.sum():,.0f} million by the table, more than the "
            f"{income:,.0f} million that they would have. Is it in millions?"
        )


def _check_terms(jobs_on: date, household_income: Decimal | None, household_source: str) -> None:
    if jobs_on > timezone.localdate():
        raise Refused("Jobs can't have been counted on a day to come.")
    if (household_income is None) != (household_source == ""):
        raise Refused("Give the income of all households with its source, or neither.")


def _read(
    table: SentStructure, sheet: str, jobs: SentStructure, groups: SentStructure | None
) -> tuple[Table, AreaJobs]:
    """The table in the groups of the jobs, and the area."""
    for sent in (table, jobs, groups):
        if sent is not None and len(sent.content) > MOST_MB * 1024 * 1024:
            raise Refused(f"{sent.name} is larger than {MOST_MB} MB.")
    try:
        supplies = sources.read(table.content, table.name, sheet or None)
        counts = sources.jobs(jobs.content, jobs.name)
        if groups is not None:
            supplies = grouped(supplies, sources.groups(groups.content, groups.name))
        elif set(counts) <= set(SECTIONS) and not set(counts) <= set(supplies.codes):
            supplies = _named(grouped(supplies, by_section(supplies.codes)))
        return supplies, area_of(supplies, counts, METHOD, DELTAS)
    except UnreadableFile as error:
        raise Refused(str(error)) from None


def _named(table: Table) -> Table:
    return replace(table, names=tuple(SECTIONS[code][1] for code in table.codes))


def load(structure: Structure) -> tuple[Table, AreaJobs]:
    """The table and the area again, from the files that were kept.

    Raises
    ------
    Refused
        A file is gone or changed.
    """
    sent = [
        (name, digest)
        for name, digest in (
            (structure.table_name, structure.table_sha256),
            (structure.jobs_name, structure.jobs_sha256),
            (structure.groups_name, structure.groups_sha256),
        )
        if digest
    ]
    for _, digest in sent:
        # Also where it was read before: a file that was changed since is seen.
        files.content_of(digest)
    return _loaded(structure.sheet, *sent)


@lru_cache(maxsize=4)
def _loaded(
    sheet: str, table: tuple[str, str], jobs: tuple[str, str], groups: tuple[str, str] | None = None
) -> tuple[Table, AreaJobs]:
    """Read once: a workbook takes a second."""

    def sent(named: tuple[str, str]) -> SentStructure:
        name, digest = named
        return SentStructure(name, files.content_of(digest))

    return _read(sent(table), sheet, sent(jobs), sent(groups) if groups else None)

"""If this one fails: what hangs on a group of firms, for staff and, with leave, for the public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from commonweal.partners.models import Partner
from commonweal.pledges.models import Pledge
from commonweal.spend import files
from commonweal.spend.models import Contract, Route
from commonweal.spend.reads import current
from localwealth.names import one_form

from .. import scenarios
from ..models import EmployerGroup, ScenarioVersion, Structure

# The public reads jobs in tens; of fewer than ten it reads that they are.
TEN = 10


@dataclass(frozen=True)
class Paid:
    """What an anchor paid the group in a year, in pounds, by its published files."""

    anchor: str
    year: str
    payments: int
    amount: Decimal


@dataclass(frozen=True)
class Exposure:
    """What hangs on a group. ``of_all`` and ``of_section``: its share of the town's jobs, per cent;
    None where nobody counted those or the reader may not know."""

    group: EmployerGroup
    jobs: str
    of_all: Decimal | None
    of_section: Decimal | None
    units: list[str]
    paid: list[Paid]
    contracts: list[Contract]
    pledges: list[Pledge]
    suppliers: list[tuple[str, Partner | None]]
    scenarios: list[ScenarioVersion]

    @property
    def total(self) -> Decimal:
        """All that anchors paid it, in pounds."""
        return sum((paid.amount for paid in self.paid), Decimal(0))


def public() -> QuerySet[EmployerGroup]:
    """Groups that agreed, or of which it was decided, that the public may read of them; by name:
    an order by jobs would tell what is rounded."""
    groups = EmployerGroup.objects.filter(published_on__isnull=False)
    return groups.select_related("decision").order_by("name")


def exposure_of(group: EmployerGroup, today: date, *, for_staff: bool) -> Exposure:
    """All that is known of a group, at the level of its parent; for the public without what only
    staff may see."""
    partners = list(group.partners.order_by("name", "pk"))
    rows = _supplier_rows(group)
    units = sorted({row["name"] for row in rows if row["name"]})
    names = {one_form(name) for name in [group.name, *units, *(p.name for p in partners)]}
    pledges = Pledge.objects.to_the_town().open().filter(partner__in=partners)
    of_all, of_section = _shares(group, for_staff=for_staff)
    return Exposure(
        group=group,
        jobs=f"{group.local_jobs:,}" if for_staff else _public_jobs(group.local_jobs),
        of_all=of_all,
        of_section=of_section,
        units=units,
        paid=_paid([row["supplier"] for row in rows]),
        contracts=_running(names, today),
        pledges=list(pledges.select_related("partner", "measure").order_by("due_on", "pk")),
        suppliers=_suppliers(group) if for_staff else [],
        scenarios=_scenarios(names, {partner.pk for partner in partners}),
    )


def _public_jobs(jobs: int) -> str:
    return f"about {_tens(jobs):,}" if jobs >= TEN else f"fewer than {TEN}"


def _tens(jobs: int) -> int:
    return (jobs + TEN // 2) // TEN * TEN


def _shares(group: EmployerGroup, *, for_staff: bool) -> tuple[Decimal | None, Decimal | None]:
    """Of all jobs and of the section's. The public gets the first alone, from jobs in tens, so that
    it tells no more than they do."""
    structure = Structure.objects.first()
    if structure is None or not structure.jobs:
        return None, None
    if not for_staff:
        is_small = group.local_jobs < TEN
        return (None if is_small else _tens(group.local_jobs) * 100 / structure.jobs), None
    jobs_of = {code: Decimal(str(jobs)) for code, _, jobs in structure.industries}
    jobs = Decimal(group.local_jobs)
    in_section = jobs_of.get(group.section)
    return jobs * 100 / structure.jobs, jobs * 100 / in_section if in_section else None


def _supplier_rows(group: EmployerGroup) -> list[dict[str, Any]]:
    """Suppliers whose register entry, or whose parent's, is the group's. Those that may not be
    named are in no list."""
    prepared = current()
    if prepared is None or not group.entries:
        return []
    return files.ask(
        prepared.version,
        """select supplier, name from suppliers where route = ? and name is not null
            and (list_contains(?, supplier) or list_contains(?, id) or list_contains(?, parent))
        order by amount desc""",
        str(Route.PUBLISHED),
        group.entries,
        group.entries,
        group.entries,
    )


def _paid(suppliers: list[str]) -> list[Paid]:
    prepared = current()
    if prepared is None or not suppliers:
        return []
    rows = files.ask(
        prepared.version,
        """select anchor, coalesce(year, '') as year, sum(lines)::bigint as lines,
            sum(amount) as amount
        from sums where route = ? and list_contains(?, supplier) and not to_anchor
        group by all order by year desc, anchor""",
        str(Route.PUBLISHED),
        suppliers,
    )
    names = dict(Partner.objects.values_list("code", "name"))
    return [
        Paid(names.get(row["anchor"], row["anchor"]), row["year"], row["lines"], row["amount"])
        for row in rows
    ]


def _running(names: set[str], today: date) -> list[Contract]:
    contracts = Contract.objects.filter(ends_on__gte=today).exclude(supplier="")
    return [
        contract
        for contract in contracts.select_related("anchor__partner").order_by("ends_on")
        if one_form(contract.supplier) in names
    ]


def _suppliers(group: EmployerGroup) -> list[tuple[str, Partner | None]]:
    """Who supplies it here, each with the partner of that name, if it is one."""
    by_form = {one_form(partner.name): partner for partner in Partner.objects.public()}
    names = [name.strip() for name in group.sub_suppliers.splitlines() if name.strip()]
    return [(name, by_form.get(one_form(name))) for name in names]


def _scenarios(names: set[str], partners: set[int]) -> list[ScenarioVersion]:
    """Public scenarios about it: what if it shrinks, worked out."""
    return [
        version
        for version in scenarios.reads.published()
        if version.scenario.employer_id in partners
        or one_form(version.scenario.employer_name) in names - {""}
    ]

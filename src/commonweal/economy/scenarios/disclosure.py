"""Whose name a scenario would give away: one it says, or one that its industry stands for."""

from __future__ import annotations

from collections.abc import Iterator

from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from localwealth.names import one_form
from localwealth.regional.sections import SECTIONS

from ..models import EmployerGroup, Scenario, ScenarioVersion

NEEDS_LEAVE = (
    "It is about one employer. It becomes public only with the employer's consent (who agreed, and "
    "when), or by a recorded decision."
)
# From this share of an industry's jobs on, a figure of the industry is one of the firm.
ONE_FIRM = 0.5
NOT_SAID = (
    "Say that no one firm has half of this industry's jobs here or more: if one has, this is about "
    "that firm."
)


def refuse_names(version: ScenarioVersion, *, is_of_many: bool) -> None:
    """Keep a version back that would tell of an employer who did not agree.

    Raises
    ------
    Refused
        It is about an employer; it names a partner, a group, or an employer of another scenario;
        one firm has half of its industry's jobs here, or nobody said that none has.
    """
    if version.scenario.is_of_employer or version.assumptions["employer_jobs"] is not None:
        raise Refused(NEEDS_LEAVE)
    public_words = f"{version.scenario.title} {version.words} {version.assumptions['net_source']}"
    text = f" {one_form(public_words)} "
    for name in _names():
        if f" {one_form(name)} " in text:
            raise Refused(f"It names {name}. {NEEDS_LEAVE}")
    for name, jobs in _of_industry(version):
        if jobs >= ONE_FIRM * _jobs_in(version):
            raise Refused(
                f"{name} has half of this industry's jobs here or more, so that what is said of "
                f"the industry is said of it. {NEEDS_LEAVE}"
            )
    if not is_of_many:
        raise Refused(NOT_SAID)


def _names() -> Iterator[str]:
    """Names that stand for an employer, wherever the desk keeps them."""
    yield from Partner.objects.public().values_list("name", flat=True)
    yield from EmployerGroup.objects.values_list("name", flat=True)
    yield from Scenario.objects.exclude(employer_name="").values_list("employer_name", flat=True)


def _jobs_in(version: ScenarioVersion) -> float:
    """The jobs of a version's industry here."""
    industry = version.assumptions["industry"]
    return next(float(jobs) for code, _, jobs in version.structure.industries if code == industry)


def _of_industry(version: ScenarioVersion) -> Iterator[tuple[str, int]]:
    """(employer, its jobs here) of those that the desk knows to be of a version's industry: from
    other scenarios, and from groups where the industry is a whole section."""
    industry = version.assumptions["industry"]
    others = ScenarioVersion.objects.select_related("scenario__employer")
    for rival in others.filter(assumptions__industry=industry):
        if rival.scenario.is_of_employer:
            yield rival.scenario.employer_words, rival.assumptions["employer_jobs"] or 0
    named = {code: name for code, name, _ in version.structure.industries}
    sections = [
        code
        for code, (_, name) in SECTIONS.items()
        if industry == code or one_form(named[industry]) == one_form(name)
    ]
    yield from EmployerGroup.objects.filter(section__in=sections).values_list("name", "local_jobs")

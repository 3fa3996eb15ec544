"""What people do with scenarios: ask, ask anew, publish, work out again."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.charter.models import Decision
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner

from ..access import role_of
from ..leave import refuse_unsaid
from ..models import Scenario, ScenarioVersion, Structure
from .disclosure import refuse_names
from .working import Assumed, work_out

State = ScenarioVersion.State


@transaction.atomic
def ask(
    *,
    title: str,
    employer: Partner | None,
    employer_name: str,
    structure: Structure,
    words: str,
    assumed: Assumed,
    by: Person | None,
) -> ScenarioVersion:
    """Make a scenario with its first version, a draft.

    Raises
    ------
    Refused
        As :func:`revise`; or an employer is named twice, or is named and has no jobs.
    """
    if employer is not None and employer_name:
        raise Refused("Choose a partner or write a name, not both.")
    is_of_employer = employer is not None or bool(employer_name)
    if is_of_employer and assumed.employer_jobs is None:
        raise Refused("How many jobs does the employer have here?")
    scenario = Scenario.objects.create(
        code=_free_code(title),
        title=title,
        employer=employer,
        employer_name=employer_name,
        made_by=by,
    )
    return revise(scenario=scenario, structure=structure, words=words, assumed=assumed, by=by)


def _free_code(title: str) -> str:
    """An address that says nothing: a title may name who must not be named yet."""
    day = timezone.localdate()
    count = Scenario.objects.filter(made_on__year=day.year).count() + 1
    code = slugify(f"what-if-{day.year}-{count}")
    while Scenario.objects.filter(code=code).exists():
        count += 1
        code = f"what-if-{day.year}-{count}"
    return code


@transaction.atomic
def revise(
    *, scenario: Scenario, structure: Structure, words: str, assumed: Assumed, by: Person | None
) -> ScenarioVersion:
    """Make the next version, a draft. Versions of before stay as they are.

    Raises
    ------
    Refused
        The assumptions can't be, or nothing is different from the version before.
    """
    answer, digest = work_out(structure, assumed)
    newest = scenario.versions.select_for_update().first()
    if newest and newest.digest == digest and newest.words == words:
        raise Refused("Nothing is different from the version before.")
    version = ScenarioVersion.objects.create(
        scenario=scenario,
        number=newest.number + 1 if newest else 1,
        structure=structure,
        words=words,
        assumptions=assumed.as_json(),
        answer=answer,
        digest=digest,
        made_by=by,
    )
    record(
        "scenario worked out",
        about=scenario,
        by=by,
        as_role=role_of(by),
        version=version.number,
        digest=digest,
    )
    return version


@transaction.atomic
def publish(
    *,
    version: ScenarioVersion,
    consent_on: date | None,
    consent_words: str,
    decision: Decision | None,
    by: Person | None,
    is_of_many: bool = False,
    decision_says: bool = False,
) -> None:
    """Make a version public, for good; ``is_of_many`` where somebody says that no one firm has
    half of its industry's jobs here, ``decision_says`` where somebody says that the decision is
    about this.

    Raises
    ------
    Refused
        It is public already; the decision is about something else; its figures don't come out
        the same again; or it would tell of an employer, by its name or by its industry, without
        consent or a recorded decision.
    """
    version = ScenarioVersion.objects.select_for_update().get(pk=version.pk)
    if version.is_published:
        raise Refused("This version is public already. A change makes a new version.")
    if (consent_on is None) != (consent_words == ""):
        raise Refused("Say who agreed and on which day, or neither.")
    if consent_on is not None and consent_on > timezone.localdate():
        raise Refused("A consent can't be of a day to come.")
    refuse_unsaid(decision, decision_says=decision_says)
    if consent_on is None and decision is None:
        refuse_names(version, is_of_many=is_of_many)
    if not is_same_again(version):
        raise Refused("Worked out again, the figures differ. Make a new version first.")
    version.state, version.published_on = State.PUBLISHED, timezone.localdate()
    version.published_by, version.decision = by, decision
    version.consent_on, version.consent_words = consent_on, consent_words
    version.save(
        update_fields=[
            "state",
            "published_on",
            "published_by",
            "decision",
            "consent_on",
            "consent_words",
        ]
    )
    record(
        "scenario published",
        about=version.scenario,
        by=by,
        as_role=role_of(by),
        version=version.number,
    )


def is_same_again(version: ScenarioVersion) -> bool:
    """Whether files, assumptions and every figure are the same when it is worked out again.

    Raises
    ------
    Refused
        A file that it was made of is gone or changed.
    """
    _, digest = work_out(version.structure, Assumed.of(version.assumptions))
    return digest == version.digest


@transaction.atomic
def check(*, version: ScenarioVersion, by: Person) -> bool:
    """Work a version out again and write down what came of it."""
    is_same = is_same_again(version)
    record(
        "scenario worked out again",
        about=version.scenario,
        by=by,
        as_role=role_of(by),
        version=version.number,
        same=is_same,
    )
    return is_same

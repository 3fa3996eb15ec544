"""What people do with groups: write one down, change it, make it public; rate a section."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.charter.models import Decision
from commonweal.office.errors import Refused
from commonweal.places.models import Town

from ..access import role_of
from ..leave import refuse_unsaid
from ..models import EmployerGroup, Vulnerability

FIELDS = (
    "name",
    "section",
    "is_multinational",
    "local_jobs",
    "jobs_source",
    "jobs_on",
    "entries",
    "sub_suppliers",
)
LEAVE = ("published_on", "decision", "consent_on", "consent_words")
NEEDS_LEAVE = (
    "What hangs on it becomes public only with its consent (who agreed, and when), or by a "
    "recorded decision."
)


@transaction.atomic
def write_down(*, group: EmployerGroup | None, values: dict[str, Any], by: Person) -> EmployerGroup:
    """Write a group down, or change what is known of one.

    Raises
    ------
    Refused
        Its jobs were counted on a day to come, another group has this name, or it is public and
        would be called otherwise: its leave was given for the name that it had.
    """
    if values["jobs_on"] > timezone.localdate():
        raise Refused("Jobs can't have been counted on a day to come.")
    # One after the other: of two at once the second finds the first's name and number.
    list(Town.objects.select_for_update().values_list("pk"))
    if group is not None:
        group = EmployerGroup.objects.select_for_update().get(pk=group.pk)
    others = EmployerGroup.objects.filter(name__iexact=values["name"])
    if group is not None:
        others = others.exclude(pk=group.pk)
    if others.exists():
        raise Refused("There is a group of this name already.")
    if group is None:
        group = EmployerGroup(code=f"group-{EmployerGroup.objects.count() + 1}")
    elif group.published_on and group.name != values["name"]:
        raise Refused("It is public by its name. Take it back first, and ask for leave again.")
    _keep(group, values, by)
    record("group written down", about=group, by=by, as_role=role_of(by))
    return group


def _keep(group: EmployerGroup, values: dict[str, Any], by: Person) -> None:
    for name in FIELDS:
        setattr(group, name, values[name])
    group.changed_on, group.changed_by = timezone.localdate(), by
    if group.pk is None:
        group.save(force_insert=True)
    else:
        group.save(update_fields=[*FIELDS, "changed_on", "changed_by"])
    group.partners.set(values["partners"])


@transaction.atomic
def publish(
    *,
    group: EmployerGroup,
    consent_on: date | None,
    consent_words: str,
    decision: Decision | None,
    by: Person,
    decision_says: bool = False,
) -> None:
    """Let the public read what hangs on a group.

    Raises
    ------
    Refused
        It is public already, or neither a consent with its day nor a decision that says so is
        recorded.
    """
    group = EmployerGroup.objects.select_for_update().get(pk=group.pk)
    if group.published_on:
        raise Refused("It is public already.")
    if (consent_on is None) != (consent_words == ""):
        raise Refused("Say who agreed and on which day, or neither.")
    if consent_on is not None and consent_on > timezone.localdate():
        raise Refused("A consent can't be of a day to come.")
    refuse_unsaid(decision, decision_says=decision_says)
    if consent_on is None and decision is None:
        raise Refused(NEEDS_LEAVE)
    group.published_on, group.decision = timezone.localdate(), decision
    group.consent_on, group.consent_words = consent_on, consent_words
    group.save(update_fields=LEAVE)
    record("group published", about=group, by=by, as_role=role_of(by))


@transaction.atomic
def take_back(*, group: EmployerGroup, by: Person) -> None:
    """Let only staff read it again: a consent can be withdrawn.

    Raises
    ------
    Refused
        It is not public.
    """
    group = EmployerGroup.objects.select_for_update().get(pk=group.pk)
    if not group.published_on:
        raise Refused("It is not public.")
    group.published_on = group.decision = group.consent_on = None
    group.consent_words = ""
    group.save(update_fields=LEAVE)
    record("group taken back", about=group, by=by, as_role=role_of(by))


@transaction.atomic
def rate(*, section: str, rating: str, because: str, source: str, by: Person) -> Vulnerability:
    """Say how vulnerable a section is; the rating of before is replaced."""
    judged = {
        "rating": rating,
        "because": because,
        "source": source,
        "rated_on": timezone.localdate(),
        "rated_by": by,
    }
    vulnerability, _ = Vulnerability.objects.update_or_create(section=section, defaults=judged)
    record("section rated", about=vulnerability, by=by, as_role=role_of(by), rating=rating)
    return vulnerability

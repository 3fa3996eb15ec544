"""Texts and e-mails to many, from templates: previewed, sent through the sender of reminders."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from commonweal.accounts import mail
from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.places.models import the_town

from . import named, naming
from .models import BulkText, HelpRequest, Resident, TextTemplate

FIELDS = ("{reference}", "{town}")
MOST = 5000


@dataclass
class Preview:
    """To whom it would go, one as an example, and who is left out and why."""

    template: TextTemplate
    requests: list[HelpRequest]
    left_out: dict[str, int]
    example: str


def chosen(where: dict[str, Any]) -> Any:
    """Open requests by what a manager chose: help type, area, state, assigned to nobody."""
    found = HelpRequest.objects.open().select_related("resident")
    if where.get("help_type"):
        found = found.filter(needs__help_type__code=where["help_type"], needs__state="open")
    if where.get("area"):
        found = found.filter(area__code=where["area"])
    if where.get("first_call_owed"):
        found = found.filter(callbacks__purpose="first", callbacks__state="due")
    return found.distinct().order_by("id")


def preview(*, template: TextTemplate, where: dict[str, Any], excuse: str = "") -> Preview:
    """What would be sent, changing nothing. Whoever must not be reached in this way is left out.

    Raises
    ------
    Refused
        The template names somebody, or it would go to too many.
    """
    keep, left = [], Counter[str]()
    _check(template, excuse)
    told: set[int] = set()
    kept = set(named.restricted_residents().values_list("request__resident", flat=True))
    for request in chosen(where)[: MOST + 1]:
        resident = request.resident
        if resident.pk in kept:
            left["is with a named colleague"] += 1
            continue
        if why := _why_not(resident, template):
            left[why] += 1
        elif resident.pk in told:
            left["has it already by another request"] += 1
        else:
            told.add(resident.pk)
            keep.append(request)
    if len(keep) > MOST:
        raise Refused(f"That are more than {MOST:,} people. Choose fewer.")
    example = fill(template, keep[0]) if keep else template.body
    # A plain dict: a template that asks a Counter for its items gets the count of "items".
    return Preview(template, keep, dict(left), example)


def _why_not(resident: Resident, template: TextTemplate) -> str:
    if resident.is_dead:
        return "reported dead"
    if template.by_text:
        if not resident.phone_list:
            return "no telephone"
        return "" if resident.may_be_texted else "must not be texted"
    if not resident.email:
        return "no e-mail"
    return "" if resident.may_be_mailed else "must not be e-mailed"


def fill(template: TextTemplate, request: HelpRequest) -> str:
    """The words for one request. Only the reference and the town's name can stand in them."""
    said = template.body.replace("{reference}", request.code)
    return said.replace("{town}", the_town().name)


def _check(template: TextTemplate, excuse: str) -> list[naming.Caught]:
    words = [template.subject, template.body]
    return naming.check("bulk", words, excuse=excuse, code=template.code, kinds=naming.BULK)


@transaction.atomic
def send(
    *,
    template: TextTemplate,
    where: dict[str, Any],
    expected: int,
    by: Person,
    excuse: str = "",
) -> BulkText:
    """Send what was previewed.

    Raises
    ------
    Refused
        It would go to another number of people than the preview said.
    """
    made = preview(template=template, where=where, excuse=excuse)
    if len(made.requests) != expected:
        raise Refused(
            f"The preview said {expected:,} people; now it would be {len(made.requests):,}. Look "
            "at the preview again."
        )
    if not made.requests:
        raise Refused("It would go to nobody.")
    caught = _check(template, excuse)
    naming.keep_excuse("bulk", template.code, caught, because=excuse, by=by)
    bulk = BulkText.objects.create(
        template=template, chosen=where, sent=len(made.requests), left_out=dict(made.left_out),
        by=by,
    )  # fmt: skip
    for request in made.requests:
        resident = request.resident
        to = (
            {"to_phone": resident.phone_list[0]}
            if template.by_text
            else {"to_email": resident.email}
        )
        mail.write(
            key=f"bulk-{bulk.pk}-{resident.pk}", subject=template.subject or the_town().name,
            body=fill(template, request), **to,
        )  # fmt: skip
    record("bulk message sent", about=bulk, by=by, sent=bulk.sent, template=template.code)
    return bulk

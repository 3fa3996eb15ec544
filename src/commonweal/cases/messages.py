"""Texts and e-mails to many, from templates: previewed, sent through the sender of reminders.

Whoever must not be reached so is left out; who may, at another hour, gets it then; who is in a
case for named colleagues only is left out unless somebody chose otherwise.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.design.words import many
from commonweal.office.errors import Refused
from commonweal.residents import naming, reaching
from commonweal.residents.catching import Caught
from commonweal.residents.models import Resident
from commonweal.residents.reach_answers import ReachAnswer
from commonweal.residents.ways import Way

from . import named, writing
from .models import BulkText, Case, TextTemplate
from .writing import fill

FIELDS = ("{reference}", "{town}")
MOST = 5000


@dataclass
class Preview:
    """To whom it would go, an example, who waits for a safe hour, who is left out and why."""

    template: TextTemplate
    cases: list[Case]
    left_out: dict[str, int]
    example: str
    later: dict[int, datetime] = field(default_factory=dict)

    @property
    def held(self) -> int:
        """How many of them get it later, at the next hour that is safe for them."""
        return len(self.later)

    @property
    def at_once(self) -> int:
        return len(self.cases) - self.held


def chosen(where: dict[str, Any]) -> Any:
    """Open requests by what a manager chose: help type, area, state, assigned to nobody."""
    cases = Case.objects.open().select_related("resident")
    if where.get("help_type"):
        cases = cases.filter(needs__help_type__code=where["help_type"], needs__state="open")
    if where.get("area"):
        cases = cases.filter(area__code=where["area"])
    if where.get("first_call_owed"):
        cases = cases.filter(callbacks__purpose="first", callbacks__state="due")
    return cases.distinct().order_by("id")


def preview(*, template: TextTemplate, where: dict[str, Any], excuse: str = "") -> Preview:
    """What would be sent, changing nothing. Whoever must not be reached in this way is left out.

    Raises
    ------
    Refused
        The template names somebody, or it would go to too many.
    """
    _check(template, excuse)
    channel = Way.TEXT if template.by_text else Way.EMAIL
    cases = list(chosen(where)[: MOST + 1])
    risky = reaching.at_risk_among(case.resident_id for case in cases)
    shown = Preview(template, [], {}, template.body)
    left, reached = Counter[str](), set[int]()
    restricted = set(named.restricted_residents().values_list("case__resident", flat=True))
    for case in cases:
        resident = case.resident
        answer = reaching.may(resident, way=channel, by_machine=True, risk=resident.pk in risky)
        if resident.pk in restricted and not where.get("named_too"):
            left["in a case for named colleagues only"] += 1
        elif why := _why_left_out(resident, answer, channel, reached=reached):
            left[why] += 1
        else:
            reached.add(resident.pk)
            shown.cases.append(case)
            if answer.later is not None:
                shown.later[case.pk] = answer.later
    if len(shown.cases) > MOST:
        raise Refused(f"That are more than {MOST:,} people. Choose fewer.")
    if shown.cases:
        shown.example = fill(template, shown.cases[0])
    # A plain dict: a template that asks a Counter for its items gets the count of "items".
    shown.left_out = dict(left)
    return shown


def _why_left_out(
    resident: Resident, answer: ReachAnswer, channel: Way, *, reached: set[int]
) -> str:
    """Why this resident gets nothing, or nothing more; "" for whoever does."""
    if not answer.ever:
        return answer.why
    if not writing.address_for(resident, channel):
        return writing.NO_ADDRESS[channel]
    if resident.pk in reached:
        return "has it already by another request"
    return ""


def _check(template: TextTemplate, excuse: str) -> list[Caught]:
    texts = [template.subject, template.body]
    return naming.check("bulk", texts, excuse=excuse, code=template.code, kinds=naming.BULK)


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
    shown = preview(template=template, where=where, excuse=excuse)
    if len(shown.cases) != expected:
        raise Refused(
            f"The preview said {many(expected, 'person,people')}; now it would be "
            f"{len(shown.cases):,}. Look at the preview again."
        )
    if not shown.cases:
        raise Refused("It would go to nobody.")
    caught = _check(template, excuse)
    naming.keep_excuse("bulk", template.code, caught, because=excuse, by=by)
    bulk = BulkText.objects.create(
        template=template,
        chosen=where,
        sent=len(shown.cases),
        left_out=dict(shown.left_out),
        by=by,
    )
    rows = [(case, shown.later.get(case.pk)) for case in shown.cases]
    writing.write_many(bulk=bulk, template=template, rows=rows)
    record(
        "bulk message sent",
        about=bulk,
        by=by,
        sent=bulk.sent,
        held=shown.held,
        template=template.code,
    )
    return bulk

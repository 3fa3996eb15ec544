"""What a person decides of a case: how urgent it is, and that they must read it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.residents.unwritten import refuse_codes

from .. import changes, enclosing, named, urgency
from ..models import Case, Glass


def recalculate(case: Case, *, now: datetime | None = None) -> None:
    """Work the score out again, with what has been tried since. What a person decided stays."""
    now = now or timezone.now()
    before = urgency.asked_before(case.resident, now)
    if urgency.write(case, urgency.judged_of(case, before=before, now=now)):
        case.refresh_from_db(fields=["score", "computed", "reasons", "in_danger", "urgency"])


recalculate_all = urgency.recalculate_all


@transaction.atomic
def decide_urgency(*, case: Case, level: int, because: str, by: Person) -> None:
    """A person sets how urgent it is, instead of the rules. Takes a reason."""
    if not because.strip():
        raise Refused("Say why it is more, or less, urgent than the rules say.")
    refuse_codes(case.resident, because)
    changes.note(case, {"urgency": case.get_urgency_display()}, by=by, because=because)
    Case.objects.filter(pk=case.pk).update(
        decided=level, decided_because=because, decided_by=by, urgency=level
    )
    record("urgency decided", about=case, by=by, was=case.urgency, now=level)
    enclosing.enclose(case=case, by=by)


@transaction.atomic
def break_glass(*, case: Case, because: str, by: Person) -> None:
    """Read a case without a link to it, for a day, with a reason that is looked at afterwards."""
    if named.is_closed_to(by, case):
        raise Refused(named.KEPT)
    if len(because.strip()) < 10:
        raise Refused("Say why you need to read this case, in a sentence.")
    refuse_codes(case.resident, because)
    Glass.objects.create(person=by, case=case, because=because)
    record("glass broken", about=case, by=by)

"""A caller rings back about a case that a colleague has: two facts open it for this call."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.design.words import many
from commonweal.office.errors import Refused
from commonweal.residents import guards, keys
from commonweal.residents.models import Resident

from . import named
from .models import Case, RingBack

FACTS_LEAST = 2
WRONG_MOST = 3
NO_FIT = (
    "That does not fit what is kept. Ask them for something else; if they can't say it, break the "
    "glass and say why."
)
TOO_OFTEN = (
    "It did not fit three times today. Hand the call to whoever has the case, or ring your desk "
    "manager."
)


def _known(resident: Resident) -> dict[str, set[str]]:
    """What is kept of each fact, in the form in which it is compared."""
    return {
        "born": {resident.born} - {""},
        "phone": {keys.phone(number) for number in resident.phone_list} - {""},
        "postcode": {keys.postcode(resident.postcode)} - {""},
        "email": {resident.email.strip().lower()} - {""},
    }


def _compared(told: dict[str, str]) -> dict[str, str]:
    """What a caller said, in the form in which it is compared; what they left out is left out."""
    forms = {
        "born": told.get("born", ""),
        "phone": keys.phone(told.get("phone", "")),
        "postcode": keys.postcode(told.get("postcode", "")),
        "email": told.get("email", "").strip().lower(),
    }
    return {name: fact for name, fact in forms.items() if fact}


def _refuse_closed(case: Case, by: Person) -> None:
    if named.is_closed_to(by, case) or case.is_restricted:
        raise Refused(named.KEPT)
    if named.is_kept_apart(by, case.resident):
        raise Refused(guards.PERSON_KEPT)


def identify(*, case: Case, told: dict[str, str], by: Person) -> RingBack:
    """Open a case for the call of somebody who said two facts that fit; what does not fit is
    written down as well, and after three times a day nothing is compared any more.

    Raises
    ------
    Refused
        The case or its person is kept for named colleagues; fewer than two facts were said; one of
        them does not fit; it did not fit too often today.
    """
    _refuse_closed(case, by)
    facts = _compared(told)
    if len(facts) < FACTS_LEAST:
        raise Refused("Ask them for two of these, and write down what they say.")
    tried = _write_down(case, facts, by)
    if tried is None:
        raise Refused(TOO_OFTEN)
    if not tried.fitted:
        more = WRONG_MOST - _wrong(case, by).count()
        raise Refused(f"{NO_FIT} {many(more, 'more try,more tries')} today." if more else TOO_OFTEN)
    return tried


def _wrong(case: Case, by: Person) -> QuerySet[RingBack]:
    """What did not fit today, of who asked."""
    since = timezone.now() - timedelta(days=1)
    return RingBack.objects.filter(case=case, person=by, fitted=False, at__gt=since)


@transaction.atomic
def _write_down(case: Case, facts: dict[str, str], by: Person) -> RingBack | None:
    """The try, which stays whatever comes of it; None where too many of today did not fit."""
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if _wrong(case, by).count() >= WRONG_MOST:
        return None
    known = _known(case.resident)
    fitted = all(fact in known[name] for name, fact in facts.items())
    tried = RingBack.objects.create(person=by, case=case, facts=sorted(facts), fitted=fitted)
    record("caller identified", about=case, by=by, fitted=fitted, facts=sorted(facts))
    return tried

"""What people decide that a payee is."""

from __future__ import annotations

from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from commonweal.accounts.actors import Actor
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from ..models import Decided, Payee, Verdict
from .matching import entry_named
from .naming import GIVEN

# Below this the matcher is not sure enough for nobody to look.
UNSURE_BELOW = 0.8


def queue() -> QuerySet[Payee]:
    """What a person should look at, most money first: unmatched, or matched without certainty."""
    unsure = Q(entry="") | Q(probability__lt=UNSURE_BELOW)
    return (
        Payee.objects.paid()
        .filter(unsure, decided=None)
        .exclude(method=GIVEN)
        .order_by("-amount_gbp", "name")
    )


@transaction.atomic
def decide(
    *, payee: Payee, verdict: str, because: str, by: Person, role: str, entry: str = ""
) -> Decided:
    """Say what a payee is. It holds for every anchor that pays it, now and later.

    Raises
    ------
    Refused
        Somebody has decided already, no reason is given, or the entry is in no register here.
    """
    because = because.strip()
    if not because:
        raise Refused("Say how you know: whoever comes after you will ask.")
    name = ""
    if verdict == Verdict.ENTRY:
        chosen = entry_named(entry) if entry else None
        if chosen is None:
            raise Refused(f"There is no entry {entry!r} in the registers here.")
        entry, name = chosen.entry, chosen.name
    else:
        entry = ""
    try:
        with transaction.atomic():
            decision = Decided.objects.create(
                payee=payee,
                verdict=verdict,
                entry=entry,
                register_name=name,
                because=because,
                decided_by=by,
                by_role=Actor(by, role).role_told,
            )
    except IntegrityError:
        raise Refused("Somebody has decided this already. Take that back first.") from None
    payee.decided, payee.entry, payee.register_name = decision, entry, name
    payee.method, payee.probability = "decided by a person", 1.0 if entry else 0.0
    payee.reasons = because
    payee.save(
        update_fields=["decided", "entry", "register_name", "method", "probability", "reasons"]
    )
    record("payee decided", about=payee, by=by, as_role=role, verdict=verdict, entry=entry)
    return decision


@transaction.atomic
def take_back(*, decided: Decided, because: str, by: Person, role: str) -> None:
    """Undo a decision: the matcher's answer holds again, until somebody decides anew."""
    because = because.strip()
    if not because:
        raise Refused("Say why it is taken back.")
    done = Decided.objects.filter(pk=decided.pk, undone_on=None).update(
        undone_on=timezone.localdate(), undone_by=by, undone_because=because
    )
    if not done:
        raise Refused("Somebody else has taken it back already.")
    Payee.objects.filter(decided=decided).update(
        decided=None,
        entry="",
        register_name="",
        probability=0,
        method="",
        reasons="",
        matched_with="",
    )
    record("payee decision taken back", about=decided.payee, by=by, as_role=role)


def total_of(payees: QuerySet[Payee]) -> Decimal:
    return payees.aggregate(whole=Sum("amount_gbp"))["whole"] or Decimal(0)

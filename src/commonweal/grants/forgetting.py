"""What is forgotten of a grant when its time has come: bank details, then reasons and letters."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from commonweal.cases.forgetting import Purpose, before, forget_also

from .models import Award, GrantDecision, IssuedCode, ReturnedPayment


def bank_due(today: date) -> QuerySet[Award]:
    """Account numbers of settled grants, and whatever else they were paid by; their keyed hash
    stays, so that repeats are found, and that of a code, which is given once."""
    coded = IssuedCode.objects.exclude(code="").values("payment__award")
    remains = Q(pk__in=coded)
    for column in Award.DETAILS:
        remains |= ~Q(**{column: ""})
    settled = _ended(today, "bank").filter(remains)
    return settled.exclude(payments__state="sent").exclude(
        reviews__decided_on=None, reviews__isnull=False
    )


def awards_due(today: date) -> QuerySet[Award]:
    """Grants of whose decisions, or payments that came back, words are kept still."""
    spoken = GrantDecision.objects.exclude(words="").values("award")
    returned = ReturnedPayment.objects.exclude(because="").values("payment__award")
    return _ended(today, "awards").filter(Q(pk__in=spoken) | Q(pk__in=returned))


def _ended(today: date, purpose: str) -> QuerySet[Award]:
    """Grants that ended so long ago: since the decision, or since they were asked for where they
    were withdrawn before any."""
    day = before(purpose, today)
    return Award.objects.exclude(state__in=Award.OPEN).filter(
        Q(decided_at__date__lt=day) | Q(decided_at=None, asked_on__lt=day)
    )


def _empty_bank(today: date) -> int:
    numbers = list(bank_due(today).values_list("pk", flat=True))
    IssuedCode.objects.filter(payment__award__in=numbers).update(code="")
    return Award.objects.filter(pk__in=numbers).update(**dict.fromkeys(Award.DETAILS, ""))


def _empty_reasons(today: date) -> int:
    numbers = list(awards_due(today).values_list("pk", flat=True))
    GrantDecision.objects.filter(award__in=numbers).exclude(words="").update(words="")
    Award.objects.filter(pk__in=numbers).update(household_type="")
    ReturnedPayment.objects.filter(payment__award__in=numbers).update(because="")
    return len(numbers)


forget_also(Purpose("bank", "bank details", 20, bank_due, _empty_bank))
forget_also(Purpose("awards", "reasons of grants", 40, awards_due, _empty_reasons))

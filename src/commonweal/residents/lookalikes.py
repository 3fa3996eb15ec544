"""The list of records that may be one person: kept up to date, read worst first."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from commonweal.accounts.models import Person

from . import people
from .guards import guard
from .likeness import Alikeness
from .models import Different, Lookalike, Resident

BATCH = 200


def waiting() -> QuerySet[Resident]:
    """Records that were not compared since they changed."""
    not_since = Q(compared_at=None) | Q(compared_at__lt=F("changed_at"))
    return Resident.objects.present().filter(not_since).order_by("pk")


def look(*, most: int) -> int:
    """Compare what changed with everybody it may be; how many records. In steps, each kept by
    itself: it can be stopped at any moment, and goes on where it stopped."""
    done = 0
    while done < most:
        step = list(waiting()[: min(BATCH, most - done)])
        if not step:
            break
        for resident in step:
            _compare(resident)
        done += len(step)
    return done


@transaction.atomic
def _compare(resident: Resident) -> None:
    """Write down whom one record may be; what it was like before and is no more goes."""
    Lookalike.objects.filter(Q(one=resident) | Q(other=resident)).delete()
    Lookalike.objects.bulk_create(
        (
            Lookalike(
                one_id=min(resident.pk, candidate.resident.pk),
                other_id=max(resident.pk, candidate.resident.pk),
                points=candidate.likeness.points,
            )
            for candidate in people.candidates(people.described(resident), apart_from=resident)
            if not candidate.is_erased
            and candidate.likeness.verdict in (Alikeness.LIKELY, Alikeness.POSSIBLE)
        ),
        ignore_conflicts=True,
    )
    Resident.objects.filter(pk=resident.pk).update(compared_at=timezone.now())


def to_decide(person: Person) -> QuerySet[Lookalike]:
    """Pairs that nobody decided yet, the likest first, of whom this person may see both."""
    # Asked of whoever is in a pair: a list of everybody who may be seen would be the whole town.
    visible = Resident.objects.present().filter(guard().visible_to(person)).order_by()
    one, other = visible.filter(pk=OuterRef("one")), visible.filter(pk=OuterRef("other"))
    decided = Different.objects.filter(one=OuterRef("one"), other=OuterRef("other"))
    pairs = Lookalike.objects.filter(Exists(one), Exists(other)).exclude(Exists(decided))
    return pairs.select_related("one__area", "other__area")

"""Needs for which no service is there: written down when it is seen, and counted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.office.strokes import Stroke
from commonweal.services.models import HelpType, Service

from .models import Gap, Need


def note_missing_of(help_type: HelpType, needs: list[int]) -> None:
    """As `note_missing`, of new needs of one kind by their numbers."""
    if not Service.objects.on_offer().filter(help_types=help_type).exists():
        stroke = Stroke(Gap(why=Gap.Why.NONE, found_on=timezone.localdate()), ("need",))
        stroke.write(stroke.row(need) for need in needs)


def note_missing(needs: Iterable[Need]) -> None:
    """Write down each need that comes up while the directory has nothing of its kind."""
    every = list(needs)
    kinds = {need.help_type_id for need in every}
    served = set(
        Service.objects.on_offer()
        .filter(help_types__in=kinds)
        .values_list("help_types", flat=True)
        .distinct()
    )
    Gap.objects.bulk_create(
        (
            Gap(need=need, why=Gap.Why.NONE, found_on=need.opened_on)
            for need in every
            if need.help_type_id not in served
        ),
        batch_size=500,
        ignore_conflicts=True,
    )


@transaction.atomic
def report(*, need: Need, why: str, by: Person) -> Gap:
    """Somebody looked, and nothing that there is helps; asked again it is the newer reason.

    Raises
    ------
    Refused
        The need is settled.
    """
    if need.state != Need.State.OPEN:
        raise Refused("This need is settled. Open it again first.")
    gap, _ = Gap.objects.update_or_create(need=need, defaults={"why": why, "found_by": by})
    record("gap found", about=need.case, by=by, need=need.help_type.code, why=why)
    return gap


@transaction.atomic
def take_back(*, need: Need, by: Person) -> None:
    """There is something after all.

    Raises
    ------
    Refused
        Nothing was written down.
    """
    if not Gap.objects.filter(need=need).delete()[0]:
        raise Refused("Nothing is missing here, as far as anybody wrote down.")
    record("gap taken back", about=need.case, by=by, need=need.help_type.code)


def counted(first: date, last: date) -> dict[str, int]:
    """So many needs without a service by kind of help, the most first."""
    gaps = Gap.objects.filter(found_on__range=(first, last)).order_by()
    rows = gaps.values_list("need__help_type__name").annotate(Count("pk"))
    return dict(sorted(rows, key=lambda row: (-row[1], row[0])))


def without_service() -> list[HelpType]:
    """Kinds of help of which the directory has nothing now."""
    served = Service.objects.on_offer().values("help_types")
    kinds = HelpType.objects.filter(is_active=True).exclude(pk__in=served.exclude(help_types=None))
    return list(kinds.order_by("order", "name"))

"""Which series may stand on one picture, and beside which places the town is shown."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from ..models import Comparator, Series
from .places import town_code


def check_together(series: Sequence[Series]) -> None:
    """Refuse to draw on one picture what are two measures.

    Raises
    ------
    Refused
        Their measure, unit, denominator or kind is not the same: says which.
    """
    first = series[0]
    for beside in series[1:]:
        if first.of != beside.of and first.is_share and beside.is_share:
            raise Refused(
                f"“{first.title}” is a share of {first.of}, “{beside.title}” a share of "
                f"{beside.of}. They can’t be shown on one picture."
            )
        if first.kind != beside.kind:
            raise Refused(
                f"“{first.title}” counts {first.get_kind_display()}, “{beside.title}” "
                f"{beside.get_kind_display()}. They can’t be shown on one picture."
            )
        if (first.measure, first.group, first.unit) != (beside.measure, beside.group, beside.unit):
            raise Refused(
                f"“{first.title}” and “{beside.title}” are two measures. They can’t be shown on "
                "one picture."
            )


@transaction.atomic
def choose(*, area_code: str, because: str, source: str, by: Person) -> Comparator:
    """Show the town beside a place of like kind from now on.

    Raises
    ------
    Refused
        It is the town itself, stands there already, or no figure of it is here.
    """
    if area_code == town_code():
        raise Refused("That is the town itself.")
    if Comparator.objects.filter(area_code=area_code).exists():
        raise Refused("The town is shown beside it already.")
    of_area = Series.objects.filter(area_code=area_code).first()
    if of_area is None:
        raise Refused(f"No figure of {area_code} is here. Bring in a file that has some first.")
    comparator = Comparator.objects.create(
        area_code=area_code,
        area_name=of_area.area_name,
        because=because,
        source=source,
        chosen_by=by,
    )
    record("comparator chosen", about=comparator, by=by, as_role="analyst", area=area_code)
    return comparator


@transaction.atomic
def drop(*, comparator: Comparator, by: Person) -> None:
    """Show the town beside a place no more."""
    record(
        "comparator dropped", about=comparator, by=by, as_role="analyst", area=comparator.area_code
    )
    comparator.delete()

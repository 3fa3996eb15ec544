"""The town's menu of measures: what of a measure holds for whoever promised by it."""

from __future__ import annotations

from typing import Any

from commonweal.office.errors import Refused
from commonweal.places import formerly

from .models import Measure, Pledge

# Of the fields of a measure, by what a change would do to promises made by it: their figures
# would mean something else, so it is refused; it stays beside them as it was on the day of the
# promise; it is only of use to who promises next.
FIXED = ("kind", "unit", "direction")
KEPT = ("name", "how")
FREE = ("theme", "evidence_hint", "examples", "on_menu")


def bring(code: str, values: dict[str, Any]) -> Measure:
    """Put a measure on the menu, or change it.

    Raises
    ------
    Refused
        It would count otherwise what somebody promised.
    """
    measure = Measure.objects.filter(code=code).first()
    if measure is not None:
        _refuse_to_count_otherwise(measure, values)
    return formerly.bring(Measure, code, values)


def _refuse_to_count_otherwise(measure: Measure, values: dict[str, Any]) -> None:
    """What was promised by a measure is not changed by changing the measure: every change of a
    pledge is an entry of its ledger."""
    for name in FIXED:
        was = getattr(measure, name)
        if values.get(name, was) != was and Pledge.objects.filter(measure=measure).exists():
            raise Refused(
                f"[[measures]] “{measure.code}”: {name} is {was}, and pledges are made by it, so "
                f"it can't become {values[name]}. Give what is counted anew a code of its own, and "
                "take this one off the menu (on_menu = false)."
            )


def as_promised(pledge: Pledge) -> Measure:
    """The measure of a pledge, with the words it had on the day of the promise."""
    then = Measure.objects.get(pk=pledge.measure_id)
    formerly.as_at([then], pledge.made_on, with_new=True)
    return then

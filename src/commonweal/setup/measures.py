"""The menu of measures, as it is set up at the desk."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.partners.models import Sector, Size
from commonweal.pledges import menu
from commonweal.pledges.models import Measure, Pledge

from .adopting import free_code, role_at_the_desk

FOR_WHOM = re.compile(r"(?P<whom>[\w\s,]+):\s*(?P<text>\S.*)")
COUNTS_OTHERWISE = (
    "Promises are made by this measure, so what it counts (its kind, its unit, which way is "
    "better) stays as it is. Add a new measure, and take this one off the menu."
)


def read_examples(typed: str) -> list[dict[str, str]]:
    """The sentences to start from: one a line, before a colon for whom it is."""
    return [_example(line.strip()) for line in typed.splitlines() if line.strip()]


def _example(line: str) -> dict[str, str]:
    everybody = {"sector": "", "size": "", "text": line}
    parts = FOR_WHOM.fullmatch(line)
    if parts is None:
        return everybody
    example = {"sector": "", "size": "", "text": parts["text"]}
    for word in parts["whom"].lower().split(","):
        if word.strip() in Sector.values:
            example["sector"] = word.strip()
        elif word.strip() in Size.values:
            example["size"] = word.strip()
        else:
            # A colon inside the sentence itself.
            return everybody
    return example


def written(examples: list[dict[str, str]]) -> str:
    """The same as `read_examples` takes it."""
    return "\n".join(
        f"{whom}: {example['text']}" if (whom := _whom(example)) else example["text"]
        for example in examples
    )


def _whom(example: dict[str, str]) -> str:
    return ", ".join(example[name] for name in ("sector", "size") if example.get(name))


@transaction.atomic
def put(*, measure: Measure | None, answers: dict[str, Any], by: Person) -> Measure:
    """Put a measure on the menu, or change the one that is there.

    Raises
    ------
    Refused
        It would count otherwise what somebody promised.
    """
    if measure is not None and _counts_otherwise(measure, answers):
        raise Refused(COUNTS_OTHERWISE)
    code = measure.code if measure is not None else free_code(Measure, answers["name"])
    measure = menu.bring(code, answers)
    record(
        "measure set", about=measure, by=by, as_role=role_at_the_desk(by), on_menu=measure.on_menu
    )
    return measure


def _counts_otherwise(measure: Measure, answers: dict[str, Any]) -> bool:
    changes = any(answers[name] != getattr(measure, name) for name in menu.FIXED)
    return changes and Pledge.objects.filter(measure=measure).exists()

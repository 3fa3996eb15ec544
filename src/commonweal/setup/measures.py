"""The menu of measures, as it is set up at the desk."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from django.db import transaction

from commonweal.accounts.lists import Unread
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.partners.models import Sector, Size
from commonweal.places.models import Town
from commonweal.pledges import menu
from commonweal.pledges.models import Measure, Pledge

from .adopting import free_code, role_at_the_desk

FOR_WHOM = re.compile(r"(?P<whom>[\w\s,]+):\s*(?P<text>\S.*)")
COUNTS_OTHERWISE = (
    "Promises are made by this measure, so what it counts (its kind, its unit, which way is "
    "better) stays as it is. Add a new measure, and take this one off the menu."
)


def read_examples(typed: str) -> list[dict[str, str]]:
    """The sentences to start from: one a line, before a colon for whom it is.

    Raises
    ------
    Unread
        Before a colon stands what was meant for a sector or a size, and is none.
    """
    examples, wrong = [], dict[int, str]()
    for place, line in enumerate(typed.splitlines(), start=1):
        try:
            examples += [_example(line.strip())] if line.strip() else []
        except ValueError as fault:
            wrong[place] = str(fault)
    if wrong:
        raise Unread(wrong=wrong)
    return examples


def _example(line: str) -> dict[str, str]:
    everybody = {"sector": "", "size": "", "text": line}
    parts = FOR_WHOM.fullmatch(line)
    if parts is None:
        return everybody
    example = {"sector": "", "size": "", "text": parts["text"]}
    named = [word.strip() for word in parts["whom"].lower().split(",")]
    known = [*Sector.values, *Size.values]
    near = [get_close_matches(word, known, n=1, cutoff=0.75) for word in named]
    if not any(near):
        # A colon inside the sentence itself.
        return everybody
    for word, close in zip(named, near, strict=True):
        if word not in known:
            meant = f" Did you mean “{close[0]}”?" if close else ""
            raise ValueError(f"“{word}” is no sector or size.{meant} There are: {', '.join(known)}")
        example["sector" if word in Sector.values else "size"] = word
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
        It would count otherwise what somebody promised, or another one has its name.
    """
    if measure is not None and _counts_otherwise(measure, answers):
        raise Refused(COUNTS_OTHERWISE)
    _refuse_twice(measure, answers["name"])
    code = measure.code if measure is not None else free_code(Measure, answers["name"])
    measure = menu.bring(code, answers)
    record(
        "measure set", about=measure, by=by, as_role=role_at_the_desk(by), on_menu=measure.on_menu
    )
    return measure


def _refuse_twice(measure: Measure | None, name: str) -> None:
    mine = measure.code if measure is not None else ""
    names = Measure.objects.exclude(code=mine).values_list("name", flat=True)
    if name.strip().casefold() in map(str.casefold, names):
        raise Refused(f"“{name.strip()}” is there already. Change that one, or say what differs.")


@transaction.atomic
def take_away(*, measure: Measure, by: Person) -> None:
    """Delete a measure by which nothing was promised; one that was used is taken off the menu.

    Raises
    ------
    Refused
        Something names it.
    """
    Town.objects.select_for_update().get(id=1)
    for relation in Measure._meta.related_objects:
        rows = relation.related_model._default_manager.filter(**{relation.field.name: measure})
        if rows.exists():
            raise Refused(
                f"{measure.name} stays: something was promised by it, or names it. Take it off the "
                "menu instead."
            )
    record("measure deleted", about=measure, by=by, as_role=role_at_the_desk(by))
    measure.delete()


def _counts_otherwise(measure: Measure, answers: dict[str, Any]) -> bool:
    changes = any(answers[name] != getattr(measure, name) for name in menu.FIXED)
    return changes and Pledge.objects.filter(measure=measure).exists()

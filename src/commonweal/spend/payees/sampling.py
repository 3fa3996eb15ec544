"""The checked sample of matches, and the precision that follows from it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.template.defaultfilters import pluralize
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.design.words import many
from commonweal.office.errors import Refused
from localwealth.spend.measures import interval

from ..models import Check, Drawing, Payee
from .naming import GIVEN

SAMPLE = 200


@transaction.atomic
def draw(*, by: Person, role: str, size: int = SAMPLE, seed: int | None = None) -> Drawing:
    """Draw matches at random, of those that neither a person nor a number has settled."""
    matches = list(
        Payee.objects.paid().matched().filter(decided=None).exclude(method=GIVEN).order_by("code")
    )
    if not matches:
        raise Refused("Nothing is matched yet, so there is nothing to check.")
    seed = random.SystemRandom().randrange(2**31) if seed is None else seed
    drawing = Drawing.objects.create(drawn_by=by, seed=seed, of=len(matches))
    picked = random.Random(seed).sample(matches, min(size, len(matches)))
    Check.objects.bulk_create(
        Check(drawing=drawing, payee=payee, entry=payee.entry, register_name=payee.register_name)
        for payee in picked
    )
    record("sample drawn", about=drawing, by=by, as_role=role, size=len(picked))
    return drawing


@transaction.atomic
def check(*, check: Check, is_right: bool, by: Person, role: str) -> None:
    """Say whether a drawn match is right.

    Raises
    ------
    Refused
        Somebody has said so already.
    """
    done = Check.objects.filter(pk=check.pk, is_right=None).update(
        is_right=is_right, checked_on=timezone.localdate(), checked_by=by
    )
    if not done:
        raise Refused(f"“{check.payee.name}” has been checked already.")
    record(
        "match checked",
        about=check.drawing,
        by=by,
        as_role=role,
        payee=check.payee.code,
        is_right=is_right,
    )


@dataclass(frozen=True)
class Precision:
    """What a checked sample says: shares of 1, with Wilson's 95% interval."""

    share: float
    low: float
    high: float
    right: int
    checked: int
    drawn_on: Any

    def percent(self, share: float) -> str:
        return f"{share:.1%}"

    @property
    def sentence(self) -> str:
        return (
            f"{self.right} of {many(self.checked, 'match,matches')} that people checked at random "
            f"{pluralize(self.right, 'was,were')} right: "
            f"{self.share:.1%}, and between {self.low:.1%} and {self.high:.1%} for all, by 95% "
            "confidence"
        )


def precision() -> Precision | None:
    """Of the newest drawing that people have begun to check; None where there is none."""
    for drawing in Drawing.objects.all():
        answers = list(drawing.checks.exclude(is_right=None).values_list("is_right", flat=True))
        if answers:
            right = sum(map(bool, answers))
            share, low, high = interval(right, len(answers))
            return Precision(share, low, high, right, len(answers), drawing.drawn_on)
    return None

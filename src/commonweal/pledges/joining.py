"""Pledges when two entries in the register become one organisation, or two again.

A pledge stands under the entry that stays, with its old lines as they were; a line of its own tells
of the merge. No review may become one by the own organisation through it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from commonweal.accounts.actors import Actor
from commonweal.accounts.models import Person, Role
from commonweal.design.words import many
from commonweal.partners import merging
from commonweal.partners.models import Merge, Partner

from .models import Entry, Pledge, ReviewAssignment
from .standing import Kind
from .writing import write_down


def why_not_join(kept: Partner, gone: Partner) -> str:
    """Why two can't be one: people of one of them have reviewed what the other claims, or are to.
    "" where nobody has."""
    return _reviewed_by(kept, gone) or _reviewed_by(gone, kept)


def _reviewed_by(reviewing: Partner, claiming: Partner) -> str:
    people = Person.objects.filter(memberships__partner=reviewing)
    codes = list(people.values_list("code", flat=True))
    reviews = Entry.objects.filter(pledge__partner=claiming, kind=Kind.REVIEW)
    theirs = reviews.filter(Q(by_code__in=codes) | Q(by_organisation=reviewing.name)).count()
    if theirs:
        return (
            f"People of {reviewing.name} reviewed {many(theirs, 'claim')} of {claiming.name}. "
            "Merged, an organisation would have checked itself, so these two can't become one."
        )
    looked_at = set(reviews.values_list("body__about", flat=True))
    given = ReviewAssignment.objects.filter(
        claim__pledge__partner=claiming, reviewer__in=people
    ).exclude(claim__in=looked_at)
    if given.exists():
        return (
            f"A claim of {claiming.name} is given to a reviewer of {reviewing.name}. Give it to "
            "somebody else first."
        )
    return ""


def tell_of_merge(merge: Merge, moved: Mapping[str, list[int]], by: Person) -> None:
    """A line in the ledger of each pledge that moved."""
    body = {
        "partner": merge.gone.code,
        "name": merge.gone.name,
        "into": merge.kept.code,
        "into_name": merge.kept.name,
    }
    _write(moved, Kind.MERGED, body, by, verb="pledge moved by a merge")


def tell_of_parting(merge: Merge, moved: Mapping[str, list[int]], by: Person) -> None:
    """A line in the ledger of each pledge that went back."""
    body = {
        "partner": merge.gone.code,
        "name": merge.gone.name,
        "out_of": merge.kept.code,
        "out_of_name": merge.kept.name,
    }
    _write(moved, Kind.PARTED, body, by, verb="pledge moved back")


def _write(
    moved: Mapping[str, list[int]], kind: Kind, body: dict[str, Any], by: Person, *, verb: str
) -> None:
    manager = Actor(by, Role.CHARTER_MANAGER)
    pledges = Pledge.objects.filter(pk__in=moved.get("pledges.Pledge.partner", []))
    for pledge in pledges.select_related("partner", "measure").order_by("pk"):
        write_down(manager, pledge, kind, dict(body), verb=verb)


merging.HOLDS.append(why_not_join)
merging.MERGED.append(tell_of_merge)
merging.PARTED.append(tell_of_parting)

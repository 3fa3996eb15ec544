"""Places where people vote at a table with staff.

Somebody of the staff opens a visit in a browser and is signed out of it: whoever votes there finds
nothing of theirs. As many type their codes in that browser, wrong ones are not counted in it.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F, Max
from django.http import HttpRequest
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused

from ..access import role_of
from ..models import Place, Round, Visit
from ..rounds import box, days

KEY = "voting_visit"


@transaction.atomic
def add(*, budget_round: Round, name: str, first_on: date, last_on: date, by: Person) -> Place:
    """Name a place and its days; everybody reads them at once.

    Raises
    ------
    Refused
        Voting is over or the round stopped; a day lies outside of voting.
    """
    current = Round.objects.select_for_update().get(pk=budget_round.pk)
    if current.state != Round.State.SEALED or current.has_closed(timezone.now()):
        raise Refused("Places are named once the rule sheet is published, until voting closes.")
    first, last = days.first_day(current.opens_at), days.last_day(current.closes_at)
    assert first is not None
    assert last is not None
    if last_on < first_on:
        raise Refused("The last day at this place lies before the first.")
    if first_on < first or last_on > last:
        raise Refused(f"Voting goes from {first:%-d %B %Y} to {last:%-d %B %Y}. Choose days in it.")
    number = (current.places.aggregate(last=Max("number"))["last"] or 0) + 1
    place = Place.objects.create(
        round=current, number=number, name=name, first_on=first_on, last_on=last_on
    )
    record("voting place named", about=current, by=by, as_role=role_of(by), place=number)
    return place


@transaction.atomic
def open_visit(*, place: Place, by: Person) -> Visit:
    """Begin a day at a place.

    Raises
    ------
    Refused
        Voting is not open, or today is none of the place's days.
    """
    if not box.is_taking(place.round):
        raise Refused("Voting is not open, so nobody can vote there now.")
    if not place.first_on <= timezone.localdate() <= place.last_on:
        raise Refused("Today is none of the days of this place.")
    visit = Visit.objects.create(place=place, opened_by=by)
    record("voting place opened", about=place.round, by=by, as_role=role_of(by), place=place.number)
    return visit


@transaction.atomic
def end_visits(*, place: Place, by: Person) -> int:
    """End what is open at a place; returns how many browsers that were.

    Raises
    ------
    Refused
        None is open.
    """
    ended = Visit.objects.filter(place=place, is_ended=False).update(is_ended=True)
    if not ended:
        raise Refused("Nothing is open at this place.")
    record("voting place closed", about=place.round, by=by, as_role=role_of(by), place=place.number)
    return ended


def visit_of(request: HttpRequest, budget_round: Round) -> Visit | None:
    """The visit that is open in this browser for a round, today."""
    key = request.session.get(KEY)
    if not key:
        return None
    open_today = Visit.objects.filter(pk=key, opened_on=timezone.localdate(), is_ended=False)
    return open_today.filter(place__round=budget_round).select_related("place").first()


def put(
    *, budget_round: Round, visit: Visit | None, token: str, choices: list[tuple[int, int]]
) -> box.Put:
    """As `box.put`; a ballot that is put in for the first time at a place counts for the place."""
    with transaction.atomic():
        in_box = box.put(budget_round=budget_round, token=token, choices=choices)
        if visit is not None and not in_box.is_again:
            Place.objects.filter(pk=visit.place_id).update(ballots=F("ballots") + 1)
    return in_box

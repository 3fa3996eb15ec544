"""A household: who lives together, what is open, what any of them was given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest
from commonweal.accounts.models import Person
from commonweal.cases import named
from commonweal.cases.access import get_resident_for, link_to, note_reads
from commonweal.cases.models import Case
from commonweal.design.every_answer import only_read
from commonweal.grants.models import Award, Fund
from commonweal.office.acting import act
from commonweal.residents import households, reaching
from commonweal.residents.models import Resident

from .forms.people import MoveOutForm
from .handling import handler
from .ways_back import way_back

# A grant that the rules count where another one is asked for.
COUNTS = (Award.State.ASKED, Award.State.ASSESSED, Award.State.HELD, "approved", "paid")


@dataclass(frozen=True)
class Member:
    """One who lives there and has a record here, as far as the reader may meet them."""

    resident: Resident
    reach: str
    cases: list[Case]


@dataclass(frozen=True)
class Given:
    """A fund of which the household has something, and until when another grant would be held."""

    fund: Fund
    grants: list[tuple[Award, str]]
    held_until: date


def _members(person: Person, people: list[Resident]) -> list[Member]:
    """Each with their open cases that this person may know of."""
    cases = Case.objects.open().filter(resident__in=people).exclude(named.closed_to(person))
    cases = cases.select_related("assigned_to").order_by("-opened_at", "pk")
    of: dict[int, list[Case]] = {resident.pk: [] for resident in people}
    for case in cases:
        of[case.resident_id].append(case)
    return [
        Member(
            resident, _reach(person, resident, of[resident.pk], is_theirs=not at), of[resident.pk]
        )
        for at, resident in enumerate(people)
    ]


def _reach(person: Person, resident: Resident, cases: list[Case], *, is_theirs: bool) -> str:
    """How somebody may be reached, safe word and all, for who may open a case of theirs; a link
    to one member's case is none to what the others said."""
    may_open = is_theirs or any(link_to(person, case) for case in cases)
    return reaching.instruction(resident) if may_open else ""


def _given(person: Person, people: list[Resident]) -> list[Given]:
    """What any of them has of each fund, the newest first; and what was given to somebody while
    they lived together, without their name."""
    grants = Award.objects.filter(_theirs(people), state__in=COUNTS)
    seen = Resident.objects.filter(named.visible_to(person))
    grants = grants.filter(resident__in=seen)
    grants = grants.exclude(case__in=Case.objects.filter(named.closed_to(person)))
    by_fund: dict[Fund, list[tuple[Award, str]]] = {}
    for grant in grants.select_related("fund", "resident").order_by("-asked_on", "-pk"):
        name = grant.resident.name if grant.resident in people else "who lived with them then"
        by_fund.setdefault(grant.fund, []).append((grant, name))
    return [
        Given(fund, theirs, theirs[0][0].asked_on + timedelta(days=fund.window_days))
        for fund, theirs in by_fund.items()
    ]


def _theirs(people: list[Resident]) -> Q:
    """What counts as given to a household: as where the rules look for a repeat."""
    home = people[0].household
    theirs = Q(resident__in=people) | (Q(household_code=home.code) if home else Q())
    for code, day in households.homes_left(people[0], date.min):
        theirs |= Q(household_code=code, asked_on__lte=day)
    return theirs


@handler
@only_read
def household(request: SignedInRequest, code: str) -> HttpResponse:
    """Who lives together with somebody: with a record, and counted only; whoever is kept from the
    reader is not there. That the others were met is written down for each of them."""
    resident = get_resident_for(request.user, code, what="household")
    people = households.members_for(request.user, resident)
    note_reads(request.user, people[1:], what="household", link="household")
    members = _members(request.user, people)
    cases = members[0].cases
    context = {
        "resident": resident,
        "members": members,
        "counted": [case for member in members for case in member.cases if _is_counted(case)],
        "given": _given(request.user, people),
        "today": timezone.localdate(),
        "back": way_back(request.user, resident),
        "change_in": cases[0] if cases else None,
    }
    return render(request, "desk/household.html", context)


def _is_counted(case: Case) -> bool:
    return bool(case.adults or case.children or case.ages)


@handler
def move_out(request: SignedInRequest, code: str) -> HttpResponse:
    """Some of those who live together move out, or the household is split."""
    resident = get_resident_for(request.user, code, what="household")
    people = households.members_for(request.user, resident)
    note_reads(request.user, people[1:], what="household", link="household")
    address = reverse("desk-household", args=[resident.code])

    def do(answers: dict[str, Any]) -> Any:
        return households.move_out(
            resident=resident, by=request.user, **answers | {"leaving": form.chosen}
        )

    form = MoveOutForm(request.POST or None, people=people)
    return act(
        request,
        form,
        do,
        said=lambda home: "They live together elsewhere." if home else "They moved out.",
        to=address,
        back=(address, "The household"),
        heading="Who moves out?",
        button="They move out",
        follows=(
            "Each keeps their record, cases, grants and how they may be reached.",
            "Their address stays as it is: change it with each of them.",
            "What the household was given counts on, for who stays and for who left.",
        ),
    )

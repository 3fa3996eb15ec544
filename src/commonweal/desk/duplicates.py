"""The list of records that may be one person, for the desk manager to decide one by one."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.cases import access
from commonweal.cases.models import Case
from commonweal.design.every_answer import only_read
from commonweal.design.paging import paged
from commonweal.residents import lookalikes, people
from commonweal.residents.likeness import Likeness
from commonweal.residents.models import Lookalike


@dataclass(frozen=True)
class Pair:
    """Two records, how alike they are now, and whether somebody works on a case of each."""

    like: Lookalike
    likeness: Likeness
    open_cases: int


@staff(Role.DESK_MANAGER)
@only_read
def duplicates(request: SignedInRequest) -> HttpResponse:
    """Pairs that nobody decided, the likest first; whom it shows counts as read."""
    page = paged(request, lookalikes.to_decide(request.user))
    residents = [resident for like in page for resident in (like.one, like.other)]
    access.note_reads(request.user, residents, what="duplicates", link="manager")
    with_cases = list(
        Case.objects.open().filter(resident__in=residents).values_list("resident", flat=True)
    )
    pairs = [
        Pair(
            like,
            people.alike(like.one, like.other),
            sum(pk in (like.one_id, like.other_id) for pk in with_cases),
        )
        for like in page
    ]
    waiting = lookalikes.waiting().count()
    context = {"page": page, "pairs": pairs, "waiting": waiting}
    return render(request, "desk/duplicates.html", context)

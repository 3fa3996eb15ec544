"""The desk's pages of places with staff and of the telephone."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from ..access import DESK
from ..models import Place, Round
from ..rounds import pots, sheet
from ..rounds.ballot_forms import limits_of
from ..rounds.desk import at_desk, page
from . import enterprises, places, telephone
from .forms import EnterprisesForm, PlaceForm, TelephoneForm


@staff(*DESK)
def add_place(request: SignedInRequest, code: str) -> HttpResponse:
    budget_round = get_object_or_404(Round, code=code)
    return act(
        request,
        PlaceForm(request.POST or None),
        lambda answers: places.add(budget_round=budget_round, by=request.user, **answers),
        said="Named. It stands on the public page.",
        to=at_desk(budget_round),
        **page(budget_round, "A place with staff", "Name it"),
    )


def _place(code: str, number: int) -> Place:
    return get_object_or_404(Place.objects.select_related("round"), round__code=code, number=number)


@staff(*DESK)
@require_POST
def open_place(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """Begin a visit: this browser is signed out, and votes for many until the day ends."""
    place = _place(code, number)
    try:
        visit = places.open_visit(place=place, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("desk-budget", code)
    logout(request)
    request.session[places.KEY] = str(visit.pk)
    return redirect("budget-vote", code)


@staff(*DESK)
@require_POST
def end_place(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    try:
        places.end_visits(place=_place(code, number), by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Ended in every browser.")
    return redirect("desk-budget", code)


@staff(*DESK)
def give_a_ballot(request: SignedInRequest, code: str) -> HttpResponse:
    """Begin the ballot of enterprises beside a draft for residents."""
    budget_round = get_object_or_404(Round, code=code)
    form = EnterprisesForm(request.POST or None, budget_round=budget_round)
    return act(
        request,
        form,
        lambda _: enterprises.give_a_ballot(
            budget_round=budget_round, by=request.user, **form.wanted
        ),
        said="Begun. Look at its rule sheet: it is published by itself.",
        to=at_desk,
        **page(budget_round, "A ballot for enterprises", "Begin it"),
    )


@staff(*DESK)
def by_telephone(request: SignedInRequest, code: str) -> HttpResponse:
    """Code and ballot on one page: sent once they are read back, sent again they go in."""
    budget_round = get_object_or_404(Round, code=code)
    # All money that is shared out: whose letter went where is known by the code alone.
    shared = pots.shared_out(budget_round, sheet.on_ballot(budget_round))
    form = TelephoneForm(request.POST or None, budget_round=budget_round, shared=shared)
    context = {"round": budget_round, "form": form, "limits": limits_of(budget_round)}
    if request.method == "POST" and form.is_valid():
        try:
            context |= _taken_down(budget_round, form)
        except Refused as refused:
            form.add_error("code", str(refused))
    return render(request, "voice/telephone.html", context)


def _taken_down(budget_round: Round, form: TelephoneForm) -> dict[str, object]:
    """What the page shows next: what to read back or, where that was agreed to, the receipt."""
    typed = form.cleaned_data["code"]
    if not form.is_read_back:
        telephone.admit(budget_round=budget_round, typed=typed)
        return {"read_back": form.mark, "named": form.in_words}
    in_box = telephone.put(budget_round=budget_round, typed=typed, choices=form.choices)
    empty = TelephoneForm(budget_round=budget_round, shared=form.shared)
    return {"receipt": in_box.receipt, "is_again": in_box.is_again, "form": empty}

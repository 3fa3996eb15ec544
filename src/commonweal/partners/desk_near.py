"""The charter manager's list of entries that might be one organisation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.design.every_answer import only_read
from commonweal.design.paging import paged
from commonweal.office.errors import Refused

from . import near as nearness
from .models import Different, Partner

MANAGER = Role.CHARTER_MANAGER


@staff(MANAGER)
@only_read
def near(request: SignedInRequest) -> HttpResponse:
    """The pairs that nobody has decided on, the likeliest first; and those that are two."""
    page = paged(request, nearness.pairs())
    decided = Different.objects.select_related("one", "other").order_by("-decided_at", "-pk")
    return render(request, "partners/desk_near.html", {"page": page, "decided": decided[:50]})


@staff(MANAGER)
@require_POST
def different(request: SignedInRequest, code: str, other: str) -> HttpResponse:
    partners = [get_object_or_404(Partner, code=each) for each in (code, other)]
    try:
        nearness.decide_different(one=partners[0], other=partners[1], by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Two organisations. They are not offered again.")
    return redirect("desk-near")


@staff(MANAGER)
@require_POST
def again(request: SignedInRequest, pk: int) -> HttpResponse:
    pair = get_object_or_404(Different.objects.select_related("one", "other"), pk=pk)
    nearness.look_again(different=pair, by=request.user)
    messages.success(request, "The two are offered again.")
    return redirect("desk-near")

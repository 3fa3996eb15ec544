"""The charter manager's pages of promises that count what is not on the menu."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.office.errors import Refused

from . import steps, wishes
from .forms import MapForm, RefusePledgeForm
from .models import Draft


@staff(Role.CHARTER_MANAGER)
def wish(request: SignedInRequest, draft_code: UUID) -> HttpResponse:
    """Two buttons: by this measure, or back with a reason."""
    if request.method == "POST" and not wishes.waiting().filter(code=draft_code).exists():
        # Sent a second time, or somebody else was faster: what they pressed for has happened.
        messages.error(request, wishes.GONE)
        return redirect("desk-charter-queue", "wishes")
    draft = get_object_or_404(wishes.waiting(), code=draft_code)
    is_back = "return" in request.POST
    form = MapForm(request.POST if request.method == "POST" and not is_back else None)
    back = RefusePledgeForm(request.POST if is_back else None)
    sent = request.POST.get("sent", "")
    try:
        if form.is_valid():
            pledge = wishes.map_to(
                draft=draft, measure=form.cleaned_data["measure"], sent=sent, by=request.user
            )
            messages.success(request, "It is counted by that. Accept it, or return it.")
            return redirect("desk-pledge", pledge.code)
        if back.is_valid():
            because = back.cleaned_data["because"]
            wishes.send_back(draft=draft, because=because, sent=sent, by=request.user)
            messages.success(request, "It is back with your reason.")
            return redirect("desk-charter-queue", "wishes")
    except Refused as refused:
        (back if is_back else form).add_error(None, str(refused))
    context = {"wish": wishes.wish_of(draft), "form": form, "back": back, "terms": _terms(draft)}
    return render(request, "pledges/desk_wish.html", context)


def _terms(draft: Draft) -> dict[str, Any] | None:
    """What else it promises; None where it can't be promised so any more, its day being past."""
    try:
        return steps.answers_of(draft)
    except Refused:
        return None

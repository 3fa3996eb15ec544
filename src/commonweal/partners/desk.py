"""The charter manager's pages about what organisations are called, and whether they may act."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from . import actions, from_registers, likeness, naming
from .forms import WhyForm
from .models import NameChange, Partner


@staff(Role.CHARTER_MANAGER)
def name(request: SignedInRequest, pk: int) -> HttpResponse:
    """A new name or number: old and new beside each other, accepted or returned."""
    change = get_object_or_404(NameChange.objects.select_related("partner"), pk=pk)
    form = WhyForm(request.POST if "return" in request.POST else None)
    if request.method == "POST":
        try:
            if "accept" in request.POST:
                naming.accept(change=change, by=request.user)
                messages.success(request, "The new name is public.")
                return redirect("desk-charter")
            if form.is_valid():
                naming.send_back(change=change, by=request.user, **form.cleaned_data)
                messages.success(request, f"Returned. {change.partner.name} keeps its name.")
                return redirect("desk-charter")
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("desk-charter")
    context = {
        "change": change,
        "form": form,
        "rows": naming.rows_of(change),
        "alike": likeness.hints_for(change),
        "is_waiting": change.state == NameChange.State.WAITING,
    }
    return render(request, "partners/desk_name.html", context)


@staff(Role.CHARTER_MANAGER)
def stop(request: SignedInRequest, code: str) -> HttpResponse:
    """Take acceptance back, or let an organisation act again."""
    partner = get_object_or_404(Partner.objects.public(), code=code)
    address = reverse("desk-partner", args=[code])
    if partner.stopped_on is not None:
        if request.method == "POST":
            try:
                actions.take_up_again(partner=partner, by=request.user)
                messages.success(request, f"{partner.name} can act again.")
            except Refused as refused:
                messages.error(request, str(refused))
        return redirect(address)
    return act(
        request,
        WhyForm(request.POST or None),
        lambda answers: actions.stop(partner=partner, by=request.user, **answers),
        said=f"{partner.name} can't act any more. What it promised stays.",
        to=address,
        back=(address, partner.name),
        heading=f"End the acceptance of {partner.name}",
        button="End it",
        danger=True,
        before="It keeps its page and its promises. It can sign, report, invite, offer services "
        "and read referrals no more, from now on.",
    )


@staff(Role.CHARTER_MANAGER)
@require_POST
def take_numbers(request: SignedInRequest, code: str) -> HttpResponse:
    """Take over the numbers that a loaded register has for a partner."""
    partner = get_object_or_404(Partner, code=code)
    try:
        from_registers.take(
            partner=partner,
            key=request.POST.get("entry", ""),
            name=request.POST.get("name", ""),
            by=request.user,
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Taken over from the register.")
    return redirect("desk-partner", code)

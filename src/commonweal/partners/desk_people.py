"""The charter manager's pages about who acts for a partner, and for which nobody does."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.design.every_answer import only_read
from commonweal.design.paging import paged
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from . import asking_to_act, inviting
from .forms import InviteForm, WhyForm
from .models import ActingRequest, Partner

MANAGER = Role.CHARTER_MANAGER


def _people_of(partner: Partner) -> str:
    return reverse("desk-partner-people", args=[partner.code])


@staff(MANAGER)
def people(request: SignedInRequest, code: str) -> HttpResponse:
    """Who acts for a partner, who is invited, and who says “this is us”."""
    partner = get_object_or_404(Partner.objects.public(), code=code)
    members = partner.memberships.current().select_related("person").order_by("person__name", "pk")
    return act(
        request,
        InviteForm(request.POST or None),
        lambda answers: inviting.invite(
            partner=partner, by=request.user, as_role=MANAGER, **answers
        ),
        said="The invitation is on its way. It works for two weeks.",
        to=_people_of(partner),
        template="partners/desk_people.html",
        partner=partner,
        members=members,
        invitations=partner.invitations.filter(accepted_at=None, withdrawn_at=None),
        asked=partner.acting_requests.filter(state=ActingRequest.State.WAITING).select_related(
            "person"
        ),
    )


@staff(MANAGER)
@require_POST
def invitation_withdraw(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    partner = get_object_or_404(Partner.objects.public(), code=code)
    invitation = get_object_or_404(partner.invitations, pk=pk)
    inviting.withdraw_invitation(invitation=invitation, by=request.user, as_role=MANAGER)
    messages.success(request, "The invitation is taken back.")
    return redirect(_people_of(partner))


@staff(MANAGER)
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let somebody act for a partner, or return it with the reason."""
    acting = get_object_or_404(ActingRequest.objects.select_related("partner", "person"), pk=pk)
    form = WhyForm(request.POST if "return" in request.POST else None)
    if request.method == "POST":
        try:
            if "accept" in request.POST:
                asking_to_act.accept(acting=acting, by=request.user)
                messages.success(request, f"They act for {acting.partner.name} now.")
                return redirect(_people_of(acting.partner))
            if form.is_valid():
                asking_to_act.send_back(acting=acting, by=request.user, **form.cleaned_data)
                messages.success(request, "Returned. They are told why.")
                return redirect(_people_of(acting.partner))
        except Refused as refused:
            form.add_error(None, str(refused)) if form.is_bound else messages.error(
                request, str(refused)
            )
    context = {
        "acting": acting,
        "form": form,
        "is_waiting": acting.state == ActingRequest.State.WAITING,
        "host": asking_to_act.host_of(acting.partner),
    }
    return render(request, "partners/desk_acting.html", context)


@staff(MANAGER)
@only_read
def unclaimed(request: SignedInRequest) -> HttpResponse:
    """The town's partners for which nobody acts, by name, and who says “this is us”."""
    partners = asking_to_act.to_be_acted_for(timezone.localdate()).order_by("name")
    typed = request.GET.get("q", "").strip().replace("\x00", "")[:100]
    if typed:
        partners = partners.filter(name__icontains=typed)
    page = paged(request, partners)
    waiting = ActingRequest.objects.filter(state=ActingRequest.State.WAITING)
    context = {
        "page": page,
        "q": typed,
        "waiting": waiting.select_related("partner", "person"),
    }
    return render(request, "partners/desk_unclaimed.html", context)

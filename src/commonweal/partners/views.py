"""Joining, the profile, and the people who act for a partner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest
from commonweal.accounts.limits import Limit, limited
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from . import actions, asking_to_act, inviting, naming
from .access import ANY_MEMBER, EDITORS, get_partner_for
from .forms import ActingForm, InviteForm, JoinForm, ProfileForm
from .models import ActingRequest, Partner

JOINS = Limit(
    "organisations",
    10,
    timedelta(days=1),
    "You have sent this form very often today. Ring the charter manager, who can enter your "
    "organisations with you.",
)


@login_required
@limited(JOINS)
def join(request: SignedInRequest) -> HttpResponse:
    return act(
        request,
        JoinForm(request.POST or None),
        lambda answers: actions.join(
            profile={name: answers[name] for name in actions.PROFILE_FIELDS},
            job_title=answers["job_title"],
            by=request.user,
        ),
        said="Your organisation is entered. The charter manager looks at it before it is public; "
        "you can begin your first pledge meanwhile.",
        to=lambda partner: reverse("space", args=[partner.code]),
        template="partners/join.html",
    )


ASKS = Limit(
    "acting requests",
    5,
    timedelta(days=1),
    "You have sent this form very often today. Ring the charter manager, who can bring you in.",
)


@login_required
@limited(ASKS)
def this_is_us(request: SignedInRequest, code: str) -> HttpResponse:
    """Come to act for a partner that nobody acts for."""
    partner = get_object_or_404(Partner.objects.public(), code=code)

    def ask(answers: dict[str, Any]) -> ActingRequest:
        return asking_to_act.ask(
            partner=partner,
            job_title=answers["job_title"],
            words=answers["words"],
            by=request.user,
        )

    def told(acting: ActingRequest) -> str:
        if acting.state == ActingRequest.State.ACCEPTED:
            return f"Your e-mail address is of its website. You now act for {partner.name}."
        return "The charter manager looks at it and writes to you."

    return act(
        request,
        ActingForm(request.POST or None),
        ask,
        said=told,
        to=lambda acting: (
            reverse("space", args=[partner.code])
            if acting.state == ActingRequest.State.ACCEPTED
            else partner.get_absolute_url()
        ),
        template="partners/this_is_us.html",
        partner=partner,
        host=asking_to_act.host_of(partner),
        is_open=asking_to_act.may_be_asked_for(partner),
        somebody_acts=asking_to_act.SOMEBODY_ACTS,
    )


NAME_WAITS = (
    "The new name or number waits for the charter manager. Until it is accepted the old one stays "
    "public."
)


@login_required
def profile(request: SignedInRequest, code: str) -> HttpResponse:
    partner = get_partner_for(request.user, code, roles=EDITORS)
    form = ProfileForm(request.POST or None, partner=partner)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_profile(partner=partner, profile=form.cleaned_data, by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The profile is saved.")
            if naming.waiting_of(partner) is not None:
                messages.info(request, NAME_WAITS)
            return redirect("space", partner.code)
    context = {"partner": partner, "form": form}
    return render(request, "partners/profile.html", context)


@login_required
def people(request: SignedInRequest, code: str) -> HttpResponse:
    roles = EDITORS if request.method == "POST" else ANY_MEMBER
    partner = get_partner_for(request.user, code, roles=roles)
    members = partner.memberships.current().select_related("person").order_by("person__name", "pk")
    return act(
        request,
        InviteForm(request.POST or None),
        lambda answers: inviting.invite(partner=partner, by=request.user, **answers),
        said="The invitation is on its way. It works for two weeks.",
        to=reverse("space-people", args=[partner.code]),
        template="partners/people.html",
        partner=partner,
        may_invite=partner.may_act,
        members=members,
        invitations=partner.invitations.filter(accepted_at=None, withdrawn_at=None),
    )


@login_required
@require_POST
def invitation_withdraw(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    partner = get_partner_for(request.user, code, roles=EDITORS)
    invitation = get_object_or_404(partner.invitations, pk=pk)
    inviting.withdraw_invitation(invitation=invitation, by=request.user)
    messages.success(request, "The invitation is taken back.")
    return redirect("space-people", partner.code)


@login_required
def invitation(request: SignedInRequest, token: str) -> HttpResponse:
    try:
        received = inviting.open_invitation(token, request.user)
        if request.method == "POST":
            inviting.accept_invitation(invitation=received, by=request.user)
            messages.success(request, f"You now act for {received.partner.name}.")
            return redirect("space", received.partner.code)
    except Refused as refused:
        context = {"refused": str(refused)}
        return render(request, "partners/invitation.html", context, status=410)
    return render(request, "partners/invitation.html", {"invitation": received})

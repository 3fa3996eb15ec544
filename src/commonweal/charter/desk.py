"""The panel's pages: proposing, confirming and withdrawing tiers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.design.every_answer import only_read
from commonweal.design.paging import A_PAGE, paged
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner

from . import actions
from .facts import criteria_of, rungs_of
from .forms import ProposeTierForm, RefuseTierForm, WithdrawTierForm
from .models import Signature, Tier, TierAward

PANEL = (Role.REVIEWER, Role.VALIDATOR)


@staff(*PANEL)
@only_read
def tiers(request: SignedInRequest) -> HttpResponse:
    awards = TierAward.objects.select_related("partner", "tier", "proposed_by", "withdrawal_by")
    today = timezone.localdate()
    q = request.GET.get("q", "").strip().replace("\x00", "")[:100]
    signed = Partner.objects.public().filter(
        pk__in=Signature.objects.filter(ended_on=None).values("partner")
    )
    if q:
        signed = signed.filter(name__icontains=q)
    context = {
        "proposed": [
            (award, criteria, all(criterion.is_met for criterion in criteria if criterion.takes))
            for award in awards.filter(confirmed_on=None, withdrawn_on=None)
            for criteria in [criteria_of(award.tier, award.partner, today)]
        ],
        "withdrawals": awards.exclude(withdrawal_because="").filter(withdrawn_on=None),
        "held": paged(request, awards.held(today).order_by("review_on", "id")),
        "signed": signed.order_by("name")[:A_PAGE] if q else (),
        "q": q,
    }
    return render(request, "charter/desk_tiers.html", context)


@staff(*PANEL)
def propose(request: SignedInRequest, code: str) -> HttpResponse:
    partner = get_object_or_404(Partner.objects.public(), code=code)
    return act(
        request,
        ProposeTierForm(request.POST or None),
        lambda answers: actions.propose_tier(partner=partner, by=request.user, **answers),
        said="Proposed. A second person must confirm it.",
        to="desk-tiers",
        template="charter/desk_propose.html",
        partner=partner,
        rungs=rungs_of(partner, timezone.localdate(), Tier.objects.all()),
    )


@staff(*PANEL)
@require_POST
def confirm(request: SignedInRequest, award_code: UUID) -> HttpResponse:
    award = get_object_or_404(TierAward.objects.select_related("partner", "tier"), code=award_code)
    try:
        actions.confirm_tier(award=award, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{award.partner.name} now holds the tier {award.tier.name}.")
    return redirect("desk-tiers")


@staff(*PANEL)
def refuse(request: SignedInRequest, award_code: UUID) -> HttpResponse:
    """Say no to a tier that somebody proposed."""
    award = get_object_or_404(TierAward.objects.select_related("partner", "tier"), code=award_code)
    return act(
        request,
        RefuseTierForm(request.POST or None),
        lambda answers: actions.refuse_tier(award=award, by=request.user, **answers),
        said="Not confirmed. Whoever proposed it is told why.",
        to="desk-tiers",
        back=(reverse("desk-tiers"), "Tiers"),
        heading=f"Do not confirm {award.tier.name} for {award.partner.name}",
        button="Do not confirm it",
        danger=True,
    )


@staff(*PANEL)
def withdraw(request: SignedInRequest, award_code: UUID) -> HttpResponse:
    award = get_object_or_404(TierAward.objects.select_related("partner", "tier"), code=award_code)
    return act(
        request,
        WithdrawTierForm(request.POST or None),
        lambda answers: actions.propose_withdrawal(award=award, by=request.user, **answers),
        said="Proposed. The partner is told and may reply.",
        to="desk-tiers",
        template="charter/desk_withdraw.html",
        award=award,
    )


@staff(*PANEL)
@require_POST
def decide(request: SignedInRequest, award_code: UUID) -> HttpResponse:
    award = get_object_or_404(TierAward.objects.select_related("partner", "tier"), code=award_code)
    withdraw = request.POST.get("decision") == "withdraw"
    try:
        actions.decide_withdrawal(award=award, withdraw=withdraw, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The tier is withdrawn." if withdraw else "The tier is kept.")
    return redirect("desk-tiers")

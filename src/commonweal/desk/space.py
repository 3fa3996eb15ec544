"""A partner's own pages: referrals for its referral workers, its services, answers to asks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, about_people
from commonweal.accounts.acting import act
from commonweal.accounts.actions import Refused
from commonweal.asks import actions as asking
from commonweal.asks.models import Ask
from commonweal.cases import access, referring, urgency
from commonweal.cases.models import Referral
from commonweal.partners.access import ANY_MEMBER, EDITORS, get_partner_for
from commonweal.pledges.models import Pledge
from commonweal.pledges.standing import OPEN
from commonweal.services import directory
from commonweal.services.models import Service

from .forms.asks import AnswerForm
from .forms.referrals import DeclineForm, OutcomeForm, ReferInForm
from .forms.services import ServiceForm


@about_people
@login_required
def referrals(request: SignedInRequest, code: str) -> HttpResponse:
    """What waits for this partner's referral workers. No names in the list."""
    partner = access.get_partner_for_referrals(request.user, code)
    found = Referral.objects.filter(partner=partner).select_related("service", "need__help_type")
    found = found.order_by(*urgency.in_order("case__", then="answer_by"))
    context = {
        "partner": partner,
        "waiting": [one for one in found if one.state in Referral.UNANSWERED],
        "open": [one for one in found if one.state in ("accepted", "contacted")],
        "ended": sorted(
            (one for one in found if not one.is_open), reverse=True, key=lambda ended: ended.sent_at
        )[:30],
    }
    return render(request, "desk/space_referrals.html", context)


@about_people
@login_required
def referral(request: SignedInRequest, code: str, reference: str) -> HttpResponse:
    """One referral: what was consented to, while that holds, and what the partner does with it."""
    found = access.get_referral_for(request.user, code, reference)
    decline, outcome = DeclineForm(), OutcomeForm()
    if request.method == "POST":
        verb = request.POST.get("verb")
        try:
            if verb == "accept":
                referring.accept(referral=found, by=request.user)
            elif verb == "contacted":
                referring.contacted(referral=found, by=request.user)
            elif verb == "decline":
                decline = DeclineForm(request.POST)
                if decline.is_valid():
                    referring.decline(referral=found, by=request.user, **decline.cleaned_data)
            elif verb == "finish":
                outcome = OutcomeForm(request.POST)
                if outcome.is_valid():
                    referring.finish(referral=found, by=request.user, **outcome.cleaned_data)
            else:
                raise Http404
        except Refused as refused:
            messages.error(request, str(refused))
        if decline.is_valid() or outcome.is_valid() or verb in ("accept", "contacted"):
            return redirect("space-referral", code, reference)
    elif found.state == Referral.State.SENT:
        referring.receive(referral=found, by=request.user)
    shown = access.shown_to_partner(found, request.user)
    names = dict(access.SHARED)
    context = {
        "referral": found, "shown": bool(shown),
        "rows": [(names[name], value) for name, value in shown.items() if name in names],
        "decline": decline, "outcome": outcome, "code": code,
        "safe": shown.get(access.INSTRUCTION, ""),
    }  # fmt: skip
    return render(request, "desk/space_referral.html", context)


@about_people
@login_required
def refer_in(request: SignedInRequest, code: str) -> HttpResponse:
    """Send somebody to the desk."""
    partner = access.get_partner_for_referrals(request.user, code)
    address = reverse("space-referrals", args=[code])

    def do(said: dict[str, Any]) -> None:
        values = {
            name: said[name]
            for name in ("first_name", "last_name", "address", "postcode", "contact", "safe_note")
        }
        made = referring.refer_in(
            partner=partner, values=values | {"phones": said["phone"]},
            help_types=list(said["help_types"]), words=said["words"],
            consent_words=said["consent_words"], signs=said["signs"], by=request.user,
        )  # fmt: skip
        messages.info(request, f"Their reference is {made.code}. Tell them.")

    return act(
        request, ReferInForm(request.POST or None), do, said="Sent to the desk.", to=address,
        back=(address, "Referrals"), heading="Send somebody to the desk", button="Send",
    )  # fmt: skip


@login_required
def workers(request: SignedInRequest, code: str) -> HttpResponse:
    """Who of this partner reads referrals: its editors say so."""
    partner = get_partner_for(request.user, code, roles=EDITORS)
    members = partner.memberships.current().select_related("person")
    if request.method == "POST":
        one = get_object_or_404(members, pk=request.POST.get("member") or 0)
        # The button says what it does: pressed on a page that is old, it undoes nothing.
        wanted = request.POST.get("handles", "no" if one.handles_referrals else "yes")
        try:
            referring.name_worker(membership=one, handles=wanted == "yes",
                                  by=request.user)  # fmt: skip
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("space-workers", code)
    return render(request, "desk/space_workers.html", {"partner": partner, "members": members})


# --- Services ---------------------------------------------------------------------------------


@login_required
def services(request: SignedInRequest, code: str) -> HttpResponse:
    partner = get_partner_for(request.user, code, roles=ANY_MEMBER)
    found = Service.objects.filter(organisation__partner=partner)
    return render(request, "desk/space_services.html", {"partner": partner, "services": found})


NAMES = (
    "name",
    "description",
    "status",
    "eligibility",
    "application_process",
    "fees",
    "phone",
    "email",
    "url",
    "takes_referrals",
    "capacity",
    "answer_hours",
    "no_names",
    "asks_for",
)


@login_required
def service_edit(request: SignedInRequest, code: str, service: str = "") -> HttpResponse:
    """Write or change an own entry. Saving it says that it is right today."""
    partner = get_partner_for(request.user, code, roles=EDITORS)
    found = (
        get_object_or_404(Service, code=service, organisation__partner=partner) if service else None
    )
    initial: dict[str, Any] = {"status": "active", "answer_hours": 48}
    if found is not None:
        place = found.places.first()
        hours = found.schedules.first()
        initial = {name: getattr(found, name) for name in NAMES} | {
            "help_types": [kind.code for kind in found.help_types.all()],
            "hours": str(hours) if hours else "",
            "address": place.address if place else "", "postcode": place.postcode if place else "",
        }  # fmt: skip
    address = reverse("space-services", args=[code])

    def keep(said: dict[str, Any]) -> None:
        directory.keep(
            service=found, partner=partner, by=request.user, help_types=list(said["help_types"]),
            values={name: said[name] for name in NAMES}, hours=said["hours"],
            place={"address": said["address"], "postcode": said["postcode"]},
        )  # fmt: skip

    return act(
        request, ServiceForm(request.POST or None, initial=initial), keep,
        said="Kept, and confirmed as of today." if partner.may_act
        else "Kept. It stands in the directory once your organisation is accepted.",
        to=address, back=(address, "Services"),
        heading="A service of ours", button="Keep it",
    )  # fmt: skip


@login_required
@require_POST
def service_assure(request: SignedInRequest, code: str, service: str) -> HttpResponse:
    partner = get_partner_for(request.user, code, roles=EDITORS)
    found = get_object_or_404(Service, code=service, organisation__partner=partner)
    directory.assure(service=found, by=request.user)
    messages.success(request, "Confirmed as of today.")
    return redirect("space-services", code)


# --- Asks -------------------------------------------------------------------------------------


@login_required
def answer(request: SignedInRequest, code: str, ask: str) -> HttpResponse:
    """A pledge of this partner answers an ask."""
    partner = get_partner_for(request.user, code, roles=EDITORS)
    found = get_object_or_404(Ask.objects.exclude(state="draft"), code=ask)
    pledges = Pledge.objects.filter(
        partner=partner, measure__unit=found.unit, standing__in=OPEN, accepted_on__isnull=False
    )
    address = found.get_absolute_url()
    before = (
        f"{found.title}: {found.quantity:g} {found.unit} are needed."
        if pledges.exists()
        else f"None of your open pledges counts {found.unit}. Make one first."
    )
    return act(
        request, AnswerForm(request.POST or None, pledges=pledges),
        lambda said: asking.answer(ask=found, by=request.user, role="partner", **said),
        said="Thank you. It stands in the pledge's ledger.", to=address,
        back=(address, found.title), heading="Answer with a pledge", button="Answer",
        before=before,
    )  # fmt: skip

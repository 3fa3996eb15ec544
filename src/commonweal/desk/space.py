"""A partner's own pages: referrals for its referral workers, its services, answers to asks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, about_people
from commonweal.accounts.models import Person
from commonweal.asks import actions as asking
from commonweal.asks.models import Ask
from commonweal.cases import access, referring, urgency
from commonweal.cases.models import Referral
from commonweal.design.every_answer import only_read
from commonweal.design.words import are, in_unit
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.partners.access import ANY_MEMBER, EDITORS, get_partner_for
from commonweal.pledges.models import Pledge
from commonweal.pledges.standing import OPEN
from commonweal.services import directory
from commonweal.services.models import Service

from .forms.asks import AskAnswerForm
from .forms.referrals import DeclineForm, ReferInForm, ReferralOutcomeForm
from .forms.services import ServiceForm


@about_people
@login_required
@only_read
def referrals(request: SignedInRequest, code: str) -> HttpResponse:
    """What waits for this partner's referral workers. No names in the list."""
    partner = access.get_partner_for_referrals(request.user, code)
    sent = Referral.objects.filter(partner=partner).select_related("service", "need__help_type")
    sent = sent.order_by(*urgency.in_order("case__", then="answer_by"))
    context = {
        "partner": partner,
        "waiting": [referral for referral in sent if referral.state in Referral.UNANSWERED],
        "open": [referral for referral in sent if referral.state in ("accepted", "contacted")],
        "ended": sorted(
            (referral for referral in sent if not referral.is_open),
            reverse=True,
            key=lambda ended: ended.sent_at,
        )[:30],
    }
    return render(request, "desk/space_referrals.html", context)


def _do(verb: str, sent: Referral, by: Person, forms: dict[str, Form]) -> None:
    """What the partner does with a referral; where it takes answers, only once they are right."""
    if verb == "accept":
        referring.accept(referral=sent, by=by)
    elif verb == "contacted":
        referring.contacted(referral=sent, by=by)
    elif verb == "decline":
        if forms[verb].is_valid():
            referring.decline(referral=sent, by=by, **forms[verb].cleaned_data)
    elif verb == "finish":
        if forms[verb].is_valid():
            referring.finish(referral=sent, by=by, **forms[verb].cleaned_data)
    else:
        raise Http404


@about_people
@login_required
def referral(request: SignedInRequest, code: str, reference: str) -> HttpResponse:
    """One referral: what was consented to, while that holds, and what the partner does with it."""
    sent = access.get_referral_for(request.user, code, reference)
    forms: dict[str, Form] = {"decline": DeclineForm(), "finish": ReferralOutcomeForm()}
    if request.method == "POST":
        verb = request.POST.get("verb", "")
        if verb in forms:
            forms[verb] = type(forms[verb])(request.POST)
        try:
            _do(verb, sent, request.user, forms)
        except Refused as refused:
            messages.error(request, str(refused))
        if verb not in forms or forms[verb].is_valid():
            return redirect("space-referral", code, reference)
    elif sent.state == Referral.State.SENT:
        referring.receive(referral=sent, by=request.user)
    shown = access.shown_to_partner(sent, request.user)
    names = dict(access.SHARED)
    context = {
        "referral": sent,
        "shown": bool(shown),
        "rows": [(names[name], answer) for name, answer in shown.items() if name in names],
        "decline": forms["decline"],
        "outcome": forms["finish"],
        "code": code,
        "safe": shown.get(access.INSTRUCTION, ""),
    }
    return render(request, "desk/space_referral.html", context)


@about_people
@login_required
def refer_in(request: SignedInRequest, code: str) -> HttpResponse:
    """Send somebody to the desk."""
    partner = access.get_partner_for_referrals(request.user, code)
    address = reverse("space-referrals", args=[code])

    def do(answers: dict[str, Any]) -> None:
        values = {
            name: answers[name]
            for name in ("first_name", "last_name", "address", "postcode", "contact", "safe_note")
        }
        case = referring.refer_in(
            partner=partner,
            values=values | {"phones": answers["phone"]},
            help_types=list(answers["help_types"]),
            words=answers["words"],
            consent_words=answers["consent_words"],
            signs=answers["signs"],
            by=request.user,
        )
        messages.info(request, f"Their reference is {case.code}. Tell them.")

    return act(
        request,
        ReferInForm(request.POST or None),
        do,
        said="Sent to the desk.",
        to=address,
        back=(address, "Referrals"),
        heading="Send somebody to the desk",
        button="Send",
    )


@login_required
def workers(request: SignedInRequest, code: str) -> HttpResponse:
    """Who of this partner reads referrals: its editors say so."""
    partner = get_partner_for(request.user, code, roles=EDITORS)
    members = partner.memberships.current().select_related("person")
    if request.method == "POST":
        membership = get_object_or_404(members, pk=request.POST.get("member") or 0)
        # The button says what it does: pressed on a page that is old, it undoes nothing.
        wanted = request.POST.get("handles", "no" if membership.handles_referrals else "yes")
        try:
            referring.name_worker(membership=membership, handles=wanted == "yes", by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("space-workers", code)
    return render(request, "desk/space_workers.html", {"partner": partner, "members": members})


# --- Services ---------------------------------------------------------------------------------


@login_required
@only_read
def services(request: SignedInRequest, code: str) -> HttpResponse:
    partner = get_partner_for(request.user, code, roles=ANY_MEMBER)
    entries = Service.objects.filter(organisation__partner=partner)
    return render(request, "desk/space_services.html", {"partner": partner, "services": entries})


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


def _as_kept(entry: Service) -> dict[str, Any]:
    """What an entry says, as its form asks for it."""
    place = entry.places.first()
    return {name: getattr(entry, name) for name in NAMES} | {
        "help_types": [kind.code for kind in entry.help_types.all()],
        "hours": "; ".join(entry.opening_hours()),
        "address": place.address if place else "",
        "postcode": place.postcode if place else "",
    }


@login_required
def service_edit(request: SignedInRequest, code: str, service: str = "") -> HttpResponse:
    """Write or change an own entry. Saving it says that it is right today."""
    partner = get_partner_for(request.user, code, roles=EDITORS)
    entry = (
        get_object_or_404(Service, code=service, organisation__partner=partner) if service else None
    )
    initial: dict[str, Any] = {"status": "active", "answer_hours": 48}
    if entry is not None:
        initial = _as_kept(entry)
    address = reverse("space-services", args=[code])

    def keep(answers: dict[str, Any]) -> None:
        directory.keep(
            service=entry,
            partner=partner,
            by=request.user,
            help_types=list(answers["help_types"]),
            values={name: answers[name] for name in NAMES},
            hours=answers["hours"],
            place={"address": answers["address"], "postcode": answers["postcode"]},
        )

    return act(
        request,
        ServiceForm(request.POST or None, initial=initial),
        keep,
        said="Kept, and confirmed as of today."
        if partner.may_act
        else "Kept. It stands in the directory once your organisation is accepted.",
        to=address,
        back=(address, "Services"),
        heading="A service of ours",
        button="Keep it",
    )


@login_required
@require_POST
def service_assure(request: SignedInRequest, code: str, service: str) -> HttpResponse:
    partner = get_partner_for(request.user, code, roles=EDITORS)
    entry = get_object_or_404(Service, code=service, organisation__partner=partner)
    directory.assure(service=entry, by=request.user)
    messages.success(request, "Confirmed as of today.")
    return redirect("space-services", code)


# --- Asks -------------------------------------------------------------------------------------


@login_required
def answer(request: SignedInRequest, code: str, ask: str) -> HttpResponse:
    """A pledge of this partner answers an ask."""
    partner = get_partner_for(request.user, code, roles=EDITORS)
    wanted = get_object_or_404(Ask.objects.exclude(state="draft"), code=ask)
    pledges = Pledge.objects.filter(
        partner=partner, measure__unit=wanted.unit, standing__in=OPEN, accepted_on__isnull=False
    )
    address = wanted.get_absolute_url()
    before = (
        f"{wanted.title}: {in_unit(wanted.quantity, wanted.unit)} {are(wanted.quantity)} needed."
        if pledges.exists()
        else f"None of your open pledges counts {wanted.unit}. Make one first."
    )
    return act(
        request,
        AskAnswerForm(request.POST or None, pledges=pledges),
        lambda answers: asking.answer(ask=wanted, by=request.user, **answers),
        said="Thank you. It stands in the pledge's ledger.",
        to=address,
        back=(address, wanted.title),
        heading="Answer with a pledge",
        button="Answer",
        before=before,
    )

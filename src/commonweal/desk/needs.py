"""What became of a need, and the partners to whom it is handed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest
from commonweal.cases import adding, foreseen, gaps, named, referring, working
from commonweal.cases.access import get_case_for, get_case_with_person_for
from commonweal.cases.models import Need
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.residents.models import Resident
from commonweal.services import nearby
from commonweal.services.models import Service

from . import helplines
from .forms.cases import GapForm, HouseholdForm, SettleForm
from .forms.excuses import excuse_of
from .forms.referrals import ReferForm
from .forms.services import NearForm
from .handling import handler, of_case

MOST_SHOWN = 50


@handler
def household(request: SignedInRequest, code: str) -> HttpResponse:
    """Who lives with the person of a case: counted, and whoever of them is here as well."""
    case = get_case_with_person_for(request.user, code)
    among = Resident.objects.present().filter(named.visible_to(request.user))
    shown = {name: getattr(case, name) for name in ("adults", "children", "ages")}
    return act(
        request,
        HouseholdForm(request.POST or None, among=among, initial=shown),
        lambda answers: adding.say_household(case=case, by=request.user, **answers),
        said=lambda changed: "Kept." if changed else "It was so already.",
        heading="Who lives with them?",
        button="Keep it",
        follows=(
            "Each of them keeps a record, cases and safe contact of their own.",
            "Whoever opens this case reads the name of who lives with them.",
        ),
        **of_case(code),
    )


@handler
def settle(request: SignedInRequest, code: str, need: str) -> HttpResponse:
    case = get_case_for(request.user, code)
    wanted = get_object_or_404(case.needs.select_related("help_type", "case__resident"), code=need)
    return act(
        request,
        SettleForm(request.POST or None),
        lambda answers: working.settle(
            need=wanted,
            by=request.user,
            state=answers["state"],
            why=answers["why"] if answers["state"] == "unmet" else "",
        ),
        said="Kept.",
        heading=f"What became of it: {wanted.help_type.name}",
        button="Keep it",
        follows=foreseen.of_settling(wanted),
        **of_case(code),
    )


@handler
@require_POST
def reopen(request: SignedInRequest, code: str, need: str) -> HttpResponse:
    case = get_case_for(request.user, code)
    try:
        working.reopen(need=get_object_or_404(case.needs, code=need), by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(case)


@handler
def who_helps(request: SignedInRequest, code: str, need: str) -> HttpResponse:
    """What there is for a need, near a postcode that is typed, and national numbers; where nothing
    helps, that is written down. No postcode stands in an address."""
    case = get_case_for(request.user, code)
    wanted = get_object_or_404(case.needs.select_related("help_type", "case", "gap"), code=need)
    verb = request.POST.get("verb", "")
    near = NearForm(request.POST if verb == "near" else None)
    near.fields["postcode"].label = "Their postcode"
    form = GapForm(request.POST if verb == "missing" else None)
    if verb in ("missing", "there-is") and _gap_kept(request, wanted, verb, form):
        return redirect(case)
    offered = Service.objects.on_offer().filter(help_types=wanted.help_type)
    start = nearby.start_of(near.cleaned_data["postcode"]) if near.is_valid() else None
    rows = nearby.rows_of(offered, start)
    context = {
        "case": case,
        "need": wanted,
        "form": form,
        "near": near,
        "start": start,
        "none_is_near": start is not None and not any(away for _, away in rows),
        "rows": rows[:MOST_SHOWN],
        "more": max(len(rows) - MOST_SHOWN, 0),
        "lines": helplines.lines_for(wanted.help_type),
    }
    return render(request, "desk/need_services.html", context)


def _gap_kept(request: SignedInRequest, need: Need, verb: str, form: GapForm) -> bool:
    """Whether what is missing was written down, or taken back; else the form says why not."""
    try:
        if verb == "there-is":
            gaps.take_back(need=need, by=request.user)
            messages.success(request, "Taken back: there is something for it.")
            return True
        if form.is_valid():
            gaps.report(need=need, why=form.cleaned_data["why"], by=request.user)
            messages.success(request, "Written down: nothing that there is helps.")
            return True
    except Refused as refused:
        messages.error(request, str(refused))
        return True
    return False


@handler
def refer(request: SignedInRequest, code: str, need: str) -> HttpResponse:
    """Hand a need to a partner. The consent that holds longest is taken."""
    case = get_case_with_person_for(request.user, code)
    wanted = get_object_or_404(case.needs.select_related("help_type", "case__resident"), code=need)
    held = [
        consent
        for consent in case.resident.consents.select_related("partner", "help_type")
        if consent.holds and consent.help_type_id == wanted.help_type_id
    ]
    before = (
        "Each service below says what they agreed to give it; no more goes out. How it is safe to "
        "reach them goes with every number."
        if held
        else f"No consent holds for {wanted.help_type.name}. Without one only a hand-over without "
        "personal data is possible."
    )
    return act(
        request,
        ReferForm(request.POST or None, need=wanted),
        lambda answers: referring.refer(
            need=wanted, by=request.user, excuse=excuse_of(answers), **answers
        ),
        said="Sent. You are told when they answer, and if they don't.",
        heading=f"Refer: {wanted.help_type.name}",
        button="Send it",
        before=before,
        follows=foreseen.of_referring(wanted),
        **of_case(code),
    )


@handler
@require_POST
def referral_back(request: SignedInRequest, code: str, referral: str) -> HttpResponse:
    case = get_case_for(request.user, code)
    sent = get_object_or_404(case.referrals, code=referral)
    try:
        referring.take_back(referral=sent, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(case)

"""Staff pages: the charter manager's day, partners, promises and questions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.charter import holding
from commonweal.design.every_answer import only_read
from commonweal.design.forms import Form
from commonweal.design.revisions import SHOWN
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.partners import actions as partner_actions
from commonweal.partners import from_registers, parting
from commonweal.partners.likeness import similar_to
from commonweal.partners.models import Partner
from commonweal.places import opening

from . import actions, coming, giving_out, handing_over, history, questions, review_reads
from . import standing as st
from .access import WHOLE, get_claim
from .forms import AssignForm, RefusePledgeForm
from .models import Entry, Pledge, Question, Recusal

ALL_STAFF = tuple(Role)
# Beside the button that accepts a partner: what the page said of it.
PARTNER_SHOWN = f"{SHOWN}partner"


@staff(*ALL_STAFF, people=False)
@only_read
def desks(request: SignedInRequest) -> HttpResponse:
    if first := opening.first_page(request):
        return redirect(first)
    return render(request, "pledges/desks.html")


@staff(Role.CHARTER_MANAGER)
def partner(request: SignedInRequest, code: str) -> HttpResponse:
    """Accept a new partner into the register, or return it with a reason."""
    partner = get_object_or_404(Partner.objects.select_related("area", "merged_into"), code=code)
    form = RefusePledgeForm(request.POST if "return" in request.POST else None)
    if request.method == "POST":
        try:
            if "accept" in request.POST:
                shown = request.POST.get(PARTNER_SHOWN, "")
                partner_actions.accept(partner=partner, by=request.user, shown=shown)
                messages.success(request, f"{partner.name} is in the register.")
                return redirect("desk-charter")
            if form.is_valid():
                partner_actions.send_back(
                    partner=partner, because=form.cleaned_data["because"], by=request.user
                )
                messages.success(request, f"Returned to {partner.name}.")
                return redirect("desk-charter")
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("desk-partner", partner.code)
    same = similar_to(partner.name, apart_from=partner) if partner.accepted_on is None else []
    facts = [
        ("Sector", partner.get_sector_display()),
        ("Kind", partner.get_kind_display()),
        ("Size", partner.get_size_display()),
        ("Company number", partner.company_number),
        ("Charity number", partner.charity_number),
        ("Mutual number", partner.mutual_number),
        ("Covers", partner.covers or "the whole organisation"),
        ("Area", partner.area),
        ("What it does", partner.description),
        ("Website", partner.website),
        ("Dealings with the council", partner.dealings),
        ("Ask for", partner.contact_name),
        ("Telephone", partner.contact_phone),
    ]
    context = {
        "partner": partner,
        "form": form,
        "same": same,
        "facts": facts,
        "mark": partner_actions.mark_of(partner),
        "merges": parting.merges_of(partner),
        **_comes_with(partner),
        **_in_registers(partner, request.GET.get("called", "").strip()[:200]),
    }
    return render(request, "pledges/desk_partner.html", context)


def _in_registers(partner: Partner, called: str) -> dict[str, Any]:
    """What loaded registers say of a partner by its name, or by another one that is typed."""
    if partner.merged_into_id is not None:
        return {}
    return {"registered": from_registers.entries_beside(partner, called), "called": called}


def _comes_with(partner: Partner) -> dict[str, Any]:
    """Who joined for a partner that nobody has accepted yet, and what is held until then."""
    if not partner.waits:
        return {}
    members = partner.memberships.current().select_related("person")
    return {
        "members": members.order_by("joined_at", "pk"),
        "held": holding.held_by(partner),
        "promises": coming.promised_by(partner),
    }


@staff(Role.CHARTER_MANAGER)
def member_end(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """End that somebody acts for a partner."""
    partner = get_object_or_404(Partner, code=code)
    membership = get_object_or_404(partner.memberships.current().select_related("person"), pk=pk)
    address = reverse("desk-partner-people", args=[code])
    return act(
        request,
        Form(request.POST if request.method == "POST" else None),
        lambda _: handing_over.end_by_manager(membership=membership, by=request.user),
        said="Ended. They are told.",
        to=address,
        back=(address, "Who acts for it"),
        heading=f"{partner.name}: end it for {membership.person}",
        button="End it",
        danger=True,
        before="From now on they see and do nothing in its name. Promises that they answer for are "
        "answered for by nobody until a colleague takes them.",
    )


@staff(Role.CHARTER_MANAGER)
def proposal(request: SignedInRequest, code: str) -> HttpResponse:
    """Accept a proposed pledge, or return it with a reason. There is no third thing."""
    pledge = get_object_or_404(Pledge.objects.select_related(*WHOLE), code=code)
    form = RefusePledgeForm(request.POST if "return" in request.POST else None)
    if request.method == "POST":
        try:
            if "accept" in request.POST:
                actions.accept(pledge=pledge, by=request.user)
                messages.success(request, "The pledge is in the register.")
                return redirect("desk-charter")
            if form.is_valid():
                actions.send_back(
                    pledge=pledge, because=form.cleaned_data["because"], by=request.user
                )
                messages.success(request, "The pledge is returned to its partner.")
                return redirect("desk-charter")
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("desk-pledge", pledge.code)
    lines = history.lines_of(pledge, on=timezone.localdate(), see_held=False)
    context = {
        "pledge": pledge,
        "form": form,
        "history": list(reversed(lines)),
        "starts_at": pledge.measure.write(pledge.baseline),
        "target": pledge.measure.write(pledge.target),
    }
    return render(request, "pledges/desk_pledge.html", context)


@staff(Role.CHARTER_MANAGER)
def question(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let a question into the public ledger, or keep it out with a reason."""
    question = get_object_or_404(Question.objects.select_related("pledge__partner"), pk=pk)
    form = RefusePledgeForm(request.POST if "refuse" in request.POST else None)
    if request.method == "POST":
        try:
            if "publish" in request.POST:
                questions.publish_question(question=question, by=request.user)
                messages.success(request, "The question is public; the partner is asked to answer.")
                return redirect("desk-charter")
            if form.is_valid():
                questions.refuse_question(
                    question=question, because=form.cleaned_data["because"], by=request.user
                )
                messages.success(request, "The question is kept out, with your reason.")
                return redirect("desk-charter")
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("desk-charter")
    return render(request, "pledges/desk_question.html", {"question": question, "form": form})


@staff(Role.CHARTER_MANAGER)
def assign(request: SignedInRequest, seq: int) -> HttpResponse:
    """Give a claim to a reviewer of another organisation."""
    claim = get_claim(seq)
    able = giving_out.able_to_check(claim, on=timezone.localdate())
    return act(
        request,
        AssignForm(request.POST or None, able=able),
        lambda answers: giving_out.assign(
            claim_entry=claim, reviewer=answers["reviewer"], by=request.user
        ),
        said="The reviewer is told.",
        to="desk-charter",
        template="pledges/desk_assign.html",
        refused_at="reviewer",
        claim=claim,
        pledge=claim.pledge,
        has=review_reads.assigned().get(seq),
        recusals=Recusal.objects.filter(
            claim__pledge__partner=claim.pledge.partner_id, taken_back_on=None
        ).select_related("reviewer"),
        claimed=claim.pledge.measure.write(st.number(claim.body["value"])),
    )


@staff(Role.DATA_PROTECTION_OFFICER)
def strike(request: SignedInRequest, seq: int) -> HttpResponse:
    """Strike out an entry's words for a legal reason, in public view."""
    entry = get_object_or_404(Entry.objects.public().select_related("pledge__partner"), seq=seq)
    return act(
        request,
        RefusePledgeForm(request.POST or None),
        lambda answers: actions.strike(entry=entry, because=answers["because"], by=request.user),
        said="The words are struck out; a new entry says so.",
        to=entry.pledge,
        template="pledges/desk_strike.html",
        entry=entry,
    )

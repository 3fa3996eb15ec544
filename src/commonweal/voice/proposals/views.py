"""The public pages of proposals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest
from commonweal.accounts.limits import Limit, limited
from commonweal.design.csvs import csv_lines, stream
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from ..consultations import access
from ..models import Comment, Phase, Proposal, Sent, Visibility
from . import reading, reads, sending
from .forms import AppealForm, CommentForm, ProposalForm

SENT = Limit(
    "proposals and comments",
    10,
    timedelta(days=1),
    "Ten were sent from here today. Send the next one tomorrow, or ring the charter manager.",
)
APPEALS = Limit(
    "appeals",
    20,
    timedelta(days=1),
    "Twenty were sent from here today. Send the next one tomorrow, or ring the charter manager.",
)
KEEP = (
    "Thank you. We read it before others do. Keep the address of this page to see what comes of it."
)


def get_shown(code: str) -> Proposal:
    """A proposal that others may read; 404 else."""
    return get_object_or_404(
        Proposal.objects.select_related("consultation", "partner", "merged_into"),
        code=code,
        visibility=Visibility.SHOWN,
    )


def _own(sent: Sent) -> str:
    return reverse("own-sent", args=[sent.own_key])


@limited(SENT)
def propose(request: HttpRequest, code: str) -> HttpResponse:
    consultation = access.get_public(code)
    if not consultation.takes_proposals:
        raise Http404
    person = access.person_of(request.user)
    form = ProposalForm(request.POST or None, partners=access.enterprises_of(person))
    return act(
        request,
        form,
        lambda answers: sending.propose(
            consultation=consultation,
            title=answers["title"],
            words=answers["words"],
            author=form.author(person),
        ),
        said=KEEP,
        to=_own,
        heading="Make a proposal",
        button="Send it",
        back=(consultation.get_absolute_url(), consultation.title),
        before=f"What can still change: {consultation.can_change}",
    )


@only_read
def proposal(request: HttpRequest, code: str) -> HttpResponse:
    shown = get_shown(code)
    is_open = shown.consultation.phase(timezone.localdate()) == Phase.OPEN
    partners = access.enterprises_of(access.person_of(request.user))
    context = {
        "whole": reads.whole_proposal(shown),
        "proposal": shown,
        "is_open": is_open,
        "partners": partners if is_open else [],
    }
    return render(request, "voice/proposal.html", context)


@require_POST
@login_required
def support(request: SignedInRequest, code: str) -> HttpResponse:
    """Support as a resident, or for the enterprise that the button names."""
    shown = get_shown(code)
    partner = next(
        (
            partner
            for partner in access.enterprises_of(request.user)
            if partner.code == request.POST.get("partner")
        ),
        None,
    )
    try:
        if request.POST.get("partner") and partner is None:
            raise Refused("You don’t act for this enterprise.")
        sending.support(proposal=shown, by=request.user, partner=partner)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Your support is counted.")
    return redirect(shown)


@limited(SENT)
def comment(request: HttpRequest, code: str) -> HttpResponse:
    shown = get_shown(code)
    person = access.person_of(request.user)
    form = CommentForm(request.POST or None, partners=access.enterprises_of(person))
    return act(
        request,
        form,
        lambda answers: sending.comment(
            proposal=shown, words=answers["words"], author=form.author(person)
        ),
        said=KEEP,
        to=_own,
        heading="Say something to it",
        button="Send it",
        back=(shown.get_absolute_url(), shown.title),
        before=shown.words,
    )


@limited(APPEALS)
def own(request: HttpRequest, key: Any) -> HttpResponse:
    """What somebody sent, for whoever has its secret address: how it stands, and the appeal."""
    every: list[type[Proposal] | type[Comment]] = [Proposal, Comment]
    sent = next(
        (piece for model in every if (piece := model.objects.filter(own_key=key).first())), None
    )
    if sent is None:
        raise Http404
    return act(
        request,
        AppealForm(request.POST or None),
        lambda answers: reading.appeal(sent=sent, appeal=answers["appeal"]),
        said="Somebody else looks at it, and answers here.",
        to=_own(sent),
        template="voice/own.html",
        sent=sent,
        may_appeal=sent.visibility == Visibility.KEPT_OUT and sent.appealed_on is None,
    )


@only_read
def done(request: HttpRequest) -> HttpResponse:
    return render(request, "voice/done.html", {"lines": reads.done()})


@only_read
def proposals_csv(request: HttpRequest, code: str) -> HttpResponseBase:
    consultation = access.get_public(code)
    lines = csv_lines(reads.CSV_COLUMNS, reads.rows(consultation))
    return stream(lines, name=f"proposals-{code}.csv", content_type="text/csv")

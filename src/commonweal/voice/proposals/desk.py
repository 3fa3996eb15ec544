"""The desk's pages of proposals."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from ..access import DESK
from ..consultations import access
from ..models import Comment, Proposal
from . import answering, doing, forms, reading, reads, sending

KINDS: dict[str, type[Proposal] | type[Comment]] = {"proposal": Proposal, "comment": Comment}


def _get(code: str) -> Proposal:
    return get_object_or_404(
        Proposal.objects.select_related("consultation", "merged_into", "partner"), code=code
    )


def _get_sent(kind: str, pk: int) -> Any:
    if kind not in KINDS:
        raise Http404
    return get_object_or_404(KINDS[kind], pk=pk)


def _at_desk(proposal: Proposal) -> str:
    return reverse("desk-proposal", args=[proposal.code])


def _list_of(sent: Any) -> str:
    proposal = sent if isinstance(sent, Proposal) else sent.proposal
    return reverse("desk-proposals", args=[proposal.consultation.code])


def _page(heading: str, button: str, back: tuple[str, str], **context: Any) -> dict[str, Any]:
    return {"heading": heading, "button": button, "back": back} | context


@staff(*DESK)
@only_read
def proposals(request: SignedInRequest, code: str) -> HttpResponse:
    consultation = access.get_for_desk(code)
    context = {
        "consultation": consultation,
        "to_read": reads.to_read(consultation),
        "proposals": Proposal.objects.filter(consultation=consultation).select_related("partner"),
    }
    return render(request, "voice/desk_proposals.html", context)


@staff(*DESK)
@only_read
def proposal(request: SignedInRequest, code: str) -> HttpResponse:
    shown = _get(code)
    context = {"proposal": shown, "whole": reads.whole_proposal(shown), "alike": reads.alike(shown)}
    return render(request, "voice/desk_proposal.html", context)


@staff(*DESK)
def proposal_enter(request: SignedInRequest, code: str) -> HttpResponse:
    consultation = access.get_for_desk(code)
    form = forms.EnterProposalForm(request.POST or None)
    address = reverse("proposal-enter", args=[code])
    return act(
        request,
        form,
        lambda answers: sending.propose(
            consultation=consultation,
            title=answers["title"],
            words=answers["words"],
            author=form.author(None),
            channel=answers["channel"],
            by=request.user,
        ),
        said="Entered. Here is the page for the next one.",
        to=address,
        **_page(
            "Enter a proposal that came otherwise",
            "Enter it",
            (reverse("desk-proposals", args=[code]), consultation.title),
        ),
    )


@staff(*DESK)
def support_enter(request: SignedInRequest, code: str) -> HttpResponse:
    shown = _get(code)
    return act(
        request,
        forms.SupportForm(request.POST or None),
        lambda answers: sending.enter_support(proposal=shown, by=request.user, **answers),
        said="Entered.",
        to=_at_desk(shown),
        **_page("Enter support that came otherwise", "Enter it", (_at_desk(shown), shown.title)),
    )


@require_POST
@staff(*DESK)
def show(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    sent = _get_sent(kind, pk)
    return _done(
        request, "It is shown.", _list_of(sent), lambda: reading.show(sent=sent, by=request.user)
    )


@require_POST
@staff(*DESK)
def take_back(request: SignedInRequest, code: str) -> HttpResponse:
    shown = _get(code)

    def take() -> None:
        answering.take_back(proposal=shown, by=request.user)

    return _done(request, "The answer is taken back.", _at_desk(shown), take)


def _done(request: SignedInRequest, notice: str, to: str, do: Any) -> HttpResponse:
    try:
        do()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, notice)
    return redirect(to)


@staff(*DESK)
def keep_out(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    sent = _get_sent(kind, pk)
    return act(
        request,
        forms.KeepOutForm(request.POST or None),
        lambda answers: reading.keep_out(sent=sent, because=answers["because"], by=request.user),
        said="It is kept out. Its author can have it looked at again.",
        to=_list_of(sent),
        **_page("Keep it out", "Keep it out", (_list_of(sent), "Proposals"), before=sent.words),
    )


@staff(*DESK)
def appeal(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    sent = _get_sent(kind, pk)
    return act(
        request,
        forms.AppealAnswerForm(request.POST or None),
        lambda answers: reading.decide_appeal(
            sent=sent,
            is_shown=answers["is_shown"],
            answer=answers["appeal_answer"],
            by=request.user,
        ),
        said="Decided. Its author reads the answer.",
        to=_list_of(sent),
        template="voice/desk_appeal.html",
        sent=sent,
        back=(_list_of(sent), "Proposals"),
    )


@staff(*DESK)
def accept(request: SignedInRequest, code: str) -> HttpResponse:
    shown = _get(code)
    return act(
        request,
        forms.ProposalAnswerForm(request.POST or None),
        lambda answers: answering.accept(proposal=shown, by=request.user, **answers),
        said="Accepted. Say now what it leads to.",
        to=_at_desk(shown),
        **_page("Accept it", "Accept it", (_at_desk(shown), shown.title), before=shown.words),
    )


@staff(*DESK)
def decline(request: SignedInRequest, code: str) -> HttpResponse:
    shown = _get(code)
    return act(
        request,
        forms.ProposalAnswerForm(request.POST or None),
        lambda answers: answering.decline(proposal=shown, by=request.user, **answers),
        said="Declined.",
        to=_at_desk(shown),
        **_page("Decline it", "Decline it", (_at_desk(shown), shown.title), before=shown.words),
    )


@staff(*DESK)
def merge(request: SignedInRequest, code: str) -> HttpResponse:
    shown = _get(code)
    return act(
        request,
        forms.MergeProposalsForm(request.POST or None, others=forms.others_of(shown)),
        lambda answers: answering.merge(proposal=shown, by=request.user, **answers),
        said="Merged. Each leads to the other.",
        to=_at_desk(shown),
        **_page("Merge it", "Merge it", (_at_desk(shown), shown.title), before=shown.words),
    )


@staff(*DESK)
def tie(request: SignedInRequest, code: str) -> HttpResponse:
    shown = _get(code)
    return act(
        request,
        forms.TieForm(request.POST or None),
        lambda answers: doing.tie(proposal=shown, by=request.user, **answers),
        said="Its author is told when that is done.",
        to=_at_desk(shown),
        **_page("What does it lead to?", "Save", (_at_desk(shown), shown.title)),
    )

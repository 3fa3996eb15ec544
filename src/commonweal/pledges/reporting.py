"""Pages of a partner's space: what is reported of a pledge, and answered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest
from commonweal.office.errors import Refused
from commonweal.partners.access import (
    EDITORS,
)

from . import (
    actions,
    history,
    questions,
    reads,
    reviewing,
)
from . import standing as st
from .access import get_pledge_for
from .forms import (
    AnswerForm,
    ChangeForm,
    ClaimForm,
    EvidenceForm,
    ReplyForm,
    WithdrawForm,
)
from .models import Pledge


def seen_of(request: SignedInRequest) -> int | None:
    text = request.POST.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _context(request: SignedInRequest, partner: Any, pledge: Pledge, form: Any) -> dict[str, Any]:
    today = timezone.localdate()
    lines = history.lines_of(pledge, on=today, see_held=True)
    return {
        "partner": partner,
        "pledge": pledge,
        "form": form,
        "bar": reads.bar_of(pledge, today),
        # After a refusal the page shows the newest entries, and sending again counts them as seen.
        "seen": pledge.entries.count(),
        "newest": list(reversed(lines))[:3],
    }


@login_required
def claim(request: SignedInRequest, code: str, pledge_code: str) -> HttpResponse:
    """Report progress, with evidence if it is at hand."""
    partner, pledge = get_pledge_for(request.user, code, pledge_code, roles=EDITORS)
    form = ClaimForm(request.POST or None, request.FILES or None, pledge=pledge)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            entry = _claim_with_evidence(request, pledge, answers)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request,
                f"Your report is entry {entry.seq} of the ledger. "
                + (
                    "It waits for a reviewer of another organisation."
                    if answers["link"] or answers["file"]
                    else "Attach evidence, so that it can be verified."
                ),
            )
            return redirect("space-pledge", partner.code, pledge.code)
    return render(request, "pledges/claim.html", _context(request, partner, pledge, form))


def _claim_with_evidence(request: SignedInRequest, pledge: Pledge, answers: Any) -> Any:
    with transaction.atomic():
        entry = actions.claim(
            pledge=pledge,
            figure=answers["value"],
            as_of=answers["as_of"] or timezone.localdate(),
            final=answers["final"],
            report=answers["words"],
            by=request.user,
            seen=seen_of(request),
        )
        _attach(request, pledge, entry.seq, answers)
    return entry


def _attach(request: SignedInRequest, pledge: Pledge, seq: int, answers: Any) -> None:
    if answers.get("file"):
        reviewing.attach_file(
            pledge=pledge,
            claim_seq=seq,
            upload=answers["file"],
            title=answers.get("title", ""),
            private=answers["private_file"],
            by=request.user,
        )
    if answers.get("link"):
        reviewing.attach_link(
            pledge=pledge,
            claim_seq=seq,
            url=answers["link"],
            title=answers.get("title", ""),
            by=request.user,
        )


@login_required
def attach(request: SignedInRequest, code: str, pledge_code: str, seq: int) -> HttpResponse:
    partner, pledge = get_pledge_for(request.user, code, pledge_code, roles=EDITORS)
    get_object_or_404(pledge.entries, seq=seq, kind=st.Kind.CLAIM)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            _attach(request, pledge, seq, form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The evidence is attached. A reviewer will look at it.")
            return redirect("space-pledge", partner.code, pledge.code)
    return render(request, "pledges/attach.html", _context(request, partner, pledge, form))


@login_required
def change(request: SignedInRequest, code: str, pledge_code: str) -> HttpResponse:
    partner, pledge = get_pledge_for(request.user, code, pledge_code, roles=EDITORS)
    form = ChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(
                pledge=pledge, by=request.user, seen=seen_of(request), **form.cleaned_data
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The change and your reason are in the ledger.")
            return redirect("space-pledge", partner.code, pledge.code)
    return render(request, "pledges/change.html", _context(request, partner, pledge, form))


@login_required
def withdraw(request: SignedInRequest, code: str, pledge_code: str) -> HttpResponse:
    partner, pledge = get_pledge_for(request.user, code, pledge_code, roles=EDITORS)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw(
                pledge=pledge,
                because=form.cleaned_data["because"],
                by=request.user,
                seen=seen_of(request),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The pledge is withdrawn; your reason stands beside it.")
            return redirect("space-pledge", partner.code, pledge.code)
    return render(request, "pledges/withdraw.html", _context(request, partner, pledge, form))


@login_required
def reply(request: SignedInRequest, code: str, pledge_code: str, seq: int) -> HttpResponse:
    partner, pledge = get_pledge_for(request.user, code, pledge_code, roles=EDITORS)
    review = get_object_or_404(pledge.entries, seq=seq, kind=st.Kind.REVIEW)
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reviewing.reply(
                pledge=pledge,
                review_seq=seq,
                agrees=form.cleaned_data["agrees"] == "yes",
                reply_text=form.cleaned_data["words"],
                by=request.user,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Your reply stands beside the review.")
            return redirect("space-pledge", partner.code, pledge.code)
    context = _context(request, partner, pledge, form) | {
        "review": review,
        "found": pledge.measure.write(st.number(review.body["value"])),
    }
    return render(request, "pledges/reply.html", context)


@login_required
def answer(request: SignedInRequest, code: str, pledge_code: str, seq: int) -> HttpResponse:
    partner, pledge = get_pledge_for(request.user, code, pledge_code, roles=EDITORS)
    question = get_object_or_404(pledge.entries, seq=seq, kind=st.Kind.QUESTION)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            questions.answer(
                pledge=pledge,
                question_seq=seq,
                answer_text=form.cleaned_data["words"],
                by=request.user,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Your answer stands beside the question.")
            return redirect("space-pledge", partner.code, pledge.code)
    context = _context(request, partner, pledge, form) | {"question": question}
    return render(request, "pledges/answer.html", context)

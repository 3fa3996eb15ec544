"""The analyst's desk: payees to review, what was decided, the sample."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.design.every_answer import only_read
from commonweal.design.paging import paged
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from . import files, payees, reads
from .desk import ANALYST, page
from .forms import PayeeDecisionForm, PayeeReasonForm
from .models import Check, Decided, Drawing, Payee, Verdict

# A payee takes a third of a screen of a phone.
PER_PAGE = 15


@staff(ANALYST)
@only_read
def review(request: SignedInRequest) -> HttpResponse:
    """Payees to look at, most money first."""
    search = request.GET.get("q", "").strip()[:100]
    queue = payees.queue()
    if search:
        queue = queue.filter(name__icontains=search)
    context = {
        "page": paged(request, queue, size=PER_PAGE),
        "words": search,
        "money": payees.total_of(queue),
        "all_money": payees.total_of(Payee.objects.paid()),
    }
    return render(request, "spend/desk_review.html", context)


@staff(ANALYST)
def decide(request: SignedInRequest, code: str) -> HttpResponse:
    payee = get_object_or_404(Payee, code=code)
    candidates = payees.candidates(payee)
    hints = [(candidate.entry, candidate.name, _hint(candidate)) for candidate in candidates]
    # Nothing is chosen beforehand where the matcher was not sure: people would just agree.
    usual = {"answer": payee.entry}
    form = PayeeDecisionForm(hints, request.POST or None, initial=usual)

    def do(answers: dict[str, Any]) -> None:
        answer = answers["answer"]
        verdict = answer if answer in (Verdict.NONE, Verdict.PERSON) else Verdict.ENTRY
        payees.decide(
            payee=payee,
            verdict=verdict,
            because=answers["because"],
            by=request.user,
            role=ANALYST,
            entry=answers["entry"] if answer == "other" else answer,
        )

    back = reverse("spend-review")
    return act(
        request,
        form,
        do,
        template="spend/desk_decide.html",
        said="Decided, for every anchor that pays it. Bring the figures up to date when you are "
        "through.",
        payee=payee,
        anchors=_who_pays(payee),
        **page("What is this payee?", "Decide", to=back, back=(back, "Payees to review")),
    )


def _hint(candidate: payees.EntryCandidate) -> str:
    parts = [candidate.entry, candidate.kind, candidate.postcode]
    if candidate.begun:
        parts.append(f"since {candidate.begun:%Y}")
    if candidate.ended:
        parts.append(f"ended {candidate.ended:%B %Y}")
    elif candidate.status and candidate.status != "active":
        parts.append(candidate.status)
    parts.append(f"{candidate.probability:.0%} by the matcher")
    return ", ".join(part for part in parts if part)


def _who_pays(payee: Payee) -> list[dict[str, Any]]:
    prepared = reads.current()
    if prepared is None:
        return []
    rows = files.ask(
        prepared.version,
        """select anchor, sum(lines)::bigint as lines, sum(amount) as amount,
            coalesce(arg_max(category, lines), '') as category from sums where name = ?
        group by anchor order by amount desc""",
        payee.code,
    )
    names = reads.anchor_names()
    return [row | {"name": names.get(row["anchor"], row["anchor"])} for row in rows]


@staff(ANALYST)
@only_read
def decided(request: SignedInRequest) -> HttpResponse:
    decisions = Decided.objects.select_related("payee", "decided_by")
    page_ = paged(request, decisions)
    return render(request, "spend/desk_decided.html", {"page": page_})


@staff(ANALYST)
def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    decision = get_object_or_404(Decided.objects.select_related("payee"), pk=pk)
    verdict = decision.register_name or decision.get_verdict_display()
    back = reverse("spend-decided")
    return act(
        request,
        PayeeReasonForm(request.POST or None),
        lambda answers: payees.take_back(
            decided=decision, by=request.user, role=ANALYST, **answers
        ),
        said="Taken back. The matcher's answer holds again.",
        **page(
            "Take a decision back",
            "Take it back",
            to=back,
            back=(back, "Decisions"),
            before=f"{decision.payee.name}: {verdict}",
        ),
    )


# --- The sample ---------------------------------------------------------------------------------


def _checked(request: SignedInRequest, check: Check, *, is_right: bool) -> bool:
    """Whether it was kept; where it was not, that is told."""
    try:
        payees.check(check=check, is_right=is_right, by=request.user, role=ANALYST)
    except Refused as refused:
        messages.error(request, str(refused))
        return False
    return True


@staff(ANALYST)
def sample(request: SignedInRequest) -> HttpResponse:
    """Check drawn matches, ten at a time; what is answered is kept."""
    drawing = Drawing.objects.first()
    if request.method == "POST" and drawing is not None:
        done = 0
        for check in drawing.checks.select_related("payee"):
            answer = request.POST.get(f"check-{check.pk}")
            if answer in ("right", "wrong"):
                done += _checked(request, check, is_right=answer == "right")
        if done:
            messages.success(request, f"{done} kept.")
        return redirect("spend-sample")
    context = {
        "drawing": drawing,
        "checks": drawing.checks.filter(is_right=None).select_related("payee")[:10]
        if drawing
        else [],
        "left": drawing.checks.filter(is_right=None).count() if drawing else 0,
        "size": drawing.checks.count() if drawing else 0,
        "precision": payees.precision(),
    }
    return render(request, "spend/desk_sample.html", context)


@staff(ANALYST)
@require_POST
def draw(request: SignedInRequest) -> HttpResponse:
    try:
        payees.draw(by=request.user, role=ANALYST)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("spend-sample")

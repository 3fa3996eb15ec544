"""Pages of a partner's space: drafting a pledge, step by step."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest
from commonweal.office.errors import Refused
from commonweal.partners.access import (
    EDITORS,
    get_partner_for,
)
from commonweal.partners.models import Partner

from . import (
    actions,
    steps,
    wishes,
)
from .access import DraftGone, get_draft_for, get_pledge_for, sent_from
from .draft_forms import MeasureStep
from .models import Draft

SENT_ALREADY = "This promise has been sent already. Here it is."
DELETED = "This draft is not here any more: it was deleted, or sent."


@login_required
def draft_start(request: SignedInRequest, code: str) -> HttpResponse:
    """The first question of a new promise. What somebody began before is shown, not begun again;
    nothing is kept before something is answered."""
    partner = get_partner_for(request.user, code, roles=EDITORS)
    begun = [draft for draft in steps.begun(partner, request.user) if steps.is_begun(draft)]
    is_first_answer = "begin" in request.POST
    if request.method == "POST" and not is_first_answer:
        if begun:
            return redirect("draft-start", partner.code)
        draft = steps.start(partner, request.user)
        return redirect("draft-step", partner.code, draft.code, "measure")
    form = MeasureStep(request.POST if is_first_answer else None, partner=partner)
    if form.is_valid():
        draft = steps.start(partner, request.user)
        steps.keep(draft, "measure", form)
        return redirect("draft-step", partner.code, draft.code, "promise")
    context = {
        "partner": partner,
        "draft": None,
        "form": form,
        "step": "measure",
        "title": MeasureStep.title,
        "back": None,
        "measure": None,
        "begun": begun,
        "is_sent": False,
    }
    return render(request, "pledges/draft_step.html", context)


def leads_on(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Where its draft was sent or deleted meanwhile, in another tab or by a colleague, a page says
    so and leads to what became of it."""

    @wraps(view)
    def led(request: SignedInRequest, code: str, draft_code: UUID, **which: str) -> HttpResponse:
        try:
            return view(request, code, draft_code, **which)
        except (DraftGone, Draft.DoesNotExist):
            partner = get_partner_for(request.user, code, roles=EDITORS)
        # What was written into a step was not taken: as a fault it is kept for whoever typed it.
        level = messages.ERROR if "step" in which else messages.INFO
        pledge = sent_from(partner, draft_code)
        messages.add_message(request, level, SENT_ALREADY if pledge else DELETED)
        if pledge is None:
            return redirect("space", partner.code)
        return redirect("space-pledge", partner.code, pledge.code)

    return led


@login_required
@leads_on
def draft_step(request: SignedInRequest, code: str, draft_code: UUID, step: str) -> HttpResponse:
    partner, draft = get_draft_for(request.user, code, draft_code, roles=EDITORS)
    if step not in steps.STEPS:
        raise Http404
    number = steps.STEPS.index(step) + 1
    if request.method == "POST":
        form = steps.form_for(draft, step, request.POST)
        if wishes.keep(draft=draft, step=step, form=form, by=request.user):
            messages.warning(request, wishes.A_DRAFT_AGAIN)
        if form.is_valid():
            draft.refresh_from_db()
            onward = steps.after(draft, step)
            if onward and request.POST.get("then") != "check":
                return redirect("draft-step", partner.code, draft.code, onward)
            return redirect("draft-check", partner.code, draft.code)
        # What was typed is kept, wrong as it is: the page shows that, and is compared with it.
        draft.refresh_from_db()
        form = steps.form_for(draft, step, request.POST)
    else:
        form = steps.form_for(draft, step)
    context = {
        "partner": partner,
        "draft": draft,
        "form": form,
        "step": step,
        "title": steps.TITLES[step],
        "back": steps.STEPS[number - 2] if number > 1 else None,
        "measure": steps.measure_of(draft),
        "begun": [],
        "is_sent": wishes.SENT in draft.answers,
    }
    return render(request, "pledges/draft_step.html", context)


@login_required
@leads_on
def draft_check(request: SignedInRequest, code: str, draft_code: UUID) -> HttpResponse:
    partner, draft = get_draft_for(request.user, code, draft_code, roles=EDITORS)
    missing, refusal = steps.missing(draft), ""
    if request.method == "POST" and not missing:
        try:
            return _send(request, partner, draft)
        except Refused as refused:
            refusal = str(refused)
            draft.refresh_from_db()
    context = {
        "partner": partner,
        "draft": draft,
        "missing": missing,
        "refusal": refusal,
        "wanted": steps.wanted_of(draft),
        "waits_for": wishes.waits_for(draft),
        "asked": draft.answers.get(wishes.BACK, {}).get("because", ""),
        **(_complete(draft) if not missing else {"terms": None}),
    }
    return render(request, "pledges/draft_check.html", context)


def _complete(draft: Draft) -> dict[str, Any]:
    """What the check shows of a complete draft; of one without a measure its bare figures."""
    if steps.wanted_of(draft):
        answers = steps.answers_of(draft)
        return {"terms": answers, "starts_at": answers["baseline"], "target": answers["target"]}
    terms = steps.terms_of(draft)
    write = terms.measure.write
    return {"terms": terms, "starts_at": write(terms.baseline), "target": write(terms.target)}


def _send(request: SignedInRequest, partner: Partner, draft: Draft) -> HttpResponse:
    if steps.wanted_of(draft):
        wishes.send(draft=draft, by=request.user)
        messages.success(
            request,
            "Your promise is with the charter manager, who says how it is counted."
            if partner.may_act
            else f"Your promise is kept. {wishes.AFTER_ACCEPTANCE}",
        )
        return redirect("space", partner.code)
    pledge = actions.propose(draft=draft, terms=steps.terms_of(draft), by=request.user)
    messages.success(
        request,
        "Your pledge is sent. The charter manager looks at it before it is public."
        if partner.may_act
        else "Your pledge is kept. The charter manager sees it once your organisation is accepted.",
    )
    return redirect("space-pledge", partner.code, pledge.code)


@login_required
@require_POST
@leads_on
def draft_delete(request: SignedInRequest, code: str, draft_code: UUID) -> HttpResponse:
    partner, draft = get_draft_for(request.user, code, draft_code, roles=EDITORS)
    if "back" in request.POST:
        # Nothing is lost by it, whatever became of the draft meanwhile.
        return _take_back(request, partner, draft)
    draft.delete()
    messages.success(request, "The draft is deleted.")
    return redirect("space", partner.code)


def _take_back(request: SignedInRequest, partner: Partner, draft: Draft) -> HttpResponse:
    try:
        wishes.take_back(draft=draft, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "It is taken back, and stands among your drafts.")
    return redirect("space", partner.code)


@login_required
@require_POST
def rewrite(request: SignedInRequest, code: str, pledge_code: str) -> HttpResponse:
    """Open a returned pledge for writing again."""
    partner, pledge = get_pledge_for(request.user, code, pledge_code, roles=EDITORS)
    if pledge.accepted_on or not pledge.returned_because:
        messages.error(request, "This pledge was not returned, so there is nothing to rewrite.")
        return redirect("space-pledge", partner.code, pledge.code)
    draft = steps.from_returned(pledge, request.user)
    return redirect("draft-check", partner.code, draft.code)

"""A partner's own space: its pledges, drafts, reports, replies, and handing over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest
from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Person
from commonweal.charter.models import CharterVersion
from commonweal.partners.access import (
    ANY_MEMBER,
    EDITORS,
    get_partner_for,
    membership_in,
    organisations_of,
)
from commonweal.partners.models import MemberRole, Partner
from commonweal.places.context import desks_for
from commonweal.places.models import the_town

from . import actions, handing_over, history, ledger, questions, reads, reviewing, steps
from . import standing as st
from .access import get_draft_for, get_pledge_for
from .forms import (
    AnswerForm,
    ChangeForm,
    ClaimForm,
    EvidenceForm,
    HandOverForm,
    ReplyForm,
    WithdrawForm,
)
from .measured import measured_of
from .models import Pledge


@login_required
def spaces(request: SignedInRequest) -> HttpResponse:
    """Where signing in leads: the one partner somebody acts for, their one desk, or the choice of
    several."""
    mine = organisations_of(request.user)
    if len(mine) == 1:
        return redirect("space", mine[0].code)
    desks = desks_for(request)
    if not mine and len(desks) == 1:
        return redirect(desks[0][0])
    return render(request, "pledges/spaces.html", {"partners": mine})


@login_required
def space(request: SignedInRequest, code: str) -> HttpResponse:
    partner = get_partner_for(request.user, code, roles=ANY_MEMBER)
    today = timezone.localdate()
    ledger.refresh_standings(on=today)
    pledges = list(
        partner.pledges.select_related("measure", "theme").order_by("due_on", "id")[:500]
    )
    for pledge in pledges:
        pledge.partner = partner
    town = the_town()
    version = CharterVersion.objects.in_force(today).first()
    context = {
        "partner": partner,
        "may_edit": partner.my_role == MemberRole.EDITOR,  # type: ignore[attr-defined]
        "rows": [(pledge, reads.bar_of(pledge, today)) for pledge in pledges if pledge.accepted_on],
        "proposed": [pledge for pledge in pledges if not pledge.accepted_on],
        "drafts": partner.drafts.filter(pledge=None).order_by("-saved_at"),
        "todo": list(todo(pledges, today)),
        "version": version,
        "signature": version and partner.signatures.filter(version=version, ended_on=None).first(),
        "proposals": partner.awards.exclude(withdrawal_because="").filter(withdrawn_on=None),
        "new_name": partner.name_changes.filter(state="waiting").exists(),
        **referral_links(partner, request.user),
        "is_inactive": reads.is_inactive(
            partner, sum(pledge.is_open for pledge in pledges), today, town
        ),
    }
    return render(request, "pledges/space.html", context)


def referral_links(partner: Partner, person: Person) -> dict[str, bool]:
    """Which pages of referrals somebody may open: who reads them is named by an editor of an
    organisation that may act, and only those named read."""
    mine = membership_in(person, partner)
    acts = partner.may_act and mine is not None
    return {
        "reads_referrals": acts and mine is not None and mine.handles_referrals,
        "names_workers": acts and mine is not None and mine.role == MemberRole.EDITOR,
    }


def todo(pledges: list[Pledge], today: Any) -> Any:
    """(pledge, sentence) for each thing that waits for the partner, most pressing first."""
    replies = {entry.pledge_id: entry for _, entry in reads.replies_waiting(today)}
    for pledge in pledges:
        if pledge.pk in replies:
            yield (
                pledge,
                f"A review waits for your reply until {replies[pledge.pk].body['held_until']}",
            )
        if pledge.returned_because and not pledge.accepted_on:
            yield pledge, "Returned by the charter manager: change it and send it again"
        if pledge.unanswered_since:
            yield pledge, "A question waits for your answer"
        if pledge.standing == st.Standing.OVERDUE:
            yield pledge, f"Overdue since {pledge.due_on:%-d %B %Y}: report, or say why it moves"
        elif pledge.standing == st.Standing.DUE_SOON:
            yield pledge, f"Due on {pledge.due_on:%-d %B %Y}"


@login_required
@require_POST
def draft_start(request: SignedInRequest, code: str) -> HttpResponse:
    partner = get_partner_for(request.user, code, roles=EDITORS)
    draft = steps.start(partner, request.user)
    return redirect("draft-step", partner.code, draft.code, "measure")


@login_required
def draft_step(request: SignedInRequest, code: str, draft_code: UUID, step: str) -> HttpResponse:
    partner, draft = get_draft_for(request.user, code, draft_code, roles=EDITORS)
    if step not in steps.STEPS:
        raise Http404
    number = steps.STEPS.index(step) + 1
    if request.method == "POST":
        form = steps.form_for(draft, step, request.POST)
        steps.keep(draft, step, form)
        if form.is_valid():
            onward = steps.STEPS[number] if number < len(steps.STEPS) else None
            if request.POST.get("then") == "check":
                onward = None
            if onward:
                return redirect("draft-step", partner.code, draft.code, onward)
            return redirect("draft-check", partner.code, draft.code)
    else:
        form = steps.form_for(draft, step)
    context = {
        "partner": partner,
        "draft": draft,
        "form": form,
        "step": step,
        "number": number,
        "count": len(steps.STEPS) + 1,
        "title": steps.TITLES[step],
        "back": steps.STEPS[number - 2] if number > 1 else None,
        "measure": steps.measure_of(draft),
    }
    return render(request, "pledges/draft_step.html", context)


@login_required
def draft_check(request: SignedInRequest, code: str, draft_code: UUID) -> HttpResponse:
    partner, draft = get_draft_for(request.user, code, draft_code, roles=EDITORS)
    missing, refusal = steps.missing(draft), ""
    if request.method == "POST" and not missing:
        try:
            pledge = actions.propose(draft=draft, terms=steps.terms_of(draft), by=request.user)
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(
                request,
                "Your pledge is sent. The charter manager looks at it before it is public."
                if partner.may_act
                else "Your pledge is kept. The charter manager sees it once your organisation is "
                "accepted.",
            )
            return redirect("space-pledge", partner.code, pledge.code)
    terms = None if missing else steps.terms_of(draft)
    context = {
        "partner": partner,
        "draft": draft,
        "missing": missing,
        "terms": terms,
        "refusal": refusal,
        "starts_at": terms and terms.measure.write(terms.baseline),
        "target": terms and terms.measure.write(terms.target),
    }
    return render(request, "pledges/draft_check.html", context)


@login_required
@require_POST
def draft_delete(request: SignedInRequest, code: str, draft_code: UUID) -> HttpResponse:
    partner, draft = get_draft_for(request.user, code, draft_code, roles=EDITORS)
    draft.delete()
    messages.success(request, "The draft is deleted.")
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


@login_required
def pledge(request: SignedInRequest, code: str, pledge_code: str) -> HttpResponse:
    """One pledge as its partner sees it, with what can be done next."""
    partner, pledge = get_pledge_for(request.user, code, pledge_code, roles=ANY_MEMBER)
    today = timezone.localdate()
    ledger.refresh_standings(on=today)
    pledge.refresh_from_db()
    lines = history.lines_of(pledge, on=today, see_held=True)
    answered = {line.about for line in lines if line.entry.kind == st.Kind.ANSWER}
    state = st.fold((line.entry for line in lines), today)
    context = {
        "partner": partner,
        "pledge": pledge,
        "bar": reads.bar_of(pledge, today),
        "measured": measured_of(pledge),
        "history": list(reversed(lines)),
        "may_edit": partner.my_role == MemberRole.EDITOR,  # type: ignore[attr-defined]
        "is_open": pledge.accepted_on and pledge.standing != st.Standing.WITHDRAWN,
        "terms_open": pledge.accepted_on and pledge.is_open,
        "questions": [
            line
            for line in lines
            if line.entry.kind == st.Kind.QUESTION and line.entry.seq not in answered
        ],
        "replies": [
            (claim, review)
            for claim in state.claims
            for review in claim.reviews
            if review.held_until and review.held_until > today and not review.replied_on
        ],
        "last_claim": state.claims[-1] if state.claims else None,
    }
    return render(request, "pledges/space_pledge.html", context)


def seen_of(request: SignedInRequest) -> int | None:
    text = request.POST.get("seen", "")
    return int(text) if text.isdigit() and len(text) < 10 else None


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


@login_required
def leave(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Somebody leaves: their pledges go to a colleague."""
    partner = get_partner_for(request.user, code, roles=EDITORS)
    membership = get_object_or_404(partner.memberships.current().select_related("person"), pk=pk)
    form = HandOverForm(request.POST or None, membership=membership)
    if request.method == "POST" and form.is_valid():
        try:
            count = handing_over.hand_over(
                membership=membership, to=form.cleaned_data["to"], by=request.user
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"Done. {count} pledges were handed over.")
            if membership.person_id == request.user.pk:
                return redirect("spaces")
            return redirect("space-people", partner.code)
    owned = partner.pledges.filter(owner=membership.person).count()
    context = {"partner": partner, "membership": membership, "form": form, "owned": owned}
    return render(request, "pledges/leave.html", context)

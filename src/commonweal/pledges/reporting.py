"""Pages of a partner's space: what is reported of a pledge, and answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.partners.access import (
    EDITORS,
)

from . import (
    actions,
    asking_more,
    changing,
    history,
    once_more,
    questions,
    reads,
    reviewing,
)
from . import standing as st
from .access import get_pledge_for
from .forms import (
    ChangeForm,
    ClaimForm,
    EvidenceForm,
    QuestionAnswerForm,
    ReplyForm,
    WithdrawForm,
)
from .models import Entry, Pledge

UNSAID = (
    "This page did not say which entries it showed. What you typed is still here; read the newest "
    "entries above, then send it again if it still holds."
)


def seen_of(request: SignedInRequest) -> int:
    """How many entries of a pledge the page showed.

    Raises
    ------
    Refused
        It does not say: that nobody looked is no leave to pass over what came since.
    """
    text = request.POST.get("seen", "")
    if not (text.isdecimal() and len(text) < 10):
        raise Refused(UNSAID)
    return int(text)


def _shown(pledge: Pledge) -> dict[str, Any]:
    today = timezone.localdate()
    lines = history.lines_of(pledge, on=today, see_held=True)
    return {
        "partner": pledge.partner,
        "pledge": pledge,
        "bar": reads.bar_of(pledge, today),
        # After a refusal the page shows the newest entries, and sending again counts them as seen.
        "seen": pledge.entries.count(),
        "newest": list(reversed(lines))[:3],
    }


def _page(
    request: SignedInRequest,
    pledge: Pledge,
    form: Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    notice: str | Callable[[Any], str],
    template: str,
    checked: Checked | None = None,
    **context: Any,
) -> HttpResponse:
    """One form about a pledge, from which one goes back to it. What is ``checked`` is shown once
    more where the page's own button was pressed, and done by the button of the check."""
    shows = {"form": form, **context}
    if checked is not None and not once_more.is_sent(request):
        once_more.refuse_early(form, checked.refuse)
    if checked is not None and once_more.is_check(request, form, checked.asked_there):
        template, shows = "pledges/once_more.html", _checked(request, pledge, form, checked)
    if not once_more.is_sent(request):
        return render(request, template, {**shows, **_shown(pledge)})
    return act(
        request,
        form,
        do,
        said=notice,
        to=reverse("space-pledge", args=[pledge.partner.code, pledge.code]),
        template=template,
        shows=lambda: _shown(pledge),
        **{name: shown for name, shown in shows.items() if name != "form"},
    )


@dataclass(frozen=True)
class Checked:
    """What a check says above the answers and on its button, what is asked only there, and what
    raises where the answers can't be done, so that nobody is led to a check in vain."""

    heading: str
    send: str
    asked_there: tuple[str, ...] = ()
    refuse: Callable[[dict[str, Any]], object] | None = None


def _checked(
    request: SignedInRequest, pledge: Pledge, form: Form, checked: Checked
) -> dict[str, Any]:
    skip = checked.asked_there
    return {
        "form": form,
        "heading": checked.heading,
        "send": checked.send,
        "answers": list(once_more.answers_of(form, pledge.measure, skip)),
        "typed": once_more.typed_in(request, form, skip),
        "asked_there": [form[name] for name in skip],
        "is_refused": once_more.is_sent(request),
    }


@login_required
def claim(request: SignedInRequest, code: str, pledge_code: str) -> HttpResponse:
    """Report progress, with evidence if it is at hand."""
    _, pledge = get_pledge_for(request.user, code, pledge_code, roles=EDITORS)
    form = ClaimForm(request.POST or None, request.FILES or None, pledge=pledge)

    def what_follows(entry: Entry) -> str:
        has_evidence = form.cleaned_data["link"] or form.cleaned_data["file"]
        return f"Your report is entry {entry.seq} of the ledger. " + (
            "It waits for a reviewer of another organisation."
            if has_evidence
            else "Attach evidence, so that it can be verified."
        )

    return _page(
        request,
        pledge,
        form,
        lambda answers: _claim_with_evidence(request, pledge, answers),
        notice=what_follows,
        template="pledges/claim.html",
        checked=Checked("Check your report", "Send the report", ("file", "private_file")),
    )


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
    _, pledge = get_pledge_for(request.user, code, pledge_code, roles=EDITORS)
    get_object_or_404(pledge.entries, seq=seq, kind=st.Kind.CLAIM)
    return _page(
        request,
        pledge,
        EvidenceForm(request.POST or None, request.FILES or None),
        lambda answers: _attach(request, pledge, seq, answers),
        notice="The evidence is attached. A reviewer will look at it.",
        template="pledges/attach.html",
    )


@login_required
@require_POST
def nothing_more(request: SignedInRequest, code: str, pledge_code: str, seq: int) -> HttpResponse:
    """Say that a reviewer has seen all that there is."""
    _, pledge = get_pledge_for(request.user, code, pledge_code, roles=EDITORS)
    try:
        asking_more.have_nothing_more(pledge=pledge, claim_seq=seq, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The reviewer is told, and goes on with what there is.")
    return redirect("space-pledge", code, pledge_code)


@login_required
def change(request: SignedInRequest, code: str, pledge_code: str) -> HttpResponse:
    _, pledge = get_pledge_for(request.user, code, pledge_code, roles=EDITORS)
    return _page(
        request,
        pledge,
        ChangeForm(request.POST or None),
        lambda answers: changing.change(
            pledge=pledge, by=request.user, seen=seen_of(request), **answers
        ),
        notice="The change and your reason are in the ledger.",
        template="pledges/change.html",
        checked=Checked(
            "Check the change",
            "Change it",
            refuse=lambda answers: changing.check(pledge, answers["target"], answers["due_on"]),
        ),
    )


@login_required
def withdraw(request: SignedInRequest, code: str, pledge_code: str) -> HttpResponse:
    _, pledge = get_pledge_for(request.user, code, pledge_code, roles=EDITORS)
    return _page(
        request,
        pledge,
        WithdrawForm(request.POST or None),
        lambda answers: actions.withdraw(
            pledge=pledge, because=answers["because"], by=request.user, seen=seen_of(request)
        ),
        notice="The pledge is withdrawn; your reason stands beside it.",
        template="pledges/withdraw.html",
    )


@login_required
def reply(request: SignedInRequest, code: str, pledge_code: str, seq: int) -> HttpResponse:
    _, pledge = get_pledge_for(request.user, code, pledge_code, roles=EDITORS)
    review = get_object_or_404(pledge.entries, seq=seq, kind=st.Kind.REVIEW)
    return _page(
        request,
        pledge,
        ReplyForm(request.POST or None),
        lambda answers: reviewing.reply(
            pledge=pledge,
            review_seq=seq,
            agrees=answers["agrees"] == "yes",
            reply_text=answers["words"],
            by=request.user,
        ),
        notice="Your reply stands beside the review.",
        template="pledges/reply.html",
        review=review,
        found=pledge.measure.write(st.number(review.body["value"])),
    )


@login_required
def answer(request: SignedInRequest, code: str, pledge_code: str, seq: int) -> HttpResponse:
    _, pledge = get_pledge_for(request.user, code, pledge_code, roles=EDITORS)
    question = get_object_or_404(pledge.entries, seq=seq, kind=st.Kind.QUESTION)
    return _page(
        request,
        pledge,
        QuestionAnswerForm(request.POST or None),
        lambda answers: questions.answer(
            pledge=pledge, question_seq=seq, answer_text=answers["words"], by=request.user
        ),
        notice="Your answer stands beside the question.",
        template="pledges/answer.html",
        question=question,
    )

"""The desk of the books: drafting, explaining, signing off, validating, closing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, roles_of, staff
from commonweal.accounts.acting import act
from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Role

from . import actions, pictures, reads
from . import render as rendering
from . import statement as st
from .forms import AskForm, ExplainForm, PeriodForm, PrepareForm, SeenForm, SendBackForm
from .models import Asked, Explanation, Period, Statement

READERS = (Role.CHARTER_MANAGER, Role.PROGRAMME_LEAD, Role.REVIEWER, Role.VALIDATOR)


@staff(*READERS)
def books(request: SignedInRequest) -> HttpResponse:
    """All periods with where their statements stand."""
    rows = [(one, one.newest_closed(), one.unfinished()) for one in Period.objects.all()]
    context = {"rows": rows, "may_draft": _may_draft(request)}
    return render(request, "balance/desk_books.html", context)


def _may_draft(request: SignedInRequest) -> bool:
    return bool(roles_of(request.user) & set(actions.DRAFTERS))


@staff(*actions.DRAFTERS)
def open_period(request: SignedInRequest) -> HttpResponse:
    desk = reverse("desk-balance")
    return act(
        request, PeriodForm(request.POST or None),
        lambda said: actions.open_period(by=request.user, **said),
        said="The period is open.", to=desk, back=(desk, "Books"), heading="Open a period",
        button="Open it",
    )  # fmt: skip


@staff(*READERS)
def period(request: SignedInRequest, code: str) -> HttpResponse:
    """One period: its draft with all that it says, and what may be done with it next."""
    found = get_object_or_404(Period, code=code)
    draft, closed = found.unfinished(), found.newest_closed()
    said = draft.content if draft else None
    roles = roles_of(request.user)
    context: dict[str, Any] = {
        "period": found,
        "draft": draft,
        "closed": closed,
        "said": said,
        "may_draft": _may_draft(request),
        "is_reviewer": Role.REVIEWER in roles,
        "is_validator": Role.VALIDATOR in roles,
        "prepare_form": PrepareForm(restates=bool(closed) and not (draft and draft.because)),
        "asked": found.asked.all(),
    }
    if draft and said:
        explained = {one.about: one for one in Explanation.objects.filter(period=found)}
        context |= {
            "shown": {"programme": rendering.programme(said)},
            "sentence": reads.in_words(said),
            "columns": reads.COLUMNS,
            "themes": reads.by_theme(said),
            "plots": pictures.all_three(said),
            "red": red_of(said, explained),
            "unexplained": st.red_lines(said),
        }
    return render(request, "balance/desk_period.html", context)


def red_of(said: dict[str, Any], explained: dict[str, Explanation]) -> list[dict[str, Any]]:
    """Everything red, with the reason in the draft and one that was written since."""
    rows = []
    for kind, found in (("metric", said["metrics"]), ("action", said["programme"]["all"])):
        for one in found:
            if one["is_red"]:
                about = f"{kind}:{one['code']}"
                newer = explained.get(about)
                state = one.get("state") or one["words"]
                rows.append({
                    "about": about, "kind": kind, "code": one["code"],
                    "name": one.get("name") or one["title"], "state": state, "why": one["why"],
                    "is_newer": newer is not None and newer.words != one["why"],
                })  # fmt: skip
    return rows


@staff(*actions.DRAFTERS)
@require_POST
def prepare(request: SignedInRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Period, code=code)
    try:
        actions.prepare(period=found, by=request.user, because=request.POST.get("because", ""))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Drafted. The working group signs it off next.")
    return redirect("desk-period", found.code)


@staff(*actions.DRAFTERS)
def explain(request: SignedInRequest, code: str, kind: str, line: str) -> HttpResponse:
    found = get_object_or_404(Period, code=code)
    if kind not in ("metric", "action"):
        raise Http404
    about = f"{kind}:{line}"
    before = Explanation.objects.filter(period=found, about=about).first()
    form = ExplainForm(request.POST or None, initial={"words": before.words if before else ""})
    address = reverse("desk-period", args=[code])
    return act(
        request, form,
        lambda said: actions.explain(period=found, about=about, by=request.user, **said),
        said="Kept. Draft the statement again to take it in.", to=address,
        back=(address, found.title), heading=f"Why is this red? {line}", button="Keep the reason",
    )  # fmt: skip


@staff(*actions.DRAFTERS)
def ask(request: SignedInRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Period, code=code)
    address = reverse("desk-period", args=[code])
    return act(
        request, AskForm(request.POST or None),
        lambda said: actions.ask(period=found, by=request.user, **said),
        said="It will stand in the next draft.", to=address, back=(address, found.title),
        heading="Ask the committee for a decision", button="Ask for it",
    )  # fmt: skip


@staff(*actions.DRAFTERS)
@require_POST
def unask(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    asked = get_object_or_404(Asked.objects.select_related("period"), period__code=code, pk=pk)
    try:
        actions.withdraw_ask(asked=asked, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("desk-period", code)


STEPS = {
    "sign": (actions.sign_off, "Signed off. The cross-party group validates it next."),
    "validate": (actions.validate, "Validated. It can be closed now."),
    "close": (actions.close, "The books of this period are closed. Nothing changes them any more."),
}


@staff(*READERS)
@require_POST
def step(request: SignedInRequest, code: str, act_name: str) -> HttpResponse:
    """Bring a draft further; the action itself checks the role that this step takes."""
    if act_name not in STEPS:
        raise Http404
    draft = _draft(code)
    form = SeenForm(request.POST)
    do, said = STEPS[act_name]
    if form.is_valid():
        try:
            do(draft=draft, seen=form.cleaned_data["seen"], by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, said)
    return redirect("desk-period", code)


@staff(Role.REVIEWER, Role.VALIDATOR)
def send_back(request: SignedInRequest, code: str) -> HttpResponse:
    draft = _draft(code)
    address = reverse("desk-period", args=[code])
    return act(
        request, SendBackForm(request.POST or None),
        lambda said: actions.send_back(draft=draft, by=request.user, **said),
        said="Sent back to whoever drafts it.", to=address, back=(address, draft.period.title),
        heading="Send the draft back", button="Send it back",
    )  # fmt: skip


def _draft(code: str) -> Statement:
    found = (
        Statement.objects.exclude(state=Statement.State.CLOSED)
        .select_related("period", "drafted_by")
        .filter(period__code=code)
        .first()
    )
    if found is None:
        raise Http404
    return found

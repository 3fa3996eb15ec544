"""The desk of the books: drafting, explaining, signing off, validating, closing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, roles_of, staff
from commonweal.accounts.models import Person, Role
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from . import actions, authoring, comparing, implications, papers, pictures, reads, steps
from .access import READERS, get_draft
from .forms import (
    CommitteePaperForm,
    DecisionAskedForm,
    ExplainForm,
    PeriodForm,
    PrepareForm,
    SendBackForm,
)
from .models import Asked, CommitteePaper, Explanation, Period, Statement


@staff(*READERS)
@only_read
def books(request: SignedInRequest) -> HttpResponse:
    """All periods with where their statements stand."""
    rows = [
        (
            period,
            period.newest_closed(),
            draft,
            len(comparing.red_lines(draft.content)) if draft else 0,
        )
        for period in Period.objects.all()
        for draft in [period.unfinished()]
    ]
    context = {"rows": rows, "may_draft": _may_draft(request)}
    return render(request, "balance/desk_books.html", context)


def _may_draft(request: SignedInRequest) -> bool:
    return bool(roles_of(request.user) & set(actions.DRAFTERS))


@staff(*actions.DRAFTERS)
def open_period(request: SignedInRequest) -> HttpResponse:
    desk = reverse("desk-balance")
    return act(
        request,
        PeriodForm(request.POST or None, initial=reads.next_period(timezone.localdate())),
        lambda answers: actions.open_period(by=request.user, **answers),
        said="The period is open.",
        to=desk,
        back=(desk, "Books"),
        heading="Open a period",
        button="Open it",
    )


def _why_not(draft: Statement | None, step: steps.Step | None, by: Person) -> str:
    """Why the next step would be refused to whoever looks at the draft."""
    return step.why_not(draft, by) if draft and step else ""


@staff(*READERS)
@only_read
def period(request: SignedInRequest, code: str) -> HttpResponse:
    """One period: its draft with all that it says, and what may be done with it next."""
    period = get_object_or_404(Period, code=code)
    draft, closed = period.unfinished(), period.newest_closed()
    content = draft.content if draft else None
    roles = roles_of(request.user)
    step = steps.next_step(draft, roles) if draft else None
    context: dict[str, Any] = {
        "period": period,
        "draft": draft,
        "closed": closed,
        "said": content,
        "may_draft": _may_draft(request),
        "may_send_back": bool(draft and steps.may_send_back(draft, roles)),
        "step": step,
        "why_not": _why_not(draft, step, request.user),
        "asked": period.asked.all(),
        "paper": implications.written(CommitteePaper.objects.filter(period=period).first()),
    }
    if draft and content:
        explained = {
            explanation.about: explanation
            for explanation in Explanation.objects.filter(period=period)
        }
        red = red_of(content, explained)
        context |= {
            "shown": {"programme": papers.programme(content)},
            "sentence": reads.in_words(content),
            "columns": reads.columns_of(content),
            "themes": reads.by_theme(content),
            "plots": pictures.all_three(content),
            "red": red,
            "unexplained": [line for line in red if not line["why"]],
        }
    return render(request, "balance/desk_period.html", context)


def red_of(content: dict[str, Any], explained: dict[str, Explanation]) -> list[dict[str, Any]]:
    """Everything red, with the reason in the draft and one that was written since."""
    rows = []
    for kind, lines in (("metric", content["metrics"]), ("action", content["programme"]["all"])):
        for line in lines:
            if line["is_red"]:
                about = f"{kind}:{line['code']}"
                newer = explained.get(about)
                state = line.get("state") or line["words"]
                rows.append(
                    {
                        "about": about,
                        "kind": kind,
                        "code": line["code"],
                        "name": line.get("name") or line["title"],
                        "state": state,
                        "why": line["why"],
                        "newer": newer.words if newer and newer.words != line["why"] else "",
                    }
                )
    return rows


@staff(*actions.DRAFTERS)
def prepare(request: SignedInRequest, code: str) -> HttpResponse:
    """Draft a statement, draft it anew, or begin a restatement with its reason."""
    period = get_object_or_404(Period, code=code)
    draft, address = period.unfinished(), reverse("desk-period", args=[code])
    restates = period.newest_closed() is not None and not (draft and draft.because)
    return act(
        request,
        PrepareForm(request.POST if request.method == "POST" else None, restates=restates),
        lambda answers: actions.prepare(period=period, by=request.user, **answers),
        said="Drafted. The working group signs it off next.",
        to=address,
        back=(address, period.title),
        shows=lambda: steps.words_of_drafting(draft, restates=restates),
    )


@staff(*actions.DRAFTERS)
def explain(request: SignedInRequest, code: str, kind: str, line: str) -> HttpResponse:
    period = get_object_or_404(Period, code=code)
    if kind not in ("metric", "action"):
        raise Http404
    about = f"{kind}:{line}"
    before = Explanation.objects.filter(period=period, about=about).first()
    form = ExplainForm(request.POST or None, initial={"words": before.words if before else ""})
    address = reverse("desk-period", args=[code])
    return act(
        request,
        form,
        lambda answers: actions.explain(
            period=period, about=about, reason=answers["words"], by=request.user
        ),
        said="Kept. Draft the statement again to take it in.",
        to=address,
        back=(address, period.title),
        heading=f"Why is this red? {_name_of(period, kind, line)}",
        button="Keep the reason",
    )


def _name_of(period: Period, kind: str, line: str) -> str:
    """What a red line is called in the draft; its code where the draft does not have it."""
    draft = period.unfinished()
    empty: dict[str, Any] = {"metrics": [], "programme": {"all": []}}
    content = draft.content if draft else empty
    lines = content["metrics"] if kind == "metric" else content["programme"]["all"]
    named = (row.get("name") or row["title"] for row in lines if row["code"] == line)
    return next(named, line)


@staff(*actions.DRAFTERS)
def ask(request: SignedInRequest, code: str) -> HttpResponse:
    period = get_object_or_404(Period, code=code)
    address = reverse("desk-period", args=[code])
    return act(
        request,
        DecisionAskedForm(request.POST or None),
        lambda answers: actions.ask(
            period=period,
            body=answers["body"],
            question=answers["words"],
            because=answers["because"],
            by=request.user,
        ),
        said="It will stand in the next draft.",
        to=address,
        back=(address, period.title),
        heading="Ask the committee for a decision",
        button="Ask for it",
    )


@staff(*actions.DRAFTERS)
def paper(request: SignedInRequest, code: str) -> HttpResponse:
    """Author, contact and implications of the committee report."""
    period = get_object_or_404(Period, code=code)
    address = reverse("desk-period", args=[code])
    if request.method == "GET" and period.newest_closed() and not period.unfinished():
        messages.info(request, "The books are closed, and the report with them.")
        return redirect(address)
    so_far = CommitteePaper.objects.filter(period=period).first() or CommitteePaper()
    shown = {name: getattr(so_far, name) for name in (*implications.FIELDS, "none_of")}
    form = CommitteePaperForm(request.POST or None, initial=shown)
    return act(
        request,
        form,
        lambda answers: authoring.write_paper(
            period=period,
            answers=answers,
            none_of=answers["none_of"],
            by=request.user,
        ),
        said="Kept. Draft the statement again to take it in.",
        to=address,
        back=(address, period.title),
        heading="Author and implications",
        button="Keep it",
    )


@staff(*actions.DRAFTERS)
@require_POST
def unask(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    asked_decision = get_object_or_404(
        Asked.objects.select_related("period"), period__code=code, pk=pk
    )
    try:
        actions.withdraw_ask(asked_decision=asked_decision, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("desk-period", code)


@staff(Role.REVIEWER, Role.VALIDATOR)
def send_back(request: SignedInRequest, code: str) -> HttpResponse:
    draft = get_draft(code)
    address = reverse("desk-period", args=[code])
    return act(
        request,
        SendBackForm(request.POST or None),
        lambda answers: actions.send_back(draft=draft, by=request.user, **answers),
        said="Sent back to whoever drafts it.",
        to=address,
        back=(address, draft.period.title),
        heading="Send the draft back",
        button="Send it back",
    )

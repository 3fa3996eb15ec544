"""The steps that bring a draft to closed books: each on a page that says what it means first."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Person, Role
from commonweal.office.acting import act

from . import access, actions, implications, reads
from .forms import SeenForm
from .models import Period, Statement

State = Statement.State


@dataclass(frozen=True)
class Step:
    """One step: who takes it, from where, and what its page says.

    ``before`` says what follows from it, and whether it can be taken back; ``why_not`` why it
    would be refused of somebody, that it is not offered first.
    """

    name: str
    roles: tuple[Role, ...]
    start: str
    do: Callable[..., Any]
    button: str
    heading: str
    before: str
    after: str
    why_not: Callable[[Statement, Person], str]


STEPS = {
    step.name: step
    for step in (
        Step(
            "sign",
            (Role.REVIEWER,),
            State.DRAFT,
            actions.sign_off,
            "Sign it off",
            "Sign off the books of {title}?",
            "You say for the working group that you have read the draft and stand for it. Your "
            "role, your organisation and the day are published with it, never your name. You can't "
            "take this back yourself: the cross-party group can still send it back, and drafting "
            "it again makes your signature void.",
            "Signed off. The cross-party group validates it next.",
            actions.why_not_sign_off,
        ),
        Step(
            "validate",
            (Role.VALIDATOR,),
            State.SIGNED,
            actions.validate,
            "Validate it",
            "Validate the books of {title}?",
            "You say for the cross-party group that you have read the draft and that it is fit to "
            "be published. Your role, your organisation and the day are published with it, never "
            "your name. After this it can't be sent back: it can be closed, or drafted again from "
            "the beginning.",
            "Validated. It can be closed now.",
            actions.why_not_validate,
        ),
        Step(
            "close",
            actions.DRAFTERS,
            State.VALIDATED,
            actions.close,
            "Close the books",
            "Close the books of {title}?",
            "The statement and the committee report are published at once, and nobody can change "
            "or delete them any more, whatever comes to light. A mistake that is found later is "
            "put right by a second statement, which says what differs and why; this one stays "
            "beside it.",
            "The books of this period are closed. Nothing changes them any more.",
            lambda draft, _: actions.why_not_final(draft),
        ),
    )
}


# What is said of a step that does not come next, by where the draft is.
COMES_NEXT: dict[str, str] = {
    State.DRAFT: "Not yet: these books are a draft. The working group signs them off first, then "
    "the cross-party group validates them; after that they can be closed.",
    State.SIGNED: "These books are signed off. The cross-party group validates them next; after "
    "that they can be closed.",
    State.VALIDATED: "These books are validated. Closing them comes next.",
}


def next_step(draft: Statement, roles: Collection[str]) -> Step | None:
    """The step that somebody in these roles may take with a draft; None where there is none."""
    for step in STEPS.values():
        if step.start == draft.state and set(step.roles) & set(roles):
            return step
    return None


def may_send_back(draft: Statement, roles: Collection[str]) -> bool:
    """Whether somebody in these roles may give the draft back to whoever drafts it."""
    is_early = draft.state in (State.DRAFT, State.SIGNED)
    return is_early and bool({Role.REVIEWER, Role.VALIDATOR} & set(roles))


@staff(*access.READERS)
def step(request: SignedInRequest, code: str, act_name: str) -> HttpResponse:
    """Ask once more before a draft is brought further, then do it."""
    if act_name not in STEPS:
        raise Http404
    return staff(*STEPS[act_name].roles)(_page_of)(request, code=code, chosen=STEPS[act_name])


def _page_of(request: SignedInRequest, code: str, chosen: Step) -> HttpResponse:
    period, address = get_object_or_404(Period, code=code), reverse("desk-period", args=[code])
    if (draft := period.unfinished()) is None:
        # Somebody has closed the books while this page stood open.
        messages.info(request, "No draft waits here. What is closed stays as it is.")
        return redirect(address)
    if request.method != "POST" and draft.state != chosen.start:
        messages.info(request, COMES_NEXT[draft.state])
        return redirect(address)
    return act(
        request,
        SeenForm(request.POST if request.method == "POST" else None),
        lambda answers: chosen.do(draft=draft, by=request.user, **answers),
        said=chosen.after,
        to=address,
        template="balance/step.html",
        back=(address, draft.period.title),
        step=chosen,
        heading=chosen.heading.format(title=draft.period.title),
        period=draft.period,
        # A page that was refused keeps the draft that was read, not the one that came since.
        seen=request.POST.get("seen", draft.content_sha256),
        sentence=reads.in_words(draft.content),
        why_not=chosen.why_not(draft, request.user),
        unwritten=implications.unwritten(draft.content),
    )


def words_of_drafting(draft: Statement | None, *, restates: bool) -> dict[str, str]:
    """What the page says before a statement is drafted: heading, sentence, button."""
    if restates:
        return {
            "heading": "Draft a restatement",
            "before": "The closed statement stays as it is, and public. A second one is drafted "
            "beside it from what the ledger says now; it says what differs, and why.",
            "button": "Draft a restatement",
        }
    if draft:
        return {
            "heading": "Draft the statement again",
            "before": "It is made anew from what the ledger says now and from the reasons that "
            "were written since. Whoever signed off or validated the draft before must do so "
            "again.",
            "button": "Draft it again",
        }
    return {
        "heading": "Draft the statement",
        "before": "The ledger is read, and the statement says what stood open, what moved and what "
        "is carried. It can be drafted again until it is closed.",
        "button": "Draft the statement",
    }

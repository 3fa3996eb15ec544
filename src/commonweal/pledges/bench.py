"""The reviewer's bench: queues of claims, one claim with its evidence beside the form, the next."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.design.every_answer import only_read
from commonweal.design.paging import paged
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from . import (
    asking_more,
    beside_claim,
    files,
    giving_out,
    history,
    ledger,
    menu,
    reads,
    reviewing,
)
from . import standing as st
from .access import get_claim
from .bench_reads import EMPTY, LATE_DAYS, QUEUES, bench_of
from .conflicts import recusal_of, why_not_review
from .forms import AskMoreForm, KnownForm, ReviewForm
from .models import Entry, Pledge, ReviewAssignment
from .reporting import seen_of


def _queue_of(request: SignedInRequest) -> str:
    """From which queue somebody came, as the address says."""
    code = request.GET.get("show", "")
    return code if code in QUEUES else ""


def _with_queue(address: str, queue: str, **query: Any) -> str:
    query = ({"show": queue} if queue else {}) | query
    return f"{address}?{urlencode(query)}" if query else address


def _next_address(queue: str, seq: int) -> str:
    return _with_queue(reverse("desk-review-next"), queue, after=seq)


@staff(Role.REVIEWER)
@only_read
def queue(request: SignedInRequest) -> HttpResponse:
    """What waits for this reviewer, by queue, the oldest first."""
    today = timezone.localdate()
    ledger.refresh_standings(on=today)
    bench = bench_of(request.user, today)
    code = bench.known(_queue_of(request))
    page = paged(request, bench.queue(code))
    context = {
        "page": page,
        "queue": code,
        "title": QUEUES[code],
        "queues": bench.counts,
        "none": EMPTY[code],
        "late_days": LATE_DAYS,
        "first": bench.next_of(code, 0),
    }
    return render(request, "pledges/desk_review.html", context)


@staff(Role.REVIEWER)
def following_claim(request: SignedInRequest) -> HttpResponse:
    """Go to the claim of a queue that comes after another; to the queue when none is left."""
    today = timezone.localdate()
    bench = bench_of(request.user, today)
    code = bench.known(_queue_of(request))
    after = request.GET.get("after", "")
    seq = bench.next_of(code, int(after) if after.isdecimal() and len(after) < 10 else 0)
    if seq is None:
        messages.info(request, f"Nothing else waits for you under “{QUEUES[code]}”.")
        return redirect("desk-review")
    return redirect(_with_queue(reverse("desk-review-claim", args=[seq]), code))


@staff(Role.REVIEWER)
def claim(request: SignedInRequest, seq: int) -> HttpResponse:
    """One claim: its evidence beside the form, the pledge's bar and history, and what else can be
    done than deciding. After a decision comes the next of the same queue."""
    claim = get_claim(seq)
    pledge, came_from = claim.pledge, _queue_of(request)
    return act(
        request,
        ReviewForm(request.POST or None),
        lambda answers: reviewing.review(
            pledge=pledge,
            claim_seq=seq,
            by=request.user,
            seen=seen_of(request),
            verdict=answers["verdict"],
            figure=answers["value"],
            reasons=answers["words"],
            withhold=answers["withhold"],
        ),
        said=f"Reviewed: {pledge.partner.name}.",
        to=_next_address(came_from, seq),
        template="pledges/desk_review_claim.html",
        shows=lambda: _to_be_reviewed(pledge, claim),
        claim=claim,
        queue=came_from,
        next_address=_next_address(came_from, seq),
        why_not=why_not_review(pledge, claim, request.user),
        recusal=recusal_of(pledge, request.user),
        is_given=ReviewAssignment.objects.filter(claim=claim, reviewer=request.user).exists(),
    )


def _to_be_reviewed(pledge: Pledge, claim: Entry) -> dict[str, Any]:
    today = timezone.localdate()
    age_days = (today - claim.happened_on).days
    ledger.refresh_standings(on=today)
    pledge.refresh_from_db()
    lines = history.lines_of(pledge, on=today, see_held=True)
    evidence, first_look = _about(claim, lines)
    return {
        "pledge": pledge,
        "bar": reads.bar_of(pledge, today),
        "figures": beside_claim.figures_of(pledge, claim),
        "same_files": beside_claim.same_files(pledge, claim, lines),
        "is_before": beside_claim.is_before_the_promise(pledge, claim),
        "has_files": any(line.file for line in evidence),
        "promised_by": menu.as_promised(pledge),
        "evidence": [
            (line, files.beginning_of(line.file) if line.file else "") for line in evidence
        ],
        "first_look": first_look,
        "history": list(reversed(lines)),
        "more": asking_more.running(today).get(claim.seq),
        "asked_before": claim.more_asked.filter(
            ~Q(ended_on=None) | Q(until__lt=today)
        ).select_related("asked_by"),
        "age_days": age_days,
        "is_late": age_days > LATE_DAYS,
        "seen": pledge.entries.count(),
    }


def _about(
    claim: Entry, lines: list[history.EntryLine]
) -> tuple[list[history.EntryLine], list[history.EntryLine]]:
    """Its evidence, and the reviews of it with what was said to them."""
    about = [line for line in lines if line.about == claim.seq]
    evidence = [line for line in about if line.entry.kind == st.Kind.EVIDENCE]
    reviews = {line.entry.seq for line in about if line.entry.kind == st.Kind.REVIEW}
    return evidence, [line for line in lines if line.entry.seq in reviews or line.about in reviews]


@staff(Role.REVIEWER)
def ask_more(request: SignedInRequest, seq: int) -> HttpResponse:
    """Ask the partner for more evidence before deciding."""
    claim, came_from = get_claim(seq), _queue_of(request)
    return act(
        request,
        AskMoreForm(request.POST or None),
        lambda answers: asking_more.ask_for_more(
            claim_entry=claim, wanted=answers["wanted"], by=request.user
        ),
        said=lambda request_made: (
            f"{claim.pledge.partner.name} is told, and has until "
            f"{request_made.until:%-d %B %Y}. Then the claim comes back."
        ),
        to=_next_address(came_from, seq),
        template="pledges/desk_review_more.html",
        claim=claim,
        pledge=claim.pledge,
        queue=came_from,
    )


@staff(Role.REVIEWER)
def known(request: SignedInRequest, seq: int) -> HttpResponse:
    """Say that one knows the partner, so that somebody else checks it; or take that back."""
    claim, came_from = get_claim(seq), _queue_of(request)
    name = claim.pledge.partner.name
    if (recusal := recusal_of(claim.pledge, request.user)) and "again" in request.POST:
        giving_out.stand_in_again(recusal=recusal, by=request.user)
        messages.success(request, f"You may check claims of {name} again.")
        return redirect(_with_queue(reverse("desk-review-claim", args=[seq]), came_from))
    return act(
        request,
        KnownForm(request.POST or None),
        lambda answers: giving_out.stand_back(
            claim_entry=claim, because=answers["because"], by=request.user
        ),
        said=lambda reviewer: (
            f"You check nothing of {name}. "
            + (
                f"{reviewer.name} has this claim now."
                if reviewer
                else "The charter manager sees to it."
            )
        ),
        to=_next_address(came_from, seq),
        template="pledges/desk_review_known.html",
        claim=claim,
        pledge=claim.pledge,
        queue=came_from,
    )


@staff(Role.REVIEWER)
@require_POST
def give_back(request: SignedInRequest, seq: int) -> HttpResponse:
    """Lay a claim that was given to one back into the queue."""
    try:
        giving_out.give_back(claim_entry=get_claim(seq), by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The claim is free for others again.")
    return redirect(_next_address(_queue_of(request), seq))

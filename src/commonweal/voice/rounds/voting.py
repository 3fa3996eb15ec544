"""The pages of voting: the code, the ballot, the receipt. They work without scripts.

No address holds a code, a ballot or a receipt, so none is in a server's log. The forms have no
one-time key: sent twice they come to the same, and whoever clicks twice gets the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from commonweal.accounts import limits
from commonweal.accounts.access import about_oneself, roles_of
from commonweal.accounts.models import Person
from commonweal.office.errors import Refused

from ..access import DESK
from ..models import Round
from ..ways import places
from . import box, reads
from .ballot_forms import BallotForm, ReceiptForm, VotingCodeForm, limits_of

WRONG_CODES = limits.Limit(
    "wrong voting codes",
    5,
    timedelta(hours=1),
    "Five wrong codes came from here within an hour. Try again in an hour; where the rule sheet "
    "names places with staff, you can vote there now. A slip that the check sign shows does not "
    "count.",
)
# As many as a library's one address may have voters in an hour; it only keeps machines off.
VOTES = limits.Limit(
    "voting",
    1_000,
    timedelta(hours=1),
    "Very much was sent from here within an hour. Try again in an hour; what you put into the box "
    "before is there.",
)


def _is_staffed(request: HttpRequest, budget_round: Round) -> bool:
    """Whether codes of many are typed here: by somebody of the desk, or at a place with staff."""
    is_of_desk = isinstance(request.user, Person) and bool(roles_of(request.user) & set(DESK))
    return is_of_desk or places.visit_of(request, budget_round) is not None


def _tries(request: HttpRequest, budget_round: Round) -> list[tuple[str, int]]:
    """(who, how many times as many) for each count that a wrong code is put to: the address and,
    as one address may be that of many, the browser."""
    if _is_staffed(request, budget_round):
        return []
    visitor = limits.visitor_of(request)
    browser = request.META.get("CSRF_COOKIE", "")
    of_browser = [(f"browser {browser}", 1)] if browser else []
    return [(visitor.key, limits.SHARED if visitor.is_shared else 1), *of_browser]


@contextmanager
def _as_a_guess(request: HttpRequest, budget_round: Round) -> Iterator[None]:
    """Let a code be looked up, at most so many wrong ones. Each try is counted before anything is
    looked up, and given back where the code was no guess."""
    tries, now = _tries(request, budget_round), timezone.now()
    # Both counts are written in one go, as each writing waits for the disk; a try that either
    # refuses looks nothing up, so it need not be counted.
    with transaction.atomic():
        for who, times in tries:
            limits.spend(WRONG_CODES, who, times=times, now=now)
    try:
        yield
    except box.WrongCode:
        raise
    except Refused:
        _give_back(tries, now)
        raise
    _give_back(tries, now)


def _give_back(tries: list[tuple[str, int]], now: datetime) -> None:
    with transaction.atomic():
        for who, _ in tries:
            limits.give_back(WRONG_CODES, who, now=now)


def _admit(request: HttpRequest, budget_round: Round, typed: str) -> str:
    with _as_a_guess(request, budget_round):
        return box.admit(budget_round=budget_round, typed=typed)


@about_oneself
@limits.limited(VOTES)
def vote(request: HttpRequest, code: str) -> HttpResponse:
    """How to vote, and where the code is typed."""
    budget_round = get_object_or_404(Round, code=code)
    form = VotingCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token = _admit(request, budget_round, form.cleaned_data["code"])
        except Refused as refused:
            form.add_error("code", str(refused))
        else:
            # The next page is the answer: a code or a token in an address would be in the log.
            return _ballot_page(request, budget_round, token)
    now = timezone.now()
    context = {
        "round": budget_round,
        "form": form,
        "is_open": budget_round.is_open(now),
        "stage": budget_round.stage(now),
        "limits": limits_of(budget_round),
        "visit": places.visit_of(request, budget_round),
        "places": budget_round.places.all(),
    }
    return render(request, "voice/vote.html", context)


def _ballot_page(
    request: HttpRequest, budget_round: Round, token: str, form: BallotForm | None = None
) -> HttpResponse:
    shared = box.shared_by(budget_round, token)
    context = {
        "round": budget_round,
        "form": form or BallotForm(budget_round=budget_round, shared=shared),
        "token": token,
        "limits": limits_of(budget_round),
        "shared": shared,
    }
    return render(request, "voice/ballot.html", context)


@about_oneself
@limits.limited(VOTES)
def ballot(request: HttpRequest, code: str) -> HttpResponse:
    """Takes a ballot and answers with its receipt."""
    budget_round = get_object_or_404(Round, code=code)
    if request.method != "POST":
        return vote(request, code)
    token = request.POST.get("token", "")
    shared = box.shared_by(budget_round, token)
    form = BallotForm(request.POST, budget_round=budget_round, shared=shared)
    visit = places.visit_of(request, budget_round)
    if form.is_valid():
        try:
            put = places.put(
                budget_round=budget_round, visit=visit, token=token, choices=form.choices
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            context = {"round": budget_round, "visit": visit, "receipt": put.receipt}
            return render(request, "voice/voted.html", context | {"is_again": put.is_again})
    return _ballot_page(request, budget_round, token, form)


def _receipt_of(request: HttpRequest, budget_round: Round, typed: str) -> str | None:
    """The receipt that somebody typed, or that of the ballot which came by the code they typed;
    None where none came by it. Whoever voted on paper has the code alone."""
    looked_up = box.looked_up(budget_round=budget_round, typed=typed)
    if receipt := looked_up.by_receipt():
        return receipt
    with _as_a_guess(request, budget_round):
        return looked_up.by_code()


@about_oneself
@limits.limited(VOTES)
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Where a voter looks by their receipt or code whether a ballot of theirs is in the box, or was
    counted."""
    budget_round = get_object_or_404(Round, code=code)
    form = ReceiptForm(request.POST or None)
    context: dict[str, Any] = {"round": budget_round, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            receipt_code = _receipt_of(request, budget_round, form.cleaned_data["receipt"])
        except Refused as refused:
            form.add_error("receipt", str(refused))
        else:
            answer = reads.receipt_in_words(budget_round) if receipt_code else reads.NONE_CAME
            context |= {"answer": answer, "kept": receipt_code}
    return render(request, "voice/receipt.html", context)

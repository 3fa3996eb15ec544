"""The desk manager's pages about asks, and what is drawn on pledges."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.asks import actions as asking
from commonweal.asks.models import Answer, Ask
from commonweal.cases.models import Case
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.residents import references

from .forms.asks import AskForm, DrawForm
from .forms.excuses import excuse_of
from .manage import MANAGER, page


@staff(MANAGER)
def ask_add(request: SignedInRequest) -> HttpResponse:
    return act(
        request,
        AskForm(request.POST or None),
        lambda answers: asking.make_ask(excuse=excuse_of(answers), values=answers, by=request.user),
        said="Drafted. Publish it when it is right.",
        **page("Ask partners for help", "Draft it"),
    )


@staff(MANAGER)
def ask(request: SignedInRequest, code: str) -> HttpResponse:
    wanted = get_object_or_404(Ask, code=code)
    if request.method == "POST":
        try:
            match request.POST.get("verb"):
                case "publish":
                    asking.publish(ask=wanted, by=request.user)
                    messages.success(request, "Published. Partners are told.")
                case "close":
                    asking.close_ask(ask=wanted, by=request.user)
                case _:
                    raise Http404
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("desk-ask", code)
    answers = wanted.answers.select_related("pledge__partner").prefetch_related("draws")
    rows = [(a, sum((d.quantity for d in a.draws.all()), Decimal(0))) for a in answers]
    return render(request, "desk/ask_desk.html", {"ask": wanted, "rows": rows})


@staff(MANAGER)
def ask_change(request: SignedInRequest, code: str) -> HttpResponse:
    draft = get_object_or_404(Ask, code=code, state="draft")
    names = ("title", "quantity", "unit", "words", "theme", "help_type", "area", "needed_by")
    initial = {n: getattr(draft, n) for n in names} | {
        n: getattr(draft, f"{n}_id") for n in ("theme", "help_type", "area")
    }

    def keep(answers: dict[str, Any]) -> None:
        asking.change_ask(ask=draft, excuse=excuse_of(answers), values=answers, by=request.user)

    address = reverse("desk-ask", args=[code])
    return act(
        request,
        AskForm(request.POST or None, initial=initial),
        keep,
        said="Kept.",
        to=address,
        back=(address, draft.title),
        heading="Change the draft",
        button="Keep it",
    )


@staff(MANAGER)
def draw(request: SignedInRequest, pk: int) -> HttpResponse:
    answer = get_object_or_404(Answer.objects.select_related("ask", "pledge__partner"), pk=pk)
    address = reverse("desk-ask", args=[answer.ask.code])

    def do(answers: dict[str, Any]) -> None:
        need = None
        if reference := answers["case"].strip():
            case = references.get_one(Case.objects.all(), reference)
            need = case.needs.first() if case else None
            if need is None:
                raise Refused(f"There is no case {reference.upper()}.")
        asking.draw(answer=answer, quantity=answers["quantity"], need=need, by=request.user)

    return act(
        request,
        DrawForm(request.POST or None),
        do,
        said="It stands in the pledge's ledger.",
        to=address,
        back=(address, answer.ask.title),
        heading=f"Use some of what {answer.pledge.partner.name} offers",
        button="Write it down",
    )

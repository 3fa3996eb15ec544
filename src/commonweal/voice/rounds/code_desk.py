"""The desk's pages of codes: a file for the printer, once, and codes that are taken back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from commonweal.accounts import once
from commonweal.accounts.access import SignedInRequest, staff
from commonweal.design.csvs import csv_text
from commonweal.design.forms import Form
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.places.models import Area

from ..access import DESK
from ..models import CodeBatch, Round
from . import letters, pots
from .ballot_forms import VotingCodeForm
from .desk import at_desk, page

ONCE = (
    "The file comes once: only hashes of the codes stay here. Give it to the printer, who puts "
    "one code on each letter, and delete it. If it is lost, take its codes back and make others."
)


class CountForm(Form):
    count = forms.IntegerField(label="How many letters", min_value=1, max_value=letters.MOST)

    def __init__(self, *args: Any, budget_round: Round, **options: Any) -> None:
        super().__init__(*args, **options)
        budget_pots = pots.pots_of(budget_round)
        if budget_pots:
            self.fields["area"] = forms.ModelChoiceField(
                Area.objects.all(),
                label="To which area the letters go",
                required=None not in [pot.area for pot in budget_pots],
                empty_label="Elsewhere: they vote on the town’s money alone",
            )


@staff(*DESK)
def make(request: SignedInRequest, code: str) -> HttpResponse:
    budget_round = get_object_or_404(Round, code=code)
    form = CountForm(request.POST or None, budget_round=budget_round)
    if request.method == "POST" and form.is_valid():
        try:
            printed = letters.make(
                budget_round=budget_round,
                count=form.cleaned_data["count"],
                area=form.cleaned_data.get("area"),
                by=request.user,
            )
        except Refused as refused:
            form.add_error("count", str(refused))
        else:
            once.done(request)
            text = csv_text(["code"], ({"code": voting_code} for voting_code in printed))
            answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
            answer["Content-Disposition"] = f'attachment; filename="{code}-codes.csv"'
            answer["Cache-Control"] = "no-store, private"
            return answer
    shown = page(budget_round, "Codes for letters", "Make the file", before=ONCE)
    return render(request, "design/act.html", {"form": form} | shown)


@staff(*DESK)
def revoke(request: SignedInRequest, code: str) -> HttpResponse:
    budget_round = get_object_or_404(Round, code=code)
    return act(
        request,
        VotingCodeForm(request.POST or None),
        lambda answers: letters.revoke(
            budget_round=budget_round, typed=answers["code"], by=request.user
        ),
        said="Taken back. Nobody can vote with it.",
        to=at_desk(budget_round),
        refused_at="code",
        **page(budget_round, "Take back a code", "Take it back"),
    )


@staff(*DESK)
@require_POST
def revoke_batch(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    batch = get_object_or_404(
        CodeBatch.objects.select_related("round"), round__code=code, number=number
    )
    try:
        count = letters.revoke_batch(batch=batch, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Codes taken back: {count:,}.")
    return redirect("desk-budget", code)

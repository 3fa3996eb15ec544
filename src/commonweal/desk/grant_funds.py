"""Funds and their rules, and what each returned to whoever gave the money."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from commonweal.accounts.access import SignedInRequest, roles_of, staff
from commonweal.accounts.models import Role
from commonweal.design import words
from commonweal.design.every_answer import only_read
from commonweal.grants import actions as granting
from commonweal.grants import methods
from commonweal.grants.access import GRANTS
from commonweal.grants.models import Fund, FundReturn
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from .forms.excuses import excuse_of
from .forms.grants import FundChangeForm, FundForm, ReturnForm

APPROVER, FINANCE = Role.GRANTS_APPROVER, Role.FINANCE_OFFICER


@staff(FINANCE, APPROVER)
def return_make(request: SignedInRequest, code: str) -> HttpResponse:
    fund = get_object_or_404(Fund, code=code)
    desk = reverse("desk-grants")
    return act(
        request,
        ReturnForm(request.POST or None),
        lambda answers: granting.make_return(fund=fund, by=request.user, **answers),
        said="Made. Another finance officer signs it.",
        to=desk,
        back=(desk, "Grants"),
        heading=f"Return of {fund.name}",
        button="Make it",
    )


@staff(*GRANTS)
def return_page(request: SignedInRequest, pk: int) -> HttpResponse:
    fund_return = get_object_or_404(FundReturn.objects.select_related("fund"), pk=pk)
    if request.method == "POST":
        try:
            granting.sign_return(fund_return=fund_return, by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("fund-return", pk)
    return render(
        request,
        "desk/fund_return.html",
        {
            "made": fund_return,
            "parts": granting.parts_of(fund_return),
            "roles": roles_of(request.user),
        },
    )


@staff(FINANCE)
def fund_add(request: SignedInRequest) -> HttpResponse:
    desk = reverse("desk-grants")

    def do(answers: dict[str, Any]) -> None:
        rules = dict(answers)
        above, most = rules.pop("two_above"), rules["most"]
        steps = [
            {"up_to": str(above), "approvals": 1},
            {"up_to": str(max(most, above)), "approvals": 2},
        ]
        excuse = excuse_of(rules)
        granting.open_fund(values=rules | {"approvals": steps}, by=request.user, excuse=excuse)

    return act(
        request,
        FundForm(request.POST or None),
        do,
        said="The fund is open.",
        to=desk,
        back=(desk, "Grants"),
        heading="Open a fund",
        button="Open it",
    )


@staff(FINANCE)
def fund_change(request: SignedInRequest, code: str) -> HttpResponse:
    """Its rules, changed by a decision; what they were stands below."""
    fund = get_object_or_404(Fund, code=code)
    desk = reverse("desk-grants")

    def do(answers: dict[str, Any]) -> None:
        values = dict(answers)
        because = values.pop("because")
        granting.change_fund(fund=fund, values=values, because=because, by=request.user)

    return act(
        request,
        FundChangeForm(request.POST or None, initial={name: getattr(fund, name) for name in RULES}),
        do,
        said="Changed. What was approved stays.",
        to=desk,
        back=(desk, "Grants"),
        template="desk/fund_change.html",
        heading=f"Change {fund.name}",
        button="Change it",
        history=[
            (before, [_as_it_was(name, was) for name, was in before.was.items()])
            for before in fund.before.select_related("changed_by")
        ],
    )


RULES = {
    "budget": "Money in it",
    "ends_on": "Last day",
    "most": "Largest grant",
    "window_days": "Days within which a second grant is held",
    "methods": "Ways",
    "carries_over": "What is left may be carried over",
}


def _as_it_was(name: str, was: Any) -> str:
    """A rule that a fund had, in words."""
    match name:
        case "budget" | "most":
            shown = words.in_pounds(was)
        case "ends_on":
            shown = words.day(date.fromisoformat(was))
        case "methods":
            shown = ", ".join(method.title for method in methods.allowed(was))
        case "carries_over":
            shown = "yes" if was else "no"
        case _:
            shown = str(was)
    return f"{RULES[name]}: {shown}"


@staff(*GRANTS)
@only_read
def return_csv(request: SignedInRequest, pk: int) -> HttpResponse:
    """A return as a file, with who made and who signed it."""
    fund_return = get_object_or_404(
        FundReturn.objects.select_related("fund", "made_by", "signed_by"), pk=pk
    )
    response = HttpResponse(
        granting.return_file(fund_return), content_type="text/csv; charset=utf-8"
    )
    name = f"return-{fund_return.fund.code}-{fund_return.upto}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

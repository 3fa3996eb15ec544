"""How a grant reaches somebody: which way, what it takes, who looked; and codes handed over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.design.revisions import SHOWN
from commonweal.grants import actions as granting
from commonweal.grants import methods
from commonweal.grants.access import GRANTS, get_award_for, get_grant_with_person_for
from commonweal.grants.models import Award
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from .forms.grants import AccountForm
from .handling import handler

# Beside the buttons that say an account was looked at: which one the page showed.
ACCOUNT_SHOWN = f"{SHOWN}account"
# The box beside them, where the account is in another name.
KNOWS_WHY = "knows_why"


@staff(*GRANTS)
def account(request: SignedInRequest, code: str) -> HttpResponse:
    grant = get_award_for(request.user, code)
    return give_account(request, grant, reverse("award", args=[code]))


@handler
def account_by_handler(request: SignedInRequest, code: str) -> HttpResponse:
    grant = get_grant_with_person_for(request.user, code)
    before = "Read it back to the person, figure by figure."
    return give_account(request, grant, reverse("desk-grant", args=[code]), before=before)


def give_account(
    request: SignedInRequest, grant: Award, address: str, *, before: str = ""
) -> HttpResponse:
    """To where it is paid, as its way asks; or by another way that the fund allows."""
    form = account_form(request, grant)
    return act(
        request,
        form,
        lambda answers: granting.give_account(
            award=grant, by=request.user, method=form.method.code, **answers
        ),
        said=_said_of,
        to=address,
        template="desk/grant_method.html",
        heading=form.method.question,
        button="Keep it",
        before=before,
        back=(address, f"Grant {grant.code}"),
        other_methods=[method for method in _methods_of(grant) if method is not form.method],
    )


def _said_of(grant: Award) -> str:
    is_other = granting.other_name_in_words(grant)
    asks = f" {is_other} Find out why: whoever decides is asked." if is_other else ""
    return f"Kept. Somebody else looks at it before anything is paid.{asks}"


def account_form(request: SignedInRequest, grant: Award) -> AccountForm:
    initial: dict[str, Any] = {column: getattr(grant, column) for column in Award.DETAILS}
    chosen = request.GET.get("method", "")
    method = next(
        (method for method in _methods_of(grant) if method.code == chosen),
        granting.method_of(grant),
    )
    is_known = method.code == grant.method and granting.is_complete(grant)
    return AccountForm(request.POST or None, initial=initial, method=method, is_first=not is_known)


def _methods_of(grant: Award) -> list[methods.Method]:
    """What the fund allows, and the way that was chosen while it still did."""
    return methods.allowed([*grant.fund.methods, grant.method])


@staff(*GRANTS)
@require_POST
def account_seen(request: SignedInRequest, code: str) -> HttpResponse:
    grant = get_award_for(request.user, code)
    try:
        shown = request.POST.get(ACCOUNT_SHOWN, "")
        granting.see_account(
            award=grant, by=request.user, shown=shown, knows_why=KNOWS_WHY in request.POST
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Kept: you have looked at it.")
    return redirect("award", code)


@handler
def issued_code(request: SignedInRequest, code: str) -> HttpResponse:
    """The code that the issuer gave, for the handler who gives it to the person; the one page on
    which it stands. That they read it is written down."""
    grant = get_grant_with_person_for(request.user, code, read_kind="grant code")
    if request.method == "POST":
        try:
            granting.hand_over(award=grant, by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, "Written down: they have their code.")
        return redirect("desk-grant", code)
    context = {
        "award": grant,
        "resident": grant.resident,
        "issued": None if grant.resident.is_dead else granting.code_of(grant),
    }
    return render(request, "desk/grant_code.html", context)

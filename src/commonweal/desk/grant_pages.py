"""Grants for the help desk: a handler finds one by its reference, says where it stands, writes a
review down, and, with a link to the case, withdraws it or completes its account."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from commonweal.accounts.access import SignedInRequest
from commonweal.design.every_answer import only_read
from commonweal.grants import actions as granting
from commonweal.grants.access import get_grant_for, get_grant_with_person_for
from commonweal.office.acting import act

from .forms.cases import BecauseForm
from .forms.grants import GrantReferenceForm
from .grant_reviews import ask_review
from .handling import handler


@handler
def find(request: SignedInRequest) -> HttpResponse:
    """Find a grant by the reference that its letter gives, in any spelling."""
    form = GrantReferenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reference = form.cleaned_data["reference"]
        try:
            get_grant_for(request.user, reference)
        except Http404:
            form.add_error(
                "reference", f"There is no grant {reference}. Ask them to read it again."
            )
        else:
            return redirect("desk-grant", reference)
    return render(
        request,
        "design/act.html",
        {
            "form": form,
            "heading": "Find a grant",
            "button": "Find it",
            "back": (reverse("desk-help"), "Help desk"),
        },
    )


@handler
@only_read
def grant(request: SignedInRequest, code: str) -> HttpResponse:
    """Where a grant stands; by its reference alone without the person or their account."""
    award, link = get_grant_for(request.user, code)
    context = {
        "award": award,
        "is_linked": link != "reference",
        "details": granting.details_of(award, in_full=False),
        "issued": granting.code_of(award) if link != "reference" else None,
        "letter": granting.letter(award),
        "ask_until": granting.ask_until(award),
        "review": award.reviews.order_by("-id").first(),
        "payments": award.payments.order_by("id").select_related("run").prefetch_related("returns"),
        "to_do": [row for row in granting.to_do(award.case) if row.award == award],
        "may_change": not granting.why_no_change(award),
        "why_not": granting.why_not(award) if granting.owed_of(award) > 0 else "",
    }
    return render(request, "desk/grant.html", context)


def of_grant(code: str) -> dict[str, Any]:
    address = reverse("desk-grant", args=[code])
    return {"to": address, "back": (address, f"Grant {code}")}


@handler
def review(request: SignedInRequest, code: str) -> HttpResponse:
    """The person rings the number of the letter and asks for a review: any handler writes it
    down."""
    award, _ = get_grant_for(request.user, code)
    return ask_review(request, award, **of_grant(code))


@handler
def withdraw(request: SignedInRequest, code: str) -> HttpResponse:
    award = get_grant_with_person_for(request.user, code)
    return act(
        request,
        BecauseForm(request.POST or None),
        lambda answers: granting.withdraw(award=award, by=request.user, **answers),
        said="Withdrawn. No letter goes out.",
        heading="Withdraw the application",
        button="Withdraw it",
        danger=True,
        **of_grant(code),
    )

"""The grants desk: applications, assessing, approving, paying, reviews, returns."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, roles_of, staff
from commonweal.accounts.acting import act
from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Role

from . import access, granting
from .access import GRANTS, get_award_for
from .desk import handler
from .excuse_forms import excuse_of
from .forms import (
    AssessForm,
    AwardForm,
    BecauseForm,
    FundForm,
    ReconcileForm,
    RefuseForm,
    ReturnForm,
    ReviewDecisionForm,
)
from .models import Award, AwardReview, Fund, FundReturn, PaymentRun

ASSESSOR, APPROVER, FINANCE = (
    Role.GRANTS_ASSESSOR, Role.GRANTS_APPROVER, Role.FINANCE_OFFICER,
)  # fmt: skip


@staff(*GRANTS)
def today(request: SignedInRequest) -> HttpResponse:
    """What waits, by step; funds with what is left. No names in the list."""
    waiting = list(granting.waiting())
    today = timezone.localdate()
    context = {
        "steps": [
            (label, [one for one in waiting if one.state == state])
            for state, label in (("asked", "To assess"), ("held", "Held: to look at"),
                                 ("assessed", "To approve"), ("approved", "To pay"))
        ],
        "funds": [(fund, granting.balance(fund)) for fund in Fund.objects.all()],
        "reviews": AwardReview.objects.filter(decided_on=None).select_related("award__fund"),
        "late": granting.late_reviews(today), "today": today,
        "runs": PaymentRun.objects.select_related("fund")[:10],
        "returns": FundReturn.objects.select_related("fund")[:10], "roles": roles_of(request.user),
    }  # fmt: skip
    return render(request, "helps/grants_today.html", context)


@handler
def apply(request: SignedInRequest, code: str) -> HttpResponse:
    """A handler asks a fund for money, for the resident of a case."""
    found = access.get_case_for(request.user, code)
    address = found.get_absolute_url()

    def do(said: dict[str, Any]) -> None:
        fund = said.pop("fund")
        granting.apply(fund=fund, resident=found.resident, request=found, values=said,
                       by=request.user)  # fmt: skip

    return act(
        request, AwardForm(request.POST or None), do,
        said="Asked for. A grants assessor looks at it.", to=address,
        back=(address, f"Case {code}"), heading="Ask for a hardship grant", button="Ask for it",
    )  # fmt: skip


@staff(*GRANTS)
def award(request: SignedInRequest, code: str) -> HttpResponse:
    found = get_award_for(request.user, code)
    context = {
        "award": found, "resident": found.resident, "roles": roles_of(request.user),
        "repeats": granting.repeats_of(found) if found.state in ("asked", "held") else [],
        "approvals": found.approvals.select_related("by"),
        "needed": found.fund.approvals_for(found.amount) if found.amount else 1,
        "payments": found.payments.select_related("run"), "reviews": found.reviews.all(),
        "balance": granting.balance(found.fund),
        "earlier": found.resident.awards.exclude(pk=found.pk).select_related("fund"),
    }  # fmt: skip
    return render(request, "helps/award.html", context)


def of_award(code: str) -> dict[str, Any]:
    address = reverse("award", args=[code])
    return {"to": address, "back": (address, f"Award {code}")}


@staff(ASSESSOR)
def assess(request: SignedInRequest, code: str) -> HttpResponse:
    found = get_award_for(request.user, code)
    return act(
        request, AssessForm(request.POST or None, initial={"amount": found.asked}),
        lambda said: granting.assess(award=found, by=request.user, **said),
        said="Assessed. Somebody else decides.", heading="Assess", button="Assess it",
        **of_award(code),
    )  # fmt: skip


@staff(APPROVER)
def release(request: SignedInRequest, code: str) -> HttpResponse:
    found = get_award_for(request.user, code)
    return act(
        request, BecauseForm(request.POST or None),
        lambda said: granting.release(award=found, by=request.user, **said),
        said="It goes on.", heading="Let it go on", button="Let it go on",
        before="Held: " + "; ".join(found.held), **of_award(code),
    )  # fmt: skip


@staff(APPROVER)
@require_POST
def approve(request: SignedInRequest, code: str) -> HttpResponse:
    found = get_award_for(request.user, code)
    try:
        made = granting.approve(award=found, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        if made.state == Award.State.APPROVED:
            messages.success(request, "Approved. Finance pays it.")
        else:
            messages.success(request, "Your yes is kept. It takes another one.")
    return redirect("award", code)


@staff(APPROVER)
def refuse(request: SignedInRequest, code: str) -> HttpResponse:
    found = get_award_for(request.user, code)
    return act(
        request, RefuseForm(request.POST or None, initial={"words": found.words}),
        lambda said: granting.refuse(award=found, by=request.user, **said),
        said="Refused. The letter gives the reasons and how to ask for a review.",
        heading="Refuse", button="Refuse it", danger=True, **of_award(code),
    )  # fmt: skip


@staff(APPROVER)
def cancel(request: SignedInRequest, code: str) -> HttpResponse:
    found = get_award_for(request.user, code)
    return act(
        request, BecauseForm(request.POST or None),
        lambda said: granting.cancel(award=found, by=request.user, **said),
        said="Cancelled; the money is free again.", heading="Cancel", button="Cancel it",
        danger=True, **of_award(code),
    )  # fmt: skip


@staff(*GRANTS)
def letter(request: SignedInRequest, code: str) -> HttpResponse:
    """The letter, as a page to print: decision, reasons, how to ask for a review."""
    found = get_award_for(request.user, code)
    if found.decided_at is None:
        raise Http404
    return render(request, "helps/letter.html", granting.letter(found))


@staff(*GRANTS)
def review_ask(request: SignedInRequest, code: str) -> HttpResponse:
    found = get_award_for(request.user, code)
    return act(
        request, BecauseForm(request.POST or None),
        lambda said: granting.ask_review(award=found, words=said["because"], by=request.user),
        said="Written down. Another officer decides, within the time limit.",
        heading="They ask for a review", button="Write it down", **of_award(code),
    )  # fmt: skip


@staff(APPROVER)
def review_decide(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    found = get_award_for(request.user, code)
    review = get_object_or_404(found.reviews, pk=pk)
    return act(
        request, ReviewDecisionForm(request.POST or None, initial={"amount": review.was}),
        lambda said: granting.decide_review(review=review, by=request.user, **said),
        said="Decided.", heading="Decide the review", button="Decide",
        before=f"It was £{review.was:,.2f}. A review can't lower it.", **of_award(code),
    )  # fmt: skip


# --- Money ------------------------------------------------------------------------------------


@staff(FINANCE)
@require_POST
def run_make(request: SignedInRequest, code: str) -> HttpResponse:
    fund = get_object_or_404(Fund, code=code)
    try:
        run = granting.make_run(fund=fund, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("desk-grants")
    return redirect("payment-run", run.code)


@staff(FINANCE)
def run(request: SignedInRequest, code: str) -> HttpResponse:
    found = get_object_or_404(PaymentRun.objects.select_related("fund"), code=code)
    form = ReconcileForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        try:
            if request.POST.get("verb") == "close":
                granting.close_run(run=found, by=request.user)
                messages.success(request, "Closed: paid is approved less cancelled.")
                return redirect("payment-run", code)
            if form.is_valid():
                text = form.cleaned_data["file"].read().decode("utf-8-sig", errors="replace")
                paid, cancelled = granting.reconcile(run=found, text=text, by=request.user)
                messages.success(request, f"{paid} paid, {cancelled} cancelled.")
                return redirect("payment-run", code)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("payment-run", code)
    payments = found.payments.select_related("award")
    return render(request, "helps/payment_run.html",
                  {"run": found, "form": form, "payments": payments})  # fmt: skip


@staff(FINANCE)
def run_file(request: SignedInRequest, code: str) -> HttpResponse:
    found = get_object_or_404(PaymentRun, code=code)
    for payment in found.payments.select_related("award__resident"):
        access.note_read(request.user, payment.award.resident, what="payment", link="grants")
    response = HttpResponse(granting.payment_file(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="payments-{found.pk}.csv"'
    return response


@staff(FINANCE, APPROVER)
def return_make(request: SignedInRequest, code: str) -> HttpResponse:
    fund = get_object_or_404(Fund, code=code)
    desk = reverse("desk-grants")
    return act(
        request, ReturnForm(request.POST or None),
        lambda said: granting.make_return(fund=fund, by=request.user, **said),
        said="Made. Another finance officer signs it.", to=desk, back=(desk, "Grants"),
        heading=f"Return of {fund.name}", button="Make it",
    )  # fmt: skip


@staff(*GRANTS)
def return_page(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(FundReturn.objects.select_related("fund"), pk=pk)
    if request.method == "POST":
        try:
            granting.sign_return(made=found, by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("fund-return", pk)
    return render(request, "helps/fund_return.html",
                  {"made": found, "roles": roles_of(request.user)})  # fmt: skip


@staff(FINANCE)
def fund_add(request: SignedInRequest) -> HttpResponse:
    desk = reverse("desk-grants")

    def do(said: dict[str, Any]) -> None:
        above, most = said.pop("two_above"), said["most"]
        steps = [{"up_to": str(above), "approvals": 1}, {"up_to": str(max(most, above)),
                 "approvals": 2}]  # fmt: skip
        excuse = excuse_of(said)
        granting.open_fund(values=said | {"approvals": steps}, by=request.user, excuse=excuse)

    return act(
        request, FundForm(request.POST or None), do, said="The fund is open.", to=desk,
        back=(desk, "Grants"), heading="Open a fund", button="Open it",
    )  # fmt: skip

"""The money of grants: payment files, what finance sends back, what came back, returns, funds."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.cases import access
from commonweal.design.every_answer import only_read
from commonweal.design.words import in_pounds, many
from commonweal.grants import actions as granting
from commonweal.grants import methods
from commonweal.grants.access import get_award_for
from commonweal.grants.models import Award, Fund, PaymentRun
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from .forms.cases import BecauseForm
from .forms.grants import ReconcileForm

APPROVER, FINANCE = Role.GRANTS_APPROVER, Role.FINANCE_OFFICER


def owed() -> list[granting.Owed]:
    """Approved grants with money to go out, and the reason where it can't go out yet."""
    funds = Fund.objects.filter(awards__state=Award.State.APPROVED).distinct().order_by("pk")
    return [row for fund in funds for row in granting.owed_by(fund)]


def files_of(fund: Fund, owed: list[granting.Owed]) -> list[tuple[methods.Method, int]]:
    """(way, how many) of each file of a fund that has something to pay."""
    ready = [row.award.method for row in owed if row.award.fund_id == fund.pk and not row.why]
    known = methods.allowed(ready)
    return [(method, ready.count(method.code)) for method in known]


@staff(FINANCE)
@require_POST
def run_make(request: SignedInRequest, code: str) -> HttpResponse:
    fund = get_object_or_404(Fund, code=code)
    try:
        method = request.POST.get("method", "transfer")
        run = granting.make_run(fund=fund, method=method, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("desk-grants")
    left = [
        owed
        for owed in granting.owed_by(fund)
        if owed.award.method == run.method and not owed.award.payments.filter(run=run)
    ]
    if left:
        messages.info(
            request,
            f"Not in it, as they wait: {many(len(left), 'grant')}; Grants lists them with why.",
        )
    return redirect("payment-run", run.code)


@staff(FINANCE)
def run(request: SignedInRequest, code: str) -> HttpResponse:
    run = get_object_or_404(PaymentRun.objects.select_related("fund"), code=code)
    form = ReconcileForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        try:
            if request.POST.get("verb") == "close":
                granting.close_run(run=run, by=request.user)
                messages.success(request, "Closed: paid is approved less cancelled.")
                return redirect("payment-run", code)
            if form.is_valid():
                upload = form.cleaned_data["file"]
                paid, cancelled = granting.reconcile(
                    run=run, text=upload.read(), name=upload.name, by=request.user
                )
                counts = f"{paid} paid, {cancelled} cancelled."
                is_new = bool(paid or cancelled)
                messages.success(request, counts if is_new else "All of it was read before.")
                return redirect("payment-run", code)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("payment-run", code)
    payments = run.payments.select_related("award").prefetch_related("decisions", "returns")
    context = {
        "run": run,
        "method": granting.method_of_run(run),
        "form": form,
        "payments": payments,
        "has_file": run.closed_on is None and payments.filter(state="sent").exists(),
    }
    return render(request, "desk/payment_run.html", context)


@staff(FINANCE)
@only_read
def run_file(request: SignedInRequest, code: str) -> HttpResponse:
    run = get_object_or_404(PaymentRun, code=code)
    try:
        text = granting.payment_file(run)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("payment-run", code)
    for payment in granting.to_pay(run):
        access.note_read(request.user, payment.award.resident, what="payment", link="grants")
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="payments-{run.pk}.csv"'
    return response


# --- Paid, and it came back -------------------------------------------------------------------


@staff(FINANCE)
def say_back(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """A finance officer says that a paid payment came back; a second officer has to agree."""
    grant = get_award_for(request.user, code)
    payment = get_object_or_404(grant.payments.select_related("run"), pk=pk)
    method = granting.method_of(grant)
    address = reverse("award", args=[code])
    return act(
        request,
        BecauseForm(request.POST or None),
        lambda answers: granting.say_returned(payment=payment, by=request.user, **answers),
        said="Written down. A second officer has to agree; until then it counts as paid.",
        to=address,
        back=(address, f"Grant {code}"),
        heading="This payment came back",
        button="Write it down",
        before=f"{in_pounds(payment.amount)}, paid. What does {method.sends_back} say?",
    )


@staff(FINANCE, APPROVER)
@require_POST
def decide_back(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    grant = get_award_for(request.user, code)
    payment = get_object_or_404(grant.payments, pk=pk)
    returned = payment.returns.filter(state="asked").first()
    agrees = request.POST.get("agrees") == "yes"
    try:
        if returned is None:
            raise Refused("Nobody says any more that this payment came back.")
        granting.decide_returned(returned=returned, agrees=agrees, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request,
            "It came back: the desk corrects where it goes." if agrees else "It stays paid.",
        )
    return redirect("award", code)

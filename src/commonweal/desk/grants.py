"""The grants desk: applications, assessing, approving, paying, reviews, returns."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, roles_of, staff
from commonweal.accounts.models import Role
from commonweal.cases import access
from commonweal.design.every_answer import only_read
from commonweal.grants import actions as granting
from commonweal.grants.access import GRANTS, get_award_for, may_read_case
from commonweal.grants.models import (
    Award,
    AwardReview,
    Fund,
    FundReturn,
    PaymentRun,
    ReturnedPayment,
)
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from . import grant_money as grants_money
from .forms.cases import BecauseForm
from .forms.grants import AssessForm, AwardForm, RefuseForm
from .grant_methods import ACCOUNT_SHOWN, KNOWS_WHY
from .handling import handler

ASSESSOR, APPROVER = Role.GRANTS_ASSESSOR, Role.GRANTS_APPROVER


STEPS = (
    ("asked", "To assess"),
    ("held", "Held: to look at"),
    ("assessed", "To approve"),
    ("approved", "To pay"),
)


# So many of a step are shown at first.
FIRST = 30


def _each_once(owed: list[granting.Owed], shown_of: str) -> dict[str, Any]:
    """Grants by what is to be done, each in one list: what came back, then what can't be paid yet,
    then its step."""
    to_do = granting.to_do()
    back = list(ReturnedPayment.objects.filter(state="asked").select_related("payment__award"))
    apart = {row.award.pk for row in to_do} | {returned.payment.award_id for returned in back}
    waits = [row for row in owed if row.why and row.award.pk not in apart]
    return {
        "to_do": to_do,
        "back": back,
        "back_count": len(to_do) + len(back),
        "waits": waits,
        "steps": _by_step(apart | {row.award.pk for row in waits}, shown_of),
    }


def _by_step(apart: set[int], shown_of: str) -> list[tuple[str, str, list[Award], list[Award]]]:
    """Grants that wait, by their step, but for those that stand in a list of their own; and those
    of them that are shown, which are all of one step."""
    waiting = [grant for grant in granting.waiting() if grant.pk not in apart]
    steps = []
    for state, label in STEPS:
        of_step = [grant for grant in waiting if grant.state == state]
        steps.append((state, label, of_step, of_step if state == shown_of else of_step[:FIRST]))
    return steps


@staff(*GRANTS)
@only_read
def today(request: SignedInRequest) -> HttpResponse:
    """What waits, by step; funds with what is left. No names in the list."""
    today, owed = timezone.localdate(), grants_money.owed()
    context = {
        **_each_once(owed, request.GET.get("all", "")),
        "funds": [
            (fund, granting.balance(fund), grants_money.files_of(fund, owed))
            for fund in Fund.objects.all()
        ],
        "reviews": AwardReview.objects.filter(decided_on=None).select_related("award__fund"),
        "late": granting.late_reviews(today),
        "today": today,
        "codes_to_give": granting.to_hand_over(),
        "runs": PaymentRun.objects.order_by("-made_on", "-id").select_related("fund")[:10],
        "returns": FundReturn.objects.select_related("fund")[:10],
        "roles": roles_of(request.user),
    }
    return render(request, "desk/grants_today.html", context)


@handler
def apply(request: SignedInRequest, code: str) -> HttpResponse:
    """A handler asks a fund for money, for the resident of a case."""
    case = access.get_case_with_person_for(request.user, code)
    address = case.get_absolute_url()

    def do(answers: dict[str, Any]) -> Award:
        values = dict(answers)
        fund = values.pop("fund")
        return granting.apply(
            fund=fund, resident=case.resident, case=case, values=values, by=request.user
        )

    def goes_on(grant: Award) -> str:
        """A bank transfer was asked about on this page; another way has a page of its own."""
        is_whole = grant.method == "transfer"
        return address if is_whole else reverse("desk-grant-account", args=[grant.code])

    return act(
        request,
        AwardForm(request.POST or None),
        do,
        said="Asked for. A grants assessor looks at it.",
        to=goes_on,
        back=(address, f"Case {code}"),
        heading="Ask for a hardship grant",
        button="Ask for it",
    )


@staff(*GRANTS)
@only_read
def award(request: SignedInRequest, code: str) -> HttpResponse:
    """One grant: what was asked for, every act about it with its author, its money."""
    grant = get_award_for(request.user, code)
    now = granting.standing_of(grant)
    needed = now.needed or (grant.fund.approvals_for(grant.amount) if grant.amount else 1)
    context = {
        "award": grant,
        "resident": grant.resident,
        "roles": roles_of(request.user),
        "now": now,
        "may_read_case": may_read_case(request.user, grant),
        "method": granting.method_of(grant),
        "details": granting.details_of(grant, in_full=True),
        "issued": granting.code_of(grant),
        "repeats": granting.repeats_of(grant) if grant.state in Award.OPEN else [],
        "entries": grant.decisions.select_related("by", "payment"),
        "needed": needed,
        "has_said": request.user.pk in now.yes,
        "is_first": request.user.pk in now.had_part,
        "account_mark": granting.account_mark(grant),
        "may_see": now.account_by != request.user.pk and granting.is_complete(grant),
        "other_name": granting.other_name_in_words(grant),
        "may_change": not granting.why_no_change(grant),
        "why_not": granting.why_not(grant) if granting.owed_of(grant) > 0 else "",
        "payments": grant.payments.select_related("run").prefetch_related("returns__asked_by"),
        "review": grant.reviews.order_by("-id").first(),
        "ask_until": granting.ask_until(grant),
        "balance": granting.balance(grant.fund),
        "earlier": grant.resident.awards.exclude(pk=grant.pk).select_related("fund"),
        "today": timezone.localdate(),
    }
    return render(request, "desk/award.html", context)


def of_award(code: str) -> dict[str, Any]:
    address = reverse("award", args=[code])
    return {"to": address, "back": (address, f"Grant {code}")}


@staff(ASSESSOR)
def assess(request: SignedInRequest, code: str) -> HttpResponse:
    grant = get_award_for(request.user, code)
    return act(
        request,
        AssessForm(
            request.POST or None,
            initial={"amount": grant.asked},
            is_other_name=bool(granting.other_name_in_words(grant)),
        ),
        lambda answers: granting.assess(award=grant, by=request.user, **answers),
        said="Assessed. Somebody else decides.",
        heading="Assess",
        button="Assess it",
        **of_award(code),
    )


@staff(APPROVER)
def release(request: SignedInRequest, code: str) -> HttpResponse:
    grant = get_award_for(request.user, code)
    return act(
        request,
        BecauseForm(request.POST or None),
        lambda answers: granting.release(
            award=grant, by=request.user, shown=request.POST.get("seen", ""), **answers
        ),
        said="It goes on.",
        seen=granting.reasons_mark(grant),
        heading="Let it go on",
        button="Let it go on",
        before="Held: " + "; ".join(grant.held),
        **of_award(code),
    )


@staff(APPROVER)
@require_POST
def approve(request: SignedInRequest, code: str) -> HttpResponse:
    grant = get_award_for(request.user, code)
    try:
        shown = request.POST.get(ACCOUNT_SHOWN, "")
        approved = granting.approve(
            award=grant, by=request.user, shown=shown, knows_why=KNOWS_WHY in request.POST
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        if approved.state == Award.State.APPROVED:
            messages.success(request, "Approved. Finance pays it.")
        else:
            messages.success(request, "Your yes is kept. It takes another one.")
    return redirect("award", code)


@staff(APPROVER)
def refuse(request: SignedInRequest, code: str) -> HttpResponse:
    """The reasons begin with what the assessor wrote; what is sent stands under the refuser."""
    grant = get_award_for(request.user, code)
    assessed = grant.decisions.filter(kind="assessed").first()
    return act(
        request,
        RefuseForm(request.POST or None, initial={"words": assessed and assessed.words}),
        lambda answers: granting.refuse(award=grant, by=request.user, **answers),
        said="Refused. The letter gives the reasons and how to ask for a review.",
        heading="Refuse",
        button="Refuse it",
        danger=True,
        **of_award(code),
    )


@staff(APPROVER)
def cancel(request: SignedInRequest, code: str) -> HttpResponse:
    grant = get_award_for(request.user, code)
    return act(
        request,
        BecauseForm(request.POST or None),
        lambda answers: granting.cancel(award=grant, by=request.user, **answers),
        said="Cancelled; the money is free again.",
        heading="Cancel",
        button="Cancel it",
        danger=True,
        before="The letter gives your reason.",
        **of_award(code),
    )


@staff(*GRANTS)
def withdraw(request: SignedInRequest, code: str) -> HttpResponse:
    grant = get_award_for(request.user, code)
    return act(
        request,
        BecauseForm(request.POST or None),
        lambda answers: granting.withdraw(award=grant, by=request.user, **answers),
        said="Withdrawn. No letter goes out.",
        heading="Withdraw the application",
        button="Withdraw it",
        danger=True,
        **of_award(code),
    )

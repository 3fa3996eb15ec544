"""Grants that wait for an officer, in their digest: by reference and fund, never by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.models import Role
from commonweal.cases.access import HANDLERS
from commonweal.pledges import role_queues
from commonweal.pledges.role_queues import RoleQueue, Rows, Waits

from .entries import standing_of
from .handing_over import to_hand_over
from .models import Award, AwardReview, Fund, FundReturn, GrantDecision, ReturnedPayment
from .paying import NOT_BY_WHO, owed_by

ASKED = GrantDecision.Kind.ASKED


def _waits(
    award: Award, step: str, apart_from: Iterable[int | None], since: date, more: str = ""
) -> Waits:
    return Waits(
        f"grant-{step}-{award.code}",
        f"Grant {award.code}, {award.fund.name}{more}",
        since,
        reverse("award", args=[award.code]),
        frozenset(apart_from),
    )


def _in_state(state: str) -> Iterator[Award]:
    awards = Award.objects.filter(state=state).select_related("fund")
    return awards.order_by("asked_on", "id").iterator(200)


def _to_assess(on: date) -> Iterator[Waits]:
    for award in _in_state(Award.State.ASKED):
        yield _waits(award, "assess", set(), award.asked_on)


def _held(on: date) -> Iterator[Waits]:
    for award in _in_state(Award.State.HELD):
        yield _waits(award, "held", {award.assessed_by_id}, award.asked_on)


def _to_approve(on: date) -> Iterator[Waits]:
    for award in _in_state(Award.State.ASSESSED):
        asked_by = award.decisions.filter(kind=ASKED).values_list("by", flat=True)
        apart_from = {award.assessed_by_id, *asked_by, *standing_of(award).yes}
        yield _waits(award, "approve", apart_from, award.asked_on)


def _reviews(on: date) -> Iterator[Waits]:
    open_ones = AwardReview.objects.filter(decided_on=None).select_related("award__fund")
    for review in open_ones.order_by("due_on", "id"):
        apart_from = standing_of(review.award).had_part
        until = f", to be decided by {review.due_on:%-d %B %Y}"
        late = "late-" if review.due_on < on else ""
        yield _waits(review.award, f"review-{late}{review.pk}", apart_from, review.asked_on, until)


def _to_pay(on: date) -> Iterator[Waits]:
    """What can go out now; what holds up the others waits for somebody else."""
    funds = Fund.objects.filter(awards__state=Award.State.APPROVED).order_by("pk").distinct()
    for owed in (owed for fund in funds for owed in owed_by(fund) if not owed.why):
        took_part = owed.award.decisions.filter(kind__in=NOT_BY_WHO)
        apart_from = took_part.values_list("by", flat=True)
        yield _waits(owed.award, f"pay-{owed.amount}", apart_from, owed.award.asked_on)


def _came_back(on: date) -> Iterator[Waits]:
    waiting = ReturnedPayment.objects.filter(state=ReturnedPayment.State.ASKED)
    for back in waiting.select_related("payment__award__fund").order_by("asked_at", "id"):
        asked_on = timezone.localdate(back.asked_at)
        yield _waits(back.payment.award, f"back-{back.pk}", {back.asked_by_id}, asked_on)


def _to_sign(on: date) -> Iterator[Waits]:
    for fund_return in (
        FundReturn.objects.filter(signed_on=None).select_related("fund").order_by("pk")
    ):
        path = reverse("fund-return", args=[fund_return.pk])
        name = f"{fund_return.fund.name}, up to {fund_return.upto:%-d %B %Y}"
        yield Waits(f"fund-return-{fund_return.pk}", name, fund_return.upto, path)


def _codes(on: date) -> Iterator[Waits]:
    """To the handler of the case, who gives the person their code."""
    for award in to_hand_over():
        if award.case is not None and award.case.assigned_to_id is not None:
            yield Waits(
                f"grant-code-{award.code}",
                f"Grant {award.code}",
                award.asked_on,
                reverse("desk-grant-code", args=[award.code]),
                only_for=frozenset({award.case.assigned_to_id}),
            )


ASSESSOR, APPROVER, FINANCE = (
    (Role.GRANTS_ASSESSOR,),
    (Role.GRANTS_APPROVER,),
    (Role.FINANCE_OFFICER,),
)
DESK = "desk-grants"


def _in_step(code: str, title: str, roles: tuple[Role, ...], state: str, rows: Rows) -> RoleQueue:
    """A queue of grants in one step; the page of grants has each step in a list of its own."""
    return RoleQueue(code, title, roles, DESK, rows, at=f"?all={state}#{state}")


role_queues.add(
    _in_step("grants-to-assess", "grant to assess,grants to assess", ASSESSOR, "asked", _to_assess),
    _in_step(
        "grants-held", "held grant to look at,held grants to look at", APPROVER, "held", _held
    ),
    _in_step(
        "grants-to-approve", "grant to approve,grants to approve", APPROVER, "assessed", _to_approve
    ),
    RoleQueue(
        "grant-reviews",
        "review of a grant to decide,reviews of grants to decide",
        APPROVER,
        DESK,
        _reviews,
        at="#reviews",
    ),
    _in_step("grants-to-pay", "grant to pay,grants to pay", FINANCE, "approved", _to_pay),
    RoleQueue(
        "payments-back",
        "payment that came back waits for a second officer,"
        "payments that came back wait for a second officer",
        (*FINANCE, *APPROVER),
        DESK,
        _came_back,
        at="#came-back",
    ),
    RoleQueue(
        "fund-returns",
        "return of a fund to sign,returns of funds to sign",
        FINANCE,
        DESK,
        _to_sign,
        at="#files",
    ),
    RoleQueue(
        "grant-codes",
        "code to hand over,codes to hand over",
        tuple(HANDLERS),
        "desk-help",
        _codes,
        at="#codes",
    ),
)

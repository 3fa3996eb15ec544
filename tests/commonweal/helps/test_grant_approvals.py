"""Approving, refusing, withdrawing and cancelling a grant: each bound to the day and the penny, and
each person who may not."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from commonweal.accounts.models import Event
from commonweal.grants import actions as granting
from commonweal.grants.models import Award, Fund
from commonweal.office.errors import Refused

from .granted import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(fund, leah, mei, robert, wanda, imran, asks_for_help) -> Desk:
    cast = {"leah": leah, "mei": mei, "robert": robert, "wanda": wanda, "imran": imran}
    return Desk(fund, cast, asks_for_help)


@pytest.fixture
def both(new_person, today) -> Any:
    """Assesses, approves and takes calls, each by an appointment of its own."""
    person = new_person("bo", "Bo Both", role="grants_assessor")
    for role in ("grants_approver", "call_handler"):
        person.appointments.create(role=role, starts_on=today, ends_on=today, because="x")
    return person


def recorded(verb: str) -> list[tuple[Any, Any]]:
    return [(event.by_code, event.detail.get("state")) for event in Event.objects.filter(verb=verb)]


def state_of(award: Award) -> tuple[str, Decimal | None]:
    award.refresh_from_db()
    return award.state, award.amount


# --- Approving --------------------------------------------------------------------------------


def test_on_a_fund_s_last_day_and_to_its_last_penny_a_grant_is_approved(desk, robert, fund, today):
    Fund.objects.update(ends_on=today, budget=Decimal(80))
    award = granting.approve(award=desk.assessed(80), by=robert)
    assert state_of(award) == ("approved", 80)
    assert recorded("grant approved") == [(robert.code, "approved")]
    fund.refresh_from_db()
    assert granting.balance(fund).left == 0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"budget": Decimal("79.99")}, r"has £79\.99 left"),
        ({"ends_on": timedelta(days=-1)}, "ended on"),
    ],
)
def test_a_penny_or_a_day_too_few_refuses_it(desk, robert, today, change, why):
    award = desk.assessed(80)
    if "ends_on" in change:
        change = {"ends_on": today + change["ends_on"]}
    Fund.objects.update(**change)
    with pytest.raises(Refused, match=why):
        granting.approve(award=award, by=robert)
    assert state_of(award) == ("assessed", 80)
    assert recorded("grant approved") == []


@pytest.mark.parametrize("name", ["leah", "mei", "imran", "grace"])
def test_nobody_else_approves(desk, request, name):
    award = desk.assessed(80)
    with pytest.raises(Refused, match="role of grants approver"):
        granting.approve(award=award, by=request.getfixturevalue(name))
    assert state_of(award) == ("assessed", 80)


def test_what_nobody_assessed_is_not_approved(desk, robert):
    with pytest.raises(Refused, match="Only an assessed grant can be approved"):
        granting.approve(award=desk.asked(80), by=robert)


def test_what_is_decided_is_not_approved_again(desk, robert, wanda):
    award = desk.approved(80)
    with pytest.raises(Refused, match="Only an assessed grant can be approved"):
        granting.approve(award=award, by=wanda)


def test_who_assessed_it_does_not_approve_it(desk, both):
    award = granting.assess(award=desk.asked(80), amount=Decimal(80), words="x", by=both)
    with pytest.raises(Refused, match="You assessed this grant"):
        granting.approve(award=award, by=both)
    assert state_of(award) == ("assessed", 80)


def test_who_asked_for_it_does_not_approve_it(desk, both, mei):
    desk.people["leah"] = both
    award = desk.assessed(80)
    with pytest.raises(Refused, match="You asked for this grant"):
        granting.approve(award=award, by=both)
    assert state_of(award) == ("assessed", 80)


def test_nobody_approves_twice(desk, robert, wanda):
    award = granting.approve(award=desk.assessed(101), by=robert)
    with pytest.raises(Refused, match="You approved this already"):
        granting.approve(award=award, by=robert)
    assert state_of(award) == ("assessed", 101)
    assert state_of(granting.approve(award=award, by=wanda)) == ("approved", 101)


def test_a_penny_can_be_approved_and_nothing_can_not(desk, robert):
    cases = [(Decimal("0.01"), desk.asked(80)), (Decimal(0), desk.asked(80))]
    penny, nothing = (
        granting.assess(award=award, amount=amount, words="x", by=desk.people["mei"])
        for amount, award in cases
    )
    assert granting.approve(award=penny, by=robert).state == "approved"
    with pytest.raises(Refused, match="There is nothing to approve"):
        granting.approve(award=nothing, by=robert)


def test_a_whole_pound_can_be_approved(desk, robert):
    assert granting.approve(award=desk.assessed(1), by=robert).state == "approved"


def test_who_looked_at_another_account_does_not_approve_this_one(desk, robert):
    award = desk.assessed(80)
    with pytest.raises(Refused, match="Somebody changed the account"):
        granting.approve(award=award, by=robert, shown="of another account")
    assert state_of(award) == ("assessed", 80)


def test_what_is_held_is_not_approved(desk, robert, mei):
    first = desk.approved(80)
    case = desk.asks_for_help("energy", by=desk.people["leah"], resident=first.resident)
    second = desk.assessed(50, case=case)
    assert second.state == "held"
    with pytest.raises(Refused, match=f"It is held: .*{first.code}.*Somebody has to look first"):
        granting.approve(award=second, by=robert)
    # It can be refused as it is.
    granting.refuse(award=second, words="Helped last week.", by=robert)
    assert state_of(second)[0] == "refused"


# --- Refusing, withdrawing, cancelling --------------------------------------------------------


def test_a_refusal_has_its_reasons_and_stands_in_the_record(desk, robert):
    award = desk.assessed(80)
    with pytest.raises(Refused, match="Write the reasons"):
        granting.refuse(award=award, words=" ", by=robert)
    granting.refuse(award=award, words="Helped last week.", by=robert)
    assert state_of(award)[0] == "refused"
    assert award.decisions.get(kind="refused").words == "Helped last week."
    assert [by for by, _ in recorded("grant refused")] == [robert.code]
    with pytest.raises(Refused, match="Only an assessed grant can be refused"):
        granting.refuse(award=award, words="Again.", by=robert)


def test_who_may_not_refuse(desk, mei, both):
    award = granting.assess(award=desk.asked(80), amount=Decimal(80), words="x", by=both)
    for person, why in ((mei, "role of grants approver"), (both, "You assessed this grant")):
        with pytest.raises(Refused, match=why):
            granting.refuse(award=award, words="No.", by=person)
    assert state_of(award) == ("assessed", 80)


def test_an_application_is_withdrawn_before_it_is_decided_and_not_after(desk, leah, robert):
    for award in (desk.asked(80), desk.assessed(80)):
        with pytest.raises(Refused, match="Say why it is withdrawn"):
            granting.withdraw(award=award, because="", by=leah)
        granting.withdraw(award=award, because="She found work.", by=leah)
        assert state_of(award)[0] == "withdrawn"
        assert award.decisions.get(kind="withdrawn").words == "She found work."
    assert [by for by, _ in recorded("grant withdrawn")] == [leah.code, leah.code]
    with pytest.raises(Refused, match="This grant is approved: only an application"):
        granting.withdraw(award=desk.approved(80), because="Too late.", by=leah)


@pytest.mark.parametrize("name", ["yusuf", "maya"])
def test_who_works_elsewhere_withdraws_nothing(desk, request, name):
    award = desk.asked(80)
    with pytest.raises(Refused, match="a place at the help desk"):
        granting.withdraw(award=award, because="x", by=request.getfixturevalue(name))
    assert state_of(award)[0] == "asked"


def test_an_approved_grant_is_cancelled_until_its_payment_is_under_way(desk, robert, mei):
    award, paying = desk.approved(80), desk.approved(70)
    for person, because, why in (
        (mei, "He moved away.", "role of grants approver"),
        (robert, "", "Say why it is cancelled"),
    ):
        with pytest.raises(Refused, match=why):
            granting.cancel(award=award, because=because, by=person)
    granting.cancel(award=award, because="He moved away.", by=robert)
    assert state_of(award)[0] == "cancelled"
    assert award.decisions.get(kind="cancelled").words == "He moved away."
    assert [by for by, _ in recorded("grant cancelled")] == [robert.code]
    with pytest.raises(Refused, match="Only an approved grant can be cancelled"):
        granting.cancel(award=award, because="Again.", by=robert)
    desk.run()
    with pytest.raises(Refused, match="A payment is under way"):
        granting.cancel(award=paying, because="Too late.", by=robert)
    assert state_of(paying)[0] == "approved"

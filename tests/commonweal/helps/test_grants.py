"""Hardship grants: three acts, two people, the window, the review, the money to the penny."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from commonweal.grants import actions as granting
from commonweal.grants.models import Award, AwardReview, Fund, Payment, PaymentRun
from commonweal.office.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def applied(asks_for_help, leah, fund) -> Any:
    def apply(asked: int = 80, account: str = "11112222", **person: Any) -> Award:
        person.setdefault("first_name", "Zebedee")
        request = person.pop("case", None) or asks_for_help("money", by=leah, **person)
        return granting.apply(
            fund=fund,
            resident=request.resident,
            case=request,
            by=leah,
            values={
                "category": "food",
                "reason": "GTIR010",
                "purpose": "GTIP070",
                "asked": Decimal(asked),
                "payee": request.resident.full_name,
                "sort_code": "200000",
                "account": account,
            },
        )

    return apply


@pytest.fixture
def approved(applied, mei, robert, wanda) -> Any:
    def approve(asked: int = 80, **more: Any) -> Award:
        award = granting.assess(
            award=applied(asked, **more), amount=Decimal(asked), words="No money.", by=mei
        )
        if award.state == "held":
            granting.release(award=award, because="Looked at.", by=robert)
        granting.approve(award=award, by=robert)
        award.refresh_from_db()
        if award.state != "approved":
            granting.approve(award=award, by=wanda)
            award.refresh_from_db()
        return award

    return approve


def test_asked_assessed_approved_paid_by_three_acts(
    asks_for_help, leah, mei, robert, imran, fund, sign_in, client
):
    request = asks_for_help("money", by=leah)
    answers = {
        "fund": "hardship",
        "category": "food",
        "reason": "GTIR010",
        "purpose": "GTIP070",
        "asked": "80",
        "payee": "Z Quillfeather",
        "sort_code": "20-00-0",
        "account": "11112222",
    }
    page = sign_in(leah).post(f"{request.get_absolute_url()}grant/", answers)
    assert b"A sort code has six figures" in page.content
    sign_in(leah).post(f"{request.get_absolute_url()}grant/", answers | {"sort_code": "20-00-00"})
    award = Award.objects.get()
    base = f"/desk/grants/{award.code}/"
    assert sign_in(leah).get(base).status_code == 403
    assert b"Write the reasons" in sign_in(mei).post(f"{base}assess/", {"amount": "80"}).content
    sign_in(mei).post(f"{base}assess/", {"amount": "80", "words": "No money till Friday."})
    assert sign_in(mei).post(f"{base}approve/").status_code == 403
    approver = sign_in(robert)
    # Without what the page showed of the account it is no yes.
    approver.post(f"{base}approve/")
    award.refresh_from_db()
    assert award.state == "assessed"
    approver.post(f"{base}approve/", {"shown-account": granting.account_mark(award)})
    award.refresh_from_db()
    assert award.state == "approved"
    letter = sign_in(robert).get(f"{base}letter/").content.decode()
    for said in ("You are awarded £80", "No money till Friday.", "never less", "within 15 days"):
        assert said in letter
    client_ = sign_in(imran)
    client_.post("/desk/grants/funds/hardship/pay/")
    run = PaymentRun.objects.get()
    file = client_.get(f"/desk/grants/runs/{run.code}/payments.csv")
    assert f"{award.code},200000,11112222,Z Quillfeather,80.00" in file.content.decode()
    assert "Zebedee" not in file["Content-Disposition"]
    no = client_.post(
        f"/desk/grants/runs/{run.code}/", {"verb": "close"}, follow=True
    ).content.decode()
    assert (
        "The day can&#x27;t close: £80.00 were approved, £0.00 cancelled, £0.00 paid, and £80.00"
        in no
    )
    back = SimpleUploadedFile(
        "b.csv",
        f"reference,state,amount,on\n{award.code},paid,80.00,{timezone.localdate()}\n".encode(),
    )
    client_.post(f"/desk/grants/runs/{run.code}/", {"file": back})
    client_.post(f"/desk/grants/runs/{run.code}/", {"verb": "close"})
    run.refresh_from_db()
    assert run.closed_on is not None
    award.refresh_from_db()
    assert award.state == "paid"


def test_nobody_assesses_and_approves(applied, mei, robert, new_person, today):
    both = new_person("bo", "Bo", role="grants_assessor")
    both.appointments.create(role="grants_approver", starts_on=today, ends_on=today, because="x")
    award = granting.assess(award=applied(), amount=Decimal(50), words="x", by=both)
    with pytest.raises(Refused, match="You assessed this grant"):
        granting.approve(award=award, by=both)
    with pytest.raises(Refused, match="role of grants approver"):
        granting.approve(award=award, by=mei)
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=award.pk).update(decided_by=both)


def test_the_approvals_that_an_amount_takes(applied, mei, robert, wanda):
    award = granting.assess(award=applied(250), amount=Decimal(250), words="x", by=mei)
    assert granting.approve(award=award, by=robert).state == "assessed"
    with pytest.raises(Refused, match="You approved this already"):
        granting.approve(award=award, by=robert)
    assert granting.approve(award=award, by=wanda).state == "approved"
    with pytest.raises(Refused, match="Only an assessed grant"):
        granting.approve(award=award, by=wanda)


@pytest.mark.parametrize(
    ("again", "why"),
    [
        ({"same": "case"}, "The same person"),
        (
            {
                "first_name": "Other",
                "last_name": "Name",
                "phones": "07700 911111",
                "account": "99998888",
            },
            "The same address",
        ),
        (
            {
                "first_name": "Other",
                "last_name": "Name",
                "address": "1 Far Road",
                "postcode": "BF9 9ZZ",
            },
            "The same bank account",
        ),
    ],
)
def test_a_repeat_within_the_window_is_held_with_its_reason(
    applied, approved, mei, robert, wanda, again, why, sign_in, asks_for_help, leah
):
    first = approved()
    if again.pop("same", None):
        again["case"] = asks_for_help("energy", by=leah, resident=first.resident)
    second = granting.assess(award=applied(**again), amount=Decimal(50), words="x", by=mei)
    assert second.state == "held"
    assert any(said.startswith(why) and first.code in said for said in second.held)
    with pytest.raises(Refused, match="It is held"):
        granting.approve(award=second, by=robert)
    assert why in sign_in(robert).get(f"/desk/grants/{second.code}/").content.decode()
    with pytest.raises(Refused, match="Say why it may go on"):
        granting.release(award=second, because="", by=robert)
    granting.release(award=second, because="Two families.", by=robert)
    assert granting.approve(award=second, by=robert).state == "approved"


def test_a_postcode_without_a_house_is_no_address_that_two_share(applied, approved, mei):
    approved(address="", postcode="BF1 2AG")
    other = applied(
        first_name="Other",
        last_name="Name",
        phones="07700 911111",
        address="",
        postcode="BF1 2AG",
        account="99998888",
    )
    assert granting.assess(award=other, amount=Decimal(50), words="x", by=mei).held == []


def test_a_repeat_of_one_household_is_held_and_an_old_one_is_not(
    applied, approved, mei, leah, asks_for_help, today
):
    from commonweal.residents import households

    first = approved(address="", postcode="")
    other = asks_for_help("money", by=leah, first_name="Ida", address="", postcode="", phones="")
    households.join(resident=other.resident, housemate=first.resident, by=leah)
    other.resident.refresh_from_db()
    second = granting.assess(
        award=applied(case=other, account="55556666"), amount=Decimal(9), words="x", by=mei
    )
    assert second.held[0].startswith("The same household")
    Award.objects.filter(pk=first.pk).update(asked_on=today - timedelta(days=91))
    assert granting.repeats_of(second) == []


def test_money_runs_out_and_funds_end(applied, approved, mei, robert, wanda, fund, today, leah):
    for number in range(3):
        approved(
            300,
            first_name=f"P{number}",
            address=f"{number} A",
            account=f"1000000{number}",
            phones=f"07700 90000{number}",
            last_name=f"L{number}",
        )
    assert granting.balance(fund).left == 100
    award = granting.assess(
        award=applied(101, address="9 B", account="77778888", first_name="Zoe", last_name="Zed"),
        amount=Decimal(101),
        words="x",
        by=mei,
    )
    with pytest.raises(Refused, match=r"has £100\.00 left"):
        granting.approve(award=award, by=robert)
    Fund.objects.update(ends_on=today - timedelta(days=1))
    fund.refresh_from_db()
    with pytest.raises(Refused, match="takes applications until"):
        granting.apply(
            fund=fund,
            resident=award.resident,
            by=leah,
            values={
                "category": "food",
                "reason": "GTIR010",
                "purpose": "GTIP070",
                "asked": Decimal(1),
            },
        )
    Award.objects.filter(pk=award.pk).update(amount=50)
    with pytest.raises(Refused, match="ended on"):
        granting.approve(award=award, by=robert)


@pytest.mark.parametrize(
    ("amount", "said"),
    [("301", "£300 at most"), ("-1", "pounds and pence"), ("1.005", "pounds and pence")],
)
def test_amounts_that_are_refused(applied, mei, amount, said):
    with pytest.raises(Refused, match=said):
        granting.assess(award=applied(), amount=Decimal(amount), words="x", by=mei)


# --- Review -----------------------------------------------------------------------------------


def test_a_review_is_by_another_officer_in_time_and_never_lower(
    approved, robert, wanda, mei, sign_in, today, new_person
):
    award = approved(80)
    review = granting.ask_review(award=award, words="It was too little.", by=wanda)
    assert review.due_on == today + timedelta(days=15)
    with pytest.raises(Refused, match="open already"):
        granting.ask_review(award=award, words="", by=wanda)
    for person, amount, said in (
        (robert, 90, "had a part"),
        (mei, 90, "role of grants approver"),
        (wanda, 79, "can't lower"),
        (wanda, 301, "at most"),
    ):
        with pytest.raises(Refused, match=said):
            granting.decide_review(review=review, amount=Decimal(amount), words="x", by=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        AwardReview.objects.update(amount=10)
    base = f"/desk/grants/{award.code}/review/{review.pk}/"
    says = {"amount": "120", "words": "Two children were overlooked."}
    sign_in(wanda).post(base, says | {"seen": "0"})
    award.refresh_from_db()
    assert (award.amount, award.state) == (80, "approved")  # £120 takes two
    nils = new_person("nils", "Nils", role="grants_approver")
    sign_in(nils).post(base, says | {"seen": "1"})
    award.refresh_from_db()
    assert (award.amount, award.state) == (120, "approved")
    letter = sign_in(wanda).get(f"/desk/grants/{award.code}/letter/").content.decode()
    assert "Two children were overlooked." in letter


def test_a_refusal_can_be_reviewed_until_its_last_day(applied, mei, robert, wanda, today):
    award = granting.assess(award=applied(), amount=Decimal(0), words="x", by=mei)
    granting.refuse(award=award, words="Helped last week.", by=robert)
    award.refresh_from_db()
    with pytest.raises(Refused, match="could be asked for until"):
        granting.ask_review(award=award, words="", by=robert, on=today + timedelta(days=29))
    review = granting.ask_review(award=award, words="", by=robert, on=today + timedelta(days=28))
    assert granting.late_reviews(review.due_on) == []
    assert granting.late_reviews(review.due_on + timedelta(days=1)) == [review]
    granting.decide_review(
        review=review, amount=Decimal(40), words="It was another person.", by=wanda
    )
    award.refresh_from_db()
    assert (award.state, award.amount) == ("approved", 40)


def test_a_letter_of_refusal_says_how_to_ask(applied, mei, robert, sign_in):
    award = granting.assess(award=applied(), amount=Decimal(0), words="x", by=mei)
    granting.refuse(award=award, words="Helped last week.", by=robert)
    letter = sign_in(robert).get(f"/desk/grants/{award.code}/letter/").content.decode()
    for said in (
        "We can&#x27;t award you a grant",
        "Helped last week.",
        "somebody else looks again",
        award.code,
    ):
        assert said in letter.replace("can't", "can&#x27;t")


# --- Money ------------------------------------------------------------------------------------


def test_a_review_that_raises_pays_the_difference(
    approved, wanda, robert, imran, fund, today, new_person
):
    award = approved(80)
    first = granting.make_run(fund=fund, by=imran)
    granting.reconcile(
        run=first, by=imran, text=f"reference,state,amount,on\n{award.code},paid,80,{today}\n"
    )
    review = granting.ask_review(award=award, words="", by=wanda)
    granting.decide_review(review=review, amount=Decimal(130), words="x", by=wanda)
    nils = new_person("nils", "Nils", role="grants_approver")
    granting.decide_review(review=review, amount=Decimal(130), words="x", by=nils)
    second = granting.make_run(fund=fund, by=imran)
    assert [p.amount for p in second.payments.all()] == [50]
    with pytest.raises(Refused, match="Nothing waits"):
        granting.make_run(fund=fund, by=imran)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "needs the columns"),
        ("reference,state,amount\nG-NO,paid,80\n", "not in this run"),
        ("reference,state,amount,on\n{code},paid,79.99,2026-11-26\n", "the amount is 79.99"),
        ("reference,state,amount,on\n{code},paid,80,soon\n", "is no date"),
        ("reference,state,amount,because\n{code},cancelled,80,\n", "needs its reason"),
        ("reference,state,amount\n{code},maybe,80\n", "neither paid nor cancelled"),
    ],
)
def test_a_file_that_does_not_fit_changes_nothing(approved, imran, fund, text, said):
    award = approved(80)
    run = granting.make_run(fund=fund, by=imran)
    with pytest.raises(Refused, match=said):
        granting.reconcile(run=run, text=text.replace("{code}", award.code), by=imran)
    assert Payment.objects.get().state == "sent"


@given(some.lists(some.sampled_from(["paid", "cancelled", "sent"]), min_size=1, max_size=6))
def test_a_run_closes_exactly_when_paid_is_approved_less_cancelled(states):
    """Over the sums alone: no combination that does not add up can close."""
    amounts = [Decimal(10) * (i + 1) for i in range(len(states))]
    sums = {
        s: sum((a for a, x in zip(amounts, states, strict=True) if x == s), Decimal(0))
        for s in ("paid", "cancelled", "sent")
    }
    closes = not sums["sent"] and sums["paid"] == sum(amounts) - sums["cancelled"]
    assert closes == ("sent" not in states)


def test_who_assessed_or_approved_does_not_pay(approved, robert, fund, today):
    approved(80)
    robert.appointments.create(role="finance_officer", starts_on=today, ends_on=today, because="x")
    robert.__dict__.pop("_roles_today", None)
    with pytest.raises(Refused, match="Somebody else must pay"):
        granting.make_run(fund=fund, by=robert)


def test_a_cancelled_payment_frees_its_money(approved, imran, robert, fund):
    award = approved(80)
    run = granting.make_run(fund=fund, by=imran)
    with pytest.raises(Refused, match="A payment is under way"):
        granting.cancel(award=award, because="x", by=robert)
    granting.reconcile(
        run=run,
        by=imran,
        text=f"reference,state,amount,because\n{award.code},cancelled,80,Account closed\n",
    )
    granting.close_run(run=run, by=imran)
    with pytest.raises(Refused, match="closed"):
        granting.close_run(run=run, by=imran)
    granting.cancel(award=award, because="Moved away.", by=robert)
    assert granting.balance(fund).left == 1000


def test_a_return_is_signed_by_somebody_else_and_then_stands(
    approved, imran, fund, sign_in, today, new_person
):
    award = approved(80)
    run = granting.make_run(fund=fund, by=imran)
    with pytest.raises(Refused, match="not closed yet"):
        granting.make_return(fund=fund, upto=today, by=imran)
    granting.reconcile(
        run=run, by=imran, text=f"reference,state,amount,on\n{award.code},paid,80,{today}\n"
    )
    granting.close_run(run=run, by=imran)
    made = granting.make_return(fund=fund, upto=today, by=imran)
    assert made.figures["spent"] == "80.00"
    assert made.figures["unspent"] == "920.00"
    assert made.figures["carried_over"] == "0.00"
    assert made.figures["categories"] == {"food": {"awards": 1, "spent": "80.00"}}
    with pytest.raises(Refused, match="Somebody else must sign"):
        granting.sign_return(fund_return=made, by=imran)
    chief = new_person("chief", "Chief", role="finance_officer")
    sign_in(chief).post(f"/desk/grants/returns/{made.pk}/")
    made.refresh_from_db()
    assert made.signed_by == chief


def test_what_is_published_names_nobody_and_no_few(approved, imran, fund):
    for number in range(4):
        approved(
            80,
            first_name=f"P{number}",
            last_name=f"L{number}",
            address=f"{number} A",
            account=f"1000000{number}",
            phones=f"07700 90000{number}",
        )
    Award.objects.update(state="paid")
    assert granting.giving_360() == []
    approved(
        80,
        first_name="P9",
        last_name="L9",
        address="9 A",
        account="10000009",
        phones="07700 900009",
    )
    Award.objects.update(state="paid")
    rows = granting.giving_360()
    text = json.dumps(rows)
    assert len(rows) == 5
    for secret in ("P9", "L9", "10000009", "9 A", *Award.objects.values_list("code", flat=True)):
        assert f'"{secret}"' not in text
    assert rows[0]["toIndividualsDetails"] == {
        "primaryGrantReason": "GTIR010",
        "grantPurpose": ["GTIP070"],
    }
    assert rows[0]["awardDate"].endswith("-01")
    # Half past midnight in July, while it is still June in Greenwich.
    Award.objects.update(decided_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    assert {row["awardDate"] for row in granting.giving_360()} == {"2026-07-01"}


def test_rules_of_a_fund_are_in_order(today, imran):
    values = {"code": "x", "name": "X", "budget": Decimal(1), "starts_on": today, "ends_on": today}
    with pytest.raises(Refused, match="end before it begins"):
        granting.open_fund(values=values | {"ends_on": today - timedelta(days=1)}, by=imran)
    steps = [{"up_to": "100", "approvals": 2}, {"up_to": "200", "approvals": 1}]
    with pytest.raises(Refused, match="in order"):
        granting.open_fund(values=values | {"approvals": steps}, by=imran)


def test_a_fund_that_is_over_or_to_come_is_not_offered(fund, today, asks_for_help, leah, sign_in):
    for code, first, last in (("over", -90, -1), ("to-come", 1, 90)):
        Fund.objects.create(
            code=code,
            name=f"Fund {code}",
            budget=Decimal(1),
            starts_on=today + timedelta(days=first),
            ends_on=today + timedelta(days=last),
        )
    case = asks_for_help(by=leah)
    page = sign_in(leah).get(f"{case.get_absolute_url()}grant/").content.decode()
    assert "Hardship fund" in page
    assert "Fund over" not in page
    assert "Fund to-come" not in page

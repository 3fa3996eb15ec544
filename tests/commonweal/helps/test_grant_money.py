"""The money of grants: accounts seen by two, files that hold only what is complete, payments that
come back, closed runs; and whatever people do in whatever order, paid never exceeds approved."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.accounts.models import Event, Message
from commonweal.grants import actions as granting
from commonweal.grants.models import Award, Fund, Payment, PaymentRun, ReturnedPayment
from commonweal.office.errors import Refused

from .granted import Desk

pytestmark = pytest.mark.django_db
NEW = {"payee": "Z Quillfeather", "sort_code": "204060", "account": "12345678"}


@pytest.fixture
def ida(new_person) -> Any:
    """A second finance officer."""
    return new_person("ida", "Ida Blom", role="finance_officer")


@pytest.fixture
def desk(fund, leah, mei, robert, wanda, imran, ida, asks_for_help) -> Desk:
    cast = {"leah": leah, "mei": mei, "robert": robert, "wanda": wanda, "imran": imran, "ida": ida}
    return Desk(fund, cast, asks_for_help)


def page(client: Any, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


# --- Accounts ---------------------------------------------------------------------------------


def test_one_grant_without_bank_details_holds_up_no_other(desk, sign_in, imran, leah, robert):
    """security.md A8: nobody of the fund was paid, and no page could enter the account."""
    lacking = desk.approved(60, payee="", sort_code="", account="")
    whole = desk.approved(80)
    client = sign_in(imran)
    client.post("/desk/grants/funds/hardship/pay/")
    run = PaymentRun.objects.get()
    assert [p.award for p in run.payments.all()] == [whole]
    listed = page(sign_in(imran), "/desk/grants/")
    assert f"{lacking.code}</a> £60. No bank details yet." in listed
    # The desk completes it, with a link to the case, and a second person looks.
    handler = sign_in(leah)
    wrong = handler.post(
        f"/desk/help/grants/{lacking.code}/account/",
        {"payee": "Zed", "sort_code": "20-40", "account": "12345678"},
    )
    assert "A sort code has six figures" in wrong.content.decode()
    handler.post(
        f"/desk/help/grants/{lacking.code}/account/",
        {"payee": lacking.resident.full_name, "sort_code": "01-02-03", "account": "0012 3456"},
    )
    with pytest.raises(Refused, match="A second person has to look"):
        desk.run()
    lacking.refresh_from_db()
    shown = {"shown-account": granting.account_mark(lacking)}
    sign_in(robert).post(f"/desk/grants/{lacking.code}/account/seen/", shown)
    assert [p.award for p in desk.run().payments.all()] == [lacking]
    lacking.refresh_from_db()
    assert (lacking.sort_code, lacking.account) == ("010203", "00123456")


def test_whoever_gave_an_account_is_no_second_person(desk, robert, wanda, imran, sign_in):
    award = desk.approved(60)
    sign_in(robert).post(f"/desk/grants/{award.code}/account/", NEW)
    assert granting.why_not(award) == "A second person has to look at the account."
    with pytest.raises(Refused, match="You gave this account"):
        granting.see_account(award=award, by=robert)
    granting.see_account(award=award, by=imran, knows_why=True)
    with pytest.raises(Refused, match="looked at this account already"):
        granting.see_account(award=award, by=wanda)
    assert granting.why_not(award) == ""


def test_a_change_after_the_approval_holds_the_payment(desk, leah):
    award = desk.approved(60)
    assert granting.why_not(award) == ""
    granting.give_account(award=award, by=leah, **NEW)
    with pytest.raises(Refused, match="A second person has to look"):
        desk.run()


def test_an_account_does_not_change_under_a_payment_or_for_nothing(desk, leah, robert):
    award = desk.approved(60)
    same = {"payee": award.payee, "sort_code": award.sort_code, "account": award.account}
    with pytest.raises(Refused, match="This is the account that is there"):
        granting.give_account(award=award, by=leah, **same)
    desk.run()
    with pytest.raises(Refused, match="under way"):
        granting.give_account(award=award, by=leah, **NEW)
    withdrawn = desk.asked()
    granting.withdraw(award=withdrawn, because="x", by=leah)
    with pytest.raises(Refused, match="nothing is to be paid"):
        granting.give_account(award=withdrawn, by=leah, **NEW)


@pytest.mark.parametrize("who", ["joan", "sam", "maya", "daniel", "helen"])
def test_who_may_not_touch_an_account(desk, who, request):
    person = request.getfixturevalue(who)
    with pytest.raises(Refused, match="help desk"):
        granting.give_account(award=desk.approved(), by=person, **NEW)
    with pytest.raises(Refused, match="help desk"):
        granting.withdraw(award=desk.asked(), by=person, because="x")


def test_to_the_dead_nothing_is_paid(desk, leah):
    from commonweal.residents import deaths

    award = desk.approved(60)
    deaths.report_dead(resident=award.resident, by=leah)
    with pytest.raises(Refused, match="Reported dead"):
        desk.run()


# --- A payment that comes back ----------------------------------------------------------------


def test_a_returned_payment_is_a_task_and_not_the_same_payment_again(
    desk, sign_in, leah, mei, robert, imran
):
    """help-desk.md A11: cancelled, account closed, and paid to the same account again."""
    case = desk.case()
    case.__class__.objects.filter(pk=case.pk).update(assigned_to=leah, state="working")
    case.refresh_from_db()
    award = desk.approved(60, case=case)
    run = desk.run()
    desk.read_back(run, award, "cancelled")
    granting.close_run(run=run, by=imran)
    with pytest.raises(Refused, match="came back"):
        desk.run()
    todo = granting.to_do(case)
    assert [(row.owner, row.due_on) for row in todo] == [
        (leah, timezone.localdate() + timedelta(days=2))
    ]
    for person, address in ((leah, case.get_absolute_url()), (mei, "/desk/grants/")):
        shown = page(sign_in(person), address)
        assert award.code in shown
        assert "Ask the person for the right account" in shown
        assert "Leah Omondi" in shown
    mail = Message.objects.get(person=leah)
    assert award.code not in mail.body
    assert "Zebedee" not in mail.body
    with pytest.raises(Refused, match="has to correct the account first"):
        granting.see_account(award=award, by=robert)
    granting.give_account(award=award, by=leah, **NEW)
    with pytest.raises(Refused, match="second person"):
        desk.run()
    [waits] = granting.to_do(case)
    # Who may not look is named as that, and not as the one who has it to do.
    assert "Somebody else than Leah Omondi has to look" in waits.words
    assert waits.owner is None
    granting.see_account(award=award, by=robert, knows_why=True)
    assert granting.to_do(case) == []
    again = desk.run()
    assert "204060,12345678" in granting.payment_file(again)


def test_the_same_account_is_paid_again_only_when_somebody_says_why(desk, leah, robert):
    award = desk.approved(60)
    desk.read_back(desk.run(), award, "cancelled")
    same = {"payee": award.payee, "sort_code": award.sort_code, "account": award.account}
    with pytest.raises(Refused, match="Say why it is right"):
        granting.give_account(award=award, by=leah, **same)
    granting.give_account(award=award, by=leah, words="The bank was closed that day.", **same)
    granting.see_account(award=award, by=robert)
    assert granting.why_not(award) == ""


def test_paid_is_undone_by_two_people_with_the_sum_in_the_record(
    desk, sign_in, imran, ida, fund, today
):
    award = desk.paid(60)
    payment = award.payments.get()
    before = granting.balance(fund)
    base = f"/desk/grants/{award.code}/payments/{payment.pk}"
    officer, address = sign_in(imran), award.get_absolute_url()
    assert f"{base}/back/" in officer.get(address).content.decode()
    officer.post(f"{base}/back/", {"because": "The bank sent it back."})
    assert granting.balance(fund) == before
    # What is said and waits is offered to nobody once more.
    for person in (imran, ida):
        assert f"{base}/back/" not in sign_in(person).get(address).content.decode()
    sign_in(imran).post(f"{base}/decide/", {"agrees": "yes"})
    award.refresh_from_db()
    assert award.state == "paid", "one person undid a payment"
    assert "says that it came back" in page(sign_in(ida), award.get_absolute_url())
    sign_in(ida).post(f"{base}/decide/", {"agrees": "yes"})
    award.refresh_from_db()
    payment.refresh_from_db()
    assert (award.state, payment.state) == ("approved", "paid")
    assert granting.balance(fund).paid == before.paid - 60
    undone = Event.objects.get(verb="payment undone")
    assert undone.detail == {"run": str(payment.run.code), "amount_gbp": "60.00"}
    assert undone.by_code == ida.code
    with pytest.raises(Refused, match="came back"):
        desk.run()
    with pytest.raises(Refused, match="said already"):
        granting.say_returned(payment=payment, because="x", by=imran)


def test_a_second_officer_can_say_that_it_did_not_come_back(desk, imran, ida, robert):
    award = desk.paid(60)
    returned = granting.say_returned(payment=award.payments.get(), because="x", by=imran)
    with pytest.raises(Refused, match="Somebody else must agree"):
        granting.decide_returned(returned=returned, agrees=True, by=imran)
    granting.decide_returned(returned=returned, agrees=False, by=robert)
    with pytest.raises(Refused, match="decided this already"):
        granting.decide_returned(returned=returned, agrees=True, by=ida)
    award.refresh_from_db()
    assert award.state == "paid"
    granting.say_returned(payment=award.payments.get(), because="Now it did.", by=imran)


# --- What finance sends back ------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelling", ["{0:%d/%m/%Y}", "{0:%-d %B %Y}", "{0:%Y-%m-%d}", "{0:%d.%m.%y}", "{0:%d-%b-%Y}"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_finances_file_is_read_in_the_usual_spellings(desk, sign_in, imran, spelling, separator):
    award = desk.approved(60)
    run = desk.run()
    row = [award.code.lower(), "Paid", "£60.00", spelling.format(timezone.localdate())]
    text = "\r\n".join(
        separator.join(cells)
        for cells in (["Reference", "State", "Amount", "On"], row, ["", "", "", ""])
    )
    file = SimpleUploadedFile("back.csv", text.encode("cp1252"))
    sign_in(imran).post(f"/desk/grants/runs/{run.code}/", {"file": file})
    assert Payment.objects.get().paid_on == timezone.localdate()


@pytest.mark.parametrize(
    ("days", "fits"), [(-1, False), (0, True), (3, True), (4, False), (-700, False)]
)
def test_a_payment_lies_between_its_approval_and_today(desk, days, fits):
    from commonweal.grants.models import GrantDecision

    award = desk.approved(60)
    run = desk.run()
    approved_on = timezone.localdate() - timedelta(days=3)
    # Three days ago, as far as the rows say; the trigger lets nobody else do this.
    with_trigger_off(GrantDecision.objects.filter(kind="approved"), days=3)
    day = approved_on + timedelta(days=days)
    if fits:
        desk.read_back(run, award, on=day)
        assert Payment.objects.get().paid_on == day
        return
    with pytest.raises(Refused, match="can't be when it was paid"):
        desk.read_back(run, award, on=day)
    assert Payment.objects.get().state == "sent"


def with_trigger_off(rows: Any, *, days: int) -> None:
    """Write rows anew at an earlier moment: there is no changing them."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT sql FROM sqlite_master WHERE name='grants_grantdecision_no_update'"
            )
            (sql,) = cursor.fetchone()
            cursor.execute("DROP TRIGGER grants_grantdecision_no_update")
            rows.update(at=timezone.now() - timedelta(days=days))
            cursor.execute(sql)
        else:
            # What waits for the end of the transaction holds the table until it is checked.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE grants_grantdecision DISABLE TRIGGER USER")
            rows.update(at=timezone.now() - timedelta(days=days))
            cursor.execute("ALTER TABLE grants_grantdecision ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("reference;state;amount\n{code};paid;60,10\n", "the amount is 60,10"),
        ("reference;state;amount\n{code};paid;6.000\n", "the amount is 6.000"),
        ("reference,state,amount,on\n{code},paid,1,060,{today}\n", "Row 2 has more cells"),
        ("reference,state,amount,on\n{code},paid,60,{today},x\n", "Row 2 has more cells"),
        ("reference,state,amount\n{code},paid,$60\n", r"the amount is \$60"),
        ("reference,state,amount\nTotal,,60\n", "Row 2: TOTAL is not in this run"),
        ("reference,state,amount\n,paid,60\n", "Row 2 has no reference"),
        ("reference,state,amount,value\n{code},paid,60,60\n", "Two columns say the amount"),
        ("reference,state,amount,on\n{code},paid,6e1,{today}\n", "the amount is 6e1"),
        (
            "reference,state,amount,on\n{code},paid,60,{today}\n{code},paid,60,{today}\n",
            "stands in the file twice",
        ),
        ("reference,state,amount,on\n{code},paid,60,13/13/2026\n", "is no date"),
        ("reference,state,amount,on\n{code},paid,60,Nov 2026\n", "is no date"),
        ("reference,state,amount,on\n", "has no line"),
    ],
)
def test_lines_that_do_not_fit_refuse_the_file(desk, imran, text, said):
    award = desk.approved(60)
    run = desk.run()
    filled = text.format(code=award.code, today=timezone.localdate())
    with pytest.raises(Refused, match=said):
        granting.reconcile(run=run, text=filled, by=imran)
    assert Payment.objects.get().state == "sent"


@pytest.mark.parametrize(
    "text",
    [
        "REFERENCE,State,Amount,ON\n{code},Paid,£60.00,{today:%d/%m/%Y}\n",
        "Paid by finance,,,\nOur reference;Status;Amount;Date paid\n{code};PAID;60,00;{today}\n",
        "Cyfeirnod,Statws,Swm,Dyddiad talu\n{code},talwyd,60,{today:%d.%m.%Y}\n",
        "Ref / Cyfeirnod\tState\tAmount\tOn\n{code}\tpaid\t60\t{today:%-d %B %Y}\n\n\n",
        "reference,state,amount,on\n{code},paid,60,{today:%m/%d/%Y}\n",
    ],
)
def test_finance_heads_its_file_as_it_likes(desk, imran, text):
    award = desk.approved(60)
    run = desk.run()
    filled = text.format(code=award.code, today=timezone.localdate())
    assert granting.reconcile(run=run, text=filled, by=imran) == (1, 0)
    assert Payment.objects.get().paid_on == timezone.localdate()
    # Read again, in whichever form: nothing is paid twice.
    assert granting.reconcile(run=run, text=filled.lower(), by=imran) == (0, 0)
    assert Payment.objects.count() == 1


@pytest.mark.parametrize("spelling", ["bare", "spaced", "dashed"])
def test_finance_writes_a_reference_as_its_system_does(desk, imran, spelling):
    award = desk.approved(60)
    run = desk.run()
    code = award.code.replace("-", {"bare": "", "spaced": " ", "dashed": "–"}[spelling])
    head, line = "reference,state,amount,on\n", f"{code},paid,60,{timezone.localdate()}\n"
    twice = f"{award.code},paid,60,{timezone.localdate()}\n"
    with pytest.raises(Refused, match=f"{award.code} stands in the file twice"):
        granting.reconcile(run=run, text=head + line + twice, by=imran)
    assert granting.reconcile(run=run, text=head + line, by=imran) == (1, 0)
    # With a sign too many it is nobody's reference.
    with pytest.raises(Refused, match="is not in this run"):
        granting.reconcile(run=run, text=head + line.replace("G", "G0", 1), by=imran)


def test_finance_sends_a_workbook(desk, imran, sign_in):
    award = desk.approved(60)
    run = desk.run()
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.append(["Paid on the run of Thursday"])
    sheet = book.create_sheet("Payments")
    sheet.append(["Reference", "Status", "Amount", "Date"])
    sheet.append([award.code, "Paid", 60, timezone.localdate()])
    stream = io.BytesIO()
    book.save(stream)
    address = f"/desk/grants/runs/{run.code}/"
    for said in (b"1 paid, 0 cancelled", b"All of it was read before."):
        upload = SimpleUploadedFile("back.xlsx", stream.getvalue())
        page = sign_in(imran).post(address, {"file": upload}, follow=True)
        assert said in page.content
    assert Payment.objects.get().state == "paid"


# --- Closed runs ------------------------------------------------------------------------------


def test_a_page_opened_before_closing_changes_nothing_after_it(desk, imran, today):
    """security.md B21: a stale run was reconciled after it was closed."""
    award = desk.approved(60)
    stale = desk.run()
    desk.read_back(stale, award)
    granting.close_run(run=PaymentRun.objects.get(), by=imran)
    assert stale.closed_on is None
    with pytest.raises(Refused, match="This run is closed"):
        desk.read_back(stale, award, "cancelled")
    with pytest.raises(Refused, match="closed"):
        granting.payment_file(stale)


def test_paid_is_not_read_back_as_cancelled_before_closing(desk, imran):
    award = desk.paid(60)
    run = PaymentRun.objects.get()
    with pytest.raises(Refused, match="read back as paid already"):
        desk.read_back(run, award, "cancelled")
    desk.read_back(run, award)  # the same again says nothing new
    with pytest.raises(Refused, match="Nothing waits"):
        desk.run()


@pytest.mark.parametrize("close", [False, True])
@pytest.mark.parametrize(
    "values", [{"state": "cancelled"}, {"amount": 1}, {"paid_on": None}, {"state": "sent"}]
)
def test_the_database_changes_no_payment_that_was_paid(desk, imran, values, close):
    desk.paid(60)
    if close:
        granting.close_run(run=PaymentRun.objects.get(), by=imran)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Payment.objects.update(**values)


def test_the_database_keeps_closed_runs_and_adds_nothing_to_them(desk, imran, today):
    award = desk.approved(60)
    run = desk.run()
    desk.read_back(run, award, "cancelled")
    with pytest.raises(DatabaseError, match="stays closed"), transaction.atomic():
        PaymentRun.objects.update(total=1)
    granting.close_run(run=run, by=imran)
    for attempt in (
        lambda: PaymentRun.objects.update(closed_on=None),
        lambda: PaymentRun.objects.update(closed_on=today, closed_by=None),
        lambda: Payment.objects.update(state="paid"),
        lambda: Payment.objects.create(run=run, award=desk.approved(50), amount=1),
        lambda: Payment.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_the_database_holds_one_payment_under_way_a_grant(desk):
    award = desk.approved(60)
    run = desk.run()
    other = PaymentRun.objects.create(fund=desk.fund, total=60)
    with pytest.raises(DatabaseError, match="under way"), transaction.atomic():
        Payment.objects.create(run=other, award=award, amount=60)
    assert run.payments.count() == 1


# --- The file ---------------------------------------------------------------------------------


def test_the_file_keeps_noughts_and_holds_no_formula(desk, imran, sign_in):
    """security.md B18."""
    awards = [
        desk.approved(60, payee=name, sort_code="000001", account=f"0000000{i}")
        for i, name in enumerate(('=HYPERLINK("http://x")', "@SUM(A1)", "+1+1", "-2-2", "Zoë"))
    ]
    run = desk.run()
    response = sign_in(imran).get(f"/desk/grants/runs/{run.code}/payments.csv")
    text = response.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["reference"] for row in rows] == [award.code for award in awards]
    assert {row["sort_code"] for row in rows} == {"000001"}
    assert [row["account"] for row in rows] == [f"0000000{i}" for i in range(5)]
    assert all(row["payee"][0] not in "=@+-\t\r" for row in rows)
    assert rows[-1]["payee"] == "Zoë"


def test_a_file_fetched_late_pays_nothing_twice(desk, imran, sign_in):
    first, second = desk.approved(60), desk.approved(50)
    run = desk.run()
    desk.read_back(run, first, "cancelled")
    assert first.code not in granting.payment_file(run)
    assert second.code in granting.payment_file(run)
    desk.read_back(run, second)
    shown = sign_in(imran).get(f"/desk/grants/runs/{run.code}/payments.csv", follow=True)
    assert b"All of this run was read back" in shown.content


def test_a_return_of_a_day_that_has_not_come_is_refused(desk, imran, sign_in, fund, today):
    ahead = today + timedelta(days=1)
    answers = {"upto_0": ahead.day, "upto_1": ahead.month, "upto_2": ahead.year}
    shown = sign_in(imran).post("/desk/grants/funds/hardship/return/", answers).content.decode()
    assert "That day has not come yet" in shown
    with pytest.raises(Refused, match="has not come"):
        granting.make_return(fund=fund, upto=ahead, by=imran)


def test_what_came_back_after_a_day_was_spent_by_that_day(desk, imran, ida, fund, today):
    award = desk.paid(60)
    granting.close_run(run=PaymentRun.objects.get(), by=imran)
    returned = granting.say_returned(payment=award.payments.get(), because="x", by=imran)
    assert granting.figures(fund, today)["spent"] == "60.00"
    granting.decide_returned(returned=returned, agrees=True, by=ida)
    assert granting.figures(fund, today)["spent"] == "0.00"
    ReturnedPayment.objects.update(decided_at=timezone.now() + timedelta(days=2))
    assert granting.figures(fund, today)["spent"] == "60.00"


# --- Whatever people do, in whatever order ----------------------------------------------------

PEOPLE = ("leah", "mei", "robert", "wanda", "imran", "ida")
# Who does it as a rule; one time in four it is tried by anybody.
USUAL = {
    "ask": ["leah"],
    "assess": ["mei"],
    "approve": ["robert", "wanda"],
    "refuse": ["robert"],
    "withdraw": ["leah"],
    "cancel": ["robert"],
    "release": ["robert"],
    "ask_review": ["leah"],
    "review": ["wanda", "leah", "ida"],
    "account": ["leah"],
    "see": ["imran"],
    "run": ["imran"],
    "paid": ["imran"],
    "bounced": ["imran"],
    "close": ["imran"],
    "say_back": ["imran"],
    "agree": ["ida"],
}
KINDS = ["ask", "assess", "assess", "approve", "approve", "approve", *USUAL, "run", "paid", "paid"]
STEPS = some.tuples(
    some.sampled_from(KINDS),
    some.integers(0, 23),
    some.integers(0, 2),
    some.sampled_from([40, 90, 150, 250]),
)


def who(step: str, number: int) -> str:
    usual = USUAL[step]
    return PEOPLE[number % 6] if number % 4 == 3 else usual[number % len(usual)]


def do(desk: Desk, step: str, by: Any, award: Award | None, amount: int) -> bool:
    """Whether there was something of the kind to do."""
    run = PaymentRun.objects.filter(closed_on=None).order_by("-id").first()
    match step:
        case "ask":
            desk.asked(amount)
        case "run":
            granting.make_run(fund=desk.fund, by=by)
        case "close" if run:
            granting.close_run(run=run, by=by)
        case "paid" | "bounced" if run and award and run.payments.filter(award=award).exists():
            desk.read_back(run, award, "paid" if step == "paid" else "cancelled")
        case "assess" if award:
            granting.assess(award=award, amount=Decimal(amount), words="x", by=by)
        case "approve" if award:
            granting.approve(award=award, by=by)
        case "refuse" if award:
            granting.refuse(award=award, words="x", by=by)
        case "withdraw" if award:
            granting.withdraw(award=award, because="x", by=by)
        case "cancel" if award:
            granting.cancel(award=award, because="x", by=by)
        case "release" if award:
            granting.release(award=award, because="x", by=by)
        case "ask_review" if award:
            granting.ask_review(award=award, words="", by=by)
        case "review" if award and award.reviews.exists():
            granting.decide_review(
                review=award.reviews.get(), amount=Decimal(amount), words="x", by=by
            )
        case "account" if award:
            granting.give_account(award=award, by=by, words="x", **NEW)
        case "see" if award:
            granting.see_account(award=award, by=by)
        case "say_back" if award and award.payments.filter(state="paid").exists():
            granting.say_returned(
                payment=award.payments.filter(state="paid").first(), because="x", by=by
            )
        case "agree":
            returned = ReturnedPayment.objects.filter(state="asked").first()
            if returned:
                granting.decide_returned(returned=returned, agrees=True, by=by)
        case _:
            return False
    return True


def check(desk: Desk) -> None:
    fund = Fund.objects.get(pk=desk.fund.pk)
    held = granting.balance(fund)
    assert held.committed <= fund.budget
    for award in Award.objects.all():
        now = granting.standing_of(award)
        assert (award.state, award.amount) == (now.state, now.amount)
        live = Payment.objects.filter(award=award).live().total()
        assert live <= now.awarded, (award.state, live, now.awarded)
        assert award.payments.filter(state="sent").count() <= 1
        if now.awarded:
            agreed = award.decisions.filter(kind__in=["approved", "reviewed"], amount=now.amount)
            people = set(agreed.values_list("by", flat=True)) - {now.assessed_by}
            assert len(people) >= fund.approvals_for(now.awarded)
        assert (award.state == "paid") == (
            now.awarded > 0 and Payment.objects.filter(award=award).settled().total() == now.awarded
        )


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=some.lists(STEPS, min_size=30, max_size=60))
def test_paid_never_exceeds_approved_nor_approved_the_budget(desk_once, steps):
    """Random acts by random people: the sums hold after each of them."""
    desk = desk_once
    with transaction.atomic():
        Fund.objects.filter(pk=desk.fund.pk).update(budget=Decimal(400))
        for step, number, which, amount in steps:
            award = Award.objects.order_by("id")[which:].first()
            try:
                with transaction.atomic():
                    is_done = do(desk, step, desk.people[who(step, number)], award, amount)
            except Refused:
                continue
            if is_done:
                check(desk)
        transaction.set_rollback(True)


@pytest.fixture
def desk_once(desk, new_person, today) -> Desk:
    """The same desk for each example; three approvers, so that reviews can be decided."""
    for name in ("leah", "ida"):
        desk.people[name].appointments.create(
            role="grants_approver", starts_on=today, ends_on=today, because="x"
        )
        desk.people[name].__dict__.pop("_roles_today", None)
    return desk

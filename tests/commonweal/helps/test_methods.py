"""Every way by which a grant reaches somebody: asked, looked at by two, into its file and back."""

from __future__ import annotations

import csv
import io
import logging
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from commonweal.accounts.models import Event, Message
from commonweal.cases import working
from commonweal.cases.models import CaseRead, NextAction
from commonweal.grants import actions as granting
from commonweal.grants import destinations, methods
from commonweal.grants.models import Award, Fund, IssuedCode, Payment, PaymentRun
from commonweal.office.errors import Refused

from .granted import Desk

pytestmark = pytest.mark.django_db
CODE = "PZQ7-44XK-9012"
# What is known of one grant by each way. A way that is not here fails.
KNOWN = {
    "transfer": {"payee": "Z Quillfeather", "sort_code": "012345", "account": "00112233"},
    "voucher": {"through": "Corner Stores"},
    "topup": {"through": "North Energy", "number": "0098261234"},
    "supplier": {
        "payee": "North Water",
        "sort_code": "012345",
        "account": "00112233",
        "number": "B-0098",
    },
    "goods": {"through": "Round Again", "goods": "A cooker"},
    "cash": {"payee": "Zebedee Quillfeather", "through": "Mill Lane"},
}
EVERY = list(methods.METHODS)
WHO_SENDS_BACK = {
    "transfer": "the bank",
    "voucher": "the issuer",
    "topup": "the supplier",
    "supplier": "the bank",
    "goods": "whoever delivers",
    "cash": "the counter",
}


@pytest.fixture
def desk(fund, leah, mei, robert, wanda, imran, asks_for_help) -> Desk:
    Fund.objects.update(methods=EVERY)
    fund.refresh_from_db()
    cast = {"leah": leah, "mei": mei, "robert": robert, "wanda": wanda, "imran": imran}
    return Desk(fund, cast, asks_for_help)


def by(desk: Desk, method: str, amount: int = 60, **more: Any) -> Award:
    """An approved grant that goes by a way."""
    empty = dict.fromkeys(Award.DETAILS, "")
    return desk.approved(amount, **{**empty, **KNOWN[method], **more, "method": method})


def text_of(client: Any, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def file_of(run: PaymentRun) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(granting.payment_file(run).removeprefix("\ufeff"))))


def back(run: PaymentRun, *lines: str) -> bytes:
    return "\n".join(["reference,state,amount,on,because,code", *lines, ""]).encode()


def test_every_way_is_whole():
    """A row with something forgotten would ask nothing, write nothing or say nothing."""
    assert list(KNOWN) == EVERY == [code for code, _ in methods.CHOICES]
    columns = {field.name for field in Award._meta.concrete_fields}
    for method in methods.METHODS.values():
        assert len(method.code) <= Award._meta.get_field("method").max_length
        for words in ("title", "question", "reader", "paid", "letter", "lacking", "correct"):
            assert getattr(method, words).strip(), (method.code, words)
        asked = set(method.columns_asked)
        assert asked, method.code
        assert asked <= columns
        assert asked <= set(Award.DETAILS) <= set(Award.PERSONAL), f"{method.code}: kept in plain"
        assert set(method.columns) == asked, f"{method.code}: asked and not in its file"
        assert set(method.told_apart_by) <= asked
        assert bool(method.told_apart_by) == bool(method.same)


@pytest.mark.parametrize("method", EVERY)
def test_it_reaches_its_file_and_comes_back_to_the_penny(desk, sign_in, leah, mei, imran, method):
    """Asked for by the desk, approved, into the file of its way, read back, closed."""
    case = desk.case()
    answers = {
        "fund": "hardship",
        "category": "food",
        "reason": "GTIR010",
        "purpose": "GTIP070",
        "asked": "60",
        "method": method,
    }
    handler = sign_in(leah)
    at = handler.post(f"{case.get_absolute_url()}grant/", answers)
    award = Award.objects.get()
    page = f"/desk/help/grants/{award.code}/account/"
    assert at.url == (case.get_absolute_url() if method == "transfer" else page)
    assert handler.post(page, {}).status_code == 200  # asked again
    award.refresh_from_db()
    assert not granting.is_complete(award)
    assert handler.post(page, KNOWN[method]).status_code == 302
    award.refresh_from_db()
    assert {name: getattr(award, name) for name in KNOWN[method]} == KNOWN[method]
    granting.assess(
        award=award, amount=Decimal(60), words="x", by=desk.people["mei"], knows_why=True
    )
    granting.approve(award=award, by=desk.people["robert"], knows_why=True)
    officer = sign_in(imran)
    officer.post("/desk/grants/funds/hardship/pay/", {"method": method})
    run = PaymentRun.objects.get()
    known = KNOWN[method]
    expected = {"reference": award.code, **known, "amount": "60.00"}
    assert file_of(run) == [expected]
    assert "Quillfeather" not in str(file_of(run)) or "payee" in known
    code = CODE if methods.METHODS[method].brings_code else ""
    sent = back(run, f"{award.code},paid,60.00,{timezone.localdate()},,{code}")
    address = f"/desk/grants/runs/{run.code}/"
    officer.post(address, {"file": SimpleUploadedFile("b.csv", sent)})
    officer.post(address, {"verb": "close"})
    award.refresh_from_db()
    run.refresh_from_db()
    assert (award.state, run.closed_on is not None) == ("paid", True)
    # Once, in every sum.
    assert granting.balance(desk.fund).paid == Decimal(60)
    assert granting.figures(desk.fund, timezone.localdate())["spent"] == "60.00"
    with pytest.raises(Refused, match="Nothing waits"):
        granting.make_run(fund=desk.fund, method=method, by=imran)
    # Read again, nothing is paid or given twice.
    assert IssuedCode.objects.count() == bool(code)
    assert methods.METHODS[method].letter in text_of(
        sign_in(leah), f"/desk/grants/{award.code}/letter/"
    )


@pytest.mark.parametrize("method", EVERY)
def test_who_sends_it_back_is_called_by_its_way(desk, sign_in, imran, robert, leah, method):
    award = by(desk, method)
    run = granting.make_run(fund=desk.fund, method=method, by=imran)
    code = CODE if methods.METHODS[method].brings_code else ""
    sent = back(run, f"{award.code},paid,60.00,{timezone.localdate()},,{code}")
    granting.reconcile(run=run, text=sent, name="b.csv", by=imran)
    payment = award.payments.get()
    base, who = f"/desk/grants/{award.code}/payments/{payment.pk}/", WHO_SENDS_BACK[method]
    client = sign_in(imran)
    assert f"What does {who} say?" in client.get(f"{base}back/").content.decode()
    with pytest.raises(Refused, match=f"Say what {who} says."):
        granting.say_returned(payment=payment, because=" ", by=imran)
    client.post(f"{base}back/", {"because": "It is another house."})
    sign_in(robert).post(f"{base}decide/", {"agrees": "yes"})
    page = sign_in(leah).get(f"/desk/help/grants/{award.code}/").content.decode()
    assert f"and {who} sent it back" in " ".join(page.split())


def test_a_file_is_of_one_way(desk, imran):
    voucher, transfer = by(desk, "voucher"), by(desk, "transfer")
    run = granting.make_run(fund=desk.fund, method="voucher", by=imran)
    assert [payment.award for payment in run.payments.all()] == [voucher]
    assert [payment.award for payment in desk.run().payments.all()] == [transfer]
    with pytest.raises(Refused, match="no such way"):
        granting.make_run(fund=desk.fund, method="pigeon", by=imran)
    with pytest.raises(DatabaseError, match="of one way"), transaction.atomic():
        PaymentRun.objects.filter(pk=run.pk).update(method="cash")


def test_a_fund_pays_by_what_it_allows(desk, leah, fund):
    Fund.objects.update(methods=["transfer", "voucher"])
    desk.fund.refresh_from_db()
    with pytest.raises(Refused, match="does not pay by cash at the counter"):
        by(desk, "cash")
    award = by(desk, "transfer")
    with pytest.raises(Refused, match="does not pay by goods"):
        granting.give_account(award=award, by=leah, method="goods", **KNOWN["goods"])
    granting.give_account(award=award, by=leah, method="voucher", **KNOWN["voucher"])
    award.refresh_from_db()
    assert (award.method, award.account, award.account_key) == ("voucher", "", "")


def test_another_way_is_chosen_on_the_page_and_a_second_person_looks(desk, sign_in, leah, robert):
    award = by(desk, "transfer")
    page = f"/desk/help/grants/{award.code}/account/"
    handler = sign_in(leah)
    assert "Meter top-up</a>" in text_of(handler, page)
    wrong = handler.post(f"{page}?method=topup", {"through": "North Energy", "number": "12"})
    assert "This number has 8 to 19 figures" in wrong.content.decode()
    assert "North Energy" in wrong.content.decode()
    handler.post(f"{page}?method=topup", {"through": "North Energy", "number": "9826 1234 5678"})
    award.refresh_from_db()
    assert (award.method, award.number, award.sort_code) == ("topup", "982612345678", "")
    assert granting.why_not(award) == "A second person has to look at it: meter top-up."
    with pytest.raises(Refused, match="You gave this account"):
        _see_own(award, leah)
    granting.see_account(award=award, by=robert)
    assert granting.why_not(award) == ""
    shown = text_of(handler, f"/desk/help/grants/{award.code}/")
    assert "ending 678" in shown
    assert "982612345678" not in shown


def _see_own(award: Award, leah: Any) -> None:
    """Whoever gave it is no second person, whatever else they are."""
    today = timezone.localdate()
    leah.appointments.create(role="grants_approver", starts_on=today, ends_on=today, because="x")
    leah.__dict__.pop("_roles_today", None)
    granting.see_account(award=award, by=leah)


def test_an_account_that_was_typed_for_another_way_is_asked_about(desk, sign_in, leah):
    case = desk.case()
    answers = {
        "fund": "hardship",
        "category": "food",
        "reason": "GTIR010",
        "purpose": "GTIP070",
        "asked": "60",
        "method": "voucher",
        **KNOWN["transfer"],
    }
    asked = sign_in(leah).post(f"{case.get_absolute_url()}grant/", answers).content.decode()
    assert "You wrote down an account" in asked
    assert "00112233" in asked
    assert not Award.objects.exists()


@pytest.mark.parametrize("method", ["topup", "supplier"])
def test_two_to_one_meter_or_bill_are_held_the_first_as_well(desk, method):
    first = by(desk, method)
    other = {"payee": "Somebody Else"} if method == "supplier" else {"through": "Other Energy"}
    second = granting.apply(
        fund=desk.fund,
        resident=(case := desk.case()).resident,
        case=case,
        by=desk.people["leah"],
        values={
            "category": "energy",
            "reason": "GTIR010",
            "purpose": "GTIP050",
            "asked": Decimal(50),
            "method": method,
            **KNOWN[method],
            **other,
        },
    )
    first.refresh_from_db()
    same = methods.METHODS[method].same.capitalize()
    assert first.held == [f"{same} as grant {second.code} of {second.asked_on:%-d %B %Y}"]
    assert granting.why_not(first).startswith(f"Held: {same}")
    second = granting.assess(award=second, amount=Decimal(50), words="x", by=desk.people["mei"])
    assert second.state == "held"


# --- Codes ------------------------------------------------------------------------------------


@pytest.fixture
def issued(desk, imran, leah) -> Award:
    """A voucher whose code has come, of a case that leah has."""
    case = desk.case()
    type(case).objects.filter(pk=case.pk).update(assigned_to=leah, state="working")
    case.refresh_from_db()
    award = by(desk, "voucher", case=case)
    run = granting.make_run(fund=desk.fund, method="voucher", by=imran)
    sent = back(run, f"{award.code},issued,60,{timezone.localdate()},,{CODE}")
    granting.reconcile(run=run, text=sent, by=imran)
    award.refresh_from_db()
    return award


def test_a_code_is_met_on_one_page_by_who_has_the_case(
    issued, sign_in, leah, owen, mei, robert, imran, helen, daniel
):
    page = f"/desk/help/grants/{issued.code}/code/"
    assert CODE in text_of(sign_in(leah), page)
    reading = CaseRead.objects.get(what="grant code")
    assert (reading.person, reading.what, reading.resident) == (leah, "grant code", issued.resident)
    for person in (owen, mei, robert, imran, helen, daniel):
        answer = sign_in(person).get(page)
        assert answer.status_code in (302, 403, 404), person
    run = PaymentRun.objects.get()
    for person, address in (
        (leah, f"/desk/help/grants/{issued.code}/"),
        (leah, issued.case.get_absolute_url()),
        (leah, f"/desk/grants/{issued.code}/letter/"),
        (imran, f"/desk/grants/runs/{run.code}/"),
        (imran, f"/desk/grants/{issued.code}/"),
        (mei, "/desk/grants/"),
    ):
        answer = sign_in(person).get(address)
        assert answer.status_code == 200, address
        assert CODE not in answer.content.decode(), address


def test_a_code_is_in_no_mail_log_record_job_or_plain_column(desk, imran, leah, caplog, sign_in):
    caplog.set_level(logging.DEBUG)
    award, other = by(desk, "voucher"), by(desk, "voucher")
    run = granting.make_run(fund=desk.fund, method="voucher", by=imran)
    today = timezone.localdate()
    client, address = sign_in(imran), f"/desk/grants/runs/{run.code}/"
    for lines in (
        [f"{award.code},paid,60,{today},,{CODE}", f"{other.code},paid,60,{today},,{CODE}"],
        [f"{award.code},paid,61,{today},,{CODE}"],
        [f"{award.code},paid,60,{today},,{CODE}"],
    ):
        sent = SimpleUploadedFile("b.csv", back(run, *lines))
        answer = client.post(address, {"file": sent}, follow=True)
        assert CODE not in answer.content.decode()
    assert IssuedCode.objects.get().payment.award == award
    kept = [
        *Event.objects.values_list("detail", "verb"),
        *DBTaskResult.objects.values_list("args_kwargs"),
        *Message.objects.values_list("subject", "body"),
        caplog.text,
    ]
    assert CODE not in str(kept)
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, code_key FROM grants_issuedcode")
        assert CODE not in str(cursor.fetchall())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{0},paid,60,{day},,", "Row 2: what was issued needs its code"),
        (
            "{0},paid,60,{day},,{code}\n{1},paid,60,{day},,pzq7 44xk 9012",
            "Row 3: row 2 has this",
        ),
        ("{0},cancelled,60,,,", "needs its reason"),
    ],
)
def test_a_code_that_does_not_fit_refuses_the_file_without_saying_it(desk, imran, line, said):
    awards = by(desk, "voucher"), by(desk, "voucher")
    run = granting.make_run(fund=desk.fund, method="voucher", by=imran)
    filled = line.format(*(a.code for a in awards), day=timezone.localdate(), code=CODE)
    with pytest.raises(Refused, match=said) as refused, transaction.atomic():
        granting.reconcile(run=run, text=back(run, filled), by=imran)
    assert "pzq7" not in str(refused.value).casefold()
    assert set(Payment.objects.values_list("state", flat=True)) == {"sent"}
    assert not IssuedCode.objects.exists()


def test_a_code_that_a_grant_of_an_earlier_file_has_is_refused(desk, imran, issued):
    again = by(desk, "voucher")
    run = granting.make_run(fund=desk.fund, method="voucher", by=imran)
    line = f"{again.code},paid,60,{timezone.localdate()},,{CODE}"
    with pytest.raises(Refused, match="Row 2: another grant has this code"):
        granting.reconcile(run=run, text=back(run, line), by=imran)


def test_another_code_for_one_payment_is_refused(desk, imran, issued):
    run = PaymentRun.objects.get()
    line = f"{issued.code},paid,60,{timezone.localdate()},,"
    with pytest.raises(Refused, match="another code was read back"):
        granting.reconcile(run=run, text=back(run, f"{line}OTHER-1"), by=imran)
    assert granting.reconcile(run=run, text=back(run, line + CODE.lower()), by=imran) == (0, 0)


def test_a_code_that_came_is_the_next_action_until_it_is_handed_over(issued, sign_in, leah):
    planned = NextAction.objects.get(kind="grant", state="planned", about=issued.code)
    assert (planned.owner, CODE in planned.words) == (leah, False)
    assert planned.words.startswith("The code has come")
    assert [award.code for award in granting.to_hand_over()] == [issued.code]
    client = sign_in(leah)
    page = f"/desk/help/grants/{issued.code}/code/"
    client.post(page)
    code = IssuedCode.objects.get()
    assert (code.handed_by, code.handed_at is not None) == (leah, True)
    assert Event.objects.get(verb="grant code handed over").by_code == leah.code
    assert not NextAction.objects.filter(kind="grant", state="planned").exists()
    with pytest.raises(Refused, match="handed this code over already"):
        granting.hand_over(award=issued, by=leah)
    assert "Handed over on" in text_of(client, page)
    assert granting.to_hand_over() == []


def test_until_a_code_is_handed_over_nothing_else_is_next_on_the_case(issued, sign_in, leah, mei):
    desk_pages = [(leah, issued.case.get_absolute_url()), (leah, "/desk/help/")]
    for person, page in [*desk_pages, (mei, "/desk/grants/")]:
        assert "he code has come." in text_of(sign_in(person), page), page
    assert "because the grant was paid" not in text_of(sign_in(leah), desk_pages[0][1])
    assert (
        "The code has come. Read it" in text_of(sign_in(leah), desk_pages[0][1]).split("Next:")[1]
    )
    granting.hand_over(award=issued, by=leah)
    followed = NextAction.objects.get(state="planned", need__case=issued.case, kind="decide")
    assert followed.because == "grant_paid"
    for person, page in [*desk_pages, (mei, "/desk/grants/")]:
        assert "he code has come." not in text_of(sign_in(person), page), page


SPELT = ("Code PZQ7-44XK-9012 given.", "it is pzq744xk9012", "PZQ7 44 XK.\n9012 is hers")


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("case-note", {"kind": "note"}),
        ("case-write", {"way": "text"}),
        ("case-call", {"direction": "out", "outcome": "spoke"}),
        ("need-next", {"kind": "other", "due_on_0": "31", "due_on_1": "12", "due_on_2": "{year}"}),
    ],
)
def test_a_code_is_kept_in_no_words_of_its_case(issued, sign_in, leah, page, typed):
    case, client = issued.case, sign_in(leah)
    of_need = [case.needs.get().code] if page == "need-next" else []
    address = reverse(page, args=[case.code, *of_need])
    year = timezone.localdate().year
    typed = {name: answer.format(year=year) for name, answer in typed.items()} | {"owner": leah.pk}
    for words in SPELT:
        answer = client.post(address, typed | {"words": words})
        page_text = answer.content.decode()
        assert answer.status_code == 200, page_text
        assert "A code of one of their grants stands in what you wrote" in page_text
        assert words.splitlines()[0] in page_text
        assert not case.notes.exists()
        assert not case.written.exists()
        assert not case.calls.exists()
    assert client.post(address, typed | {"words": "Given to her at the door."}).status_code == 302


def test_a_code_is_in_no_words_of_a_grant_and_in_none_of_another_persons(desk, issued, leah):
    with pytest.raises(Refused, match="A code of one of their grants") as refused:
        granting.ask_review(award=issued, words=f"I have {CODE}, it is too little.", by=leah)
    assert CODE not in str(refused.value)
    other = desk.case()
    working.note(case=other, words=f"{CODE} is the number of the lease.", by=leah)
    assert other.notes.count() == 1


def test_a_short_code_is_not_found_inside_a_longer_number(issued, leah):
    IssuedCode.objects.update(code="90-12")
    working.note(case=issued.case, words="She rang from 0779012345.", by=leah)
    with pytest.raises(Refused, match="A code of one of their grants"):
        working.note(case=issued.case, words="It is 9012.", by=leah)


def test_no_code_is_handed_over_for_the_dead_or_by_who_takes_no_calls(issued, sign_in, leah, imran):
    from commonweal.residents import deaths

    with pytest.raises(Refused, match="place at the help desk"):
        granting.hand_over(award=issued, by=imran)
    deaths.report_dead(resident=issued.resident, by=leah)
    assert CODE not in text_of(sign_in(leah), f"/desk/help/grants/{issued.code}/code/")
    with pytest.raises(Refused, match="reported dead"):
        granting.hand_over(award=issued, by=leah)


@pytest.mark.parametrize("method", EVERY)
def test_what_failed_is_a_next_action_and_goes_out_again_once_corrected(
    desk, imran, leah, robert, method
):
    """Half of the file went through; the other half is asked about, and paid once."""
    case = desk.case()
    type(case).objects.filter(pk=case.pk).update(assigned_to=leah, state="working")
    case.refresh_from_db()
    failed = by(desk, method, 70, case=case)
    fine = by(
        desk,
        method,
        30,
        **({"number": "55512345678"} if "number" in KNOWN[method] else {}),
        **({"account": "99887766"} if "account" in KNOWN[method] else {}),
    )
    run = granting.make_run(fund=desk.fund, method=method, by=imran)
    code = CODE if methods.METHODS[method].brings_code else ""
    granting.reconcile(
        run=run,
        by=imran,
        text=back(
            run,
            f"{fine.code},paid,30,{timezone.localdate()},,{code}",
            f"{failed.code},failed,70,,It was refused,",
        ),
    )
    granting.close_run(run=run, by=imran)
    planned = NextAction.objects.get(about=failed.code, state="planned")
    assert (planned.words, planned.owner) == (methods.METHODS[method].correct, leah)
    assert [row.words for row in granting.to_do(case)] == [methods.METHODS[method].correct]
    granting.give_account(award=failed, by=leah, words="They looked again.", **KNOWN[method])
    granting.see_account(award=failed, by=robert, knows_why=True)
    again = granting.make_run(fund=desk.fund, method=method, by=imran)
    assert [(row["reference"], row["amount"]) for row in file_of(again)] == [(failed.code, "70.00")]
    assert granting.balance(desk.fund).committed == Decimal(100)


def test_what_was_asked_by_a_question_is_said_without_its_sign():
    """The page said *Which shop or scheme?: Tesco*."""
    for code, method in methods.METHODS.items():
        typed = {detail.column: "Tesco" for detail in method.details}
        for label, _text in destinations.details_of(Award(method=code, **typed), in_full=True):
            assert not label.endswith("?"), (code, label)

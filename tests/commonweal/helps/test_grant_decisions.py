"""Decisions on grants are rows with their authors: nobody's words or amount stand under another
name, a review takes as many officers as the amount, and the letter says the last decision."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from unmarked import without_marks

from commonweal.accounts.models import Event
from commonweal.cases import subject
from commonweal.cases.models import Case, CaseRead
from commonweal.grants import actions as granting
from commonweal.grants.models import Award, Fund, GrantDecision
from commonweal.office.errors import Refused
from commonweal.places.models import Town
from commonweal.residents import erasing, merging

from .granted import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def nils(new_person) -> Any:
    """A third approver."""
    return new_person("nils", "Nils Berg", role="grants_approver")


@pytest.fixture
def desk(fund, leah, mei, robert, wanda, nils, imran, asks_for_help) -> Desk:
    Town.objects.update(help_phone="01632 960 200")
    cast = {"leah": leah, "mei": mei, "robert": robert, "wanda": wanda, "imran": imran}
    return Desk(fund, cast, asks_for_help)


def page(client: Any, address: str) -> str:
    return " ".join(without_marks(client.get(address).content).split())


# --- Reviews take what the first decision takes -----------------------------------------------


def test_one_officer_alone_does_not_award_by_a_review_what_takes_two(
    desk, sign_in, mei, robert, wanda, nils, imran
):
    """security.md A7, over the pages: asked 10, assessed 10, refused, review 250 by one."""
    award = desk.asked(10)
    base = f"/desk/grants/{award.code}/"
    sign_in(mei).post(f"{base}assess/", {"amount": "10", "words": "Ten is right."})
    sign_in(robert).post(f"{base}refuse/", {"words": "The law does not let us pay twice."})
    sign_in(imran).post(f"{base}review/", {"words": "It is not enough.", "because": "Not enough."})
    review = award.reviews.get()
    decide = f"{base}review/{review.pk}/"
    says = {"amount": "250", "words": "Two children were overlooked."}
    page = sign_in(wanda).post(decide, says).content.decode()
    assert "Your page did not say what you had seen" in page
    assert "Two children were overlooked." in page
    assert not award.decisions.filter(kind="reviewed").exists()
    sign_in(wanda).post(decide, says | {"seen": "0"})
    award.refresh_from_db()
    assert award.state == "refused", "one officer awarded what takes two"
    with pytest.raises(Refused, match="Nothing waits"):
        desk.run()
    again = sign_in(wanda).post(decide, says | {"words": "Again.", "seen": "1"}).content.decode()
    assert "takes somebody else as well" in again
    award.refresh_from_db()
    assert award.state == "refused"
    shoes = {"words": "The children need shoes.", "seen": "1"}
    sign_in(nils).post(decide, says | shoes)
    award.refresh_from_db()
    assert (award.state, award.amount) == ("approved", 250)


def test_a_page_opened_before_a_colleague_decided_is_no_second_look(
    desk, sign_in, robert, wanda, nils
):
    """Untouched, its fields would take what the colleague wrote, and say it of somebody else."""
    award = desk.assessed(10)
    granting.refuse(award=award, words="No.", by=robert)
    review = granting.ask_review(award=award, words="Not fair.", by=robert)
    decide = f"{award.get_absolute_url()}review/{review.pk}/"
    stale = sign_in(nils).get(decide)
    assert 'name="seen" value="0"' in stale.content.decode()
    granting.decide_review(review=review, amount=Decimal(250), words="Two children.", by=wanda)
    sent = {"amount": "250", "words": "I agree.", "seen": "0"}
    answer = sign_in(nils).post(decide, sent).content.decode()
    assert "Somebody has decided while this page was open" in answer
    assert "Wanda Kowal says £250.00" in answer
    assert "I agree." in answer
    award.refresh_from_db()
    assert award.state == "refused"
    assert 'name="seen" value="1"' in answer
    sign_in(nils).post(decide, sent | {"seen": "1"})
    award.refresh_from_db()
    assert (award.state, award.amount) == ("approved", 250)


def test_everybody_keeps_their_own_words_and_amount(desk, sign_in, robert, wanda, nils, mei):
    """help-desk.md A7: what a page says under a name, that person wrote."""
    award = desk.assessed(10, words="Mei: ten is right.")
    granting.refuse(award=award, words="Robert: the law does not let us.", by=robert)
    review = granting.ask_review(award=award, words="The person: not fair.", by=None)
    for person in (wanda, nils):
        granting.decide_review(
            review=review, amount=Decimal(250), by=person, words=f"{person.name}: two children."
        )
    wrote = {
        entry.by.name if entry.by else "": (entry.kind, entry.amount, entry.words)
        for entry in award.decisions.exclude(kind="asked").exclude(kind="review_asked")
    }
    assert wrote == {
        "Mei Tran": ("assessed", Decimal(10), "Mei: ten is right."),
        "Robert Ayre": ("refused", None, "Robert: the law does not let us."),
        "Wanda Kowal": ("reviewed", Decimal(250), "Wanda Kowal: two children."),
        "Nils Berg": ("reviewed", Decimal(250), "Nils Berg: two children."),
    }
    shown = page(sign_in(mei), award.get_absolute_url())
    lines = [line.split("</li>")[0] for line in shown.split("<li>")]
    for name, (_, _, words) in wrote.items():
        assert [name in line for line in lines if words in line] == [True], (name, words)
    letter = page(sign_in(mei), f"{award.get_absolute_url()}letter/")
    assert "You are awarded £250" in letter
    assert "Nils Berg: two children." in letter
    for other in ("the law does not let us", "ten is right"):
        assert other not in letter


@pytest.mark.parametrize(("amount", "takes"), [("100", 1), ("100.01", 2), ("300", 2)])
def test_the_approvals_of_an_amount_hold_for_reviews(desk, robert, wanda, nils, amount, takes):
    award = desk.assessed(10)
    granting.refuse(award=award, words="No.", by=robert)
    review = granting.ask_review(award=award, words="", by=robert)
    for number, person in enumerate((wanda, nils), 1):
        if award.state == "approved":
            break
        granting.decide_review(review=review, amount=Decimal(amount), words="Yes.", by=person)
        award.refresh_from_db()
        assert (award.state == "approved") == (number == takes)


def test_a_review_of_another_amount_begins_anew(desk, robert, wanda, nils, new_person):
    award = desk.assessed(10)
    granting.refuse(award=award, words="No.", by=robert)
    review = granting.ask_review(award=award, words="", by=robert)
    say = {"review": review, "words": "Yes."}
    granting.decide_review(amount=Decimal(250), by=wanda, **say)
    granting.decide_review(amount=Decimal(200), by=nils, **say)
    award.refresh_from_db()
    assert award.state == "refused"
    granting.decide_review(amount=Decimal(200), by=wanda, **say)
    award.refresh_from_db()
    assert (award.state, award.amount) == ("approved", 200)
    ida = new_person("ida", "Ida", role="grants_approver")
    with pytest.raises(Refused, match="decided this review already"):
        granting.decide_review(amount=Decimal(300), by=ida, **say)


def test_a_review_keeps_the_funds_end_its_budget_and_its_most(desk, fund, robert, wanda, today):
    award = desk.approved(80)
    review = granting.ask_review(award=award, words="", by=robert)
    say = {"review": review, "words": "x", "by": wanda}
    with pytest.raises(Refused, match="£300 at most"):
        granting.decide_review(amount=Decimal(301), **say)
    with pytest.raises(Refused, match="can't lower"):
        granting.decide_review(amount=Decimal("79.99"), **say)
    Fund.objects.update(budget=Decimal(100))
    with pytest.raises(Refused, match=r"has £20\.00 left"):
        granting.decide_review(amount=Decimal("100.01"), **say)
    Fund.objects.update(ends_on=today - timedelta(days=1))
    with pytest.raises(Refused, match="ended on"):
        granting.decide_review(amount=Decimal(90), **say)
    # To leave it as it is costs nothing: that takes no money and no open fund.
    granting.decide_review(amount=Decimal(80), **say)
    award.refresh_from_db()
    assert (award.state, award.amount) == ("approved", 80)


@pytest.mark.parametrize("who", ["mei", "robert", "wanda", "ruth", "imran"])
def test_who_had_a_part_does_not_review(desk, who, new_person, request, today):
    ruth = new_person("ruth", "Ruth", role="grants_approver")
    case = desk.case()
    first = desk.assessed(60, case=case, account="99990000")
    second = desk.assessed(250, account="99990000")
    first.refresh_from_db()
    assert [first.state, second.state] == ["held", "held"]
    granting.release(award=second, because="Brothers.", by=ruth)
    for name in ("robert", "wanda"):
        granting.approve(award=second, by=desk.people[name])
    person = ruth if who == "ruth" else desk.people[who]
    if who in ("mei", "imran"):
        person.appointments.create(
            role="grants_approver", starts_on=today, ends_on=today, because="x"
        )
    person.__dict__.pop("_roles_today", None)
    review = granting.ask_review(award=second, words="", by=None)
    if who == "imran":  # no part: he may
        granting.decide_review(review=review, amount=Decimal(250), words="x", by=person)
        return
    with pytest.raises(Refused, match="had a part"):
        granting.decide_review(review=review, amount=Decimal(260), words="x", by=person)


# --- The letter -------------------------------------------------------------------------------


def test_the_first_letter_names_the_review_and_the_second_the_ombudsman(
    desk, sign_in, robert, wanda, nils, mei
):
    award = desk.assessed(80)
    granting.refuse(award=award, words="Helped last week.", by=robert)
    address = f"{award.get_absolute_url()}letter/"
    first = page(sign_in(mei), address)
    assert "somebody else looks again" in first
    assert "01632 960 200" in first
    assert "Ombudsman" not in first
    review = granting.ask_review(award=award, words="", by=wanda)
    granting.decide_review(review=review, amount=Decimal(0), words="It was right.", by=wanda)
    second = page(sign_in(mei), address)
    assert "We can&#x27;t award you" in second.replace("can't", "can&#x27;t")
    assert "It was right." in second
    assert "Helped last week." not in second
    assert "Local Government and Social Care Ombudsman" in second
    assert "PO Box 4771, Coventry CV4 0EH" in second
    assert "somebody else looks again, on" in second.replace("You asked that ", "")
    assert "You can ask that somebody else looks again" not in second
    with pytest.raises(Refused, match="What comes next is outside: the Local Government"):
        granting.ask_review(award=award, words="", by=robert)
    Town.objects.update(
        ombudsman_name="Public Services Ombudsman for Wales",
        ombudsman_contact="1 Ffordd yr Hen Gae, Pencoed CF35 5LJ",
    )
    assert "Public Services Ombudsman for Wales" in page(sign_in(mei), address)


def test_a_cancelled_grant_has_a_letter_of_its_own_and_can_be_reviewed(
    desk, sign_in, robert, wanda, mei
):
    award = desk.approved(80)
    granting.cancel(award=award, because="You moved to another town.", by=robert)
    letter = page(sign_in(mei), f"{award.get_absolute_url()}letter/")
    assert "Your grant is cancelled" in letter
    assert "You moved to another town." in letter
    assert "reasons." not in letter
    review = granting.ask_review(award=award, words="", by=None)
    granting.decide_review(review=review, amount=Decimal(80), words="Still here.", by=wanda)
    award.refresh_from_db()
    assert (award.state, award.amount) == ("approved", 80)


def test_before_a_decision_and_after_a_withdrawal_there_is_no_letter(desk, sign_in, mei, leah):
    award = desk.assessed(80)
    address = f"{award.get_absolute_url()}letter/"
    assert sign_in(mei).get(address).status_code == 404
    granting.withdraw(award=award, because="Her sister paid.", by=leah)
    assert sign_in(mei).get(address).status_code == 404


# --- Rows that never change -------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"words": "Other."},
        {"amount": 500},
        {"by": None},
        {"kind": "refused"},
        {"needed": 3},
        {"at": timezone.now()},
        {"words": "", "amount": 500},
    ],
)
def test_the_database_changes_no_decision(desk, values):
    desk.approved(80)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        GrantDecision.objects.filter(kind="approved").update(**values)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        GrantDecision.objects.filter(kind="assessed").delete()


def test_words_are_emptied_when_a_person_is_erased_and_the_rest_stands(desk, helen, robert):
    award = desk.assessed(80, words="SECRET reasons")
    granting.refuse(award=award, words="SECRET no", by=robert)
    Case.objects.update(state="closed", closed_at=timezone.now())
    told = str(subject.entries_of(award.resident))
    assert "SECRET reasons" in told
    assert "SECRET no" in told
    erasing.erase(resident=award.resident, by=helen, because="asked")
    assert [(e.kind, e.words) for e in award.decisions.all()] == [
        ("asked", ""),
        ("assessed", ""),
        ("refused", ""),
    ]
    assert granting.standing_of(award).state == "refused"


def test_what_a_grants_columns_repeat_is_what_its_rows_say(desk, robert, wanda):
    desk.asked(), desk.assessed(), desk.approved(250), desk.paid(90)
    granting.cancel(award=desk.approved(40), because="x", by=robert)
    for award in Award.objects.all():
        now = granting.standing_of(award)
        assert (award.state, award.amount, award.assessed_by_id, award.decided_by_id) == (
            now.state,
            now.amount,
            now.assessed_by,
            now.decided_by,
        )


# --- Asked for once, held both, withdrawn ------------------------------------------------------


def test_the_same_fund_is_asked_once_for_a_case_while_it_is_open(desk, sign_in, leah, mei, robert):
    case = desk.case()
    first = desk.asked(case=case)
    answers = {
        "fund": "hardship",
        "category": "food",
        "reason": "GTIR010",
        "purpose": "GTIP070",
        "asked": "£99.50",
    }
    shown = sign_in(leah).post(f"{case.get_absolute_url()}grant/", answers).content.decode()
    assert f"is asked already for this case: {first.code}" in shown
    assert "£99.50" in shown
    granting.assess(award=first, amount=Decimal(80), words="x", by=mei)
    with pytest.raises(Refused, match="asked already"):
        desk.asked(case=case)
    granting.approve(award=first, by=robert)
    with pytest.raises(Refused, match="asked already"):
        desk.asked(case=case)
    granting.cancel(award=first, because="x", by=robert)
    assert desk.asked(case=case).state == "asked"
    assert Award.objects.count() == 2


def test_both_of_two_to_one_account_are_held_and_shown(desk, robert, sign_in):
    """help-desk.md section 2: only the second was held, and the first was approved."""
    first = desk.assessed(60, account="99990000")
    second = desk.asked(60, account="99990000")
    for award, other in ((first, second), (second, first)):
        shown = page(sign_in(robert), award.get_absolute_url())
        assert f"The same bank account as grant {other.code}" in shown
    first.refresh_from_db()
    assert first.state == "held"
    with pytest.raises(Refused, match="It is held"):
        granting.approve(award=first, by=robert)


def test_an_approved_grant_waits_when_its_account_turns_up_under_another_name(desk, robert):
    first, free = desk.approved(60, account="99990000"), desk.approved(50)
    second = desk.asked(60, account="99990000")
    run = desk.run()
    assert [p.award for p in run.payments.all()] == [free]
    assert second.code in granting.why_not(first)
    granting.release(award=first, because="Looked at: they share it.", by=robert)
    assert [p.award for p in desk.run().payments.all()] == [first]


def test_an_application_is_withdrawn_with_a_reason_before_it_is_decided(
    desk, sign_in, leah, owen, robert
):
    award = desk.asked()
    address = f"/desk/help/grants/{award.code}/withdraw/"
    assert "Say why" in sign_in(leah).post(address, {"because": ""}).content.decode()
    sign_in(leah).post(address, {"because": "Asked for twice."})
    award.refresh_from_db()
    assert award.state == "withdrawn"
    assert "Asked for twice." not in str(list(Event.objects.values_list("detail", flat=True)))
    approved = desk.approved()
    Case.objects.update(assigned_to=leah, state="working")
    assert (
        sign_in(owen)
        .post(f"/desk/help/grants/{approved.code}/withdraw/", {"because": "x"})
        .status_code
        == 302
    )
    shown = (
        sign_in(leah)
        .post(f"/desk/help/grants/{approved.code}/withdraw/", {"because": "Changed her mind."})
        .content.decode()
    )
    assert "only an application that nobody has decided yet" in shown
    assert "Changed her mind." in shown


def test_nobody_approves_what_they_asked_for(desk, leah, today):
    award = desk.assessed()
    leah.appointments.create(role="grants_approver", starts_on=today, ends_on=today, because="x")
    leah.__dict__.pop("_roles_today", None)
    with pytest.raises(Refused, match="You asked for this grant"):
        granting.approve(award=award, by=leah)


# --- The number on the letter ------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["{code}", "{lower}", "{joined}", " {spaced} ", "g{bare}"])
def test_a_handler_finds_a_grant_by_its_reference_in_any_spelling(desk, sign_in, owen, typed):
    award = desk.approved()
    code = award.code
    spelling = typed.format(
        code=code,
        lower=code.lower(),
        joined=code.replace("-", ""),
        spaced=code.replace("-", " "),
        bare=code[2:].replace("-", ""),
    )
    response = sign_in(owen).post("/desk/help/grants/", {"reference": spelling})
    assert response.headers["Location"] == f"/desk/help/grants/{code}/"
    wrong = sign_in(owen).post("/desk/help/grants/", {"reference": "G-AAA-AAA-AAA"})
    assert "There is no grant G-AAA-AAA-AAA" in wrong.content.decode()
    assert (
        "nine signs"
        in sign_in(owen).post("/desk/help/grants/", {"reference": "x"}).content.decode()
    )


def test_any_handler_writes_a_review_down_by_the_reference_alone(desk, sign_in, owen, leah):
    """help-desk.md A8: the desk's number stands on the letter, and the handler got 403."""
    award = desk.approved(80)
    Case.objects.update(assigned_to=leah, state="working")
    address = f"/desk/help/grants/{award.code}/"
    shown = page(sign_in(owen), address)
    assert "£80" in shown
    for secret in ("Person1", "Nr1", "Quillfeather", "Mei&#x27;s reasons", award.account[-3:]):
        assert secret not in shown
    assert CaseRead.objects.get(person=owen).link == "reference"
    assert sign_in(owen).get(f"{award.get_absolute_url()}letter/").status_code == 302
    sign_in(owen).post(f"{address}review/", {"words": "He says it is too little."})
    assert award.reviews.count() == 1
    entry = award.decisions.get(kind="review_asked")
    assert (entry.by, entry.words) == (owen, "He says it is too little.")
    again = sign_in(owen).post(f"{address}review/", {"words": "Once more, kept."}).content.decode()
    assert "open already" in again
    assert "Once more, kept." in again


def test_the_case_says_what_was_awarded_and_leads_to_the_grant(desk, sign_in, leah):
    award = desk.paid(60)
    case = page(sign_in(leah), award.case.get_absolute_url())
    assert "paid, £60 awarded" in case
    assert f"/desk/help/grants/{award.code}/" in case
    shown = page(sign_in(leah), f"/desk/help/grants/{award.code}/")
    assert f"paid {timezone.localdate():%-d %B %Y}" in shown
    assert sign_in(leah).get(f"{award.get_absolute_url()}letter/").status_code == 200


def test_a_grant_of_a_restricted_case_is_found_by_nobody_else(
    desk, sign_in, owen, grace, asks_for_help, kinds
):
    kinds["safety"].is_restricted = True
    kinds["safety"].save(update_fields=["is_restricted"])
    case = asks_for_help("safety", by=grace, first_name="Zelda")
    award = desk.asked(case=case)
    assert case.is_restricted
    assert sign_in(owen).get(f"/desk/help/grants/{award.code}/").status_code == 404
    none = sign_in(owen).post("/desk/help/grants/", {"reference": award.code}).content.decode()
    assert "There is no grant" in none
    assert sign_in(owen).get(f"/desk/help/grants/{award.code}/review/").status_code == 404
    assert sign_in(grace).get(f"/desk/help/grants/{award.code}/").status_code == 200


def test_a_merge_takes_grants_along_with_their_rows(desk, leah):
    first, second = desk.approved(60), desk.approved(50)
    merging.merge(kept=first.resident, gone=second.resident, because="one", by=leah)
    second.refresh_from_db()
    assert second.resident == first.resident
    assert granting.standing_of(second).state == "approved"


# --- What was looked at ---------------------------------------------------------------------------


def test_a_reason_that_came_while_the_page_was_open_lets_nothing_go_on(desk, sign_in, robert):
    """Somebody reads why a grant is held; a second look-alike comes; they press the button."""
    desk.assessed(60, account="99990000")
    held = desk.assessed(60, account="99990000")
    client, address = sign_in(robert), f"/desk/grants/{held.code}/release/"
    seen = client.get(address).context["seen"]
    third = desk.asked(60, account="99990000")
    granting.assess(award=third, amount=Decimal(60), words="x", by=desk.people["mei"])
    held.refresh_from_db()
    assert any(third.code in why for why in held.held)
    answer = client.post(address, {"because": "Brothers.", "seen": seen})
    text = " ".join(answer.content.decode().split())
    assert "has changed since you looked" in text
    assert third.code in text
    assert "Brothers." in text
    held.refresh_from_db()
    assert held.held
    # Who has seen all of it lets it go on from the same page.
    client.post(address, {"because": "Brothers.", "seen": answer.context["seen"]})
    held.refresh_from_db()
    assert not held.held


@pytest.mark.parametrize("seen", ["", "x"])
def test_letting_a_grant_go_on_takes_what_the_page_showed(desk, sign_in, robert, seen):
    desk.assessed(60, account="99990000")
    held = desk.assessed(60, account="99990000")
    sign_in(robert).post(
        f"/desk/grants/{held.code}/release/", {"because": "Brothers.", "seen": seen}
    )
    held.refresh_from_db()
    assert held.held


def test_who_may_do_nothing_with_a_fund_reads_no_empty_column(desk, sign_in, robert, imran):
    assert 'data-label="Do"' not in page(sign_in(robert), "/desk/grants/")
    assert 'data-label="Do"' in page(sign_in(imran), "/desk/grants/")


def test_a_handler_reads_exactly_what_became_of_each_payment(desk, sign_in, leah, imran):
    award = desk.approved(80)
    address = f"/desk/help/grants/{award.code}/"
    assert "Not yet." in page(sign_in(leah), address)
    run = desk.run()
    assert "finance has not said yet that it was paid" in page(sign_in(leah), address)
    text = f"reference,state,amount,on,because\n{award.code},cancelled,80.00,,Wrong account\n"
    granting.reconcile(run=run, text=text, by=imran)
    assert "not paid: finance said that it did not go through" in page(sign_in(leah), address)
    refused = desk.assessed(50)
    granting.refuse(award=refused, words="No.", by=desk.people["robert"])
    assert "Nothing." in page(sign_in(leah), f"/desk/help/grants/{refused.code}/")

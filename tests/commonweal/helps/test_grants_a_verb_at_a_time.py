"""Grants, a verb at a time: who may and who may not, what stands in the record, what is answered
to whoever asks again; amounts and reasons that are none; whose name an account is in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from commonweal.accounts.models import Event, Person
from commonweal.grants import actions as granting
from commonweal.grants import breakdown, other_names
from commonweal.grants.models import Award, Fund, FundReturn, GrantDecision, PaymentRun
from commonweal.office.errors import Refused
from commonweal.residents.models import Resident

from .granted import ACCOUNT, Desk

CAST = (
    *("leah", "grace", "noor", "mei", "robert", "wanda", "imran"),
    *("joan", "sam", "asha", "maya", "daniel", "helen", "carys"),
)
OTHER_ACCOUNT = ACCOUNT | {"sort_code": "302010", "account": "99887766"}


@pytest.fixture
def people(request: pytest.FixtureRequest) -> dict[str, Person]:
    """Everybody, by name: none of them knows less of the world than any other."""
    return {name: request.getfixturevalue(name) for name in CAST}


@pytest.fixture
def desk(people: dict[str, Person], fund: Fund, asks_for_help: Any) -> Desk:
    return Desk(fund, people, asks_for_help)


@dataclass(frozen=True)
class Verb:
    """One verb. ``may``: who may, the first of them does it; ``had_part``: who may not here, though
    by their role they might; ``again``: what is answered after that, "" where nothing happens."""

    name: str
    recorded: str
    may: tuple[str, ...]
    sentence: str
    again: str
    before: Callable[[Desk], Any]
    deed: Callable[[Any, Person], Any]
    had_part: tuple[str, ...] = ()


def held(desk: Desk) -> Award:
    """Two people ask for money to one account."""
    desk.assessed(account="00110011")
    award: Award = desk.assessed(account="00110011")
    award.refresh_from_db()
    assert award.state == "held"
    return award


def corrected(desk: Desk) -> Award:
    """Approved; then the desk wrote another account down."""
    award = desk.approved()
    return granting.give_account(award=award, by=desk.people["grace"], **OTHER_ACCOUNT)


def reviewed(desk: Desk) -> Any:
    award = desk.assessed()
    granting.refuse(award=award, words="No.", by=desk.people["robert"])
    return granting.ask_review(award=award, words="Not fair.", by=None)


def run_of_one(desk: Desk) -> tuple[PaymentRun, str]:
    award = desk.approved()
    return desk.run(), f"reference,state,amount,because\n{award.code},cancelled,80,Account closed\n"


def read_back(desk: Desk) -> PaymentRun:
    return desk.paid().payments.get().run


def said_to_be_back(desk: Desk) -> Any:
    payment = desk.paid().payments.get()
    return granting.say_returned(payment=payment, because="Closed.", by=desk.people["imran"])


def a_return(desk: Desk) -> FundReturn:
    today = desk.fund.starts_on + timedelta(days=100)
    return granting.make_return(fund=desk.fund, upto=today, by=desk.people["robert"])


def rules(fund: Fund, **changes: Any) -> dict[str, Any]:
    names = ("budget", "ends_on", "most", "window_days", "methods", "carries_over")
    return {name: getattr(fund, name) for name in names} | changes


APPROVERS = ("robert", "wanda")
NO_APPROVER = "This takes the role of grants approver"
NO_FINANCE = "This takes the role of finance officer"
NOBODY_OF_THE_DESK = "This takes a place at the help desk or among the grants officers"
AT_DESK = ("leah", "grace", "noor", "mei", "robert", "wanda", "imran")
VERBS = [
    Verb(
        "assess",
        "grant assessed",
        ("mei",),
        "This takes the role of grants assessor",
        "Somebody else has assessed this already",
        lambda desk: desk.asked(),
        lambda award, by: granting.assess(award=award, amount=Decimal(80), words="Yes.", by=by),
    ),
    Verb(
        "release",
        "held grant released",
        APPROVERS,
        NO_APPROVER,
        "This grant is not held any more",
        held,
        lambda award, by: granting.release(award=award, because="Two sisters.", by=by),
    ),
    Verb(
        "approve",
        "grant approved",
        APPROVERS,
        NO_APPROVER,
        "Only an assessed grant can be approved",
        lambda desk: desk.assessed(),
        lambda award, by: granting.approve(award=award, by=by),
    ),
    Verb(
        "refuse",
        "grant refused",
        APPROVERS,
        NO_APPROVER,
        "Only an assessed grant can be refused",
        lambda desk: desk.assessed(),
        lambda award, by: granting.refuse(award=award, words="No.", by=by),
    ),
    Verb(
        "withdraw",
        "grant withdrawn",
        AT_DESK,
        NOBODY_OF_THE_DESK,
        "This grant is withdrawn: only an application",
        lambda desk: desk.asked(),
        lambda award, by: granting.withdraw(award=award, because="Found work.", by=by),
    ),
    Verb(
        "cancel",
        "grant cancelled",
        APPROVERS,
        NO_APPROVER,
        "Only an approved grant can be cancelled",
        lambda desk: desk.approved(),
        lambda award, by: granting.cancel(award=award, because="Moved away.", by=by),
    ),
    Verb(
        "give the account",
        "grant account given",
        AT_DESK,
        NOBODY_OF_THE_DESK,
        "This is the account that is there",
        lambda desk: desk.approved(),
        lambda award, by: granting.give_account(award=award, by=by, **OTHER_ACCOUNT),
    ),
    Verb(
        "see the account",
        "grant account seen",
        ("mei", "imran", *APPROVERS),
        "This takes a grants assessor, a grants approver or a finance officer",
        "Somebody else has looked at this account already",
        corrected,
        lambda award, by: granting.see_account(award=award, by=by, knows_why=True),
    ),
    Verb(
        "make the file",
        "payment file made",
        ("imran",),
        NO_FINANCE,
        "Nothing waits to be paid",
        lambda desk: desk.approved().fund,
        lambda fund, by: granting.make_run(fund=fund, by=by),
    ),
    Verb(
        "read it back",
        "payments reconciled",
        ("imran",),
        NO_FINANCE,
        "",
        run_of_one,
        lambda run, by: granting.reconcile(run=run[0], text=run[1], by=by),
    ),
    Verb(
        "close the day",
        "payment run closed",
        ("imran",),
        NO_FINANCE,
        "This run is closed already",
        read_back,
        lambda run, by: granting.close_run(run=run, by=by),
    ),
    Verb(
        "decide a review",
        "review decided",
        ("wanda",),
        NO_APPROVER,
        "Somebody else has decided this review already",
        reviewed,
        lambda review, by: granting.decide_review(
            review=review, amount=Decimal(80), words="It was right.", by=by
        ),
        had_part=("robert",),
    ),
    Verb(
        "say that it came back",
        "payment said to have come back",
        ("imran",),
        NO_FINANCE,
        "Somebody has said already that this payment came back",
        lambda desk: desk.paid().payments.get(),
        lambda payment, by: granting.say_returned(payment=payment, because="Closed.", by=by),
    ),
    Verb(
        "agree that it came back",
        "payment undone",
        APPROVERS,
        "This takes a finance officer or a grants approver",
        "Somebody else has decided this already",
        said_to_be_back,
        lambda returned, by: granting.decide_returned(returned=returned, agrees=True, by=by),
        had_part=("imran",),
    ),
    Verb(
        "make a return",
        "return made",
        ("imran", *APPROVERS),
        "This takes a finance officer or a grants approver",
        "There is a return for this day already",
        lambda desk: desk.fund,
        lambda fund, by: granting.make_return(fund=fund, upto=fund.starts_on, by=by),
    ),
    Verb(
        "sign a return",
        "return signed",
        ("imran",),
        NO_FINANCE,
        "This return is signed already",
        a_return,
        lambda fund_return, by: granting.sign_return(fund_return=fund_return, by=by),
    ),
    Verb(
        "change a fund",
        "fund changed",
        ("imran",),
        NO_FINANCE,
        "These are the rules that the fund has",
        lambda desk: desk.fund,
        lambda fund, by: granting.change_fund(
            fund=fund, values=rules(fund, most=Decimal(250)), because="Cabinet.", by=by
        ),
    ),
]
each_verb = pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)


def recorded(verb: Verb, by: Person) -> int:
    return Event.objects.filter(verb=verb.recorded, by_code=by.code).count()


@pytest.mark.django_db
@each_verb
def test_nobody_else_does_it_and_nothing_is_written(
    desk: Desk, people: dict[str, Person], verb: Verb
) -> None:
    thing = verb.before(desk)
    stood = (Event.objects.count(), GrantDecision.objects.count())
    for name in CAST:
        if name in verb.had_part:
            with pytest.raises(Refused, match=r"Another officer|Somebody else must"):
                verb.deed(thing, people[name])
        elif name not in verb.may:
            with pytest.raises(Refused, match=verb.sentence):
                verb.deed(thing, people[name])
    assert (Event.objects.count(), GrantDecision.objects.count()) == stood


@pytest.mark.django_db
@each_verb
def test_whoever_may_does_it_once_under_their_name(
    desk: Desk, people: dict[str, Person], verb: Verb
) -> None:
    thing = verb.before(desk)
    for name in reversed(verb.may):
        with transaction.atomic():
            before = recorded(verb, people[name])
            verb.deed(thing, people[name])
            assert recorded(verb, people[name]) == before + 1
            # All but the first might have, and did not.
            transaction.set_rollback(name != verb.may[0])
    if verb.again:
        with pytest.raises(Refused, match=verb.again):
            verb.deed(thing, people[verb.may[0]])
    else:
        assert verb.deed(thing, people[verb.may[0]]) == (0, 0)


# Reasons and amounts


REASONS: list[tuple[str, Callable[[Desk], Any], Callable[[Any, str, Desk], Any], str]] = [
    (
        "assess",
        lambda desk: desk.asked(),
        lambda award, words, desk: granting.assess(
            award=award, amount=Decimal(8), words=words, by=desk.people["mei"]
        ),
        "Write the reasons",
    ),
    (
        "release",
        held,
        lambda award, words, desk: granting.release(
            award=award, because=words, by=desk.people["robert"]
        ),
        "Say why it may go on",
    ),
    (
        "refuse",
        lambda desk: desk.assessed(),
        lambda award, words, desk: granting.refuse(
            award=award, words=words, by=desk.people["robert"]
        ),
        "Write the reasons",
    ),
    (
        "withdraw",
        lambda desk: desk.asked(),
        lambda award, words, desk: granting.withdraw(
            award=award, because=words, by=desk.people["leah"]
        ),
        "Say why it is withdrawn",
    ),
    (
        "cancel",
        lambda desk: desk.approved(),
        lambda award, words, desk: granting.cancel(
            award=award, because=words, by=desk.people["robert"]
        ),
        "Say why it is cancelled",
    ),
    (
        "review",
        reviewed,
        lambda review, words, desk: granting.decide_review(
            review=review, amount=Decimal(80), words=words, by=desk.people["wanda"]
        ),
        "Write the reasons",
    ),
    (
        "change a fund",
        lambda desk: desk.fund,
        lambda fund, words, desk: granting.change_fund(
            fund=fund, values=rules(fund, most=Decimal(9)), because=words, by=desk.people["imran"]
        ),
        "Name the decision",
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "deed", "sentence"), [row[1:] for row in REASONS], ids=[row[0] for row in REASONS]
)
def test_a_reason_of_blanks_is_none(
    desk: Desk, before: Callable[..., Any], deed: Callable[..., Any], sentence: str
) -> None:
    thing, stood = before(desk), GrantDecision.objects.count()
    for words in ("", "  \n\t "):
        with pytest.raises(Refused, match=sentence):
            deed(thing, words, desk)
    assert GrantDecision.objects.count() == stood
    deed(thing, "  A reason. ", desk)
    entry = GrantDecision.objects.order_by("-id").first()
    if entry is not None and not isinstance(thing, Fund):
        assert entry.words == "A reason."


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "-0.01", "0.001", "79.999"])
def test_what_is_no_sum_in_pounds_and_pence_is_refused_everywhere(desk: Desk, amount: str) -> None:
    award, review = desk.asked(), reviewed(desk)
    count, upto = Award.objects.count(), desk.fund.starts_on
    for deed in (
        lambda sum_of: desk.asked(80, asked=sum_of),
        lambda sum_of: granting.assess(
            award=award, amount=sum_of, words="Yes.", by=desk.people["mei"]
        ),
        lambda sum_of: granting.decide_review(
            review=review, amount=sum_of, words="Yes.", by=desk.people["wanda"]
        ),
        lambda sum_of: granting.make_return(
            fund=desk.fund, upto=upto, costs=sum_of, by=desk.people["robert"]
        ),
    ):
        with pytest.raises(Refused, match="Enter pounds and pence"):
            deed(Decimal(amount))
    assert (Award.objects.count(), FundReturn.objects.count()) == (count, 0)


# Asking


@pytest.mark.django_db
def test_whom_a_fund_is_asked_for(desk: Desk, today: date) -> None:
    dead = desk.case()
    Resident.objects.filter(pk=dead.resident.pk).update(is_dead=True)
    dead.resident.refresh_from_db()
    with pytest.raises(Refused, match="This person was reported dead"):
        desk.asked(case=dead)
    with pytest.raises(Refused, match="Ask for more than nought"):
        desk.asked(0)
    desk.fund.categories = ["rent"]
    with pytest.raises(Refused, match="Hardship fund does not pay for this category"):
        desk.asked()
    desk.fund.categories = []
    for starts, ends in ((1, 9), (-9, -1)):
        desk.fund.starts_on = today + timedelta(days=starts)
        desk.fund.ends_on = today + timedelta(days=ends)
        with pytest.raises(Refused, match=f"until {desk.fund.ends_on:%-d %B %Y}"):
            desk.asked()
    assert not Award.objects.exists()
    # On its first and on its last day it takes them.
    desk.fund.starts_on = desk.fund.ends_on = today
    award = desk.asked(1)
    assert (award.state, award.asked_on, award.asked) == ("asked", today, 1)
    assert Event.objects.get(verb="grant asked for").detail == {"fund": "hardship"}


@pytest.mark.django_db
def test_a_fund_s_rules_are_refused_together_with_what_was_approved(
    desk: Desk, today: date
) -> None:
    desk.approved(80)
    imran, fund = desk.people["imran"], desk.fund
    for changes, sentence in (
        ({"ends_on": fund.starts_on - timedelta(days=1)}, "end before it begins"),
        ({"budget": Decimal("79.99")}, r"Approved already: £80\.00"),
        ({"methods": []}, "Choose one way at least"),
    ):
        with pytest.raises(Refused, match=sentence):
            granting.change_fund(
                fund=fund, values=rules(fund, **changes), because="Cabinet.", by=imran
            )
    assert not fund.before.exists()
    values = rules(fund, budget=Decimal(80), ends_on=fund.starts_on)
    granting.change_fund(fund=fund, values=values, because=" Cabinet. ", by=imran)
    kept = fund.before.get()
    assert kept.because == "Cabinet."
    assert kept.was == {"budget": "1000.00", "ends_on": str(today + timedelta(days=100))}
    assert granting.balance(Fund.objects.get(pk=fund.pk)).left == 0


# In whose name an account is


def award_of(payee: str, first: str, last: str, known: str = "", method: str = "transfer") -> Award:
    resident = Resident(first_name=first, last_name=last, also_known_as=known)
    return Award(payee=payee, method=method, resident=resident)


@pytest.mark.parametrize(
    ("payee", "first", "last", "known"),
    [
        ("Zebedee Quillfeather", "Zebedee", "Quillfeather", ""),
        ("Z Quillfeather", "Zebedee", "Quillfeather", ""),
        ("MR Z. QUILLFEATHER", "Zebedee", "Quillfeather", ""),
        ("Zeb Quillfeather", "Zebedee", "Quillfeather", ""),
        ("Quillfeather Z", "Zebedee", "Quillfeather", ""),
        ("A & Z Quillfeather", "Zebedee", "Quillfeather", ""),
        ("Liz Smith", "Elizabeth", "Smith", ""),
        ("Elizabeth Smith", "Liz", "Smith", ""),
        ("Bill Ohagan", "William", "O'Hagan", ""),
        ("Zoë Łuć", "Zoe", "Luc", ""),
        ("E Jones", "Elizabeth", "Smith", "Elizabeth Jones"),
        ("E Jones", "Elizabeth", "Smith", "Jones"),
        ("Smith", "", "Smith", ""),
        ("", "Zebedee", "Quillfeather", ""),
        ("   ", "Zebedee", "Quillfeather", ""),
    ],
)
def test_an_account_in_ones_own_name(payee: str, first: str, last: str, known: str) -> None:
    award = award_of(payee, first, last, known)
    assert other_names.in_words(award) == ""
    other_names.needs_it_known(award, False)


@pytest.mark.parametrize(
    ("payee", "first", "last"),
    [
        ("A Quillfeather", "Zebedee", "Quillfeather"),
        ("Mr Quillfeather", "Zebedee", "Quillfeather"),
        ("Quillfeather", "Zebedee", "Quillfeather"),
        ("Zebedee Webb", "Zebedee", "Quillfeather"),
        ("Corner Stores Ltd", "Zebedee", "Quillfeather"),
        ("Z Quillfeather", "", ""),
    ],
)
def test_an_account_in_another_name_takes_somebody_who_knows_why(
    payee: str, first: str, last: str
) -> None:
    award = award_of(payee, first, last)
    who = f"{first} {last}".strip() or "somebody whose name is not known"
    sentence = f"The account is in the name of {payee}, and the grant is for {who}."
    assert other_names.in_words(award) == sentence
    with pytest.raises(Refused, match="Find out why, and tick that you have"):
        other_names.needs_it_known(award, False)
    other_names.needs_it_known(award, True)
    # Whoever sent a bill is nobody's namesake.
    award.method = "supplier"
    other_names.needs_it_known(award, False)


# A return as a file


def test_a_return_as_a_file_holds_back_what_it_holds_back() -> None:
    figures = {
        "methods": {"transfer": {"awards": 7, "spent": "560.00"}, "gone": _few("1", "2.00")},
        "household_types": {"not_said": {"awards": None, "spent": None}},
        "budget": "1000.00",
        "spent": "562.00",
        "unspent": "438.00",
    }
    fund_return = FundReturn(figures=figures, made_by=Person(name="Mei Tran"))
    assert breakdown.return_file(fund_return).lstrip("\ufeff").splitlines() == [
        "part,what,grants,spent",
        "How it reached them,Bank transfer,7,560.00",
        "How it reached them,gone,1,2.00",
        'Who lives there,Not said,"fewer than 5, or next to it",',
        "Sum,budget,,1000.00",
        "Sum,spent,,562.00",
        "Sum,costs,,",
        "Sum,unspent,,438.00",
        "Sum,carried_over,,",
        "Made by,Mei Tran,,",
        "Signed by,nobody yet,,",
    ]
    fund_return.signed_by, fund_return.signed_on = Person(name="Ida"), date(2027, 3, 31)
    assert "Signed by,Ida,,2027-03-31" in breakdown.return_file(fund_return)


def _few(awards: str, spent: str) -> dict[str, Any]:
    return {"awards": int(awards), "spent": spent}

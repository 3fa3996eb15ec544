"""What people decide that a payee is, and take back: without a register, a file or a run."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts.models import Event
from commonweal.office.errors import Refused
from commonweal.spend import payees
from commonweal.spend.models import Decided, Payee, Verdict
from commonweal.spend.payees import deciding
from commonweal.spend.payees.deciding import UNSURE_BELOW
from commonweal.spend.payees.matching import EntryCandidate
from commonweal.spend.payees.naming import GIVEN, WAITS

pytestmark = pytest.mark.django_db

OAK = EntryCandidate("GB-COH-01234567", "OAK LIMITED", 1.0, "", "", None, None, "SG1 1AA")
BLANKS = ["", " ", "\n\t ", "\xa0"]


def payee_of(name: str = "Oak Ltd", amount: str = "10.00", lines: int = 1, **further) -> Payee:
    return Payee.objects.create(
        code=payees.code_of(name), name=name, lines=lines, amount_gbp=Decimal(amount), **further
    )


def matched_payee(name: str = "Oak Ltd", probability: float = 0.93, **further) -> Payee:
    return payee_of(
        name,
        entry="GB-COH-07654321",
        register_name="OAKS LIMITED",
        probability=probability,
        **{"method": "same name", "reasons": "same letters", "matched_with": "state"} | further,
    )


def settled_of(payee: Payee) -> dict[str, object]:
    """What stands of a payee in the database."""
    return Payee.objects.values(
        *("decided_id", "entry", "register_name", "probability", "method", "reasons"),
        "matched_with",
    ).get(pk=payee.pk)


@pytest.fixture
def registers(monkeypatch):
    """Oak in the registers, and nobody else; what was looked for."""
    looked_for = []

    def named(org_id):
        looked_for.append(org_id)
        return OAK if org_id in ("01234567", OAK.entry) else None

    monkeypatch.setattr(deciding, "entry_named", named)
    return looked_for


def decide(payee: Payee, by, verdict: str = "none", because: str = "Its site.", entry: str = ""):
    return payees.decide(
        payee=payee, verdict=verdict, because=because, by=by, role="analyst", entry=entry
    )


def test_an_entry_is_decided_and_stands(yusuf, registers):
    payee = payee_of()
    before = timezone.localdate()
    decision = decide(payee, yusuf, "entry", "Its invoice says so.", "01234567")
    assert registers == ["01234567"]
    stands = Decided.objects.get()
    assert stands == decision
    assert (stands.payee, stands.verdict, stands.because) == (payee, "entry", decision.because)
    assert (stands.entry, stands.register_name) == (OAK.entry, OAK.name)
    assert (stands.decided_by, stands.by_role) == (yusuf, "Analyst")
    assert before <= stands.decided_on <= timezone.localdate()
    assert (stands.undone_on, stands.undone_by, stands.undone_because) == (None, None, "")
    assert settled_of(payee) == {
        "decided_id": stands.pk,
        "entry": OAK.entry,
        "register_name": OAK.name,
        "probability": 1.0,
        "method": "decided by a person",
        "reasons": "Its invoice says so.",
        "matched_with": "",
    }


@pytest.mark.parametrize("verdict", ["none", "person"])
def test_what_is_no_entry_takes_the_matchers_away(yusuf, registers, verdict):
    payee = matched_payee()
    decision = decide(payee, yusuf, verdict, "They told us.")
    assert (decision.verdict, decision.entry, decision.register_name) == (verdict, "", "")
    stands = settled_of(payee)
    assert (stands["entry"], stands["register_name"], stands["probability"]) == ("", "", 0.0)
    assert (stands["method"], stands["reasons"]) == ("decided by a person", "They told us.")
    # No register is asked, and an entry that came with it is not taken.
    assert registers == []
    payee = payee_of("Elm Ltd")
    assert decide(payee, yusuf, verdict, entry="01234567").entry == ""
    assert registers == []


@pytest.mark.parametrize("verdict", Verdict.values)
def test_it_leaves_a_record_without_a_name_or_a_word_of_it(yusuf, registers, verdict):
    payee = payee_of("Mr Abel Leaf")
    decide(payee, yusuf, verdict, "Abel says so.", OAK.entry)
    line = Event.objects.get(verb="payee decided")
    assert (line.about_kind, line.about_code) == ("spend.Payee", payee.code)
    assert (line.by_code, line.as_role) == (yusuf.code, "analyst")
    entry = OAK.entry if verdict == "entry" else ""
    assert line.detail == {"verdict": verdict, "entry": entry}


@pytest.mark.parametrize("because", BLANKS, ids=repr)
@pytest.mark.parametrize("verdict", Verdict.values)
def test_without_a_reason_nothing_is_decided(yusuf, registers, verdict, because):
    payee = matched_payee()
    before = settled_of(payee)
    with pytest.raises(Refused) as refusal:
        decide(payee, yusuf, verdict, because, OAK.entry)
    assert str(refusal.value) == "Say how you know: whoever comes after you will ask."
    assert settled_of(payee) == before
    assert not Decided.objects.exists()
    assert not Event.objects.filter(verb="payee decided").exists()


@pytest.mark.parametrize("entry", ["09999999", "GB-COH-09999999", "oak limited", "GB-", "'"])
def test_an_entry_that_no_register_has_is_named_as_it_was_typed(yusuf, registers, entry):
    payee = payee_of()
    with pytest.raises(Refused) as refusal:
        decide(payee, yusuf, "entry", entry=entry)
    assert str(refusal.value) == f"There is no entry {entry!r} in the registers here."
    assert registers == [entry]
    assert not Decided.objects.exists()
    assert settled_of(payee)["method"] == ""


def test_no_entry_at_all_is_refused_without_asking_the_registers(yusuf, registers):
    with pytest.raises(Refused, match=r"^There is no entry '' in the registers here\.$"):
        decide(payee_of(), yusuf, "entry")
    assert registers == []


@pytest.mark.parametrize("second", Verdict.values)
@pytest.mark.parametrize("first", Verdict.values)
def test_what_is_decided_is_not_decided_again(yusuf, registers, first, second):
    payee = payee_of()
    decide(payee, yusuf, first, "The first reason.", OAK.entry)
    before = settled_of(payee)
    with pytest.raises(Refused) as refusal:
        decide(Payee.objects.get(pk=payee.pk), yusuf, second, "Another reason.", OAK.entry)
    assert str(refusal.value) == ("Somebody has decided this already. Take that back first.")
    assert settled_of(payee) == before
    assert Decided.objects.get().because == "The first reason."
    assert Event.objects.filter(verb="payee decided").count() == 1


def test_what_is_paid_meanwhile_is_not_written_over(yusuf, registers):
    payee = payee_of(amount="10.00")
    Payee.objects.filter(pk=payee.pk).update(amount_gbp=Decimal("99.00"), lines=7, vat="123456789")
    decide(payee, yusuf)
    payee.refresh_from_db()
    assert (payee.amount_gbp, payee.lines, payee.vat) == (Decimal("99.00"), 7, "123456789")


@pytest.mark.parametrize(
    ("role", "told"),
    [("analyst", "Analyst"), ("editor", "Partner"), ("administrator", "Administrator"), ("x", "x")],
)
def test_in_which_role_somebody_decided_stands_beside_it(yusuf, role, told):
    decision = payees.decide(
        payee=payee_of(), verdict="none", because="Its site.", by=yusuf, role=role
    )
    assert decision.by_role == told


# --- Taken back -----------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", Verdict.values)
def test_a_decision_is_taken_back_and_the_registers_are_asked_anew(
    yusuf, registers, verdict, new_person
):
    payee = matched_payee()
    decision = decide(payee, yusuf, verdict, "A guess.", OAK.entry)
    other = new_person("hanna", "Hanna Moss")
    before = timezone.localdate()
    payees.take_back(decided=decision, because="It was a guess.", by=other, role="analyst")
    decision.refresh_from_db()
    assert before <= decision.undone_on <= timezone.localdate()
    assert (decision.undone_by, decision.undone_because) == (other, "It was a guess.")
    # What was decided, by whom and why, stays to be read.
    assert (decision.verdict, decision.because, decision.decided_by) == (verdict, "A guess.", yusuf)
    assert settled_of(payee) == {
        "decided_id": None,
        "entry": "",
        "register_name": "",
        "probability": 0.0,
        "method": "",
        "reasons": "",
        "matched_with": "",
    }
    line = Event.objects.get(verb="payee decision taken back")
    assert (line.about_kind, line.about_code) == ("spend.Payee", payee.code)
    assert (line.by_code, line.as_role, line.detail) == (other.code, "analyst", {})


@pytest.mark.parametrize("because", BLANKS, ids=repr)
def test_without_a_reason_a_decision_stands(yusuf, because):
    payee = payee_of()
    decision = decide(payee, yusuf)
    before = settled_of(payee)
    with pytest.raises(Refused) as refusal:
        payees.take_back(decided=decision, because=because, by=yusuf, role="analyst")
    assert str(refusal.value) == "Say why it is taken back."
    decision.refresh_from_db()
    assert decision.undone_on is None
    assert settled_of(payee) == before
    assert not Event.objects.filter(verb="payee decision taken back").exists()


def test_what_was_taken_back_is_not_taken_back_again(yusuf, new_person):
    payee = payee_of()
    decision = decide(payee, yusuf)
    stale = Decided.objects.get(pk=decision.pk)
    payees.take_back(decided=decision, because="It was a guess.", by=yusuf, role="analyst")
    other = new_person("hanna", "Hanna Moss")
    with pytest.raises(Refused) as refusal:
        payees.take_back(decided=stale, because="Another reason.", by=other, role="analyst")
    assert str(refusal.value) == "Somebody else has taken it back already."
    decision.refresh_from_db()
    assert (decision.undone_by, decision.undone_because) == (yusuf, "It was a guess.")
    assert Event.objects.filter(verb="payee decision taken back").count() == 1


def test_an_old_decision_taken_back_twice_leaves_the_new_one_alone(yusuf, registers):
    payee = payee_of()
    old = decide(payee, yusuf)
    payees.take_back(decided=old, because="A guess.", by=yusuf, role="analyst")
    payee.refresh_from_db()
    new = decide(payee, yusuf, "entry", entry=OAK.entry)
    before = settled_of(payee)
    with pytest.raises(Refused, match=r"already\.$"):
        payees.take_back(decided=old, because="Again.", by=yusuf, role="analyst")
    assert settled_of(payee) == before
    assert before["decided_id"] == new.pk


def test_it_is_decided_back_and_forth_and_all_of_it_stays(yusuf, registers):
    payee = payee_of()
    for verdict in ("none", "person", "entry"):
        decision = decide(payee, yusuf, verdict, f"It is {verdict}.", OAK.entry)
        payees.take_back(decided=decision, because=f"Not {verdict}.", by=yusuf, role="analyst")
        payee.refresh_from_db()
    told = payee.decisions.order_by("pk").values_list("verdict", "because", "undone_because")
    assert list(told) == [
        ("none", "It is none.", "Not none."),
        ("person", "It is person.", "Not person."),
        ("entry", "It is entry.", "Not entry."),
    ]


def test_other_payees_are_as_they_were(yusuf, registers):
    payee, other = payee_of(), matched_payee("Elm Ltd")
    before = settled_of(other)
    decision = decide(payee, yusuf)
    assert settled_of(other) == before
    payees.take_back(decided=decision, because="A guess.", by=yusuf, role="analyst")
    assert settled_of(other) == before


# --- What the database itself refuses -------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "entry", "entry": ""},
        {"verdict": "none", "entry": OAK.entry},
        {"verdict": "person", "entry": OAK.entry},
        {"verdict": "none", "undone_on": date(2026, 1, 2)},
        {"verdict": "none", "undone_on": date(2026, 1, 2), "undone_because": ""},
    ],
    ids=["no entry", "an entry for none", "an entry for a person", "undone", "undone in blanks"],
)
def test_the_database_takes_no_decision_that_says_half(yusuf, wrong):
    payee = payee_of()
    with pytest.raises(IntegrityError), transaction.atomic():
        Decided.objects.create(payee=payee, because="x", by_role="Analyst", **wrong)
    assert not Decided.objects.exists()


def test_two_decisions_stand_in_no_way_beside_each_other(yusuf):
    payee = payee_of()
    decide(payee, yusuf)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decided.objects.create(payee=payee, verdict="person", because="x", by_role="Analyst")
    Decided.objects.create(
        payee=payee,
        verdict="person",
        because="x",
        by_role="Analyst",
        undone_on=date(2026, 1, 2),
        undone_because="y",
    )
    assert payee.decisions.count() == 2


# --- The queue ------------------------------------------------------------------------------------


def queued() -> list[str]:
    return [payee.name for payee in payees.queue()]


@pytest.mark.parametrize(
    ("further", "waits"),
    [
        ({}, True),
        ({"entry": "GB-COH-07654321", "probability": 1.0}, False),
        ({"entry": "GB-COH-07654321", "probability": UNSURE_BELOW}, False),
        ({"entry": "GB-COH-07654321", "probability": 0.7999}, True),
        ({"entry": "GB-COH-07654321", "probability": 0.0}, True),
        # A number that the publisher gives is looked at by nobody.
        ({"entry": "GB-COH-07654321", "probability": 0.1, "method": GIVEN}, False),
        ({"method": WAITS}, True),
        # Nothing is paid to it any more.
        ({"lines": 0}, False),
    ],
    ids=range(8),
)
def test_who_waits_to_be_looked_at(further, waits):
    payee_of(**further)
    assert queued() == (["Oak Ltd"] if waits else [])


def test_what_was_decided_waits_no_more_and_waits_again(yusuf):
    payee = payee_of()
    decision = decide(payee, yusuf)
    assert queued() == []
    payees.take_back(decided=decision, because="A guess.", by=yusuf, role="analyst")
    assert queued() == ["Oak Ltd"]


def test_most_money_comes_first_and_equal_money_by_name():
    for name, amount in (
        ("Elm Ltd", "5.00"),
        ("Yew Ltd", "70.00"),
        ("Ash Ltd", "5.00"),
        ("Fir Ltd", "-3.00"),
        ("Oak Ltd", "0.00"),
    ):
        payee_of(name, amount)
    assert queued() == ["Yew Ltd", "Ash Ltd", "Elm Ltd", "Oak Ltd", "Fir Ltd"]


def test_what_payees_come_to():
    assert payees.total_of(Payee.objects.all()) == Decimal(0)
    assert payees.total_of(Payee.objects.none()) == Decimal(0)
    payee_of("Elm Ltd", "5.25")
    payee_of("Yew Ltd", "-7.50")
    assert payees.total_of(Payee.objects.all()) == Decimal("-2.25")
    assert payees.total_of(Payee.objects.filter(name="Elm Ltd")) == Decimal("5.25")

"""Every queue that waits for somebody is in their digest: by name or reference, and its address."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from commonweal.accounts.models import Message
from commonweal.asks import actions as asking
from commonweal.asks.models import Alarm
from commonweal.cases import subject
from commonweal.cases.models import Case, Glass, RetentionRun
from commonweal.grants import actions as granting
from commonweal.grants import returned
from commonweal.grants.models import Award, FundReturn, IssuedCode, Payment
from commonweal.places.models import Room
from commonweal.pledges import charter_queues, reminders, role_queues
from commonweal.residents.models import Erasure
from commonweal.voice.models import Consultation, Proposal
from commonweal.voice.rounds import drafting, emergencies
from commonweal.volunteers.models import Volunteer

from .cast.rounds import close, sheet_answers

pytestmark = pytest.mark.django_db

NAME = "Quillfeather"
ALL = (
    "maya",
    "idris",
    "tom",
    "daniel",
    "helen",
    "grace",
    "mei",
    "robert",
    "wanda",
    "imran",
    "nadia",
    "leah",
    "carys",
)


class World:
    """The cast by name."""

    def __init__(self, **cast: Any) -> None:
        self.__dict__ |= cast


@pytest.fixture
def world(
    town,
    maya,
    idris,
    tom,
    daniel,
    helen,
    grace,
    mei,
    robert,
    wanda,
    imran,
    nadia,
    leah,
    carys,
    owen,
    fund,
    asks_for_help,
    kinds,
    voted,
    sealed,
    today,
):
    return World(**{name: each for name, each in locals().items()})


ASKED = {
    "category": "food",
    "reason": "GTIR010",
    "purpose": "GTIP070",
    "asked": Decimal(80),
    "payee": f"Z {NAME}",
    "sort_code": "200000",
    "account": "11112222",
}


def applied(world: World) -> Award:
    case = asks_for_help_of(world)
    person = {"resident": case.resident, "case": case}
    return granting.apply(fund=world.fund, by=world.leah, **person, values=ASKED)


def asks_for_help_of(world: World) -> Case:
    case: Case = world.asks_for_help("money", by=world.leah, last_name=NAME)
    return case


def assessed(world: World) -> Award:
    return granting.assess(award=applied(world), amount=Decimal(80), words="x", by=world.mei)


def approved(world: World) -> Award:
    award = granting.approve(award=assessed(world), by=world.robert)
    assert award.state == "approved"
    return award


def paid(world: World) -> Award:
    award = approved(world)
    granting.make_run(fund=world.fund, by=world.imran)
    return award


def of(award: Award) -> tuple[str, str]:
    return f"Grant {award.code}", f"/desk/grants/{award.code}/"


def a_held_grant(world: World) -> tuple[str, str]:
    first = approved(world)
    case = world.asks_for_help("energy", by=world.leah, resident=first.resident)
    person = {"resident": case.resident, "case": case}
    again = granting.apply(fund=world.fund, by=world.leah, **person, values=ASKED)
    held = granting.assess(award=again, amount=Decimal(80), words="x", by=world.mei)
    assert held.state == "held"
    return of(held)


def a_review(world: World) -> tuple[str, str]:
    award = paid(world)
    granting.ask_review(award=award, words="x", by=world.imran)
    return of(award)


def a_payment_back(world: World) -> tuple[str, str]:
    award = paid(world)
    Payment.objects.update(state="paid")
    returned.say_returned(payment=Payment.objects.get(), because="x", by=world.imran)
    return of(award)


def a_fund_return(world: World) -> tuple[str, str]:
    made = FundReturn.objects.create(fund=world.fund, upto=world.today, made_by=world.robert)
    return "Hardship fund", f"/desk/grants/returns/{made.pk}/"


def a_code(world: World) -> tuple[str, str]:
    award = paid(world)
    Case.objects.update(assigned_to=world.leah)
    Payment.objects.update(state="paid")
    IssuedCode.objects.create(payment=Payment.objects.get(), code="123", code_key="x")
    return f"Grant {award.code}", f"/desk/help/grants/{award.code}/code/"


def a_volunteer(world: World) -> tuple[str, str]:
    volunteer = Volunteer.objects.create(person=world.carys)
    return "an offer of time", f"/desk/help/volunteers/{volunteer.pk}/"


def an_ask(world: World) -> tuple[str, str]:
    ask = asking.make_ask(
        values={"title": "Ten laptops", "quantity": Decimal(10), "unit": "laptops"}, by=world.grace
    )
    return "Ten laptops", f"/desk/help/asks/{ask.code}/"


def an_alarm(world: World) -> tuple[str, str]:
    alarm = Alarm.objects.create(
        kind="all", name="All", rule="cusum", on=world.today, expected=1, upper=2, seen=9
    )
    return "Requests rose: All", f"/desk/help/alarms/{alarm.pk}/"


def a_late_case(world: World) -> tuple[str, str]:
    case = asks_for_help_of(world)
    Case.objects.update(late_at=timezone.now() - timedelta(hours=1))
    return f"Case {case.code}", f"/desk/help/cases/{case.code}/"


def a_bare_case(world: World) -> tuple[str, str]:
    case = asks_for_help_of(world)
    case.callbacks.all().delete()
    Case.objects.update(bare_at=timezone.now() - timedelta(hours=1))
    return f"Case {case.code}", f"/desk/help/cases/{case.code}/"


def a_glass(world: World) -> tuple[str, str]:
    case = asks_for_help_of(world)
    Glass.objects.create(person=world.owen, case=case, because=NAME)
    return f"Case {case.code} was opened without a link", "/desk/reads/"


def a_copy(world: World) -> tuple[str, str]:
    resident = asks_for_help_of(world).resident
    copy = subject.prepare(resident=resident, by=world.helen)
    return f"What is held about {resident.code}", f"/desk/subject/{copy.code}/"


def an_erasing(world: World) -> tuple[str, str]:
    resident = asks_for_help_of(world).resident
    erasure = Erasure.objects.create(resident=resident, because=NAME, asked_by=world.helen)
    return f"Record {resident.code}", f"/desk/erasing/{erasure.code}/"


def a_stopped_run(world: World) -> tuple[str, str]:
    run = RetentionRun.objects.create(on=world.today, state="stopped", first_by=world.helen)
    return f"The run of {world.today:%-d %B %Y}", f"/desk/erasing/runs/{run.code}/"


def a_consultation(world: World, **more: Any) -> Consultation:
    days = {
        "opens_on": world.today - timedelta(days=30),
        "closes_on": world.today,
        "decides_on": world.today + timedelta(days=30),
    }
    return Consultation.objects.create(
        title="The green",
        can_change="The benches.",
        who_decides="The cabinet.",
        made_by=world.nadia,
        published_on=world.today - timedelta(days=31),
        **(days | more),
    )


def something_sent(world: World) -> tuple[str, str]:
    consultation = a_consultation(world)
    Proposal.objects.create(
        consultation=consultation, title=f"{NAME} is loud", words=NAME, voice="resident"
    )
    return "A proposal: The green", f"/desk/voice/{consultation.code}/proposals/"


def a_proposal(world: World) -> tuple[str, str]:
    consultation = a_consultation(world)
    proposal = Proposal.objects.create(
        consultation=consultation, title="A bench", words="x", voice="resident", visibility="shown"
    )
    return "A bench", f"/desk/voice/proposals/{proposal.code}/"


def an_ended_one(world: World) -> tuple[str, str]:
    consultation = a_consultation(world, closes_on=world.today - timedelta(days=2))
    return "The green", f"/desk/voice/{consultation.code}/"


def an_idea(world: World) -> tuple[str, str]:
    budget_round = drafting.begin(answers=sheet_answers(), by=world.nadia)
    answers = {"title": NAME, "words": NAME, "area": None, "proposed_by": "resident"}
    drafting.hand_in(budget_round=budget_round, answers=answers, by=None)
    drafting.close_ideas(budget_round=budget_round, by=world.nadia)
    return "Six hundred pounds: idea 1", f"/desk/budgets/{budget_round.code}/projects/1/"


def a_count(world: World) -> tuple[str, str]:
    budget_round, *_ = world.voted()
    close(budget_round)
    return "Six hundred pounds", f"/desk/budgets/{budget_round.code}/"


def an_emergency(world: World) -> tuple[str, str]:
    budget_round = world.sealed()
    emergencies.ask(
        budget_round=budget_round,
        kind="stop",
        notice="x",
        closes_at=None,
        project=None,
        by=world.nadia,
    )
    return "Six hundred pounds: the round is stopped", f"/desk/budgets/{budget_round.code}/"


def what_lacks(world: World) -> tuple[str, str]:
    return "Name and contacts: Missing", "/desk/town/name/"


DESK = {"maya", "nadia"}
# The first pages of desks hold several lists: a letter leads to that which it counted.
FIRST_PAGES = {"desk-help", "desk-manage", "desk-grants", "desk-voice"}
# What waits, for whom, and how many of it in words. The books and what comes to the charter
# manager and reviewers are in `pledges/test_digests.py`.
MADE = {
    "grants-to-assess": (lambda world: of(applied(world)), {"mei"}, "1 grant to assess"),
    "grants-held": (a_held_grant, {"robert", "wanda"}, "1 held grant to look at"),
    "grants-to-approve": (
        lambda world: of(assessed(world)),
        {"robert", "wanda"},
        "1 grant to approve",
    ),
    "grant-reviews": (a_review, {"wanda"}, "1 review of a grant to decide"),
    "grants-to-pay": (lambda world: of(approved(world)), {"imran"}, "1 grant to pay"),
    "payments-back": (a_payment_back, {"robert", "wanda"}, "1 payment that came back waits"),
    "fund-returns": (a_fund_return, {"imran"}, "1 return of a fund to sign"),
    "grant-codes": (a_code, {"leah"}, "1 code to hand over"),
    "volunteers": (a_volunteer, {"grace"}, "1 volunteer waits to be looked at"),
    "asks": (an_ask, {"grace"}, "1 ask to publish"),
    "alarms": (an_alarm, {"grace"}, "1 alarm without an answer"),
    "cases-late": (a_late_case, {"grace"}, "1 case past what was promised"),
    "cases-unplanned": (a_bare_case, {"grace"}, "1 case with nothing planned"),
    "glasses": (a_glass, {"helen"}, "1 case opened through the glass"),
    "accesses": (a_copy, {"helen"}, "1 copy of what is held waits"),
    "erasures": (an_erasing, {"grace"}, "1 erasing waits for a second person"),
    "retention-runs": (a_stopped_run, {"grace"}, "1 stopped run of the nightly erasing"),
    "sent": (something_sent, DESK, "1 proposal or comment to read"),
    "proposals": (a_proposal, DESK, "1 proposal to answer"),
    "consultations": (an_ended_one, DESK, "1 consultation that is over"),
    "ideas": (an_idea, DESK, "1 idea for a budget to check"),
    "counts": (a_count, DESK, "1 budget round to count"),
    "emergencies": (an_emergency, {"maya"}, "1 change of a round waits for a second person"),
    "set-up": (what_lacks, {"daniel"}, "things that the town still lacks"),
}
ELSEWHERE = {
    "partners",
    "acting",
    "names",
    "pledges",
    "wishes",
    "questions",
    "books-draft",
    "books-signed",
    "books-validated",
}


@pytest.mark.parametrize("code", MADE)
def test_what_waits_is_in_the_letters_of_whom_it_waits_for(world, code, sign_in):
    make, people, counted = MADE[code]
    name, path = make(world)
    Message.objects.all().delete()
    reminders.remind(world.today)
    letters = {person: body for person in ALL for body in said_to(getattr(world, person), counted)}
    assert set(letters) == people
    for person, body in letters.items():
        assert name in body
        assert f"{settings.ADDRESS}{path}\n" in body
        assert sign_in(getattr(world, person)).get(path).status_code == 200
    assert NAME not in "".join(Message.objects.values_list("body", flat=True))
    # Once, and no letter with nothing in it.
    count = Message.objects.count()
    reminders.remind(world.today)
    assert Message.objects.count() == count


# What stands in the list instead of the row itself.
IN_LIST = {"proposals": "1 proposal to be answered"}


@pytest.mark.parametrize("code", MADE)
def test_all_leads_to_the_list_that_was_counted(world, code, sign_in):
    make, people, counted = MADE[code]
    _, path = make(world)
    reminders.remind(world.today)
    person = getattr(world, sorted(people)[0])
    [body] = said_to(person, counted)
    address = body.partition(counted)[2].partition("All: ")[2].split()[0]
    page, _, part = address.removeprefix(settings.ADDRESS).partition("#")
    shown = sign_in(person).get(page)
    assert shown.status_code == 200
    queue = role_queues.TABLE[code]
    assert part or queue.address not in FIRST_PAGES, f"{code}: {page} is a desk's first page"
    if part:
        listed = shown.content.decode().partition(f' id="{part}"')[2].partition("<h2")[0]
        links = re.findall(r'href="(/[^"?#]+)"', listed)
        assert IN_LIST.get(code, "-") in listed or [one for one in links if path.startswith(one)]


def test_a_list_that_a_letter_leads_to_holds_all_of_it(world, sign_in, monkeypatch):
    codes = {of(applied(world))[0].removeprefix("Grant ") for _ in range(3)}
    monkeypatch.setattr("commonweal.desk.grants.FIRST", 2)
    desk = sign_in(world.mei)

    def listed(page: str) -> set[str]:
        step = desk.get(page).content.decode().partition(' id="asked"')[2].partition("<h2")[0]
        return {code for code in codes if code in step}

    assert len(listed("/desk/grants/")) == 2
    assert "?all=asked#asked" in desk.get("/desk/grants/").content.decode()
    assert listed("/desk/grants/?all=asked") == codes
    assert len(listed("/desk/grants/?all=held")) == 2
    assert "?all=asked" not in desk.get("/desk/grants/?all=asked").content.decode()


def test_an_open_alarm_stands_however_many_were_closed_since(world, sign_in):
    _, path = an_alarm(world)
    seen = {"kind": "all", "rule": "cusum", "expected": 1, "upper": 2, "seen": 9}
    for days in range(1, 22):
        Alarm.objects.create(
            name="All",
            on=world.today + timedelta(days=days),
            closed_at=timezone.now(),
            closed_because="x",
            **seen,
        )
    assert path in sign_in(world.grace).get("/desk/help/manage/").content.decode()


def said_to(person: Any, words: str) -> list[str]:
    """Letters to somebody in which some words stand. What a letter says lies encrypted."""
    bodies = (letter.body for letter in Message.objects.filter(person=person))
    return [body for body in bodies if words in body]


def test_each_queue_of_the_table_is_tried():
    assert set(role_queues.TABLE) == set(MADE) | ELSEWHERE


def test_of_many_the_five_oldest_are_named_with_their_count(world, monkeypatch):
    cases = [asks_for_help_of(world) for _ in range(8)]
    for days, case in enumerate(cases):
        Case.objects.filter(pk=case.pk).update(
            opened_at=timezone.now() - timedelta(days=20 - days),
            late_at=timezone.now() - timedelta(hours=1),
        )
    # No more than so many are looked through, and all of them are counted.
    monkeypatch.setattr(role_queues, "LOOKED_THROUGH", 6)
    reminders.remind(world.today)
    [body] = said_to(world.grace, "past what was promised")
    part = body.partition("8 cases past what was promised.")[2].partition("All: ")[0]
    assert [case.code in part for case in cases] == [True] * 5 + [False] * 3
    assert "These are the 5 oldest." in part


def test_a_room_that_is_off_sends_nothing(world):
    an_ask(world)
    a_proposal(world)
    Room.objects.update_or_create(code="help", defaults={"is_on": False})
    reminders.remind(world.today)
    assert not said_to(world.grace, "ask to publish")
    assert said_to(world.nadia, "proposal to answer")


def test_an_appeal_is_not_for_who_kept_it_out(world):
    something_sent(world)
    Proposal.objects.update(
        visibility="kept_out", looked_by=world.maya, appealed_on=world.today, appeal=NAME
    )
    reminders.remind(world.today)
    assert said_to(world.nadia, "An appeal about a proposal: The green")
    assert not said_to(world.maya, "An appeal about a proposal")


# --- No queue without its row -------------------------------------------------------------------

# A row that somebody has to end: a state, or a day or a person that is empty until then.
ENDS = {
    "state",
    "visibility",
    "decided_on",
    "decided_at",
    "looked_at_by",
    "agreed_on",
    "given_at",
    "closed_at",
    "ended_at",
    "handed_at",
    "signed_on",
    "confirmed_on",
    "accepted_on",
    "answered_on",
    "answered_at",
    "refused_on",
}
TOLD = "whoever waits is written to at once"
WORK = "worked on all day at its desk; what is late or unplanned is told as a case"
OVER = "nobody has to do anything before it ends"
OWN = "the partner's own: their digest has it"
# Each model of that kind: the queues in which its rows are told, or why none is.
WAITING: dict[str, set[str] | str] = {
    "accounts.Appointment": OVER,
    "asks.Alarm": {"alarms"},
    "asks.Answer": "it is an answer",
    "asks.Ask": {"asks"},
    "balance.Statement": {"books-draft", "books-signed", "books-validated"},
    "cases.Callback": WORK,
    "cases.Case": {"cases-late", "cases-unplanned"},
    "cases.Consent": "it was given",
    "cases.Glass": {"glasses"},
    "cases.Need": WORK,
    "cases.NextAction": WORK,
    "cases.Referral": TOLD,
    "cases.RetentionRun": {"retention-runs"},
    "cases.Shift": OVER,
    "cases.SubjectAccess": {"accesses"},
    "cases.Written": "it goes out by itself",
    "charter.Decision": "it was decided",
    "charter.Signature": "it was given",
    "charter.TierAward": {"tiers"},
    "economy.ScenarioVersion": "whoever drafts it takes it further",
    "economy.Shock": TOLD,
    "grants.Award": {"grants-to-assess", "grants-held", "grants-to-approve", "grants-to-pay"},
    "grants.AwardReview": {"grant-reviews"},
    "grants.FundReturn": {"fund-returns"},
    "grants.IssuedCode": {"grant-codes"},
    "grants.Payment": "the finance officer's own file says which are under way",
    "grants.ReturnedPayment": {"payments-back"},
    "partners.ActingRequest": {"acting"},
    "partners.Different": "it was decided",
    "partners.NameChange": {"names"},
    "partners.Partner": {"partners"},
    "pledges.Pledge": {"pledges", "wishes"},
    "pledges.Question": {"questions"},
    "residents.Different": "it was decided",
    "residents.Erasure": {"erasures"},
    "residents.PerhapsSame": "that somebody is at risk is said in no mail",
    "residents.Resident": "nothing waits",
    "spend.Answer": "it is an answer",
    "spend.Decided": "it was decided",
    "spend.Release": "whoever loads it takes it further",
    "spend.Run": "whoever asks for it takes it further",
    "voice.Comment": {"sent"},
    "voice.Consultation": {"consultations"},
    "voice.Emergency": {"emergencies"},
    "voice.Project": {"ideas"},
    "voice.Proposal": {"sent", "proposals"},
    "voice.Round": {"counts"},
    "volunteers.Task": WORK,
    "volunteers.TaskTake": "the volunteer has it",
    "volunteers.Volunteer": {"volunteers"},
}


def test_each_row_that_somebody_has_to_end_is_told_to_somebody():
    ends = {
        model._meta.label
        for model in apps.get_models()
        if model.__module__.startswith("commonweal")
        and ENDS & {field.name for field in model._meta.fields}
    }
    assert ends == set(WAITING)
    named = {code for codes in WAITING.values() if isinstance(codes, set) for code in codes}
    assert named <= set(role_queues.TABLE) | {"reviews", "tiers"}
    assert set(role_queues.TABLE) - {"set-up"} - named == set()


def test_each_queue_of_the_manager_is_told_or_is_the_partners():
    told_by_name = {"claims"}
    of_partners = {"overdue", "unanswered", "lapsing"}
    assert set(charter_queues.QUEUES) <= set(role_queues.TABLE) | told_by_name | of_partners

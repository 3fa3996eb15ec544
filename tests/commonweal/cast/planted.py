"""One world with a row of everything, for tests that walk every address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.asks import actions as asking
from commonweal.asks.models import Alarm
from commonweal.cases import intake, lists, next_actions, referring, subject, working
from commonweal.cases.models import CaseRead, Duty, Glass, QueueView, RetentionRun, Written
from commonweal.economy.scenarios import actions as scenarios
from commonweal.grants import actions as granting
from commonweal.grants.models import Award, Fund, FundReturn
from commonweal.residents import merging
from commonweal.residents import people as residents
from commonweal.residents.models import Erasure, Resident
from commonweal.services.models import Service
from commonweal.volunteers import actions as volunteering


@pytest.fixture
def secret() -> str:
    """What stands in every field of `planted` that can name somebody."""
    return SECRET


SECRET = "Quillfeather"


@pytest.fixture
def planted(
    asks_for_help: Any,
    kinds: Any,
    leah: Person,
    owen: Person,
    grace: Person,
    joan: Person,
    sam: Person,
    mei: Person,
    robert: Person,
    wanda: Person,
    imran: Person,
    service: Service,
    fund: Fund,
    pledged: Any,
    asha: Person,
    today: date,
    spent: dict[str, dict[str, Any]],
    noor: Person,
    helen: Person,
    figures: dict[str, dict[str, Any]],
    asked: Any,
    grouped: dict[str, dict[str, Any]],
) -> dict[str, dict[str, Any]]:
    """A case of Leah's whose every field that can name somebody holds one secret; and, for each
    address of the desk, what stands in it."""
    said = {
        name: f"{SECRET} {name}"
        for name in Resident.PERSONAL
        if name not in ("born", "postcode", "language")
    }
    said |= {
        "phones": f"07700 934567 {SECRET}",
        "email": f"{SECRET}@example.org",
        "postcode": "BF1 2AG",
    }
    resident = residents.add(values=said, by=leah)
    request = working.open_case(
        resident=resident,
        channel="phone",
        by=leah,
        words=f"{SECRET} said so",
        needs={kinds["debt"]: {"x": SECRET}, kinds["food"]: {}},
        caller={"name": SECRET, "relation": SECRET, "contact": SECRET},
    )
    need, food = request.needs.order_by("help_type__code")
    other = asks_for_help(by=leah, first_name="Bill", last_name=SECRET)
    working.record_call(case=request, direction="out", outcome="no_answer", words=SECRET, by=leah)
    note = working.note(case=request, words=SECRET, by=leah)
    letter = Written.objects.create(
        case=request, way="post", words=SECRET, to=SECRET, state="handed", by=leah
    )
    assert note.words == SECRET
    upload = SimpleUploadedFile(f"{SECRET}.txt", f"{SECRET} owes".encode())
    paper = working.attach(case=request, upload=upload, by=leah)
    callback = working.plan_call(case=request, purpose="follow_up", due_at=timezone.now(), by=leah)
    working.decide_urgency(case=request, level=2, because=SECRET, by=leah)
    consent = referring.give_consent(
        resident=resident,
        help_type=kinds["debt"],
        words="Yes.",
        by=leah,
        partner=joan.memberships.get().partner,
        purpose=SECRET,
        fields=["first name", "phone"],
    )
    referral = referring.refer(
        need=need,
        service=service,
        hand="consented",
        consent=consent,
        words=f"{SECRET} has letters",
        by=leah,
    )
    merged = asks_for_help(by=leah, first_name="Will", last_name=SECRET).resident
    merge = merging.merge(kept=resident, gone=merged, because=SECRET, by=leah)
    given = working.hand_many(codes=[other.code], to=owen, words=SECRET, by=grace)
    working.take_back(stroke=given, by=grace)
    noticed = CaseRead.objects.create(person=owen, resident=resident, what="case", link="queue")
    working.break_glass(case=request, because="I had a reason to look.", by=owen)
    Glass.objects.update(until=timezone.now())
    draft, _ = intake.start(channel="phone", by=leah)
    intake.save(draft=draft, answers={"last_name": SECRET, "words": SECRET}, by=leah)
    task = volunteering.make_task(
        need=food,
        by=grace,
        values={"title": "Shopping", "who": SECRET, "where": SECRET, "instructions": SECRET},
    )
    values = {
        "category": "food",
        "reason": "GTIR010",
        "purpose": "GTIP070",
        "payee": SECRET,
        "sort_code": "200000",
        "account": "11112222",
    }
    award = granting.apply(
        fund=fund, resident=resident, case=request, by=leah, values=values | {"asked": Decimal(90)}
    )
    granting.assess(
        award=award, amount=Decimal(90), words=f"{SECRET} has nothing", by=mei, knows_why=True
    )
    granting.approve(award=award, by=robert, knows_why=True)
    run = granting.make_run(fund=fund, by=imran)
    review = granting.ask_review(award=Award.objects.get(), words=SECRET, by=robert)
    made = FundReturn.objects.create(fund=fund, upto=today - timedelta(days=50), made_by=imran)
    ask = asking.make_ask(
        values={"title": "Hours", "quantity": Decimal(10), "unit": "hours"}, by=grace
    )
    open_ask = asking.make_ask(
        values={"title": "More hours", "quantity": Decimal(10), "unit": "hours"}, by=grace
    )
    asking.publish(ask=open_ask, by=grace)
    open_ask.refresh_from_db()
    answer = asking.answer(
        ask=open_ask, pledge=pledged(statement="We give hours."), quantity=Decimal(5), by=asha
    )
    asking.draw(answer=answer, quantity=Decimal(1), need=need, by=grace)
    listed = lists.preview(b"First name,Surname\nAda," + SECRET.encode() + b"\nTotal,1\n", "x.csv")
    list_run = lists.carry_on(listed, lists.begin(listed, help_type=kinds["food"], by=grace))
    alarm = Alarm.objects.create(
        kind="all", name="All", rule="cusum", on=today, expected=1, upper=2, seen=9
    )
    duty = Duty.objects.create(person=noor, weekday=0, starts=time(9), ends=time(17))
    following = next_actions.plan(
        need=need,
        kind="other",
        words=SECRET,
        due_at=timezone.now() + timedelta(days=2),
        owner=leah,
        by=leah,
    )
    access = subject.prepare(resident=other.resident, by=helen)
    erasure = Erasure.objects.create(resident=other.resident, because=SECRET, asked_by=helen)
    stopped = RetentionRun.objects.create(on=today, state="stopped", counts={"residents": 99})
    case, of_need = {"code": request.code}, {"code": request.code, "need": need.code}
    of_award, of_resident = {"code": award.code}, {"code": resident.code}
    partner = {"code": "advice"}
    scenario = asked(title="A scenario")
    scenarios.publish(
        version=scenario, consent_on=None, consent_words="", decision=None, is_of_many=True, by=leah
    )
    of_scenario = {"code": scenario.scenario.code, "number": 1}
    return (
        spent
        | figures
        | grouped
        | {
            "scenario": {"code": scenario.scenario.code},
            "scenario-revise": {"code": scenario.scenario.code},
            **{
                name: of_scenario
                for name in (
                    "scenario-version",
                    "scenario-csv",
                    "desk-scenario",
                    "desk-scenario-csv",
                    "scenario-publish",
                    "scenario-check",
                )
            },
            **{
                name: case
                for name in (
                    "desk-case",
                    "desk-glass",
                    "desk-caller",
                    "case-call",
                    "case-plan-call",
                    "case-note",
                    "case-urgency",
                    "case-take",
                    "case-hand-over",
                    "case-close",
                    "case-attach",
                    "case-dead",
                    "case-alive",
                    "case-consent",
                    "case-grant",
                    "case-write",
                    "case-household",
                    "case-kept",
                    "case-timeline",
                    "need-add",
                )
            },
            **{
                name: {"person": noor.code}
                for name in ("named-kinds", "named-number", "named-duty", "named-now", "named-end")
            },
            "named-safeguard": {"code": "safety"},
            "named-duty-remove": {"pk": duty.pk},
            "case-cancel-call": case | {"pk": callback.pk},
            "case-letter": case | {"pk": letter.pk},
            "case-paper": case | {"paper_code": paper.code},
            "case-consent-withdraw": case | {"pk": consent.pk},
            **{
                name: of_need
                for name in (
                    "need-settle",
                    "need-reopen",
                    "need-refer",
                    "need-task",
                    "need-services",
                )
            },
            "referral-back": case | {"referral": referral.code},
            "need-next": of_need,
            **{name: case | {"action": following.code} for name in ("next-done", "next-move")},
            **{
                name: {"code": draft.code}
                for name in ("desk-intake", "desk-intake-save", "desk-intake-delete", "help-sent")
            },
            "desk-resident": of_resident,
            "desk-history": of_resident,
            "desk-household": of_resident,
            "household-leave": of_resident,
            "desk-reach": of_resident,
            "desk-compare": of_resident | {"second_code": other.resident.code},
            "desk-unmerge": of_resident | {"pk": merge.pk},
            "subject-review": {"code": access.code},
            "erasure-ask": of_resident,
            "subject-strike": {"code": access.code, "pk": access.entries.first().pk},
            "erasure": {"code": erasure.code},
            "retention-run": {"code": stopped.code},
            **{
                name: {"pk": list_run.pk}
                for name in ("list-run", "list-results", "list-refused", "list-undo", "list-go-on")
            },
            "move-back": {"code": given.code},
            "reads-explain": {"person": noticed.person.code, "why": "many", "pk": noticed.pk},
            "team-give-back": {"person": leah.code},
            "queue-view-drop": {
                "pk": QueueView.objects.create(person=leah, name="Mine", query="show=mine").pk
            },
            "desk-volunteer": {"pk": sam.volunteer.pk},
            "desk-check": {"pk": sam.volunteer.pk},
            "task-cancel": {"code": task.code},
            "task": {"code": task.code},
            "desk-ask": {"code": ask.code},
            "ask-change": {"code": ask.code},
            "ask": {"code": open_ask.code},
            "answer-draw": {"pk": answer.pk},
            "alarm-close": {"pk": alarm.pk},
            "glass-seen": {"pk": Glass.objects.get().pk},
            "help-form": {"code": draft.code, "step": "help"},
            "service": {"code": service.code},
            "service-json": {"code": service.code},
            **{
                name: of_award
                for name in (
                    "award",
                    "award-assess",
                    "award-release",
                    "award-approve",
                    "award-refuse",
                    "award-cancel",
                    "award-letter",
                    "award-letter-desk",
                    "award-review",
                    "award-withdraw",
                    "award-account",
                    "award-account-seen",
                    "desk-grant",
                    "desk-grant-review",
                    "desk-grant-withdraw",
                    "desk-grant-account",
                    "desk-grant-code",
                    "award-case",
                )
            },
            "award-paper": of_award | {"paper_code": paper.code},
            "fund-change": {"code": fund.code},
            "return-csv": {"pk": made.pk},
            **{
                name: of_award | {"pk": run.payments.get().pk}
                for name in ("payment-back", "payment-decide")
            },
            "review-decide": of_award | {"pk": review.pk},
            "run-make": {"code": fund.code},
            "return-make": {"code": fund.code},
            "fund-return": {"pk": made.pk},
            "payment-run": {"code": run.code},
            "run-file": {"code": run.code},
            **{
                name: partner
                for name in (
                    "space-referrals",
                    "space-refer-in",
                    "space-workers",
                    "space-services",
                    "space-service-new",
                )
            },
            "space-referral": partner | {"reference": referral.code},
            "space-service": partner | {"service": service.code},
            "space-service-assure": partner | {"service": service.code},
            "space-answer": partner | {"ask": open_ask.code},
        }
    )


# --- Every address --------------------------------------------------------------------------------

# allauth's own pages, checked by their own tests; ours replace their look only.
THEIRS = ("account_", "mfa_")


def views() -> Iterator[tuple[str, Any]]:
    """(name, view) of each address of the product."""
    for pattern, _ in _walk(get_resolver().url_patterns, []):
        yield pattern.name, pattern.callback


def addresses() -> Iterator[tuple[str, list[str]]]:
    for pattern, names in _walk(get_resolver().url_patterns, []):
        yield pattern.name, names


def _walk(patterns: Any, names: list[str]) -> Iterator[tuple[Any, list[str]]]:
    for pattern in patterns:
        here = [*names, *pattern.pattern.converters]
        if isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern} has no name"
            if not pattern.name.startswith(THEIRS):
                yield pattern, here
        else:
            yield from _walk(pattern.url_patterns, here)


@pytest.fixture(scope="session")
def every_address() -> list[tuple[str, tuple[str, ...]]]:
    """(name, parts) of each address of the product."""
    return sorted({(name, tuple(parts)) for name, parts in addresses()})

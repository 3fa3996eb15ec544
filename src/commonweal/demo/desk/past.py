"""The year's cases: each with its needs, its first call and what became of it."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone

from commonweal.cases import intake, planning, triage
from commonweal.cases.models import Call, Callback, Case, Need, NextAction, Notice
from commonweal.residents.models import Resident
from commonweal.services.models import HelpType

from .asking import Past, year_of
from .scene import TABLES, Scene

# What residents say, and with which signs.
SAID: dict[str, str] = TABLES["said"]
SIGNS: dict[str, list[str]] = TABLES["signs"]


def cases(scene: Scene, residents: list[Resident]) -> list[Case]:
    past, notice = year_of(scene, residents), Notice.objects.first()
    cases = [_case(scene, asked_for, notice) for asked_for in past]
    Case.objects.bulk_create(cases, batch_size=500)
    needs = [
        _need(scene, case, kind, asked_for.at)
        for case, asked_for in zip(cases, past, strict=True)
        for kind in asked_for.kinds
    ]
    Need.objects.bulk_create(needs, batch_size=500)
    calls = [_call(scene, case, case.first_contact_at) for case in cases if case.first_contact_at]
    Call.objects.bulk_create(calls, batch_size=500)
    callbacks = [callback for case in cases if (callback := _callback(scene, case))]
    Callback.objects.bulk_create(callbacks, batch_size=500)
    return cases


def _case(scene: Scene, asked_for: Past, notice: Notice | None) -> Case:
    """A case of the past: what was said, whether it was reached, whether it is closed."""
    may_say = [sign for kind in asked_for.kinds for sign in SIGNS.get(kind.code, [])]
    signs = [sign for sign in may_say if scene.random.random() < 0.35]
    judged = triage.judge(signs, needs=[(kind.name, kind.weight) for kind in asked_for.kinds])
    hours = min(kind.hours_promised for kind in asked_for.kinds)
    case = Case(
        resident=asked_for.resident,
        channel=asked_for.channel,
        opened_at=asked_for.at,
        notice=notice,
        words=SAID.get(asked_for.kinds[0].code, ""),
        area=asked_for.resident.area,
        score=judged.score,
        reasons=[list(reason) for reason in judged.reasons],
        computed=judged.level,
        signs=signs,
        in_danger=judged.in_danger,
        urgency=judged.level,
        due_at=asked_for.at + timedelta(hours=hours),
        consent_words=intake.CONSENT,
    )
    _fate(scene, case, hours)
    return case


def _fate(scene: Scene, case: Case, hours: int) -> None:
    """How far a case of the past has come by this morning."""
    now = datetime.combine(scene.today, time(7, 0), tzinfo=UTC)
    age = (scene.today - case.opened_at.date()).days
    is_reached = scene.random.random() < (0.93 if age > 2 else 0.45)
    spoken = case.opened_at + timedelta(hours=scene.random.uniform(0.2, hours * 1.15))
    contact = _while_the_desk_is_staffed(spoken, opened_at=case.opened_at)
    is_reached = is_reached and contact < now
    is_helped = is_reached and scene.random.random() < _chance_of_help(age)
    case.state = "working" if is_reached else "new"
    if is_reached:
        handlers = [scene.people["call-handler"], scene.people["second-handler"]]
        case.assigned_to, case.first_contact_at = scene.random.choice(handlers), contact
    # Whom five calls did not reach is closed as not reached.
    if is_helped or (not is_reached and age > 9):
        case.state = "closed"
        case.closed_at = min(contact + timedelta(days=scene.random.randint(1, 20)), now)
        case.closed_words = (
            "Helped as far as we could." if is_reached else "Five calls reached nobody."
        )


def _while_the_desk_is_staffed(moment: datetime, *, opened_at: datetime) -> datetime:
    """Nobody is rung at night: what fell after the last hour of a day is done within it."""
    local = timezone.localtime(moment)
    if 8 <= local.hour < 20:
        return moment
    evening = local.replace(hour=19) - timedelta(days=local.hour < 8)
    return max(evening, opened_at + timedelta(minutes=5))


def _chance_of_help(age: int) -> float:
    """How likely somebody is helped by now whose case came so many days ago."""
    if age > 30:
        return 0.97
    return 0.25 if age > 7 else 0


def _call(scene: Scene, case: Case, at: datetime) -> Call:
    by = case.assigned_to
    return Call(case=case, direction="out", outcome="spoke", minutes=12, at=at, by=by)


def _callback(scene: Scene, case: Case) -> Callback | None:
    """The second call that a closed case had, or the first that a new one waits for."""
    if case.first_contact_at and case.state == "closed":
        due_at = case.closed_at or case.opened_at
        return Callback(case=case, purpose="second", state="done", due_at=due_at, because="reached")
    if case.first_contact_at is None and case.due_at and case.state != "closed":
        return Callback(case=case, purpose="first", due_at=case.due_at)
    return None


def _need(scene: Scene, request: Case, kind: HelpType, at: datetime) -> Need:
    state, why, closed_on = "open", "", None
    if request.state == "closed" and request.first_contact_at is None:
        return Need(
            case=request,
            help_type=kind,
            state="unmet",
            why_unmet="not_reached",
            opened_on=at.date(),
            closed_on=at.date() + timedelta(days=9),
        )
    if request.state == "closed":
        state = scene.random.choices(["met", "partly", "unmet", "gone"], [70, 12, 13, 5])[0]
        closed_on = request.closed_at.date() if request.closed_at else scene.today
        if state == "unmet":
            why = scene.random.choice(["no_service", "no_capacity", "not_eligible", "not_reached"])
    answers = json.dumps({"people": str(scene.random.randint(1, 6))}) if kind.code == "food" else ""
    return Need(
        case=request,
        help_type=kind,
        state=state,
        why_unmet=why,
        answers=answers,
        opened_on=at.date(),
        closed_on=closed_on,
    )


def next_actions(scene: Scene, requests: list[Case]) -> None:
    """What is done next about most needs; of a few nobody has said it, some are overdue."""
    now = datetime.combine(scene.today, time(7, 0), tzinfo=UTC)
    needs = Need.objects.filter(case__in=requests, case__state="working", state="open")
    dice = random.Random(1439)
    NextAction.objects.bulk_create(
        NextAction(
            need=need,
            kind=dice.choice(["ask", "wait", "write", "decide"]),
            because="hand",
            owner=need.case.assigned_to,
            made_by=need.case.assigned_to,
            made_at=need.case.first_contact_at or now,
            due_at=planning.end_of_day(now + timedelta(days=dice.randint(-1, 6))),
        )
        for need in needs.select_related("case__assigned_to")
        if dice.random() < 0.9
    )

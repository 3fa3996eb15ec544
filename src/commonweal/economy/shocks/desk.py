"""The shock desk: a shock as a case with its plan, its answers and its end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest, roles_of, staff
from commonweal.asks import surge
from commonweal.asks.models import Alarm
from commonweal.design.every_answer import only_read
from commonweal.design.words import in_unit
from commonweal.economy.models import Shock
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from . import access, answers, reads, telling, working
from .forms import (
    AlarmForm,
    CloseShockForm,
    LevelForm,
    ShockDrawForm,
    ShockNamedForm,
    StaffTellForm,
)
from .space import sent_already

DESK = access.DESK


def get_told(code: str) -> Shock:
    """A shock that was told; a draft is nobody's business."""
    shocks = Shock.objects.exclude(state=Shock.State.DRAFT).select_related("partner", "named_by")
    return get_object_or_404(shocks, code=code)


def page(shock: Shock, heading: str, button: str, **context: Any) -> dict[str, Any]:
    """What the page of one form about a shock needs."""
    address = reverse("desk-shock", args=[shock.code])
    return {
        "heading": heading,
        "button": button,
        "to": address,
        "back": (address, "The case"),
    } | context


@staff(*DESK)
def add(request: SignedInRequest) -> HttpResponse:
    """Write down what staff were told in another way; it is kept as a draft of theirs."""
    form = StaffTellForm(request.POST or None)

    def begin(typed: dict[str, Any]) -> Shock:
        values = form.values()
        partner = values.pop("partner")
        return telling.begin(values=values, partner=partner, by=request.user, staff=True)

    return act(
        request,
        form,
        begin,
        said="Kept. It becomes a case when you send it.",
        to=lambda shock: reverse("desk-shock-check", args=[shock.code]),
        template="economy/shock_tell.html",
        heading="Write down what you were told",
        button="Keep it and check",
        back=(reverse("desk-economy"), "The economy desk"),
        before="Leave out what nobody knows yet.",
    )


def _own(request: SignedInRequest, code: str) -> Shock:
    shocks = Shock.objects.filter(by_staff=True, made_by=request.user)
    return get_object_or_404(shocks.select_related("partner"), code=code)


@staff(*DESK)
def change(request: SignedInRequest, code: str) -> HttpResponse:
    """Change a draft of one's own. What was typed after it was sent is refused, and stays."""
    shock = _own(request, code)
    if request.method != "POST" and not shock.is_draft:
        return sent_already(request, reverse("desk-shock", args=[shock.code]))
    names = set(StaffTellForm.base_fields) - {"may_be_named", "level", "partner"}
    initial = {name: getattr(shock, name) for name in names}
    initial |= {"level": shock.wanted_level, "partner": shock.partner_id}
    form = StaffTellForm(request.POST or None, initial=initial)
    return act(
        request,
        form,
        lambda _: telling.keep(shock=shock, values=form.values(), by=request.user),
        said="Kept. It becomes a case when you send it.",
        to=reverse("desk-shock-check", args=[shock.code]),
        template="economy/shock_tell.html",
        heading="Write down what you were told",
        button="Keep it and check",
        back=(reverse("desk-shock-check", args=[shock.code]), "Check and send"),
    )


@staff(*DESK)
def check(request: SignedInRequest, code: str) -> HttpResponse:
    """A draft of one's own before it becomes a case."""
    shock = _own(request, code)
    if not shock.is_draft:
        return sent_already(request, reverse("desk-shock", args=[shock.code]))
    refusal = ""
    if request.method == "POST":
        try:
            telling.send(shock=shock, by=request.user)
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, "It is a case now, with a plan.")
            return redirect("desk-shock", shock.code)
    context = {
        "shock": shock,
        "employer": reads.employer_of(shock),
        "missing": telling.missing(shock),
        "refusal": refusal,
        "change": reverse("desk-shock-change", args=[shock.code]),
        "remove": "",
    }
    return render(request, "economy/shock_check.html", context)


@staff(*DESK)
@only_read
def shock(request: SignedInRequest, code: str) -> HttpResponse:
    """The case: what was told, the plan, pledges that can answer, what was drawn, who may know."""
    case = get_told(code)
    today = timezone.localdate()
    draws = reads.draws_of(case)
    context = {
        "shock": case,
        "employer": reads.employer_of(case),
        "level": case.levels.last(),
        "levels": case.levels.all(),
        "may_be_named": access.may_be_named(case),
        "consultation": reads.consultation_of(case, today),
        "tasks": reads.tasks_of(case, today),
        "proposals": list(answers.proposed(case)) if case.state == Shock.State.OPEN else [],
        "draws": draws,
        "sums": list(reads.drawn_by_unit(draws).items()),
        "vacancies": reads.vacancies(case, today),
        "outcome": reads.outcome_of(case),
    }
    return render(request, "economy/desk_shock.html", context)


@staff(*DESK)
def level(request: SignedInRequest, code: str) -> HttpResponse:
    case = get_told(code)
    newest = case.levels.last()
    so_far = newest.get_who_display().lower() if newest else "nobody"
    return act(
        request,
        LevelForm(request.POST or None),
        lambda typed: working.let_know(shock=case, by=request.user, **typed),
        said="Changed from today on.",
        **page(case, "Who may know", "Change it", before=f"So far: {so_far}."),
    )


@staff(*DESK)
def name(request: SignedInRequest, code: str) -> HttpResponse:
    case = get_told(code)
    return act(
        request,
        ShockNamedForm(request.POST or None),
        lambda typed: working.name(shock=case, by=request.user, **typed),
        said="It may be named where everybody may know of it.",
        **page(
            case,
            "Name it by a decision",
            "Let it be named",
            before="A public page names no organisation that lets people go unless it agreed "
            "itself, or a body decided so. Write the decision down first, at the programme desk.",
            danger=True,
        ),
    )


def _who_reads_it(case: Shock, proposal: answers.AnsweringPledge) -> str:
    """What is public of a draw; of a case that not everybody may know of, what that can tell."""
    public_words = answers.public_words(case, proposal)
    if access.known_to_all(timezone.localdate()).filter(pk=case.pk).exists():
        return public_words
    return (
        f"{public_words} Not everybody may know of this case yet: who hears of it elsewhere "
        "could guess why the town draws today. If that would tell too much, wait until everybody "
        "may know."
    )


@staff(*DESK)
def draw(request: SignedInRequest, code: str, pledge: str) -> HttpResponse:
    case = get_told(code)
    proposal = answers.proposal_of(case, pledge)
    if proposal is None:
        raise Http404
    role = next(role for role in DESK if role in roles_of(request.user))
    unit = proposal.pledge.measure.unit
    return act(
        request,
        ShockDrawForm(request.POST or None),
        lambda typed: answers.draw(
            shock=case, proposal=proposal, by=request.user, role=role, **typed
        ),
        said="It stands in the pledge's ledger and among what the town asks for, without a word of "
        "the case.",
        **page(
            case,
            f"Draw on {proposal.pledge.partner.name}",
            "Write it down",
            before=f"{proposal.pledge.statement} Left: {in_unit(proposal.left, unit)}. "
            f"{_who_reads_it(case, proposal)}",
        ),
    )


@staff(*DESK)
def close(request: SignedInRequest, code: str) -> HttpResponse:
    case = get_told(code)
    form = CloseShockForm(request.POST or None, initial={"told_of": case.people})
    return act(
        request,
        form,
        lambda typed: working.close(shock=case, by=request.user, **typed),
        said="Closed. What came of it stands in the balance sheet if everybody may know of it.",
        **page(case, "Close it with what came of it", "Close it", danger=True),
    )


@staff(*DESK)
def alarm_close(request: SignedInRequest, pk: int) -> HttpResponse:
    """What came of an alarm about reports of lost jobs, or about late pledges."""
    alarm = get_object_or_404(Alarm, pk=pk, kind__in=("told", "late"))
    desk = reverse("desk-economy")
    return act(
        request,
        AlarmForm(request.POST or None),
        lambda typed: surge.close_alarm(alarm=alarm, by=request.user, **typed),
        said="Closed.",
        to=desk,
        heading=f"What came of it: {alarm.name}",
        button="Close it",
        back=(desk, "The economy desk"),
    )

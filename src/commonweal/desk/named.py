"""Pages about named colleagues: their rota, and what who took a restricted call keeps of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts import inviting
from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Person, Role
from commonweal.cases import access, adding, named, rota
from commonweal.cases.models import Duty, StandIn
from commonweal.cases.models.named import safeguard_of
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.services.models import HelpType

from . import around
from .forms.named import (
    AddedForm,
    AppointNamedForm,
    DutyForm,
    KindsForm,
    NeedForm,
    NumberForm,
    SafeguardForm,
    StandInForm,
)
from .handling import handler, of_case

MANAGER, NAMED = Role.DESK_MANAGER, Role.NAMED_COLLEAGUE
GAPS_SHOWN = 8


# --- A case -----------------------------------------------------------------------------------


@handler
def case_kept(request: SignedInRequest, code: str) -> HttpResponse:
    """What somebody wrote in a case that is kept from them: they read it, and add to it."""
    case = access.get_written_for(request.user, code)
    if not named.is_closed_to(request.user, case):
        return redirect(case)
    form = AddedForm(request.POST or None)
    return act(
        request,
        form,
        lambda answers: adding.add_words(case=case, by=request.user, **answers),
        said="Added. Whoever has the case is told.",
        to=reverse("case-kept", args=[code]),
        template="desk/kept.html",
        case=case,
        **around.written_by(request.user, case),
    )


@handler
def need_add(request: SignedInRequest, code: str) -> HttpResponse:
    """A case needs one thing more: people say the harder thing second."""
    case = access.get_case_for(request.user, code)
    return act(
        request,
        NeedForm(request.POST or None, case=case),
        lambda answers: adding.add_need(case=case, by=request.user, **answers),
        said="It is a need of this case now.",
        heading="What else is needed?",
        button="Add it",
        **of_case(code),
    )


# --- The rota ---------------------------------------------------------------------------------


@staff(MANAGER, NAMED)
@only_read
def colleagues(request: SignedInRequest) -> HttpResponse:
    """Who is named for what, who is on now, and when nobody is."""
    now = timezone.now()
    people = list(named.holders(NAMED).prefetch_related("duties"))
    on_duty = {person.pk for person in rota.on_duty(people, now)}
    kinds = HelpType.objects.filter(is_restricted=True).prefetch_related("only_for")
    word = {w.person_id: w for w in StandIn.objects.filter(until__gt=now).order_by("said_at")}
    context = {
        "kinds": [
            (
                kind,
                [p for p in named.named_for([kind]) if p.pk in on_duty],
                rota.gaps(kind, now)[:GAPS_SHOWN],
            )
            for kind in kinds
        ],
        "people": [
            (
                person,
                person.pk in on_duty,
                word.get(person.pk),
                [kind for kind in kinds if person in kind.only_for.all()],
                hasattr(person, "alarm_number"),
            )
            for person in people
        ],
        "managers": [(p, hasattr(p, "alarm_number")) for p in named.holders(MANAGER)],
        "is_manager": named.is_manager(request.user),
    }
    return render(request, "desk/named.html", context)


def to_rota(**context: Any) -> dict[str, Any]:
    address = reverse("desk-named")
    return {"to": address, "back": (address, "Named colleagues")} | context


@staff(MANAGER, Role.ADMINISTRATOR)
def appoint(request: SignedInRequest) -> HttpResponse:
    form = AppointNamedForm(request.POST or None)

    def do(answers: dict[str, Any]) -> None:
        person = inviting.known_or_invited(email=answers.pop("email"), name=answers.pop("name"))
        rota.appoint(person=person, by=request.user, **answers)

    page = to_rota(heading="Appoint a named colleague", button="Appoint them")
    if not named.is_manager(request.user):
        address = reverse("desk-people")
        page |= {"to": address, "back": (address, "Roles")}
    return act(
        request,
        form,
        do,
        **page,
        said="Appointed. The desk manager says for which kinds, and plans the hours.",
        before="They work at the desk as a call handler does, and open the cases of the restricted "
        "kinds that the desk manager puts to their name.",
    )


def _colleague(code: str) -> Person:
    return get_object_or_404(named.holders(NAMED), code=code)


@staff(MANAGER)
def kinds(request: SignedInRequest, person: str) -> HttpResponse:
    colleague = _colleague(person)
    mine = HelpType.objects.filter(is_restricted=True, only_for=colleague)
    initial = {"kinds": list(mine.values_list("code", flat=True))}
    return act(
        request,
        KindsForm(request.POST or None, initial=initial),
        lambda answers: rota.set_kinds(
            person=colleague, kinds=list(answers["kinds"]), by=request.user
        ),
        said="Kept. Cases that they may not hold any more go to who is on.",
        **to_rota(heading=f"Kinds of help: {colleague.name}", button="Keep it"),
    )


@staff(MANAGER, NAMED)
def number(request: SignedInRequest, person: str) -> HttpResponse:
    """Where alarms are texted to: one's own, or by the desk manager."""
    colleague = get_object_or_404(named.holders(NAMED, MANAGER), code=person)
    alarm_number = getattr(colleague, "alarm_number", None)
    may_read = named.is_manager(request.user) or colleague == request.user
    initial = {"number": alarm_number.number if alarm_number else ""} if may_read else {}
    return act(
        request,
        NumberForm(request.POST or None, initial=initial),
        lambda answers: rota.set_number(person=colleague, by=request.user, **answers),
        said="Kept, encrypted.",
        **to_rota(heading=f"Alarms for {colleague.name}", button="Keep it"),
    )


@staff(MANAGER)
def duty_add(request: SignedInRequest, person: str) -> HttpResponse:
    colleague = _colleague(person)
    return act(
        request,
        DutyForm(request.POST or None),
        lambda answers: rota.add_duty(person=colleague, by=request.user, **answers),
        said="It stands in the rota.",
        **to_rota(heading=f"On duty each week: {colleague.name}", button="Add it"),
    )


@staff(MANAGER)
@require_POST
def duty_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    try:
        rota.remove_duty(duty=get_object_or_404(Duty, pk=pk), by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("desk-named")


@staff(MANAGER, NAMED)
def stand_in(request: SignedInRequest, person: str) -> HttpResponse:
    """On, or away, from now, whatever the rota says."""
    colleague = _colleague(person)

    def do(answers: dict[str, Any]) -> None:
        until = timezone.now() + timedelta(hours=int(answers["hours"]))
        rota.stand_in(
            person=colleague, is_on=answers["is_on"] == "on", until=until, by=request.user
        )

    return act(
        request,
        StandInForm(request.POST or None),
        do,
        said="Said.",
        **to_rota(heading=f"On or away: {colleague.name}", button="Say so"),
    )


@staff(MANAGER)
@require_POST
def dismiss(request: SignedInRequest, person: str) -> HttpResponse:
    try:
        rota.dismiss(person=_colleague(person), by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "They are a named colleague no longer.")
    return redirect("desk-named")


@staff(MANAGER)
def safeguard(request: SignedInRequest, code: str) -> HttpResponse:
    """How soon a case of a kind is to be opened, and what who took the call reads."""
    kind = get_object_or_404(HelpType, code=code, is_restricted=True)
    now = safeguard_of(kind)
    initial = {"open_within": now.open_within, "numbers": now.numbers, "what_next": now.what_next}
    return act(
        request,
        SafeguardForm(request.POST or None, initial=initial),
        lambda answers: rota.set_safeguard(kind=kind, by=request.user, **answers),
        said="Kept.",
        **to_rota(heading=f"How it is answered: {kind.name}", button="Keep it"),
    )

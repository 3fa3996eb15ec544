"""The desk's pages of what is done next: set it, do it, move it; and a call with what follows."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest
from commonweal.accounts.models import Person
from commonweal.cases import next_actions, planning, working
from commonweal.cases.access import get_case_for
from commonweal.cases.models import Case, NextAction
from commonweal.design.forms import DateField, Form
from commonweal.office.acting import act

from .forms.cases import CallForm
from .forms.clocks import to_come
from .forms.fields import choice, handlers, sentences
from .handling import handler, of_case

# What a person can plan; the others are made by what happens.
BY_HAND = [
    (kind.value, kind.label)
    for kind in NextAction.Kind
    if kind not in (NextAction.Kind.HELP, NextAction.Kind.GRANT)
]


class NextForm(Form):
    """What is done next about a need, by when, by whom."""

    kind = choice("What is done next?", BY_HAND)
    words = sentences("What exactly?", hint="Colleagues who have the case read it.")
    due_on = DateField(label="By when?", error_messages={"required": "Enter the day"})
    owner = forms.ModelChoiceField(
        label="Who does it?",
        queryset=Person.objects.none(),
        empty_label=None,
        error_messages={"required": "Choose a colleague"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = handlers()

    def clean_due_on(self) -> date | None:
        return to_come(self.cleaned_data["due_on"])


class MoveActionForm(NextForm):
    """Another day or another colleague, and why."""

    because = sentences("Why is it moved?", missing="Say why it is moved")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["kind"], self.fields["words"]


class ActionDoneForm(Form):
    words = sentences("What came of it?", hint="If there is something to say.")


def by_end_of(day: date) -> datetime:
    return planning.end_of_day(timezone.make_aware(datetime.combine(day, time(12))))


def _action_of(case: Case, code: str) -> NextAction:
    return get_object_or_404(
        NextAction.objects.select_related("need__case__resident", "need__help_type", "owner"),
        code=code,
        need__case=case,
    )


def _owner_of(case: Case, person: Person) -> int:
    return case.assigned_to_id or person.pk


@handler
def plan(request: SignedInRequest, code: str, need: str) -> HttpResponse:
    """Say what is done next about a need."""
    case = get_case_for(request.user, code)
    wanted = get_object_or_404(case.needs.select_related("help_type", "case__resident"), code=need)

    def keep(answers: dict[str, Any]) -> None:
        next_actions.plan(
            need=wanted,
            kind=answers["kind"],
            words=answers["words"],
            owner=answers["owner"],
            due_at=by_end_of(answers["due_on"]),
            by=request.user,
        )

    form = NextForm(request.POST or None, initial={"owner": _owner_of(case, request.user)})
    return act(
        request,
        form,
        keep,
        said="Planned.",
        heading=f"Next: {wanted.help_type.name}",
        button="Plan it",
        before="To plan a call, go back and choose “Plan a call”.",
        **of_case(code),
    )


@handler
def done(request: SignedInRequest, code: str, action: str) -> HttpResponse:
    """A next action is done. Where nothing else is planned, one is asked what comes next."""
    case = get_case_for(request.user, code)
    doing = _action_of(case, action)
    of_it = of_case(code)

    def keep(answers: dict[str, Any]) -> None:
        next_actions.done(action=doing, by=request.user, words=answers["words"])
        if planning.next_of(doing.need) is None:
            of_it["to"] = reverse("need-next", args=[code, doing.need.code])
            messages.info(request, "Nothing is planned for this need now. Say what comes next.")

    response = act(
        request,
        ActionDoneForm(request.POST or None),
        keep,
        said="Done.",
        button="It is done",
        heading=f"Done: {doing.get_kind_display().lower()}",
        before=doing.words,
        **of_it,
    )
    # Where one goes on to is known only once it is done.
    return redirect(of_it["to"]) if response.status_code == 302 else response


@handler
def move(request: SignedInRequest, code: str, action: str) -> HttpResponse:
    """A next action gets another day or another owner, with the reason."""
    case = get_case_for(request.user, code)
    moving = _action_of(case, action)

    def keep(answers: dict[str, Any]) -> None:
        next_actions.move(
            action=moving,
            owner=answers["owner"],
            because=answers["because"],
            due_at=by_end_of(answers["due_on"]),
            by=request.user,
        )

    initial = {
        "owner": moving.owner_id or _owner_of(case, request.user),
        "due_on": timezone.localdate(moving.due_at),
    }
    return act(
        request,
        MoveActionForm(request.POST or None, initial=initial),
        keep,
        said="Moved.",
        heading=f"Move: {moving.get_kind_display().lower()}",
        button="Move it",
        before=moving.words,
        **of_case(code),
    )


@handler
def call(request: SignedInRequest, code: str) -> HttpResponse:
    """Write down a call. What follows from it is said."""
    case = get_case_for(request.user, code)

    form = CallForm(request.POST or None, later=working.planned_for_later(case))

    def keep(_: dict[str, Any]) -> None:
        spent = {owed.pk for owed in planning.spent_calls(case)}
        working.record_call(case=case, by=request.user, **form.answers())
        if any(owed.pk not in spent for owed in planning.spent_calls(case)):
            messages.warning(request, attempts_are_spent(case))

    return act(
        request,
        form,
        keep,
        said="Kept. " + FOLLOWS,
        heading="Write down a call",
        button="Keep it",
        **of_case(code),
    )


FOLLOWS = "What is done next stands with each need."


def attempts_are_spent(case: Case) -> str:
    """That nobody rings any more, and what is planned instead."""
    needs = list(case.needs.filter(state="open").select_related("help_type"))
    plans = planning.plans_of(needs, planning.desk())
    parts = []
    for need in needs:
        plan = plans[need.pk]
        if plan is None or not plan.holds:
            parts.append(f"{need.help_type.name}: nothing is planned yet")
        else:
            day = f"{timezone.localtime(plan.due_at):%-d %B %Y}"
            parts.append(f"{need.help_type.name}: {plan.title.lower()} by {day}, {plan.who}")
    return (
        f"{working.GIVE_UP_AFTER} attempts reached nobody. This call is not owed any more. "
        f"Instead, {'; '.join(parts)}."
    )

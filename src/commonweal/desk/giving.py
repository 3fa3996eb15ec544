"""The public's pages of giving help: asks, signing up, a volunteer's tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest, about_people
from commonweal.accounts.limits import limited
from commonweal.accounts.models import Person
from commonweal.asks import actions as asking
from commonweal.asks import figures as ask_figures
from commonweal.asks.models import Ask
from commonweal.cases import opening
from commonweal.design.every_answer import only_read
from commonweal.design.plots import BarOf, bars
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.partners.access import edited_by
from commonweal.volunteers import access as volunteer_access
from commonweal.volunteers import actions as volunteering
from commonweal.volunteers import reporting, takes
from commonweal.volunteers.models import Task, Volunteer

from . import closing, limiting
from .forms.volunteers import DoneTaskForm, DoorstepForm, VolunteerForm


@only_read
def asks(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = ask_figures.asks(today - timedelta(days=365), today)
    return render(request, "desk/asks.html", {"asks": rows})


@only_read
def ask(request: HttpRequest, code: str) -> HttpResponse:
    published = get_object_or_404(Ask.objects.exclude(state="draft"), code=code)
    offered, drawn = asking.met_of(published)
    picture = bars(
        [
            BarOf("Asked for", int(published.quantity), "hollow"),
            BarOf("Offered", int(offered), "hatched"),
            BarOf("Used", int(drawn), "solid"),
        ],
        label=f"{published.title}: asked for, offered, used",
    )
    answers = published.answers.select_related("pledge__partner", "pledge__measure")
    partners = edited_by(request.user) if isinstance(request.user, Person) else []
    context = {
        "own_partners": partners,
        "ask": published,
        "answers": answers,
        "offered": offered,
        "drawn": drawn,
        "picture": picture,
    }
    return render(request, "desk/ask.html", context)


@about_people
@login_required
@limited(limiting.SIGN_UPS)
def volunteer(request: SignedInRequest) -> HttpResponse:
    """A volunteer's own page: tasks to take, tasks taken, hours; or signing up."""
    signed_up = (
        Volunteer.objects.filter(person=request.user).prefetch_related("checks", "areas").first()
    )
    if signed_up is None and not opening.is_open():
        return closing.page(request)
    if signed_up is None:
        return act(
            request,
            VolunteerForm(request.POST or None, initial={"hours_a_week": 2}),
            lambda answers: volunteering.sign_up(
                person=request.user, **{k: v for k, v in answers.items() if k != "agree"}
            ),
            said="Thank you. The desk looks at it and writes to you.",
            to=reverse("volunteer"),
            heading="Give help",
            button="Sign up",
            back=(reverse("help"), "Get help"),
            before="Shopping, friendly calls, prescriptions: an hour a week helps.",
        )
    today = timezone.localdate()
    context = {
        "one": signed_up,
        "open": volunteering.open_tasks(signed_up, today),
        "mine": signed_up.tasks.filter(state="taken"),
        "hours": volunteering.hours_given(signed_up),
        "done": signed_up.tasks.filter(state="done").count(),
        "today": today,
    }
    return render(request, "desk/volunteer.html", context)


@about_people
@login_required
@limited(limiting.TASKS)
def task(request: SignedInRequest, code: str) -> HttpResponse:
    """A task: the least before it is taken, who and where afterwards, as a card to print."""
    try:
        offered, mine = volunteer_access.get_task_for(request.user, code)
    except volunteer_access.TakenByAnother:
        messages.info(request, "Somebody else was quicker with this one. Thank you all the same.")
        return redirect("volunteer")
    if mine and offered.state == offered.State.TAKEN:
        takes.read(offered, request.user)
    volunteer = volunteer_access.volunteer_of(request.user)
    form = DoneTaskForm(request.POST or None)
    if request.method == "POST":
        try:
            return _on_task(request, offered, volunteer, form)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("volunteer")
    clashing = volunteering.clashing_with(offered, volunteer)
    return render(request, "desk/task.html", _card(offered, mine, form) | {"clashing": clashing})


def _card(task: Task, mine: bool, form: Any) -> dict[str, Any]:
    instruction, shown = volunteering.card(task)
    return {
        "task": task,
        "mine": mine,
        "form": form,
        "doorstep": DoorstepForm(),
        "instruction": instruction,
        "shown": shown,
    }


def _on_task(request: SignedInRequest, task: Any, volunteer: Volunteer, form: Any) -> HttpResponse:
    match request.POST.get("verb"):
        case "take":
            volunteering.take(task=task, volunteer=volunteer)
            messages.success(request, "It is yours. Here is who and where.")
            return redirect("task", task.code)
        case "back":
            volunteering.give_back(task=task, volunteer=volunteer)
            messages.success(request, "Given back. Destroy the card if you printed it.")
            return redirect("volunteer")
        case "done":
            if not form.is_valid():
                return render(request, "desk/task.html", _card(task, True, form))
            volunteering.finish(
                task=task, volunteer=volunteer, minutes=form.cleaned_data["minutes"]
            )
            messages.success(request, "Thank you! Destroy the card if you printed it.")
            return redirect("volunteer")
        case "nobody" | "worried" as kind:
            return _report(request, task, volunteer, kind)
    raise Http404


def _report(request: SignedInRequest, task: Any, volunteer: Volunteer, kind: str) -> HttpResponse:
    doorstep = DoorstepForm(request.POST)
    return act(
        request,
        doorstep,
        lambda answers: reporting.report(task=task, volunteer=volunteer, kind=kind, **answers),
        said="The desk is told. The task stays yours: try again, or give it back.",
        to=reverse("task", args=[task.code]),
        template="desk/task.html",
        refused_at="account",
        shows=lambda: _card(task, True, DoneTaskForm()) | {"doorstep": doorstep},
    )

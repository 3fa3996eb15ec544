"""Pages about one task of a plan: done, moved, given to somebody, or a new one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.economy.models import ShockTask
from commonweal.office.acting import act

from . import owners, reads, working
from .access import DESK
from .desk import get_told, page
from .forms import GiveForm, MoveTaskForm, ShockTaskDoneForm, ShockTaskForm


def _task(code: str, pk: int) -> ShockTask:
    return get_object_or_404(ShockTask.objects.select_related("shock"), shock=get_told(code), pk=pk)


@staff(*DESK)
def task_done(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    task = _task(code, pk)
    form = ShockTaskDoneForm(request.POST or None, initial={"done_on": timezone.localdate()})
    return act(
        request,
        form,
        lambda typed: working.done(task=task, by=request.user, **typed),
        said="Done.",
        **page(task.shock, "Say that it is done", "Done", before=task.title),
    )


@staff(*DESK)
def task_move(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    task = _task(code, pk)
    before = f"{task.title}: {task.due_on:%-d %B %Y} so far."
    return act(
        request,
        MoveTaskForm(request.POST or None),
        lambda typed: working.move(task=task, by=request.user, **typed),
        said="Moved.",
        **page(task.shock, "Move it", "Move it", before=before),
    )


@staff(*DESK)
def task_add(request: SignedInRequest, code: str) -> HttpResponse:
    case = get_told(code)
    return act(
        request,
        ShockTaskForm(request.POST or None),
        lambda typed: working.add_task(shock=case, by=request.user, **typed),
        said="It is in the plan.",
        **page(case, "Add a task", "Add it"),
    )


@staff(*DESK)
def task_give(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Give a task to a colleague, or to an office outside."""
    task = _task(code, pk)
    so_far = reads.who_does(task, reads.at_the_desk_now())
    return act(
        request,
        GiveForm(request.POST or None),
        lambda typed: owners.give(task=task, by=request.user, **typed),
        said="Given.",
        **page(task.shock, "Who does it", "Give it", before=f"{task.title}: {so_far} so far."),
    )

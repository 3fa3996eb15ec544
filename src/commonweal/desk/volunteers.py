"""The desk's pages about volunteers and the tasks that they are offered."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.cases import access
from commonweal.design.every_answer import only_read
from commonweal.design.paging import paged
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.residents import reaching
from commonweal.volunteers import actions as volunteering
from commonweal.volunteers import takes
from commonweal.volunteers.models import Task, Volunteer

from .forms.excuses import excuse_of
from .forms.volunteers import CheckForm, TaskForm
from .handling import handler
from .manage import MANAGER, page


@staff(MANAGER)
def volunteer(request: SignedInRequest, pk: int) -> HttpResponse:
    helper = get_object_or_404(
        Volunteer.objects.select_related("person").prefetch_related("checks", "areas"), pk=pk
    )
    if request.method == "POST":
        try:
            match request.POST.get("verb"):
                case "admit":
                    volunteering.admit(volunteer=helper, by=request.user)
                case "turn-down":
                    volunteering.turn_down(volunteer=helper, by=request.user)
                case "pause":
                    volunteering.set_state(volunteer=helper, state="paused", by=request.user)
                case _:
                    raise Http404
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("desk-volunteer", pk)
    context = {
        "one": helper,
        "takes": helper.takes.select_related("task")[:40],
        "line": next(row for row in takes.lines() if row.volunteer.pk == helper.pk),
        "hours": volunteering.hours_given(helper),
    }
    return render(request, "desk/volunteer_desk.html", context)


@staff(MANAGER)
@only_read
def volunteers(request: SignedInRequest) -> HttpResponse:
    """Every volunteer, with what they took, gave back and did."""
    q = request.GET.get("q", "").strip()
    lines = [row for row in takes.lines() if q.lower() in row.volunteer.person.name.lower()]
    page = paged(request, lines)
    context = {"page": page, "q": q, "back_most": takes.BACK_MOST, "open_most": takes.OPEN_MOST}
    return render(request, "desk/volunteers_desk.html", context)


@staff(MANAGER)
def check_add(request: SignedInRequest, pk: int) -> HttpResponse:
    volunteer = get_object_or_404(Volunteer, pk=pk)
    address = reverse("desk-volunteer", args=[pk])
    return act(
        request,
        CheckForm(request.POST or None),
        lambda answers: volunteering.add_check(volunteer=volunteer, by=request.user, **answers),
        said="Kept.",
        **page("A check was seen", "Keep it", to="desk-manage")
        | {"to": address, "back": (address, "Volunteer")},
    )


@handler
def task_add(request: SignedInRequest, code: str, need: str) -> HttpResponse:
    """Offer a task for a need of a case."""
    case = access.get_case_with_person_for(request.user, code)
    wanted = get_object_or_404(case.needs.select_related("case__resident"), code=need)
    resident = case.resident
    reach = reaching.of(resident)
    open_to_visits = reach.visit.ever
    initial = {
        "who": resident.first_name if open_to_visits else "",
        "area": resident.area_id,
        "language": resident.language,
        "where": reach.place if open_to_visits else "",
    }
    address = case.get_absolute_url()
    return act(
        request,
        TaskForm(request.POST or None, initial=initial),
        lambda answers: volunteering.make_task(
            need=wanted, excuse=excuse_of(answers), values=answers, by=request.user
        ),
        said="Offered to volunteers.",
        to=address,
        back=(address, f"Case {code}"),
        heading="Offer a task to volunteers",
        button="Offer it",
        before=f"{reach.instruction} Whoever takes the task reads this above who and where.",
    )


@handler
@require_POST
def task_cancel(request: SignedInRequest, code: str) -> HttpResponse:
    task = get_object_or_404(Task.objects.select_related("need__case"), code=code)
    if task.need is not None:
        access.refuse_if_closed(request.user, task.need.case)
    try:
        volunteering.cancel(task=task, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(task.need.case if task.need else "desk-manage")

"""The desk manager's pages: lists, bulk messages, volunteers, tasks, asks, services, surges."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts import once
from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.acting import act
from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Role
from commonweal.accounts.revisions import in_pieces
from commonweal.asks import actions as asking
from commonweal.asks import surge
from commonweal.asks.models import Alarm, Answer, Ask
from commonweal.cases import access, keeping, lists, opening, planning, working
from commonweal.cases import messages as bulk_messages
from commonweal.cases.messages import preview
from commonweal.cases.models import BulkText, Case, CaseRead, Glass, ListRun, Retention
from commonweal.design.plots import BarOf, bars
from commonweal.residents import reaching, references
from commonweal.residents.models import Excused, Merge
from commonweal.services import directory
from commonweal.services.models import HelpType, Service
from commonweal.volunteers import actions as volunteering
from commonweal.volunteers import takes
from commonweal.volunteers.models import Task, Volunteer

from . import figures as desk_figures
from .cases import handler
from .forms.asks import AskForm, CloseAlarmForm, DrawForm
from .forms.excuses import excuse_of
from .forms.lists import BulkForm, ListForm
from .forms.services import ServiceFileForm
from .forms.volunteers import CheckForm, TaskForm

MANAGER = Role.DESK_MANAGER
OFFICER = Role.DATA_PROTECTION_OFFICER


def page(heading: str, button: str, *, to: str = "desk-manage", **context: Any) -> dict[str, Any]:
    address = reverse(to)
    return {
        "heading": heading,
        "button": button,
        "to": address,
        "back": (address, "Back"),
    } | context


@staff(MANAGER)
def manage(request: SignedInRequest) -> HttpResponse:
    """Everything that waits for the desk manager, on one page."""
    today = timezone.localdate()
    queue = Case.objects.open()
    at = planning.desk()
    series = next(iter(surge.series_of(today)), None)
    days = [(series.day(i), count) for i, count in enumerate(series.counts)] if series else []
    weeks = desk_figures.chart_of_days(days)
    context = {
        "bare_count": working.counted(planning.with_unplanned(queue, at)),
        "late_count": working.counted(queue.filter(planning.is_late(at.now))),
        "danger_count": working.counted(queue.filter(in_danger=True)),
        "counted": working.COUNTED,
        "alarms": Alarm.objects.select_related("ask", "risk")[:20],
        "picture": bars(
            [BarOf(name, count, "solid") for name, count in weeks[-18:]], label="Requests a week"
        )
        if weeks
        else "",
        "weeks": weeks[-18:],
        "new_volunteers": Volunteer.objects.filter(state="new").select_related("person"),
        "volunteers": Volunteer.objects.filter(state="active").count(),
        "open_tasks": Task.objects.filter(state="open").count(),
        "taken_tasks": Task.objects.filter(state="taken").count(),
        "hours": volunteering.hours_given(),
        "opening": opening.state(),
        "standing_out": [line for line in takes.lines() if line.stands_out],
        "asks": [
            (ask, *asking.met_of(ask))
            for ask in Ask.objects.exclude(state="closed").select_related("help_type")
        ],
        "runs": ListRun.objects.all()[:5],
        "bulks": BulkText.objects.select_related("template")[:5],
        "stale": Service.objects.on_offer()
        .filter(assured_on__lt=today - timedelta(days=182))
        .count(),
        "services": Service.objects.count(),
        "kinds": HelpType.objects.annotate(many=Count("needs")),
        "merges": Merge.objects.filter(undone_at=None).select_related("kept", "gone")[:10],
    }
    return render(request, "desk/manage.html", context)


# --- Lists ------------------------------------------------------------------------------------


@staff(MANAGER)
@in_pieces
def list_import(request: SignedInRequest) -> HttpResponse:
    """Read a list: first what it holds, then, on a second press, carried out in steps.

    Between the two the file lies encrypted on the disk, under a name that says nothing.
    """
    form = ListForm(request.POST or None, request.FILES or None)
    plan, run = None, None
    if request.method == "POST" and request.POST.get("sha256"):
        return _carry_out(request)
    if request.method == "POST" and form.is_valid():
        upload: UploadedFile[Any] = form.cleaned_data["file"]
        body = upload.read()
        try:
            plan = lists.preview(body, upload.name or "list.csv")
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            lists.put_by(plan.sha256, upload.name or "list.csv", body)
            run = plan.already
    context = {
        "form": form,
        "made": plan,
        "run": run,
        "kind": form.cleaned_data.get("help_type") if plan else None,
    }
    return render(request, "desk/list_import.html", context)


def _carry_out(request: SignedInRequest) -> HttpResponse:
    kind = get_object_or_404(HelpType, code=request.POST.get("help_type", ""))
    try:
        name, body = lists.take_out(request.POST["sha256"])
        plan = lists.preview(body, name)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("list-import")
    run = lists.begin(plan, help_type=kind, by=request.user)
    lists.carry_out(plan, run, by=request.user)
    lists.drop(plan.sha256)
    return redirect("list-run", run.code)


@staff(MANAGER)
def list_run(request: SignedInRequest, code: str) -> HttpResponse:
    return render(request, "desk/list_run.html", {"run": get_object_or_404(ListRun, code=code)})


@staff(MANAGER)
def list_results(request: SignedInRequest, code: str) -> HttpResponse:
    """Back to whoever sent the list: row numbers and identifiers, no names."""
    run = get_object_or_404(ListRun, code=code)
    response = HttpResponse(lists.results_csv(run), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="list-{run.pk}-results.csv"'
    return response


@staff(MANAGER)
def bulk(request: SignedInRequest) -> HttpResponse:
    """A template to many: what it would say and to how many, then, on a second press, sent."""
    form = BulkForm(request.POST or None)
    shown = None
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        excuse = excuse_of(answers)
        where = {
            "help_type": answers["help_type"].code if answers["help_type"] else "",
            "area": answers["area"].code if answers["area"] else "",
            "first_call_owed": answers["first_call_owed"],
            "named_too": answers["named_too"],
        }
        try:
            if request.POST.get("verb") == "send" and answers["expected"] is not None:
                message = bulk_messages.send(
                    template=answers["template"],
                    where=where,
                    expected=answers["expected"],
                    by=request.user,
                    excuse=excuse,
                )
                held = message.written.filter(state="waiting").count()
                messages.success(
                    request,
                    f"Written to {message.sent:,} people; sent within a minute"
                    + (f", to {held:,} of them at their next safe hour." if held else "."),
                )
                return redirect("desk-manage")
            shown = preview(template=answers["template"], where=where, excuse=excuse)
        except Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "desk/bulk.html", {"form": form, "shown": shown})


# --- Volunteers and tasks ---------------------------------------------------------------------


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
def volunteers(request: SignedInRequest) -> HttpResponse:
    """Every volunteer, with what they took, gave back and did."""
    page = Paginator(takes.lines(), 100).get_page(request.GET.get("page"))
    context = {"page": page, "back_most": takes.BACK_MOST, "open_most": takes.OPEN_MOST}
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


# --- Asks and draws ---------------------------------------------------------------------------


@staff(MANAGER)
def ask_add(request: SignedInRequest) -> HttpResponse:
    return act(
        request,
        AskForm(request.POST or None),
        lambda answers: asking.make_ask(excuse=excuse_of(answers), values=answers, by=request.user),
        said="Drafted. Publish it when it is right.",
        **page("Ask partners for help", "Draft it"),
    )


@staff(MANAGER)
def ask(request: SignedInRequest, code: str) -> HttpResponse:
    wanted = get_object_or_404(Ask, code=code)
    if request.method == "POST":
        try:
            match request.POST.get("verb"):
                case "publish":
                    asking.publish(ask=wanted, by=request.user)
                    messages.success(request, "Published. Partners are told.")
                case "close":
                    asking.close_ask(ask=wanted, by=request.user)
                case _:
                    raise Http404
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("desk-ask", code)
    answers = wanted.answers.select_related("pledge__partner").prefetch_related("draws")
    rows = [(a, sum((d.quantity for d in a.draws.all()), Decimal(0))) for a in answers]
    return render(request, "desk/ask_desk.html", {"ask": wanted, "rows": rows})


@staff(MANAGER)
def ask_change(request: SignedInRequest, code: str) -> HttpResponse:
    draft = get_object_or_404(Ask, code=code, state="draft")
    names = ("title", "quantity", "unit", "words", "theme", "help_type", "area", "needed_by")
    initial = {n: getattr(draft, n) for n in names} | {
        n: getattr(draft, f"{n}_id") for n in ("theme", "help_type", "area")
    }

    def keep(answers: dict[str, Any]) -> None:
        asking.change_ask(ask=draft, excuse=excuse_of(answers), values=answers, by=request.user)

    address = reverse("desk-ask", args=[code])
    return act(
        request,
        AskForm(request.POST or None, initial=initial),
        keep,
        said="Kept.",
        to=address,
        back=(address, draft.title),
        heading="Change the draft",
        button="Keep it",
    )


@staff(MANAGER)
def draw(request: SignedInRequest, pk: int) -> HttpResponse:
    answer = get_object_or_404(Answer.objects.select_related("ask", "pledge__partner"), pk=pk)
    address = reverse("desk-ask", args=[answer.ask.code])

    def do(answers: dict[str, Any]) -> None:
        need = None
        if reference := answers["case"].strip():
            case = references.get_one(Case.objects.all(), reference)
            need = case.needs.first() if case else None
            if need is None:
                raise Refused(f"There is no case {reference.upper()}.")
        asking.draw(answer=answer, quantity=answers["quantity"], need=need, by=request.user)

    return act(
        request,
        DrawForm(request.POST or None),
        do,
        said="It stands in the pledge's ledger.",
        to=address,
        back=(address, answer.ask.title),
        heading=f"Use some of what {answer.pledge.partner.name} offers",
        button="Write it down",
    )


# --- Services and surges ----------------------------------------------------------------------


@staff(MANAGER)
@in_pieces
def service_import(request: SignedInRequest) -> HttpResponse:
    form = ServiceFileForm(request.POST or None, request.FILES or None)
    outcome = None
    if request.method == "POST" and form.is_valid():
        upload: UploadedFile[Any] = form.cleaned_data["file"]
        try:
            outcome = directory.carry_out(
                upload.read(),
                upload.name or "file.csv",
                source=form.cleaned_data["source"],
                by=request.user,
                only_try=form.cleaned_data["only_try"],
            )
            once.done(request)
        except Refused as refused:
            form.add_error("file", str(refused))
    return render(request, "desk/service_import.html", {"form": form, "result": outcome})


@staff(MANAGER)
def alarm_close(request: SignedInRequest, pk: int) -> HttpResponse:
    alarm = get_object_or_404(Alarm, pk=pk)
    return act(
        request,
        CloseAlarmForm(request.POST or None),
        lambda answers: surge.close_alarm(alarm=alarm, by=request.user, **answers),
        said="Closed.",
        **page(f"What came of it: {alarm.name}", "Close it"),
    )


# --- The data protection officer --------------------------------------------------------------


@staff(OFFICER, people=True)
def reads(request: SignedInRequest) -> HttpResponse:
    """Reads that stand out, the last four weeks; who broke the glass and why. No case is shown."""
    today = timezone.localdate()
    since = today - timedelta(days=28)
    context = {
        "unusual": keeping.unusual_reads(since, today),
        "given_back": takes.reads_given_back(since, today),
        "glasses": Glass.objects.filter(at__date__gte=since).select_related("person", "case"),
        "count": CaseRead.objects.filter(at__date__gte=since).count(),
        "since": since,
        "rules": Retention.objects.all(),
        "excused": Excused.objects.filter(at__date__gte=since).select_related("by"),
    }
    return render(request, "desk/reads.html", context)


@staff(OFFICER, people=True)
@require_POST
def glass_seen(request: SignedInRequest, pk: int) -> HttpResponse:
    Glass.objects.filter(pk=pk, looked_at_by=None).update(looked_at_by=request.user)
    return redirect("desk-reads")

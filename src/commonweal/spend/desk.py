"""The analyst's desk: files of payments, payees to review, the sample, runs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.models import Role
from commonweal.design.csvs import csv_lines
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act

from . import files, jobs, payees, preparing, reads, surveying
from .forms import AnchorForm, SurveyForm
from .models import Anchor, Check, Drawing, Payee, Release, Run, Survey
from .naming import name_anchor

ANALYST = Role.ANALYST


def page(heading: str, button: str, **context: Any) -> dict[str, Any]:
    desk = reverse("desk-spend")
    return {
        "heading": heading,
        "button": button,
        "back": (desk, "Spend desk"),
        "to": desk,
    } | context


def start_run(request: SignedInRequest) -> None:
    run = preparing.ask_for(request.user)
    jobs.carry_out.enqueue(run.pk)


@staff(ANALYST)
@only_read
def day(request: SignedInRequest) -> HttpResponse:
    """Everything that waits for the analyst, on one page."""
    queue = payees.queue()
    context = {
        "prepared": reads.current(),
        "is_stale": _is_stale(),
        "run": Run.objects.first(),
        "waiting": Release.objects.exclude(state__in=["taken", "undone"]).select_related(
            "anchor__partner"
        ),
        "taken": Release.objects.taken().select_related("anchor__partner")[:20],
        "taken_count": Release.objects.taken().count(),
        "anchors": Anchor.objects.select_related("partner"),
        "queue": queue[:8],
        "queue_count": queue.count(),
        "queue_money": payees.total_of(queue),
        "all_money": payees.total_of(Payee.objects.paid()),
        "precision": payees.precision(),
        "left": Check.objects.filter(drawing=Drawing.objects.first(), is_right=None).count(),
        "register": files.register(),
        "has_places": files.folder("postcodes.parquet").exists(),
    }
    return render(request, "spend/desk_day.html", context)


def _is_stale() -> bool:
    """Whether something has changed since the figures were worked out."""
    prepared = reads.current()
    return (prepared.version if prepared else "") != (
        preparing.state() if Release.objects.taken().exists() else ""
    )


@staff(ANALYST)
def anchor_add(request: SignedInRequest) -> HttpResponse:
    def do(answers: dict[str, Any]) -> None:
        name_anchor(
            partner=answers["partner"], ids=answers["ids"], by=request.user, as_role=ANALYST
        )

    return act(
        request,
        AnchorForm(request.POST or None),
        do,
        said="It is an anchor now. Upload its payments.",
        **page(
            "Name an anchor",
            "Name it",
            before="An anchor is a partner whose payments are "
            "analysed: the council, the hospital, the college, the housing association.",
        ),
    )


# --- The respend survey -------------------------------------------------------------------------


@staff(ANALYST)
def survey(request: SignedInRequest) -> HttpResponse:
    newest = Survey.objects.first()

    def do(answers: dict[str, Any]) -> None:
        surveying.open_survey(by=request.user, role=ANALYST, **answers)

    return act(
        request,
        SurveyForm(request.POST or None),
        do,
        template="spend/desk_survey.html",
        said="Open. Fetch the addresses and send each supplier its own.",
        newest=newest,
        state=surveying.state_of(newest),
        **page("Ask suppliers what they spend here again", "Open it", to=reverse("desk-survey")),
    )


@staff(ANALYST)
@only_read
def survey_links(request: SignedInRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk)
    text = "".join(csv_lines(surveying.LINK_COLUMNS, surveying.links(survey)))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="survey-links.csv"'
    return response


# --- Runs ---------------------------------------------------------------------------------------


@staff(ANALYST)
@require_POST
def run(request: SignedInRequest) -> HttpResponse:
    start_run(request)
    messages.success(request, "The figures are being brought up to date. This page shows how far.")
    return redirect("desk-spend")


@staff(ANALYST)
@require_POST
def stop(request: SignedInRequest) -> HttpResponse:
    run = Run.objects.filter(state__in=[Run.State.WAITING, Run.State.RUNNING]).first()
    if run is not None:
        preparing.stop(run)
        messages.success(request, "It stops after the part that it is at; what is done is kept.")
    return redirect("desk-spend")

"""The economy desk's pages of scenarios: tables taken in, scenarios made, revised, published."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.design.csvs import csv_text
from commonweal.design.every_answer import only_read
from commonweal.office.acting import act
from commonweal.office.errors import Refused

from ..access import DESK
from ..models import EmployerGroup, Scenario, ScenarioVersion, Structure
from . import actions, reads, structures
from .forms import AssumedForm, ScenarioForm, StructureForm
from .publish_forms import PublishScenarioForm
from .views import shown
from .working import Assumed


def _page(heading: str, button: str, **context: Any) -> dict[str, Any]:
    desk = reverse("desk-economy")
    return {"heading": heading, "button": button, "back": (desk, "Economy desk")} | context


@staff(*DESK)
def structure_add(request: SignedInRequest) -> HttpResponse:
    form = StructureForm(request.POST or None, request.FILES or None)

    def do(answers: dict[str, Any]) -> Structure:
        table, jobs = form.sent("table"), form.sent("jobs")
        assert table is not None
        assert jobs is not None
        return structures.keep(
            table=table,
            jobs=jobs,
            groups=form.sent("groups"),
            by=request.user,
            **{
                name: answers[name]
                for name in ("sheet", "jobs_on", "household_income", "household_source")
            },
        )

    return act(
        request,
        form,
        do,
        said="Taken in. Scenarios can rest on it now.",
        to="desk-economy",
        **_page("Take in a table and the town's jobs", "Read them", multipart=True),
    )


@staff(*DESK)
def scenario_add(request: SignedInRequest) -> HttpResponse:
    if not Structure.objects.exists():
        messages.error(request, "Take in an input-output table and the town's jobs first.")
        return redirect("structure-add")
    usual = {"share": 100, "months": 12, "closure": "pay"}
    form = ScenarioForm(request.POST or None, initial=usual | _of_group(request))
    return act(
        request,
        form,
        lambda answers: actions.ask(
            assumed=form.assumed(),
            by=request.user,
            **{
                name: answers[name]
                for name in ("title", "employer", "employer_name", "structure", "words")
            },
        ),
        said="Worked out. It is a draft that only staff see.",
        to=_at_desk,
        template="economy/scenario_form.html",
        **_page("A new scenario", "Work it out"),
    )


def _of_group(request: SignedInRequest) -> dict[str, Any]:
    """What is known of the group from whose page somebody comes."""
    group = EmployerGroup.objects.filter(code=request.GET.get("group", "")).first()
    if group is None:
        return {}
    partners = list(group.partners.all()[:2])
    named = {"employer": partners[0].pk} if len(partners) == 1 else {"employer_name": group.name}
    return named | {"employer_jobs": group.local_jobs or None}


def _at_desk(version: ScenarioVersion) -> str:
    return reverse("desk-scenario", args=[version.scenario.code, version.number])


@staff(*DESK)
def scenario_revise(request: SignedInRequest, code: str) -> HttpResponse:
    scenario = get_object_or_404(Scenario, code=code)
    newest = scenario.versions.all()[0]
    initial = Assumed.of(newest.assumptions).__dict__ | {
        "structure": newest.structure_id,
        "words": newest.words,
    }
    if initial["prices"] == 1:
        initial["prices"] = None
    form = AssumedForm(request.POST or None, initial=initial)
    return act(
        request,
        form,
        lambda answers: actions.revise(
            scenario=scenario,
            structure=answers["structure"],
            words=answers["words"],
            assumed=form.assumed(),
            by=request.user,
        ),
        said="Worked out as a new version. Those before stay as they are.",
        to=_at_desk,
        template="economy/scenario_form.html",
        **_page("Other assumptions", "Work it out", back=(_at_desk(newest), scenario.title)),
    )


def _version(code: str, number: int) -> ScenarioVersion:
    versions = ScenarioVersion.objects.select_related(
        "scenario__employer", "structure", "decision", "made_by", "published_by"
    )
    return get_object_or_404(versions, scenario__code=code, number=number)


@staff(*DESK)
@only_read
def scenario(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    version = _version(code, number)
    context = shown(version) | {"others": version.scenario.versions.exclude(pk=version.pk)}
    return render(request, "economy/desk_scenario.html", context)


@staff(*DESK)
@only_read
def scenario_csv(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    text = csv_text(reads.CSV_COLUMNS, reads.csv_rows(_version(code, number)))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-{number}.csv"'
    return response


@staff(*DESK)
def scenario_publish(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    version = _version(code, number)
    at_desk = _at_desk(version)
    return act(
        request,
        PublishScenarioForm(request.POST or None, is_of_employer=version.scenario.is_of_employer),
        lambda answers: actions.publish(version=version, by=request.user, **answers),
        said="It is public. This version never changes any more.",
        to=at_desk,
        **_page(
            "Publish a scenario",
            "Publish it for good",
            back=(at_desk, version.scenario.title),
            before="Anybody can read it from then on, with its assumptions and its limits.",
        ),
    )


@staff(*DESK)
@require_POST
def scenario_check(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    version = _version(code, number)
    try:
        is_same = actions.check(version=version, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        if is_same:
            messages.success(request, "Worked out again: every figure is the same.")
        else:
            messages.error(request, "Worked out again, the figures differ. Make a new version.")
    return redirect("desk-scenario", code, number)

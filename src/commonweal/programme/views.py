"""The public's pages: programme, actions, metrics, decisions, the statutory plan."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from commonweal.charter.models import Decision
from commonweal.design.csvs import csv_lines, stream
from commonweal.design.plots import PointOf, SpanOf, series, timeline
from commonweal.places import rooms
from commonweal.pledges.models import Pledge

from . import access, plan, reads
from .models import Metric, Observation, Series
from .status import MEANINGS


def programme(request: HttpRequest) -> HttpResponse:
    """Everything that the programme does, as a sentence, a picture and a table."""
    today = timezone.localdate()
    found = reads.programme(today)
    context = {
        "found": found,
        "picture": timeline(
            [span_of(line) for line in found.lines],
            on=today,
            label="Timeline of all actions; the table below says the same",
        ),
        "streams": [part for part in found.workstreams if part.lines],
        "loose": [line for line in found.lines if line.action.workstream_id is None],
        "statuses": [(s, words, MEANINGS[s], count) for s, words, count in found.statuses],
        "metrics": reads.metric_lines(today),
        "risks": reads.risks(today),
        "accelerations": reads.accelerations(),
    }
    return render(request, "programme/programme.html", context)


def span_of(line: reads.ActionLine) -> SpanOf:
    action = line.action
    steps = [(one.due_on, one.is_done) for one in line.milestones if one.due_on]
    return SpanOf(
        action.title, action.starts_on, action.due_on, float(line.progress), line.words, steps
    )


def action(request: HttpRequest, code: str) -> HttpResponse:
    today = timezone.localdate()
    found = reads.whole_action(code, today)
    if found is None:
        raise Http404
    line = found.line
    may_work = (
        request.user.is_authenticated
        and access.author_for(request.user, line.action.partner) is not None
    )
    context = {
        "found": found,
        "line": line,
        "action": line.action,
        "meaning": MEANINGS[line.status],
        "may_work": may_work,
        "is_lead": may_work and access.is_lead(request.user),
    }
    return render(request, "programme/action.html", context)


def metrics(request: HttpRequest) -> HttpResponse:
    lines = reads.metric_lines(timezone.localdate())
    context = {"lines": lines, "late": [one for one in lines if one.late]}
    return render(request, "programme/metrics.html", context)


def metric(request: HttpRequest, code: str) -> HttpResponse:
    """A metric with all its series: newest first, each with its own picture and table."""
    found = get_object_or_404(
        Metric.objects.select_related("partner", "theme").prefetch_related(
            "series__observations__area", "series__targets", "series__comparators",
            "series__decision", "pillars",
        ),
        code=code,
    )  # fmt: skip
    today = timezone.localdate()
    every = sorted(found.series.all(), key=lambda one: -one.number)
    bound = Pledge.objects.public().filter(binding__metric=found).select_related("partner")
    may_give = (
        request.user.is_authenticated
        and not found.computed
        and access.author_for(request.user, found.partner) is not None
    )
    context = {
        "metric": found,
        "line": reads.metric_line(found, today, today),
        "series": [(one, picture_of(one), figures_of(one)) for one in every],
        "bound": bound,
        "actions": found.actions.all(),
        "may_give": may_give,
    }
    return render(request, "programme/metric.html", context)


def figures_of(one: Series) -> list[tuple[Observation, list[Observation]]]:
    """(as it stands, the earlier versions of it), newest period first."""
    by_period: dict[object, list[Observation]] = {}
    for figure in one.observations.all():
        if figure.released_on is not None:
            by_period.setdefault((figure.ends_on, figure.area_id), []).append(figure)
    versions = sorted(by_period.values(), key=lambda v: (v[-1].ends_on, v[-1].area_id or 0))
    return [(found[-1], found[:-1]) for found in reversed(versions)]


def picture_of(one: Series) -> str:
    today = timezone.localdate()
    points = [
        PointOf(o.ends_on, o.value, one.write(o.value), o.status == Observation.Status.PROVISIONAL)
        for o in reads.latest_versions(one, today, today)
        if o.value is not None
    ]
    if len(points) < 2:
        return ""
    path = [(target.on, target.value) for target in one.targets.all()]
    if one.baseline is not None and one.baseline_on is not None:
        path.insert(0, (one.baseline_on, one.baseline))
    label = f"{one.metric.name}, {points[0].shown} to {points[-1].shown}; the table says the same"
    return series(points, path, label=label)


@rooms.of(rooms.ALWAYS)
def decisions(request: HttpRequest) -> HttpResponse:
    """Who decided what, and how much came of it."""
    page = Paginator(Decision.objects.all(), 30).get_page(request.GET.get("page"))
    counts = reads.counts_of_effects(list(page))
    rows = [(decision, counts[decision.pk]) for decision in page]
    return render(request, "programme/decisions.html", {"page": page, "rows": rows})


@rooms.of(rooms.ALWAYS)
def decision(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Decision.objects.prefetch_related("versions"), code=code)
    return render(request, "programme/decision.html", {"effects": reads.effects_of(found)})


# --- The statutory plan -----------------------------------------------------------------------


def joint_plan(request: HttpRequest) -> HttpResponse:
    found = plan.joint_plan(timezone.localdate())
    return render(request, "programme/plan.html", {"plan": found, "source": plan.SOURCE})


def joint_plan_csv(request: HttpRequest) -> FileResponse:
    found = plan.rows(plan.joint_plan(timezone.localdate()))
    return stream(csv_lines(plan.ROWS, found), name="joint-plan.csv", content_type="text/csv")


def joint_plan_word(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(
        plan.word(plan.joint_plan(timezone.localdate())),
        content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )
    response["Content-Disposition"] = 'attachment; filename="joint-plan.docx"'
    return response

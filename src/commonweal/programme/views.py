"""The public's pages: programme, actions, metrics, decisions, the statutory plan."""

from __future__ import annotations

from decimal import Decimal

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from commonweal.charter.models import Decision
from commonweal.design import plots
from commonweal.design.csvs import csv_lines, stream
from commonweal.design.every_answer import only_read
from commonweal.design.paging import paged
from commonweal.design.plots import PointOf
from commonweal.design.timelines import SpanOf, timeline
from commonweal.places import rooms
from commonweal.pledges.models import Pledge

from . import access, measuring, outcomes, plan, reads
from .importing import meaning_of
from .models import Metric, Observation, Series
from .status import MEANINGS


@only_read
def programme(request: HttpRequest) -> HttpResponse:
    """Everything that the programme does, as a sentence, a picture and a table."""
    today = timezone.localdate()
    overview = reads.programme(today)
    context = {
        "found": overview,
        "picture": timeline(
            [span_of(line) for line in overview.lines],
            on=today,
            label="Timeline of all actions; the table below says the same",
        ),
        "streams": [part for part in overview.workstreams if part.lines],
        "loose": [line for line in overview.lines if line.action.workstream_id is None],
        "statuses": [(s, label, MEANINGS[s], count) for s, label, count in overview.statuses],
        "metrics": reads.metric_lines(today),
        "ended": reads.ended_lines(today),
        "risks": reads.risks(today),
        "accelerations": reads.accelerations(),
        "asked": reads.answering(overview.lines),
    }
    return render(request, "programme/programme.html", context)


def span_of(line: reads.ActionLine) -> SpanOf:
    action = line.action
    steps = [
        (milestone.due_on, milestone.is_done) for milestone in line.milestones if milestone.due_on
    ]
    return SpanOf(
        action.title,
        action.starts_on,
        action.due_on,
        float(line.progress),
        line.status_words,
        steps,
    )


@only_read
def action(request: HttpRequest, code: str) -> HttpResponse:
    today = timezone.localdate()
    detail = reads.whole_action(code, today)
    if detail is None:
        raise Http404
    line = detail.line
    may_work = (
        request.user.is_authenticated
        and access.author_for(request.user, line.action.partner) is not None
    )
    context = {
        "found": detail,
        "line": line,
        "action": line.action,
        "meaning": meaning_of(line.action, line.status),
        "citations": reads.citations_of(line.action),
        "may_work": may_work,
        "is_lead": may_work and access.is_lead(request.user),
    }
    return render(request, "programme/action.html", context)


@only_read
def metrics(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    lines = reads.metric_lines(today)
    context = {
        "lines": lines,
        "late": [line for line in lines if line.late],
        "ended": reads.ended_lines(today),
    }
    return render(request, "programme/metrics.html", context)


@only_read
def local_outcomes(request: HttpRequest) -> HttpResponse:
    """The national list as a menu: what it has, and what the town follows of it."""
    context = {"national": outcomes.menu(), "may_follow": access.is_lead(request.user)}
    return render(request, "programme/local_outcomes.html", context)


@only_read
def metric(request: HttpRequest, code: str) -> HttpResponse:
    """A metric with all its series: newest first, each with its own picture and table."""
    of_series = ("observations__area", "targets", "comparators", "decision")
    metrics = Metric.objects.select_related("partner", "theme").prefetch_related(
        *(f"series__{relation}" for relation in of_series), "pillars"
    )
    metric = get_object_or_404(metrics, code=code)
    today = timezone.localdate()
    newest_first = sorted(metric.series.all(), key=lambda series: -series.number)
    bound = Pledge.objects.public().filter(binding__metric=metric).select_related("partner")
    may_give = (
        request.user.is_authenticated
        and not metric.computed
        and access.author_for(request.user, metric.partner) is not None
    )
    context = {
        "metric": metric,
        "today": today,
        "line": reads.metric_line(metric, today, today),
        "series": [(series, picture_of(series), figures_of(series)) for series in newest_first],
        "bound": bound,
        "actions": metric.actions.all(),
        "may_give": may_give,
        "cannot_give": measuring.no_period_yet(metric, today) if may_give else "",
        "may_set": access.sets_metrics(request.user),
        "is_placeholder": outcomes.is_placeholder(metric.code),
    }
    return render(request, "programme/metric.html", context)


def figures_of(series: Series) -> list[tuple[Observation, list[Observation]]]:
    """(as it stands, the earlier versions of it), newest period first."""
    by_period: dict[object, list[Observation]] = {}
    for figure in series.observations.all():
        if figure.released_on is not None:
            by_period.setdefault((figure.ends_on, figure.area_id), []).append(figure)
    versions = sorted(by_period.values(), key=lambda v: (v[-1].ends_on, v[-1].area_id or 0))
    return [(of_period[-1], of_period[:-1]) for of_period in reversed(versions)]


def picture_of(series: Series) -> str:
    today = timezone.localdate()
    points = [
        PointOf(figure.ends_on, figure.value, series.write(figure.value), figure.is_provisional)
        for figure in reads.latest_versions(series, today, today)
        if figure.value is not None
    ]
    if len(points) < 2:
        return ""
    path = [(target.on, target.value) for target in series.targets.all()]
    if series.baseline is not None and series.baseline_on is not None:
        path.insert(0, (series.baseline_on, series.baseline))
    name = series.metric.name
    label = f"{name}, {points[0].shown} to {points[-1].shown}; the table says the same"
    return plots.series(
        points, path, label=label, ends_at=Decimal(100) if series.unit == "%" else None
    )


@rooms.of(rooms.ALWAYS)
@only_read
def decisions(request: HttpRequest) -> HttpResponse:
    """Who decided what, and how much came of it."""
    page = paged(request, Decision.objects.all())
    counts, settings = reads.counts_of_effects(list(page)), reads.settings_by(list(page))
    rows = [
        (decision, counts[decision.pk] + len(settings.get(decision.pk, ()))) for decision in page
    ]
    return render(request, "programme/decisions.html", {"page": page, "rows": rows})


@rooms.of(rooms.ALWAYS)
@only_read
def decision(request: HttpRequest, code: str) -> HttpResponse:
    decision = get_object_or_404(Decision.objects.prefetch_related("versions"), code=code)
    return render(request, "programme/decision.html", {"effects": reads.effects_of(decision)})


# --- The statutory plan -----------------------------------------------------------------------


@only_read
def joint_plan(request: HttpRequest) -> HttpResponse:
    filled = plan.joint_plan(timezone.localdate())
    return render(request, "programme/plan.html", {"plan": filled, "source": plan.SOURCE})


@only_read
def joint_plan_csv(request: HttpRequest) -> FileResponse:
    rows = plan.rows(plan.joint_plan(timezone.localdate()))
    return stream(csv_lines(plan.ROWS, rows), name="joint-plan.csv", content_type="text/csv")


@only_read
def joint_plan_word(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(
        plan.word(plan.joint_plan(timezone.localdate())),
        content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )
    response["Content-Disposition"] = 'attachment; filename="joint-plan.docx"'
    return response

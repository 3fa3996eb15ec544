"""The public's pages: where the pound goes, anchors, suppliers, sectors, opportunities, proof."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from commonweal.accounts.access import roles_of
from commonweal.accounts.limits import Limit, limited
from commonweal.accounts.models import Person, Role
from commonweal.design.csvs import csv_lines, stream
from commonweal.design.every_answer import only_read
from commonweal.design.paging import paged
from commonweal.office.acting import act
from localwealth.spend.industries import DIVISIONS
from localwealth.spend.measures import BANDS

from . import payees, pictures, reads, surveying
from .forms import AgainForm
from .models import Decided, Drawing, Payee, Prepared, Release, Route
from .reads import Scope, Sought

View = Callable[..., HttpResponse | FileResponse]


def over(view: View) -> View:
    """A page over the prepared tables: gets them and what is asked for, or says there are none."""

    @functools.wraps(view)
    def page(request: HttpRequest, *args: Any, **captured: Any) -> HttpResponse | FileResponse:
        prepared = reads.current()
        if prepared is None:
            return render(request, "spend/nothing.html", {"is_anew": reads.must_be_made_anew()})
        scope = reads.scope_of(request.GET, prepared)
        return view(request, prepared, scope, *args, **captured)

    return page


# How a file of an own ledger is called where its lines are nobody's business.
OWN_LEDGER = "A file of its own ledger"


def may_see_lines(request: HttpRequest, route: str) -> bool:
    """Published files are for everybody; single payments of an own ledger for analysts only."""
    if route == Route.PUBLISHED:
        return True
    user = request.user
    return isinstance(user, Person) and Role.ANALYST in roles_of(user)


def context_of(request: HttpRequest, prepared: Prepared, scope: Scope) -> dict[str, Any]:
    content = reads.figures(prepared, scope)
    assert content is not None
    return {
        "prepared": prepared,
        "scope": scope,
        "query": scope.query(),
        "choices": reads.choices(prepared, scope),
        "content": content,
        "share": reads.share_in(content, scope.place),
        "names": reads.anchor_names(),
        "bands": reads.band_names(),
        "precision": payees.precision(),
        "lines_are_open": may_see_lines(request, scope.route),
    }


@over
@only_read
def home(request: HttpRequest, prepared: Prepared, scope: Scope) -> HttpResponse:
    """Where the pound goes: a sentence, ribbons, a table, and how we know."""
    context = context_of(request, prepared, scope)
    content, bands = context["content"], context["bands"]
    context["picture"] = pictures.ribbons(content["flows"][scope.place], context["names"], bands)
    context["rows"] = [(row, bands[row["band"]]) for row in content[scope.place]["bands"]]
    return render(request, "spend/home.html", context)


@over
@only_read
def anchors(request: HttpRequest, prepared: Prepared, scope: Scope) -> HttpResponse:
    """Anchors side by side; each with its quarters."""
    scope = reads.whole_of(scope)
    context = context_of(request, prepared, scope)
    lines = []
    for code, content in reads.all_scopes(prepared, scope):
        bands = {row["band"]: row for row in content[scope.place]["bands"]}
        lines.append(
            {
                "code": code,
                "name": context["names"].get(code, code),
                "share": reads.share_in(content, scope.place),
                "bands": [(context["bands"][band], bands.get(band)) for band in BANDS],
                "rate": content["match_rate"],
                "waited": content["payment_days"],
                "picture": pictures.over_time(content, scope, context["names"].get(code, code)),
                "quarters": pictures.quarters_of(content, scope),
            }
        )
    context |= {"lines": lines, "band_list": [context["bands"][band] for band in BANDS]}
    context["both"] = context["content"][scope.place]["anchors"]
    return render(request, "spend/anchors.html", context)


@over
@only_read
def suppliers(request: HttpRequest, prepared: Prepared, scope: Scope) -> HttpResponse:
    context = context_of(request, prepared, scope)
    search, band = request.GET.get("q", "").strip()[:100], request.GET.get("band", "")
    if context["lines_are_open"]:
        context["page"] = reads.suppliers(
            prepared, scope, search, band if band in BANDS else "", _number(request)
        )
    context |= {"words": search, "band": band, "extra": _extra(q=search, band=band)}
    return render(request, "spend/suppliers.html", context)


@over
@only_read
def supplier(request: HttpRequest, prepared: Prepared, scope: Scope, code: str) -> HttpResponse:
    """What a supplier is, how we know, what each anchor paid it."""
    context = context_of(request, prepared, scope)
    firm = reads.supplier(prepared, scope, code) if context["lines_are_open"] else None
    if firm is None:
        raise Http404
    written = Payee.objects.filter(code__in=[spelling["payee"] for spelling in firm["names"]])
    if scope.route == Route.PUBLISHED:
        written = written.filter(in_public=True)
    context |= {"found": firm, "written": written.select_related("decided")}
    return render(request, "spend/supplier.html", context)


@over
@only_read
def payments(request: HttpRequest, prepared: Prepared, scope: Scope) -> HttpResponse:
    """The payment lines behind a figure."""
    sought = Sought.of(request.GET, scope)
    context = context_of(request, prepared, scope) | {"sought": sought}
    context["filters"] = {
        name: wanted
        for name in ("band", "category", "kind", "size", "sic", "supplier", "release", "quarter")
        if (wanted := getattr(sought, name))
    } | ({"between": "1"} if sought.between else {})
    context["extra"] = _extra(**context["filters"])
    if context["lines_are_open"]:
        context["page"] = reads.payments(prepared, sought, _number(request))
    return render(request, "spend/payments.html", context)


@over
@only_read
def payments_csv(request: HttpRequest, prepared: Prepared, scope: Scope) -> FileResponse:
    if not may_see_lines(request, scope.route):
        raise Http404
    sought = Sought.of(request.GET, scope)
    lines = csv_lines(reads.PAYMENT_COLUMNS, reads.payment_rows(prepared, sought))
    return stream(lines, name="payments.csv", content_type="text/csv")


@over
@only_read
def sectors(request: HttpRequest, prepared: Prepared, scope: Scope) -> HttpResponse:
    context = context_of(request, prepared, scope)
    content = context["content"]
    context["industries"] = [
        row | {"name": DIVISIONS.get(row["value"], "not known")} for row in content["sector"]
    ]
    return render(request, "spend/sectors.html", context)


@over
@only_read
def opportunities(request: HttpRequest, prepared: Prepared, scope: Scope) -> HttpResponse:
    context = context_of(request, prepared, scope)
    category = request.GET.get("category", "")[:200]
    today = timezone.localdate()
    rows = reads.opportunities(prepared, context["content"], today)
    context |= {"rows": rows[:60], "more": max(len(rows) - 60, 0), "category": category}
    if category:
        context["firms"] = paged(request, reads.able(prepared, category))
        context["extra"] = _extra(category=category)
        context["contracts"] = reads.contracts(prepared, category, today)
        context["row"] = next((row for row in rows if row["category"] == category), None)
    return render(request, "spend/opportunities.html", context)


@over
@only_read
def how_we_know(request: HttpRequest, prepared: Prepared, scope: Scope) -> HttpResponse:
    context = context_of(request, prepared, scope)
    taken = Release.objects.filter(state__in=["taken", "undone"], route=scope.route)
    context |= {
        "releases": taken.select_related("anchor__partner").order_by("anchor", "-starts_on", "pk"),
        "drawing": Drawing.objects.first(),
        "decisions": Decided.objects.filter(undone_on=None).count(),
    }
    return render(request, "spend/how_we_know.html", context)


@only_read
def release(request: HttpRequest, code: str) -> HttpResponse:
    """One file: what came of every line, to the penny; what it replaced; its payments."""
    ever_counted = Release.objects.filter(state__in=["taken", "undone"])
    release = get_object_or_404(
        ever_counted.select_related("anchor__partner", "replaces"), code=code
    )
    lines_are_open = may_see_lines(request, release.route)
    context = {
        "release": release,
        "columns": columns_of(release),
        "is_open": release.route == Route.PUBLISHED,
        "lines_are_open": lines_are_open,
        "title": release.file_name if lines_are_open else OWN_LEDGER,
        "replaced_by": release.replaced_by.filter(state__in=["taken", "undone"]).first(),
    }
    return render(request, "spend/release.html", context)


def columns_of(release: Release) -> list[tuple[str, str, str]]:
    """(role, heading, reason) of each column that is read."""
    heads = release.headings
    return [
        (
            role,
            heads[column["at"]]
            if column["at"] < len(heads) and heads[column["at"]]
            else f"column {column['at'] + 1}",
            column["because"],
        )
        for role, column in release.mapping.items()
    ]


# --- The respend survey -------------------------------------------------------------------------


SURVEYS = Limit(
    "surveys",
    30,
    timedelta(hours=1),
    "This page was sent very often within an hour. Try again in an hour, or ring whoever asked "
    "you.",
)


@limited(SURVEYS)
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """A supplier's own page: one question, answered without signing in, until the survey closes."""
    page = surveying.page_of(token)
    if not surveying.is_open(page.survey) or request.GET.get("done"):
        return render(
            request,
            "spend/survey_done.html",
            {"page": page, "is_open": surveying.is_open(page.survey)},
        )
    form = AgainForm(request.POST or None, initial={"again": page.again, "basis": page.basis})
    return act(
        request,
        form,
        lambda answers: surveying.answer(page=page, **answers),
        said="Thank you. Your answer is kept.",
        to=f"{request.path}?done=1",
        template="spend/survey.html",
        page=page,
    )


# --- Helpers ------------------------------------------------------------------------------------


def _number(request: HttpRequest) -> int:
    page = request.GET.get("page", "1")
    return int(page) if page.isdecimal() and len(page) < 9 else 1


def _extra(**filters: str) -> str:
    return urlencode({key: wanted for key, wanted in filters.items() if wanted})

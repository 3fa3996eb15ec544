"""Downloads and feed: everything public, in forms that machines read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed

from commonweal.balance.models import Statement
from commonweal.balance.render import as_csv as balance_as_csv
from commonweal.charter.models import Decision
from commonweal.design import csvs
from commonweal.design.every_answer import only_read
from commonweal.design.signs import for_xml
from commonweal.places import rooms
from commonweal.places.models import the_town
from commonweal.pledges import history, reads, review_reads
from commonweal.pledges.models import Entry
from commonweal.pledges.standing import Kind
from commonweal.programme.reads import programme

from . import exports, kept_pages, voices

VOICES = [
    (
        "Consultations",
        "One row a consultation that is public.",
        "consultations",
        voices.CONSULTATIONS,
    ),
    (
        "Consultation results",
        "One row an answer to a question, once the last day is over.",
        "consultation-results",
        voices.RESULTS,
    ),
    (
        "Proposals",
        "One row a proposal that is shown.",
        "consultation-proposals",
        voices.PROPOSALS,
    ),
    (
        "Budget rounds",
        "One row a round in which people share out money.",
        "budget-rounds",
        voices.ROUNDS,
    ),
    ("Budget projects", "One row a project that was checked.", "budget-projects", voices.PROJECTS),
]


@only_read
def catalogue(request: HttpRequest) -> HttpResponse:
    datasets = [
        (
            "Pledges",
            "One row a pledge made to the town, with its standing today.",
            "pledges",
            exports.PLEDGES,
        ),
        ("Partners", "One row a partner of the town.", "partners", exports.PARTNERS),
        ("Ledger", "One row an entry, with the chain of hashes.", "ledger", exports.ENTRIES),
        ("Programme", "One row an action, as it stands today.", "programme", exports.ACTIONS),
        ("Metrics", "One row a released figure and version.", "metrics", exports.FIGURES),
        ("Decisions", "One row a decision.", "decisions", exports.DECISIONS),
        (
            "Payments",
            "One row a payment of the anchors' published files.",
            "payments",
            exports.PAYMENTS,
        ),
        ("Local spend", "One row an anchor, year and band.", "local-spend", exports.SHARES),
        *VOICES,
    ]
    closed = rooms.off_for(request)
    shown = [dataset for dataset in datasets if rooms.room_at(f"/{dataset[2]}.csv") not in closed]
    context = {"datasets": shown}
    return render(request, "opendata/data.html", context)


def stream(
    request: HttpRequest, lines: Iterator[str], *, name: str, content_type: str
) -> FileResponse:
    """A file that is the same for everybody who asks at the same time."""
    kept_as = f"{request.get_full_path()} {kept_pages.state()}"
    return csvs.stream(lines, name=name, content_type=content_type, kept_as=kept_as)


@only_read
def pledges_csv(request: HttpRequest) -> FileResponse:
    """The rows of the register page with the same filters, all pages at once."""
    filters = reads.Filters.read(request.GET.dict())
    rows = exports.rows(exports.PLEDGES, exports.pledges(filters, timezone.localdate()))
    lines = exports.csv_lines(exports.PLEDGES, rows)
    return stream(request, lines, name="pledges.csv", content_type="text/csv")


@only_read
def pledges_json(request: HttpRequest) -> FileResponse:
    filters = reads.Filters.read(request.GET.dict())
    rows = exports.rows(exports.PLEDGES, exports.pledges(filters, timezone.localdate()))
    lines = exports.json_lines(rows)
    return stream(request, lines, name="pledges.json", content_type="application/json")


def _partners(request: HttpRequest) -> Iterator[dict[str, Any]]:
    chosen = exports.partners(request.GET.get("source", ""), timezone.localdate())
    return exports.rows(exports.PARTNERS, chosen)


@only_read
def partners_csv(request: HttpRequest) -> FileResponse:
    lines = exports.csv_lines(exports.PARTNERS, _partners(request))
    return stream(request, lines, name="partners.csv", content_type="text/csv")


@only_read
def partners_json(request: HttpRequest) -> FileResponse:
    lines = exports.json_lines(_partners(request))
    return stream(request, lines, name="partners.json", content_type="application/json")


@only_read
def ledger_csv(request: HttpRequest) -> FileResponse:
    lines = exports.csv_lines(exports.ENTRIES, exports.entries(timezone.localdate()))
    return stream(request, lines, name="ledger.csv", content_type="text/csv")


@only_read
def ledger_json(request: HttpRequest) -> FileResponse:
    lines = exports.json_lines(exports.entries(timezone.localdate()))
    return stream(request, lines, name="ledger.json", content_type="application/json")


def _once_asked(read: Callable[[], Iterable[Any]]) -> Iterator[Any]:
    """The records, read when the first is asked for: of a file that is there none is."""
    yield from read()


def _both(
    name: str,
    columns: list[exports.Column],
    read: Callable[[], Iterable[Any]],
    room: str = rooms.ALWAYS,
) -> Any:
    """The views of one dataset as CSV and as JSON, which belong to the room of its rows."""

    @rooms.of(room)
    @only_read
    def as_csv(request: HttpRequest) -> FileResponse:
        lines = exports.csv_lines(columns, exports.rows(columns, _once_asked(read)))
        return stream(request, lines, name=f"{name}.csv", content_type="text/csv")

    @rooms.of(room)
    @only_read
    def as_json(request: HttpRequest) -> FileResponse:
        lines = exports.json_lines(exports.rows(columns, _once_asked(read)))
        return stream(request, lines, name=f"{name}.json", content_type="application/json")

    return as_csv, as_json


programme_csv, programme_json = _both(
    "programme", exports.ACTIONS, lambda: programme(timezone.localdate()).lines, "programme"
)
metrics_csv, metrics_json = _both("metrics", exports.FIGURES, exports.figures, "programme")
decisions_csv, decisions_json = _both(
    "decisions", exports.DECISIONS, lambda: Decision.objects.all().iterator(2000)
)
payments_csv, payments_json = _both("payments", exports.PAYMENTS, exports.payments, "spend")
local_spend_csv, local_spend_json = _both("local-spend", exports.SHARES, exports.shares, "spend")

consultations_csv, consultations_json = _both(
    "consultations", voices.CONSULTATIONS, voices.consultations, "voice"
)
results_csv, results_json = _both(
    "consultation-results", voices.RESULTS, voices.consultation_results, "voice"
)
proposals_csv, proposals_json = _both(
    "consultation-proposals", voices.PROPOSALS, voices.proposals, "voice"
)
rounds_csv, rounds_json = _both("budget-rounds", voices.ROUNDS, voices.budget_rounds, "voice")
projects_csv, projects_json = _both(
    "budget-projects", voices.PROJECTS, voices.budget_projects, "voice"
)


@rooms.of("balance")
@only_read
def balance_csv(request: HttpRequest) -> HttpResponse:
    """Every line of every closed account, restated ones included."""
    closed = Statement.objects.closed().order_by("period__ends_on", "number")
    response = HttpResponse(balance_as_csv(list(closed)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="balance.csv"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


FED = [Kind.ACCEPTED, Kind.CLAIM, Kind.CHANGED, Kind.WITHDRAWN, Kind.QUESTION, Kind.ANSWER]


@only_read
def feed(request: HttpRequest) -> HttpResponse:
    """The newest public entries of the ledger as an Atom feed. Reviews come in once they count."""
    town, today = the_town(), timezone.localdate()
    feed = Atom1Feed(
        title=f"{town.name}: {town.service_name}",
        link=f"{settings.ADDRESS}/pledges/",
        feed_url=f"{settings.ADDRESS}/feed.atom",
        description="What changed in the register",
        language="en-gb",
    )
    held = {entry.seq for _, entry in review_reads.replies_waiting(today)}
    entries = (
        Entry.objects.public()
        .filter(kind__in=[*FED, Kind.REVIEW])
        .exclude(seq__in=held)
        .select_related("pledge__partner", "pledge__measure")
        .order_by("-seq")[:50]
    )
    for entry in entries:
        line = history.line_of(entry, entry.pledge)
        facts = ". ".join(f"{name}: {figure}" for name, figure in line.facts)
        address = f"{settings.ADDRESS}{entry.pledge.get_absolute_url()}"
        feed.add_item(
            title=for_xml(f"{entry.pledge.partner.name}: {line.title}"),
            link=f"{address}#entry-{entry.seq}",
            unique_id=f"{address}#entry-{entry.seq}",
            description=for_xml(f"{entry.pledge.statement}\n{facts}\n{line.words}".strip()),
            pubdate=entry.written_at,
            updateddate=entry.written_at,
        )
    if not entries:
        feed.feed["updated"] = datetime.now(UTC)
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml")

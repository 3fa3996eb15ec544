"""Rows out: the same rows as the pages show, as CSV and JSON, streamed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from commonweal.design import csvs
from commonweal.partners.models import Partner
from commonweal.pledges import ledger, reads, review_reads
from commonweal.pledges.models import Entry, Pledge, plain
from commonweal.pledges.standing import Kind
from commonweal.programme.models import Observation
from commonweal.spend import reads as spend_reads
from commonweal.spend.models import Route


@dataclass(frozen=True)
class Column:
    """A column: its name, what it holds (for the page on data), and how it is read from a row.
    ``method`` is the page on method that says more."""

    name: str
    about: str
    read: Callable[[Any], Any]
    method: str = ""


PLEDGES = [
    Column("code", "Code of the pledge", lambda p: p.code),
    Column("partner", "Code of the partner", lambda p: p.partner.code),
    Column("partner_name", "Name of the partner", lambda p: p.partner.name),
    Column("sector", "public, private or voluntary", lambda p: p.partner.sector),
    Column("theme", "Code of the theme", lambda p: p.theme.code),
    Column("measure", "Code of the measure", lambda p: p.measure.code),
    Column("unit", "Unit of the figures", lambda p: p.measure.unit),
    Column("statement", "The promise in the partner's words", lambda p: p.statement),
    Column("who_benefits", "Who is better off", lambda p: p.who_benefits),
    Column(
        "area",
        "Code of the area; empty for the whole town",
        lambda p: p.area.code if p.area else "",
    ),
    Column("baseline", "Where it starts", lambda p: plain(p.baseline)),
    Column("target", "What is promised", lambda p: plain(p.target)),
    Column("first_target", "Target with which it was accepted", lambda p: plain(p.first_target)),
    Column("due_on", "By when", lambda p: p.due_on),
    Column("owner_title", "Role of the person who answers for it", lambda p: p.owner_title),
    Column("accepted_on", "Day on which it came into the register", lambda p: p.accepted_on),
    Column("standing", "Standing today", lambda p: p.standing, "standing"),
    Column("claimed", "Figure that the partner last reported", lambda p: plain(p.claimed)),
    Column("claimed_on", "Day that the report is about", lambda p: p.claimed_on),
    Column("verified", "Figure that a reviewer last found", lambda p: plain(p.verified)),
    Column("verified_on", "Day that the finding is about", lambda p: p.verified_on),
    Column("measured", "Figure that the system measured itself", lambda p: plain(p.measured)),
    Column("measured_on", "Last day that the measurement is about", lambda p: p.measured_on),
    Column("offered", "How much of it answers asks of the town", lambda p: plain(p.offered)),
    Column("drawn", "How much of that was used", lambda p: plain(p.drawn)),
    Column(
        "unanswered_since",
        "Day of the oldest question without answer",
        lambda p: p.unanswered_since,
    ),
    Column("entries", "Number of ledger entries", lambda p: p.entry_count),
    Column(
        "source", "Other register that it is read from; empty when made here", lambda p: p.source
    ),
]
PARTNERS = [
    Column("code", "Code of the partner", lambda p: p.code),
    Column("name", "Name", lambda p: p.name),
    Column("sector", "public, private or voluntary", lambda p: p.sector),
    Column("kind", "Kind of organisation", lambda p: p.kind),
    Column("size", "How many people work in it, in bands", lambda p: p.size),
    Column("company_number", "Companies House number", lambda p: p.company_number),
    Column("charity_number", "Charity number", lambda p: p.charity_number),
    Column("mutual_number", "Mutuals register number", lambda p: p.mutual_number),
    Column("covers", "Site that it signs for; empty for all of it", lambda p: p.covers),
    Column("area", "Code of the area", lambda p: p.area.code if p.area else ""),
    Column("website", "Website", lambda p: p.website),
    Column("accepted_on", "Day on which it came into the register", lambda p: p.accepted_on),
    Column("last_update_on", "Last day on which it reported anything", lambda p: p.last_update_on),
    Column(
        "source",
        "Register of another body that named it first; empty when it joined here",
        lambda p: p.source if p.is_of_others else "",
    ),
]
ENTRIES = [
    Column("seq", "Number in the whole register, without gaps", lambda e: e.seq),
    Column("pledge", "Code of the pledge", lambda e: e.pledge.code),
    Column("kind", "Kind of entry", lambda e: e.kind),
    Column("happened_on", "Day that it is about", lambda e: e.happened_on),
    Column("written_at", "Moment when it was written, UTC", lambda e: ledger.utc(e.written_at)),
    Column("body", "What it says, canonical JSON", lambda e: ledger.canonical(e.body).decode()),
    Column("words", "Free words", lambda e: e.words),
    Column("words_salt", "Salt of the words' digest", lambda e: e.words_salt),
    Column("words_digest", "SHA-256 of salt and words", lambda e: e.words_digest),
    Column("by", "SHA-256 of the person's code", lambda e: ledger.digest_of_person(e.by_code)),
    Column("by_role", "Role of the person", lambda e: e.by_role),
    Column("by_organisation", "Organisation of the person", lambda e: e.by_organisation),
    Column("previous", "Hash of the entry before", lambda e: e.previous),
    Column("hash", "SHA-256 over all of this", lambda e: e.hash, "ledger"),
]
# An entry that is not public yet (a held review, a pledge not accepted) shows only these.
CHAIN_ONLY = {"seq", "previous", "hash"}


ACTIONS = [
    Column("code", "Code of the action", lambda x: x.action.code),
    Column("title", "What is done", lambda x: x.action.title),
    Column("workstream", "Workstream", lambda x: _name(x.action.workstream)),
    Column("pillars", "Codes of its pillars", lambda x: " ".join(p.code for p in x.pillars)),
    Column("partner", "Organisation that does it", lambda x: _name(x.action.partner)),
    Column("owner_title", "Role of the person who answers for it", lambda x: x.action.owner_title),
    Column("measure", "Metric that it is to move", lambda x: _code(x.action.metric)),
    Column("decision", "Decision that made it", lambda x: _code(x.action.decision)),
    Column("starts_on", "First day", lambda x: x.action.starts_on),
    Column("due_on", "Last day", lambda x: x.action.due_on),
    Column("status", "Status today", lambda x: x.status.value, "programme"),
    Column("progress_share", "How much is done, 0 to 1", lambda x: round(float(x.progress), 4)),
    Column("weighting", "What the progress is rolled up from", lambda x: x.weighting),
    Column("milestones", "Number of milestones", lambda x: len(x.milestones)),
    Column("milestones_done", "Of them done", lambda x: x.done),
    Column("lacks", "What keeps it from being actionable", lambda x: " ".join(x.lacks)),
]
FIGURES = [
    Column("metric", "Code of the metric", lambda o: o.series.metric.code),
    Column("series", "Number of the definition; never joined", lambda o: o.series.number),
    Column("unit", "Unit", lambda o: o.series.unit),
    Column("starts_on", "First day of the period", lambda o: o.starts_on),
    Column("ends_on", "Last day of the period", lambda o: o.ends_on),
    Column("area", "Code of the area; empty for the whole town", lambda o: _code(o.area)),
    Column("version", "1 is the figure first given", lambda o: o.version),
    Column("status", "provisional, final or revised", lambda o: o.status),
    Column("value", "The figure; empty when it was not shown", lambda o: plain(o.value)),
    Column("note", "Why it was revised or not shown", lambda o: o.note),
    Column("function", "Registered function, when computed", lambda o: o.function),
    Column("given_by_title", "Role of who gave it", lambda o: o.given_by_title),
    Column("given_by_organisation", "Of which body", lambda o: o.given_by_organisation),
    Column("recorded_on", "Day on which it was given", lambda o: o.recorded_on),
    Column("released_on", "Day on which it was released", lambda o: o.released_on),
]
DECISIONS = [
    Column("code", "Code of the decision", lambda d: d.code),
    Column("title", "What was decided", lambda d: d.title),
    Column("body", "Who decided", lambda d: d.body),
    Column("decided_on", "When", lambda d: d.decided_on),
    Column("minute", "Reference of the minute", lambda d: d.minute),
    Column("source_url", "Address of the minute", lambda d: d.source_url),
    Column("text", "In full", lambda d: d.text),
]


PAYMENTS = [
    Column("anchor", "Code of the partner that pays", lambda p: p["anchor"]),
    Column("day", "Day, or the first of its month where a file has months", lambda p: p["day"]),
    Column("amount_gbp", "Pounds; minus for a credit", lambda p: p["amount_gbp"]),
    Column("category", "What for, as the file says it", lambda p: p["category"]),
    Column("payee", "Who was paid; “not named” where nobody may say", lambda p: p["payee"]),
    Column("supplier", "Org-id of the matched entry, else a code", lambda p: p["supplier"]),
    Column("reference", "The publisher's reference", lambda p: p["reference"]),
    Column("registered_office", "Band of the supplier's office", lambda p: p["registered_office"]),
    Column("place_of_trading", "Band of its own address", lambda p: p["place_of_trading"]),
    Column("release", "Code of the file", lambda p: p["release"]),
    Column("line", "Line of the file", lambda p: p["line"]),
]
SHARES = [
    Column("route", "published files, or own ledgers; never to be added", lambda s: s["route"]),
    Column("anchor", "Code of the partner that pays; empty for all", lambda s: s["anchor"]),
    Column("year", "April to March; empty for all", lambda s: s["year"]),
    Column("by", "office (registered) or site (place of trading)", lambda s: s["by"]),
    Column("band", "town, county, region, nation, abroad or unknown", lambda s: s["band"]),
    Column("payments", "How many", lambda s: s["payments"]),
    Column("amount_gbp", "Pounds", lambda s: s["amount_gbp"]),
    Column("share", "Of all pounds of the scope, 0 to 1", lambda s: s["share"]),
]


def _name(named: Any) -> str:
    return named.name if named else ""


def _code(coded: Any) -> str:
    return coded.code if coded else ""


def figures() -> Iterator[Observation]:
    """Every released figure, first and revised ones alike."""
    observations = Observation.objects.released().select_related("series__metric", "area")
    return observations.order_by("series__metric__order", "series", "ends_on", "version").iterator(
        2000
    )


def pledges(filters: reads.Filters, on: date) -> Iterator[Pledge]:
    pledges: Iterator[Pledge] = reads.rows(filters, on).iterator(chunk_size=2000)
    return pledges


def partners(whose: str, on: date) -> Iterator[Partner]:
    """The town's partners; with ``others`` those that only registers of other bodies name, with
    ``all`` both."""
    every = Partner.objects.public()
    of_the_town = every.of_the_town(on)
    only_named = every.exclude(pk__in=of_the_town.values("pk"))
    chosen = {"others": only_named, "all": every}.get(whose, of_the_town)
    return chosen.select_related("area").iterator(chunk_size=2000)


def entries(on: date) -> Iterator[dict[str, Any]]:
    """Every entry of the ledger; of those not public yet only number, previous and hash."""
    held = {entry.seq for _, entry in review_reads.replies_waiting(on)}
    every = Entry.objects.select_related("pledge").order_by("seq").iterator(chunk_size=2000)
    for entry in every:
        is_public = (
            entry.pledge.accepted_on is not None
            and entry.seq not in held
            and entry.kind != Kind.RETURNED
        )
        yield {
            column.name: column.read(entry) if is_public or column.name in CHAIN_ONLY else ""
            for column in ENTRIES
        }


def payments() -> Iterator[dict[str, Any]]:
    """Every payment of published files, as the pages show them."""
    prepared = spend_reads.current()
    if prepared is not None:
        scope = spend_reads.Scope(route=Route.PUBLISHED)
        yield from spend_reads.payment_rows(prepared, spend_reads.Sought(scope))


def shares() -> Iterator[dict[str, Any]]:
    prepared = spend_reads.current()
    if prepared is not None:
        yield from spend_reads.share_rows(prepared)


def rows(columns: list[Column], records: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for record in records:
        yield {column.name: column.read(record) for column in columns}


def csv_lines(columns: list[Column], records: Iterable[dict[str, Any]]) -> Iterator[str]:
    return csvs.csv_lines([column.name for column in columns], records)


def json_lines(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield "[\n"
    for number, row in enumerate(records):
        yield (",\n" if number else "") + json.dumps(row, default=str, ensure_ascii=False)
    yield "\n]\n"

"""What an entry of a pledge's ledger says beside its words: a title, and labels with figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from commonweal.accounts.actors import SYSTEM, Actor
from commonweal.accounts.models import Role

from . import standing as st
from .kinds import TITLES
from .models import Entry, Measure

Kind = st.Kind
Facts = list[tuple[str, str]]
Body = dict[str, Any]

VERDICTS = {
    "upheld": "Reviewed: found as claimed",
    "partly": "Reviewed: found in part",
    "rejected": "Reviewed: not found",
}
FIELDS = {
    "target": "Target",
    "due_on": "Date",
    "baseline": "Starting point",
    "statement": "Wording",
    "owner_title": "Who answers",
}


# The roles in which the help desk writes a draw down; all others are desks of the town besides.
HELP_DESK = (Actor(None, Role.DESK_MANAGER).role_in_words, SYSTEM)


def drawn_by(entry: Entry) -> str:
    """Who drew on a pledge, by the role in which the draw was written down: that is in its hash.

    Why another desk of the town drew is not said: it may have been told in confidence.
    """
    return "the help desk" if entry.by_role in HELP_DESK else "the town"


def title_of(entry: Entry) -> str:
    """An entry in a few words; a review, a change, a reply and a draw say which."""
    body = entry.body
    match entry.kind:
        case Kind.REVIEW:
            return VERDICTS[body["verdict"]]
        case Kind.CHANGED:
            return f"{FIELDS.get(body['field'], body['field'])} changed"
        case Kind.REPLY:
            verb = "accepts" if body["agrees"] else "contests"
            return f"The partner {verb} the review"
        case Kind.DRAWN:
            return f"Drawn on by {drawn_by(entry)}"
    return TITLES.get(entry.kind, entry.kind)


def facts_of(entry: Entry, measure: Measure) -> Facts:
    """(label, what is said) of an entry, in the order in which a reader meets them."""
    facts = FACTS.get(entry.kind)
    return facts(entry.body, measure) if facts is not None else []


def _figure(measure: Measure, number: Any) -> str:
    return measure.write(st.number(number))


def _proposed(body: Body, measure: Measure) -> Facts:
    return [
        ("From", _figure(measure, body.get("baseline"))),
        ("To", _figure(measure, body.get("target"))),
        ("By", _day(body.get("due_on"))),
    ]


def _claim(body: Body, measure: Measure) -> Facts:
    facts = [("Reached", _figure(measure, body["value"])), ("By", _day(body.get("as_of")))]
    return [*facts, ("Report", "final")] if body.get("final") else facts


def _review(body: Body, measure: Measure) -> Facts:
    return [("Found", _figure(measure, body["value"]))] if body.get("value") else []


def _changed(body: Body, measure: Measure) -> Facts:
    return [("Was", _value(body, "old", measure)), ("Is now", _value(body, "new", measure))]


def _evidence(body: Body, measure: Measure) -> Facts:
    return [("What", body.get("title", ""))]


def _source_status(body: Body, measure: Measure) -> Facts:
    return [("Status", str(body.get("status", "")))]


def _measured(body: Body, measure: Measure) -> Facts:
    return [
        ("Measured", _figure(measure, body["value"])),
        ("Until", _day(body["ends_on"])),
        ("By the metric", body["metric"]),
        ("Figure", body["status"]),
    ]


def _offered(body: Body, measure: Measure) -> Facts:
    return [("Offered", _figure(measure, body["quantity"])), ("Ask", str(body["title"]))]


def _drawn(body: Body, measure: Measure) -> Facts:
    return [("Used", _figure(measure, body["quantity"])), ("Ask", str(body["title"]))]


def _checked_link(body: Body, measure: Measure) -> Facts:
    facts = [("The check", str(body.get("found", "")))]
    if days := body.get("failed_on"):
        facts.append(("Not reached on", ", ".join(_day(day) for day in days)))
    return facts


def _merged(body: Body, measure: Measure) -> Facts:
    return [("Was under", body["name"]), ("Is now under", body["into_name"])]


def _parted(body: Body, measure: Measure) -> Facts:
    return [("Was under", body["out_of_name"]), ("Is again under", body["name"])]


FACTS: dict[str, Callable[[Body, Measure], Facts]] = {
    Kind.PROPOSED: _proposed,
    Kind.CLAIM: _claim,
    Kind.REVIEW: _review,
    Kind.CHANGED: _changed,
    Kind.EVIDENCE: _evidence,
    Kind.SOURCE_STATUS: _source_status,
    Kind.MEASURED: _measured,
    Kind.OFFERED: _offered,
    Kind.DRAWN: _drawn,
    Kind.LINK_DEAD: _checked_link,
    Kind.LINK_ALIVE: _checked_link,
    Kind.MERGED: _merged,
    Kind.PARTED: _parted,
}


def _value(body: Body, side: str, measure: Measure) -> str:
    if body["field"] == "due_on":
        return _day(body[side])
    if body["field"] in {"target", "baseline"}:
        return measure.write(st.number(body[side]))
    return str(body[side] or "not stated")


def _day(text: str | None) -> str:
    return f"{date.fromisoformat(text):%-d %B %Y}" if text else "no date stated"

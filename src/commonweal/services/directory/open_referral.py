"""One service as Open Referral has it: HSDS 3, and its UK profile."""

from __future__ import annotations

from typing import Any

from commonweal.design.lengths import key

from ..models import Service
from . import nodes, schedules, values
from .outcome import BadRecord, Found

STATUSES = set(Service.Status.values)
# What Open Referral says of a service that has a place here; all else is kept as "more".
KNOWN = {
    *("id", "name", "description", "url", "email", "status", "alert", "wait_time", "phones"),
    *("eligibility_description", "application_process", "fees_description", "fees", "schedules"),
    *("minimum_age", "maximum_age", "assured_date", "assurer_email", "service_at_locations"),
    *("organization", "organization_id", "regular_schedules"),
}


def service_of(place: str, record: nodes.Node, say: values.Say) -> Found:
    """A service of one record.

    Raises
    ------
    Bad
        It lacks what the standard requires, or is of another shape.
    """
    for needed in ("id", "name", "status"):
        if not nodes.text(record.get(needed), needed):
            raise BadRecord(f"it has no {needed}, which Open Referral requires")
    organisation = _organisation(record)
    name = nodes.text(organisation["name"], "organisation's name", 200)
    columns = _columns(record, say)
    columns["more"] = {
        name: nodes.plain(node)
        for name, node in record.items()
        if name not in KNOWN and node not in ("", None, [])
    }
    return Found(
        place,
        key(nodes.text(record["id"], "id"), 200),
        nodes.text(record["name"], "name", 200),
        name,
        key(nodes.text(organisation.get("id"), "organisation's id") or name, 200),
        columns,
        _places(record, say),
        schedules.openings(record.get("schedules") or record.get("regular_schedules"), say),
        {
            "description": nodes.text(organisation.get("description"), "organisation's words"),
            "website": values.url(organisation.get("website") or organisation.get("url"), say),
        },
    )


def _organisation(record: nodes.Node) -> nodes.Node:
    organisation = nodes.thing(record.get("organization"), "organisation")
    if not organisation:
        organisation = next(iter(nodes.things(record.get("organizations"), "organisations")), {})
    if not nodes.text(organisation.get("name"), "organisation's name"):
        raise BadRecord("it names no organisation")
    return organisation


def _status(record: nodes.Node) -> str:
    status = nodes.text(record["status"], "status").lower()
    if status not in STATUSES:
        raise BadRecord(f"its status “{status[:40]}” is none of " + ", ".join(sorted(STATUSES)))
    return status


def _columns(record: nodes.Node, say: values.Say) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "description": nodes.text(record.get("description"), "description"),
        "status": _status(record),
        "url": values.url(record.get("url"), say),
        "email": values.email(record.get("email"), say),
        "phone": _phone(record),
        "eligibility": nodes.answer(record.get("eligibility_description"), "eligibility"),
        "application_process": nodes.answer(record.get("application_process"), "way to it"),
        "fees": nodes.answer(record.get("fees_description") or record.get("fees"), "fees"),
        "wait_time": nodes.answer(record.get("wait_time"), "waiting time", 200),
        "alert": nodes.text(record.get("alert"), "alert"),
        "minimum_age": values.age(record.get("minimum_age"), say),
        "maximum_age": values.age(record.get("maximum_age"), say),
        "assured_on": values.past_day(record.get("assured_date"), say),
        "assurer_email": values.email(record.get("assurer_email"), say),
    }
    low, high = columns["minimum_age"], columns["maximum_age"]
    if low is not None and high is not None and high < low:
        say("the ages are not in order and were left out")
        columns["minimum_age"] = columns["maximum_age"] = None
    return columns


def _phone(record: nodes.Node) -> str:
    """The service's own number; else that of where it is given."""
    numbers = nodes.things(record.get("phones"), "telephones")
    for at in _locations(record):
        numbers = numbers + nodes.things(at.get("phones"), "telephones of a place")
    written = (nodes.text(phone.get("number"), "telephone", 60) for phone in numbers)
    return next(filter(None, written), "")


def _locations(record: nodes.Node) -> list[nodes.Node]:
    at_locations = nodes.things(record.get("service_at_locations"), "places")
    return [nodes.thing(at.get("location"), "place") for at in at_locations]


def _places(record: nodes.Node, say: values.Say) -> list[dict[str, Any]]:
    places = (_place(location, say) for location in _locations(record))
    return [
        place for place in places if any(cell is not None for cell in place.values() if cell != "")
    ]


def _place(location: nodes.Node, say: values.Say) -> dict[str, Any]:
    address = next(iter(nodes.things(location.get("addresses"), "addresses")), {})
    lines = [
        nodes.text(address.get(name), "address")
        for name in ("attention", "address_1", "address_2", "city")
    ]
    ways = [
        nodes.text(access.get("description"), "accessibility")
        for access in nodes.things(location.get("accessibility"), "ways of access")
    ]
    latitude, longitude = values.point(location.get("latitude"), location.get("longitude"), say)
    return {
        "name": nodes.text(location.get("name"), "place's name", 200),
        "address": ", ".join(line for line in lines if line),
        "postcode": nodes.text(address.get("postal_code"), "postcode", 10),
        "latitude": latitude,
        "longitude": longitude,
        "accessibility": " ".join(access for access in ways if access),
    }

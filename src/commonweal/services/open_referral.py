"""Services in the shape of Open Referral UK: HSDS 3 with the UK profile's names."""

from __future__ import annotations

import uuid
from datetime import time
from typing import Any

from .models import Place, Schedule, Service


def as_hsds(service: Service) -> dict[str, Any]:
    """A service in the shape of HSDS 3 with the UK profile's names. Nobody's own e-mail: who
    assured it is the organisation's business."""
    organisation = service.organisation
    shown: dict[str, Any] = {
        "id": str(service.code),
        "name": service.name,
        "status": Service.Status.DEFUNCT if service.ended_on else service.status,
        "description": service.description,
        "url": service.url,
        "email": service.email,
        "eligibility_description": service.eligibility,
        "minimum_age": service.minimum_age,
        "maximum_age": service.maximum_age,
        "application_process": service.application_process,
        "fees": service.fees,
        "wait_time": service.wait_time,
        "alert": service.alert,
        "assured_date": service.assured_on.isoformat() if service.assured_on else "",
        "last_modified": service.changed_at.isoformat(),
        "organization": {
            "id": str(organisation.code),
            "name": organisation.name,
            "description": organisation.description or organisation.name,
            "website": organisation.website,
        },
        "phones": [{"id": _sub(service, "phone", 0), "number": service.phone}]
        if service.phone
        else [],
        "schedules": [
            _schedule_as_hsds(service, number, schedule)
            for number, schedule in enumerate(service.schedules.all())
        ],
        "service_at_locations": [
            _place_as_hsds(service, number, place)
            for number, place in enumerate(service.places.all())
        ],
    }
    return {k: v for k, v in shown.items() if v not in (None, "")} | {
        "description": shown["description"]
    }


def _schedule_as_hsds(service: Service, number: int, schedule: Schedule) -> dict[str, Any]:
    """A line of hours, from which it can be read back as it stands. Open Referral has no word for
    open day and night, and none for months of the year, which are RFC 5545's."""
    opens, closes = schedule.opens_at, schedule.closes_at
    if schedule.all_day:
        opens, closes = time(0), time(23, 59)
    shown = {
        "id": _sub(service, "schedule", number),
        "freq": schedule.freq or ("WEEKLY" if schedule.days else None),
        "interval": schedule.interval if schedule.interval > 1 else None,
        "byday": schedule.days,
        "bymonthday": schedule.month_days or None,
        "bymonth": schedule.months or None,
        "opens_at": _iso(opens),
        "closes_at": _iso(closes),
        "valid_from": _iso(schedule.valid_from),
        "valid_to": _iso(schedule.valid_to),
        "description": schedule.words,
    }
    new = ("interval", "bymonthday", "bymonth")
    return {name: cell for name, cell in shown.items() if cell is not None or name not in new}


def _place_as_hsds(service: Service, number: int, place: Place) -> dict[str, Any]:
    address = {
        "id": _sub(service, "address", number),
        "address_1": place.address,
        "city": "",
        "state_province": "",
        "postal_code": place.postcode,
        "country": "GB",
        "address_type": "physical",
    }
    location = {
        "id": _sub(service, "place", number),
        "location_type": "physical",
        "name": place.name or place.address,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "addresses": [address],
    }
    return {"id": _sub(service, "at", number), "location": location}


def _sub(service: Service, part: str, number: int) -> str:
    """A stable identifier of a part of a service."""
    return str(uuid.uuid5(service.code, f"{part}-{number}"))


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def page_of(services: list[Service], *, page: int, per_page: int, total: int) -> dict[str, Any]:
    """A page in the shape of the API of Open Referral UK."""
    pages = max(1, -(-total // per_page))
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": page,
        "size": len(services),
        "first_page": page == 1,
        "last_page": page >= pages,
        "empty": not services,
        "contents": [as_hsds(service) for service in services],
    }

"""The directory of services: reading others' files, giving ours, keeping it fresh.

Read: Open Referral (HSDS 3 and its UK profile) as JSON, the tables of HSDS as a ZIP of CSV, plain
CSV or XLSX of any maker whose column names can be recognised, GeoJSON. Each row is taken or
rejected with its reason; the same file twice changes nothing.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import transaction
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.design.lengths import key, whole
from commonweal.partners.models import MemberRole, Membership, Partner
from commonweal.places.models import the_town
from commonweal.residents import naming
from localwealth.errors import UnreadableFile
from localwealth.sources import apart, sheets

from .models import FRESH_DAYS, Organisation, Place, Schedule, Service

STATUSES = set(Service.Status.values)
# What makers of tables call things; the first that a file has is taken.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("name", "service_name", "pharmacy_name", "title", "service name", "organisation name"),
    "organisation": ("organisation", "organization", "organisation_name", "provider"),
    "description": ("description", "type", "about", "services"),
    "address": ("address", "full_address", "location"),
    "postcode": ("postcode", "post code", "post_code"),
    "email": ("email", "contact", "e-mail"),
    "phone": ("phone", "telephone", "tel"),
    "url": ("website", "url", "web", "link"),
    "hours": ("opening times", "opening_hours", "opening_times", "hours"),
    "process": ("referral method", "referral_method", "how to access", "application_process"),
    "longitude": ("lon", "longitude", "lng", "long"),
    "latitude": ("lat", "latitude"),
    "key": ("id", "service_id", "organisation_data_service_code", "uprn"),
}
# Five hundred signs of a web address are kept, with the https:// that may be put before it.
MOST_OF_ADDRESS = 490
# So many services are written while others wait.
PIECE = 50
UNKNOWN = {"", "na", "n/a", "not known", "null", "-"}
DAYS = {"mo": "MO", "tu": "TU", "we": "WE", "th": "TH", "fr": "FR", "sa": "SA", "su": "SU"}


@dataclass
class Found:
    """A service as a file has it."""

    row: int
    key: str
    name: str
    organisation: str
    organisation_key: str
    values: dict[str, Any] = field(default_factory=dict)
    places: list[dict[str, Any]] = field(default_factory=list)
    schedules: list[dict[str, Any]] = field(default_factory=list)
    organisation_values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Result:
    """What became of a file: rows in = new + changed + unchanged + rejected."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)
    remarks: list[tuple[int, str]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.unchanged + len(self.rejected)

    @property
    def sentence(self) -> str:
        return (
            f"{self.rows:,} services: {self.new:,} new, {self.changed:,} changed, "
            f"{self.unchanged:,} unchanged, {len(self.rejected):,} rejected; "
            f"{len(self.remarks):,} remarks."
        )


class Bad(Exception):
    """Why a row can't be taken."""


def read(data: bytes, file_name: str) -> tuple[list[Found], Result]:
    """Every service of a file, with what was wrong.

    Raises
    ------
    Refused
        It is of no kind that can be read.
    """
    name = file_name.lower()
    if name.endswith(".gz"):
        try:
            data, name = sheets.unpacked(data, name)
        except UnreadableFile as unreadable:
            raise Refused(str(unreadable)) from None
    result = Result()
    if name.endswith((".json", ".geojson")):
        rows = _json_rows(data)
    elif name.endswith(".zip"):
        rows = _zip_rows(data)
    else:
        return _table(data, name, result), result
    found = []
    for number, row in enumerate(rows, 1):
        try:
            if row.get("type") == "Feature":
                found.append(_feature(number, row))
            else:
                found.append(_hsds(number, row, result))
        except Bad as bad:
            result.rejected.append((number, str(bad)))
    return _without_repeats(found, result), result


def _without_repeats(found: list[Found], result: Result) -> list[Found]:
    kept, seen = [], set()
    for one in found:
        if one.key in seen:
            result.rejected.append((one.row, "the same service stands in the file twice"))
            continue
        seen.add(one.key)
        kept.append(one)
    return kept


def _apart(work: str, data: bytes) -> Any:
    """What a file holds, unpacked in a process of its own."""
    try:
        return apart.run(work, data)
    except UnreadableFile as unreadable:
        raise Refused(str(unreadable)) from None


def _json_rows(data: bytes) -> list[dict[str, Any]]:
    said = _apart("json", data)
    if isinstance(said, dict):
        for name in ("contents", "features", "services", "content"):
            if isinstance(said.get(name), list):
                said = said[name]
                break
        else:
            said = [said]
    if not isinstance(said, list) or not all(isinstance(row, dict) for row in said):
        raise Refused("This JSON holds no services.")
    return said


def _zip_rows(data: bytes) -> list[dict[str, Any]]:
    """HSDS tables: services.csv, joined with organizations, locations, addresses, schedules."""
    tables: dict[str, list[dict[str, str]]] = _apart("tables", data)
    services = tables.get("services") or tables.get("service")
    if services is None:
        raise Refused("The archive holds no table of services.")
    by: dict[str, dict[str, dict[str, str]]] = {
        name: {row["id"]: row for row in tables.get(name, []) if row.get("id")}
        for name in ("organizations", "locations")
    }
    addresses = {row["location_id"]: row for row in tables.get("addresses", [])}
    made: list[dict[str, Any]] = []
    for row in services:
        one: dict[str, Any] = {k: v for k, v in row.items() if v not in ("", None)}
        one["organization"] = by["organizations"].get(row.get("organization_id", ""))
        one["schedules"] = [
            s for s in tables.get("schedules", []) if s.get("service_id") == row["id"]
        ]
        one["phones"] = [p for p in tables.get("phones", []) if p.get("service_id") == row["id"]]
        one["service_at_locations"] = [
            {"location": (by["locations"].get(sal["location_id"]) or {})
             | {"addresses": [addresses[sal["location_id"]]]
                if sal["location_id"] in addresses else []}}
            for sal in tables.get("service_at_location", [])
            if sal.get("service_id") == row["id"]
        ]  # fmt: skip
        made.append(one)
    return made


# --- One service of Open Referral -------------------------------------------------------------


def _text(value: Any, most: int = 10_000, called: str = "text") -> str:
    text = str(value or "").strip().strip('"')
    return "" if text.casefold() in UNKNOWN else whole(text, most, called, Bad)


def _hsds(number: int, row: dict[str, Any], result: Result) -> Found:
    for needed in ("id", "name", "status"):
        if not _text(row.get(needed)):
            raise Bad(f"it has no {needed}, which Open Referral requires")
    status = _text(row["status"]).lower()
    if status not in STATUSES:
        raise Bad(f"status {status!r} is none of " + ", ".join(sorted(STATUSES)))
    organisation = row.get("organization") or {}
    if not organisation and row.get("organizations"):
        organisation = row["organizations"][0]
    if not _text(organisation.get("name")):
        raise Bad("it names no organisation")
    phones = [_text(p.get("number")) for p in row.get("phones") or []]
    values: dict[str, Any] = {
        "description": _text(row.get("description")), "status": status,
        "url": _url(row.get("url"), number, result),
        "email": _email(row.get("email"), number, result),
        "phone": _text(next((p for p in phones if p), ""), 60, "telephone"),
        "eligibility": _text(row.get("eligibility_description")),
        "application_process": _text(row.get("application_process")),
        "fees": _text(row.get("fees_description") or row.get("fees")),
        "wait_time": _text(row.get("wait_time"), 200, "waiting time"),
        "alert": _text(row.get("alert")),
        "minimum_age": _age(row.get("minimum_age"), number, result),
        "maximum_age": _age(row.get("maximum_age"), number, result),
        "assured_on": _day(row.get("assured_date"), number, result),
        "assurer_email": _email(row.get("assurer_email"), number, result),
    }  # fmt: skip
    low, high = values["minimum_age"], values["maximum_age"]
    if low is not None and high is not None and high < low:
        result.remarks.append((number, "the ages are not in order and were left out"))
        values["minimum_age"] = values["maximum_age"] = None
    known = {"id", "name", "description", "url", "email", "status", "eligibility_description",
             "application_process", "fees_description", "fees", "wait_time", "alert",
             "minimum_age", "maximum_age", "assured_date", "assurer_email", "organization",
             "organization_id", "schedules", "phones", "service_at_locations"}  # fmt: skip
    values["more"] = {k: v for k, v in row.items() if k not in known and v not in ("", None, [])}
    return Found(
        number, key(_text(row["id"]), 200), _text(row["name"], 200, "name"),
        _text(organisation["name"], 200, "organisation's name"),
        key(_text(organisation.get("id")) or _text(organisation["name"]), 200), values,
        _places(row), _schedules(row, number, result),
        {"description": _text(organisation.get("description")),
         "website": _url(organisation.get("website") or organisation.get("url"), number, result)},
    )  # fmt: skip


def _places(row: dict[str, Any]) -> list[dict[str, Any]]:
    made = []
    for at in row.get("service_at_locations") or []:
        location = at.get("location") or {}
        address = (location.get("addresses") or [{}])[0]
        lines = [_text(address.get(k)) for k in ("attention", "address_1", "address_2", "city")]
        ways = [_text(a.get("description")) for a in location.get("accessibility") or []]
        latitude, longitude = _point(location.get("latitude"), location.get("longitude"))
        made.append({
            "name": _text(location.get("name"), 200, "place's name"),
            "address": ", ".join(line for line in lines if line),
            "postcode": _text(address.get("postal_code"), 10, "postcode"),
            "latitude": latitude, "longitude": longitude,
            "accessibility": " ".join(w for w in ways if w),
        })  # fmt: skip
    return made


def _point(latitude: Any, longitude: Any) -> tuple[float | None, float | None]:
    """A place in or near these islands; anything else is a mistake and no place."""
    try:
        lat, lon = float(latitude), float(longitude)
    except (TypeError, ValueError):
        return None, None
    return (lat, lon) if 49 <= lat <= 61.5 and -11 <= lon <= 2.5 else (None, None)


def _schedules(row: dict[str, Any], number: int, result: Result) -> list[dict[str, Any]]:
    made = []
    for one in row.get("schedules") or []:
        days = ",".join(
            DAYS[d.strip().lower()[-2:]]
            for d in _text(one.get("byday")).split(",")
            if d.strip().lower()[-2:] in DAYS
        )
        made.append({
            "days": days, "opens_at": _time(one.get("opens_at")),
            "closes_at": _time(one.get("closes_at")),
            "valid_from": _day(one.get("valid_from"), number, result),
            "valid_to": _day(one.get("valid_to"), number, result),
            "words": _text(one.get("description")),
        })  # fmt: skip
    return made


def _time(value: Any) -> time | None:
    found = re.match(r"(\d{1,2}):(\d{2})", _text(value))
    try:
        return time(int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None


def _day(value: Any, number: int, result: Result) -> date | None:
    text = _text(value)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        result.remarks.append((number, f"{text[:30]!r} is no date and was left out"))
        return None


def _age(value: Any, number: int, result: Result) -> int | None:
    text = _text(value)
    if not text:
        return None
    try:
        age = int(float(text))
    except (ValueError, OverflowError):
        age = -1
    if not 0 <= age <= 150:
        result.remarks.append((number, f"{text[:20]!r} is no age and was left out"))
        return None
    return age


def _url(value: Any, number: int, result: Result) -> str:
    text = _text(value)
    if len(text) > MOST_OF_ADDRESS:
        result.remarks.append((number, "its web address is too long and was left out"))
        return ""
    if text and "://" not in text:
        text = f"https://{text}"
    try:
        if text:
            URLValidator(schemes=["http", "https"])(text)
    except ValidationError:
        result.remarks.append((number, "its web address can't be read and was left out"))
        return ""
    return text


def _email(value: Any, number: int, result: Result) -> str:
    text = _text(value)
    try:
        if text:
            validate_email(text)
    except ValidationError:
        if number:
            result.remarks.append((number, "its e-mail address can't be read and was left out"))
        return ""
    return text


# --- Anybody's table --------------------------------------------------------------------------


def _table(data: bytes, name: str, result: Result) -> list[Found]:
    try:
        sheet = sheets.read(data, name)
    except UnreadableFile as error:
        raise Refused(str(error)) from None
    lower = {column.strip().lower(): column for column in sheet.header}
    columns = {
        field: lower[one]
        for field, names in COLUMNS.items()
        for one in reversed(names)
        if one in lower
    }
    if "name" not in columns:
        raise Refused(
            "No column of this file could be recognised as the name of a service. There are: "
            + ", ".join(sheet.header[:20])
        )
    found = []
    for number, row in sheet.as_dicts():
        try:
            cells = {field: _text(row[column]) for field, column in columns.items()}
            found.append(_from_table(number, cells, row, result))
        except Bad as bad:
            result.rejected.append((number, str(bad)))
    return _without_repeats(found, result)


def _from_table(number: int, cells: dict[str, str], row: dict[str, str], result: Result) -> Found:
    if not cells.get("name"):
        raise Bad("it has no name")
    name = _text(cells["name"], 200, "name")
    own_key = cells.get("key") or "|".join(
        (name, cells.get("address", ""), cells.get("postcode", ""))
    )
    latitude, longitude = _point(cells.get("latitude"), cells.get("longitude"))
    email = cells.get("email", "")
    values = {
        "description": cells.get("description", ""), "status": "active",
        "url": _url(cells.get("url"), number, result),
        "email": _email(email, 0, result),
        "phone": "" if "@" in email else _text(email, 60, "telephone"),
        "application_process": cells.get("process", ""),
    }  # fmt: skip
    values["phone"] = _text(cells.get("phone"), 60, "telephone") or values["phone"]
    place = {"address": cells.get("address", ""),
             "postcode": _text(cells.get("postcode"), 10, "postcode"),
             "latitude": latitude, "longitude": longitude, "name": "",
             "accessibility": ""}  # fmt: skip
    organisation = cells.get("organisation") or name
    return Found(
        number, key(own_key, 200), name, _text(organisation, 200, "organisation's name"),
        organisation, values, [place],
        _hours(cells.get("hours", ""), row),
    )  # fmt: skip


def _hours(text: str, row: dict[str, str]) -> list[dict[str, Any]]:
    """One column of words stays words; a column a weekday becomes one line a day and span."""
    made: list[dict[str, Any]] = [{"words": text}] if text else []
    for name, short in zip(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        ("MO", "TU", "WE", "TH", "FR", "SA", "SU"),
        strict=True,
    ):
        cell = next((v for k, v in row.items() if k.lower().endswith(name)), "")
        for span in re.finditer(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})", cell):
            made.append({"days": short, "opens_at": _time(span[1]), "closes_at": _time(span[2])})
    return made


def _feature(number: int, row: dict[str, Any]) -> Found:
    said = row.get("properties") or {}
    name = _text(said.get("title") or said.get("name"), 200, "name")
    if not name:
        raise Bad("it has no name")
    longitude, latitude = ((row.get("geometry") or {}).get("coordinates") or [None, None])[:2]
    lat, lon = _point(latitude, longitude)
    if lat is None and latitude is not None:
        raise Bad("its place lies outside these islands")
    address = _text(said.get("address"))
    postcode = re.search(r"[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}", address.upper())
    hours = said.get("hours") or {}
    words = _text(hours.get("_text") if isinstance(hours, dict) else hours)
    place = {"address": address, "postcode": postcode[0] if postcode else "", "latitude": lat,
             "longitude": lon, "name": "",
             "accessibility": _text(said.get("accessibility"))}  # fmt: skip
    return Found(
        number, key(f"{name}|{address}|{lat}|{lon}", 200), name, name, name,
        {"description": _text(said.get("description")), "status": "active"}, [place],
        [{"words": words}] if words else [],
    )  # fmt: skip


# --- Carrying out -----------------------------------------------------------------------------


def carry_out(
    data: bytes, file_name: str, *, source: str, by: Person | None, only_try: bool = False
) -> Result:
    """Read a file into the directory. What its organisation took over itself stays as it is.

    Services stand beside each other, so they are written in pieces, between which others write:
    each service is whole, and what was cut off is taken up by reading the file again.
    """
    found, result = read(data, file_name)
    organisations: dict[str, Organisation] = {
        one.source_key: one for one in Organisation.objects.filter(source=source)
    }
    there = {one.source_key: one for one in Service.objects.filter(source=source)
             .select_related("organisation").prefetch_related("places", "schedules")}  # fmt: skip
    harmless = []
    for one in found:
        if caught := naming.caught_in(_words_of(one), kinds=naming.SERVICE):
            result.rejected.append((one.row, f"it holds {naming.KINDS[caught[0].kind]}"))
        else:
            harmless.append(one)
    for start in range(0, len(harmless), PIECE):
        with transaction.atomic():
            for one in harmless[start : start + PIECE]:
                _take(one, source, organisations, there, result)
            if only_try:
                transaction.set_rollback(True)
    if not only_try:
        record("services imported", about=the_town(), by=by, source=source, new=result.new,
               changed=result.changed)  # fmt: skip
    return result


def _take(
    one: Found, source: str, organisations: dict[str, Organisation],
    there: dict[str, Service], result: Result,
) -> None:  # fmt: skip
    organisation = organisations.get(one.organisation_key)
    if organisation is None:
        organisation = Organisation.objects.create(
            name=one.organisation, source=source, source_key=one.organisation_key,
            **one.organisation_values,
        )  # fmt: skip
        organisations[one.organisation_key] = organisation
    service = there.get(one.key)
    if service is None:
        service = Service.objects.create(
            organisation=organisation, name=one.name, source=source, source_key=one.key,
            code=_code(one.key), **one.values,
        )  # fmt: skip
        _put(service, one)
        result.new += 1
        return
    if service.organisation.partner_id is not None:
        result.unchanged += 1
        result.remarks.append((one.row, "its organisation keeps this entry itself; left alone"))
        return
    values = {"name": one.name, **one.values}
    same = all(getattr(service, name) == value for name, value in values.items())
    if same and _parts(service) == (_plain(one.places, PLACE), _plain(one.schedules, SCHEDULE)):
        result.unchanged += 1
        return
    for name, value in values.items():
        setattr(service, name, value)
    service.changed_at = timezone.now()
    service.save(update_fields=[*values, "changed_at"])
    service.places.all().delete()
    service.schedules.all().delete()
    _put(service, one)
    result.changed += 1


SERVICE_WORDS = (
    "name",
    "description",
    "eligibility",
    "application_process",
    "fees",
    "wait_time",
    "alert",
)


def _words_of(one: Found) -> str:
    """Every word of a service that everybody reads."""
    texts = naming.texts_of(one.values, *SERVICE_WORDS[1:])
    texts += [one.name, str(one.organisation_values.get("description") or "")]
    texts += [str(schedule.get("words") or "") for schedule in one.schedules]
    return "\n".join(texts)


PLACE = ("name", "address", "postcode", "latitude", "longitude", "accessibility")
SCHEDULE = ("days", "opens_at", "closes_at", "valid_from", "valid_to", "words")


def _plain(rows: list[dict[str, Any]], names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    return [tuple(row.get(name) or None for name in names) for row in rows]


def _parts(service: Service) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    def read(rows: Any, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
        found = sorted(rows.all(), key=lambda row: row.pk)
        return [tuple(getattr(row, name) or None for name in names) for row in found]

    return read(service.places, PLACE), read(service.schedules, SCHEDULE)


def _code(key: str) -> uuid.UUID:
    try:
        made = uuid.UUID(key)
    except ValueError:
        return uuid.uuid4()
    return uuid.uuid4() if Service.objects.filter(code=made).exists() else made


def _put(service: Service, one: Found) -> None:
    Place.objects.bulk_create(Place(service=service, **place) for place in one.places)
    Schedule.objects.bulk_create(Schedule(service=service, **s) for s in one.schedules)


# --- Giving out -------------------------------------------------------------------------------


def as_hsds(service: Service) -> dict[str, Any]:
    """A service in the shape of HSDS 3 with the UK profile's names. Nobody's own e-mail: who
    assured it is the organisation's business."""
    organisation = service.organisation
    said: dict[str, Any] = {
        "id": str(service.code), "name": service.name, "status": service.status,
        "description": service.description, "url": service.url, "email": service.email,
        "eligibility_description": service.eligibility, "minimum_age": service.minimum_age,
        "maximum_age": service.maximum_age, "application_process": service.application_process,
        "fees": service.fees, "wait_time": service.wait_time, "alert": service.alert,
        "assured_date": service.assured_on.isoformat() if service.assured_on else "",
        "last_modified": service.changed_at.isoformat(),
        "organization": {
            "id": str(organisation.code), "name": organisation.name,
            "description": organisation.description or organisation.name,
            "website": organisation.website,
        },
        "phones": [{"id": _sub(service, "phone", 0), "number": service.phone}]
        if service.phone else [],
        "schedules": [
            {
                "id": _sub(service, "schedule", n), "freq": "WEEKLY" if one.days else None,
                "byday": one.days, "opens_at": _iso(one.opens_at), "closes_at": _iso(one.closes_at),
                "valid_from": _iso(one.valid_from), "valid_to": _iso(one.valid_to),
                "description": one.words,
            }
            for n, one in enumerate(service.schedules.all())
        ],
        "service_at_locations": [
            {
                "id": _sub(service, "at", n),
                "location": {
                    "id": _sub(service, "place", n), "location_type": "physical",
                    "name": one.name or one.address, "latitude": one.latitude,
                    "longitude": one.longitude,
                    "addresses": [{
                        "id": _sub(service, "address", n), "address_1": one.address, "city": "",
                        "state_province": "", "postal_code": one.postcode, "country": "GB",
                        "address_type": "physical",
                    }],
                },
            }
            for n, one in enumerate(service.places.all())
        ],
    }  # fmt: skip
    return {k: v for k, v in said.items() if v not in (None, "")} | {
        "description": said["description"]
    }


def _sub(service: Service, what: str, number: int) -> str:
    """A stable identifier of a part of a service."""
    return str(uuid.uuid5(service.code, f"{what}-{number}"))


def _iso(value: Any) -> str | None:
    return value.isoformat() if value else None


def page_of(services: list[Service], *, page: int, per_page: int, total: int) -> dict[str, Any]:
    """A page in the shape of the API of Open Referral UK."""
    pages = max(1, -(-total // per_page))
    return {
        "total_items": total, "total_pages": pages, "page_number": page, "size": len(services),
        "first_page": page == 1, "last_page": page >= pages, "empty": not services,
        "contents": [as_hsds(one) for one in services],
    }  # fmt: skip


# --- Kept by their owners ---------------------------------------------------------------------


@transaction.atomic
def keep(
    *, service: Service | None, partner: Partner, values: dict[str, Any], place: dict[str, str],
    hours: str, help_types: list[Any], by: Person,
) -> Service:  # fmt: skip
    """An organisation writes or changes its own entry; saving it assures it."""
    organisation, _ = Organisation.objects.get_or_create(
        partner=partner, defaults={"name": partner.name, "description": partner.description,
                                   "website": partner.website},
    )  # fmt: skip
    if service is None:
        service = Service(organisation=organisation)
    elif service.organisation_id != organisation.pk:
        raise Refused("This entry is another organisation's.")
    texts = naming.texts_of(values, *SERVICE_WORDS)
    naming.check("service", [*texts, hours], kinds=naming.SERVICE)
    for name, value in values.items():
        setattr(service, name, value)
    service.assured_on, service.assurer_email = timezone.localdate(), by.email
    service.changed_at = timezone.now()
    if service.pk is None:
        service.save(force_insert=True)
    else:
        service.save(update_fields=[*values, "assured_on", "assurer_email", "changed_at"])
    service.help_types.set(help_types)
    service.places.all().delete()
    service.schedules.all().delete()
    if any(place.values()):
        Place.objects.create(service=service, **place)
    if hours:
        Schedule.objects.create(service=service, words=hours)
    record("service kept", about=service, by=by, partner=partner.code)
    return service


@transaction.atomic
def assure(*, service: Service, by: Person) -> None:
    """Somebody of the organisation says that the entry is still right."""
    service.assured_on, service.assurer_email = timezone.localdate(), by.email
    service.save(update_fields=["assured_on", "assurer_email"])
    record("service assured", about=service, by=by)


def remind_owners(on: date | None = None) -> int:
    """Tell owners whose entries go stale within two weeks, or have; once for each time."""
    today = on or timezone.localdate()
    before = today - timedelta(days=FRESH_DAYS - 14)
    stale = Service.objects.on_offer().filter(
        organisation__partner__isnull=False, assured_on__lte=before
    ).select_related("organisation__partner")  # fmt: skip
    count = 0
    for service in stale:
        editors = Membership.objects.current().filter(
            partner=service.organisation.partner, role=MemberRole.EDITOR
        ).select_related("person")  # fmt: skip
        for editor in editors:
            _, fresh = mail.write(
                key=f"stale-{service.pk}-{service.assured_on}-{editor.person_id}",
                person=editor.person, subject="Is your entry still right?",
                body=f"“{service.name}” was last confirmed on {service.assured_on:%-d %B %Y}. "
                "Sign in and say that it is still right, or change it. Until then it is shown as "
                "not confirmed.",
            )  # fmt: skip
            count += fresh
    return count

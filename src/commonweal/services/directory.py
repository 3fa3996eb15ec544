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
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.design.lengths import kept_whole, key
from commonweal.office.errors import Refused
from commonweal.partners.models import MemberRole, Membership, Partner
from commonweal.places.models import the_town
from commonweal.residents import naming
from localwealth.errors import UnreadableFile
from localwealth.tables import apart, sheets
from localwealth.tables.bounds import unpacked

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
# What Open Referral says of a service that has a place here; all else is kept as "more".
KNOWN = {
    *("id", "name", "description", "url", "email", "status", "alert", "wait_time", "phones"),
    *("eligibility_description", "application_process", "fees_description", "fees", "schedules"),
    *("minimum_age", "maximum_age", "assured_date", "assurer_email", "service_at_locations"),
    *("organization", "organization_id"),
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


def read(content: bytes, file_name: str) -> tuple[list[Found], Result]:
    """Every service of a file, with what was wrong.

    Raises
    ------
    Refused
        It is of no kind that can be read.
    """
    name = file_name.lower()
    if name.endswith(".gz"):
        try:
            content, name = unpacked(content, name)
        except UnreadableFile as unreadable:
            raise Refused(str(unreadable)) from None
    outcome = Result()
    if name.endswith((".json", ".geojson")):
        rows = _json_rows(content)
    elif name.endswith(".zip"):
        rows = _zip_rows(content)
    else:
        return _table(content, name, outcome), outcome
    services = []
    for number, row in enumerate(rows, 1):
        try:
            if row.get("type") == "Feature":
                services.append(_feature(number, row))
            else:
                services.append(_hsds(number, row, outcome))
        except Bad as bad:
            outcome.rejected.append((number, str(bad)))
    return _without_repeats(services, outcome), outcome


def _without_repeats(services: list[Found], outcome: Result) -> list[Found]:
    first_ones, seen = [], set()
    for service in services:
        if service.key in seen:
            outcome.rejected.append((service.row, "the same service stands in the file twice"))
            continue
        seen.add(service.key)
        first_ones.append(service)
    return first_ones


def _apart(work: str, content: bytes) -> Any:
    """What a file holds, unpacked in a process of its own."""
    try:
        return apart.run(work, content)
    except UnreadableFile as unreadable:
        raise Refused(str(unreadable)) from None


def _json_rows(content: bytes) -> list[dict[str, Any]]:
    rows = _apart("json", content)
    if isinstance(rows, dict):
        for name in ("contents", "features", "services", "content"):
            if isinstance(rows.get(name), list):
                rows = rows[name]
                break
        else:
            rows = [rows]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused("This JSON holds no services.")
    return rows


def _zip_rows(content: bytes) -> list[dict[str, Any]]:
    """HSDS tables: services.csv, joined with organizations, locations, addresses, schedules."""
    tables: dict[str, list[dict[str, str]]] = _apart("tables", content)
    services = tables.get("services") or tables.get("service")
    if services is None:
        raise Refused("The archive holds no table of services.")
    by: dict[str, dict[str, dict[str, str]]] = {
        name: {row["id"]: row for row in tables.get(name, []) if row.get("id")}
        for name in ("organizations", "locations")
    }
    addresses = {row["location_id"]: row for row in tables.get("addresses", [])}
    joined: list[dict[str, Any]] = []
    for row in services:
        service: dict[str, Any] = {k: v for k, v in row.items() if v not in ("", None)}
        service["organization"] = by["organizations"].get(row.get("organization_id", ""))
        service["schedules"] = [
            s for s in tables.get("schedules", []) if s.get("service_id") == row["id"]
        ]
        service["phones"] = [
            p for p in tables.get("phones", []) if p.get("service_id") == row["id"]
        ]
        service["service_at_locations"] = [
            {"location": _joined_location(by["locations"], addresses, sal["location_id"])}
            for sal in tables.get("service_at_location", [])
            if sal.get("service_id") == row["id"]
        ]
        joined.append(service)
    return joined


def _joined_location(
    locations: dict[str, dict[str, str]], addresses: dict[str, dict[str, str]], key: str
) -> dict[str, Any]:
    """A location with its address, as HSDS nests them in JSON."""
    return (locations.get(key) or {}) | {"addresses": [addresses[key]] if key in addresses else []}


# --- One service of Open Referral -------------------------------------------------------------


def _text(cell: Any, most: int = 10_000, called: str = "text") -> str:
    text = str(cell or "").strip().strip('"')
    return "" if text.casefold() in UNKNOWN else kept_whole(text, most, called, Bad)


def _hsds(number: int, row: dict[str, Any], outcome: Result) -> Found:
    for needed in ("id", "name", "status"):
        if not _text(row.get(needed)):
            raise Bad(f"it has no {needed}, which Open Referral requires")
    status = _text(row["status"]).lower()
    if status not in STATUSES:
        raise Bad(f"status {status!r} is none of " + ", ".join(sorted(STATUSES)))
    organisation = _organisation(row)
    values = _values(row, status, number, outcome)
    values["more"] = {k: v for k, v in row.items() if k not in KNOWN and v not in ("", None, [])}
    return Found(
        number,
        key(_text(row["id"]), 200),
        _text(row["name"], 200, "name"),
        _text(organisation["name"], 200, "organisation's name"),
        key(_text(organisation.get("id")) or _text(organisation["name"]), 200),
        values,
        _places(row),
        _schedules(row, number, outcome),
        {
            "description": _text(organisation.get("description")),
            "website": _url(
                organisation.get("website") or organisation.get("url"), number, outcome
            ),
        },
    )


def _organisation(row: dict[str, Any]) -> dict[str, Any]:
    organisation: dict[str, Any] = row.get("organization") or {}
    if not organisation and row.get("organizations"):
        organisation = row["organizations"][0]
    if not _text(organisation.get("name")):
        raise Bad("it names no organisation")
    return organisation


def _values(row: dict[str, Any], status: str, number: int, outcome: Result) -> dict[str, Any]:
    """The columns of a service."""
    phones = [_text(phone.get("number")) for phone in row.get("phones") or []]
    values: dict[str, Any] = {
        "description": _text(row.get("description")),
        "status": status,
        "url": _url(row.get("url"), number, outcome),
        "email": _email(row.get("email"), number, outcome),
        "phone": _text(next((p for p in phones if p), ""), 60, "telephone"),
        "eligibility": _text(row.get("eligibility_description")),
        "application_process": _text(row.get("application_process")),
        "fees": _text(row.get("fees_description") or row.get("fees")),
        "wait_time": _text(row.get("wait_time"), 200, "waiting time"),
        "alert": _text(row.get("alert")),
        "minimum_age": _age(row.get("minimum_age"), number, outcome),
        "maximum_age": _age(row.get("maximum_age"), number, outcome),
        "assured_on": _day(row.get("assured_date"), number, outcome),
        "assurer_email": _email(row.get("assurer_email"), number, outcome),
    }
    low, high = values["minimum_age"], values["maximum_age"]
    if low is not None and high is not None and high < low:
        outcome.remarks.append((number, "the ages are not in order and were left out"))
        values["minimum_age"] = values["maximum_age"] = None
    return values


def _places(row: dict[str, Any]) -> list[dict[str, Any]]:
    places = []
    for at in row.get("service_at_locations") or []:
        location = at.get("location") or {}
        address = (location.get("addresses") or [{}])[0]
        lines = [_text(address.get(k)) for k in ("attention", "address_1", "address_2", "city")]
        ways = [_text(a.get("description")) for a in location.get("accessibility") or []]
        latitude, longitude = _point(location.get("latitude"), location.get("longitude"))
        places.append(
            {
                "name": _text(location.get("name"), 200, "place's name"),
                "address": ", ".join(line for line in lines if line),
                "postcode": _text(address.get("postal_code"), 10, "postcode"),
                "latitude": latitude,
                "longitude": longitude,
                "accessibility": " ".join(w for w in ways if w),
            }
        )
    return places


def _point(latitude: Any, longitude: Any) -> tuple[float | None, float | None]:
    """A place in or near these islands; anything else is a mistake and no place."""
    try:
        lat, lon = float(latitude), float(longitude)
    except (TypeError, ValueError):
        return None, None
    return (lat, lon) if 49 <= lat <= 61.5 and -11 <= lon <= 2.5 else (None, None)


def _schedules(row: dict[str, Any], number: int, outcome: Result) -> list[dict[str, Any]]:
    schedules = []
    for schedule in row.get("schedules") or []:
        days = ",".join(
            DAYS[d.strip().lower()[-2:]]
            for d in _text(schedule.get("byday")).split(",")
            if d.strip().lower()[-2:] in DAYS
        )
        schedules.append(
            {
                "days": days,
                "opens_at": _time(schedule.get("opens_at")),
                "closes_at": _time(schedule.get("closes_at")),
                "valid_from": _day(schedule.get("valid_from"), number, outcome),
                "valid_to": _day(schedule.get("valid_to"), number, outcome),
                "words": _text(schedule.get("description")),
            }
        )
    return schedules


def _time(cell: Any) -> time | None:
    clock = re.match(r"(\d{1,2}):(\d{2})", _text(cell))
    try:
        return time(int(clock[1]), int(clock[2])) if clock else None
    except ValueError:
        return None


def _day(cell: Any, number: int, outcome: Result) -> date | None:
    text = _text(cell)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        outcome.remarks.append((number, f"{text[:30]!r} is no date and was left out"))
        return None


def _age(cell: Any, number: int, outcome: Result) -> int | None:
    text = _text(cell)
    if not text:
        return None
    try:
        age = int(float(text))
    except (ValueError, OverflowError):
        age = -1
    if not 0 <= age <= 150:
        outcome.remarks.append((number, f"{text[:20]!r} is no age and was left out"))
        return None
    return age


def _url(cell: Any, number: int, outcome: Result) -> str:
    text = _text(cell)
    if len(text) > MOST_OF_ADDRESS:
        outcome.remarks.append((number, "its web address is too long and was left out"))
        return ""
    if text and "://" not in text:
        text = f"https://{text}"
    try:
        if text:
            URLValidator(schemes=["http", "https"])(text)
    except ValidationError:
        outcome.remarks.append((number, "its web address can't be read and was left out"))
        return ""
    return text


def _email(cell: Any, number: int, outcome: Result) -> str:
    text = _text(cell)
    try:
        if text:
            validate_email(text)
    except ValidationError:
        if number:
            outcome.remarks.append((number, "its e-mail address can't be read and was left out"))
        return ""
    return text


# --- Anybody's table --------------------------------------------------------------------------


def _table(content: bytes, name: str, outcome: Result) -> list[Found]:
    try:
        sheet = sheets.read(content, name)
    except UnreadableFile as error:
        raise Refused(str(error)) from None
    lower = {column.strip().lower(): column for column in sheet.header}
    columns = {
        field: lower[heading]
        for field, names in COLUMNS.items()
        for heading in reversed(names)
        if heading in lower
    }
    if "name" not in columns:
        raise Refused(
            "No column of this file could be recognised as the name of a service. There are: "
            + ", ".join(sheet.header[:20])
        )
    services = []
    for number, row in sheet.as_dicts():
        try:
            cells = {field: _text(row[column]) for field, column in columns.items()}
            services.append(_from_table(number, cells, row, outcome))
        except Bad as bad:
            outcome.rejected.append((number, str(bad)))
    return _without_repeats(services, outcome)


def _from_table(number: int, cells: dict[str, str], row: dict[str, str], outcome: Result) -> Found:
    if not cells.get("name"):
        raise Bad("it has no name")
    name = _text(cells["name"], 200, "name")
    own_key = cells.get("key") or "|".join(
        (name, cells.get("address", ""), cells.get("postcode", ""))
    )
    latitude, longitude = _point(cells.get("latitude"), cells.get("longitude"))
    email = cells.get("email", "")
    values = {
        "description": cells.get("description", ""),
        "status": "active",
        "url": _url(cells.get("url"), number, outcome),
        "email": _email(email, 0, outcome),
        "phone": "" if "@" in email else _text(email, 60, "telephone"),
        "application_process": cells.get("process", ""),
    }
    values["phone"] = _text(cells.get("phone"), 60, "telephone") or values["phone"]
    place = {
        "address": cells.get("address", ""),
        "postcode": _text(cells.get("postcode"), 10, "postcode"),
        "latitude": latitude,
        "longitude": longitude,
        "name": "",
        "accessibility": "",
    }
    organisation = cells.get("organisation") or name
    return Found(
        number,
        key(own_key, 200),
        name,
        _text(organisation, 200, "organisation's name"),
        organisation,
        values,
        [place],
        _hours(cells.get("hours", ""), row),
    )


def _hours(text: str, row: dict[str, str]) -> list[dict[str, Any]]:
    """One column of words stays words; a column a weekday becomes one line a day and span."""
    schedules: list[dict[str, Any]] = [{"words": text}] if text else []
    for name, short in zip(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        ("MO", "TU", "WE", "TH", "FR", "SA", "SU"),
        strict=True,
    ):
        cell = next((v for k, v in row.items() if k.lower().endswith(name)), "")
        for span in re.finditer(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})", cell):
            schedules.append(
                {"days": short, "opens_at": _time(span[1]), "closes_at": _time(span[2])}
            )
    return schedules


def _feature(number: int, row: dict[str, Any]) -> Found:
    facts = row.get("properties") or {}
    name = _text(facts.get("title") or facts.get("name"), 200, "name")
    if not name:
        raise Bad("it has no name")
    longitude, latitude = ((row.get("geometry") or {}).get("coordinates") or [None, None])[:2]
    lat, lon = _point(latitude, longitude)
    if lat is None and latitude is not None:
        raise Bad("its place lies outside these islands")
    address = _text(facts.get("address"))
    postcode = re.search(r"[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}", address.upper())
    hours = facts.get("hours") or {}
    opening = _text(hours.get("_text") if isinstance(hours, dict) else hours)
    place = {
        "address": address,
        "postcode": postcode[0] if postcode else "",
        "latitude": lat,
        "longitude": lon,
        "name": "",
        "accessibility": _text(facts.get("accessibility")),
    }
    return Found(
        number,
        key(f"{name}|{address}|{lat}|{lon}", 200),
        name,
        name,
        name,
        {"description": _text(facts.get("description")), "status": "active"},
        [place],
        [{"words": opening}] if opening else [],
    )


# --- Carrying out -----------------------------------------------------------------------------


def carry_out(
    content: bytes, file_name: str, *, source: str, by: Person | None, only_try: bool = False
) -> Result:
    """Read a file into the directory. What its organisation took over itself stays as it is.

    Services stand beside each other, so they are written in pieces, between which others write:
    each service is whole, and what was cut off is taken up by reading the file again.
    """
    read_services, outcome = read(content, file_name)
    organisations: dict[str, Organisation] = {
        organisation.source_key: organisation
        for organisation in Organisation.objects.filter(source=source)
    }
    before = Service.objects.filter(source=source).select_related("organisation")
    known = {
        service.source_key: service for service in before.prefetch_related("places", "schedules")
    }
    harmless = []
    for service in read_services:
        if caught := naming.caught_in(_words_of(service), kinds=naming.SERVICE):
            outcome.rejected.append((service.row, f"it holds {naming.KINDS[caught[0].kind]}"))
        else:
            harmless.append(service)
    for start in range(0, len(harmless), PIECE):
        with transaction.atomic():
            for service in harmless[start : start + PIECE]:
                _take(service, source, organisations, known, outcome)
            if only_try:
                transaction.set_rollback(True)
    if not only_try:
        record(
            "services imported",
            about=the_town(),
            by=by,
            source=source,
            new=outcome.new,
            changed=outcome.changed,
        )
    return outcome


def _take(
    read_service: Found,
    source: str,
    organisations: dict[str, Organisation],
    known: dict[str, Service],
    outcome: Result,
) -> None:
    organisation = organisations.get(read_service.organisation_key)
    if organisation is None:
        organisation = Organisation.objects.create(
            name=read_service.organisation,
            source=source,
            source_key=read_service.organisation_key,
            **read_service.organisation_values,
        )
        organisations[read_service.organisation_key] = organisation
    service = known.get(read_service.key)
    if service is None:
        service = Service.objects.create(
            organisation=organisation,
            name=read_service.name,
            source=source,
            source_key=read_service.key,
            code=_code(read_service.key),
            **read_service.values,
        )
        _put(service, read_service)
        outcome.new += 1
        return
    if service.organisation.partner_id is not None:
        outcome.unchanged += 1
        outcome.remarks.append(
            (read_service.row, "its organisation keeps this entry itself; left alone")
        )
        return
    values = {"name": read_service.name, **read_service.values}
    same = all(getattr(service, name) == cell for name, cell in values.items())
    if same and _parts(service) == (
        _plain(read_service.places, PLACE),
        _plain(read_service.schedules, SCHEDULE),
    ):
        outcome.unchanged += 1
        return
    for name, cell in values.items():
        setattr(service, name, cell)
    service.changed_at = timezone.now()
    service.save(update_fields=[*values, "changed_at"])
    service.places.all().delete()
    service.schedules.all().delete()
    _put(service, read_service)
    outcome.changed += 1


SERVICE_WORDS = (
    "name",
    "description",
    "eligibility",
    "application_process",
    "fees",
    "wait_time",
    "alert",
)


def _words_of(service: Found) -> str:
    """Every word of a service that everybody reads."""
    texts = naming.texts_of(service.values, *SERVICE_WORDS[1:])
    texts += [service.name, str(service.organisation_values.get("description") or "")]
    texts += [str(schedule.get("words") or "") for schedule in service.schedules]
    return "\n".join(texts)


PLACE = ("name", "address", "postcode", "latitude", "longitude", "accessibility")
SCHEDULE = ("days", "opens_at", "closes_at", "valid_from", "valid_to", "words")


def _plain(rows: list[dict[str, Any]], names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    return [tuple(row.get(name) or None for name in names) for row in rows]


def _parts(service: Service) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    def read(rows: Any, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
        in_order = sorted(rows.all(), key=lambda row: row.pk)
        return [tuple(getattr(row, name) or None for name in names) for row in in_order]

    return read(service.places, PLACE), read(service.schedules, SCHEDULE)


def _code(key: str) -> uuid.UUID:
    try:
        code = uuid.UUID(key)
    except ValueError:
        return uuid.uuid4()
    return uuid.uuid4() if Service.objects.filter(code=code).exists() else code


def _put(service: Service, read_service: Found) -> None:
    Place.objects.bulk_create(Place(service=service, **place) for place in read_service.places)
    Schedule.objects.bulk_create(Schedule(service=service, **s) for s in read_service.schedules)


# --- Kept by their owners ---------------------------------------------------------------------


@transaction.atomic
def keep(
    *,
    service: Service | None,
    partner: Partner,
    values: dict[str, Any],
    place: dict[str, str],
    hours: str,
    help_types: list[Any],
    by: Person,
) -> Service:
    """An organisation writes or changes its own entry; saving it assures it."""
    organisation, _ = Organisation.objects.get_or_create(
        partner=partner,
        defaults={
            "name": partner.name,
            "description": partner.description,
            "website": partner.website,
        },
    )
    if service is None:
        service = Service(organisation=organisation)
    elif service.organisation_id != organisation.pk:
        raise Refused("This entry is another organisation's.")
    texts = naming.texts_of(values, *SERVICE_WORDS)
    naming.check("service", [*texts, hours], kinds=naming.SERVICE)
    for name, answer in values.items():
        setattr(service, name, answer)
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
    )
    count = 0
    for service in stale.select_related("organisation__partner"):
        editors = Membership.objects.current().filter(
            partner=service.organisation.partner, role=MemberRole.EDITOR
        )
        for editor in editors.select_related("person"):
            _, fresh = mail.write(
                key=f"stale-{service.pk}-{service.assured_on}-{editor.person_id}",
                person=editor.person,
                subject="Is your entry still right?",
                body=f"“{service.name}” was last confirmed on {service.assured_on:%-d %B %Y}. "
                "Sign in and say that it is still right, or change it. Until then it is shown as "
                "not confirmed.",
            )
            count += fresh
    return count

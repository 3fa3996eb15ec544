"""Lists of people as desks receive them: read, shown, carried out in steps, told back.

A list's layout is known by its columns; dates are read in the order that the whole file fits.
Each row is *new* (a request is made), *known* (its list id, or this very person and kind of help,
is here already; a change becomes a note), *dead* (all contact stops), *perhaps* (somebody alike
is here: the request is made and waits for a person to decide), or *rejected* with its reason.
Carrying out goes row by row and can be taken up again: what is done is done once.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commonweal.accounts.actions import Refused
from commonweal.accounts.fields import keyed_hash
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.design import csvs
from commonweal.residents import deaths, keys, people, reaching
from commonweal.residents.keys import Described
from commonweal.residents.likeness import Likeness, Verdict, compare
from commonweal.residents.models import Resident, ResidentKey
from commonweal.services.models import HelpType
from localwealth.errors import UnreadableFile
from localwealth.sources import sheets

from . import enclosing, joining, named, ringing, triage, working
from .models import Callback, Case, CaseAlarm, ListRow, ListRun, Need, Note

ROWS_MOST = 60_000
# So many people are looked up and written while others wait: a third of a second's work.
STEP = 100


@dataclass(frozen=True)
class Layout:
    """How one publisher's list names things. Each value lists columns, joined by a space."""

    code: str
    name: str
    known_by: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()


LAYOUTS = (
    Layout(
        "nsss", "National shielding service form",
        ("first_name", "last_name", "date_of_birth", "address_postcode"),
        {
            "key": ("ID",), "key2": ("uid_submission",), "key3": ("uid_nhs_login",),
            "nhs": ("nhs_number",),
            "first": ("first_name",), "last": ("last_name",), "born": ("date_of_birth",),
            "address": ("address_line1", "address_line2", "address_town_city"),
            "postcode": ("address_postcode",), "uprn": ("address_uprn",),
            "phone": ("contact_number_calls",), "phone2": ("contact_number_texts",),
            "email": ("contact_email",),
        },
        ("do_you_want_supermarket_deliveries", "do_you_need_help_meeting_your_basic_care_needs",
         "do_you_have_someone_to_go_shopping_for_you",
         "do_you_need_someone_to_contact_you_about_local_support"),
    ),
    Layout(
        "spl", "Shielded patient list",
        ("Traced_NHSNUMBER", "PatientFirstName", "PatientSurname"),
        {
            "key": ("Traced_NHSNUMBER",), "nhs": ("Traced_NHSNUMBER",),
            "first": ("PatientFirstName",), "last": ("PatientSurname",), "born": ("DateOfBirth",),
            "address": tuple(f"PatientAddress_Line{n}" for n in range(1, 6)),
            "postcode": ("PatientAddress_PostCode",), "uprn": ("uprn",), "phone": ("mobile",),
            "phone2": ("landline",), "email": ("PatientEmailAddress",),
        },
        (), ("DateOfDeath", "Flag_PDSInformallyDeceased"),
    ),
    Layout(
        "self-isolation", "Self-isolation list", ("ID", "Forename", "Surname", "Date Tested"),
        {
            "key": ("ID",), "nhs": ("NHS Number",), "first": ("Forename",), "last": ("Surname",),
            "born": ("Date of Birth",),
            "address": ("House Number", "Address Line 1", "Address Line 2", "Town"),
            "postcode": ("Postcode",), "uprn": ("UPRN",), "phone": ("Phone",),
            "phone2": ("Phone2",), "email": ("Email",),
        },
        ("LA Support Required", "Comments"),
    ),
    Layout(
        "generic", "Our own list", ("First name", "Surname"),
        {
            "first": ("First name",), "last": ("Surname",), "born": ("d.o.b",),
            "address": ("Address Line 1", "Address Line 2", "City"), "postcode": ("Postcode",),
            "uprn": ("UPRN",), "phone": ("Phone number",), "phone2": ("Phone number 2",),
            "email": ("Email",),
        },
        ("Case Note 1", "Case Note 2", "Case Note 3", "Case Note 4"),
    ),
)  # fmt: skip


def layout_of(header: list[str]) -> Layout:
    """The layout whose columns a file has.

    Raises
    ------
    Refused
        None fits; the sentence names what each would need.
    """
    there = {name.strip().casefold() for name in header}
    for layout in LAYOUTS:
        if all(name.casefold() in there for name in layout.known_by):
            return layout
    needs = "; ".join(f"{one.name}: {', '.join(one.known_by)}" for one in LAYOUTS)
    raise Refused(
        f"The columns of this file fit no list that is known here. It has: "
        f"{', '.join(header[:12])}. Known are: {needs}."
    )


# --- Dates ------------------------------------------------------------------------------------

ORDERS = ("ymd", "dmy", "mdy")
MONTHS = {
    name: number
    for number, name in enumerate(("janfebmaraprmayjunjulaugsepoctnovdec"[i : i + 3]
                                  for i in range(0, 36, 3)), 1)
}  # fmt: skip


def parts_of(text: str) -> list[int] | date | None:
    """The three numbers of a date, or the date itself where its form leaves no doubt."""
    text = re.split(r"[T ]\d{1,2}:\d{2}", text.strip())[0]
    if found := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if re.fullmatch(r"\d{5}", text):
        # A serial number of Excel: days since the end of 1899.
        return date(1899, 12, 30) + timedelta(days=int(text))
    if found := re.fullmatch(r"(\d{1,2})[- /.]([A-Za-z]{3,9})[- /.,]+(\d{2,4})", text):
        month = MONTHS.get(found[2][:3].casefold())
        return _date(_year(int(found[3])), month, int(found[1])) if month else None
    found = re.fullmatch(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})", text)
    return [int(part) for part in found.groups()] if found else None


def _year(year: int) -> int:
    if year > 99:
        return year
    return 2000 + year if year <= timezone.localdate().year % 100 else 1900 + year


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_date(text: str, order: str) -> date | None:
    parts = parts_of(text)
    if parts is None or isinstance(parts, date):
        return parts
    if parts[0] > 31:
        return _date(parts[0], parts[1], parts[2])
    by = dict(zip(order if order != "ymd" else "dmy", parts, strict=True))
    return _date(_year(by["y"]), by["m"], by["d"])


def order_of(texts: list[str]) -> tuple[str, int]:
    """(order of day, month and year that reads most of the dates of a whole file, how many of
    them are left that it can't read). Day first where both fit, as is usual here."""
    filled = [text for text in texts if text.strip()]
    best, least = "dmy", len(filled) + 1
    for order in ("dmy", "mdy"):
        bad = sum(read_date(text, order) is None for text in filled)
        if bad < least:
            best, least = order, bad
    return best, least if filled else 0


# --- Reading ----------------------------------------------------------------------------------


@dataclass
class Listed:
    """One row of a list, as a person."""

    row: int
    key: str
    described: Described
    notes: str
    is_dead: bool
    content_hash: str
    phones: tuple[str, ...] = ()


@dataclass
class Preview:
    """What carrying a list out would do. ``rejected`` is (row, why), without personal data."""

    layout: Layout
    sha256: str
    rows: int
    date_order: str
    listed: list[Listed] = field(default_factory=list)
    rejected: list[tuple[int, str]] = field(default_factory=list)
    already: ListRun | None = None

    @property
    def counts(self) -> dict[str, int]:
        return {
            "rows": self.rows,
            "to_read": len(self.listed),
            "rejected": len(self.rejected),
            "dead": sum(one.is_dead for one in self.listed),
            "without_phone": sum(not one.phones for one in self.listed),
        }


def preview(data: bytes, file_name: str) -> Preview:
    """Read a list and say what it holds, changing nothing.

    Raises
    ------
    Refused
        It can't be read, fits no layout, or is too long.
    """
    try:
        sheet = sheets.read(data, file_name)
    except UnreadableFile as error:
        raise Refused(str(error)) from None
    layout = layout_of(sheet.header)
    if len(sheet.rows) > ROWS_MOST:
        raise Refused(f"The list has more than {ROWS_MOST:,} rows. Cut it into parts.")
    at = {name.strip().casefold(): i for i, name in enumerate(sheet.header)}

    def pick(cells: list[str], names: tuple[str, ...]) -> str:
        found = [cells[at[n.casefold()]] for n in names if n.casefold() in at]
        return ", ".join(cell for cell in found if cell)

    born = [pick(cells, layout.columns.get("born", ())) for _, cells in sheet.rows]
    order, _ = order_of(born)
    made = Preview(layout, hashlib.sha256(data).hexdigest(), len(sheet.rows), order)
    made.already = ListRun.objects.filter(layout=layout.code, sha256=made.sha256).first()
    seen: dict[str, int] = {}
    for number, cells in sheet.rows:
        said = {name: pick(cells, columns) for name, columns in layout.columns.items()}
        try:
            one = _listed(number, said, cells, layout, order, pick)
        except Bad as bad:
            made.rejected.append((number, str(bad)))
            continue
        if one.key in seen:
            made.rejected.append((number, f"the same id as row {seen[one.key]}"))
            continue
        seen[one.key] = number
        made.listed.append(one)
    return made


class Bad(Exception):
    """Why a row can't be taken; never what stands in it."""


def _listed(
    number: int, said: dict[str, str], cells: list[str], layout: Layout, order: str,
    pick: Callable[[list[str], tuple[str, ...]], str],
) -> Listed:  # fmt: skip
    born = ""
    if said.get("born"):
        day = read_date(said["born"], order)
        if day is None or not date(1900, 1, 1) <= day <= timezone.localdate():
            raise Bad("the date of birth can't be read")
        born = day.isoformat()
    nhs = re.sub(r"\D", "", said.get("nhs", ""))
    if nhs and not good_nhs(nhs):
        raise Bad("the NHS number is none")
    if not (said.get("first") or said.get("last") or nhs):
        raise Bad("neither a name nor an NHS number: it can't be told who this is")
    phones = tuple(p for p in (said.get("phone", ""), said.get("phone2", "")) if keys.phone(p))
    described = Described(
        first=said.get("first", ""), last=said.get("last", ""), born=born, phones=phones,
        email=said.get("email", "") if "@" in said.get("email", "") else "", nhs=nhs,
        address=said.get("address", ""), postcode=said.get("postcode", ""),
        uprn=said.get("uprn", ""),
    )  # fmt: skip
    key = said.get("key") or said.get("key2") or said.get("key3") or nhs
    if not key:
        facts = (described.first, described.last, born, described.postcode, *phones)
        key = "|".join(keys.squash(fact) for fact in facts)
    notes = ". ".join(
        f"{name.replace('_', ' ')}: {value}"
        for name in layout.notes
        if (value := pick(cells, (name,)))
    )
    dead = any(_says_dead(name, pick(cells, (name,))) for name in layout.dead)
    content = hashlib.sha256("\x1f".join(cells).encode()).hexdigest()
    return Listed(number, key, described, notes, dead, keyed_hash(content), phones)


def _says_dead(column: str, value: str) -> bool:
    if column.startswith("Flag"):
        return value.strip().casefold() in {"1", "y", "yes", "true", "t"}
    return bool(value.strip())


def good_nhs(figures: str) -> bool:
    """Ten figures whose last is the check of the nine before it (modulus 11)."""
    if len(figures) != 10:
        return False
    check = 11 - sum(int(f) * w for f, w in zip(figures, range(10, 1, -1), strict=False)) % 11
    return check % 11 == int(figures[9]) and check != 10


# --- Carrying out -----------------------------------------------------------------------------


@transaction.atomic
def begin(made: Preview, *, help_type: HelpType, by: Person | None) -> ListRun:
    """Begin to carry a list out, or take up again one that was begun."""
    run, fresh = ListRun.objects.get_or_create(
        layout=made.layout.code, sha256=made.sha256,
        defaults={"rows": made.rows, "rejected": made.rejected, "help_type": help_type,
                  "started_by": by, "counts": {"rejected": len(made.rejected)}},
    )  # fmt: skip
    if fresh:
        record("list begun", about=run, by=by, rows=made.rows, layout=made.layout.code)
    return run


def carry_out(
    made: Preview,
    run: ListRun,
    *,
    by: Person | None,
    say: Callable[[int, int], None] = lambda *_: None,
) -> ListRun:
    """Carry out what is left of a list, in steps that are each whole or not at all."""
    total = len(made.listed)
    counts: Counter[str] = Counter(run.counts)
    while run.done < total:
        step = made.listed[run.done : run.done + STEP]
        with transaction.atomic():
            counts.update(_step(step, run, by))
            run.done += len(step)
            run.counts = dict(counts)
            if run.done >= total:
                run.finished_at = timezone.now()
            run.save(update_fields=["done", "counts", "finished_at"])
        say(run.done, total)
    return run


@dataclass
class _Plan:
    one: Listed
    resident: Resident | None = None
    is_new: bool = False
    outcome: str = "new"


def _step(step: list[Listed], run: ListRun, by: Person | None) -> Counter[str]:
    hashes = {one.key: keyed_hash(f"{run.layout}:{one.key}") for one in step}
    rows = {row.key_hash: row for row in
            ListRow.objects.filter(layout=run.layout, key_hash__in=hashes.values())
            .select_related("case__resident")}  # fmt: skip
    plans = [_Plan(one) for one in step if hashes[one.key] not in rows]
    counts: Counter[str] = Counter()
    for one in step:
        if (row := rows.get(hashes[one.key])) is not None:
            counts[_known(one, row, run, by)] += 1
    _find(plans)
    _make_residents([plan for plan in plans if plan.resident is None])
    cases = _make_cases(plans, run)
    made = []
    for plan in plans:
        case = cases.get(plan.one.key)
        outcome = plan.outcome
        if plan.one.is_dead and plan.resident is not None:
            deaths.report_dead(resident=plan.resident, by=by, because="By a list.")
            outcome = "dead"
        counts[outcome] += 1
        made.append(ListRow(
            layout=run.layout, key_hash=hashes[plan.one.key], case=case, run=run,
            row=plan.one.row, outcome=outcome, content_hash=plan.one.content_hash,
        ))  # fmt: skip
    ListRow.objects.bulk_create(made)
    return counts


def _known(one: Listed, row: ListRow, run: ListRun, by: Person | None) -> str:
    """A row whose list id was loaded before: a change becomes a note, a death stops everything."""
    if row.content_hash == one.content_hash:
        return "known"
    ListRow.objects.filter(pk=row.pk).update(content_hash=one.content_hash)
    if row.case is not None:
        if one.is_dead:
            deaths.report_dead(resident=row.case.resident, by=by, because="By a list.")
            return "dead"
        Note.objects.create(case=row.case, kind="list",
                            words=f"A later list says: {one.notes or 'other details'}")  # fmt: skip
        _ring_if_restricted(row.case)
    return "changed"


def _ring_if_restricted(case: Case) -> None:
    if case.is_restricted:
        ringing.ring(case=case, cause=CaseAlarm.Cause.ADDED)


def _find(plans: list[_Plan]) -> None:
    """Who of these is here already: by keys for the whole step at once, then field by field.

    Only what is certain is taken as the same person: the same NHS number, or the same name and
    date of birth with a telephone, e-mail, property or postcode in common. The rest waits for a
    person.
    """
    wanted: dict[str, set[int]] = {}
    for index, plan in enumerate(plans):
        for _, digest in keys.only(keys.keys_of(plan.one.described), keys.CANDIDATE_KINDS):
            wanted.setdefault(digest, set()).add(index)
    near: dict[int, Counter[int]] = {index: Counter() for index in range(len(plans))}
    digests = list(wanted)
    for start in range(0, len(digests), 900):
        rows = ResidentKey.objects.filter(digest__in=digests[start : start + 900])
        for digest, pk in rows.values_list("digest", "resident"):
            for index in wanted[digest]:
                near[index][pk] += 1
    chosen = {index: [pk for pk, _ in found.most_common(8)] for index, found in near.items()}
    residents = Resident.objects.exclude(state=Resident.State.MERGED).in_bulk(
        {pk for found in chosen.values() for pk in found}
    )
    kept = set(
        named.restricted_residents().filter(case__resident__in=residents)
        .values_list("case__resident", flat=True)
    )  # fmt: skip
    for index, plan in enumerate(plans):
        for pk in chosen[index]:
            resident = residents.get(pk)
            # Somebody restricted is taken as new and joined unseen; only a death reaches them.
            if pk in kept and not plan.one.is_dead:
                continue
            if resident is None:
                continue
            if resident.state == Resident.State.ERASED:
                plan.outcome = "perhaps"
                continue
            likeness = compare(plan.one.described, people.described(resident))
            if _is_certain(plan.one.described, likeness):
                plan.resident, plan.outcome = resident, "known person"
                break
            if likeness.verdict in (Verdict.LIKELY, Verdict.POSSIBLE):
                plan.outcome = "perhaps"


def _is_certain(one: Described, likeness: Likeness) -> bool:
    by = {reason.field: reason.points for reason in likeness.reasons}
    if by.get("NHS number", 0) > 0:
        return by.get("last name", 0) >= 0 or by.get("first name", 0) >= 0
    same = by.get("first name", 0) >= 2.5 and by.get("last name", 0) >= 3
    born = by.get("date of birth", 0) >= 4
    reach = any(by.get(name, 0) >= 1 for name in ("phone", "e-mail", "address"))
    return bool(same and born and reach and likeness.verdict == Verdict.LIKELY)


def _make_residents(plans: list[_Plan]) -> None:
    rows = []
    for plan in plans:
        d = plan.one.described
        values = people.cleaned({
            "first_name": d.first, "last_name": d.last, "born": d.born, "nhs_number": d.nhs,
            "phones": "\n".join(plan.one.phones), "email": d.email, "address": d.address,
            "postcode": d.postcode, "uprn": d.uprn,
        })  # fmt: skip
        rows.append(Resident(**values))
        plan.is_new = True
    for plan, resident in zip(
        plans, Resident.objects.bulk_create(rows, batch_size=500), strict=True
    ):
        plan.resident = resident
    people.index([plan.resident for plan in plans if plan.resident], fresh=True)


def _make_cases(plans: list[_Plan], run: ListRun) -> dict[str, Case]:
    """A request each, unless this person has an open one of this kind: then a note."""
    help_type = run.help_type
    there = {
        case.resident_id: case
        for case in Case.objects.open().filter(
            resident__in=[p.resident for p in plans if p.resident and not p.is_new],
            needs__help_type=help_type, needs__state="open",
        )
    }  # fmt: skip
    now = timezone.now()
    weights = [(help_type.name, help_type.weight)]
    level = triage.level_of_sent((), weights)
    judged = triage.judge((), needs=weights, came_as=level)
    hours = min(help_type.hours_promised, 4) if level == 1 else help_type.hours_promised
    due = now + timedelta(hours=hours)
    made: dict[str, Case] = {}
    fresh: list[tuple[Listed, Case]] = []
    promised: dict[str, datetime] = {}
    for plan in plans:
        resident = plan.resident
        assert resident is not None
        if (case := there.get(resident.pk)) is not None:
            made[plan.one.key] = case
            if plan.one.notes:
                Note.objects.create(case=case, kind="list", words=plan.one.notes)
                _ring_if_restricted(case)
            continue
        if plan.one.is_dead or resident.is_dead:
            continue
        # Of who is new nothing is known yet; a promise to somebody known falls into their hours.
        due_at = due if plan.is_new else reaching.within_hours(resident, due, now=now)
        promised[plan.one.key] = due_at
        fresh.append((plan.one, Case(
            resident=resident, channel="list", opened_at=now, due_at=due_at, words=plan.one.notes,
            urgency=level, computed=level, came_as=level, score=judged.score,
            reasons=[list(reason) for reason in judged.reasons], in_danger=judged.in_danger,
            area=resident.area, is_restricted=help_type.is_restricted,
        )))  # fmt: skip
    Case.objects.bulk_create([case for _, case in fresh], batch_size=500)
    Need.objects.bulk_create(
        [Need(case=case, help_type=help_type) for _, case in fresh], batch_size=500
    )
    Callback.objects.bulk_create(
        [Callback(case=case, purpose="first", due_at=promised[one.key]) for one, case in fresh],
        batch_size=500,
    )
    for _, case in fresh:
        owner = joining.look(case=case, by=None)
        if help_type.is_restricted:
            enclosing.enclose(case=case, by=None, prefer=owner)
    return made | {one.key: case for one, case in fresh}


def results(run: ListRun) -> Iterator[list[str]]:
    """What goes back to whoever sent the list: row, what became of it, resident, request."""
    yield ["row", "outcome", "resident_id", "help_request_id", "because"]
    rejected = {int(row): why for row, why in run.rejected}
    rows = {row.row: row for row in run.kept_rows.select_related("case__resident").order_by("row")}
    for number in sorted({*rows, *rejected}):
        if number in rejected:
            yield [str(number), "rejected", "", "", rejected[number]]
            continue
        row = rows[number]
        case = row.case
        yield [str(number), row.outcome, case.resident.code if case else "",
               case.code if case else "", ""]  # fmt: skip


def results_csv(run: ListRun) -> str:
    heads, *rows = results(run)
    named = [dict(zip(heads, row, strict=True)) for row in rows]
    return csvs.csv_text(heads, named, mark=False)


# --- Between showing and carrying out ---------------------------------------------------------


def _waiting(sha256: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise Refused("This list is not there any more. Choose the file again.")
    return settings.CASE_FOLDER / "lists" / sha256


def put_by(sha256: str, name: str, data: bytes) -> None:
    """Keep a list, encrypted, until somebody presses the button."""
    path = _waiting(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    ending = "".join(Path(name).suffixes[-2:]).lower()
    path.write_bytes(working.box().encrypt(ending.encode() + b"\n" + data))


def take_out(sha256: str) -> tuple[str, bytes]:
    path = _waiting(sha256)
    if not path.exists():
        raise Refused("This list is not there any more. Choose the file again.")
    ending, data = working.box().decrypt(path.read_bytes()).split(b"\n", 1)
    return f"list{ending.decode()}", data


def drop(sha256: str) -> None:
    _waiting(sha256).unlink(missing_ok=True)

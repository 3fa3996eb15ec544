"""Bringing the figures up to date: one pass from files to the tables that pages read.

Every step can be stopped and taken up again: what is read, counted or matched is kept, and the
prepared tables are put in place only when they are whole. Pages read one set until the next one
counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.places.models import the_town
from localwealth.registers.store import OWNERS
from localwealth.sources.payees import may_be_person
from localwealth.sources.tables import EXACT, MONEY
from localwealth.spend import lines as tables
from localwealth.spend import measures, opportunities, report
from localwealth.spend.lines import Home
from localwealth.spend.multiplier import respent

from . import files, importing, payees, surveying
from .models import Anchor, Bands, Contract, Figures, Payee, Prepared, Release, Run, Verdict
from .payees import LETTERS

CUT_OFF = timedelta(minutes=15)
Say = Callable[[str, int, int], None]


class Stopped(Exception):
    """Somebody has asked the run to stop."""


def quiet(_step: str, _done: int, _total: int) -> None:
    """Tells nobody."""


# --- A run --------------------------------------------------------------------------------------


def ask_for(by: Person | None = None) -> Run:
    """Put a run in the queue, unless one waits already."""
    waiting = Run.objects.filter(state=Run.State.WAITING).first()
    return waiting or Run.objects.create(asked_by=by)


def carry_out(run: Run) -> None:
    """Do a run that waits or was stopped. Nothing happens while another one runs."""
    stale = timezone.now() - CUT_OFF
    Run.objects.filter(state=Run.State.RUNNING, heard_at__lt=stale).update(
        state=Run.State.FAILED, why="It was cut off."
    )
    try:
        with transaction.atomic():
            claimed = (
                Run.objects.filter(pk=run.pk)
                .exclude(state__in=[Run.State.RUNNING, Run.State.DONE])
                .update(state=Run.State.RUNNING, heard_at=timezone.now(), is_to_stop=False, why="")
            )
    except IntegrityError:
        # Another one runs; this one waits for its turn.
        return
    if not claimed:
        return

    def heard(step: str, done: int, total: int) -> None:
        Run.objects.filter(pk=run.pk).update(
            step=step, done=done, total=total, heard_at=timezone.now()
        )
        if Run.objects.filter(pk=run.pk, is_to_stop=True).exists():
            raise Stopped

    try:
        bring_up_to_date(heard)
    except Stopped:
        Run.objects.filter(pk=run.pk).update(state=Run.State.STOPPED)
    except Exception as error:
        Run.objects.filter(pk=run.pk).update(
            state=Run.State.FAILED, why=f"{type(error).__name__}: see the log of the server."
        )
        raise
    else:
        Run.objects.filter(pk=run.pk).update(state=Run.State.DONE, step="")


def stop(run: Run) -> None:
    """Ask a run to stop at its next step."""
    Run.objects.filter(pk=run.pk, state=Run.State.WAITING).update(state=Run.State.STOPPED)
    Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).update(is_to_stop=True)


def bring_up_to_date(say: Say = quiet) -> Prepared | None:
    """Read what waits, count payees, match them, prepare the tables."""
    waiting = list(Release.objects.filter(state=Release.State.WAITING).order_by("pk"))
    for number, release in enumerate(waiting):
        say("Reading files", number, len(waiting))
        importing.read(release)
    say("Counting payees", 0, 1)
    payees.count_all()
    payees.match_waiting(lambda done, total: say("Matching payees", done, total))
    return prepare(say)


# --- What they are made of ----------------------------------------------------------------------


def home() -> Home:
    """What counts as what band here."""
    bands = Bands.objects.filter(id=1).first() or Bands()
    return Home(bands.district or the_town().ons_code, bands.county, bands.region)


def state() -> str:
    """A digest of all that the prepared tables follow from."""
    parts: list[Any] = [files.FORMAT, files.state_of_registers()]
    parts += sorted(map(list, Release.objects.taken().values_list("code", "lines_sha256")))
    newest = Payee.objects.aggregate(newest=Max("pk"))["newest"]
    decided = Payee.objects.exclude(decided=None).order_by("pk").values_list("pk", "decided")
    parts += [newest, *map(list, decided), str(Payee.objects.aggregate(m=Max("matched_with"))["m"])]
    unmatched = Payee.objects.paid().filter(decided=None, matched_with="").count()
    parts += [unmatched, sorted(map(list, Anchor.objects.values_list("partner__code", "ids")))]
    town = home()
    parts += [town.district, town.county, town.region]
    checked = payees.precision()
    parts.append([checked.right, checked.checked] if checked else None)
    parts += map(list, Contract.objects.order_by("pk").values_list("pk", "ends_on", "supplier"))
    parts.append(sorted((supplier, str(share)) for supplier, share in surveying.newest_answers()))
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def prepare(say: Say = quiet) -> Prepared | None:
    """Make the tables of everything that counts now; None when nothing does."""
    version = state()
    earlier = Prepared.objects.filter(version=version).first()
    if earlier is not None and files.prepared(version).exists():
        _let_count(earlier)
        return earlier
    if not Release.objects.taken().exists():
        Prepared.objects.update(is_current=False)
        return None
    draft = files.folder("prepared", f".{version}.part")
    draft.unlink(missing_ok=True)
    say("Putting payments together", 0, 1)
    try:
        with duckdb.connect(str(draft)) as base:
            # What does not fit is put on disk beside the draft.
            base.execute("set memory_limit = '3GB'")
            _tables(base)
            _reconcile(base)
            scopes = _scopes(base)
            all_figures = []
            for number, scope in enumerate(scopes):
                say("Working out figures", number, len(scopes))
                all_figures.append(Figures(**scope, content=_content(base, **scope)))
            base.execute("drop view if exists lines")
            counted = base.execute("select count(*) from payments").fetchone()
            base.execute("drop table if exists places")
        place = files.prepared(version)
        draft.rename(place)
    finally:
        draft.unlink(missing_ok=True)
        Path(str(draft) + ".wal").unlink(missing_ok=True)
    store = files.register()
    with transaction.atomic():
        Prepared.objects.filter(version=version).delete()
        prepared = Prepared.objects.create(
            version=version,
            format=files.FORMAT,
            releases=Release.objects.taken().count(),
            lines=int(counted[0]) if counted else 0,
            registers=store.made_of["sources"] if store else [],
        )
        for figures in all_figures:
            figures.prepared = prepared
        Figures.objects.bulk_create(all_figures, batch_size=50)
        _let_count(prepared)
    return prepared


def _let_count(prepared: Prepared) -> None:
    """Pages read this one from now on. Older ones go, but for the last two, which may be read."""
    with transaction.atomic():
        Prepared.objects.filter(is_current=True).exclude(pk=prepared.pk).update(is_current=False)
        Prepared.objects.filter(pk=prepared.pk).update(is_current=True)
        newest = set(Prepared.objects.order_by("-pk").values_list("version", flat=True)[:3])
        for old in Prepared.objects.exclude(version__in=newest | {prepared.version}):
            files.prepared(old.version).unlink(missing_ok=True)
            old.delete()


# --- The tables ---------------------------------------------------------------------------------


def _tables(base: duckdb.DuckDBPyConnection) -> None:
    """``payments``: one row a payment, as `localwealth.spend.measures` has it, where ``supplier``
    is an org-id or a payee's code; ``sums``: payments added up by all that pages ask for;
    ``suppliers``: one row a route and supplier."""
    base.register("found_payees", _payees())
    base.execute(f"create temp table payees as select *, {LETTERS} as letters from found_payees")
    base.register("releases", _releases())
    store, town = files.register(), home()
    if store is not None:
        place = str(store.folder / "entries.parquet").replace("'", "''")
        base.execute(f"create temp view entries as from read_parquet('{place}')")
    else:
        base.execute(
            """create temp table entries (entry integer, id varchar, ids varchar[], name varchar,
            kind varchar, size varchar, sized date, sic varchar, postcode varchar, country varchar,
            status varchar, ended date)"""
        )
    base.register("owners", store.owners() if store else OWNERS.empty_table())
    base.register("found_places", files.postcodes())
    base.execute("create temp table places as from found_places")
    own_ids = [org for ids in Anchor.objects.values_list("ids", flat=True) for org in ids]
    base.register("own", pa.table({"id": pa.array(own_ids, pa.string())}))
    base.execute(f"create temp table owned as {tables.OWNED}")
    base.execute(f"""create temp table matches as
        with wanted as (select distinct entry as own from payees where entry <> ''),
            every as (select unnest(ids) as any_id, entries.* from entries),
            found as (select any_id, every.* exclude (any_id) from every
                join wanted on wanted.own = every.any_id)
        select p.code as name, {tables.ENTRY}
        from payees p left join found e on e.any_id = p.entry {tables.GROUP}""")
    _year(base)
    base.execute(
        f"""create temp table paid as
        with every as (
            select *, {LETTERS} as letters
            from {files.EVERY} where outcome = 'accepted'),
        -- A description may name a person: it says what for only where the payee may be named.
        told as (
            select every.*, p.code, p.verdict, p.named,
                coalesce(category, case when p.named then description end) as purpose
            from every left join payees p on p.letters = every.letters),
        written as (select *, lower(trim(purpose)) as small from told),
        kinds as (
            select small, mode(purpose order by purpose) as category from written group by 1)
        select r.anchor, l.first as day, l.amount, kinds.category,
            case when l.verdict = 'person' then null else l.code end as name,
            l.postcode as site_postcode, l.invoiced, r.route, r.release, l.line, l.reference,
            case when l.named then l.description end as description,
            l.payee, year_of(l.first) as year, date_trunc('quarter', l.first)::date as quarter
        from written l join releases r on r.place = l.filename
            left join kinds using (small)""",
        [sorted({row["place"] for row in _releases().to_pylist()})],
    )
    # Newest first, as lists are read: a page of them then looks at the first rows only.
    tables.tabulate(base, town, order="route, day desc nulls last, amount desc, release, line")
    base.execute("alter table lines rename to payments")
    base.execute(
        """create table sums as
        select route, anchor, year, quarter, supplier, name, category, office, site, kind, size,
            sic, to_anchor, count(*) as lines, sum(amount) as amount
        from payments group by all order by route, supplier"""
    )
    base.execute(
        """create table suppliers as
        select route, supplier, any_value(m.id) as id,
            coalesce(any_value(m.register_name), any_value(p.name) filter (p.named)) as name,
            any_value(l.kind) as kind, any_value(l.size) as size, any_value(l.sized) as sized,
            any_value(l.sic) as sic,
            any_value(l.parent) as parent, any_value(l.parent_name) as parent_name,
            any_value(l.office) as office, count(*) as lines, sum(l.amount) as amount,
            min(day) as first, max(day) as last, count(distinct anchor) as anchors
        from payments l left join matches m on m.name = l.name left join payees p on p.code = l.name
        where l.supplier is not null and not to_anchor group by route, supplier
        order by route, amount desc, supplier"""
    )
    base.execute("create view lines as from payments")
    opportunities.able(base, town)
    _contracts(base)
    answers = surveying.newest_answers()
    base.register(
        "found_answers",
        pa.table(
            {
                "supplier": pa.array([supplier for supplier, _ in answers], pa.string()),
                "share": pa.array([share for _, share in answers], pa.decimal128(9, 6)),
            }
        ),
    )
    base.execute("create temp table answers as from found_answers")


def _contracts(base: duckdb.DuckDBPyConnection) -> None:
    """``ends``: a row a contract and category for which its supplier is paid by that anchor."""
    rows = list(
        Contract.objects.filter(ends_on__isnull=False).values_list(
            "anchor__partner__code", "title", "supplier", "ends_on", "value_gbp"
        )
    )
    text = pa.string()
    base.register(
        "found_contracts",
        pa.table(
            {
                "anchor": pa.array([row[0] for row in rows], text),
                "title": pa.array([row[1] for row in rows], text),
                "name": pa.array([row[2] for row in rows], text),
                "ends_on": pa.array([row[3] for row in rows], pa.date32()),
                "value": pa.array([row[4] for row in rows], MONEY),
            }
        ),
    )
    base.execute(
        f"""create table ends as
        with held as (select *, {LETTERS} as letters from found_contracts where name <> '')
        select distinct l.category, held.anchor, held.title, held.name, held.ends_on, held.value
        from held join payees p on p.letters = held.letters
            join payments l on l.name = p.code and l.anchor = held.anchor and l.route = 'published'
        where l.category is not null and p.verdict is distinct from 'person'
        order by category, ends_on, title"""
    )


def _reconcile(base: duckdb.DuckDBPyConnection) -> None:
    """Payments in the tables are payments of the files that count, in number and to the penny; else
    nothing is put in place."""
    files_say = Release.objects.taken().values_list("accepted", "accepted_gbp")
    count, money = 0, Decimal(0)
    for lines, amount in files_say:
        count, money = count + lines, money + amount
    row = base.execute("select count(*), coalesce(sum(amount), 0) from payments").fetchone()
    if row is None or row[0] != count or row[1] != money.quantize(EXACT):
        raise RuntimeError(f"The tables do not reconcile: {row} is not {count}, {money}.")


def _year(base: duckdb.DuckDBPyConnection) -> None:
    """A macro for the financial year, April to March, as "2025-26"."""
    base.execute(
        """create or replace temp macro year_of(day) as
        case when day is null then null else printf('%d-%02d',
            year(day) - (month(day) < 4)::integer,
            (year(day) - (month(day) < 4)::integer + 1) % 100) end"""
    )


def _payees() -> pa.Table:
    rows = list(
        Payee.objects.paid().values_list("code", "name", "entry", "decided__verdict", "in_public")
    )
    named = [
        in_public
        and (bool(entry) or verdict == Verdict.NONE or not may_be_person(name))
        and verdict != Verdict.PERSON
        for _, name, entry, verdict, in_public in rows
    ]
    text = pa.string()
    return pa.table(
        {
            "code": pa.array([row[0] for row in rows], text),
            "name": pa.array([row[1] for row in rows], text),
            "entry": pa.array([row[2] for row in rows], text),
            "verdict": pa.array([row[3] for row in rows], text),
            "named": pa.array(named, pa.bool_()),
        }
    )


def _releases() -> pa.Table:
    rows = list(
        Release.objects.taken().values_list(
            "code", "route", "anchor__partner__code", "lines_sha256"
        )
    )
    return pa.table(
        {
            "release": pa.array([row[0] for row in rows], pa.string()),
            "route": pa.array([row[1] for row in rows], pa.string()),
            "anchor": pa.array([row[2] for row in rows], pa.string()),
            "place": pa.array([str(files.lines_of(row[3])) for row in rows], pa.string()),
        }
    )


# --- The figures --------------------------------------------------------------------------------


def _scopes(base: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    rows = base.execute(
        """select route, coalesce(anchor, ''), coalesce(year, '') from payments
        group by grouping sets ((route), (route, anchor), (route, year), (route, anchor, year))"""
    ).fetchall()
    keys = ("route", "anchor", "year")
    return [dict(zip(keys, row, strict=True)) for row in sorted(set(rows))]


def _content(base: duckdb.DuckDBPyConnection, *, route: str, anchor: str, year: str) -> Any:
    where = " and ".join(
        f"{column} = '{wanted}'"
        for column, wanted in (("route", route), ("anchor", anchor), ("year", year))
        if wanted
    )
    base.execute(f"create or replace view lines as from payments where {where}")
    checked = payees.precision()
    content = report.everything(
        base, (checked.right, checked.checked) if checked else None, respent(base)
    )
    content["flows"] = {place: measures.flows(base, place) for place in ("office", "site")}
    content["unknown_because"] = measures.unknown_because(base)
    content["has_sites"] = bool(
        measures.rows(base, "select 1 from lines where site <> 'unknown' limit 1")
    )
    return json.loads(json.dumps(content, default=plain))


def plain(figure: object) -> object:
    """Money and shares as text, so that none of it is lost in JSON."""
    if isinstance(figure, Decimal):
        return str(figure)
    if isinstance(figure, date):
        return figure.isoformat()
    raise TypeError(type(figure).__name__)

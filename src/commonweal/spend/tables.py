"""The tables that pages read, made of the lines of all files that count."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pyarrow as pa

from commonweal.places.models import the_town
from localwealth.names import one_form
from localwealth.registers.store import OWNERS
from localwealth.sources.tables import EXACT, MONEY
from localwealth.spend import lines, opportunities
from localwealth.spend.lines import Home

from . import files, surveying
from .models import Anchor, Bands, Contract, Payee, Release
from .payees import LETTERS, entry_stands, is_named


def home() -> Home:
    """What counts as what band here."""
    bands = Bands.objects.filter(id=1).first() or Bands()
    return Home(bands.district or the_town().ons_code, bands.county, bands.region)


def fill(base: duckdb.DuckDBPyConnection) -> None:
    """``payments``: one row a payment, as `localwealth.spend.measures` has it, where ``supplier``
    is an org-id or a payee's code; ``sums``: payments added up by all that pages ask for;
    ``suppliers``: one row a route and supplier."""
    town = home()
    _known(base)
    _registers(base)
    _matches(base)
    _year(base)
    _paid(base)
    # Newest first, as lists are read: a page of them then looks at the first rows only.
    lines.tabulate(base, town, order="route, day desc nulls last, amount desc, release, line")
    base.execute("alter table lines rename to payments")
    _sums(base)
    _suppliers(base)
    base.execute("create view lines as from payments")
    opportunities.able(base, town)
    _contracts(base)
    _answers(base)


def _known(base: duckdb.DuckDBPyConnection) -> None:
    """``payees``, ``releases``, ``places``, and ``own``: the org-ids of the anchors themselves."""
    base.register("found_payees", _payees())
    base.execute(f"create temp table payees as select *, {LETTERS} as letters from found_payees")
    base.register("releases", _releases())
    base.register("found_places", files.postcodes())
    base.execute("create temp table places as from found_places")
    own_ids = [org for ids in Anchor.objects.values_list("ids", flat=True) for org in ids]
    base.register("own", pa.table({"id": pa.array(own_ids, pa.string())}))


def _registers(base: duckdb.DuckDBPyConnection) -> None:
    """``entries`` and ``owners`` of the registers; empty where none is loaded."""
    store = files.register()
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
    base.execute(f"create temp table owned as {lines.OWNED}")


def _matches(base: duckdb.DuckDBPyConnection) -> None:
    """``matches``: what the registers say of each payee, by the entry that it is."""
    base.execute(
        f"""create temp table matches as
        with wanted as (select distinct entry as own from payees where entry <> ''),
            every as (select unnest(ids) as any_id, entries.* from entries),
            found as (select any_id, every.* exclude (any_id) from every
                join wanted on wanted.own = every.any_id)
        select p.code as name, {lines.ENTRY}
        from payees p left join found e on e.any_id = p.entry {lines.GROUP}"""
    )


def _paid(base: duckdb.DuckDBPyConnection) -> None:
    """``paid``: a row a payment of the files that count, with what it was for."""
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


def _sums(base: duckdb.DuckDBPyConnection) -> None:
    base.execute(
        """create table sums as
        select route, anchor, year, quarter, supplier, name, category, office, site, kind, size,
            sic, to_anchor, count(*) as lines, sum(amount) as amount
        from payments group by all order by route, supplier"""
    )


def _suppliers(base: duckdb.DuckDBPyConnection) -> None:
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


def _answers(base: duckdb.DuckDBPyConnection) -> None:
    """``answers``: what suppliers say that they spend here again."""
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
                "form": pa.array([one_form(row[2]) for row in rows], text),
                "ends_on": pa.array([row[3] for row in rows], pa.date32()),
                "value": pa.array([row[4] for row in rows], MONEY),
            }
        ),
    )
    base.execute(
        f"""create table ends as
        with held as (select *, {LETTERS} as letters from found_contracts where name <> ''),
        same as (
            select held.name as held_name, p.code, p.named from held join payees p using (letters)
            union select held.name, p.code, p.named from held join payees p using (form))
        select distinct l.category, held.anchor, held.title, held.name, held.ends_on, held.value
        from held join same p on p.held_name = held.name
            join payments l on l.name = p.code and l.anchor = held.anchor and l.route = 'published'
        where l.category is not null and p.named
        order by category, ends_on, title"""
    )


def reconcile(base: duckdb.DuckDBPyConnection) -> None:
    """Payments in the tables are payments of the files that count, in number and to the penny; else
    nothing is put in place."""
    files_say = Release.objects.taken().values_list("accepted", "accepted_gbp")
    count, money = 0, Decimal(0)
    for accepted, amount in files_say:
        count, money = count + accepted, money + amount
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
    """Payees by their codes, with the entry that each is and whether it may be named in public."""
    columns = ("code", "name", "entry", "method", "decided__verdict", "in_public")
    rows = list(Payee.objects.paid().values_list(*columns))
    # An entry that stands for nobody yet is not joined: the register's name would say who it is.
    entries = [
        entry if entry_stands(name, method, verdict) else ""
        for _, name, entry, method, verdict, _ in rows
    ]
    named = [
        row[-1] and is_named(row[1], entry, row[4])
        for row, entry in zip(rows, entries, strict=True)
    ]
    text = pa.string()
    return pa.table(
        {
            "code": pa.array([row[0] for row in rows], text),
            "name": pa.array([row[1] for row in rows], text),
            "form": pa.array([one_form(row[1]) for row in rows], text),
            "entry": pa.array(entries, text),
            "verdict": pa.array([row[4] for row in rows], text),
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

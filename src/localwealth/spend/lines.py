"""From payments, matches and postcodes to the table ``lines`` that measures read."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from localwealth.matching.match import Matcher, payees_of
from localwealth.registers.store import Store
from localwealth.sources.readings import Reading
from localwealth.sources.tables import MONEY

# One row a payment. ``day`` is the first day on which it was paid, or null; ``name`` is null for
# who may not be named; ``site_postcode`` is the payee's own, where the line gives it.
PAID = pa.schema([
    ("anchor", pa.string()), ("day", pa.date32()), ("amount", MONEY), ("category", pa.string()),
    ("name", pa.string()), ("site_postcode", pa.string()), ("invoiced", pa.date32()),
])  # fmt: skip


@dataclass(frozen=True)
class Home:
    """What counts as what band: ONS codes of the town's district, county, region; "" for none."""

    district: str
    county: str = ""
    region: str = ""


@dataclass
class Anchor:
    """One anchor's files, read, and its own org-ids (for payments between anchors)."""

    name: str
    readings: list[Reading]
    ids: list[str] = field(default_factory=list)


# The payee's own postcode, where a line gives it.
SITE = "nullif(replace(upper(postcode), ' ', ''), '')"


def paid_of(anchors: Iterable[Anchor]) -> pa.Table:
    """The accepted lines of anchors' files, in the columns of ``PAID``."""
    made = [PAID.empty_table()]
    for anchor in anchors:
        for reading in anchor.readings:
            base = duckdb.connect()
            base.register("read", reading.table())
            made.append(base.execute(
                f"""select $1 as anchor, first as day, amount,
                coalesce(category, description) as category,
                case when payee = 'named' then supplier end as name, {SITE} as site_postcode,
                invoice_date as invoiced from read""", [anchor.name]
            ).to_arrow_table().cast(PAID))  # fmt: skip
    return pa.concat_tables(made)


def assemble(
    anchors: list[Anchor], store: Store, postcodes: pa.Table, home: Home
) -> duckdb.DuckDBPyConnection:
    """Match every payee once, find where each is, and make ``lines`` (see
    :mod:`localwealth.spend.measures`) and ``matches`` (a row a name: ``name``, ``amount``, ``id``,
    ``register_name``, ``probability``, ``method``, ``reasons``) in a database in memory.

    A place of trading is known where a payment's own line has the payee's postcode.
    """
    paid = paid_of(anchors)
    names = paid["name"].drop_null().unique()
    answers = Matcher.open(store.folder / "index").match(
        payees_of([{"supplier_name": name} for name in names.to_pylist()])
    )
    base = duckdb.connect()
    base.register("paid", paid)
    base.register("answers", answers.append_column("name", names))
    base.register("entries", store.query("from entries"))
    base.register("owners", store.owners())
    base.register("places", postcodes)
    own = [one for anchor in anchors for one in anchor.ids]
    base.register("own", pa.table({"id": pa.array(own, pa.string())}))
    base.execute(f"create table owned as {OWNED}")
    base.execute(f"create table matches as {MATCHES}")
    tabulate(base, home)
    return base


# The entries that are an anchor's own, given the table ``own`` of anchors' org-ids.
OWNED = "select distinct e.id from entries e join own on list_contains(e.ids, own.id)"
# What ``matches`` takes of a register entry ``e``; of who decides over it, ``g`` of ``owners``,
# whose own entry is ``pe``; and of ``owned``.
ENTRY = """e.id, e.name as register_name, e.kind, e.size, e.sized, e.sic,
    upper(replace(e.postcode, ' ', '')) as postcode, e.country, w.id is not null as is_anchor,
    g.parent, g.parent_name, g.parent_country, g.employees,
    upper(replace(pe.postcode, ' ', '')) as parent_postcode"""
GROUP = """left join owners g on g.id = e.id left join entries pe on pe.id = g.parent
    left join owned w on w.id = e.id"""


def _band(place: str) -> str:
    return f"""(case when {place}.postcode is null then 'unknown'
        when {place}.district = $district then 'town'
        when $county <> '' and {place}.county = $county then 'county'
        when $region <> '' and {place}.region = $region then 'region' else 'nation' end)"""


MATCHES = f"""select a.name, {ENTRY}, a.probability, a.method, a.reasons
    from answers a left join entries e on e.entry = a.entry {GROUP}"""
LINES = f"""select paid.* exclude (site_postcode),
        coalesce(m.id, paid.name) as supplier, m.id is not null as known,
        coalesce(m.parent, m.id, paid.name) as parent, m.parent_name,
        coalesce(m.is_anchor, false) as to_anchor,
        case when m.kind = 'foreign' then 'abroad' else {_band("o")} end as office,
        {_band("s")} as site,
        case when m.employees then 'employees'
            when m.kind in ('company', 'llp') and m.parent is not null
                and (coalesce(m.parent_country, '') not in ('', 'GB')
                    or {_band("g")} not in ('town', 'unknown')) then 'group elsewhere'
            when m.kind = 'company' and {_band("o")} = 'town' then 'company here'
            when m.kind = 'company' and {_band("o")} <> 'unknown' then 'company elsewhere'
            else m.kind end as kind,
        m.size, m.sized, m.sic
    from paid left join matches m on m.name = paid.name
        left join places o on o.postcode = m.postcode
        left join places g on g.postcode = m.parent_postcode
        left join places s on s.postcode = paid.site_postcode"""


def tabulate(base: duckdb.DuckDBPyConnection, home: Home, order: str = "") -> None:
    """Make ``lines`` from the tables ``paid`` (``PAID`` and whatever else, which is kept),
    ``matches`` (``name`` and ``ENTRY``) and ``places`` (postcodes). ``order``: columns by which
    lines are sorted."""
    base.execute(
        f"create table lines as {LINES} {f'order by {order}' if order else ''}",
        {"district": home.district, "county": home.county, "region": home.region},
    )


def sample(base: duckdb.DuckDBPyConnection, size: int, seed: int = 1) -> list[dict[str, object]]:
    """A random sample of matched names for people to check, the same one for the same seed."""
    found = base.execute(
        """select name, id, register_name, method, reasons from matches
        where id is not null and method <> 'number given' order by name"""
    ).fetchall()
    picked = random.Random(seed).sample(found, min(size, len(found)))
    keys = ("supplier_name", "register_id", "register_name", "method", "reasons")
    return [dict(zip(keys, one, strict=True)) for one in picked]

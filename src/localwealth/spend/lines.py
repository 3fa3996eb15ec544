"""From files of payments to the table ``lines`` that measures read."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal

import duckdb
import pyarrow as pa

from localwealth.matching.match import Matcher, payees_of
from localwealth.registers.store import Store
from localwealth.sources.payments import Reading

MONEY = pa.decimal128(18, 4)


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


def assemble(
    anchors: list[Anchor], store: Store, postcodes: pa.Table, home: Home
) -> duckdb.DuckDBPyConnection:
    """Match every payee once, find where each is, and make ``lines`` (see
    :mod:`localwealth.spend.measures`) and ``matches`` (a row a name: ``name``, ``amount``, ``id``,
    ``register_name``, ``probability``, ``method``, ``reasons``) in a database in memory.

    A place of trading is known where a payment's own line has the payee's postcode.
    """
    named: dict[str, int] = {}
    columns: dict[str, list[object]] = {
        key: [] for key in ("anchor", "day", "amount", "category", "name", "site_postcode")
    }
    for anchor in anchors:
        for reading in anchor.readings:
            for one in reading.payments:
                name = one.supplier if one.payee == "named" else None
                if name is not None:
                    named.setdefault(name, len(named))
                columns["anchor"].append(anchor.name)
                columns["day"].append(one.paid.first if one.paid else None)
                columns["amount"].append(one.amount.quantize(Decimal("0.0001")))
                columns["category"].append(one.more.get("category") or one.more.get("description"))
                columns["name"].append(name)
                columns["site_postcode"].append(
                    one.more.get("postcode", "").upper().replace(" ", "") or None
                )
    answers = Matcher.open(store.folder / "index").match(
        payees_of([{"supplier_name": name} for name in named])
    )
    text, money = pa.string(), MONEY
    kinds = {"day": pa.date32(), "amount": money}
    base = duckdb.connect()
    base.register("paid", pa.table({
        key: pa.array(values, kinds.get(key, text)) for key, values in columns.items()
    }))  # fmt: skip
    base.register("answers", answers.append_column("name", pa.array(list(named), text)))
    base.register("entries", store.query("from entries"))
    base.register("places", postcodes)
    own = [one for anchor in anchors for one in anchor.ids]
    base.register("own", pa.table({"id": pa.array(own, text)}))
    base.execute(
        """create table matches as
        select a.name, e.id, e.name as register_name, a.probability, a.method, a.reasons,
            e.kind, e.size, e.sic, upper(replace(e.postcode, ' ', '')) as postcode, e.country,
            e.id is not null and list_has_any(e.ids, (select coalesce(list(id), []) from own))
                as is_anchor
        from answers a left join entries e using (entry)"""
    )
    base.execute(
        f"""create table lines as
        select paid.anchor, paid.day, paid.amount, paid.category,
            coalesce(m.id, paid.name) as supplier, m.id is not null as known,
            coalesce(m.id, paid.name) as parent, coalesce(m.is_anchor, false) as to_anchor,
            case when m.kind = 'foreign' then 'abroad' else {_band("o")} end as office,
            {_band("s")} as site, m.kind, m.size, m.sic
        from paid left join matches m using (name)
            left join places o on o.postcode = m.postcode
            left join places s on s.postcode = paid.site_postcode""",
        {"district": home.district, "county": home.county, "region": home.region},
    )
    return base


def _band(place: str) -> str:
    return f"""(case when {place}.postcode is null then 'unknown'
        when {place}.district = $district then 'town'
        when $county <> '' and {place}.county = $county then 'county'
        when $region <> '' and {place}.region = $region then 'region' else 'nation' end)"""


def sample(base: duckdb.DuckDBPyConnection, size: int, seed: int = 1) -> list[dict[str, object]]:
    """A random sample of matched names for people to check, the same one for the same seed."""
    found = base.execute(
        """select name, id, register_name, method, reasons from matches
        where id is not null and method <> 'number given' order by name"""
    ).fetchall()
    picked = random.Random(seed).sample(found, min(size, len(found)))
    keys = ("supplier_name", "register_id", "register_name", "method", "reasons")
    return [dict(zip(keys, one, strict=True)) for one in picked]

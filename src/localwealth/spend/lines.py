"""From payments, matches and postcodes to the table ``lines`` that measures read."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from localwealth import scratch
from localwealth.matching.match import Matcher
from localwealth.matching.model import Model
from localwealth.registers.store import Store
from localwealth.sources.payees import may_be_person
from localwealth.sources.readings import Reading
from localwealth.sources.tables import MONEY

# One row a payment. ``day`` is the first day on which it was paid, or null; ``name`` is null for
# who may not be named; ``site_postcode`` is the payee's own, where the line gives it, as are
# ``number`` (a company's, or an org-id) and ``vat`` (nine figures).
PAID = pa.schema(
    [
        ("anchor", pa.string()),
        ("day", pa.date32()),
        ("amount", MONEY),
        ("category", pa.string()),
        ("name", pa.string()),
        ("site_postcode", pa.string()),
        ("invoiced", pa.date32()),
        ("number", pa.string()),
        ("vat", pa.string()),
    ]
)


@dataclass(frozen=True)
class Home:
    """What counts as what band: ONS codes of the town's district, county, region; "" for none."""

    district: str
    county: str = ""
    region: str = ""


@dataclass
class AnchorFiles:
    """One anchor's files, read, and its own org-ids (for payments between anchors)."""

    name: str
    readings: list[Reading]
    ids: list[str] = field(default_factory=list)


# The payee's own postcode, where a line gives it; the number that a publisher gives, a company's or
# else a charity's; its VAT number without the figures of a branch.
SITE = "nullif(replace(upper(postcode), ' ', ''), '')"
NUMBER = """coalesce(company_number,
    case when regexp_full_match(charity_number, '[0-9]+') then 'GB-CHC-' || charity_number end)"""
VAT = """nullif(regexp_extract(
    regexp_replace(coalesce(vat_number, ''), '[^0-9]', '', 'g'), '^(\\d{9})(\\d{3})?$', 1), '')"""


def paid_of(anchors: Iterable[AnchorFiles]) -> pa.Table:
    """The accepted lines of anchors' files, in the columns of ``PAID``."""
    tables = [PAID.empty_table()]
    for anchor in anchors:
        for reading in anchor.readings:
            with scratch.connect() as base:
                base.register("read", reading.table())
                accepted = base.execute(
                    f"""select $1 as anchor, first as day, amount,
                coalesce(category, description) as category,
                case when payee = 'named' then supplier end as name, {SITE} as site_postcode,
                invoice_date as invoiced, {NUMBER} as number, {VAT} as vat from read""",
                    [anchor.name],
                )
                tables.append(accepted.to_arrow_table().cast(PAID))
    paid = pa.concat_tables(tables)
    # What may be a person's name is nobody else's for a number's sake.
    names = paid["name"].drop_null().unique().to_pylist()
    persons = pa.array([name for name in names if may_be_person(name)], pa.string())
    vat = pc.if_else(pc.is_in(paid["name"], persons), pa.scalar(None, pa.string()), paid["vat"])
    return paid.set_column(PAID.get_field_index("vat"), PAID.field("vat"), vat)


def assemble(
    anchors: list[AnchorFiles],
    store: Store,
    postcodes: pa.Table,
    home: Home,
    model: Model | None = None,
) -> duckdb.DuckDBPyConnection:
    """What anchors paid, assembled as :func:`assemble_paid` does."""
    own_ids = [org_id for anchor in anchors for org_id in anchor.ids]
    return assemble_paid(paid_of(anchors), own_ids, store, postcodes, home, model)


def assemble_paid(
    paid: pa.Table,
    own_ids: list[str],
    store: Store,
    postcodes: pa.Table,
    home: Home,
    model: Model | None = None,
) -> duckdb.DuckDBPyConnection:
    """Match every payee once, find where each is, and make ``lines`` (see
    :mod:`localwealth.spend.measures`) and ``matches`` (a row a name: ``name``, ``amount``, ``id``,
    ``register_name``, ``probability``, ``method``, ``reasons``) in a database in memory, of
    payments in the columns of ``PAID`` and the anchors' ``own`` org-ids.

    Of each name the matcher is told the last day of payment, and the postcode and the number that
    most of its lines give.

    A place of trading is known where a payment's own line has the payee's postcode.
    """
    base = duckdb.connect()
    base.register("paid", paid)
    payees = base.execute(ASKED).to_arrow_table()
    answers = Matcher.open(store.folder / "index", model).match(payees)
    for column in ("name", "vat"):
        answers = answers.append_column(column, payees[column])
    base.register("found", answers)
    base.execute(f"create table answers as {ANSWERS}")
    base.register("entries", store.query("from entries"))
    base.register("owners", store.owners())
    base.register("places", postcodes)
    base.register("own", pa.table({"id": pa.array(own_ids, pa.string())}))
    base.execute(f"create table owned as {OWNED}")
    base.execute(f"create table matches as {MATCHES}")
    base.execute("drop table answers")
    tabulate(base, home)
    return base


def _most(column: str) -> str:
    """Of each payee's lines what most of them say."""
    return f"""(select name, text from (
        select name, {column} as text,
            row_number() over (partition by name order by count(*) desc, {column}) as place
        from paid where name is not null and {column} is not null group by name, {column}) as ranked
        where place = 1)"""


# What is known of each payee's name, one row a name, in the order of names: so that the same
# payments are always matched in the same parts.
ASKED = f"""select n.name, n.paid, p.text as postcode, c.text as number, v.text as vat
    from (select name, max(day) as paid from paid where name is not null group by name) as n
        left join {_most("site_postcode")} as p on p.name = n.name
        left join {_most("number")} as c on c.name = n.name
        left join {_most("vat")} as v on v.name = n.name
    order by n.name"""
# What the matcher ``found``, and for names that it knows nothing of what it found of another with
# the same VAT number, where all with that number are one.
SAME_VAT = "same VAT number"
SAME_VAT_WHY = "its VAT number is that of a payee that is matched"
ANSWERS = f"""with sure as (
        select vat, min(entry) as entry, max(probability) as probability from found
        where vat is not null and entry is not null group by vat having count(distinct entry) = 1)
    select f.name, coalesce(f.entry, s.entry) as entry,
        case when f.entry is null and s.entry is not null
            then s.probability else f.probability end as probability,
        case when f.entry is null and s.entry is not null
            then '{SAME_VAT}' else f.method end as method,
        case when f.entry is null and s.entry is not null
            then '{SAME_VAT_WHY}' else f.reasons end as reasons
    from found f left join sure s on s.vat = f.vat"""
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
    """In which band a row of ``places`` lies: the narrowest that holds it. A band without a code
    (a town without a county) holds nothing; a postcode that is in no lookup is unknown."""
    return f"""(case when {place}.postcode is null then 'unknown'
        when {place}.district = $district then 'town'
        when $county <> '' and {place}.county = $county then 'county'
        when $region <> '' and {place}.region = $region then 'region' else 'nation' end)"""


# One row a name that was matched or not: what is not matched has nothing but its name, the
# likeliest entry's probability and why.
MATCHES = f"""select a.name, {ENTRY}, a.probability, a.method, a.reasons
    from answers a left join entries e on e.entry = a.entry {GROUP}"""
# One row a payment. Joined are ``m``, who was paid; ``o``, where its registered office is; ``g``,
# where its group's parent is; and ``s``, where it trades, by the line's own postcode.
#
# - An unmatched payee is its own supplier and its own parent, by its name.
# - The office of a body from abroad is abroad, though its branch here may give a postcode; of the
#   site the line's own postcode is believed all the same.
# - ``kind`` says whose a body is, most telling first: its employees'; a group's with its parent
#   abroad, or at a place known not to be the town (a parent whose place nobody knows is no reason);
#   a company of the town, or of elsewhere, as far as it is known; else what its register says.
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
    matches = base.execute(
        """select name, id, register_name, method, reasons from matches
        where id is not null and method <> 'number given' order by name"""
    ).fetchall()
    picked = random.Random(seed).sample(matches, min(size, len(matches)))
    keys = ("supplier_name", "register_id", "register_name", "method", "reasons")
    return [dict(zip(keys, row, strict=True)) for row in picked]

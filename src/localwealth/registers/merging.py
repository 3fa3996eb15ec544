"""Rows of several files about one body become one entry with all its names."""

from __future__ import annotations

import duckdb
import pyarrow as pa

# Org-ids that a file says are the same body.
_LINKS = """select distinct id, same_as from rows
    where id is not null and same_as is not null and same_as <> id"""
# Nearly all bodies of a full register stand in one row alone, but for what they were called,
# which needs no comparing: rows that say nothing but another name.
_ONLY_NAMED = """create or replace temp macro only_named(r) as r.name_kind > 0 and coalesce(r.kind,
        r.status, r.begun::varchar, r.ended::varchar, r.postcode, r.country, r.sic, r.size,
        r.sized::varchar) is null"""
# Bodies that stand in several rows that say something, or under several org-ids.
_SEVERAL = """create table several as
    select id from rows group by id
    having count(*) filter (name_kind = 0) <> 1
        or count(*) filter (name_kind > 0 and not only_named(rows)) > 0
    union select own from root"""
# Their rows, each with the org-id that stands for its body.
_MERGED = """create table merged as select coalesce(root, id) as body, rows.* from rows
    semi join several using (id) left join root on own = id"""
# All org-ids of a body that has several.
_IDS = """create table ids as
    select root as body, list(own order by own) as ids from root group by root"""
# Entries stand in the order of their ids: an entry's number is its row's. Where one source says
# two things the first by letters is taken, so that the same files make the same store.
_ENTRIES = """create table entries as
    with grouped as (
        select body as id, arg_min(name, row(name_kind, source, name)) as name,
            arg_min(kind, row(source, kind)) filter (kind is not null) as kind,
            arg_min(status, row(source, status)) filter (status is not null) as status,
            min(begun) as begun,
            arg_min(ended, row(source, ended)) filter (status is not null) as ended,
            arg_min(postcode, row(source, postcode))
                filter (postcode is not null and postcode <> '') as postcode,
            arg_min(country, row(source, country)) filter (country is not null) as country,
            arg_min(sic, row(source, sic)) filter (sic is not null) as sic,
            arg_min(size, row(source, size)) filter (size is not null) as size,
            -- Of the source that the size is of.
            arg_min_null(sized, row(source, size, sized)) filter (size is not null) as sized
        from merged group by body
        union all
        select id, name, kind, status, begun,
            case when status is not null then ended end, nullif(postcode, ''), country, sic,
            size, case when size is not null then sized end
        from rows anti join several using (id) where name_kind = 0)
    select id, ids, * exclude (id, ids, body)
    from grouped left join ids on ids.body = grouped.id order by id"""
# One row a name of a body, however many rows say it; what differs in capitals only is one name.
_NAMES = """create table names as
    with numbers as (select rowid::integer as entry, id from entries),
    renamed as (select distinct id from rows where name_kind > 0),
    every as (
        select body as id, name, name_kind, until, source from merged
        union all
        select id, name, name_kind, until, source
        from rows anti join several using (id) semi join renamed using (id))
    select entry, arg_min(every.name, row(source, every.name)) as name,
        min(name_kind)::tinyint as kind, max(until) as until
    from every join numbers using (id) group by entry, upper(trim(every.name))
    union all
    select entry, name, name_kind, until
    from rows anti join several using (id) anti join renamed using (id)
        join numbers using (id)"""


def merge(base: duckdb.DuckDBPyConnection) -> None:
    """From the table ``rows`` make ``entries``, in the order of their numbers, and ``names``; the
    ``ids`` of an entry that has its own only are null. ``rows`` is used up."""
    links = base.execute(_LINKS).fetchall()
    base.execute("delete from rows where id is null or name is null")
    _set_roots(base, links)
    if alike := _alike(base):
        _set_roots(base, links + alike)
    base.execute(_ONLY_NAMED)
    for table in (_SEVERAL, _MERGED, _IDS):
        base.execute(table)
    base.execute("set preserve_insertion_order = true")
    base.execute(_ENTRIES)
    base.execute(_NAMES)
    base.execute("drop table rows")


def _set_roots(base: duckdb.DuckDBPyConnection, links: list[tuple[str, str]]) -> None:
    """The table ``root``: of each linked org-id the one that stands for its body."""
    roots = _roots(links)
    base.register(
        "roots",
        pa.table(
            {
                "own": pa.array(list(roots), pa.string()),
                "root": pa.array(list(roots.values()), pa.string()),
            }
        ),
    )
    base.execute("create or replace table root as select own, root from roots")


def _alike(base: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Charities and the companies that they are, by name.

    A charity that is a company has the very same name in both registers, and says so in neither
    file that everybody has. Names that several bodies share prove nothing, nor do short ones that
    end in Limited: those that do without it are hardly anybody's but a charity's.
    """
    base.execute(
        r"""create or replace temp macro letters(name) as regexp_replace(
            regexp_replace(upper(name), '^THE |\(THE\)\s*$', ''), '[^A-Z0-9]', '', 'g')"""
    )
    same_bodies: list[tuple[str, str]] = base.execute(
        r"""with charities as (
            select distinct coalesce(root, id) as body from rows left join root on own = id
            where starts_with(id, 'GB-CHC')
            union select root from root where starts_with(own, 'GB-CHC')),
        charity as (
            select letters(name) as said, min(body) as body
            from rows left join root on own = id join charities on body = coalesce(root, id)
            where name_kind = 0 group by said having count(distinct body) = 1 and length(said) > 3),
        company as (
            select letters(name) as said, min(coalesce(root, id)) as body,
                bool_or(regexp_matches(upper(name),
                    '\b(LIMITED|LTD|LLP|PLC|CIC|C\.I\.C|CYF|CYFYNGEDIG)\b\W*$')) as has_form
            from rows left join root on own = id
            where name_kind = 0 and starts_with(id, 'GB-COH')
                and (select count(*) from charity) > 0
                and letters(name) in (select said from charity)
            group by said having count(distinct coalesce(root, id)) = 1)
        select charity.body, company.body from charity join company using (said)
        where (length(said) > 7 or not has_form) and not starts_with(charity.body, 'GB-COH')
            and company.body not in (select body from charities)"""
    ).fetchall()
    return same_bodies


def _roots(links: list[tuple[str, str]]) -> dict[str, str]:
    """For each linked org-id the one that stands for its body: a company's before a charity's."""
    parent: dict[str, str] = {}

    def top(org_id: str) -> str:
        parent.setdefault(org_id, org_id)
        while parent[org_id] != org_id:
            parent[org_id] = parent[parent[org_id]]
            org_id = parent[org_id]
        return org_id

    order = {"GB-COH": 0, "GB-MPR": 1, "GB-CHC": 2}
    for first, second in links:
        high, low = sorted(
            (top(first), top(second)), key=lambda root: (order.get(root[:6], 3), root)
        )
        parent[low] = high
    return {org_id: top(org_id) for org_id in parent}

"""Who owns whom: groups' parents and employees' trusts, from statements of beneficial ownership.

Reads the Beneficial Ownership Data Standard (0.1 to 0.3), one statement a line, as the Open
Ownership register gives Companies House's register of persons with significant control. Only
organisations are read: statements about persons are passed over, and nobody's name is kept.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

# An owner of at least so many per cent of shares or votes decides alone.
DECIDES = 50
DEPTH = 12
TRUST = r"employee.{0,4} (share )?(ownership|benefit|owned|trust)|\beot\b"
_STATEMENTS = """statementID: 'VARCHAR', statementType: 'VARCHAR', name: 'VARCHAR',
    incorporatedInJurisdiction: 'STRUCT(name VARCHAR, code VARCHAR)',
    identifiers: 'STRUCT(scheme VARCHAR, id VARCHAR)[]',
    subject: 'STRUCT(describedByEntityStatement VARCHAR)',
    interestedParty: 'STRUCT(describedByEntityStatement VARCHAR)',
    interests: 'STRUCT("type" VARCHAR, share STRUCT(minimum DOUBLE, exact DOUBLE),
        endDate VARCHAR)[]'"""


def is_owners(path: Path) -> bool:
    """Whether a file has statements of ownership, by its name: one JSON object a line."""
    return path.name.lower().endswith((".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz"))


def load(base: duckdb.DuckDBPyConnection, files: list[Path]) -> int:
    """Make the table ``owners``: a row a company that another organisation decides over: ``id``,
    ``parent`` (org-id of the last in the chain, or the statement's own), ``parent_name``,
    ``parent_country`` (two letters), ``employees`` (a trust for its employees is in the chain).
    Returns how many.

    A chain ends where nobody has half, where the owner is a person, and after twelve steps.
    """
    places = [str(path) for path in files]
    base.execute(
        f"""create or replace temp table statements as
        select * from read_json($1, format = 'newline_delimited', columns = {{{_STATEMENTS}}})""",
        [places],
    )
    base.execute(
        """create or replace temp table bodies as
        select statementID as own, any_value(name) as name,
            any_value(incorporatedInJurisdiction.code) as country,
            coalesce(any_value('GB-COH-' ||
                    list_filter(identifiers, lambda x: x.scheme = 'GB-COH')[1].id),
                any_value(identifiers[1].scheme || '-' || identifiers[1].id), statementID) as id
        from statements where statementType = 'entityStatement' group by statementID"""
    )
    base.execute(
        f"""create or replace temp table holds as
        with every as (
            select subject.describedByEntityStatement as child,
                interestedParty.describedByEntityStatement as owner,
                list_max([coalesce(x.share.minimum, x.share.exact, 0) for x in interests
                    if x.endDate is null and x.type in ('shareholding', 'voting-rights')]) as share
            from statements where statementType = 'ownershipOrControlStatement')
        select child, arg_max(owner, (share, owner)) as owner from every
        where owner is not null and child <> owner and share >= {DECIDES} group by child"""
    )
    base.execute(
        f"""create or replace table owners as
        with recursive chain as (
            select child, owner, 1 as depth, [child, owner] as seen from holds
            union all
            select chain.child, holds.owner, depth + 1, list_append(seen, holds.owner)
            from chain join holds on holds.child = chain.owner
            where depth < {DEPTH} and not list_contains(seen, holds.owner)),
        trusts as (
            select child, bool_or(regexp_matches(lower(b.name), '{TRUST}')) as employees
            from chain join bodies b on b.own = chain.owner group by child),
        tops as (select child, arg_max(owner, depth) as owner from chain group by child)
        select c.id, any_value(p.id) as parent, any_value(p.name) as parent_name,
            coalesce(any_value(p.country), '') as parent_country,
            coalesce(bool_or(employees), false) as employees
        from tops join bodies c on c.own = tops.child join bodies p on p.own = tops.owner
            left join trusts on trusts.child = tops.child
        where c.id <> p.id group by c.id"""
    )
    row = base.execute("select count(*) from owners").fetchone()
    return int(row[0]) if row else 0

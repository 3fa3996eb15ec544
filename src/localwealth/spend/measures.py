"""What follows from payments once it is known who was paid: each measure one SQL text.

All read one table, ``lines``, one row a payment: ``anchor``, ``day`` (first day on which it was
paid, or null), ``amount`` (pounds, minus for a credit, four decimals kept exactly), ``category``,
``supplier`` (the entry's id; else the payee's name; null for who may not be named), ``known``
(matched to an entry), ``parent`` (the group's id, else the supplier), ``to_anchor`` (it went to
another anchor), ``office`` and ``site`` (bands of the registered office and of the place of
trading), ``kind``, ``size``, ``sized`` (to which day the accounts go that say the size), ``sic``.
Payments between anchors are taken out of every measure and shown by :func:`between_anchors`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

import duckdb

from localwealth.spend.engine import Engine

BANDS = ("town", "county", "region", "nation", "abroad", "unknown")
Place = Literal["office", "site"]
Row = dict[str, Any]

# How registers' kinds are counted as ownership.
OWNERSHIP = {
    "cooperative": "co-operative or mutual",
    "credit union": "co-operative or mutual",
    "society": "co-operative or mutual",
    "cic": "community interest company",
    "charity": "charity",
    "public": "public body",
    "chartered": "chartered body",
    "employees": "employee-owned company",
    "group elsewhere": "company of a group with its parent elsewhere",
    "company here": "private company of the town",
    "company elsewhere": "private company elsewhere",
    "company": "private company, place not known",
    "llp": "private partnership",
    "partnership": "private partnership",
    "foreign": "from abroad",
}


Base = duckdb.DuckDBPyConnection | Engine

# All that is read of a payment, with the day of its invoice.
COLUMNS = (
    "anchor, day, amount, category, supplier, known, parent, to_anchor, office, site, kind, size, "
    "sized, sic, invoiced"
)


def rows(base: Base, sql: str, *values: object) -> list[Row]:
    """Ask, and get rows by name: of DuckDB, or of another engine that the text is written for."""
    if not isinstance(base, duckdb.DuckDBPyConnection):
        return base.rows(sql, *values)
    cursor = base.execute(sql, list(values))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def by_band(base: Base, place: Place) -> list[Row]:
    """Spend by band of the payee's registered office (``office``) or place of trading (``site``):
    ``band``, ``lines``, ``amount``, ``share`` of all. The two are never mixed."""
    return bands_of(flows(base, place))


def bands_of(flowed: list[Row]) -> list[Row]:
    """The same of the rows of :func:`flows`, for who has asked for them."""
    bands = sorted({row["band"] for row in flowed}, key=BANDS.index)
    total = float(sum(row["amount"] for row in flowed))
    return [
        {
            "band": band,
            "lines": sum(row["lines"] for row in flowed if row["band"] == band),
            "amount": (amount := sum(row["amount"] for row in flowed if row["band"] == band)),
            "share": float(amount) / total if total else None,
        }
        for band in bands
    ]


def flows(base: Base, place: Place) -> list[Row]:
    """Spend of each anchor by band: ``anchor``, ``band``, ``lines``, ``amount``."""
    order = " ".join(f"when '{band}' then {at}" for at, band in enumerate(BANDS))
    return rows(
        base,
        f"""
        select anchor, {place} as band, count(*) as lines, sum(amount) as amount from lines
        where not to_anchor group by anchor, {place} order by anchor, case {place} {order} end
    """,
    )


def unknown_because(base: Base) -> list[Row]:
    """Why it is not known where the registered office is: ``value``, ``lines``, ``amount``,
    ``share`` of all spend."""
    return rows(
        base,
        """
        select case when supplier is null then 'the payee is not named'
                when not known then 'the payee is in no register, or not surely'
                else 'the register gives no postcode that is known' end as value,
            count(*) as lines, sum(amount) as amount,
            sum(amount)::double / nullif(
                (select sum(amount) from lines where not to_anchor)::double, 0) as share
        from lines where not to_anchor and office = 'unknown' group by 1 order by amount desc, value
    """,
    )


def local_range(base: Base, place: Place, upto: str = "town") -> tuple[Decimal, Decimal, Decimal]:
    """Local spend at least and at most, and all spend, in pounds: what is unknown may be local.

    ``upto`` is the widest band that counts as local.
    """
    return range_of(by_band(base, place), upto)


def range_of(bands: list[Row], upto: str = "town") -> tuple[Decimal, Decimal, Decimal]:
    """The same of the rows of :func:`by_band`, for who has asked for them."""
    local = BANDS[: BANDS.index(upto) + 1]
    amounts = {row["band"]: row["amount"] for row in bands}
    low = sum((amounts.get(band, Decimal(0)) for band in local), Decimal(0))
    return low, low + amounts.get("unknown", Decimal(0)), sum(amounts.values(), Decimal(0))


def shares_of_anchors(base: Base, place: Place, upto: str = "town") -> Row:
    """Each anchor's local share, their ``mean_of_shares``, and the ``share_of_the_sum``: the two
    answer different questions and both are named."""
    return shares_of(flows(base, place), upto)


def shares_of(flowed: list[Row], upto: str = "town") -> Row:
    """The same of the rows of :func:`flows`, for who has asked for them."""
    local = BANDS[: BANDS.index(upto) + 1]
    parts: dict[str, tuple[Decimal, Decimal]] = {}
    for row in flowed:
        near, amount = parts.get(row["anchor"], (Decimal(0), Decimal(0)))
        stays = row["amount"] if row["band"] in local else Decimal(0)
        parts[row["anchor"]] = near + stays, amount + row["amount"]
    return mean_and_sum([(anchor, *amounts) for anchor, amounts in parts.items()])


def mean_and_sum(parts: list[tuple[str, Decimal, Decimal]]) -> Row:
    """From (who, local, all): shares of each, their mean, and the share of the sum."""
    shares = [(who, local / amount if amount else None) for who, local, amount in parts]
    known = [share for _, share in shares if share is not None]
    total = sum((amount for _, _, amount in parts), Decimal(0))
    return {
        "shares": shares,
        "mean_of_shares": sum(known, Decimal(0)) / len(known) if known else None,
        "share_of_the_sum": sum((local for _, local, _ in parts), Decimal(0)) / total
        if total
        else None,
    }


def by(base: Base, column: Literal["kind", "size", "sic"]) -> list[Row]:
    """Spend by kind of owner, size or sector: what is unknown is a row of its own. ``from_year``
    and ``to_year``: of which years the accounts are that say the size."""
    kinds_in_words = " ".join(f"when '{kind}' then '{named}'" for kind, named in OWNERSHIP.items())
    expression = {
        "kind": f"case kind {kinds_in_words} else 'unknown' end",
        "size": "coalesce(size, 'unknown')",
        "sic": "coalesce(left(sic, 2), 'unknown')",
    }[column]
    sized = "sized" if column == "size" else "null::date"
    return rows(
        base,
        f"""
        select {expression} as value, count(*) as lines, sum(amount) as amount,
            sum(amount)::double / nullif((sum(sum(amount)) over ())::double, 0) as share,
            year(min({sized})) as from_year, year(max({sized})) as to_year
        from lines where not to_anchor group by 1 order by amount desc, value
    """,
    )


def voluntary_sector(base: Base) -> Row:
    """What goes to charities, community interest companies, co-operatives and mutuals together:
    ``amount``, and ``share`` of all spend, what is unknown included."""
    return voluntary_of(by(base, "kind"))


def voluntary_of(kinds: list[Row]) -> Row:
    """The same of the rows of :func:`by`, for who has asked for them."""
    social = {"charity", "community interest company", "co-operative or mutual"}
    amount = sum((row["amount"] for row in kinds if row["value"] in social), Decimal(0))
    total = sum((row["amount"] for row in kinds), Decimal(0))
    return {"amount": amount, "share": amount / total if total else None}


def by_period(base: Base, place: Place, upto: str = "town") -> list[Row]:
    """Local spend by quarter, all on one definition: ``quarter`` (its first day), ``local``,
    ``unknown``, ``amount``."""
    local = ", ".join(f"'{band}'" for band in BANDS[: BANDS.index(upto) + 1])
    return rows(
        base,
        f"""
        select date_trunc('quarter', day)::date as quarter,
            coalesce(sum(amount) filter ({place} in ({local})), 0) as local,
            coalesce(sum(amount) filter ({place} = 'unknown'), 0) as unknown, sum(amount) as amount
        from lines where not to_anchor and day is not null group by 1 order by 1
    """,
    )


def leakage(base: Base, place: Place, upto: str = "town") -> list[Row]:
    """By category: what left the area for certain (``left``), ``unknown``, ``amount``, and
    ``local_suppliers``, how many local suppliers the anchors already pay in that category.

    It is information about where to look; it says nothing about any bidder.
    """
    local = ", ".join(f"'{band}'" for band in BANDS[: BANDS.index(upto) + 1])
    return rows(
        base,
        f"""
        select coalesce(category, 'not stated') as category,
            coalesce(sum(amount) filter ({place} not in ({local}, 'unknown')), 0) as "left",
            coalesce(sum(amount) filter ({place} = 'unknown'), 0) as unknown, sum(amount) as amount,
            count(distinct supplier) filter ({place} in ({local})) as local_suppliers
        from lines where not to_anchor group by 1 order by "left" desc, category
    """,
    )


def concentration(base: Base) -> Row:
    """Of spend on suppliers who may be named, at their group's parent: ``suppliers``, ``hhi`` (sum
    of squared shares, 0 to 10,000), ``top_10`` (their share), ``largest`` (its share).

    A supplier whose credits outweigh its payments counts as nought. HHI is a screen, not a finding.
    """
    return rows(
        base,
        """
        with paid as (
            select parent, greatest(sum(amount), 0) as amount from lines
            where not to_anchor and parent is not null group by parent),
        shared as (
            select amount::double / nullif(sum(amount) over (), 0)::double as share,
                row_number() over (order by amount desc, parent) as place from paid)
        select count(*) as suppliers, coalesce(round(10000 * sum(share * share), 6), 0) as hhi,
            coalesce(round(sum(share) filter (place <= 10), 9), 0) as top_10,
            coalesce(round(max(share), 9), 0) as largest
        from shared
    """,
    )[0]


def between_anchors(base: Base) -> list[Row]:
    """Payments from one anchor to another, which every other measure leaves out."""
    return rows(
        base,
        """
        select anchor, supplier, count(*) as lines, sum(amount) as amount from lines
        where to_anchor group by anchor, supplier order by amount desc, anchor, supplier
    """,
    )


def payment_days(base: Base) -> Row:
    """How long payees wait, where the file gives the day of the invoice (``invoiced``) beside the
    day of payment: ``lines`` that say so, ``share`` of all, ``median``, ``nine_in_ten`` (so
    many wait no longer), ``in_30`` of 1.

    Credits, payments before their invoice and gaps of more than two years are left out: they are
    other things or slips.
    """
    return rows(
        base,
        """
        with waited as (
            select date_diff('day', invoiced, day) as days from lines
            where not to_anchor and amount > 0
                and date_diff('day', invoiced, day) between 0 and 730)
        select count(*) as lines,
            count(*)::double
                / nullif((select count(*) from lines where not to_anchor), 0) as share,
            percentile_disc(0.5) within group (order by days) as median,
            percentile_disc(0.9) within group (order by days) as nine_in_ten,
            count(*) filter (days <= 30)::double / nullif(count(*), 0) as in_30
        from waited
    """,
    )[0]


def match_rate(base: Base) -> Row:
    """How much of all is matched: by rows and by value. It stands beside every figure."""
    return rows(
        base,
        """
        select count(*) as lines, sum(amount) as amount,
            count(*) filter (known)::double / nullif(count(*), 0) as by_rows,
            (sum(amount) filter (known))::double / nullif(sum(amount), 0)::double as by_value
        from lines where not to_anchor
    """,
    )[0]


def interval(right: int, checked: int) -> tuple[float, float, float]:
    """Precision from a random sample that people have checked: share, and Wilson's 95% interval.

    >>> tuple(round(one, 4) for one in interval(190, 200))
    (0.95, 0.9104, 0.9726)
    """
    if not 0 <= right <= checked or not checked:
        raise ValueError("A sample has at least one check, and no more right ones than checks.")
    z = 1.959963984540054
    share = right / checked
    middle = (share + z * z / (2 * checked)) / (1 + z * z / checked)
    half = z * (share * (1 - share) / checked + z * z / (4 * checked**2)) ** 0.5
    half /= 1 + z * z / checked
    # Where all or none were right, one end is exactly that, which a computer misses by a hair.
    return share, middle - half if right else 0.0, middle + half if right < checked else 1.0

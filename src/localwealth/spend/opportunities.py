"""Who here could supply what is bought elsewhere: information for local firms and for buyers.

It says which firms of the town stand in a register under an industry from which the anchors buy in
a category. It says nothing about any of them, and is no score of any bidder (Local Government Act
1988, section 17(5)(e)).
"""

from __future__ import annotations

import duckdb

from localwealth.spend.lines import Home

INDUSTRIES = 5


def able(base: duckdb.DuckDBPyConnection, home: Home, most: int = 200) -> None:
    """Make ``able``: one row a category and firm: ``category``, ``id``, ``name``, ``sic``, ``paid``
    (an anchor has paid it), at most ``most`` a category; and ``able_counts``: ``category``,
    ``firms``, ``paid``.

    Needs ``lines``, ``entries`` and ``places``. Of a category the five industries (SIC codes) on
    which most is spent are looked for; firms that have ended, or are in liquidation, are not.
    """
    base.execute(
        """create or replace table able_all as
        with spent as (
            select category, sic, sum(amount) as amount from lines
            where not to_anchor and sic is not null and category is not null group by all),
        bought as (
            select category, sic from spent where amount > 0
            qualify row_number() over (partition by category order by amount desc, sic) <= $most),
        here as (
            select e.id, e.name, e.sic from entries e
                join places p on p.postcode = upper(replace(e.postcode, ' ', ''))
            where p.district = $district and e.sic is not null and e.ended is null
                and coalesce(e.status, 'active') = 'active'),
        paid as (select distinct category, supplier from lines)
        select bought.category, here.id, here.name, here.sic, paid.supplier is not null as paid
        from bought join here using (sic)
            left join paid on paid.category = bought.category and paid.supplier = here.id""",
        {"district": home.district, "most": INDUSTRIES},
    )
    base.execute(
        """create or replace table able_counts as
        select category, count(distinct id) as firms, count(distinct id) filter (paid) as paid
        from able_all group by category"""
    )
    base.execute(
        """create or replace table able as
        select * from able_all
        qualify row_number() over (partition by category order by paid desc, name, id) <= $most
        order by category, paid desc, name, id""",
        {"most": most},
    )
    base.execute("drop table able_all")

"""One text, two engines: DuckDB and Spark give the same answers, to the penny.

Spark is an extra (`uv sync --extra spark`) and needs Java 17; the tests are heavy.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from localwealth.registers import generate
from localwealth.registers.making import build
from localwealth.registers.store import Store
from localwealth.spend import lines as tables
from localwealth.spend import measures
from localwealth.spend.lines import MONEY, PAID, Home
from localwealth.spend.multiplier import respent

pytestmark = pytest.mark.heavy
HOME = Home("X07", "X10", "X12")
ASKED: list[tuple[Any, tuple[str, ...]]] = [
    (measures.by_band, ("office",)),
    (measures.by_band, ("site",)),
    (measures.flows, ("office",)),
    (measures.unknown_because, ()),
    (measures.local_range, ("office",)),
    (measures.local_range, ("office", "county")),
    (measures.shares_of_anchors, ("office",)),
    (measures.by, ("kind",)),
    (measures.by, ("size",)),
    (measures.by, ("sic",)),
    (measures.voluntary_sector, ()),
    (measures.by_period, ("office",)),
    (measures.leakage, ("office",)),
    (measures.concentration, ()),
    (measures.between_anchors, ()),
    (measures.match_rate, ()),
    (measures.payment_days, ()),
    (respent, ("office",)),
]


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    pyspark = pytest.importorskip("pyspark", reason="the extra spark is not installed")
    assert pyspark
    from pyspark.sql import SparkSession

    # The workers import the very code that is tested.
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[2] / "src")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    made = (
        SparkSession.builder.master("local[2]")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    yield made
    made.stop()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return build(tmp_path_factory.mktemp("engines") / "store", [], generate.companies(4000, 3))


def places(store: Store) -> pa.Table:
    """A third of the postcodes in the town, a third in its region, a third elsewhere."""
    found = store.query(
        "select distinct upper(replace(postcode, ' ', '')) as p from entries order by p"
    )["p"].to_pylist()
    where = [("X07", "X10", "X12"), ("X08", "X11", "X12"), ("X09", "X19", "X19")]
    chosen = [where[at % 3] for at in range(len(found))]
    return pa.table(
        {
            "postcode": found,
            "district": [one[0] for one in chosen],
            "county": [one[1] for one in chosen],
            "region": [one[2] for one in chosen],
            "nation": ["X92"] * len(found),
        }
    )


def payments(store: Store, size: int) -> pa.Table:
    """Payments to entries of the store, to nobody known and to nobody named, with credits."""
    draw = np.random.default_rng(9)
    names = store.query("select name from names order by name limit 600")["name"].to_pylist()
    names += [f"{name.title()[:24]}" for name in names[:200]] + ["Zygotic Wumpus", None, None]
    picked = [names[at] for at in draw.integers(0, len(names), size)]
    pence = draw.integers(-50_000, 5_000_000, size)
    days = draw.integers(0, 700, size)
    wait = draw.integers(-5, 60, size)
    first = date(2024, 4, 1)
    postcodes = places(store)["postcode"].to_pylist()
    return pa.table(
        {
            "anchor": [("A", "B", "C")[at] for at in draw.integers(0, 3, size)],
            "day": [first + timedelta(days=int(one)) for one in days],
            "amount": pa.array([Decimal(int(one)) / 100 for one in pence], MONEY),
            "category": [("Care", "IT", "Works", None)[at] for at in draw.integers(0, 4, size)],
            "name": picked,
            "site_postcode": [
                postcodes[at] if at % 2 else None for at in draw.integers(0, 50, size)
            ],
            "invoiced": [
                first + timedelta(days=int(one - other)) if other % 3 else None
                for one, other in zip(days, wait, strict=True)
            ],
            "number": [None] * size,
            # Half of the names that are hardly anybody's share a number with one that is known.
            "vat": [
                f"{at % 40:09}" if name and at % 2 else None
                for name, at in zip(picked, draw.integers(0, 80, size), strict=True)
            ],
        },
        PAID,
    )


def test_both_engines_match_place_and_measure_alike(session: Any, store: Store) -> None:
    from localwealth.engines.spark import Spark

    paid = payments(store, 6000)
    own = [str(store.query("select id from entries order by name limit 1")["id"][0])]
    one = tables.assemble_paid(paid, own, store, places(store), HOME)
    other = Spark(session)
    other.lines(session.createDataFrame(paid), store, places(store), HOME, own)
    told = store.query("select id from entries order by id limit 3000")["id"].to_pylist()
    said = pa.table(
        {
            "supplier": told,
            "share": pa.array(
                [Decimal(at % 90) / 100 for at in range(len(told))], pa.decimal128(9, 6)
            ),
        }
    )
    one.register("answers", said)
    other.view("answers", session.createDataFrame(said))
    rows = "select count(*) as n, sum(amount) as amount, count(distinct supplier) as s from lines"
    assert measures.rows(one, rows) == measures.rows(other, rows)
    assert measures.rows(one, "select count(*) as n from lines where known")[0]["n"] > 3000
    for measure, asked in ASKED:
        assert plain(measure(other, *asked)) == plain(measure(one, *asked)), measure.__name__


def plain(value: Any) -> Any:
    """Money stays exact; shares, which are doubles, to nine figures."""
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {name: round(float(getattr(value, name)), 6) for name in value.__dataclass_fields__}
    return value

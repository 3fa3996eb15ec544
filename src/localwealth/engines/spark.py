"""Local spend on Spark, for payments beyond one machine. Needs the extra ``spark`` and Java 17.

from pyspark.sql import SparkSession
from localwealth.engines.spark import Spark

engine = Spark(SparkSession.builder.getOrCreate())
engine.lines(payments, store, postcodes, home)      # matches and tabulates on the executors
measures.by_band(engine, "office")
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from localwealth.matching.match import Matcher
from localwealth.spend import lines as tables
from localwealth.spend.lines import Home

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from localwealth.registers.store import Store


@cache
def translated(sql: str) -> str:
    """A text of DuckDB's dialect in Spark's."""
    # Of the extra, so nothing else must import it.
    import sqlglot

    return str(sqlglot.transpile(sql, read="duckdb", write="spark")[0])


class Spark:
    """Answers DuckDB's SQL with a Spark session; tables are its temporary views."""

    def __init__(self, session: SparkSession) -> None:
        self.session = session

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """The rows, by name, that answer a text in DuckDB's dialect; ``values`` stand for its
        question marks."""
        answer = self.session.sql(translated(sql), args=list(values) or None)
        return [row.asDict() for row in answer.collect()]

    def view(self, name: str, frame: DataFrame) -> None:
        """Let texts call a frame by a name, in place of what was called so before."""
        frame.createOrReplaceTempView(name)

    def match(self, payees: DataFrame, store: Store) -> DataFrame:
        """Match the payees of a frame (``name``, ``paid``, ``postcode``, ``number``, ``vat``) on
        the executors: each opens the store's index, which must lie at the same place for all of
        them. A row a name: ``name``, ``vat``, ``entry``, ``probability``, ``method``,
        ``reasons``."""
        folder = str(store.folder / "index")

        def part(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            matcher = Matcher.open(Path(folder))
            for batch in batches:
                payees = pa.Table.from_batches([batch])
                decided = matcher.match(payees)
                answer = pa.table(
                    {
                        "name": payees["name"],
                        "vat": payees["vat"],
                        "entry": decided["entry"],
                        "probability": decided["probability"],
                        "method": decided["method"],
                        "reasons": decided["reasons"],
                    }
                )
                yield from answer.to_batches()

        return payees.mapInArrow(
            part,
            "name string, vat string, entry long, probability double, method string, "
            "reasons string",
        )

    def lines(
        self,
        payments: DataFrame,
        store: Store,
        postcodes: pa.Table,
        home: Home,
        own_ids: list[str] | None = None,
    ) -> None:
        """Make the views ``matches`` and ``lines`` from a frame in the columns of ``PAID``."""
        spark = self.session
        self.view("paid", payments)
        entries = spark.read.parquet(str(store.folder / "entries.parquet"))
        self.view("entries", entries)
        self.view("owners", spark.createDataFrame(store.owners(), OWNERS))
        self.view("places", spark.createDataFrame(postcodes, PLACES))
        self.view(
            "own", spark.createDataFrame([(org_id,) for org_id in own_ids or []], "id string")
        )
        self.view("owned", spark.sql(translated(tables.OWNED)))
        # Once, as everything else joins it.
        decided = self.match(spark.sql(translated(tables.ASKED)), store).cache()
        self.view("found", decided)
        self.view("answers", spark.sql(translated(tables.ANSWERS)).cache())
        self.view("matches", spark.sql(translated(tables.MATCHES)).cache())
        self.view("lines", spark.sql(_filled(translated(tables.LINES), home)))


OWNERS = "id string, parent string, parent_name string, parent_country string, employees boolean"
PLACES = "postcode string, district string, county string, region string, nation string"


def _filled(sql: str, home: Home) -> str:
    """A text with the codes of the bands in it, as Spark names parameters otherwise."""
    for name in ("district", "county", "region"):
        code = re.sub(r"[^A-Za-z0-9]", "", getattr(home, name))
        sql = re.sub(rf"[:$]{name}\b", f"'{code}'", sql)
    return sql

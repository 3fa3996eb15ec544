"""Connections for one question: each is one's own, though the engine is everybody's."""

from __future__ import annotations

import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from localwealth import scratch
from localwealth.registers.store import Store


def test_what_is_registered_with_one_is_seen_by_no_other() -> None:
    with scratch.connect() as mine, scratch.connect() as other:
        mine.register("read", pa.table({"amount": [1, 2]}))
        mine.execute("create temp view seen as from read")
        assert mine.execute("select sum(amount) from seen").fetchone() == (3,)
        for name in ("read", "seen"):
            with pytest.raises(duckdb.CatalogException):
                other.execute(f"from {name}")
    with scratch.connect() as later:
        assert later.execute("select count(*) from duckdb_tables()").fetchone() == (0,)
        with pytest.raises(duckdb.CatalogException):
            later.execute("from read")


def test_several_threads_ask_at_once() -> None:
    def ask(number: int) -> int:
        with scratch.connect() as base:
            base.register("mine", pa.table({"number": [number] * 1_000}))
            return int(base.execute("select sum(number) from mine").fetchall()[0][0])

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(40))) == [number * 1_000 for number in range(40)]


def test_a_process_that_forks_off_has_an_engine_of_its_own() -> None:
    """The threads of its parent's are not there to work for it."""
    reads, writes = os.pipe()
    with scratch.connect() as base:
        base.execute("create table of_the_parent as select 1")
        with warnings.catch_warnings():
            # Newer versions of Python say that threads and forks don't mix, which is tried here.
            warnings.simplefilter("ignore")
            child = os.fork()
        if not child:
            with scratch.connect() as own:
                tables = own.execute("select count(*)::varchar from duckdb_tables()").fetchall()
            os.write(writes, tables[0][0].encode())
            os._exit(0)
        base.execute("drop table of_the_parent")
    assert os.waitpid(child, 0)[1] == 0
    assert os.read(reads, 100) == b"0"
    os.close(reads)
    os.close(writes)


def test_two_stores_are_asked_in_turn(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        for table in ("entries", "names"):
            pq.write_table(pa.table({"name": [name]}), tmp_path / name / f"{table}.parquet")
    for name in ("first", "second", "first"):
        assert Store(tmp_path / name).query("from entries")["name"].to_pylist() == [name]

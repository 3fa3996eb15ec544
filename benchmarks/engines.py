"""The same measures over the same payments on DuckDB and on a Spark cluster of two workers.

    uv sync --extra spark                                        # and Java 17
    ./commonweal run python benchmarks/engines.py --lines 100000000

Payments are made once as Parquet and read by both. A standalone cluster, one master and two workers
of one core each, is started for this run only. Answers must be equal to the penny; seconds stand
beside each other, on one machine that does everything.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def cluster() -> Iterator[str]:
    """A master and two workers; their address."""
    found = importlib.util.find_spec("pyspark")
    if found is None or not found.submodule_search_locations:
        sys.exit("The extra spark is not installed: uv sync --extra spark")
    home = Path(found.submodule_search_locations[0])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"spark://127.0.0.1:{port}"
    start = [str(home / "bin" / "spark-class")]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = [
        subprocess.Popen(
            [
                *start,
                "org.apache.spark.deploy.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
                "--webui-port",
                "0",
            ],
            **quiet,
        )
    ]
    _wait_for(port)
    running += [
        subprocess.Popen(
            [
                *start,
                "org.apache.spark.deploy.worker.Worker",
                "--host",
                "127.0.0.1",
                "--cores",
                "1",
                "--memory",
                "4g",
                "--webui-port",
                "0",
                address,
            ],
            **quiet,
        )
        for _ in range(2)
    ]
    # The session waits for the workers by itself.
    try:
        yield address
    finally:
        for one in reversed(running):
            one.terminate()


def _wait_for(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("The cluster did not start.")


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--lines", type=int, default=10_000_000)
    size = given.parse_args().lines
    sys.path.insert(0, str(ROOT / "tests" / "localwealth"))
    os.environ["PYTHONPATH"] = str(ROOT / "src")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        compare(size, Path(folder))


def compare(size: int, folder: Path) -> None:
    import duckdb
    import pyarrow.parquet as pq
    import test_engines as both
    from pyspark.sql import SparkSession

    from localwealth.engines.spark import Spark
    from localwealth.registers import generate
    from localwealth.registers.making import build
    from localwealth.spend import lines as tables

    store = build(folder / "store", [], generate.companies(20_000, 3))
    seed = both.payments(store, 100_000)
    pq.write_table(seed, folder / "seed.parquet")
    times = max(size // len(seed), 1)
    began = time.monotonic()
    with duckdb.connect() as base:
        base.execute(f"""copy (
            select anchor, day - (i % 300)::integer as day,
                (amount + (i % 977) / 100)::decimal(18, 4) as amount, category, name, site_postcode,
                invoiced - (i % 300)::integer as invoiced, number, vat
            from read_parquet('{folder}/seed.parquet'), range({times}) r(i))
            to '{folder}/paid' (format parquet, compression zstd, per_thread_output true)""")
    print(f"{times * len(seed):,} payments made in {time.monotonic() - began:.0f} s", flush=True)

    own = [str(store.query("select id from entries order by name limit 1")["id"][0])]
    answers: dict[str, list[Any]] = {"DuckDB": [], "Spark": []}
    seconds: dict[str, list[float]] = {"DuckDB": [], "Spark": []}

    def ask(name: str, base: Any) -> None:
        for measure, words in both.ASKED[:-1]:
            began = time.monotonic()
            answers[name].append(both.plain(measure(base, *words)))
            seconds[name].append(time.monotonic() - began)
            print(f"{name:<7} {measure.__name__:<20} {seconds[name][-1]:7.1f} s", flush=True)

    began = time.monotonic()
    one = tables.assemble_paid(seed, own, store, both.places(store), both.HOME)
    one.execute("drop table lines")
    one.execute(f"create view all_paid as from read_parquet('{folder}/paid/*.parquet')")
    text = re.sub(r"\bfrom paid\b", "from all_paid paid", tables.LINES)
    for name in ("district", "county", "region"):
        text = text.replace(f"${name}", f"'{getattr(both.HOME, name)}'")
    one.execute(f"create view lines as {text}")
    print(f"DuckDB  matched in {time.monotonic() - began:.1f} s", flush=True)
    ask("DuckDB", one)
    one.close()

    with cluster() as address:
        session = (
            SparkSession.builder.master(address)
            .config("spark.executor.memory", "3g")
            .config("spark.sql.shuffle.partitions", "8")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.log.level", "ERROR")
            .getOrCreate()
        )
        began = time.monotonic()
        other = Spark(session)
        other.lines(
            session.read.parquet(str(folder / "paid")), store, both.places(store), both.HOME, own
        )
        print(f"Spark   views made in {time.monotonic() - began:.1f} s", flush=True)
        ask("Spark", other)
        session.stop()
    for (measure, words), mine, theirs in zip(
        both.ASKED, answers["DuckDB"], answers["Spark"], strict=False
    ):
        assert mine == theirs, (measure.__name__, words)
    print(
        f"equal to the penny in all {len(answers['Spark'])}; "
        f"DuckDB {sum(seconds['DuckDB']):.0f} s, Spark {sum(seconds['Spark']):.0f} s, "
        "of one machine with two cores"
    )


if __name__ == "__main__":
    main()

"""What a scenario, extractions and early warning cost, each beside what it is compared to.

    ./commonweal run python benchmarks/economy.py TABLE.xlsx [--rscript Rscript]

TABLE is the UK's input-output table as published. Each ratio is the median of nine runs in turn.
The series are drawn from a seed; where R or its package surveillance is absent, that is said.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

# One thread: others that wait by turning round would count as work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from localwealth.regional import extraction, multipliers, quotients, scenarios, shocks, sources
from localwealth.regional.areas import AreaJobs
from localwealth.regional.multipliers import Closure
from localwealth.watch import arrays
from localwealth.watch.farrington import farrington

RUNS = 9
DAYS, WEEKS = 3650, 520


def cost(does: Callable[[], object], times: int = 1) -> float:
    """Processor seconds of one call, so that what others do here counts little."""
    began = time.process_time()
    for _ in range(times):
        does()
    return (time.process_time() - began) / times


def beside(this: Callable[[], object], that: Callable[[], object], times: int) -> str:
    """Median cost of the two, taken in turn, and their ratio."""
    pairs = [(cost(this, times), cost(that, times)) for _ in range(RUNS)]
    ours, bare = (statistics.median(pair[at] for pair in pairs) for at in (0, 1))
    return f"{ours * 1e3:.2f} ms, {bare * 1e3:.2f} ms, ratio {ours / bare:.2f}"


def regional(path: Path) -> None:
    table = sources.read(path.read_bytes(), path.name)
    draw = np.random.default_rng(1)
    nation = np.maximum(table.output * 8, 1000.0)
    area = AreaJobs(
        np.round(nation * 0.002 * draw.uniform(0.2, 2, len(table))) + 50,
        nation,
        "flq",
        quotients.DELTAS,
    )
    shock, place = shocks.DemandShock(table.codes[10], 12, share=0.5), shocks.AreaAssumptions(0.7)
    national = multipliers.coefficients(table)
    unit = np.eye(len(table))

    systems = []
    for delta in area.deltas:
        bought = quotients.regionalised(national, "flq", area.region, area.nation, delta)
        households = table.households * quotients.bought_at_home(
            "flq", area.region, area.nation, delta
        )
        larger = multipliers.closed(table, bought, Closure("pay"), households)
        systems += [
            (unit - bought, unit[10]),
            (np.eye(len(larger)) - larger, np.eye(len(larger))[10]),
        ]

    def bare() -> None:
        for system, right in systems:
            np.linalg.solve(system, right)

    def asked() -> None:
        shocks.lost(table, area, Closure("pay"), shock, place)

    print("a scenario, 3 δ, types I and II; six bare solves:", beside(asked, bare, 10))
    print(
        "with the whole answer written out; six bare solves:",
        beside(lambda: scenarios.answer(table, area, Closure("pay"), shock, place), bare, 10),
    )
    system = unit - national

    def invert() -> None:
        np.linalg.solve(system, unit)

    def extract() -> None:
        extraction.whole_losses(np.linalg.solve(system, unit), table.output)

    print("all extractions with their inverse; one inverse:", beside(extract, invert, 10))


def series(count: int, length: int, mean: float, seed: int) -> np.ndarray:
    """Counts with a few surges: a row a series."""
    draw = np.random.default_rng(seed)
    counts = draw.poisson(mean, (count, length))
    for row in counts:
        at = int(draw.integers(length // 2, length - 20))
        row[at : at + 14] += draw.poisson(mean / 2, 14)
    return counts


R = """
suppressMessages(library(surveillance))
args <- commandArgs(TRUE)
method <- args[2]
counts <- matrix(scan(args[1], sep = ",", quiet = TRUE), nrow = as.integer(args[3]), byrow = TRUE)
began <- proc.time()[["user.self"]] + proc.time()[["sys.self"]]
alarms <- list()
for (i in seq_len(nrow(counts))) {
  y <- counts[i, ]
  if (method == "farrington") {
    s <- sts(observed = matrix(y), start = c(2010, 1), frequency = 52)
    a <- farringtonFlexible(s, control = list(range = 264:length(y)))
  } else if (method == "cusum") {
    d <- create.disProg(week = seq_along(y), observed = y, state = 0 * y, freq = 365)
    a <- algo.cusum(d, control = list(range = 2:length(y), k = 1.04, h = 2.26, m = mean(y),
      trans = "rossi"))
    alarms[[i]] <- which(a$alarm == 1) + 1
    next
  } else {
    s <- sts(observed = matrix(y), start = c(2010, 1), frequency = 365)
    a <- earsC(s, control = list(method = method))
  }
  first <- length(y) - nrow(a@alarm)
  alarms[[i]] <- which(a@alarm[, 1] == 1) + first
}
took <- proc.time()[["user.self"]] + proc.time()[["sys.self"]] - began
cat(took, "\\n")
for (a in alarms) cat(a, "\\n")
"""


def by_r(rscript: str, counts: np.ndarray, method: str) -> tuple[float, list[set[int]]] | None:
    """(processor seconds, alarms of each series from 1); None where R can't."""
    with tempfile.TemporaryDirectory() as folder:
        program, data = Path(folder, "run.R"), Path(folder, "counts.csv")
        program.write_text(R)
        np.savetxt(data, counts, fmt="%d", delimiter=",")
        ran = subprocess.run(
            [rscript, str(program), str(data), method, str(len(counts))],
            capture_output=True,
            text=True,
        )
    if ran.returncode:
        print(f"R did not run {method}: {ran.stderr.strip().splitlines()[-1:]}")
        return None
    took, *lines = ran.stdout.splitlines()
    return float(took), [{int(at) for at in line.split()} for line in lines]


def ours(method: str, counts: np.ndarray) -> tuple[float, list[set[int]]]:
    began = time.process_time()
    if method == "farrington":
        alarms = np.array([[week.is_alarm for week in farrington(row)] for row in counts.tolist()])
    elif method == "cusum":
        # R's sum begins with the second count.
        alarms = np.zeros(counts.shape, dtype=bool)
        alarms[:, 1:] = arrays.cusum_alarms(counts[:, 1:], counts.mean(axis=1))
    else:
        alarms = arrays.ears_alarms(counts, method=method)
    took = time.process_time() - began
    return took, [set((np.flatnonzero(row) + 1).tolist()) for row in alarms]


def watching(rscript: str | None, count: int) -> None:
    if rscript is None:
        print("R is not on this machine: early warning is timed alone.")
    daily, weekly = series(count, DAYS, 10, 1), series(max(count // 20, 1), WEEKS, 10, 2)
    for method in ("C1", "C2", "C3", "cusum", "farrington"):
        counts = weekly if method == "farrington" else daily
        took, alarms = ours(method, counts)
        theirs = by_r(rscript, counts, method) if rscript else None
        words = f"{method}, {len(counts):,} series of {counts.shape[1]:,}: {took:.2f} s"
        if theirs is not None:
            of_r, theirs_alarms = theirs
            same = sum(a == b for a, b in zip(alarms, theirs_alarms, strict=True))
            words += (
                f"; R {of_r:.2f} s, {of_r / took:.1f} times ours; {same:,} of {len(counts):,} "
                "series with the same alarms"
            )
        print(words, flush=True)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("table", type=Path)
    words.add_argument("--rscript", default=shutil.which("Rscript"))
    words.add_argument("--series", type=int, default=1000)
    options = words.parse_args()
    regional(options.table)
    watching(options.rscript, options.series)


if __name__ == "__main__":
    main()

"""Multipliers of an input-output table, on the command line."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from localwealth.errors import UnreadableFile

if TYPE_CHECKING:
    from localwealth.regional.multipliers import Closure
    from localwealth.regional.report import AreaJobs
    from localwealth.regional.tables import Table


def add(command: argparse.ArgumentParser) -> None:
    """The options of ``localwealth regional``."""
    parts = command.add_subparsers(required=True, metavar="WHAT")
    part = parts.add_parser("multipliers", help="multipliers of types I and II, of an area or not")
    part.add_argument("file", type=Path, metavar="TABLE", help="an official workbook, or a CSV")
    part.add_argument("--sheet", metavar="S", help="the sheet, if not IOT or IxI")
    part.add_argument("--jobs", type=Path, metavar="JOBS.csv", help="group, region, nation")
    part.add_argument("--groups", type=Path, metavar="GROUPS.csv", help="code, group")
    part.add_argument(
        "--method", choices=("flq", "aflq", "slq", "cilq"), help="with --jobs; flq unless said"
    )
    part.add_argument(
        "--delta",
        metavar="D,D,D",
        help="for flq and aflq; 0.15,0.25,0.35 unless said",
    )
    part.add_argument(
        "--closure",
        default="none",
        metavar="none|pay|income:POUNDS_MILLION",
        help="type II: households spend out of pay, or out of all their income",
    )
    part.add_argument("--json", action="store_true")
    part.set_defaults(run=show_multipliers)


def show_multipliers(options: argparse.Namespace) -> int:
    """Print the multipliers of a table, or of an area by it."""
    from localwealth.regional import report, sources
    from localwealth.regional.tables import grouped

    table = sources.read(options.file.read_bytes(), options.file.name, options.sheet)
    if options.groups:
        groups = sources.groups(options.groups.read_bytes(), options.groups.name)
        table = grouped(table, groups)
    closure = _closure(options.closure)
    answer = report.everything(table, _area(options, table), closure)
    print(
        json.dumps(answer, indent=1, ensure_ascii=False) if options.json else report.as_text(answer)
    )
    return 0


def _area(options: argparse.Namespace, table: Table) -> AreaJobs | None:
    from localwealth.regional import report, sources
    from localwealth.regional.quotients import WITHOUT_DELTA

    if not options.jobs:
        if options.method or options.delta:
            raise UnreadableFile(
                "--method and --delta bring the table down to an area: give its jobs with --jobs."
            )
        return None
    method = options.method or "flq"
    if options.delta and method in WITHOUT_DELTA:
        raise UnreadableFile(f"There is no δ in {method}: leave --delta out.")
    jobs = sources.jobs(options.jobs.read_bytes(), options.jobs.name)
    return report.area_of(table, jobs, method, _deltas(options.delta))


def _deltas(text: str | None) -> Sequence[float]:
    from localwealth.regional.quotients import DELTAS

    if text is None:
        return DELTAS
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise UnreadableFile(f"--delta takes numbers with commas between, not {text!r}.") from None


def _closure(text: str) -> Closure | None:
    from localwealth.regional.multipliers import Closure

    kind, _, income = text.partition(":")
    if text == "none":
        return None
    if text == "pay":
        return Closure("pay")
    try:
        if kind == "income" and 0 < float(income) < math.inf:
            return Closure("income", float(income))
    except ValueError:
        pass
    raise UnreadableFile(f"--closure is none, pay or income:POUNDS_MILLION, not {text!r}.")

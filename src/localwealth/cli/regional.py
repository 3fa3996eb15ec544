"""Multipliers of an input-output table, on the command line."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from localwealth.errors import UnreadableFile

if TYPE_CHECKING:
    from localwealth.regional.multipliers import Closure
    from localwealth.regional.report import Area
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
        "--method", choices=("flq", "aflq", "slq", "cilq"), default="flq", help="flq unless said"
    )
    part.add_argument(
        "--delta", default="0.15,0.25,0.35", metavar="D,D,D", help="0.15,0.25,0.35 unless said"
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


def _area(options: argparse.Namespace, table: Table) -> Area | None:
    from localwealth.regional import report, sources

    if not options.jobs:
        return None
    jobs = sources.jobs(options.jobs.read_bytes(), options.jobs.name)
    return report.area_of(table, jobs, options.method, _deltas(options.delta))


def _deltas(text: str) -> list[float]:
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
        if kind == "income" and float(income) > 0:
            return Closure("income", float(income))
    except ValueError:
        pass
    raise UnreadableFile(f"--closure is none, pay or income:POUNDS_MILLION, not {text!r}.")

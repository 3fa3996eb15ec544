"""What an area lives by, on the command line."""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def add(command: argparse.ArgumentParser) -> None:
    """The options of ``localwealth structure``."""
    command.add_argument(
        "file", type=Path, metavar="JOBS.csv", help="area, year, industry, count; or BRES of Nomis"
    )
    command.add_argument("--area", required=True, help="its name as the file has it")
    command.add_argument(
        "--beside", default="all", metavar="AREA", help="the larger area; all of the file's areas"
    )
    command.add_argument("--year", type=int, help="the newest unless said")
    command.add_argument("--since", type=int, metavar="YEAR", help="and shift-share since then")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=show)


def show(options: argparse.Namespace) -> int:
    """Print quotients, diversity and, where a first year is given, shift-share."""
    from localwealth.structure import report, tables

    table = tables.jobs_of(options.file.read_bytes(), options.file.name)
    year = options.year or table.years[-1]
    answer = report.everything(table, options.area, options.beside, (year, options.since))
    print(
        json.dumps(answer, indent=1, ensure_ascii=False) if options.json else report.as_text(answer)
    )
    return 0

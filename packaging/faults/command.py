"""The command line of the harness, and its report."""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from . import town

if TYPE_CHECKING:
    from .runs import Setting

# What stands before the exit code of a line that was served.
SERVED = "served:"


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="faults", description="Break a town at seeded moments.")
    parser.add_argument("--seed", type=int, help="one seed, which repeats it exactly")
    parser.add_argument("--seeds", default="1-50", help="FIRST-LAST, or some of them: 3,17,20-24")
    parser.add_argument("--town", help="folder of a prepared town; made there if it is not")
    parser.add_argument("--without", default="", help="take a guard of the product away")
    parser.add_argument("--postgresql", action="store_true", help="on a server of its own")
    parser.add_argument("--minutes", type=float, default=1e9, help="begin no seed after so long")
    parser.add_argument("--log", help="add each seed's report to this file, a JSON line each")
    parser.add_argument("--first", action="store_true", help="stop at the first that fails")
    parser.add_argument(
        "--stray",
        action="append",
        default=[],
        metavar="ACT:MOMENT",
        help="with --seed: where a stray kill fell, as its report says",
    )
    parser.add_argument("--keep", action="store_true", help="leave what a run wrote")
    parser.add_argument(
        "--serve",
        action="store_true",
        help="start once, then run the seeds of each line that comes in, said as here",
    )
    return parser.parse_args(words)


def main() -> None:
    said = arguments()
    with contextlib.ExitStack() as stack:
        folder = said.town or stack.enter_context(tempfile.TemporaryDirectory(prefix="town-"))
        template = Path(folder).resolve() / ("postgresql" if said.postgresql else "sqlite")
        template.mkdir(parents=True, exist_ok=True)
        clock = town.with_a_clock()
        if clock:
            town.sleep_in_spite_of_it()
        town.environment(template)
        sys.exit(_run(said, template, clock, stack))


def _run(said: argparse.Namespace, template: Path, clock: bool, stack: contextlib.ExitStack) -> int:
    means = {}
    if said.postgresql:
        from . import postgres

        means = stack.enter_context(postgres.means())
    import django

    django.setup()
    from .rehearsal import rehearse
    from .runs import Setting

    if said.postgresql:
        (template / "ready").unlink(missing_ok=True)
    town.prepare(template)
    if said.postgresql:
        means["close_template"]()
    scratch = stack.enter_context(
        tempfile.TemporaryDirectory(prefix="faults-", dir=town.in_memory())
    )
    setting = Setting(
        template,
        Path(scratch),
        clock,
        make_database=means.get("make"),
        drop_database=means.get("drop"),
        restart_server=means.get("restart"),
        start_server=means.get("start"),
    )
    _warm_up()
    rehearse(setting)
    return _serve(setting) if said.serve else _try_out(said, setting)


def _serve(setting: Setting) -> int:
    for line in sys.stdin:
        print(SERVED, _try_out(arguments(line.split()), setting), flush=True)
    return 0


def _try_out(said: argparse.Namespace, setting: Setting) -> int:
    """Run the seeds that were asked for and print what came of them; the exit code."""
    from .guards import GUARDS
    from .runs import run, shown

    setting = replace(
        setting,
        scratch=Path(tempfile.mkdtemp(prefix="faults-")) if said.keep else setting.scratch,
        guard=GUARDS[said.without] if said.without else None,
        keep=said.keep,
        strays=said.stray,
    )
    began = time.monotonic()
    reports = []
    for seed in _seeds(said):
        if time.monotonic() - began > said.minutes * 60:
            break
        report = run(seed, setting)
        reports.append(report)
        print(shown(report), flush=True)
        if said.log:
            with open(said.log, "a") as log:
                log.write(json.dumps(asdict(report)) + "\n")
        if report.wrong and said.first:
            break
    print(summary(reports))
    return int(any(report.wrong for report in reports))


def _seeds(said: argparse.Namespace) -> Iterator[int]:
    if said.seed is not None:
        yield said.seed
        return
    for part in said.seeds.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def _warm_up() -> None:
    """Read in once what every forked process needs."""
    import django.core.mail.backends.smtp
    import django.db.models.sql.compiler  # noqa: F401
    from django.core.mail.utils import DNS_NAME
    from django.core.management import load_command_class
    from django.db.migrations.loader import MigrationLoader
    from django.urls import reverse

    from . import holds, restoring  # noqa: F401

    str(DNS_NAME)
    MigrationLoader(None)
    # Letters hold addresses: the first one reads in every page of the product.
    reverse("home")
    for app, name in (
        ("commonweal.pledges", "pledges"),
        ("commonweal.desk", "help-desk"),
        ("commonweal.balance", "balance"),
        ("commonweal.setup", "backup"),
        ("commonweal.setup", "restore"),
        ("commonweal.spend", "spend"),
    ):
        load_command_class(app, name)
    gc.collect()
    gc.freeze()


def summary(reports: list[object]) -> str:
    kinds: Counter[str] = Counter()
    for report in reports:
        kinds.update(" ".join(met.split(" ")[:1]) for met in report.met)
    writes = sorted(report.writes for report in reports) or [0]
    bad = [report.seed for report in reports if report.wrong]
    return (
        f"{len(reports)} seeds, {len(bad)} with a fault {bad[:20]}; writes: fewest {writes[0]}, "
        f"middle {writes[len(writes) // 2]}, all {sum(writes)}; faults met: "
        + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    )

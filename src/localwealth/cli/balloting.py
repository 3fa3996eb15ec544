"""Counting an election over projects, on the command line."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localwealth.errors import UnreadableFile

if TYPE_CHECKING:
    from localwealth.ballots.elections import Election
    from localwealth.ballots.rules import Lesser, Rule

# Of a completion, every so many steps are told to whoever waits.
TOLD_STEPS = 100


def add(command: argparse.ArgumentParser) -> None:
    """The options of ``localwealth ballots``."""
    parts = command.add_subparsers(required=True, metavar="WHAT")
    part = parts.add_parser("count", help="from a file of ballots to the winners, with reasons")
    part.add_argument("file", type=Path, metavar="FILE.pb", help="an election in Pabulib's format")
    part.add_argument(
        "--rule",
        choices=("equal-shares", "phragmen", "greedy", "greedy-no-skip", "greedy-threshold"),
        help="the rule that the file names unless said",
    )
    part.add_argument("--satisfaction", choices=("cost", "cardinality", "points", "borda"))
    part.add_argument("--completion", choices=("none", "add1", "add1-exhaustive", "by-votes"))
    part.add_argument("--step", metavar="N", help="money that a step adds for everybody; 1")
    part.add_argument("--comparison", choices=("none", "count"), help="with greedy's projects")
    part.add_argument("--tie", metavar="cheaper,votes,lot:SEED|listed", help="what decides ties")
    part.add_argument("--start", metavar="POUNDS", help="what everybody has at first")
    part.add_argument(
        "--exclusive", type=Path, metavar="FILE", help="a line a group of which one can win: 3,17"
    )
    part.add_argument(
        "--lesser",
        type=Path,
        metavar="FILE",
        help="a line a project that may be funded in part, with its lesser sums: 3: 180, 120",
    )
    part.add_argument("--json", action="store_true")
    part.set_defaults(run=show_count)


def show_count(options: argparse.Namespace) -> int:
    """Print what an election comes to, and why."""
    from localwealth.ballots import counting, idle, pabulib, report

    content = options.file.read_bytes()
    election = pabulib.read(content, options.file.name)
    named = _asked(options)
    rule = _rule(options, named, election)
    election = replace(election, notes=(*election.notes, *idle.sentences(rule, named)))
    answer = {
        "file": options.file.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        **report.everything(counting.count(election, rule, _say)),
    }
    print(
        json.dumps(answer, indent=1, ensure_ascii=False) if options.json else report.as_text(answer)
    )
    return 0


def _say(step: int, money: Fraction) -> None:
    if step % TOLD_STEPS == 0 and sys.stderr.isatty():
        print(f"step {step:,}, {float(money):,.2f} for everybody", file=sys.stderr)


def _rule(options: argparse.Namespace, named: dict[str, Any], election: Election) -> Rule:
    """The rule that the file names, or the one asked for, with what else was asked for."""
    from localwealth.ballots import rules

    name = options.file.name
    if options.rule is None:
        return rules.suited(replace(rules.named_by(election, name), **named), election, name)
    return rules.suited(rules.Rule(kind=options.rule, **named), election, name)


def _asked(options: argparse.Namespace) -> dict[str, Any]:
    from localwealth.ballots import rules

    named: dict[str, Any] = {
        key: getattr(options, key)
        for key in ("satisfaction", "completion", "comparison")
        if getattr(options, key) is not None
    }
    for key in ("step", "start"):
        if getattr(options, key) is not None:
            named[key] = _amount(key, getattr(options, key))
    if options.tie is not None:
        named["ties"] = rules.ties_of(options.tie)
    if options.exclusive is not None:
        named["exclusive"] = _groups(options.exclusive)
    if options.lesser is not None:
        named["lesser"] = _lesser(options.lesser)
    return named


def _amount(key: str, text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount <= 0:
        raise UnreadableFile(f"--{key} takes an amount of more than nothing, not {text!r}.")
    return amount


def _lesser(path: Path) -> Lesser:
    lines = path.read_text("utf-8-sig").splitlines()
    named = (line.partition(":")[::2] for line in lines if line.strip())
    return tuple(
        (code.strip(), tuple(_amount("lesser", amount.strip()) for amount in sums.split(",")))
        for code, sums in named
    )


def _groups(path: Path) -> tuple[tuple[str, ...], ...]:
    lines = path.read_text("utf-8-sig").splitlines()
    groups = [
        tuple(code.strip() for code in line.replace(";", ",").split(",") if code.strip())
        for line in lines
    ]
    return tuple(group for group in groups if len(group) > 1)

"""What the command line understands: commands, their options, and what each does."""

from __future__ import annotations

import argparse
from pathlib import Path

from localwealth.cli import balloting, matching, measuring, reading, regional, structure, watching
from localwealth.registers import telling

MODEL = "match with a model of your own (see fit)"


def parser() -> argparse.ArgumentParser:
    """All commands; a command's options name the function that does it (``run``)."""
    root = argparse.ArgumentParser(
        prog="localwealth",
        description="Where an area's money goes, from messy files to figures that can be defended.",
    )
    commands = root.add_subparsers(required=True, metavar="COMMAND")
    _read_words(commands.add_parser("read", help="read files of payments and reconcile each"))
    command = commands.add_parser("compare", help="what a corrected file changes")
    command.add_argument("old", type=Path)
    command.add_argument("new", type=Path)
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=reading.compare)
    _register_words(commands.add_parser("register", help="the store of registers"))
    command = commands.add_parser("match", help="names of payees to entries of the store")
    command.add_argument("file", type=Path, help="a CSV with a column supplier_name")
    command.add_argument("--register", type=Path, required=True, metavar="STORE")
    command.add_argument("--out", type=Path, required=True, help="write the answers to this CSV")
    command.add_argument("--model", type=Path, metavar="MODEL.json", help=MODEL)
    command.set_defaults(run=matching.match)
    command = commands.add_parser("evaluate", help="how well names of known truth are matched")
    command.add_argument(
        "truth",
        type=Path,
        metavar="TRUTH.csv",
        help="supplier_name, amount_gbp, postcode, register_id",
    )
    command.add_argument("--register", type=Path, required=True, metavar="STORE")
    command.add_argument(
        "--decoys",
        type=int,
        default=0,
        metavar="N",
        help="put so many generated companies among the store's own",
    )
    command.add_argument("--model", type=Path, metavar="MODEL.json", help=MODEL)
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=matching.evaluate)
    command = commands.add_parser("fit", help="fit the matcher further on your own labelled names")
    command.add_argument("truth", type=Path, metavar="TRUTH.csv", help="as for evaluate")
    command.add_argument("--register", type=Path, required=True, metavar="STORE")
    command.add_argument("--decoys", type=int, default=0, metavar="N", help="as for evaluate")
    command.add_argument("--out", type=Path, required=True, help="write the model to this file")
    command.set_defaults(run=matching.fit)
    _measure_words(commands.add_parser("measure", help="where the money of anchors goes"))
    regional.add(commands.add_parser("regional", help="what one industry does to the others"))
    balloting.add(commands.add_parser("ballots", help="from ballots to projects that are funded"))
    structure.add(commands.add_parser("structure", help="what an area lives by"))
    watching.add(commands.add_parser("watch", help="is a count more than usual?"))
    return root


def _measure_words(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--anchor",
        nargs="+",
        action="append",
        required=True,
        metavar="NAME FILE",
        help="an anchor's name and its files of payments; give it for each anchor",
    )
    command.add_argument(
        "--anchor-id",
        action="append",
        default=[],
        metavar="ORG-ID",
        help="an anchor's own id, so that payments between anchors are taken out",
    )
    command.add_argument("--register", type=Path, required=True, metavar="STORE")
    command.add_argument(
        "--postcodes",
        type=Path,
        nargs="+",
        required=True,
        metavar="FILE",
        help="ONSPD, NSPL or Code-Point Open",
    )
    command.add_argument(
        "--take-cut", action="store_true", help="take a lookup that ends within a line, without it"
    )
    command.add_argument("--town", required=True, metavar="CODE", help="ONS code of the district")
    command.add_argument("--county", default="", metavar="CODE")
    command.add_argument("--region", default="", metavar="CODE")
    command.add_argument(
        "--sample",
        type=Path,
        metavar="OUT.csv",
        help="write 200 random matches, with an empty column right, to be checked",
    )
    command.add_argument(
        "--checked",
        type=Path,
        metavar="IN.csv",
        help="the same file with yes or no in its column right",
    )
    command.add_argument("--model", type=Path, metavar="MODEL.json", help=MODEL)
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=measuring.measure)


def _register_words(group: argparse.ArgumentParser) -> None:
    commands = group.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("build", help="build a store, or refresh it by file")
    command.add_argument("store", type=Path, metavar="STORE", help="its folder")
    command.add_argument("files", type=Path, nargs="*", metavar="FILE", help="registers' files")
    command.add_argument("--generate", type=int, default=0, metavar="N", help="N made-up companies")
    command.add_argument("--seed", type=int, default=1)
    telling.add_arguments(command)
    command.set_defaults(run=matching.register_build)
    command = commands.add_parser("columns", help="map the columns of an unknown layout")
    command.add_argument("file", type=Path, metavar="FILE", help="a register's file")
    command.add_argument("--out", type=Path, required=True, metavar="OUT.csv")
    command.set_defaults(run=matching.register_columns)
    command = commands.add_parser("info", help="what a store is made of")
    command.add_argument("store", type=Path, metavar="STORE")
    command.set_defaults(run=matching.register_info)


def _read_words(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="CSV, XLSX, XLS or ODS"
    )
    command.add_argument("--json", action="store_true", help="a list with an object for each file")
    command.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="ROLE=HEADING",
        help="correct the mapping: supplier='Paid to', amount=7, reference=",
    )
    command.add_argument("--publisher", default="", help="remember corrections under this name")
    command.add_argument("--layouts", type=Path, help="the file that remembers them")
    command.add_argument(
        "--order", choices=["dmy", "mdy", "ymd", "ydm", "yymd"], help="how dates are written"
    )
    command.add_argument("--period", help="the period of a file without dates: 2024-05, 2024-25")
    command.add_argument(
        "--repeats",
        choices=["duplicates", "payments"],
        help="what a block of lines, or a sheet, is that repeats an earlier one",
    )
    command.add_argument("--out", type=Path, help="write the payments to this CSV")
    command.set_defaults(run=reading.read)

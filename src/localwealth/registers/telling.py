"""What is said of registers' files on a command line, whichever brings them in."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localwealth.registers.loading import Said

# As :data:`localwealth.registers.mapping.REGISTERS`, which takes long to import.
REGISTERS = (
    "companies, charities, scottish charities, northern irish charities, mutuals, "
    "co-operatives, housing"
)


def add_arguments(command: ArgumentParser) -> None:
    """The options by which it is said."""
    command.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="MEANING=HEADING",
        help="map a column of a layout that nobody knows: number='Reg No', name=Society",
    )
    command.add_argument(
        "--numbers-of",
        default="",
        metavar="REGISTER",
        help=f"whose its numbers are: {REGISTERS}",
    )
    command.add_argument(
        "--columns",
        type=Path,
        metavar="FILE.csv",
        help="the same from a file that 'columns' wrote and somebody corrected",
    )
    command.add_argument(
        "--take-cut",
        action="store_true",
        help="a file that ends within a line is all there is: take it without that line",
    )
    command.add_argument(
        "--end-unlisted",
        type=int,
        metavar="COUNT",
        help="so many companies have ended, as the whole register lists them no more",
    )


def said_of(options: Mapping[str, Any]) -> Said:
    """What was said by them.

    Raises
    ------
    UnreadableFile
        It can't be meant.
    """
    from localwealth.registers import mapping
    from localwealth.registers.loading import Said

    place = options.get("columns")
    layout = mapping.read(Path(place)) if place else None
    return Said(
        layout or mapping.said(options.get("column") or [], options.get("numbers_of") or ""),
        takes_cut=bool(options.get("take_cut")),
        ended=options.get("end_unlisted"),
    )

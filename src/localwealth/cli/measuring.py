"""Where money goes, on the command line."""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localwealth.cli.matching import model_of
from localwealth.cli.reading import payments_of
from localwealth.errors import UnreadableFile

if TYPE_CHECKING:
    from localwealth.spend.lines import AnchorFiles

# Matches that people are given to check.
SAMPLED = 200


def measure(options: argparse.Namespace) -> int:
    """Work out every measure of the anchors' spend, with match rate and precision beside it."""
    from localwealth.registers.store import Store
    from localwealth.sources import places
    from localwealth.spend import lines, report

    anchors = [_anchor(name, files) for name, *files in options.anchor]
    anchors[0].ids = options.anchor_id
    base = lines.assemble(
        anchors,
        Store.open(options.register),
        places.postcodes(options.postcodes, takes_cut=options.take_cut),
        lines.Home(options.town, options.county, options.region),
        model_of(options),
    )
    if options.sample:
        _write_sample(options.sample, lines.sample(base, SAMPLED))
    checked = report.checks(options.checked.read_bytes()) if options.checked else None
    figures = report.everything(base, checked)
    print(
        json.dumps(figures, indent=1, default=report.plain)
        if options.json
        else report.as_text(figures)
    )
    return 0


def _anchor(name: str, files: list[str]) -> AnchorFiles:
    from localwealth.spend.lines import AnchorFiles

    if not files:
        raise UnreadableFile(f"--anchor {name!r} names no file.")
    readings = [payments_of(Path(file)) for file in files]
    for reading in readings:
        if not reading.reconciles:
            raise UnreadableFile(f"{reading.name} does not reconcile, so it is refused.")
    return AnchorFiles(name, readings)


def _write_sample(place: Path, sampled: list[dict[str, Any]]) -> None:
    """Matches with a column ``right``, in which somebody says of each yes or no."""
    with place.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, [*(sampled[0] if sampled else {"supplier_name": ""}), "right"])
        out.writeheader()
        out.writerows(sampled)

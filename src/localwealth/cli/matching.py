"""Registers and matching on the command line. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import argparse
import csv
import gc
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from localwealth.errors import UnreadableFile
from localwealth.tables import sheets
from localwealth.words import many

if TYPE_CHECKING:
    import pyarrow as pa

    from localwealth.matching.model import Model


def register_build(options: argparse.Namespace) -> int:
    """Build a store from registers' files, from the generator, or from both."""
    from localwealth.registers import generate, making, telling

    if not options.files and not options.generate:
        raise UnreadableFile("Name files of registers, or --generate N.")
    if options.generate < 0:
        raise UnreadableFile("--generate takes a number of companies.")
    made_up = generate.companies(options.generate, options.seed) if options.generate else None
    built = making.build(
        options.store,
        options.files,
        made_up,
        lambda text: print(text, file=sys.stderr, flush=True),
        telling.said_of(vars(options)),
    )
    print(
        f"{many(built.made_of['entries'], 'entry,entries')}, {many(built.made_of['names'], 'name')}"
    )
    return 0


def register_columns(options: argparse.Namespace) -> int:
    """Write what the columns of a file seem to mean, to be corrected and given back."""
    from localwealth.registers import mapping

    count = mapping.write(options.file, options.out)
    print(
        f"{many(count, 'column')} of {options.file.name}. Correct what they mean in "
        f"{options.out.name}, and give it back: --columns {options.out.name}. A column can mean "
        f"{', '.join(mapping.MEANINGS)}; the last line says whose the numbers are."
    )
    return 0


def register_info(options: argparse.Namespace) -> int:
    """Say what a store holds."""
    from localwealth.registers.store import Store

    contents = Store.open(options.store).made_of
    print(f"{many(contents['entries'], 'entry,entries')}, {many(contents['names'], 'name')}, of:")
    for source in contents["sources"]:
        print(f"  {source.get('file', '')}  {source['format']}")
    return 0


def match(options: argparse.Namespace) -> int:
    """Match the names of a CSV; the answers stand beside each line, with their reasons."""
    from localwealth.matching.match import Matcher, payees_of_columns
    from localwealth.registers.store import Store

    store = Store.open(options.register)
    with _without_collecting():
        sheet = sheets.read(options.file.read_bytes(), options.file.name, needs=["supplier_name"])
        cells = zip(*(cells for _, cells in sheet.rows), strict=True)
        columns = dict(zip(sheet.header, cells, strict=bool(sheet.rows))) or {"supplier_name": ()}
        matcher = Matcher.open(store.folder / "index", model_of(options))
        answers = matcher.match(payees_of_columns(columns), _say_done)
        matched = answers["entry"].drop_null().to_pylist()
        _write_answers(options.out, columns, answers, store.called(set(matched)))
    print(f"{len(matched):,} of {len(answers):,} names matched")
    return 0


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Without Python's search for what refers to itself, which goes through all lines again and
    again, a twentieth of the whole time. Matching leaves nothing of that kind behind."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()


def _write_answers(
    place: Path,
    columns: Mapping[str, Sequence[str]],
    answers: pa.Table,
    called: Mapping[int, tuple[str, str]],
) -> None:
    """Write a file's columns, and beside them what was answered of each line."""
    entries = [called.get(entry, ("", "")) for entry in answers["entry"].to_pylist()]
    with place.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow([*columns, "register_id", "register_name", "probability", "method", "reasons"])
        lines = zip(
            *columns.values(),
            (org_id for org_id, _ in entries),
            (name for _, name in entries),
            map("{:.3f}".format, answers["probability"].to_pylist()),
            answers["method"].to_pylist(),
            answers["reasons"].to_pylist(),
            strict=True,
        )
        out.writerows(lines)


def _say_done(done: int, total: int) -> None:
    if total > done:
        print(f"{done:,} of {total:,} names", file=sys.stderr, flush=True)


def evaluate(options: argparse.Namespace) -> int:
    """Print how often matches are right: by names, by value, with what the store doesn't hold."""
    from localwealth.matching import evaluate as evaluating
    from localwealth.registers.store import Store

    if options.decoys < 0:
        raise UnreadableFile("--decoys takes a number of companies.")
    store = Store.open(options.register)
    figures = evaluating.evaluate(
        store,
        evaluating.read_truth(options.truth),
        options.decoys,
        model_of(options),
        say=_say_done,
    )
    print(json.dumps(figures, indent=1) if options.json else evaluating.as_text(figures))
    return 0


def fit(options: argparse.Namespace) -> int:
    """Fit the shipped model further on labelled names; write it, and say what it gains."""
    from localwealth.matching import evaluate as evaluating
    from localwealth.matching import fitting
    from localwealth.registers.store import Store

    if options.decoys < 0:
        raise UnreadableFile("--decoys takes a number of companies.")
    model, gains = fitting.fit_further(
        Store.open(options.register), evaluating.read_truth(options.truth), options.decoys
    )
    model.save(options.out)
    print(
        f"Of {gains['names']:,} names held back, F1: shipped {gains['f1']:.4f}, "
        f"fitted {gains['f1_own']:.4f}; threshold {model.threshold:.2f}"
    )
    return 0


def model_of(options: argparse.Namespace) -> Model | None:
    """The model of one's own that a command names; None where it names none."""
    from localwealth.matching.model import Model

    return Model.read(options.model) if options.model else None

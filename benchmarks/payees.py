"""Persons named among payees: a draw of names for people to look at, and what deciding costs.

    ./commonweal run python benchmarks/payees.py FOLDER --draw 2000 --seed 1
    ./commonweal run python benchmarks/payees.py FOLDER --draw 500 --seed 1 --hidden

Reads every file of payments under FOLDER and prints, one a line, distinct names of payees that
would stand in public though nobody has looked at them and no register is loaded; or with --hidden
names that would not, of those that the file itself does not hide. Somebody must read them: which
are a person's, and which a firm's? The same seed draws the same names.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

import pyarrow as pa

from localwealth.errors import UnreadableFile
from localwealth.sources import payees, payments


def names_in(folder: Path) -> list[str]:
    """The distinct names of payees in all files of payments of a folder, in order."""
    names: set[str] = set()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            table = payments.read(path.read_bytes(), path.name).table()
        except UnreadableFile as error:
            print(f"{path.name}: {error}", file=sys.stderr)
        else:
            names.update(" ".join(name.split()) for name in table["supplier"].to_pylist() if name)
    # A list of files has addresses where payees should be: they would only fill a draw.
    return sorted(name for name in names if "://" not in name)


def costs(names: list[str]) -> str:
    """What deciding on each name costs, in processor time: the kind, the likeness, a column."""
    deciding = (
        ("payee", lambda: list(map(payees.payee, names))),
        ("may_be_person", lambda: list(map(payees.may_be_person, names))),
        ("not_looked_up", lambda: payees.not_looked_up(pa.array(names, pa.string()))),
    )
    parts = []
    for called, decide in deciding:
        payees.payee.cache_clear()
        began = time.process_time()
        decide()
        parts.append(f"{called} {time.process_time() - began:.2f} s")
    return ", ".join(parts)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("folder", type=Path)
    words.add_argument("--draw", type=int, default=2000)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--hidden", action="store_true", help="names that are not shown")
    options = words.parse_args()
    names = names_in(options.folder)
    shown = [name for name in names if payees.may_be_named(name)]
    kinds = {"named": "may be somebody's", "person": "a person's"}
    is_shown = set(shown)
    hidden = [name for name in names if payees.payee(name) in kinds and name not in is_shown]
    print(
        f"{len(names):,} names: {len(shown):,} shown, {len(hidden):,} not; {costs(names)}",
        file=sys.stderr,
    )
    among = hidden if options.hidden else shown
    for name in random.Random(options.seed).sample(among, min(options.draw, len(among))):
        print(f"{name}\t{kinds[payees.payee(name)]}" if options.hidden else name)


if __name__ == "__main__":
    main()

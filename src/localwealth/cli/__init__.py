"""``localwealth``: the command line of the analysis, for whoever has files and no web site."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from localwealth.cli.commands import parser
from localwealth.errors import UnreadableFile


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 0 where all went well, 1 where an answer is bad, 2 where
    the command could not be done."""
    options = parser().parse_args(arguments)
    try:
        _spare_inputs(options)
        code: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the answer has seen enough: `localwealth read … | head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except UnreadableFile as error:
        print(f"localwealth: {error}", file=sys.stderr)
        return 2
    except (FileNotFoundError, IsADirectoryError) as error:
        print(f"localwealth: there is no file {Path(str(error.filename)).name!r}.", file=sys.stderr)
        return 2
    return code


def _spare_inputs(options: argparse.Namespace) -> None:
    """Refuse to write an answer over a file that the command reads."""
    read_from = [
        Path(path)
        for name in (
            "files",
            "file",
            "truth",
            "old",
            "new",
            "postcodes",
            "checked",
            "model",
            "columns",
        )
        for path in _listed(getattr(options, name, None))
    ]
    read_from += [
        Path(path) for _, *files in getattr(options, "anchor", None) or [] for path in files
    ]
    for name in ("out", "sample"):
        place = getattr(options, name, None)
        if place and place.resolve() in {path.resolve() for path in read_from}:
            raise UnreadableFile(f"{place.name!r} is read by this command, so it can't be written.")


def _listed(option: object) -> list[str | Path]:
    if isinstance(option, list):
        return option
    return [option] if isinstance(option, (str, Path)) else []

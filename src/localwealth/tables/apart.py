"""Unpacking what somebody sent, in a process of its own with little memory and little time.

A file of a kilobyte can ask for more memory than there is, and what reads it may then end the
whole process. So workbooks and archives are opened here, in a child: where the file is too much,
the child ends and nobody else, and the sender is told.

Only text and lists come back (as JSON), so that a child that was misled can mislead nobody.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from typing import Any

from localwealth.errors import UnreadableFile
from localwealth.tables.bounds import (
    BACK_MOST,
    CPU_MOST_S,
    MEMORY_MOST,
    TOO_MUCH,
    WAIT_MOST_S,
    refuse_bombs,
)
from localwealth.tables.texts import decode
from localwealth.tables.workbooks import workbook

DAMAGED_ARCHIVE = "The file is damaged: it can't be opened."


def run(work: str, content: bytes, **arguments: Any) -> Any:
    """Let a child do some work on a file.

    Raises
    ------
    UnreadableFile
        It is damaged, or too much for the child's memory and time.
    """
    head = json.dumps({"work": work, "arguments": arguments}).encode()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "localwealth.tables.apart"],
            input=head + b"\n" + content,
            capture_output=True,
            timeout=WAIT_MOST_S,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableFile(TOO_MUCH) from None
    if done.returncode != 0:
        raise UnreadableFile(TOO_MUCH)
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise UnreadableFile(answer["refused"])
    return answer["read"]


# --- In the child -----------------------------------------------------------------------------


def _tables(content: bytes) -> dict[str, list[dict[str, str]]]:
    """The CSV files of an archive, by name, each as dictionaries."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            refuse_bombs(archive, len(content))
            return {
                re.sub(r"^.*?([a-z_]+)\.csv$", r"\1", name): [
                    {key: cell for key, cell in row.items() if isinstance(key, str)}
                    for row in csv.DictReader(io.StringIO(decode(archive.read(name))))
                ]
                for name in archive.namelist()
                if name.endswith(".csv")
            }
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError):
        raise UnreadableFile(DAMAGED_ARCHIVE) from None


def _json(content: bytes) -> Any:
    """What a JSON file says."""
    try:
        return json.loads(decode(content))
    except (ValueError, RecursionError):
        raise UnreadableFile("This is no JSON that can be read.") from None


WORKS: dict[str, Callable[..., Any]] = {"workbook": workbook, "tables": _tables, "json": _json}


def _limit() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MOST, MEMORY_MOST))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_MOST_S, CPU_MOST_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What it reads needs no disk either.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    """Do one piece of work within the limits: asked on standard input, answered on output."""
    _limit()
    task = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    try:
        answer = {"read": WORKS[task["work"]](content, **task["arguments"])}
    except UnreadableFile as refused:
        answer = {"refused": str(refused)}
    back = json.dumps(answer)
    if len(back) > BACK_MOST:
        back = json.dumps({"refused": TOO_MUCH})
    sys.stdout.write(back)


if __name__ == "__main__":
    main()

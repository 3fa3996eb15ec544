"""Unpacking what somebody sent, in a process of its own with little memory and little time.

A file of a kilobyte can ask for more memory than there is, and what reads it may then end the
whole process. So workbooks and archives are opened here, in a child: where the file is too much,
the child ends and nobody else, and the sender is told.

Only text and lists come back (as JSON), so that a child that was misled can mislead nobody.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
import zlib
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
LOCKED_ARCHIVE = "The archive is locked by a password. Unpack it, and send what is in it."
NO_JSON = "This is no JSON that can be read."


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
    try:
        answer = json.loads(done.stdout)
    except RecursionError:
        # It was nested just not too deeply for the child, whose stack is shorter than ours.
        raise UnreadableFile(TOO_MUCH) from None
    if "refused" in answer:
        raise UnreadableFile(answer["refused"])
    return answer["read"]


# --- In the child -----------------------------------------------------------------------------


def _tables(content: bytes, names: list[str] | None = None) -> dict[str, str | None]:
    """The text of each CSV file of an archive by its whole name, None where it is no text; of
    tables of these names alone (in small letters, without folder and ending). A ``names`` of None
    is all of them."""
    texts: dict[str, str | None] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            refuse_bombs(archive, len(content))
            for name in archive.namelist():
                table = re.fullmatch(r"(?:.*/)?([^/.][^/]*)\.csv", name.lower().replace("\\", "/"))
                is_wanted = table and (names is None or table[1] in names)
                if is_wanted and not name.startswith("__MACOSX"):
                    texts[name] = _text(archive.read(name))
    except NotImplementedError:
        raise UnreadableFile(DAMAGED_ARCHIVE) from None
    except RuntimeError:
        raise UnreadableFile(LOCKED_ARCHIVE) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
        raise UnreadableFile(DAMAGED_ARCHIVE) from None
    return texts


def _text(content: bytes) -> str | None:
    try:
        return decode(content)
    except UnreadableFile:
        return None


def _json(content: bytes) -> Any:
    """What a JSON file says."""
    try:
        return json.loads(decode(content))
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            f"{NO_JSON} It goes wrong in line {error.lineno}, at sign {error.colno}."
        ) from None
    except (ValueError, RecursionError):
        raise UnreadableFile(NO_JSON) from None


def _json_lines(content: bytes) -> list[tuple[int, Any, bool]]:
    """A file with one JSON a line: (number of the line, what it says, whether it can be read)."""
    read: list[tuple[int, Any, bool]] = []
    for number, line in enumerate(decode(content).splitlines(), 1):
        if line.strip():
            try:
                read.append((number, json.loads(line), True))
            except (ValueError, RecursionError):
                read.append((number, None, False))
    return read


def _json_or_lines(content: bytes) -> dict[str, Any]:
    """What a JSON file says; of what is none as a whole why not, and its lines."""
    try:
        return {"document": _json(content)}
    except UnreadableFile as refused:
        return {"why_not": str(refused), "lines": _json_lines(content)}


WORKS: dict[str, Callable[..., Any]] = {
    "workbook": workbook,
    "tables": _tables,
    "json": _json,
    "json or lines": _json_or_lines,
}


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

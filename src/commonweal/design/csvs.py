"""CSV that spreadsheets open as it is meant: UTF-8 with its mark, no cell a formula, streamed."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import FileResponse

from . import shared_files
from .ranges import tagged

# What a spreadsheet may take for the beginning of a formula, and the guard itself: words that
# begin with an apostrophe get one as well, so that taking one off always gives what was written.
GUARDED = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


def safe(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula; figures below nought stay figures."""
    if cell is None:
        return ""
    if isinstance(cell, str) and cell[:1] in GUARDED:
        try:
            float(cell)
        except ValueError:
            return "'" + cell
    return cell


def csv_text(names: Sequence[str], rows: Iterable[dict[str, Any]], *, mark: bool = True) -> str:
    """The whole of a small CSV, guarded like the streamed ones; without the mark where a machine
    reads it."""
    text = "".join(csv_lines(names, rows))
    return text if mark else text.removeprefix("\ufeff")


def lines_text(lines: Iterable[Sequence[Any]]) -> str:
    """The whole of a small CSV by its lines, the heading first: guarded, with the mark."""
    writer = csv.writer(Echo())
    return "\ufeff" + "".join(writer.writerow([safe(cell) for cell in line]) for line in lines)


class Echo:
    def write(self, line: str) -> str:
        return line


def csv_lines(names: Sequence[str], rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    writer = csv.writer(Echo())
    # With the mark, Excel reads UTF-8.
    yield "\ufeff" + writer.writerow(names)
    for row in rows:
        yield writer.writerow([safe(row[name]) for name in names])


def stream(
    lines: Iterator[str], *, name: str, content_type: str, kept_as: str = ""
) -> FileResponse:
    """Lines as a download. They are written out first: a reader that is slow, or stops in the
    middle, then holds a file and not one of the few threads that answer everybody. ``kept_as``
    names what is the same for everybody who asks for it, and is then made once.

    Raises
    ------
    TooManyAtOnce
        Others are being made; the answer is then a page that says so.
    """
    file, digest = shared_files.written(lines, kept_as=kept_as)
    response = FileResponse(file, content_type=f"{content_type}; charset=utf-8")
    tagged(response, digest[:32])
    kind = "inline" if name.endswith(".json") else "attachment"
    response["Content-Disposition"] = f'{kind}; filename="{name}"'
    # Anybody may read public data from any page.
    response["Access-Control-Allow-Origin"] = "*"
    return response

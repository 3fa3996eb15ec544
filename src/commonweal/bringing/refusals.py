"""What is handed out about files: an empty one with a filled line, and refused rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from commonweal.design.csvs import lines_text

from .meanings import Meaning
from .reading import WHY


def refused_csv(
    header: Sequence[str], rows: Iterable[tuple[int, str, Sequence[str]]], *, name: str
) -> HttpResponse:
    """Refused rows with their own cells and why: to be corrected and chosen again as they are."""
    lines = [[*cells, f"Row {number}: {because}"] for number, because, cells in rows]
    return _download([*header, WHY], lines, name)


def template_csv(
    meanings: Sequence[Meaning], examples: dict[str, str], *, name: str
) -> HttpResponse:
    """An empty file of a room's own layout, with one line filled in."""
    filled = [examples.get(meaning.name, meaning.example) for meaning in meanings]
    return _download([meaning.name for meaning in meanings], [filled], name)


def _download(header: Sequence[str], lines: Iterable[Sequence[str]], name: str) -> HttpResponse:
    """A file of the desk's: no cache keeps it."""
    text = lines_text((header, *lines))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response

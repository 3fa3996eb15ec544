"""Pages for when something fails, which need neither database nor disk, with the telephone on them.

What they say of the town is kept in memory and in a small file beside the data, written when the
town is saved and when it starts.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static

logger = logging.getLogger("commonweal.design")
# What is said of the town; whoever keeps the town fills it (commonweal.places).
FACTS = (
    "name",
    "service_name",
    "contact_phone",
    "contact_email",
    "help_phone",
    "help_hours",
    "helplines",
)
WORDS = {
    "away": ("We can't reach our records", "Nothing that was kept is lost."),
    "busy": ("Too much is being written at once", "Nothing that was kept is lost."),
    "fetched": (
        "Too many files are being fetched at once",
        "Wait half a minute, then try again. All other pages can be read meanwhile.",
    ),
    "read_only": (
        "Nothing can be sent to us at the moment",
        "What we hold can still be read; only what is new can't be kept.",
    ),
    "full": (
        "Nothing can be sent to us at the moment",
        "We have no room left to keep it. What we hold can still be read.",
    ),
    "broken": ("Something went wrong", "It is our fault, and it has been noted."),
}
_known: dict[str, Any] = {}


def _file(name: str) -> Path:
    return Path(settings.VAR) / "away" / name


def keep(facts: dict[str, Any]) -> None:
    """Keep what the pages say of the town. A disk that takes nothing is no reason to fail."""
    _known.clear()
    _known.update(facts)
    try:
        _file("").mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(_file("town.json"), json.dumps(facts))
        # For a web server in front, to be shown while we are not there at all.
        _write(_file("away.html"), text("away"))
    except OSError as failure:
        logger.warning("The page for failures was not written: %s", failure.strerror)


def _write(path: Path, content: str) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(content)
    partial.rename(path)


def _facts() -> dict[str, Any]:
    if not _known:
        try:
            _known.update(json.loads(_file("town.json").read_text()))
        except (OSError, ValueError):
            return {}
    return _known


def _sheets() -> list[str]:
    try:
        return [static("vendor/govuk-frontend.min.css"), static("design/commonweal.css")]
    except Exception:
        # No style files were gathered: the page is plain then.
        return []


def text(kind: str) -> str:
    title, what_it_means = WORDS[kind]
    context = {
        "title": title,
        "what_it_means": what_it_means,
        "sheets": _sheets(),
        "town": _facts(),
    }
    return render_to_string("design/away.html", context)


def page(kind: str) -> HttpResponse:
    """The page about a failure of one kind; 503 where it passes by itself, 500 where it is ours."""
    response = HttpResponse(text(kind), status=500 if kind == "broken" else 503)
    if kind != "broken":
        response["Retry-After"] = "30"
    response["Cache-Control"] = "no-store"
    return response

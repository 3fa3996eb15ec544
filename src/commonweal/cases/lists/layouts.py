"""How publishers lay out their lists: which columns a list is told by, and where each fact
stands. The layouts themselves stand in ``layouts.toml``; of any other list the headings say what
they mean (`meanings`), or somebody does."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .meanings import meaning_of


@dataclass(frozen=True)
class PublisherLayout:
    """How one publisher's list names things. ``meanings`` are what its columns mean, by their
    headings in small letters."""

    code: str
    name: str
    known_by: tuple[str, ...]
    meanings: dict[str, str]


ANY = PublisherLayout("generic", "A list of people", (), {})


def _layout(table: dict[str, Any]) -> PublisherLayout:
    meanings = {
        column.casefold(): "phone" if meaning == "phone2" else meaning
        for meaning, columns in table["columns"].items()
        for column in columns
    }
    # A column that is the key and the NHS number at once is the number, which is a key too.
    meanings |= {column.casefold(): "nhs" for column in table["columns"].get("nhs", ())}
    meanings |= {column.casefold(): "note" for column in table.get("notes", ())}
    for column in table.get("dead", ()):
        meanings[column.casefold()] = "died" if column.startswith("Flag") else "died_on"
    return PublisherLayout(table["code"], table["name"], tuple(table["known_by"]), meanings)


LAYOUTS = tuple(
    _layout(table)
    for table in tomllib.loads(Path(__file__).with_name("layouts.toml").read_text("utf-8"))[
        "layout"
    ]
)
_OF_ANY_LAYOUT = {
    heading: meaning for layout in LAYOUTS for heading, meaning in layout.meanings.items()
}


def layout_of(header: list[str]) -> PublisherLayout:
    """The layout whose columns a file has; that of any list where it has none's."""
    columns = {name.casefold() for name in header}
    for layout in LAYOUTS:
        if all(name.casefold() in columns for name in layout.known_by):
            return layout
    return ANY


def means(heading: str) -> str:
    """What a heading means in any list that is known, "" where in none."""
    return _OF_ANY_LAYOUT.get(heading.strip().casefold(), "") or meaning_of(heading)


def understood(header: list[str], layout: PublisherLayout) -> tuple[str, ...]:
    """What each column means: by its publisher's layout, else by its own words. Of a publisher's
    list only what the layout names is taken."""
    if layout.known_by and layout.code != ANY.code:
        return tuple(layout.meanings.get(name.casefold(), "") for name in header)
    return tuple(layout.meanings.get(name.casefold(), "") or meaning_of(name) for name in header)

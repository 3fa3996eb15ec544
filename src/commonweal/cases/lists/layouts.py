"""How publishers lay out their lists: which columns a list is told by, and where each fact
stands. The layouts themselves stand in ``layouts.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commonweal.office.errors import Refused


@dataclass(frozen=True)
class Layout:
    """How one publisher's list names things. Each value lists columns, joined by a space."""

    code: str
    name: str
    known_by: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()


def _layout(table: dict[str, Any]) -> Layout:
    return Layout(
        table["code"],
        table["name"],
        tuple(table["known_by"]),
        {fact: tuple(columns) for fact, columns in table["columns"].items()},
        tuple(table.get("notes", ())),
        tuple(table.get("dead", ())),
    )


LAYOUTS = tuple(
    _layout(table)
    for table in tomllib.loads(Path(__file__).with_name("layouts.toml").read_text("utf-8"))[
        "layout"
    ]
)


def layout_of(header: list[str]) -> Layout:
    """The layout whose columns a file has.

    Raises
    ------
    Refused
        None fits; the sentence names what each would need.
    """
    columns = {name.strip().casefold() for name in header}
    for layout in LAYOUTS:
        if all(name.casefold() in columns for name in layout.known_by):
            return layout
    needs = "; ".join(
        f"{layout_known.name}: {', '.join(layout_known.known_by)}" for layout_known in LAYOUTS
    )
    raise Refused(
        f"The columns of this file fit no list that is known here. It has: "
        f"{', '.join(header[:12])}. Known are: {needs}."
    )

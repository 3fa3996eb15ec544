"""How a town file's tables are called, and what somebody may have meant who misspelt a name."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from . import values
from .sections import Key, sections

# A table of the file: its place, its section as it is written, and its keys.


def shown(table: dict[str, Any], number: int) -> str:
    """How a table among several is called: its name or code, else its place."""
    for name in ("code", "name", "number", "purpose", "version", "title", "text", "label"):
        if isinstance(table.get(name), str) and table[name].strip():
            return f"“{table[name][:40]}”"
    return f"no. {number + 1}"


def nearest(name: str, known: Mapping[str, Any]) -> str:
    close = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    # A part of the name is near too: decided for decided_on.
    parts = [key for key in known if key.startswith(name.lower()) or name.lower().startswith(key)]
    return (parts or close or [""])[0]


def unknown_key(name: str, nearest: str, known: Mapping[str, Key]) -> str:
    elsewhere = [section.heading for section in sections().values() if section.key(name)]
    if nearest:
        hint = f"Did you mean {nearest}?"
    elif elsewhere:
        hint = f"It belongs under {elsewhere[0]}."
    else:
        hint = f"There are: {', '.join(known)}."
    return f"{values.short(name)} is no setting here. {hint}"


def not_there(key: Key, code: str, known: set[str]) -> str:
    near = get_close_matches(code, known, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return (
        f"{key.name} names {values.shown(code)}, which is not in the file under [[{key.of}]].{hint}"
    )

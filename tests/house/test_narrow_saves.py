"""No action writes a whole row: another person's change to another column would be lost."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src" / "commonweal").rglob("*.py"))
# What Django's own `save` takes; with anything else it is an action of that name.
TAKES = {"using", "force_update"}
# file: why a whole row is right there.
MAY: dict[str, str] = {}


def whole_rows(source: str) -> list[int]:
    """Lines on which `something.save()` writes every column: with neither the columns that it
    writes nor the word that the row is new. `save(path)` of a file or picture is another thing."""
    if "save" not in source:
        return []
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "save"
        and not node.args
        and {keyword.arg for keyword in node.keywords} <= TAKES
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_action_saves_a_whole_row(path):
    name = path.relative_to(ROOT / "src" / "commonweal").as_posix()
    lines = whole_rows(path.read_text())
    assert not lines or name in MAY, f"{name}:{lines}: say which columns, by update_fields=[…]"


def test_the_search_sees_what_it_looks_for():
    assert whole_rows("one.save()\nrow.save(using='x')\nrow.save(update_fields=['a'])") == [1, 2]
    assert whole_rows("made.save(force_insert=True)\nbook.save(path)\nsave()") == []

"""Per cent have one form on all pages, that of the filter `percent`: 46%, and not 46 with a
space."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from commonweal.design.words import percent

ROOT = Path(__file__).resolve().parents[2]
# After a figure, or what stands for it, a space and the sign; a tag of a template ends by it.
APART = re.compile(r"(?:[0-9]|\}\})[ \u00a0]%(?!\})")
# Words that are kept with an answer and compared when it is worked out again; pages write them
# by `ScenarioVersion.limits`.
KEPT = {"quotients.py", "scenarios.py"}


def texts() -> Iterator[tuple[str, str]]:
    """What people read: pages, pages on method, guides."""
    for path in (
        *ROOT.glob("src/commonweal/**/*.html"),
        *ROOT.glob("docs/methods/*.md"),
        *ROOT.glob("docs/guides/*.md"),
    ):
        for line in path.read_text().splitlines():
            yield path.name, line


def sentences() -> Iterator[tuple[str, str]]:
    """What Python says, a text at a time; of a text with figures in it each part by itself."""
    for path in ROOT.glob("src/**/*.py"):
        if "migrations" in path.parts or (path.parent.name == "regional" and path.name in KEPT):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                for before, after in zip(node.values, node.values[1:], strict=False):
                    if isinstance(before, ast.FormattedValue) and isinstance(after, ast.Constant):
                        yield path.name, f"0{after.value}"
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path.name, node.value


def test_per_cent_have_one_form():
    assert percent(0.46) == "46.0%"
    apart = [(name, line.strip()) for name, line in texts() if APART.search(line)]
    apart += [(name, text) for name, text in sentences() if APART.search(text)]
    assert apart == []

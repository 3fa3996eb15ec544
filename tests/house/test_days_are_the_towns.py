"""A moment is told by the town's clock: in summer its first hour is still yesterday in
Greenwich."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SRC = Path(__file__).resolve().parents[2] / "src" / "commonweal"
# What it is called says that it is a moment; rows of the database bear theirs in UTC.
MOMENT = re.compile(r"(\w+_at|now|moment|latest|newest)$")
# Moments that are the town's already, by their docstrings and by `localtime` above them.
LOCAL = {"residents/ways.py", "cases/opening.py"}
# Each reads a day, a term or a name that nobody reads as a day.
NO_MOMENT = {
    "as_at": "the day of a file",
    "partners/actions.py": "part of a letter's key",
    "cases/opening.py": "part of a letter's key",
    "accounts/mail.py": "part of a Message-ID",
}


def moment_in(node: ast.expr) -> str:
    """What a bare name or attribute that holds a moment is called; "" for anything else."""
    if isinstance(node, ast.Call):
        node = node.func
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name if MOMENT.fullmatch(name) else ""


def told_in_utc(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each `moment.date()` and `{moment:%d}`, by line; `__str__` speaks to developers alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "__str__":
            continue
        moment = ""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            moment = moment_in(node.func.value) if node.func.attr == "date" else ""
        elif isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            moment = moment_in(node.value) if "%" in ast.unparse(node.format_spec) else ""
        if moment:
            yield node.lineno, moment
        yield from told_in_utc(node)


def test_no_day_is_read_off_a_moment_in_utc():
    found = []
    for path in SRC.rglob("*.py"):
        name = path.relative_to(SRC).as_posix()
        if "migrations" in name or name.startswith("demo/") or name in LOCAL:
            continue
        found += [
            f"{name}:{line} {moment}"
            for line, moment in told_in_utc(ast.parse(path.read_text()))
            if moment not in NO_MOMENT and not any(name.endswith(end) for end in NO_MOMENT)
        ]
    assert found == [], "use timezone.localdate or localtime: " + ", ".join(found)

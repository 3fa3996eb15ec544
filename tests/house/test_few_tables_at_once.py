"""No statement brings along more tables than a database plans for in no time.

PostgreSQL tries the orders in which tables may be joined: with eight it thinks about a row that is
found by its reference for many times as long as it takes to fetch it.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "src" / "commonweal"
AT_MOST = 6
CALL = "select_related"


def brought_along(source: str) -> dict[int, int]:
    """How many tables come with the rows, by line: each step of a path is one."""
    calls = [
        node
        for node in (ast.walk(ast.parse(source)) if CALL in source else ())
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == CALL
    ]
    return {call.lineno: len(tables(call)) for call in calls}


def tables(call: ast.Call) -> set[tuple[str, ...]]:
    paths = [
        node.value.split("__")
        for argument in call.args
        for node in ast.walk(argument)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return {tuple(path[: end + 1]) for path in paths for end in range(len(path))}


@pytest.mark.parametrize(
    ("call", "count"),
    [
        ('select_related("a", "b")', 2),
        ('select_related("a__b__c", "a__d", "a")', 4),
        ('select_related("a", *("b__c", "b__d"))', 4),
    ],
)
def test_each_step_of_a_path_is_a_table(call, count):
    assert brought_along(f"rows.{call}") == {1: count}


def test_no_rows_bring_along_more_than_a_few_tables():
    """Leave out what the page does not show, and what is seldom there: it is asked for then."""
    too_many = [
        f"{path.relative_to(ROOT)}:{line}: {count} tables"
        for path in sorted(ROOT.rglob("*.py"))
        for line, count in brought_along(path.read_text()).items()
        if count > AT_MOST
    ]
    assert too_many == []

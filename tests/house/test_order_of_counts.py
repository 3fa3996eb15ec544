"""What is counted beside its rows says in which order they come: Django leaves a model's own order
out of every query that groups, and each database then takes one of its own."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src" / "commonweal").rglob("*.py"))
COUNTS = {"Count", "Sum", "Max", "Min", "Avg"}


def _called(node: ast.AST) -> str:
    function = getattr(node, "func", None)
    return getattr(function, "id", getattr(function, "attr", ""))


def without_order(source: str) -> list[int]:
    """Lines on which rows are annotated with what is counted, and nothing around it orders them."""
    tree = ast.parse(source)
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    lines = []
    for node in ast.walk(tree):
        if _called(node) != "annotate":
            continue
        inside = {_called(part) for keyword in node.keywords for part in ast.walk(keyword.value)}
        if not inside & COUNTS or inside & {"Subquery", "Window"}:
            continue
        chain = {part.attr for part in ast.walk(node.func) if isinstance(part, ast.Attribute)}
        around = above[node]
        while isinstance(around, (ast.Attribute, ast.Call)):
            chain |= {getattr(around, "attr", "")}
            around = above[around]
        if not chain & {"order_by", "get"}:
            lines.append(node.lineno)
    return lines


def test_what_is_counted_says_its_order():
    places = {
        path.relative_to(ROOT).as_posix(): lines
        for path in SOURCES
        if "annotate" in (source := path.read_text()) and (lines := without_order(source))
    }
    assert not places, "say in which order they come, by order_by(…)"


def test_the_search_sees_what_it_looks_for():
    rows = "Theme.objects.annotate(total=Count('pledges'))"
    assert without_order(f"{rows}\nmodels.{rows}.filter(x=1)") == [1, 2]
    assert without_order("rows.annotate(last=models.Max('day'))") == [1]
    assert without_order(f"{rows}.order_by('order')\nrows.order_by().annotate(m=Sum('x'))") == []
    assert without_order(f"{rows}.get(code='x')\nrows.annotate(first=F('x'))") == []

"""A docstring names the parameters that are there, not those that were."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
# What stands above a list of parameters, and beside a name that is explained.
LIST, MARK = "Parameters", "``"
Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
SECTION = re.compile(rf"^{LIST}\n-+\n(.*?)(?=^[A-Z]\w*\n-{{3,}}|\Z)", re.DOTALL | re.MULTILINE)
MARKED = re.compile(rf"{MARK}([a-z_]\w*){MARK}")
# Marked names of which their module has no trace, as they are somebody else's.
OF_OTHERS = {
    ("kept_out", "redirect"): "Django's",
    ("match", "number"): "a column of what it returns",
    ("find", "columns_said"): "a parameter of sources.payments.read",
    ("Agreement", "matter"): "the end of two fields' names",
    ("Agreement", "agreed"): "the end of two fields' names",
    ("PaymentLine", "invoice_date"): "a column of a payment file",
}


def modules(word: str) -> Iterator[tuple[Path, ast.Module]]:
    """Those in which a word stands that what is looked for can't do without."""
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text()
        if "migrations" not in path.parts and word in text:
            yield path, ast.parse(text)


def documented(tree: ast.Module) -> Iterator[tuple[Documented, str]]:
    for node in statements(tree):
        if isinstance(node, Documented) and (text := ast.get_docstring(node)):
            yield node, text


def statements(tree: ast.Module) -> Iterator[ast.AST]:
    """A module and all in it but expressions, in which nothing is defined."""
    ahead: list[ast.AST] = [tree]
    while ahead:
        node = ahead.pop()
        yield node
        ahead += (child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr))


def parameters_of(node: Documented) -> set[str]:
    """What may be given; of a class, its fields and what its ``__init__`` takes."""
    if not isinstance(node, ast.ClassDef):
        takes = node.args
        named = [*takes.posonlyargs, *takes.args, *takes.kwonlyargs]
        return {each.arg for each in [*named, takes.vararg, takes.kwarg] if each}
    fields = {
        each.target.id
        for each in node.body
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    }
    inits = [each for each in node.body if getattr(each, "name", "") == "__init__"]
    return fields.union(*(parameters_of(init) for init in inits if isinstance(init, Documented)))


def takes_anything(node: Documented) -> bool:
    """Whether what may be given is not said by the signature: of a tag it stands in a template."""
    if isinstance(node, ast.ClassDef):
        return False
    return node.args.kwarg is not None or {"parser", "token"} <= parameters_of(node)


def listed(text: str) -> Iterator[str]:
    """The names under "Parameters": those of an indented line are about the one above."""
    section = SECTION.search(text)
    for line in section[1].splitlines() if section else ():
        if line and not line[0].isspace():
            yield from re.split(r",\s*", line.strip())


def words_of(tree: ast.Module) -> set[str]:
    """Every name of a module, and every word of its texts but for docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in statements(tree)
        if isinstance(node, Documented | ast.Module)
        and ast.get_docstring(node)
        and isinstance(node.body[0], ast.Expr)
    }
    words: set[str] = set()
    for node in ast.walk(tree):
        for name in ("id", "attr", "arg", "name", "asname"):
            if called := getattr(node, name, None):
                words.update(re.findall(r"\w+", str(called)))
        if isinstance(node, ast.Constant) and id(node) not in docstrings:
            words.update(re.findall(r"\w+", str(node.value)))
    return words


def test_what_is_listed_under_parameters_can_be_given():
    gone = [
        f"{path.name}: {node.name} lists {name}"
        for path, tree in modules(LIST)
        for node, text in documented(tree)
        if not takes_anything(node)
        for name in listed(text)
        if name.lstrip("*") not in parameters_of(node)
    ]
    assert gone == []


def test_what_a_docstring_explains_by_name_can_be_given_or_is_in_the_module():
    gone = {}
    for path, tree in modules(MARK):
        marked = [
            (node.name, name) for node, text in documented(tree) for name in MARKED.findall(text)
        ]
        words = words_of(tree) if marked else set()
        gone |= {(node, name): path.name for node, name in marked if name not in words}
    assert {key: module for key, module in gone.items() if key not in OF_OTHERS} == {}
    assert set(OF_OTHERS) - set(gone) == set()


def test_there_are_docstrings_that_list_parameters():
    count = sum(
        len(list(listed(text))) for _, tree in modules(LIST) for node, text in documented(tree)
    )
    assert count > 50

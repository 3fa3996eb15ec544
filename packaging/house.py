"""Measure the house: how long, how branched, how documented and how named its code is.

    python packaging/house.py [ROOT]

Prints a table in Markdown, with a column for all of ``src`` and one for each package in it. Reads
files only, with nothing but the standard library, and without migrations.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import UnionType

# Names that say nothing of what they name.
VAGUE = frozenset(
    re.findall(
        r"\w+",
        "one found made said there here more rest whole told kept own other words what way asked "
        "given result data item value obj",
    )
)
LONG_FUNCTION, LONG_LINE, LONG_TEMPLATE_LINE = 60, 100, 120
# From so many ways through a function on, it is ranked C, or D.
RANK_C, RANK_D = 11, 21

Function = ast.FunctionDef | ast.AsyncFunctionDef
COMMENT = re.compile(r"^\s*#(?!!)")
FORMATTER_OFF = re.compile(r"#\s*fmt:\s*(skip|off)\b")


@dataclass
class Module:
    """One file of Python."""

    name: str
    text: str
    is_package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def bound(self) -> list[str]:
        """The names that it binds, each as often as it does."""
        return list(bound_names(self.tree))

    @cached_property
    def lines(self) -> list[str]:
        """Its lines that are not blank."""
        return [line for line in self.text.splitlines() if line.strip()]

    @cached_property
    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    @cached_property
    def outward(self) -> list[Function | ast.ClassDef]:
        """What others may use: its functions and classes with their methods, whose names do not
        begin with an underscore; nothing inside a function, and no model's ``Meta``."""
        return list(_outward(self.tree))


def _outward(tree: ast.AST) -> Iterator[Function | ast.ClassDef]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function | ast.ClassDef):
            if not node.name.startswith("_") and node.name != "Meta":
                yield node
            if isinstance(node, Function) or node.name == "Meta":
                continue
        yield from _outward(node)


@dataclass
class House:
    """Some modules and templates."""

    modules: list[Module]
    templates: list[str] = field(default_factory=list)

    @property
    def line_count(self) -> int:
        return sum(len(module.lines) for module in self.modules)

    @cached_property
    def functions(self) -> list[Function]:
        return [function for module in self.modules for function in module.functions]

    @cached_property
    def template_lines(self) -> list[int]:
        """How long each line of the templates is, blank ones apart."""
        lines = (line for text in self.templates for line in text.splitlines())
        return [len(line) for line in lines if line.strip()]

    def matching(self, pattern: re.Pattern[str]) -> int:
        """How many lines of Python a pattern is found in."""
        return sum(bool(pattern.search(line)) for module in self.modules for line in module.lines)


# Names, functions and imports


def bound_names(tree: ast.AST) -> Iterator[str]:
    """The names that code binds: of variables, fields, parameters, functions and classes.

    >>> code = "def told(a, *, given=1):\\n    for one, b in a: b.c = [x for x in one]"
    >>> sorted(bound_names(ast.parse(code)))
    ['a', 'b', 'given', 'one', 'told', 'x']
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg) and node.arg not in ("self", "cls"):
            yield node.arg
        elif isinstance(node, Function | ast.ClassDef | ast.ExceptHandler | ast.MatchAs) and (
            node.name
        ):
            yield node.name


def vague_names(module: Module) -> dict[str, int]:
    """The names of a module that say nothing, and how often each is bound."""
    names = [name for name in module.bound if name in VAGUE]
    return {name: names.count(name) for name in sorted(set(names))}


def length(function: Function) -> int:
    """How many lines a function has, from its ``def`` to its end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def complexity(function: ast.AST) -> int:
    """How many ways there are through a function, as McCabe counts them and radon does.

    >>> code = "def f(a):\\n    if a and a.b:\\n        return [c for c in a if c]\\n    return 0"
    >>> complexity(ast.parse(code).body[0])
    5
    """
    return 1 + sum(_branches(node) for node in ast.walk(function) if node is not function)


def _branches(node: ast.AST) -> int:
    match node:
        case ast.For() | ast.AsyncFor() | ast.While():
            return 1 + bool(node.orelse)
        case ast.Try():
            return len(node.handlers) + bool(node.orelse)
        case ast.BoolOp():
            return len(node.values) - 1
        case ast.comprehension():
            return 1 + len(node.ifs)
        case ast.If() | ast.IfExp() | ast.With() | ast.AsyncWith() | ast.Assert() | ast.Lambda():
            return 1
        case ast.match_case():
            return int(not isinstance(node.pattern, ast.MatchAs) or node.pattern.name is not None)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return 1
    return 0


def documented(house: House, kind: type[ast.AST] | UnionType) -> str:
    """What share of the functions, or classes, that others may use has a docstring."""
    nodes = [node for module in house.modules for node in module.outward if isinstance(node, kind)]
    return share(sum(bool(ast.get_docstring(node)) for node in nodes), len(nodes))


def imports(module: Module, known: set[str]) -> set[str]:
    """The modules of ``known`` that a module imports, but for types alone."""
    package = module.name if module.is_package else module.name.rpartition(".")[0]
    targets: set[str] = set()
    for node in _running(module.tree):
        if isinstance(node, ast.Import):
            targets.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            source = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            inner = {f"{source}.{alias.name}" for alias in node.names}
            # Of a package's own modules one by one; else what it says itself.
            targets |= inner & known or {source}
    return (targets & known) - {module.name}


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    """All statements but those under ``if TYPE_CHECKING``. An expression holds none."""
    ahead = [tree]
    while ahead:
        for node in ast.iter_child_nodes(ahead.pop()):
            if isinstance(node, ast.expr):
                continue
            if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
                yield node
                ahead.append(node)


def inner_imports(house: House) -> int:
    """Imports inside functions."""
    return sum(
        isinstance(node, ast.Import | ast.ImportFrom)
        for function in house.functions
        for node in ast.walk(function)
    )


def two_way(house: House) -> list[tuple[str, str]]:
    """Rooms (``commonweal.pledges``, ``localwealth.spend``) that import each other."""
    known = {module.name for module in house.modules}
    arrows = {
        (room(module.name), room(target))
        for module in house.modules
        for target in imports(module, known)
    }
    return sorted(
        (first, second) for first, second in arrows if first < second and (second, first) in arrows
    )


def room(name: str) -> str:
    """The room that a module stands in.

    >>> room("commonweal.pledges.models"), room("localwealth.cli")
    ('commonweal.pledges', 'localwealth.cli')
    """
    return ".".join(name.split(".")[:2])


def cycles(house: House) -> list[list[str]]:
    """Modules that, by however many steps, import each other."""
    known = {module.name for module in house.modules}
    arrows = {module.name: imports(module, known) for module in house.modules}
    reached = {name: _reached(name, arrows) for name in arrows}
    rings = {
        tuple(sorted(target for target in reached[name] if name in reached[target]))
        for name in arrows
        if name in reached[name]
    }
    return [list(ring) for ring in sorted(rings)]


def _reached(name: str, arrows: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = list(arrows[name])
    while ahead:
        if (target := ahead.pop()) not in seen:
            seen.add(target)
            ahead += arrows[target]
    return seen


# Figures in words


def share(part: float, total: float) -> str:
    """A share in per cent; a dash where there is nothing.

    >>> share(1, 8), share(0, 0)
    ('12.5 %', '–')
    """
    return f"{part / total:.1%}".replace("%", " %") if total else "–"


def spread(numbers: Sequence[int]) -> str:
    """Median, 90th percentile and most.

    >>> spread([1, 2, 3, 4, 100])
    '3 / 100 / 100'
    """
    if not numbers:
        return "–"
    ranked = sorted(numbers)
    at = (ranked[int(part * len(ranked))] for part in (0.5, 0.9))
    return " / ".join(f"{number:,}" for number in (*at, ranked[-1]))


def vague_share(house: House) -> str:
    """The share of bound names that say nothing, and the commonest of them."""
    bound = [name for module in house.modules for name in module.bound]
    vague = [name for name in bound if name in VAGUE]
    most = sorted(set(vague), key=lambda name: (-vague.count(name), name))[:5]
    names = ", ".join(f"{name} {vague.count(name)}" for name in most)
    return share(len(vague), len(bound)) + (f" ({names})" if names else "")


def biggest_room(house: House) -> str:
    """The room with most lines, and its share of all."""
    sizes: dict[str, int] = {}
    for module in house.modules:
        sizes[room(module.name)] = sizes.get(room(module.name), 0) + len(module.lines)
    name = max(sizes, key=lambda name: sizes[name], default="")
    return f"{share(sizes.get(name, 0), house.line_count)} ({name})"


def per_cent_lines(count: int, house: House) -> str:
    return f"{100 * count / max(house.line_count, 1):.1f}"


def over(numbers: Iterable[int], limit: int) -> int:
    return sum(number > limit for number in numbers)


# What is measured, the goal, and how.
MEASURES: tuple[tuple[str, str, Callable[[House], object]], ...] = (
    ("files", "", lambda house: f"{len(house.modules):,}"),
    ("lines", "", lambda house: f"{house.line_count:,}"),
    (
        "lines of a file, median / 90th / most",
        "90th ≤ 250",
        lambda house: spread([len(module.text.splitlines()) for module in house.modules]),
    ),
    ("functions", "", lambda house: f"{len(house.functions):,}"),
    (
        "lines of a function, median / 90th / most",
        "≤ 8 / – / ≤ 60",
        lambda house: spread([length(function) for function in house.functions]),
    ),
    (
        f"functions over {LONG_FUNCTION} lines",
        "0",
        lambda house: over(map(length, house.functions), LONG_FUNCTION),
    ),
    (
        "return type declared",
        "100 %",
        lambda house: share(
            sum(function.returns is not None for function in house.functions),
            len(house.functions),
        ),
    ),
    (
        "public functions with a docstring",
        "100 % in localwealth",
        lambda house: documented(house, Function),
    ),
    ("public classes with a docstring", "", lambda house: documented(house, ast.ClassDef)),
    (
        "complexity: C or worse",
        "< 40",
        lambda house: over(map(complexity, house.functions), RANK_C - 1),
    ),
    (
        "complexity: D or worse",
        "0",
        lambda house: over(map(complexity, house.functions), RANK_D - 1),
    ),
    (
        "comments per 100 lines",
        "",
        lambda house: per_cent_lines(house.matching(COMMENT), house),
    ),
    ("imports inside functions", "", inner_imports),
    (
        f"lines of Python over {LONG_LINE}",
        "0",
        lambda house: over(
            (len(line) for module in house.modules for line in module.lines), LONG_LINE
        ),
    ),
    ("formatter switched off", "< 40", lambda house: house.matching(FORMATTER_OFF)),
    ("vague names among bound names", "< 1 %", vague_share),
    ("templates", "", lambda house: f"{len(house.templates):,}"),
    (
        "characters of a template's line, median / 90th / most",
        "≤ 40 / – / ≤ 120",
        lambda house: spread(house.template_lines),
    ),
    (
        f"template lines over {LONG_TEMPLATE_LINE}",
        "0",
        lambda house: over(house.template_lines, LONG_TEMPLATE_LINE),
    ),
    ("rooms that import each other", "0", lambda house: len(two_way(house))),
    ("rings of modules that import each other", "0", lambda house: len(cycles(house))),
    ("biggest room", "≤ 16 %", biggest_room),
)


# Reading files


def read(folder: Path, package: str = "") -> House:
    """The modules and templates below a folder, without migrations."""
    modules = []
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        if "migrations" in parts or "node_modules" in parts:
            continue
        names = parts[:-1] if parts[-1] == "__init__" else parts
        name = ".".join([*filter(None, [package]), *names])
        modules.append(Module(name, path.read_text("utf-8"), parts[-1] == "__init__"))
    pages = sorted(path for path in folder.rglob("*.html") if "templates" in path.parts)
    return House(modules, [page.read_text("utf-8") for page in pages])


def table(root: Path) -> str:
    """All figures of a checkout, as a table in Markdown."""
    source = root / "src"
    packages = sorted(path.parent for path in source.glob("*/__init__.py"))
    houses = [read(source), *(read(package, package.name) for package in packages)]
    rows = [
        ["", "goal", "src", *(package.name for package in packages)],
        ["---"] * (3 + len(packages)),
    ]
    rows += [
        [title, goal, *(str(measure(house)) for house in houses)]
        for title, goal, measure in MEASURES
    ]
    tests = read(root / "tests")
    ratio = tests.line_count / max(houses[0].line_count, 1)
    rows.append(["lines of tests a line of code", "≥ 0.8", f"{ratio:.2f}", *[""] * len(packages)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    print(table(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).resolve().parents[1]))

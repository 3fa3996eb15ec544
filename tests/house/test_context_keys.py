"""No view gives its template a key that it does not use, and none wants a key that it does not get.

Read from the code alone: each `render` whose template and keys are written out, against the names
in that template, what it extends and what it includes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOMS = Path(__file__).resolve().parents[2] / "src" / "commonweal"
TEMPLATES = {
    "/".join(path.relative_to(ROOMS).parts[2:]): path.read_text()
    for path in ROOMS.glob("*/templates/**/*.html")
}
RENDERS = {"render", "render_to_string"}
TAKES = re.compile(r"""{%\s*(?:extends|include)\s+["']([^"']+)["']""")
TAG = re.compile(r"{{(?P<shown>.*?)}}|{%\s*(?P<tag>\w+)(?P<body>.*?)%}", re.DOTALL)
STRING = re.compile(r""""[^"]*"|'[^']*'""")
FILTER = re.compile(r"\|\s*\w+(:?)")
NAME = re.compile(r"(?<![\w.])[a-zA-Z_]\w*")
OF_THE_LANGUAGE = set(
    re.findall(r"\w+", "if and or not in is as with by None True False only forloop block")
)
SAYS_NOTHING = {"load", "extends", "block", "endblock", "csrf_token", "comment"}


def _given_to_all() -> set[str]:
    """What every page gets: from Django's processors of contexts, and from ours."""
    ours = ("places/context.py", "accounts/typed.py")
    keys = {key for path in ours for key in re.findall(r'"(\w+)":', (ROOMS / path).read_text())}
    return keys | {"request", "user", "perms", "messages", "csrf_token"}


GIVEN_TO_ALL = _given_to_all()
# What a part may be given by a page that includes it, and needs not be; a refusal has no
# invitation.
MAY_BE_LEFT_OUT = {
    "desk/_candidates.html": {"compare_with"},
    "partners/invitation.html": {"invitation"},
    "pledges/_ledger.html": {"see_private"},
    "pledges/_rows.html": {"space"},
}


@dataclass(frozen=True)
class Names:
    """The names in some templates: those they want, and those they make themselves."""

    wanted: frozenset[str]
    made: frozenset[str]

    def __or__(self, other: Names) -> Names:
        return Names(self.wanted | other.wanted, self.made | other.made)


NONE = Names(frozenset(), frozenset())


@cache
def names_in(template: str) -> Names:
    """The names in one template."""
    wanted: set[str] = set()
    made: set[str] = set()
    for found in TAG.finditer(TEMPLATES[template]):
        tag, body = found["tag"], found["shown"] or found["body"] or ""
        if tag in SAYS_NOTHING:
            continue
        body = STRING.sub('""', body)
        if tag == "for":
            variables, _, body = body.partition(" in ")
            made |= set(NAME.findall(variables))
        if tag == "regroup":
            body, _, variable = body.partition(" by ")
            made.add(variable.split()[-1])
        if tag in ("with", "include"):
            made |= set(re.findall(r"(\w+)=", body))
        made |= set(re.findall(r"\bas\s+(\w+)", body))
        body = re.sub(r"\bas\s+\w+|\b\w+=", "", body)
        wanted |= set(NAME.findall(FILTER.sub(" ", body))) - OF_THE_LANGUAGE
    return Names(frozenset(wanted), frozenset(made))


def taken_with(template: str) -> set[str]:
    """A template with all that it extends and includes; those of others are not ours to read."""
    seen: set[str] = set()
    ahead = [template]
    while ahead:
        name = ahead.pop()
        if name in TEMPLATES and name not in seen:
            seen.add(name)
            ahead += TAKES.findall(TEMPLATES[name])
    return seen


def names_of(templates: set[str]) -> Names:
    names = NONE
    for template in templates:
        names |= names_in(template)
    return names


@dataclass(frozen=True)
class Rendering:
    """Where a view renders a template."""

    where: str
    template: str
    keys: frozenset[str]
    # Whether these are all of its keys.
    is_whole: bool

    @property
    def unused(self) -> set[str]:
        return self.keys - names_of(taken_with(self.template)).wanted - GIVEN_TO_ALL

    @property
    def in_vain(self) -> set[str]:
        """What its own room's templates want; what design's frames can do may be left out."""
        taken = taken_with(self.template)
        own = names_of({name for name in taken if not name.startswith("design/")})
        optional = {name for part in taken for name in MAY_BE_LEFT_OUT.get(part, ())}
        return set(own.wanted - names_of(taken).made - self.keys - GIVEN_TO_ALL - optional)


def renderings() -> Iterator[Rendering]:
    for path in sorted(ROOMS.rglob("*.py")):
        text = path.read_text()
        # To read every module as code would take each worker seconds before its first test.
        if not any(name in text for name in RENDERS):
            continue
        for function in ast.walk(ast.parse(text)):
            if isinstance(function, ast.FunctionDef):
                where = f"{path.relative_to(ROOMS)}:{function.name}"
                yield from _in(function, where)


def _in(function: ast.FunctionDef, where: str) -> Iterator[Rendering]:
    for call in ast.walk(function):
        if not isinstance(call, ast.Call) or getattr(call.func, "id", "") not in RENDERS:
            continue
        template = next((part.value for part in call.args if isinstance(part, ast.Constant)), None)
        context = _context_of(call, function)
        if template in TEMPLATES and context is not None:
            keys = frozenset(key.value for key in context.keys if isinstance(key, ast.Constant))
            is_whole = len(keys) == len(context.keys) and not _grows(call, function)
            yield Rendering(where, template, keys, is_whole)


def _grows(call: ast.Call, function: ast.FunctionDef) -> bool:
    """Whether a context that has a name gets more keys before it is rendered."""
    name = ast.unparse(call.args[-1])
    more = re.compile(rf"\b{re.escape(name)}(?:\[.*\] =| \|= |\.update\(|: )")
    return isinstance(call.args[-1], ast.Name) and bool(more.search(ast.unparse(function)))


def _context_of(call: ast.Call, function: ast.FunctionDef) -> ast.Dict | None:
    last = call.args[-1]
    if isinstance(last, ast.Dict):
        return last
    if isinstance(last, ast.Constant):
        return ast.Dict(keys=[], values=[])
    assignments = (line for line in ast.walk(function) if isinstance(line, ast.Assign))
    for line in assignments:
        if isinstance(line.value, ast.Dict) and ast.unparse(line.targets[0]) == ast.unparse(last):
            return line.value
    return None


RENDERINGS = list(renderings())


def test_most_pages_can_be_read():
    assert len(RENDERINGS) > 120
    assert sum(rendering.is_whole for rendering in RENDERINGS) > 40


@pytest.mark.parametrize("rendering", RENDERINGS, ids=lambda one: f"{one.where}")
def test_no_key_is_given_that_its_template_does_not_use(rendering):
    assert rendering.unused == set()


@pytest.mark.parametrize(
    "rendering", [one for one in RENDERINGS if one.is_whole], ids=lambda one: f"{one.where}"
)
def test_no_key_is_wanted_in_vain(rendering):
    assert rendering.in_vain == set()

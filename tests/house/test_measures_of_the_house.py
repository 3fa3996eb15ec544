"""How the house is measured (packaging/house.py), and what its analysis keeps to."""

from __future__ import annotations

import ast
import doctest
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def house() -> ModuleType:
    spec = importlib.util.spec_from_file_location("house", ROOT / "packaging" / "house.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["house"] = module
    spec.loader.exec_module(module)
    return module


def town(folder: Path) -> Path:
    """A checkout of one package with one of everything that is counted."""
    app = folder / "src" / "town"
    pages = app / "templates"
    pages.mkdir(parents=True)
    (app / "migrations").mkdir()
    (app / "__init__.py").write_text('"""A town."""\n')
    (app / "streets.py").write_text(
        "from town import houses\n\n\n"
        "class Street:\n"
        '    """A street."""\n\n'
        "    def find(self, one):\n"
        "        # It may have none.\n"
        "        import re\n\n"
        "        return [found for found in houses.ALL if found and one]  # fmt: skip\n\n\n"
        f"def _far() -> int:\n    return {'1' * 95}\n"
    )
    (app / "houses.py").write_text(
        "from typing import TYPE_CHECKING\n\n"
        "if TYPE_CHECKING:\n    from town.streets import Street\n\n"
        "ALL: list[int] = []\n"
    )
    (app / "migrations" / "0001_initial.py").write_text("data = item = 1\n")
    (pages / "street.html").write_text(f"<p>Short</p>\n\n<p>{'long ' * 30}</p>\n")
    (folder / "tests").mkdir()
    (folder / "tests" / "test_streets.py").write_text("a = 1\nb = 2\n")
    return folder


def test_what_it_says_of_itself_is_so(house: ModuleType) -> None:
    tried = doctest.testmod(house)
    assert tried.failed == 0 < tried.attempted


def test_a_checkout_is_measured(house: ModuleType, tmp_path: Path) -> None:
    lines = house.table(town(tmp_path)).splitlines()
    rows = {}
    for line in lines[2:]:
        title, _, figure, *_ = line.strip("| ").split(" | ")
        rows[title] = figure
    assert rows["files"] == "3"
    assert rows["functions"] == "2"
    assert rows["return type declared"] == "50.0 %"
    assert rows["public functions with a docstring"] == "0.0 %"
    assert rows["public classes with a docstring"] == "100.0 %"
    assert rows["imports inside functions"] == "1"
    assert rows["lines of Python over 100"] == "1"
    assert rows["formatter switched off"] == "1"
    assert rows["vague names among bound names"] == "33.3 % (found 1, one 1)"
    assert rows["characters of a template's line, median / 90th / most"] == "157 / 157 / 157"
    assert rows["template lines over 120"] == "1"
    assert rows["rings of modules that import each other"] == "0"


def test_what_imports_each_other_is_found(house: ModuleType, tmp_path: Path) -> None:
    app = town(tmp_path) / "src" / "town"
    (app / "houses.py").write_text("def walk() -> None:\n    from .streets import Street\n")
    measured = house.read(tmp_path / "src")
    assert house.cycles(measured) == [["town.houses", "town.streets"]]
    assert house.two_way(measured) == [("town.houses", "town.streets")]


@pytest.fixture(scope="module")
def halves(house: ModuleType) -> dict[str, Any]:
    """Both packages, read once."""
    return {name: house.read(ROOT / "src" / name, name) for name in ("commonweal", "localwealth")}


@pytest.fixture(scope="module")
def analysis(halves: dict[str, Any]) -> object:
    return halves["localwealth"]


# What is left are columns of tables, names of form fields and what others' libraries ask for.
@pytest.mark.parametrize("package", ["commonweal", "localwealth"])
def test_names_say_what_they_name(house: ModuleType, halves, package: str) -> None:
    modules = halves[package].modules
    bound = sum(len(module.bound) for module in modules)
    vague = {module.name: house.vague_names(module) for module in modules}
    count = sum(sum(names.values()) for names in vague.values())
    assert count < bound * 0.007, {name: names for name, names in vague.items() if names}


@pytest.mark.parametrize("package", ["commonweal", "localwealth"])
def test_the_house_is_laid_out_by_the_formatter_alone(
    house: ModuleType, halves, package: str
) -> None:
    assert halves[package].matching(house.FORMATTER_OFF) == 0


@pytest.mark.parametrize("folder", ["tests", "benchmarks", "packaging"])
def test_what_stands_around_the_house_is_too(house: ModuleType, folder: str) -> None:
    modules = house.read(ROOT / folder).modules
    own = Path(__file__).stem
    off = [m.name for m in modules if own not in m.name and house.FORMATTER_OFF.search(m.text)]
    assert off == []


def test_whatever_others_may_use_of_the_analysis_says_what_it_is(
    house: ModuleType, analysis
) -> None:
    silent = [
        f"{module.name}.{node.name}"
        for module in analysis.modules
        for node in module.outward
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_no_module_of_the_house_imports_another_in_a_ring(house: ModuleType, halves) -> None:
    modules = [module for half in halves.values() for module in half.modules]
    assert house.cycles(house.House(modules)) == []


@pytest.mark.parametrize("package", ["commonweal", "localwealth"])
def test_no_line_is_longer_than_a_page_is_wide(house: ModuleType, halves, package: str) -> None:
    """Also where the formatter may not break it: a name, a text, what mypy is told."""
    modules = halves[package].modules
    long = [
        f"{module.name}: {line.strip()[:40]}"
        for module in modules
        for line in module.lines
        if len(line) > house.LONG_LINE
    ]
    assert long == []


def test_no_function_of_the_product_has_so_many_ways_that_it_is_ranked_d(
    house: ModuleType, halves
) -> None:
    functions = halves["commonweal"].functions
    ways = {function.name: house.complexity(function) for function in functions}
    assert {name: count for name, count in ways.items() if count >= house.RANK_D} == {}


def test_few_functions_of_the_product_are_ranked_c(house: ModuleType, halves) -> None:
    functions = halves["commonweal"].functions
    branched = [f.name for f in functions if house.complexity(f) >= house.RANK_C]
    assert len(branched) < 20, branched

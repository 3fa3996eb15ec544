"""How pages are proved unchanged (packaging/pages.py)."""

from __future__ import annotations

import doctest
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

PAGE = '<h1>Bread</h1>\n<p>Buy <a class="b a" href="/loaf/">a loaf</a>.</p><form><input name="n">'


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    path = Path(__file__).parents[2] / "packaging" / "pages.py"
    spec = importlib.util.spec_from_file_location("pages", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["pages"] = module
    spec.loader.exec_module(module)
    return module


def test_what_it_says_of_itself_is_so(pages) -> None:
    tried = doctest.testmod(pages)
    assert tried.failed == 0 < tried.attempted


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("Buy ", "Buy\n   ", []),
        ('class="b a" href="/loaf/"', 'href="/loaf/" class="a b"', ["bytes"]),
        ('class="b a" ', "", ["bytes", "elements"]),
        ("/loaf/", "/cake/", ["bytes", "elements", "links"]),
        ("a loaf", "a cake", ["bytes", "elements", "text", "links"]),
        ("Bread", "Loaves", ["bytes", "elements", "text", "headings"]),
        ('name="n"', 'name="m"', ["bytes", "elements", "forms"]),
    ],
)
def test_it_says_in_what_two_pages_differ(pages, old, new, kinds) -> None:
    assert pages.differences(PAGE, PAGE.replace(old, new)) == kinds


def test_two_runs_are_compared(pages, tmp_path, capsys) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    for folder, page in ((before, PAGE), (after, PAGE.replace("/loaf/", "/cake/"))):
        keeper = pages.Keeper(folder)
        keeper.keep("nobody /", 200, page)
        keeper.keep("nobody /join/", 200, f'{PAGE}<input name="once_key" value="{folder.name}">')
    assert pages.compare(before, before) == 0
    assert pages.compare(before, after) == 1
    assert "links 1" in capsys.readouterr().out
    keeper.keep("nobody /more/", 200, PAGE)
    assert pages.compare(after, before) == 1

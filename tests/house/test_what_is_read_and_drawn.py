"""By what the product reads what others sent, and where it takes its chance from."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"
# What makes objects of what it reads, and what follows the entities of XML.
READS_TOO_MUCH = {
    "pickle",
    "marshal",
    "shelve",
    "dill",
    "cloudpickle",
    "joblib",
    "jsonpickle",
    "yaml",
    "lxml",
    "xml.dom",
    "xml.sax",
    "xml.etree",
    "xmlrpc",
    "plistlib",
    "defusedxml",
}
# It refuses whatever has a document type; the other one names what that raises.
READ_XML = {"localwealth/tables/plain_xml.py", "localwealth/tables/workbooks.py"}
# Chance that a seed repeats: lines that are read by eye, payments and payees that are made up.
DRAW_BY_SEED = {"localwealth/spend/lines.py", "commonweal/spend/payees/sampling.py"}
MAKE_UP = ("commonweal/demo/", "localwealth/registers/generate")


def imported(text: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def those_that_import(modules: set[str]) -> set[str]:
    # Only what names one of them, or what it is a part of, is read as code.
    named = re.compile("|".join(wanted.partition(".")[0] for wanted in modules))
    return {
        str(path.relative_to(SRC))
        for path in SRC.rglob("*.py")
        for text in [path.read_text()]
        if named.search(text)
        and any(
            name == wanted or name.startswith(f"{wanted}.")
            for name in imported(text)
            for wanted in modules
        )
    }


def test_nothing_makes_objects_of_what_was_sent():
    """Others send JSON, tables and workbooks: none is read by what could run something."""
    assert those_that_import(READS_TOO_MUCH) == READ_XML
    workbooks = (SRC / "localwealth/tables/workbooks.py").read_text()
    assert workbooks.count("ElementTree") == workbooks.count("ElementTree.ParseError") + 1


def test_chance_that_could_be_guessed_makes_no_secret():
    """Codes, salts, keys and tokens come from `secrets`; what a seed repeats makes none."""
    draw = {path for path in those_that_import({"random"}) if not path.startswith(MAKE_UP)}
    assert draw == DRAW_BY_SEED


@pytest.mark.parametrize("setting", ["SESSION_SERIALIZER"])
def test_sessions_are_json(settings, setting):
    assert getattr(settings, setting) == "django.contrib.sessions.serializers.JSONSerializer"

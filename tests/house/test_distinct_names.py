"""One name for one thing: a reader of a traceback, or of a search, meets one class of a name.

A model's name is the word of the glossary for what its row is. Any other class that bears it (the
line of a file, what a function works out, the form in which it is asked for) has a name of its own.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import pytest
from django.apps import apps

SOURCE = Path(__file__).resolve().parents[2] / "src"
# Models of two rooms whose word is the same in both: their tables, and what the record says of
# their rows, are called so for good. The glossary has one entry that covers both, or each room's.
MODELS_OF_TWO_ROOMS = frozenset(
    {
        "Answer",
        "Check",
        "Comparator",
        "Different",
        "ImportRun",
        "Merge",
        "Place",
        "Schedule",
        "Series",
    }
)


def classes() -> dict[str, list[str]]:
    """Name -> the modules that define a class of it; those of Django's own frame left out."""
    modules = defaultdict(list)
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" in path.parts or "management" in path.parts:
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                module = path.relative_to(SOURCE).with_suffix("")
                modules[node.name].append(".".join(module.parts))
    return modules


def models() -> dict[str, list[str]]:
    labels = defaultdict(list)
    for model in apps.get_models():
        if model.__module__.startswith("commonweal."):
            labels[model.__name__].append(model.__module__)
    return labels


@pytest.fixture(scope="module")
def by_name() -> dict[str, list[str]]:
    return classes()


def test_the_name_of_a_model_is_no_other_class_s(by_name: dict[str, list[str]]) -> None:
    others = {
        name: sorted(set(by_name[name]) - set(modules))
        for name, modules in models().items()
        if set(by_name[name]) - set(modules)
    }
    assert not others, f"call these after what they are; their name is a model's: {others}"


def test_two_models_share_a_name_only_where_that_is_said() -> None:
    shared = {name for name, modules in models().items() if len(modules) > 1}
    assert shared == MODELS_OF_TWO_ROOMS


def test_no_two_forms_have_one_name(by_name: dict[str, list[str]]) -> None:
    shared = {
        name: modules
        for name, modules in by_name.items()
        if name.endswith("Form") and len(modules) > 1
    }
    assert not shared, f"name each after what it asks for: {shared}"


def test_what_has_many_meanings_has_many_names(by_name: dict[str, list[str]]) -> None:
    """What a room reads, plans or refuses is called after what it reads, plans or refuses."""
    empty = (
        "Bad",
        "Candidate",
        "Finding",
        "Plan",
        "Standing",
        "Step",
        "Story",
        "Verdict",
        "Wanted",
    )
    shared = {name: by_name[name] for name in empty if len(by_name[name]) > 1}
    assert not shared

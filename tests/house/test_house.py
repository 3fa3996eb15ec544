"""What must hold for the whole house, whatever is built in it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.urls import get_resolver

from commonweal.programme import computed

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TEMPLATES = sorted((ROOT / "src" / "commonweal").glob("*/templates/**/*.html"))
OURS = [m for m in apps.get_models() if m.__module__.startswith("commonweal.")]


def test_analysis_imports_without_django():
    code = (
        "import sys; sys.modules['django'] = None; sys.modules['commonweal'] = None\n"
        "import pkgutil, importlib, localwealth\n"
        "for m in pkgutil.walk_packages(localwealth.__path__, 'localwealth.'):\n"
        "    importlib.import_module(m.name)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.django_db
def test_every_model_change_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_is_public_or_private(model):
    fields = {field.name for field in model._meta.concrete_fields}
    assert fields == model.PUBLIC | model.PRIVATE
    assert not model.PUBLIC & model.PRIVATE


def test_no_export_reads_a_private_field():
    from commonweal.opendata import exports

    for columns, model in (
        (exports.PLEDGES, apps.get_model("pledges.Pledge")),
        (exports.PARTNERS, apps.get_model("partners.Partner")),
    ):
        for column in columns:
            assert column.name not in model.PRIVATE, column.name


def test_standing_is_written_in_one_place():
    """Only the ledger's own function sets what a pledge's ledger decides."""
    setters = re.compile(r"\.standing\s*=[^=]|update\([^)]*standing=|\"standing\":\s*state")
    found = {
        path.relative_to(ROOT / "src" / "commonweal").as_posix()
        for path in SOURCES
        if setters.search(path.read_text()) and "migrations" not in path.parts
    }
    assert found == {"pledges/ledger.py", "pledges/standing.py"}


def test_every_public_figure_has_its_page_on_method():
    for name in (
        "standing",
        "ledger",
        "measure-totals",
        "counts",
        "promise-bar",
        "inactive",
        "programme",
        "metrics",
        "measured-pledges",
        "joint-plan",
        "balance-sheet",
        "closed-books",
        "duplicates",
        "triage",
        "surge",
        "asks-and-draws",
        "consultations",
        "help-desk",
        "retention",
        "grants",
        "referrals",
        "safe-contact",
        *computed.REGISTERED,
    ):
        text = (ROOT / "docs" / "methods" / f"{name}.md").read_text()
        assert text.startswith("# ")
        assert "**What it can't tell.**" in text, name


def test_links_to_methods_lead_to_pages():
    pages = {path.stem for path in (ROOT / "docs" / "methods").glob("*.md")}
    link = re.compile(r"{% url 'method' '([\w-]+)' %}")
    named = {name for path in TEMPLATES for name in link.findall(path.read_text())}
    assert named
    assert named <= pages


def test_no_template_has_inline_style_or_script():
    for path in TEMPLATES:
        text = path.read_text()
        assert " style=" not in text, path
        assert not re.search(r"\son\w+=", text), path
        assert "|safe" not in text, path


def test_every_address_belongs_to_a_room_and_has_a_name():
    names = [name for name in get_resolver().reverse_dict if isinstance(name, str)]
    assert len(names) > 60


def test_the_stylesheet_is_free_of_what_is_reserved():
    vendor = ROOT / "src/commonweal/design/static/vendor"
    css = (vendor / "govuk-frontend.min.css").read_text()
    assert len(css) > 100_000
    for reserved in ("GDS Transport", "@font-face", "crest"):
        assert reserved not in css
    assert "sourceMappingURL" not in css


def test_nothing_names_a_machine_or_a_registry():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip("not a checkout")
    watch = re.compile(r"/(work|farm)/|pypi\." r"org|npmjs\." r"org")
    for name in tracked.stdout.split():
        if name.endswith((".lock", ".png")):
            continue
        path = ROOT / name
        if path.exists():
            assert not watch.search(path.read_text(errors="replace")), name


HAND_WRITTEN = [p for p in sorted((ROOT / "src").rglob("*.py")) if p.parent.name != "migrations"]


@pytest.mark.parametrize("path", HAND_WRITTEN, ids=lambda p: p.name)
def test_no_file_is_a_crowded_room(path):
    lines = path.read_text().count("\n")
    assert lines <= 760, f"{path} has {lines} lines: which noun wants a room of its own?"


def test_tables_of_the_pages_on_method_scroll_rather_than_break_words():
    """On a phone "precision" in eight columns would be "pr" over "eci"."""
    from commonweal.design.words import markdown

    page = markdown("| precision | recall |\n|---|---|\n| .9 | .8 |\n")
    assert 'class="scroll" tabindex="0" role="region"' in page
    assert 'class="govuk-table whole-words"' in page
    style = (ROOT / "src/commonweal/design/static/design/commonweal.css").read_text()
    broken, whole = (
        style.index("th { overflow-wrap: anywhere; }"),
        style.index(".whole-words td, .whole-words th { overflow-wrap: normal; }"),
    )
    assert broken < whole


def test_no_comma_stands_behind_what_somebody_promised_in_a_sentence():
    """ "We will start 21 apprentices., 3 apprentices"."""
    comma = re.compile(r"statement(?:\|truncatechars:\d+)?\s*\}\}(?:</\w+>)?[,;]")
    pages = (ROOT / "src/commonweal").rglob("*.html")
    assert [page.name for page in pages if comma.search(page.read_text())] == []


def test_nothing_on_a_page_is_hidden_in_a_window_of_its_own():
    """Half of a partner's pledges stood below the edge of a box that scrolled in the page."""
    style = (ROOT / "src/commonweal/design/static/design/commonweal.css").read_text()
    boxes = re.findall(r"([^{}]+) \{[^{}]*overflow-y: (?:auto|scroll)", style)
    # Whoever takes a call sees whom they may be talking to, however long the page is.
    assert [box.strip() for box in boxes] == [".intake__known"]


def test_a_row_on_a_phone_names_no_column_that_is_empty_in_it():
    style = (ROOT / "src/commonweal/design/static/design/commonweal.css").read_text()
    phone = style[style.index(".lines tr { display: flex") :].partition("@media")[0]
    assert ".lines tr > td:empty { display: none; }" in phone


def test_figures_are_told_by_what_can_be_counted_with():
    """`"²".isdigit()` is true and `int("²")` fails: where somebody asks, it is `isdecimal`."""
    strays = [
        path.name for path in SOURCES if re.search(r"\.is(digit|numeric)\(", path.read_text())
    ]
    assert strays == []

"""Templates stand in their own room, take of others only what design keeps, and can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOMS = Path(__file__).resolve().parents[2] / "src" / "commonweal"
TEMPLATES = sorted(
    path for path in ROOMS.glob("*/templates/**/*") if path.suffix in (".html", ".txt")
)
# Folders of allauth, some of whose pages ours replace: signing in belongs to accounts, how its
# elements look to design.
OF_ALLAUTH = {"accounts": {"account", "mfa"}, "design": {"allauth"}}
TAKES = re.compile(r"""{%\s*(?:extends|include)\s+(\S+)""")
LOADS = re.compile(r"""{%\s*load\s+(?:[\w ]+\sfrom\s)?([\w ]+?)\s*%}""")
OF_DJANGO = {"static", "humanize", "allauth", "account"}


def room_of(path: Path) -> str:
    return path.relative_to(ROOMS).parts[0]


def name_of(path: Path) -> str:
    """What a view calls it: "pledges/home.html"."""
    return path.relative_to(ROOMS / room_of(path) / "templates").as_posix()


def folder_of(name: str) -> str:
    return name.split("/")[0]


def taken_by(path: Path) -> Iterator[str]:
    """What a template extends or includes."""
    for written in TAKES.findall(path.read_text()):
        assert written[0] in "\"'", f"{path}: {written} is known only when the page is made"
        yield written.strip("\"'")


def test_there_are_templates():
    assert len(TEMPLATES) > 150
    assert len({room_of(path) for path in TEMPLATES}) > 10


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_stands_in_its_own_room(path):
    room = room_of(path)
    assert folder_of(name_of(path)) in {room} | OF_ALLAUTH.get(room, set())


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_takes_of_other_rooms_only_what_design_keeps(path):
    room = room_of(path)
    # The pages of signing in stand in allauth's frame, which design draws.
    of_allauth = set().union(*OF_ALLAUTH.values()) if room == "accounts" else set()
    may = {room, "design"} | OF_ALLAUTH.get(room, set()) | of_allauth
    assert {name for name in taken_by(path) if folder_of(name) not in may} == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_loads_tags_of_its_own_room(path):
    own = {library.stem for library in (ROOMS / room_of(path) / "templatetags").glob("*.py")}
    loaded = {name for names in LOADS.findall(path.read_text()) for name in names.split()}
    assert loaded <= own | OF_DJANGO


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_of_ours_is_the_one_that_is_found(path):
    assert Path(get_template(name_of(path)).origin.name) == path


# An address between the quotes of a link or form, or given to a filter or tag inside them.
TYPED = re.compile(
    r"""\b(?:href|action|formaction|src)\s*=\s*(?:"[^"]*?|'[^']*?)(?<![\w}.])/[\w-]*"""
)
GIVEN = re.compile(r"""{[{%][^}]*[:=\s]["']/[\w/-]*["']""")


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_no_template_has_an_address_typed_out(path):
    """Addresses stand in urls.py; a template names them by `{% url %}`."""
    text = re.sub(r"{% url .*?%}|https?://", "", path.read_text())
    assert TYPED.findall(text) + GIVEN.findall(text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_no_line_of_a_template_is_too_long_to_read(path):
    if path.suffix == ".html":
        longest = max(map(len, path.read_text().splitlines()))
        assert longest <= 120


# What is written once, in design's parts; nobody types it out again.
PARTS = {
    "a table": re.compile(r"<table\b"),
    "a list of facts": re.compile(r"govuk-summary-list\b"),
    "a warning": re.compile(r"govuk-warning-text\b"),
    "a card": re.compile(r"class=\"cards?\b"),
    "a list with nothing in it": re.compile(r"<p class=\"govuk-body\">\s*None( yet)?\.\s*</p>"),
    "links to other pages": re.compile(r"govuk-pagination\b"),
    "a filter bar": re.compile(r"<form\b[^>]*method=\"get\""),
    "a form that is one button": re.compile(
        r"<form\b[^>]*>\s*{% csrf_token %}\s*(?:<input type=\"hidden\"[^>]*>\s*)*"
        r"<button\b(?![^>]*\bname=)(?:(?!<button).)*</button>\s*</form>",
        re.DOTALL,
    ),
}
# Signing out looks like a link; three warnings begin with words of their own, not with "Warning".
BY_HAND = {
    "design/base.html": {"a form that is one button"},
    "design/_turn.html": {"links to other pages"},
    "desk/_helpline.html": {"a warning"},
    "desk/case.html": {"a warning"},
    "desk/erasures.html": {"a warning"},
}


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_what_is_a_part_is_typed_out_nowhere(path):
    text = path.read_text()
    by_hand = {name for name, pattern in PARTS.items() if pattern.search(text)}
    assert by_hand == BY_HAND.get(name_of(path), set())


def test_what_the_frame_notes_down_is_no_name_of_a_page():
    """Such a name lasts to the end of the page, over what a view gives under the same name."""
    frame = next(path for path in TEMPLATES if name_of(path) == "design/base.html")
    noted = set(re.findall(r"\bas (\w+) %}", frame.read_text()))
    pages = [path for path in TEMPLATES if path != frame]
    asked = {
        name: [
            name_of(path)
            for path in pages
            if re.search(rf"{{[{{%][^}}]*\b{name}\b", path.read_text())
        ]
        for name in noted
    }
    assert noted
    assert {name: where for name, where in asked.items() if where} == {}

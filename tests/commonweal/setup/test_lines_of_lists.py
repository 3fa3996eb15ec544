"""A fault of a pasted list names the line where it stands on the page, also below empty lines."""

from __future__ import annotations

from html import unescape

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
LISTS = [
    ("daniel", "desk-people-list", "people", "Priya Shah, reviewer"),
    ("maya", "desk-signatories", "organisations", "Fern & Co"),
    ("daniel", "desk-areas", "areas", "E05001234"),
    ("maya", "desk-charter-text", "text", "A clause"),
    ("maya", "desk-measure-add", "examples", "privat: One."),
]


@pytest.mark.parametrize(("who", "page", "name", "line"), LISTS)
def test_empty_lines_before_it_are_counted(request, sign_in, theme, who, page, name, line):
    person = request.getfixturevalue(who)
    shown = sign_in(person).post(reverse(page), {name: f"\r\n \r\n{line}"}).content.decode()
    assert "Line 3: " in unescape(shown)


@pytest.mark.parametrize(("who", "page", "name", "line"), LISTS[:4])
def test_nothing_but_empty_lines_is_asked_again(request, sign_in, who, page, name, line):
    person = request.getfixturevalue(who)
    shown = sign_in(person).post(reverse(page), {name: "\r\n \r\n"}).context["form"]
    assert "at least one" in shown.errors[name][0] or "Paste the" in shown.errors[name][0]

"""No list is longer than a phone is patient: what is shown in pages is so by one way alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.test import RequestFactory

from commonweal.design.paging import A_PAGE, paged
from commonweal.spend.reads import lines

SOURCE = Path(__file__).parents[2] / "src" / "commonweal"
# `paged` itself; the register tells its paginator how many there are.
ALLOWED = {"design/paging.py", "pledges/reads.py"}


def makers_of_pages():
    """Files that make pages of a list by themselves."""
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).as_posix()
        if "Paginator" not in (text := path.read_text()) or name in ALLOWED:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Name) and node.id == "Paginator":
                yield f"{name}:{node.lineno}"


def test_pages_of_lists_are_made_in_one_place():
    assert list(makers_of_pages()) == [], "take commonweal.design.paging.paged"


@pytest.mark.parametrize(("asked", "first"), [("1", 0), ("2", A_PAGE), ("99", A_PAGE), ("x", 0)])
def test_a_page_is_never_longer_than_seven_screens_of_a_phone(asked, first):
    request = RequestFactory().get("/", {"page": asked, "of": asked})
    for at in ("page", "of"):
        page = paged(request, range(A_PAGE + 5), at=at, size=500)
        assert page[0] == first
        assert len(page) == min(A_PAGE, A_PAGE + 5 - first)
    assert len(paged(request, range(9), size=3)) == 3


def test_lists_that_are_read_from_files_are_no_longer():
    """Payments and suppliers stand in no table of the database, so that `paged` can't cut them."""
    assert lines.ROWS <= A_PAGE

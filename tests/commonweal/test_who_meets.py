"""The look at who meets a resident finds what it is there to find."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse

from commonweal.accounts.access import Guards

from .cast.economy import WORD
from .cast.planted import SECRET
from .who_meets import Met

SHOWS = {"Cache-Control": "no-store, private"}


def answered(headers: dict[str, str], *, people: bool = True, status: int = 200) -> Any:
    response: Any = HttpResponse(status=status, headers=headers)
    view = SimpleNamespace(guards=Guards(factor=True, people=people, locks=people))
    response.resolver_match = SimpleNamespace(func=view)
    return response


@pytest.fixture
def met() -> Met:
    return Met(["R-AAA-BBB"])


def test_who_may_read_it_does(met):
    met.look("leah", "desk-case", answered(SHOWS), SECRET.encode())
    met.look("leah", "desk-resident", answered(SHOWS), SECRET.encode())
    assert met.wrong == []
    assert met.missed({"desk-case", "desk-resident", "home"}) == []


@pytest.mark.parametrize("role", ["nobody", "owen", "sam"])
def test_who_need_not_is_found(met, role):
    met.look(role, "desk-case", answered(SHOWS), f"<p>{SECRET}".encode())
    assert met.wrong == [f"{role} meets the secret at desk-case"]


def test_the_secret_is_looked_for_in_the_way_on(met):
    met.look("ben", "home", answered({"Location": f"/?q={SECRET}"}, status=302), b"")
    assert met.wrong == ["ben meets the secret at home"]


@pytest.mark.parametrize(
    ("response", "sentence"),
    [
        (answered(SHOWS, people=False), "says of itself that it shows nobody"),
        (answered({"Cache-Control": "private"}), "may be kept by a cache"),
    ],
)
def test_a_page_that_shows_a_resident_says_so(met, response, sentence):
    met.look("leah", "x", response, b"<p>R-AAA-BBB")
    assert met.wrong == [f"x for leah {sentence}"]


def test_a_look_that_saw_nothing_is_no_look(met):
    assert met.missed({"desk-case", "award"}) == [
        "leah does not read desk-case",
        "mei does not read award",
        "award shows nobody",
        "desk-case shows nobody",
    ]


@pytest.mark.parametrize(
    ("role", "name", "is_wrong"),
    [
        ("maya", "desk-shock", False),
        ("yusuf", "shock-level", False),
        ("asha", "space-shock", False),
        ("ben", "space-shock", True),
        ("idris", "space-shocks", True),
        ("grace", "desk-manage", True),
        ("daniel", "desk-shock", True),
        ("maya", "economy", True),
        ("maya", "partner", True),
        ("nobody", "feed", True),
    ],
)
def test_what_was_told_in_confidence_is_found_below_its_level(met, role, name, is_wrong):
    for body in (f"<p>{WORD}", "<p>54,321 jobs", "people,54321"):
        met.look(role, name, answered(SHOWS), body.encode())
    wrong = [f"{role} meets what was told in confidence at {name}"]
    assert met.wrong == (wrong * 3 if is_wrong else [])
    assert "desk-shock does not show what was told" in met.missed({"desk-shock"}) or name == (
        "desk-shock"
    )

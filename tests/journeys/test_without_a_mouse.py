"""The new journeys as somebody walks them who has no mouse, magnifies four times (1280 px are 320
then) and lets no script run: to their end, and nothing is sent by a key pressed too early."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .keyboard import MAGNIFIED, Hands
from .test_invited import CODE_IN, letter_to

pytestmark = pytest.mark.browser

PERIOD = "/desk/balance/2026-q3/"
NEW = "joiner@ropewalk.example"


def reasons_are_written(lead: Hands) -> None:
    """Each red line gets its reason, and the draft takes them in."""
    lead.go(PERIOD)
    names = lead.page.locator(".govuk-inset-text li a").all_inner_texts()
    assert names
    for name in names:
        lead.go(PERIOD)
        lead.take(name)
        lead.walk(name="words")
        lead.press("Control+A")
        lead.type("The oven broke")
        # Enter makes a line here, and sends nothing.
        lead.press("Enter")
        lead.type("in August.")
        lead.take("Keep the reason")
        assert "a reason was written since" in lead.text
    lead.take("Draft it again")
    lead.take("Draft it again")
    assert "without a reason" not in lead.text


def test_the_books_are_closed_without_mouse_or_script(visit: Any) -> None:
    who = {
        role: Hands(visit(role, width=MAGNIFIED, javascript=False))
        for role in ("programme-lead", "reviewer", "validator")
    }
    lead = who["programme-lead"]
    reasons_are_written(lead)
    for role, step, done in (
        ("reviewer", "Sign it off", "Signed off."),
        ("validator", "Validate it", "Validated."),
        ("programme-lead", "Close the books", "Closed"),
    ):
        hands = who[role]
        hands.go(PERIOD)
        hands.take(step)
        # The page that asks does nothing by an Enter somewhere on it.
        hands.press("Enter")
        assert hands.page.get_by_role("button", name=step).count() == 1, hands.text
        hands.take(step)
        assert done in hands.page.content(), hands.text


def test_an_organisation_joins_without_mouse_or_script(visit: Any, town: Any) -> None:
    folder: Path = town.folder / "demo-village" / "mail"
    hands = Hands(visit(width=MAGNIFIED, javascript=False))
    hands.go("/join/")
    hands.take("Start now")
    hands.take("Set up your sign-in")
    hands.answer("email", NEW)
    hands.answer("name", "Ros Piper")
    hands.take("Go on")
    hands.answer("code", letter_to(folder, NEW, CODE_IN))
    # Enter in a field goes on, as everywhere.
    hands.send("What is your organisation called?")
    hands.walk(name="name")
    hands.send("There is a problem")
    hands.answer("name", f"Ropewalk {NEW[:6]}")
    hands.send("")
    if "None of them" in hands.text:
        hands.choose("which", "none")
        hands.send("")
    hands.choose("sector", "voluntary")
    hands.choose("kind", "club")
    hands.choose("size", "volunteers")
    hands.take("Go on")
    hands.take("Go on")
    hands.answer("job_title", "Secretary")
    hands.tick("may_act", "on")
    hands.take("Go on")
    hands.take("Join")
    assert "Sign the charter" in hands.text
    hands.tick("terms", "on")
    hands.take("Sign")
    assert "Signed, held until your organisation is accepted" in hands.text
    hands.take("Make a pledge")
    hands.choose("measure", "volunteer-hours")
    hands.take("Save and go on")
    hands.answer("statement", "We will give 60 hours.")
    hands.answer("who_benefits", "Children at the lake")
    hands.take("Save and go on")
    hands.answer("baseline", "0")
    hands.answer("target", "60")
    hands.answer("due_on_0", "31 March 2029")
    hands.send("We will give 60 hours.")
    # The page that shows all of it sends nothing by an Enter somewhere on it.
    hands.press("Enter")
    assert hands.page.get_by_role("button", name="Send it").count() == 1, hands.text
    hands.take("Send it")
    assert "It is held until your organisation is accepted" in hands.text

"""More journeys by keyboard alone, four times magnified, to their end: with a script, where axe
looks at each screen, and without one. A page that asks does nothing by an Enter somewhere on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .keyboard import MAGNIFIED, Hands

pytestmark = pytest.mark.browser

BAKERY = "/space/harbour-lane-bakery/"
SHEET = {"name": "meals.csv", "mimeType": "text/csv", "buffer": b"week,meals\n1,700\n"}


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def has_script(request: Any) -> bool:
    return bool(request.param)


@pytest.fixture
def hands_of(has_script: bool, visit: Any, looks_right: Any) -> Callable[..., Hands]:
    """The hands of a role; without a script axe can't look at what they come to."""

    def make(role: str | None = None) -> Hands:
        page = visit(role, width=MAGNIFIED, javascript=has_script)
        return Hands(page, looks_right if has_script else None)

    return make


def asked_once_more(hands: Hands, button: str) -> None:
    """The page that shows all of it sends nothing by an Enter somewhere on it; then it is sent."""
    hands.press("Enter")
    assert hands.page.get_by_role("button", name=button).count() == 1, hands.text
    hands.take(button)


def test_progress_is_reported_with_evidence_and_the_terms_change(
    hands_of: Any, has_script: bool
) -> None:
    partner = hands_of("partner")
    figure = "700" if has_script else "720"
    partner.go(BAKERY)
    partner.take("meals to people who ask")
    partner.take("Report progress")
    partner.walk(name="value")
    partner.send("There is a problem")
    partner.answer("value", figure)
    partner.walk(name="words")
    partner.type("More meals than in spring.")
    partner.take("Go on")
    assert f"{figure} meals" in partner.text
    partner.walk(name="file")
    partner.page.locator("[name=file]").set_input_files(SHEET)
    asked_once_more(partner, "Send the report")
    assert "meals.csv" in partner.page.content()
    partner.take("Change target or date")
    target = "9000" if has_script else "9400"
    partner.answer("target", target)
    partner.walk(name="because")
    partner.type("A second van")
    # Enter makes a line here, and sends nothing.
    partner.press("Enter")
    partner.type("came.")
    partner.take("Go on")
    asked_once_more(partner, "Change it")
    assert f"of {int(target):,} meals" in partner.text


def test_a_tier_is_refused_and_one_confirmed(hands_of: Any, has_script: bool) -> None:
    reviewer, validator = hands_of("reviewer"), hands_of("validator")
    partner = "harbour-lane-bakery" if has_script else "brackenford-chess-club"
    if not has_script:
        proposed(reviewer, "harbour-lane-bakery", "Partner")
    validator.go("/desk/tiers/")
    validator.take("Do not confirm it (Partner for Harbour Lane Bakery)")
    validator.walk(name="because")
    validator.take("Do not confirm it")
    assert "There is a problem" in validator.text
    validator.walk(name="because")
    validator.type("One result is verified.")
    validator.take("Do not confirm it")
    assert "Partner for Harbour Lane Bakery" not in validator.text
    proposed(reviewer, partner, "Signatory")
    validator.go("/desk/tiers/")
    validator.take("Confirm")
    assert "Wait for a second name None." in validator.text


def proposed(reviewer: Hands, partner: str, tier: str) -> None:
    reviewer.go(f"/desk/tiers/propose/{partner}/")
    reviewer.walk(name="tier")
    reviewer.type(tier)
    reviewer.walk(name="reasons")
    reviewer.type("See the register.")
    reviewer.take("Propose")
    assert "You proposed this" in reviewer.text

"""More journeys by keyboard alone, four times magnified, to their end: with a script, where axe
looks at each screen, and without one. A page that asks does nothing by an Enter somewhere on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .keyboard import MAGNIFIED, Hands
from .test_invited import CODE_IN, letter_to

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


def test_roles_are_given_from_a_pasted_list(hands_of: Any, has_script: bool) -> None:
    administrator = hands_of("administrator")
    who = "Ivy Stone" if has_script else "Jo Stone"
    administrator.go("/desk/people/")
    administrator.take("list")
    administrator.walk(name="people")
    administrator.take("Look at what would be done")
    assert "There is a problem" in administrator.text
    administrator.walk(name="people")
    administrator.type(f"{who}, {who.split()[0].lower()}@stone.example, reviewer")
    administrator.answer("ends_on_0", "31 March 2029")
    administrator.answer("because", "Appointed in March")
    # Enter in a field goes on to the page that shows it, and gives nothing yet.
    administrator.send("What is done")
    assert who in administrator.text
    asked_once_more(administrator, "Give these roles")
    assert who in administrator.page.content()


def test_a_list_comes_in_is_taken_over_and_two_are_merged(
    hands_of: Any, has_script: bool, town: Any
) -> None:
    folder: Path = town.folder / "demo-village" / "mail"
    manager, newcomer = hands_of("charter-manager"), hands_of()
    mill = "Fern Mill" if has_script else "Reed Mill"
    code = mill.lower().replace(" ", "-")
    who = f"{code}@keys.example"
    manager.go("/desk/charter/signatories/")
    manager.walk(name="organisations")
    manager.type(f"{mill}; office@{code}.example; private")
    manager.press("Enter")
    manager.type(f"{mill} Works; works@{code}.example; private")
    manager.take("Look at what would be done")
    asked_once_more(manager, "Enter and invite them")
    assert f"{mill} Works" in manager.text
    # Somebody of it finds its page.
    newcomer.go(f"/partners/{code}/")
    newcomer.take("This is us")
    newcomer.take("Set up your sign-in")
    newcomer.answer("email", who)
    newcomer.answer("name", "Ann Marsh")
    newcomer.take("Go on")
    newcomer.answer("code", letter_to(folder, who, CODE_IN))
    newcomer.send(f"Act for {mill}")
    newcomer.answer("job_title", "Secretary")
    newcomer.tick("may_act", "on")
    newcomer.take("This is us")
    assert "The charter manager looks at it" in newcomer.text
    manager.go("/desk/charter/nobody-acts/")
    manager.take(f"{mill}: Ann Marsh")
    manager.press("Enter")
    manager.take("Let them act for it")
    newcomer.go(f"/space/{code}/")
    assert "Your space" in newcomer.text
    # The same organisation stands there twice.
    manager.go(f"/desk/charter/partners/{code}/")
    manager.take("It is the same organisation as another")
    manager.answer("q", "Works")
    manager.send(f"{mill} Works")
    manager.take(f"{mill} Works")
    manager.choose("name", "kept")
    manager.walk(name="because")
    manager.type("One firm.")
    manager.take("Look at what would be done")
    asked_once_more(manager, "Merge them")
    assert f"{mill} stands for both" in manager.text
    manager.take("Undo it")
    manager.walk(name="because")
    manager.type("Two firms after all.")
    manager.take("Part the two")
    assert "Two again" in manager.text
    newcomer.go(f"/partners/{code}-works/")
    assert f"{mill} Works" in newcomer.text


def test_a_decision_is_asked_for_and_taken_out(hands_of: Any, has_script: bool) -> None:
    """Before the books are closed, by those who come later in this town."""
    lead = hands_of("programme-lead")
    wish = f"To visit the {'mill' if has_script else 'quay'}"
    lead.go("/desk/balance/2026-q3/")
    lead.take("Ask the committee for a decision")
    lead.walk(name="body")
    lead.send("There is a problem")
    lead.answer("body", "Executive")
    lead.answer("words", wish)
    lead.answer("because", "It was asked.")
    lead.take("Ask for it")
    assert wish in lead.text
    lead.take(f"Take out: {wish}")
    assert lead.page.get_by_role("button", name=wish).count() == 0

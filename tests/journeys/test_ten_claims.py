"""Ten claims in ten minutes, by keyboard alone: verified, in part, refused, sent back, come back
without more, contested; each with its evidence on the page. Pages, keys and every word that stands
open are counted, on each page again; no clock is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from .keyboard import Keyboard

pytestmark = pytest.mark.browser
# What somebody reads, types and waits for.
WORDS_A_MINUTE, LETTERS_A_MINUTE, SECONDS_A_PAGE = 200, 150, 2
TEN_MINUTES = 600
# Alt and a letter to choose, Tab to the words, Alt and a letter to send; a figure takes one more.
MOST_KEYS = 6
# The queue, ten claims, what is asked for, what comes then.
MOST_SCREENS = 13
UPHELD = ("a", "", "The sheet adds up.")
PARTLY = ("p", "1", "It shows one.")
REJECTED = ("o", "", "It shows another year.")
DECISIONS = (PARTLY, UPHELD, UPHELD, UPHELD, REJECTED, UPHELD, UPHELD, UPHELD, UPHELD)
BEGIN = "Begin with the oldest"
WANTED = "The second sheet."


class Reviewer(Keyboard):
    """Somebody who reads each page to its end, what stands on all of them too, then decides."""

    words, letters = 0, 0
    read_of: tuple[str, ...] = ()

    def read(self) -> None:
        text = self.page.locator("main").inner_text()
        self.words += len(text.split())
        self.read_of += (text,)

    def read_beginning(self) -> None:
        """Of the queue what leads to its oldest claim: who begins there reads no list."""
        text, _, _ = self.page.locator("main").inner_text().partition(BEGIN)
        self.words += len((text + BEGIN).split())

    def type(self, words: str) -> None:
        self.letters += len(words)
        super().type(words)

    @property
    def seconds(self) -> float:
        reading = self.words / WORDS_A_MINUTE + self.letters / LETTERS_A_MINUTE
        return float(reading * 60 + self.screens * SECONDS_A_PAGE)

    def decide(self, letter: str, figure: str, words: str) -> None:
        before, address = self.keys, self.page.url
        self.alt(letter, leads_on=False)
        assert self.at.name == "verdict"
        assert self.at.is_checked
        self.read()
        self.press("Tab")
        if figure:
            assert self.at.name == "value"
            self.type(figure)
            self.press("Tab")
        assert self.at.name == "words", self.at
        self.type(words)
        self.alt("n")
        assert self.page.url != address
        expect(self.page.get_by_text("Reviewed: ").first).to_be_visible()
        assert self.keys - before <= MOST_KEYS

    def ask_for_more(self) -> None:
        self.read()
        self.walk(text="Ask for more")
        self.follow()
        self.read()
        self.answer("wanted", WANTED)
        self.walk(text="Ask for it")
        self.follow()
        expect(self.page.get_by_text("is told, and has until").first).to_be_visible()


def refuse_and_ask(idris: Any) -> Iterator[str]:
    """A colleague finds nothing for one claim of the council, and too little to decide another;
    the promises."""
    for link, question, words, button in (
        ("", "What did you look at?", "The sheet is of another year.", "Send the review"),
        ("Ask for more", "What do you need to see?", "The sheet of June.", "Ask for it"),
    ):
        idris.goto("/desk/review/?show=oldest")
        idris.get_by_role("link", name="Brackenford Borough Council: ").first.click()
        yield idris.get_by_role("heading", level=1).inner_text()
        if link:
            idris.get_by_role("link", name=link).click()
        else:
            idris.get_by_label("None of it").check()
        idris.get_by_label(question).fill(words)
        idris.get_by_role("button", name=button).click()


@pytest.fixture
def contested_and_come_back(visit: Any) -> None:
    """A review that its partner contests, and a claim of which they have nothing more to show."""
    refused, asked = refuse_and_ask(visit("reviewer"))
    partner = visit("council-lead")
    partner.goto("/space/brackenford-borough-council/")
    partner.get_by_role("link", name=refused).first.click()
    partner.get_by_role("link", name="Reply to it").click()
    partner.get_by_label("No; a second reviewer should look").check()
    partner.get_by_label("Your reply").fill("It is the sheet of this year: see its first line.")
    partner.get_by_role("button", name="Send the reply").click()
    partner.goto("/space/brackenford-borough-council/")
    partner.get_by_role("link", name=asked).first.click()
    partner.get_by_role("button", name="We have nothing more").click()


def test_ten_claims_in_ten_minutes_by_keyboard_alone(
    visit: Any, contested_and_come_back: None
) -> None:
    reviewer = Reviewer(visit("second-reviewer"))
    reviewer.begin()
    reviewer.page.goto("/desk/review/?show=oldest")
    reviewer.read_beginning()
    # From the queue to its oldest claim.
    reviewer.alt("x")
    for answers in DECISIONS:
        reviewer.decide(*answers)
    reviewer.ask_for_more()
    texts = "\n".join(reviewer.read_of)
    assert "The second look" in texts
    assert "The partner has nothing more to show." in texts
    assert reviewer.screens <= MOST_SCREENS
    assert reviewer.seconds < TEN_MINUTES, (reviewer.words, reviewer.letters, reviewer.screens)
    # Without a decision to the next.
    left = reviewer.page.url
    reviewer.alt("x")
    assert reviewer.page.url != left


# 1280 by 1024 pixels at 400 per cent.
def test_a_claim_is_checked_at_400_per_cent_and_without_javascript(
    visit: Any, looks_right: Any
) -> None:
    reviewer = visit("second-reviewer", width=320)
    for address in ("?show=oldest", "?show=contested", "next/?show=oldest"):
        reviewer.goto(f"/desk/review/{address}")
        looks_right(reviewer)
    expect(reviewer.get_by_role("heading", name="Evidence")).to_be_visible()
    plain = visit("second-reviewer", width=320, javascript=False)
    plain.goto("/desk/review/next/?show=oldest")
    figure = plain.get_by_label("What does the evidence show?")
    expect(figure).not_to_be_visible()
    plain.get_by_label("Part of it").check()
    expect(figure).to_be_visible()
    plain.get_by_label("What did you look at?").fill("The first lines.")
    plain.get_by_role("button", name="Send the review").click()
    # What was typed stands there still, and the figure that is missing is asked for.
    expect(plain.get_by_text("Enter the figure that the evidence shows").first).to_be_visible()
    expect(plain.get_by_label("What did you look at?")).to_have_value("The first lines.")

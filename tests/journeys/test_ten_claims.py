"""Ten claims in ten minutes, by keyboard alone: verified, in part, refused, sent back,
each with its evidence on the page. Pages, keys and words are counted, no clock is looked at."""

from __future__ import annotations

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
MOST_SCREENS, MOST_WORDS = 13, 1850
UPHELD = ("a", "", "The sheet adds up.")
PARTLY = ("p", "1", "It shows one.")
REJECTED = ("o", "", "It shows another year.")
DECISIONS = (PARTLY, UPHELD, UPHELD, UPHELD, REJECTED, UPHELD, UPHELD, UPHELD, UPHELD)
WANTED = "The second sheet."


class Reviewer(Keyboard):
    """Somebody who reads each page to its end, then decides. The questions beside the claim are the
    same on each, and read on the first."""

    words, words_again, letters = 0, 0, 0

    def read(self) -> None:
        self.words += len(self.page.locator("main").inner_text().split())
        questions = self.page.locator(".bench__form")
        if questions.count() and self.letters:
            self.words_again += len(questions.inner_text().split())

    def type(self, words: str) -> None:
        self.letters += len(words)
        super().type(words)

    @property
    def seconds(self) -> float:
        reading = (self.words - self.words_again) / WORDS_A_MINUTE + self.letters / LETTERS_A_MINUTE
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
        expect(self.page.get_by_text("is in the ledger.").first).to_be_visible()
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


def test_ten_claims_in_ten_minutes_by_keyboard_alone(visit: Any) -> None:
    reviewer = Reviewer(visit("second-reviewer"))
    reviewer.page.goto("/desk/review/?show=oldest")
    reviewer.begin()
    # From the queue to its oldest claim.
    reviewer.alt("x")
    for answers in DECISIONS:
        reviewer.decide(*answers)
    # Without a decision to the next.
    left = reviewer.page.url
    reviewer.alt("x")
    assert reviewer.page.url != left
    reviewer.ask_for_more()
    assert reviewer.screens <= MOST_SCREENS
    assert reviewer.words <= MOST_WORDS
    assert reviewer.seconds <= TEN_MINUTES, (reviewer.words, reviewer.letters, reviewer.screens)

"""An invited café's way to its first promise on a phone, and a partner that is taken over: every
screen is looked at, and its words are counted where they are read, in the browser."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

PHONE = 390
SCREENS_MOST, WORDS_MOST = 7, 500
CAFE = "cafe@little-fern.example"
CLUB = "ann@marsh-club.example"
# What somebody reads: what is folded, hidden or chosen from a list is left out.
WORDS = """() => {
    const main = document.querySelector("main").cloneNode(true);
    document.querySelector("main").after(main);
    for (const out of main.querySelectorAll("select, script, .govuk-visually-hidden")) out.remove();
    const words = main.innerText.match(/[\\p{L}\\p{N}][\\p{L}\\p{N}’'-]*/gu) || [];
    main.remove();
    return words.length;
}"""


def letter_to(folder: Path, address: str, pattern: str) -> str:
    """What a pattern finds in the newest letter to an address; it comes within seconds."""
    deadline = time.monotonic() + 120
    while True:
        for path in sorted(folder.glob("*"), key=lambda p: p.stat().st_mtime, reverse=True):
            letter = path.read_text()
            if f"To: {address}\n" in letter and (match := re.search(pattern, letter, re.M)):
                return match[1]
        assert time.monotonic() < deadline, f"no letter with {pattern} came to {address}"
        time.sleep(0.2)


CODE_IN = r"^([A-Z0-9]{4}-[A-Z0-9]{4})$"


class Walk:
    """The screens that somebody has seen, each with its words."""

    def __init__(self, page: Any, look: Callable[[Any], None] | None) -> None:
        self.page, self.look = page, look
        self.screens: list[tuple[str, int]] = []

    def see(self) -> None:
        self.page.wait_for_load_state()
        path = re.sub(r"^https?://[^/]+", "", self.page.url)
        self.screens.append((path, self.page.evaluate(WORDS)))
        if self.look is not None:
            self.look(self.page)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()
        self.see()

    @property
    def words(self) -> int:
        return sum(count for _, count in self.screens)


def promise_from_a_letter(page: Any, folder: Path, look: Any = None) -> Walk:
    """From the link in the letter to the promise that is sent."""
    walk = Walk(page, look)
    page.goto(letter_to(folder, CAFE, r"(/invitations/\S+)"))
    walk.see()
    page.get_by_label("Your name").fill("Ada Fern")
    page.get_by_label("Your role").fill("Owner")
    walk.press("Accept, and send me a code")
    page.get_by_label("Code").fill(letter_to(folder, CAFE, CODE_IN))
    walk.press("Go on")
    page.locator("input[type=radio][name=measure]").first.check()
    walk.press("Go on")
    page.locator("#id_statement").fill("We will take on two apprentices.")
    page.locator("#id_who_benefits").fill("School leavers")
    walk.press("Go on")
    if page.locator("#id_baseline").count():
        page.locator("#id_baseline").fill("0")
        page.locator("#id_target").fill("2")
    page.locator("#id_due_on_0").fill("30 November 2027")
    walk.press("Go on")
    page.get_by_role("button", name=re.compile("Send|Make")).first.click()
    walk.see()
    return walk


def take_over(page: Any, folder: Path, partner: str, look: Any = None) -> Walk:
    """From a partner's public page, by somebody who never signed in: *This is us*."""
    walk = Walk(page, look)
    page.goto(f"/partners/{partner}/")
    walk.see()
    page.get_by_role("link", name="This is us").click()
    walk.see()
    page.locator("main").get_by_role("link", name="Set up your sign-in").click()
    walk.see()
    page.get_by_label("E-mail address").fill(CLUB)
    page.get_by_label("Your name").fill("Ann Marsh")
    walk.press("Go on")
    page.get_by_label("Code").fill(letter_to(folder, CLUB, CODE_IN))
    walk.press("Go on")
    page.locator("#id_job_title").fill("Secretary")
    page.get_by_label("I may act for this organisation").check()
    page.locator("main form button[type=submit]").first.click()
    walk.see()
    return walk


def bring_in(desk: Any, lines: str) -> None:
    """The charter manager pastes a list and enters it."""
    desk.goto("/desk/charter/signatories/")
    desk.get_by_label("The list").fill(lines)
    desk.get_by_role("button", name="Look at what would be done").click()
    desk.get_by_role("button", name="Enter and invite them").click()


def test_a_cafe_promises_on_a_phone_and_a_club_is_taken_over(visit, town, looks_right):
    folder = town.folder / "demo-village" / "mail"
    desk = visit("charter-manager")
    bring_in(
        desk, f"Little Fern; {CAFE}; private\nMarsh Lane Club; office@marsh.example; voluntary"
    )
    walk = promise_from_a_letter(visit(width=PHONE), folder, looks_right)
    assert len(walk.screens) <= SCREENS_MOST, walk.screens
    assert walk.words <= WORDS_MOST, walk.screens
    assert "We will take on two apprentices." in walk.page.content()
    # Nobody came for the club: somebody else of it says so, and the manager lets them in.
    club = visit(width=PHONE)
    walk = take_over(club, folder, "marsh-lane-club")
    assert len(walk.screens) <= SCREENS_MOST, walk.screens
    assert "The charter manager looks at it" in club.content()
    desk.goto("/desk/charter/queues/acting/")
    desk.get_by_role("link", name=re.compile("Marsh Lane Club")).first.click()
    assert "Ann Marsh" in desk.content()
    desk.get_by_role("button", name="Let them act for it").click()
    club.goto("/space/marsh-lane-club/")
    assert "Your space" in club.content()
    looks_right(club)

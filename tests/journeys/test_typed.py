"""In a real browser: two handlers in one intake, a button pressed twice, words over a sign-in."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
WORDS = "What happened, in their own words"


def kept(page):
    """Wait until the page has saved what was typed last, not only looked what others typed."""

    def is_saved(answer):
        only_looked = "x-only-looking" in answer.request.headers
        return answer.url.endswith("/save/") and answer.ok and not only_looked

    with page.expect_response(is_saved):
        pass


def test_two_handlers_in_one_intake_lose_no_word(visit, looks_right):
    leah, owen = visit("call-handler"), visit("second-handler", width=390)
    leah.goto("/desk/help/")
    leah.get_by_role("button", name="Take a call").click()
    leah.wait_for_url("**/desk/help/intake/**")
    leah.get_by_label("First name", exact=True).fill("Zebedee")
    kept(leah)
    owen.goto(leah.url)
    assert owen.get_by_label("First name", exact=True).input_value() == "Zebedee"
    # What one fills in appears on the other's page, and who is typing.
    owen.get_by_label("Postcode", exact=True).fill("BF1 2AG")
    leah.locator("#typing").get_by_text("Owen Pryce").wait_for()
    leah.wait_for_function("document.querySelector('[name=postcode]').value === 'BF1 2AG'")
    # The line is cut; what was typed meanwhile is sent by itself when it is back.
    leah.context.set_offline(True)
    leah.get_by_label(WORDS).fill("She fell on Sunday.")
    leah.locator("#saved").get_by_text("Not kept yet").wait_for()
    owen.get_by_label(WORDS).fill("insulin is finished")
    kept(owen)
    leah.context.set_offline(False)
    # Both wrote into one field: both are kept, on both pages.
    leah.locator("#typed-twice").get_by_text("insulin is finished").first.wait_for()
    owen.locator("#typed-twice").get_by_text("She fell on Sunday.").first.wait_for()
    assert leah.get_by_label(WORDS).input_value() == "She fell on Sunday."
    leah.problems.clear()
    looks_right(leah)
    looks_right(owen)
    owen.get_by_role("button", name="Keep both").click()
    owen.wait_for_load_state()
    both = owen.get_by_label(WORDS).input_value()
    assert both.split("\n") == ["insulin is finished", "She fell on Sunday."]
    assert not owen.locator("#typed-twice button").count()


def test_words_come_back_after_the_session_ended(visit, looks_right):
    leah = visit("call-handler")
    leah.goto("/desk/help/")
    leah.get_by_role("button", name="Take a call").click()
    leah.wait_for_url("**/desk/help/intake/**")
    leah.get_by_label("Food", exact=True).check()
    leah.get_by_label("Yes, they agree").check()
    leah.get_by_role("button", name="Put it into the queue").click()
    leah.wait_for_url("**/desk/help/cases/**")
    case = leah.url
    leah.goto(f"{case}note/")
    leah.get_by_label("Note", exact=True).fill(
        "Her insulin is finished.\nShe sleeps at her sister's."
    )
    cookies = [one for one in leah.context.cookies() if one["name"] != "sessionid"]
    leah.context.clear_cookies()
    leah.context.add_cookies(cookies)
    leah.get_by_role("button", name="Keep it").click()
    leah.wait_for_url("**/accounts/login/**")
    leah.goto("/demo/as/call-handler/")
    leah.get_by_role("button", name="Sign in", exact=True).click()
    leah.get_by_role("link", name="See what you typed, and send it").click()
    heading = leah.get_by_role("heading", name="You typed this before you were signed out")
    expect(heading).to_be_visible()
    looks_right(leah)
    leah.get_by_role("button", name="Send it now").click()
    leah.wait_for_url(case)
    expect(leah.get_by_text("Her insulin is finished.")).to_be_visible()
    # A button pressed twice does it once, without JavaScript that would hold it.
    leah.goto(f"{case}note/")
    leah.get_by_label("Note", exact=True).fill("Twice.")
    leah.evaluate("""() => {
        const form = document.querySelector("main form");
        form.querySelector("button").removeAttribute("data-prevent-double-click");
        form.requestSubmit(); form.requestSubmit();
    }""")
    leah.wait_for_url(case)
    assert leah.get_by_role("listitem").filter(has_text="Twice.").count() == 1


def test_a_stale_page_shows_both(visit, looks_right):
    one, two = visit("partner"), visit("partner", width=390)
    for page in (one, two):
        page.goto("/space/harbour-lane-bakery/profile/")
    one.get_by_label("What does it do?").fill("We bake bread.")
    one.get_by_role("button", name="Save").click()
    one.wait_for_url("**/space/harbour-lane-bakery/")
    two.get_by_label("What does it do?").fill("We bake cakes.")
    two.get_by_role("button", name="Save").click()
    expect(two.get_by_text("while you wrote. Choose which").first).to_be_visible()
    looks_right(two)
    two.get_by_label("You typed: We bake cakes.").check()
    two.get_by_role("button", name="Save").click()
    two.wait_for_url("**/space/harbour-lane-bakery/")
    one.goto("/space/harbour-lane-bakery/profile/")
    assert one.get_by_label("What does it do?").input_value() == "We bake cakes."


def test_what_is_kept_again_after_going_back_is_kept_once(visit):
    leah = visit("call-handler")
    leah.goto("/desk/help/")
    leah.locator("a[href*='/desk/help/cases/']").first.click()
    case, words = leah.url, "She asked twice about the boiler."
    for _ in range(2):
        # The browser may have put it there itself.
        leah.get_by_label("Note", exact=True).fill(words)
        leah.get_by_role("button", name="Keep the note").click()
        leah.wait_for_url(case)
        leah.go_back()
    leah.goto(case)
    assert leah.get_by_text(words).count() == 1
    # Other words are another note.
    leah.get_by_label("Note", exact=True).fill("And about the roof.")
    leah.get_by_role("button", name="Keep the note").click()
    leah.get_by_text("And about the roof.").wait_for()

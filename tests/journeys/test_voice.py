"""Participation in a real browser: what a resident reads, and voting by a letter's code."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PAGES = (
    "/have-your-say/",
    "/have-your-say/done/",
    "/have-your-say/budgets/",
    "/have-your-say/budgets/the-wards-fund/",
    "/have-your-say/budgets/the-wards-fund/result/",
    "/have-your-say/budgets/the-wards-fund-enterprises/result/",
    "/have-your-say/budgets/the-neighbourhood-fund/",
    "/have-your-say/budgets/the-neighbourhood-fund/result/",
    "/have-your-say/budgets/the-parks-and-squares-fund/",
    "/have-your-say/budgets/the-parks-and-squares-fund/receipt/",
    "/methods/equal-shares/",
    "/methods/budget-rounds/",
    "/methods/consultations/",
)


@pytest.mark.parametrize("width", [390, 1280, 320])
def test_every_page_of_having_a_say_is_right(visit, looks_right, width):
    page = visit(width=width)
    page.goto("/have-your-say/")
    links = page.locator("main a").evaluate_all("list => list.map(a => a.getAttribute('href'))")
    consultations = {link for link in links if re.fullmatch(r"/have-your-say/[A-Z0-9]{8}/", link)}
    assert len(consultations) == 3
    for address in (*PAGES, *sorted(consultations)):
        page.goto(address)
        looks_right(page)


def test_a_second_answer_from_the_same_browser_is_asked_about(visit):
    page = visit(width=390, javascript=False)
    page.goto("/have-your-say/")
    page.get_by_role("link", name="Greener streets").click()
    for again in (False, True):
        page.get_by_role("link", name="Answer now").click()
        asked = page.get_by_text("An answer came from this browser before. Was it yours?")
        assert asked.count() == again
        page.get_by_label("The quay").check()
        page.get_by_role("button", name="Send my answer").press("Enter")
        expect(page.get_by_text("Your answer is in")).to_have_count(int(not again))
    assert page.get_by_label("The quay").is_checked()
    page.get_by_label("Yes: what I send now takes its place").check()
    page.get_by_role("button", name="Send my answer").press("Enter")
    expect(page.get_by_text("Your answer is in")).to_have_count(1)


def test_one_votes_on_a_phone_by_keyboard_without_javascript(visit):
    page = visit(width=390, javascript=False)
    page.goto("/demo/")
    code = page.locator("strong.hash").inner_text()
    page.get_by_role("link", name="Vote with it").click()
    field = page.get_by_label("The code on your letter")
    field.fill(code[:5])
    field.press("Enter")
    assert "A code has 13 signs" in page.locator("main").inner_text()
    field = page.get_by_label("The code on your letter")
    field.fill(code.lower().replace("-", " "))
    field.press("Enter")
    assert page.locator("h1").inner_text() == "Your ballot"
    for box in page.locator("main input[type=checkbox]").all()[:2]:
        box.focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Put it into the box").press("Enter")
    page.get_by_role("heading", name="Your ballot is in the box").wait_for()
    receipt = re.search(r"([0-9A-Z]{4}-){3}[0-9A-Z]", page.locator("main").inner_text())
    assert receipt
    page.get_by_role("link", name="Look up a receipt").click()
    page.get_by_label("Your receipt").fill(receipt[0])
    page.get_by_role("button", name="Look it up").press("Enter")
    assert "in the box" in page.locator("main").inner_text()

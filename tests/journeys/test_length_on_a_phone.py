"""No page is so long on a phone that nobody comes to its end."""

from __future__ import annotations

from typing import Any

import pytest

PHONE = 390
# Some seven screens of a phone.
LONGEST_PX = 6_000
PAGES = (
    "/",
    "/pledges/",
    "/pledges/?standing=late",
    "/partners/",
    "/partners/brackenford-borough-council/",
    "/ledger/",
    "/methods/standing/",
    "/economy/wards/yours/",
    "/search/?q=we",
    "/balance/",
)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_not_too_long_on_a_phone(visit: Any, looks_right: Any, address: str) -> None:
    page = visit(width=PHONE)
    assert page.goto(address).status == 200
    looks_right(page)
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height <= LONGEST_PX, f"{address} is {height} px long"


def test_a_statement_and_its_report_are_not_too_long_on_a_phone(
    visit: Any, looks_right: Any
) -> None:
    page = visit(width=PHONE, javascript=False)
    page.goto("/balance/")
    page.get_by_role("link", name="Read the statement").click()
    looks_right(page)
    assert page.evaluate("document.documentElement.scrollHeight") <= LONGEST_PX
    fold = page.locator("details.fold:has(.account)").first
    fold.locator("summary").click()
    assert fold.locator(".account").is_visible()
    page.emulate_media(media="print")
    for table in page.locator("details.fold table").all():
        assert table.is_visible()


def test_a_ward_is_chosen_on_the_map_without_javascript(visit: Any, looks_right: Any) -> None:
    page = visit(width=PHONE, javascript=False)
    page.goto("/")
    page.get_by_label("Your postcode").fill("nowhere")
    page.get_by_role("button", name="Show my ward").click()
    assert page.url.endswith("/economy/wards/yours/")
    assert page.get_by_label("Your postcode").input_value() == "nowhere"
    page.locator(".ward-map a[aria-label='Northmoor']").click()
    assert page.url.endswith("/economy/wards/northmoor/")

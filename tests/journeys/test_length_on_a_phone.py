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
    "/programme/",
    "/programme/plan/",
    "/metrics/",
    "/spend/anchors/",
    "/spend/how-we-know/",
    "/spend/opportunities/",
    "/economy/",
    "/economy/series/",
    "/economy/series/claimants-town/",
    "/economy/pulse/first/",
    "/have-your-say/budgets/the-neighbourhood-fund/",
)

# A desk is queues with counts, each with a page of its own.
DESKS = {
    "charter-manager": ("/desk/charter/", "/desk/charter/queues/overdue/", "/desk/economy/"),
    "programme-lead": ("/desk/programme/", "/desk/programme/actions/", "/desk/balance/2026-q3/"),
    "desk-manager": (
        "/desk/help/",
        "/desk/help/?show=unplanned",
        "/desk/help/queue/",
        "/desk/help/queue/?show=late",
    ),
    "administrator": ("/desk/record/", "/desk/people/"),
    "validator": ("/desk/tiers/",),
    "analyst": ("/desk/spend/review/", "/desk/economy/groups/"),
    "council-lead": ("/space/brackenford-borough-council/",),
}


@pytest.mark.parametrize("role", DESKS)
def test_a_desk_is_not_too_long_on_a_phone(visit: Any, role: str) -> None:
    page = visit(role, width=PHONE)
    for address in DESKS[role]:
        assert page.goto(address).status == 200
        height, width = page.evaluate(
            "[document.documentElement.scrollHeight, document.documentElement.scrollWidth]"
        )
        assert height <= LONGEST_PX, f"{address} is {height} px long"
        assert width <= PHONE, f"{address} is {width} px wide"


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_not_too_long_on_a_phone(visit: Any, looks_right: Any, address: str) -> None:
    page = visit(width=PHONE)
    assert page.goto(address).status == 200
    looks_right(page)
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height <= LONGEST_PX, f"{address} is {height} px long"


def test_a_public_scenario_is_not_too_long_on_a_phone(visit: Any, looks_right: Any) -> None:
    page = visit(width=PHONE)
    page.goto("/economy/")
    page.locator("main a[href^='/economy/scenarios/']").first.click()
    looks_right(page)
    assert page.evaluate("document.documentElement.scrollHeight") <= LONGEST_PX


def test_a_row_is_a_card_of_a_few_lines_on_a_phone(visit: Any) -> None:
    page = visit(width=PHONE, javascript=False)
    page.goto("/programme/plan/")
    page.locator("details.fold > summary").first.click()
    for row in page.locator("details[open] .lines tbody tr").all():
        box = row.bounding_box()
        # Five cells; a name of two lines, and three of text below it.
        assert box["height"] <= 170


def test_a_statement_and_its_report_are_not_too_long_on_a_phone(
    visit: Any, looks_right: Any
) -> None:
    page = visit(width=PHONE)
    page.goto("/balance/")
    page.get_by_role("link", name="Read the statement").click()
    statement = page.url
    looks_right(page)
    assert page.evaluate("document.documentElement.scrollHeight") <= LONGEST_PX
    page.get_by_role("link", name="Committee report", exact=True).click()
    looks_right(page)
    assert page.evaluate("document.documentElement.scrollHeight") <= LONGEST_PX
    # Without JavaScript no timer runs, and axe would wait for one: it has looked above.
    page = visit(width=PHONE, javascript=False)
    page.goto(statement)
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

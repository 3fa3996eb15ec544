"""What the journeys look with is looked at itself: a slow answer is no answer of the page
before."""

from __future__ import annotations

from typing import Any

import pytest

SLOW_S = 7


@pytest.fixture
def slow_page(visit: Any) -> Any:
    """A page whose addresses answer after a while, longer than a click takes to lead nowhere."""
    page = visit()

    def answer_late(route: Any) -> None:
        page.wait_for_timeout(SLOW_S * 1000)
        route.continue_()

    page.goto("/")
    page.route("**/pledges/", answer_late)
    return page


def test_a_click_waits_for_a_slow_answer(slow_page: Any) -> None:
    link = slow_page.locator("a[href='/pledges/']").first
    link.click()
    assert slow_page.url.endswith("/pledges/")
    assert slow_page.evaluate("document.readyState") == "complete"


def test_a_click_that_leads_nowhere_is_left(visit: Any) -> None:
    page = visit()
    page.goto("/")
    page.evaluate("document.addEventListener('click', event => event.preventDefault())")
    page.locator("a[href='/pledges/']").first.click()
    assert page.url.endswith("/")


@pytest.mark.parametrize("moment", ["while axe looks", "before axe begins"])
def test_a_page_replaced_under_the_look_is_looked_at_again(
    visit: Any, looks_right: Any, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = visit()
    page.goto("/")
    look, addresses = Axe.run, []

    def replaced_once(axe: Any, page: Any, **options: Any) -> Any:
        addresses.append(page.url)
        if len(addresses) == 1:
            page.evaluate("setTimeout(() => location.assign('/pledges/'))")
            if moment == "while axe looks":
                # It ends with the document, as what axe was asked does.
                page.evaluate("new Promise(() => {})")
            page.wait_for_url("**/pledges/")
        return look(axe, page, **options)

    monkeypatch.setattr(Axe, "run", replaced_once)
    looks_right(page)
    assert [address.endswith("/pledges/") for address in addresses] == [False, True]


def test_what_a_replaced_page_has_wrong_is_seen(visit: Any, looks_right: Any) -> None:
    page = visit()
    page.goto("/")
    page.evaluate("document.querySelector('main h1').outerHTML = '<img src=\"data:,\">'")
    with pytest.raises(AssertionError):
        looks_right(page)

"""The local economy in a real browser: every page of its figures, on a phone and a desk."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser

PAGES = [
    "/economy/",
    "/economy/series/",
    "/economy/structure/",
    "/economy/wards/",
    "/economy/pulse/",
    "/economy/pulse/first/",
    "/economy/wards/castle-hill/",
    "/economy/series/claimant-rate-town/",
    "/economy/series/furlough-now-town/",
    "/methods/local-series/",
    "/methods/location-quotients/",
    "/methods/shift-share/",
    "/methods/job-diversity/",
]
DESK = ["/desk/economy/", "/desk/economy/figures/", "/desk/economy/beside/", "/desk/economy/wards/"]


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_of_the_figures_is_right(visit, looks_right, width):
    page = visit(width=width)
    for path in PAGES:
        page.goto(path)
        looks_right(page)
    analyst = visit("analyst", width=width)
    for path in DESK:
        analyst.goto(path)
        looks_right(analyst)


def test_what_is_kept_on_paper_takes_two_sides_and_loses_no_column(visit):
    """A scenario with its limits, and the profile of a ward."""
    page = visit(width=1280)
    page.goto("/economy/#scenarios")
    scenario = page.locator("a[href^='/economy/scenarios/']").first.get_attribute("href")
    for path in (scenario, "/economy/wards/castle-hill/"):
        page.goto(path)
        sides = len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4")))
        assert sides <= 2, f"{path} takes {sides} sides"
    page.set_viewport_size({"width": 718, "height": 1000})
    page.emulate_media(media="print")
    page.goto(scenario)
    assert page.locator("#limits").is_visible()
    cut = page.evaluate(
        "[...document.querySelectorAll('table')].filter(t => t.scrollWidth > t.parentElement"
        ".clientWidth + 1).map(t => t.innerText.slice(0, 40))"
    )
    assert not cut


@pytest.mark.parametrize(("width", "is_beside"), [(390, False), (1280, True)])
def test_two_figures_stand_beside_each_other_where_there_is_room(visit, width, is_beside):
    page = visit(width=width)
    page.goto("/economy/")
    for pair in ("section:has(> h3) >> nth={}", "#shocks ~ .cards > .card >> nth={}"):
        one, two = (page.locator(pair.format(n)).bounding_box() for n in (0, 1))
        assert (one["y"] == two["y"], one["x"] < two["x"]) == (is_beside, is_beside)

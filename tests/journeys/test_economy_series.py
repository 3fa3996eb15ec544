"""The local economy in a real browser: every page of its figures, on a phone and a desk."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

PAGES = [
    "/economy/", "/economy/series/", "/economy/structure/", "/economy/wards/",
    "/economy/wards/castle-hill/", "/economy/series/claimant-rate-town/",
    "/economy/series/furlough-now-town/", "/methods/local-series/", "/methods/location-quotients/",
    "/methods/shift-share/", "/methods/job-diversity/",
]  # fmt: skip
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

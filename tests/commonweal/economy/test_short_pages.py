"""Long tables stand behind a line that says what they are: a phone shows the page at a glance."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytestmark = pytest.mark.django_db
FOLD = re.compile(r'(?s)<details class="govuk-details fold">.*?</details>')


def outside(page: str) -> str:
    return FOLD.sub("", page)


def test_the_figures_of_a_series_are_folded(client: Any, figures: Any):
    address = "/economy/series/claimants-town/"
    page = client.get(address).content.decode()
    [folded] = FOLD.findall(page)
    assert re.search(r"\d+ figures?, the newest first", folded)
    assert "First given" in folded
    assert "First given" not in outside(page)


def test_the_programme_shows_each_part_before_its_actions(client: Any, action: Any, metric: Any):
    page = client.get("/programme/").content.decode()
    link = f'href="{action.get_absolute_url()}"'
    assert link in page
    assert link not in outside(page)
    assert re.search(r"1 metric</span></summary>", page)

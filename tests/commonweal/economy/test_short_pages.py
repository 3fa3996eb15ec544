"""Long tables stand behind a line that says what they are: a phone shows the page at a glance."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

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


HEAD = "series,unit,kind,of,area,period,value,source\n"


def brought(client: Any, text: str) -> str:
    """Bring a file in at the desk; the page of what came of it."""
    upload = SimpleUploadedFile("own.csv", (HEAD + text).encode())
    typed = {
        "file": upload,
        "measure": "",
        "about": "",
        "source_url": "",
        "published_on_0": "1",
        "published_on_1": "6",
        "published_on_2": "2021",
    }
    return client.post("/desk/economy/figures/", typed, follow=True).content.decode()


def test_the_economy_draws_two_series_and_says_the_rest(
    client: Any, sign_in: Any, yusuf: Any, town: Any
):
    lines = [
        f"Series {letter},shop,stock,,town,{month} 2021,{number},Desk\n"
        for letter in "ABCDE"
        for month, number in (("March", 40), ("April", 50), ("May", 60))
    ]
    brought(sign_in(yusuf), "".join(lines))
    page = client.get("/economy/").content.decode()
    assert page.count("<svg") - outside(page).count("<svg") == 3
    # What it is and what changed is read without opening anything; the first begins the page.
    assert outside(page).count("numbered 60 in May 2021") == 5
    for letter in "BCDE":
        section = page[page.index(f'id="series-{letter.lower()}-') :].partition("</section>")[0]
        assert "numbered 60 in May 2021" in outside(section)


def test_the_lines_of_a_file_that_were_left_out_are_folded(sign_in: Any, yusuf: Any, town: Any):
    good = "Empty shops,shop,stock,,town,May 2021,60,Desk\n"
    page = brought(sign_in(yusuf), good + "Empty shops,shop,stock,,town,soon,60,Desk\n" * 30)
    assert "30 lines left out, and why" in page
    assert "is no day, month or year" in page
    assert "is no day, month or year" not in outside(page)


@pytest.mark.parametrize("others_are_there", [False, True])
def test_what_was_counted_once_is_folded_where_there_is_more(
    client: Any, sign_in: Any, yusuf: Any, town: Any, others_are_there: bool
):
    text = "Empty homes,homes,stock,,town,May 2021,50,Council tax\n"
    if others_are_there:
        text += "".join(
            f"Empty shops,shop,stock,,town,{month} 2021,60,Desk\n" for month in ("April", "May")
        )
    brought(sign_in(yusuf), text)
    page = client.get("/economy/").content.decode()
    assert "Empty homes" in page
    assert "Council tax" in page
    assert ("Council tax" in outside(page)) is not others_are_there

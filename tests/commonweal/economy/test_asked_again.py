"""Forms of the local economy that come back: each fault says of which question it is."""

from __future__ import annotations

import html
import re

import pytest

pytestmark = pytest.mark.django_db
DJANGOS = ("This field is required", "Ensure this value", "Select a valid choice", "Enter a valid")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("figures/", "Choose a file for “File of figures”"),
        ("beside/", "Fill in “By which source”"),
        ("wards/", "Fill in “Source and licence”"),
        ("structures/", "Choose a file for “Jobs by industry”"),
        ("scenarios/", "Fill in “What it is called”"),
        ("groups/", "Enter a number for “Jobs at all its sites here”"),
        ("exposure/C/", "Fill in “Who judged it, from what”"),
    ],
)
def test_what_is_missing_is_named_above_the_form(sign_in, yusuf, structure, address, says):
    answer = sign_in(yusuf).post(f"/desk/economy/{address}", {"seen": "1"})
    page = html.unescape(answer.content.decode())
    [summary] = re.findall(r'(?s)class="govuk-error-summary".*?</ul>', page)
    assert says in summary
    assert not [words for words in DJANGOS if words in page]

"""What was typed into a text area comes back as it was, its empty first lines too.

A browser leaves out the first line of a text area where it is empty: of a list with empty lines on
top another came back each time, with its lines numbered otherwise, and was shown again in place of
being carried out.
"""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from commonweal.accounts.models import Appointment

LINE = "Priya Shah, priya@brackenford.example, reviewer"


def shown(page, name):
    """What a browser shows of a page's text area."""
    written = re.search(rf'<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', page, re.S)[1]
    return html.unescape(re.sub(r"^\r?\n", "", written))


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/desk/people/list/", "people"),
        ("/desk/charter/signatories/", "organisations"),
        ("/desk/town/areas/", "areas"),
    ],
)
@pytest.mark.parametrize("above", ["", "\r\n", "\r\n\r\n\r\n", "  \r\n"])
def test_it_comes_back_as_it_was(daniel, maya, town, sign_in, address, name, above):
    who = maya if "charter" in address else daniel
    typed = f"{above}x, @, y; z; z; z; z\r\n{'w' * 300}"
    page = sign_in(who).post(address, {name: typed}).content.decode()
    assert shown(page, name).splitlines() == typed.splitlines()


@pytest.mark.parametrize("above", ["", "\r\n", "\r\n\r\n\r\n"])
def test_a_list_with_empty_lines_on_top_is_carried_out(daniel, town, sign_in, above):
    day, client = timezone.localdate() + timedelta(days=365), sign_in(daniel)
    until = {"ends_on_0": day.day, "ends_on_1": day.month, "ends_on_2": day.year, "because": "New"}
    page = client.post("/desk/people/list/", until | {"people": above + LINE})
    again = {"people": shown(page.content.decode(), "people"), "shown-list": page.context["mark"]}
    # As a browser sends it: each line ends with both signs.
    again["people"] = "\r\n".join(again["people"].splitlines())
    assert client.post("/desk/people/list/", until | again).status_code == 302
    assert Appointment.objects.filter(because="New").count() == 1

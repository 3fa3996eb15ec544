"""The register opens on what matters now, and a pledge's page leads back to what was chosen."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from commonweal.pledges.models import Pledge
from commonweal.pledges.reads import PER_PAGE

pytestmark = pytest.mark.django_db


def listed(client, address: str = "/pledges/") -> list[str]:
    """Headings and pledges of a page, in their order."""
    main = client.get(address).content.decode().split("<main", 1)[1]
    parts = re.findall(
        r'<h2 class="govuk-heading-m"\s*>(.*?)</h2>|href="/pledges/(\w{8})/', main, re.S
    )
    return [" ".join(re.sub("<[^>]+>", "", heading).split()) or code for heading, code in parts]


@pytest.fixture
def register(made_earlier, today):
    """A pledge of each part, those that stand first in it last made."""

    def make(due_in: int, **more):
        pledge = made_earlier(ago=400, due_in=due_in, statement=f"Promise {due_in}")
        Pledge.objects.filter(pk=pledge.pk).update(**more)
        return pledge.code

    settled = {"standing": "verified_met"}
    return {
        "long over": make(-390, **settled, verified_on=today - timedelta(days=350)),
        "over": make(-100, **settled, verified_on=today - timedelta(days=31)),
        "to come": make(200),
        "soon": make(20),
        "sooner": make(3),
        "long late": make(-300),
        "late": make(-2),
        "newly": make(-60, **settled, verified_on=today - timedelta(days=30)),
    }


IN_TURN = [
    "Late 2", "late", "long late", "Due soon 2", "sooner", "soon", "Newly checked 1", "newly",
    "To come 9", "to come", "Over 2", "over", "long over",
]  # fmt: skip


def test_it_opens_on_what_is_late_then_due_soon_then_newly_checked(client, register):
    names = {code: name for name, code in register.items()}
    shown = [names.get(part, part) for part in listed(client)]
    # Each was made a second time, as if earlier: the first stands among what is to come.
    assert [part for part in shown if not re.fullmatch(r"[A-Z0-9]{8}", part)] == IN_TURN
    by_date = [names.get(part) for part in listed(client, "/pledges/?sort=due")]
    assert by_date[:2] == ["long over", "long late"]
    # The file has them as the page has.
    rows = b"".join(client.get("/pledges.csv").streaming_content).decode()
    assert [names[code] for code in sorted(names, key=rows.index)] == [
        part for part in IN_TURN if part in register
    ]


def test_pages_go_on_where_the_one_before_ended(client, register, made_earlier):
    for number in range(PER_PAGE - 2):
        made_earlier(ago=400, due_in=-10 - number, statement=f"Late {number}")
    first, second = listed(client), listed(client, "/pledges/?page=2")
    assert first[0] == second_heading(first) == f"Late {PER_PAGE}"
    assert second[0] == "Due soon 2"
    codes = [part for part in first + second if re.fullmatch(r"[A-Z0-9]{8}", part)]
    assert len(codes) == len(set(codes)) == 2 * PER_PAGE


def second_heading(parts: list[str]) -> str:
    [heading] = [part for part in parts if " " in part]
    return heading


def test_what_was_chosen_stays_on_the_way_back(client, register):
    page = client.get("/pledges/?standing=late&q=Promise").content.decode()
    links = {html.unescape(link) for link in re.findall(r'href="(/pledges/\w{8}/[^"]*)"', page)}
    assert links
    for link in links:
        back = re.search(
            r'href="([^"]*)" class="govuk-back-link"', client.get(link).content.decode()
        )
        assert html.unescape(back[1]) == "/pledges/?standing=late&q=Promise"
    # Where nothing was chosen, a pledge has the address that everybody knows.
    assert "?from=" not in client.get("/pledges/").content.decode()


@pytest.mark.parametrize(
    ("asked", "back"),
    [
        ("", "/pledges/"),
        ("https://evil.example/", "/pledges/"),
        ("//evil.example", "/pledges/"),
        ("javascript:alert(1)", "/pledges/"),
        ("standing=late%26next=//evil.example", "/pledges/?standing=late"),
        ("q=%22%3E%3Cscript%3E", "/pledges/?q=%22%3E%3Cscript%3E"),
    ],
)
def test_the_way_back_is_always_ours(client, pledged, asked, back):
    page = client.get(f"{pledged().get_absolute_url()}?from={asked}").content.decode()
    assert f'href="{html.escape(back)}" class="govuk-back-link"' in page
    assert "<script>" not in page.split("<main", 1)[1].split("</main", 1)[0]

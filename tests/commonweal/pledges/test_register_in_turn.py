"""The register opens on what matters now, and a pledge's page leads back to what was chosen."""

from __future__ import annotations

import html
import re
from dataclasses import fields
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonweal.places.models import Area
from commonweal.pledges.models import Pledge
from commonweal.pledges.reads import PER_PAGE, Filters

pytestmark = pytest.mark.django_db
COUNTED_BY_KEYS = re.compile(r'"pledges_pledge"."id" (IN \(SELECT value|= ANY|IN \(SELECT unnest)')


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
    "Late 2",
    "late",
    "long late",
    "Due soon 2",
    "sooner",
    "soon",
    "Newly checked 1",
    "newly",
    "To come 9",
    "to come",
    "Over 2",
    "over",
    "long over",
]


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


def test_a_search_of_the_register_goes_once_over_what_it_finds(client, register):
    """Thousands of pledges may have the words: they are counted once, by standing and by part, and
    a page of them is read by the index of its order."""
    for words in ("Promise", "nothing of the kind"):
        with CaptureQueriesContext(connection) as questions:
            page = client.get("/pledges/", {"q": words})
        searched = [query["sql"] for query in questions if COUNTED_BY_KEYS.search(query["sql"])]
        counting = [sql for sql in searched if "COUNT(" in sql]
        assert len(counting) == 1
        assert 'GROUP BY "pledges_pledge"."standing"' in counting[0] or "GROUP BY 1" in counting[0]
        # A condition on the row's own key, and no list that is joined first.
        assert [sql for sql in searched if "unnest" in sql] == []
        shown = page.context["found"]
        assert sum(shown.turns) == shown.total == sum(each.count for each in shown.counts)
        assert (shown.total > 0) == (words == "Promise")


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


def chosen_in(client, address: str) -> dict[str, str]:
    """What the register says was chosen, and where each leads without it."""
    main = client.get(address).content.decode().split("<main", 1)[1]
    shown = re.findall(r'<li>\s*([^<]*?)\s*<a\s[^>]*href="([^"]*)"[^>]*>take away', main)
    return {html.unescape(words): html.unescape(link) for words, link in shown}


EACH_CHOICE = {
    "q=bread": "Words: bread",
    "standing=late": "Standing: Late",
    "standing=open": "Standing: All that are open",
    "standing=overdue": "Standing: Overdue",
    "theme={theme}": "Theme: {theme_name}",
    "sector=public": "Sector: Public",
    "area={area}": "Area: {area_name}",
    "measure={measure}": "Measure: {measure_name}",
    "partner={partner}": "Partner: {partner_name}",
    "unanswered=yes": "Questions: waiting for an answer",
    "source=others": "Whose: Listed by registers of other bodies",
    "sort=due": "Order: Date due",
}


@pytest.fixture
def named(measure, bakery, town):
    area = Area.objects.create(code="far-end", name="Far End & Quay")
    return {
        name + end: text
        for name, one in (
            ("theme", measure.theme),
            ("area", area),
            ("measure", measure),
            ("partner", bakery),
        )
        for end, text in (("", one.code), ("_name", one.name))
    }


@pytest.mark.parametrize(("query", "words"), EACH_CHOICE.items())
def test_each_choice_is_named_and_leads_to_the_register_without_it(client, named, query, words):
    query, words = query.format(**named), words.format(**named)
    assert chosen_in(client, f"/pledges/?{query}") == {words: "/pledges/"}
    beside = "sort=made" if query != "sort=due" else "q=bread"
    assert chosen_in(client, f"/pledges/?{query}&{beside}&page=3")[words] == f"/pledges/?{beside}"


def test_every_choice_there_is_has_its_words(client):
    names = {query.split("=")[0] for query in EACH_CHOICE}
    assert names == {field.name for field in fields(Filters)} - {"unknown"}
    assert chosen_in(client, "/pledges/?theme=none&sort=now") == {}


def test_a_pledge_leads_to_the_ones_before_and_after_it(client, register):
    def turns(code: str, query: str = "") -> tuple[str, dict[str, str]]:
        page = client.get(f"/pledges/{code}/{query}").content.decode()
        nav = page.split('aria-label="Pledges of', 1)[1].split("</nav>", 1)[0]
        links = re.findall(r'href="([^"]*)"[^>]*>(\w+)', nav)
        place = re.search(rf"Pledge {code},\s+(\d+ of \d+)", nav)
        return place[1], {word: html.unescape(link) for link, word in links}

    codes = list(Pledge.objects.public().order_by("due_on", "id").values_list("code", flat=True))
    many = len(codes)
    assert turns(codes[0]) == (f"1 of {many}", {"Next": f"/pledges/{codes[1]}/"})
    assert turns(codes[-1]) == (f"{many} of {many}", {"Previous": f"/pledges/{codes[-2]}/"})
    # What was chosen in the register stays on the way.
    _, links = turns(codes[1], "?from=standing%3Dlate")
    assert links == {
        "Previous": f"/pledges/{codes[0]}/?from=standing%3Dlate",
        "Next": f"/pledges/{codes[2]}/?from=standing%3Dlate",
    }


def test_of_a_partner_with_one_pledge_none_is_before_or_after(client, pledged):
    pledged_one = pledged()
    page = client.get(pledged_one.get_absolute_url()).content.decode()
    assert re.search(rf"Pledge {pledged_one.code},\s+1 of 1", page)
    assert not re.search(r">(Previous|Next)<", page)

"""The first page: what became of the promises in five parts, what was kept, and the doors."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from commonweal.charter.models import Theme
from commonweal.places.actions import switch
from commonweal.pledges import reads, story
from commonweal.pledges import standing as st
from commonweal.pledges.models import Pledge


def test_every_public_standing_is_in_one_part_of_the_story_or_beside_it():
    told = [code for codes in (*st.OF_STORY.values(), st.BESIDE) for code in codes]
    assert sorted(told) == sorted(st.ORDER)
    assert set(st.OF_STORY) == set(st.Story)


@pytest.mark.parametrize(
    ("standing", "part"),
    [
        ("verified_met", "kept"),
        # What was found only since the target was moved, or in part, is not kept.
        ("verified_lowered", "broken"),
        ("verified_partly", "broken"),
        ("verified_not_met", "broken"),
        ("claimed", "being_checked"),
        ("disputed", "being_checked"),
        ("active", "under_way"),
        ("due_soon", "under_way"),
        ("overdue", "late"),
    ],
)
def test_where_each_standing_is_told(standing, part):
    assert standing in st.OF_STORY[part]


# Taken back, by its partner or with the file it came in; that nobody answers for it, or its source
# dropped it; that nobody can look at its evidence any more: none says kept, broken or being
# checked.
@pytest.mark.parametrize("standing", ["withdrawn", "lapsed", "evidence_unavailable"])
def test_what_nobody_found_kept_or_broken_is_beside_the_story(standing, pledge, client):
    assert standing in st.BESIDE
    Pledge.objects.filter(pk=pledge.pk).update(standing=standing)
    page = client.get("/").content.decode()
    told, beside = page.split('id="beside"')
    assert "1 promise of which nobody can say" in beside
    assert f"?standing={standing}" in beside
    assert st.MEANINGS[standing].split(":")[0][:40] in html.unescape(beside)
    assert "1</a> in none of these." in " ".join(told.split())
    for part in st.Story:
        assert re.search(rf"standing={part}\"\s*>0</a>", told)


@pytest.mark.parametrize("info", st.STANDINGS, ids=lambda info: info.code)
def test_each_standing_is_one_click_from_home(info, pledge, client):
    Pledge.objects.filter(pk=pledge.pk).update(standing=info.code)
    page = client.get("/").content.decode()
    leads = f'href="/pledges/?standing={info.code}"' in page
    assert leads == (info.code in st.ORDER)
    if info.story is not None:
        words, meaning = st.STORIES[info.story]
        part = re.search(rf">{words}</a>\s*<strong>1</strong>.*?</li>", page, re.DOTALL)[0]
        assert html.escape(meaning) in part
        assert info.words in part
        assert "in none of these" not in page
        told = re.search(r'<p class="lede">(.*?)</p>', page, re.DOTALL)[1]
        sentence = " ".join(re.sub("<[^>]+>", "", told).split())
        assert re.search(r"\w\.$", sentence), sentence


def test_a_part_with_several_standings_says_how_many_of_each(pledged, client):
    for standing in ("active", "active", "due_soon"):
        one = pledged(statement=f"Promise {Pledge.objects.count()}")
        Pledge.objects.filter(pk=one.pk).update(standing=standing)
    held = client.get("/").content.decode().split('class="held"')[1].split("</ul>")[0]
    plain = " ".join(re.sub(r"<[^>]+>", " ", held.split(">", 1)[1]).split())
    assert plain == "Active 2 Due soon 1"


def test_the_five_parts_add_up_to_all():
    numbers = range(1, len(st.ORDER) + 1)
    counts = [
        reads.StandingCount(code, st.WORDS[code], "", number, number / sum(numbers))
        for number, code in zip(numbers, st.ORDER, strict=True)
    ]
    told = story.story_of(counts)
    assert [part.standing for part in told.parts] == list(st.Story)
    in_parts = sum(part.count for part in told.parts)
    assert in_parts + told.beside_count == sum(line.count for line in counts)
    assert sum(part.share for part in told.parts) == pytest.approx(1)
    for part in told.parts:
        assert sum(line.count for line in part.holds) == part.count
    assert sum(line.count for line in told.beside) == told.beside_count


def test_home_tells_each_part_and_leads_to_it(pledge, client):
    page = client.get("/").content.decode()
    for part in st.Story:
        assert f"/pledges/?standing={part}" in page
        listed = client.get(f"/pledges/?standing={part}").content.decode()
        assert "no such" not in listed
    assert re.search(r"Under way</a>\s*<strong>1</strong>", page)
    assert pledge.statement in client.get("/pledges/?standing=under_way").content.decode()
    assert pledge.statement not in client.get("/pledges/?standing=kept").content.decode()


def test_what_was_kept_is_shown_with_its_name_and_nothing_else_is(pledge, client):
    assert "Kept lately" not in client.get("/").content.decode()
    Pledge.objects.filter(pk=pledge.pk).update(
        standing="verified_met", verified_on=timezone.localdate()
    )
    (result,) = story.results(timezone.localdate())
    assert (result.pledge, result.picture) == (pledge, "")
    Pledge.objects.filter(pk=pledge.pk).update(accepted_on=None)
    assert not story.results(timezone.localdate())


def test_doors_lead_only_to_rooms_that_are_on(town, client):
    page = client.get("/").content.decode()
    for address in ("/help/", "/have-your-say/", "/join/", "/pledges/", "/how-it-works/"):
        assert f'href="{address}"' in page.split("doors", 1)[1]


@pytest.fixture
def pledge(pledged):
    return pledged()


def test_help_is_asked_for_before_any_figure_is_read(pledge, client):
    """On a phone the doors stand below two screens of figures."""
    page = " ".join(client.get("/").content.decode().split())
    assert page.index('href="/help/" >Ask for help') < page.index('class="lede"')
    switch(code="help", on=False, by=None)
    assert "Ask for help" not in client.get("/").content.decode()


def test_how_it_works_is_six_pictures(town, client):
    page = client.get("/how-it-works/").content.decode()
    assert page.count('<svg viewBox="0 0 240 110"') == 6


def test_home_asks_the_database_little(pledge, client, settings, django_assert_max_num_queries):
    """As on a town's server, where figures are kept until something changes."""
    place = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = settings.CACHES | {"figures": {"BACKEND": place, "LOCATION": "home"}}
    first = client.get("/").content
    with django_assert_max_num_queries(12):
        assert client.get("/").content == first


def test_what_registers_of_other_bodies_list_stands_apart_from_the_headline(pledged, client, today):
    """The headline counts what was promised to the town; its figures lead to as many."""
    pledged(due_on=today + timedelta(days=300))
    other = pledged(due_on=today + timedelta(days=301))
    assert "other bodies" not in client.get("/").content.decode()
    Pledge.objects.filter(pk=other.pk).update(source="sbti", source_key="1", is_of_others=True)
    page = html.unescape(client.get("/").content.decode())
    told = " ".join(page.split())
    assert ">1 promise</a> in the register" in told
    assert ">1 promise that registers of other bodies list</a>" in told
    links = set(re.findall(r'href="(/pledges/\?[^"]*(?:standing|source)=[^"]*)"', page))
    assert "/pledges/?source=others" in links
    for link in links:
        standing = re.search(r"standing=(\w+)", link)
        leads_to_one = standing is None or standing[1] in ("under_way", "active", "open")
        assert client.get(link).context["found"].page.paginator.count == leads_to_one, link


def test_a_list_of_the_towns_own_is_in_the_headline(pledged, client):
    Pledge.objects.filter(pk=pledged().pk).update(source="list", source_key="1")
    assert "other bodies" not in client.get("/").content.decode()


def test_themes_stand_in_the_order_of_the_charter(client, theme):
    Theme.objects.create(code="a-green-town", name="A green town", order=2)
    page = client.get("/").content.decode()
    assert page.index("/themes/fair-work/") < page.index("/themes/a-green-town/")

"""The charter manager's queues: counts and ages on one page, all of each on a page of its own."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from commonweal.charter.models import TierAward
from commonweal.partners.actions import mark_of
from commonweal.partners.models import ActingRequest, NameChange, Partner
from commonweal.pledges import charter_queues
from commonweal.pledges.models import Draft, Pledge, Question

DESK = "/desk/charter/"


def page_of(name):
    return f"{DESK}queues/{name}/"


def words_of(page):
    """What a page says, without its tags."""
    main = re.search(r"<main.*?</main>", page.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", main[0]).split())


@pytest.fixture
def club(db, bakery):
    return Partner.objects.create(code="club", name="Café Club", sector="voluntary", size="none")


@pytest.fixture
def proposed(pledged, today):
    """Twenty-five promises that wait, the oldest for forty days."""
    pledges = [pledged(statement=f"Promise {number}.") for number in range(25)]
    for number, pledge in enumerate(pledges):
        Pledge.objects.filter(pk=pledge.pk).update(
            accepted_on=None, made_on=today - timedelta(days=40 - number)
        )
    return pledges


def test_where_nothing_waits_the_desk_says_so(sign_in, maya, town, client):
    assert "Nothing waits for you." in words_of(sign_in(maya).get(DESK))


def test_the_desk_shows_what_is_most_pressing_and_how_old_it_is(sign_in, maya, proposed, client):
    page = sign_in(maya).get(DESK)
    words = words_of(page)
    assert "Pledges to accept : 25" in words
    assert "Promise 0. Late since" in words
    assert "40 days" in words
    assert "Promise 2." in words
    assert "Promise 3." not in words
    assert f'href="{page_of("pledges")}"' in page.content.decode()
    # What has nobody in it takes no room.
    assert "Questions to read" not in words


def test_a_queue_has_all_of_it_in_pages(sign_in, maya, proposed, client):
    sign_in(maya)
    first, second = client.get(page_of("pledges")), client.get(page_of("pledges"), {"page": 2})
    assert [words_of(page).count("Promise ") for page in (first, second)] == [20, 5]
    assert "Pledges to accept: 25" in words_of(first)
    assert f"/desk/charter/pledges/{proposed[24].code}/" in second.content.decode()


def test_words_are_found_without_accents_and_kept(sign_in, maya, proposed, club, client):
    sign_in(maya)
    page = client.get(page_of("partners"), {"q": "CAFE"})
    assert "Café Club" in words_of(page)
    assert 'value="CAFE"' in page.content.decode()
    page = client.get(page_of("pledges"), {"q": "promise 24"})
    assert words_of(page).count("Promise ") == 1
    page = client.get(page_of("pledges"), {"q": "bakery \x00 nowhere"})
    assert "Nothing in this queue has these words." in words_of(page)
    # Page after page keeps the words.
    assert (
        "?q=promise&amp;page=2" in client.get(page_of("pledges"), {"q": "promise"}).content.decode()
    )


@pytest.fixture
def everything(db, bakery, club, carys, claimed, pledged, today, college, tier, idris, tom):
    """Something in each queue."""
    claimed()
    ActingRequest.objects.create(partner=bakery, person=carys, job_title="Owner")
    NameChange.objects.create(partner=bakery, wanted={"name": "The Loaf"}, was={}, asked_by=carys)
    late = pledged(statement="It is late.")
    Pledge.objects.filter(pk=late.pk).update(
        due_on=today - timedelta(days=3),
        made_on=today - timedelta(days=90),
        accepted_on=today - timedelta(days=90),
        standing="overdue",
        standing_on=today,
        unanswered_since=today - timedelta(days=80),
    )
    asked = pledged(statement="It waits.")
    Pledge.objects.filter(pk=asked.pk).update(accepted_on=None)
    Question.objects.create(pledge=late, words="When, please?", asked_on=today)
    Draft.objects.create(
        partner=bakery,
        by=carys,
        answers={
            "measure": {"wanted": "Hours of baking lessons"},
            "promise": {"statement": "We teach baking."},
            "sent": {"at": timezone.now().isoformat()},
        },
    )
    TierAward.objects.create(
        partner=college,
        tier=tier,
        reasons="x",
        proposed_by=idris,
        proposed_on=today,
        confirmed_by=tom,
        confirmed_on=today,
        review_on=today + timedelta(days=9),
    )


@pytest.mark.parametrize("name", list(charter_queues.QUEUES))
def test_every_queue_that_has_something_has_its_page(name, sign_in, maya, everything, client):
    sign_in(maya)
    queue = charter_queues.QUEUES[name]
    assert page_of(name) in client.get(DESK).content.decode()
    page = client.get(page_of(name))
    assert f"{queue.title}: 1" in words_of(page)
    # A sentence that a comma follows has no stop of its own.
    assert not re.search(r"[.;:], ", words_of(page))
    link = re.search(r'class="card">\s*<a class="govuk-link" href="([^"]+)"', page.content.decode())
    assert client.get(link[1]).status_code == 200


def test_a_sentence_goes_on_without_its_stop():
    line = charter_queues.Line("Loaves", "We took on two apprentices.", "/", date(2026, 11, 2))
    assert line.about_in_brief == "We took on two apprentices"


def test_no_other_queue_is_there_and_nobody_else_may(sign_in, maya, idris, asha, town, client):
    assert sign_in(maya).get(page_of("others")).status_code == 404
    for person in (idris, asha):
        assert sign_in(person).get(page_of("pledges")).status_code == 403


def test_what_is_decided_leaves_its_queue(sign_in, maya, club, client):
    shown = {"shown-partner": mark_of(club)}
    sign_in(maya).post("/desk/charter/partners/club/", {"accept": "1"} | shown)
    assert "None." in words_of(client.get(page_of("partners")))


def test_the_desk_asks_the_database_little(
    sign_in, maya, proposed, client, django_assert_max_num_queries
):
    sign_in(maya).get(DESK)
    with django_assert_max_num_queries(45):
        client.get(DESK)

"""Public pages are made once for all who wait, and are never another's or an old one."""

from __future__ import annotations

import pytest
from django.http import HttpResponse

from commonweal.accounts.record import record
from commonweal.opendata import kept_pages
from commonweal.opendata.kept_pages import KeptPagesMiddleware


@pytest.fixture(autouse=True)
def _pages_are_kept(settings):
    settings.PAGES_KEPT_S = 600
    kept_pages.forget()
    yield
    kept_pages.forget()


def test_whoever_has_the_page_is_not_sent_it_again(client, town):
    first = client.get("/")
    assert first.status_code == 200
    assert first["Cache-Control"] == "no-cache"
    again = client.get("/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]


def test_a_kept_page_costs_no_more_than_a_look(client, town, django_assert_num_queries):
    first = client.get("/pledges/")
    with django_assert_num_queries(2):
        again = client.get("/pledges/")
    assert again.content == first.content
    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]


def test_after_an_entry_the_page_shows_it(client, town):
    before = client.get("/")
    town.strapline = "Another strapline"
    town.save()
    record("the town was changed", about=town, by=None)
    after = client.get("/", headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert "Another strapline" in after.text


def test_who_is_signed_in_sees_their_own_and_leaves_nothing(client, town, asha):
    client.force_login(asha)
    own = client.get("/")
    assert "Your space" in own.text
    client.logout()
    assert "Your space" not in client.get("/").text
    client.force_login(asha)
    assert "Your space" in client.get("/").text


@pytest.mark.parametrize("path", ["/help/", "/accounts/login/", "/accounts/signup/"])
def test_a_page_with_a_form_of_its_own_is_made_for_each(client, town, path):
    client.get(path)
    assert "ETag" not in client.get(path)


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("x", status=404),
        HttpResponse("x", headers={"Cache-Control": "private, no-store"}),
        HttpResponse("x", content_type="application/json"),
        HttpResponse("x" * 300_000),
    ],
    ids=["not found", "private", "no page", "large"],
)
def test_what_is_not_for_everybody_is_not_kept(rf, db, response):
    made = []

    def view(request):
        made.append(request)
        return response

    middleware = KeptPagesMiddleware(view)
    for _ in range(2):
        middleware(rf.get("/x/"))
    assert len(made) == 2


def test_another_host_has_its_own(rf, db, settings):
    settings.ALLOWED_HOSTS = ["a.example", "b.example"]
    middleware = KeptPagesMiddleware(lambda request: HttpResponse(request.get_host()))
    assert middleware(rf.get("/x/", headers={"host": "a.example"})).content == b"a.example"
    assert middleware(rf.get("/x/", headers={"host": "b.example"})).content == b"b.example"


def test_memory_is_bounded(rf, db):
    middleware = KeptPagesMiddleware(lambda request: HttpResponse("x"))
    for number in range(kept_pages.MOST_PAGES + 50):
        middleware(rf.get(f"/x/?n={number}"))
    assert len(kept_pages._pages) == kept_pages.MOST_PAGES

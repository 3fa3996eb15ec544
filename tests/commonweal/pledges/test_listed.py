"""A line of the register: how late a promise is in days, and from which day its date was moved."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from commonweal.pledges import changing
from commonweal.pledges.models import Pledge

pytestmark = pytest.mark.django_db


def day(moment) -> str:
    return f"{moment.day} {moment:%B %Y}"


def words_of(client, address: str) -> str:
    main = client.get(address).content.decode().split("<main", 1)[1]
    return re.sub(r" ([,)])", r"\1", " ".join(re.sub(r"<[^>]+>", " ", main).split()))


PAGES = ("/pledges/", "/partners/bakery/", "{pledge}")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(
    ("due_in", "said"),
    [
        (-1, "1 day late"),
        (-270, "270 days late"),
        (0, "today"),
        (1, "in 1 day"),
        (30, "in 30 days"),
    ],
)
def test_how_late_it_is_or_how_near_is_said_in_days(
    client, made_earlier, today, due_in, said, address
):
    pledge = made_earlier(ago=300, due_in=due_in)
    due_on = day(today + timedelta(days=due_in))
    words = words_of(client, address.format(pledge=pledge.get_absolute_url()))
    assert f"{due_on}, {said}" in words


def test_what_is_neither_late_nor_near_says_no_days(client, made_earlier, today):
    pledge = made_earlier(ago=300, due_in=31)
    assert f"due {day(pledge.due_on)} " in words_of(client, "/pledges/")
    # What is settled is late no more.
    Pledge.objects.filter(pk=pledge.pk).update(
        standing="verified_met", due_on=today - timedelta(days=9)
    )
    assert "late" not in words_of(client, "/pledges/").split("Just these rows")[0].split("due")[-1]


@pytest.mark.parametrize("address", PAGES)
def test_the_first_date_stands_beside_one_that_was_moved(client, pledged, asha, today, address):
    pledge = pledged()
    first = pledge.due_on
    address = address.format(pledge=pledge.get_absolute_url())
    assert "(first" not in words_of(client, address)
    for days in (300, 400):
        pledge.refresh_from_db()
        changing.change(
            pledge=pledge, target=None, due_on=today + timedelta(days=days), because="x", by=asha
        )
    moved = f"{day(today + timedelta(days=400))} (first {day(first)})"
    assert moved in words_of(client, address)
    pledge.refresh_from_db()
    changing.change(pledge=pledge, target=None, due_on=first, because="x", by=asha)
    assert "(first" not in words_of(client, address)


def test_the_register_asks_no_more_for_more_rows(client, pledged, asha, today, count_queries):
    def moved_one(number: int) -> None:
        pledge = pledged(statement=f"Promise {number}")
        changing.change(
            pledge=pledge, target=None, due_on=today + timedelta(days=300), because="x", by=asha
        )

    moved_one(1)
    client.get("/pledges/")
    few = count_queries(lambda: client.get("/pledges/"))
    for number in range(2, 8):
        moved_one(number)
    client.get("/pledges/")
    assert count_queries(lambda: client.get("/pledges/")) <= few


@pytest.fixture
def count_queries():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(ask) -> int:
        with CaptureQueriesContext(connection) as asked:
            ask()
        return len(asked)

    return count

"""What pages of the desk ask of the database stays small in a town of a million.

How long they take is measured (benchmarks/README.md); here stands what made them slow: questions
for which the database draws up a list of everybody, or looks at every need.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonweal.cases import planning, queues
from commonweal.cases.models import Callback, Case, Need, NextAction
from commonweal.desk import today
from commonweal.residents.models import Lookalike

pytestmark = pytest.mark.django_db
QUEUE, SEARCH = "/desk/help/queue/", "/desk/help/search/"
WHOLE_TOWN = re.compile(r'IN \(SELECT \w+\."id"[^()]* FROM "residents_resident"')

A_LIST = re.compile(r"^SELECT COUNT| LIMIT \d+( OFFSET \d+)?$")


@pytest.fixture
def asked(asks_for_help, leah):
    cases = [asks_for_help("food", first_name=name, last_name="Marlow") for name in ("Ada", "Bea")]
    cases.append(asks_for_help("work", by=leah, first_name="Cy", last_name="Marlow"))
    Lookalike.objects.create(one=cases[0].resident, other=cases[1].resident, points=9)
    return cases


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("/desk/help/", ""),
        (QUEUE, ""),
        (f"{QUEUE}?show=unplanned", ""),
        (QUEUE, "Marlow"),
        (SEARCH, "Marlow"),
        (SEARCH, "07700 900123"),
        ("/desk/help/manage/", ""),
        ("/desk/help/duplicates/", ""),
    ],
)
def test_no_page_lists_everybody_who_may_be_seen(asked, grace, leah, sign_in, address, typed):
    for person in (grace, leah):
        client = sign_in(person)
        with CaptureQueriesContext(connection) as questions:
            page = client.post(address, {"q": typed}) if typed else client.get(address)
        if page.status_code != 403:
            assert page.status_code == 200
            assert [query["sql"] for query in questions if WHOLE_TOWN.search(query["sql"])] == []


def test_what_is_planned_beside_calls_is_read_once_for_a_page(
    asked, leah, django_assert_num_queries, django_assert_max_num_queries
):
    at = planning.desk()
    with django_assert_max_num_queries(3):
        lists = [planning.with_unplanned(Case.objects.open(), at) for _ in range(4)]
    with django_assert_num_queries(4):
        assert len({cases.count() for cases in lists}) == 1
    # Each of these reads what every case knows, and no need.
    assert "cases_need" not in str(lists[0].query)


def test_what_others_make_late_is_read_once_for_a_page(asked, django_assert_num_queries):
    at = planning.desk()
    with django_assert_num_queries(1):
        lists = [Case.objects.open().filter(at.late) for _ in range(4)]
    with django_assert_num_queries(4):
        assert len({cases.count() for cases in lists}) == 1
    # Each of these goes by what every case knows itself, and by keys.
    for table in ("cases_referral", "cases_need", "volunteers_task"):
        assert table not in str(lists[0].query)


@pytest.mark.parametrize("shown", ["mine", "all", "late", "unplanned", "unassigned"])
def test_who_is_perhaps_kept_from_somebody_is_asked_of_no_row_of_a_list(
    asked, leah, sign_in, shown
):
    # Of a list with nobody in it only the count is asked.
    Case.objects.update(late_at=timezone.now() - timedelta(hours=1))
    client = sign_in(leah)
    for address in (f"/desk/help/?show={shown}", f"{QUEUE}?show={shown}"):
        with CaptureQueriesContext(connection) as questions:
            assert client.get(address).status_code == 200
        lists = [query["sql"] for query in questions if A_LIST.search(query["sql"])]
        assert len(lists) > 2
        assert [sql for sql in lists if "residents_perhapssame" in sql] == []


def test_who_left_with_something_planned_is_looked_for_by_an_index(asked, leah, owen):
    """*Not one of these* has a database look at every call and every action of the town."""
    Callback.objects.update(assigned_to=leah)
    NextAction.objects.update(owner=leah)
    cases = {case.pk for case in asked}
    keys = sorted([leah.pk, owen.pk])
    around = {key + step for key in keys for step in (-1, 1)} - set(keys)
    desks = {
        frozenset(keys): set(),
        frozenset([leah.pk]): set(),
        frozenset([owen.pk]): cases,
        frozenset(around): cases,
        frozenset(): cases,
    }
    for people, expected in desks.items():
        with CaptureQueriesContext(connection) as questions:
            left = planning.Desk(timezone.now(), people, managed=True).left
        held = set(Case.objects.filter(left).values_list("pk", flat=True)) if left else set()
        assert held == expected
        if people:
            assert " IN (" not in questions[0]["sql"]
            assert looks_at_every_row(questions[0]["sql"]) == []


def looks_at_every_row(sql):
    """The lines of PostgreSQL's plan that do, were it free to do otherwise. (Of a few rows it
    always would. What SQLite does depends on what it knows of its rows.)"""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        return [line for (line,) in cursor.fetchall() if "Seq Scan" in line or "<> ALL" in line]


def test_a_case_asks_as_little_for_three_needs_as_for_one(asks_for_help, kinds, leah, sign_in):
    case = asks_for_help("food", by=leah)
    client, counts = sign_in(leah), []
    client.get(case.get_absolute_url())
    for kind in ("food", "debt", "work"):
        if kind != "food":
            Need.objects.create(case=case, help_type=kinds[kind])
        with CaptureQueriesContext(connection) as questions:
            page = client.get(case.get_absolute_url()).content.decode()
        assert kinds[kind].name in page
        # The town is not the case's to read.
        counts.append(len([query for query in questions if "places_town" not in query["sql"]]))
        of_needs = re.compile(r'FROM "cases_need" .*WHERE "cases_need"."case_id" (=|IN)')
        assert len([query for query in questions if of_needs.search(query["sql"])]) == 1
    assert len(set(counts)) == 1


def test_the_first_page_counts_what_its_lists_hold(asked, grace, leah, sign_in):
    for person in (grace, leah):
        page = sign_in(person).get("/desk/help/?show=all").context
        at, queue = planning.desk(), queues.queue_for(person)
        assert {name: count for name, _, count in page["tiles"]} == {
            name: len(queues.of_list(queue, name, person, at)) for name in queues.LISTS
        }
        assert page["page"].paginator.count == 3


def test_of_calls_that_nobody_has_the_most_urgent_come_first(
    asks_for_help, leah, sign_in, monkeypatch
):
    for name in ("Ada", "Bea", "Dot"):
        asks_for_help("food", first_name=name)
        asks_for_help("debt", signs=["no-shelter"], first_name=name)
    calls = Callback.objects.filter(assigned_to=None, state="due")
    Callback.objects.update(due_at=timezone.now())
    urgent = [call.pk for call in calls.filter(case__urgency=1).order_by("due_at", "pk")]
    assert (len(urgent), calls.count()) == (3, 6)
    shown = {2: urgent[:2], 3: urgent, 30: [call.pk for call in today_in_order(calls)]}
    for most, expected in shown.items():
        monkeypatch.setattr(today, "CALLS_SHOWN", most)
        page = sign_in(leah).get("/desk/help/").context
        assert [call.pk for call, _ in page["calls"]] == expected


def today_in_order(calls):
    return sorted(calls.select_related("case"), key=lambda call: (call.case.urgency, call.pk))

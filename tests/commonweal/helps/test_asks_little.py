"""What pages of the desk ask of the database stays small in a town of a million.

How long they take is measured (benchmarks/README.md); here stands what made them slow: questions
for which the database draws up a list of everybody, or looks at every need.
"""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonweal.cases import planning
from commonweal.cases.models import Case
from commonweal.residents.models import Lookalike

pytestmark = pytest.mark.django_db
QUEUE, SEARCH = "/desk/help/queue/", "/desk/help/search/"
WHOLE_TOWN = re.compile(r'IN \(SELECT \w+\."id"[^()]* FROM "residents_resident"')


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

"""All that happened in a case, in one order, for whoever may read the case."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from commonweal.cases import adding, working, writing
from commonweal.cases.models import Case
from commonweal.desk import happened
from commonweal.grants import actions as granting
from commonweal.residents import people
from commonweal.services.models import HelpType

from .world import World, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(request):
    return World(request)


def page_of(client, case, **asked):
    return client.get(reverse("case-timeline", args=[case.code]), asked)


def titles(page):
    return [moment.title for moment in page.context["page"]]


@pytest.fixture
def busy(planted, leah, grace):
    """A case in which something of every kind happened."""
    case = Case.objects.get(code=planted["desk-case"]["code"])
    working.note(case=case, words="A note of ours.", by=leah)
    people.change(resident=case.resident, values={"email": "m@example.org"}, by=leah)
    return case


def test_something_of_every_kind_stands_in_one_order_newest_first(busy, grace):
    moments = happened.happened(busy, grace)
    assert [m.at for m in moments] == sorted((m.at for m in moments), reverse=True)
    kinds = {words for code, (words, _) in happened.KINDS.items() if code != "looks"}
    assert {moment.kind for moment in moments} == kinds


@pytest.mark.parametrize("kind", happened.KINDS)
def test_each_kind_can_be_chosen(busy, grace, sign_in, kind):
    page = page_of(sign_in(grace), busy, kind=kind)
    assert page.status_code == 200
    assert {moment.kind for moment in page.context["page"]} == {happened.KINDS[kind][0]}


def test_who_looked_is_for_the_desk_manager(busy, leah, grace, sign_in):
    client = sign_in(leah)
    assert "Looked:" not in words_of(page_of(client, busy, kind="looks"))
    assert "Who looked" not in words_of(page_of(client, busy))
    page = page_of(sign_in(grace), busy, kind="looks")
    assert leah.name in words_of(page)
    assert "Looked: timeline (manager)" in titles(page)


def test_of_what_only_the_day_is_known_no_hour_is_said_and_it_ends_that_day(busy, leah, sign_in):
    """A need that was settled at half past nine was said to be at midnight, before its call."""
    need = busy.needs.first()
    today = timezone.localdate()
    type(need).objects.filter(pk=need.pk).update(state="met", closed_on=today)
    working.note(case=busy, words="A call of the same day.", by=leah)
    page = page_of(sign_in(leah), busy, kind="needs")
    moment = next(m for m in page.context["page"] if m.title.endswith(": met"))
    assert f'datetime="{today}"' in page.content.decode()
    assert "00:00</time>" not in page.content.decode()
    assert moment.at > busy.notes.latest("at").at


def test_it_is_in_pages_and_the_choice_goes_along(busy, leah, sign_in):
    for number in range(45):
        working.note(case=busy, words=f"Line {number}.", by=leah)
    client = sign_in(leah)
    seen = []
    for number in (1, 2, 3):
        page = page_of(client, busy, kind="notes", page=number)
        assert len(page.context["page"]) <= 20
        seen += [moment.text for moment in page.context["page"]]
    assert [words for words in seen if words.startswith("Line")] == [
        f"Line {number}." for number in range(44, -1, -1)
    ]
    assert "?kind=notes&amp;page=2" in page_of(client, busy, kind="notes").content.decode()


def test_reading_it_is_written_down_and_asks_few_questions(
    busy, leah, sign_in, django_assert_max_num_queries
):
    client = sign_in(leah)
    page_of(client, busy)
    assert busy.reads.filter(person=leah, what="timeline").count() == 1
    for number in range(30):
        working.note(case=busy, words=f"Line {number}.", by=leah)
    with django_assert_max_num_queries(60):
        page_of(client, busy)


@pytest.mark.parametrize(
    ("who", "status"),
    [("leah", 200), ("grace", 200), ("owen", 302), ("daniel", 403), ("mei", 403), ("joan", 403)],
)
def test_each_kind_of_person(asks_for_help, leah, request, sign_in, who, status):
    case = asks_for_help("debt", by=leah)
    client = sign_in(request.getfixturevalue(who))
    assert page_of(client, case).status_code == status


def test_of_somebody_who_is_kept_apart_no_field_is_told(asks_for_help, leah, fund, grace, sign_in):
    case = asks_for_help("debt", by=leah, email="first@example.org")
    for ages in ("4 and 9", "5 and 9"):
        adding.say_household(case=case, adults="", children="", ages=ages, housemate=None, by=leah)
        case.refresh_from_db()
    values = {"category": "food", "reason": "GTIR010", "purpose": "GTIP070", "asked": Decimal(50)}
    granting.apply(fund=fund, resident=case.resident, case=case, by=leah, values=values)
    people.change(resident=case.resident, values={"email": "second@example.org"}, by=leah)
    before = words_of(page_of(sign_in(leah), case))
    for told in ("first@example.org", "4 and 9", fund.name):
        assert told in before
    twin = asks_for_help("food", by=leah)
    Case.objects.filter(pk=twin.pk).update(resident=case.resident)
    twin.refresh_from_db()
    kind = HelpType.objects.filter(is_restricted=True).first()
    adding.add_need(case=twin, help_type=kind, by=leah)
    shown = words_of(page_of(sign_in(leah), case))
    assert "Asked for help" in shown
    for told in ("example.org", "4 and 9", fund.name):
        assert told not in shown
    assert "may be reached" not in shown.split("<h1")[1]


def test_a_closed_case_still_tells_and_a_message_is_in_it(asks_for_help, leah, sign_in):
    case = asks_for_help("debt", by=leah, phones="07700 900123", contact="any")
    writing.write_one(case=case, way="text", words="Your parcel is here.", by=leah)
    Case.objects.filter(pk=case.pk).update(
        state="closed", closed_at=timezone.now(), assigned_to=leah
    )
    assert "Your parcel is here." in words_of(page_of(sign_in(leah), case))


def test_the_case_leads_to_it(asks_for_help, leah, sign_in):
    case = asks_for_help("debt", by=leah)
    page = sign_in(leah).get(case.get_absolute_url()).content.decode()
    assert reverse("case-timeline", args=[case.code]) in page
    assert reverse("desk-history", args=[case.resident.code]) in page

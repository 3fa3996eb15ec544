"""A need for which nothing is there is written down when it is seen, shown on its case, and
counted: for the manager whole, in public without what tells of few."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.models import Event
from commonweal.cases import adding, gaps, lists, working
from commonweal.cases.lists import undoing
from commonweal.cases.models import Gap
from commonweal.places import helplines
from commonweal.services.models import Organisation, Service

from .world import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered(kinds):
    def make(code: str, **more):
        service = Service.objects.create(
            organisation=Organisation.objects.create(name=f"{code} trust"), name=code, **more
        )
        service.help_types.add(kinds[code])
        return service

    return make


def page_of(need) -> str:
    return reverse("need-services", args=[need.case.code, need.code])


def test_a_need_that_comes_up_without_a_service_is_a_gap(asks_for_help, leah, offered):
    offered("food")
    case = asks_for_help("food", "medicine", by=leah)
    [gap] = Gap.objects.all()
    assert (gap.need.help_type.code, gap.why, gap.found_by) == ("medicine", "none", None)
    assert gap.need.case == case


@pytest.mark.parametrize("more", [{"status": "defunct"}, {"ended_on": "2026-01-01"}])
def test_what_has_ended_is_no_service(asks_for_help, leah, offered, more):
    offered("food", **more)
    asks_for_help("food", by=leah)
    assert Gap.objects.count() == 1


def test_needs_that_are_added_or_listed_are_gaps_too(asks_for_help, leah, grace, kinds, offered):
    offered("food")
    case = asks_for_help("food", by=leah)
    adding.add_need(case=case, help_type=kinds["debt"], words="", by=leah)
    assert [gap.need.help_type.code for gap in Gap.objects.all()] == ["debt"]
    shown = lists.preview(b"First name,Last name\nAda,One\nBea,Two\n", "people.csv")
    run = lists.begin(shown, help_type=kinds["medicine"], by=grace)
    lists.carry_out(shown, run, by=grace)
    assert Gap.objects.filter(need__help_type=kinds["medicine"]).count() == 2
    undone = undoing.undo(lists.begin_undoing(run=run, by=grace))
    assert undone.counts["undone"] == 2
    assert not Gap.objects.filter(need__help_type=kinds["medicine"]).exists()


def test_whoever_looks_writes_down_that_nothing_helps(asks_for_help, leah, offered, sign_in):
    service = offered("food", phone="01632 960 111")
    case = asks_for_help("food", by=leah)
    need = case.needs.get()
    client = sign_in(leah)
    page = words_of(client.get(page_of(need)))
    assert "01632 960 111" in page
    answer = client.post(page_of(need), {"verb": "missing"})
    assert "Choose what is missing" in words_of(answer)
    assert not Gap.objects.exists()
    for why in ("full", "full", "far"):
        answer = client.post(page_of(need), {"verb": "missing", "why": why}, follow=True)
    assert "none is near enough" in words_of(answer)
    assert Gap.objects.get().found_by == leah
    line = Event.objects.filter(verb="gap found").latest("id")
    assert (line.about_code, line.detail["why"]) == (case.code, "far")
    page = words_of(client.get(page_of(need)))
    assert "There is something after all" in page
    client.post(page_of(need), {"verb": "there-is"})
    assert not Gap.objects.exists()
    again = client.post(page_of(need), {"verb": "there-is"}, follow=True)
    assert "Nothing is missing here" in words_of(again)
    assert service.name in page


def test_of_a_settled_need_nothing_is_missing(asks_for_help, leah, offered, sign_in):
    offered("food")
    case = asks_for_help("food", by=leah)
    working.settle(need=case.needs.get(), state="met", by=leah)
    need = case.needs.get()
    sent = {"verb": "missing", "why": "full"}
    assert "settled" in words_of(sign_in(leah).post(page_of(need), sent, follow=True))
    assert not Gap.objects.exists()


@pytest.mark.parametrize("has_local", [True, False])
def test_national_numbers_stand_on_the_case_and_beside_what_is_local(
    asks_for_help, leah, offered, sign_in, kinds, has_local
):
    if has_local:
        offered("debt")
    case = asks_for_help("debt", by=leah)
    client = sign_in(leah)
    on_case = words_of(client.get(case.get_absolute_url()))
    who_helps = words_of(client.get(page_of(case.needs.get())))
    for line in helplines.lines_for("debt", kinds["debt"].name, ""):
        # A case has no link that rings anybody but its person, and them only where one may.
        assert line.number in on_case, line.name
        assert f"tel:{line.tel}" not in on_case, line.name
        assert f'href="tel:{line.tel}"' in who_helps, line.name


def test_a_handler_types_a_postcode_that_stands_in_no_address(
    asks_for_help, leah, offered, sign_in
):
    offered("food").places.create(address="1 High Street", postcode="BK1 1AA")
    need = asks_for_help("food", by=leah).needs.get()
    client = sign_in(leah)
    answer = client.post(page_of(need), {"verb": "near", "postcode": "BK1 1AA"})
    assert answer.status_code == 200
    assert not Gap.objects.exists()
    assert "Of none of these can we say" not in words_of(answer)
    wrong = words_of(client.post(page_of(need), {"verb": "near", "postcode": "BK"}))
    assert "Enter a whole postcode" in wrong
    assert 'value="BK"' in wrong


def test_the_manager_sees_them_all_and_the_public_no_few(
    asks_for_help, leah, grace, offered, sign_in, client
):
    offered("food")
    for number in range(7):
        asks_for_help("debt", first_name=f"P{number}", last_name="Z", by=leah)
    for number in range(12):
        asks_for_help("medicine", first_name=f"Q{number}", last_name="Y", by=leah)
    asks_for_help("energy", by=leah)
    asks_for_help("energy", first_name="R", last_name="X", by=leah)
    manager = sign_in(grace)
    page = words_of(manager.get("/desk/help/manage/"))
    assert re.search(r"Heating and light: 2\b", page)
    assert re.search(r"The directory has nothing for:.*Debts", page)
    last_month = timezone.localdate().replace(day=1) - timedelta(days=3)
    Gap.objects.update(found_on=last_month)
    public = words_of(client.get("/help/figures/"))
    found = dict(re.findall(r"<li>([A-Z][a-z ]+): ([^<]+)</li>", public.split("no service")[1]))
    assert found["Medicine and health"].strip() == "12"
    assert found["Heating and light"].strip() == "held back"
    assert found["Debts"].strip() == "held back"
    assert gaps.counted(last_month, last_month)["Heating and light"] == 2

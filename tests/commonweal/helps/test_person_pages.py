"""Pages about a person: where they lead back to, and what may be typed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from commonweal.cases.models import Case

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["desk-resident", "desk-history", "desk-household", "desk-reach"])
def test_a_page_about_a_person_leads_back_to_a_case_that_its_reader_may_open(
    asks_for_help, leah, owen, grace, sign_in, name
):
    """The newest case of somebody is a colleague's, perhaps: it led to the glass, also after
    something was changed."""
    mine, theirs = asks_for_help("debt", by=leah), asks_for_help("food", by=owen)
    Case.objects.filter(pk=theirs.pk).update(resident=mine.resident)
    Case.objects.filter(pk=mine.pk).update(opened_at=theirs.opened_at - timedelta(days=30))
    address = reverse(name, args=[mine.resident.code])
    for who, case in ((leah, mine), (owen, theirs), (grace, theirs)):
        page = sign_in(who).get(address).content.decode()
        assert f'href="{case.get_absolute_url()}" class="govuk-back-link">Case {case.code}<' in page


def test_what_is_changed_of_a_person_leads_back_to_the_case_from_which_it_was(
    asks_for_help, leah, owen, sign_in
):
    mine, theirs = asks_for_help("debt", by=leah), asks_for_help("food", by=owen)
    Case.objects.filter(pk=theirs.pk).update(resident=mine.resident)
    client, address = sign_in(leah), reverse("desk-resident", args=[mine.resident.code])
    typed = {key: typed or "" for key, typed in client.get(address).context["form"].initial.items()}
    answer = client.post(address, typed | {"address": "9 High Row"})
    assert answer.headers["Location"] == mine.get_absolute_url()


@pytest.mark.parametrize("name", ["desk-resident", "desk-history", "desk-household", "desk-reach"])
def test_who_looked_at_a_person_stands_in_the_case_that_is_worked_on(
    asks_for_help, leah, sign_in, name
):
    """A more urgent case, closed already, had the line, and the open one none."""
    closed, case = asks_for_help("debt", by=leah), asks_for_help("food", by=leah)
    Case.objects.filter(pk=case.pk).update(urgency=3)
    Case.objects.filter(pk=closed.pk).update(
        resident=case.resident, urgency=1, state="closed", closed_at=timezone.now()
    )
    sign_in(leah).get(reverse(name, args=[case.resident.code]))
    assert case.reads.count() == 1
    assert closed.reads.count() == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("27/3/1950", "1950-03-27"),
        ("27 March 1950", "1950-03-27"),
        ("1950-03", "1950-03"),
        ("31/2/1950", "There is no such day"),
        ("1950-02-31", "There is no such day"),
        ("2090", "That day is still to come"),
        ("soon", "Write it like 1950, 1950-03 or 27/3/1950"),
    ],
)
def test_a_date_of_birth_is_changed_as_people_write_it(asks_for_help, leah, sign_in, typed, kept):
    case = asks_for_help("debt", by=leah)
    client, address = sign_in(leah), reverse("desk-resident", args=[case.resident.code])
    shown = client.get(address).context["form"].initial
    before = {key: typed or "" for key, typed in shown.items()}
    page = client.post(address, before | {"born": typed}, follow=True)
    born = type(case.resident).objects.get(pk=case.resident_id).born
    assert born == kept if kept[0].isdecimal() else kept in page.content.decode()
    assert kept[0].isdecimal() or f'value="{typed}"' in page.content.decode()

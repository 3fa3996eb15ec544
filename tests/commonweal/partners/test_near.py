"""Entries that might be one organisation are listed, and decided on one by one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonweal.accounts.models import Event
from commonweal.office.errors import Refused
from commonweal.partners import merging, near
from commonweal.partners.models import Different

PAGE = "/desk/charter/near/"


@pytest.fixture
def twins(bakery, college, homes, new_partner):
    """Of each reason one pair, and two that are none."""
    return [
        new_partner("mill", "The mill at the quay", company_number="01234567", covers="The mill"),
        new_partner("quay", "Quay Street Flour", company_number="01234567"),
        new_partner("oakbridge", "OAKBRIDGE  HOMES"),
        new_partner("bakers", "Harbor Lane Bakery"),
        new_partner("scouts-1", "1st Brackenford Scouts"),
        new_partner("scouts-2", "2nd Brackenford Scouts"),
    ]


def listed() -> list[tuple[str, str, str]]:
    return [(pair.one.code, pair.other.code, pair.because) for pair in near.pairs()]


def test_the_likeliest_stand_first_each_with_its_reason(twins):
    assert listed() == [
        ("mill", "quay", "the same company number, 01234567"),
        ("homes", "oakbridge", "the same name, written otherwise"),
        ("bakery", "bakers", "names that are alike"),
    ]


def test_names_that_are_alike_in_other_sectors_are_not_offered(bakery, new_partner):
    other = new_partner("bakers", "Harbor Lane Bakery", sector="public")
    assert listed() == []
    # A number or the very name in common is a reason all the same.
    type(other).objects.filter(pk=other.pk).update(name=bakery.name.upper())
    assert len(listed()) == 1


def test_two_whom_a_register_knows_as_two_are_not_offered(bakery, new_partner):
    new_partner("bakers", "Harbour Lane Bakery Ltd", company_number="07654321")
    assert len(listed()) == 1
    type(bakery).objects.filter(pk=bakery.pk).update(company_number="01234567")
    assert listed() == []


def test_what_is_decided_is_remembered_and_can_be_offered_again(twins, maya, sign_in, client):
    assert b"Quay Street Flour" in sign_in(maya).get(PAGE).content
    client.post("/desk/charter/near/quay/mill/two/")
    client.post("/desk/charter/near/mill/quay/two/")
    pair = Different.objects.get()
    assert (pair.one.code, pair.other.code, pair.decided_by) == ("mill", "quay", maya)
    assert Event.objects.filter(verb="partners differ").count() == 1
    assert ("mill", "quay") not in [pair[:2] for pair in listed()]
    client.post(f"/desk/charter/near/{pair.pk}/again/")
    assert listed()[0][:2] == ("mill", "quay")


def test_one_entry_is_no_pair(bakery, maya, sign_in, client):
    with pytest.raises(Refused, match="one entry"):
        near.decide_different(one=bakery, other=bakery, by=maya)
    sign_in(maya).post("/desk/charter/near/bakery/bakery/two/")
    assert "This is one entry." in client.get(PAGE).content.decode()


def test_what_was_merged_is_offered_no_more(twins, homes, maya):
    merging.merge(kept=homes, gone=twins[2], because="Same", by=maya)
    assert "oakbridge" not in str(listed())


def test_nobody_but_the_charter_manager_sees_the_list(bakery, asha, tom, sign_in, client):
    assert client.get(PAGE).status_code == 302
    for person in (asha, tom):
        assert sign_in(person).get(PAGE).status_code == 403


def test_the_list_asks_the_database_no_oftener_for_more_pairs(twins, maya, sign_in, new_partner):
    client = sign_in(maya)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for number in range(8):
        new_partner(f"club-{number}", f"Rowing club{' ' * number} of the quay")
    with CaptureQueriesContext(connection) as more:
        client.get(PAGE)
    assert len(more) <= len(few)

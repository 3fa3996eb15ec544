"""A caller rings back about a colleague's case: two facts open it for this call, and it is
recorded."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from unmarked import without_marks

from commonweal.accounts.models import Event
from commonweal.cases import access, ringing_back
from commonweal.cases.models import Case, CaseRead, Glass, RingBack
from commonweal.office.errors import Refused
from commonweal.residents.models import Resident

FITS = {"phone": "+44 7700 934567", "postcode": "bf1 2ag"}


@pytest.fixture
def case(asks_for_help, leah) -> Case:
    theirs = asks_for_help(by=leah)
    Resident.objects.filter(pk=theirs.resident_id).update(
        born="1958-04-03", phones="07700 934567", postcode="BF1 2AG", email="z@example.org"
    )
    Case.objects.filter(pk=theirs.pk).update(assigned_to=leah)
    return Case.objects.get(pk=theirs.pk)


def read(response: Any) -> str:
    return unescape(response.content.decode())


def ring(client: Any, case: Case, **said: str) -> Any:
    return client.post(reverse("desk-caller", args=[case.code]), said, follow=True)


def test_two_facts_open_the_case_for_this_call_and_break_no_glass(case, sign_in, owen):
    client = sign_in(owen)
    page = read(client.get(case.get_absolute_url(), follow=True))
    assert reverse("desk-caller", args=[case.code]) in page
    page = read(ring(client, case, **FITS))
    assert "The case is open to you for this call" in page
    assert CaseRead.objects.filter(person=owen, case=case, link="ring back").exists()
    assert not Glass.objects.exists()
    tried = RingBack.objects.get()
    assert (tried.fitted, tried.facts) == (True, ["phone", "postcode"])
    RingBack.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert access.link_to(owen, case) == ""


def test_a_birth_date_counts_with_another_fact(case, sign_in, owen):
    said = {"born_0": "3", "born_1": "4", "born_2": "1958", "email": "Z@Example.org"}
    assert "open to you" in read(ring(sign_in(owen), case, **said))


@pytest.mark.parametrize(
    "said",
    [
        {"phone": "07700 934567"},
        {"phone": "07700 934567", "postcode": "BF9 9ZZ"},
        {"email": "z@example.org", "born_0": "4", "born_1": "4", "born_2": "1958"},
        {},
    ],
)
def test_one_fact_or_one_that_is_wrong_opens_nothing_and_is_kept_as_typed(
    case, sign_in, owen, said
):
    page = read(ring(sign_in(owen), case, **said))
    assert "open to you" not in page
    assert access.link_to(owen, case) == ""
    for typed in said.values():
        assert f'value="{typed}"' in page


def test_a_fact_that_is_not_kept_fits_nothing(case, owen):
    Resident.objects.update(email="")
    case.resident.refresh_from_db()
    with pytest.raises(Refused, match="does not fit"):
        ringing_back.identify(case=case, told=FITS | {"email": "z@example.org"}, by=owen)


def test_three_wrong_tries_end_it_for_the_day(case, sign_in, owen):
    client = sign_in(owen)
    for left in ("2 more tries today", "1 more try today", "It did not fit three times today"):
        page = read(ring(client, case, phone="07700 934567", postcode="BF9 9ZZ"))
        assert left in page
    assert "It did not fit three times today" in read(ring(client, case, **FITS))
    assert access.link_to(owen, case) == ""
    RingBack.objects.update(at=timezone.now() - timedelta(days=2))
    assert "open to you" in read(ring(client, case, **FITS))


def test_what_was_said_stands_nowhere(case, sign_in, owen):
    ring(sign_in(owen), case, **FITS)
    entry = Event.objects.get(verb="caller identified")
    assert "7700" not in without_marks(str(entry.detail))
    assert "BF1" not in str(entry.detail)


def test_a_restricted_case_is_opened_by_no_fact(case, sign_in, owen, noor):
    Case.objects.update(is_restricted=True)
    restricted = Case.objects.get()
    with pytest.raises(Refused):
        ringing_back.identify(case=restricted, told=FITS, by=owen)
    RingBack.objects.create(person=owen, case=restricted, fitted=True)
    assert access.link_to(owen, restricted) == ""


def test_whoever_has_a_link_goes_to_the_case(case, sign_in, leah):
    assert ring(sign_in(leah), case, **FITS).redirect_chain[0][0] == case.get_absolute_url()
    assert not RingBack.objects.exists()


def test_nobody_but_handlers_identifies(case, sign_in, mei):
    assert ring(sign_in(mei), case, **FITS).status_code == 403

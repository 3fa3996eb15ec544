"""A second report of the same figure keeps its own words, or its writer is told (operation B15)."""

from __future__ import annotations

from typing import Any

import pytest

from commonweal.pledges.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def twin(new_person: Any, bakery: Any) -> Any:
    return new_person("ana", "Ana Silva", of=bakery)


def report(words: str, **more: Any) -> dict[str, Any]:
    return {"value": "20", "words": words} | more


@pytest.fixture
def two_sessions(sign_in, asha, twin, pledged, open_form) -> Any:
    """Ana and Asha open the same page; Ana sends hers first."""
    from django.test import Client

    pledge = pledged()
    address = f"/space/bakery/pledges/{pledge.code}/claim/"
    ana = Client()
    ana.force_login(twin)
    client = sign_in(asha)
    forms = open_form(ana, address, "value"), open_form(client, address, "value")
    first = ana.post(address, forms[0] | report("Ana's list of twenty.", link="https://a.example"))
    assert first.status_code == 302
    return pledge, address, client, forms[1]


def test_the_second_writer_is_told_and_loses_nothing(two_sessions, form_in):
    pledge, address, client, form = two_sessions
    mine = report("My own list, of other people.", link="https://b.example")
    answer = client.post(address, form | mine)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Ana Silva reported 20 hours as of" in page
    assert "Ana&#x27;s list of twenty." in page
    assert "Yours is still here" in page
    assert "My own list, of other people." in page
    assert "https://b.example" in page
    assert Entry.objects.filter(kind="claim").count() == 1
    assert Entry.objects.filter(kind="evidence").count() == 1
    # Sent again, it is an entry of its own with its own evidence.
    assert client.post(address, form_in(answer, "value")).status_code == 302
    claims = list(Entry.objects.filter(kind="claim").order_by("seq"))
    assert [claim.words for claim in claims] == [
        "Ana's list of twenty.",
        "My own list, of other people.",
    ]
    evidence = {e.body["url"]: e.body["about"] for e in Entry.objects.filter(kind="evidence")}
    assert evidence == {"https://a.example": claims[0].seq, "https://b.example": claims[1].seq}


def test_the_same_words_by_another_person_are_not_one_report(two_sessions):
    _, address, client, form = two_sessions
    answer = client.post(address, form | report("Ana's list of twenty."))
    assert answer.status_code == 200
    assert "Ana Silva reported 20 hours" in answer.content.decode()


def test_another_figure_is_told_of_as_before(two_sessions):
    _, address, client, form = two_sessions
    answer = client.post(address, form | {"value": "25", "words": "More."})
    assert "Somebody else wrote to this pledge" in answer.content.decode()


def test_a_report_sent_twice_with_evidence_is_one(sign_in, asha, pledged, open_form):
    """Even without its key: what came since says the same, by the same person."""
    pledge = pledged()
    address = f"/space/bakery/pledges/{pledge.code}/claim/"
    client = sign_in(asha)
    form = open_form(client, address, "value") | report("Once.", link="https://a.example")
    del form["once_key"]
    for _ in range(2):
        assert client.post(address, form).status_code == 302
    assert Entry.objects.filter(kind="claim").count() == 1
    assert Entry.objects.filter(kind="evidence").count() == 1


def test_two_who_withdraw_with_different_reasons(sign_in, asha, twin, pledged, open_form):
    from django.test import Client

    pledge = pledged()
    address = f"/space/bakery/pledges/{pledge.code}/withdraw/"
    ana = Client()
    ana.force_login(twin)
    client = sign_in(asha)
    first, second = open_form(ana, address, "because"), open_form(client, address, "because")
    assert ana.post(address, first | {"because": "We close."}).status_code == 302
    answer = client.post(address, second | {"because": "We move away."})
    assert answer.status_code == 200
    assert "We move away." in answer.content.decode()
    assert Entry.objects.get(kind="withdrawn").words == "We close."

"""Reads that stand out are a line a person and reason, are explained, and stay so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from commonweal.accounts.models import Message
from commonweal.cases import explaining, keeping
from commonweal.cases.models import CaseRead, ReadsExplained
from commonweal.office.errors import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("movable_readings")]
READS = "/desk/reads/"


@pytest.fixture
def swept(asks_for_help, leah, owen, grace):
    """Leah read one person sixty times, twice through broken glass; her colleagues once each."""
    resident = asks_for_help(by=leah).resident
    for colleague in (owen, grace):
        CaseRead.objects.create(person=colleague, resident=resident, what="case", link="queue")
    CaseRead.objects.bulk_create(
        CaseRead(
            person=leah, resident=resident, what="case", link="glass" if number < 2 else "caseload"
        )
        for number in range(60)
    )
    return resident


def address_of(why: str, person) -> str:
    newest = CaseRead.objects.filter(person=person).order_by("-pk")
    if why == "glass":
        newest = newest.filter(link="glass")
    return f"{READS}{person.code}/{why}/{newest[0].pk}/"


def test_the_list_has_a_line_for_a_person_and_reason(swept, leah, helen, sign_in):
    page = sign_in(helen).get(READS).content.decode()
    assert page.count(">Explain<span") == 2
    assert page.index("broke the glass") < page.index("read very many")
    assert "58 records" in page
    assert page.count(address_of("many", leah)) == 1


def test_what_is_explained_stays_explained_and_what_comes_later_stands_out(
    swept, leah, helen, sign_in
):
    client, address = sign_in(helen), address_of("many", leah)
    assert b"Say why they were right" in client.post(address, {"because": ""}).content
    page = client.post(address, {"because": "A list came in."}, follow=True).content.decode()
    assert "A list came in." in page
    assert "58 records" not in page
    today = timezone.localdate()
    assert len(keeping.unusual_reads(today, today)) == 2, "what went through the glass"
    CaseRead.objects.create(person=leah, resident=swept, what="case", link="caseload")
    assert len(keeping.unusual_reads(today, today)) == 3
    client.post(address_of("glass", leah), {"because": "Owen was ill."})
    assert len(keeping.unusual_reads(today, today)) == 1


def test_where_nothing_stands_out_no_mail_goes(swept, leah, helen):
    today = timezone.localdate()
    CaseRead.objects.update(at=timezone.now() - timedelta(days=today.weekday() + 3))
    last = CaseRead.objects.order_by("-at")[0].at
    for why in ("many", "glass"):
        explaining.explain(person=leah, why=why, until=last, because="A list came.", by=helen)
    assert keeping.tell_officer(today) == 0
    assert not Message.objects.filter(key__startswith="unusual-reads").exists()


def test_nobody_explains_their_own_reads_nor_without_being_the_officer(
    swept, leah, grace, helen, sign_in
):
    now = timezone.now()
    for person, by, said in ((leah, grace, "officer explains"), (helen, helen, "their own reads")):
        with pytest.raises(Refused, match=said):
            explaining.explain(person=person, why="many", until=now, because="x", by=by)
    assert not ReadsExplained.objects.exists()
    client = sign_in(helen)
    assert client.get(address_of("many", leah).replace("/many/", "/x/")).status_code == 404
    assert client.get(f"{READS}{grace.code}/many/{CaseRead.objects.first().pk}/").status_code == 404

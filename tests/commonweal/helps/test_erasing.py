"""Erasing takes two people, who see what goes and what stays."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.cases import working
from commonweal.cases.models import Case
from commonweal.desk import searching
from commonweal.office.errors import Refused
from commonweal.residents import erasing
from commonweal.residents.models import Erasure, Resident

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(asks_for_help, leah):
    request = asks_for_help(by=leah)
    working.note(case=request, words="She cried.", by=leah)
    Case.objects.update(state="closed", closed_at=timezone.now())
    return Resident.objects.get()


def asked(sign_in, helen, resident):
    client = sign_in(helen)
    page = client.get(f"/desk/erasing/ask/{resident.code}/").content.decode()
    assert "What goes and what stays" in page
    client.post(f"/desk/erasing/ask/{resident.code}/", {"because": "She asked by letter."})
    return Erasure.objects.get(state="asked")


def test_one_asks_and_another_one_erases(resident, helen, grace, sign_in):
    erasure = asked(sign_in, helen, resident)
    resident.refresh_from_db()
    assert resident.full_name == "Zebedee Quillfeather"
    address = f"/desk/erasing/{erasure.code}/"
    own = sign_in(helen).get(address)
    assert "Somebody else has to look and confirm" in own.content.decode()
    page = sign_in(helen).post(
        address, {"verb": "confirm", "seen": own.context["seen"]}, follow=True
    )
    assert "Somebody else has to look and confirm" in page.content.decode()
    resident.refresh_from_db()
    assert resident.state == "active"
    client = sign_in(grace)
    page = client.get(address)
    text = page.content.decode()
    assert "She asked by letter." in text
    assert "Quillfeather" not in text
    assert "its code, kinds of help, dates, urgency and outcome" in text
    client.post(address, {"verb": "confirm", "seen": page.context["seen"]})
    resident.refresh_from_db()
    erasure.refresh_from_db()
    assert (resident.state, resident.full_name) == ("erased", "")
    assert (erasure.state, erasure.ended_by, erasure.because) == ("done", grace, "")
    assert searching.search("Zebedee Quillfeather").residents == []


def test_what_came_while_the_page_was_open_is_not_erased_unseen(
    resident, helen, grace, leah, sign_in
):
    erasure = asked(sign_in, helen, resident)
    address = f"/desk/erasing/{erasure.code}/"
    seen = sign_in(grace).get(address).context["seen"]
    working.note(case=resident.cases.get(), words="She rang.", by=leah)
    page = sign_in(grace).post(address, {"verb": "confirm", "seen": seen}, follow=True)
    assert "Something came to this record" in page.content.decode()
    resident.refresh_from_db()
    assert resident.state == "active"


def test_it_can_be_said_why_not(resident, helen, grace, sign_in):
    erasure = asked(sign_in, helen, resident)
    address = f"/desk/erasing/{erasure.code}/"
    assert "Say why" in sign_in(grace).post(address, {"verb": "drop"}).content.decode()
    sign_in(grace).post(address, {"verb": "drop", "because": "A court asked for it."})
    erasure.refresh_from_db()
    assert (erasure.state, erasure.ended_because) == ("dropped", "A court asked for it.")
    resident.refresh_from_db()
    assert resident.state == "active"


def test_each_refusal(resident, helen, grace, leah, sign_in):
    with pytest.raises(Refused, match="data protection officer"):
        erasing.ask(resident=resident, because="x", by=grace)
    with pytest.raises(Refused, match="Say why"):
        erasing.ask(resident=resident, because=" ", by=helen)
    Case.objects.update(state="working", closed_at=None)
    page = sign_in(helen).post(f"/desk/erasing/ask/{resident.code}/", {"because": "Asked."})
    assert "still open" in page.content.decode()
    assert "Asked." in page.content.decode()
    Case.objects.update(state="closed", closed_at=timezone.now())
    erasure = erasing.ask(resident=resident, because="x", by=helen)
    with pytest.raises(Refused, match="asked for this already"):
        erasing.ask(resident=resident, because="x", by=helen)
    seen = erasing.fingerprint(erasing.what_goes(resident))
    with pytest.raises(Refused, match="role of data protection officer or"):
        erasing.confirm(erasure=erasure, seen=seen, by=leah)
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.update(state="done", ended_by=helen)
    erasing.confirm(erasure=erasure, seen=seen, by=grace)
    with pytest.raises(Refused, match="erased already"):
        erasing.ask(resident=Resident.objects.get(), because="x", by=helen)


@pytest.mark.parametrize("name", ["leah", "daniel", "sam", "mei", "joan"])
def test_nobody_else_sees_or_does_it(resident, helen, request, sign_in, name):
    erasure = asked(sign_in, helen, resident)
    client = sign_in(request.getfixturevalue(name))
    for address in (
        "/desk/erasing/",
        f"/desk/erasing/{erasure.code}/",
        f"/desk/erasing/ask/{resident.code}/",
    ):
        assert client.get(address).status_code == 403
        assert client.post(address, {"verb": "confirm"}).status_code == 403
    resident.refresh_from_db()
    assert resident.state == "active"

"""Erasing takes two people, who see what goes and what stays."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts.models import Event
from commonweal.cases import access, working
from commonweal.cases.models import Case
from commonweal.desk import searching
from commonweal.office.errors import Refused
from commonweal.residents import erasing, merging
from commonweal.residents.models import Erasure, Household, Resident

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


def test_what_is_left_says_when_and_the_record_says_by_whom(resident, asks_for_help, helen, grace):
    other = asks_for_help(first_name="Ada", last_name="Other").resident
    household = Household.objects.create()
    Resident.objects.update(household=household)
    erasure = erasing.ask(resident=resident, because="She asked.", by=helen)
    seen = erasing.fingerprint(erasing.what_goes(resident))
    erasing.confirm(erasure=erasure, seen=seen, by=grace)
    resident.refresh_from_db()
    assert (resident.erased_on, resident.household) == (timezone.localdate(), None)
    other.refresh_from_db()
    assert (other.state, other.erased_on, other.household) == ("active", None, household)
    of_erasing = Event.objects.filter(verb__contains="eras").order_by("id")
    assert [
        (event.verb, event.by_code, event.about_code, event.detail) for event in of_erasing
    ] == [
        ("erasure asked for", helen.code, resident.code, {}),
        ("resident erased", grace.code, resident.code, {"because": "asked for"}),
    ]


def test_a_merged_record_is_erased_with_the_one_that_stayed(resident, asks_for_help, helen, grace):
    gone = asks_for_help(first_name="Ada", last_name="Gone").resident
    Case.objects.update(state="closed", closed_at=timezone.now())
    merging.merge(kept=resident, gone=gone, because="The same.", by=grace)
    gone.refresh_from_db()
    with pytest.raises(Refused, match=f"was merged into {resident.code}. Erase that one"):
        erasing.ask(resident=gone, because="x", by=helen)
    erasing.erase(resident=resident, by=None, because="its time came")
    gone.refresh_from_db()
    assert gone.erased_on == timezone.localdate()


def test_what_is_erased_by_the_night_waits_for_nobody_any_more(resident, asks_for_help, helen):
    asks_for_help(first_name="Ada", last_name="Other")
    Case.objects.update(state="closed", closed_at=timezone.now())
    other = Resident.objects.exclude(pk=resident.pk).get()
    waits = erasing.ask(resident=other, because="x", by=helen)
    erasure = erasing.ask(resident=resident, because="She asked.", by=helen)
    erasing.erase(resident=resident, by=None, because="its time came")
    erasure.refresh_from_db()
    assert erasure.state == "dropped"
    assert erasure.ended_at is not None
    waits.refresh_from_db()
    assert waits.state == "asked"


def test_it_ends_once(resident, asks_for_help, helen, grace, leah):
    asks_for_help(first_name="Ada", last_name="Other")
    Case.objects.update(state="closed", closed_at=timezone.now())
    other = Resident.objects.exclude(pk=resident.pk).get()
    waits = erasing.ask(resident=other, because="x", by=helen)
    erasure = erasing.ask(resident=resident, because="She asked.", by=helen)
    with pytest.raises(Refused, match="role of data protection officer or"):
        erasing.drop(erasure=erasure, because="x", by=leah)
    with pytest.raises(Refused, match="Say why"):
        erasing.drop(erasure=erasure, because=" ", by=grace)
    erasing.drop(erasure=erasure, because="A court asked for it.", by=grace)
    erasure.refresh_from_db()
    assert erasure.ended_by == grace
    assert erasure.ended_at is not None
    event = Event.objects.get(verb="erasure dropped")
    assert (event.by_code, event.about_code) == (grace.code, resident.code)
    with pytest.raises(Refused, match="ended this already"):
        erasing.drop(erasure=erasure, because="Again.", by=helen)
    seen = erasing.fingerprint(erasing.what_goes(resident))
    with pytest.raises(Refused, match="ended this already"):
        erasing.confirm(erasure=erasure, seen=seen, by=grace)
    resident.refresh_from_db()
    erasure.refresh_from_db()
    waits.refresh_from_db()
    assert (resident.state, erasure.ended_because) == ("active", "A court asked for it.")
    assert waits.state == "asked"


def test_it_is_said_kind_by_kind_what_goes_and_what_stays(resident, leah):
    going = {kind.title: kind for kind in erasing.what_goes(resident)}
    assert (going["Note"].count, going["Note"].goes, going["Note"].stays) == (
        1,
        "all of it",
        "nothing",
    )
    assert going["Case"].goes.startswith("what was said, who asked, what they are to them")
    assert "Paper" not in going
    before = erasing.fingerprint([*going.values()])
    assert len(before) == 32
    # That somebody read the record stays, and is no reason to look again.
    access.note_read(leah, resident, what="person", link="taken")
    [reading] = [kind for kind in erasing.what_goes(resident) if kind.title not in going]
    assert reading.goes == erasing.NOTHING
    assert erasing.fingerprint(erasing.what_goes(resident)) == before

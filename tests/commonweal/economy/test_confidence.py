"""What was told in confidence leaves by no door below its level."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from unmarked import without_marks

from commonweal.accounts.models import Event, Message
from commonweal.balance.actions import open_period
from commonweal.economy.models import Shock
from commonweal.economy.shocks import access, working
from commonweal.jobs import queue
from commonweal.office.errors import Refused
from commonweal.pledges import jobs as pledges_jobs
from tests.commonweal.test_permissions import samples

__all__ = ["samples"]

pytestmark = pytest.mark.django_db
# What every word of the shock holds, and how many jobs it says.
WORD, JOBS = "Thistlewick", "54,321"
PAGES_OF = {
    "ben": ("space", "shock", "economy", "desk-economy"),
    "grace": ("shock", "desk-economy", "desk-manage", "alarm", "desk-shock"),
}


def body_of(response: Any) -> str:
    content = response.getvalue() if response.streaming else response.content
    return bytes(content).decode(errors="replace") + str(response.headers)


def says(text: str) -> bool:
    text = without_marks(text)
    return WORD in text or JOBS in text or JOBS.replace(",", "") in text


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    session = client.session
    session["demo_second_factor"] = True
    session.save()
    return client


def test_no_address_says_it_to_whoever_may_not_know(
    samples, every_address, ben, grace, asha, caplog
):
    """Every page, feed and export of the table of permissions to nobody; pages of its own space and
    of the help desk's manager to a reader of the same partner and to that manager."""
    caplog.set_level(logging.DEBUG)
    clients = {"nobody": Client(), "ben": signed_in(ben), "grace": signed_in(grace)}
    own = signed_in(asha)
    assert says(body_of(own.get(reverse("space-shock", kwargs=samples["space-shock"]))))
    leaks = []
    for name, _ in every_address:
        address = reverse(name, kwargs=samples.get(name, {}))
        for who, client in clients.items():
            if who != "nobody" and not name.startswith(PAGES_OF[who]):
                continue
            with transaction.atomic():
                if says(body_of(client.get(address))):
                    leaks.append((who, name))
                transaction.set_rollback(True)
    for words in (f"?q={WORD}", f"?name={WORD}"):
        for address in ("/partners/", "/pledges/", "/spend/", "/help/"):
            page = body_of(Client().get(address + words))
            # A search says what was searched for, and finds nothing.
            assert f"{WORD} Mill" not in page
    assert leaks == []
    assert not says(caplog.text)


def test_neither_record_nor_letters_say_it(shocked):
    for line in Event.objects.all():
        assert not says(f"{line.verb} {line.detail} {line.about_code}")
    for letter in Message.objects.all():
        assert not says(f"{letter.key} {letter.subject} {letter.body}")


def test_no_job_says_it_in_a_letter_the_record_or_the_log(shocked, mailoutbox, caplog, town, today):
    """Every job that repeats is run once, those of letters, digests and early warning among
    them."""
    caplog.set_level(logging.DEBUG)
    for repeat in queue.REPEATS.values():
        repeat.task.func()
    pledges_jobs.send_mail.func()
    letters = [f"{letter.subject} {letter.body} {letter.extra_headers}" for letter in mailoutbox]
    letters += [f"{m.key} {m.subject} {m.body}" for m in Message.objects.all()]
    assert letters
    assert not any(says(letter) for letter in letters)
    assert not any(says(f"{e.verb} {e.detail} {e.about_code}") for e in Event.objects.all())
    assert not says(caplog.text)


@pytest.mark.parametrize("level", ["staff", "partners"])
def test_no_statement_says_it(tell, maya, close_books, today, client, level):
    shock = tell(wanted_level=level, people=54321, employer=f"{WORD} Ltd", sites=WORD)
    earlier = today - timedelta(days=20)
    Shock.objects.filter(pk=shock.pk).update(told_on=earlier)
    shock.levels.update(from_on=earlier)
    first, last = today - timedelta(days=60), today - timedelta(days=1)
    period = open_period(code="q", title="A quarter", starts_on=first, ends_on=last, by=maya)
    statement = close_books(period)
    assert not says(json.dumps(statement.content))
    for kind in ("json", "csv"):
        address = reverse(f"statement-{kind}", args=["q", statement.number])
        assert not says(body_of(client.get(address)))
    assert not says(client.get(reverse("report", args=["q", statement.number])).content.decode())


def test_what_partners_may_know_is_for_partners(tell, idris, carys, nadia, sign_in, client):
    shock = tell(wanted_level="partners", people=54321, employer="Thistlewick Ltd")
    assert not says(client.get("/economy/").content.decode())
    page = sign_in(idris).get("/space/college/shocks/").content.decode()
    assert JOBS in page
    assert WORD not in page, "partners may know that it happens, not whose it is"
    assert sign_in(carys).get("/space/college/shocks/").status_code == 404
    working.let_know(shock=shock, who="staff", because="They asked.", by=nadia)
    assert JOBS not in sign_in(idris).get("/space/college/shocks/").content.decode()


def test_what_a_partner_told_itself_is_not_among_what_others_told(
    tell, asha, maya, bakery, sign_in
):
    own = tell(people=77)
    phoned = tell(people=66, staff=True, by=maya)
    asked_for = sign_in(asha).get("/space/bakery/shocks/")
    told_by_others = [shock for shock, _ in asked_for.context["others"]]
    assert told_by_others == [phoned]
    assert list(asked_for.context["own"]) == [own]
    assert b"77 jobs" not in asked_for.content


def test_the_public_page_names_nobody_without_consent_or_decision(
    tell, client, maya, decision, sign_in
):
    shock = tell(people=54321, employer="Thistlewick Ltd", sites="Thistlewick Wharf")
    page = client.get("/economy/").content.decode()
    assert JOBS in page
    assert WORD not in page
    assert "Harbour Lane" not in page
    address = reverse("shock-name", args=[shock.code])
    assert b"Choose the decision" in sign_in(maya).post(address, {"decision": ""}).content
    other = sign_in(maya).post(address, {"decision": decision.pk})
    assert b"A decision about something else is no leave" in other.content
    assert WORD not in client.get("/economy/").content.decode()
    leave = {"decision": decision.pk, "decision_says": "on"}
    assert sign_in(maya).post(address, leave).status_code == 302
    client.logout()
    page = client.get("/economy/").content.decode()
    assert "Thistlewick Ltd" in page
    assert "Wharf" not in page
    with pytest.raises(Refused, match="names it already"):
        working.name(shock=shock, decision=decision, decision_says=True, by=maya)


def test_its_own_consent_names_it(tell, client):
    tell(may_be_named=True)
    assert "Harbour Lane Bakery" in client.get("/economy/").content.decode()


@pytest.mark.parametrize(("people", "shown"), [(3, "fewer than 5"), (5, "5"), (None, "not known")])
def test_a_small_number_is_held_back(tell, client, people, shown):
    tell(people=people)
    assert f"Jobs: {shown}." in client.get("/economy/").content.decode()


def test_a_result_with_a_small_part_is_held_back_whole(tell, client, nadia):
    shock = tell()
    working.close(shock=shock, told_of=120, placed=100, without=17, not_known=3, words="", by=nadia)
    page = client.get("/economy/").content.decode()
    assert "too few to say more" in page
    shocks = page.split("Shocks told")[1].split("</section>")[0].split("footer")[0]
    assert "100" not in without_marks(shocks)


def test_who_may_know_is_remembered_by_the_day(tell, maya, today):
    shock = tell(wanted_level="staff")
    assert shock not in access.known_to_all(today)
    working.let_know(shock=shock, who="public", because="Their director, today.", by=maya)
    assert shock in access.known_to_all(today)
    with pytest.raises(Refused, match="so already"):
        working.let_know(shock=shock, who="public", because="x", by=maya)


def test_the_form_about_who_may_know_asks_who_agreed(tell, maya, sign_in):
    shock = tell(wanted_level="staff")
    address = reverse("shock-level", args=[shock.code])
    page = sign_in(maya).post(address, {"who": "public", "because": ""}).content.decode()
    assert "Say who agreed, and when" in page
    assert shock.levels.count() == 1

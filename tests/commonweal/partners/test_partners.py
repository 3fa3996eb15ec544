"""Joining, profile, invitations, and what silence does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail as outbox
from django.db import connection

from commonweal.accounts import mail
from commonweal.accounts.models import Person
from commonweal.partners.actions import mark_of
from commonweal.partners.models import Invitation, Membership, Partner, months_later
from commonweal.partners.numbers import CHARITY_NUMBER, COMPANY_NUMBER, MUTUAL_NUMBER

CLUB = {
    "name": "Chess Club",
    "sector": "voluntary",
    "kind": "club",
    "size": "volunteers",
    "relation": "none",
    "job_title": "Secretary",
    "may_act": "on",
}


def test_a_club_with_one_volunteer_and_no_number_joins(sign_in, carys, maya, client):
    sign_in(carys)
    response = client.post("/join/", CLUB, follow=True)
    assert "Chess Club" in response.content.decode()
    partner = Partner.objects.get(name="Chess Club")
    assert partner.accepted_on is None
    client.logout()
    assert client.get("/partners/chess-club/").status_code == 404
    assert b"Chess Club" not in client.get("/partners/").content
    sign_in(maya)
    assert b"Chess Club" in client.get("/desk/charter/").content
    address = "/desk/charter/partners/chess-club/"
    # Without what their page showed nobody is let in.
    client.post(address, {"accept": "1"})
    partner.refresh_from_db()
    assert partner.accepted_on is None
    client.post(address, {"accept": "1", "shown-partner": mark_of(partner)})
    client.logout()
    assert client.get("/partners/chess-club/").status_code == 200
    assert b"Chess Club" in client.get("/partners.csv").getvalue()


def test_it_asks_again_in_plain_words_and_keeps_what_was_typed(sign_in, carys, client):
    sign_in(carys)
    page = client.post("/join/", {"name": "Chess Club", "company_number": "12"}).content.decode()
    for words in (
        "Choose public, private or voluntary",
        "Choose how many people",
        "8 characters",
        "Confirm that you may act",
    ):
        assert words in page
    assert 'value="Chess Club"' in page


def test_entering_twice_is_refused(sign_in, carys, client):
    sign_in(carys)
    client.post("/join/", CLUB)
    assert b"entered this organisation already" in client.post("/join/", CLUB).content
    assert Partner.objects.filter(name="Chess Club").count() == 1


def test_a_taken_number_is_explained_and_a_site_may_have_it(sign_in, carys, bakery, client):
    bakery.company_number = "01234567"
    bakery.save()
    firm = CLUB | {"name": "Bakery Site", "kind": "company", "company_number": "1234567"}
    sign_in(carys)
    assert b"has this number already" in client.post("/join/", firm).content
    client.post("/join/", firm | {"covers": "The mill"})
    assert Partner.objects.get(name="Bakery Site").company_number == "01234567"


def test_a_returned_entry_shows_the_reason_and_can_be_mended(sign_in, carys, maya, client):
    sign_in(carys)
    client.post("/join/", CLUB)
    sign_in(maya)
    client.post("/desk/charter/partners/chess-club/", {"return": "1", "because": "Which club?"})
    sign_in(carys)
    assert b"Which club?" in client.get("/space/chess-club/").content
    profile = {k: v for k, v in CLUB.items() if k not in ("job_title", "may_act")}
    client.post("/space/chess-club/profile/", profile | {"name": "Northmoor Chess Club"})
    partner = Partner.objects.get(code="chess-club")
    assert (partner.name, partner.returned_because) == ("Northmoor Chess Club", "")


@pytest.mark.parametrize("number", ["01234567", "SC123456", "OC301234", "NI012345", "RC000123"])
def test_company_numbers_of_all_registers_are_known(number):
    assert COMPANY_NUMBER.match(number)


@pytest.mark.parametrize("number", ["1234567", "123456789", "XX123456", "SC12345", "0123456A"])
def test_no_company_has_this_number(number):
    assert not COMPANY_NUMBER.match(number)


def test_charity_and_mutual_numbers_are_checked_by_form():
    assert all(CHARITY_NUMBER.match(n) for n in ("1234567", "SC012345", "NIC101234", "212345-1"))
    assert not any(CHARITY_NUMBER.match(n) for n in ("12345", "SC12345", "ABC"))
    assert all(MUTUAL_NUMBER.match(n) for n in ("8123", "30245R", "IP12345R", "7568CBS"))
    assert not any(MUTUAL_NUMBER.match(n) for n in ("X1", "12345678"))


def test_contacts_are_unreadable_in_the_database(sign_in, carys, client):
    sign_in(carys)
    client.post("/join/", CLUB | {"contact_name": "Rosa Keane", "contact_phone": "01632 960999"})
    partner = Partner.objects.get(name="Chess Club")
    assert (partner.contact_name, partner.contact_phone) == ("Rosa Keane", "01632 960999")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contact_name, contact_phone FROM partners_partner WHERE id = %s", [partner.pk]
        )
        kept = "".join(cursor.fetchone())
    assert "Rosa" not in kept
    assert "960999" not in kept


def invite(client, email="new@example.org", role="reader"):
    return client.post("/space/bakery/people/", {"email": email, "role": role})


def test_an_invitation_makes_a_member_once(sign_in, asha, client):
    sign_in(asha)
    invite(client)
    mail.send_waiting()
    body = outbox.outbox[-1].body
    link = body[body.index("/invitations/") :].split()[0]
    assert "new@example.org" not in link
    assert outbox.outbox[-1].to == ["new@example.org"]
    new = Person.objects.create_user("new@example.org")
    sign_in(new)
    assert b"Harbour Lane Bakery" in client.get(link).content
    client.post(link)
    assert Membership.objects.get(person=new).role == "reader"
    assert client.post(link).status_code == 410


def test_an_invitation_that_was_used_leads_on(sign_in, asha, client):
    """Whoever came by it finds their space, after signing in; nobody else learns for whom it is."""
    sign_in(asha)
    invite(client)
    link = f"/invitations/{Invitation.objects.get().token}/"
    new = Person.objects.create_user("new@example.org")
    sign_in(new)
    client.post(link)
    again = client.get(link)
    assert again.status_code == 410
    assert "You act for Harbour Lane Bakery" in again.content.decode()
    assert '"/space/bakery/"' in again.content.decode()
    client.logout()
    again = client.get(link).content.decode()
    assert f"?next={link}" in again
    assert "Bakery" not in again
    sign_in(Person.objects.create_user("stranger@example.org"))
    again = client.get(link).content.decode()
    assert "Bakery" not in again
    assert f"?next={link}" not in again
    Membership.objects.filter(person=new).update(left_on=date(2026, 1, 1))
    sign_in(new)
    assert "You act for" not in client.get(link).content.decode()


def test_whoever_is_to_promise_says_their_role_at_once(sign_in, asha, client):
    """Else the first promise asks for it on a page of its own."""
    sign_in(asha)
    invite(client, role="editor")
    link = f"/invitations/{Invitation.objects.get().token}/"
    new = Person.objects.create_user("new@example.org")
    sign_in(new)
    assert "Enter your role in the organisation" in client.post(link).content.decode()
    assert not Membership.objects.filter(person=new).exists()
    client.post(link, {"job_title": "owner"})
    assert Membership.objects.get(person=new).job_title == "owner"


def test_an_invitation_is_for_its_address_and_its_time(sign_in, asha, carys, client, today):
    sign_in(asha)
    invite(client)
    invitation = Invitation.objects.get()
    link = f"/invitations/{invitation.token}/"
    assert b"has an open invitation" in invite(client).content
    sign_in(carys)
    assert b"another e-mail address" in client.get(link).content
    invitation.expires_on = today - timedelta(days=1)
    invitation.save()
    sign_in(Person.objects.create_user("new@example.org"))
    assert b"out of date" in client.get(link).content
    assert not Membership.objects.filter(person__email="new@example.org").exists()


def test_a_reader_changes_nothing(sign_in, ben, client, pledged):
    pledge = pledged()
    sign_in(ben)
    assert invite(client).status_code == 403
    assert client.get("/space/bakery/profile/").status_code == 403
    assert client.get(f"/space/bakery/pledges/{pledge.code}/claim/").status_code == 403
    assert client.get(f"/space/bakery/pledges/{pledge.code}/").status_code == 200


def test_two_missed_cycles_make_it_inactive_and_one_report_restores_it(
    sign_in, asha, made_earlier, client, bakery, today
):
    pledge = made_earlier(ago=380, due_in=300)
    Partner.objects.filter(pk=bakery.pk).update(last_update_on=today - timedelta(days=370))
    assert "Inactive" in client.get("/partners/bakery/").content.decode()
    assert "Inactive" in client.get("/partners/").content.decode()
    sign_in(asha)
    client.post(
        f"/space/bakery/pledges/{pledge.code}/claim/",
        {"value": "10", "seen": pledge.entries.count()},
    )
    client.logout()
    assert "Inactive" not in client.get("/partners/bakery/").content.decode()


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 23), 12, date(2027, 11, 23)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), 6, date(2026, 9, 30)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_months_end_where_the_month_ends(day, months, then):
    assert months_later(day, months) == then

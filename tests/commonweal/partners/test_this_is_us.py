"""Somebody comes to act for a partner that a file made; nobody takes over one that has people."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

from commonweal.accounts.models import Event, Message, Person
from commonweal.partners import asking_to_act
from commonweal.partners.models import ActingRequest, Invitation, Membership, Partner

PAGE = "/partners/bakery/this-is-us/"
TYPED = {"job_title": "Owner", "words": "Ring the shop", "may_act": "on"}


def confirmed(person: Person, email: str) -> None:
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=False)


def members(partner: Partner) -> set[Person]:
    return {m.person for m in partner.memberships.current().select_related("person")}


def test_the_page_of_a_partner_says_that_nobody_acts_for_it(bakery, carys, sign_in, client):
    assert PAGE in client.get("/partners/bakery/").content.decode()
    assert client.get(PAGE).status_code == 302
    assert b"charter manager checks it" in sign_in(carys).get(PAGE).content


def test_where_somebody_acts_nothing_is_offered(bakery, asha, carys, sign_in, client):
    assert PAGE not in client.get("/partners/bakery/").content.decode()
    page = sign_in(carys).post(PAGE, TYPED).content.decode()
    assert asking_to_act.SOMEBODY_ACTS in page
    assert not ActingRequest.objects.exists()
    assert members(bakery) == {asha}


def test_it_waits_for_the_manager_who_lets_them_in(bakery, carys, maya, sign_in, client):
    sign_in(carys).post(PAGE, TYPED)
    acting = ActingRequest.objects.get()
    assert (acting.state, acting.words) == ("waiting", "Ring the shop")
    assert not members(bakery)
    assert (
        Message.objects.filter(
            person=maya, subject__startswith="Somebody says “this is us”: "
        ).count()
        == 1
    )
    assert b"Carys Hughes" in sign_in(maya).get("/desk/charter/").content
    assert b"Ring the shop" in client.get(f"/desk/charter/acting/{acting.pk}/").content
    client.post(f"/desk/charter/acting/{acting.pk}/", {"accept": "1"})
    assert members(bakery) == {carys}
    membership = Membership.objects.get(person=carys)
    assert (membership.role, membership.job_title) == ("editor", "Owner")
    assert Message.objects.get(person=carys).subject.startswith("You act for ")
    assert sign_in(carys).get("/space/bakery/").status_code == 200


def test_asked_twice_it_is_one_and_decided_twice_it_is_once(bakery, carys, maya, sign_in, client):
    sign_in(carys).post(PAGE, TYPED)
    assert b"You have asked already" in client.post(PAGE, TYPED).content
    acting = ActingRequest.objects.get()
    address = f"/desk/charter/acting/{acting.pk}/"
    sign_in(maya).post(address, {"return": "1", "because": "Nobody there knows you"})
    assert b"decided this already" in client.post(address, {"accept": "1"}).content
    assert not members(bakery)
    assert "Nobody there knows you" in Message.objects.get(person=carys).body


def test_a_refusal_needs_its_reason_and_keeps_the_request(bakery, carys, maya, sign_in, client):
    sign_in(carys).post(PAGE, TYPED)
    acting = ActingRequest.objects.get()
    page = sign_in(maya).post(f"/desk/charter/acting/{acting.pk}/", {"return": "1"})
    assert b"Say why" in page.content
    acting.refresh_from_db()
    assert acting.state == "waiting"


def test_of_two_who_ask_the_second_is_told_that_somebody_acts(
    bakery, carys, ben_of_nobody, maya, sign_in, client
):
    sign_in(carys).post(PAGE, TYPED)
    sign_in(ben_of_nobody).post(PAGE, TYPED)
    first, second = ActingRequest.objects.order_by("pk")
    sign_in(maya).post(f"/desk/charter/acting/{first.pk}/", {"accept": "1"})
    page = client.post(f"/desk/charter/acting/{second.pk}/", {"accept": "1"}).content.decode()
    assert "Somebody acts for this organisation already" in page
    assert members(bakery) == {carys}


def test_an_address_of_its_website_lets_in_at_once_and_the_manager_is_told(
    bakery, carys, maya, sign_in
):
    Partner.objects.update(website="https://www.bakery.example/shop")
    confirmed(carys, "carys@Bakery.example")
    page = sign_in(carys).post(PAGE, TYPED, follow=True)
    assert "You now act for Harbour Lane Bakery" in page.content.decode()
    assert members(bakery) == {carys}
    assert ActingRequest.objects.get().proved_by == "domain"
    assert "acts for it now" in Message.objects.get(person=maya).body


@pytest.mark.parametrize(
    ("website", "email", "is_verified", "is_council"),
    [
        ("https://bakery.example", "carys@bakery.example", False, False),
        ("https://bakery.example", "carys@notbakery.example", True, False),
        ("https://shop.bakery.example", "carys@bakery.example", True, False),
        ("https://bakery.example.org", "carys@bakery.example", True, False),
        ("https://www.facebook.com/bakery", "carys@facebook.com", True, False),
        ("https://gmail.com", "carys@gmail.com", True, False),
        ("", "carys@bakery.example", True, False),
        ("https://bakery.example", "carys@bakery.example", True, True),
    ],
)
def test_an_address_that_proves_nothing_lets_nobody_in(
    website, email, is_verified, is_council, bakery, carys, sign_in
):
    Partner.objects.update(website=website, is_council=is_council)
    EmailAddress.objects.create(user=carys, email=email, verified=is_verified)
    sign_in(carys).post(PAGE, TYPED)
    assert ActingRequest.objects.get().state == "waiting"
    assert not members(bakery)


def test_what_was_typed_is_kept_where_something_is_missing(bakery, carys, sign_in):
    page = sign_in(carys).post(PAGE, {"job_title": "Owner", "words": "Ring"}).content.decode()
    assert "Confirm that you may act" in page
    assert 'value="Owner"' in page
    assert ">Ring</textarea>" in page.replace("\n", "")


def test_the_manager_invites_where_nobody_acts(bakery, maya, carys, sign_in, client):
    page = sign_in(maya).get("/desk/charter/nobody-acts/?q=bakery").content.decode()
    assert "/desk/charter/partners/bakery/people/" in page
    client.post("/desk/charter/partners/bakery/people/", {"email": carys.email, "role": "editor"})
    invitation = Invitation.objects.get()
    letter = Message.objects.get()
    assert invitation.token in letter.body
    assert "you are asked to act for it" in letter.body
    sign_in(carys).post(f"/invitations/{invitation.token}/", {"job_title": "owner"})
    assert members(bakery) == {carys}
    assert Event.objects.filter(verb="member invited", as_role="charter_manager").exists()


def test_an_invitation_of_the_manager_is_taken_back(bakery, maya, carys, sign_in, client):
    address = "/desk/charter/partners/bakery/people/"
    sign_in(maya).post(address, {"email": carys.email, "role": "editor"})
    invitation = Invitation.objects.get()
    client.post(f"{address}invitations/{invitation.pk}/withdraw/")
    assert sign_in(carys).post(f"/invitations/{invitation.token}/").status_code == 410
    assert not members(bakery)


def test_the_manager_ends_that_somebody_came_in_wrongly(
    bakery, pledged, asha, maya, sign_in, client
):
    """Also the only one, and what they answered for is answered for by nobody."""
    pledge = pledged()
    assert pledge.owner == asha
    membership = bakery.memberships.get(person=asha)
    sign_in(maya).post(f"/desk/charter/partners/bakery/people/{membership.pk}/end/")
    assert not members(bakery)
    pledge.refresh_from_db()
    assert pledge.owner is None
    letter = Message.objects.get(person=asha, subject__startswith="You no longer act for ")
    assert "The charter manager ended" in letter.body
    assert PAGE in client.get("/partners/bakery/").content.decode()


def test_joining_anew_with_such_a_name_leads_to_the_page(bakery, carys, sign_in, client):
    typed = {
        "name": "Harbour Lane Bakery Ltd",
        "sector": "private",
        "kind": "company",
        "size": "micro",
        "relation": "none",
        "job_title": "Owner",
        "may_act": "on",
    }
    page = sign_in(carys).post("/join/", typed).content.decode()
    assert PAGE in page
    assert 'value="Harbour Lane Bakery Ltd"' in page
    assert Partner.objects.count() == 1
    client.post("/join/", typed | {"is_another": "on"})
    assert Partner.objects.count() == 2


def test_a_manager_does_not_let_themselves_in(bakery, maya, sign_in, client):
    sign_in(maya).post(PAGE, TYPED)
    acting = ActingRequest.objects.get()
    page = client.post(f"/desk/charter/acting/{acting.pk}/", {"accept": "1"}).content.decode()
    assert "This is your own request" in page
    assert not members(bakery)


@pytest.mark.parametrize("person", ["asha", "idris", "yusuf"])
def test_the_managers_pages_are_nobody_elses(person, bakery, carys, request, sign_in, client):
    sign_in(carys).post(PAGE, TYPED)
    acting = ActingRequest.objects.get()
    sign_in(request.getfixturevalue(person))
    for address in (
        "/desk/charter/nobody-acts/",
        "/desk/charter/partners/bakery/people/",
        f"/desk/charter/acting/{acting.pk}/",
    ):
        assert client.get(address).status_code in (403, 404)
        assert client.post(address, {"accept": "1"}).status_code in (403, 404)
    acting.refresh_from_db()
    assert acting.state == "waiting"


@pytest.fixture
def ben_of_nobody(town):
    return Person.objects.create_user("ben@elsewhere.example", name="Ben Lowe")

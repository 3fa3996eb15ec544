"""A changed name of an organisation in the register waits for the charter manager."""

from __future__ import annotations

import pytest

from commonweal.accounts.models import Message
from commonweal.office.errors import Refused
from commonweal.partners import likeness, naming
from commonweal.partners.actions import change_profile
from commonweal.partners.models import NameChange, Partner

PROFILE = {
    "name": "Harbour Lane Bakery",
    "sector": "private",
    "kind": "company",
    "size": "micro",
    "relation": "none",
}
NEW = {
    "name": "Borough Council Cash Office",
    "company_number": "01234567",
    "charity_number": "1234567",
    "mutual_number": "8123",
    "covers": "The town hall",
}


@pytest.fixture
def save(sign_in, asha):
    def saved(**more):
        return sign_in(asha).post("/space/bakery/profile/", PROFILE | more, follow=True)

    return saved


def everywhere(client):
    pages = (
        "/partners/",
        "/partners/bakery/",
        "/partners.csv",
        "/partners.json",
        "/pledges/",
        "/partners/bakery/badge.svg",
        "/feed.atom",
        "/",
    )
    return "".join(
        (answer.getvalue() if answer.streaming else answer.content).decode()
        for answer in (client.get(page) for page in pages)
    )


@pytest.mark.parametrize("field", list(naming.IDENTITY))
def test_what_identifies_an_organisation_waits(field, save, client, maya, bakery, pledged):
    pledged()
    page = save(**{field: NEW[field]}).content.decode()
    assert "waits for the charter manager" in page
    client.logout()
    assert NEW[field] not in everywhere(client)
    bakery.refresh_from_db()
    assert getattr(bakery, field) != NEW[field]
    assert NameChange.objects.get().wanted == {field: NEW[field]}


def test_every_field_that_could_identify_is_held():
    """A number of another register, added to the partner, is held too or said not to identify."""
    free = {
        "id",
        "code",
        "sector",
        "kind",
        "size",
        "area",
        "description",
        "website",
        "relation",
        "is_council",
        "source",
        "is_of_others",
        "contact_name",
        "contact_phone",
        "joined_at",
        "accepted_on",
        "returned_because",
        "stopped_on",
        "stopped_because",
        "merged_into",
        "merged_on",
        "last_update_on",
    }
    fields = {field.name for field in Partner._meta.concrete_fields}
    assert fields == free | set(naming.IDENTITY)


def test_the_manager_sees_old_and_new_with_a_hint_and_accepts(
    save, sign_in, maya, asha, bakery, client
):
    save(name="Borough Council Cash Office", description="We bake.")
    assert Partner.objects.get(code="bakery").description == "We bake."
    change = NameChange.objects.get()
    desk = sign_in(maya).get("/desk/charter/").content.decode()
    assert "wants to be called Borough Council Cash Office" in " ".join(desk.split())
    page = client.get(f"/desk/charter/names/{change.pk}/").content.decode()
    for words in ("Harbour Lane Bakery", "Borough Council Cash Office", "like that of another"):
        assert words in page
    page = client.post(f"/desk/charter/names/{change.pk}/", {"accept": "1"}, follow=True).content
    assert b"The new name is public" in page
    client.logout()
    assert "Borough Council Cash Office" in everywhere(client)
    [told] = Message.objects.filter(person=asha, subject__contains="new name is public")
    assert "Cash" not in told.subject
    with pytest.raises(Refused, match="Somebody else has decided"):
        naming.send_back(change=change, because="Late", by=maya)


def test_the_manager_returns_it_with_a_reason(save, sign_in, maya, asha, bakery, client):
    save(name="Borough Council Cash Office")
    change = NameChange.objects.get()
    address = f"/desk/charter/names/{change.pk}/"
    assert b"Say why" in sign_in(maya).post(address, {"return": "1", "because": ""}).content
    client.post(address, {"return": "1", "because": "You are no council."})
    bakery.refresh_from_db()
    assert bakery.name == "Harbour Lane Bakery"
    assert "You are no council." in Message.objects.get(person=asha).body
    assert "Cash Office" not in sign_in(asha).get("/space/bakery/profile/").content.decode()


def test_nobody_else_decides_names(save, sign_in, carys, ben, idris, daniel, asha, client):
    save(name="Borough Council Cash Office")
    address = f"/desk/charter/names/{NameChange.objects.get().pk}/"
    for person in (asha, ben, carys, idris, daniel):
        assert sign_in(person).post(address, {"accept": "1"}).status_code == 403
    assert NameChange.objects.get().state == "waiting"


def test_typing_the_old_name_again_takes_it_back_and_another_replaces_it(save, sign_in, asha):
    save(name="First wish")
    assert 'value="First wish"' in sign_in(asha).get("/space/bakery/profile/").content.decode()
    save(name="Second wish")
    assert [c.wanted["name"] for c in NameChange.objects.filter(state="waiting")] == ["Second wish"]
    save(name="Second wish", description="Again")
    assert NameChange.objects.filter(state="waiting").count() == 1
    save()
    assert not NameChange.objects.filter(state="waiting").exists()


def test_a_number_that_another_has_is_refused_at_once(save, college, bakery, asha, maya):
    Partner.objects.filter(pk=college.pk).update(company_number="01234567")
    assert b"has this number already" in save(company_number="01234567").content
    change_profile(partner=bakery, profile={"company_number": "07654321"}, by=asha)
    Partner.objects.filter(pk=college.pk).update(company_number="07654321")
    with pytest.raises(Refused, match="has this number already"):
        naming.accept(change=NameChange.objects.get(state="waiting"), by=maya)
    assert NameChange.objects.get(state="waiting")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Borough Counci1", "Borough Council"),
        ("The Borough Council Ltd", "Borough Council"),
        ("B0rough C0uncil", "Borough Council"),
        ("Bórough Cóuncil", "Borough Council"),
        ("Borough-Council", "Borough Council"),
        ("Borough Council Cash Help", "Borough Council"),
        ("Brackenford Colege", "Brackenford College"),
    ],
)
def test_names_that_could_be_taken_for_another(name, other):
    assert likeness.similarity(name, other) >= likeness.ALIKE


def test_names_that_could_not():
    for name, other in (
        ("Harbour Lane Bakery", "Harbour Lane Brewery Tap"),
        ("Chess Club", "Rowing Club"),
        ("Oakbridge Homes", "Elm Street School"),
    ):
        assert likeness.similarity(name, other) < likeness.ALIKE


def test_a_new_organisation_is_looked_at_for_likeness_too(sign_in, maya, council, new_partner):
    new_partner("fake", "Borough  Council Ltd", accepted_on=None)
    page = sign_in(maya).get("/desk/charter/partners/fake/").content.decode()
    assert "An organisation of this name, or of one like it" in page

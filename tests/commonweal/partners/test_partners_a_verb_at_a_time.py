"""Organisations join, are returned, accepted, stopped and taken up again; people leave them."""

from __future__ import annotations

from typing import Any

import pytest

from commonweal.accounts.models import Event, Message, Person, Role
from commonweal.office.errors import Refused
from commonweal.partners import actions, joining
from commonweal.partners.access import MERGED, STOPPED, WAITS, acts_for_somebody, must_act
from commonweal.partners.models import MemberRole, Membership, Partner
from tests.commonweal.cast.meanwhile import Meanwhile

pytestmark = pytest.mark.django_db


def verbs(partner: Partner) -> list[str]:
    events = Event.objects.filter(about_code=partner.code).order_by("pk")
    return list(events.values_list("verb", flat=True))


def subjects(person: Person) -> list[str]:
    """What somebody was written about, without the organisation's name behind it."""
    letters = Message.objects.filter(person=person).order_by("pk")
    return [letter.subject.partition(": ")[0] for letter in letters]


def profile(name: str = "Acorn Joinery Ltd", **more: str) -> dict[str, Any]:
    return {"name": name, "sector": "private", "kind": "company", "size": "small", **more}


@pytest.fixture
def joined(carys: Person, town: Any) -> Partner:
    """Carys has entered a joinery, which waits to be accepted."""
    return actions.join(profile=profile(company_number="00178738"), job_title="Owner", by=carys)


# Joining


def test_who_enters_an_organisation_is_its_first_editor(joined: Partner, carys: Person) -> None:
    membership = joined.memberships.get()
    assert (membership.person, membership.role, membership.job_title) == (
        carys,
        MemberRole.EDITOR,
        "Owner",
    )
    assert (joined.code, joined.accepted_on) == ("acorn-joinery-ltd", None)
    assert acts_for_somebody(carys)
    event = Event.objects.get(verb="partner joined")
    assert (event.about_code, event.as_role, event.detail) == (
        joined.code,
        "editor",
        {"sector": "private"},
    )


@pytest.mark.parametrize("name", ["Acorn Joinery Ltd", "ACORN JOINERY LTD"])
def test_nobody_enters_the_same_organisation_twice(
    joined: Partner, carys: Person, name: str
) -> None:
    with pytest.raises(Refused, match="You have entered this organisation already"):
        actions.join(profile=profile(name), job_title="x", by=carys)
    assert Partner.objects.filter(name__iexact=name).count() == 1


def test_one_number_is_one_organisations(joined: Partner, asha: Person) -> None:
    with pytest.raises(Refused) as refusal:
        actions.join(
            profile=profile("Another Ltd", company_number="00178738"), job_title="x", by=asha
        )
    assert str(refusal.value) == actions.TAKEN
    # Of the same name another may be, under an address of its own.
    other = actions.join(profile=profile(), job_title="x", by=asha)
    assert other.code == "acorn-joinery-ltd-2"


@pytest.mark.parametrize(
    ("name", "code"),
    [("Tŷ Gwyn & Co", "ty-gwyn-co"), ("???", "partner"), ("A" * 70, "a" * 60), ("", "partner")],
)
def test_an_address_is_made_of_the_name(town: Any, name: str, code: str) -> None:
    assert actions.free_code(name) == code


# What it says of itself


def test_a_profile_is_changed_in_what_was_given_alone(joined: Partner, carys: Person) -> None:
    actions.change_profile(partner=joined, profile={"description": "Doors."}, by=carys)
    joined.refresh_from_db()
    assert (joined.description, joined.name) == ("Doors.", "Acorn Joinery Ltd")
    event = Event.objects.get(verb="profile changed")
    assert event.detail == {"fields": ["description"]}
    # What changes nothing leaves no line.
    actions.change_profile(partner=joined, profile={"description": "Doors."}, by=carys)
    assert Event.objects.filter(verb="profile changed").count() == 1


def test_a_returned_entry_that_is_mended_waits_anew(
    joined: Partner, carys: Person, maya: Person
) -> None:
    for blank in ("", "  "):
        with pytest.raises(Refused, match="Say what has to change"):
            actions.send_back(partner=joined, because=blank, by=maya)
    actions.send_back(partner=joined, because="Which site?", by=maya)
    joined.refresh_from_db()
    assert joined.returned_because == "Which site?"
    assert subjects(carys) == ["Your organisation's entry needs a change"]
    actions.change_profile(partner=joined, profile={"description": "Doors."}, by=carys)
    joined.refresh_from_db()
    assert joined.returned_because == ""
    assert verbs(joined) == ["partner joined", "partner returned", "profile changed"]


# Accepted, stopped, taken up again


def test_an_organisation_is_accepted_once_as_it_was_looked_at(
    joined: Partner, carys: Person, maya: Person, today: Any
) -> None:
    shown = actions.mark_of(joined)
    with pytest.raises(Refused) as refusal:
        must_act(joined)
    assert str(refusal.value) == WAITS
    actions.change_profile(partner=joined, profile={"description": "Doors."}, by=carys)
    with pytest.raises(Refused, match="It changed what it says of itself while you looked"):
        actions.accept(partner=joined, by=maya, shown=shown)
    joined.refresh_from_db()
    actions.accept(partner=joined, by=maya, shown=actions.mark_of(joined))
    joined.refresh_from_db()
    assert joined.accepted_on == today
    assert subjects(carys) == ["Your organisation is in the register"]
    with pytest.raises(Refused, match="Somebody else has accepted this partner already"):
        actions.accept(partner=joined, by=maya)
    with pytest.raises(Refused, match="it can't be returned any more"):
        actions.send_back(partner=joined, because="x", by=maya)
    assert verbs(joined).count("partner accepted") == 1
    must_act(joined)


@pytest.mark.parametrize("field", actions.PROFILE_FIELDS)
def test_the_mark_of_what_was_shown_is_another_by_each_field(
    joined: Partner, area: Any, field: str
) -> None:
    shown = actions.mark_of(joined)
    setattr(joined, field, area if field == "area" else "something else")
    assert actions.mark_of(joined) != shown


def test_who_was_stopped_does_nothing_that_others_see(
    bakery: Partner, asha: Person, maya: Person, today: Any
) -> None:
    with pytest.raises(Refused, match="Say why"):
        actions.stop(partner=bakery, because=" ", by=maya)
    with pytest.raises(Refused, match="This organisation is not stopped"):
        actions.take_up_again(partner=bakery, by=maya)
    actions.stop(partner=bakery, because="It moved away.", by=maya)
    bakery.refresh_from_db()
    assert (bakery.stopped_on, bakery.stopped_because) == (today, "It moved away.")
    with pytest.raises(Refused) as refusal:
        must_act(bakery)
    assert str(refusal.value) == STOPPED
    with pytest.raises(Refused) as refusal:
        actions.change_profile(partner=bakery, profile={"description": "x"}, by=asha)
    assert str(refusal.value) == STOPPED
    with pytest.raises(Refused, match="or has been stopped already"):
        actions.stop(partner=bakery, because="Again.", by=maya)
    actions.take_up_again(partner=bakery, by=maya)
    bakery.refresh_from_db()
    assert (bakery.stopped_on, bakery.stopped_because) == (None, "")
    must_act(bakery)
    assert subjects(asha) == [
        "Your organisation's acceptance has ended",
        "Your organisation can act again",
    ]
    assert verbs(bakery) == ["partner stopped", "partner taken up again"]


def test_who_waits_is_not_stopped_and_who_was_merged_not_accepted(
    joined: Partner, bakery: Partner, maya: Person, today: Any
) -> None:
    with pytest.raises(Refused, match="This organisation is not accepted"):
        actions.stop(partner=joined, because="x", by=maya)
    Partner.objects.filter(pk=joined.pk).update(merged_into=bakery, merged_on=today)
    for deed in (
        lambda: actions.accept(partner=joined, by=maya),
        lambda: must_act(joined),
    ):
        with pytest.raises(Refused) as refusal:
            deed()
        assert str(refusal.value) == MERGED
    with pytest.raises(Refused, match="accepted or merged"):
        actions.send_back(partner=joined, because="x", by=maya)


# Who leaves


@pytest.mark.parametrize(
    ("who", "as_role", "sentence"),
    [
        ("asha", "editor", "This is the last editor"),
        ("asha", Role.CHARTER_MANAGER, ""),
        ("ben", "editor", ""),
    ],
)
def test_the_last_editor_stays_unless_the_manager_ends_it(
    who: str,
    as_role: str,
    sentence: str,
    bakery: Partner,
    asha: Person,
    ben: Person,
    maya: Person,
) -> None:
    person = {"asha": asha, "ben": ben}[who]
    membership = Membership.objects.get(partner=bakery, person=person)
    if sentence:
        with pytest.raises(Refused, match=sentence):
            actions.end_membership(membership=membership, by=maya, as_role=as_role)
        membership.refresh_from_db()
        assert membership.left_on is None
        return
    actions.end_membership(membership=membership, by=maya, as_role=as_role)
    assert subjects(person) == [f"You no longer act for {bakery.name}"]
    assert not acts_for_somebody(person)
    with pytest.raises(Refused, match="This person has left already"):
        actions.end_membership(membership=membership, by=maya, as_role=Role.CHARTER_MANAGER)
    assert verbs(bakery) == ["member left"]


def test_beside_another_editor_anybody_may_go_and_is_not_written_to(
    bakery: Partner, asha: Person, carys: Person
) -> None:
    Membership.objects.create(partner=bakery, person=carys, role=MemberRole.EDITOR, job_title="x")
    own = Membership.objects.get(partner=bakery, person=asha)
    actions.end_membership(membership=own, by=asha)
    assert subjects(asha) == []
    last = Membership.objects.get(partner=bakery, person=carys)
    with pytest.raises(Refused, match="This is the last editor"):
        actions.end_membership(membership=last, by=carys)


def test_of_two_editors_who_end_each_other_one_stays(
    bakery: Partner, asha: Person, carys: Person, meanwhile: Meanwhile
) -> None:
    Membership.objects.create(partner=bakery, person=carys, role=MemberRole.EDITOR, job_title="x")
    of_asha = Membership.objects.get(partner=bakery, person=asha)
    of_carys = Membership.objects.get(partner=bakery, person=carys)
    meanwhile(Partner, lambda: actions.end_membership(membership=of_carys, by=asha))
    with pytest.raises(Refused, match="This is the last editor"):
        actions.end_membership(membership=of_asha, by=carys)
    of_asha.refresh_from_db()
    assert of_asha.left_on is None


# A question a page


@pytest.mark.parametrize(
    ("answers", "steps"),
    [
        ({}, "name kind dealings you"),
        ({"found": "yes"}, "name which kind dealings you"),
        ({"kind": "company"}, "name kind number dealings you"),
        ({"kind": "charity", "which": "none"}, "name kind number dealings you"),
        ({"kind": "company", "found": "yes", "which": "00178738"}, "name which kind dealings you"),
        ({"kind": "school"}, "name kind dealings you"),
    ],
)
def test_only_what_is_not_known_is_asked(answers: dict[str, str], steps: str) -> None:
    pages = steps.split()
    assert list(joining.steps_of(answers)) == pages
    assert [joining.after(step, answers) for step in pages] == [*pages[1:], None]
    assert [joining.before(step, answers) for step in pages] == [None, *pages[:-1]]

"""Roles are given by mail in one step, to one person or to a pasted list of a hundred."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts import lists
from commonweal.accounts.models import Appointment, Message, Person, Role

LIST = """Priya Shah, priya@brackenford.example, reviewer

Owen Rees\towen@brackenford.example\tCall handler
"Grants assessor"; nell@brackenford.example; Nell Fry
Tom Beck <tom@brackenford.example>, Reviewer (working group)
"""


@pytest.fixture
def until():
    day = timezone.localdate() + timedelta(days=365)
    return {"ends_on_0": day.day, "ends_on_1": day.month, "ends_on_2": day.year, "because": "New"}


@pytest.fixture
def give(until, daniel, sign_in):
    def post(**typed):
        answers = {"email": "priya@brackenford.example", "role": "reviewer"} | until | typed
        return sign_in(daniel).post("/desk/people/", answers)

    return post


def held() -> set[tuple[str, str]]:
    given = Appointment.objects.filter(because="New").select_related("person")
    return {(appointment.person.name, appointment.role) for appointment in given}


def test_somebody_who_never_signed_in_is_invited_in_one_step(give, client):
    assert give(name="Priya Shah").status_code == 302
    person = Person.objects.get(email="priya@brackenford.example")
    assert held() == {("Priya Shah", "reviewer")}
    assert EmailAddress.objects.filter(user=person, verified=False, primary=True).exists()
    letter = Message.objects.get(person=person)
    assert "You need no password" in letter.body
    assert "/accounts/login/code/?next=/desk/" in letter.body
    page = client.get("/desk/people/").content.decode()
    assert "Has not come yet" in page


def test_without_a_name_nobody_new_is_entered_and_what_was_typed_is_kept(give):
    page = give().content.decode()
    assert "Give their name, and they are invited" in page
    assert 'value="priya@brackenford.example"' in page
    assert not Person.objects.filter(email="priya@brackenford.example").exists()


def test_whoever_is_known_needs_no_name_and_keeps_theirs(give, carys):
    assert give(email=carys.email.upper(), name="Somebody Else").status_code == 302
    assert held() == {("Carys Hughes", "reviewer")}


def test_a_second_address_of_somebody_is_theirs(give, carys):
    EmailAddress.objects.create(user=carys, email="carys@home.example", verified=True)
    give(email="carys@home.example", name="Somebody Else")
    assert held() == {("Carys Hughes", "reviewer")}


def test_a_list_is_shown_before_anything_is_done(until, daniel, carys, sign_in, client):
    typed = {"people": f"{LIST}Carys H, {carys.email}, validator"} | until
    page = sign_in(daniel).post("/desk/people/list/", typed)
    shown = page.content.decode()
    for words in (
        "Priya Shah",
        "Owen Rees",
        "Nell Fry",
        "Tom Beck",
        "new: is invited",
        "known here",
    ):
        assert words in shown
    assert not held()
    typed["shown-list"] = page.context["mark"]
    client.post("/desk/people/list/", typed)
    assert held() == {
        ("Priya Shah", "reviewer"),
        ("Owen Rees", "call_handler"),
        ("Nell Fry", "grants_assessor"),
        ("Tom Beck", "reviewer"),
        ("Carys Hughes", "validator"),
    }
    assert Message.objects.count() == 5
    # Sent once more: everybody holds theirs already, and nobody is written to.
    said = client.post("/desk/people/list/", typed, follow=True).content.decode()
    assert "5 lines named somebody who holds the role already" in said
    assert Message.objects.count() == 5


def test_a_line_that_would_be_refused_says_so_before_it_is_sent(
    until, daniel, carys, give, sign_in, client
):
    """A role for oneself, and one that does not go with what somebody holds."""
    give(email=carys.email, role="call_handler")
    own = f"Daniel, {daniel.email}, reviewer"
    clash = f"Carys, {carys.email}, administrator"
    for line, why in ((own, "Nobody gives a role to themselves"), (clash, "sees no case")):
        typed = {"people": f"{LIST}{line}"} | until
        page = sign_in(daniel).post("/desk/people/list/", typed)
        *known, refused = page.context["rows"]
        assert why in refused.state
        assert not any(why in row.state for row in known)
        assert "Give these roles" not in page.content.decode()
        typed["shown-list"] = page.context["mark"]
        assert why in client.post("/desk/people/list/", typed).context["form"].errors["__all__"][0]
        assert held() == {("Carys Hughes", "call_handler")}


@pytest.mark.parametrize("is_known", [True, False])
def test_two_lines_that_do_not_go_together_are_told_before_the_list_is_sent(
    until, daniel, carys, sign_in, client, is_known
):
    """Also where each is somebody's other address, and whoever stands there twice is told once."""
    EmailAddress.objects.create(user=carys, email="carys@home.example", verified=True)
    first, second = (carys.email, "carys@home.example") if is_known else ("eve@b.example",) * 2
    people = (
        f"Eve, {first}, administrator\nPriya Shah, priya@b.example, reviewer\n"
        f"Priya Shah, priya@b.example, reviewer\nEve, {second}, call handler"
    )
    typed = {"people": people} | until
    page = sign_in(daniel).post("/desk/people/list/", typed)
    states = [row.state for row in page.context["rows"]]
    new = "known here" if is_known else "new: is invited"
    assert states[:3] == [new, "new: is invited", "stands above already: is given once"]
    assert "beside a line above" in states[3]
    assert "sees no case" in states[3]
    shown = page.content.decode()
    assert "None of these roles can be given before the list is changed" in shown
    assert "Give these roles" not in shown
    # Pressed all the same, by a page that was there before.
    typed["shown-list"] = page.context["mark"]
    again = client.post("/desk/people/list/", typed)
    assert "sees no case" in again.context["form"].errors["__all__"][0]
    assert "Nothing was done" in again.content.decode()
    assert not held()


def test_whoever_stands_twice_in_a_list_is_given_the_role_once(until, daniel, sign_in, client):
    twice = "Priya Shah, priya@b.example, reviewer\n" * 2
    typed = {"people": twice} | until
    page = sign_in(daniel).post("/desk/people/list/", typed)
    typed["shown-list"] = page.context["mark"]
    client.post("/desk/people/list/", typed)
    assert held() == {("Priya Shah", "reviewer")}
    assert Message.objects.count() == 1


def test_another_list_than_the_one_shown_is_shown_again(until, daniel, sign_in, client):
    page = sign_in(daniel).post("/desk/people/list/", {"people": LIST} | until)
    changed = {"people": f"{LIST}Eve, eve@brackenford.example, administrator"} | until
    page = client.post("/desk/people/list/", changed | {"shown-list": page.context["mark"]})
    assert b"eve@brackenford.example" in page.content
    assert not held()


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Priya Shah, reviewer", "no e-mail address in it"),
        ("Priya, a@b.example, c@d.example, reviewer", "more than one e-mail address"),
        ("Priya Shah, priya@brackenford.example", "no role that is known here"),
        ("Priya Shah, priya@brackenford.example, wizard", "no role that is known here"),
        ("priya@brackenford.example, reviewer", "the name of the person is missing"),
        ("Priya, priya@brackenford.example, reviewer, wizard", "“wizard” is no role"),
        ("P, p@brackenford.example, reviewer, validator", "more than one role"),
        ("Priya, priya@brackenford, reviewer", "looks like name@example.org"),
        ("Owen Otherman, owen@brackenford.example, validator", "another name, “Owen Rees”"),
    ],
)
def test_a_line_that_cannot_be_read_stops_the_whole_list(line, fault, until, daniel, sign_in):
    typed = {"people": f"Owen Rees, owen@brackenford.example, reviewer\n{line}"} | until
    page = sign_in(daniel).post("/desk/people/list/", typed).content.decode()
    assert "Line 2: " in page
    assert fault in page
    assert "owen@brackenford.example, reviewer" in page
    assert not held()


def test_all_that_is_wrong_with_a_list_is_told_at_once(until, daniel, sign_in, client):
    """What can't be read, and what can't be given of the lines that can be."""
    people = (
        "\nEve, eve@b.example, administrator\nPriya Shah, reviewer\n"
        f"Eve, eve@b.example, call handler\nDaniel, {daniel.email}, reviewer\n"
        "Tom, tom@b.example, wizard\nNell Fry, nell@b.example, validator"
    )
    page = sign_in(daniel).post("/desk/people/list/", {"people": people, "because": "New"})
    faults = page.context["form"].errors["people"]
    assert [fault.partition(":")[0] for fault in faults] == ["Line 3", "Line 4", "Line 5", "Line 6"]
    assert "no e-mail address" in faults[0]
    assert "it can’t be given beside a line above: " in faults[1]
    assert "sees no case" in faults[1]
    assert "Nobody gives a role to themselves" in faults[2]
    assert "no role that is known here" in faults[3]
    assert page.context["form"].errors["ends_on"]
    assert "Give these roles" not in page.content.decode()
    assert not held()
    # What can be read alone is shown line by line, as before.
    alone = "\n".join(people.splitlines()[n] for n in (1, 3, 4, 6))
    page = client.post("/desk/people/list/", {"people": alone} | until)
    assert [bool(row.refusal) for row in page.context["rows"]] == [False, True, True, False]


def test_a_line_that_is_refused_undoes_those_before_it(until, daniel, sign_in, client):
    """A data protection officer may not be an administrator: the sentence names both."""
    text = (
        "\nOwen Rees, owen@b.example, administrator\n"
        "Owen Rees, owen@b.example, data protection officer"
    )
    page = sign_in(daniel).post("/desk/people/list/", {"people": text} | until)
    typed = {"people": text, "shown-list": page.context["mark"]} | until
    said = client.post("/desk/people/list/", typed).content.decode()
    assert "Owen Rees, Data protection officer: The data protection officer looks at" in said
    assert "Nothing was done." in said
    assert not held()
    assert not Person.objects.filter(email="owen@b.example").exists()


def test_too_many_lines_are_refused_and_none_is_asked_for(until, daniel, sign_in, client):
    lines = "\n".join(f"P, p{n}@b.example, reviewer" for n in range(lists.MOST_LINES + 1))
    page = sign_in(daniel).post("/desk/people/list/", {"people": lines} | until).content.decode()
    assert "These are 101 lines" in page
    assert b"Paste the list" in client.post("/desk/people/list/", until).content


def test_each_role_is_known_by_its_name():
    for role in Role:
        for words in (role.label, role.value, role.label.upper(), role.label.partition(" (")[0]):
            assert lists.role_called(words) == role


def test_only_administrators_give_roles_by_list(maya, sign_in):
    assert sign_in(maya).get("/desk/people/list/").status_code == 403


def test_a_named_colleague_is_invited_so_too(until, grace, sign_in, client):
    typed = {"email": "priya@brackenford.example"} | until
    address = reverse("named-appoint")
    assert "Give their name" in sign_in(grace).post(address, typed).content.decode()
    for _ in range(2):
        page = client.post(address, typed | {"name": "Priya Shah"})
    assert "holds that role already" in page.content.decode()
    assert held() == {("Priya Shah", "named_colleague")}

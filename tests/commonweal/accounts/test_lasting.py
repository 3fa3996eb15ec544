"""No town is locked out: from the machine somebody can be let in, and the last administrator
stays."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail as outbox
from django.core.management import CommandError, call_command
from django.test import Client

from commonweal.accounts import mail
from commonweal.accounts.models import Appointment, Event, Person
from commonweal.office.errors import Refused


def people(*words: Any) -> str:
    said = io.StringIO()
    call_command("people", *words, stdout=said)
    return said.getvalue()


def test_somebody_is_appointed_when_nobody_can_sign_in(town):
    said = people("appoint", "New@Example.org", "administrator")
    person = Person.objects.get()
    assert person.email == "new@example.org"
    assert person.appointments.get().role == "administrator"
    assert "new@example.org is Administrator until" in said
    event = Event.objects.get(verb="role given")
    assert (event.by_code, event.as_role) == (None, "command line")
    mail.send_waiting()
    assert [message.to for message in outbox.outbox] == [["new@example.org"]]
    assert "You were given the role Administrator" in outbox.outbox[0].body


def test_they_sign_in_with_one_code(town, settings):
    settings.DEMO = False
    people("appoint", "new@example.org", "administrator")
    mail.send_waiting()
    browser = Client()
    browser.post("/accounts/login/code/", {"email": "new@example.org"})
    mail.send_waiting()
    code = next(
        line for line in outbox.outbox[-1].body.splitlines() if "-" in line and line.isupper()
    )
    answer = browser.post("/accounts/login/code/confirm/", {"code": code.strip()})
    assert answer["Location"] == "/space/"
    assert browser.get("/desk/people/")["Location"] == "/accounts/2fa/"


def test_a_role_is_given_again_from_the_machine(daniel, today):
    until = today + timedelta(days=1000)
    people("appoint", daniel.email, "administrator", "--until", until.isoformat())
    assert daniel.appointments.get(ended_at=None).ends_on == until


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("appoint", "new@example.org", "king"), "There is no role king"),
        (("appoint", "nobody", "administrator"), "is no e-mail address"),
        (("appoint", "new@example.org", "analyst", "--until", "2020-01-01"), "in the future"),
        (("appoint", "new@example.org", "analyst", "--until", "tomorrow"), "'tomorrow' is no day"),
        (("reset-second-factor", "nobody@example.org"), "Nobody signs in as nobody@example.org"),
    ],
)
def test_what_can_not_be_done_is_said_and_nothing_is_done(town, words, said):
    with pytest.raises(CommandError, match=said):
        people(*words)
    assert not Person.objects.exists()


def test_a_lost_second_factor_is_taken_off(maya, settings):
    settings.DEMO = False
    Authenticator.objects.create(user=maya, type="totp", data={"secret": "x"})
    Authenticator.objects.create(user=maya, type="recovery_codes", data={})
    browser = Client(REMOTE_ADDR="192.0.2.9")
    browser.force_login(maya)
    UserSession.objects.create(
        user=maya, session_key=browser.session.session_key, ip="192.0.2.9", user_agent="x"
    )
    assert browser.get("/accounts/you/").status_code == 200
    people("reset-second-factor", maya.email.upper())
    assert browser.get("/accounts/you/").status_code == 302
    assert not Authenticator.objects.exists()
    event = Event.objects.get(verb="second factor reset")
    assert (event.about_code, event.detail, event.as_role) == (
        str(maya.code),
        {"count": 1},
        "command line",
    )
    mail.send_waiting()
    assert outbox.outbox[0].to == [maya.email]
    assert "second factor was taken off" in outbox.outbox[0].body


def test_who_holds_which_role_is_listed(daniel, maya):
    Authenticator.objects.create(user=maya, type="totp", data={"secret": "x"})
    [first, second] = people("list").splitlines()
    assert first.startswith("administrator")
    assert "no second factor yet" in first
    assert "no second factor" not in second


def test_the_last_administrators_role_does_not_lapse(daniel, sign_in, client, carys, today):
    Appointment.objects.update(
        starts_on=today - timedelta(days=700), ends_on=today - timedelta(days=1)
    )
    page = sign_in(daniel).get("/desk/people/")
    assert page.status_code == 200
    assert b"goes on only because there is no other administrator" in page.content
    until = today + timedelta(days=100)
    answers = {
        "email": carys.email,
        "role": "administrator",
        "because": "Follows",
        "ends_on_0": until.day,
        "ends_on_1": until.month,
        "ends_on_2": until.year,
    }
    client.post("/desk/people/", answers)
    assert carys.appointments.get().role == "administrator"
    # Now there is another one, who gives the first theirs again.
    assert client.get("/desk/people/").status_code == 403
    sign_in(carys)
    client.post("/desk/people/", answers | {"email": daniel.email})
    assert daniel.appointments.get(ended_at=None).ends_on == until


def test_of_several_that_lapsed_one_stays(daniel, carys, today):
    Appointment.objects.update(ends_on=today - timedelta(days=3))
    Appointment.objects.create(
        person=carys,
        role="administrator",
        starts_on=today - timedelta(days=90),
        ends_on=today - timedelta(days=2),
        because="x",
    )
    held = Appointment.objects.current(today).filter(role="administrator")
    assert [given.person for given in held] == [carys]


def test_one_who_left_long_ago_does_not_come_back(daniel, carys, today):
    """Ending the last running one is refused, although another one's days are merely over."""
    from commonweal.accounts import actions

    Appointment.objects.create(
        person=carys,
        role="administrator",
        starts_on=today - timedelta(days=900),
        ends_on=today - timedelta(days=800),
        because="x",
    )
    with pytest.raises(Refused, match="last administrator"):
        actions.end(appointment=daniel.appointments.get(), by=daniel)


def test_the_last_administrator_is_warned_before_and_after(daniel, sign_in, today):
    from commonweal.accounts import lasting

    ends_on = today + timedelta(days=65)
    Appointment.objects.update(ends_on=ends_on)
    letters = [day for day in range(100) if lasting.warn(today + timedelta(days=day))]
    assert letters[:6] == [5, 35, 51, 58, 64, 65]
    assert len(letters) >= 10
    assert mail.send_waiting() == len(letters)
    assert all(message.to == [daniel.email] for message in outbox.outbox)
    Appointment.objects.update(ends_on=today + timedelta(days=20))
    page = sign_in(daniel).get("/desk/people/").content.decode()
    assert "The role of the only administrator ends on" in page


def test_two_administrators_are_not_warned(daniel, carys, today):
    from commonweal.accounts import lasting

    Appointment.objects.create(
        person=carys, role="administrator", starts_on=today, ends_on=today, because="x"
    )
    assert not lasting.warn(today)

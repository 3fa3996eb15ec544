"""Sessions end, are listed and ended; what changes how one signs in needs a proof and is told."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.sessions.models import Session
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone

from commonweal.accounts import mail, sessions
from commonweal.accounts.models import Event, Message

SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _real(settings: Any) -> None:
    settings.DEMO = False


def address_of(person: Any) -> EmailAddress:
    return EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)


def code_in(message: Any) -> str:
    found = re.search(r"^\s*([A-Z0-9]{3,5}-?[A-Z0-9]{3,5})\s*$", message.body, re.M)
    assert found, message.body
    return found[1]


def sign_in_by_code(browser: Client, person: Any) -> Any:
    browser.post("/accounts/login/code/", {"email": person.email})
    mail.send_waiting()
    return browser.post("/accounts/login/code/confirm/", {"code": code_in(outbox.outbox[-1])})


def earlier(browser: Client, **keys: int) -> None:
    session = browser.session
    for key, seconds in keys.items():
        session[key] -= seconds
    session.save()


# --- Sessions end -----------------------------------------------------------------------------


def test_a_session_ends_after_twelve_hours_however_it_is_used(sign_in, asha, bakery):
    client = sign_in(asha)
    assert client.get("/space/bakery/").status_code == 200
    earlier(client, began_at=12 * 3600 + 60)
    assert "/accounts/login/" in client.get("/space/bakery/")["Location"]
    assert b"12 hours have passed" in client.get("/accounts/login/code/").content


def test_whoever_is_signed_out_by_a_clock_that_jumped_is_told(sign_in, asha, bakery, monkeypatch):
    """The browser still shows its key, and the town knows of no such session any more: only a
    clock that jumped does that. Nothing was said of it once."""
    client = sign_in(asha)
    client.get("/space/bakery/")
    signed_in = client.cookies["sessionid"].value
    Session.objects.update(expire_date=timezone.now() - timedelta(days=6))
    assert "/accounts/login/" in client.get("/space/bakery/")["Location"]
    page = client.get("/accounts/login/code/")
    assert b"12 hours have passed since you signed in" in page.content
    # It is said once, and to nobody who shows a key that never was one.
    client.cookies["sessionid"] = signed_in[::-1]
    client.get("/space/bakery/")
    assert b"You were signed out" not in client.get("/accounts/login/code/").content
    # Where jobs rest because the clock jumped, that is said as well.
    monkeypatch.setattr(sessions.clock, "why_rest", lambda: "It says the year 2030.")
    client.cookies["sessionid"] = signed_in
    client.get("/space/bakery/")
    assert b"by a clock that may be wrong" in client.get("/accounts/login/code/").content


def test_a_session_that_showed_residents_ends_when_it_stands_idle(sign_in, leah, asks_for_help):
    case = asks_for_help(by=leah)
    client = sign_in(leah)
    assert client.get(case.get_absolute_url()).status_code == 200
    earlier(client, desk_seen_at=31 * 60)
    # A page of the public makes it no longer.
    assert client.get("/").status_code == 200
    assert "/accounts/login/" in client.get(case.get_absolute_url())["Location"]


@pytest.mark.parametrize("key", ["began_at", "desk_seen_at"])
def test_a_session_from_while_the_clock_ran_ahead_is_over_when_it_is_right(
    sign_in, leah, asks_for_help, key
):
    case = asks_for_help(by=leah)
    client = sign_in(leah)
    client.get(case.get_absolute_url())
    # Put right by a few seconds, as clocks are now and then.
    earlier(client, **{key: -30})
    assert client.get(case.get_absolute_url()).status_code == 200
    earlier(client, **{key: -86400})
    assert "/accounts/login/" in client.get(case.get_absolute_url())["Location"]
    # Nobody can say how many hours those were.
    assert "clock was set since then" in client.get("/accounts/login/code/").content.decode()


def test_a_session_of_a_desk_without_residents_stands_idle(sign_in, maya):
    client = sign_in(maya)
    assert client.get("/desk/charter/").status_code == 200
    session = client.session
    session["desk_seen_at"] = session.get("desk_seen_at", int(time.time()))
    session.pop("desk_seen_at")
    session.save()
    assert client.get("/desk/charter/").status_code == 200
    assert "desk_seen_at" not in client.session


def test_a_call_that_is_being_written_down_is_not_cut_off(sign_in, leah, asks_for_help):
    """What saves itself while one types, and any other form that says so, keeps it alive."""
    from commonweal.cases.models import IntakeDraft

    case = asks_for_help(by=leah)
    client = sign_in(leah)
    client.post("/desk/help/intake/", {"channel": "phone"})
    save = f"/desk/help/intake/{IntakeDraft.objects.get().code}/save/"
    for minutes in range(0, 70, 9):
        earlier(client, desk_seen_at=9 * 60) if minutes else client.get(case.get_absolute_url())
        if minutes % 2:
            assert client.get("/accounts/here/").status_code == 204
        else:
            client.post(save, {"first_name": f"Zebedee {minutes}"})
    assert client.get(case.get_absolute_url()).status_code == 200
    page = client.get(f"{case.get_absolute_url()}call/").content.decode()
    assert 'data-here="/accounts/here/"' in page


def test_what_was_typed_into_a_session_that_ended_is_kept(
    sign_in, leah, asks_for_help, by_code_only
):
    case = asks_for_help(by=leah)
    client = sign_in(leah)
    address = f"{case.get_absolute_url()}note/"
    page = client.get(address).content.decode()
    key = re.search(r'name="once_key" value="([^"]+)"', page)
    assert key
    earlier(client, desk_seen_at=31 * 60)
    words = "Her insulin is finished."
    answer = client.post(address, {"words": words, "once_key": key[1]})
    assert "/accounts/login/" in answer["Location"]
    sign_in(leah)
    assert words in client.get("/accounts/typed/").content.decode()


# --- Sessions are listed ----------------------------------------------------------------------


def test_sign_ins_are_listed_and_each_or_all_can_be_ended(asha, bakery):
    address_of(asha)
    here, there, third = Client(), Client(HTTP_USER_AGENT="Elsewhere/1.0"), Client()
    for browser in (here, there, third):
        sign_in_by_code(browser, asha)
        assert browser.get("/space/bakery/").status_code == 200
    page = here.get("/accounts/you/").content.decode()
    assert "Elsewhere/1.0" in page
    [pk] = re.findall(r"Elsewhere/1\.0.*?/accounts/sessions/(\d+)/end/", page, re.S)
    here.post(f"/accounts/sessions/{pk}/end/")
    assert there.get("/space/bakery/").status_code == 302
    assert here.get("/space/bakery/").status_code == 200
    here.post("/accounts/sessions/end/")
    assert third.get("/space/bakery/").status_code == 302
    assert here.get("/space/bakery/").status_code == 302


def test_nobody_ends_a_session_of_somebody_else(sign_in, asha, ben, bakery):
    from allauth.usersessions.models import UserSession

    other = UserSession.objects.create(user=ben, ip="192.0.2.1", session_key="x", user_agent="x")
    assert sign_in(asha).post(f"/accounts/sessions/{other.pk}/end/").status_code == 404


# --- A fresh proof ----------------------------------------------------------------------------


def test_an_open_screen_gives_no_account_away(by_code_only, asha, proves):
    """Somebody else's address is added only after a fresh code to the one that stands."""
    address_of(asha)
    browser = by_code_only(asha)
    session = browser.session
    session["account_authentication_methods"] = []
    session.save()
    proves(browser, "code", ago=3600)
    answer = browser.post("/accounts/email/", {"action_add": "", "email": "evil@example.org"})
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not EmailAddress.objects.filter(email="evil@example.org").exists()
    prove = answer["Location"]
    assert prove == "/accounts/reauthenticate/?next=%2Faccounts%2Femail%2F"
    wanted = {"next": "/accounts/email/"}
    browser.post(prove, wanted | {"verb": "send"})
    mail.send_waiting()
    [sent] = outbox.outbox
    assert sent.to == [asha.email]
    wrong = browser.post(prove, wanted | {"code": "WRONG"})
    assert b"not the right code" in wrong.content
    right = browser.post(prove, wanted | {"code": code_in(sent)})
    # The form that asked for it is taken now: a code goes to the new address.
    assert right.status_code == 302
    mail.send_waiting()
    assert outbox.outbox[-1].to == ["evil@example.org"]
    browser.post("/accounts/confirm-email/", {"code": code_in(outbox.outbox[-1])})
    mail.send_waiting()
    assert outbox.outbox[-1].to == [asha.email]
    assert "evil@example.org was added to your sign-in" in outbox.outbox[-1].body


@pytest.mark.parametrize("ago", [3600, -86400], ids=["an hour old", "while the clock ran ahead"])
def test_the_first_factor_needs_a_fresh_proof_too(by_code_only, maya, proves, ago):
    address_of(maya)
    browser = by_code_only(maya)
    session = browser.session
    session["account_authentication_methods"] = []
    session.save()
    proves(browser, "code", ago=ago)
    for page in ("/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"):
        assert browser.get(page)["Location"].startswith("/accounts/reauthenticate/")


def test_a_changed_address_is_told_to_the_old_one_and_recorded(by_code_only, asha):
    old = address_of(asha)
    EmailAddress.objects.create(user=asha, email="new@example.org", verified=True)
    browser = by_code_only(asha)
    browser.post("/accounts/email/", {"action_primary": "", "email": "new@example.org"})
    browser.post("/accounts/email/", {"action_remove": "", "email": old.email})
    mail.send_waiting()
    told = [message for message in outbox.outbox if old.email in message.to]
    assert len(told) == 2
    assert "no longer as this address" in told[0].body
    assert asha.name not in told[0].subject
    verbs = Event.objects.filter(about_code=str(asha.code)).values_list("verb", flat=True)
    assert {"address changed", "address removed"} <= set(verbs)
    assert "new@example.org" not in str(list(Event.objects.values_list("detail", flat=True)))


def test_changed_factors_are_told_and_recorded(sign_in, maya, settings):
    address_of(maya)
    client = sign_in(maya)
    TOTP.activate(maya, SECRET)
    client.post("/accounts/2fa/recovery-codes/generate/")
    Authenticator.objects.create(user=maya, type="webauthn", data={"name": "x"})
    client.post("/accounts/2fa/totp/deactivate/")
    verbs = set(Event.objects.filter(about_code=str(maya.code)).values_list("verb", flat=True))
    assert "second factor removed" in verbs
    mail.send_waiting()
    assert any("taken off your sign-in" in message.body for message in outbox.outbox)


def test_sign_ins_failures_and_refusals_are_in_the_record(asha, bakery):
    address_of(asha)
    browser = Client()
    browser.post("/accounts/login/code/", {"email": asha.email})
    browser.post("/accounts/login/code/confirm/", {"code": "WRONG1"})
    sign_in_by_code(browser, asha)
    assert browser.get("/desk/charter/").status_code == 403
    verbs = list(Event.objects.filter(about_code=str(asha.code)).order_by("id"))
    assert [event.verb for event in verbs] == ["sign-in failed", "signed in", "refused"]
    assert verbs[-1].detail == {"page": "desk-charter", "method": "GET"}


def test_trying_fills_no_record(sign_in, asha, bakery):
    client = sign_in(asha)
    for _ in range(70):
        client.get("/desk/charter/")
    assert Event.objects.filter(verb="refused").count() <= 60


def test_a_sign_in_makes_no_figure_old(asha, pledged):
    from commonweal.accounts.happenings import note
    from commonweal.accounts.record import state_of_the_record

    pledged()
    state = state_of_the_record()
    note("signed in", asha)
    assert state_of_the_record() == state


# --- The lock ---------------------------------------------------------------------------------


def locked(client: Client) -> None:
    session = client.session
    session["desk_locked"] = True
    session.save()


@pytest.mark.parametrize("address", ["/desk/subject/", "/desk/reads/", "/desk/erasing/"])
def test_the_lock_covers_the_officers_pages(sign_in, helen, kinds, address):
    client = sign_in(helen)
    assert client.get(address).status_code == 200
    earlier(client, desk_seen_at=11 * 60)
    assert client.get(address)["Location"] == "/accounts/unlock/"
    assert client.get("/accounts/unlock/").status_code == 200


def test_the_lock_is_not_found_by_trying(leah, kinds, code_now):
    """Neither by one screen, nor by several; the limit is the person's."""
    TOTP.activate(leah, SECRET)
    answers = []
    for _ in range(2):
        client = Client()
        client.force_login(leah)
        client.get("/desk/help/")
        locked(client)
        for number in range(12):
            page = client.post("/accounts/unlock/", {"code": f"{number:06}"})
            answers.append(b"too many tries" in page.content or b"Too many" in page.content)
    assert answers.count(False) <= 10
    assert client.post("/accounts/unlock/", {"code": code_now(SECRET)}).status_code == 200
    assert client.get("/desk/help/").status_code == 302
    assert Event.objects.filter(verb="sign-in failed", about_code=str(leah.code)).exists()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "https:evil.example",
        "https:///evil.example",
    ],
)
def test_unlocking_leads_nowhere_else(sign_in, leah, kinds, settings, elsewhere):
    settings.DEMO = True
    client = sign_in(leah)
    client.get("/desk/help/")
    locked(client)
    answer = client.post("/accounts/unlock/", {"next": elsewhere})
    assert answer["Location"] == "/desk/"


# --- Codes by the queue -----------------------------------------------------------------------


def test_a_dead_mail_server_stops_no_page(asha, settings):
    address_of(asha)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    browser = Client(raise_request_exception=False)
    for address, form in (
        ("/accounts/login/code/", {"email": asha.email}),
        ("/accounts/login/code/", {"email": "nobody@example.org"}),
        ("/accounts/signup/", {"email": "new@example.org", "name": "N"}),
        ("/accounts/signup/", {"email": asha.email, "name": "N"}),
    ):
        assert Client().post(address, form).status_code == 302
    assert browser.get("/accounts/login/code/").status_code == 200
    assert Message.objects.filter(sent_at=None, urgent=True).count() == 4


def test_a_code_is_gone_once_it_is_sent_and_never_sent_late(asha):
    address_of(asha)
    Client().post("/accounts/login/code/", {"email": asha.email})
    assert mail.send_waiting() == 1
    message = Message.objects.get()
    assert (message.body, message.to_email) == ("", "")
    Client().post("/accounts/login/code/", {"email": asha.email})
    assert mail.send_waiting(timezone.now() + timedelta(minutes=11)) == 0
    assert Message.objects.filter(sent_at=None).count() == 0


def test_no_letter_about_signing_in_goes_around_the_queue(asha, monkeypatch):
    """Every letter of allauth's comes from one method, and that one writes."""
    from allauth.account.adapter import get_adapter

    sent = []
    monkeypatch.setattr("django.core.mail.EmailMessage.send", lambda self, **_: sent.append(self))
    for name in (
        "login_code",
        "email_confirmation",
        "email_confirmation_signup",
        "unknown_account",
        "account_already_exists",
    ):
        get_adapter().send_mail(f"account/email/{name}", asha.email, {"code": "X"})
    assert sent == []
    assert Message.objects.count() == 5


def test_signing_up_says_the_same_of_a_known_address(asha):
    address_of(asha)
    pages = []
    for email in (asha.email, "new@example.org"):
        browser = Client()
        answer = browser.post("/accounts/signup/", {"email": email, "name": "N"})
        page = browser.get(answer["Location"])
        text = re.sub(r'(value|nonce|href)="[^"]*"', "", page.content.decode())
        said = [(answer.status_code, answer["Location"], page.status_code), text.replace(email, "")]
        wrong = browser.post(answer["Location"], {"code": "WRONG1"})
        pages.append([*said, wrong.status_code, sorted(browser.cookies)])
    assert pages[0] == pages[1]
    mail.send_waiting()
    [known] = [message for message in outbox.outbox if message.to == [asha.email]]
    assert "It has one already" in known.body
    assert "/accounts/login/code/" in known.body


def test_the_pages_of_passkeys_work(sign_in, maya):
    client = sign_in(maya)
    for page in ("", "webauthn/", "webauthn/add/"):
        assert client.get(f"/accounts/2fa/{page}").status_code == 200


def test_the_demonstration_is_reached_by_a_name(monkeypatch):
    """A passkey belongs to a name; a browser makes none for a bare address."""
    from commonweal.demo import start

    options = start.parse(["--port", "8123"])
    assert start.address_of(options) == "http://localhost:8123"
    assert start.address_of(start.parse(["--host", "demo.example"])) == "http://demo.example:8000"


def test_what_somebody_types_when_they_ask_for_help_stays_in_no_cache(client, kinds):
    """The next person at the library's computer presses Back."""
    answer = client.post("/help/start/")
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store, private"

"""Signing in, second factors, roles, the record, the encrypted field, mail."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail as outbox
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from commonweal import key_files
from commonweal.accounts import actions, mail
from commonweal.accounts.models import Appointment, Event, Message, Person, Role
from commonweal.config import settings as product
from commonweal.office.errors import Refused
from commonweal.office.fields import keyed_hash
from commonweal.partners.actions import end_membership
from commonweal.places.models import Room


def code_in_mail():
    mail.send_waiting()
    return re.search(r"^([A-Z0-9-]{4,12})$", outbox.outbox[-1].body, re.M).group(1)


def test_a_new_person_signs_up_with_a_code_and_no_password(client, town):
    client.post("/accounts/signup/", {"email": "New@Example.org", "name": "Nia New"})
    response = client.post("/accounts/confirm-email/", {"code": code_in_mail()})
    assert response.headers["Location"] == "/space/"
    person = Person.objects.get()
    assert (person.email, person.name) == ("new@example.org", "Nia New")
    assert not person.has_usable_password()
    assert client.get("/space/", follow=True).status_code == 200


def test_a_person_signs_in_with_an_e_mailed_code_and_is_led_where_they_wanted(client, asha, bakery):
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=asha, email=asha.email, verified=True, primary=True)
    response = client.get("/space/bakery/")
    assert response.status_code == 302
    page = client.get(response.headers["Location"], follow=True)
    assert 'name="next" value="/space/bakery/"' in page.content.decode()
    sent = client.post("/accounts/login/code/", {"email": asha.email, "next": "/space/bakery/"})
    assert client.get("/space/bakery/").status_code == 302
    page = client.get(sent.headers["Location"]).content.decode()
    assert 'name="next" value="/space/bakery/"' in page
    response = client.post(
        "/accounts/login/code/confirm/", {"code": code_in_mail(), "next": "/space/bakery/"}
    )
    assert response.headers["Location"] == "/space/bakery/"


def test_the_answer_does_not_tell_whether_an_address_is_known(client, asha):
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=asha, email=asha.email, verified=True, primary=True)
    known = client.post("/accounts/login/code/", {"email": asha.email})
    client.session.flush()
    unknown = client.post("/accounts/login/code/", {"email": "nobody@example.org"})
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )


def test_a_wrong_code_signs_nobody_in(client, asha):
    client.post("/accounts/login/code/", {"email": asha.email})
    client.post("/accounts/login/code/confirm/", {"code": "WRONG1"})
    assert client.get("/space/").status_code == 302


def test_no_page_about_passwords_exists(client, town):
    for path in ("password/reset/", "password/change/", "password/set/"):
        assert client.get(f"/accounts/{path}").status_code == 404


def test_a_password_signs_nobody_in_even_where_one_is_set(client, asha):
    asha.set_password("marigold-marigold")
    asha.save(update_fields=["password"])
    assert 'type="password"' not in client.get("/accounts/login/", follow=True).content.decode()
    for path in ("/accounts/login/", "/accounts/login/code/"):
        client.post(
            path,
            {
                "login": asha.email,
                "email": asha.email,
                "username": asha.email,
                "password": "marigold-marigold",
            },
        )
        assert client.get("/space/").status_code == 302


def test_staff_keep_their_last_second_factor(maya, asha):
    from commonweal.accounts.adapter import SecondFactorAdapter

    adapter = SecondFactorAdapter()
    mine = Authenticator.objects.create(user=maya, type="totp", data={})
    theirs = Authenticator.objects.create(user=asha, type="totp", data={})
    assert not adapter.can_delete_authenticator(mine)
    assert adapter.can_delete_authenticator(theirs)
    Authenticator.objects.create(user=maya, type="webauthn", data={})
    assert adapter.can_delete_authenticator(mine)


def test_an_administrator_gives_a_role_until_a_day(sign_in, daniel, carys, client, today):
    sign_in(daniel)
    until = today + timedelta(days=100)
    answers = {
        "email": carys.email,
        "role": "reviewer",
        "because": "Working group, 3 March",
        "ends_on_0": until.day,
        "ends_on_1": until.month,
        "ends_on_2": until.year,
    }
    client.post("/desk/people/", answers)
    given = carys.appointments.get()
    assert (given.role, given.ends_on, given.given_by) == ("reviewer", until, daniel)
    assert Event.objects.get(verb="role given").by_code == daniel.code
    assert b"holds that role already" in client.post("/desk/people/", answers).content
    client.post(f"/desk/people/{given.pk}/end/")
    sign_in(carys)
    assert client.get("/desk/review/").status_code == 403


def test_whoever_is_given_a_role_is_written_to(daniel, carys, today, town):
    until = today + timedelta(days=100)
    actions.appoint(
        person=carys, role="reviewer", ends_on=until, because="Named by the group", by=daniel
    )
    with pytest.raises(Refused):
        actions.appoint(person=carys, role="reviewer", ends_on=until, because="Again", by=daniel)
    mail.send_waiting()
    (letter,) = outbox.outbox
    subject = f"{town.name}: You were given a role: Reviewer (working group)"
    assert (letter.to, letter.subject) == ([carys.email], subject)
    assert f"Daniel Reyes gave you the role Reviewer (working group) until {until:%-d %B %Y}" in (
        letter.body
    )
    assert "Why: Named by the group" in letter.body
    assert "/accounts/login/code/?next=/desk/review/" in letter.body


def test_the_letter_of_a_role_leads_to_its_desk(daniel, carys, today, town, client, sign_in):
    """Wherever it leads, whoever got it may go."""
    for role in Role:
        desk = actions.desk_of(role)
        carys.appointments.all().delete()
        carys.last_login = timezone.now()
        carys.save(update_fields=["last_login"])
        actions.appoint(
            person=carys, role=role, ends_on=today + timedelta(days=9), because="So", by=daniel
        )
        body = Message.objects.get(key=f"role:{carys.appointments.get().pk}:given").body
        assert f"{desk}\n" in body
        assert sign_in(carys).get(desk).status_code in (200, 302), role


def test_whoever_loses_a_role_in_the_middle_of_a_session_is_out_and_told(
    client, sign_in, idris, daniel, town
):
    sign_in(idris)
    assert client.get("/desk/review/").status_code == 200
    [appointment] = idris.appointments.all()
    actions.end(appointment=appointment, by=daniel)
    assert client.get("/desk/review/").status_code == 403
    mail.send_waiting()
    (letter,) = outbox.outbox
    assert (letter.to, letter.subject) == (
        [idris.email],
        f"{town.name}: Your role has ended: Reviewer (working group)",
    )
    assert "the role Reviewer (working group)" in letter.body


def test_whoever_is_taken_out_of_an_organisation_is_out_and_told(client, sign_in, asha, ben):
    sign_in(ben)
    assert client.get("/space/bakery/").status_code == 200
    [membership] = ben.memberships.all()
    end_membership(membership=membership, by=asha)
    assert client.get("/space/bakery/").status_code in {403, 404}
    mail.send_waiting()
    (letter,) = outbox.outbox
    assert letter.to == [ben.email]
    assert membership.partner.name in letter.body


def test_a_role_ends_by_itself(client, sign_in, idris, today):
    sign_in(idris)
    assert client.get("/desk/review/").status_code == 200
    Appointment.objects.update(
        starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1)
    )
    assert client.get("/desk/review/").status_code == 403


def test_nobody_gives_themselves_a_role_and_one_administrator_stays(daniel, today):
    with pytest.raises(Refused, match="to themselves"):
        actions.appoint(person=daniel, role="reviewer", ends_on=today, because="x", by=daniel)
    with pytest.raises(Refused, match="last administrator"):
        actions.end(appointment=daniel.appointments.get(), by=daniel)


def test_the_administrator_sees_no_desk_but_their_own(sign_in, daniel, client):
    sign_in(daniel)
    for path in ("/desk/charter/", "/desk/review/", "/desk/tiers/", "/desk/charter/import/"):
        assert client.get(path).status_code == 403


def test_the_record_shows_who_did_what_without_free_text(sign_in, pledged, helen, asha, client):
    pledged(statement="SECRET-WORDS of a promise.")
    sign_in(helen)
    page = client.get("/desk/record/").content.decode()
    assert "pledge proposed" in page
    assert asha.name in page
    assert not any("SECRET-WORDS" in json.dumps(e.detail) for e in Event.objects.all())


@pytest.mark.parametrize("place", [0, 30, -1], ids=["kind", "moment", "seal"])
def test_an_encrypted_value_that_somebody_changed_is_not_read(bakery, place):
    """Whoever may write the database, and has no key, puts no words into anybody's mouth."""
    from cryptography.fernet import InvalidToken
    from django.db import connection

    bakery.contact_name = "Rosa"
    bakery.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_name FROM partners_partner WHERE id = %s", [bakery.pk])
        sealed = bytearray(urlsafe_b64decode(cursor.fetchone()[0]))
        sealed[place] ^= 1
        changed = urlsafe_b64encode(sealed).decode()
        cursor.execute("UPDATE partners_partner SET contact_name = %s", [changed])
    with pytest.raises(InvalidToken):
        bakery.refresh_from_db()


def test_an_encrypted_value_is_read_with_an_older_key(settings, bakery):
    from commonweal.office import fields

    bakery.contact_name = "Rosa"
    bakery.save()
    from cryptography.fernet import Fernet

    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    fields._box.cache_clear()
    bakery.refresh_from_db()
    assert bakery.contact_name == "Rosa"
    bakery.save()
    fields._box.cache_clear()
    assert keyed_hash("A@b.c ") == keyed_hash("a@b.c")


@pytest.mark.parametrize("value", ["", "changeme" * 10, "short", "my-secret-key-" * 5])
def test_a_missing_or_well_known_secret_stops_the_start(monkeypatch, value, tmp_path):
    monkeypatch.setattr(product, "VAR", tmp_path)
    monkeypatch.setenv("COMMONWEAL_SECRET_KEY", value)
    with pytest.raises(ImproperlyConfigured, match="init"):
        product.secret("COMMONWEAL_SECRET_KEY", "secret_key")


def test_no_key_that_is_made_is_one_that_no_start_takes(monkeypatch, tmp_path):
    """One in ten thousand drawn ones has such a word in it by chance, in whatever letters."""
    draws = iter(["x" * 30 + "tEsT" + "x" * 33, "y" * 67])
    monkeypatch.setattr(key_files.secrets, "token_urlsafe", lambda _: next(draws))
    key_files.make_keys(tmp_path)
    monkeypatch.setattr(product, "VAR", tmp_path)
    monkeypatch.delenv("COMMONWEAL_SECRET_KEY", raising=False)
    assert product.secret("COMMONWEAL_SECRET_KEY", "secret_key") == "y" * 67


def test_the_command_line_says_so_in_one_sentence(tmp_path):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COMMONWEAL")}
    environment |= {"COMMONWEAL_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": ""}
    environment.pop("DJANGO_SETTINGS_MODULE")
    done = subprocess.run(
        [sys.executable, "-m", "commonweal.cli", "serve"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "There is no COMMONWEAL_SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_message_is_written_once_and_sent_once(asha):
    for _ in range(2):
        mail.write(key="k", person=asha, subject="S", body="B")
    assert mail.send_waiting() == 1
    assert mail.send_waiting() == 0
    assert len(outbox.outbox) == 1
    assert outbox.outbox[0].extra_headers["Message-ID"]


def test_a_failed_message_is_tried_again_and_its_address_is_not_logged(asha, monkeypatch, caplog):
    mail.write(key="k", person=asha, subject="S", body="B")

    def fail(message, body):
        raise OSError(f"could not reach {message.person.email}")

    monkeypatch.setattr(mail, "_deliver", fail)
    assert mail.send_waiting() == 0
    assert asha.email not in caplog.text
    monkeypatch.undo()
    assert mail.send_waiting() == 0
    from django.utils import timezone

    assert mail.send_waiting(timezone.now() + timedelta(minutes=16)) == 1


def test_a_claimed_message_is_not_taken_twice(asha):
    from django.utils import timezone

    message, _ = mail.write(key="k", person=asha, subject="S", body="B")
    now = timezone.now()
    other = Message.objects.get()
    assert mail.claim(message, now)
    assert not mail.claim(other, now)


def test_what_was_sent_is_emptied_after_ninety_days(asha):
    from django.utils import timezone

    mail.write(key="k", person=asha, subject="S", body="B")
    mail.write(key="w", person=asha, subject="S", body="waiting")
    Message.objects.filter(key="k").update(sent_at=timezone.now() - timedelta(days=91))
    assert mail.forget() == 1
    assert set(Message.objects.values_list("body", flat=True)) == {"", "waiting"}


class Notify(BaseHTTPRequestHandler):
    """Speaks the part of GOV.UK Notify's API that is used."""

    sent: list = []

    def _answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.headers["Authorization"].startswith("Bearer ")
        if body["email_address"].startswith("limit"):
            self._answer(429, {"status_code": 429, "errors": [{"error": "RateLimitError"}]})
            return
        self.sent.append(body)
        self._answer(201, {"id": "1", "reference": body.get("reference")})

    def do_GET(self):
        reference = self.path.partition("reference=")[2]
        found = [one for one in self.sent if one.get("reference") == reference]
        self._answer(200, {"notifications": found, "links": {}})

    def log_message(self, *_):
        pass


@pytest.fixture
def notify(settings):
    Notify.sent = []
    server = HTTPServer(("127.0.0.1", 0), Notify)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    settings.NOTIFY_ADDRESS = f"http://127.0.0.1:{server.server_port}"
    settings.NOTIFY_API_KEY = (
        "test-" + "26785a09-ab16-4eb0-8407-a37497a57506-" + ("3d844edf-8d35-48ac-975b-e847b4f122b0")
    )
    settings.NOTIFY_TEMPLATE_ID = "t"
    settings.EMAIL_BACKEND = "commonweal.accounts.notify.NotifyBackend"
    yield Notify
    server.shutdown()
    thread.join()
    server.server_close()


def test_mail_goes_through_notify(notify, asha):
    mail.write(key="k", person=asha, subject="Subject", body="Body")
    assert mail.send_waiting() == 1
    (sent,) = notify.sent
    assert sent["email_address"] == asha.email
    assert sent["personalisation"] == {"subject": "Brackenford: Subject", "body": "Body"}
    assert sent["template_id"] == "t"


def test_notify_is_asked_before_a_second_try(notify, asha):
    message, _ = mail.write(key="k", person=asha, subject="S", body="B")
    assert mail.send_waiting() == 1
    # The process was killed after sending and before marking.
    Message.objects.update(sent_at=None, claimed_at=None)
    assert mail.send_waiting() == 1
    assert len(notify.sent) == 1


def test_a_refusal_of_notify_is_an_error_that_is_tried_again(notify, town):
    with pytest.raises(Exception, match="429"):
        get_connection().send_messages([EmailMessage("S", "B", to=["limit@example.org"])])
    person = Person.objects.create_user("limit@example.org")
    mail.write(key="k", person=person, subject="S", body="B")
    assert mail.send_waiting() == 0
    assert Message.objects.get().attempts == 1


def test_one_address_is_one_person(asha):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(email=asha.email.upper())


def test_the_demonstrations_door_is_shut_in_a_real_town(client, asha, town):
    assert client.get("/demo/").status_code == 200
    town.is_fictional = False
    town.save()
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/as/partner/").status_code == 404


def test_no_letter_of_a_role_leads_into_a_room_that_is_off(daniel, carys, today, town, sign_in):
    """In a new town most rooms are off: each role begins at a desk that is there."""
    Room.objects.update_or_create(code="help", defaults={"is_on": False})
    for code in ("spend", "programme", "economy", "voice"):
        Room.objects.update_or_create(code=code, defaults={"is_on": False})
    assert actions.desk_of(Role.DATA_PROTECTION_OFFICER) == "/desk/record/"
    assert actions.desk_of(Role.PROGRAMME_LEAD) == "/desk/balance/"
    for role in Role:
        carys.appointments.all().delete()
        actions.appoint(
            person=carys, role=role, ends_on=today + timedelta(days=9), because="So", by=daniel
        )
        assert sign_in(carys).get(actions.desk_of(role)).status_code in (200, 302), role

"""What somebody sent is here and confirmed once, though the mail server is down as they send it."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.cases import intake
from commonweal.cases.models import Case
from commonweal.residents import reaching

pytestmark = pytest.mark.django_db
MAIL = "zebedee@example.org"


@pytest.fixture
def server(monkeypatch):
    """A mail server that is down until it is set up again, and what it took."""

    class Server:
        is_down, taken = True, []

        def deliver(self, message, body):
            if self.is_down:
                raise SMTPServerDisconnected("down")
            self.taken.append((message.to_email, body))

    fake = Server()
    fake.taken = []
    monkeypatch.setattr(mail, "_deliver", fake.deliver)
    return fake


@pytest.fixture
def sent_form(kinds, server) -> Case:
    draft, _ = intake.start(channel="web", by=None)
    answers = {
        "first_name": "Zebedee",
        "email": MAIL,
        "contact": "email_only",
        "needs": ["debt"],
        "for_whom": "self",
        "words": "There is nothing left.",
    }
    intake.save(draft=draft, answers=answers, by=None)
    draft.refresh_from_db()
    return intake.finish(draft=draft, by=None)


def later(hours):
    return timezone.now() + timedelta(hours=hours)


def test_the_form_is_taken_and_confirmed_once_when_the_server_is_back(sent_form, server):
    assert sent_form.needs.count() == 1
    for hours in (0, 1, 5, 30):
        assert mail.send_waiting(later(hours)) == 0
    server.is_down = False
    for hours in (60, 61, 90):
        mail.send_waiting(later(hours))
    [(to, body)] = server.taken
    assert to == MAIL
    assert f"Your reference is {sent_form.code}." in body


def test_whoever_must_not_be_written_to_by_then_is_not(sent_form, server, leah):
    mail.send_waiting()
    rule = reaching.Rule(contact="none")
    reaching.write(resident=sent_form.resident, rule=rule, source="changed", by=leah)
    server.is_down = False
    mail.send_waiting(later(60))
    assert server.taken == []

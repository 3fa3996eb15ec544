"""Letters that meet a mail server in trouble: none is lost, none goes out twice, none in public."""

from __future__ import annotations

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail as outbox
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from commonweal.accounts import mail
from commonweal.accounts.models import Event, Message
from commonweal.office.errors import Refused
from commonweal.pledges.jobs import refresh_standings


@pytest.fixture
def server(monkeypatch):
    """A mail server whose next answers are given: an exception, or None for a yes."""

    class Server:
        answers: list[Exception | None] = []
        taken: list[str] = []
        tries = 0

        def deliver(self, message, body):
            self.tries += 1
            answer = self.answers.pop(0) if self.answers else None
            if answer is not None:
                raise answer
            self.taken.append(message.key)

    fake = Server()
    fake.answers, fake.taken = [], []
    monkeypatch.setattr(mail, "_deliver", fake.deliver)
    return fake


def letters(person, count):
    for number in range(count):
        mail.write(key=f"k{number}", person=person, subject="S", body="B")


def every_minute(hours):
    start = timezone.now()
    return (start + timedelta(minutes=minutes) for minutes in range(int(hours * 60)))


@pytest.mark.parametrize("hours", [2, 60, 167])
def test_an_outage_of_up_to_a_week_loses_no_letter(asha, server, hours):
    letters(asha, 6)
    for moment in list(every_minute(hours))[:: 1 if hours < 10 else 30]:
        server.answers = [SMTPServerDisconnected("down")] * 6
        mail.send_waiting(moment)
    server.answers = []
    after = timezone.now() + timedelta(hours=hours + 2)
    mail.send_waiting(after)
    assert server.taken == [f"k{number}" for number in range(6)]
    assert mail.given_up() == []


def test_a_server_that_is_down_is_not_asked_for_each_letter(asha, server):
    letters(asha, 50)
    server.answers = [SMTPServerDisconnected("down")] * 50
    assert mail.send_waiting() == 0
    assert server.tries == mail.FAULTS_MOST
    assert Message.objects.filter(attempts=0).count() == 50 - mail.FAULTS_MOST
    server.answers = []
    assert mail.send_waiting(timezone.now() + timedelta(minutes=2)) == 50


def test_addresses_that_are_refused_hold_up_no_other_letter(asha, server):
    letters(asha, 10)
    server.answers = [SMTPRecipientsRefused({})] * 5
    assert mail.send_waiting() == 5


def test_a_letter_is_given_up_after_a_week_of_tries_and_stands_where_somebody_sees_it(
    asha, daniel, server, sign_in, client
):
    letters(asha, 1)
    start = timezone.now()
    for hours in range(0, 24 * 8, 3):
        server.answers = [SMTPRecipientsRefused({})]
        mail.send_waiting(start + timedelta(hours=hours))
    (letter,) = mail.given_up()
    assert letter.given_up_at - letter.first_tried_at >= timedelta(days=7)
    assert letter.failure == "SMTPRecipientsRefused"
    sign_in(daniel)
    page = client.get("/desk/letters/").content.decode()
    assert "SMTPRecipientsRefused" in page
    assert asha.email not in page
    server.answers = []
    assert mail.send_waiting(start + timedelta(days=9)) == 0
    client.post(f"/desk/letters/{letter.pk}/again/")
    assert Event.objects.filter(verb="letter sent again").count() == 1
    assert mail.send_waiting(start + timedelta(days=9)) == 1
    assert "No letter was given up" in client.get("/desk/letters/").content.decode()
    with pytest.raises(Refused, match="already"):
        mail.send_again(message=letter, by=daniel)


def test_a_letter_that_was_never_tried_is_not_given_up_for_its_age(asha, server):
    """The worker itself was away for a month."""
    letters(asha, 1)
    Message.objects.update(written_at=timezone.now() - timedelta(days=30))
    server.answers = [SMTPServerDisconnected("down")]
    mail.send_waiting()
    assert mail.given_up() == []
    assert mail.send_waiting(timezone.now() + timedelta(minutes=5)) == 1


def test_a_clock_that_runs_a_week_ahead_for_a_while_gives_no_letter_up(asha, server):
    """Tried first while it was right, then by a clock that makes a week of a few minutes."""
    letters(asha, 1)
    start = timezone.now()
    for moment in (start, start + timedelta(days=7), start + timedelta(days=7, minutes=20)):
        server.answers = [SMTPServerDisconnected("down")]
        mail.send_waiting(moment)
    assert server.tries == 3
    assert mail.given_up() == []
    server.answers = []
    assert mail.send_waiting(start + timedelta(minutes=30)) == 1


def test_a_letter_in_flight_is_not_taken_by_another_sender_when_the_clock_is_set(
    asha, server, monkeypatch, clock_set
):
    letters(asha, 1)
    deliver = server.deliver

    def meanwhile(message, body):
        if not server.tries:
            server.tries = 1
            clock_set(days=2)
            assert mail.send_waiting() == 0
        deliver(message, body)

    monkeypatch.setattr(mail, "_deliver", meanwhile)
    assert mail.send_waiting() == 1
    assert server.taken == ["k0"]


def test_each_letter_is_claimed_at_its_own_moment(asha, server, monkeypatch):
    """A batch that lasts longer than a claim: a second sender never takes what is in flight."""
    letters(asha, 3)
    start, ahead = timezone.now(), []
    monkeypatch.setattr(mail.timezone, "now", lambda: start + timedelta(minutes=len(ahead) * 6))
    deliver = server.deliver

    def slowly(message, body):
        ahead.append(message.key)
        if message.key == "k2":
            mail.send_waiting()
        deliver(message, body)

    monkeypatch.setattr(mail, "_deliver", slowly)
    mail.send_waiting()
    assert sorted(server.taken) == ["k0", "k1", "k2"]


@pytest.mark.parametrize("column", ["claimed_at", "next_at"])
def test_what_a_wrong_clock_wrote_holds_up_no_letter(asha, server, column):
    letters(asha, 1)
    Message.objects.update(**{column: timezone.now() + timedelta(days=40)})
    assert mail.send_waiting() == 1


def test_urgent_letters_go_first_and_a_stop_is_heeded(asha, server):
    letters(asha, 5)
    mail.write(key="code", person=asha, subject="S", body="B", urgent=True)
    assert mail.send_waiting(is_stopping=lambda: len(server.taken) >= 2) == 2
    assert server.taken == ["code", "k0"]


def test_a_letter_goes_out_by_the_real_way(asha):
    letters(asha, 1)
    assert mail.is_waiting()
    assert mail.send_waiting() == 1
    assert not mail.is_waiting()
    assert outbox.outbox[0].to == [asha.email]


def test_jobs_that_failed_or_wait_and_letters_that_wait_stand_on_the_page(asha, daniel, sign_in):
    letters(asha, 1)
    refresh_standings.enqueue()
    now = timezone.now()
    DBTaskResult.objects.update(
        status="FAILED",
        finished_at=now,
        exception_class_path="builtins.ZeroDivisionError",
        traceback=f"words about {asha.email}",
    )
    refresh_standings.enqueue()
    DBTaskResult.objects.filter(status="READY").update(enqueued_at=now - timedelta(minutes=16))
    page = " ".join(sign_in(daniel).get("/desk/letters/").content.decode().split())
    assert "1 letter waits, the oldest since" in page
    assert re.search(r"<li> refresh standings, [^<]*: ZeroDivisionError\. The log says more", page)
    assert "<strong>1 job</strong> waits for more than a quarter of an hour" in page
    assert "words about" not in page

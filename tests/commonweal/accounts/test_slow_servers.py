"""Mail servers that are slow to say yes: no letter goes out twice for that, none holds up all."""

from __future__ import annotations

import socketserver
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.db.models import QuerySet
from django.utils import timezone

from commonweal.accounts import mail, smtp
from commonweal.accounts.models import Message
from commonweal.config import settings as product


class Talked(socketserver.StreamRequestHandler):
    """As much of a mail server as a letter needs; how it answers the letter is the server's."""

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self):
        self.say("220 here")
        while line := self.rfile.readline():
            match line.strip().upper()[:4]:
                case b"DATA":
                    self.say("354 go on")
                    while self.rfile.readline() not in (b".\r\n", b""):
                        pass
                    self.server.taken += 1
                    self.server.answer(self)
                case b"QUIT":
                    self.say(self.server.leave)
                    return
                case _:
                    self.say("250 well")


@pytest.fixture
def server(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talked) as listening:
        listening.daemon_threads = True
        listening.taken, listening.leave = 0, "221 bye"
        listening.answer = lambda talk: talk.say("250 taken")
        settings.EMAIL_BACKEND = "commonweal.accounts.smtp.Backend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = listening.server_address
        settings.EMAIL_TIMEOUT = 1
        # How often it looks whether it is to end.
        threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True).start()
        yield listening
        listening.shutdown()


@pytest.fixture
def letter(asha):
    message, _ = mail.write(key="k", person=asha, subject="S", body="B")
    return message


def test_it_is_the_way_in_which_letters_go():
    assert "commonweal.accounts.smtp.Backend" in Path(product.__file__).read_text()


def test_a_server_that_looks_through_a_letter_for_long_gets_it_once(letter, server):
    def slowly(talk):
        time.sleep(1.5)
        talk.say("250 taken")

    server.answer = slowly
    assert mail.send_waiting() == 1
    assert mail.send_waiting(timezone.now() + timedelta(days=1)) == 0
    assert server.taken == 1


def test_a_letter_whose_server_never_answered_is_in_no_hurry(letter, server, monkeypatch):
    monkeypatch.setattr(smtp, "ANSWERS_WITHIN_S", 0.2)
    server.answer = lambda talk: talk.rfile.readline()
    assert mail.send_waiting() == 0
    letter.refresh_from_db()
    assert letter.failure == "Unanswered"
    assert mail.send_waiting(timezone.now() + timedelta(hours=5)) == 0
    assert server.taken == 1
    server.answer = lambda talk: talk.say("250 taken")
    assert mail.send_waiting(timezone.now() + timedelta(hours=7)) == 1


def test_a_server_that_says_a_sign_now_and_then_is_left_before_the_claim_ends(
    letter, server, monkeypatch
):
    monkeypatch.setattr(smtp, "LASTS_MOST_S", 0.5)

    def in_dribs(talk):
        talk.wfile.write(b"250-")
        for _ in range(600):
            talk.wfile.write(b".")
            time.sleep(0.1)

    server.answer = in_dribs
    assert mail.send_waiting() == 0
    assert Message.objects.get().failure == "Unanswered"
    assert timedelta(seconds=smtp.LASTS_MOST_S + product.EMAIL_TIMEOUT) < mail.CLAIM_LASTS


def test_a_stop_does_not_wait_for_a_slow_server(letter, server, monkeypatch):
    monkeypatch.setattr(smtp, "is_stopping", lambda: True)
    monkeypatch.setattr(smtp, "STOPS_WITHIN_S", 0.2)
    monkeypatch.setattr(smtp, "LOOKS_EVERY_S", 0.05)
    server.answer = lambda talk: talk.rfile.readline()
    assert mail.send_waiting() == 0
    assert Message.objects.get().failure == "Unanswered"


def test_a_rude_leave_takes_no_letter_back(letter, server):
    server.leave = "x" * 9000
    assert mail.send_waiting() == 1


@pytest.mark.parametrize("refusals", [1, 3])
def test_a_letter_that_is_out_is_marked_when_the_database_is_back(
    letter, server, monkeypatch, refusals
):
    update, left = QuerySet.update, [OperationalError("database is locked")] * refusals

    def refused(rows, **columns):
        if "sent_at" in columns and left:
            raise left.pop()
        return update(rows, **columns)

    monkeypatch.setattr(QuerySet, "update", refused)
    monkeypatch.setattr(mail, "MARKED_AGAIN_AFTER_S", 0, raising=False)
    # On PostgreSQL the test itself would lose its connection, and what it wrote with it.
    monkeypatch.setattr(mail, "close_old_connections", lambda: None, raising=False)
    assert mail.send_waiting() == 1
    assert mail.send_waiting(timezone.now() + timedelta(days=1)) == 0
    assert server.taken == 1

"""Sending mail by SMTP, so that no letter which the server has taken goes to it again.

A server may take its time to say yes to a letter that it has got: many look through it first, and
RFC 5321 gives them ten minutes. Whoever leaves before the yes counts as not sent what is on its
way, and sends it again and again. So that answer is waited for longer than any other; where it
never comes, the letter is `Unanswered`, and `mail` is in no hurry with it.

One letter lasts at most `LASTS_MOST_S`, however slowly the server talks, which is shorter than its
claim: no second sender takes it up meanwhile. A stop is heeded within seconds.
"""

from __future__ import annotations

import smtplib
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from commonweal.jobs.queue import is_stopping

ANSWERS_WITHIN_S = 300
LASTS_MOST_S = 600
LOOKS_EVERY_S = 1.0
# When a worker is told to stop, so long is left for a letter on its way.
STOPS_WITHIN_S = 10


class Unanswered(smtplib.SMTPServerDisconnected):
    """The server got the whole letter and did not say whether it takes it: perhaps it did."""


class Talk(smtplib.SMTP):
    """A talk with a server that is patient where a letter was handed over."""

    def __init__(self, *args: Any, begun: Callable[[Talk], None], **kwargs: Any) -> None:
        # Before it is opened, so that the opening can be cut short too.
        begun(self)
        # How many answers are still to come until the one to the letter itself; None: no letter.
        self._answers_before: int | None = None
        super().__init__(*args, **kwargs)

    def data(self, msg: Any) -> tuple[int, bytes]:
        # First the server says that it listens.
        self._answers_before = 1
        try:
            return super().data(msg)
        finally:
            self._answers_before = None

    def getreply(self) -> tuple[int, bytes]:
        if self._answers_before == 0:
            return self._answer_to_the_letter()
        if self._answers_before:
            self._answers_before -= 1
        return super().getreply()

    def _answer_to_the_letter(self) -> tuple[int, bytes]:
        if self.sock is not None:
            self.sock.settimeout(ANSWERS_WITHIN_S)
        try:
            return super().getreply()
        except smtplib.SMTPException as silence:
            raise Unanswered(str(silence)) from silence
        finally:
            if self.sock is not None:
                self.sock.settimeout(self.timeout)


class TalkInTls(Talk, smtplib.SMTP_SSL):
    """The same, encrypted from its first word."""


class Backend(EmailBackend):
    """Django's own way to send, with its talks watched."""

    talk: Talk | None = None

    @property
    def connection_class(self) -> Any:
        return partial(TalkInTls if self.use_ssl else Talk, begun=self._begin)

    def _begin(self, talk: Talk) -> None:
        self.talk = talk

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        is_over = threading.Event()
        threading.Thread(target=self._watch, args=(is_over,), daemon=True).start()
        try:
            return super().send_messages(email_messages) or 0
        finally:
            is_over.set()

    def _watch(self, is_over: threading.Event) -> None:
        """End a talk that lasts too long: limits of one answer don't see a server that sends one
        sign of it now and then."""
        until = time.monotonic() + LASTS_MOST_S
        while not is_over.wait(LOOKS_EVERY_S if until - time.monotonic() > 1 else 0.1):
            if is_stopping():
                until = min(until, time.monotonic() + STOPS_WITHIN_S)
                is_over.wait(until - time.monotonic())
            if time.monotonic() >= until and not is_over.is_set():
                self._cut()
                return

    def _cut(self) -> None:
        if self.talk is not None and self.talk.sock is not None:
            with suppress(OSError):
                # The plain one: that of TLS would pull its state away from whoever reads.
                socket.socket.shutdown(self.talk.sock, socket.SHUT_RDWR)

    def _close_connection(self, connection: smtplib.SMTP) -> None:
        """How the server takes its leave says nothing about the letters that it has taken."""
        with suppress(OSError):
            super()._close_connection(connection)  # type: ignore[misc]
        connection.close()

"""Mail that is owed: written in the transaction of its cause, sent by a job, once.

1. `write` puts a row under a unique key. Asked twice, it answers with the first row.
2. `send_waiting` claims rows by a conditional update, so that two senders never hold the same
   one, sends each, and marks it.
3. A claim that its sender never finished (it was killed) is taken up again after
   `CLAIM_LASTS`. The message then says that it may be a second try, with the same Message-ID,
   so that a mail system or Notify which has already had it can tell.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.utils import timezone

from . import texts
from .models import Message, Person

logger = logging.getLogger("commonweal.mail")
CLAIM_LASTS = timedelta(minutes=15)
MOST_ATTEMPTS = 8
KEPT = timedelta(days=90)


def write(
    *, key: str, subject: str, body: str, person: Person | None = None, to_email: str = "",
    to_phone: str = "",
) -> tuple[Message, bool]:  # fmt: skip
    """Write a message to a person, or to an address or a telephone that has no sign-in (kept
    encrypted)."""
    values = {
        "person": person, "to_email": to_email, "to_phone": to_phone, "subject": subject,
        "body": body,
    }  # fmt: skip
    return Message.objects.get_or_create(key=key, defaults=values)


def forget(now: datetime | None = None) -> int:
    """Empty what was sent long ago: that it was sent stays, what it said and to whom goes."""
    before = (now or timezone.now()) - KEPT
    old = Message.objects.filter(sent_at__lt=before).exclude(body="")
    return old.update(body="", to_email="", to_phone="")


def claimable(now: datetime) -> Q:
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM_LASTS)
    return free & Q(sent_at=None, attempts__lt=MOST_ATTEMPTS)


def claim(message: Message, now: datetime) -> bool:
    """Take a message for sending; False when somebody else has it."""
    taken = Message.objects.filter(claimable(now), pk=message.pk, attempts=message.attempts).update(
        claimed_at=now, attempts=message.attempts + 1
    )
    return taken == 1


def send_waiting(now: datetime | None = None) -> int:
    """Send what waits; return how many were sent. A failure leaves the rest untouched."""
    now = now or timezone.now()
    sent = 0
    waiting = Message.objects.filter(claimable(now)).select_related("person")
    for message in waiting.order_by("id")[:500]:
        if not claim(message, now):
            continue
        try:
            _deliver(message)
        except Exception as failure:
            # The kind of failure only: its text may hold an address.
            logger.warning("Message %s was not sent: %s", message.pk, type(failure).__name__)
            continue
        Message.objects.filter(pk=message.pk).update(sent_at=timezone.now())
        sent += 1
    return sent


def _deliver(message: Message) -> None:
    if message.to_phone:
        texts.send(
            message.to_phone, message.body, reference=f"commonweal-{message.pk}",
            again=message.attempts > 0,
        )  # fmt: skip
        return
    to = message.person.email if message.person else message.to_email
    host = urlsplit(settings.ADDRESS).hostname or "localhost"
    headers = {
        "Message-ID": f"<commonweal-{message.pk}-{message.written_at:%Y%m%d%H%M%S}@{host}>",
        "X-Commonweal-Key": f"commonweal-{message.pk}",
    }
    if message.attempts:
        headers["X-Commonweal-Again"] = "1"
    EmailMessage(subject=message.subject, body=message.body, to=[to], headers=headers).send()

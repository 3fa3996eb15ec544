"""Mail that is owed: written in the transaction of its cause, sent by a job, once.

1. `write` puts a row under a unique key. Asked twice, it answers with the first row.
2. `send_waiting` claims rows by a conditional update, each at the moment at which it is taken, so
   that two senders never hold the same one, sends each, and marks it.
3. What was not taken by the mail server is tried again: within minutes at first, then every hour,
   for `TRIED_FOR` from its first try, `TRIES_LEAST` times at least. Then it is given up, stands on
   the administrator's page, and goes out again when somebody asks for that.
4. A claim that its sender never finished (it was killed) is taken up again after `CLAIM_LASTS`.
   The message then says that it may be a second try, with the same Message-ID, so that a mail
   system or Notify which has already had it can tell. A crash between the server's yes and our
   mark is one case in which a letter may go out twice; a database that is away at that moment is
   none, for the mark is made when it is back. The other is a server that got the whole letter and
   never said whether it takes it (`smtp.Unanswered`): it is asked again only after hours.
5. A room that writes to people who may have become unreachable meanwhile puts a `gate` before
   its keys: it is asked for the words as the message goes out, and may say no.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from smtplib import SMTPDataError, SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import Error as DatabaseTrouble
from django.db import close_old_connections, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator

from commonweal.jobs import clock
from commonweal.office import texts
from commonweal.office.errors import Refused

from .models import Message, Person
from .record import record
from .smtp import Unanswered

logger = logging.getLogger("commonweal.mail")
CLAIM_LASTS = timedelta(minutes=15)
TRIED_FOR = timedelta(days=7)
# And so often, two days' worth: a clock that ran ahead for a minute makes weeks of no time.
TRIES_LEAST = 48
KEPT = timedelta(days=90)
# How long after the first, second … try the next one comes; after the last of these, each hour.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60))
# What the server got may be on its way: copies are worse than waiting.
UNANSWERED_WAITS = timedelta(hours=6)
# When the database is away as a letter has just gone out, its mark is tried again so often.
MARKED_AGAIN_AFTER_S = 5
# After so many faults in a row of the server, or of the way to it, the others wait: each would
# only meet the same. (All of smtplib's errors are OSErrors.)
FAULTS_MOST = 3
OF_THE_LETTER = (SMTPRecipientsRefused, SMTPDataError)

# Asked for the town's name, in which letters go out; the room of the town sets it.
TOWN_NAME: list[Callable[[], str]] = []
Gate = Callable[[Message, datetime], str | None]
GATES: dict[str, Gate] = {}
# More headers of messages whose key begins so, asked for as they go out.
HEADERS: dict[str, Callable[[Message], dict[str, str]]] = {}
# Whose keys begin so are emptied as soon as they are sent.
EMPTIED: set[str] = set()

SUBJECT_MOST = 200


def gate(start: str) -> Callable[[Gate], Gate]:
    """Register who is asked before messages go out whose key begins so. It answers with the words
    that go out, or takes the message back (deletes it) and answers None."""

    def register(writer: Gate) -> Gate:
        GATES[start] = writer
        return writer

    return register


def words_of(message: Message, now: datetime) -> str | None:
    for start, writer in GATES.items():
        if message.key.startswith(start):
            return writer(message, now)
    return str(message.body)


def write(
    *,
    key: str,
    subject: str,
    body: str,
    person: Person | None = None,
    to_email: str = "",
    to_phone: str = "",
    urgent: bool = False,
) -> tuple[Message, bool]:
    """Write a message to a person, or to an address or a telephone that has no sign-in (kept
    encrypted). An urgent one goes out before those that wait."""
    values = {
        "person": person,
        "to_email": to_email,
        "to_phone": to_phone,
        # A name of 200 letters in it would be too long for a database.
        "subject": Truncator(subject).chars(SUBJECT_MOST),
        "body": body,
        "urgent": urgent,
    }
    return Message.objects.get_or_create(key=key, defaults=values)


def forget(now: datetime | None = None) -> int:
    """Empty what was sent long ago: that it was sent stays, what it said and to whom goes."""
    before = (now or timezone.now()) - KEPT
    old = Message.objects.filter(sent_at__lt=before).exclude(body="")
    return old.update(body="", to_email="", to_phone="")


def claimable(now: datetime) -> Q:
    free = Q(claimed_at=None)
    # Just after the clock was set a claim of this moment looks old, and is held all the same.
    if clock.is_steady():
        # A moment too far ahead was written by a clock that was wrong: it holds up no letter.
        free |= Q(claimed_at__lt=now - CLAIM_LASTS) | Q(claimed_at__gt=now + CLAIM_LASTS)
    due = Q(next_at=None) | Q(next_at__lte=now) | Q(next_at__gt=now + UNANSWERED_WAITS)
    return free & due & Q(sent_at=None, given_up_at=None)


def is_waiting(now: datetime | None = None) -> bool:
    """Whether any letter can be sent now."""
    return Message.objects.filter(claimable(now or timezone.now())).exists()


def claim(message: Message, now: datetime) -> bool:
    """Take a message for sending; False when somebody else has it."""
    taken = Message.objects.filter(claimable(now), pk=message.pk, attempts=message.attempts).update(
        claimed_at=now,
        attempts=message.attempts + 1,
        first_tried_at=message.first_tried_at or now,
    )
    return taken == 1


def send_waiting(
    now: datetime | None = None, *, is_stopping: Callable[[], bool] = lambda: False
) -> int:
    """Send what waits, urgent ones first; return how many were sent.

    A failure leaves the rest untouched; where the server itself fails, the rest waits without
    a try being counted against it.
    """
    ahead = now - timezone.now() if now else timedelta(0)
    sent = faults = 0
    waiting = Message.objects.filter(claimable(timezone.now() + ahead)).select_related("person")
    for message in waiting.order_by("-urgent", "id")[:500]:
        if is_stopping() or faults >= FAULTS_MOST:
            break
        moment = timezone.now() + ahead
        if not claim(message, moment):
            continue
        try:
            body = words_of(message, moment)
            if body is None:
                continue
            _deliver(message, body)
        except Exception as failure:
            _put_off(message, failure, moment)
            faults += isinstance(failure, OSError) and not isinstance(failure, OF_THE_LETTER)
            continue
        faults = 0
        _mark_sent(message, moment, is_stopping)
        sent += 1
    return sent


def _mark_sent(message: Message, moment: datetime, is_stopping: Callable[[], bool]) -> None:
    """Write down that a letter has gone out, however long the database is away or locked: without
    the mark it would go out again."""
    emptied = {"body": "", "to_email": ""} if message.key.startswith(tuple(EMPTIED)) else {}
    while True:
        try:
            Message.objects.filter(pk=message.pk).update(sent_at=moment, failure="", **emptied)
            return
        except DatabaseTrouble as trouble:
            if is_stopping() or connection.needs_rollback:
                raise
            logger.warning(
                "Message %s is sent and can't be marked so (%s); the mark is tried again",
                message.pk,
                type(trouble).__name__,
            )
        close_old_connections()
        time.sleep(MARKED_AGAIN_AFTER_S)


def _put_off(message: Message, failure: Exception, moment: datetime) -> None:
    """Free a message that was not taken, for its next try, or give it up."""
    # The kind of failure only: its text may hold an address.
    kind = type(failure).__name__
    tried_since = message.first_tried_at or moment
    # The try that has just failed is counted in the row, not here.
    is_over = moment - tried_since >= TRIED_FOR and message.attempts + 1 >= TRIES_LEAST
    is_unanswered = isinstance(failure, Unanswered)
    wait = UNANSWERED_WAITS if is_unanswered else WAITS[min(message.attempts, len(WAITS) - 1)]
    Message.objects.filter(pk=message.pk, claimed_at=moment).update(
        claimed_at=None,
        next_at=moment + wait,
        failure=kind[:60],
        given_up_at=moment if is_over else None,
    )
    outcome = "given up after seven days" if is_over else f"tried again in {wait}"
    logger.warning("Message %s was not sent (%s): %s", message.pk, kind, outcome)


def given_up() -> list[Message]:
    """Letters that nobody tries to send any more, the oldest first."""
    return list(Message.objects.filter(given_up_at__isnull=False, sent_at=None).order_by("id"))


@transaction.atomic
def send_again(*, message: Message, by: Person) -> None:
    """Try a letter that was given up for another seven days.

    Raises
    ------
    Refused
        It was sent, or it is being tried already.
    """
    freed = Message.objects.filter(pk=message.pk, sent_at=None, given_up_at__isnull=False).update(
        given_up_at=None, next_at=None, claimed_at=None, first_tried_at=None
    )
    if not freed:
        raise Refused("This letter is being sent already.")
    record("letter sent again", about=message, by=by)


def _deliver(message: Message, body: str) -> None:
    if message.to_phone:
        texts.send(
            message.to_phone,
            body,
            reference=f"commonweal-{message.pk}",
            again=message.attempts > 0,
        )
        return
    to = message.person.email if message.person else message.to_email
    host = urlsplit(settings.ADDRESS).hostname or "localhost"
    headers = {
        "Message-ID": f"<commonweal-{message.pk}-{message.written_at:%Y%m%d%H%M%S}@{host}>",
        "X-Commonweal-Key": f"commonweal-{message.pk}",
    }
    if message.attempts:
        headers["X-Commonweal-Again"] = "1"
    for start, headers_of in HEADERS.items():
        if message.key.startswith(start):
            headers |= headers_of(message)
    subject, sender = _in_the_towns_name(message)
    EmailMessage(subject=subject, body=body, from_email=sender, to=[to], headers=headers).send()


def _in_the_towns_name(message: Message) -> tuple[str, str]:
    """(subject, sender) of a letter. One whose words are chosen as it goes out has a subject that
    was chosen with care for who else may see it: it stays as it is, its sender too."""
    name = next((name_of() for name_of in TOWN_NAME), "")
    subject, sender = message.subject, settings.DEFAULT_FROM_EMAIL
    if not name or message.key.startswith(tuple(GATES)):
        return subject, sender
    display, address = parseaddr(sender)
    if name not in subject:
        subject = f"{name}: {subject}"
    return subject, formataddr((display or name, address))

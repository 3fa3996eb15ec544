"""The nightly check of evidence that lies on the web.

A fault of our own network is never a mark against a partner. What did not answer is held
against it only when something else did (another address, or one that the town names as a
control), and evidence is marked only after it failed on `FAILED_DAYS` different days. The day on
which that is so, and the day on which it answers again, are entries in the ledger; until then
nothing is written in public.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from . import ledger
from .models import EvidenceLink
from .reaching_out import AddressAnswer, AddressState, ask
from .standing import Kind

logger = logging.getLogger("commonweal.links")
FAILED_DAYS = 3
REPLIED = {AddressState.ALIVE, AddressState.GONE}
# A name that nobody can have (RFC 6761). Who answers to it answers in everybody's name: a hotspot
# that wants somebody to sign in, or a look-up of names that leads all of them to a page of its own.
NOBODYS = "http://asked-by-commonweal.invalid/"
NOT_THEIRS = "our own network answers in its place: can't tell"


@dataclass
class Checked:
    """What a night's check came to."""

    asked: int = 0
    turned: int = 0
    # Whether anything at all answered, so that silence could be told from a fault of our own.
    is_connected: bool = True


def check_all(
    *,
    now: datetime | None = None,
    look: Callable[[str], AddressAnswer] = ask,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Checked:
    """Check every address not looked at for 20 hours."""
    now = now or timezone.now()
    waiting = EvidenceLink.objects.filter(
        Q(checked_at=None) | Q(checked_at__lt=now - timedelta(hours=20))
    )
    answers: dict[int, AddressAnswer] = {}
    plain: set[int] = set()
    for pk, url in list(waiting.order_by("pk").values_list("pk", "url")):
        if is_stopping():
            break
        answers[pk] = look(url)
        if url.lower().startswith("http:"):
            plain.add(pk)
    _leave_out_what_is_not_theirs(answers, plain, look)
    checked = Checked(asked=len(answers), is_connected=_is_connected(answers.values(), look))
    if answers and not checked.is_connected:
        logger.warning(
            "None of %s addresses of evidence answered, nor a control: nothing is held against any",
            len(answers),
        )
    for pk, reply in answers.items():
        checked.turned += _note(pk, reply, now, is_connected=checked.is_connected)
    return checked


def _leave_out_what_is_not_theirs(
    answers: dict[int, AddressAnswer], plain: set[int], look: Callable[[str], AddressAnswer]
) -> None:
    """Where somebody in between answers for all, nothing that came without TLS tells anything."""
    replied = [pk for pk in plain if answers[pk].answer in REPLIED]
    if not replied:
        return
    secure = [reply for pk, reply in answers.items() if pk not in plain]
    if _is_answered_for_all(look) or not _is_reached_by_tls(secure, look):
        logger.warning("Our own network answers in the place of others: a page to sign in at?")
        for pk in replied:
            answers[pk] = AddressAnswer(AddressState.UNKNOWN, NOT_THEIRS)


def _is_reached_by_tls(secure: list[AddressAnswer], look: Callable[[str], AddressAnswer]) -> bool:
    """Whether anybody answers in their own name, unless nobody was asked who could. A network that
    lets nobody out gives every plain address its own page, also where it looks names up honestly;
    with TLS it can't."""
    if any(reply.answer in REPLIED for reply in secure):
        return True
    controls = [url for url in settings.LINK_CONTROL_ADDRESSES if url.lower().startswith("https:")]
    if not secure and not controls:
        return True
    return any(look(url).answer in REPLIED for url in controls)


def _is_answered_for_all(look: Callable[[str], AddressAnswer]) -> bool:
    return look(NOBODYS).answer in REPLIED


def _is_connected(answers: Iterable[AddressAnswer], look: Callable[[str], AddressAnswer]) -> bool:
    """Whether our own way to the web works: somebody answered, whatever it was."""
    if any(reply.answer in REPLIED for reply in answers):
        return True
    # With TLS nobody answers in another's place.
    return any(
        look(url).answer in REPLIED
        and (url.lower().startswith("https:") or not _is_answered_for_all(look))
        for url in settings.LINK_CONTROL_ADDRESSES
    )


def _failed_days(
    link: EvidenceLink, reply: AddressAnswer, today: date, *, is_connected: bool
) -> list[str]:
    """The days on which it was not reached; none once it answers. Silence counts against it only
    where we are connected ourselves."""
    if reply.answer == AddressState.ALIVE:
        return []
    has_failed = reply.answer == AddressState.GONE or (
        reply.answer == AddressState.SILENT and is_connected
    )
    failed_on = list(link.failed_on)
    if has_failed and today.isoformat() not in failed_on:
        failed_on.append(today.isoformat())
    return failed_on


def _note(pk: int, reply: AddressAnswer, now: datetime, *, is_connected: bool) -> bool:
    """Keep what was met; write an entry where that turns the evidence dead or alive."""
    today: date = timezone.localdate(now)
    with transaction.atomic():
        link = EvidenceLink.objects.select_for_update().get(pk=pk)
        failed_on = _failed_days(link, reply, today, is_connected=is_connected)
        # What was marked on fewer days than these is corrected: the fault may have been ours.
        is_dead = len(failed_on) >= FAILED_DAYS
        EvidenceLink.objects.filter(pk=pk).update(
            checked_at=now,
            found=reply.met[:100],
            is_dead=is_dead,
            failed_on=failed_on[-FAILED_DAYS:],
        )
        if is_dead == link.is_dead:
            return False
        body: dict[str, object] = {"about": link.entry_id, "found": reply.met[:100]}
        if is_dead:
            body["failed_on"] = failed_on[-FAILED_DAYS:]
        elif reply.answer != AddressState.ALIVE:
            body["found"] = "it had failed on one day only, which is too little to go by"
        kind = Kind.LINK_DEAD if is_dead else Kind.LINK_ALIVE
        ledger.append(ledger.NewEntry(link.entry.pledge, kind, today, body), on=today)
    return True

"""The nightly check of evidence that lies on the web.

An address is fetched only over http or https and only from public networks; each redirect is
checked again. A 401, 403 or 429 tells nothing about whether the page is there, so it changes
nothing. The day on which an address goes dead, or answers again, is an entry in the ledger.
"""

from __future__ import annotations

import ipaddress
import socket
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from . import ledger
from .models import EvidenceLink
from .standing import Kind

TIMEOUT_S = 15
CAN_NOT_TELL = {401, 403, 405, 429}


class NotAllowed(urllib.error.URLError):
    pass


def check_address(url: str) -> None:
    """Raise unless the address leads to a public network (or a host that settings allow)."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise NotAllowed("not a web address")
    if parts.hostname in settings.LINK_CHECK_ALLOWED_HOSTS:
        return
    if parts.port not in {None, 80, 443}:
        raise NotAllowed("an unusual port")
    for *_, address in socket.getaddrinfo(parts.hostname, parts.port or 443):
        if not ipaddress.ip_address(str(address[0]).split("%")[0]).is_global:
            raise NotAllowed("a private network")


class CheckedRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: str
    ) -> Any:
        check_address(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(url: str) -> tuple[bool | None, str]:
    """Whether an address answers (None: can't tell), and what was met, in a few words."""
    opener = urllib.request.build_opener(CheckedRedirects)
    request = urllib.request.Request(url, headers={"User-Agent": "Commonweal evidence check"})
    try:
        check_address(url)
        with opener.open(request, timeout=TIMEOUT_S) as response:
            return True, f"answered {response.status}"
    except urllib.error.HTTPError as answer:
        with answer:
            if answer.code in CAN_NOT_TELL:
                return None, f"answered {answer.code}: can't tell"
            return False, f"answered {answer.code}"
    except (urllib.error.URLError, OSError, ValueError) as failure:
        reason = getattr(failure, "reason", failure)
        return False, f"no answer ({type(reason).__name__})"


def check_all(
    *, now: datetime | None = None, look: Callable[[str], tuple[bool | None, str]] = fetch
) -> tuple[int, int]:
    """Check every address not looked at for 20 hours; return how many, and how many changed."""
    now = now or timezone.now()
    waiting = EvidenceLink.objects.filter(
        Q(checked_at=None) | Q(checked_at__lt=now - timedelta(hours=20))
    )
    checked = changed = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        link = EvidenceLink.objects.select_related("entry__pledge__partner").get(pk=pk)
        alive, found = look(link.url)
        changed += _note(link, alive, found, now)
        checked += 1
    return checked, changed


def _note(link: EvidenceLink, alive: bool | None, found: str, now: datetime) -> bool:
    is_dead = link.is_dead if alive is None else not alive
    with transaction.atomic():
        fresh = EvidenceLink.objects.select_for_update().get(pk=link.pk)
        turned = fresh.is_dead != is_dead
        EvidenceLink.objects.filter(pk=link.pk).update(
            checked_at=now, found=found[:100], is_dead=is_dead
        )
        if turned:
            today: date = timezone.localdate(now)
            kind = Kind.LINK_DEAD if is_dead else Kind.LINK_ALIVE
            body = {"about": link.entry_id, "found": found[:100]}
            ledger.append(ledger.NewEntry(link.entry.pledge, kind, today, body), on=today)
    return turned

"""How often a visitor, a person or an organisation may do something.

Counts stand in a table, so that all processes count together. Who it is stands there as a keyed
hash that is another one in each window of time: nothing tells which address did what, or that two
windows are about the same one.

    @limited(Limit("question", 5, timedelta(days=1), "Enough questions for today."))
    def ask(request, code): ...

counts each POST of a visitor. What was typed is shown again where the limit is passed. An action
that counts for an organisation calls `spend` itself.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import connection
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from commonweal.design import asked
from commonweal.office.errors import Refused
from commonweal.office.fields import keyed_hash

from .kept import NOT_KEPT, NOT_SHOWN, NOT_SHOWN_BEGIN
from .models import Person, Tally

logger = logging.getLogger("commonweal.limits")
View = Callable[..., HttpResponse]
# Behind a proxy that is not set up as trusted, everybody comes from one address. Then a limit
# holds for all of them together, so it is this many times as large: no one visitor may shut a
# form to the whole town.
SHARED = 20
# Of what was typed, so much is shown again.
SHOWN_MOST = 20_000
# In one step, as every refusal counts, and as two who come at once each count.
COUNT_ONCE_MORE = """
    INSERT INTO accounts_tally (digest, count, ends_at) VALUES (%s, 1, %s)
    ON CONFLICT (digest) DO UPDATE SET count = accounts_tally.count + 1
    WHERE accounts_tally.count < %s
"""
HIDDEN = {*NOT_KEPT, *NOT_SHOWN, "pin", "once", "throw_away"}


@dataclass(frozen=True)
class Limit:
    """So many times in so long; ``sentence`` says what to do instead."""

    name: str
    most: int
    every: timedelta
    sentence: str
    # Counted for one thing as long as that lives (a code that was sent), not by the hour.
    is_of_one_thing: bool = False


@dataclass(frozen=True)
class Visitor:
    """Who sends a request, as far as can be told: an address, or the person signed in."""

    key: str
    is_shared: bool = False


def visitor_of(request: HttpRequest) -> Visitor:
    """The visitor behind a request: the one place that says which address counts.

    A person who is signed in is that person. Else it is the address that the connection comes
    from; of IPv6 the network, since one house has as many addresses as it likes.
    """
    user = getattr(request, "user", None)
    if isinstance(user, Person):
        return Visitor(f"person {user.code}")
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return Visitor("unknown", is_shared=True)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        else:
            network = ipaddress.ip_network((int(address) >> 64 << 64, 64))
            return Visitor(str(network), is_shared=not address.is_global)
    # 203.0.113.0/24 and its like are for examples; nobody's proxy stands there.
    shared = address.is_loopback or (address.is_private and not _is_example(address))
    return Visitor(str(address), is_shared=shared)


def _is_example(address: ipaddress.IPv4Address) -> bool:
    examples = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
    return any(address in ipaddress.ip_network(network) for network in examples)


def spend(limit: Limit, who: str, *, times: int = 1, now: datetime | None = None) -> None:
    """Count once more for somebody.

    Raises
    ------
    Refused
        They have done it as often as they may; the sentence says what to do instead.
    """
    now = now or timezone.now()
    digest = _digest_of(limit, who, now)
    ends_at = now + limit.every
    with connection.cursor() as cursor:
        stored = connection.ops.adapt_datetimefield_value(ends_at)
        cursor.execute(COUNT_ONCE_MORE, [digest, stored, limit.most * times])
        is_counted = bool(cursor.rowcount)
    if not is_counted:
        logger.info("The limit %s was reached.", limit.name)
        raise Refused(limit.sentence)


def give_back(limit: Limit, who: str, *, now: datetime) -> None:
    """Take back one that was counted at a moment: what was done then was not what the limit is
    for. Counting first and giving back keeps those who come at once from passing it."""
    counted = Tally.objects.filter(digest=_digest_of(limit, who, now), count__gt=0)
    counted.update(count=F("count") - 1)


def _digest_of(limit: Limit, who: str, now: datetime) -> str:
    window = 0 if limit.is_of_one_thing else int(now.timestamp() // limit.every.total_seconds())
    return keyed_hash(f"limit:{limit.name}:{who}:{window}")


def forget(now: datetime | None = None) -> int:
    """Drop the counts of windows that are over."""
    return Tally.objects.filter(ends_at__lt=now or timezone.now()).delete()[0]


def limited(limit: Limit) -> Callable[[View], View]:
    """Count each POST of a visitor; past the limit say so, and show what was typed."""

    def wrap(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                visitor = visitor_of(request)
                try:
                    spend(limit, visitor.key, times=SHARED if visitor.is_shared else 1)
                except Refused as refused:
                    context = {"sentence": str(refused), "typed": typed_in(request)}
                    return render(request, "accounts/limited.html", context, status=429)
            return view(request, *args, **kwargs)

        counted.limit = limit  # type: ignore[attr-defined]
        return counted

    return wrap


def typed_in(request: HttpRequest) -> list[tuple[str, str]]:
    """(question, answer) of what somebody typed into a form, in the words of its page, to show it
    again where it is not taken."""
    left, typed = SHOWN_MOST, []
    for name in request.POST:
        answer = request.POST.get(name, "").strip()[:left]
        if answer and name not in HIDDEN and not name.startswith(NOT_SHOWN_BEGIN):
            typed.append((name, [answer]))
            left -= len(answer)
    return asked.in_words(request.path, typed)

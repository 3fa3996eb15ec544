"""Sent twice, done once.

Every form of ours carries a one-time key (`keys`, put there by the tag ``csrf_token``). The first
sending of a form claims a row before its view runs, in a transaction of its own; where the view
ends in a redirect, the row remembers where that led and what was said. The same sending again, be
it a second later or at the same moment, waits for the first and gets its answer. Where the view
did nothing (it asked again, refused, broke) the row goes, so that the form can be sent again.

The row stands for the key *and* everything that was sent: whoever goes back and writes something
else sends something else, which is not swallowed.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from commonweal.office.keys import FIELD, Key, key_in

from .models import Sending
from .signing_in import is_for_signing_in, leads_to_signing_in

KEPT = timedelta(hours=24)
# The browser that sent twice may have missed the first answer, and with it a session that began
# there. For so long the second answer hands that session on.
SESSION_HANDED_ON = timedelta(minutes=1)
WAIT_S = 15.0
LOOK_EVERY_S = 0.1
CLAIMED, DONE = "commonweal.claimed_once", "commonweal.did_once"
NOT_SAID = {"csrfmiddlewaretoken", FIELD}


def done(request: HttpRequest) -> None:
    """Say that a view did what was asked although it answers with a page, not with a redirect."""
    request.META[DONE] = True


def digest_of(request: HttpRequest, key: Key) -> str:
    """What makes two sendings one: key, browser, person, address, every field and every file."""
    person = request.user.pk if request.user.is_authenticated else ""
    browser = request.META.get("CSRF_COOKIE", "")
    hashed = hashlib.sha256()

    def add(part: str) -> None:
        hashed.update(f"{len(part)}:{part}".encode())

    for part in (key.text, browser, str(person), request.get_full_path()):
        add(part)
    for name in sorted(set(request.POST) - NOT_SAID):
        add(name)
        for answer in request.POST.getlist(name):
            add(answer)
    for name in sorted(request.FILES):
        for upload in request.FILES.getlist(name):
            add(f"{name}:{upload.name}:{upload.size}")
            for chunk in upload.chunks():
                hashed.update(chunk)
            upload.seek(0)
    return hashed.hexdigest()


def claim(digest: str) -> bool:
    """Whether this sending is the first."""
    try:
        with transaction.atomic():
            Sending.objects.create(digest=digest)
    except IntegrityError:
        return False
    return True


def earlier_of(digest: str) -> Sending | None:
    """The same sending that came before and its answer, waited for; None where this is the first.

    Without ``done_at`` it is one of which nobody knows what came: its process died, or it takes
    longer than anybody waits.
    """
    until = time.monotonic() + WAIT_S
    while not claim(digest):
        earlier = Sending.objects.filter(digest=digest).first()
        if earlier is None:
            continue
        if earlier.done_at is not None or time.monotonic() > until:
            return earlier
        time.sleep(LOOK_EVERY_S)
    return None


def forget_old() -> int:
    count, _ = Sending.objects.filter(begun_at__lt=timezone.now() - KEPT).delete()
    return count


def _was_done(request: HttpRequest, response: HttpResponse) -> bool:
    if request.META.get(DONE):
        return response.status_code < 400
    if response.status_code not in (301, 302, 303):
        return False
    if leads_to_signing_in(response) and not is_for_signing_in(request.path):
        return False
    return all(message.level < messages.ERROR for message in _said(request))


def _said(request: HttpRequest) -> list[Any]:
    """What this view has put by to be said on the next page."""
    return list(getattr(getattr(request, "_messages", None), "_queued_messages", []))


def _session_begun(request: HttpRequest) -> str:
    """The session that began with this answer; "" where none did."""
    session = request.session
    if session.modified and session.session_key is None and not session.is_empty():
        session.create()
    before = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return "" if session.session_key in (None, before) else str(session.session_key)


def remember(request: HttpRequest, digest: str, response: HttpResponse) -> None:
    answer = {
        "to": response.get("Location", ""),
        "said": [(m.level, str(m.message), m.extra_tags or "") for m in _said(request)],
        "session": _session_begun(request),
    }
    Sending.objects.filter(digest=digest).update(done_at=timezone.now(), answer=json.dumps(answer))


def again(request: HttpRequest, earlier: Sending) -> HttpResponse:
    """The answer of the first sending, given to the second; nothing is done."""
    if earlier.done_at is None:
        return render(request, "accounts/unsure.html", {"path": request.path}, status=409)
    answer = json.loads(earlier.answer)
    recent = timezone.now() - earlier.done_at < SESSION_HANDED_ON
    if answer["session"] and recent and request.session.exists(answer["session"]):
        request.session = type(request.session)(answer["session"])
        request.session.modified = True
    for level, text, tags in answer["said"]:
        messages.add_message(request, level, text, extra_tags=tags)
    if not answer["to"]:
        return render(request, "accounts/done_already.html", {"path": request.path})
    return HttpResponseRedirect(answer["to"])


class OnceMiddleware:
    """Stands last but for what surrounds a view, so that whatever keeps a form out keeps it from
    claiming its key."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        digest: str = request.META.get(CLAIMED, "")
        if digest and _was_done(request, response):
            remember(request, digest, response)
        elif digest:
            Sending.objects.filter(digest=digest, done_at=None).delete()
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method != "POST" or (key := key_in(request)) is None:
            return None
        digest = digest_of(request, key)
        if earlier := earlier_of(digest):
            return again(request, earlier)
        request.META[CLAIMED] = digest
        return None

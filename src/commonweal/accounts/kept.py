"""Words kept over signing in: whatever keeps a form out, what was typed into it comes back.

A session that ended, a sign-in in another tab, the second factor, the desk's lock, a page that
is gone, a fault of ours: each answers a form with something else than its page. What was typed
then lies here for an hour, encrypted, bound to a cookie, and is shown to the person whose page it
was (its key says so, see `keys`), with one button that sends it where it belongs.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from commonweal.design import asked
from commonweal.office.keys import FIELD, Key, key_in

from .models import KeptWords
from .signing_in import is_for_signing_in

COOKIE = f"{settings.COOKIE_PREFIX}commonweal_typed"
# Where a request holds the token that its answer hands on.
TOKEN = "commonweal.typed_token"
CODE_FIELD = "kept_code"
FOR = timedelta(hours=1)
MOST_CHARACTERS = 100_000
MOST_A_BROWSER = 5
# Nobody fills the table by asking for pages and sending them back without signing in.
MOST_IN_ALL = 2000
NOT_KEPT = {"csrfmiddlewaretoken", FIELD, CODE_FIELD}
# What the pages themselves put into a form: sent on, not shown.
NOT_SHOWN = {"verb", "seen", "tab", "sha256", "next", "changed", "probable"}
NOT_SHOWN_BEGIN = ("shown-", "due-", "pick-", "seen-", "so-far-")


@dataclass(frozen=True)
class Typed:
    """What was typed into one form, to be shown and sent on."""

    code: str
    path: str
    fields: list[tuple[str, list[str]]]
    files: list[str]
    why: str

    @property
    def page(self) -> str:
        return urlsplit(self.path).path

    @property
    def shown(self) -> list[tuple[str, str]]:
        """(question, answer) of what somebody typed or chose, in the words of its page."""
        return asked.in_words(self.page, self.typed)

    @property
    def typed(self) -> list[tuple[str, list[str]]]:
        return [
            (name, values)
            for name, values in self.fields
            if name not in NOT_SHOWN and not name.startswith(NOT_SHOWN_BEGIN) and any(values)
        ]

    @property
    def sent_on(self) -> list[tuple[str, str]]:
        return [(name, typed) for name, values in self.fields for typed in values]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def from_our_pages(request: HttpRequest) -> bool:
    """Whether a browser says that a page of ours sent this; one that says nothing is believed,
    because a key that only our pages give was asked for already."""
    ours = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    if (origin := request.headers.get("Origin")) is not None:
        return origin in ours
    if referer := request.headers.get("Referer"):
        parts = urlsplit(referer)
        return f"{parts.scheme}://{parts.netloc}" in ours
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


def worth_keeping(request: HttpRequest) -> Key | None:
    """The key of a form whose words would else be lost; None where there is nothing to keep."""
    if request.method != "POST" or is_for_signing_in(request.path):
        return None
    key = key_in(request)
    if key is None or not from_our_pages(request) or not _typed_in(request.POST):
        return None
    return key


def _typed_in(post: QueryDict) -> bool:
    return any(
        any(post.getlist(name))
        for name in set(post) - NOT_KEPT - NOT_SHOWN
        if not name.startswith(NOT_SHOWN_BEGIN)
    )


def keep(request: HttpRequest, key: Key, *, why: str) -> KeptWords | None:
    """Keep what a form brought; None where it is too much."""
    fields = [(n, request.POST.getlist(n)) for n in request.POST if n not in NOT_KEPT]
    files = [upload.name or "" for name in request.FILES for upload in request.FILES.getlist(name)]
    form = {"path": request.get_full_path(), "fields": fields, "files": files}
    written = json.dumps(form)
    if len(written) > MOST_CHARACTERS or KeptWords.objects.count() >= MOST_IN_ALL:
        return None
    token = request.COOKIES.get(COOKIE) or secrets.token_urlsafe(24)
    request.META[TOKEN] = token
    kept_words, _ = KeptWords.objects.update_or_create(
        holder=_digest(token),
        key=key.text,
        defaults={"words": written, "why": why, "kept_at": timezone.now()},
    )
    too_many = KeptWords.objects.filter(holder=kept_words.holder).values_list("pk", flat=True)
    KeptWords.objects.filter(pk__in=list(too_many[MOST_A_BROWSER:])).delete()
    return kept_words


def hand_cookie(request: HttpRequest, response: HttpResponse) -> None:
    if token := request.META.get(TOKEN, ""):
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(FOR.total_seconds()),
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def waiting_for(request: HttpRequest) -> list[Typed]:
    """What this browser's person typed and has not sent yet, the newest first."""
    person: Any = getattr(request, "user", None)
    return [_opened(row) for row in _in_this_browser(request) if _key_of(row).is_of(person)]


def waits_for_somebody_else(request: HttpRequest) -> bool:
    """Whether somebody else typed something in this browser; never what."""
    person: Any = getattr(request, "user", None)
    return any(not _key_of(row).is_of(person) for row in _in_this_browser(request))


def _in_this_browser(request: HttpRequest) -> list[KeptWords]:
    token = request.META.get(TOKEN, "") or request.COOKIES.get(COOKIE, "")
    if not token:
        return []
    since = timezone.now() - FOR
    return list(KeptWords.objects.filter(holder=_digest(token), kept_at__gt=since))


def _key_of(kept_words: KeptWords) -> Key:
    number, mark, _ = kept_words.key.split(".")
    return Key(kept_words.key, number, mark)


def _opened(kept_words: KeptWords) -> Typed:
    form = json.loads(kept_words.words)
    fields = [(name, list(values)) for name, values in form["fields"]]
    return Typed(str(kept_words.code), form["path"], fields, form["files"], kept_words.why)


def drop(request: HttpRequest, code: str) -> None:
    """Forget what was sent on or thrown away; only what waits for this person in this browser."""
    if code in {typed.code for typed in waiting_for(request)}:
        KeptWords.objects.filter(code=code).delete()


def drop_taken(request: HttpRequest) -> None:
    """Forget what was taken now from another page: the same words, sent to the same address."""
    for typed in waiting_for(request):
        is_same = all(request.POST.getlist(name) == values for name, values in typed.typed)
        if typed.page == request.path and is_same:
            KeptWords.objects.filter(code=typed.code).delete()


def forget_old() -> int:
    count, _ = KeptWords.objects.filter(kept_at__lt=timezone.now() - FOR).delete()
    return count

"""Public pages that are kept in memory for a short time, and not sent to whoever has them.

A page is kept only where everybody sees the same: nobody is signed in, no cookie came that a page
depends on, none is set, no form with a secret of its own is in it. It is kept under the state of
the record and of the ledger: the first entry after it makes another page. What changes without
an entry (a job's work, the hours of the day) shows within the seconds of
`PAGES_KEPT_S`.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag

from commonweal.accounts.record import state_of_the_record
from commonweal.jobs import database
from commonweal.office.fixed_queries import FixedQuery
from commonweal.pledges.models import LedgerHead

MOST_PAGES = 200
LARGEST = 200_000
# The only cookies that change nothing of a page: the secret of forms, which such a page has not.
HARMLESS = {settings.CSRF_COOKIE_NAME}
NEVER = ("/desk/", "/space/", "/accounts/", "/demo/", "/help/", "/static/", "/-/")


@dataclass(frozen=True)
class KeptPage:
    """A page as it was sent: its headers and bytes, and when it was made."""

    headers: tuple[tuple[str, str], ...]
    content: bytes
    at: float


LEDGER_HEAD = FixedQuery(lambda: LedgerHead.objects.filter(id=1).values_list("seq", flat=True))

_pages: OrderedDict[str, KeptPage] = OrderedDict()
_lock = threading.Lock()


def forget() -> None:
    with _lock:
        _pages.clear()


def state() -> str:
    """What public pages and files are made from; with the first entry it is another."""
    head = LEDGER_HEAD.first()
    return f"{state_of_the_record()} {head} {timezone.localdate()} {database.is_only_read()}"


def _may_be_kept(request: HttpRequest) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and not request.path_info.startswith(NEVER)
        and set(request.COOKIES) <= HARMLESS
        and "HTTP_AUTHORIZATION" not in request.META
    )


def _is_for_everybody(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and len(response.content) <= LARGEST
        and response.headers.get("Content-Type", "").startswith(("text/html", "application/atom"))
        and not {"no-store", "private"} & set(_directives(response))
    )


def _directives(response: HttpResponse) -> list[str]:
    return [part.strip() for part in response.headers.get("Cache-Control", "").split(",")]


class KeptPagesMiddleware:
    """Stands around what looks at forms, so that a page that took a form's secret is known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _may_be_kept(request):
            return self.get_response(request)
        key = f"{request.get_host()} {request.get_full_path()} {state()}"
        kept_page = self._kept(key)
        if kept_page is None:
            response = self.get_response(request)
            if not _is_for_everybody(request, response):
                return response
            # A browser may keep it, and asks each time whether it is still so.
            response.headers.setdefault("Cache-Control", "no-cache")
            patch_vary_headers(response, ["Cookie"])
            digest = hashlib.sha256(response.content).hexdigest()[:32]
            response.headers.setdefault("ETag", quote_etag(digest))
            self._keep(key, response)
        else:
            response = HttpResponse(kept_page.content, headers=dict(kept_page.headers))
        tag = response.headers["ETag"]
        return get_conditional_response(request, etag=tag, response=response) or response

    def _kept(self, key: str) -> KeptPage | None:
        with _lock:
            kept_page = _pages.get(key)
        return (
            kept_page
            if kept_page is not None and time.monotonic() - kept_page.at < settings.PAGES_KEPT_S
            else None
        )

    def _keep(self, key: str, response: HttpResponse) -> None:
        page = KeptPage(tuple(response.headers.items()), response.content, time.monotonic())
        with _lock:
            _pages[key] = page
            _pages.move_to_end(key)
            while len(_pages) > MOST_PAGES:
                _pages.popitem(last=False)

"""The address of an entry that was merged leads to the one that stands for it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from commonweal.accounts.models import Person

from .access import membership_in
from .addresses import standing_for
from .merging import standing
from .models import Partner

PUBLIC, SPACE = "partners/<slug:code>/", "space/<slug:code>/"


class MergedMiddleware:
    """Asks only where a page was not found: pages that are there cost nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match = request.resolver_match
        if not isinstance(exception, Http404) or match is None:
            return None
        code = match.kwargs.get("code", "")
        partner = None
        if match.route.startswith(PUBLIC):
            partner = standing_for(code)
        elif match.route.startswith(SPACE):
            partner = _space_of(request, code)
        if partner is None:
            return None
        address = reverse(match.view_name, kwargs=match.kwargs | {"code": partner.code})
        query = request.META.get("QUERY_STRING", "")
        # What was being typed goes along; and as a merge can be undone, no browser keeps the way.
        return HttpResponseRedirect(
            f"{address}?{query}" if query else address, preserve_request=True
        )


def _space_of(request: HttpRequest, code: str) -> Partner | None:
    """The entry in whose space somebody goes on: only for who acts for it."""
    merged = Partner.objects.filter(code=code, merged_into__isnull=False).first()
    if merged is None or not isinstance(request.user, Person):
        return None
    partner = standing(merged)
    return partner if membership_in(request.user, partner) is not None else None

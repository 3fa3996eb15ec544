from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

from . import rooms


class RoomMiddleware:
    """An address of a room that the town switched off does not exist: for anybody, before
    anything else is asked of them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if rooms.is_closed(request):
            raise Http404
        return self.get_response(request)

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from . import opening, rooms


class RoomMiddleware:
    """An address of a room that the town switched off does not exist: for anybody, before
    anything else is asked of them. Of a town that is being prepared nothing public does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if opening.is_kept_back(request):
            # The first page answers; of all others it is not said whether they are there.
            status = 200 if request.path_info == "/" else 404
            return render(request, "places/being_prepared.html", status=status)
        if rooms.is_closed(request):
            raise Http404
        return self.get_response(request)

"""The addresses of a room's frame: the way of a file in, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from commonweal.accounts.access import View
from commonweal.accounts.revisions import in_pieces
from commonweal.design.every_answer import only_read

from . import choosing, previews, results
from .frames import Frame

Guard = Callable[[View], View]


def ways_in(frame: Frame, guard: Guard, *, at: str) -> list[URLPattern]:
    """From choosing a file to its carrying out, under an address like ``import/``. ``guard`` lets
    in who may."""
    addresses = frame.addresses
    return [
        path(at, guard(_long(frame, choosing.choose)), name=addresses.choose),
        path(f"{at}template/", guard(_read(frame, choosing.template)), name=addresses.template),
        path(f"{at}<uuid:code>/", guard(_long(frame, previews.held_page)), name=addresses.held),
        path(
            f"{at}<uuid:code>/columns/",
            guard(_long(frame, choosing.columns)),
            name=addresses.columns,
        ),
        path(
            f"{at}<uuid:code>/refused/",
            guard(_read(frame, previews.held_refused)),
            name=addresses.held_refused,
        ),
    ]


def ways_back(frame: Frame, guard: Guard, *, at: str) -> list[URLPattern]:
    """The files that were brought in, under an address like ``imports/``, and undoing each."""
    runs = path(at, guard(_read(frame, results.runs)), name=frame.addresses.runs)
    return [runs, *ways_of_each(frame, guard, at=at)]


def ways_of_each(frame: Frame, guard: Guard, *, at: str) -> list[URLPattern]:
    """The pages of each file, where a room lists its files on the page on which one is chosen."""
    addresses = frame.addresses
    return [
        path(f"{at}<int:pk>/", guard(_of(frame, results.run_page)), name=addresses.run),
        path(
            f"{at}<int:pk>/refused/",
            guard(_read(frame, results.run_refused)),
            name=addresses.run_refused,
        ),
        path(f"{at}<int:pk>/undo/", guard(_long(frame, results.undo)), name=addresses.undo),
    ]


def _of(frame: Frame, page: Callable[..., HttpResponse]) -> View:
    """A page of the frame as a room's view."""

    @wraps(page)
    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return page(frame, request, **kwargs)

    # It belongs to the room whose frame it is: it is off where that room is.
    view.__module__ = type(frame).__module__
    return view


def _read(frame: Frame, page: Callable[..., HttpResponse]) -> View:
    """The same of a page that takes no form."""
    view: View = only_read(_of(frame, page))
    return view


def _long(frame: Frame, page: Callable[..., HttpResponse]) -> View:
    """The same of a page that reads a file, which takes longer than others should wait."""
    view: View = in_pieces(_of(frame, page))
    return view

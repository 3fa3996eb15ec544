"""One at a time into one form: comparing with what is there now, and saving, are one step.

A form that carries what it showed (`commonweal.design.revisions`) is compared with the present and
then saved. Two such forms at one address wait for each other, so that nothing comes between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from commonweal.design.revisions import SHOWN
from commonweal.office.stacks import on_a_stack_of_its_own


@contextmanager
def one_at_a_time(path: str) -> Iterator[None]:
    """A transaction that nobody else has for this address. SQLite has one writer anyway."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            number = int.from_bytes(hashlib.sha256(path.encode()).digest()[:8], signed=True)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
        yield


def in_pieces(view: Any) -> Any:
    """Mark a view that reads a long file: it shows no record, and what it does takes longer than
    others should wait, so it begins and ends its own transactions."""
    view.writes_in_pieces = True
    return on_a_stack_of_its_own(view)


class RevisionMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        ours = view.__module__.startswith("commonweal.")
        if request.method != "POST" or not ours or getattr(view, "writes_in_pieces", False):
            return None
        if not any(name.startswith(SHOWN) for name in request.POST):
            return None
        with one_at_a_time(request.path):
            response: HttpResponse = view(request, *args, **kwargs)
        return response

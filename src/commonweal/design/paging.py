"""Lists in pages: of so many rows that a page is no longer than seven screens of a phone."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

# The longest page of a list anywhere.
A_PAGE = 20


def paged(request: HttpRequest, rows: Any, *, at: str = "page", size: int = A_PAGE) -> Page[Any]:
    """The page of a list that an address asks for by ``at``: the first or last where there is no
    such page."""
    return page_at(rows, request.GET.get(at), size=size)


def page_at(rows: Any, number: Any, *, size: int = A_PAGE, count: int | None = None) -> Page[Any]:
    """A page by its number, wherever that stands. ``count``: how many rows there are, where that
    was counted already."""
    paginator = Paginator(rows, min(size, A_PAGE))
    if count is not None:
        paginator.count = count
    return paginator.get_page(number)

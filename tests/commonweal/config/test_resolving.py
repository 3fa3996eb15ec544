"""An address leads where Django's own list of patterns leads it, after far fewer tries."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import Resolver404, URLResolver, include, path, re_path, resolve
from django.urls.resolvers import RegexPattern, RoutePattern
from hypothesis import given
from hypothesis import strategies as st

from commonweal.config import urls
from commonweal.config.resolving import ByFirstWords

FIT = {
    "int": "7",
    "slug": "some-slug",
    "str": "any.thing",
    "uuid": "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
}


def in_djangos_way(lists: list[Any]) -> URLResolver:
    return URLResolver(RegexPattern(r"^/"), lists)


def in_our_way(lists: list[Any]) -> URLResolver:
    return URLResolver(RegexPattern(r"^/"), [ByFirstWords(RoutePattern(""), lists)])


def led_to(resolver: URLResolver, address: str) -> Any:
    """Everything that a match says but the patterns that were tried, which pages never read."""
    try:
        match = resolver.resolve(address)
    except Resolver404:
        return None
    return {name: fact for name, fact in vars(match).items() if name != "tried"}


def every_route(patterns: Any, before: str = "") -> Any:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from every_route(pattern.url_patterns, f"{before}{pattern.pattern}")
        else:
            yield f"{before}{pattern.pattern}"


def filled(route: str) -> str:
    """An address of a route: each of its parts filled with something that fits."""
    pieces = route.replace(">", "<").split("<")
    return "/" + "".join(
        FIT[piece.split(":")[0]] if at % 2 else piece for at, piece in enumerate(pieces)
    )


ADDRESSES = sorted({filled(route) for route in every_route(urls.lists)})
DJANGOS, OURS = in_djangos_way(urls.lists), in_our_way(urls.lists)


def test_every_address_leads_where_django_leads_it():
    assert len(ADDRESSES) > 500
    for address in ADDRESSES:
        match = led_to(DJANGOS, address)
        assert match is not None
        assert led_to(OURS, address) == match
        assert resolve(address).func is match["func"]


@given(st.sampled_from(ADDRESSES), st.text("/a-.\n7%", max_size=3), st.integers(0, 60))
def test_so_does_one_that_is_nearly_an_address(address, slip, place):
    nearly = address[:place] + slip + address[place:]
    assert led_to(OURS, nearly) == led_to(DJANGOS, nearly)
    assert led_to(OURS, address[:place]) == led_to(DJANGOS, address[:place])


def view(request: Any) -> HttpResponse:
    return HttpResponse()


@pytest.mark.parametrize(
    "lists",
    [
        [path("a/<slug:x>/", view, name="first"), path("a/b/", view, name="second")],
        [path("a/b/", view, name="first"), path("a/<slug:x>/", view, name="second")],
        [path("<path:x>/", view, name="first"), path("a/b/", view, name="second")],
        [re_path(r"^a/(b)/$", view, name="first"), path("a/b/", view, name="second")],
        [path("a/", include([path("c/", view)])), path("a/b/", view, name="second")],
        [path("a/", include(([path("b/", view, name="x")], "app"), namespace="n"))],
        [path("", include([path("a/b/", view, {"y": 1})]), {"x": 2})],
        [path("a", include([path("/b/", view, name="x")]))],
        [path("", view, name="empty"), path("a/<x>b/", view)],
    ],
)
def test_of_two_that_fit_the_first_is_taken_whatever_they_are(lists):
    for address in ("/a/b/", "/", "/a/", "/a/c/", "/a/bb/", "/b/", "/a/b"):
        assert led_to(in_our_way(lists), address) == led_to(in_djangos_way(lists), address)


def test_few_patterns_are_tried_for_an_address_and_for_none():
    most = max(ADDRESSES, key=lambda address: len(urls.by_first_words.tried_for(address[1:])))
    assert len(urls.by_first_words.tried_for(most[1:])) <= 30
    assert len(urls.by_first_words.tried_for("nowhere/")) <= 2


def test_a_long_address_takes_no_memory():
    tracemalloc.start()
    urls.by_first_words.tried_for("nowhere/" * 1_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200_000

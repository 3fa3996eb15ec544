"""What a page is about, and the figures of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from commonweal.places.models import the_town

from .. import files
from ..models import ROUTE_WORDS, Anchor, Bands, Figures, Prepared, Route

PLACES = {"office": "registered office", "site": "place of trading"}


def current() -> Prepared | None:
    """What counts now; None where no release counts, or where its tables must be made anew."""
    prepared = Prepared.objects.filter(is_current=True, format=files.FORMAT).first()
    return prepared if prepared and files.prepared(prepared.version).exists() else None


def must_be_made_anew() -> bool:
    """Whether figures counted whose tables an older version made, or that are lost."""
    return current() is None and Prepared.objects.filter(is_current=True).exists()


def band_names() -> dict[str, str]:
    """What each band is called here."""
    bands = Bands.objects.filter(id=1).first() or Bands()
    county, region = bands.county_name, bands.region_name
    return {
        "town": f"In {the_town().name}",
        "county": f"Elsewhere in {county}" if county else "Elsewhere in the county",
        "region": f"Elsewhere in {region}" if region else "Elsewhere in the region",
        "nation": "Elsewhere in the United Kingdom",
        "abroad": "Abroad",
        "unknown": "Not known where",
    }


@dataclass(frozen=True)
class Scope:
    """What a page is about: a route, an anchor or all (""), a financial year or all (""), and by
    which place: registered office or place of trading."""

    route: str = Route.PUBLISHED
    anchor: str = ""
    year: str = ""
    place: str = "office"

    def query(self, **changes: str) -> str:
        """As the end of an address."""
        parts = {"route": self.route, "anchor": self.anchor, "year": self.year, "place": self.place}
        usual = {"route": Route.PUBLISHED, "place": "office"}
        parts = {k: v for k, v in (parts | changes).items() if v and usual.get(k) != v}
        return f"?{urlencode(parts)}" if parts else ""

    @property
    def place_words(self) -> str:
        return PLACES[self.place]

    @property
    def route_words(self) -> str:
        return ROUTE_WORDS[self.route]


@dataclass(frozen=True)
class Choices:
    """What one may ask for: each as (value, words)."""

    routes: list[tuple[str, str]]
    anchors: list[tuple[str, str]]
    years: list[tuple[str, str]]
    places: list[tuple[str, str]]


def choices(prepared: Prepared, scope: Scope) -> Choices:
    scopes = list(prepared.figures.values_list("route", "anchor", "year"))
    routes = sorted({route for route, _, _ in scopes}, reverse=True)
    of_route = [(anchor, year) for route, anchor, year in scopes if route == scope.route]
    return Choices(
        [(route, ROUTE_WORDS[route].capitalize()) for route in routes],
        [("", "All anchors"), *_anchors({anchor for anchor, _ in of_route} - {""})],
        [("", "All years"), *_years({year for _, year in of_route} - {""})],
        [(place, label.capitalize()) for place, label in PLACES.items()],
    )


def _anchors(codes: set[str]) -> list[tuple[str, str]]:
    names = anchor_names()
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda named: named[1])


def _years(years: set[str]) -> list[tuple[str, str]]:
    return [(year, year_words(year)) for year in sorted(years, reverse=True)]


def year_words(year: str) -> str:
    """A financial year by its first and last month."""
    return f"April {year[:4]} to March {int(year[:4]) + 1}"


def scope_of(query: QueryDict, prepared: Prepared) -> Scope:
    """What somebody asks for; what is not there is read as all."""
    scopes = set(prepared.figures.values_list("route", "anchor", "year"))
    route = query.get("route", Route.PUBLISHED)
    routes = {known for known, _, _ in scopes}
    if route not in routes:
        route = Route.PUBLISHED if Route.PUBLISHED in routes else Route.LEDGER
    anchor, year = query.get("anchor", ""), query.get("year", "")
    if (route, anchor, "") not in scopes:
        anchor = ""
    if (route, anchor, year) not in scopes:
        year = ""
    place = query.get("place", "office")
    return Scope(str(route), anchor, year, place if place in PLACES else "office")


def anchor_names() -> dict[str, str]:
    return dict(Anchor.objects.values_list("partner__code", "partner__name"))


def figures(prepared: Prepared, scope: Scope) -> dict[str, Any] | None:
    """All measures of a scope; None where there is no payment in it."""
    scoped = prepared.figures.filter(
        route=scope.route, anchor=scope.anchor, year=scope.year
    ).first()
    content: dict[str, Any] | None = scoped.content if scoped else None
    return content


def all_scopes(prepared: Prepared, scope: Scope) -> list[tuple[str, dict[str, Any]]]:
    """Each anchor's figures in a scope: (its code, figures)."""
    figures = (
        Figures.objects.filter(prepared=prepared, route=scope.route, year=scope.year)
        .exclude(anchor="")
        .order_by("anchor")
    )
    return [(scoped.anchor, scoped.content) for scoped in figures]


def whole_of(scope: Scope) -> Scope:
    return replace(scope, anchor="")

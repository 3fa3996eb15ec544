"""The directory of services, as it can be looked for on the whole site."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from commonweal.places.searching import Match, Matches, SearchKind, first_of, holding, register
from commonweal.services.models import Service


def services(terms: Sequence[str]) -> Matches:
    """What goes on and may be shown; no place of a service is looked at, as some must not be
    known."""
    rows = holding(
        Service.objects.shown().going_on().select_related("organisation").order_by("name", "pk"),
        terms,
        "name",
        "description",
        "organisation__name",
        "help_types__name",
    )
    return first_of(
        rows,
        lambda service: Match(service.name, service.get_absolute_url(), service.organisation.name),
    )


register(SearchKind("services", "Services", "help", services, lambda: reverse("services")))

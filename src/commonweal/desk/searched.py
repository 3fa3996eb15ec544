"""The directory of services, as it can be looked for on the whole site."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.urls import reverse

from commonweal.places.search_words import Findable, Match
from commonweal.places.searching import Reading, SearchKind, register
from commonweal.services.models import Service


def services(_: Any) -> Reading:
    """What goes on and may be shown; no place of a service is looked at, as some must not be
    known. A service that is called as its organisation says its name once."""
    helps: dict[int, list[str]] = defaultdict(list)
    links = Service.objects.filter(help_types__isnull=False)
    for service, help_type in links.values_list("pk", "help_types__name"):
        helps[service].append(help_type)
    rows = Service.objects.shown().going_on().select_related("organisation")
    return Reading(
        Findable(
            service.pk,
            (
                service.name,
                service.description,
                service.organisation.name,
                *helps.get(service.pk, ()),
            ),
            Match(service.name, service.get_absolute_url(), service.offered_by),
            (service.name.casefold(), service.pk),
        )
        for service in rows
    )


register(SearchKind("services", "Services", "help", services, lambda: reverse("services")))

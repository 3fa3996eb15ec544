"""What of the register can be looked for on the whole site: partners, pledges, themes."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from commonweal.charter.models import Theme
from commonweal.partners.models import Partner
from commonweal.places import rooms
from commonweal.places.searching import Match, Matches, SearchKind, first_of, holding, register

from .models import Pledge


def partners(terms: Sequence[str]) -> Matches:
    rows = holding(Partner.objects.public().order_by("name", "pk"), terms, "name")
    return first_of(
        rows,
        lambda partner: Match(
            partner.name, partner.get_absolute_url(), partner.get_sector_display()
        ),
    )


def pledges(terms: Sequence[str]) -> Matches:
    """Those that are due next stand first among pledges of the same words."""
    rows = holding(
        Pledge.objects.public().select_related("partner").order_by("due_on", "pk"),
        terms,
        "statement",
        "partner__name",
        "code",
    )
    return first_of(
        rows,
        lambda pledge: Match(pledge.statement, pledge.get_absolute_url(), pledge.partner.name),
    )


def themes(terms: Sequence[str]) -> Matches:
    rows = holding(Theme.objects.all(), terms, "name")
    return first_of(rows, lambda theme: Match(theme.name, theme.get_absolute_url()))


register(SearchKind("partners", "Partners", rooms.ALWAYS, partners, lambda: reverse("partners")))
register(SearchKind("pledges", "Pledges", rooms.ALWAYS, pledges, lambda: reverse("register")))
register(SearchKind("themes", "Themes", rooms.ALWAYS, themes))

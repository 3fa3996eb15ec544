"""What can be chosen of the register, in words, and the address without each that was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from commonweal.charter.models import Theme
from commonweal.partners.models import Partner, Sector
from commonweal.places.models import Area

from . import standing as st
from .models import Measure
from .reads import SORTS, SOURCES, Filters

STANDINGS_TO_CHOOSE = [
    *((part, label) for part, (label, _) in st.STORIES.items()),
    ("open", "All that are open"),
    ("verified", "All that were checked"),
    *((standing, st.WORDS[standing]) for standing in st.ORDER),
]
OF_ROWS: dict[str, Any] = {"theme": Theme, "area": Area, "measure": Measure, "partner": Partner}
OF_LISTS: dict[str, dict[str, str]] = {
    "sector": dict(Sector.choices),
    "standing": dict(STANDINGS_TO_CHOOSE),
    "unanswered": {"yes": "waiting for an answer"},
    "source": SOURCES,
    "sort": {key: label for key, (label, _) in SORTS.items()},
}
LABELS = {
    "q": "Words",
    "standing": "Standing",
    "theme": "Theme",
    "sector": "Sector",
    "area": "Area",
    "measure": "Measure",
    "partner": "Partner",
    "unanswered": "Questions",
    "source": "Whose",
    "sort": "Order",
}


@dataclass(frozen=True)
class ChosenFilter:
    """One thing that was chosen, and the register's address without it."""

    label: str
    words: str
    without: str


def chosen_filters(filters: Filters) -> Iterator[ChosenFilter]:
    """What was chosen, as the bar names it; a partner and the questions too, which no field of the
    bar shows."""
    chosen = filters.as_query()
    for name, label in LABELS.items():
        if code := chosen.get(name):
            others = {key: text for key, text in chosen.items() if key != name}
            query = f"?{urlencode(others)}" if others else ""
            yield ChosenFilter(label, _words(name, code), reverse("register") + query)


def _words(name: str, code: str) -> str:
    if name in OF_ROWS:
        return str(OF_ROWS[name].objects.get(code=code))
    return str(OF_LISTS[name][code]) if name in OF_LISTS else code

"""What the register knows of a partner that the panel proposes for a tier."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from commonweal.charter.facts import KnownFact
from commonweal.design.words import many
from commonweal.partners.models import Partner, months_later

from . import ledger
from . import standing as st

# Results of so many months back are counted: as long as a tier lasts unless the town says else.
MONTHS = 24


def facts_of(partner: Partner, on: date) -> list[KnownFact]:
    """Promises, verified results, their themes, and what is late, as the ledger has them today."""
    ledger.refresh_standings(on=on)
    pledges = partner.pledges.to_the_town()
    since = months_later(on, -MONTHS)
    verified = pledges.filter(verified_on__gte=since).exclude(verified=0)
    themes = sorted(set(verified.values_list("theme__name", flat=True)))
    late = pledges.filter(Q(standing=st.Standing.OVERDUE) | Q(standing=st.Standing.LAPSED))
    waiting = pledges.filter(standing=st.Standing.CLAIMED)
    page = partner.get_absolute_url()
    return [
        KnownFact("pledges_least", "Promises in the register", *_counted(pledges.count()), page),
        KnownFact(
            "verified_least",
            f"Promises with a result verified since {since:%-d %B %Y}",
            *_counted(verified.count()),
            page,
        ),
        KnownFact(
            "themes_least", "Under the themes", len(themes), ", ".join(themes) or "none", page
        ),
        KnownFact("", "Claimed, not checked yet", *_counted(waiting.count()), page),
        KnownFact("late_most", "Overdue or lapsed", *_counted(late.count()), page),
    ]


def _counted(count: int) -> tuple[int, str]:
    return count, many(count, "pledge")

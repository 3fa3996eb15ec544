"""Words that were let out of something about a person, though they look like somebody's."""

from __future__ import annotations

from django.db.models import Q

from .. import keys
from ..belongings import CODE, Belonging, belongs, registered
from ..models import Excused, Resident
from .people import FREE, STAFF


def _theirs(residents: list[Resident]) -> Q:
    """What was let out in a task or referral of theirs; elsewhere, what is their whole name."""
    theirs = [kind for kind in registered() if kind.outlet]
    leads = Q()
    for kind in theirs:
        leads |= Q(outlet=kind.outlet, code__in=kind.of(residents).order_by().values("code"))
    names = _names_of(residents)
    if not names:
        return leads
    elsewhere = Excused.objects.exclude(outlet__in=[kind.outlet for kind in theirs])
    named = [row.pk for row in elsewhere if names & set(map(keys.squash, row.words.splitlines()))]
    return leads | Q(pk__in=named)


def _names_of(residents: list[Resident]) -> set[str]:
    """Their names of two words or more, as names are compared."""
    return {
        keys.squash(name)
        for resident in residents
        for name in (resident.full_name, *resident.also_known_as.splitlines())
        if len(name.split()) > 1
    }


belongs(
    Belonging(
        Excused,
        by=(),
        found_by=_theirs,
        title="Words that were let out",
        words=("words", "because"),
        plain={"outlet": CODE, "code": CODE},
        remains="that words were let out of which text, when and by whom",
        gives=(
            ("outlet", "Out of what"),
            ("code", "Reference"),
            ("words", "Which words"),
            ("because", "Whose they are, as it was said"),
            ("by.name", "By"),
        ),
        at="at",
        thirds={"words": "they may name others", "because": FREE, "by.name": STAFF},
    )
)

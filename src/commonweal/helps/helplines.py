"""Whom to ring when somebody is not safe at home: by nation, free and at any hour where it says so.

Numbers as published by the services themselves in 2026; look at them once a year.
"""

from __future__ import annotations

from dataclasses import dataclass

from commonweal.places.models import the_town

from . import triage
from .models import HelpType


@dataclass(frozen=True)
class Line:
    """A service that one rings: its name, its number, when it answers."""

    name: str
    number: str
    hours: str = "free, day and night"

    @property
    def tel(self) -> str:
        return self.number.replace(" ", "")


ENGLAND = Line("National Domestic Abuse Helpline", "0808 2000 247")
BY_NATION = {
    "E": ENGLAND,
    "W": Line("Live Fear Free helpline", "0808 80 10 800"),
    "S": Line("Scotland's Domestic Abuse and Forced Marriage Helpline", "0800 027 1234"),
    "N": Line("Domestic and Sexual Abuse Helpline", "0808 802 1414"),
}


def national_line() -> Line:
    """The helpline of the nation in which the town lies; England's where that is not known."""
    return BY_NATION.get(the_town().ons_code[:1], ENGLAND)


def is_danger(needs: list[str], signs: list[str]) -> bool:
    """Whether what was ticked so far says that somebody may not be safe."""
    if "danger" in signs:
        return True
    return HelpType.objects.filter(code__in=needs, weight__gte=triage.DANGER).exists()


def in_words() -> str:
    """One sentence, for beside a tick."""
    line = national_line()
    return f"In danger now? Ring 999. {line.name}: {line.number}, {line.hours}."

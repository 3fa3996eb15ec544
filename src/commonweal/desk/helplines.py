"""Which national helpline stands beside *not safe at home*, and when it is shown. The numbers
themselves stand in `commonweal.places.helplines`."""

from __future__ import annotations

from commonweal.cases import triage
from commonweal.places import helplines as numbers
from commonweal.places.helplines import Line, abuse_line
from commonweal.places.models import the_town
from commonweal.services.models import HelpType

__all__ = ["Line", "in_words", "is_danger", "lines_for", "national_line"]


def national_line() -> Line:
    """The helpline of the nation in which the town lies; England's where that is not known."""
    return abuse_line(the_town().ons_code)


def lines_for(kind: HelpType) -> list[Line]:
    """Whom anybody can ring about a kind of help, in the nation in which the town lies."""
    return numbers.lines_for(kind.code, kind.name, the_town().ons_code)


def is_danger(needs: list[str], signs: list[str]) -> bool:
    """Whether what was ticked so far says that somebody may not be safe."""
    if "danger" in signs:
        return True
    return HelpType.objects.filter(code__in=needs, weight__gte=triage.DANGER).exists()


def in_words() -> str:
    """One sentence, for beside a tick."""
    line = national_line()
    return f"In danger now? Ring 999. {line.name}: {line.number}, {line.hours}."

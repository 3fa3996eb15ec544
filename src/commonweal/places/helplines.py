"""National helplines: every number that the product gives by itself stands here and nowhere else.

As published by the services themselves in 2026; look at them once a year. A town shows its own
list (``[[helplines]]`` in its file) instead of the first ones.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A service that one rings: its name, its number, when it answers."""

    name: str
    number: str
    hours: str = "free, day and night"

    @property
    def tel(self) -> str:
        return self.number.replace(" ", "")

    @property
    def in_words(self) -> str:
        return f"{self.name}, {self.hours}: {self.number}"


ENGLAND = Line("National Domestic Abuse Helpline", "0808 2000 247")
# Whom to ring when somebody is not safe at home, by the first letter of a place's ONS code.
ABUSE = {
    "E": ENGLAND,
    "W": Line("Live Fear Free helpline", "0808 80 10 800"),
    "S": Line("Scotland's Domestic Abuse and Forced Marriage Helpline", "0800 027 1234"),
    "N": Line("Domestic and Sexual Abuse Helpline", "0808 802 1414"),
}


def abuse_line(ons_code: str) -> Line:
    """The line of the nation in which a place lies; England's where that is not known."""
    return ABUSE.get(ons_code[:1], ENGLAND)


# What a town's page of closed help shows until the town sets its own list.
FIRST: tuple[dict[str, str], ...] = (
    {
        "name": "In danger now",
        "number": "999",
        "words": "Police, ambulance, fire. If you can't speak, press 55 after dialling.",
    },
    {"name": "NHS", "number": "111", "words": "Ill and not sure what to do, day and night."},
    {"name": "Samaritans", "number": "116 123", "words": "Somebody to talk to, day and night."},
    {
        "name": ENGLAND.name,
        "number": ENGLAND.number,
        "words": "Hurt or frightened by somebody at home, day and night.",
    },
    {
        "name": "Citizens Advice",
        "number": "0800 144 8848",
        "words": "Money, debts, housing, benefits; Monday to Friday.",
    },
    {"name": "Childline", "number": "0800 1111", "words": "For anybody under 19, day and night."},
)

"""National helplines: every number that the product gives by itself stands in ``helplines.toml``
and nowhere else. A town shows its own list (``[[helplines]]`` in its file) instead of the first
ones; those of a need are shown whatever it has.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

NATIONS = "EWSN"


@dataclass(frozen=True)
class Line:
    """A service that one rings: its name, its number, when it answers, for what and where."""

    name: str
    number: str
    hours: str = "free, day and night"
    about: str = ""
    needs: tuple[str, ...] = ()
    nations: str = NATIONS

    @property
    def tel(self) -> str:
        return self.number.replace(" ", "")

    @property
    def in_words(self) -> str:
        return f"{self.name}, {self.hours}: {self.number}"

    def is_for(self, kind: str) -> bool:
        """Whether it stands for a kind of help, by its code and name in small letters."""
        return any(need in kind for need in self.needs)


def _read() -> tuple[Line, ...]:
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return tuple(
        Line(
            row["name"],
            row["number"],
            row["hours"],
            row["words"],
            tuple(row["needs"]),
            "".join(row.get("nations", NATIONS)),
        )
        for row in tomllib.loads(text)["line"]
    )


LINES = _read()
BY_NAME = {line.name: line for line in LINES}
# Whom to ring when somebody is not safe at home, by the first letter of a place's ONS code.
ABUSE = {nation: line for line in LINES if "abuse" in line.needs for nation in line.nations}
ENGLAND = ABUSE["E"]


def nation_of(ons_code: str) -> str:
    """In which nation a place lies; England where that is not known."""
    return ons_code[:1] if ons_code[:1] in ABUSE else "E"


def abuse_line(ons_code: str) -> Line:
    """The line of the nation in which a place lies; England's where that is not known."""
    return ABUSE[nation_of(ons_code)]


def lines_for(code: str, name: str, ons_code: str) -> list[Line]:
    """Whom to ring about a kind of help, in the nation in which a place lies; where none stands
    for it, whoever listens to anybody. There is always one.

    Examples
    --------
    >>> [line.name for line in lines_for("debt", "Debts", "W06000001")]
    ['Advicelink Cymru (Citizens Advice)', 'StepChange', 'National Debtline']
    >>> [line.name for line in lines_for("pets", "Somewhere for a dog", "")]
    ['Samaritans', 'Citizens Advice']
    """
    nation, kind = nation_of(ons_code), f"{code} {name}".casefold()
    answering = [line for line in LINES if nation in line.nations]
    return [line for line in answering if line.is_for(kind)] or [
        line for line in answering if line.is_for("else")
    ]


def _of_town(name: str, sentence: str = "") -> dict[str, str]:
    line = BY_NAME[name]
    when = line.hours.removeprefix("free, ")
    return {"name": name, "number": line.number, "words": sentence or f"{line.about[:-1]}, {when}."}


# What a town's page of closed help shows until the town sets its own list.
FIRST: tuple[dict[str, str], ...] = (
    {
        "name": "In danger now",
        "number": "999",
        "words": "Police, ambulance, fire. If you can't speak, press 55 after dialling.",
    },
    _of_town("NHS"),
    _of_town("Samaritans"),
    _of_town(ENGLAND.name),
    _of_town("Citizens Advice", "Money, debts, housing, benefits; Monday to Friday."),
    _of_town("Childline"),
)

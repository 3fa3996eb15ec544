"""A clue, and the ways to read it."""

from __future__ import annotations

from dataclasses import dataclass, field

Facts = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Reading:
    """One way to read a clue. Somebody is found who has a key of each of ``all_of``."""

    meaning: str
    all_of: tuple[Facts, ...]
    # Only a part of the clue fits: taken where nothing better is there.
    is_weak: bool = False


@dataclass
class Clue:
    """One thing that was typed, with its readings from strict to loose."""

    typed: str
    readings: list[Reading] = field(default_factory=list)

    def read(self, meaning: str, *all_of: set[tuple[str, str]], weak: bool = False) -> None:
        """Read it one way more, unless its facts were read as something before."""
        sets = tuple(frozenset(f for f in facts if f[1]) for facts in all_of)
        if all(sets) and all(reading.all_of != sets for reading in self.readings):
            self.readings.append(Reading(meaning, sets, weak))

    def without_weak(self) -> Clue:
        return Clue(self.typed, [reading for reading in self.readings if not reading.is_weak])

"""What people have corrected about a publisher's layout, remembered for its next file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from localwealth.errors import UnreadableFile
from localwealth.sources.columns import ColumnMapping, plain


def fingerprint(header: Sequence[str]) -> str:
    """Headings by which a layout is known again, however they are spaced or capitalised."""
    return "|".join(plain(head) for head in header).rstrip("|")


class Layouts:
    """Corrections by publisher and by the headings that they were made for.

    A publisher that changes its layout is guessed at afresh, and the old one is kept.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        try:
            self.known = _read(place.read_text("utf-8")) if place.exists() else {}
        except (OSError, ValueError):
            raise UnreadableFile(f"The remembered layouts in {place.name} can't be read.") from None

    def find(self, publisher: str, header: Sequence[str]) -> dict[str, str]:
        """What was corrected before, role to heading (:func:`localwealth.sources.payments.read`,
        ``columns_said``); empty for a publisher, or for headings, that nobody has corrected."""
        return self.known.get(publisher.casefold(), {}).get(fingerprint(header), {})

    def keep(self, publisher: str, mapping: ColumnMapping, corrections: dict[str, str]) -> None:
        """Remember what was said of a publisher's layout, as whole as it now stands."""
        by_heading = self.known.setdefault(publisher.casefold(), {})
        before = by_heading.get(fingerprint(mapping.header), {})
        by_heading[fingerprint(mapping.header)] = {**before, **corrections}
        self.place.parent.mkdir(parents=True, exist_ok=True)
        draft = self.place.with_suffix(".part")
        draft.write_text(json.dumps(self.known, indent=1, sort_keys=True), "utf-8")
        draft.replace(self.place)


def _read(text: str) -> dict[str, dict[str, dict[str, str]]]:
    """Corrections by publisher and by headings, refused where a file says something else."""
    known: dict[str, dict[str, dict[str, str]]] = json.loads(text)
    level: list[Any] = [known]
    for _ in range(3):
        if not all(isinstance(part, dict) for part in level):
            raise ValueError("no layouts")
        level = [below for part in level for below in part.values()]
    if not all(isinstance(heading, str) for heading in level):
        raise ValueError("no headings that a person chose")
    return known

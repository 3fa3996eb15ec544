"""Where words may speak of somebody else: marks for whoever reviews them. Pure functions.

A mark is a hint, not a decision: names that are known here, forms of address, relatives,
telephones and e-mails that are not the person's own, and two capitals that may be a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from . import keys

NAME = r"[A-ZÀ-Þ][\w'’-]+"
RELATIVES = (
    "husband|wife|partner|ex-partner|ex-husband|ex-wife|boyfriend|girlfriend|son|daughter|child|"
    "baby|mother|mum|father|dad|brother|sister|grandson|granddaughter|grandmother|grandfather|nan|"
    "aunt|uncle|cousin|nephew|niece|neighbour|friend|landlord|landlady|lodger|carer|doctor|GP|"
    "nurse|teacher|social worker|manager|flatmate"
)
PATTERNS = (
    (
        re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sr|Nurse|PC|Rev|Cllr)\.?\s+{NAME}(?:\s+{NAME})?"),
        "a form of address",
    ),
    (
        re.compile(rf"\b(?i:her|his|their|my|our|your|the)\s+(?i:{RELATIVES})\b(?:\s+{NAME})?"),
        "somebody near to them",
    ),
    (re.compile(r"\S+@\S+\.\w+"), "an e-mail address"),
    (re.compile(r"\+?\d[\d ]{8,}\d"), "a telephone"),
    (re.compile(rf"\b{NAME}\s+{NAME}"), "perhaps a name"),
)


@dataclass(frozen=True)
class Piece:
    """Part of some words; ``why`` it may speak of somebody else, or ""."""

    text: str
    why: str = ""


def _own(passage: str, personal: set[str]) -> bool:
    """Whether everything in a passage is the person's own name, place or number."""
    if number := keys.phone(passage):
        return number in personal
    return all(part in personal for part in keys.squash(passage).split())


def own_words(texts: Iterable[str]) -> set[str]:
    """What may stand in words without speaking of anybody else."""
    texts = list(texts)
    personal = {part for text in texts for part in keys.squash(text).split()}
    return personal | {keys.phone(line) for text in texts for line in text.splitlines()} - {""}


def _marks(text: str, known: Iterable[str], personal: set[str]) -> Iterator[tuple[int, int, str]]:
    for name in known:
        if len(name) > 2:
            for hit in re.finditer(rf"\b{re.escape(name)}\b", text, re.IGNORECASE):
                yield hit.start(), hit.end(), "a name known here"
    for pattern, why in PATTERNS:
        for hit in pattern.finditer(text):
            if not _own(hit[0], personal):
                yield hit.start(), hit.end(), why


def pieces(
    text: str, *, known: Iterable[str] = (), personal: set[str] | None = None
) -> list[Piece]:
    """The words in pieces, marked and unmarked, in order; joined they are the words."""
    parts: list[Piece] = []
    at = 0
    marks = sorted(_marks(text, known, personal or set()), key=lambda mark: (mark[0], -mark[1]))
    for start, end, why in marks:
        if start < at:
            # Two marks overlap: they are one, which ends where the last of them does.
            parts[-1] = replace(parts[-1], text=parts[-1].text + text[at:end])
            at = max(at, end)
            continue
        if start > at:
            parts.append(Piece(text[at:start]))
        parts.append(Piece(text[start:end], why))
        at = end
    if at < len(text):
        parts.append(Piece(text[at:]))
    return parts

"""What stands in a file is kept whole or refused, never cut: a name without its end is another."""

from __future__ import annotations

import hashlib


def kept_whole(text: str, most: int, called: str, refuse: type[Exception]) -> str:
    """A text that fits; else ``refuse`` is raised with a sentence for its row.

    ``called``: what it is, as it goes on after "its" (name, postcode).
    """
    if len(text) > most:
        raise refuse(
            f"its {called} has {len(text):,} signs, and {most:,} fit. Shorten it in the file: "
            f"“{text[:40]}…”"
        )
    return text


def key(text: str, most: int) -> str:
    """A key that is compared and never shown: one that is too long ends in a digest, so that two
    that begin alike stay two."""
    if len(text) <= most:
        return text
    return f"{text[: most - 33]}#{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def heading(text: str, most: int) -> str:
    """A heading made of a text that is kept whole elsewhere; where it is shorter it says so."""
    return text if len(text) <= most else f"{text[: most - 1].rsplit(' ', 1)[0]}…"

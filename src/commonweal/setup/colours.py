"""Whether the colours that a town chose can be read: contrast as WCAG 2.2 measures it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import values

# A table of the file: its place, its section as it is written, and its keys.


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colour: str, ground: str) -> float:
    lighter, darker = sorted((luminance(colour), luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def too_faint(look: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each colour that is too faint where it is used, with the sentence that says so."""
    colours = {k: v for k, v in look.items() if isinstance(v, str) and values.COLOUR.fullmatch(v)}
    for name, behind, pairing in (
        ("brand_colour", "#ffffff", "white letters on the brand colour"),
        ("link_colour", "#ffffff", "links on white"),
        ("link_colour", colours.get("tint_colour", "#eef5f2"), "links on the tint"),
    ):
        if name in colours and contrast(colours[name], behind) < 4.5:
            yield (
                name,
                (
                    f"{name} {colours[name]}: {pairing} would be too faint to read (contrast below "
                    "4.5 to 1). Choose a darker colour"
                ),
            )

"""Whether the colours that a town chose can be read: contrast as WCAG 2.2 measures it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import values

# What level AA of WCAG 2.2 asks of letters.
LEAST = 4.5


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


def faint(look: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(name, of what) of each colour that is too faint where it is used."""
    colours = {k: v for k, v in look.items() if isinstance(v, str) and values.COLOUR.fullmatch(v)}
    tint = colours.get("tint_colour", "#eef5f2")
    for name, behind, pairing in (
        ("brand_colour", "#ffffff", "white letters on the brand colour"),
        ("link_colour", "#ffffff", "links on white"),
        ("link_colour", tint, "links on the tint"),
    ):
        if name in colours and contrast(colours[name], behind) < LEAST:
            yield name, pairing


def too_faint(look: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each of them, with the sentence that says so of a town's file."""
    for name, pairing in faint(look):
        yield (
            name,
            (
                f"{name} {look[name]}: {pairing} would be too faint to read (contrast below "
                "4.5 to 1). Choose a darker colour"
            ),
        )


def in_words(pairing: str) -> str:
    """The sentence that says so to whoever chose the colour on a page, in that page's words."""
    pairing = pairing.replace("brand colour", "main colour").replace("the tint", "the pale colour")
    return f"{pairing[0].upper()}{pairing[1:]} would be too faint to read. Choose a darker colour"

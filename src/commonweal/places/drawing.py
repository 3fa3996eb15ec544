"""The picture that stands beside a link to the site, drawn here and kept until the town changes."""

from __future__ import annotations

import io
from functools import lru_cache
from textwrap import wrap

from PIL import Image, ImageDraw, ImageFont

# What those who show such pictures ask for.
WIDTH, HEIGHT, EDGE = 1200, 630, 80
NAME_SIZES = (120, 96, 72, 56)
LINES_MOST = 3
WHITE = "#ffffff"


@lru_cache(maxsize=4)
def card(name: str, service_name: str, colour: str) -> bytes:
    """A PNG in the town's colour with its name, as large as it fits, and what the site is called;
    below both the bar of a promise, as on the site's icon."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), colour)
    pen = ImageDraw.Draw(picture)
    font, lines = _fitting(name)
    pen.multiline_text((EDGE, EDGE), "\n".join(lines), fill=WHITE, font=font, spacing=16)
    pen.text((EDGE, HEIGHT - 230), _cut(service_name), fill=WHITE, font=ImageFont.load_default(48))
    bar = (EDGE, HEIGHT - 130, WIDTH - EDGE, HEIGHT - EDGE)
    pen.rectangle(bar, outline=WHITE, width=6)
    pen.rectangle((*bar[:2], WIDTH // 2, bar[3]), fill=WHITE)
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


def _fitting(name: str) -> tuple[ImageFont.ImageFont | ImageFont.FreeTypeFont, list[str]]:
    """The largest letters in which a name fits, and its lines; the smallest cut it."""
    for size in NAME_SIZES:
        font = ImageFont.load_default(size)
        lines = wrap(name, int((WIDTH - 2 * EDGE) / (size * 0.58)))
        if len(lines) * (size + 16) <= HEIGHT - 230 - EDGE and len(lines) <= LINES_MOST:
            break
    return font, lines[:LINES_MOST]


def _cut(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"

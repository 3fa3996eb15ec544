"""What the typefaces of a printed statement can show.

PDF/UA asks that every sign of a text is one that its typefaces have; the compiler refuses a
document with any other. Names and reasons are typed by anybody, and books once closed stay as
they are: so what can't be printed stands as a box there. The page, Word and the data have it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from commonweal.design.signs import for_xml

FONTS = Path(__file__).resolve().parents[1] / "design" / "static" / "vendor" / "fonts"
STAND_IN = "\u25a1"
# A word with a sign that is not certain to be in the typefaces; the letters of Europe's west, and
# the marks that a word processor makes of plain ones, are.
_UNCERTAIN = re.compile(r"\S*[^\s\x20-\x7e\xa0-\u024f\u2010-\u2027\u20ac]\S*")
_SOURCE = (
    b'#set document(title: "x")\n#set text(font: "Atkinson Hyperlegible", lang: "en")\n'
    b"#sys.inputs.word"
)


@cache
def compiler() -> Any:
    """Loaded late: it is 34 MB, and most processes never print."""
    import typst

    return typst


def printable(content: Any) -> Any:
    """Every text in lists and dicts with a box for each sign that can't be printed."""
    if isinstance(content, str):
        return _UNCERTAIN.sub(lambda match: _word(match[0]), for_xml(content))
    if isinstance(content, dict):
        return {name: printable(part) for name, part in content.items()}
    if isinstance(content, list | tuple):
        return type(content)(printable(part) for part in content)
    return content


@lru_cache(4096)
def _word(word: str) -> str:
    if _is_shown(word):
        return word
    boxed = "".join(sign if sign.isascii() or _is_shown(sign) else STAND_IN for sign in word)
    if _is_shown(boxed):
        return boxed
    # Signs that can be shown alone, and not as the one that they make together.
    return "".join(sign if sign.isascii() else STAND_IN for sign in word)


@lru_cache(4096)
def _is_shown(text: str) -> bool:
    """Whether the compiler takes a text: asked of itself, in some thousandths of a second."""
    typst = compiler()
    try:
        typst.compile(
            _SOURCE,
            format="pdf",
            pdf_standards=["ua-1"],
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            # Not first: a mark of the order of bytes is taken there and nowhere else.
            sys_inputs={"word": f"a{text}"},
        )
    except typst.TypstError:
        return False
    return True

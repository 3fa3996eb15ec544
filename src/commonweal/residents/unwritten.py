"""What is written into no note, text, e-mail or letter: the codes that are money for whoever reads
them. Each room that keeps such codes says which ones a resident has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from commonweal.office.errors import Refused

from .models import Resident

# Each room adds its function when it is loaded: resident → codes that stand in no words of theirs.
CODES: list[Callable[[Resident], Iterable[str]]] = []
HOLDS_A_CODE = (
    "A code of one of their grants stands in what you wrote. Take it out: it is money for whoever "
    "reads it, and stands on the page of the grant alone."
)
# A shorter one could stand inside another number by chance: it is looked for as a whole.
SHORT = 6


def refuse_codes(resident: Resident, *texts: object) -> None:
    """Refuse words that hold a code of this resident, in any case and however it is parted.

    Raises
    ------
    Refused
        One of the ``texts`` holds one. The sentence does not repeat it.
    """
    written = [_plain(str(text)) for text in texts if text]
    if not written:
        return
    for room in CODES:
        for code in room(resident):
            pattern = _pattern(code)
            if pattern and any(pattern.search(text) for text in written):
                raise Refused(HOLDS_A_CODE)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _pattern(code: str) -> re.Pattern[str] | None:
    """A code with anything between its signs that is neither letter nor figure."""
    signs = [re.escape(sign) for sign in _plain(code) if sign.isalnum()]
    if not signs:
        return None
    spelt = r"[\W_]*".join(signs)
    return re.compile(spelt if len(signs) >= SHORT else rf"(?<![^\W_]){spelt}(?![^\W_])")

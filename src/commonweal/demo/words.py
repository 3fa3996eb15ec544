"""What the fictional town is made of: names and sentences, from words.toml."""

from __future__ import annotations

from dataclasses import dataclass

from . import tables


@dataclass(frozen=True)
class Promise:
    """What partners promise of one measure: lowest and highest target and baseline, and for whom.

    ``sentence`` has places for {target} and {baseline}.
    """

    target: tuple[int, int]
    baseline: tuple[int, int]
    sentence: str
    who: str


_WORDS = tables.read("words")
FIRST: list[str] = _WORDS["first"]
LAST: list[str] = _WORDS["last"]
# How the postcodes of residents end, and all of them: the lookup knows where each is.
HOME_LETTERS = ("ABDEF", "GHJLN")
HOME_POSTCODES = [
    "BF11AA",
    *(
        f"BF{district}{sector}{first}{last}"
        for district in range(1, 5)
        for sector in range(1, 10)
        for first in HOME_LETTERS[0]
        for last in HOME_LETTERS[1]
    ),
]
PLACES: list[str] = _WORDS["places"]
# By sector: what follows the place's name, kind, sizes it may have.
ORGANISATIONS: dict[str, list[tuple[str, str, str]]] = _WORDS["organisations"]
# By size: what those are called who sign.
TITLES: dict[str, list[str]] = _WORDS["titles"]
PROMISES: dict[str, Promise] = {
    measure: Promise(**promise) for measure, promise in _WORDS["promises"].items()
}
CLAIM_WORDS: list[str] = _WORDS["claim_words"]
REVIEW_WORDS: dict[str, str] = _WORDS["review_words"]
REPLIES = {
    True: "We agree; we counted from the wrong day and have mended our sheet.",
    False: "We do not agree. The second sheet of the file holds the rest; please look again.",
}
QUESTIONS: list[str] = _WORDS["questions"]
ANSWERS: list[str] = _WORDS["answers"]
CHANGES: list[str] = _WORDS["changes"]
WITHDRAWALS: list[str] = _WORDS["withdrawals"]

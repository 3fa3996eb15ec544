"""What a line of a long table counts, where its own words say it by halves."""

from __future__ import annotations

import re
from collections.abc import Sequence

from localwealth.sources.statistics.measures import BY_CODE, RATE_OF, plain

COUNT_OF = {share: count for count, share in RATE_OF.items()}
_COUNTED = re.compile(r"\bnumber of\b")
_THOUSANDS = re.compile(r"\b(000s?|thousands?)\b")


def is_share(texts: Sequence[str]) -> bool:
    """Whether words say that a figure is a share."""
    return any(re.search(r"percent|proportion|\brate\b|%", text.casefold()) for text in texts)


def in_thousands(texts: Sequence[str]) -> bool:
    """Whether words say that a figure is in thousands.

    >>> in_thousands(["number_of_jobs_000s"]), in_thousands(["Persons", "percent"])
    (True, False)
    """
    return any(_THOUSANDS.search(plain(text)) for text in texts)


def as_told(measure: str, texts: Sequence[str]) -> str:
    """The measure of a line that somebody told, or its other half where the line's words say so: a
    share beside a count, a count beside a share.

    Raises
    ------
    ValueError
        The line has a share and the measure has none beside it, or the other way round.

    Examples
    --------
    >>> as_told("claimants", ["percent"]), as_told("claimants", [""])
    ('claimant-rate', 'claimants')
    """
    known = BY_CODE[measure]
    said = next(filter(None, texts), "")
    if is_share(texts) and known.unit != "percent":
        other = RATE_OF.get(measure, "")
    elif any(_COUNTED.search(plain(text)) for text in texts) and not known.counts:
        other = COUNT_OF.get(measure, "")
    else:
        return measure
    if not other:
        raise ValueError(f"it is {said!r}, and {known.title!r} is in {known.unit}")
    return other


def of_whom(measure: str, age: str, heading: str) -> str:
    """The measure of a share by whom it is a share of: of all from 16 on where the line is about
    them and the heading says nothing else.

    >>> of_whom("claimant-rate", "Aged 16+", "Claimants percentage")
    'claimant-rate-16-over'
    """
    is_of_all = re.fullmatch(r"(aged )?16 ?(\+|and over)", age.casefold()) and "64" not in heading
    return "claimant-rate-16-over" if measure == "claimant-rate" and is_of_all else measure

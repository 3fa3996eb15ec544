"""How alike two short texts are: by the stems of their telling words, whatever their order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

# What texts of any two proposals have in common.
_COMMON = set(
    re.findall(
        r"\w+",
        """
    a about all also an and any are as at be been but by can could do for from get have help here
    how i if in into is it its just like made make more most much need needs new no not of on one
    or our out people please put should so some than that the their them there they this to too
    town up us use very want we were what when where which who why will with would you your
    """,
    )
)
# Longest first: the first that leaves at least three letters is taken off.
_ENDS = (
    "ations",
    "ation",
    "ements",
    "ement",
    "ments",
    "ment",
    "ingly",
    "iness",
    "ness",
    "ities",
    "ists",
    "ings",
    "ing",
    "ies",
    "ied",
    "ier",
    "ist",
    "ity",
    "ers",
    "ety",
    "est",
    "ed",
    "er",
    "es",
    "ly",
    "ty",
    "s",
    "y",
)
_DOUBLED = re.compile(r"([bdfgmnprt])\1$")


def stem(word: str) -> str:
    """A word without what is put at its end: *planting*, *planted* and *plants* are one.

    It is cut rather than looked up, so that some stems are no words.

    >>> [stem(word) for word in ("planting", "planted", "plants", "stopped", "safety", "safer")]
    ['plant', 'plant', 'plant', 'stop', 'saf', 'saf']
    """
    for end in _ENDS:
        left = word.removesuffix(end)
        if left != word and len(left) >= 3 and not word.endswith("ss"):
            word = _DOUBLED.sub(r"\1", left)
            break
    return word.removesuffix("e") if len(word) > 3 else word


def stems(text: str) -> list[str]:
    """The stems of the telling words of a text, in their order, each once.

    >>> stems("More benches, please, in the market square!")
    ['bench', 'market', 'squar']
    """
    unstemmed = re.findall(r"[^\W\d_]+", text.casefold().replace("’", "'").replace("'s", ""))
    telling = [stem(word) for word in unstemmed if word not in _COMMON and len(word) > 2]
    return list(dict.fromkeys(telling))


def likeness(texts: Sequence[str], of: str) -> list[float]:
    """From 0 to 1, how alike each text is to one: a hint for a person, who decides.

    Both the words that two texts share and the whole of them count, a half each.

    Parameters
    ----------
    texts
        Each with its title first.
    of
        The text that the others are compared with.

    Returns
    -------
    list[float]
        A number for each of ``texts``, in their order; 0 where a text has no telling word.
    """
    query = " ".join(sorted(stems(of)))
    others = [" ".join(sorted(stems(text))) for text in texts]
    if not query or not others:
        return [0.0] * len(others)
    shared, overall = (
        process.cdist([query], others, scorer=scorer)[0]
        for scorer in (fuzz.token_set_ratio, fuzz.token_sort_ratio)
    )
    return [
        float(in_part + in_whole) / 200 if text_stems else 0.0
        for in_part, in_whole, text_stems in zip(shared, overall, others, strict=True)
    ]

"""Names in the one form in which they are compared where files are brought in."""

from __future__ import annotations

import unicodedata

# Signs that keyboards and programs put for one another, and those that nobody sees.
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ`´′‛ʹ＇", "'"),
        **dict.fromkeys("‐‑‒–—−﹣－", "-"),
        **dict.fromkeys("“”„″", '"'),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", None),
    }
)
# Forms of law in several words, then in one: a Welsh company is of the same form as another.
_LONG = (
    ("public limited company", "plc"),
    ("cwmni cyfyngedig cyhoeddus", "plc"),
    ("limited liability partnership", "llp"),
    ("community interest company", "cic"),
    ("cwmni buddiannau cymunedol", "cic"),
    ("charitable incorporated organisation", "cio"),
)
_LONG_ENDS = tuple(f" {long}" for long, _ in _LONG)
_FORMS = {"limited": "ltd", "cyfyngedig": "ltd", "cyf": "ltd", "ccc": "plc", "cbc": "cic"}
_ENDS = {"ltd", "plc", "llp", "lp", "cic", "cio", "inc", *_FORMS}


def one_form(name: str) -> str:
    """A name in one form: signs (NFKC), apostrophes and dashes of all kinds, case, spaces, ``&`` as
    *and*, *Ltd* as *Limited*, *P.L.C.* as *plc*, *Cyf* as *Limited*.

    Names of one form are one organisation's. Names that are only near each other (without *The*,
    with one letter more) are of two, and somebody is asked.

    >>> one_form("GUM  LTD.") == one_form("Gum Limited"), one_form("O’Neill") == one_form("O'NEILL")
    (True, True)
    >>> one_form("Gum & Co Cyf") == one_form("Gum and Co Ltd"), one_form("Gum") == one_form("Gam")
    (True, False)
    """
    text = _plain(name).replace("&", " and ").replace(",", " ").replace('"', " ")
    joined = " ".join(filter(None, map(_word, text.split())))
    if joined.endswith(_LONG_ENDS):
        for long, short in _LONG:
            joined = joined.removesuffix(long) + short if joined.endswith(f" {long}") else joined
    *before, last = joined.split() or [""]
    return " ".join([*before, _FORMS.get(last, last)])


def _plain(name: str) -> str:
    """A name in its plain signs, in small letters."""
    if name.isascii():
        # Most are: none of it is another sign, or more than one.
        return name.replace("`", "'").lower()
    # Signs first: NFKC takes some accents that stand alone apart.
    plain = unicodedata.normalize("NFKC", name.translate(_SIGNS)).casefold()
    return unicodedata.normalize("NFKC", plain).translate(_SIGNS)


def _word(word: str) -> str:
    """Without the points of an abbreviated form of law, and without one at its end."""
    bare = word.strip("()").replace(".", "")
    return bare if bare in _ENDS else word.rstrip(".")

"""Which passages of a text may speak of somebody else: a table of marks, and that the pieces are
the text. No page and no database."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.residents import thirds
from commonweal.residents.thirds import Piece, own_words, pieces

ADDRESS, NEAR = "a form of address", "somebody near to them"
EMAIL, PHONE = "an e-mail address", "a telephone"
PERHAPS, KNOWN = "perhaps a name", "a name known here"


def marked(text: str, known: list[str] | None = None, *personal: str) -> list[tuple[str, str]]:
    parts = pieces(text, known=known or [], personal=own_words(personal))
    assert "".join(part.text for part in parts) == text
    return [(part.text, part.why) for part in parts if part.why]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("There is nothing left.", []),
        ("", []),
        ("   \n", []),
        ("They spoke to Mr Webb.", [("Mr Webb", ADDRESS)]),
        ("They spoke to Mrs. Webb.", [("Mrs. Webb", ADDRESS)]),
        ("Dr Ada Webb came.", [("Dr Ada Webb", ADDRESS)]),
        ("Cllr Webb and PC Hall", [("Cllr Webb", ADDRESS), ("PC Hall", ADDRESS)]),
        ("the Nurse said", [("the Nurse", NEAR)]),
        ("drive here", []),
        ("Her husband pays.", [("Her husband", NEAR)]),
        ("her husband Yusuf pays", [("her husband Yusuf", NEAR)]),
        ("THEIR LANDLORD", [("THEIR LANDLORD", NEAR)]),
        ("my social worker rang", [("my social worker", NEAR)]),
        ("the ex-partner", [("the ex-partner", NEAR)]),
        ("a husband", []),
        ("the songs", []),
        ("Write to zoe.webb@example.org today", [("zoe.webb@example.org", EMAIL)]),
        ("@example", []),
        ("ring 07700 900123 at noon", [("07700 900123", PHONE)]),
        ("ring +44 7700 900123 at noon", [("+44 7700 900123", PHONE)]),
        ("flat 12, 3 rooms, 450 pounds", []),
        ("Yusuf Webb came", [("Yusuf Webb", PERHAPS)]),
        ("Zoë Ødegård came", [("Zoë Ødegård", PERHAPS)]),
        ("O’Brien Smyth-Jones came", [("O’Brien Smyth-Jones", PERHAPS)]),
        ("yusuf webb came", []),
    ],
)
def test_what_is_marked_and_why(text: str, marks: list[tuple[str, str]]) -> None:
    assert marked(text) == marks


@pytest.mark.parametrize(
    ("text", "known", "marks"),
    [
        ("yusuf came", ["Yusuf"], [("yusuf", KNOWN)]),
        ("YUSUF came, and Yusuf left", ["yusuf"], [("YUSUF", KNOWN), ("Yusuf", KNOWN)]),
        ("Yusufs came", ["Yusuf"], []),
        ("Al came", ["Al"], []),
        ("came", [""], []),
        ("ask a.b. about it", ["a.b"], [("a.b", KNOWN)]),
        ("axb came", ["a.b"], []),
        ("von der Ley rang", ["von der Ley"], [("von der Ley", KNOWN)]),
    ],
)
def test_a_name_that_is_known_is_marked_as_a_word_of_its_own(
    text: str, known: list[str], marks: list[tuple[str, str]]
) -> None:
    assert marked(text, known) == marks


@pytest.mark.parametrize(
    ("text", "personal", "marks"),
    [
        ("Zebedee Quillfeather came", "Zebedee Quillfeather", []),
        ("Mr Quillfeather came", "Zebedee\nQuillfeather", [("Mr Quillfeather", ADDRESS)]),
        ("Zebedee Webb came", "Zebedee Quillfeather", [("Zebedee Webb", PERHAPS)]),
        ("at Mill Lane", "14 Mill Lane", []),
        ("ring 07700 934567", "07700 934567", []),
        ("ring +44 7700 934567", "07700934567", []),
        ("ring 07700 934568", "07700 934567", [("07700 934568", PHONE)]),
        ("zeb@example.org", "zeb@example.org", []),
        ("zoe@example.org", "zeb@example.org", [("zoe@example.org", EMAIL)]),
    ],
)
def test_what_is_their_own_speaks_of_nobody_else(
    text: str, personal: str, marks: list[tuple[str, str]]
) -> None:
    assert marked(text, None, personal) == marks


def test_a_name_that_is_known_is_marked_although_it_is_theirs() -> None:
    """A father and his son of one name: whoever reviews it looks."""
    assert marked("Zebedee came", ["Zebedee"], "Zebedee") == [("Zebedee", KNOWN)]


@pytest.mark.parametrize(
    ("text", "known", "marks"),
    [
        ("Dr Ada Webb", ["Ada"], [("Dr Ada Webb", ADDRESS)]),
        ("Ada Webb", ["Ada", "Ada Webb"], [("Ada Webb", KNOWN)]),
        # A capital at the beginning of a sentence takes nothing from the name behind it.
        ("Ask Mr Webb, now.", [], [("Ask Mr Webb", PERHAPS)]),
        ("her son Ada Webb came", [], [("her son Ada Webb", NEAR)]),
        ("Ask Ada Webb Hall", ["Webb Hall"], [("Ask Ada", PERHAPS), ("Webb Hall", KNOWN)]),
    ],
)
def test_marks_that_overlap_are_one_and_leave_nothing_of_either(
    text: str, known: list[str], marks: list[tuple[str, str]]
) -> None:
    assert marked(text, known) == marks


def test_pieces_stand_in_their_order() -> None:
    assert pieces("They ask Mr Webb, now.") == [
        Piece("They ask "),
        Piece("Mr Webb", ADDRESS),
        Piece(", now."),
    ]
    assert pieces("") == []


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ([], []),
        (["", " "], []),
        (["Zoë O’Brien"], ["brien", "o", "zoe"]),
        (["14 Mill Lane\nBF1 2AG"], ["14", "2ag", "bf1", "lane", "mill"]),
        (["07700 934567"], ["07700", "7700934567", "934567"]),
        (["x", "x"], ["x"]),
    ],
)
def test_words_of_their_own(texts: list[str], words: list[str]) -> None:
    assert sorted(own_words(texts)) == words


PARTS = st.sampled_from(
    [
        "Mr Webb",
        "Yusuf",
        " ",
        ". ",
        "her son",
        "07700 900123",
        "zoe@example.org",
        "\n",
        "bread",
        "Al",
    ]
)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(PARTS, max_size=8), st.lists(st.sampled_from(["Yusuf", "Webb", "bread"]), max_size=2)
)
def test_joined_they_are_the_text_and_no_name_is_left(parts: list[str], known: list[str]) -> None:
    text = "".join(parts)
    cut = pieces(text, known=known)
    assert "".join(piece.text for piece in cut) == text
    assert all(piece.text for piece in cut)
    # Whatever a mark covers is in a marked piece, from its first sign to its last.
    covered = "".join(("x" if piece.why else "-") * len(piece.text) for piece in cut)
    for start, end, _ in thirds._marks(text, known, set()):
        assert covered[start:end] == "x" * (end - start)
    # No two neighbours are both unmarked.
    whys = [bool(piece.why) for piece in cut]
    assert all(one or two for one, two in pairwise(whys))


def test_every_pattern_of_the_table_is_tried_above() -> None:
    assert sorted(why for _, why in thirds.PATTERNS) == sorted(
        [ADDRESS, NEAR, EMAIL, PHONE, PERHAPS]
    )

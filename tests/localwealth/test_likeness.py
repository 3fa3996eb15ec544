"""Proposals that say the same are told from others, whatever the order and form of their words."""

from __future__ import annotations

import pytest

from localwealth.likeness import likeness, stem, stems

SAME = [
    (
        "Plant trees on the High Street. It is hot there in summer and there is no shade.",
        "Trees for the High Street. Planting more trees would give shade.",
    ),
    (
        "A crossing by the school. Children cross the busy road every morning.",
        "Make the road by the primary school safer to cross",
    ),
    (
        "Open the library on Sundays. Families have time then.",
        "Longer opening hours of the library, also on Sunday",
    ),
    (
        "Free parking on Saturdays. Shops would have more customers.",
        "Let people park for free at weekends so that shops get customers",
    ),
]
OTHERS = [
    "A market for local farmers every month",
    "Benches in the market square for older people",
    "Cycle lane on Station Road",
    "Help with heating bills. Many could not pay last winter.",
]
ALIKE = 0.6


@pytest.mark.parametrize(("first", "second"), SAME)
def test_what_says_the_same_is_alike_from_both_sides(first, second):
    assert likeness([second], first)[0] >= ALIKE
    assert likeness([first], second)[0] >= ALIKE


def test_what_is_of_other_things_is_not_alike():
    every = [text for pair in SAME for text in pair] + OTHERS
    for place, text in enumerate(every):
        partner = {place ^ 1} if place < 2 * len(SAME) else set()
        scores = likeness(every, text)
        near = {at for at, score in enumerate(scores) if score >= ALIKE}
        assert near == {place} | partner


def test_nothing_is_like_a_text_without_telling_words():
    assert likeness(["Trees", ""], "") == [0.0, 0.0]
    assert likeness(["", "Trees"], "trees")[0] == 0.0
    assert likeness([], "Trees") == []


def test_the_form_of_a_word_does_not_count():
    assert {stem(word) for word in ("cycle", "cycling", "cyclists")} == {"cycl"}
    assert stems("Buses, buses and a bus") == stems("bus") == ["bus"]
    assert stem("glass") == "glass"

"""Codes on letters: signs that nobody takes for another, and a check sign that shows slips."""

from __future__ import annotations

import random

import pytest

from localwealth.ballots import codes


def test_the_check_sign_is_that_of_the_standard():
    # The known answer of ISO 7064, MOD 37,36.
    assert codes.check_sign("A12425GABC1234002") == "M"


def test_a_code_has_twelve_signs_and_a_check_sign_of_the_thirty():
    drawn = random.Random(7)
    made = [codes.draw(drawn.choice) for _ in range(500)]
    assert len(codes.SIGNS) == 30
    assert {len(code) for code in made} == {13}
    assert not set("".join(made)) & set("0O1ILU")
    assert {codes.read(code.lower()) for code in made} == set(made)


def test_every_slip_of_one_sign_shows():
    code = codes.draw(random.Random(1).choice)
    for place in range(13):
        for sign in codes.SIGNS:
            if sign != code[place]:
                with pytest.raises(codes.Slip):
                    codes.read(code[:place] + sign + code[place + 1 :])


def test_a_code_whose_check_sign_would_be_mistaken_is_never_drawn():
    # Twice the same twelve signs whose check sign is left out, then others.
    left_out = next(
        text
        for text in ("2345" + tail * 8 for tail in codes.SIGNS)
        if codes.check_sign(text) in codes.NEVER
    )
    signs = iter(left_out + "2" * 11 + "3" + "2" * 11 + "4" + "2" * 11 + "5")
    assert not codes.draw(lambda _: next(signs)).startswith(left_out)

"""A question is followed by one sign, whichever it brought. What is joined on all pages of the desk
is looked at with the table of permissions (`joined_words`)."""

from __future__ import annotations

import json

import pytest

from tests.commonweal.joined_words import ASKEW, words_shown

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("sentence", "is_askew"),
    [
        ("Food, .", True),
        ("By: , since May", True),
        ("For how many?: 6", True),
        ("Food ()", True),
        ("Owner: None", True),
        ("Food, and, rent", True),
        ("Food, rent: two (of three).", False),
        ("None of these", False),
        ("And so on: ...", False),
    ],
)
def test_what_is_askew_is_found(sentence, is_askew):
    page = f"<main><p>{sentence}</p><textarea>Food, . None</textarea></main>"
    assert bool(ASKEW.search(words_shown(page))) is is_askew


def test_a_question_is_followed_by_one_sign(asks_for_help, kinds, leah, sign_in):
    kinds["food"].questions = [{"code": "people", "label": "For how many people?"}]
    kinds["food"].save()
    case = asks_for_help(by=leah)
    need = case.needs.get()
    need.answers = json.dumps({"people": "6"})
    need.save()
    page = words_shown(sign_in(leah).get(case.get_absolute_url()).content.decode())
    assert "For how many people: 6" in page

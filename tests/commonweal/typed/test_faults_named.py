"""Whatever is wrong with an answer, its line in the list above the form says of which question."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from django import forms

from commonweal.design.faults import faults_of
from commonweal.design.forms import DateField, Form, MoneyField

from .test_kept_whole import every_form

pytestmark = pytest.mark.django_db
# Too long, no number, below nought, too much, no date, half of one.
WRONG = ("x" * 9000, "abc", "-1", "99999999", "1/2/3/4", "31")


def made(kind: type[Any], data: dict[str, str]) -> Any:
    """A form as a page makes it; None where it takes more than what was typed."""
    with suppress(TypeError, KeyError, AttributeError, ValueError):
        return kind(data)
    return None


def filled(kind: type[Any], typed: str) -> Any:
    """A form with the same answer to each of its questions, in each box of those that have some."""
    empty = made(kind, {})
    if empty is None:
        return None
    names = [f"{name}{box}" for name in empty.fields for box in ("", "_0", "_1", "_2")]
    return made(kind, dict.fromkeys(names, typed))


@pytest.mark.parametrize("typed", WRONG, ids=lambda typed: typed[:8])
def test_no_two_questions_of_any_form_have_one_line(typed):
    counted = 0
    for kind in every_form():
        form = filled(kind, typed)
        if form is None:
            continue
        lines = {(fault["text"], fault.get("href")) for fault in faults_of(form)}
        said = Counter(text for text, _ in lines)
        assert not [text for text, times in said.items() if times > 1], kind
        counted += 1
    assert counted > 100


class Fund(Form):
    budget = MoneyField(label="How much is in it?")
    starts_on = DateField(label="First day")
    postcode = forms.CharField(label="Postcode")

    def clean_postcode(self) -> str:
        raise forms.ValidationError("Look at this postcode again")


def test_a_line_has_its_question_in_front_where_its_words_do_not_say_it():
    typed = {
        "budget": "-1",
        "starts_on_0": "3",
        "starts_on_1": "3",
        "starts_on_2": "26",
        "postcode": "x",
    }
    budget, day, postcode = (fault["text"] for fault in faults_of(Fund(typed)))
    assert budget.startswith("“How much is in it?”: An amount can't be below nought")
    assert day == "“First day”: The year must have four figures"
    assert postcode == "Look at this postcode again"

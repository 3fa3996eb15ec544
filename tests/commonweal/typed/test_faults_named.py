"""Whatever is wrong with an answer, its line in the list above the form says of which question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django import forms

from commonweal.design.faults import faults_of
from commonweal.design.forms import DateField, FigureField, Form, MoneyField
from commonweal.setup.tables import PAGES
from commonweal.setup.tables_forms import form_for

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


def of_figures_and_days() -> Iterator[tuple[type[Any], str, str]]:
    """(form, name of a field for a figure or a day, its label) of every form, settings too."""
    pages = [(page, is_new) for page in PAGES for is_new in (False, page.can_add)]
    settings = [form_for(page, is_new=is_new) for page, is_new in pages]
    for kind in (*every_form(), *settings):
        form = made(kind, {})
        for name, field in form.fields.items() if form is not None else ():
            # What a field for a count says of itself, as “Write the minutes in figures”, names it.
            is_count = isinstance(field, forms.IntegerField)
            if isinstance(field, DateField | FigureField) or (is_count and kind in settings):
                yield kind, name, str(form[name].label)


@pytest.mark.parametrize("typed", ["abc", "1,5", "1/2/3/4", "31", "3333"])
def test_what_is_said_of_every_figure_or_day_has_its_question_in_front(typed):
    """Whatever words of the question it shares, where it alone is wrong."""
    said = 0
    for kind, name, label in of_figures_and_days():
        form = made(kind, dict.fromkeys([name, *(f"{name}_{box}" for box in range(3))], typed))
        faults = form.errors.as_data().get(name, ())
        words = [str(message) for fault in faults for message in fault.messages]
        lines = [fault["text"] for fault in faults_of(form)]
        for message in words:
            if label not in message:
                assert f"“{label}”: {message}" in lines, kind
            said += 1
    assert said > 50


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

"""The fields that forms of every room are made of (design/forms.py)."""

from __future__ import annotations

import pytest
from django import forms
from django.core.exceptions import ValidationError

from commonweal.design.forms import DateField, FigureField, Form, ReasonField


@pytest.mark.parametrize(("limit", "named"), [(None, "4,000"), (300, "300"), (1000, "1,000")])
def test_a_reason_that_is_too_long_is_told_how_long_it_may_be(limit, named):
    field = ReasonField(label="Why?", **({"max_length": limit} if limit else {}))
    most = limit or 4000
    assert len(field.clean("x" * most)) == most
    with pytest.raises(
        ValidationError, match=f"Use {named} characters at most: these are {most + 3}"
    ):
        field.clean("x" * (most + 3))


class Everything(Form):
    """A field of each kind, and one that has words of its own."""

    title = forms.CharField(label="What it is called", max_length=5)
    people = forms.IntegerField(label="How many?", min_value=1, max_value=9)
    kind = forms.ChoiceField(label="Which kind?", choices=[("a", "A")])
    kinds = forms.MultipleChoiceField(label="Which kinds", choices=[("a", "A")])
    agreed = forms.BooleanField(label="They agree at 100%")
    due_on = DateField(label="By when?")
    table = forms.FileField(label="The table")
    much = FigureField(label="How much")
    why = ReasonField(label="Why?", error_messages={"required": "Say why"})
    email = forms.EmailField(label="Where to write", required=False)
    source_url = forms.URLField(label="Where it is", required=False, assume_scheme="https")


def faults(typed: dict[str, str]) -> dict[str, str]:
    """The first fault of each field, as the page words it."""
    return {name: errors[0] for name, errors in Everything(typed).errors.items()}


def test_what_is_missing_names_its_question():
    assert faults({}) == {
        "title": "Fill in “What it is called”",
        "people": "Enter a number for “How many?”",
        "kind": "Choose an answer to “Which kind?”",
        "kinds": "Choose at least one for “Which kinds”",
        "agreed": "Tick “They agree at 100 per cent”",
        "due_on": "Enter a date for “By when?”",
        "table": "Choose a file for “The table”",
        "much": "Fill in “How much”",
        "why": "Say why",
    }


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("title", "Closure", "Use 5 characters at most for “What it is called”: these are 7"),
        ("people", "many", "Enter a whole number for “How many?”"),
        ("people", "0", "Enter 1 or more for “How many?”"),
        ("people", "10", "Enter 9 or less for “How many?”"),
        ("kind", "b", "Choose from the list for “Which kind?”"),
        ("email", "x", "Enter an e-mail address for “Where to write”, like name@example.org"),
        ("source_url", "x y", "Enter a web address for “Where it is”, like https://example.org"),
    ],
)
def test_what_can_not_be_taken_names_its_question(name, typed, says):
    assert faults({name: typed})[name] == says


def test_a_label_that_a_form_gives_late_is_the_one_that_is_named():
    form = Everything({})
    form.fields["title"].label = "Another name"
    assert form.errors["title"] == ["Fill in “Another name”"]
    assert Everything({}).errors["title"] == ["Fill in “What it is called”"]

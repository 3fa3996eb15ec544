"""Two people in one form, each kind of field by a table: untouched it is what it is now, changed by
one it is theirs, and changed by both it is asked about, with nothing saved meanwhile."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.http import QueryDict

from commonweal.design.forms import DateField, FigureField, Form, MoneyField, OutOfAHundredField
from commonweal.design.revisions import DUE, MINE, NOW, PICK, SHOWN, beside, sent_untouched

CHOICES = [("a", "Apples"), ("b", "Bread"), ("c", "Cheese")]


class SheetForm(Form):
    words = forms.CharField(required=False, label="Words", widget=forms.Textarea)
    amount = MoneyField(required=False, label="Amount")
    day = DateField(required=False, label="Which day")
    agreed = forms.BooleanField(required=False, label="I agree")
    kind = forms.ChoiceField(required=False, label="Kind", choices=[("", "None"), *CHOICES])
    kinds = forms.MultipleChoiceField(required=False, label="Kinds", choices=CHOICES)


# Of each field: what it was, what it became meanwhile, what was typed, and this as an answer.
FIELDS = {
    "words": ("first", "second", "mine\nof two lines", "mine\nof two lines"),
    "amount": (Decimal("5.00"), Decimal("7.50"), "1,250", Decimal("1250.00")),
    "day": (date(2027, 3, 3), date(2027, 4, 4), ["5", "May", "2027"], date(2027, 5, 5)),
    "agreed": (False, None, "on", True),
    "kind": ("a", "b", "c", "c"),
    "kinds": (["a"], ["a", "b"], ["c"], ["c"]),
}
# A box has two states, so that two who change it agree.
THREE_STATES = [name for name in FIELDS if name != "agreed"]


def lines_of(name, typed):
    """What a browser sends of a field, as it stands in the form's data."""
    if name == "day":
        return {f"day_{at}": [str(part)] for at, part in enumerate(typed)}
    if isinstance(typed, list):
        return {name: typed}
    return {name: [typed]}


def page(initial, prefix=None):
    """What a page sends that shows this and that nobody touched."""
    form = SheetForm(initial=initial, prefix=prefix)
    sent = {}
    for name in initial:
        bound = form[name]
        hidden = re.search(r'name="([^"]+)" value="([0-9a-f]+)"', beside(bound))
        sent[hidden[1]] = [hidden[2]]
        parts = sent_untouched(bound)
        if name == "day":
            sent |= {f"{bound.html_name}_{at}": [part] for at, part in enumerate(parts)}
        else:
            sent[bound.html_name] = parts
    return sent


def sent_back(sent, initial, **options):
    """The form as it comes back, to a record that says ``initial`` by now."""
    typed = QueryDict(mutable=True)
    for name, listed in sent.items():
        typed.setlist(name, listed)
    form = SheetForm(typed, initial=initial, **options)
    form.is_valid()
    return form


@pytest.mark.parametrize("name", list(FIELDS))
def test_untouched_and_unchanged_it_is_what_it_was(name):
    before = {name: FIELDS[name][0]}
    form = sent_back(page(before), before)
    assert form.cleaned_data[name] == before[name]
    assert (form.conflicts, name in form.touched) == ({}, False)


@pytest.mark.parametrize("name", THREE_STATES)
def test_untouched_it_is_what_somebody_else_made_of_it(name):
    before, now, _, _ = FIELDS[name]
    form = sent_back(page({name: before}), {name: now})
    assert form.cleaned_data[name] == now
    assert (form.conflicts, name in form.touched) == ({}, False)


@pytest.mark.parametrize("name", list(FIELDS))
def test_changed_by_one_alone_it_is_theirs(name):
    before, _, typed, answer = FIELDS[name]
    form = sent_back(page({name: before}) | lines_of(name, typed), {name: before})
    assert form.cleaned_data[name] == answer
    assert (form.conflicts, name in form.touched) == ({}, True)


@pytest.mark.parametrize("name", THREE_STATES)
def test_changed_by_both_it_is_asked_about_and_nothing_is_saved(name):
    before, now, typed, _ = FIELDS[name]
    form = sent_back(page({name: before}) | lines_of(name, typed), {name: now})
    assert not form.is_valid()
    assert list(form.conflicts) == [name]
    label = form.fields[name].label
    assert form.errors[name] == [
        f"Somebody else changed “{label}” while you wrote. Choose which of the two it is to be; "
        "nothing is saved until then."
    ]
    choice = beside(form[name])
    assert f'name="{PICK}{name}"' in choice
    assert f'name="{DUE}{name}"' in choice


def picked(name, pick, now=None):
    """The answer to the question which of the two it is to be."""
    _, meanwhile, typed, _ = FIELDS[name]
    sent = page({name: meanwhile}) | lines_of(name, typed) | {DUE + name: ["1"]}
    if pick:
        sent[PICK + name] = [pick]
    return sent_back(sent, {name: meanwhile if now is None else now})


@pytest.mark.parametrize("name", THREE_STATES)
def test_whoever_chooses_what_is_there_now_has_it(name):
    form = picked(name, NOW)
    assert form.cleaned_data[name] == FIELDS[name][1]
    assert name not in form.touched


@pytest.mark.parametrize("name", THREE_STATES)
def test_whoever_chooses_what_they_typed_has_that(name):
    form = picked(name, MINE)
    assert form.cleaned_data[name] == FIELDS[name][3]
    assert name in form.touched


@pytest.mark.parametrize("name", THREE_STATES)
@pytest.mark.parametrize("pick", ["", "neither", "NOW"], ids=["none", "unknown", "capitals"])
def test_whoever_does_not_choose_is_asked_again(name, pick):
    assert list(picked(name, pick).conflicts) == [name]


@pytest.mark.parametrize("name", THREE_STATES)
@pytest.mark.parametrize("pick", [NOW, MINE])
def test_what_changed_once_more_is_asked_about_once_more(name, pick):
    form = picked(name, pick, now=FIELDS[name][0])
    assert list(form.conflicts) == [name]


@pytest.mark.parametrize("name", THREE_STATES)
def test_two_who_write_the_same_agree(name):
    before, _, _, answer = FIELDS[name]
    theirs = sent_untouched(SheetForm(initial={name: answer})[name])
    lines = lines_of(name, theirs) if name == "day" else {name: theirs}
    form = sent_back(page({name: before}) | lines, {name: answer})
    assert form.is_valid()
    assert (form.cleaned_data[name], form.conflicts) == (answer, {})


@pytest.mark.parametrize(("before", "now"), [(False, True), (True, False)])
def test_a_box_that_nobody_touched_here_is_as_somebody_else_left_it(before, now):
    assert sent_back(page({"agreed": before}), {"agreed": now}).cleaned_data["agreed"] is now


@pytest.mark.parametrize("name", list(FIELDS))
def test_one_that_two_changed_holds_up_no_second(name):
    """Of a sheet of several, each field is settled by itself."""
    before = {each: FIELDS[each][0] for each in FIELDS}
    typed = lines_of(name, FIELDS[name][2])
    form = sent_back(page(before) | typed, before | {"words": "second"})
    assert form.conflicts.keys() == ({"words"} if name == "words" else set())
    assert form.touched == {name}


@pytest.mark.parametrize("name", THREE_STATES)
def test_a_page_that_says_nothing_of_what_it_showed_is_taken_at_its_word(name):
    _, now, typed, answer = FIELDS[name]
    form = sent_back(lines_of(name, typed), {name: now})
    assert (form.cleaned_data[name], form.touched) == (answer, None)


@pytest.mark.parametrize("digest", ["", "0" * 40, "made up"], ids=["none", "noughts", "words"])
def test_what_was_made_up_counts_as_changed(digest):
    sent = page({"words": "first"}) | {SHOWN + "words": [digest], "words": ["mine"]}
    assert list(sent_back(sent, {"words": "first"}).conflicts) == ["words"]


def test_the_digest_of_one_field_says_nothing_of_a_second():
    sent = page({"words": "a", "kind": "a"})
    sent[SHOWN + "words"] = sent[SHOWN + "kind"]
    assert "words" in sent_back(sent, {"words": "a", "kind": "a"}).touched


def test_two_forms_of_a_page_are_told_apart_by_their_prefix():
    sent = page({"words": "first"}, "left")
    form = sent_back(sent, {"words": "second"}, prefix="left")
    assert form.cleaned_data["words"] == "second"
    assert sent_back(sent, {"words": "second"}, prefix="right").touched is None


def test_line_ends_of_a_browser_are_no_change():
    sent = page({"words": "one\ntwo"}) | {"words": ["one\r\ntwo"]}
    form = sent_back(sent, {"words": "one\ntwo\nthree"})
    assert form.cleaned_data["words"] == "one\ntwo\nthree"


def test_both_are_shown_in_words_and_as_words():
    sent = page({"kind": "a"}) | {"kind": ["c"]}
    choice = beside(sent_back(sent, {"kind": "b"})["kind"])
    assert "Now: <strong>Bread</strong>" in choice
    assert "You typed: <strong>Cheese</strong>" in choice
    sent = page({"words": "a"}) | {"words": ["<script>"]}
    choice = beside(sent_back(sent, {"words": ""})["words"])
    assert "Now: <strong>nothing</strong>" in choice
    assert "You typed: <strong>&lt;script&gt;</strong>" in choice


@pytest.mark.parametrize(
    ("now", "typed", "shown"),
    [
        (
            "Who?\nWhen?\nWhere?",
            "Who?\nWhen exactly?\nWhere?\nWhy?",
            (
                "Now:<br><strong>When?</strong><br>and 2 lines that both have",
                "You typed:<br><strong>When exactly?</strong><br><strong>Why?</strong><br>and 2",
            ),
        ),
        (
            "Who?",
            "Who?\n\n<b>?",
            (
                "Now:<br>only the 1 line that both have",
                "You typed:<br><strong>&lt;b&gt;?</strong><br>and 1 line that both have",
            ),
        ),
        (
            "Who?\nWhen?",
            "When?\nWho?",
            (
                "Now:<br><strong>Who?</strong><br><strong>When?</strong>",
                "typed:<br><strong>When?</strong><br><strong>Who?</strong>",
            ),
        ),
        ("One.\nTwo.", "Three.", ("Now:<br><strong>One.</strong><br><strong>Two.</strong>",)),
    ],
)
def test_of_several_lines_those_are_shown_that_differ(now, typed, shown):
    sent = page({"words": "first"}) | {"words": [typed.replace("\n", "\r\n")]}
    choice = beside(sent_back(sent, {"words": now})["words"])
    for part in shown:
        assert part in choice


# What fields take


@pytest.mark.parametrize(
    ("boxes", "day"),
    [
        (["3", "3", "2027"], date(2027, 3, 3)),
        (["29", "Feb", "2028"], date(2028, 2, 29)),
        (["3rd", "march", "2027"], date(2027, 3, 3)),
        (["27 March 2027", "", ""], date(2027, 3, 27)),
        (["", "27/3/2027", ""], date(2027, 3, 27)),
        (["", "", ""], None),
        ([" ", ".", ","], None),
    ],
)
def test_a_date_in_three_boxes(boxes, day):
    assert DateField(required=False).clean(boxes) == day


@pytest.mark.parametrize(
    ("boxes", "sentence"),
    [
        (["", "3", "2027"], "The date must include a day"),
        (["3", "", "2027"], "The date must include a month"),
        (["3", "3", ""], "The date must include a year"),
        (["3", "3", "27"], "The year must have four figures"),
        (["29", "2", "2027"], "This is no real date. Write it like 27 3 2027"),
        (["3", "13", "2027"], "This is no real date. Write it like 27 3 2027"),
        (["x", "3", "2027"], "This is no real date. Write it like 27 3 2027"),
        (["27 March", "", ""], "Give day, month and year, with four figures for the year"),
    ],
)
def test_what_is_no_date_says_what_is_wrong(boxes, sentence):
    with pytest.raises(forms.ValidationError, match=re.escape(sentence)):
        DateField().clean(boxes)


@pytest.mark.parametrize("figure", ["0", "100", "12.5", "99.99", "30%"])
def test_a_share_lies_between_nought_and_a_hundred(figure):
    assert OutOfAHundredField().clean(figure) == Decimal(figure.rstrip("%"))


@pytest.mark.parametrize("figure", ["-1", "100.01", "12.345", "101"])
def test_a_share_beyond_is_refused(figure):
    with pytest.raises(forms.ValidationError, match="Give a number from 0 to 100"):
        OutOfAHundredField().clean(figure)


@pytest.mark.parametrize("field", [FigureField, MoneyField, OutOfAHundredField, DateField])
def test_nothing_typed_is_nothing_or_asked_for(field):
    empty = ["", "", ""] if field is DateField else ""
    assert field(required=False).clean(empty) is None
    with pytest.raises(forms.ValidationError):
        field().clean(empty)

"""The list of faults above a form, and what a field says of an answer that it can't take: each line
is known to be of its question, and leads there."""

from __future__ import annotations

import pytest
from django import forms

from commonweal.design.asking_again import name_questions
from commonweal.design.faults import faults_of


class PlainForm(forms.Form):
    """Fields of each kind, in Django's own words."""

    name = forms.CharField(label="Your name", max_length=5)
    count = forms.IntegerField(label="How many", min_value=2, max_value=9)
    email = forms.EmailField(label="E-mail")
    link = forms.URLField(label="Web page", assume_scheme="https")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A")])
    kinds = forms.MultipleChoiceField(label="Kinds", choices=[("a", "A")])
    agreed = forms.BooleanField(label="I agree")
    file = forms.FileField(label="Your file")
    day = forms.DateField(label="Which day")


FULL = {
    "name": "Ada",
    "count": "3",
    "email": "ada@example.org",
    "link": "https://example.org",
    "kind": "a",
    "kinds": ["a"],
    "agreed": "on",
    "day": "2027-03-03",
}


def named(form: forms.Form) -> forms.Form:
    name_questions(form)
    return form


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("name", "Fill in “Your name”"),
        ("count", "Enter a number for “How many”"),
        ("email", "Fill in “E-mail”"),
        ("link", "Fill in “Web page”"),
        ("kind", "Choose an answer to “Kind”"),
        ("kinds", "Choose at least one for “Kinds”"),
        ("agreed", "Tick “I agree”"),
        ("file", "Choose a file for “Your file”"),
        ("day", "Fill in “Which day”"),
    ],
)
def test_what_is_missing_is_asked_for_by_its_question(field, sentence):
    form = named(PlainForm({}, {}))
    assert form.errors[field] == [sentence]
    assert {"text": sentence, "href": f"#id_{field}"} in [
        fault | {"href": fault["href"].removesuffix("_0")} for fault in faults_of(form)
    ]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "Ada Lovelace", "Use 5 characters at most for “Your name”: these are 12"),
        ("count", "many", "Enter a whole number for “How many”"),
        ("count", "2.5", "Enter a whole number for “How many”"),
        ("count", "1", "Enter 2 or more for “How many”"),
        ("count", "10", "Enter 9 or less for “How many”"),
        ("email", "ada", "Enter an e-mail address for “E-mail”, like name@example.org"),
        ("link", "no page", "Enter a web address for “Web page”, like https://example.org"),
        ("kind", "b", "Choose from the list for “Kind”"),
    ],
)
def test_what_can_not_be_taken_says_of_which_question(field, typed, sentence):
    form = named(PlainForm(FULL | {field: typed}))
    assert form.errors[field] == [sentence]
    assert form[field].value() == typed


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        ("Share in %", "Fill in “Share in  per cent”"),
        ("100% of it", "Fill in “100 per cent of it”"),
        ("{} and {name}", "Fill in “{} and {name}”"),
        ("<b>Bold</b>", "Fill in “<b>Bold</b>”"),
        ("%s %(limit_value)s", "Fill in “ per cents  per cent(limit_value)s”"),
    ],
)
def test_signs_of_a_label_are_signs(label, sentence):
    class OneForm(forms.Form):
        share = forms.CharField(label=label)

    assert named(OneForm({})).errors["share"] == [sentence]


def test_what_a_field_was_given_to_say_stays():
    class OwnForm(forms.Form):
        name = forms.CharField(error_messages={"required": "Say who you are"})
        count = forms.IntegerField(
            label="How many", min_value=2, error_messages={"min_value": "Two at least"}
        )

    assert named(OwnForm({})).errors["name"] == ["Say who you are"]
    form = named(OwnForm({"count": "1"}))
    assert form.errors["count"] == ["Two at least"]
    assert named(OwnForm({"count": ""})).errors["count"] == ["Enter a number for “How many”"]


def test_a_kind_of_field_that_speaks_for_itself_is_left_to():
    class PostcodeField(forms.CharField):
        default_error_messages = {"required": "Enter a postcode, like BF1 1AA"}

    class OneForm(forms.Form):
        postcode = PostcodeField()

    assert named(OneForm({})).errors["postcode"] == ["Enter a postcode, like BF1 1AA"]


def test_naming_twice_says_it_once():
    form = PlainForm({})
    name_questions(form)
    name_questions(form)
    assert form.errors["name"] == ["Fill in “Your name”"]


def test_two_forms_know_nothing_of_each_other():
    named(PlainForm({}))
    assert PlainForm({}).errors["name"] == ["This field is required."]


# The list


class TwoForm(forms.Form):
    budget = forms.IntegerField(label="How much is in the fund?")
    postcode = forms.CharField(label="Postcode")
    note = forms.CharField(label="Note", required=False)
    code = forms.CharField(widget=forms.HiddenInput, required=False)


def two(**errors) -> TwoForm:
    form = TwoForm({"budget": "1", "postcode": "BF1 1AA"})
    assert form.is_valid()
    for name, texts in errors.items():
        for text in texts:
            form.add_error(None if name == "form" else name, text)
    return form


def test_a_form_without_faults_has_none():
    assert faults_of(two()) == []
    assert faults_of(TwoForm()) == []


@pytest.mark.parametrize(
    ("name", "message", "line"),
    [
        # By a word of its question it is known.
        ("postcode", "This postcode is not ours", "This postcode is not ours"),
        ("postcode", "Two POSTCODES stand here", "Two POSTCODES stand here"),
        ("budget", "The fund is empty", "The fund is empty"),
        ("budget", "Write how much", "Write how much"),
        # By none it is not.
        ("postcode", "Look again", "“Postcode”: Look again"),
        ("postcode", "Mind the gap", "“Postcode”: Mind the gap"),
        # Words of three letters tell nothing.
        ("budget", "How is it?", "“How much is in the fund?”: How is it?"),
    ],
)
def test_each_line_says_of_which_question_it_is(name, message, line):
    assert faults_of(two(**{name: [message]})) == [{"text": line, "href": f"#id_{name}"}]


def test_two_questions_with_one_fault_are_told_apart():
    message = "This postcode of the fund is wrong"
    lines = faults_of(two(budget=[message], postcode=[message]))
    assert lines == [
        {"text": f"“How much is in the fund?”: {message}", "href": "#id_budget"},
        {"text": f"“Postcode”: {message}", "href": "#id_postcode"},
    ]


def test_two_faults_of_one_question_are_two_lines():
    lines = faults_of(two(postcode=["This postcode is not ours", "Look again"]))
    assert [line["text"] for line in lines] == [
        "This postcode is not ours",
        "“Postcode”: Look again",
    ]


def test_what_is_wrong_with_the_whole_stands_first_and_leads_nowhere():
    lines = faults_of(two(postcode=["Look again"], form=["It is too late"]))
    assert lines == [
        {"text": "It is too late"},
        {"text": "“Postcode”: Look again", "href": "#id_postcode"},
    ]


def test_a_prefix_leads_to_the_field_of_this_form():
    form = TwoForm({}, prefix="second")
    assert [line["href"] for line in faults_of(form)] == [
        "#id_second-budget",
        "#id_second-postcode",
    ]


def test_a_field_that_went_has_no_place_to_lead_to():
    form = two(note=["This was changed meanwhile"])
    del form.fields["note"]
    assert faults_of(form) == [{"text": "This was changed meanwhile"}]

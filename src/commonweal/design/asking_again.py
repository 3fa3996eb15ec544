"""What a form says of an answer that it can't take. The list of faults above a form stands apart
from its questions, so Django's own words, the same for every field, are given anew with the label
in them. What a field was given to say itself stays.
"""

from __future__ import annotations

from typing import Any

from django import forms

NOT_HERE = "Choose from the list for “{}”"
# The first kind that a field is of and that has words for a fault gives them.
WORDS: tuple[tuple[type[forms.Field], dict[str, str]], ...] = (
    (
        forms.FileField,
        {"required": "Choose a file for “{}”", "empty": "The submitted file is empty: “{}”"},
    ),
    (forms.ModelMultipleChoiceField, {"required": "Choose at least one for “{}”"}),
    (forms.MultipleChoiceField, {"required": "Choose at least one for “{}”"}),
    (forms.ChoiceField, {"required": "Choose an answer to “{}”", "invalid_choice": NOT_HERE}),
    (forms.BooleanField, {"required": "Tick “{}”"}),
    (forms.MultiValueField, {"required": "Enter a date for “{}”"}),
    (
        forms.IntegerField,
        {
            "required": "Enter a number for “{}”",
            "invalid": "Enter a whole number for “{}”",
            "min_value": "Enter %(limit_value)s or more for “{}”",
            "max_value": "Enter %(limit_value)s or less for “{}”",
        },
    ),
    (forms.EmailField, {"invalid": "Enter an e-mail address for “{}”, like name@example.org"}),
    (forms.URLField, {"invalid": "Enter a web address for “{}”, like https://example.org"}),
    (
        forms.CharField,
        {"max_length": "Use %(limit_value)d characters at most for “{}”: these are %(show_value)d"},
    ),
    (forms.Field, {"required": "Fill in “{}”"}),
)


def _is_djangos(field: forms.Field, code: str) -> bool:
    """Whether nobody gave this field words of its own for a fault."""
    message = field.error_messages.get(code)
    return message is None or any(
        message is kind.default_error_messages.get(code)
        for kind in type(field).__mro__
        if issubclass(kind, forms.Field) and kind.__module__.startswith("django.")
    )


def _words_of(field: forms.Field, label: str) -> dict[str, Any]:
    """By the code of a fault, what is said of it with the field's label."""
    # Django fills in figures by the sign for per cent.
    named = label.replace("%", " per cent")
    texts: dict[str, str] = {}
    for kind, of_kind in WORDS:
        if isinstance(field, kind):
            texts = of_kind | texts
    return {
        code: text.replace("{}", named) for code, text in texts.items() if _is_djangos(field, code)
    }


def name_questions(form: forms.BaseForm) -> None:
    """Let the faults of a form name the question that they are about."""
    for name, field in form.fields.items():
        field.error_messages.update(_words_of(field, str(form[name].label)))

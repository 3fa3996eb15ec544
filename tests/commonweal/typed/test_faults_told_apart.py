"""The list of faults above a form: each line leads to another question, and says so."""

from __future__ import annotations

from collections import Counter

import pytest
from django import forms

from .test_kept_whole import every_form


@pytest.mark.parametrize("kind", every_form(), ids=lambda kind: kind.__name__)
def test_no_two_questions_of_a_form_say_the_same_when_they_are_not_answered(kind):
    usual = str(forms.Field.default_error_messages["required"])
    said = Counter(
        str(field.error_messages["required"])
        for field in kind.base_fields.values()
        if field.required
    )
    # Django's own words are given anew, with the question in them (`design.asking_again`).
    del said[usual]
    assert not [words for words, times in said.items() if times > 1]
